"""The ledger: its registers, read from a workbook, a CSV or a GeoPackage and checked cell by cell."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from geo.errors import SchemaError
from geo.ingest.cells import Cell, read_cell
from geo.ingest.files import hashed_files
from geo.ingest.flags import flag_entries
from geo.ingest.headers import Column, Named, is_header, plan_columns, read_named_columns
from geo.ingest.originals import note_twins
from geo.ingest.recognise import recognise
from geo.ingest.report import Intake, hash_files
from geo.ingest.tables import Cells, Found, Table, read_tables
from geo.ingest.values import is_blank
from geo.registers import FLAT, REGISTERS, SUBJECTS, Register

Record = dict[str, object]


def read_registers(
    path: str | Path, *, layer: str | None = None, columns: Mapping[str, str] | None = None
) -> list[Intake]:
    """Read every register that a workbook, a CSV or a GeoPackage holds.

    Which register a table is, is told by its name or else by its headers, which are known in Chinese and English
    (``geo/registers.toml``); a unit in brackets behind one is applied. A row is refused where a cell that counts says
    something it cannot mean: a day that is none, a number that is none, an area or a sum below zero, an identifier that
    has lost its digits. Rows that repeat another are refused. What cannot both be is kept and flagged: rows that say
    different things of one entry, limits that are swapped, a completion before its start.

    Parameters
    ----------
    path
        The file.
    layer
        The only sheet or table wanted; left out, all that are known.
    columns
        Field by header, for headers beside the known ones.

    Returns
    -------
    list[Intake]
        One a table. ``taken`` has the fields found, typed by kind, and ``row``. Every date has a companion
        ``<field>_is_none``: there is none, which is a value and no blank. The first one's notes name the tables that
        are no register.

    Raises
    ------
    SchemaError
        The file cannot be read, has no rows, no table of it is a register, or its columns cannot be told.
    """
    named = read_named_columns(columns or {}, path)
    found = read_tables(path, layer=layer, recognise=partial(recognise, named=named))
    return _intakes(found, named)


def read_ledger(path: str | Path, *, layer: str | None = None, columns: Mapping[str, str] | None = None) -> Intake:
    """Read the ledger with one row a parcel, and nothing else of a file; otherwise as ``read_registers``."""
    named, flat = read_named_columns(columns or {}, path), REGISTERS[FLAT]

    def is_flat(_: str | None, cells: Cells) -> Register | None:
        return flat if is_header(cells, named=named, register=flat) else None

    return _intakes(read_tables(path, layer=layer, recognise=is_flat), named)[0]


def _intakes(found: Found[Register], named: Named) -> list[Intake]:
    for name in found.unknown:
        found.tables[0][1].journal.note("ingest.unknown_sheet", sheet=name)
    digest = hash_files(hashed_files(found.tables[0][1].file))
    return [_read(register, table, named, digest) for register, table in found.tables]


@dataclass(frozen=True, slots=True)
class Reading:
    """One table as one register, and which column holds what."""

    register: Register
    table: Table
    plan: Sequence[Column]


def _read(register: Register, table: Table, named: Named, digest: str) -> Intake:
    reading = Reading(register, table, plan_columns(table, named, register))
    records = {}
    for row, cells in table.rows:
        record = _read_record(row, cells, reading)
        if record is not None:
            records[row] = record
    _refuse_repeated(records, dict(table.rows), reading)
    _say_stand_ins(records, reading)
    headers = {column.field: column.header for column in reading.plan}
    flag_entries(register, records, headers, table.journal)
    notes, refused = table.journal.frames()
    taken = _frame(records, reading)
    kept = with_records(refused, taken, register)
    return Intake("ledger", table.file.name, table.layer, digest, taken, notes, kept, register.name)


def with_records(refused: pd.DataFrame, taken: pd.DataFrame, register: Register) -> pd.DataFrame:
    """Return refused rows with what stood in them by header, where the cells had headers."""
    records = [json.loads(raw) for raw in refused["raw"]]
    attributes = [record if isinstance(record, dict) else None for record in records]
    kept = refused.assign(attributes=pd.Series(attributes, index=refused.index, dtype=object))
    return note_twins(kept, entry_names(taken, register), taken["row"])


def entry_names(taken: pd.DataFrame, register: Register) -> list[str | None]:
    """Return what each entry is called to people."""
    return [entry_name(register, {str(name): value for name, value in row.items()}) for row in taken.to_dict("records")]


def _read_record(row: int, cells: Cells, reading: Reading) -> Record | None:
    """Values of one row, or None where it is refused."""
    record: Record = {}
    register, table = reading.register, reading.table
    header: str | None = None
    try:
        for column in reading.plan:
            header, field = column.header, register.fields[column.field]
            value = cells[column.at]
            identifier = entry_name(register, record)
            note = partial(table.journal.note, row=row, identifier=identifier, column=header, value=str(value))
            is_key = field.name in (*register.key, *register.stands_in)
            record |= read_cell(Cell(field, column, value, is_key, table.epoch, note))
        header = None
        _stand_in(register, record)
        _check_named(register, record, reading.plan)
    except SchemaError as error:
        place = {"row": row, "identifier": entry_name(register, record), "raw": raw_of(table.headers, cells)}
        params = ({"column": header} if header else {}) | error.params
        table.journal.refuse(error.code, **place, **params)  # type: ignore[arg-type]  # typed in the place
        return None
    return record


def entry_name(register: Register, record: Mapping[str, object]) -> str | None:
    """Return what an entry is called to people: the filled parts of its key."""
    parts = [str(record[name]) for name in register.key if not is_blank(record.get(name))]
    return " ".join(parts) or None


def _stand_in(register: Register, record: Record) -> None:
    """Let another number name an entry whose own is blank."""
    for name in register.stands_in:
        if is_blank(record.get(register.key[0])):
            record[register.key[0]] = record.get(name)


def _say_stand_ins(records: Mapping[int, Record], reading: Reading) -> None:
    """Say of how many entries another number is the name."""
    register, planned = reading.register, {column.field for column in reading.plan}
    for name in register.stands_in:
        named = [one for one in records.values() if name in one and one[register.key[0]] == one[name]]
        if named and register.key[0] not in planned:
            params = {"count": len(named), "column": register.fields[name].zh[0]}
            reading.table.journal.note("ingest.stands_in", **params)  # type: ignore[arg-type]  # a count and a text


def _check_named(register: Register, record: Mapping[str, object], plan: Sequence[Column]) -> None:
    """Raise where a row lacks what names its entry, or is about nothing."""
    headers = {column.field: column.header for column in plan}
    for name in register.needs:
        if is_blank(record.get(name)):
            raise SchemaError("ingest.no_identifier_value", column=headers.get(name, register.fields[name].zh[0]))
    subjects = [name for name in register.key if name in SUBJECTS]
    if subjects and all(is_blank(record.get(name)) for name in subjects):
        raise SchemaError("ingest.no_identifier_value", column=register.fields[subjects[0]].zh[0])


def raw_of(headers: Sequence[str], cells: Cells) -> str:
    """Return a row as it stood, as JSON: numbers as numbers; a cell whose header is blank or repeated by its place."""
    said = {}
    for at, (header, cell) in enumerate(zip(headers, cells, strict=True), start=1):
        if not is_blank(cell):
            name = f"#{at}" if header in said or not header else header
            said[name] = cell if isinstance(cell, (int, float)) else str(cell)
    return json.dumps(said, ensure_ascii=False)


def _refuse_repeated(records: dict[int, Record], rows: Mapping[int, Cells], reading: Reading) -> None:
    """Refuse rows that repeat an earlier one exactly."""
    first: dict[str, int] = {}
    for row in list(records):
        content = repr(records[row])
        if content not in first:
            first[content] = row
            continue
        table = reading.table
        place = {"row": row, "identifier": entry_name(reading.register, records[row])}
        raw = raw_of(table.headers, rows[row])
        table.journal.refuse("ingest.repeated_row", **place, raw=raw, others=str(first[content]))  # type: ignore[arg-type]  # typed in the place
        del records[row]


def _frame(records: Mapping[int, Record], reading: Reading) -> pd.DataFrame:
    return frame_of(records, reading.register, planned={column.field for column in reading.plan})


def frame_of(records: Mapping[int, Record], register: Register, *, planned: Collection[str] = ()) -> pd.DataFrame:
    """Return records by number of the row as a frame typed by kind, in the order of the register's fields."""
    frame = pd.DataFrame(index=range(len(records)))
    wanted = set(planned) | {name for record in records.values() for name in record}
    for name, field in register.fields.items():
        if name not in wanted:
            continue
        values = [record.get(name) for record in records.values()]
        if field.kind == "text":
            frame[name] = pd.Series(values, dtype=object)
        elif field.kind == "measure":
            frame[name] = np.array(values, dtype=float)
        else:
            frame[name] = _days(values)
            companion = f"{name}_is_none"
            frame[companion] = np.array([record.get(companion, False) for record in records.values()], dtype=bool)
    frame["row"] = np.array(list(records), dtype="int64")
    return frame


def _days(values: Sequence[object]) -> np.ndarray:
    """Days as seconds-resolution times, NaT where there is none."""
    return np.array([day if isinstance(day, date) else None for day in values], dtype="datetime64[s]")
