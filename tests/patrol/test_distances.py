"""Ways: by hand on a small net of roads, and where there is none."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.errors import SchemaError
from geo.patrol.distances import DETOUR, road_metres, seconds_of, straight_metres, table_metres

PLACES = np.array([[120.0, 30.0], [120.01, 30.0], [120.02, 30.0]])


def test_a_straight_way_is_longer_by_the_detour() -> None:
    straight = straight_metres(PLACES, detour=1.0)
    assert straight[0, 1] == pytest.approx(0.01 * np.pi / 180 * 6_371_008.8 * np.cos(np.pi / 6), rel=1e-6)
    assert np.allclose(straight_metres(PLACES), DETOUR * straight)
    assert np.array_equal(np.diag(straight), np.zeros(3))


def test_a_road_around_is_as_long_as_its_pieces_and_the_shorter_of_two_counts() -> None:
    around = shapely.LineString([(120.0, 30.0), (120.0, 30.01), (120.01, 30.01), (120.01, 30.0)])
    longer = shapely.LineString([(120.0, 30.0), (120.0, 29.9), (120.01, 30.0)])
    metres = road_metres(PLACES[:2], gpd.GeoSeries([around, longer], crs=4490))
    up, across = straight_metres(np.array([[120, 30], [120, 30.01]]), 1)[0, 1], 0.01 * np.pi / 180 * 6_371_008.8
    assert metres[0, 1] == pytest.approx(2 * up + across * np.cos(np.radians(30.01)), rel=1e-6)
    assert metres[0, 1] == metres[1, 0]


def test_a_place_beside_the_road_reaches_it_in_a_straight_line() -> None:
    road = gpd.GeoSeries([shapely.LineString([(120.0, 30.001), (120.01, 30.001)])], crs=4490)
    metres = road_metres(PLACES[:2], road)
    access = DETOUR * straight_metres(np.array([[120, 30], [120, 30.001]]), 1)[0, 1]
    assert metres[0, 1] == pytest.approx(
        2 * access + straight_metres(np.array([[120, 30.001], [120.01, 30.001]]), 1)[0, 1]
    )


def test_roads_that_do_not_meet_lead_nowhere() -> None:
    roads = [
        shapely.LineString([(120.0, 30.0), (120.0, 30.001)]),
        shapely.LineString([(120.01, 30.0), (120.01, 30.001)]),
    ]
    metres = road_metres(PLACES[:2], gpd.GeoSeries(roads, crs=4490))
    assert np.isinf(metres[0, 1])
    assert metres[0, 0] == 0


@pytest.mark.parametrize("shapes", [[], [None], [shapely.Point(120, 30)]])
def test_a_layer_without_a_line_is_refused(shapes: list[shapely.Geometry]) -> None:
    with pytest.raises(SchemaError) as caught:
        road_metres(PLACES, gpd.GeoSeries(shapes, crs=4490))
    assert caught.value.code == "patrol.no_roads"


def test_a_table_names_ways_in_one_direction_and_what_it_does_not_name_has_none() -> None:
    table = pd.DataFrame({"from": ["1", "P1", "X"], "to": ["P1", "1", "1"], "metres": ["100", "150", "7"]})
    metres = table_metres(table, ["1", "P1", "P2"])
    assert metres[0, 1] == 100
    assert metres[1, 0] == 150
    assert np.isinf(metres[0, 2])
    assert metres[2, 2] == 0


@pytest.mark.parametrize("value", ["-1", "far", ""])
def test_a_way_that_is_no_length_is_refused_with_its_row(value: str) -> None:
    with pytest.raises(SchemaError) as caught:
        table_metres(pd.DataFrame({"from": ["1", "1"], "to": ["P1", "P1"], "metres": ["5", value]}), ["1", "P1"])
    assert caught.value.params["row"] == 3


def test_a_table_without_a_column_is_refused() -> None:
    with pytest.raises(SchemaError) as caught:
        table_metres(pd.DataFrame({"from": ["1"], "to": ["P1"]}), ["1", "P1"])
    assert caught.value.code == "patrol.no_column"


def test_time_is_way_over_speed_and_a_supplement_for_every_stop() -> None:
    assert seconds_of(np.array([[0.0, 1000.0], [1000.0, 0.0]]), 10, 30).tolist() == [[0, 130], [130, 0]]
