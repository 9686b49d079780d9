"""A road layer: lines, for ways between places."""

from pathlib import Path

import geopandas as gpd

from geo.errors import CRSMismatchError
from geo.ingest.crs import to_store
from geo.ingest.report import Journal
from geo.ingest.sources import open_source
from geo.ingest.vectors import read_rows


def read_roads(path: Path) -> gpd.GeoSeries:
    """Read the lines of a road layer in EPSG:4490, longitude first.

    Raises
    ------
    SchemaError
        The file cannot be opened, or holds no rows.
    CRSMismatchError
        It declares no system, or one from which no published transformation leads to CGCS2000.
    """
    with open_source(path, layer=None, usual=("roads", "道路")) as opened:
        if opened.crs is None:
            raise CRSMismatchError("ingest.no_crs", file=str(path), layer=opened.shown)
        _, geometry = read_rows(opened, [], Journal(path))
        return to_store(gpd.GeoDataFrame(geometry=geometry, crs=opened.crs)).geometry
