"""Why a parcel is visited: agreed days, clocks, clues, open questions, routine, and the draw."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from geo.patrol.duties import TIERS, Duties, Reason

REASON_COLUMNS = (
    "parcel_id",
    "reason",
    "is_must",
    "earliest_on",
    "latest_on",
    "due_on",
    "points",
    "about",
    "facts",
)
"""One reason to visit one parcel. ``about`` names labels or a clock, ``facts`` what is missing, joined by spaces."""

RUNNING = "running"
MOST_POINTS = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known when a plan is made.

    Attributes
    ----------
    as_of
        Day of the findings.
    parcels
        ``parcel_id``, ``town``, ``area_m2`` [m2].
    facts
        Fact frame by ``parcel_id``.
    findings
        ``FINDING_COLUMNS``.
    visits
        ``parcel_id``, ``visited_on``; None where no visits are on record.
    clocks
        ``parcel_id``, ``clock``, ``starts_on``, ``due_on``, ``state``; those that are ``running`` count.
    """

    as_of: date
    parcels: pd.DataFrame
    facts: pd.DataFrame
    findings: pd.DataFrame
    visits: pd.DataFrame | None = None
    clocks: pd.DataFrame | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """First and last day of a plan."""

    first: pd.Timestamp
    last: pd.Timestamp


def span(first_on: date, days: int) -> Span:
    """Return the span of so many calendar days from a day on.

    Examples
    --------
    >>> span(date(2026, 11, 2), 5).last.date()
    datetime.date(2026, 11, 6)
    """
    first = pd.Timestamp(first_on)
    return Span(first, first + pd.Timedelta(days=days - 1))


def strata_of(known: Known, duties: Duties) -> pd.DataFrame:
    """Return how each parcel stands, for the draw: ``parcel_id``, ``tier``, ``label``, ``town``, ``size``."""
    points = _label_points(known.findings, duties)
    outcome = known.findings["outcome"]
    label = pd.Series("", index=known.parcels["parcel_id"], dtype=object)
    tier = pd.Series(TIERS[2], index=label.index, dtype=object)
    for name, said in ((TIERS[1], "undetermined"), (TIERS[0], "met")):
        chosen = _weightiest(known.findings[outcome == said], points[outcome == said])
        there = chosen.index.intersection(label.index)
        tier[there], label[there] = name, chosen.loc[there, "label"]
    area = known.parcels["area_m2"].to_numpy(float)
    bounds = [duties.size["small_below_m2"], duties.size["large_from_m2"]]
    sizes = np.array(["small", "medium", "large"])[np.searchsorted(bounds, area, side="right")]
    names = known.parcels[["parcel_id", "town"]].fillna({"town": ""}).astype(str).reset_index(drop=True)
    return names.assign(size=sizes, tier=tier.to_numpy(), label=label.to_numpy())


def find_reasons(known: Known, drawn: pd.DataFrame, duties: Duties, *, over: Span) -> pd.DataFrame:
    """Find every reason to visit a parcel within a span of days.

    Parameters
    ----------
    drawn
        ``CONTROL_COLUMNS``: the control share.

    Returns
    -------
    DataFrame
        ``REASON_COLUMNS`` by parcel, musts first and then by points; days as Timestamps inside the span.
    """
    strata = strata_of(known, duties)
    parts = [_on_agreed_days(reason, known, duties, over) for reason in duties.reasons.values() if reason.fact]
    parts += [
        _clocks(known, duties, over),
        _suspected(known, duties, over),
        _undetermined(known, duties, over),
        _routine(known, strata, duties, over),
        _frame(drawn, "control", over, is_must=True, points=0.0),
    ]
    found = pd.concat([part for part in parts if len(part)] or [_frame(drawn.iloc[:0], "control", over)])
    found = found[found["parcel_id"].isin(known.parcels["parcel_id"])]
    order = ["parcel_id", "is_must", "points", "reason"]
    return found.sort_values(order, ascending=[True, False, False, True], ignore_index=True)


def _frame(parcels: pd.DataFrame, reason: str, over: Span, **cells: Any) -> pd.DataFrame:  # noqa: ANN401  # columns or what fills one
    """Reasons of one kind; what is not given takes the whole span and names nothing."""
    usual = {"is_must": False, "earliest_on": over.first, "latest_on": over.last, "due_on": pd.NaT, "points": 0.0}
    frame = pd.DataFrame({"parcel_id": parcels["parcel_id"].astype(str).to_numpy()})
    for column, value in {"reason": reason, **usual, "about": "", "facts": "", **cells}.items():
        frame[column] = value.to_numpy() if isinstance(value, pd.Series) else value
    days = dict.fromkeys(("earliest_on", "latest_on", "due_on"), "datetime64[ns]")
    return frame.astype({**days, "is_must": bool, "points": float})[list(REASON_COLUMNS)]


def _on_agreed_days(reason: Reason, known: Known, duties: Duties, over: Span) -> pd.DataFrame:
    """Somebody must be on site when a day of the contract or of the works comes; a bracket is one long day."""
    facts = known.facts.reset_index(names="parcel_id")
    low, high = (pd.to_datetime(facts[f"{reason.fact}_{end}"]) for end in ("low", "high"))
    opens = low - pd.Timedelta(days=duties.window["days_before"])
    closes = high + pd.Timedelta(days=duties.window["days_after"])
    is_made = _last_visits(known, facts["parcel_id"]) >= opens
    is_in_span = (closes >= over.first) & (opens <= over.last)
    is_missed = pd.Series(data=False, index=facts.index)
    if reason.ended_by:
        is_over = facts[reason.ended_by].eq(True).fillna(False).astype(bool)  # noqa: FBT003  # a cell, not a flag
        is_recent = closes >= over.first - pd.Timedelta(days=duties.window["missed_within_days"])
        is_missed = (closes < over.first) & is_recent & ~is_over
    chosen = (is_in_span | is_missed) & ~is_made
    return _frame(
        facts[chosen],
        reason.id,
        over,
        is_must=(is_missed | (high <= over.last))[chosen],
        earliest_on=opens.where(opens > over.first, over.first)[chosen],
        latest_on=closes.where((closes < over.last) & ~is_missed, over.last)[chosen],
        due_on=high[chosen],
        points=duties.points["clock"],
    )


def _clocks(known: Known, duties: Duties, over: Span) -> pd.DataFrame:
    if known.clocks is None:
        return _frame(known.parcels.iloc[:0], "clock", over)
    clocks = known.clocks.reset_index(drop=True)
    starts, due = (pd.to_datetime(clocks[name]) for name in ("starts_on", "due_on"))
    chosen = (clocks["state"] == RUNNING) & ~(starts > over.last) & due.notna()
    ran = (over.last - starts) / (due - starts).where(due > starts)
    is_late = due < over.first
    return _frame(
        clocks[chosen],
        "clock",
        over,
        is_must=(due <= over.last)[chosen],
        earliest_on=starts.where(starts > over.first, over.first)[chosen],
        latest_on=due.where((due < over.last) & ~is_late, over.last)[chosen],
        due_on=due[chosen],
        points=_growing(duties.points["clock"], ran.fillna(1.0))[chosen],
        about=clocks["clock"][chosen],
    )


def _growing(points: "float | pd.Series", ran: pd.Series) -> pd.Series:
    """Points that grow to 100 as a clock runs out."""
    return points + (MOST_POINTS - points) * ran.clip(0, 1)


def _suspected(known: Known, duties: Duties, over: Span) -> pd.DataFrame:
    met = known.findings[known.findings["outcome"] == "met"]
    chosen = _weightiest(met, _label_points(met, duties)).reset_index(names="parcel_id")
    due = pd.Timestamp(known.as_of) + pd.Timedelta(days=duties.window["investigate_days"])
    labels = set(duties.window["investigate_labels"])
    has_clock = chosen["labels"].map(lambda names: bool(set(names.split()) & labels)).astype(bool)
    seen = _last_visits(known, chosen["parcel_id"]) > pd.Timestamp(known.as_of)
    has_clock &= ~seen
    ran = min(1.0, max(0.0, (over.last - pd.Timestamp(known.as_of)) / (due - pd.Timestamp(known.as_of))))
    points = chosen["points"].where(~has_clock, _growing(chosen["points"], pd.Series(ran, index=chosen.index)))
    last = over.last if due < over.first else min(due, over.last)
    return _frame(
        chosen,
        "suspected",
        over,
        is_must=has_clock & (due <= over.last),
        latest_on=pd.Series(over.last, index=chosen.index).mask(has_clock, last),
        due_on=pd.Series(due, index=chosen.index).where(has_clock),
        points=points,
        about=chosen["labels"],
    )


def _undetermined(known: Known, duties: Duties, over: Span) -> pd.DataFrame:
    """Open findings by how much of what is missing a visit supplies: what it cannot supply sends nobody out."""
    rows = known.findings[known.findings["outcome"] == "undetermined"]
    settled = rows["missing"].map(lambda names: [duties.settles.get(name, 0.0) for name in names.split()])
    share = settled.map(lambda shares: sum(shares) / len(shares) if shares else 0.0).astype(float)
    points = _label_points(rows, duties) * duties.points["undetermined"] * share
    chosen = _weightiest(rows[points > 0], points[points > 0]).reset_index(names="parcel_id")
    asked = rows[points > 0].groupby("parcel_id")["missing"].agg(lambda parts: _asked(parts, duties))
    return _frame(
        chosen,
        "undetermined",
        over,
        points=chosen["points"],
        about=chosen["labels"],
        facts=chosen["parcel_id"].map(asked).fillna(""),
    )


def _asked(parts: pd.Series, duties: Duties) -> str:
    names = dict.fromkeys(name for part in parts for name in part.split())
    return " ".join(name for name in names if duties.settles.get(name, 0.0) > 0)


def _routine(known: Known, strata: pd.DataFrame, duties: Duties, over: Span) -> pd.DataFrame:
    last = _last_visits(known, strata["parcel_id"])
    every = pd.to_timedelta(strata["tier"].map(duties.revisit), unit="D")
    passed = ((over.last - last) / every).floordiv(1).clip(lower=0)
    points = (passed * duties.revisit["points"]).clip(upper=duties.revisit["most_points"])
    points = points.fillna(duties.points["never_visited"])
    chosen = points > 0
    due = (last + every)[chosen]
    return _frame(strata[chosen], "routine", over, points=points[chosen], due_on=due)


def _last_visits(known: Known, parcels: "pd.Series[str]") -> "pd.Series[pd.Timestamp]":
    """Return the day of the last visit to each of these parcels; NaT where none is on record."""
    last: dict[str, pd.Timestamp] = {}
    if known.visits is not None and len(known.visits):
        days = pd.to_datetime(known.visits["visited_on"])
        last = dict(days.groupby(known.visits["parcel_id"].astype(str)).max())
    return pd.to_datetime(parcels.map(last).astype(object))


def _label_points(findings: pd.DataFrame, duties: Duties) -> pd.Series:
    return findings["label"].map(duties.points).fillna(duties.points["other"]).astype(float)


def _weightiest(findings: pd.DataFrame, points: pd.Series) -> pd.DataFrame:
    """One row a parcel: the weightiest ``label``, all ``labels`` by weight joined by spaces, and its ``points``."""
    ordered = findings[["parcel_id", "label"]].assign(points=points)
    ordered = ordered.sort_values(["parcel_id", "points", "label"], ascending=[True, False, True])
    ordered = ordered.drop_duplicates(["parcel_id", "label"])
    grouped = ordered.groupby("parcel_id")
    return grouped.agg(label=("label", "first"), labels=("label", " ".join), points=("points", "first"))
