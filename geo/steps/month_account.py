"""The account of a month, from its last scan and that of the month before, for the workbook and as a page."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pandas as pd
from sqlalchemy import Connection, Engine

from geo.documents.workbook import Column, Page, Value
from geo.errors import StoreError
from geo.escape import escape_text, visible
from geo.facts import fold_registers
from geo.indicators.account import MEASURES, STEPS, account, starts_by_quarter
from geo.locale import Language, say
from geo.registers import FLAT, REGISTERS
from geo.steps.cases import case_frame, case_standings, read_case_kinds
from geo.steps.export import replacing
from geo.steps.summary import label_outcomes
from geo.store import Scan, complete_through, read_findings, read_parcels, read_registers, read_scan, read_snapshot

BY = ("label", "town", "cause")
UNKNOWN = ""
STYLE = (
    "body{font:14px/1.6 sans-serif;max-width:80em;margin:2em auto;padding:0 1em}table{border-collapse:collapse;"
    "margin:1em 0;font-variant-numeric:tabular-nums}td,th{border:1px solid #999;padding:2px 8px;text-align:left;"
    "vertical-align:top}th{background:#dde6ee}td.n{text-align:right}td{white-space:nowrap}"
    "@media print{@page{size:A4 landscape}}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """What a month's account says.

    Attributes
    ----------
    before
        The scan of the month before; None where there is none.
    table
        As `geo.indicators.account.account` gives it, by label (``case_`` before those of cases), town and cause.
    left_open
        How many cleared clues were not refuted: the law's question is undetermined now.
    starts
        As `geo.indicators.account.starts_by_quarter` gives it.
    """

    scan: Scan
    before: Scan | None
    table: pd.DataFrame
    left_open: int
    starts: pd.DataFrame


def account_month(conn: Connection, scan: Scan) -> Month:
    """Reckon the account of a scan's month against the last scan of the month before."""
    before = _scan_before(conn, scan)
    now = open_things(conn, scan)
    was = None if before is None else open_things(conn, before)
    outcomes = label_outcomes(read_findings(conn, scan.scan_id))
    undetermined = pd.MultiIndex.from_frame(outcomes.loc[outcomes["outcome"] == "undetermined", ["label", "parcel_id"]])
    left = 0 if was is None else int(pd.MultiIndex.from_frame(was[["label", "parcel_id"]]).isin(undetermined).sum())
    facts, _ = read_snapshot(conn, scan.scan_id)
    return Month(
        scan=scan,
        before=before,
        table=account(was, now, by=BY),
        left_open=left,
        starts=starts_by_quarter(facts, as_of=scan.as_of),
    )


def _scan_before(conn: Connection, scan: Scan) -> Scan | None:
    last = scan.as_of.replace(day=1) - timedelta(days=1)
    try:
        return read_scan(conn, f"{last:%Y-%m}")
    except StoreError:
        return None


def open_things(conn: Connection, scan: Scan) -> pd.DataFrame:
    """Return the clues that a scan calls met, and the cases that stood open then: one row a parcel and label.

    Returns
    -------
    DataFrame
        ``label``, ``parcel_id``, ``town``, ``cause``, ``area_m2`` and ``price_yuan``.
    """
    outcomes = label_outcomes(read_findings(conn, scan.scan_id))
    clues = outcomes.loc[outcomes["outcome"] == "met", ["label", "parcel_id"]]
    registers = read_registers(conn, as_of=scan.as_of, known_at=scan.known_at)
    kinds = read_case_kinds()
    cases = case_frame(case_standings(registers, as_of=scan.as_of))
    is_open = [not kinds[row["case"]].states[row["state"]].is_end for row in cases.to_dict("records")]
    stood = cases.loc[is_open, ["case", "parcel_id"]].rename(columns={"case": "label"})
    stood["label"] = "case_" + stood["label"].astype(str)
    both = pd.concat([clues, stood], ignore_index=True).drop_duplicates()
    complete = complete_through(conn, known_at=scan.known_at)
    ledger, _ = fold_registers(registers, complete_through=complete, as_of=scan.as_of)
    facts, _ = read_snapshot(conn, scan.scan_id)
    parcels = read_parcels(conn, as_of=scan.as_of, known_at=scan.known_at).set_index("parcel_id")
    at = both["parcel_id"]
    return both.assign(
        town=at.map(parcels["town"].astype(object)).fillna(UNKNOWN),
        cause=at.map(facts["cause"].astype(object)).fillna(UNKNOWN),
        area_m2=at.map(parcels["area_m2"]).astype(float),
        price_yuan=at.map(ledger.set_index("parcel_id")["price_yuan"]).astype(float),
    )


def month_pages(month: Month, language: Language) -> list[Page]:
    """Return the pages of an account: what it says in short, its table, and the starts by quarter."""
    lines = [(line,) for line in said_of(month, language)]
    short = Page(
        title=say("book.page_summary", language),
        columns=(Column(header=title_of(month, language), width=120),),
        rows=lines,
        frozen=0,
        has_filter=False,
    )
    return [short, _account_page(month, language), _starts_page(month, language)]


def title_of(month: Month, language: Language) -> str:
    """Return the heading of an account."""
    scan = month.scan
    return say("book.account_title", language, month=scan.month, revision=scan.revision, as_of=scan.as_of)


def said_of(month: Month, language: Language) -> list[str]:
    """Say the sums of every label, and what the reader must know of them."""
    totals = month.table.groupby("label", sort=True).sum(numeric_only=True, min_count=1)
    lines = [say("book.none_open", language)] if totals.empty else []
    for label, row in totals.iterrows():
        code = "book.sum_closing" if month.before is None else "book.sum"
        figures = {
            step: say(
                "book.figures",
                language,
                parcels=f"{row[f'{step}_parcels']:.0f}",
                mu=f"{row[f'{step}_mu']:,.2f}",
                wan_yuan=f"{row[f'{step}_wan_yuan']:,.2f}",
            )
            for step in STEPS
        }
        lines.append(say(code, language, label=_label(str(label), language), **figures))
    if month.before is None:
        lines.append(say("book.no_month_before", language))
    else:
        lines.append(say("book.month_before", language, month=month.before.month, revision=month.before.revision))
        lines.append(say("book.left_open", language, count=month.left_open))
    unpriced = int(month.table["unpriced"].sum())
    return [
        *lines,
        say("book.unpriced", language, count=unpriced),
        say("book.account_method", language),
        say("scan.clue", language),
    ]


def _label(label: str, language: Language) -> str:
    if label.startswith("case_"):
        return say("book.case", language, title=read_case_kinds()[label.removeprefix("case_")].title.of(language))
    return say(f"law.label_{label}", language)


def _account_page(month: Month, language: Language) -> Page:
    names = [f"{step}_{measure}" for measure in MEASURES for step in STEPS]
    heads = [say(f"book.word_{name}", language) for name in BY]
    measured = [
        say("book.head", language, step=say(f"book.word_{step}", language), unit=say(f"book.unit_{measure}", language))
        for measure in MEASURES
        for step in STEPS
    ]
    causes = REGISTERS[FLAT].fields["cause"].words
    rows: list[list[Value]] = []
    for row in month.table.to_dict("records"):
        cause = str(row["cause"])
        said = causes[cause][0] if language == "zh" and cause in causes else cause
        town = str(row["town"]) or say("book.unknown", language)
        figures = [None if pd.isna(row[name]) else round(float(row[name]), 2) for name in names]
        rows.append([_label(str(row["label"]), language), town, said or say("book.unknown", language), *figures])
    columns = [Column(header=head, width=18) for head in heads]
    kinds = ["count" if measure == "parcels" else "measure" for measure in MEASURES for _ in STEPS]
    columns += [Column(header=head, kind=kind, width=12) for head, kind in zip(measured, kinds, strict=True)]
    return Page(title=say("book.page_account", language), columns=columns, rows=rows, frozen=len(BY))


def _starts_page(month: Month, language: Language) -> Page:
    rows: list[list[Value]] = []
    for row in month.starts.to_dict("records"):
        shares = ["–" if pd.isna(row[name]) else f"{row[name]:.0%}" for name in ("rate", "rate_low", "rate_high")]
        counts = [float(row[name]) for name in ("due", "on_time", "late", "unknown")]
        rows.append([str(row["quarter"]), *counts, shares[0], f"{shares[1]} – {shares[2]}"])
    names = ("quarter", "due", "on_time", "late", "unknown", "rate", "rate_bounds")
    columns = [
        Column(header=say(f"book.word_{name}", language), kind="count" if 0 < at < len(names) - 2 else "text", width=18)
        for at, name in enumerate(names)
    ]
    return Page(title=say("book.page_starts", language), columns=columns, rows=rows)


def write_month_page(engine: Engine, month: str, out: Path, language: Language, *, revision: int | None = None) -> Path:
    """Write the account of a month as one HTML page that asks for nothing from elsewhere."""
    with engine.connect() as conn:
        reckoned = account_month(conn, read_scan(conn, month, revision=revision))
    with replacing(out) as fresh:
        fresh.write_text(month_html(reckoned, language), "utf-8")
    return out


def month_html(month: Month, language: Language) -> str:
    """Return the account as a page."""
    short, *tables = month_pages(month, language)
    title = _html(title_of(month, language))
    said = "".join(f"<p>{_html(str(line[0]))}</p>\n" for line in short.rows)
    parts = "\n".join(f"<h2>{_html(page.title)}</h2>\n{_table(page)}" for page in tables)
    head = f'<meta charset="utf-8"><title>{title}</title><style>{STYLE}</style>'
    body = f"<h1>{title}</h1>\n{said}{parts}"
    return f'<!DOCTYPE html>\n<html lang="{language}"><head>{head}</head>\n<body>{body}</body></html>\n'


def _table(page: Page) -> str:
    heads = "".join(f"<th>{_html(column.header)}</th>" for column in page.columns)
    rows = "".join(f"<tr>{''.join(_cell(value) for value in row)}</tr>\n" for row in page.rows)
    return f"<table><tr>{heads}</tr>\n{rows}</table>"


def _cell(value: Value) -> str:
    if isinstance(value, float):
        return f'<td class="n">{value:,.2f}</td>'.replace(".00<", "<")
    return f"<td>{'' if value is None else _html(str(value))}</td>"


def _html(text: str) -> str:
    return escape_text(visible(text))
