"""A move of a case that somebody made, written down: checked first, appended, and none is made here."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd
from sqlalchemy import Engine

from geo.errors import SchemaError
from geo.ingest.report import NOTE_COLUMNS, REFUSED_COLUMNS, Intake
from geo.law.case import CaseKind
from geo.law.moves import Around, Move, Standing, check_move, fold_case, moves_by_case
from geo.locale import Language
from geo.model import FIRST_CASE
from geo.steps.assess import SHANGHAI
from geo.steps.case_words import reasons_text, state_name
from geo.steps.cases import REGISTER, is_working, mortgaged_parcels, read_case_kinds
from geo.store import add_ledger, read_parcels, read_registers, take_turn

COMMAND = "parcelwatch case"
"""What moves that were not read from a file name as their file."""
NEAREST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What somebody says was done: in which parcel's case, and the move; days after it are not looked at."""

    parcel: str
    case: str
    move: Move
    number: str = FIRST_CASE


@dataclass(frozen=True, slots=True)
class _OnRecord:
    """The case that a move belongs to, as it is on record."""

    kind: CaseKind
    made: list[Move]
    around: Around


def record_move(engine: Engine, said: Said, *, known_at: datetime, language: Language) -> Standing:
    """Write down a move that was made, and return how the case stands on the day of its service, or its own.

    Raises
    ------
    SchemaError
        There is no such parcel, kind of case or state; a day is still to come; or the move is not open on its day, and
        the sentence says why. Nothing is written then.
    """

    def check(record: _OnRecord) -> dict[str, object]:
        why = check_move(record.kind, record.made, said.move, around=record.around)
        if why:
            state = state_name(record.kind, said.move.state, language)
            reasons = reasons_text(why, record.kind, language)
            raise SchemaError("case.not_open", parcel=said.parcel, state=state, reasons=reasons)
        move = said.move
        return {
            "moved_on": move.on,
            "moved_by": move.by,
            "paper": move.paper,
            "served_on": move.served_on,
            "service_paper": move.service_paper,
            "cause": move.cause,
            "remedy": move.remedy,
        }

    record = _record(engine, said, check, known_at=known_at)
    made, day = [*record.made, said.move], said.move.served_on or said.move.on
    return fold_case(record.kind, made, as_of=day, number=said.number, around=record.around)


def record_service(engine: Engine, said: Said, *, known_at: datetime, language: Language) -> None:
    """Write down when the paper of a move on record was served: day and paper are those of ``said.move``.

    Raises
    ------
    SchemaError
        There is no such move by that day, or the day is still to come.
    """

    def check(record: _OnRecord) -> dict[str, object]:
        _check_made(record, said, language)
        return {"served_on": said.move.on, "service_paper": said.move.paper}

    _record(engine, said, check, known_at=known_at)


def record_retraction(engine: Engine, said: Said, *, known_at: datetime, language: Language) -> None:
    """Write down that a move on record was not made after all; what was said before stays in the history.

    Raises
    ------
    SchemaError
        There is no such move by that day.
    """

    def check(record: _OnRecord) -> dict[str, object]:
        _check_made(record, said, language)
        gone = {"moved_on_is_none": True, "served_on_is_none": True, "cause": None, "remedy": None}
        return {**gone, "moved_by": said.move.by, "paper": said.move.paper}

    _record(engine, said, check, known_at=known_at)


def _check_made(record: _OnRecord, said: Said, language: Language) -> None:
    if not any(one.state == said.move.state and one.on <= said.move.on for one in record.made):
        state = state_name(record.kind, said.move.state, language)
        raise SchemaError("case.no_such_move", parcel=said.parcel, state=state, day=said.move.on.isoformat())


def _record(
    engine: Engine, said: Said, check: Callable[[_OnRecord], dict[str, object]], *, known_at: datetime
) -> _OnRecord:
    """Read the case, ask for what is to be written, and write it, in one transaction; return the case as it was."""
    kind = _kind(said)
    _check_days(said.move, known_at)
    with engine.begin() as conn:
        take_turn(conn)
        parcels = read_parcels(conn, known_at=known_at)["parcel_id"]
        if said.parcel not in set(parcels):
            near = [name for name in parcels if said.parcel in name][:NEAREST]
            raise SchemaError("scan.unknown_parcel", parcel=said.parcel, near=" ".join(near) or "-")
        registers = read_registers(conn, known_at=known_at)
        made = moves_by_case(registers[REGISTER]).get((said.parcel, said.case, said.number), [])
        is_mortgaged = said.parcel in mortgaged_parcels(registers["restriction"], said.move.on)
        record = _OnRecord(kind, made, Around(is_mortgaged=is_mortgaged, is_working=is_working))
        add_ledger(conn, _intake(said, check(record), known_at), known_at=known_at)
    return record


def _kind(said: Said) -> CaseKind:
    kinds = read_case_kinds()
    if said.case not in kinds:
        raise SchemaError("case.unknown_kind", case=said.case, known=" ".join(kinds))
    kind = kinds[said.case]
    if said.move.state not in kind.states:
        raise SchemaError("case.unknown_state", state=said.move.state, known=" ".join(kind.states))
    return kind


def _check_days(move: Move, known_at: datetime) -> None:
    """Refuse a day that is still to come, and a service before the move."""
    today = known_at.astimezone(SHANGHAI).date()
    days: list[date] = [move.on, *([move.served_on] if move.served_on else [])]
    for day in days:
        if day > today:
            raise SchemaError("case.to_come", day=day.isoformat())
    if move.served_on is not None and move.served_on < move.on:
        raise SchemaError("case.served_first", day=move.served_on.isoformat(), on=move.on.isoformat())


def _intake(said: Said, cells: dict[str, object], known_at: datetime) -> Intake:
    """Return the one row as an intake of the register, as if it had been read from a file."""
    number = None if said.number == FIRST_CASE else said.number
    key = {"parcel_id": said.parcel, "case": said.case, "number": number, "case_stage": said.move.state}
    row: dict[str, object] = {**key, **{name: value for name, value in cells.items() if value not in (None, "")}}
    if "moved_on_is_none" in row:  # what went with the move goes with it
        row |= {"moved_on": None, "served_on": None}
    text = json.dumps([*row.items(), known_at], ensure_ascii=False, default=str)
    days = {name: pd.Timestamp(str(row[name])) if row.get(name) else pd.NaT for name in ("moved_on", "served_on")}
    taken = pd.DataFrame([{**row, **{name: day for name, day in days.items() if name in row}}])
    for name in days:
        if name in taken:
            taken[name] = taken[name].astype("datetime64[s]")
    return Intake(
        "ledger",
        COMMAND,
        None,
        hashlib.sha256(text.encode()).hexdigest(),
        taken.assign(row=pd.array([pd.NA], dtype="Int64")),
        pd.DataFrame(columns=list(NOTE_COLUMNS), dtype=object),
        pd.DataFrame(columns=list(REFUSED_COLUMNS), dtype=object),
        register=REGISTER,
    )
