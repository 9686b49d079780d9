"""How long the start is overdue, gross and without what others caused, and how often the agreed days were moved."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from geo.facts.column import Fact, bracket, estimate, forget, holds, larger
from geo.facts.register import (
    Register,
    day,
    day_by_now,
    event_source,
    extension_rounds,
    happened,
    has_row,
    is_none,
    told,
)
from geo.facts.source import join_sources
from geo.law.calendar import full_months, plus_period

OTHERS = frozenset({"government", "force_majeure", "preparatory"})
"""Causes whose proven days are deducted: not the holder's (Urban Real Estate Law art. 26; Order 53 art. 8)."""

MIXED = "mixed"
DAY = pd.Timedelta(days=1)


def delay_facts(register: Register, happened_facts: Mapping[str, Fact]) -> dict[str, Fact]:
    """Return the full months since the agreed start without a start, gross and net, and the number of extensions.

    Months run by the corresponding day, and one is full only when that day is over. From the net time proven days of
    others' causes are deducted; a cause without a paper or an end, or mixed, may count or not, and so bounds it. A
    cause that began after the year of idleness was complete deducts nothing (rules D1). Where the register of causes
    is not complete there may be more, and nothing bounds the net time from below.

    Parameters
    ----------
    happened_facts
        ``agreed_start_on``, ``agreed_completion_on``, ``is_started``, ``started_on``, ``completed_on``,
        ``is_suspended`` and ``last_worked_on``.

    Returns
    -------
    dict
        ``full_months_not_started``, ``net_full_months_not_started`` [month] and ``extension_count`` [1]; and the full
        months since agreed completion, acceptance, the last day worked of works that stand still, and the longest
        stoppage that is known [month]; ``start_late_d`` and ``completion_late_d`` [d].
    """
    start, until = happened_facts["agreed_start_on"], _until(register, happened_facts)
    causes = _causes(register)
    gross = _months(start.low, start.high, until)
    most = _deducted(register, start.high, until.low, causes)
    least = _deducted(register, start.low, until.high, causes[causes["is_proven"]])
    net = _months(start.low + least, start.high + most, until)
    low = net.low.where(_are_causes_complete(register) | net.low.isna(), 0.0)
    source = join_sources(start.source, until.source)
    return {
        **_since(register, happened_facts),
        **_days_late(register, happened_facts, until),
        "full_months_not_started": estimate(gross.value, gross.low, gross.high, source),
        "net_full_months_not_started": estimate(net.value.where(low == net.high), low, net.high, source),
        "extension_count": _extension_count(register),
    }


def _since(register: Register, facts: Mapping[str, Fact]) -> dict[str, Fact]:
    """Return the full months since days that rules count from, up to the day of the act."""
    today = pd.Series(register.as_of, index=register.index).astype("datetime64[s]")
    until = bracket(today, today, pd.Series("", index=register.index, dtype=object))
    named = {
        "full_months_since_agreed_completion": "agreed_completion_on",
        "full_months_since_completed": "completed_on",
        "full_months_since_last_worked": "last_worked_on",
    }
    months = {}
    for name, since in named.items():
        fact = facts[since]
        counted = _months(fact.low, fact.high, until)
        months[name] = estimate(counted.value, counted.low, counted.high, fact.source)
    still = months["full_months_since_last_worked"]
    goes_on = facts["is_suspended"]
    still = forget(still, ~holds(goes_on.value), goes_on.source)
    return {
        **months,
        "full_months_since_last_worked": still,
        "longest_stoppage_months": _longest(register, still, facts["last_worked_on"]),
    }


def _longest(register: Register, still: Fact, last_worked: Fact) -> Fact:
    """Return the longest of the stoppage that goes on and the one before it; unrecorded ones may have been longer."""
    stopped, resumed = day(register, "last_worked_on"), day_by_now(register, "resumed_on")
    past = full_months(stopped, resumed.where(resumed > stopped) - DAY).clip(lower=0.0)
    low = larger(still.low, past.where(last_worked.low.notna()))
    source = still.source.where(still.low.notna(), last_worked.source)
    return estimate(low.where(low.isna()), low, low.mask(low.notna(), np.inf), source)


def _days_late(register: Register, facts: Mapping[str, Fact], started: Fact) -> dict[str, Fact]:
    """Return the days from the agreed start and completion to the actual ones, or to the day of the act.

    An extension that does not move the start of idle land may still move that of the contract: both bound the days.
    One whose new day is unknown leaves them unbounded from below.
    """
    begins = facts["agreed_start_on"]
    latest = begins.high
    for one in extension_rounds(register):
        granted = happened(one, "extension_granted_on").fillna(value=True).astype(bool)
        new = day(one, "extended_start_on")
        latest = latest.mask(granted & (new.isna() | (new > latest)), new)
    ends = facts["agreed_completion_on"]
    return {
        "start_late_d": _days(begins.low, latest, started, begins.source),
        "completion_late_d": _days(
            ends.low, ends.high, _until(register, facts, "is_completed", "completed_on"), ends.source
        ),
    }


def _days(first: pd.Series, last: pd.Series, until: Fact, source: pd.Series) -> Fact:
    """Return the days late of a day known by its bounds; 0 of what came in time."""
    high = (until.high - first).dt.days.astype(float).clip(lower=0.0)
    low = (until.low - last).dt.days.astype(float).clip(lower=0.0).where(last.notna(), 0.0)
    is_known = first.notna() & until.low.notna() & until.high.notna()
    low, high = low.where(is_known), high.where(is_known)
    return estimate(low.where(low == high), low, high, join_sources(source, until.source))


def _until(
    register: Register, facts: Mapping[str, Fact], done: str = "is_started", done_on: str = "started_on"
) -> Fact:
    """Return the day up to which nothing was started, or another act not done: its day, or the day of the act."""
    is_started, started = facts[done].value, facts[done_on]
    today = pd.Series(register.as_of, index=register.index).astype("datetime64[s]")
    sides = [side.where(is_started.fillna(value=False).astype(bool), today) for side in (started.low, started.high)]
    until = bracket(sides[0], sides[1], facts[done].source)
    return forget(until, is_started.isna(), facts[done].source)


def _months(begin_low: pd.Series, begin_high: pd.Series, until: Fact) -> Fact:
    """Return the full months between two days that are known by their bounds."""
    high = full_months(begin_low, until.high - DAY).clip(lower=0.0)
    low = full_months(begin_high, until.low - DAY).clip(lower=0.0)
    is_known = begin_low.notna() & until.low.notna() & until.high.notna()
    low = low.where(begin_high.notna(), 0.0)
    return estimate(low.where(low == high), low.where(is_known), high.where(is_known), until.source)


def _causes(register: Register) -> pd.DataFrame:
    """Return the intervals of causes that may be others', with the first day of each known or not."""
    rows = register.rows
    flat = pd.DataFrame(
        {
            "parcel_id": register.index,
            "cause": rows.get("cause", pd.Series(None, index=register.index, dtype=object)).to_numpy(),
            "begins": day(register, "cause_from_on").to_numpy(),
            "ends": day(register, "cause_to_on").to_numpy(),
            "paper": rows.get("cause_paper", pd.Series(None, index=register.index, dtype=object)).to_numpy(),
        }
    )
    parts = [flat]
    if "cause_interval" in register.entries.told:
        entries = told(register, "cause_interval")
        named = {"cause_from_on": "begins", "cause_to_on": "ends", "cause_paper": "paper"}
        parts = [
            flat[~flat["parcel_id"].isin(entries["parcel_id"])],
            entries.rename(columns=named)[["parcel_id", "cause", "begins", "ends", "paper"]],
        ]
    every = pd.concat(parts, ignore_index=True)
    every = every[every["cause"].isin({*OTHERS, MIXED})]
    is_proven = (
        every["cause"].isin(OTHERS)
        & every["paper"].notna()
        & every["begins"].notna()
        & (every["ends"] >= every["begins"])
    )
    return every.assign(is_proven=is_proven).sort_values(["parcel_id", "begins"], kind="stable", na_position="first")


def _deducted(register: Register, start: pd.Series, until: pd.Series, causes: pd.DataFrame) -> pd.Series:
    """Return how long others' causes held between the agreed start and a day; overlaps count once."""
    gone = pd.Series(pd.Timedelta(0), index=register.index)
    following = start + DAY
    turn = causes.groupby("parcel_id").cumcount()
    for number in range(int(turn.max()) + 1 if len(turn) else 0):
        one = causes[turn == number].set_index("parcel_id").reindex(register.index)
        begins = one["begins"].fillna(start)
        ends = one["ends"].fillna(register.as_of).where(one["cause"].notna())
        is_before_idle = begins <= plus_period((start + gone).astype("datetime64[s]"), register.periods.idle_after)
        first, last = begins.where(begins > following, following), ends.where(ends < until, until)
        days = (last - first + DAY).where(is_before_idle & (last >= first) & one["cause"].notna(), pd.Timedelta(0))
        gone = gone + days
        following = (last + DAY).where(days > pd.Timedelta(0), following)
    return gone


def _are_causes_complete(register: Register) -> pd.Series:
    by_entries = bool(register.through_entries("cause_interval") >= register.as_of)
    is_there = has_row(register)
    return is_there & (by_entries | bool(register.through("cause") >= register.as_of))


def _extension_count(register: Register) -> Fact:
    """Return how many extensions were granted by the day of the act; more may have been where that is not known."""
    rounds = [happened(one, "extension_granted_on") for one in extension_rounds(register)]
    low = sum((one.fillna(value=False).astype(float) for one in rounds), pd.Series(0.0, index=register.index))
    is_one_open = pd.concat([one.isna() for one in rounds], axis="columns").any(axis="columns")
    is_listed = register.index.to_series().isin(register.entries.extensions["parcel_id"])
    are_all_listed = bool(register.through_entries("extension_granted_on") >= register.as_of)
    is_open = is_one_open | (is_listed & (not are_all_listed))
    high = low.mask(is_open & ~is_none(register, "extension_granted_on"), np.inf)
    is_known = (low > 0) | np.isfinite(high)
    source = event_source(register, "extension_granted_on")
    return estimate(low.where(low == high), low.where(is_known), high.where(is_known), source)
