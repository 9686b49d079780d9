"""Rows that came back beside what is known: comparing what they say, telling conflicts, keeping what is new."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd
from sqlalchemy import Connection

from geo.ingest.report import Intake
from geo.ingest.returned import Returned
from geo.model import NONE_AGREED
from geo.patrol.returned import Verdict
from geo.registers import Field
from geo.store import add_intake, add_ledger, find_intake

Fields = Mapping[str, Field]
DIGITS = ".12g"
"""So many digits of a number a spreadsheet keeps when it writes it again."""


@dataclass(frozen=True, slots=True, eq=False)
class Back:
    """What became of one table that came back.

    Attributes
    ----------
    intake
        What was taken, notes, and the rows refused.
    edited, unchanged, blank, conflicts
        Rows that say something new; that say what is known; without an answer; refused because they contradict.
    known_since
        When the same file came back before.
    """

    intake: Intake
    edited: int
    unchanged: int
    blank: int
    conflicts: int
    known_since: datetime | None


def canonical(record: Mapping[Any, object], fields: Fields) -> dict[str, str]:
    """Return what a record says, by field, as texts that are equal where it says the same; blanks are not there.

    Examples
    --------
    >>> from geo.registers import REGISTERS
    >>> canonical({"price_yuan": 5e6, "town": None}, REGISTERS["ledger"].fields)
    {'price_yuan': '5000000'}
    """
    said = {}
    for name in fields:
        value = record.get(name)
        if record.get(f"{name}_is_none"):
            said[name] = NONE_AGREED
        elif value is not None and not pd.isna(value):  # type: ignore[call-overload]  # one value
            said[name] = _text(value)
    return said


def _text(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()[:10]
    return format(value, DIGITS) if isinstance(value, float) else str(value)


def conflict_cells(table: Returned, verdict: Verdict, fields: Fields) -> str:
    """Name every cell of a row that contradicts something, what it says, and what it contradicts."""
    return "; ".join(
        f"{table.headers.get(one.field, one.field)}: {_word(one.field, one.said, fields)} ≠ "
        f"{_word(one.field, one.other, fields)} ({one.place})"
        for one in verdict.conflicts
    )


def _word(field: str, value: str, fields: Fields) -> str:
    """Return what a form shows for a value."""
    return fields[field].words.get(value, (value,))[0]


def keep_back(conn: Connection, intake: Intake, verdicts: Sequence[Verdict], *, blank: int, known_at: datetime) -> Back:
    """Keep what a table says, unless the same file said it before."""
    since = find_intake(conn, intake)
    if since is None and len(intake.taken):
        add_ledger(conn, intake, known_at=known_at)
    elif since is None and len(intake.refused):
        add_intake(conn, intake, known_at=known_at)
    taken = [verdict for verdict in verdicts if not verdict.conflicts]
    edited = sum(bool(verdict.edits) for verdict in taken)
    return Back(intake, edited, len(taken) - edited, blank, len(verdicts) - len(taken), since)
