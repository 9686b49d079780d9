"""Outlines as they come: refused, mended with the change said, or taken as they are."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from pyproj import CRS
from shapely import GeometryType, MultiPolygon, Polygon

from geo.errors import GeometryError
from geo.ingest.crs import describe_crs, find_impossible, metres_per_unit
from geo.ingest.report import Journal

MEND_TOLERANCE = 1e-3
"""Share of its area by which mending may change an outline. Beyond it nobody can tell which outline was meant."""

SMALLEST_M2 = 0.01
"""An outline below this area has none [m2]: smaller than any survey can tell from nothing."""

DEGREE_M = 111_320.0
"""Length of one degree at the equator [m]; a bound, not a measure."""

WIDEST_DEGREES = 3.0
"""An outline wider than a measuring zone is no parcel and no building, and cannot be measured in one [degree]."""

POLYGONAL = (GeometryType.POLYGON, GeometryType.MULTIPOLYGON)


@dataclass(slots=True, eq=False)
class Outlines:
    """Outlines of a layer while they are checked.

    Attributes
    ----------
    geometry
        Array of n geometries; changed in place where one is mended.
    identifiers
        Array of n texts or None.
    kept
        Array of n bools: not refused so far.
    journal
        Where reasons go. Row numbers are positions plus 1.
    """

    geometry: np.ndarray
    identifiers: np.ndarray
    kept: np.ndarray
    journal: Journal

    def refuse(self, found: np.ndarray, code: str, /, **params: object) -> None:
        """Refuse the rows found, as far as they are still kept, for one reason."""
        for at in np.flatnonzero(found & self.kept):
            self.refuse_one(int(at), code, **params)

    def refuse_one(self, at: int, code: str, /, **params: object) -> None:
        """Refuse one row for a reason of its own."""
        raw = shapely.to_wkt(self.geometry[at], rounding_precision=-1) if self.geometry[at] is not None else ""
        self.journal.refuse(code, row=at + 1, identifier=self.identifiers[at], raw=raw, **params)
        self.kept[at] = False


def start_outlines(geometry: np.ndarray, identifiers: Sequence[str | None], journal: Journal) -> Outlines:
    """Begin to check the outlines of a layer: all are kept but those refused in reading.

    Entries of the journal written before the identifiers were known are completed.
    """
    kept = np.ones(len(geometry), dtype=bool)
    for entry in (*journal.notes, *journal.refused):
        if isinstance(entry["row"], int):
            entry["identifier"] = identifiers[entry["row"] - 1]
    for entry in journal.refused:
        kept[int(str(entry["row"])) - 1] = False
    names = np.full(len(geometry), None)
    names[:] = identifiers
    return Outlines(geometry, names, kept, journal)


@np.errstate(invalid="ignore")  # rows refused for coordinates that are no numbers stay in the array
def check_outlines(outlines: Outlines, crs: CRS) -> None:
    """Check outlines by columns; refuse, mend or keep each.

    In this order: there is one; it is a polygon (polygons among other things are kept, points and lines are not); its
    coordinates are finite; heights and measures are dropped; its coordinates can be in the declared system and are
    no wider than a zone; it does not cross itself, or is mended without changing its area by more than
    ``MEND_TOLERANCE``; it has an area.

    Raises
    ------
    GeometryError
        No row has coordinates that can be in the declared system: the declaration is wrong, not the rows.
    """
    outlines.refuse(shapely.is_missing(outlines.geometry) | shapely.is_empty(outlines.geometry), "ingest.no_geometry")
    _keep_polygons(outlines)
    vertices, owner = shapely.get_coordinates(outlines.geometry, return_index=True)
    infinite = np.zeros(len(outlines.geometry), dtype=bool)
    infinite[owner[~np.isfinite(vertices).all(axis=1)]] = True
    outlines.refuse(infinite, "ingest.not_finite")
    _flatten(outlines)
    _check_position(outlines, crs)
    _check_extent(outlines, crs)
    _mend(outlines)
    unit_m = DEGREE_M if crs.is_geographic else metres_per_unit(crs)
    outlines.refuse(shapely.area(outlines.geometry) * unit_m**2 < SMALLEST_M2, "ingest.zero_area")


def _keep_polygons(outlines: Outlines) -> None:
    """Take the polygons out of collections; refuse what is neither."""
    types = shapely.get_type_id(outlines.geometry)
    for at in np.flatnonzero(outlines.kept & (types == GeometryType.GEOMETRYCOLLECTION)):
        polygons = only_polygons(outlines.geometry[at])
        if polygons.is_empty:
            continue
        outlines.geometry[at] = polygons
        outlines.journal.note("ingest.polygons_kept", row=int(at) + 1, identifier=outlines.identifiers[at])
    types = shapely.get_type_id(outlines.geometry)
    for at in np.flatnonzero(outlines.kept & ~np.isin(types, POLYGONAL)):
        outlines.refuse_one(int(at), "ingest.not_polygon", type=outlines.geometry[at].geom_type)


def only_polygons(geometry: shapely.Geometry) -> Polygon | MultiPolygon:
    """Return the polygons of a geometry, at any depth, as one polygon or multipolygon; empty where there is none.

    Examples
    --------
    >>> only_polygons(shapely.from_wkt("GEOMETRYCOLLECTION (POINT (0 0), POLYGON ((0 0, 1 0, 0 1, 0 0)))")).wkt
    'POLYGON ((0 0, 1 0, 0 1, 0 0))'
    """
    parts = shapely.get_parts(np.array([geometry]))
    while np.isin(shapely.get_type_id(parts), (GeometryType.GEOMETRYCOLLECTION, GeometryType.MULTIPOLYGON)).any():
        parts = shapely.get_parts(parts)
    polygons = parts[(shapely.get_type_id(parts) == GeometryType.POLYGON) & ~shapely.is_empty(parts)]
    return MultiPolygon(list(polygons)) if len(polygons) != 1 else polygons[0]


def _flatten(outlines: Outlines) -> None:
    """Drop heights and measures, and say in how many rows."""
    raised = outlines.kept & (shapely.has_z(outlines.geometry) | shapely.has_m(outlines.geometry))
    if raised.any():
        outlines.geometry[raised] = shapely.force_2d(outlines.geometry[raised])
        outlines.journal.note("ingest.heights_dropped", count=int(raised.sum()))


def _check_position(outlines: Outlines, crs: CRS) -> None:
    """Refuse rows whose coordinates cannot be in the system; if that is all of them, the whole layer."""
    at = np.flatnonzero(outlines.kept)
    impossible = at[find_impossible(outlines.geometry[at], crs)]
    params: dict[str, object] = {"crs": describe_crs(crs)}
    for row in impossible:
        x, y = shapely.get_coordinates(outlines.geometry[row])[0].tolist()
        params |= {"x": f"{x:.10g}", "y": f"{y:.10g}"}
        outlines.refuse_one(int(row), "ingest.impossible_row", **params)
    if len(impossible) and len(impossible) == len(at):
        journal = outlines.journal
        raise GeometryError("ingest.impossible_layer", file=str(journal.path), layer=journal.layer, **params)


def _check_extent(outlines: Outlines, crs: CRS) -> None:
    """Refuse outlines in degrees that are wider than a zone: countries, or land drawn across the antimeridian."""
    if crs.is_geographic:
        west, south, east, north = shapely.bounds(outlines.geometry).T
        outlines.refuse(
            np.fmax(east - west, north - south) > WIDEST_DEGREES, "ingest.too_wide", degrees=f"{WIDEST_DEGREES:g}"
        )


def _mend(outlines: Outlines) -> None:
    """Mend outlines that cross themselves, or refuse them where mending changes their area."""
    at_kept = np.flatnonzero(outlines.kept)
    for at in at_kept[~shapely.is_valid(outlines.geometry[at_kept])]:
        drawn = outlines.geometry[at]
        reason = shapely.is_valid_reason(drawn)
        mended = only_polygons(shapely.make_valid(drawn))
        change = abs(mended.area - drawn.area)
        if mended.is_empty:
            outlines.refuse_one(int(at), "ingest.zero_area")
        elif change > MEND_TOLERANCE * mended.area:
            percent = f"{100 * change / mended.area:.3g}"
            outlines.refuse_one(int(at), "ingest.not_mendable", reason=reason, percent=percent)
        else:
            outlines.geometry[at] = mended
            said = {"identifier": outlines.identifiers[at], "reason": reason}
            percent = f"{100 * change / mended.area:.2g}"
            outlines.journal.note("ingest.mended", row=int(at) + 1, percent=percent, **said)
