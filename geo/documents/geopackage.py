"""GeoPackage for QField and QGIS: visits, parcels, the route, and a table to fill in."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely

from geo.documents.forms import ASKED, given_cells, row_hash
from geo.documents.plain import plain
from geo.documents.sheet import Sheet

STORED = "EPSG:4490"
DATE_OPTION = "OGR_CURRENT_DATE"


def write_geopackage(sheet: Sheet, path: Path) -> None:
    """Write a patrol's layers ``visits``, ``parcels``, ``route`` and the table ``findings``; photos stay outside."""
    stops = pd.DataFrame(
        {
            "visit_id": [stop.visit_id for stop in sheet.stops],
            "number": [stop.number for stop in sheet.stops],
            "parcel_id": [stop.parcel_id for stop in sheet.stops],
            "enterprise": [plain(stop.enterprise) for stop in sheet.stops],
            "arrives": [f"{stop.arrives:%H:%M}" for stop in sheet.stops],
            "why": [plain("\n".join(stop.why)) for stop in sheet.stops],
            "checks": [plain("\n".join(stop.checks)) for stop in sheet.stops],
            "photos": [plain("\n".join(stop.photos)) for stop in sheet.stops],
        }
    )
    points = shapely.points([[stop.longitude, stop.latitude] for stop in sheet.stops])
    outlines = [shapely.Polygon() if stop.outline is None else stop.outline for stop in sheet.stops]
    line = gpd.GeoDataFrame({"patrol_id": [sheet.patrol_id]}, geometry=[shapely.LineString(sheet.track())], crs=STORED)
    asked = dict.fromkeys([*(field.name for field in ASKED), "photo"], "")
    hashes = [row_hash(given_cells(stop)) for stop in sheet.stops]
    blank = stops[["visit_id", "parcel_id"]].assign(**asked, hash=hashes)
    with _dated():
        for layer, frame in (
            ("visits", gpd.GeoDataFrame(stops, geometry=points, crs=STORED)),
            ("parcels", gpd.GeoDataFrame(stops[["visit_id", "parcel_id"]], geometry=outlines, crs=STORED)),
            ("route", line),
        ):
            pyogrio.write_dataframe(
                frame, path, layer=layer, driver="GPKG", append=layer != "visits", promote_to_multi=layer == "parcels"
            )
        pyogrio.write_dataframe(blank, path, layer="findings", driver="GPKG", append=True)


@contextmanager
def _dated() -> Iterator[None]:
    """Let GDAL write a fixed day where it would write today's."""
    pyogrio.set_gdal_config_options({DATE_OPTION: "2000-01-01T00:00:00Z"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({DATE_OPTION: None})
