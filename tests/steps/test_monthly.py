"""What the kept pixels of the sample county say at the end of its month, beside what is true there."""

from datetime import UTC, date, datetime

import pandas as pd
import pytest

from geo.settings import Settings
from geo.steps.monthly import METHOD
from geo.steps.observe import days_of_works
from geo.steps.scan import ScanResult
from geo.store import open_store, read_monthly, read_registers

IMAGE_ONLY = "云麓2024-051"
"""The ledger knows of no start; the image shows a hall."""


@pytest.fixture(scope="module")
def said(sample_result: ScanResult, sample_settings: Settings) -> pd.DataFrame:
    """By parcel."""
    assert sample_result.scan.month == "2026-10"
    with open_store(sample_settings.store).connect() as conn:
        return read_monthly(conn, method=METHOD).set_index("parcel_id")


@pytest.fixture(scope="module")
def started_on(sample_result: ScanResult) -> pd.Series:
    """Day of the start by the ledger, which is true of this county; NaT where there was none."""
    return sample_result.assessment.evidence.ledger.set_index("parcel_id")["started_on"]


def test_something_is_said_of_every_parcel_once(said: pd.DataFrame) -> None:
    assert len(said) == 64
    assert said.index.is_unique
    assert set(said["month"]) == {"2026-10"}
    assert set(said["revision"]) == {1}


def test_no_parcel_without_a_start_is_called_started_and_none_with_one_not_started(
    said: pd.DataFrame, started_on: pd.Series
) -> None:
    known = started_on.reindex(said.index)
    called = said["start"] == "started"
    assert called.sum() >= 10
    assert (said["start"] == "not_started").sum() >= 10
    assert list(said.index[called & known.isna()]) == [IMAGE_ONLY]
    assert known[said["start"] == "not_started"].isna().all()


def test_a_start_lies_between_the_looks_that_bracket_it(said: pd.DataFrame, started_on: pd.Series) -> None:
    known = started_on.reindex(said.index)
    dated = said[(said["start"] == "started") & known.notna()]
    assert (known[dated.index] <= dated["start_not_after"]).all()
    after = dated[dated["start_not_before"].notna()]
    assert len(after) > 0
    assert (known[after.index] >= after["start_not_before"]).all()


def test_looks_that_bracket_are_named(said: pd.DataFrame) -> None:
    dated = said[said["start_not_before"].notna() & said["start_not_after"].notna()]
    for _, row in dated.iterrows():
        days = [name.split("_")[1][:8] for name in row["start_scenes"].split()]
        assert days == [f"{row[name]:%Y%m%d}" for name in ("start_not_before", "start_not_after")]


def test_built_fractions_stand_between_their_bounds_or_say_why_there_is_none(said: pd.DataFrame) -> None:
    known = said[said["reason"] == ""]
    assert len(known) >= 50
    columns = ["built_fraction_low", "band_low", "built_fraction", "band_high", "built_fraction_high"]
    assert (known[columns].diff(axis=1).iloc[:, 1:] >= -1e-9).all(axis=None)
    assert said.loc[said["reason"] != "", columns].isna().all(axis=None)


def test_nothing_is_built_for_certain_where_nothing_was_started_and_most_stands_where_works_are_long_done(
    said: pd.DataFrame, started_on: pd.Series
) -> None:
    known = started_on.reindex(said.index)
    empty = said[known.isna() & (said.index != IMAGE_ONLY)]
    assert (empty["built_fraction_low"].fillna(0) <= 0.05).all()
    old = said[known < "2019-01-01"]
    assert old["built_fraction"].median() > empty["built_fraction"].median() + 0.3


def test_ground_that_a_building_stood_on_before_the_day_of_the_start_was_not_vacant(
    sample_result: ScanResult, sample_settings: Settings
) -> None:
    with open_store(sample_settings.store).connect() as conn:
        registers = read_registers(conn, known_at=datetime(2026, 11, 5, 1, tzinfo=UTC))
    days = days_of_works(registers, {}, as_of=date(2026, 10, 31))
    completed_before_it_was_started = days.loc["云麓2023-062", "started_on"]
    assert completed_before_it_was_started == pd.Timestamp(2024, 5, 30)
