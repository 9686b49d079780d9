"""Every deadline and warning of every parcel on a day, by columns: when it starts, when it is due, how it stands."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal, NamedTuple, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.law.calendar import first_day_within, last_day_before, plus_period
from geo.law.evaluate import Values, known_values
from geo.law.rule import AS_OF, Adoption, Clock, Condition, Instrument, Moment
from geo.law.standing import Applied, applied
from geo.law.truth import NO, UNKNOWN, YES, Bounds, Flag, Truth, all_of, compare
from geo.law.workdays import WorkTable, next_worked, plus_worked
from geo.model import CLOCK_COLUMNS, has_fact

State = Literal["not_started", "running", "warning", "overdue", "passed", "met", "suspended", "unknown"]

WORKING_DAYS = "working_days"
"""What is missing where the table of holidays does not reach so far."""

OFFICE = ""
"""The parcel of a clock that concerns the office alone."""

_OUT = "out"
_STATES = (_OUT, "unknown", "met", "suspended", "overdue", "passed", "warning", "running", "not_started")


def run_clocks(  # noqa: PLR0913 - the arguments of assess, and which days are worked
    instruments: Iterable[Instrument],
    facts: pd.DataFrame,
    *,
    as_of: date,
    adoptions: Mapping[str, Adoption],
    asked: Collection[str] = frozenset(),
    table: WorkTable,
) -> pd.DataFrame:
    """Run every clock of every text that is applied, for all parcels.

    A clock stands like this, and the first that holds counts: it is ``met`` once what it asks for has happened,
    ``suspended`` while it stands still, ``overdue`` from the day after its last day (``passed`` where it only reminds
    of that day), in ``warning`` or ``running`` from the day on that begins it, and ``not_started`` before. Where one
    of these cannot be told it is ``unknown``, and ``missing`` names the facts. A clock that does not run for a parcel
    has no row.

    Parameters
    ----------
    instruments, facts, as_of, adoptions, asked
        As for ``geo.law.assess.assess``: texts that do not bind are not run unless adopted or asked for, and their
        standing says what they are.
    table
        Which days are worked.

    Returns
    -------
    DataFrame
        ``CLOCK_COLUMNS``, by parcel, text and place in the file; first the office's own, which name no parcel. Days are
        Timestamps; ``starts_on`` and ``due_on`` are blank where they are not known to the day, and the bounds beside
        them say what is. Bounds decide: a day of grace is the upper one.
    """
    facts = facts.iloc[np.argsort(facts.index.to_numpy(dtype=str), kind="stable")]
    values = known_values(facts, as_of)
    parts = [
        _Part(use, clock, *(_of_office(clock, as_of) if clock.yearly else _of_parcels(use, clock, values, table)))
        for use in applied(instruments, as_of=as_of, adoptions=adoptions, asked=asked)
        for clock in use.instrument.clocks
    ]
    return _frame(parts, facts.index.astype(str))


class _Part(NamedTuple):
    """One clock where it runs: places of the parcels (-1 is the office), days, states and what is missing."""

    use: Applied
    clock: Clock
    places: NDArray[np.int64]
    days: Mapping[str, NDArray[np.datetime64]]
    states: NDArray[np.int64]
    missing: NDArray[np.object_]


def _frame(parts: Sequence[_Part], parcels: pd.Index) -> pd.DataFrame:
    """Put all clocks into one frame, parcel by parcel."""
    if not parts:
        return pd.DataFrame(columns=list(CLOCK_COLUMNS))
    places = np.concatenate([part.places for part in parts])
    order = np.argsort(places, kind="stable")
    number = np.repeat(np.arange(len(parts)), [len(part.places) for part in parts])[order]
    same = pd.DataFrame([_same_for_all(part) for part in parts], columns=list(_SAME_FOR_ALL), dtype=str)
    days = {name: np.concatenate([part.days[name] for part in parts])[order].astype("datetime64[s]") for name in _DAYS}
    columns = {
        "parcel_id": pd.Index([*parcels, OFFICE], dtype=str).take(places[order]),
        **{name: same[name].array.take(number) for name in _SAME_FOR_ALL},
        "state": pd.Index(_STATES, dtype=str).take(np.concatenate([part.states for part in parts])[order]),
        "missing": pd.array(np.concatenate([part.missing for part in parts])[order], dtype=str),
        **days,
    }
    return pd.DataFrame(columns)[list(CLOCK_COLUMNS)]


_SAME_FOR_ALL = ("instrument_id", "clock", "article", "acts", "document", "modality", "basis", "standing")
_DAYS = tuple(f"{name}{end}" for name in ("starts_on", "due_on") for end in ("", "_low", "_high"))


def _same_for_all(part: _Part) -> tuple[str, ...]:
    """Say what a clock has whatever the parcel, in the order of ``_SAME_FOR_ALL``."""
    text, clock = part.use.instrument, part.clock
    document = clock.document or ""
    return (text.id, clock.id, clock.article, clock.acts, document, clock.modality, text.basis, part.use.standing)


def runnable(
    instruments: Iterable[Instrument],
    facts: pd.DataFrame,
    *,
    as_of: date,
    adoptions: Mapping[str, Adoption],
    asked: Collection[str] = frozenset(),
) -> tuple[list[Instrument], dict[str, tuple[str, ...]]]:
    """Leave out the clocks that name a fact of which the frame has no column, as ``answerable`` does with rules.

    Returns
    -------
    tuple
        The instruments, each with the clocks that can run; and by text and clock what the others lack.
    """
    together = {instrument.id: instrument for instrument in instruments}
    kept, lacking = [], {}
    for use in applied(together.values(), as_of=as_of, adoptions=adoptions, asked=asked):
        clocks = []
        for clock in use.instrument.clocks:
            named = facts_of(clock, use.instrument.applies_to)
            absent = tuple(name for name in named if not has_fact(facts, name))
            if absent:
                lacking[f"{use.instrument.id}/{clock.id}"] = absent
            else:
                clocks.append(clock)
        kept.append(replace(together[use.instrument.id], clocks=tuple(clocks)))
    return kept, lacking


def facts_of(clock: Clock, applies_to: Iterable[Condition] = ()) -> tuple[str, ...]:
    """Facts that a clock reads, each once, in the order in which it names them."""
    if clock.yearly:
        return ()
    conditions = (*applies_to, *clock.when, *clock.done, *clock.suspended)
    named = [name for one in conditions for name in (one.fact, one.other)]
    named += [moment.fact for moment in (clock.starts, clock.due) if moment]
    return tuple(dict.fromkeys(name for name in named if name not in (None, AS_OF)))


@dataclass(frozen=True, slots=True)
class _Answer:
    """Whether something holds of a clock, and where each fact leaves that open."""

    truth: Truth
    open_facts: Mapping[str, Flag]


_Found = tuple[NDArray[np.int64], dict[str, NDArray[np.datetime64]], NDArray[np.int64], NDArray[np.object_]]
"""Places, days, states and missing facts of one clock."""


def _of_parcels(use: Applied, clock: Clock, values: Values, table: WorkTable) -> _Found:
    size = len(cast("Bounds", values[AS_OF]).low)
    starts, due = _starts(clock, values, table), _due(clock, values, table)
    gate = _holds((*use.instrument.applies_to, *clock.when), values, size)
    steps = {
        "met": _holds(clock.done, values, size) if clock.done else _never(size),
        "suspended": _holds(clock.suspended, values, size) if clock.suspended else _never(size),
        ("passed" if clock.is_reminder else "overdue"): _after(">", due, clock.due, values, size),
        "warning": _warned(clock, values, table, size),
        "running": _after(">=", starts, clock.starts, values, size) if starts else _always(size),
    }
    state, missing = _state(gate, steps, size)
    kept = np.flatnonzero(state != _STATES.index(_OUT))
    days: dict[str, NDArray[np.datetime64]] = {}
    for name, bounds in (("starts_on", starts), ("due_on", due)):
        low, high = (_full(side, size)[kept] for side in (bounds or _unknown(size)))
        days |= {name: np.where(low == high, low, np.datetime64("NaT", "s")), f"{name}_low": low, f"{name}_high": high}
    return kept, days, state[kept], _named(missing, kept, size)


def _state(gate: _Answer, steps: Mapping[str, _Answer], size: int) -> tuple[NDArray[np.int64], dict[str, Flag]]:
    """Go down the states until one holds; stop where one cannot be told, and say for want of which facts."""
    state = np.full(size, _STATES.index("unknown"))
    state[gate.truth == NO] = _STATES.index(_OUT)
    is_reached = gate.truth == YES
    missing: dict[str, Flag] = {}
    _add_open(missing, gate, gate.truth == UNKNOWN)
    for name, answer in steps.items():
        state[is_reached & (answer.truth == YES)] = _STATES.index(name)
        _add_open(missing, answer, is_reached & (answer.truth == UNKNOWN))
        is_reached = is_reached & (answer.truth == NO)
    state[is_reached] = _STATES.index("not_started")
    return state, missing


def _add_open(missing: dict[str, Flag], answer: _Answer, where: Flag) -> None:
    for name, flag in answer.open_facts.items():
        missing[name] = missing.get(name, np.zeros(where.shape, bool)) | (flag & where)


def _holds(conditions: Sequence[Condition], values: Values, size: int) -> _Answer:
    answers = [values.answer(one) for one in conditions]
    truth = np.broadcast_to(all_of(one.truth for one in answers), size)
    open_facts: dict[str, Flag] = {}
    for one in answers:
        for name, flag in one.open_facts.items():
            open_facts[name] = open_facts.get(name, np.zeros(size, bool)) | flag
    return _Answer(truth, open_facts)


def _never(size: int) -> _Answer:
    return _Answer(np.full(size, NO), {})


def _always(size: int) -> _Answer:
    return _Answer(np.full(size, YES), {})


def _after(op: Literal[">", ">="], day: Bounds | None, moment: Moment | None, values: Values, size: int) -> _Answer:
    """Whether the day of the act is after a day of the clock, or on it; open for want of the fact, or of the table."""
    if day is None or moment is None:
        return _never(size)
    truth, _ = compare(op, cast("Bounds", values[AS_OF]), day)
    known = cast("Bounds", values[moment.fact])
    is_exact = np.broadcast_to(known.low == known.high, size)
    return _Answer(truth, {moment.fact: ~is_exact, WORKING_DAYS: is_exact})


def _warned(clock: Clock, values: Values, table: WorkTable, size: int) -> _Answer:
    """Whether the period before the last day has come; a day of grace for a holiday does not move it."""
    if clock.warns is None or clock.due is None:
        return _never(size)
    first = Bounds(*(first_day_within(side, clock.warns) for side in _day(clock.due, values, table, is_first=False)))
    return _after(">=", first, clock.due, values, size)


def _starts(clock: Clock, values: Values, table: WorkTable) -> Bounds | None:
    return None if clock.starts is None else _day(clock.starts, values, table, is_first=True)


def _due(clock: Clock, values: Values, table: WorkTable) -> Bounds | None:
    if clock.due is None:
        return None
    day = _day(clock.due, values, table, is_first=False)
    return next_worked(day, table) if clock.is_act else day


def _day(moment: Moment, values: Values, table: WorkTable, *, is_first: bool) -> Bounds:
    """Return the bounds of one day of a clock: of a first day no more than the period is left, of a last one all."""
    known = cast("Bounds", values[moment.fact])
    if moment.plus is not None:
        return Bounds(*(plus_period(side, moment.plus) for side in known))
    if moment.minus is not None:
        back = first_day_within if is_first else last_day_before
        return Bounds(*(back(side, moment.minus) for side in known))
    return known if moment.working_days is None else plus_worked(known, moment.working_days, table)


def _unknown(size: int) -> Bounds:
    nothing = np.full(size, np.datetime64("NaT", "D"))
    return Bounds(nothing, nothing)


def _full(side: NDArray[np.datetime64], size: int) -> NDArray[np.datetime64]:
    return np.broadcast_to(side.astype("datetime64[D]"), size)


def _named(missing: Mapping[str, Flag], kept: NDArray[np.int64], size: int) -> NDArray[np.object_]:
    """Return the names of the facts that leave each parcel open, joined by spaces."""
    texts = np.full(size, "", dtype=object)
    for name, flag in missing.items():
        texts[flag] = [f"{text} {name}".strip() for text in texts[flag]]
    return texts[kept]


def _of_office(clock: Clock, as_of: date) -> _Found:
    """Return the next day of a date that comes back every year; whether it was kept is on no record."""
    month, day = (int(part) for part in (clock.yearly or "").split("-"))
    this_year = date(as_of.year, month, day)
    due = this_year if this_year >= as_of else date(as_of.year + 1, month, day)
    begun = date(due.year - 1, month, day) + timedelta(days=1)
    warned = clock.warns and np.datetime64(as_of) >= first_day_within(np.array([due], "datetime64[D]"), clock.warns)[0]
    days = {name: np.array([due if name.startswith("due") else begun], "datetime64[D]") for name in _DAYS}
    state = np.array([_STATES.index("warning" if warned else "running")])
    return np.array([-1]), days, state, np.array([""], dtype=object)
