"""The day from which ground lies bare."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.change_detection.series import YEAR_D
from geo.change_detection.start import find_step, stays_low

DAYS = np.arange(0.0, 1_100, 8)


def meadow(seed: int, *, cleared: float = np.inf) -> np.ndarray:
    """Greenness of grass until a day, and of bare ground from then on."""
    rng = np.random.default_rng(seed)
    green = 0.5 - 0.2 * np.cos(2 * np.pi * DAYS / YEAR_D)
    return np.where(cleared <= DAYS, 0.12, green) + rng.normal(0, 0.02, len(DAYS))


@given(st.integers(0, 1_000), st.floats(400, 900))
@settings(max_examples=15)
def test_a_clearing_is_bracketed_by_the_looks_around_it(seed: int, cleared: float) -> None:
    step = find_step(DAYS, meadow(seed, cleared=cleared))
    assert step is not None
    assert step.not_before < cleared <= step.not_after
    assert step.not_before <= step.on <= step.not_after
    assert abs(step.on - cleared) <= 24


@given(st.integers(0, 1_000))
@settings(max_examples=15)
def test_a_quiet_meadow_has_no_start(seed: int) -> None:
    assert find_step(DAYS, meadow(seed)) is None


def test_the_bracket_grows_with_a_cloud_gap() -> None:
    values = meadow(1, cleared=600.0)
    values[(DAYS > 560) & (DAYS < 640)] = np.nan
    step = find_step(DAYS, values)
    assert step is not None
    assert 520 <= step.not_before <= 560
    assert step.not_after == 640


def test_ground_that_grows_again_was_harvested() -> None:
    values = meadow(2)
    values[(DAYS > 500) & (DAYS < 580)] = 0.12
    assert find_step(DAYS, values) is None


def test_few_looks_or_few_after_the_step_say_nothing() -> None:
    assert find_step(DAYS[:11], meadow(3)[:11]) is None
    assert find_step(DAYS, meadow(3, cleared=DAYS[-8])) is None
    assert find_step(DAYS, np.full(len(DAYS), np.nan)) is None


def test_a_series_shorter_than_its_columns_says_nothing() -> None:
    values = np.full(len(DAYS), np.nan)
    values[:12] = 0.5
    assert find_step(DAYS[:12], values[:12]) is None


def test_a_season_never_seen_before_proves_nothing() -> None:
    days = np.concatenate([np.arange(0.0, 100, 8), np.arange(200.0, 300, 8)])
    assert not stays_low(days, np.where(days < 150, 0.6, 0.1), 13)


@pytest.mark.shared_data
def test_real_farmland_and_prairie_call_few_starts_and_a_real_break_is_where_cold_has_it(
    shared_data: Path, benchmark_script: Callable[[str], ModuleType]
) -> None:
    script = benchmark_script("false_alarms")
    figures = script.score_series(*script.read_patch(shared_data / "timeseries" / "eolearn_ndvi_68dates"))
    assert figures["blocks"] == 196
    assert figures["share called, common taken out"] <= 0.01
    assert figures["robust sigma, common taken out"] < figures["robust sigma, as seen"] / 2
    breaks = script.score_break(shared_data / "oracles" / "cold_pyxccd")
    assert abs(breaks.loc["NBR", "looks apart"]) <= 1
