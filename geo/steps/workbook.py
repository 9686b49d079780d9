"""The workbook of a month: every register to be corrected, and what the month's last scan says, to be read."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Engine

from geo.documents.workbook import Column, Page, Value, display_width, write_book
from geo.errors import SchemaError
from geo.ingest.template import header_of, shown_value
from geo.locale import Language, say, sentences
from geo.registers import REGISTERS, Field, Register
from geo.settings import Settings
from geo.steps.assess import gather, judge
from geo.steps.case_words import state_name
from geo.steps.cases import case_frame, case_standings, read_case_kinds
from geo.steps.clocks import clocks_of
from geo.steps.export import replacing
from geo.steps.merging import canonical
from geo.steps.month_account import account_month, month_pages
from geo.steps.rules import read_pack
from geo.store import Scan, read_findings, read_intakes, read_parcels, read_registers, read_scan

MADE_BY_A_MACHINE = ("photo",)
"""Registers that nobody corrects by hand: they say what a file is."""
SUFFIX = ".xlsx"
NARROWEST, WIDEST = 12, 34
DAYS = ("due_low", "due_high", "since")
OUTCOME_COLOURS = {"met": "bad", "undetermined": "open", "not_met": "good"}
CLOCK_COLOURS = {"overdue": "bad", "warning": "open", "met": "good", "suspended": "still"}

Row = Mapping[Any, object]


@dataclass(frozen=True, slots=True, eq=False)
class Ledger:
    """The registers as they were known at a time."""

    known_at: datetime
    registers: Mapping[str, pd.DataFrame]


def ledger_at(conn: Connection, known_at: datetime) -> Ledger:
    """Read the registers as they were known at a time."""
    return Ledger(known_at, read_registers(conn, known_at=known_at))


def row_mark(register: Register, row: Row, known_at: datetime) -> str:
    """Return the mark of an entry in a workbook: when it was known, and a hash of what it said."""
    said = json.dumps([register.name, canonical(row, register.fields)], ensure_ascii=False, sort_keys=True)
    return f"{known_at.isoformat()} {hashlib.sha256(said.encode()).hexdigest()[:16]}"


def write_workbook(engine: Engine, settings: Settings, month: str, out: Path, *, revision: int | None = None) -> Path:
    """Write the workbook of a month.

    The registers are those known since the last file was taken in, so a correction can be made on what is known now;
    findings, clocks, cases and the account are those of the scan. The same store makes the same bytes.

    Parameters
    ----------
    revision
        Which run of the month; the last one that is done where it is left out.

    Raises
    ------
    SchemaError
        The name ends otherwise than in ``.xlsx``.
    StoreError
        The month has no such scan.
    """
    if out.suffix.lower() != SUFFIX:
        raise SchemaError("scan.unknown_suffix", file=str(out), known=SUFFIX)
    language = settings.lang
    with engine.connect() as conn:
        scan = read_scan(conn, month, revision=revision)
        ledger = ledger_at(conn, read_intakes(conn)["known_at"].max())
        pages = [
            how_to_use(scan, ledger, language),
            *register_pages(ledger, _parcels(conn, scan), language),
            findings_page(read_findings(conn, scan.scan_id), language),
            clocks_page(conn, settings, scan),
            cases_page(conn, scan, language),
            *month_pages(account_month(conn, scan), language),
        ]
    title = say("book.title", language, month=scan.month, revision=scan.revision, as_of=scan.as_of)
    content = write_book(pages, title=title, made_on=scan.as_of)
    with replacing(out) as fresh:
        fresh.write_bytes(content)
    return out


def _parcels(conn: Connection, scan: Scan) -> list[str]:
    return [str(one) for one in read_parcels(conn, as_of=scan.as_of, known_at=scan.known_at)["parcel_id"]]


def how_to_use(scan: Scan, ledger: Ledger, language: Language) -> Page:
    """Return the sheet that explains the others."""
    names = {"month": scan.month, "revision": scan.revision, "as_of": scan.as_of, "known_at": ledger.known_at}
    codes = sorted(code for code in sentences(language) if code.startswith("book.use_"))
    lines = [(say(code, language, **names),) for code in codes]
    return Page(
        title=say("book.page_use", language),
        columns=(Column(header=say("book.use", language), width=110),),
        rows=lines,
        frozen=0,
        has_filter=False,
    )


def register_pages(ledger: Ledger, parcels: Iterable[str], language: Language) -> list[Page]:
    """Return a sheet for every register that has entries, and always the ledger, with a row for every parcel."""
    mark = Column(header=say("book.word_mark", language), width=54, hint=say("book.mark_hint", language))
    pages = []
    for name, register in REGISTERS.items():
        rows = ledger.registers[name].to_dict("records")
        if name in MADE_BY_A_MACHINE or not (rows or register.is_flat):
            continue
        lines = [[*_cells(register, row), row_mark(register, row, ledger.known_at)] for row in rows]
        if register.is_flat:
            known = {str(row["parcel_id"]) for row in rows}
            lines += [[*_cells(register, {"parcel_id": one}), None] for one in parcels if one not in known]
        columns = [
            *(_column(field, register, [line[at] for line in lines], language) for at, field in _numbered(register)),
            mark,
        ]
        pages.append(Page(title=register.zh, columns=columns, rows=lines))
    return pages


def _cells(register: Register, row: Row) -> list[Value]:
    return [shown_value(field, row) for field in register.fields.values()]


def _numbered(register: Register) -> Iterable[tuple[int, Field]]:
    return enumerate(register.fields.values())


def _column(field: Field, register: Register, values: Sequence[Value], language: Language) -> Column:
    header = header_of(field)
    longest = max((display_width(text) for text in (header, *values) if isinstance(text, str)), default=0)
    needed = say("book.needed", language) if field.name in register.needs else ""
    kind = say(f"book.hint_{field.kind}", language)
    return Column(
        header=header,
        kind=field.kind,
        width=min(WIDEST, max(NARROWEST, longest + 3)),
        words=tuple(said[0] for said in field.words.values()),
        hint="\n".join(part for part in (f"{field.name}: {field.en}", needed, kind) if part),
        is_open=True,
    )


def findings_page(findings: pd.DataFrame, language: Language) -> Page:
    """Return what the rules found, the weightiest outcome first; what does not apply is left out."""
    words = sentences(language)
    order = {name: at for at, name in enumerate(OUTCOME_COLOURS)}
    shown = findings.assign(order=findings["outcome"].map(order))
    shown = shown[shown["outcome"].isin(["met", "undetermined"])].sort_values(["order", "parcel_id"], kind="stable")
    rows = [
        [
            row["parcel_id"],
            words[f"law.label_{row['label']}"],
            words[f"outcome.{row['outcome']}"],
            f"{row['instrument_id']} {row['article']}",
            words[f"law.modality_{row['modality']}"],
            words[f"law.standing_{row['standing']}"],
            _facts(str(row["missing"]), language),
        ]
        for row in shown.to_dict("records")
    ]
    widths = {"parcel": 18, "label": 24, "outcome": 10, "article": 30, "modality": 10, "standing": 22, "missing": 50}
    colours = {words[f"outcome.{name}"]: colour for name, colour in OUTCOME_COLOURS.items()}
    return _read_page("findings", widths, rows, colours, language)


def clocks_page(conn: Connection, settings: Settings, scan: Scan) -> Page:
    """Return the clocks of the scan's day that are not done."""
    language = settings.lang
    words = sentences(language)
    clocks = clocks_of(
        judge(gather(conn, as_of=scan.as_of, known_at=scan.known_at), read_pack(settings, as_of=scan.as_of))
    )
    open_rows = clocks.rows[clocks.rows["state"].isin(["overdue", "warning", "running", "unknown"])]
    shown = open_rows.sort_values(["due_on_low", "parcel_id"], kind="stable", na_position="last")
    rows = [
        [
            row["parcel_id"] or words["clock.office"],
            row[f"label_{language}"],
            _day(row["due_on_low"]),
            _day(row["due_on_high"]),
            words[f"clock.state_{row['state']}"],
            words[f"clock.role_{row['acts']}"],
            f"{row['instrument_id']} {row['article']}",
            _facts(str(row["missing"]), language),
        ]
        for row in shown.to_dict("records")
    ]
    widths = {
        "parcel": 18,
        "clock": 40,
        "due_low": 12,
        "due_high": 12,
        "state": 10,
        "acts": 22,
        "article": 28,
        "missing": 40,
    }
    colours = {words[f"clock.state_{name}"]: colour for name, colour in CLOCK_COLOURS.items()}
    return _read_page("clocks", widths, rows, colours, language)


def cases_page(conn: Connection, scan: Scan, language: Language) -> Page:
    """Return how the cases stood on the day of the scan."""
    registers = read_registers(conn, as_of=scan.as_of, known_at=scan.known_at)
    kinds = read_case_kinds()
    yes, no = (say(f"book.{word}", language) for word in ("flawed", "sound"))

    def states(kind: str, named: object) -> str:
        return say("law.listed", language).join(state_name(kinds[kind], one, language) for one in str(named).split())

    rows: list[list[Value]] = [
        [
            row["parcel_id"],
            kinds[row["case"]].title.of(language),
            row["number"],
            states(row["case"], row["state"]),
            row["since_on"],
            states(row["case"], row["next_moves"]),
            states(row["case"], row["blocked"]),
            row["due_on"],
            yes if row["is_flawed"] else no,
        ]
        for row in case_frame(case_standings(registers, as_of=scan.as_of)).to_dict("records")
    ]
    widths = {
        "parcel": 18,
        "case": 14,
        "number": 8,
        "stage": 16,
        "since": 12,
        "next": 26,
        "blocked": 26,
        "due_low": 12,
        "flawed": 12,
    }
    return _read_page("cases", widths, rows, {yes: "bad"}, language)


def _read_page(
    name: str,
    widths: Mapping[str, int],
    rows: Sequence[Sequence[Value]],
    colours: Mapping[str, str],
    language: Language,
) -> Page:
    columns = [
        Column(header=say(f"book.word_{code}", language), kind="date" if code in DAYS else "text", width=width)
        for code, width in widths.items()
    ]
    return Page(title=say(f"book.page_{name}", language), columns=columns, rows=rows, colours=colours)


def _facts(missing: str, language: Language) -> str:
    names = sentences(language)
    return say("law.listed", language).join(names[f"fact.{name}"] for name in missing.split())


def _day(value: pd.Timestamp) -> date | None:
    return None if pd.isna(value) else value.date()
