"""The built share of parcels from a year of looks."""

from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from scipy import ndimage
from scipy.sparse import csr_array

from geo.change_detection.grid import Grid, coverage_matrix
from geo.change_detection.mixtures import Library
from geo.change_detection.monthly import Learnt, Outline, all_of, built_fractions, core_weights, foretell, outline_of
from geo.change_detection.schedule import GRASS, KINDS, ROOF, SOIL
from geo.change_detection.sites import Looks, light_of

SIDE = 24
FIELD = Grid("EPSG:32650", (10.0, 0.0, 500_000.0, 0.0, -10.0, 2_600_240.0), (SIDE, SIDE))
PARCEL = shapely.box(500_070, 2_600_070, 500_170, 2_600_170)
OTHER = shapely.box(500_020, 2_600_180, 500_120, 2_600_230)
YEAR, BEFORE = np.linspace(-350.0, -5.0, 12), np.linspace(-1_000.0, -700.0, 6)


def said(stack: np.ndarray, parcels: list[shapely.Geometry], learnt: Learnt, **earlier: Any) -> dict[str, Any]:
    """Return what is said of parcels on the field."""
    foretold = foretell(stack, (SIDE, SIDE), cover(*parcels), outlines(*parcels), learnt, **earlier)
    return built_fractions(foretold, learnt.calibration)


def cover(*shapes: shapely.Geometry) -> csr_array:
    return coverage_matrix(gpd.GeoSeries(list(shapes), crs=32650), FIELD)


def outlines(*shapes: shapely.Geometry) -> Outline:
    return outline_of(gpd.GeoSeries(list(shapes), crs=32650))


def test_weights_are_largest_where_all_light_is_the_parcels() -> None:
    weights = core_weights(cover(PARCEL), (SIDE, SIDE)).toarray().reshape(SIDE, SIDE)
    assert weights[12, 12] == pytest.approx(1, abs=1e-3)
    blurred = ndimage.gaussian_filter(cover(PARCEL).toarray().reshape(SIDE, SIDE), 1.2 / 2.3548)
    assert weights[7, 7] == pytest.approx(blurred[7, 7] ** 2, rel=1e-3)
    assert weights[7, 7] < weights[7, 12] < weights[12, 12]
    assert (weights[:7] == 0).all()


def test_a_parcel_off_the_image_has_no_weights() -> None:
    assert core_weights(cover(shapely.box(0, 0, 10, 10)), (SIDE, SIDE)).nnz == 0


def test_weights_at_the_edge_of_the_image_are_those_within() -> None:
    whole = core_weights(cover(shapely.box(*FIELD.bounds)), (SIDE, SIDE))
    assert whole.shape == (1, SIDE * SIDE)
    assert whole.data.max() == pytest.approx(1, abs=1e-3)


def looks(kinds: np.ndarray, days: np.ndarray) -> Looks:
    shares = (kinds.ravel() == np.arange(len(KINDS))[:, None]).astype(np.float32)
    shares = np.broadcast_to(shares, (len(days), *shares.shape))
    dark = np.zeros((len(days), kinds.size), dtype=np.float32)
    rows, columns = np.indices(kinds.shape).reshape(2, -1)
    return Looks(shares, shares, dark, dark, days, (rows, columns), kinds.shape)


@pytest.fixture(scope="module")
def pictures(small_library: Library) -> tuple[np.ndarray, np.ndarray]:
    """A parcel of soil among grass before works, and half under steel since."""
    before = np.full((SIDE, SIDE), GRASS)
    before[7:17, 7:17] = SOIL
    now = before.copy()
    now[7:17, 7:12] = ROOF
    both = [looks(kinds, days) for kinds, days in ((before, BEFORE), (now, YEAR))]
    early, late = (light_of(one, small_library, np.random.default_rng(8)) for one in both)
    return early, late


def test_a_half_built_parcel_is_found_half_built_between_its_bounds(
    pictures: tuple[np.ndarray, np.ndarray], small_learnt: Learnt
) -> None:
    early, late = pictures
    for earlier in (early, None):
        found = said(late, [PARCEL], small_learnt, earlier=earlier)
        value = found["built_fraction"][0]
        assert value == pytest.approx(0.5, abs=0.15)
        low, high = found["built_fraction_low"][0], found["built_fraction_high"][0]
        assert 0 <= low <= found["band_low"][0] <= value <= found["band_high"][0] <= high <= 1
        assert found["reason"].tolist() == [""]


def test_a_parcel_is_what_it_is_beside_others(pictures: tuple[np.ndarray, np.ndarray], small_learnt: Learnt) -> None:
    early, late = pictures
    alone = said(late, [PARCEL], small_learnt, earlier=early)
    beside = said(late, [OTHER, PARCEL], small_learnt, earlier=early)
    for name in ("built_fraction", "built_fraction_low", "built_fraction_high", "band_low", "novelty"):
        assert beside[name][1] == pytest.approx(alone[name][0], abs=1e-6)
    assert beside["built_fraction"][0] < 0.3


@pytest.mark.parametrize(
    ("parcel", "reason"),
    [
        (shapely.box(500_065, 2_600_065, 500_095, 2_600_107), "too_small"),  # two full pixels by three
        (shapely.box(500_040, 2_600_070, 500_200, 2_600_083), "too_narrow"),
        (PARCEL, "cloudy"),
        (PARCEL, "few_dates"),
    ],
)
def test_a_parcel_that_cannot_be_seen_well_says_why(
    parcel: shapely.Geometry, reason: str, pictures: tuple[np.ndarray, np.ndarray], small_learnt: Learnt
) -> None:
    late = pictures[1].copy()
    if reason == "cloudy":
        late[:, :, : SIDE * SIDE // 2] = np.nan
    dates = late[:3] if reason == "few_dates" else late
    found = said(dates, [parcel], small_learnt)
    assert found["reason"].tolist() == [reason]
    assert np.isnan(found["built_fraction"]).all()
    assert np.isnan(found["built_fraction_high"]).all()


def test_what_is_foretold_of_parts_is_said_of_the_whole(
    pictures: tuple[np.ndarray, np.ndarray], small_learnt: Learnt
) -> None:
    _, late = pictures
    parts = [
        foretell(stack, (SIDE, SIDE), cover(parcel), outlines(parcel), small_learnt)
        for stack, parcel in ((late, PARCEL), (late[:3], PARCEL), (late, OTHER))
    ]
    whole = built_fractions(all_of(parts), small_learnt.calibration)
    one_by_one = [built_fractions(part, small_learnt.calibration) for part in parts]
    for name, values in whole.items():
        np.testing.assert_array_equal(values, np.concatenate([one[name] for one in one_by_one]))
    assert whole["reason"].tolist() == ["", "few_dates", ""]


def test_of_no_parcel_nothing_is_said(small_learnt: Learnt) -> None:
    assert all(len(values) == 0 for values in built_fractions(all_of([]), small_learnt.calibration).values())
