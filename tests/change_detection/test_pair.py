"""Two scenes: what is left when the common change is taken out."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import geopandas as gpd
import numpy as np
import pytest
import shapely
import shapely.affinity
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from geo.change_detection.grid import Grid, coverage_matrix
from geo.change_detection.pair import (
    change_images,
    change_rows,
    change_scores,
    pool_quantile,
    scores_beside,
    smooth,
    smooth_at,
)
from geo.change_detection.together import lay_together, sampled
from geo.change_detection.yardstick import (
    LEARNT_FROM,
    learn_yardstick,
)
from geo.errors import SchemaError
from geo.model import CHANGE_COLUMNS, Scene

SIDE = 160
WIDE = Grid("EPSG:32650", (10.0, 0.0, 500_000.0, 0.0, -10.0, 2_601_600.0), (SIDE, SIDE))
BANDS = ("B02", "B03", "B04", "B05", "B08", "B11")


def fields(seed: int = 0) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray], np.ndarray]:
    """Fields of two kinds before and after a harvest of one of them, with one block newly built; and the block."""
    rng = np.random.default_rng(seed)
    kind = np.kron(rng.random((SIDE // 10, SIDE // 10)) < 0.5, np.ones((10, 10), dtype=bool))
    block = np.zeros((SIDE, SIDE), dtype=bool)
    block[40:60, 100:120] = True
    before, after = {}, {}
    for number, band in enumerate(BANDS):
        texture = rng.normal(0, 30, (2, SIDE, SIDE))
        before[band] = (np.where(kind, 800, 1400) + 100 * number + texture[0]).astype(np.float32)
        harvest = np.where(kind, 500, 0)  # more than the building changes
        after[band] = (before[band] + harvest + texture[1]).astype(np.float32)
        after[band][block] = 1900 + texture[1][block]
    return before, after, block


def cells(size: int = 20) -> gpd.GeoSeries:
    x, y = np.meshgrid(np.arange(0, SIDE, size) * 10 + 500_000, np.arange(0, SIDE, size) * 10 + 2_600_000)
    side = size * 10
    return gpd.GeoSeries(shapely.box(x.ravel(), y.ravel(), x.ravel() + side, y.ravel() + side), crs=32650)


def built_cell() -> int:
    """The cell that holds the block of `fields`: rows 40-60 from the top are 1000-1200 m from the bottom."""
    return (1_000 // 200) * 8 + 1_000 // 200


def test_the_built_block_ranks_first_although_the_harvest_changed_more() -> None:
    before, after, _ = fields()
    scores = change_scores(before, after, grid=WIDE, coverage=coverage_matrix(cells(), WIDE))
    assert scores.argmax() == built_cell()
    assert scores[built_cell()] > 3 * np.delete(scores, built_cell()).max()


@given(st.floats(0.1, 10), st.floats(-500, 500))
@settings(max_examples=8)
def test_scale_and_offset_of_either_scene_do_not_matter(scale: float, offset: float) -> None:
    before, after, _ = fields()
    other = {band: (array * np.float32(scale) + np.float32(offset)) for band, array in before.items()}
    twice = {band: (array * np.float32(scale) + np.float32(offset)) for band, array in after.items()}
    coverage = coverage_matrix(cells(), WIDE)
    expected = change_scores(before, after, grid=WIDE, coverage=coverage)
    np.testing.assert_allclose(change_scores(other, twice, grid=WIDE, coverage=coverage), expected, rtol=0.05)


def test_the_same_seed_gives_the_same_scores_to_the_bit() -> None:
    before, after, _ = fields()
    first, second = (change_images(before, after, grid=WIDE, seed=3) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_a_second_scene_half_a_pixel_off_is_moved_back_first() -> None:
    before, after, _ = fields()
    moved = {band: (array + np.roll(array, 1, axis=1)) / 2 for band, array in after.items()}
    coverage = coverage_matrix(cells(), WIDE)
    assert change_scores(before, moved, grid=WIDE, coverage=coverage).argmax() == built_cell()


def scattered() -> gpd.GeoSeries:
    """Fields of three sizes, one of them at the edge of the scene, one half off it, and one off it altogether."""
    corners = [(1_000, 1_000, 200), (300, 400, 90), (0, 1_450, 150), (1_500, 700, 200), (5_000, 5_000, 100)]
    boxes = [shapely.box(x, y, x + size, y + size) for x, y, size in corners]
    return gpd.GeoSeries([shapely.affinity.translate(box, 500_000, 2_600_000) for box in boxes], crs=32650)


def test_what_is_cut_out_around_parcels_scores_as_in_the_whole_scene() -> None:
    before, after, _ = fields()
    after = {band: (3 * array + np.roll(array, 1, axis=1)) / 4 for band, array in after.items()}
    coverage, pair = coverage_matrix(scattered(), WIDE), lay_together(before, after, WIDE, most_px=None)
    assert pair.shift != (0, 0)
    scores = scores_beside(learn_yardstick([sampled(pair)], seed=0), pair, coverage)
    whole = change_scores(before, after, grid=WIDE, coverage=coverage)
    np.testing.assert_allclose(scores[[0, 1, 3]], whole[[0, 1, 3]], rtol=1e-6)
    assert scores[2] == pytest.approx(whole[2], rel=0.1)  # what lies beyond the edge of a scene is made up in both
    assert np.isfinite(scores).tolist() == [True, True, True, True, False]


def test_clouds_hide_parcels_that_are_cut_out_too() -> None:
    before, after, _ = fields()
    after["SCL"] = np.full((SIDE, SIDE), 5, dtype=np.float32)
    after["SCL"][100:, :60] = 9
    pair = lay_together(before, after, WIDE)
    yardstick = learn_yardstick([sampled(pair)], seed=0)
    scores = scores_beside(yardstick, pair, coverage_matrix(scattered(), WIDE))
    assert np.isnan(scores).tolist() == [False, True, False, False, True]
    after["SCL"][:] = 9
    hidden = lay_together(before, after, WIDE)
    assert np.isnan(scores_beside(yardstick, hidden, coverage_matrix(scattered(), WIDE))).all()


def test_a_yardstick_of_some_pixels_is_like_that_of_all_of_them() -> None:
    before, after, _ = fields()
    pair = lay_together(before, after, WIDE)
    both, coverage = sampled(pair), coverage_matrix(cells(), WIDE)
    every, some = (
        scores_beside(learn_yardstick([both, both], seed=0, most=most), pair, coverage) for most in (LEARNT_FROM, 8_000)
    )
    assert some.argmax() == every.argmax() == built_cell()
    assert np.corrcoef(some, every)[0, 1] > 0.95


def test_clouds_of_either_date_give_no_score_and_disturb_no_other() -> None:
    before, after, _ = fields()
    after["SCL"] = np.full((SIDE, SIDE), 5, dtype=np.float32)
    after["SCL"][130:, :30] = 9
    for band in BANDS:
        after[band][130:, :30] = 9_000
    scores = change_scores(before, after, grid=WIDE, coverage=coverage_matrix(cells(), WIDE))
    assert np.isnan(scores[0])
    assert np.nanargmax(scores) == built_cell()
    assert np.isfinite(np.delete(scores.reshape(8, 8)[::-1], np.s_[5:], axis=0)).all()


def test_nothing_clear_on_both_dates_gives_no_score_at_all() -> None:
    before, after, _ = fields()
    for array in before.values():
        array[:] = np.nan
    assert np.isnan(change_scores(before, after, grid=WIDE, coverage=coverage_matrix(cells(), WIDE))).all()


def test_scenes_without_a_common_band_cannot_be_compared() -> None:
    before, after, _ = fields()
    with pytest.raises(SchemaError) as caught:
        change_images({"B02": before["B02"]}, {"B08": after["B08"]}, grid=WIDE)
    assert caught.value.params == {"before": "B02", "after": "B08"}


def test_scenes_with_infrared_alone_are_compared_by_it() -> None:
    before, after, block = fields()
    light, edges = change_images({"B11": before["B11"]}, {"B11": after["B11"]}, grid=WIDE)
    assert np.median(light[block]) > 3 * np.median(light[~block])
    assert np.median(edges[block]) < np.quantile(edges, 0.95)


def test_edges_show_what_was_built_in_the_same_brightness() -> None:
    before, after, block = fields()
    stripes = np.where(np.arange(SIDE) // 4 % 2, 500, -500).astype(np.float32)
    for band, array in after.items():
        array[block] = before[band][block] + np.broadcast_to(stripes, (SIDE, SIDE))[block]
    edges = change_images(before, after, grid=WIDE)[1]
    assert np.median(edges[block]) > 3 * np.median(edges[~block])


def test_smoothing_takes_the_median_of_clear_pixels_and_leaves_gaps() -> None:
    rng = np.random.default_rng(2)
    image = rng.random((20, 20)).astype(np.float32)
    image[8:11, 3:9] = np.nan
    found = smooth(image)
    padded = np.pad(image, 3, mode="edge")
    for row, column in ((0, 0), (7, 5), (12, 12), (9, 9)):
        assert found[row, column] == np.float32(np.nanmedian(padded[row : row + 7, column : column + 7]))
    assert (np.isnan(found) == np.isnan(image)).all()
    np.testing.assert_array_equal(smooth_at(image, np.arange(400)), found.ravel())
    assert np.isnan(smooth(np.full((3, 3), np.nan))).all()


@given(st.lists(st.floats(0, 100), min_size=1, max_size=30), st.floats(0.05, 1))
def test_a_pooled_quantile_of_whole_pixels_is_the_plain_one(values: list[float], quantile: float) -> None:
    expected = np.quantile(values, quantile, method="inverted_cdf")
    whole = csr_array(np.ones((1, len(values))))
    found = pool_quantile(np.array(values), whole, quantile)[0]
    assert found in (expected, np.quantile(values, max(quantile - 1e-9, 0), method="inverted_cdf"))


def test_a_pooled_quantile_needs_six_tenths_of_the_parcel() -> None:
    values = np.array([1.0, 2.0, np.nan, np.nan])
    coverage = csr_array([[1.0, 1.0, 1.0, 0.3], [1.0, 1.0, 1.0, 1.0]])
    assert pool_quantile(values, coverage, 0.85)[0] == 2
    assert np.isnan(pool_quantile(values, coverage, 0.85)[1])


def test_a_parcel_off_the_image_has_no_score() -> None:
    assert np.isnan(pool_quantile(np.array([1.0]), csr_array((1, 1)), 0.85)).all()


def test_rows_say_between_which_days_the_change_lies(scene: Scene) -> None:
    after = replace(scene, scene_id="T", acquired_at=datetime(2026, 1, 1, 3, tzinfo=UTC))
    rows = change_rows(scene, after, ["A", "B"], np.array([1.5, np.nan]))
    assert tuple(rows.columns) == CHANGE_COLUMNS
    assert rows["not_before"].dt.strftime("%Y-%m-%d").tolist() == ["2025-07-01"] * 2
    assert rows["not_after"].dt.strftime("%Y-%m-%d").tolist() == ["2026-01-01"] * 2
    assert rows.iloc[0][["parcel_id", "before_scene", "after_scene", "kind", "change_score"]].tolist() == [
        "A",
        "S",
        "T",
        "change",
        1.5,
    ]


@pytest.mark.shared_data
def test_scores_tell_changed_cells_of_beihai_from_unchanged_ones(
    shared_data: Path, benchmark_script: Callable[[str], ModuleType]
) -> None:
    found = benchmark_script("pairs").score_city(shared_data / "timeseries" / "oscd" / "beihai")
    assert found["positives"] == 206
    assert found["AUC"] >= 0.955
    assert found["AUC"] >= found["plain AUC"] >= 0.90
