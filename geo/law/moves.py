"""The moves of a case, folded into its state on a day: what was done, what may follow, what is still in the way.

Nothing here makes a move. A move that ought not to have been made is kept, and why it ought not stands beside it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from geo.law.calendar import plus_period
from geo.law.case import CaseKind, Need, State
from geo.model import FIRST_CASE

IsWorking = Callable[[date], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One step that somebody made.

    Attributes
    ----------
    served_on
        Day on which its paper was served; None where it was not, or nobody says so.
    cause, remedy
        What an identification names as cause, and an approval or a disposal as remedy; empty where it says none.
    place
        Where the move stands, as a source of facts.
    """

    state: str
    on: date
    by: str = ""
    paper: str = ""
    served_on: date | None = None
    service_paper: str = ""
    cause: str = ""
    remedy: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a move is not open: the name of a sentence, and what fills it (states by id, days, articles)."""

    code: str
    params: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A case on a day.

    Attributes
    ----------
    moves
        In the order of their days.
    flaws
        By state, why its move ought not to have been made when it was.
    state, since_on
        The last state that was reached, and when.
    open, blocked
        States that may be reached on the day, and by state why others may not; empty once the case has ended.
    due
        By state not yet reached, the day by which it is to be.
    """

    kind: CaseKind
    number: str
    moves: tuple[Move, ...]
    flaws: Mapping[str, tuple[Reason, ...]]
    state: str | None
    since_on: date | None
    open: tuple[str, ...]
    blocked: Mapping[str, tuple[Reason, ...]]
    due: Mapping[str, date]

    def reached(self, state: str) -> Move | None:
        """Return the move to a state, if it was made."""
        return next((move for move in self.moves if move.state == state), None)

    @property
    def is_ended(self) -> bool:
        """Whether the case was withdrawn or closed."""
        return any(self.kind.states[move.state].is_end for move in self.moves)


def monday_to_friday(day: date) -> bool:
    """Whether a day is no Saturday or Sunday; public holidays are not known here."""
    return bool(np.is_busday(day))


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What a case stands in: whether the land is known to be mortgaged, and which days are working days."""

    is_mortgaged: bool = False
    is_working: IsWorking = field(default=monday_to_friday)


def fold_case(
    kind: CaseKind, moves: Iterable[Move], *, as_of: date, number: str = FIRST_CASE, around: Around | None = None
) -> Standing:
    """Fold the moves of one case into its state on a day.

    Moves after the day do not count, nor does a service after it. Moves of one day are taken in the usual order of
    their states.
    """
    where = around or Around()
    places = list(kind.states)
    known = [_as_of(move, as_of) for move in moves if move.on <= as_of and move.state in kind.states]
    ordered = sorted(known, key=lambda move: (move.on, places.index(move.state)))
    flaws = {
        move.state: why
        for count, move in enumerate(ordered)
        if (why := check_move(kind, ordered[:count], move, around=where))
    }
    last = ordered[-1] if ordered else None
    next_moves = {state: check_move(kind, ordered, Move(state=state, on=as_of), around=where) for state in places}
    is_ended = any(kind.states[move.state].is_end for move in ordered)
    done = {move.state for move in ordered}
    return Standing(
        kind=kind,
        number=number,
        moves=tuple(ordered),
        flaws=flaws,
        state=last.state if last else None,
        since_on=last.on if last else None,
        open=tuple(state for state, why in next_moves.items() if not why),
        blocked={} if is_ended else {state: why for state, why in next_moves.items() if why and state not in done},
        due={} if is_ended else _due(kind, ordered, where.is_working),
    )


def check_move(kind: CaseKind, made: Sequence[Move], move: Move, *, around: Around) -> tuple[Reason, ...]:
    """Say why a move is not open after those that were made; nothing where it is.

    Parameters
    ----------
    made
        Moves of the same case; those after the day of this one do not count.
    """
    before = {one.state: _as_of(one, move.on) for one in made if one.on <= move.on}
    state = kind.states[move.state]
    ended = next((one for one in before if kind.states[one].is_end), None)
    if ended is not None:
        return (Reason("case.is_ended", {"state": ended}),)
    if move.state in before:
        return (Reason("case.is_made", {"state": move.state, "on": before[move.state].on}),)
    passed = [Reason("case.too_late", {"state": later}) for later in state.before if later in before]
    named = [move, *sorted(before.values(), key=lambda one: one.on, reverse=True)]
    cause = next((one.cause for one in named if one.cause), "")
    remedy = next((one.remedy for one in named if one.remedy), "")
    needs = [need for need in state.needs if _applies(need, cause, remedy, around.is_mortgaged)]
    missing = [_missing(need, before, move.on, cause, around.is_working) for need in needs]
    distinct: list[Reason] = []
    for why in (*passed, *missing):
        if why is not None and why not in distinct:
            distinct.append(why)
    return tuple(distinct)


def _as_of(move: Move, day: date) -> Move:
    """Return a move as it is known on a day: a service after it has not happened."""
    is_later = move.served_on is not None and move.served_on > day
    return replace(move, served_on=None) if is_later else move


def _applies(need: Need, cause: str, remedy: str, is_mortgaged: bool) -> bool:  # noqa: FBT001  # one of what a need depends on
    is_cause = not need.when_cause or not cause or cause in need.when_cause
    is_remedy = not need.when_remedy or not remedy or remedy in need.when_remedy
    return is_cause and is_remedy and (is_mortgaged or not need.when_mortgaged)


def _missing(need: Need, before: Mapping[str, Move], on: date, cause: str, is_working: IsWorking) -> Reason | None:
    """Return why a need is not met; None where it is."""
    about = {"article": need.article}
    if need.kind == "cause":
        is_met = cause in need.causes
        return None if is_met else Reason("case.needs_cause", {**about, "causes": need.causes, "cause": cause})
    if need.kind == "reached":
        is_met = any(state in before for state in need.states)
        return None if is_met else Reason("case.needs_reached", {**about, "states": need.states})
    move = before.get(need.states[0])
    if move is None or move.served_on is None:
        return Reason("case.needs_served", {**about, "state": need.states[0]})
    if need.kind == "served" or need.unless in before:
        return None
    until = last_day(move.served_on, need, is_working)
    said = {**about, "state": move.state, "served": move.served_on, "until": until, "unless": need.unless}
    return Reason("case.needs_waiting", said) if on <= until else None


def last_day(served_on: date, need: Need, is_working: IsWorking) -> date:
    """Return the last day of a period that runs from a service; it does not end on a day off (Civil Code art. 203).

    Examples
    --------
    >>> need = Need(kind="waited", article="15", states=("hearing",), working_days=5)
    >>> last_day(date(2026, 10, 16), need, monday_to_friday).isoformat()
    '2026-10-23'
    """
    if need.period:
        return _next_working(plus_period(served_on, need.period), is_working)
    day = served_on
    for _ in range(need.working_days):
        day = _next_working(day + timedelta(days=1), is_working)
    return day


def _next_working(day: date, is_working: IsWorking) -> date:
    while not is_working(day):
        day += timedelta(days=1)
    return day


def _due(kind: CaseKind, made: Sequence[Move], is_working: IsWorking) -> dict[str, date]:
    """Return by when states that are not reached, and still can be, are to be."""
    known = {move.state: move for move in made}
    return {
        state.id: _next_working(plus_period(begins, state.due.period), is_working)
        for state in kind.states.values()
        if state.due is not None and state.id not in known and not any(later in known for later in state.before)
        if (begins := _begins(kind.states[state.due.after], known.get(state.due.after))) is not None
    }


def _begins(state: State, move: Move | None) -> date | None:
    """Return the day from which a period after a state runs: its service where it is served."""
    return None if move is None else move.served_on if state.is_served else move.on


def moves_by_case(rows: pd.DataFrame) -> dict[tuple[str, str, str], list[Move]]:
    """Return the moves of the register ``case_move`` by parcel, kind of case and number of the case.

    Rows that say that the move was not made ("none" as its day), or not when, are left out.
    """
    found: dict[tuple[str, str, str], list[Move]] = {}
    texts = rows.reindex(columns=["parcel_id", "case", "number", "case_stage", *TEXTS]).astype(object)
    texts = texts.where(texts.notna(), "")
    days = [[_day(value) for value in rows[name]] for name in ("moved_on", "served_on")]
    numbers = rows["row"] if "row" in rows else pd.Series(pd.NA, index=rows.index)
    for said, on, served_on, row in zip(texts.to_dict("records"), *days, numbers, strict=True):
        if on is None or not said["parcel_id"]:
            continue
        place = f"move:{said['case_stage']}" if pd.isna(row) else f"register:case_move/{int(row)}"
        move = Move(
            state=said["case_stage"],
            on=on,
            served_on=served_on,
            place=place,
            **{name: str(said[column]) for column, name in TEXTS.items()},
        )
        key = (str(said["parcel_id"]), str(said["case"]), str(said["number"]) or FIRST_CASE)
        found.setdefault(key, []).append(move)
    return found


TEXTS = {
    "moved_by": "by",
    "paper": "paper",
    "service_paper": "service_paper",
    "cause": "cause",
    "remedy": "remedy",
}
"""Attribute of a move by the field of the register."""


def _day(value: object) -> date | None:
    return None if value is None or pd.isna(value) else pd.Timestamp(value).date()  # type: ignore[call-overload,arg-type]  # a day of a frame


def last_cases(
    found: Mapping[tuple[str, str, str], Sequence[Move]], case: str, *, as_of: date
) -> dict[str, tuple[str, Sequence[Move]]]:
    """Return each parcel's latest case of a kind: its number and moves; the one that began last by the day."""
    latest: dict[str, tuple[date, str, Sequence[Move]]] = {}
    for (parcel, kind, number), moves in sorted(found.items()):
        began = min(move.on for move in moves)
        if kind == case and began <= as_of and (parcel not in latest or began >= latest[parcel][0]):
            latest[parcel] = (began, number, moves)
    return {parcel: (number, moves) for parcel, (_, number, moves) in latest.items()}
