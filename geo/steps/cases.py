"""How the cases of a store stand on a day."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache

import pandas as pd
from sqlalchemy import Engine

from geo.law.case import CaseKind, parse_case
from geo.law.moves import Around, Standing, fold_case, last_cases, monday_to_friday, moves_by_case
from geo.patrol.teams import public_days
from geo.steps.rules import law_files
from geo.store import read_registers

REGISTER = "case_move"
MORTGAGE = "mortgage"

CASE_COLUMNS = ("parcel_id", "case", "number", "state", "since_on", "next_moves", "blocked", "due_on", "is_flawed")
"""How a case stands: its last state and since when, the moves that are open, those that are not, by when the next one
is due at the latest, and whether a move was out of order; states joined by spaces."""


@cache
def read_case_kinds() -> dict[str, CaseKind]:
    """Read the kinds of case that the program brings along, by id.

    Raises
    ------
    RuleFormatError
        A file cannot be understood.
    """
    kinds = [parse_case(text, name=name) for name, text in law_files("cases")]
    return {kind.id: kind for kind in kinds}


@cache
def is_working(day: date) -> bool:
    """Whether a day is a working day by the public calendar; Monday to Friday where that is not known."""
    known, _ = public_days(day, 1)
    return known.get(day, monday_to_friday(day))


def case_standings(registers: Mapping[str, pd.DataFrame], *, as_of: date) -> dict[str, dict[str, Standing]]:
    """Fold the moves on record into each parcel's latest case of each kind, by parcel and kind."""
    found = moves_by_case(registers[REGISTER])
    mortgaged = mortgaged_parcels(registers["restriction"], as_of)
    by_parcel: dict[str, dict[str, Standing]] = {}
    for kind in read_case_kinds().values():
        for parcel, (number, moves) in last_cases(found, kind.id, as_of=as_of).items():
            around = Around(is_mortgaged=parcel in mortgaged, is_working=is_working)
            standing = fold_case(kind, moves, as_of=as_of, number=number, around=around)
            by_parcel.setdefault(parcel, {})[kind.id] = standing
    return dict(sorted(by_parcel.items()))


def mortgaged_parcels(restrictions: pd.DataFrame, as_of: date) -> frozenset[str]:
    """Return the parcels that are known to be mortgaged on a day."""
    day = pd.Timestamp(as_of)
    is_on = ~(restrictions["locked_from_on"] > day) & ~(restrictions["locked_to_on"] < day)
    return frozenset(restrictions["parcel_id"][is_on & (restrictions["lock"] == MORTGAGE)].dropna().astype(str))


def disputed_days(registers: Mapping[str, pd.DataFrame], parcel: str) -> list[tuple[str, str, str, str]]:
    """Return the days of a parcel's moves of which several are said, so that none counts.

    Each with the kind of case, the state, the field, and what is said.
    """
    rows = registers[REGISTER]
    rows = rows[rows["parcel_id"] == parcel]
    return [
        (str(row["case"]), str(row["case_stage"]), field, str(said))
        for row in rows.to_dict("records")
        for field in ("moved_on", "served_on")
        if (said := row.get(f"{field}_disputed")) is not None and not pd.isna(said)
    ]


def case_frame(standings: Mapping[str, Mapping[str, Standing]]) -> pd.DataFrame:
    """Return how cases stand as one row a case, with ``CASE_COLUMNS``."""
    rows = [
        (
            parcel,
            case,
            standing.number,
            standing.state,
            standing.since_on,
            " ".join(standing.open),
            " ".join(standing.blocked),
            min(standing.due.values(), default=None),
            bool(standing.flaws),
        )
        for parcel, cases in standings.items()
        for case, standing in cases.items()
    ]
    return pd.DataFrame(rows, columns=list(CASE_COLUMNS), dtype=object)


def read_disputed_days(
    engine: Engine, parcel: str, *, as_of: date, known_at: datetime
) -> list[tuple[str, str, str, str]]:
    """Read the days of a parcel's moves of which several are said; see ``disputed_days``."""
    with engine.connect() as conn:
        return disputed_days(read_registers(conn, as_of=as_of, known_at=known_at), parcel)


def read_cases(engine: Engine, *, as_of: date, known_at: datetime) -> dict[str, dict[str, Standing]]:
    """Read how the cases of a store stand on a day, as known at a time; by parcel and kind."""
    with engine.connect() as conn:
        return case_standings(read_registers(conn, as_of=as_of, known_at=known_at), as_of=as_of)
