"""Works that go on, stand still, are torn down or overgrown; and what clouds leave open."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.change_detection.suspension import active_looks, find_standstill, state_by_growth

DAYS = np.arange(0.0, 900, 8)
NONE = np.zeros(len(DAYS), dtype=bool)


def noise(seed: int, sigma: float = 0.02) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, sigma, len(DAYS))


def test_a_site_left_alone_for_a_year_stands_still_and_says_since_when() -> None:
    built = np.minimum(DAYS, 320) / 1000 + noise(0, 0.005)
    found = find_standstill(DAYS, built, DAYS == 320, growth=0.05)
    assert (found.state, found.last_change, found.next_look, found.latest_look) == ("still", 320, 328, 896)
    assert found.least_d == 896 - 328


@given(st.integers(0, 500), st.floats(0.12, 0.5))
@settings(max_examples=15)
def test_growth_that_is_seen_is_never_called_still(seed: int, yearly: float) -> None:
    found = find_standstill(DAYS, 0.1 + yearly * DAYS / 365.2425 + noise(seed), NONE, growth=0.05)
    assert found.state == "working"
    assert found.least_d == 0


def test_recent_activity_is_work_even_without_growth() -> None:
    assert find_standstill(DAYS, 0.3 + noise(1), DAYS[-3] == DAYS, growth=0.05).state == "working"


def test_activity_within_the_year_leaves_it_open() -> None:
    found = find_standstill(DAYS, 0.3 + noise(1, 0.005), DAYS == 696, growth=0.05)
    assert (found.state, found.reason, found.next_look) == ("unknown", "between", 704)


def test_a_cloud_gap_is_unknown_not_stopped() -> None:
    built = 0.3 + noise(2, 0.005)
    built[(DAYS > 600) & (DAYS < 680)] = np.nan
    found = find_standstill(DAYS, built, NONE, growth=0.05)
    assert (found.state, found.reason) == ("unknown", "cloud_gap")


@pytest.mark.parametrize("looks", [0, 2, 20])
def test_few_looks_are_unknown(looks: int) -> None:
    built = np.full(len(DAYS), np.nan)
    built[len(DAYS) - looks :] = 0.3
    found = find_standstill(DAYS, built, NONE, growth=0.05)
    assert (found.state, found.reason) == ("unknown", "few_looks")


def test_halls_torn_down_are_no_standstill() -> None:
    built = np.where(DAYS < 600, 0.5, 0.1) + noise(3)
    assert find_standstill(DAYS, built, NONE, growth=0.05).state == "demolished"


def test_a_still_site_where_plants_took_ground_is_overgrown() -> None:
    plants = np.clip((DAYS - 300) / 1000, 0, 1) + noise(4, 0.005)
    built = 0.2 + noise(5, 0.005)
    assert find_standstill(DAYS, built, NONE, growth=0.05, plants=plants).state == "overgrown"
    assert find_standstill(DAYS, built, NONE, growth=0.05, plants=built).state == "still"


def test_activity_on_the_last_look_leaves_no_next_one() -> None:
    found = find_standstill(DAYS, 0.3 + noise(6), DAYS[-1] == DAYS, growth=0.05)
    assert found.state == "working"
    assert np.isnan(found.next_look)


def test_growth_that_may_matter_is_not_known() -> None:
    assert state_by_growth((-0.01, 0.06), growth=0.05, is_moved=False) == "unknown"
    assert state_by_growth((-0.01, 0.04), growth=0.05, is_moved=True) == "unknown"


def test_a_look_is_active_above_nearly_all_quiet_ones() -> None:
    quiet = np.append(np.linspace(0, 0.1, 101), np.nan)
    assert active_looks(np.array([0.05, 0.2, np.nan]), quiet=quiet).tolist() == [False, True, False]
    assert active_looks(np.array([0.9]), quiet=np.array([np.nan])).tolist() == [False]
