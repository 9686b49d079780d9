import math

import pandas as pd
import pytest

from geo.indicators.intensity import (
    building_coefficient,
    green_ratio,
    in_mu,
    invested_fraction,
    investment_intensity,
    non_production_floor_share,
    non_production_land_share,
    output_per_mu,
    tax_per_mu,
)

NAMED = ["P2", "P1"]


def on(*numbers):
    return pd.Series(numbers, index=NAMED, dtype=float)


@pytest.mark.parametrize(
    ("ratio", "name"),
    [
        (building_coefficient, "building_coefficient"),
        (green_ratio, "green_ratio"),
        (non_production_land_share, "non_production_land_share"),
        (non_production_floor_share, "non_production_floor_share"),
        (invested_fraction, "invested_fraction"),
    ],
)
def test_a_share_is_on_the_callers_index_and_unknown_where_there_is_nothing_to_divide_by(ratio, name):
    found = ratio(on(1400, 5), on(20000, 0))
    assert (found.name, found.index.tolist()) == (name, NAMED)
    assert found["P2"] == 0.07
    assert math.isnan(found["P1"])


def test_investment_intensity_includes_the_land_price_and_the_invested_fraction_does_not():
    invested, price = on(4e7, 4e7), on(1e7, math.nan)
    assert investment_intensity(invested, price, on(20000, 20000))["P2"] == (4e7 + 1e7) / 20000
    assert math.isnan(investment_intensity(invested, price, on(20000, 20000))["P1"])
    assert invested_fraction(invested, on(1.6e8, 2e8)).tolist() == [0.25, 0.2]


def test_a_mu_is_exactly_two_thousand_thirds_of_a_square_metre():
    assert in_mu(on(20000, 2000 / 3)).tolist() == [30, 1]
    assert tax_per_mu(on(6e6, 15), on(20000, 10000)).tolist() == [200_000, 1]
    assert output_per_mu(on(9e7, 15), on(20000, 10000)).tolist() == [3e6, 1]
