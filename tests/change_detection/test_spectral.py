"""What the light of one pixel says."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.change_detection.spectral import (
    NEEDED,
    PROTOTYPES,
    certain_shares,
    class_shares,
    likely_shares,
    normalised_difference,
    ramp,
)
from geo.model import CLASS_FRACTIONS

# order of bands:      B02   B03   B04   B05   B08   B11   B12
MEADOW = (0.036, 0.072, 0.045, 0.105, 0.380, 0.220, 0.110)
GREEN_NET = (0.060, 0.090, 0.078, 0.098, 0.150, 0.170, 0.140)
GREEN_PAINT = (0.070, 0.140, 0.100, 0.130, 0.360, 0.330, 0.280)
SHADED_LAWN = (0.008, 0.012, 0.009, 0.014, 0.050, 0.025, 0.015)
LAKE = (0.055, 0.065, 0.045, 0.038, 0.024, 0.012, 0.008)
SHADE = (0.030, 0.028, 0.025, 0.025, 0.030, 0.020, 0.015)
SOLAR_PANEL = (0.060, 0.050, 0.040, 0.045, 0.080, 0.120, 0.100)
BLUE_STEEL = (0.270, 0.225, 0.150, 0.155, 0.230, 0.260, 0.220)
BLUE_NET = (0.100, 0.105, 0.095, 0.110, 0.150, 0.170, 0.140)
WHITE_ROOF = (0.500, 0.530, 0.540, 0.540, 0.550, 0.480, 0.430)
SAND = (0.280, 0.360, 0.430, 0.450, 0.500, 0.580, 0.540)
SNOW = (0.800, 0.790, 0.780, 0.770, 0.700, 0.080, 0.060)
CLOUD = (0.620, 0.600, 0.590, 0.600, 0.620, 0.420, 0.300)
CONCRETE = (0.180, 0.205, 0.225, 0.235, 0.255, 0.285, 0.265)
SOIL = (0.095, 0.140, 0.205, 0.235, 0.290, 0.380, 0.330)


def light(*spectra: tuple[float, ...]) -> dict[str, np.ndarray]:
    return dict(zip(NEEDED, np.array(spectra, dtype=np.float32).T, strict=True))


def certain(spectrum: tuple[float, ...]) -> tuple[float, float, float]:
    shares = certain_shares(light(spectrum))
    return tuple(float(shares[name][0]) for name in ("vegetation_fraction", "water_fraction", "built_fraction"))


@pytest.mark.parametrize(
    ("spectrum", "expected"),
    [
        (MEADOW, (1, 0, 0)),
        (LAKE, (0, 1, 0)),
        (BLUE_STEEL, (0, 0, 1)),
        (WHITE_ROOF, (0, 0, 1)),
    ],
)
def test_the_unmistakable_is_certain(spectrum: tuple[float, ...], expected: tuple[float, ...]) -> None:
    assert certain(spectrum) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    "spectrum",
    [
        GREEN_NET,  # weak NDVI
        SHADED_LAWN,  # a little green in the shade makes NDVI high
        SHADE,  # as dark as water in NIR and SWIR
        SOLAR_PANEL,  # darker than soil, and not water
        BLUE_NET,  # blue, but no bluer than red
        SAND,  # bright, but red
        SNOW,  # bright and flat, but dark in SWIR
        CLOUD,  # bright and flat, but darker in the second SWIR band
        CONCRETE,  # like gravel
        SOIL,
    ],
)
def test_what_can_be_mistaken_is_not_certain(spectrum: tuple[float, ...]) -> None:
    assert certain(spectrum) == pytest.approx((0, 0, 0), abs=1e-6)


def test_green_paint_is_hardly_taken_for_plants() -> None:
    ndmi = (0.360 - 0.330) / (0.360 + 0.330)
    assert ndmi < 0.05
    assert certain(GREEN_PAINT)[0] == 0


def test_half_a_pixel_of_meadow_beside_concrete_is_at_most_half_certain() -> None:
    half = tuple((a + b) / 2 for a, b in zip(MEADOW, CONCRETE, strict=True))
    assert certain(half)[0] <= 0.5


@given(st.lists(st.floats(-0.02, 1.2), min_size=7, max_size=7))
@settings(max_examples=200)
def test_shares_of_any_spectrum_are_shares(spectrum: list[float]) -> None:
    bands = light(tuple(spectrum))
    sure, likely = certain_shares(bands), likely_shares(bands)
    best = class_shares(sure, likely)
    assert sum(float(share[0]) for share in sure.values()) <= 1 + 1e-5
    for shares in (likely, best):
        assert tuple(shares) == CLASS_FRACTIONS
        assert min(float(share[0]) for share in shares.values()) >= 0
        assert sum(float(share[0]) for share in shares.values()) == pytest.approx(1, abs=1e-5)
    for name in ("vegetation_fraction", "water_fraction"):
        assert best[name][0] >= sure[name][0] - 1e-6


@pytest.mark.parametrize(("name", "spectrum"), PROTOTYPES)
def test_every_prototype_is_most_like_its_own_class(name: str, spectrum: tuple[float, ...]) -> None:
    shares = likely_shares(light(spectrum))
    assert max(shares, key=lambda other: float(shares[other][0])) == name


def test_every_class_has_a_prototype() -> None:
    assert {name for name, _ in PROTOTYPES} == set(CLASS_FRACTIONS)


def test_a_gap_stays_a_gap() -> None:
    bands = light(MEADOW)
    bands["B11"][:] = np.nan
    assert np.isnan(certain_shares(bands)["vegetation_fraction"]).all()
    assert np.isnan(likely_shares(bands)["roof_fraction"]).all()


def test_a_ramp_runs_down_when_its_ends_are_turned_round() -> None:
    assert ramp(np.array([0.08, 0.10, 0.12], dtype=np.float32), 0.12, 0.08) == pytest.approx([1, 0.5, 0], abs=1e-5)


def test_a_band_below_nothing_makes_no_index_beyond_one() -> None:
    assert abs(normalised_difference(np.array([0.3]), np.array([-0.02]))).item() <= 1
