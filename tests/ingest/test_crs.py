"""Coordinate systems."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS

from geo.errors import CRSMismatchError
from geo.ingest.crs import (
    choose_crs,
    find_impossible,
    measuring_crs,
    measuring_groups,
    metres_per_unit,
    read_crs,
    to_store,
)
from geo.locale import say_error

ESRI_120E = """PROJCS["CGCS2000_3_Degree_GK_CM_120E",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",
DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],
UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",500000.0],
PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",120.0],PARAMETER["Scale_Factor",1.0],
PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]"""
"""EPSG:4549 as ArcGIS writes it into a .prj."""


@given(st.floats(73.5, 136.4))
def test_within_china_the_zone_is_the_one_whose_meridian_is_nearest(longitude: float) -> None:
    code = measuring_crs(longitude).to_epsg()
    assert code is not None
    assert 4534 <= code <= 4554
    assert abs(longitude - (75 + 3 * (code - 4534))) <= 1.5


def test_outside_china_the_same_projection_goes_on() -> None:
    crs = measuring_crs(-16.4)  # meridian 15W
    square = gpd.GeoSeries([shapely.box(-15, 28, -14.999, 28.001)], crs=4326).to_crs(crs)
    side_x, side_y = 111_320 * np.cos(np.radians(28)) * 0.001, 110_850 * 0.001  # length of a degree at 28N
    assert square.area[0] == pytest.approx(side_x * side_y, rel=1e-3)


def test_projected_parcels_are_measured_as_they_are() -> None:
    parcels = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 1, 1)], crs=32628)
    [(crs, group)] = measuring_groups(parcels)
    assert crs.to_epsg() == 32628
    assert group is parcels


def test_geographic_parcels_go_to_the_zone_of_their_own_centroid_and_keep_their_index() -> None:
    longitudes = [121.6, 121.4, 121.6]  # the border between the zones of 120E and 123E is 121.5E
    outlines = [shapely.box(at, 29.9, at + 0.001, 29.901) for at in longitudes]
    parcels = gpd.GeoDataFrame(geometry=outlines, crs=4490, index=[7, 8, 9])
    groups = {crs.to_epsg(): list(group.index) for crs, group in measuring_groups(parcels)}
    assert groups == {4549: [8], 4550: [7, 9]}


def test_without_a_system_nothing_is_measured_or_stored() -> None:
    bare = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 1, 1)])
    with pytest.raises(CRSMismatchError):
        next(measuring_groups(bare))
    with pytest.raises(CRSMismatchError):
        to_store(bare)


def test_what_is_stored_has_longitude_first() -> None:
    # 121.5E 29.9N is (644882.69, 3309973.76) in CGCS2000 / 3-degree GK CM 120E (shared notes, pyproj)
    stored = to_store(gpd.GeoDataFrame(geometry=[shapely.Point(644_882.69, 3_309_973.76)], crs=4549))
    assert stored.crs.to_epsg() == 4490
    assert (stored.geometry[0].x, stored.geometry[0].y) == pytest.approx((121.5, 29.9), abs=1e-6)


@pytest.mark.parametrize("code", [4610, 2385, 4214, 2437, 4555])
def test_old_datums_are_not_stored_some_hundred_metres_wrong(code: int) -> None:
    with pytest.raises(CRSMismatchError) as caught:
        to_store(gpd.GeoDataFrame(geometry=[shapely.Point(0, 0)], crs=code))
    assert f"EPSG:{code}" in say_error(caught.value, "zh")


def test_a_system_without_a_name_on_an_old_ellipsoid_is_not_stored_either() -> None:
    named_nowhere = "+proj=tmerc +lon_0=120 +x_0=500000 +ellps=krass +towgs84=15.8,-154.4,-82.3 +type=crs"
    with pytest.raises(CRSMismatchError) as caught:
        to_store(gpd.GeoDataFrame(geometry=[shapely.Point(500_000, 3_300_000)], crs=read_crs(named_nowhere)))
    assert caught.value.code == "ingest.old_datum"


def test_a_local_grid_a_blank_and_nonsense_place_nothing_on_the_earth() -> None:
    assert [read_crs(text) for text in (None, "", "garbage", 'LOCAL_CS["grid"]', "EPSG:4479")] == [None] * 5


def test_a_system_with_heights_counts_as_its_plane_part() -> None:
    found = read_crs("EPSG:4326+5773")
    assert found is not None
    assert found.to_epsg() == 4326


def test_the_declared_system_may_be_repeated_by_the_option_in_other_words() -> None:
    assert choose_crs(read_crs(ESRI_120E), "EPSG:4549", file="a.shp").to_epsg() == 4549
    assert choose_crs(None, "EPSG:4549", file="a.shp").to_epsg() == 4549


@pytest.mark.parametrize(
    ("declared", "option", "code"),
    [
        (None, None, "ingest.no_crs"),
        (None, "EPSG:0", "ingest.unknown_crs"),
        ("EPSG:4549", "nonsense", "ingest.unknown_crs"),
        ("EPSG:4549", "EPSG:4528", "ingest.crs_contradicts"),
        (
            'PROJCS["x",GEOGCS["y",DATUM["z",SPHEROID["s",6378137,298]]],PROJECTION["Not_Known"],UNIT["m",1]]',
            None,
            "ingest.unknown_crs",
        ),
    ],
)
def test_a_system_that_is_missing_unknown_or_contradicted_is_refused(declared, option, code: str, sentence) -> None:
    with pytest.raises(CRSMismatchError) as caught:
        choose_crs(read_crs(declared), option, file="a.shp")
    assert caught.value.code == code
    assert sentence(caught.value).startswith("file a.shp: ")


@pytest.mark.parametrize(
    ("code", "x", "y", "is_impossible"),
    [
        (4549, 644_882.69, 3_309_973.76, False),
        (4549, 40_644_882.69, 3_309_973.76, True),  # with the zone prefix of EPSG:4528
        (4528, 40_644_882.69, 3_309_973.76, False),
        (4528, 644_882.69, 3_309_973.76, True),  # without it
        (4549, 3_309_973.76, 644_882.69, True),  # north first
        (4549, 121.5, 29.9, True),  # degrees
        (32628, -16.4, 28.2, True),  # degrees
        (4326, 644_882.69, 3_309_973.76, True),  # metres
        (4490, 29.9, 121.5, True),  # latitude first
        (4490, 121.5, 29.9, False),
    ],
)
def test_coordinates_are_possible_or_not(code: int, x: float, y: float, *, is_impossible: bool) -> None:
    outline = np.array([shapely.box(x, y, x + 1e-3, y + 1e-3)])
    assert find_impossible(outline, CRS(code)).tolist() == [is_impossible]


def test_the_unit_of_a_system_in_feet_is_a_foot() -> None:
    assert metres_per_unit(CRS(2269)) == pytest.approx(0.3048)
    assert metres_per_unit(CRS(4549)) == 1
