"""Which files are opened at all: existing local files whose content is what their name says."""

import re
from collections.abc import Collection
from pathlib import Path

from geo.errors import SchemaError

XML = re.compile(rb"(\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*\x00?<")

MAGIC = {
    ".gpkg": re.compile(rb"SQLite format 3\x00"),
    ".shp": re.compile(rb"\x00\x00\x27\x0a"),
    ".geojson": re.compile(rb"(\xef\xbb\xbf)?\s*[{\[]"),
    ".json": re.compile(rb"(\xef\xbb\xbf)?\s*[{\[]"),
    ".kml": XML,
    ".gml": XML,
    ".fgb": re.compile(rb"fgb\x03fgb"),
    ".parquet": re.compile(rb"PAR1"),
    ".geoparquet": re.compile(rb"PAR1"),
    ".zip": re.compile(rb"PK\x03\x04"),
    ".kmz": re.compile(rb"PK\x03\x04"),
    ".xlsx": re.compile(rb"PK\x03\x04"),
}
"""How the content of a file begins, by suffix; a text table begins as it likes."""

MEBIBYTE = 1 << 20

LARGEST_MIB = {".geojson": 1536, ".json": 1536, ".gml": 1024, ".kml": 512, ".csv": 256, ".txt": 128}
"""Texts larger than this are refused [MiB]. Reading a large GeoJSON takes twice its size in memory
(``benchmarks/large_geojson.py``), the formats behind it several times theirs; a bureau has better ones for so much."""

ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]+:/|[/\\]vsi")
SHAPEFILE_NEEDS = (".shx", ".dbf")
SHAPEFILE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
GEODATABASE_BEGINS = "a00000001.gdbtable"


def check_file(path: str | Path, suffixes: Collection[str]) -> Path:
    """Return the full path of a local file that may be opened, or of a folder that is a file geodatabase.

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
        The path is an address, is missing, is a folder, cannot be read, is too large, or holds something else.
    """
    named = str(path)
    if ADDRESS.match(named) or "!" in named:
        raise SchemaError("ingest.not_local", file=named)
    file = Path(path).absolute()
    if not file.exists():
        raise SchemaError("ingest.missing_file", file=named)
    suffix = file.suffix.lower()
    is_geodatabase = suffix == ".gdb" and file.is_dir()
    if suffix not in suffixes or not (file.is_file() or is_geodatabase):
        raise SchemaError("ingest.unknown_format", file=named, known=" ".join(suffixes))
    if is_geodatabase:
        if not (file / GEODATABASE_BEGINS).is_file():
            raise SchemaError("ingest.wrong_content", file=named, suffix=suffix)
        return file
    _check_content(file, suffix, named)
    if suffix == ".shp":
        check_parts(file)
    return file


def _check_content(file: Path, suffix: str, named: str) -> None:
    """Check how large a file is and how its content begins."""
    try:
        with file.open("rb") as stream:
            head = stream.read(64)
    except OSError as error:
        raise SchemaError("ingest.unreadable", file=named, reason=error.strerror) from error
    if not head:
        raise SchemaError("ingest.empty_file", file=named)
    if suffix == ".gdb" or (suffix in MAGIC and not MAGIC[suffix].match(head)):
        raise SchemaError("ingest.wrong_content", file=named, suffix=suffix)
    largest_mib = LARGEST_MIB.get(suffix)
    size_mib = file.stat().st_size / MEBIBYTE
    if largest_mib is not None and size_mib > largest_mib:
        raise SchemaError("ingest.too_large", file=named, size=f"{size_mib:.0f}", limit=str(largest_mib))


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
    """Files whose bytes make up what is read when a file is read; a geodatabase's locks do not."""
    if file.suffix.lower() == ".shp":
        return shapefile_parts(file)
    if file.is_dir():
        return [part for part in file.rglob("*") if part.is_file() and part.suffix != ".lock"]
    return [file]
