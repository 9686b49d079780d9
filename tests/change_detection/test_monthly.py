"""The built share of parcels, the sensor's blur taken off."""

from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pytest
import shapely
from scipy import ndimage
from scipy.sparse import csr_array

from geo.change_detection.grid import Grid, coverage_matrix
from geo.change_detection.learning import Learnt, learn
from geo.change_detection.mixtures import Library, draw_slots, draw_year
from geo.change_detection.monthly import built_fractions, outline_of, parcel_share

SIDE = 24
FIELD = Grid("EPSG:32650", (10.0, 0.0, 500_000.0, 0.0, -10.0, 2_600_240.0), (SIDE, SIDE))
PARCEL = shapely.box(500_070, 2_600_070, 500_170, 2_600_170)


def cover(*shapes: shapely.Geometry) -> csr_array:
    return coverage_matrix(gpd.GeoSeries(list(shapes), crs=32650), FIELD)


def blurred(inside: float, outside: float) -> np.ndarray:
    picture = outside + (inside - outside) * cover(PARCEL).toarray().reshape(SIDE, SIDE)
    return ndimage.gaussian_filter(picture, 1.2 / 2.3548).astype(np.float32)


@pytest.mark.parametrize(("inside", "outside"), [(0.0, 1.0), (0.4, 0.9), (0.7, 0.0)])
def test_bright_neighbours_do_not_leak_in(inside: float, outside: float) -> None:
    share, around = parcel_share(blurred(inside, outside), cover(PARCEL))
    assert share[0] == pytest.approx(inside, abs=0.005)
    assert around[0] == pytest.approx(outside, abs=0.02)


def test_hidden_pixels_do_not_count_until_too_many_are() -> None:
    image = blurred(0.5, 0.5)
    image[7:10] = np.nan
    assert parcel_share(image, cover(PARCEL))[0][0] == pytest.approx(0.5, abs=0.005)
    image[7:12] = np.nan
    assert np.isnan(parcel_share(image, cover(PARCEL))[0][0])


def test_a_parcel_off_the_image_has_no_share() -> None:
    assert np.isnan(parcel_share(blurred(0.5, 0.5), cover(shapely.box(0, 0, 10, 10)))[0]).all()


def test_a_parcel_as_large_as_the_image_has_nothing_around() -> None:
    whole = cover(shapely.box(*FIELD.bounds))
    share, around = parcel_share(np.full((SIDE, SIDE), 0.25, dtype=np.float32), whole)
    assert share[0] == pytest.approx(0.25)
    assert np.isnan(around[0])


def test_a_parcel_of_a_sliver_is_the_mean_of_its_pixels() -> None:
    sliver = cover(shapely.box(500_100, 2_600_100, 500_100.2, 2_600_101))
    assert parcel_share(np.full((SIDE, SIDE), 0.25, dtype=np.float32), sliver)[0][0] == pytest.approx(0.25)


@pytest.fixture(scope="module")
def learnt(small_library: Callable[..., Library]) -> Learnt:
    return learn(small_library(), count=1_500, parcels=600)


def year(library: Library) -> np.ndarray:
    """A parcel half under steel, half under soil, among plants."""
    slots = np.full((SIDE, SIDE), 3.0)
    slots[7:17, 7:12] = 0
    slots[7:17, 12:17] = 1
    flat, rng = slots.reshape(-1, 1), np.random.default_rng(8)
    return draw_year(flat, draw_slots(library, flat, rng), np.ones((SIDE**2, 1)), library, rng)


OUTLINE = outline_of(gpd.GeoSeries([PARCEL], crs=32650))


def test_a_half_built_parcel_is_found_half_built_between_its_bounds(
    small_library: Callable[..., Library], learnt: Learnt
) -> None:
    found = built_fractions(year(small_library()), (SIDE, SIDE), cover(PARCEL), OUTLINE, learnt)
    assert found["built_fraction"][0] == pytest.approx(0.5, abs=0.1)
    low, high = found["built_fraction_low"][0], found["built_fraction_high"][0]
    assert low <= found["band_low"][0] <= found["built_fraction"][0] <= found["band_high"][0] <= high


def test_few_dates_give_no_fraction(small_library: Callable[..., Library], learnt: Learnt) -> None:
    found = built_fractions(year(small_library())[:3], (SIDE, SIDE), cover(PARCEL), OUTLINE, learnt)
    assert np.isnan(found["built_fraction"]).all()
    assert np.isnan(found["built_fraction_high"]).all()
    assert found["reason"].tolist() == ["few_dates"]


@pytest.mark.parametrize(
    ("parcel", "reason"),
    [
        (shapely.box(500_065, 2_600_065, 500_095, 2_600_107), "too_small"),  # two full pixels by three
        (shapely.box(500_040, 2_600_070, 500_200, 2_600_083), "too_narrow"),
        (PARCEL, "cloudy"),
    ],
)
def test_a_parcel_that_cannot_be_seen_well_says_why(
    parcel: shapely.Geometry, reason: str, small_library: Callable[..., Library], learnt: Learnt
) -> None:
    stack = year(small_library())
    if reason == "cloudy":
        stack[:, :, : SIDE * SIDE // 2] = np.nan
    outline = outline_of(gpd.GeoSeries([parcel], crs=32650))
    found = built_fractions(stack, (SIDE, SIDE), cover(parcel), outline, learnt)
    assert found["reason"].tolist() == [reason]
    assert np.isnan(found["built_fraction"]).all()
