"""Whether works started and whether they stand, from one series each."""

import numpy as np
import pytest

from geo.change_detection.history import Activity, find_start, find_works, quiet_limit
from geo.change_detection.suspension import Standstill

DAYS = np.arange(0.0, 900, 10)
RNG = np.random.default_rng(3)
GREEN = 0.6 + 0.1 * np.cos(2 * np.pi * DAYS / 365.2425) + RNG.normal(0, 0.02, len(DAYS))
WILD = np.full(len(DAYS), 0.92)
NOTHING = np.zeros(len(DAYS))


def cleared(day: float) -> np.ndarray:
    return np.where(day > DAYS, GREEN, 0.12 + RNG.normal(0, 0.02, len(DAYS)))


def test_a_meadow_under_clear_looks_is_not_started() -> None:
    found = find_start(DAYS, GREEN, built_low=NOTHING, wild_low=WILD)
    assert (found.answer, found.not_before, found.reason) == ("not_started", 890.0, "")
    assert np.isnan(found.not_after)


def test_bare_ground_may_have_been_started_or_not() -> None:
    found = find_start(DAYS, cleared(500), built_low=NOTHING, wild_low=np.where(DAYS < 500, 0.92, 0.1))
    assert (found.answer, found.reason) == ("unknown", "disturbed")
    assert 450 <= found.not_before <= 490
    bare = find_start(DAYS, NOTHING, built_low=NOTHING, wild_low=NOTHING)
    assert (bare.answer, bare.reason, np.isnan(bare.not_before)) == ("unknown", "disturbed", True)


def test_structure_that_two_looks_vouch_for_is_a_start_after_the_last_look_as_usual() -> None:
    built = np.where(DAYS < 640, 0.0, 0.3)
    found = find_start(DAYS, cleared(500), built_low=built, wild_low=np.where(DAYS < 500, 0.92, 0.1))
    assert (found.answer, found.not_after) == ("started", 650.0)
    assert 450 <= found.not_before <= 490


def test_one_look_vouches_for_nothing() -> None:
    built = np.where(DAYS == 640, 0.3, 0.0)
    assert find_start(DAYS, GREEN, built_low=built, wild_low=WILD).answer == "unknown"
    assert find_start(DAYS, cleared(500), built_low=built, wild_low=NOTHING).answer == "unknown"


def test_structure_that_was_always_there_has_no_first_day() -> None:
    found = find_start(DAYS, NOTHING, built_low=np.full(len(DAYS), 0.4), wild_low=NOTHING)
    assert (found.answer, found.not_after, np.isnan(found.not_before)) == ("started", 10.0, True)


def test_structure_of_the_last_months_begins_after_the_last_undisturbed_looks() -> None:
    is_new = DAYS >= 850
    found = find_start(DAYS, cleared(850), built_low=np.where(is_new, 0.2, 0), wild_low=np.where(is_new, 0.1, 0.92))
    assert (found.answer, found.not_before, found.not_after) == ("started", 830.0, 860.0)


@pytest.mark.parametrize("last", [0, 200])
def test_a_short_series_says_nothing(last: float) -> None:
    green = np.where(last >= DAYS, GREEN, np.nan) if last else np.full(len(DAYS), np.nan)
    found = find_start(DAYS, green, built_low=NOTHING, wild_low=WILD)
    assert (found.answer, found.reason) == ("unknown", "few_looks")


def test_ground_last_seen_green_long_ago_is_not_undisturbed() -> None:
    wild = np.where(DAYS < 700, 0.92, 0.5)
    assert find_start(DAYS, GREEN, built_low=NOTHING, wild_low=wild).reason == "disturbed"


def test_knowing_less_never_turns_a_start_into_none() -> None:
    built = np.where(DAYS < 640, 0.0, 0.3)
    wild = np.where(DAYS < 500, 0.92, 0.1)
    for hidden in range(0, len(DAYS), 7):
        is_hidden = (np.arange(len(DAYS)) >= hidden) & (RNG.random(len(DAYS)) < 0.5)
        part = [np.where(is_hidden, np.nan, side) for side in (cleared(500), built, wild)]
        found = find_start(DAYS, part[0], built_low=part[1], wild_low=part[2])
        assert found.answer == "started"
        assert not found.not_after < 640


def test_quiet_ground_is_what_most_places_are_like() -> None:
    changed = np.concatenate([np.linspace(0, 0.04, 300), np.full(40, 0.8), [np.nan] * 9])
    assert quiet_limit(changed).max() == 0.04
    assert len(quiet_limit(changed[:80])) == 0


def works(changed: np.ndarray, green: np.ndarray, quiet: np.ndarray) -> Standstill:
    built = np.full(len(DAYS), 0.2) + np.random.default_rng(1).normal(0, 0.01, len(DAYS))
    return find_works(DAYS, Activity(changed, green, built, NOTHING), quiet=quiet, growth=0.05)


def test_ground_that_is_moved_or_cleared_is_activity() -> None:
    quiet = np.linspace(0, 0.04, 200)
    moved = np.where(DAYS == 400, 0.3, 0.01)
    found = works(moved, np.full(len(DAYS), 0.1), quiet)
    assert (found.state, found.last_change, found.next_look, found.latest_look) == ("still", 400.0, 520.0, 890.0)
    found = works(np.full(len(DAYS), 0.01), np.where(DAYS < 500, 0.6, 0.2), quiet)
    assert (found.state, found.last_change, found.next_look) == ("still", 500.0, 520.0)
    found = works(np.where(DAYS == 600, 0.3, 0.01), NOTHING, quiet)
    assert (found.state, found.last_change, found.next_look) == ("unknown", 600.0, 610.0)


def test_without_quiet_ground_to_compare_with_nothing_is_said() -> None:
    found = works(NOTHING, NOTHING, np.empty(0))
    assert (found.state, found.reason) == ("unknown", "no_reference")
