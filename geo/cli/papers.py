"""Commands of papers: write one, list the kinds, write the templates for a bureau to edit."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from geo.cli.options import Context, Day, app
from geo.locale import say

FOLDER = "papers"


class PaperGroup(TyperGroup):
    """A group in which a word that is no command is the kind of paper to write."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401  # typer keeps its own copy of click
        """Put the command that is left out."""
        if args and not args[0].startswith("-") and args[0] not in self.commands:
            args.insert(0, "write")
        return super().parse_args(ctx, args)


paper = typer.Typer(cls=PaperGroup, no_args_is_help=True, help="文书 Papers: paper KIND PARCEL --as-of DAY writes one.")
app.add_typer(paper, name="paper")


@paper.command("write", hidden=True)
def write_command(
    ctx: typer.Context,
    kind: Annotated[str, typer.Argument(help="Kind of paper, or its title. 文书。")],
    parcel: Annotated[str, typer.Argument(help="Parcel. 宗地编号。")],
    as_of: Day,
    out: Annotated[Path | None, typer.Option("--out", help="Folder. 输出文件夹。")] = None,
    override: Annotated[
        str,
        typer.Option("--override", help="Why it is printed although it may not be; printed on it. 特别印制的理由。"),
    ] = "",
    case: Annotated[str, typer.Option("--case", help="Case that it is for, as idle. 案件类型。")] = "",
    to: Annotated[str, typer.Option("--to", help="Step of the case, as identified. 案件步骤。")] = "",
) -> None:
    """出具 Write a notice or paper about a parcel as a Word file; the word write can be left out."""
    from geo.steps.papers import Wanted, write_paper

    context: Context = ctx.obj
    wanted = Wanted(kind=kind, parcel=parcel, as_of=as_of.date(), case=case, state=to, override=override)
    folder = out or Path(context.settings.out) / FOLDER
    engine = context.store()
    found = write_paper(engine, context.settings, wanted, folder, known_at=datetime.now(UTC))
    typer.echo(say("paper.written", context.lang, path=found.path))
    if found.missing:
        typer.echo(say("paper.blanks", context.lang, names=say("law.listed", context.lang).join(found.missing)))
    if found.spite:
        typer.echo(say("paper.in_spite", context.lang))
        for number, why in enumerate(found.spite, 1):
            typer.echo(f"  {number}. {why}")


@paper.command("list")
def list_command(ctx: typer.Context) -> None:
    """列出 List the kinds of paper: who signs each, and which step of a case it belongs to."""
    from geo.steps.papers import list_papers

    context: Context = ctx.obj
    for line in list_papers(context.lang):
        typer.echo(line)


@paper.command("templates")
def templates_command(
    ctx: typer.Context, out: Annotated[Path, typer.Option("--out", help="Folder. 输出文件夹。")]
) -> None:
    """模板 Write the template of every kind of paper as a Word file, to be edited."""
    from geo.steps.papers import write_templates

    context: Context = ctx.obj
    written = write_templates(out)
    typer.echo(say("paper.templates_written", context.lang, count=len(written), folder=out))
