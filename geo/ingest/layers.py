"""Layers of vector files, opened but not read: which there are, their columns, system and encoding."""

import warnings
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fiona
import numpy as np
import pandas as pd
import pyogrio
from fiona.errors import FionaError
from pyogrio.errors import DataLayerError, DataSourceError
from pyproj import CRS

from geo.errors import SchemaError
from geo.ingest.crs import read_crs
from geo.ingest.encodings import TableEncoding, table_encoding
from geo.ingest.files import check_file, shapefile_parts
from geo.ingest.geojson import says_crs
from geo.ingest.markup import check_markup
from geo.ingest.report import Journal

DRIVERS = {
    ".gpkg": "GPKG",
    ".shp": "ESRI Shapefile",
    ".geojson": "GeoJSON",
    ".json": "GeoJSON",
    ".gdb": "OpenFileGDB",
    ".gml": "GML",
    ".fgb": "FlatGeobuf",
}
"""Formats that drivers read, by suffix."""

DRIVER_OPTIONS = {"GML": {"DOWNLOAD_SCHEMA": "NO", "WRITE_GFS": "NO"}}
"""What drivers are told besides: to fetch nothing, and to write nothing beside the file."""

WITH_LAYERS = frozenset({"GPKG", "OpenFileGDB", "GML"})
"""Formats a file of which can have several layers."""

UNREADABLE = (FionaError, OSError, ValueError, RuntimeError)
"""What fiona raises where it cannot go on."""

Rows = tuple[pd.DataFrame, np.ndarray]
"""Columns, indexed by row number, and as many geometries, None where there is none."""


ANY_ENCODING = TableEncoding(None, None)


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of a file, opened but not read.

    Attributes
    ----------
    file
        The file.
    source
        What the drivers are given: the path, for GeoJSON with the driver's name before it, so that a text that only
        looks like GeoJSON (a pipeline, a pointer to another file) is opened by nobody else.
    driver
        The one driver allowed, or what we call a format that no driver reads.
    name
        The layer.
    fields
        Names of its columns.
    said_crs
        How it declares its system, or None.
    is_crs_implied
        The system is the format's own default and not said in the file.
    encoding
        Encoding of a Shapefile's table, and the code of what is to be said of that.
    geometry_name
        Column of the geometry in a database.
    read
        For a format that no driver reads: takes the columns wanted, that of the identifier if there is one, and the
        journal, and returns the rows. Otherwise None.
    is_part
        It holds some rows of a file only.
    """

    file: Path
    source: str
    driver: str
    name: str
    fields: tuple[str, ...]
    said_crs: str | None
    is_crs_implied: bool = False
    encoding: TableEncoding = ANY_ENCODING
    geometry_name: str = ""
    read: Callable[[Sequence[str], str | None, Journal], Rows] | None = None
    is_part: bool = False

    @property
    def shown(self) -> str | None:
        """Name of the layer where a file can have several, otherwise None."""
        return self.name if self.driver in WITH_LAYERS else None

    @property
    def crs(self) -> CRS | None:
        """The system it declares, or None where it declares none that places it on the Earth."""
        return read_crs(self.said_crs)


def open_layer(
    path: str | Path,
    *,
    layer: str | None,
    usual: Collection[str],
    is_table: bool = False,
    encoding: str | None = None,
) -> Layer:
    """Open one layer of a file that a driver reads.

    Parameters
    ----------
    path
        A local file, or the folder of a file geodatabase.
    layer
        Name of the layer. Left out, it is the only layer there is, or the only one with a usual name.
    usual
        Names under which such a layer is usually found.
    is_table
        Tables without geometry are wanted, not layers with.
    encoding
        Encoding of a Shapefile's table; left out, it is found out.

    Raises
    ------
    SchemaError
        The file cannot be opened, or the layer cannot be told.
    CRSMismatchError
        It names its system by an address.
    """
    file = check_file(path, DRIVERS)
    driver = DRIVERS[file.suffix.lower()]
    is_implied = driver == "GeoJSON" and not says_crs(file)
    if driver == "GML":
        check_markup(file)
    source = f"GeoJSON:{file}" if driver == "GeoJSON" else str(file)
    name = _choose_layer(_list_layers(file, source), layer=layer, usual=usual, file=file, is_table=is_table)
    found = _table_encoding(file, encoding) if driver == "ESRI Shapefile" else ANY_ENCODING
    about = _describe(file, source, name, found)
    fields, said_crs, geometry_name = tuple(map(str, about["fields"])), about["crs"], about["geometry_name"]
    return Layer(file, source, driver, name, fields, said_crs, is_implied, found, geometry_name)


def list_layers(file: Path) -> dict[str, bool]:
    """Return the layers of a file by name, and whether each has geometry."""
    return _list_layers(file, str(file))


def _list_layers(file: Path, source: str) -> dict[str, bool]:
    """Names of the layers of a file, and whether each has geometry."""
    driver = DRIVERS[file.suffix.lower()]
    with quiet() as said:
        try:
            if driver in DRIVER_OPTIONS:
                return _list_by_number(source, DRIVER_OPTIONS[driver])
            return {str(name): kind is not None for name, kind in pyogrio.list_layers(source)}
        except DataSourceError as error:
            refusal = error
        try:
            return dict.fromkeys(fiona.listlayers(source), True)
        except UNREADABLE:
            reason = str(refusal) if not said else f"{refusal}; {said[0].message}"
            raise SchemaError("ingest.unreadable", file=str(file), reason=reason) from refusal


def _list_by_number(source: str, options: dict[str, str]) -> dict[str, bool]:
    """List the layers of a file that must be opened with options, which the reader's own list does not take."""
    layers: dict[str, bool] = {}
    while True:
        try:
            about = pyogrio.read_info(source, layer=len(layers), **options)
        except DataLayerError:
            return layers
        layers[str(about["layer_name"])] = about["geometry_type"] is not None


def _choose_layer(
    layers: dict[str, bool], *, layer: str | None, usual: Collection[str], file: Path, is_table: bool
) -> str:
    """Return the layer meant, or say which there are."""
    names = list(layers)
    if layer is not None:
        if layer not in layers:
            raise SchemaError("ingest.unknown_layer", file=str(file), layer=layer, layers=", ".join(names))
        fitting = [layer]
    else:
        fitting = _usual_layers(layers, usual=usual, is_table=is_table)
    if len(fitting) != 1:
        raise SchemaError("ingest.which_layer", file=str(file), layers=", ".join(names) or "-")
    if not (is_table or layers[fitting[0]]):
        raise SchemaError("ingest.no_outlines", file=str(file), layer=fitting[0], layers=", ".join(names))
    return fitting[0]


def _usual_layers(layers: dict[str, bool], *, usual: Collection[str], is_table: bool) -> list[str]:
    """Layers that may be meant when none is named."""
    names = list(layers)
    fitting = [name for name in names if layers[name] is not is_table] if len(names) > 1 else names
    if len(fitting) > 1:
        fitting = [name for name in fitting if name.lower() in usual]
    return fitting


def _describe(file: Path, source: str, name: str, encoding: TableEncoding) -> dict[str, Any]:
    """Field names, declared system and column of the geometry of a layer, from whichever reader opens it.

    Raises
    ------
    SchemaError
        No reader opens it, or another than the one meant.
    """
    driver = DRIVERS[file.suffix.lower()]
    with quiet():
        try:
            about: dict[str, Any] = pyogrio.read_info(
                source, layer=name, encoding=encoding.driver, **DRIVER_OPTIONS.get(driver, {})
            )
        except (DataSourceError, UnicodeDecodeError):  # the second: a name of a column cut within a letter
            about = {}
        if about:
            if about["driver"] != driver:
                raise SchemaError("ingest.wrong_content", file=str(file), suffix=file.suffix.lower())
            return about
        try:
            with fiona.open(source, layer=name, enabled_drivers=[driver]) as rows:
                return {"fields": tuple(rows.schema["properties"]), "crs": rows.crs_wkt, "geometry_name": ""}
        except UNREADABLE as error:
            raise SchemaError("ingest.unreadable", file=str(file), reason=str(error)) from error


def _table_encoding(file: Path, named: str | None) -> TableEncoding:
    """Tell the encoding of the table of a Shapefile."""
    parts = {part.suffix.lower(): part for part in shapefile_parts(file)}
    return table_encoding(parts[".dbf"], parts.get(".cpg"), named=named)


@contextmanager
def quiet() -> Iterator[list[warnings.WarningMessage]]:
    """Gather what the readers warn of instead of printing it."""
    with warnings.catch_warnings(record=True) as said, np.errstate(invalid="ignore"):
        warnings.simplefilter("always")
        yield said
