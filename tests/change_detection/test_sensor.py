"""What the sensor makes of painted ground."""

import numpy as np
import pytest

from geo.change_detection.sensor import FWHM_M, blur, cast, doubled, sample, shadow_px


@pytest.mark.parametrize(("name", "size"), [("sharp", 10), ("soft", 20)])
def test_a_bright_spot_is_as_wide_as_the_point_spread(name: str, size: int) -> None:
    labels = np.zeros((161, 161), dtype=np.int8)
    labels[80, 80] = 1
    spot = getattr(blur(labels, 2, fine_m=1.0), name)[1]
    assert (spot[80] > spot[80, 80] / 2).sum() == pytest.approx(FWHM_M[size], abs=1.01)


def test_blurred_shares_still_add_up_to_one() -> None:
    labels = np.random.default_rng(0).integers(0, 3, (40, 60)).astype(np.int8)
    ground = blur(labels, 3, fine_m=2.5)
    np.testing.assert_allclose(ground.sharp.sum(axis=0), 1, atol=1e-5)
    np.testing.assert_allclose(ground.soft.sum(axis=0), 1, atol=1e-5)
    assert ground.step == 4


def test_a_grid_that_lies_off_sees_what_lies_there() -> None:
    image = np.arange(64.0).reshape(1, 8, 8)
    assert sample(image, 4, (0, 0))[0].tolist() == [[18, 22], [50, 54]]
    assert sample(image, 4, (1, -1))[0].tolist() == [[25, 29], [57, 61]]
    assert sample(image, 4, (9, 0))[0].tolist() == [[58, 62], [58, 62]]  # the edge is repeated


def test_coarse_pixels_are_interpolated_along_both_axes() -> None:
    coarse = np.array([[[0.0, 4.0], [8.0, 12.0]]])
    assert doubled(coarse)[0].tolist() == [[0, 1, 3, 4], [2, 3, 5, 6], [6, 7, 9, 10], [8, 9, 11, 12]]


def test_shadows_fall_away_from_the_sun_and_are_longer_in_winter() -> None:
    hall = np.zeros((9, 9), dtype=bool)
    hall[5:7, 5:7] = True
    short, long = (cast(hall, shadow_px(6.0, day, 2.5)) for day in (172, 355))
    assert not short[hall].any()
    assert not long[hall].any()
    assert short.sum() < long.sum()
    assert long[4, 4] == 1
    assert not long[7:].any()
    assert not cast(hall, 0.2).any()
