"""Files that a patrol plan may be given: teams, ways, visits made, outcomes of visits."""

from collections.abc import Collection
from pathlib import Path

import pandas as pd

from geo.errors import SchemaError
from geo.patrol.teams import Roster, parse_roster

YES, NO = (
    frozenset({"是", "yes", "true", "1", "属实", "found"}),
    frozenset({"否", "no", "false", "0", "不属实", "not found"}),
)


def read_roster(path: Path) -> Roster:
    """Read a file of teams.

    Raises
    ------
    SchemaError
        It is missing, is not TOML in UTF-8, or cannot be used.
    """
    return parse_roster(_text(path), file=str(path))


def read_ways(path: Path) -> pd.DataFrame:
    """Read a CSV of ways: ``from``, ``to``, ``metres``; places are names of teams and parcel identifiers."""
    return _table(path, ("from", "to", "metres"))


def read_visits(path: Path) -> pd.DataFrame:
    """Read a CSV of visits made: ``parcel_id``, ``visited_on`` [day].

    Raises
    ------
    SchemaError
        A column is missing, or a day is none.
    """
    table = _table(path, ("parcel_id", "visited_on"))
    days = pd.to_datetime(table["visited_on"], format="%Y-%m-%d", errors="coerce")
    for row, (text, day) in enumerate(zip(table["visited_on"], days, strict=True), 2):
        if pd.isna(day):
            raise SchemaError("patrol.not_a_day", file=str(path), row=row, column="visited_on", value=text)
    return table.assign(visited_on=days)


def read_outcomes(path: Path, drawn: Collection[str]) -> pd.DataFrame:
    """Read a CSV of what visits to drawn parcels found: ``parcel_id``, ``label``, ``is_true``, ``reason``.

    Raises
    ------
    SchemaError
        A column is missing, a parcel was not drawn, or an answer is neither yes nor no.
    """
    table = _table(path, ("parcel_id", "label", "is_true", "reason"), code="patrol.outcome_columns")
    for row, (parcel, said) in enumerate(zip(table["parcel_id"], table["is_true"], strict=True), 2):
        if parcel not in drawn:
            raise SchemaError("patrol.outcome_unknown", file=str(path), row=row, parcel=parcel)
        if said.strip().lower() not in YES | NO:
            raise SchemaError("patrol.outcome_not_bool", file=str(path), row=row, column="is_true", value=said)
    return table.assign(is_true=[said.strip().lower() in YES for said in table["is_true"]])


def _table(path: Path, columns: Collection[str], code: str = "patrol.no_column") -> pd.DataFrame:
    _text(path)
    try:
        table = pd.read_csv(path, dtype=str, encoding="utf-8-sig", keep_default_na=False)
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise SchemaError("ingest.unreadable", file=str(path), reason=str(error).strip()) from error
    for column in columns:
        if column not in table.columns:
            listed = ", ".join(columns if code == "patrol.outcome_columns" else table.columns)
            raise SchemaError(code, file=str(path), column=column, columns=listed)
    return table


def _text(path: Path) -> str:
    if not path.is_file():
        raise SchemaError("ingest.missing_file", file=str(path))
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SchemaError("ingest.unknown_encoding", file=str(path)) from error
