"""The draw: replayed from its seed, fair to every parcel, blind to the order of the list."""

import hashlib

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.patrol.control import draw_control, draw_inspectors, lot

SHARES = {"suspected": 0.2, "undetermined": 0.1, "clear": 0.05, "fewest": 2}


def county(count: int) -> pd.DataFrame:
    number = np.arange(count)
    return pd.DataFrame(
        {
            "parcel_id": [f"P{n}" for n in number],
            "tier": np.array(["suspected", "undetermined", "clear"])[number % 3],
            "label": np.where(number % 3 == 0, "suspected_idle", ""),
            "town": np.array(["甲", "乙"])[number % 2],
            "size": "small",
        }
    )


def test_a_lot_can_be_computed_with_any_sha256() -> None:
    digest = hashlib.sha256(b"7\x1fparcel\x1fP1").hexdigest()
    assert lot(7, "parcel", "P1") == (int(digest[:16], 16) >> 11) / 2**53


@given(seed=st.integers(0, 2**63), count=st.integers(0, 60))
@settings(max_examples=40)
def test_the_same_seed_draws_the_same_in_whatever_order_the_list_stands(seed: int, count: int) -> None:
    parcels = county(count)
    one = draw_control(parcels, SHARES, seed=seed)
    other = draw_control(parcels.sample(frac=1, random_state=1), SHARES, seed=seed)
    pd.testing.assert_frame_equal(one, other)
    assert one["parcel_id"].is_unique
    assert set(one["parcel_id"]) <= set(parcels["parcel_id"])


def test_each_tier_gets_its_share_and_no_fewer_than_two() -> None:
    drawn = draw_control(county(300), SHARES, seed=3)
    assert drawn["tier"].value_counts().to_dict() == {"suspected": 20, "undetermined": 10, "clear": 5}
    assert drawn.loc[drawn["tier"] == "clear", "probability"].unique() == [5 / 100]
    assert draw_control(county(9), SHARES, seed=3)["tier"].value_counts().to_dict() == dict.fromkeys(
        ("suspected", "undetermined", "clear"), 2
    )


def test_a_share_of_nought_draws_nobody_and_one_draws_all() -> None:
    assert draw_control(county(30), dict.fromkeys(SHARES, 0), seed=1).empty
    assert len(draw_control(county(30), dict.fromkeys(SHARES, 1), seed=1)) == 30


def test_every_town_gets_its_share_of_the_draw_to_within_one() -> None:
    parcels = county(300)
    drawn = draw_control(parcels, SHARES, seed=11).merge(parcels, on=["parcel_id", "tier"])
    suspected = drawn[drawn["tier"] == "suspected"]["town"].value_counts()
    assert abs(suspected["甲"] - suspected["乙"]) <= 1


def test_over_many_seeds_every_parcel_has_the_chance_that_is_written_beside_it() -> None:
    parcels = county(60)
    seeds = 600
    hits = pd.concat([draw_control(parcels, SHARES, seed=seed) for seed in range(seeds)])
    share = hits["parcel_id"].value_counts().reindex(parcels["parcel_id"], fill_value=0).to_numpy() / seeds
    chance = parcels["tier"].map({"suspected": 4 / 20, "undetermined": 2 / 20, "clear": 2 / 20}).to_numpy()
    assert np.abs(share - chance).max() < 5 * np.sqrt(0.16 / seeds)


@given(seed=st.integers(0, 2**63), count=st.integers(0, 9), teams=st.integers(1, 4))
@settings(max_examples=40)
def test_nobody_is_in_two_teams_on_one_day_and_a_team_has_all_it_needs_or_none(
    seed: int, count: int, teams: int
) -> None:
    names = [f"I{n}" for n in range(count)]
    days = [(day, str(team)) for day in ("2026-11-02", "2026-11-03") for team in range(teams)]
    drawn = draw_inspectors(names, days, each=2, seed=seed)
    assert drawn == draw_inspectors(list(reversed(names)), list(reversed(days)), each=2, seed=seed)
    for day in ("2026-11-02", "2026-11-03"):
        out = [name for (that_day, _), pair in drawn.items() if that_day == day for name in pair]
        assert len(out) == len(set(out)) == 2 * min(teams, count // 2)


@pytest.mark.parametrize("names", [(), ("A",)])
def test_too_few_inspectors_leave_a_team_without_any(names: tuple[str, ...]) -> None:
    assert draw_inspectors(names, [("2026-11-02", "1")], each=2, seed=1) == {("2026-11-02", "1"): ()}
