import geopandas as gpd
import pytest
import shapely
from pyproj import CRS
from shapely.geometry import MultiPolygon, Polygon, box
from sqlalchemy.dialects import postgresql

from geo.errors import CRSMismatchError
from geo.store.geometries import crs_text, geometry_hashes, near_box, stored_geometry
from geo.store.parcels import PARCELS

LOCAL_GRID = "+proj=tmerc +lat_0=31 +lon_0=121.5 +k=1 +x_0=0 +y_0=0 +ellps=bessel +units=m +type=crs"


def frame(geometry, crs) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=[geometry], crs=crs)


def test_a_projected_source_keeps_its_own_coordinates_exactly():
    square = box(40_500_000.1, 3_500_000.2, 40_500_020.1, 3_500_020.2)
    stored = stored_geometry(frame(square, 4528), file="a.shp").iloc[0]
    assert shapely.from_wkb(stored["source_wkb"]) == square
    assert stored["source_crs"] == "EPSG:4528"
    assert isinstance(stored["geom"], MultiPolygon)
    min_x, min_y, max_x, max_y = stored["geom"].bounds
    assert 119 < min_x < max_x < 121  # longitude first: zone 40 lies around 120 degrees east
    assert 31 < min_y < max_y < 32


@pytest.mark.parametrize("crs", [4326, 4490])
def test_a_geographic_source_is_stored_once(crs):
    square = MultiPolygon([box(120, 31, 121, 32)])
    stored = stored_geometry(frame(square, crs), file="a.geojson").iloc[0]
    assert stored["source_wkb"] is None
    assert stored["geom"].equals_exact(square, 1e-9)


def test_without_a_coordinate_system_nothing_is_stored():
    with pytest.raises(CRSMismatchError, match="no_crs"):
        stored_geometry(frame(box(0, 0, 1, 1), None), file="a.shp")


@pytest.mark.parametrize(
    "crs", [4490, 4528, LOCAL_GRID, CRS(4528).to_wkt("WKT1_ESRI")], ids=["4490", "4528", "local", "prj"]
)
def test_a_coordinate_system_comes_back_from_its_text(crs):
    crs = CRS.from_user_input(crs)
    assert CRS.from_user_input(crs_text(crs)) == crs


def test_the_hash_of_an_outline_does_not_depend_on_where_it_is_begun():
    one = Polygon([(0, 0), (1, 0), (1, 1)])
    other = Polygon([(1, 1), (0, 0), (1, 0), (1, 1)])
    moved = Polygon([(0, 0), (1, 0), (1, 1.001)])
    hashes = geometry_hashes(gpd.GeoSeries([one, other, moved]))
    assert hashes[0] == hashes[1] != hashes[2]


def test_the_one_question_about_a_box_is_put_to_each_index_in_its_own_words():
    asked = near_box("postgresql", PARCELS, (1, 2, 3, 4)).compile(dialect=postgresql.dialect())
    assert str(asked).startswith("parcel.geom && ST_MakeEnvelope(")
    assert list(asked.params.values()) == [1, 2, 3, 4, 4490]
    assert "FROM rtree_parcel_geom" in str(near_box("sqlite", PARCELS, (1, 2, 3, 4)))
