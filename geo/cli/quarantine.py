"""Commands of the quarantine: see what was refused and why, write it into a file, read it again."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from geo.cli.intake import place_of
from geo.cli.options import PARTLY_REFUSED, Context, Crs, ParcelId, app
from geo.locale import say

quarantine = typer.Typer(no_args_is_help=True, help="Rows that were refused. 隔离区。")
app.add_typer(quarantine, name="quarantine")


@quarantine.command("list")
def list_command(ctx: typer.Context) -> None:
    """列出 Show the rows that the last intake of each file refused, with their reasons."""
    from geo.steps.quarantine import read_quarantine

    context: Context = ctx.obj
    refused = read_quarantine(context.store(), context.lang)
    for reason in refused["reason"]:
        typer.echo(reason)
    if refused.empty:
        typer.echo(say("scan.no_quarantine", context.lang))


@quarantine.command("export")
def export_command(
    ctx: typer.Context,
    out: Annotated[Path, typer.Argument(help="CSV, Parquet or GeoPackage by suffix. 导出文件。")],
) -> None:
    """导出 Write the rows as they stood, outlines and all, with their reasons, to be corrected and handed back."""
    from geo.steps.quarantine import export_quarantine

    context: Context = ctx.obj
    count = export_quarantine(context.store(), out, context.lang)
    typer.echo(say("quarantine.exported", context.lang, count=count, path=out))


@quarantine.command("retry")
def retry_command(
    ctx: typer.Context,
    corrected: Annotated[
        list[Path] | None, typer.Argument(help="Exports that were corrected; none: all rows. 改正后的导出文件。")
    ] = None,
    crs: Crs = None,
    parcel_id: ParcelId = None,
    near: Annotated[str | None, typer.Option(help="Some place in the county, as 121.5,29.9. 本县某处经纬度。")] = None,
    transform: Annotated[
        Path | None, typer.Option(help="Parameters for Beijing 54, Xian 80 or a city grid. 坐标转换参数文件。")
    ] = None,
) -> None:
    """重读 Read the rows again with today's settings and options; what is sound is taken, the rest stays."""
    from geo.steps.ingest import Options
    from geo.steps.quarantine import describe_retried, retry_quarantine

    context: Context = ctx.obj
    said = {"crs": crs, "parcel_id": parcel_id, "near": place_of(near), "transform": transform}
    options = {
        kind: Options(**said, columns=context.settings.columns(kind))  # type: ignore[arg-type]  # each of its kind
        for kind in ("parcels", "footprints", "ledger")
    }
    retried, gone = retry_quarantine(context.store(), corrected or [], options=options, known_at=datetime.now(UTC))
    for line in describe_retried(retried, gone, context.lang):
        typer.echo(line)
    if not retried:
        typer.echo(say("scan.no_quarantine", context.lang))
    if any(one.left for one in retried):
        raise typer.Exit(PARTLY_REFUSED)
