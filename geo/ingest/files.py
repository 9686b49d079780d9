"""Which files are opened at all: existing local files whose content is what their name says."""

import re
from collections.abc import Collection
from pathlib import Path

from geo.errors import SchemaError

MAGIC = {
    ".gpkg": re.compile(rb"SQLite format 3\x00"),
    ".shp": re.compile(rb"\x00\x00\x27\x0a"),
    ".geojson": re.compile(rb"(\xef\xbb\xbf)?\s*[{\[]"),
    ".json": re.compile(rb"(\xef\xbb\xbf)?\s*[{\[]"),
    ".xlsx": re.compile(rb"PK\x03\x04"),
}
"""How the content of a file begins, by suffix; a CSV begins as it likes."""

ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]+:/|[/\\]vsi")
SHAPEFILE_NEEDS = (".shx", ".dbf")
SHAPEFILE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")


def check_file(path: str | Path, suffixes: Collection[str]) -> Path:
    """Return the full path of a local file that may be opened.

    The drivers underneath can also follow addresses, archives and files that point to other files. None of that is
    wanted from data somebody sent, so a path that is not a plain local file, or whose content is not what its suffix
    says, goes no further.

    Parameters
    ----------
    path
        The file.
    suffixes
        Suffixes that are read here, with their dots.

    Raises
    ------
    SchemaError
        The path is an address, is missing, is a folder, cannot be read, or holds something else.
    """
    named = str(path)
    if ADDRESS.match(named) or "!" in named:
        raise SchemaError("ingest.not_local", file=named)
    file = Path(path).absolute()
    if not file.exists():
        raise SchemaError("ingest.missing_file", file=named)
    suffix = file.suffix.lower()
    if not file.is_file() or suffix not in suffixes:
        raise SchemaError("ingest.unknown_format", file=named, known=" ".join(suffixes))
    try:
        with file.open("rb") as stream:
            head = stream.read(64)
    except OSError as error:
        raise SchemaError("ingest.unreadable", file=named, reason=error.strerror) from error
    if not head:
        raise SchemaError("ingest.empty_file", file=named)
    if suffix in MAGIC and not MAGIC[suffix].match(head):
        raise SchemaError("ingest.wrong_content", file=named, suffix=suffix)
    if suffix == ".shp":
        check_parts(file)
    return file


def check_parts(file: Path) -> None:
    """Check that the parts a Shapefile cannot do without lie beside it."""
    present = {part.suffix.lower() for part in shapefile_parts(file)}
    absent = [suffix for suffix in SHAPEFILE_NEEDS if suffix not in present]
    if absent:
        raise SchemaError("ingest.missing_part", file=str(file), parts=" ".join(absent))


def shapefile_parts(file: Path) -> list[Path]:
    """Files that make up a Shapefile: same stem, known suffix in any case."""
    return [part for part in file.parent.iterdir() if part.stem == file.stem and part.suffix.lower() in SHAPEFILE_PARTS]


def hashed_files(file: Path) -> list[Path]:
    """Files whose bytes make up what is read when a file is read."""
    return shapefile_parts(file) if file.suffix.lower() == ".shp" else [file]
