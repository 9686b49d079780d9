"""Rows of a vector layer: read in bulk by pyogrio, and row by row by fiona where bulk reading gives up.

The two carry GDAL versions of their own and fail in different places: pyogrio refuses a whole layer for one ring that
does not close, fiona hands the ring over.
"""

import json
from collections.abc import Iterator, Sequence

import fiona
import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, GeometryError

from geo.errors import SchemaError
from geo.ingest.layers import UNREADABLE, Layer, quiet
from geo.ingest.report import Journal

Rows = tuple[pd.DataFrame, np.ndarray]
"""The columns wanted, and as many geometries, None where there is none."""


def read_rows(layer: Layer, columns: Sequence[str], journal: Journal) -> tuple[pd.DataFrame, np.ndarray]:
    """Read columns and outlines of a layer; row n of the file is position n - 1.

    Parameters
    ----------
    layer
        What to read.
    columns
        The columns wanted, as they are named in the file.
    journal
        Receives what the readers warned of, rings that were closed, and rows whose geometry no reader understands.

    Returns
    -------
    tuple[pandas.DataFrame, numpy.ndarray]
        The columns, and an array of as many geometries, None where there is none.

    Raises
    ------
    SchemaError
        The layer has no rows, or the file is damaged and rows would be lost.
    """
    if layer.encoding:
        journal.note("ingest.encoding_guessed", encoding=layer.encoding)
    with quiet() as said:
        frame, geometry = _read_bulk(layer, columns, journal)
    for message in dict.fromkeys(str(warning.message) for warning in said):
        journal.note("ingest.reader_said", message=message)
    if not len(geometry):
        raise SchemaError("ingest.empty_layer", file=str(layer.file), layer=layer.shown)
    return frame, geometry


def _read_bulk(layer: Layer, columns: Sequence[str], journal: Journal) -> Rows:
    """All rows at once; where that fails, one by one."""
    options = {"layer": layer.name, "columns": list(columns), "encoding": layer.encoding, "datetime_as_string": True}
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
    frame = pd.DataFrame(dict(zip(about["fields"], values, strict=True)), index=range(count))
    return frame[list(columns)], geometry


def _damaged(layer: Layer, reason: str) -> SchemaError:
    """Make the error that says that rows would be lost."""
    return SchemaError("ingest.damaged", file=str(layer.file), layer=layer.shown, reason=reason)


def _rescue(layer: Layer, columns: Sequence[str], journal: Journal, *, expected: int | None = None) -> Rows:
    """One row after the other, so that a row that cannot be read costs only itself.

    Fiona ends without a word where a database is damaged, so the rows are counted.
    """
    records, shapes = [], []
    options = {"layer": layer.name, "enabled_drivers": [layer.driver], "encoding": layer.encoding}
    try:
        with fiona.open(layer.source, **options) as rows:
            for number, record in enumerate(rows, start=1):
                records.append({name: record.properties.get(name) for name in columns})
                shapes.append(_shape(record.geometry, number, journal))
            expected = len(rows) if expected is None else expected
    except UNREADABLE as error:
        raise SchemaError("ingest.unreadable", file=str(layer.file), layer=layer.shown, reason=str(error)) from error
    if len(records) != expected:
        raise _damaged(layer, f"{len(records)} / {expected}")
    geometry = np.full(len(shapes), None)
    geometry[:] = shapes
    return pd.DataFrame(records, columns=list(columns), index=range(len(records))), geometry


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
