"""Which pixels can be used."""

import numpy as np
import pytest

from geo.change_detection.clear import clear_mask, clear_pixels, light_bands
from geo.change_detection.grid import Grid


@pytest.mark.parametrize("kind", [4, 5, 6, 7])
def test_plants_soil_water_and_unclassified_ground_are_kept(kind: int) -> None:
    assert clear_pixels(np.full((3, 3), kind, dtype=np.float32), pixel_m=(10.0, 10.0)).all()


@pytest.mark.parametrize("kind", [0, 1, 2, 3, 8, 9, 10, 11, np.nan])
def test_gaps_dark_ground_shadow_cloud_and_snow_are_dropped(kind: float) -> None:
    classes = np.full((1, 40), 5, dtype=np.float32)
    classes[0, 0] = kind
    assert not clear_pixels(classes, pixel_m=(10.0, 10.0))[0, 0]


@pytest.mark.parametrize(
    ("kind", "hidden"),
    [
        (3, 5),  # a shadow reaches 50 m
        (9, 12),  # a cloud reaches 120 m
        (2, 0),  # dark ground does not reach beyond itself
    ],
)
def test_clouds_and_shadows_reach_further_than_their_pixels(kind: int, hidden: int) -> None:
    classes = np.full((1, 40), 5, dtype=np.float32)
    classes[0, 0] = kind
    clear = clear_pixels(classes, pixel_m=(10.0, 10.0))[0]
    assert clear[: hidden + 1].sum() == 0
    assert clear[hidden + 1 :].all()


def test_the_margin_is_in_metres_not_in_pixels() -> None:
    classes = np.full((20, 20), 5, dtype=np.float32)
    classes[0, 0] = 3
    clear = clear_pixels(classes, pixel_m=(25.0, 10.0))
    assert clear[0].argmax() == 3
    assert clear[:, 0].argmax() == 6


def test_a_gap_in_one_band_hides_the_pixel_from_all(grid: Grid) -> None:
    red, classes = np.ones(grid.shape, dtype=np.float32), np.full(grid.shape, 5, dtype=np.float32)
    red[2, 3] = np.nan
    mask = clear_mask({"B04": red, "B08": np.ones_like(red), "SCL": classes}, grid)
    assert not mask[2, 3]
    assert mask.sum() == mask.size - 1


def test_without_a_class_layer_only_gaps_are_hidden(grid: Grid) -> None:
    assert clear_mask({"B04": np.ones(grid.shape, dtype=np.float32)}, grid).all()


def test_the_class_layer_is_no_light() -> None:
    assert list(light_bands({"B02": np.zeros(1), "SCL": np.zeros(1)})) == ["B02"]
