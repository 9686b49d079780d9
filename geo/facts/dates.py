"""Agreed days: the ones first agreed, and the effective ones as extensions have moved them."""

from dataclasses import dataclass

import pandas as pd

from geo.facts.column import Fact, bracket, choose, exact, forget, holds
from geo.facts.register import (
    Register,
    day,
    event_source,
    extension_rounds,
    happened,
    is_blank_meaningful,
    is_none,
    place_of,
    text,
    where_from,
)
from geo.facts.source import join_sources
from geo.law.calendar import plus_period

BASES = frozenset({"contract", "article_8", "enterprise"})
"""What an extension may rest on: a clause of the contract, a cause of Order 53 art. 8, or the holder's wish alone."""


def agreed_facts(register: Register) -> dict[str, Fact]:
    """Return the agreed days of start and completion, first and effective, and whether an extension came too late.

    The start first agreed is the contract's; where the contract agrees none, it is delivery plus the period of law
    (Order 53 art. 22, Dabu art. 5(1)1). A blank is not "none agreed": it leaves the day unknown.

    Extensions count one after the other, by the day on which they were granted: each starts from the days as the ones
    before have left them. One moves the effective start if it was granted by the day of the act and rests on a cause
    of Order 53 art. 8 (a remedy of art. 12 even after idleness), or on a clause of the contract and was granted before
    the year of idleness was complete. No other does; ``is_extension_after_idle`` says that one was granted after that
    year to a project not started by then. An extension of the completion moves it once granted. Where it is not known
    whether an extension moves a day, the fact is the bracket of both, open above where the new one is unknown.

    Returns
    -------
    dict
        ``agreed_start_original_on``, ``agreed_start_on``, ``agreed_completion_original_on``, ``agreed_completion_on``
        and ``is_extension_after_idle``.
    """
    is_reversed = day(register, "agreed_completion_on") < day(register, "agreed_start_on")
    why = "contradiction:completion_agreed_before_start"
    start = forget(_first_start(register), is_reversed, why)
    completion = forget(exact(*_agreed(register, "agreed_completion_on")), is_reversed, why)
    extended = _Extended(start, completion, _never(register))
    for one in extension_rounds(register):
        extended = _extend(one, extended)
    return {
        "agreed_start_original_on": start,
        "agreed_start_on": extended.start,
        "agreed_completion_original_on": completion,
        "agreed_completion_on": extended.completion,
        "is_extension_after_idle": extended.is_after_idle,
    }


@dataclass(frozen=True, slots=True)
class _Extended:
    """The agreed days as extensions have moved them so far, and whether one of them came too late."""

    start: Fact
    completion: Fact
    is_after_idle: Fact


def _never(register: Register) -> Fact:
    return exact(pd.Series(data=False, index=register.index, dtype="boolean"), pd.Series("", index=register.index))


def _extend(register: Register, before: _Extended) -> _Extended:
    """Return the agreed days as one more extension moves them."""
    is_granted = happened(register, "extension_granted_on")
    is_in_time, is_article_8, is_contract = _is_in_time(register, before.start), *_extension_basis(register)
    moves = is_granted & (is_article_8 | (is_contract & is_in_time))
    names_start = _names_new_day(register, "extended_start_on")
    is_idle = ~_started_in_time(register, before.start)
    is_late = is_granted & names_start & ~is_in_time & ~is_article_8 & is_idle
    was_late, source = before.is_after_idle, event_source(register, "extension_granted_on")
    is_first_word = (was_late.source == "") | (holds(is_late) & ~holds(was_late.value))
    return _Extended(
        _effective(register, before.start, "extended_start_on", moves),
        _effective(register, before.completion, "extended_completion_on", is_granted),
        exact(was_late.value | is_late, was_late.source.mask(is_first_word, source)),
    )


def passed_deadline(register: Register, agreed_completion: Fact) -> tuple[pd.Series, pd.Series]:
    """Return the agreed completion where it is known and not after the day of the act, and why it is not elsewhere."""
    on = agreed_completion.value
    reason = agreed_completion.source.mask(on > register.as_of, "law:deadline_not_reached")
    return on.where(on <= register.as_of), reason


def _agreed(register: Register, field: str) -> tuple[pd.Series, pd.Series]:
    """Return a day of the contract and its source: a blank is missing, however complete the register is."""
    source = where_from(register, field)
    return day(register, field), source.mask(source == f"blank:{field}", f"missing:{field}")


def _first_start(register: Register) -> Fact:
    value, source = _agreed(register, "agreed_start_on")
    delivered_on, delivered_source = _agreed(register, "delivered_on")
    by_law = plus_period(delivered_on, register.periods.start_after_delivery)
    nothing_agreed = is_none(register, "agreed_start_on")
    by_law_source = join_sources(source, delivered_source, "law:start_after_delivery")
    return exact(value.mask(nothing_agreed, by_law), source.mask(nothing_agreed, by_law_source))


def _extension_basis(register: Register) -> tuple[pd.Series, pd.Series]:
    """Return whether an extension rests on Order 53 art. 8, and whether on the contract; other words leave it open."""
    said = text(register, "extension_basis")
    is_known = said.isin(BASES)
    is_article_8, is_contract = (
        (said == basis).astype("boolean").where(is_known, pd.NA) for basis in ("article_8", "contract")
    )
    return is_article_8, is_contract


def _is_in_time(register: Register, start: Fact) -> pd.Series:
    """Return whether an extension was granted before the year of idleness was complete: its last day is in time."""
    return _is_in_year(register, "extension_granted_on", start)


def _started_in_time(register: Register, start: Fact) -> pd.Series:
    """Return whether the project started before the year of idleness was complete."""
    by_then = _is_in_year(register, "started_on", start)
    return by_then.mask(holds(~happened(register, "started_on")), other=False)


def _is_in_year(register: Register, field: str, start: Fact) -> pd.Series:
    """Return whether a day lies within the year of idleness; not known where that turns on the bounds of the start."""
    on = day(register, field)
    earliest, latest = (_is_by(on, plus_period(side, register.periods.idle_after)) for side in (start.low, start.high))
    return earliest.where(holds(earliest) | holds(~latest), pd.NA).mask(holds(~latest), other=False)


def _is_by(on: pd.Series, last_day: pd.Series) -> pd.Series:
    return (on <= last_day).astype("boolean").where(on.notna() & last_day.notna(), pd.NA)


def _names_new_day(register: Register, field: str) -> pd.Series:
    has_day = day(register, field).notna()
    is_no = is_none(register, field) | is_blank_meaningful(register, field)
    return has_day.astype("boolean").where(has_day | is_no, pd.NA)


def _effective(register: Register, first: Fact, field: str, moves: pd.Series) -> Fact:
    """Return the day as an extension moves it: the new day, the first one, or the bracket of both."""
    new, is_moved = day(register, field), moves & _names_new_day(register, field)
    stays = holds(~is_moved)
    low = first.low.where(stays | is_moved.isna(), new)
    high = first.high.where(stays, new)
    is_granted = happened(register, "extension_granted_on")
    cases: list[tuple[pd.Series, pd.Series | str]] = [
        (is_moved, "extension:moves"),
        (is_moved.isna(), "extension:open"),
        (is_granted, "extension:idle"),
    ]
    why = choose(cases, "")
    source = join_sources(first.source, why.where(new.notna() | (why == "extension:open"), ""))
    source = source.mask(holds(is_moved), join_sources(place_of(register, "extension_granted_on"), why))
    is_known = first.low.notna()
    effective = bracket(low.where(is_known), high.where(is_known), source.where(is_known, first.source))
    return forget(effective, (new < first.low) & ~stays, "contradiction:extension_before_agreed_day")
