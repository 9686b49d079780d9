"""Boxes of pixels laid out for the regression of the built share, and what comes back of them."""

from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from scipy.sparse import csr_array

from geo.change_detection.blocks import Block
from geo.change_detection.bounds import LIMITS
from geo.change_detection.boxes import Box
from geo.change_detection.grid import Grid
from geo.change_detection.monthly import AROUND_PX, Foretold, Learnt, Outline
from geo.change_detection.stacks import Looks, Stack
from geo.steps.built import MOST_LOOKS, NAMES, built_columns, foretell_piece, in_metres, lay, light_on, vacant_days
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
) -> Foretold:
    """Stand in for the regression: the mean over dates, bands and pixels tells which light came in for whom."""
    light = stack if earlier is None else np.nanmax(earlier, axis=0, keepdims=True, initial=-1)
    value = coverage @ np.nan_to_num(light).mean(axis=(0, 1)) / coverage.sum(axis=1)
    return Foretold(value[:, None], value, np.array([f"{area:.0f}" for area in outline.area_m2], dtype=object))


def seen(stacks: dict[str, Stack], vacant: dict[str, np.ndarray]) -> dict[str, float]:
    """Mean light by parcel."""
    parts = foretell_piece(piece_of(stacks), mean_light, until=UNTIL, vacant=vacant)
    found = {}
    for parcels, one in parts:
        assert (one.reason == "1600").all()
        found |= dict(zip(parcels, one.novelty, strict=True))
    return found


def test_each_parcel_gets_its_own_row_whatever_the_number_of_its_dates() -> None:
    stacks = {"b": stack_of([900], 4, 0.1), "a": stack_of([900, 950], 4, 0.3), "c": stack_of([990], 4, 0.5)}
    assert seen(stacks, {}) == pytest.approx({"b": 0.1, "a": 0.8, "c": 0.5})


def test_looks_when_nothing_stood_reach_their_own_parcel_and_none_of_the_year_is_among_them() -> None:
    stacks = {"a": stack_of([100, 200, 700, 900], 4, 0.3), "b": stack_of([100, 900], 4, 0.1)}
    stacks["c"] = stack_of([100, 600, 990], 4, 0.5)
    vacant = {"a": np.array([100.0, 200.0, 700.0]), "c": np.array([600.0])}
    assert seen(stacks, vacant) == pytest.approx({"a": 1.3, "b": -1, "c": 1.5})


def test_what_is_known_of_some_parcels_draws_out_the_bounds_of_all(learnt_small: Callable[[], Learnt]) -> None:
    under = np.tile((LIMITS > 0.2) * 1.0, (5, 1))
    first = Foretold(under[:2], np.zeros(2), np.array(["", "cloudy"], dtype=object))
    second = Foretold(under[:3], np.zeros(3), np.array([""] * 3, dtype=object))
    known = pd.DataFrame({"known_low": [0.9] * 3, "known_high": 1.0}, index=["a", "b", "c"])
    parts = [(["a", "b"], first), (["c", "d", "e"], second)]
    plain, wide = (built_columns(parts, learnt_small().calibration, rows) for rows in (known[:0], known))
    assert plain.index.tolist() == list("abcde")
    assert (plain["band_high"].dropna() < 0.9).all()
    seen = wide.index != "b"  # of two parcels of which more is known than is seen, both lie over their bands
    assert wide.loc["b", ["band_low", "image_high"]].isna().all()
    raised = (wide["band_high"] - plain["band_high"])[seen]
    assert raised.tolist() == pytest.approx([0.9 - plain.loc["a", "band_high"]] * 4)
    for name in ("band_low", "built_fraction_low", "built_fraction"):
        pd.testing.assert_series_equal(wide[name], plain[name])
    for name in ("image_low", "image_high"):
        pd.testing.assert_series_equal(wide[name], plain[f"band{name[5:]}"], check_names=False)


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


def test_no_parcel_gives_no_row(learnt_small: Callable[[], Learnt]) -> None:
    assert seen({}, {}) == {}
    nothing = pd.DataFrame({"known_low": [], "known_high": []})
    assert list(built_columns([], learnt_small().calibration, nothing).columns) == list(NAMES)


def test_sizes_are_of_metres_where_the_scene_is_in_degrees() -> None:
    shape = gpd.GeoSeries([shapely.box(117.0, 24.0, 117.001, 24.001)], crs=4490)
    assert in_metres(shape).area.iloc[0] == pytest.approx(101.7 * 110.8, rel=0.01)
    plane = gpd.GeoSeries([shapely.box(0, 0, 1, 1)], crs=32650)
    assert in_metres(plane) is plane
