"""Layers of vector files, opened but not read: which there are, their columns, system and encoding."""

import warnings
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import fiona
import numpy as np
import pyogrio
from fiona.errors import FionaError
from pyogrio.errors import DataSourceError
from pyproj import CRS

from geo.errors import SchemaError
from geo.ingest.crs import choose_crs, describe_crs, read_crs
from geo.ingest.encodings import UNDECLARED, table_encoding
from geo.ingest.files import check_file, shapefile_parts
from geo.ingest.report import Journal

DRIVERS = {".gpkg": "GPKG", ".shp": "ESRI Shapefile", ".geojson": "GeoJSON", ".json": "GeoJSON"}
"""Formats that are read, by suffix."""

UNREADABLE = (FionaError, OSError, ValueError, RuntimeError)
"""What fiona raises where it cannot go on."""

HEAD = 65_536
"""Bytes at each end of a GeoJSON in which a ``crs`` member is looked for."""


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
        The one driver allowed.
    name
        The layer.
    fields
        Names of its columns.
    crs
        The system it declares, or None.
    is_crs_implied
        The system is GeoJSON's own default and not said in the file.
    encoding
        Encoding found for a Shapefile that declares none, otherwise None.
    """

    file: Path
    source: str
    driver: str
    name: str
    fields: tuple[str, ...]
    crs: CRS | None
    is_crs_implied: bool
    encoding: str | None

    @property
    def shown(self) -> str | None:
        """Name of the layer where a file can have several, otherwise None."""
        return self.name if self.driver == "GPKG" else None


def open_layer(path: str | Path, *, layer: str | None, usual: Collection[str], is_table: bool = False) -> Layer:
    """Open one layer of a GeoPackage, Shapefile or GeoJSON.

    Parameters
    ----------
    path
        A local file.
    layer
        Name of the layer. Left out, it is the only layer there is, or the only one with a usual name.
    usual
        Names under which such a layer is usually found.
    is_table
        Tables without geometry are wanted, not layers with.

    Raises
    ------
    SchemaError
        The file cannot be opened, or the layer cannot be told.
    """
    file = check_file(path, DRIVERS)
    driver = DRIVERS[file.suffix.lower()]
    source = f"GeoJSON:{file}" if driver == "GeoJSON" else str(file)
    name = _choose_layer(_list_layers(file, source), layer=layer, usual=usual, file=file, is_table=is_table)
    fields, declared, encoding = _describe(file, source, name)
    crs = read_crs(declared)
    is_implied = driver == "GeoJSON" and not _says_crs(file)
    return Layer(file, source, driver, name, fields, crs, is_implied, encoding)


def layer_crs(layer: Layer, option: str | None, journal: Journal) -> CRS:
    """Return the system of a layer; where the caller had to name it, that is noted.

    GeoJSON's own default gives way to what the caller says: bureaus write projected coordinates without saying so.

    Raises
    ------
    CRSMismatchError
        There is none, the option names none, or the option contradicts the file.
    """
    declared = None if layer.is_crs_implied and option else layer.crs
    crs = choose_crs(declared, option, file=str(layer.file), layer=layer.shown)
    if declared is None:
        journal.note("ingest.crs_by_option", crs=describe_crs(crs))
    return crs


def _list_layers(file: Path, source: str) -> dict[str, bool]:
    """Names of the layers of a file, and whether each has geometry."""
    with quiet() as said:
        try:
            return {str(name): kind is not None for name, kind in pyogrio.list_layers(source)}
        except DataSourceError as error:
            refusal = error
        try:
            return dict.fromkeys(fiona.listlayers(source), True)
        except UNREADABLE:
            reason = str(refusal) if not said else f"{refusal}; {said[0].message}"
            raise SchemaError("ingest.unreadable", file=str(file), reason=reason) from refusal


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


def _describe(file: Path, source: str, name: str) -> tuple[tuple[str, ...], str | None, str | None]:
    """Field names, declared system and encoding of a layer, from whichever reader opens it."""
    encoding = None
    with quiet():
        try:
            about = pyogrio.read_info(source, layer=name)
            if about["driver"] == "ESRI Shapefile" and about["encoding"] == UNDECLARED:
                encoding = _undeclared_encoding(file)
                about = pyogrio.read_info(source, layer=name, encoding=encoding) if encoding else about
            return tuple(about["fields"]), about["crs"], encoding
        except DataSourceError:
            pass
        try:
            with fiona.open(source, layer=name, enabled_drivers=[DRIVERS[file.suffix.lower()]]) as rows:
                return tuple(rows.schema["properties"]), rows.crs_wkt, encoding
        except UNREADABLE as error:
            raise SchemaError("ingest.unreadable", file=str(file), reason=str(error)) from error


def _undeclared_encoding(file: Path) -> str | None:
    """Find the encoding of the table of a Shapefile that has no ``.cpg``."""
    parts = {part.suffix.lower(): part for part in shapefile_parts(file)}
    return None if ".cpg" in parts else table_encoding(parts[".dbf"])


def _says_crs(file: Path) -> bool:
    """Whether a GeoJSON names its system: looked for at both ends, where writers put it."""
    with file.open("rb") as stream:
        head = stream.read(HEAD)
        stream.seek(max(0, file.stat().st_size - HEAD))
        return b'"crs"' in head + b" " + stream.read(HEAD)


@contextmanager
def quiet() -> Iterator[list[warnings.WarningMessage]]:
    """Gather what the readers warn of instead of printing it."""
    with warnings.catch_warnings(record=True) as said, np.errstate(invalid="ignore"):
        warnings.simplefilter("always")
        yield said
