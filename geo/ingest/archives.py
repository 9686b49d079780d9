"""Archives that people send: looked over before anything is unpacked, then unpacked where nothing else lies."""

import lzma
import re
import shutil
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from geo.errors import GeoError, SchemaError
from geo.ingest.files import GEODATABASE_BEGINS, MEBIBYTE, SHAPEFILE_PARTS, check_file

ARCHIVES = (".zip", ".kmz")

PLAIN_TEXTS = (".csv", ".txt", ".json")
"""Suffixes that notes and lists have too: such a file is what is meant only where there is no other."""

MOST_MEMBERS, LISTED = 10_000, 10
LARGEST_UNPACKED_MIB = 4096
"""More than this is not unpacked [MiB]."""

LARGEST_RATIO, UNSUSPECTED_MIB = 200, 64
"""What unpacks to over 200 times its size, and to over 64 MiB, is taken for a trap. Tables of blanks pack well."""

UTF_8_NAME, ENCRYPTED = 0x800, 0x1
LOCK = ".lock"
DRIVE = re.compile(r"[A-Za-z]:")
PLAIN_NAME = re.compile(r"[A-Za-z0-9._\-]+")

BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
"""What reading an archive raises where it is damaged or packed in a way nobody here unpacks."""

Members = dict[PurePosixPath, zipfile.ZipInfo]


@contextmanager
def unpacked(path: str | Path, suffixes: Sequence[str]) -> Iterator[str | Path]:
    """Yield the file to read: the one named, or, if that is an archive, the one data set in it, unpacked.

    It is unpacked into a temporary folder under a name of ours. Errors raised in the meantime name the archive and,
    behind a slash, what lies in it.

    Parameters
    ----------
    path
        Any file. What is no archive is yielded as it is, unseen.
    suffixes
        Suffixes of the data sets looked for in an archive.

    Raises
    ------
    SchemaError
        The archive is damaged or locked; it would unpack to too much; a name in it leads out of it; or it does not
        hold exactly one data set.
    """
    if Path(path).suffix.lower() not in ARCHIVES:
        yield path
        return
    archive = check_file(path, ARCHIVES)
    with TemporaryDirectory(prefix="parcelwatch-") as folder:
        name, file = _unpack(archive, Path(folder), suffixes)
        try:
            yield file
        except GeoError as error:
            if error.params.get("file") == str(file):
                error.params["file"] = f"{path}/{name}"
            raise


def _unpack(archive: Path, folder: Path, suffixes: Sequence[str]) -> tuple[PurePosixPath, Path]:
    """Look an archive over and unpack the one data set in it; return its name in the archive, and where it now is."""
    try:
        with zipfile.ZipFile(archive) as packed:
            _check_members(archive, packed.infolist())
            members = {_name(info): info for info in packed.infolist() if not info.is_dir()}
            name, suffix = _choose(archive, list(members), suffixes)
            file = folder / f"layer{suffix}"
            for member, target in _plan(archive, members, name, file):
                target.parent.mkdir(exist_ok=True)
                with packed.open(members[member]) as source, target.open("wb") as copy:
                    shutil.copyfileobj(source, copy, MEBIBYTE)  # gives what the directory declares and no byte more
    except GeoError:
        raise
    except BROKEN as error:
        raise SchemaError("ingest.unreadable", file=str(archive), reason=str(error) or type(error).__name__) from error
    return name, file


def _name(info: zipfile.ZipInfo) -> PurePosixPath:
    """Return the name of a member; Chinese Windows writes it in GBK without saying so."""
    name = info.filename
    if not info.flag_bits & UTF_8_NAME:
        for encoding in ("utf-8", "gb18030"):
            try:
                name = info.filename.encode("cp437").decode(encoding)
                break
            except UnicodeError:
                continue
    return PurePosixPath(name.replace("\\", "/"))


def _check_members(archive: Path, infos: Sequence[zipfile.ZipInfo]) -> None:
    """Refuse an archive for what its directory says, before a byte is unpacked."""
    size_mib = sum(info.file_size for info in infos) / MEBIBYTE
    ratio = size_mib * MEBIBYTE / max(archive.stat().st_size, 1)
    is_trap = ratio > LARGEST_RATIO and size_mib > UNSUSPECTED_MIB
    if is_trap or size_mib > LARGEST_UNPACKED_MIB or len(infos) > MOST_MEMBERS:
        sizes = {"size": f"{size_mib:.0f}", "ratio": f"{ratio:.0f}", "count": len(infos)}
        raise SchemaError("ingest.archive_too_large", file=str(archive), **sizes, limit=str(LARGEST_UNPACKED_MIB))
    for info in infos:
        name = _name(info)
        kind = stat.S_IFMT(info.external_attr >> 16)
        leads_out = name.is_absolute() or ".." in name.parts or DRIVE.match(str(name))
        if leads_out or kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise SchemaError("ingest.archive_unsafe", file=str(archive), name=str(name))
        if info.flag_bits & ENCRYPTED:
            raise SchemaError("ingest.archive_locked", file=str(archive))


def _choose(archive: Path, names: Sequence[PurePosixPath], suffixes: Sequence[str]) -> tuple[PurePosixPath, str]:
    """Return the one data set among the members, and its suffix."""
    geodatabases = {name.parent for name in names if name.name == GEODATABASE_BEGINS}
    found = dict.fromkeys(geodatabases, ".gdb")
    for name in names:
        is_aside = "__MACOSX" in name.parts or name.name.startswith(".") or geodatabases.intersection(name.parents)
        if not is_aside and name.suffix.lower() in suffixes:
            found[name] = name.suffix.lower()
    sure = {name: suffix for name, suffix in found.items() if suffix not in PLAIN_TEXTS}
    found = sure or found
    if len(found) != 1:
        listed = ", ".join(str(name) for name in list(found or names)[:LISTED])
        raise SchemaError("ingest.archive_contents", file=str(archive), count=len(found), names=listed or "-")
    return next(iter(found.items()))


def _plan(archive: Path, members: Members, name: PurePosixPath, file: Path) -> Iterator[tuple[PurePosixPath, Path]]:
    """Say which members make up a data set, and where each goes."""
    for member in members:
        if file.suffix == ".gdb":
            if member.parent == name and member.suffix != LOCK:
                if not PLAIN_NAME.fullmatch(member.name):
                    raise SchemaError("ingest.archive_unsafe", file=str(archive), name=str(member))
                yield member, file / member.name
        elif file.suffix == ".shp":
            if member.with_suffix("") == name.with_suffix("") and member.suffix.lower() in SHAPEFILE_PARTS:
                yield member, file.with_suffix(member.suffix.lower())
        elif member == name:
            yield member, file
