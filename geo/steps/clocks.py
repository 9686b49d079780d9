"""Deadlines and warnings of every parcel: run them, choose some, write them as a table or as a calendar."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import chinese_calendar
import pandas as pd

from geo.documents.calendar import DayEvent, day_calendar
from geo.errors import SchemaError
from geo.law.clocks import OFFICE, run_clocks, runnable
from geo.law.rule import Instrument
from geo.law.workdays import WorkTable, work_table
from geo.locale import Language, say, sentences
from geo.model import CLOCK_COLUMNS
from geo.steps.assess import Assessment, Law
from geo.steps.export import replacing, write_json, write_table

CLOCKS_SCHEMA = 1
"""Version of the form of the JSON."""

SUFFIXES = (".csv", ".json", ".parquet", ".ics")
OPEN_STATES = ("not_started", "running", "warning", "overdue", "unknown")
TURNING = ("running", "warning", "overdue")
CARD_COLUMNS = ("parcel_id", "clock", "due_on", "state", "label_zh", "label_en")


@dataclass(frozen=True, slots=True)
class Clocks:
    """What clocks say of every parcel.

    Attributes
    ----------
    rows
        ``CLOCK_COLUMNS`` with ``label_zh`` and ``label_en`` beside them: what each clock is, in both languages.
    lacking
        By text and clock, the facts that no register supplies; such a clock is not run.
    instruments
        The texts by id.
    """

    rows: pd.DataFrame
    lacking: Mapping[str, tuple[str, ...]]
    instruments: Mapping[str, Instrument]


def days_worked() -> WorkTable:
    """Return every day of the years whose holidays the State Council has announced, as the kept library has them."""
    holidays, workdays = (set(days) for days in (chinese_calendar.holidays, chinese_calendar.workdays))
    first = date(min(holidays).year, 1, 1)
    return work_table(first, holidays_through(), holidays=holidays, workdays=workdays)


def holidays_through() -> date:
    """Return the last day of the last year whose holidays are known."""
    return date(max(chinese_calendar.holidays).year, 12, 31)


def clocks_of(assessment: Assessment) -> Clocks:
    """Run every clock of the texts that an assessment applied, on the facts that it rests on."""
    law: Law = {
        "as_of": assessment.evidence.as_of,
        "adoptions": assessment.pack.adoptions,
        "asked": assessment.asked,
    }
    texts, lacking = runnable(assessment.pack.instruments, assessment.facts, **law)
    return label_clocks(run_clocks(texts, assessment.facts, table=days_worked(), **law), texts, lacking)


def label_clocks(rows: pd.DataFrame, texts: list[Instrument], lacking: Mapping[str, tuple[str, ...]]) -> Clocks:
    """Put beside each clock what it is, in both languages."""
    named = {f"{text.id}/{clock.id}": clock.summary for text in texts for clock in text.clocks}
    codes, keys = pd.factorize(rows["instrument_id"] + "/" + rows["clock"])
    summaries = [named[key] for key in keys]
    labels = {
        "label_zh": pd.array([one.zh for one in summaries], dtype="str").take(codes),
        "label_en": pd.array([one.en for one in summaries], dtype="str").take(codes),
    }
    return Clocks(rows.assign(**labels), lacking, {text.id: text for text in texts})


def choose_clocks(clocks: Clocks, *, as_of: date, within: int | None, parcel_id: str | None) -> pd.DataFrame:
    """Choose clocks that are not done: of one parcel, or those overdue or due within so many days, or all of them.

    Ordered by last day, then as they were. With ``within`` what is due on a day not known is left out, unless it may
    be due by then.

    Raises
    ------
    SchemaError
        No clock runs for such a parcel.
    """
    rows = clocks.rows[clocks.rows["state"].isin(OPEN_STATES)]
    if parcel_id is not None:
        if parcel_id not in set(clocks.rows["parcel_id"]):
            raise SchemaError("scan.unknown_parcel", parcel=parcel_id, near="-")
        rows = rows[rows["parcel_id"] == parcel_id]
    if within is not None:
        rows = rows[rows["due_on_low"] <= pd.Timestamp(as_of + timedelta(days=within))]
    return rows.sort_values("due_on_low", kind="stable", na_position="last", ignore_index=True)


def write_clocks(rows: pd.DataFrame, clocks: Clocks, path: Path, *, as_of: date, language: Language) -> None:
    """Write clocks as CSV, Parquet, JSON or iCalendar, by suffix; the same bytes each time."""
    check_clocks_suffix(path)
    suffix = path.suffix.lower()
    if suffix == ".json":
        write_json({"schema_version": CLOCKS_SCHEMA, "as_of": as_of.isoformat(), "clocks": _records(rows)}, path)
    elif suffix == ".ics":
        with replacing(path) as fresh:
            fresh.write_bytes(day_calendar(_events(rows, clocks, language), made_on=as_of))
    else:
        write_table(_plain_days(rows), path)


def check_clocks_suffix(path: Path) -> None:
    """Refuse a name whose ending is no form of clocks, before any work is done."""
    if path.suffix.lower() not in SUFFIXES:
        raise SchemaError("clock.unknown_suffix", file=str(path), known=" ".join(SUFFIXES))


def describe_clocks(rows: pd.DataFrame, clocks: Clocks, language: Language) -> list[str]:
    """Write each clock as a line, and how many there are of each state."""
    lines = [say("clock.line", language, **_words(row, clocks, language)) for row in rows.to_dict("records")]
    if not lines:
        return [say("clock.none_within", language)]
    counted = rows["state"].value_counts().reindex(OPEN_STATES).dropna().astype(int)
    states = [
        say("clock.counted_state", language, state=say(f"clock.state_{state}", language), count=count)
        for state, count in counted.items()
    ]
    total = say("clock.counted", language, total=len(rows), states=say("law.listed", language).join(states))
    return [*lines, total]


def describe_lacking(clocks: Clocks, language: Language) -> list[str]:
    """Name once the clocks that are not run for want of a register; no line where there are none."""
    listed = say("law.listed", language).join(clocks.lacking)
    return [say("clock.not_asked", language, count=len(clocks.lacking), clocks=listed)] if clocks.lacking else []


def clock_cards(clocks: Clocks) -> pd.DataFrame:
    """Return what a card of evidence shows of each parcel: ``CARD_COLUMNS``, the clocks that are not done."""
    rows = clocks.rows
    is_shown = rows["state"].isin(OPEN_STATES) & (rows["parcel_id"] != OFFICE)
    return rows.loc[is_shown, list(CARD_COLUMNS)].reset_index(drop=True)


def visit_clocks(clocks: Clocks) -> pd.DataFrame:
    """Return the clocks that ask for somebody on site, as a patrol plan takes them.

    Returns
    -------
    DataFrame
        ``parcel_id``, ``clock``, ``starts_on``, ``due_on`` and ``state``; everything that has begun is ``running``, and
        a last day that is not known to the day is the earliest that it can be.
    """
    wanted = {(text.id, clock.id) for text in clocks.instruments.values() for clock in text.clocks if clock.is_visit}
    rows = clocks.rows
    keys = pd.Series(list(zip(rows["instrument_id"], rows["clock"], strict=True)), index=rows.index, dtype=object)
    chosen = rows[keys.isin(wanted) & rows["state"].isin(TURNING) & (rows["parcel_id"] != OFFICE)]
    days = {"starts_on": chosen["starts_on_low"], "due_on": chosen["due_on_low"]}
    return chosen.assign(**days, state="running")[["parcel_id", "clock", "starts_on", "due_on", "state"]].reset_index(
        drop=True
    )


def _words(row: Mapping[Any, Any], clocks: Clocks, language: Language) -> dict[str, object]:
    names = sentences(language)
    missing = [names[f"fact.{name}"] for name in str(row["missing"]).split()]
    listed = say("law.listed", language).join(missing)
    return {
        "due": _say_day(row["due_on_low"], row["due_on_high"], language),
        "parcel": row["parcel_id"] or say("clock.office", language),
        "state": say(f"clock.state_{row['state']}", language),
        "label": row[f"label_{language}"],
        "title": clocks.instruments[str(row["instrument_id"])].title.of(language),
        "article": row["article"],
        "modality": say(f"law.modality_{row['modality']}", language),
        "standing": say(f"law.standing_{row['standing']}", language),
        "acts": say(f"clock.role_{row['acts']}", language),
        "missing": say("clock.missing", language, facts=listed) if missing else "",
    }


def _say_day(low: pd.Timestamp, high: pd.Timestamp, language: Language) -> str:
    first, last = (None if pd.isna(side) else side.date() for side in (low, high))
    kind = {(True, True): "unknown", (True, False): "until", (False, True): "from"}.get(
        (first is None, last is None), "known" if first == last else "between"
    )
    return say(f"clock.day_{kind}", language, low=first, high=last)


def _events(rows: pd.DataFrame, clocks: Clocks, language: Language) -> list[DayEvent]:
    """Return an event for each clock whose last day is known to the day."""
    events = []
    for row in rows[rows["due_on"].notna()].to_dict("records"):
        words = _words(row, clocks, language)
        events.append(
            DayEvent(
                name="|".join(str(row[key]) for key in ("parcel_id", "instrument_id", "clock")),
                day=row["due_on"].date(),
                summary=say("clock.event", language, **words),
                description=say("clock.event_about", language, **words),
            )
        )
    return events


def _records(rows: pd.DataFrame) -> list[dict[str, object]]:
    plain = _plain_days(rows).astype(object)
    return plain.where(plain.notna(), None).to_dict("records")  # type: ignore[return-value]  # keys are column names


def _plain_days(rows: pd.DataFrame) -> pd.DataFrame:
    days = [name for name in CLOCK_COLUMNS if name.startswith(("starts_on", "due_on"))]
    return rows.assign(**{name: _day_texts(rows[name]) for name in days})


def _day_texts(days: pd.Series) -> pd.Series:
    """Write each day that there is once; a blank stays one."""
    codes, known = pd.factorize(days)
    texts = pd.Series(pd.DatetimeIndex(known).strftime("%Y-%m-%d"), dtype="str")
    return texts.reindex(codes).set_axis(days.index)
