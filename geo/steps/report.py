"""What an intake gave, on paper: counts, refused rows and notes as HTML, Excel or JSON."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

import pandas as pd

from geo.errors import SchemaError
from geo.ingest.report import Intake, count_rows
from geo.locale import Language, say, say_refusal
from geo.steps.export import disarmed, replacing, write_json
from geo.steps.history import differences_table
from geo.steps.ingest import Taken

REPORT_SCHEMA = 2
STYLE = "body{font-family:sans-serif} table{border-collapse:collapse} td,th{border:1px solid #999; padding:.2em .5em}"
SUFFIXES = (".html", ".xlsx", ".json")
COUNTS = ("read", "taken", "mended", "refused", "values_refused")
SAID = ("kind", "file", "layer", "row", "identifier", "column", "code", "reason", "raw")


def check_report_suffix(path: Path) -> None:
    """Refuse a name whose ending names no form of report, before any work is done."""
    if path.suffix.lower() not in SUFFIXES:
        raise SchemaError("scan.unknown_suffix", file=str(path), known=" ".join(SUFFIXES))


def write_report(taken: Sequence[Taken], path: Path, *, language: Language) -> None:
    """Write what was taken, mended and refused of files, and what differs from before; the suffix names the form.

    Raises
    ------
    SchemaError
        The suffix is none of ``.html``, ``.xlsx``, ``.json``.
    """
    check_report_suffix(path)
    intakes = [one.intake for one in taken]
    files, said = files_table(intakes), said_table(intakes, language)
    differences = differences_table(taken, language)
    match path.suffix.lower():
        case ".json":
            content = {"files": _records(files), "said": _records(said), "differences": _records(differences)}
            write_json({"schema_version": REPORT_SCHEMA, **content}, path)
        case ".xlsx":
            with replacing(path) as fresh, pd.ExcelWriter(fresh, engine="openpyxl") as book:
                disarmed(files).to_excel(book, sheet_name=say("scan.report_files", language), index=False)
                disarmed(said).to_excel(book, sheet_name=say("scan.report_said", language), index=False)
                name = say("scan.report_differences", language)
                disarmed(differences).to_excel(book, sheet_name=name, index=False)
        case _:
            with replacing(path) as fresh:
                fresh.write_text(_page(files, said, differences, language=language), "utf-8")


def files_table(intakes: Sequence[Intake]) -> pd.DataFrame:
    """One row a file: how many rows were read, and what became of them; read = taken + mended + refused."""
    rows = [
        {"kind": one.kind, "file": one.file, "layer": one.layer, "sha256": one.sha256, **count_rows(one)}
        for one in intakes
    ]
    return pd.DataFrame(rows, columns=["kind", "file", "layer", "sha256", *COUNTS])


def said_table(intakes: Sequence[Intake], language: Language) -> pd.DataFrame:
    """One row a thing said of a row: refused ones first, with what stood there, then notes, file by file."""
    parts = [
        said.assign(kind=one.kind, file=one.file, layer=one.layer)
        for one in intakes
        for said in (one.refused, one.notes)
    ]
    together = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
    together = together.reindex(columns=[*(name for name in SAID if name != "reason"), "params"])
    reasons = [say_refusal(code, params, language) for code, params in together[["code", "params"]].to_numpy()]
    return together.assign(reason=reasons)[list(SAID)]


def _records(table: pd.DataFrame) -> list[dict[str, object]]:
    plain = table.astype(object)
    return [
        {str(name): cell for name, cell in row.items()} for row in plain.where(plain.notna(), None).to_dict("records")
    ]


def _page(files: pd.DataFrame, said: pd.DataFrame, differences: pd.DataFrame, *, language: Language) -> str:
    title = escape(say("scan.report_title", language))
    parts = [
        f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>{title}</title>',
        f"<style>{STYLE}</style>",
        f"<h1>{title}</h1>",
        _table(files.drop(columns="sha256"), language),
        f"<h2>{escape(say('scan.report_said', language))}</h2>",
        _table(said.drop(columns="raw"), language),
        f"<h2>{escape(say('scan.report_differences', language))}</h2>",
        _table(differences, language),
        "</html>\n",
    ]
    return "\n".join(parts)


def _table(table: pd.DataFrame, language: Language) -> str:
    names = "".join(f"<th>{escape(say(f'scan.report_{name}', language))}</th>" for name in table.columns)
    rows = [
        "<tr>" + "".join(f"<td>{'' if pd.isna(cell) else escape(str(cell))}</td>" for cell in row) + "</tr>"
        for row in table.itertuples(index=False)
    ]
    return f"<table><tr>{names}</tr>" + "\n".join(rows) + "</table>"
