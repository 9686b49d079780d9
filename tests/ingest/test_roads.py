"""Road layers."""

import warnings
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from geo.errors import CRSMismatchError, SchemaError
from geo.ingest.roads import read_roads

LINE = shapely.LineString([(500_000, 3_300_000), (501_000, 3_300_000)])


def test_lines_come_out_in_longitude_and_latitude(tmp_path: Path) -> None:
    gpd.GeoDataFrame(geometry=[LINE], crs=4549).to_file(tmp_path / "roads.gpkg")
    west, south, east, _ = read_roads(tmp_path / "roads.gpkg").total_bounds
    assert west == pytest.approx(120.0)
    assert 29 < south < 31
    assert east > west


def test_a_layer_without_a_system_is_refused(tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "'crs' was not provided")  # on purpose
        gpd.GeoDataFrame(geometry=[LINE]).to_file(tmp_path / "roads.gpkg")
    with pytest.raises(CRSMismatchError) as caught:
        read_roads(tmp_path / "roads.gpkg")
    assert caught.value.code == "ingest.no_crs"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SchemaError) as caught:
        read_roads(tmp_path / "none.gpkg")
    assert caught.value.params["file"]
