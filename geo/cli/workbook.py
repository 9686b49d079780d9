"""Commands of the workbook of a month: write it, and take what officers corrected in it back."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from geo.cli.options import PARTLY_REFUSED, Context, app
from geo.locale import say


@app.command("workbook")
def workbook_command(
    ctx: typer.Context,
    month: Annotated[str, typer.Argument(help="Month, as 2026-10. 月份。")],
    out: Annotated[Path, typer.Option(help="Workbook to write (.xlsx). 输出的工作簿。")] = Path("ledger.xlsx"),
    page: Annotated[Path | None, typer.Option(help="The month's report as HTML too. 月报网页。")] = None,
    revision: Annotated[int | None, typer.Option(help="Which run of the month. 第几次。")] = None,
) -> None:
    """台账工作簿 Write registers to be corrected, findings, clocks, cases and the month's report into one workbook."""
    from geo.steps.month_account import write_month_page
    from geo.steps.workbook import write_workbook

    context: Context = ctx.obj
    engine = context.store()
    typer.echo(
        say("book.written", context.lang, path=write_workbook(engine, context.settings, month, out, revision=revision))
    )
    if page is not None:
        written = write_month_page(engine, month, page, context.lang, revision=revision)
        typer.echo(say("book.written", context.lang, path=written))


@app.command("workbook-return")
def workbook_return_command(
    ctx: typer.Context,
    paths: Annotated[list[Path], typer.Argument(help="Workbooks that were corrected (.xlsx). 改好的工作簿。")],
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON. 以 JSON 输出。")] = False,
) -> None:
    """台账回收 Take corrections back into the registers; exit code 4 where a row is refused."""
    from geo.steps.export import to_json
    from geo.steps.patrol_return import FieldReturn, describe_return, return_content
    from geo.steps.workbook_return import return_workbooks

    context: Context = ctx.obj
    backs = return_workbooks(
        context.store(),
        paths,
        known_at=datetime.now(UTC),
        masks_persons=context.settings.mask_persons,
    )
    result = FieldReturn(tuple(backs), (), None)
    lines = [to_json(return_content(result, context.lang))] if as_json else describe_return(result, context.lang)
    typer.echo("\n".join(lines))
    if result.has_refusals:
        raise typer.Exit(PARTLY_REFUSED)
