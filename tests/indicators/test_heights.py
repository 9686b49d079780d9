import numpy as np
import pandas as pd

from geo.indicators.heights import FEWEST_PIXELS, disagrees, height_from_surface
from geo.locale import sentences


def test_the_height_is_the_median_and_its_bounds_are_quantiles_with_the_error():
    roof = np.arange(1.0, 22.0)  # 1, 2 .. 21: quantiles of 0.1, 0.5 and 0.95 are 3, 11 and 20
    found = height_from_surface(np.zeros(21, int), roof, count=1, error_m=0.5)
    assert found.loc[0].tolist() == [11, 3 - 0.5, 20 + 0.5, 21]


def test_every_footprint_has_a_row_and_one_without_pixels_no_height():
    footprint = np.repeat([0, 2], [FEWEST_PIXELS, FEWEST_PIXELS - 1])
    found = height_from_surface(footprint, np.full(len(footprint), 6.0), count=4, error_m=0.5)
    assert found["height_m"].notna().tolist() == [True, False, False, False]
    assert found["height_m_low"].notna().tolist() == [True, False, False, False]
    assert found["pixel_count"].tolist() == [FEWEST_PIXELS, 0, FEWEST_PIXELS - 1, 0]


def test_pixels_without_data_do_not_count():
    surface = np.array([6.0] * FEWEST_PIXELS + [np.nan] * 20)
    found = height_from_surface(np.zeros(len(surface), int), surface, count=1, error_m=0.5)
    assert found.loc[0].tolist() == [6, 5.5, 6.5, FEWEST_PIXELS]


def test_what_stands_no_higher_than_the_error_has_no_height():
    surface = np.full(9, 0.4)
    assert height_from_surface(np.zeros(9, int), surface, count=1, error_m=0.5).loc[0, :"height_m_high"].isna().all()


def test_a_low_bound_stays_above_the_ground():
    surface = np.array([0.1, 0.1, 9, 9, 9, 9, 9])
    assert height_from_surface(np.zeros(7, int), surface, count=1, error_m=1.0).loc[0, "height_m_low"] == 0.01


def test_a_declared_height_outside_the_bounds_disagrees_and_an_unknown_one_does_not():
    measured = pd.DataFrame({"height_m_low": [8.0, 8, 8, np.nan], "height_m_high": [10.0, 10, 10, np.nan]})
    assert disagrees(pd.Series([9.0, 7.9, np.nan, 9]), measured).tolist() == [False, True, False, False]
    for code in ("indicators.height_measured", "indicators.height_contradicts"):
        assert code in sentences("zh")
        assert code in sentences("en")
