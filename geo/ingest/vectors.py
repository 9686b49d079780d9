"""Rows of a vector layer: read in bulk by pyogrio, and row by row by fiona where bulk reading gives up.

The two carry GDAL versions of their own and fail in different places: pyogrio refuses a whole layer for one ring that
does not close, fiona hands the ring over.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import fiona
import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, GeometryError

from geo.errors import SchemaError
from geo.ingest.layers import DRIVER_OPTIONS, UNREADABLE, Layer, Rows, quiet
from geo.ingest.report import Journal

UNCOUNTED = frozenset({"GML"})
"""Formats whose rows nobody has counted beforehand; a text that breaks off is not well-formed, which was checked."""

CURVED = ("CURVEPOLYGON", "MULTISURFACE", "COMPOUNDCURVE", "CIRCULARSTRING", "MULTICURVE")
"""Kinds of geometry that may hold arcs."""

ARC_STEP = {"OGR_ARC_STEPSIZE": "0.5"}
"""Arcs become chords of half a degree [degree]: a circle loses one part in 80,000 of its area, not one in 1,200."""


def read_rows(
    layer: Layer, columns: Sequence[str], journal: Journal, *, identifier: str | None = None
) -> tuple[pd.DataFrame, np.ndarray]:
    """Read columns and outlines of a layer.

    Parameters
    ----------
    layer
        What to read.
    columns
        The columns wanted, as they are named in the file.
    journal
        Receives what the readers warned of, rings that were closed, arcs that became chords, and rows whose geometry
        no reader understands.
    identifier
        The column, among those wanted, that tells to which outline a line of the file belongs, where an outline takes
        several.

    Returns
    -------
    tuple[pandas.DataFrame, numpy.ndarray]
        The columns, indexed by row number from 1, and an array of as many geometries, None where there is none.

    Raises
    ------
    SchemaError
        The layer has no rows, or the file is damaged and rows would be lost.
    """
    if layer.encoding.note:
        journal.note(layer.encoding.note, encoding=layer.encoding.driver or "ISO-8859-1")
    with quiet() as said, _fine_arcs():
        if layer.read is not None:
            frame, geometry = layer.read(columns, identifier, journal)
        else:
            frame, geometry = _read_bulk(layer, columns, journal)
            curved = _count_curved(layer)
            if curved:
                journal.note("ingest.curves_straightened", count=curved)
    for message in dict.fromkeys(str(warning.message) for warning in said):
        journal.note("ingest.reader_said", message=message)
    if not (len(geometry) or journal.refused):
        raise SchemaError("ingest.empty_layer", file=str(layer.file), layer=layer.shown)
    return frame, geometry


@contextmanager
def _fine_arcs() -> Iterator[None]:
    """Let arcs become short chords."""
    before = {name: pyogrio.get_gdal_config_option(name) for name in ARC_STEP}
    pyogrio.set_gdal_config_options(ARC_STEP)
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(before)


def _count_curved(layer: Layer) -> int:
    """Count the rows that may have arcs, in the formats that can: the reader hands over chords without a word."""
    kinds = ", ".join(f"'{kind}'" for kind in CURVED)
    if layer.driver == "GPKG" and layer.geometry_name:
        column = layer.geometry_name.replace('"', '""')
        where = f'ST_GeometryType("{column}") IN ({kinds})'
    elif layer.driver in ("OpenFileGDB", "GML", "FlatGeobuf"):
        where = f"OGR_GEOMETRY IN ({kinds})"
    else:
        return 0
    options: dict[str, object] = {"columns": [], "read_geometry": False, "return_fids": True}
    options |= DRIVER_OPTIONS.get(layer.driver, {})
    try:
        return len(pyogrio.raw.read(layer.source, layer=layer.name, where=where, **options)[1])
    except (DataLayerError, DataSourceError, FeatureError, ValueError):
        return 0


def _read_bulk(layer: Layer, columns: Sequence[str], journal: Journal) -> Rows:
    """All rows at once; where that fails, one by one."""
    options: dict[str, object] = {"layer": layer.name, "columns": list(columns), "encoding": layer.encoding.driver}
    options["datetime_as_string"] = True
    options |= DRIVER_OPTIONS.get(layer.driver, {})
    try:
        about, _, wkb, values = pyogrio.raw.read(layer.source, **options)
    except (FeatureError, DataLayerError) as error:
        raise _damaged(layer, str(error)) from error
    except (DataSourceError, GeometryError):
        return _rescue(layer, columns, journal)
    count = len(values[0]) if wkb is None else len(wkb)
    try:
        geometry = np.full(count, None) if wkb is None else shapely.from_wkb(wkb)
    except shapely.errors.ShapelyError:
        return _rescue(layer, columns, journal, expected=count)
    frame = pd.DataFrame(dict(zip(about["fields"], values, strict=True)), index=range(1, count + 1))
    return frame[list(columns)], geometry


def read_attributes(layer: Layer, rows: Sequence[int], *, identifier: str | None) -> dict[int, dict[str, object]]:
    """Read every column of some rows of a layer that was read before; a row that cannot be read again is left out."""
    if layer.read is not None:
        frame, _ = layer.read(list(layer.fields), identifier, Journal(layer.file))
        records = frame.to_dict("index")
        return {row: {str(name): cell for name, cell in records[row].items()} for row in rows if row in records}
    first, last = min(rows), max(rows)
    options: dict[str, object] = {"layer": layer.name, "encoding": layer.encoding.driver, "read_geometry": False}
    options |= {"datetime_as_string": True, "skip_features": first - 1, "max_features": last - first + 1}
    with quiet():
        try:
            about, _, _, values = pyogrio.raw.read(layer.source, **options, **DRIVER_OPTIONS.get(layer.driver, {}))
        except (FeatureError, DataLayerError, DataSourceError, GeometryError):
            return _rescue_attributes(layer, set(rows))
    return {
        row: {name: cells[row - first] for name, cells in zip(about["fields"], values, strict=True)} for row in rows
    }


def _rescue_attributes(layer: Layer, wanted: set[int]) -> dict[int, dict[str, object]]:
    """Read every column of some rows one after the other."""
    options = {"layer": layer.name, "enabled_drivers": [layer.driver], "encoding": layer.encoding.driver}
    options |= DRIVER_OPTIONS.get(layer.driver, {})
    with fiona.open(layer.source, **options) as rows:
        return {number: dict(record.properties) for number, record in enumerate(rows, start=1) if number in wanted}


def _damaged(layer: Layer, reason: str) -> SchemaError:
    """Make the error that says that rows would be lost."""
    return SchemaError("ingest.damaged", file=str(layer.file), layer=layer.shown, reason=reason)


def _rescue(layer: Layer, columns: Sequence[str], journal: Journal, *, expected: int | None = None) -> Rows:
    """One row after the other, so that a row that cannot be read costs only itself.

    Fiona ends without a word where a database is damaged, so the rows are counted.
    """
    records, shapes = [], []
    options = {"layer": layer.name, "enabled_drivers": [layer.driver], "encoding": layer.encoding.driver}
    options |= DRIVER_OPTIONS.get(layer.driver, {})
    try:
        with fiona.open(layer.source, **options) as rows:
            for number, record in enumerate(rows, start=1):
                records.append({name: record.properties.get(name) for name in columns})
                shapes.append(_shape(record.geometry, number, journal))
            if expected is None:
                expected = len(records) if layer.driver in UNCOUNTED else len(rows)
    except UNREADABLE as error:
        raise SchemaError("ingest.unreadable", file=str(layer.file), layer=layer.shown, reason=str(error)) from error
    if len(records) != expected:
        raise _damaged(layer, f"{len(records)} / {expected}")
    geometry = np.full(len(shapes), None)
    geometry[:] = shapes
    return pd.DataFrame(records, columns=list(columns), index=range(1, len(records) + 1)), geometry


def _shape(geometry: fiona.Geometry | None, row: int, journal: Journal) -> shapely.Geometry | None:
    """Geometry of one row; rings are closed and that is said, what cannot be built is kept as a refusal."""
    if geometry is None:
        return None
    drawn = geometry.__geo_interface__
    try:
        shape = shapely.geometry.shape(drawn)
    except (ValueError, TypeError, shapely.errors.ShapelyError) as error:
        journal.refuse("ingest.bad_geometry", row=row, identifier=None, raw=json.dumps(drawn), reason=str(error))
        return None
    if any(ring and tuple(ring[0]) != tuple(ring[-1]) for ring in _rings(drawn)):
        journal.note("ingest.ring_closed", row=row)
    return shape


def _rings(geometry: dict[str, object]) -> Iterator[Sequence[Sequence[float]]]:
    """Rings of a polygon or multipolygon."""
    coordinates = geometry.get("coordinates", ())
    polygons = {"Polygon": [coordinates], "MultiPolygon": coordinates}.get(str(geometry["type"]), ())
    for polygon in polygons:  # type: ignore[attr-defined]  # GeoJSON coordinates nest by type
        yield from polygon
