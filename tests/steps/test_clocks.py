"""Clocks of the sample county: chosen, written as a table and as a calendar, offered to patrols and to maps."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from icalendar import Calendar

from geo.errors import SchemaError
from geo.steps.assess import assess_day
from geo.steps.clocks import (
    CARD_COLUMNS,
    choose_clocks,
    clock_cards,
    clocks_of,
    days_worked,
    describe_clocks,
    describe_lacking,
    holidays_through,
    label_clocks,
    visit_clocks,
    write_clocks,
)
from geo.store import open_store

DAY = date(2026, 10, 31)
pytestmark = pytest.mark.xdist_group("sample")


@pytest.fixture(scope="module")
def clocks(sample_settings, known_at):
    return clocks_of(assess_day(open_store(sample_settings.store), sample_settings, as_of=DAY, known_at=known_at))


def chosen(clocks, within=None, parcel_id=None):
    return choose_clocks(clocks, as_of=DAY, within=within, parcel_id=parcel_id)


def test_the_years_announced_are_known_to_their_last_day():
    table = days_worked()
    days = table.is_worked[(date(2026, 10, 1) - table.first).days :][:12]
    assert days.tolist() == [False] * 7 + [True, True, True, False, True]  # National Day, and Saturday the 10th worked
    assert len(table.is_worked) == (holidays_through() - table.first).days + 1


def test_an_idle_parcel_is_overdue_since_its_year_was_full(clocks):
    rows = chosen(clocks, parcel_id="云麓2023-001").set_index("clock")
    assert rows.loc["idle-year", "state"] == "overdue"
    start = rows.loc["idle-year", "starts_on"]
    assert rows.loc["idle-year", "due_on"] == start + pd.DateOffset(years=1)


def test_within_chooses_what_is_overdue_or_due_by_then_in_order(clocks):
    rows = chosen(clocks, within=30)
    assert rows["due_on_low"].is_monotonic_increasing
    assert rows["due_on_low"].max() <= pd.Timestamp("2026-11-30")
    assert set(rows["state"]) <= {"overdue", "warning", "running", "unknown", "not_started"}
    assert len(rows) < len(chosen(clocks, within=60)) < len(chosen(clocks))


def test_a_parcel_without_clocks_is_named(clocks):
    with pytest.raises(SchemaError) as caught:
        chosen(clocks, parcel_id="P?")
    assert caught.value.code == "scan.unknown_parcel"


def test_the_lines_say_what_is_due_and_the_last_one_counts(clocks):
    rows = chosen(clocks, within=30)
    told = describe_clocks(rows, clocks, "zh")
    assert len(told) == len(rows) + 1
    assert "《闲置土地处置办法》第 2(1) 条" in "\n".join(told)
    assert told[-1].startswith(f"期限 {len(rows)} 项：")
    assert describe_clocks(rows.iloc[:0], clocks, "en") == ["No clock in what was chosen."]


def test_clocks_that_no_register_feeds_are_named_once(clocks):
    (told,) = describe_lacking(clocks, "en")
    assert all(name in told for name in clocks.lacking)
    assert describe_lacking(label_clocks(clocks.rows.iloc[:0], [], {}), "en") == []


@pytest.mark.parametrize("suffix", ["csv", "json", "parquet", "ics"])
def test_two_files_of_the_same_clocks_are_the_same(clocks, tmp_path: Path, suffix):
    rows = chosen(clocks)
    for name in ("one", "other"):
        write_clocks(rows, clocks, tmp_path / f"{name}.{suffix}", as_of=DAY, language="zh")
    assert (tmp_path / f"one.{suffix}").read_bytes() == (tmp_path / f"other.{suffix}").read_bytes()


def test_the_json_says_the_days_as_days(clocks, tmp_path: Path):
    rows = chosen(clocks, parcel_id="云麓2023-001")
    write_clocks(rows, clocks, tmp_path / "c.json", as_of=DAY, language="zh")
    content = json.loads((tmp_path / "c.json").read_text("utf-8"))
    assert (content["schema_version"], content["as_of"]) == (1, "2026-10-31")
    assert [one["due_on"] for one in content["clocks"]] == rows["due_on"].dt.strftime("%Y-%m-%d").tolist()


def test_the_calendar_has_an_event_for_each_day_that_is_known_and_keeps_its_names(clocks, tmp_path: Path):
    rows = chosen(clocks)
    for name, day in (("c", DAY), ("d", date(2026, 11, 30))):
        write_clocks(rows, clocks, tmp_path / f"{name}.ics", as_of=day, language="zh")
    events, later = (
        list(Calendar.from_ical((tmp_path / f"{name}.ics").read_bytes()).walk("VEVENT")) for name in ("c", "d")
    )
    assert [one.decoded("dtstart") for one in events] == rows["due_on"].dropna().dt.date.tolist()
    assert len({str(one["uid"]) for one in events}) == len(events) > 0
    assert [str(one["uid"]) for one in events] == [str(one["uid"]) for one in later]


def test_a_file_that_is_no_form_of_clocks_is_refused_before_any_work(clocks, tmp_path: Path):
    with pytest.raises(SchemaError) as caught:
        write_clocks(clocks.rows, clocks, tmp_path / "c.docx", as_of=DAY, language="zh")
    assert caught.value.code == "clock.unknown_suffix"


def test_cards_show_what_is_not_done_of_parcels(clocks):
    cards = clock_cards(clocks)
    assert tuple(cards.columns) == CARD_COLUMNS
    assert "met" not in set(cards["state"])
    assert (cards["parcel_id"] != "").all()
    assert cards["label_zh"].str.len().min() > 0


def test_a_patrol_gets_the_clocks_that_ask_for_somebody_on_site_and_have_begun(clocks):
    assert visit_clocks(clocks).empty  # no register feeds those of the sample county
    text = clocks.instruments["idle-land-measures-2012"]
    on_site = replace(text, clocks=tuple(replace(clock, is_visit=True) for clock in text.clocks))
    found = visit_clocks(replace(clocks, instruments={**clocks.instruments, text.id: on_site}))
    begun = clocks.rows["state"].isin(["running", "warning", "overdue"])
    assert len(found) == (begun & (clocks.rows["instrument_id"] == text.id)).sum() > 0
    assert set(found["state"]) == {"running"}
    assert found["due_on"].notna().all()
