import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS
from shapely.geometry import MultiPolygon, Polygon, box

from geo.errors import CRSMismatchError
from geo.store.blob import decode
from geo.store.outlines import crs_text, encode_outlines, geometry_hashes, required_crs, to_stored

LOCAL_GRID = "+proj=tmerc +lat_0=31 +lon_0=121.5 +k=1 +x_0=0 +y_0=0 +ellps=bessel +units=m +type=crs"
DIALECTS = {"sqlite": decode, "postgresql": shapely.from_wkb}
SQUARE = box(40_500_000.1, 3_500_000.2, 40_500_020.1, 3_500_020.2)


def stored(dialect: str, *geometries, crs: int):
    series = gpd.GeoSeries(list(geometries), crs=crs)
    columns, boxes = encode_outlines(series, to_stored(series.crs), dialect=dialect)
    return [DIALECTS[dialect](blob) for blob in columns["geom"]], columns["source_wkb"], boxes


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_projected_source_keeps_its_own_coordinates_exactly(dialect):
    (geom,), (source,), boxes = stored(dialect, SQUARE, crs=4528)
    assert shapely.from_wkb(source) == SQUARE
    assert isinstance(geom, MultiPolygon)
    min_x, min_y, max_x, max_y = geom.bounds
    assert boxes.tolist() == [[min_x, max_x, min_y, max_y]]
    assert 119 < min_x < max_x < 121  # longitude first: zone 40 lies around 120 degrees east
    assert 31 < min_y < max_y < 32


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("crs", [4528, 4547, 4326, 4490])
def test_what_is_stored_is_what_geopandas_makes_of_it(dialect, crs):
    source = gpd.GeoSeries([SQUARE], crs=4528).to_crs(crs)
    (geom,), _, _ = stored(dialect, source[0], crs=crs)
    assert geom == MultiPolygon([source.to_crs(4490)[0]])


@pytest.mark.parametrize("crs", [4326, 4490])
def test_a_geographic_source_is_stored_once(crs):
    (geom,), sources, _ = stored("sqlite", MultiPolygon([box(120, 31, 121, 32)]), crs=crs)
    assert sources == [None]
    assert geom.equals_exact(MultiPolygon([box(120, 31, 121, 32)]), 1e-9)


def test_postgis_is_told_the_coordinate_system():
    (geom,), _, _ = stored("postgresql", SQUARE, crs=4528)
    assert shapely.get_srid(geom) == 4490


@pytest.mark.parametrize("dialect", DIALECTS)
def test_an_empty_outline_has_no_box(dialect):
    geoms, _, boxes = stored(dialect, Polygon(), MultiPolygon(), box(1, 2, 3, 4), crs=4490)
    assert [geom.is_empty for geom in geoms] == [True, True, False]
    assert np.isnan(boxes).all(axis=1).tolist() == [True, True, False]


COORDINATES = st.tuples(st.floats(-170, 170), st.floats(-80, 80))


@given(st.lists(st.lists(COORDINATES, min_size=1, max_size=3), min_size=1, max_size=4))
def test_polygons_and_multipolygons_of_any_number_of_parts_come_back(corners):
    parts = [[Polygon([(x, y), (x + 1, y), (x, y + 1)]) for x, y in places] for places in corners]
    geometries = [part[0] if len(part) == 1 else MultiPolygon(part) for part in parts]
    for dialect in DIALECTS:
        geoms, _, _ = stored(dialect, *geometries, crs=4490)
        assert geoms == [MultiPolygon(part) for part in parts]


def test_without_a_coordinate_system_nothing_is_stored():
    with pytest.raises(CRSMismatchError, match="no_crs"):
        required_crs(gpd.GeoSeries([SQUARE]), file="a.shp")


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
