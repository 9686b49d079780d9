"""Commands of evidence: what is known of a parcel as a file to hand on, and the atlas of a town."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geo.cli.options import Context, Day, Out, app
from geo.locale import say

if TYPE_CHECKING:
    from geo.steps.evidence import Asked

KnownOn = Annotated[
    datetime | None,
    typer.Option("--known-on", formats=["%Y-%m-%d"], help="The file as it stood that evening. 以某日所知为准。"),
]
Fine = Annotated[bool, typer.Option("--fine-chips", help="Images of fine resolution too. 附高分辨率影像。")]
Links = Annotated[bool, typer.Option("--links", help="Links to navigation services too. 附导航链接。")]


@app.command("evidence")
def evidence_command(
    ctx: typer.Context,
    parcels: Annotated[list[str], typer.Argument(help="Parcels. 宗地编号。")],
    as_of: Day,
    out: Out = None,
    known_on: KnownOn = None,
    has_fine: Fine = False,
    has_links: Links = False,
) -> None:
    """举证材料 Write the evidence of parcels: a page, a printed pack, a check sheet, and the hashes of all inputs."""
    from geo.steps.evidence import write_evidence

    context: Context = ctx.obj
    asked = _asked(context, as_of, known_on, has_fine=has_fine, has_links=has_links)
    for path in write_evidence(context.settings, parcels, asked, out or Path("evidence")):
        typer.echo(say("evidence.written", context.lang, path=path))


@app.command("atlas")
def atlas_command(
    ctx: typer.Context,
    town: Annotated[str, typer.Argument(help="Town. 镇街。")],
    as_of: Day,
    out: Annotated[Path, typer.Option(help="PDF to write. 输出文件。")] = Path("atlas.pdf"),
    known_on: KnownOn = None,
    has_fine: Fine = False,
) -> None:
    """图册 Write the atlas of a town: an index, and a check sheet of every parcel."""
    from geo.steps.evidence import write_atlas

    context: Context = ctx.obj
    count = write_atlas(context.settings, town, _asked(context, as_of, known_on, has_fine=has_fine), out)
    typer.echo(say("evidence.atlas_written", context.lang, path=out, count=count))


def _asked(
    context: Context, as_of: datetime, known_on: datetime | None, *, has_fine: bool, has_links: bool = False
) -> "Asked":
    from geo.steps.assess import end_of
    from geo.steps.evidence import Asked

    known_at = datetime.now(UTC) if known_on is None else end_of(known_on.date())
    return Asked(as_of=as_of.date(), known_at=known_at, language=context.lang, has_fine=has_fine, has_links=has_links)
