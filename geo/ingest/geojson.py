"""The ``crs`` member of a GeoJSON: whether there is one, and whether it leads somewhere else."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from geo.errors import CRSMismatchError
from geo.ingest.files import MEBIBYTE

NAME = rb"(?i)(?:c|\\u0063|\\u0043)(?:r|\\u0072|\\u0052)(?:s|\\u0073|\\u0053)"
MEMBER = re.compile(b'"' + NAME.replace(b"(?i)", b"(?i:") + rb')"\s*(?P<next>[:/])')
LAX_MEMBER = re.compile(b"'" + NAME.replace(b"(?i)", b"(?i:") + rb")'\s*(?P<next>[:/])")
"""A member of that name in whatever case and escapes the driver would find it; it takes single quotes and comments
as well, behind which an address could hide, so those are no strict JSON and go no further."""

LONGEST = 65_536
"""Bytes the object may take; one that names a code takes a hundred."""

NAMED = frozenset({"name", "epsg", "ogc"})
"""Kinds of reference that are only names. The others, ``link`` and ``url``, the driver would fetch."""


def says_crs(file: Path) -> bool:
    """Whether a GeoJSON names its coordinate system.

    Raises
    ------
    CRSMismatchError
        It names it by an address that would have to be fetched, or in a way that cannot be read.
    """
    is_said = False
    for window, is_last in _windows(file):
        for kinds in _references(window, is_last=is_last):
            is_said |= bool(kinds)
            if not kinds <= NAMED:
                raise CRSMismatchError("ingest.crs_elsewhere", file=str(file))
    return is_said


def _windows(file: Path) -> Iterator[tuple[bytes, bool]]:
    """Yield a file in pieces; each begins ``LONGEST`` bytes before the last one ended."""
    before = b""
    with file.open("rb") as stream:
        while block := stream.read(MEBIBYTE):
            window = before + block
            yield window, False
            before = window[-LONGEST:]
    yield before, True


def _references(window: bytes, *, is_last: bool) -> Iterator[set[str]]:
    """Kinds of reference of every object called ``crs`` in a piece; one that is no strict JSON is of no known kind.

    What begins in the end of a piece is left to the next one.
    """
    end = len(window) if is_last else len(window) - LONGEST
    decoder = json.JSONDecoder(object_pairs_hook=lambda pairs: pairs)
    if any(found.start() < end for found in LAX_MEMBER.finditer(window)):
        yield {"?"}
    for found in MEMBER.finditer(window):
        if found.start() >= end:
            return
        text = window[found.end() : found.end() + LONGEST].decode("utf-8", errors="replace").lstrip()
        if found["next"] == b"/" or text.startswith("/"):
            yield {"?"}
        elif text.startswith("{"):
            try:
                members = decoder.raw_decode(text)[0]
            except (ValueError, RecursionError):
                members = [("type", "?")]
            yield {str(value).casefold() for name, value in members if name.casefold() == "type"}
