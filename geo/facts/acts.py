"""What the office did in a parcel's cases, as facts: they follow the moves of the latest case of each kind."""

from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from geo.facts.column import Fact, exact
from geo.facts.register import Register
from geo.law.moves import Move, last_cases, moves_by_case

REGISTER = "case_move"
ENDED = frozenset({"withdrawn", "closed"})
"""States after which an identification no longer holds."""

SERVED = (
    ("idle", "investigation_notice"),
    ("idle", "identified"),
    ("idle", "hearing"),
    ("low_efficiency", "identified"),
)
DONE: Mapping[str, tuple[str, str]] = {
    "is_investigation_notified": ("idle", "investigation_notice"),
    "is_investigation_answered": ("idle", "answered"),
    "is_idle_identified": ("idle", "identified"),
    "is_hearing_offered": ("idle", "hearing"),
    "is_filed_in_monitoring_system": ("idle", "filed"),
    "is_low_efficiency_identified": ("low_efficiency", "identified"),
}
"""Whether a state was reached; those of ``SERVED`` once their paper was served."""

DAYS: Mapping[str, tuple[str, str, Callable[[Move], object]]] = {
    "suspicion_found_on": ("idle", "suspected", lambda move: move.on),
    "investigation_notified_on": ("idle", "investigation_notice", lambda move: move.served_on),
    "answered_on": ("idle", "answered", lambda move: move.on),
    "identified_on": ("idle", "identified", lambda move: move.served_on),
    "hearing_offered_on": ("idle", "hearing", lambda move: move.served_on),
    "disposal_approved_on": ("idle", "approval", lambda move: move.on),
    "decision_served_on": ("idle", "disposal", lambda move: move.served_on),
    "low_efficiency_identified_on": ("low_efficiency", "identified", lambda move: move.served_on),
}
"""Days from which clocks run: of service where a paper is served."""

NO_REMEDY = "none"
"""Remedy of a parcel of which none was decided."""

Made = Mapping[str, Mapping[str, Move]]
"""By parcel, its moves by the state they reach."""


def act_facts(register: Register) -> dict[str, Fact]:
    """Return what was done in cases; no fact at all where no move is on record.

    A state that was not reached is a "no" only if the register of moves is complete through the day of the act, or if
    the case has ended: what was identified in it has been withdrawn or disposed of.
    """
    rows = register.entries.moves
    if rows.empty:
        return {}
    found, as_of = moves_by_case(rows), register.as_of.date()
    cases: dict[str, Made] = {
        case: {
            parcel: _by_state(moves, register) for parcel, (_, moves) in last_cases(found, case, as_of=as_of).items()
        }
        for case in ("idle", "low_efficiency")
    }
    facts = {name: _is_done(register, cases[case], case, state) for name, (case, state) in DONE.items()}
    facts |= {name: _day(register, cases[case], state, when) for name, (case, state, when) in DAYS.items()}
    return {
        **facts,
        "is_idle_case_open": _is_open(register, cases["idle"]),
        "identified_cause": _cause(register, cases["idle"], facts["is_idle_identified"]),
        "decided_remedy": _remedy(register, cases["idle"]),
    }


def _by_state(moves: Sequence[Move], register: Register) -> dict[str, Move]:
    return {move.state: move for move in moves if move.on <= register.as_of.date()}


def _column(register: Register, values: Mapping[str, object], dtype: str) -> pd.Series:
    known = pd.Series(values, dtype=object).reindex(register.index)
    return known.astype(pd.api.types.pandas_dtype(dtype))


def _sources(register: Register, moves: Mapping[str, Move]) -> pd.Series:
    said = pd.Series({parcel: move.place for parcel, move in moves.items()}, dtype=object).reindex(register.index)
    return said.where(said.notna(), f"missing:{REGISTER}").astype(object)


def _is_done(register: Register, made: Made, case: str, state: str) -> Fact:
    as_of = register.as_of.date()
    answers: dict[str, bool] = {}
    proofs: dict[str, Move] = {}
    for parcel, by_state in made.items():
        end = _end(by_state)
        move = by_state.get(state)
        is_served = move is not None and move.served_on is not None and move.served_on <= as_of
        if end is not None:
            answers[parcel], proofs[parcel] = False, end
        elif move is not None and (is_served or (case, state) not in SERVED):
            answers[parcel], proofs[parcel] = True, move
    return _answered(register, answers, proofs)


def _end(by_state: Mapping[str, Move]) -> Move | None:
    return next((by_state[one] for one in sorted(ENDED) if one in by_state), None)


def _is_open(register: Register, made: Made) -> Fact:
    """Return whether a parcel has a case that has not ended."""
    ends = {parcel: _end(by_state) for parcel, by_state in made.items()}
    proofs = {parcel: ends[parcel] or next(iter(by_state.values())) for parcel, by_state in made.items() if by_state}
    return _answered(register, {parcel: ends[parcel] is None for parcel in proofs}, proofs)


def _answered(register: Register, said: Mapping[str, bool], proofs: Mapping[str, Move]) -> Fact:
    """Return answers from moves; of other parcels "no", where the register is complete through the day of the act."""
    others: dict[str, object] = dict.fromkeys(register.index, False) if _is_complete(register) else {}
    return _said(register, _column(register, {**others, **said}, "boolean"), proofs)


def _said(register: Register, value: pd.Series, proofs: Mapping[str, Move]) -> Fact:
    source = _sources(register, proofs)
    if _is_complete(register):
        source = source.mask((source == f"missing:{REGISTER}") & value.notna(), f"blank:{REGISTER}")
    return exact(value, source)


def _is_complete(register: Register) -> bool:
    through = register.entries.complete_through.get(REGISTER)
    return through is not None and through >= register.as_of.date()


def _day(register: Register, made: Made, state: str, when: Callable[[Move], object]) -> Fact:
    as_of = register.as_of.date()
    days, proofs = {}, {}
    for parcel, by_state in made.items():
        on = when(by_state[state]) if state in by_state else None
        if on is not None and pd.Timestamp(str(on)).date() <= as_of:
            days[parcel], proofs[parcel] = pd.Timestamp(str(on)), by_state[state]
    return exact(_column(register, days, "datetime64[s]"), _sources(register, proofs))


def _cause(register: Register, made: Made, identified: Fact) -> Fact:
    is_identified = identified.value.fillna(value=False)
    named = {
        parcel: by_state["identified"]
        for parcel, by_state in made.items()
        if parcel in is_identified.index and is_identified[parcel] and by_state["identified"].cause
    }
    causes = _column(register, {parcel: move.cause for parcel, move in named.items()}, "object")
    return exact(causes.where(causes.notna(), None), _sources(register, named))


def _remedy(register: Register, made: Made) -> Fact:
    """Return the remedy that the disposal names, or before there is one, its approval; "none" as others say no."""
    named = {
        parcel: by_state[state]
        for parcel, by_state in made.items()
        for state in ("approval", "disposal")
        if state in by_state and by_state[state].remedy
    }
    others: dict[str, object] = dict.fromkeys(register.index, NO_REMEDY) if _is_complete(register) else {}
    remedies = _column(register, {**others, **{parcel: move.remedy for parcel, move in named.items()}}, "object")
    return _said(register, remedies.where(remedies.notna(), None), named)
