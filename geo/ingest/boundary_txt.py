"""The bureaus' boundary text: ``[属性描述]``, then ``[地块坐标]`` with a line for each parcel and one for each corner.

A parcel's line is ``corners,hectares,number,name,面,sheet,use,class,@``; a corner's ``J1,ring,X,Y``, where X points
north. The form has no published standard; this follows the files that public tools write and read.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from geo.errors import CRSMismatchError, SchemaError
from geo.ingest.crs_guess import (
    FIRST_CODES,
    PREFIX_M,
    SIX_DEGREE_ZONES,
    SIX_DEGREES,
    THREE_DEGREE_ZONES,
    THREE_DEGREES,
    gauss_kruger_code,
)
from geo.ingest.encodings import read_text
from geo.ingest.files import check_file
from geo.ingest.layers import Layer, Rows
from geo.ingest.report import Journal
from geo.ingest.rings import assemble, split_rings

SUFFIX = ".txt"
DRIVER = "boundary text"
DESCRIPTION, CORNERS = "[属性描述]", "[地块坐标]"

FIELDS = ("地块编号", "地块名称", "图幅号", "地块用途", "地类编码", "地块面积(公顷)")
"""What a parcel's line says besides the number of corners and the kind of geometry."""

POSITIONS = {"地块面积(公顷)": 1, "地块编号": 2, "地块名称": 3, "图幅号": 5, "地块用途": 6, "地类编码": 7}
KIND_AT, FEWEST_CELLS, CORNER_CELLS = 4, 5, 4
POLYGON_KIND, LINE_KIND, POINT_KIND = "面", "线", "点"

DATUMS = {"cgcs2000": ("2000",), "xian80": ("80",), "beijing54": ("54",)}
"""How the datum is written, besides much else: 2000国家大地坐标系, CGCS2000, 80国家大地坐标系, 西安80, 北京54."""

TO_READ_BACK = 5
"""Decimals written [m]: corners come back to a hundredth of a millimetre, areas of parcels to well under 0.01 m2."""


@dataclass(slots=True)
class Block:
    """One parcel of a boundary text.

    Attributes
    ----------
    cells
        What its line says.
    corners
        Ring and corner, east first.
    wrong
        The first line under it that is no corner: its number and text.
    """

    cells: Sequence[str]
    corners: list[tuple[str, tuple[float, float]]] = field(default_factory=list)
    wrong: tuple[int, str] | None = None


def open_boundary_txt(path: str | Path, *, encoding: str | None = None) -> Layer:
    """Open a boundary text.

    The system is what ``[属性描述]`` says: datum, width and number of the zone; where the number is left out, the
    prefix of the eastings. That eastings have a prefix or not, they show themselves. Row n is the n-th parcel.

    Raises
    ------
    SchemaError
        The file is none, or not in an encoding that is known here.
    """
    file = check_file(path, (SUFFIX,))
    text, found = read_text(file, encoding)
    about, blocks = _parse(text, file)
    said_crs = _system(about, blocks)
    is_guessed = encoding is None and not text.isascii() and found != "utf-8-sig"
    read = partial(_read, blocks, found if is_guessed else None)
    return Layer(file, str(file), DRIVER, file.stem, FIELDS, said_crs, read=read)


def _parse(text: str, file: Path) -> tuple[dict[str, str], list[Block]]:
    """Return what the file says of itself, and its parcels."""
    about: dict[str, str] = {}
    blocks: list[Block] = []
    section = None
    for number, raw in enumerate(text.splitlines(), start=1):
        line = unicodedata.normalize("NFKC", raw).strip()
        if line.startswith("["):
            section = line
        elif not line:
            continue
        elif section == DESCRIPTION:
            name, _, value = line.partition("=")
            about[name.strip()] = value.strip()
        elif section == CORNERS:
            _read_line(number, raw.strip(), line, blocks, file)
    if section != CORNERS:
        raise SchemaError("ingest.wrong_content", file=str(file), suffix=CORNERS)
    return about, blocks


def _read_line(number: int, raw: str, line: str, blocks: list[Block], file: Path) -> None:
    """Read a line below ``[地块坐标]`` into the blocks."""
    cells = [cell.strip() for cell in re.split("[,，]", raw.rstrip("@＠"))]
    if line.endswith("@") or cells[KIND_AT : KIND_AT + 1] in ([POLYGON_KIND], [LINE_KIND], [POINT_KIND]):
        blocks.append(Block(cells))
        if len(cells) < FEWEST_CELLS:
            blocks[-1].wrong = (number, raw)
        return
    if not blocks:
        raise SchemaError("ingest.boundary_stray", file=str(file), line=number, text=raw[:40])
    corner = _corner(line)
    if corner is not None:
        blocks[-1].corners.append(corner)
    elif blocks[-1].wrong is None:
        blocks[-1].wrong = (number, raw)


def _corner(line: str) -> tuple[str, tuple[float, float]] | None:
    """Return the ring of a corner's line and the corner, east first; None where it is no corner's line."""
    cells = line.split(",")
    if len(cells) < CORNER_CELLS:
        return None
    try:
        return cells[1].strip(), (float(cells[3]), float(cells[2]))
    except ValueError:
        return None


def _system(about: Mapping[str, str], blocks: Sequence[Block]) -> str | None:
    """Return the code of the system a boundary text declares, or None."""
    said = about.get("坐标系", "")
    datum = next((name for name, marks in DATUMS.items() if any(mark in said for mark in marks)), None)
    east = np.array([corner[0] for block in blocks for _, corner in block.corners])
    north = np.array([corner[1] for block in blocks for _, corner in block.corners])
    if datum is None or not len(east):
        return None
    if float(np.median(north)) > PREFIX_M * SIX_DEGREE_ZONES.start:  # the axes are swapped, which is for others to say
        east = north
    prefix = int(np.median(east) // PREFIX_M)
    degrees = _whole(about.get("几度分带", "")) or (SIX_DEGREES if prefix in SIX_DEGREE_ZONES else THREE_DEGREES)
    zone = _whole(about.get("带号", "")) or prefix
    has_prefix = prefix in SIX_DEGREE_ZONES or prefix in THREE_DEGREE_ZONES
    code = gauss_kruger_code(datum, degrees, zone, has_prefix=has_prefix)
    return f"EPSG:{code}" if code else None


def _whole(text: str) -> int | None:
    """Return the whole number at the beginning of a text, if there is one."""
    found = re.match(r"\d+", text)
    return int(found[0]) if found else None


def _read(
    blocks: Sequence[Block], guessed: str | None, columns: Sequence[str], _: str | None, journal: Journal
) -> Rows:
    """Return the parcels; one with a line that is no corner, or with rings that are none, is refused."""
    if guessed:
        journal.note("ingest.encoding_guessed", encoding=guessed)
    geometry = np.full(len(blocks), None)
    for row, block in enumerate(blocks, start=1):
        if block.wrong is not None:
            line, text = block.wrong
            journal.refuse("ingest.boundary_line", row=row, identifier=None, raw=text, line=line)
        elif block.corners:
            geometry[row - 1] = _geometry(block, row, journal)
    frame = pd.DataFrame(
        {name: [_cell(block, POSITIONS[name]) for block in blocks] for name in columns},
        index=range(1, len(blocks) + 1),
        dtype=object,
    )
    return frame, geometry


def _geometry(block: Block, row: int, journal: Journal) -> shapely.Geometry | None:
    """Return the geometry of a parcel, or None where it is refused."""
    rings = split_rings(block.corners)
    closing = sum(len(ring) > 1 and (ring[0] == ring[-1]).all() for ring in rings)
    said, found = _whole(_cell(block, 0) or ""), len(block.corners)
    if said is not None and said not in (found, found - closing):
        journal.note("ingest.corners_miscounted", row=row, said=said, found=found)
    corners = shapely.MultiPoint([corner for _, corner in block.corners])
    if _cell(block, KIND_AT) not in (POLYGON_KIND, None):
        is_line = _cell(block, KIND_AT) == LINE_KIND and found > 1
        return shapely.LineString([corner for _, corner in block.corners]) if is_line else corners
    try:
        return assemble(rings)
    except ValueError as error:
        raw = shapely.to_wkt(corners, rounding_precision=-1)
        journal.refuse("ingest.bad_geometry", row=row, identifier=None, raw=raw, reason=str(error))
        return None


def _cell(block: Block, at: int) -> str | None:
    """Return a cell of a parcel's line, None where it is empty or not there."""
    return (block.cells[at] or None) if at < len(block.cells) else None


def write_boundary_txt(parcels: gpd.GeoDataFrame, path: str | Path, *, encoding: str = "gb18030") -> None:
    """Write parcels as a boundary text, X north, each ring closed by its first corner.

    Parameters
    ----------
    parcels
        parcel_id, geometry (polygons) in one of the 64 Gauss-Kruger systems on CGCS2000, area_m2; ``name`` where there
        is one.
    path
        The file.
    encoding
        What the bureau's programs read: GB18030, or ``utf-8``.

    Raises
    ------
    CRSMismatchError
        The parcels are in another system.
    SchemaError
        A number or name holds a comma or the end of a line, which the form cannot.
    """
    lines = _about(parcels.crs, path)
    names = parcels["name"] if "name" in parcels.columns else [""] * len(parcels)
    rows = zip(parcels["parcel_id"], names, parcels.geometry, parcels["area_m2"], strict=True)
    for identifier, name, outline, area_m2 in rows:
        for text in (str(identifier), str(name)):
            if re.search("[,，@＠\r\n]", text):
                raise SchemaError("ingest.boundary_text", file=str(path), value=text)
        corners = list(_written_corners(outline))
        lines.append(f"{len(corners)},{area_m2 / 10_000:.6f},{identifier},{name},{POLYGON_KIND},,,,@")
        lines += corners
    Path(path).write_text("\n".join([*lines, ""]), encoding=encoding, newline="\r\n")


def _about(crs: CRS | None, path: str | Path) -> list[str]:
    """Return the lines that say the system."""
    code = (crs.to_epsg() if crs is not None else None) or 0
    for (datum, degrees, _), first in FIRST_CODES.items():
        zones = SIX_DEGREE_ZONES if degrees == SIX_DEGREES else THREE_DEGREE_ZONES
        if datum == "cgcs2000" and first <= code < first + len(zones):
            said = ["坐标系=2000国家大地坐标系", f"几度分带={degrees}", "投影类型=高斯克吕格", "计量单位=米"]
            return [DESCRIPTION, *said, f"带号={zones[code - first]}", f"精度={10.0**-TO_READ_BACK:.5f}", CORNERS]
    raise CRSMismatchError("ingest.boundary_crs", file=str(path), crs=crs.name if crs is not None else "-")


def _written_corners(outline: shapely.Geometry) -> Iterator[str]:
    """Yield the lines of an outline's corners, rings numbered from 1."""
    number = 0
    for ring, drawn in enumerate(shapely.get_rings(shapely.get_parts(outline)), start=1):
        corners = shapely.get_coordinates(drawn).tolist()
        first = number + 1
        for at, (east, north) in enumerate(corners, start=1):
            number = number + 1 if at < len(corners) else number
            label = first if at == len(corners) else number
            yield f"J{label},{ring},{north:.{TO_READ_BACK}f},{east:.{TO_READ_BACK}f}"
