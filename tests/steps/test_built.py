"""Boxes of pixels laid out for the regression of the built share, and what comes back of them."""

from typing import Any, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from scipy.sparse import csr_array

from geo.change_detection.blocks import Block
from geo.change_detection.boxes import Box
from geo.change_detection.grid import Grid, coverage_matrix
from geo.change_detection.monthly import AROUND_PX, Learnt, Outline, built_fractions, outline_of
from geo.change_detection.stacks import Looks, Stack
from geo.steps.built import MOST_LOOKS, NAMES, built_columns, in_metres, lay, learnt_measure, light_on, vacant_days
from geo.steps.places import Place
from geo.steps.series import Piece

UNTIL = 1_000.0
BANDS = 7


def stack_of(days: list[float], pixels: int, light: float = 0.2) -> Stack:
    shape = len(days), BANDS, pixels
    image = np.full(shape, light, dtype=np.float32) + np.arange(len(days), dtype=np.float32)[:, None, None]
    return Stack(np.array(days), image, np.ones((len(days), pixels), dtype=bool), np.ones(pixels))


def looks_of(stack: Stack, *, hidden: tuple[int, ...] = ()) -> Looks:
    green = np.full(len(stack.days), 0.5)
    green[list(hidden)] = np.nan
    clear = stack.clear.copy()
    clear[list(hidden)] = False
    return Looks(stack.days, green, np.zeros(len(green)), clear)


def last_year(stack: Stack, looks: Looks) -> np.ndarray:
    return light_on(stack, looks, looks.days > UNTIL - 365)


def dates(light: np.ndarray) -> list[int]:
    return [round(float(one) - 0.2) for one in light[:, 0, 0]]


def test_only_clear_looks_of_the_last_year_count_oldest_first() -> None:
    stack = stack_of([500, 634, 636, 800, 900], pixels=4)
    assert dates(last_year(stack, looks_of(stack, hidden=(3,)))) == [2, 4]


def test_pixels_that_are_not_clear_on_a_date_are_nan_on_it() -> None:
    stack = stack_of([900, 950], pixels=3)
    looks = looks_of(stack)
    looks.clear[1, 2] = False
    light = last_year(stack, looks)
    assert np.isnan(light[1, :, 2]).all()
    assert np.isfinite(light).sum() == 5 * BANDS


def test_of_many_looks_some_are_taken_over_the_whole_year_and_the_last_is_one_of_them() -> None:
    stack = stack_of(list(np.linspace(640, 1000, 70)), pixels=1)
    taken = dates(last_year(stack, looks_of(stack)))
    assert len(taken) == MOST_LOOKS
    assert (taken[0], taken[-1]) == (0, 69)
    assert max(np.diff(taken)) <= 4


def test_without_a_look_there_is_one_date_that_shows_nothing() -> None:
    stack = stack_of([100], pixels=2)
    light = last_year(stack, looks_of(stack))
    assert light.shape == (1, BANDS, 2)
    assert np.isnan(light).all()


def test_boxes_lie_apart_and_every_pixel_keeps_its_light_and_its_share() -> None:
    boxes = [Box(3, 4, 2, 3), Box(90, 90, 4, 2)]
    images = [np.arange(one.size, dtype=np.float32).reshape(1, 1, -1) + 100 * n for n, one in enumerate(boxes)]
    weights = [np.linspace(0, 1, one.size) for one in boxes]
    stack, shape, coverage = lay(images, boxes, weights)
    for number, (image, weight) in enumerate(zip(images, weights, strict=True)):
        inside = slice(coverage.indptr[number], coverage.indptr[number + 1])
        np.testing.assert_array_equal(stack[0, 0, coverage.indices[inside]], image[0, 0, weight > 0])
        np.testing.assert_array_equal(coverage.data[inside], weight[weight > 0])
    rows = [coverage[[n]].indices // shape[1] for n in range(2)]
    assert rows[1].min() - rows[0].max() > AROUND_PX
    assert np.isfinite(stack).sum() == sum(one.size for one in boxes)


def piece_of(stacks: dict[str, Stack]) -> Piece:
    grid = Grid("EPSG:32650", (10.0, 0.0, 500_000.0, 0.0, -10.0, 2_600_000.0), (20, 20))
    shapes = gpd.GeoSeries({name: shapely.box(500_000, 2_599_960, 500_040, 2_600_000) for name in stacks}, crs=32650)
    nothing = Block((0, 20), (0, 20), np.arange(len(stacks)))
    place = Place(grid, csr_array((len(stacks), 400)), shapes.area / 100, shapes, nothing)
    boxes = {name: Box(0, 0, 2, 2) for name in stacks}
    return Piece(place, boxes, stacks, {name: looks_of(one) for name, one in stacks.items()})


def mean_light(
    stack: np.ndarray, _: tuple[int, int], coverage: csr_array, outline: Outline, *, earlier: np.ndarray | None
) -> dict[str, Any]:
    """Stand in for the regression: the mean over dates, bands and pixels tells which light came in for whom."""
    light = stack if earlier is None else np.nanmax(earlier, axis=0, keepdims=True, initial=-1)
    value = coverage @ np.nan_to_num(light).mean(axis=(0, 1)) / coverage.sum(axis=1)
    return dict.fromkeys(NAMES, value) | {"reason": np.array([f"{area:.0f}" for area in outline.area_m2])}


def test_each_parcel_gets_its_own_row_whatever_the_number_of_its_dates() -> None:
    stacks = {"b": stack_of([900], 4, 0.1), "a": stack_of([900, 950], 4, 0.3), "c": stack_of([990], 4, 0.5)}
    rows = built_columns(piece_of(stacks), mean_light, until=UNTIL, vacant={})
    assert {name: row["built_fraction"] for name, row in rows.items()} == pytest.approx({"b": 0.1, "a": 0.8, "c": 0.5})
    assert all(row["reason"] == "1600" for row in rows.values())


def test_looks_when_nothing_stood_reach_their_own_parcel_and_none_of_the_year_is_among_them() -> None:
    stacks = {"a": stack_of([100, 200, 700, 900], 4, 0.3), "b": stack_of([100, 900], 4, 0.1)}
    stacks["c"] = stack_of([100, 600, 990], 4, 0.5)
    vacant = {"a": np.array([100.0, 200.0, 700.0]), "c": np.array([600.0])}
    rows = built_columns(piece_of(stacks), mean_light, until=UNTIL, vacant=vacant)
    assert {one: row["built_fraction"] for one, row in rows.items()} == pytest.approx({"a": 1.3, "b": -1, "c": 1.5})


def looks_at(parcel: str, low: list[float]) -> pd.DataFrame:
    """One look a day from day 0 on."""
    return pd.DataFrame({"parcel_id": parcel, "day": np.arange(float(len(low))), "built_fraction_low": low})


def known(delivered: float, started: float) -> pd.DataFrame:
    days = {"delivered_on": pd.to_datetime([delivered], unit="D"), "started_on": pd.to_datetime([started], unit="D")}
    return pd.DataFrame(days, index=["p"])


def test_nothing_stood_after_the_day_of_delivery_and_before_the_day_of_the_start() -> None:
    assert vacant_days(looks_at("p", [0.0] * 10), known(2, 7))["p"].tolist() == [3, 4, 5, 6]


@pytest.mark.parametrize(("delivered", "started"), [(np.nan, 7), (2, np.nan), (7, 2)])
def test_where_delivery_or_start_is_unknown_or_reversed_no_look_is_known_to_show_nothing(
    delivered: float, started: float
) -> None:
    assert vacant_days(looks_at("p", [0.0] * 10), known(delivered, started)) == {}


def test_one_look_that_shows_structure_before_the_start_takes_all_of_them() -> None:
    assert vacant_days(looks_at("p", [0, 0, 0, 0, 0.2, 0, 0, 0, 0, 0]), known(1, 9)) == {}
    late = looks_at("p", [0.2, 0.2, 0, 0, 0, 0, 0, 0.2, 0.2])
    assert vacant_days(late, known(1, 7))["p"].tolist() == [2, 3, 4, 5, 6]


def test_two_clear_looks_are_too_few_to_know_that_nothing_stood() -> None:
    assert vacant_days(looks_at("p", [0, 0, 0, np.nan, 0, 0]), known(1, 5)) == {}
    assert vacant_days(looks_at("other", [0.0] * 10), known(1, 9)) == {}


def test_no_parcel_gives_no_row() -> None:
    assert built_columns(piece_of({}), mean_light, until=UNTIL, vacant={}) == {}


def test_sizes_are_of_metres_where_the_scene_is_in_degrees() -> None:
    shape = gpd.GeoSeries([shapely.box(117.0, 24.0, 117.001, 24.001)], crs=4490)
    assert in_metres(shape).area.iloc[0] == pytest.approx(101.7 * 110.8, rel=0.01)
    plane = gpd.GeoSeries([shapely.box(0, 0, 1, 1)], crs=32650)
    assert in_metres(plane) is plane


def test_of_too_few_dates_the_same_is_said_without_the_regression() -> None:
    shapes = gpd.GeoSeries([shapely.box(0, 0, size, size) for size in (15, 40, 80)], crs=32650)
    grid = Grid("EPSG:32650", (10.0, 0.0, -20.0, 0.0, -10.0, 180.0), (20, 20))
    coverage, outline = coverage_matrix(shapes, grid), outline_of(shapes)
    stack = np.full((3, 7, 400), 0.2, dtype=np.float32)
    wanted = built_fractions(stack, grid.shape, coverage, outline, cast("Learnt", None))
    found = learnt_measure()(stack, grid.shape, coverage, outline)
    for name in NAMES:
        np.testing.assert_array_equal(found[name], wanted[name])
    assert found["reason"].tolist() == ["too_small", "few_dates", "few_dates"]
