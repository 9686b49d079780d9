"""The ledger: contracts, agreed days and events, checked cell by cell."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from geo.errors import SchemaError
from geo.ingest.columns import fold
from geo.ingest.files import hashed_files
from geo.ingest.headers import Column, is_header, plan_columns, read_named_columns
from geo.ingest.report import Intake, hash_files
from geo.ingest.tables import Cells, Table, read_table
from geo.ingest.values import NOT_A_DAY, is_blank, is_none_word, parse_day, parse_number, parse_text
from geo.model import LEDGER_FIELDS

ZERO_IS_BLANK = frozenset({"contract_area_m2", "supplied_area_m2", "should_develop_area_m2", "total_investment_yuan"})
"""Values that cannot be zero: registers write 0 there for a blank."""

SHARES = frozenset({"contract_building_coverage_min"})
"""Values between 0 and 1."""

CODED = {
    "cause": {
        "政府": "government",
        "政府原因": "government",
        "government": "government",
        "企业": "enterprise",
        "企业原因": "enterprise",
        "enterprise": "enterprise",
        "不可抗力": "force_majeure",
        "force_majeure": "force_majeure",
    },
    "extension_basis": {
        "合同": "contract",
        "合同约定": "contract",
        "contract": "contract",
        "第八条": "article_8",
        "政府原因": "article_8",
        "article_8": "article_8",
        "企业": "enterprise",
        "企业申请": "enterprise",
        "enterprise": "enterprise",
    },
}
"""Texts that have a code of ours. Any other text is kept and that is noted."""


def read_ledger(path: str | Path, *, layer: str | None = None, columns: Mapping[str, str] | None = None) -> Intake:
    """Read a ledger from a workbook, a CSV or a table of a GeoPackage.

    Headers are known in Chinese and English (``LEDGER_COLUMNS``); a unit in brackets behind one is applied. A row is
    refused where a cell that counts says something it cannot mean: a day that is none, a number that is none, an area
    or a sum below zero, an identifier that has lost its digits. Rows that repeat another are refused; rows that
    contradict each other on one parcel are refused together, because nothing here can tell which is right.

    Parameters
    ----------
    path
        The file.
    layer
        Sheet or table; left out, the only one with a known header.
    columns
        Field (a name of ``geo.model.LEDGER_FIELDS``) by header, for headers beside the known ones.

    Returns
    -------
    Intake
        ``taken`` has the fields found, typed by kind, and ``row``. Every date has a companion ``<field>_is_none``: the
        contract agrees none, which is a value and no blank.

    Raises
    ------
    SchemaError
        The file cannot be read, has no rows, or its columns cannot be told.
    """
    named = read_named_columns(columns or {}, path)
    table = read_table(path, layer=layer, is_header=partial(is_header, named=named))
    plan = plan_columns(table, named)
    records = {}
    for row, cells in table.rows:
        record = _read_record(row, cells, plan, table)
        if record is not None:
            records[row] = record
    _refuse_repeated(records, dict(table.rows), table)
    notes, refused = table.journal.frames()
    digest = hash_files(hashed_files(table.file))
    return Intake("ledger", table.file.name, table.layer, digest, _frame(records, plan), notes, refused)


def _read_record(row: int, cells: Cells, plan: Sequence[Column], table: Table) -> dict[str, object] | None:
    """Values of one row, or None where it is refused."""
    record: dict[str, object] = {}
    identifier = None
    for column in plan:
        try:
            value = cells[column.at]
            note = partial(table.journal.note, row=row, identifier=identifier, column=column.header, value=str(value))
            record |= _PARSERS[LEDGER_FIELDS[column.field]](column, value, note)
            if column.field == "parcel_id":
                identifier = str(record["parcel_id"])
        except SchemaError as error:
            raw = _raw(table.headers, cells)
            place = {"row": row, "identifier": identifier, "raw": raw, "column": column.header}
            table.journal.refuse(error.code, **place, **error.params)  # type: ignore[arg-type]  # typed in the place
            return None
    return record


def _raw(headers: Sequence[str], cells: Cells) -> str:
    """Return a row as it stood, as JSON."""
    said = {header: str(cell) for header, cell in zip(headers, cells, strict=True) if not is_blank(cell)}
    return json.dumps(said, ensure_ascii=False)


Note = Callable[..., None]


def _read_text(column: Column, value: object, note: Note) -> dict[str, object]:
    """Read a text, as its code where it has one; the identifier must be there and whole."""
    field = column.field
    try:
        text = parse_text(value)
    except SchemaError as error:
        if field == "parcel_id" or error.code != "ingest.value_rounded":
            raise
        note(error.code, **error.params)
        text = None
    if field == "parcel_id" and text is None:
        raise SchemaError("ingest.no_identifier_value")
    if field in CODED and text is not None:
        if is_none_word(text):
            return {field: None}
        code = CODED[field].get(fold(text))
        if code is None:
            note("ingest.unknown_word")
        text = code or text
    return {field: text}


def _read_measure(column: Column, value: object, note: Note) -> dict[str, object]:
    """Read a number that is not below zero, in our unit."""
    field = column.field
    if is_none_word(value):
        note("ingest.none_in_number")
        return {field: np.nan}
    number = parse_number(value)
    if number is None:
        return {field: np.nan}
    if not (isinstance(value, str) and value.rstrip().endswith(("%", "％"))):
        number *= column.factor
    if number < 0:
        raise SchemaError("ingest.negative_value", value=str(value))
    if field in SHARES and number > 1:
        raise SchemaError("ingest.share_over_one", value=str(value))
    if number == 0 and field in ZERO_IS_BLANK:
        note("ingest.zero_as_blank")
        return {field: np.nan}
    return {field: number}


def _read_day(column: Column, value: object, note: Note) -> dict[str, object]:
    """Read a day, and whether the cell says that there is none."""
    is_none = is_none_word(value)
    day = None if is_none else parse_day(value)
    if day == NOT_A_DAY:
        note("ingest.sentinel_date")
        day = None
    return {column.field: day, f"{column.field}_is_none": is_none}


_PARSERS = {"text": _read_text, "measure": _read_measure, "date": _read_day}


def _refuse_repeated(records: dict[int, dict[str, object]], rows: Mapping[int, Cells], table: Table) -> None:
    """Refuse rows that repeat an earlier one, and all rows of a parcel that contradict each other."""
    by_parcel: dict[str, list[int]] = {}
    for row, record in records.items():
        by_parcel.setdefault(str(record["parcel_id"]), []).append(row)
    for parcel, same in by_parcel.items():
        contents = {repr(records[row]) for row in same}
        code = "ingest.repeated_row" if len(contents) == 1 else "ingest.conflicting_rows"
        for row in same[len(contents) == 1 :]:
            params = {"others": ", ".join(str(other) for other in same if other != row)}
            table.journal.refuse(code, row=row, identifier=parcel, raw=_raw(table.headers, rows[row]), **params)
            del records[row]


def _frame(records: Mapping[int, Mapping[str, object]], plan: Sequence[Column]) -> pd.DataFrame:
    """Return records as a frame typed by kind, in the order of the fields."""
    frame = pd.DataFrame(index=range(len(records)))
    for column in plan:
        field, kind = column.field, LEDGER_FIELDS[column.field]
        values = [record[field] for record in records.values()]
        if kind == "text":
            frame[field] = pd.Series(values, dtype=object)
        elif kind == "measure":
            frame[field] = np.array(values, dtype=float)
        else:
            frame[field] = _days(values)
            companion = f"{field}_is_none"
            frame[companion] = np.array([record[companion] for record in records.values()], dtype=bool)
    frame["row"] = np.array(list(records), dtype="int64")
    return frame


def _days(values: Sequence[object]) -> np.ndarray:
    """Days as seconds-resolution times, NaT where there is none."""
    return np.array([day if isinstance(day, date) else None for day in values], dtype="datetime64[s]")
