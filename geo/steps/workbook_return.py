"""Take a workbook back: what officers corrected in its registers becomes what is known, cell by cell."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, Engine

from geo.errors import SchemaError
from geo.ingest.ledger import frame_of
from geo.ingest.persons import mask_persons
from geo.ingest.report import Intake, hash_files
from geo.ingest.returned import Returned, Row, read_answers, read_returned
from geo.ingest.template import header_of
from geo.locale import sentences
from geo.patrol.returned import Said, Verdict, merge
from geo.registers import REGISTERS, Register
from geo.steps.merging import Back, canonical, conflict_cells, keep_back
from geo.steps.workbook import MADE_BY_A_MACHINE, Ledger, ledger_at, row_mark
from geo.store import take_turn

MARK = "mark"
Record = dict[str, object]
Cells = Mapping[str, str]
Sent = Mapping[str, Record]
"""Entries of a register as a workbook was sent, by their marks."""


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One row of a register that came back.

    Attributes
    ----------
    sent
        What stood there when the workbook was written; nothing for a new entry.
    record
        What stands there, typed.
    """

    table: Returned
    register: Register
    row: Row
    sent: Record
    record: Record
    verdict: Verdict | None = None

    @property
    def entry(self) -> str:
        """What the row is about."""
        return entry_of(self.register, self.sent or self.record)

    @property
    def place(self) -> str:
        """Where it stands, for people."""
        return f"{self.table.file.name} {self.table.layer}:{self.row.row}"

    @property
    def shown(self) -> str:
        """The entry for people."""
        said = canonical(self.sent or self.record, self.register.fields)
        return " ".join(said[name] for name in self.register.key if name in said)


def entry_of(register: Register, record: Mapping[str, object]) -> str:
    """Return the name of an entry in whichever register, for comparison."""
    said = canonical(record, register.fields)
    return json.dumps([register.name, *(said.get(name, "") for name in register.key)], ensure_ascii=False)


def return_workbooks(
    engine: Engine, paths: Sequence[Path], *, known_at: datetime, masks_persons: bool = False
) -> list[Back]:
    """Take workbooks back into the registers, all of them in one transaction.

    A row is compared with what it said when the workbook was written, which the store still knows, and with what is
    known now. Cells that say something else are corrected, if nobody else has changed them since; else the whole row is
    refused, and listed with both values. A row without a mark is a new entry. A cell that was emptied takes nothing
    back. The same workbook again changes nothing.

    Raises
    ------
    SchemaError
        A file cannot be used at all; nothing is written.
    """
    tables = [table for path in paths for table in _tables(path)]
    with engine.begin() as conn:
        take_turn(conn)
        sent_at = cache(lambda then: ledger_at(conn, then))
        matched, blanks = [], []
        for table in tables:
            lines, blank = _match(table, sent_at)
            matched.append(lines)
            blanks.append(blank)
        judged = _judge(ledger_at(conn, known_at), [line for lines in matched for line in lines])
        backs = []
        for table, blank in zip(tables, blanks, strict=True):
            own = [line for line in judged if line.table is table]
            intake = _intake(table, own)
            intake = mask_persons(intake) if masks_persons else intake
            backs.append(_keep(conn, intake, own, blank=blank, known_at=known_at))
        return backs


def _tables(path: Path) -> list[Returned]:
    """Read the sheets of a workbook that are registers with marks.

    Raises
    ------
    SchemaError
        There is none.
    """
    marks = {sentences(language)["book.word_mark"]: MARK for language in ("zh", "en")}
    fields = {header_of(field): field.name for one in REGISTERS.values() for field in one.fields.values()}
    found = [table for table in read_returned(path, headers=fields | marks, key=MARK) if _register(table) is not None]
    if not found:
        raise SchemaError("book.no_register", file=str(path))
    return found


def _register(table: Returned) -> Register | None:
    known = {one.zh: one for name, one in REGISTERS.items() if name not in MADE_BY_A_MACHINE}
    return known.get(str(table.layer))


def _match(table: Returned, sent_at: Callable[[datetime], Ledger]) -> tuple[list[Line], int]:
    """Return the rows that say something of an entry, and how many say nothing; others are refused in the journal."""
    register = _register(table)
    assert register is not None
    fields = [field for name, field in register.fields.items() if name in table.headers]
    lines, blank = [], 0
    for row in table.rows:
        mark = str(row.cells.get(MARK, ""))
        if not any(name in row.cells for name in register.fields if mark or name not in register.key):
            blank += 1
            continue
        try:
            sent = _sent(mark, register, sent_at) if mark else {}
            line = Line(table, register, row, sent, read_answers(table, row, fields))
            _check_entry(line)
            lines.append(line)
            _note_emptied(line)
        except SchemaError as error:
            table.journal.refuse(error.code, row=row.row, identifier=mark or None, raw=row.raw, **error.params)
    return lines, blank


def _sent(mark: str, register: Register, sent_at: Callable[[datetime], Ledger]) -> Record:
    """Return the entry of a mark as it was sent.

    Raises
    ------
    SchemaError
        The store has never said that of an entry.
    """
    try:
        then = datetime.fromisoformat(mark.partition(" ")[0])
    except ValueError as error:
        raise SchemaError("book.mark_unknown", mark=mark) from error
    if then.tzinfo is None:
        raise SchemaError("book.mark_unknown", mark=mark)
    for row in sent_at(then).registers[register.name].to_dict("records"):
        if row_mark(register, row, then) == mark:
            return {str(name): value for name, value in row.items()}
    raise SchemaError("book.mark_unknown", mark=mark)


def _check_entry(line: Line) -> None:
    """Refuse a row that names another entry than was sent, or none."""
    said = canonical(line.record, line.register.fields)
    for name in line.register.needs:
        if name not in said:
            raise SchemaError("ingest.no_identifier_value", column=header_of(line.register.fields[name]))
    if line.sent and entry_of(line.register, line.sent) != entry_of(line.register, line.record):
        raise SchemaError("book.entry_changed", entry=line.shown)


def _note_emptied(line: Line) -> None:
    """Say which cells were emptied: nothing becomes of that."""
    fields = line.register.fields
    for name, value in canonical(line.sent, fields).items():
        if name in line.table.headers and name not in line.row.cells:
            header = line.table.headers[name]
            line.table.journal.note("book.emptied", row=line.row.row, identifier=line.shown, column=header, value=value)


def _judge(now: Ledger, lines: Sequence[Line]) -> list[Line]:
    """Return the rows with what becomes of each, beside the store and one another; conflicts are refused."""
    known: dict[tuple[str, str], str] = {}
    sent: dict[tuple[str, str], str] = {}
    places: dict[str, str] = {}
    for name in {line.register.name for line in lines}:
        register = REGISTERS[name]
        for row in now.registers[name].to_dict("records"):
            record = {str(field): value for field, value in row.items()}
            entry = entry_of(register, record)
            places[entry] = f"{row['source']}:{row['row']}"
            known |= {(entry, field): value for field, value in canonical(record, register.fields).items()}
    for line in lines:
        sent |= {(line.entry, field): value for field, value in canonical(line.sent, line.register.fields).items()}
    rows = [Said(line.place, line.entry, canonical(line.record, line.register.fields)) for line in lines]
    verdicts = merge(rows, sent=sent, known=known, places=places)
    judged = [replace(line, verdict=verdict) for line, verdict in zip(lines, verdicts, strict=True)]
    for line in judged:
        _refuse_conflict(line)
    return judged


def _refuse_conflict(line: Line) -> None:
    assert line.verdict is not None
    if not line.verdict.conflicts:
        return
    cells = conflict_cells(line.table, line.verdict, line.register.fields)
    line.table.journal.refuse(
        "book.conflict", row=line.row.row, identifier=line.shown, raw=line.row.raw, entry=line.shown, cells=cells
    )


def _intake(table: Returned, lines: Sequence[Line]) -> Intake:
    """Return the corrected cells alone, with what names their entries."""
    register = _register(table)
    assert register is not None
    records = {line.row.row: _corrected(line) for line in lines if line.verdict and not line.verdict.conflicts}
    edited = {row: record for row, record in records.items() if record}
    notes, refused = table.journal.frames()
    digest = hash_files([table.file])
    how = {"returned": "workbook"}
    taken = frame_of(edited, register)
    return Intake("ledger", table.file.name, table.layer, digest, taken, notes, refused, register.name, how)


def _corrected(line: Line) -> Record:
    assert line.verdict is not None
    if not line.verdict.edits:
        return {}
    keys = {name: line.record[name] for name in line.register.key if name in line.record}
    names = [part for name in line.verdict.edits for part in (name, f"{name}_is_none")]
    return keys | {name: line.record[name] for name in names if name in line.record}


def _keep(conn: Connection, intake: Intake, lines: Sequence[Line], *, blank: int, known_at: datetime) -> Back:
    verdicts = [line.verdict for line in lines if line.verdict is not None]
    return keep_back(conn, intake, verdicts, blank=blank, known_at=known_at)
