"""What happened on the land: start, stop, completion, and whether a permit stands behind the works."""

from functools import reduce

import pandas as pd

from geo.facts.column import Fact, bracket, choose, exact, forget, holds
from geo.facts.register import Register, day, day_by_now, event_source, happened, place
from geo.facts.source import join_sources

WORK_DAYS = (
    "started_on",
    "works_seen_on",
    "last_worked_on",
    "last_seen_working_on",
    "first_seen_stopped_on",
    "resumed_on",
    "completed_on",
)
"""Days of the ledger each of which shows that there have been works."""


def work_facts(register: Register, built_on_image: Fact) -> dict[str, Fact]:
    """Return whether and when works started, stood still and were completed, and whether they have a permit.

    Works without a construction permit are no start of development in the sense of Order 53, and they are not idle
    land either: ``is_built_without_permit`` holds and ``is_started`` is left open. A blank start in a complete
    register says "not started", unless something else shows works: then the two contradict each other and the start is
    open. An image alone never says that works lack a permit: it opens that question.

    Parameters
    ----------
    register
        The ledger.
    built_on_image
        Of type ``boolean``: whether images of the last half year show built land for certain; yes or unknown.

    Returns
    -------
    dict
        ``is_started``, ``started_on``, ``is_completed``, ``completed_on``, ``is_built_without_permit``,
        ``is_suspended`` and ``last_worked_on``.
    """
    is_completed, has_works = happened(register, "completed_on"), _has_works(register, built_on_image.value)
    unpermitted = has_works & ~happened(register, "construction_permit_on")
    facts = {
        "is_started": _is_started(register, has_works, unpermitted, built_on_image),
        "started_on": _started_on(register),
        "is_completed": exact(is_completed, event_source(register, "completed_on")),
        "completed_on": exact(day_by_now(register, "completed_on"), event_source(register, "completed_on")),
        "is_built_without_permit": exact(
            unpermitted,
            join_sources(
                event_source(register, "construction_permit_on"), built_on_image.source.where(unpermitted.isna(), "")
            ),
        ),
        **_standstill(register),
    }
    is_reversed = day(register, "completed_on") < day(register, "started_on")
    why = "contradiction:completed_before_started"
    for name in ("is_started", "started_on", "is_completed", "completed_on", "is_suspended"):
        facts[name] = forget(facts[name], is_reversed, why)
    return facts


def _has_works(register: Register, built_on_image: pd.Series) -> pd.Series:
    """Return whether there have been works; an image turns a "no" of the ledger into "not known"."""
    recorded = reduce(lambda one, other: one | other, [happened(register, field) for field in WORK_DAYS])
    return recorded.mask(holds(~recorded) & holds(built_on_image), pd.NA)


def _is_started(register: Register, has_works: pd.Series, unpermitted: pd.Series, built_on_image: Fact) -> Fact:
    value = happened(register, "started_on") | happened(register, "completed_on")
    seen_only = holds(~value) & (holds(has_works) | holds(built_on_image.value))
    source = choose(
        [
            (unpermitted & value, join_sources(place(register), "contradiction:start_without_permit")),
            (unpermitted, join_sources(place(register), "law:works_without_permit")),
            (seen_only & holds(has_works), join_sources(place(register), "contradiction:works_but_no_start")),
            (seen_only, join_sources(built_on_image.source, "contradiction:image_but_no_start")),
        ],
        event_source(register, "started_on"),
    )
    return exact(value.mask(seen_only | holds(unpermitted), pd.NA), source)


def _started_on(register: Register) -> Fact:
    """Return the day of the start: not before the permit, so a start recorded before it lies between the two."""
    started_on, permit_on = day_by_now(register, "started_on"), day_by_now(register, "construction_permit_on")
    is_early = permit_on > started_on
    source = event_source(register, "started_on").mask(is_early, "contradiction:started_before_permit")
    return bracket(started_on, started_on.mask(is_early, permit_on), source)


def _standstill(register: Register) -> dict[str, Fact]:
    """Return whether works stand still, and the bracket of the last day worked.

    The last day worked is exact where the ledger has it; otherwise it lies between the latest day on which there were
    works and the day they were first seen stopped (or the day of the act). A resumption after the stop makes them
    stand no more; where it is not known whether there was one, the last day worked may be any since. A ledger row
    holds one stop: works recorded after it without a resumption contradict it.
    """
    last, stopped, resumed = (
        day_by_now(register, field) for field in ("last_worked_on", "first_seen_stopped_on", "resumed_on")
    )
    worked = _latest(register, "started_on", "works_seen_on", "last_seen_working_on")
    stop = last.fillna(stopped)
    is_resumed = happened(register, "resumed_on").mask(resumed <= stop, other=False)
    is_resumed = is_resumed.mask(resumed.notna() & stop.isna(), pd.NA)
    low = _latest(register, "started_on", "works_seen_on", "last_seen_working_on", "last_worked_on", "resumed_on")
    high = stop.where(holds(~is_resumed)).fillna(register.as_of).where(low.notna())
    was_stopped = happened(register, "last_worked_on") | happened(register, "first_seen_stopped_on")
    is_still = was_stopped & ~is_resumed & ~happened(register, "completed_on")
    is_muddled = ((worked > stop) & ~(resumed > stop)) | (last > stopped) | ((resumed > last) & (resumed <= stopped))
    source = place(register).where(low.notna(), event_source(register, "last_worked_on"))
    facts = {
        "is_suspended": exact(is_still, _still_source(register, is_still)),
        "last_worked_on": bracket(low, high, source),
    }
    return {name: forget(fact, is_muddled, "contradiction:stop_days") for name, fact in facts.items()}


def _latest(register: Register, *fields: str) -> pd.Series:
    """Return the latest of some days of the ledger that are not after the day of the act."""
    return pd.concat([day_by_now(register, field) for field in fields], axis=1).max(axis=1)


def _still_source(register: Register, is_still: pd.Series) -> pd.Series:
    """Name the cells that say whether works stand still, or the ones that leave it open."""
    last, resumed, completed = (
        event_source(register, name) for name in ("last_worked_on", "resumed_on", "completed_on")
    )
    stop = last.mask(day_by_now(register, "first_seen_stopped_on").notna(), place(register))
    seen = event_source(register, "first_seen_stopped_on")
    open_parts = (part.where(part.str.startswith("missing"), "") for part in (stop, resumed, completed))
    missing = join_sources(*open_parts, seen.where(seen.str.startswith("later"), ""))
    return choose(
        [
            (is_still, join_sources(stop, resumed)),
            (happened(register, "completed_on"), completed),
            (happened(register, "resumed_on"), resumed),
            (is_still.isna(), missing),
        ],
        stop,
    )
