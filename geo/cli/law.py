"""Commands of a lawyer: assess, explain, compare packs, and look after the rule files."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geo.cli.options import PARTLY_REFUSED, Context, Day, app, day_of, errors
from geo.errors import SchemaError
from geo.locale import say

if TYPE_CHECKING:
    from geo.steps.assess import Assessment

Packs = Annotated[
    list[str] | None, typer.Option("--pack", help="Only this text (id or jurisdiction); may be repeated. 规则包。")
]
Table = Annotated[Path, typer.Option(help="CSV or Parquet by suffix. 结果文件。")]
MaybeDay = Annotated[
    datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="Day, as 2026-10-31; today if left out. 日期。")
]

rules = typer.Typer(no_args_is_help=True, help="规则 The rule files: list them, check them, write them for lawyers.")
app.add_typer(rules, name="rules")


@app.command()
def assess(
    ctx: typer.Context,
    as_of: Day,
    out: Annotated[Path | None, typer.Option(help="Findings: CSV, Parquet or GeoPackage. 结果文件。")] = None,
    facts: Annotated[Path | None, typer.Option(help="Facts instead of a store: CSV or JSON. 事实表。")] = None,
    pack: Packs = None,
) -> None:
    """比对规定 Assess every parcel of the store, or of a table of facts, on a day, without keeping the result."""
    from geo.steps.assess import findings_table
    from geo.steps.export import check_suffix, write_table
    from geo.steps.summary import summarise_findings

    context: Context = ctx.obj
    if facts is not None:
        _assess_table(context, facts, out, as_of.date(), pack or [])
        return
    if out:
        check_suffix(out)
    found = _assessment(context, as_of, pack)
    if out:
        write_table(findings_table(found), out)
    typer.echo(summarise_findings(found, context.lang))


def _assess_table(context: Context, facts: Path, out: Path | None, as_of: date, asked: list[str]) -> None:
    from geo.steps.fact_table import assess_table, check_findings_suffix, describe_refused, read_facts
    from geo.steps.rules import packs_asked

    if out is None:
        raise typer.BadParameter(say("scan.needs_out", context.lang))
    check_findings_suffix(out)
    pack, wanted = packs_asked(context.settings, as_of=as_of, asked=asked)
    table = read_facts(facts)
    counts = assess_table(pack.instruments, table.facts, out, as_of=as_of, adoptions=pack.adoptions, asked=wanted)
    counted = {name: counts.get(name, 0) for name in ("met", "undetermined", "not_met")}
    typer.echo(say("scan.assessed_table", context.lang, parcels=len(table.facts), **counted))
    for row, column, value, code in describe_refused(table.refused):
        said = say(f"scan.fact_{code}", context.lang, row=row, column=column, value=value)
        errors.print(said, markup=False, highlight=False, soft_wrap=True)
    typer.echo(say("scan.clue", context.lang))
    if not table.refused.empty:
        raise typer.Exit(PARTLY_REFUSED)


@app.command("explain")
def explain_command(
    ctx: typer.Context,
    parcel: Annotated[str, typer.Argument(help="Parcel. 宗地编号。")],
    as_of: Day,
    pack: Packs = None,
    known_on: Annotated[
        datetime | None,
        typer.Option("--known-on", formats=["%Y-%m-%d"], help="The file as it stood that evening. 以某日所知为准。"),
    ] = None,
    is_json: Annotated[bool, typer.Option("--json", help="As JSON. 输出 JSON。")] = False,
) -> None:
    """逐条依据 Print the proof of everything that is said of a parcel, and what may follow."""
    from geo.steps.explain import explain, explain_json

    context: Context = ctx.obj
    write = explain_json if is_json else explain
    typer.echo(write(_assessment(context, as_of, pack, known_on), parcel, language=context.lang))


@app.command()
def clocks(
    ctx: typer.Context,
    as_of: MaybeDay = None,
    within: Annotated[int | None, typer.Option(min=0, help="Only what is due within so many days. 几日之内。")] = None,
    parcel: Annotated[str | None, typer.Option(help="Only this parcel. 宗地编号。")] = None,
    out: Annotated[Path | None, typer.Option(help="CSV, Parquet, JSON or iCalendar (.ics). 结果文件。")] = None,
    pack: Packs = None,
) -> None:
    """期限 List every deadline and warning: when it is due, how it stands, who has to act."""
    from geo.steps.clocks import (
        check_clocks_suffix,
        choose_clocks,
        clocks_of,
        describe_clocks,
        describe_lacking,
        write_clocks,
    )

    context: Context = ctx.obj
    if out:
        check_clocks_suffix(out)
    day = as_of or datetime.now(UTC)
    found = clocks_of(_assessment(context, day, pack))
    chosen = choose_clocks(found, as_of=day.date(), within=within, parcel_id=parcel)
    if out:
        write_clocks(chosen, found, out, as_of=day.date(), language=context.lang)
    for line in [*describe_clocks(chosen, found, context.lang), *describe_lacking(found, context.lang)]:
        typer.echo(line)


@app.command("compare-packs")
def compare_packs_command(
    ctx: typer.Context,
    a: Annotated[str, typer.Argument(help="Text (id) or jurisdiction. 规则包。")],
    b: Annotated[str, typer.Argument(help="Text (id) or jurisdiction. 规则包。")],
    as_of: Day,
    out: Annotated[Path, typer.Option(help="Parcels that flip: CSV, Parquet or GeoPackage. 结果文件。")],
    is_json: Annotated[bool, typer.Option("--json", help="As JSON. 输出 JSON。")] = False,
) -> None:
    """政策比较 Say which parcels, how much land and money fare otherwise under B than under A."""
    from geo.steps.compare import compare_packs, comparison_json, describe_comparison
    from geo.steps.export import check_suffix, to_json, write_table

    context: Context = ctx.obj
    check_suffix(out)
    engine = context.store()
    found = compare_packs(engine, context.settings, a, b, as_of=as_of.date(), known_at=datetime.now(UTC))
    write_table(found.flips, out)
    if is_json:
        typer.echo(to_json(comparison_json(found, as_of=as_of.date())))
        return
    for line in describe_comparison(found, a, b, context.lang):
        typer.echo(line)


@rules.command("list")
def list_command(ctx: typer.Context, as_of: MaybeDay = None) -> None:
    """列出 List every text: how it stands on the day, and how many rules it has."""
    from geo.steps.rules import adoptions_of, read_texts, rules_table

    context: Context = ctx.obj
    day = day_of(as_of) or datetime.now(UTC).date()
    for row in rules_table(read_texts(), adoptions_of(context.settings), as_of=day):
        standing = say(f"law.standing_{row.standing}", context.lang)
        shown = {**row._asdict(), "standing": standing, "title": row.title.of(context.lang)}
        typer.echo(say("scan.rules_row", context.lang, **shown))


@rules.command("check")
def check_command(
    ctx: typer.Context,
    paths: Annotated[list[Path] | None, typer.Argument(help="Rule files to check beside ours. 规则文件。")] = None,
    as_of: MaybeDay = None,
) -> None:
    """检查 Check every rule file, and yours beside them: nothing unknown, nothing missing, no two that contradict."""
    from geo.steps.rules import check_rules

    context: Context = ctx.obj
    day = day_of(as_of) or datetime.now(UTC).date()
    texts = check_rules(paths or [], as_of=day)
    count = sum(len(text.rules) for text in texts)
    typer.echo(say("scan.rules_right", context.lang, texts=len(texts), rules=count))


@rules.command("doc")
def doc_command(
    ctx: typer.Context,
    out: Annotated[Path, typer.Option(help="Page to write. 输出文件。")] = Path("docs/rules.md"),
    is_check: Annotated[bool, typer.Option("--check", help="Only say whether it is current. 只核对是否最新。")] = False,
) -> None:
    """成文 Write all rules as one page for lawyers."""
    from geo.steps.rules import check_rules
    from geo.steps.rules_page import rules_page

    context: Context = ctx.obj
    page = rules_page(check_rules([], as_of=datetime.now(UTC).date()))
    if not is_check:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(page, "utf-8", newline="\n")
    elif not out.is_file() or out.read_text("utf-8") != page:
        raise SchemaError("scan.rules_page_stale", file=str(out))
    typer.echo(say("scan.rules_page", context.lang, path=out))


def _assessment(
    context: Context, as_of: datetime, pack: list[str] | None, known_on: datetime | None = None
) -> "Assessment":
    from geo.steps.assess import assess_day, end_of

    known_at = datetime.now(UTC) if known_on is None else end_of(known_on.date())
    engine = context.store()
    return assess_day(engine, context.settings, as_of=as_of.date(), known_at=known_at, asked=pack or ())
