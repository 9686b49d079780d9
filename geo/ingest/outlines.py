"""Outlines as they come: refused, mended with the change said, or taken as they are."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from pyproj import CRS
from shapely import GeometryType, MultiPolygon, Polygon

from geo.errors import GeometryError
from geo.ingest.crs import describe_crs, find_impossible, metres_per_unit
from geo.ingest.crs_guess import Guess, Place, guess_crs
from geo.ingest.report import Journal

MEND_TOLERANCE = 1e-3
"""Share of its area by which mending may change an outline. Beyond it nobody can tell which outline was meant."""

SMALLEST_M2 = 0.01
"""An outline below this area has none [m2]: smaller than any survey can tell from nothing."""

DEGREE_M = 111_320.0
"""Length of one degree at the equator [m]; a bound, not a measure."""

WIDEST_DEGREES = 3.0
"""An outline wider than a measuring zone is no parcel and no building, and cannot be measured in one [degree]."""

AT_ONCE = 50_000
"""Outlines whose corners are looked at together."""

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
    rows
        Array of n numbers: where each stands in the file, from 1.
    kept
        Array of n bools: not refused so far.
    journal
        Where reasons go.
    """

    geometry: np.ndarray
    identifiers: np.ndarray
    rows: np.ndarray
    kept: np.ndarray
    journal: Journal

    def refuse(self, found: np.ndarray, code: str, /, **params: object) -> None:
        """Refuse the rows found, as far as they are still kept, for one reason."""
        for at in np.flatnonzero(found & self.kept):
            self.refuse_one(int(at), code, **params)

    def refuse_one(self, at: int, code: str, /, **params: object) -> None:
        """Refuse one row for a reason of its own."""
        raw = shapely.to_wkt(self.geometry[at], rounding_precision=-1) if self.geometry[at] is not None else ""
        self.journal.refuse(code, row=int(self.rows[at]), identifier=self.identifiers[at], raw=raw, **params)
        self.kept[at] = False

    def note_one(self, at: int, code: str, /, **params: object) -> None:
        """Say something of one row."""
        self.journal.note(code, row=int(self.rows[at]), identifier=self.identifiers[at], **params)


def start_outlines(
    geometry: np.ndarray, identifiers: Sequence[str | None], journal: Journal, rows: Sequence[int] | None = None
) -> Outlines:
    """Begin to check the outlines of a layer: all are kept but those refused in reading.

    Entries of the journal written before the identifiers were known are completed. Row numbers count from 1 unless
    they are given.
    """
    numbers = np.arange(1, len(geometry) + 1) if rows is None else np.asarray(rows)
    names = np.full(len(geometry), None)
    names[:] = identifiers
    name_of = dict(zip(numbers.tolist(), identifiers, strict=True))
    for entry in (*journal.notes, *journal.refused):
        if entry["row"] in name_of and entry["identifier"] is None:
            entry["identifier"] = name_of[entry["row"]]
    kept = ~np.isin(numbers, [int(str(entry["row"])) for entry in journal.refused])
    return Outlines(geometry, names, numbers, kept, journal)


@np.errstate(invalid="ignore")  # rows refused for coordinates that are no numbers stay in the array
def check_outlines(outlines: Outlines, crs: CRS, *, near: Place | None = None, is_part: bool = False) -> None:
    """Check outlines by columns; refuse, mend or keep each.

    In this order: there is one; it is a polygon (polygons among other things are kept, points and lines are not); its
    coordinates are finite; heights and measures are dropped; its coordinates can be in the declared system and are
    no wider than a zone; it does not cross itself, or is mended without changing its area by more than
    ``MEND_TOLERANCE``; it has an area. Where no row can be in the system as it stands and every row can with its
    axes swapped, they are swapped and that is noted: north stands first in many files made in China, and within
    China no coordinate is possible both ways.

    Parameters
    ----------
    outlines
        The outlines; changed in place.
    crs
        The system they are in.
    near
        Some place in the county, for the guess offered where the system is wrong [degree].
    is_part
        These are some rows of a file: what all of them share says nothing of the file, so none are swapped and each
        is refused by itself.

    Raises
    ------
    GeometryError
        No row has coordinates that can be in the declared system: the declaration is wrong, not the rows.
    """
    outlines.refuse(shapely.is_missing(outlines.geometry) | shapely.is_empty(outlines.geometry), "ingest.no_geometry")
    _keep_polygons(outlines)
    outlines.refuse(_find_infinite(outlines.geometry), "ingest.not_finite")
    _flatten(outlines)
    _check_position(outlines, crs, near, is_part=is_part)
    _check_extent(outlines, crs)
    _mend(outlines)
    unit_m = DEGREE_M if crs.is_geographic else metres_per_unit(crs)
    outlines.refuse(shapely.area(outlines.geometry) * unit_m**2 < SMALLEST_M2, "ingest.zero_area")


def _find_infinite(geometry: np.ndarray) -> np.ndarray:
    """Find geometries with coordinates that are no numbers; some at a time, for the corners are copied."""
    infinite = np.zeros(len(geometry), dtype=bool)
    for start in range(0, len(geometry), AT_ONCE):
        vertices, owner = shapely.get_coordinates(geometry[start : start + AT_ONCE], return_index=True)
        infinite[start + owner[~np.isfinite(vertices).all(axis=1)]] = True
    return infinite


def _keep_polygons(outlines: Outlines) -> None:
    """Take the polygons out of collections; refuse what is neither."""
    types = shapely.get_type_id(outlines.geometry)
    for at in np.flatnonzero(outlines.kept & (types == GeometryType.GEOMETRYCOLLECTION)):
        polygons = only_polygons(outlines.geometry[at])
        if polygons.is_empty:
            continue
        outlines.geometry[at] = polygons
        outlines.note_one(int(at), "ingest.polygons_kept")
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


def _check_position(outlines: Outlines, crs: CRS, near: Place | None, *, is_part: bool) -> None:
    """Refuse rows whose coordinates cannot be in the system; if that is all of them, the whole layer.

    A layer that fits with its axes swapped is mended instead.
    """
    at = np.flatnonzero(outlines.kept)
    is_impossible = find_impossible(outlines.geometry[at], crs)
    if len(at) and is_impossible.all() and not is_part:
        swapped = swap_axes(outlines.geometry[at])
        if not find_impossible(swapped, crs).any():
            outlines.geometry[at] = swapped
            outlines.journal.note("ingest.axes_swapped", crs=describe_crs(crs))
            return
        _refuse_layer(outlines, crs, guess_crs(outlines.geometry[at], near))
    for row in at[is_impossible]:
        x, y = shapely.get_coordinates(outlines.geometry[row])[0].tolist()
        outlines.refuse_one(int(row), "ingest.impossible_row", crs=describe_crs(crs), x=f"{x:.10g}", y=f"{y:.10g}")


def swap_axes(geometry: np.ndarray) -> np.ndarray:
    """Return geometries with their axes swapped.

    Examples
    --------
    >>> print(swap_axes(np.array([shapely.Point(3300000, 500000)]))[0])
    POINT (500000 3300000)
    """
    swapped: np.ndarray = shapely.transform(geometry, lambda coordinates: coordinates[:, ::-1])
    return swapped


def _refuse_layer(outlines: Outlines, crs: CRS, guess: Guess) -> None:
    """Raise for a layer no row of which can be in its system, with what it looks like instead."""
    x, y = shapely.get_coordinates(outlines.geometry[np.flatnonzero(outlines.kept)[-1]])[0].tolist()
    place = {"file": str(outlines.journal.path), "layer": outlines.journal.layer}
    params = {"crs": describe_crs(crs), "x": f"{x:.10g}", "y": f"{y:.10g}"}
    if guess.codes and guess.codes != (params["crs"],):
        params |= {"guess": ", ".join(guess.codes), "first": guess.codes[0]}
        raise GeometryError("ingest.impossible_layer_guess", **place, **params)
    raise GeometryError("ingest.impossible_layer", **place, **params)


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
            percent = f"{100 * change / mended.area:.2g}"
            outlines.note_one(int(at), "ingest.mended", percent=percent, reason=reason)
