"""Commands of a month: scan, draw again, show on the sample county."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from geo.cli.options import Context, Out, app, errors
from geo.locale import say


@app.command("map")
def map_command(
    ctx: typer.Context,
    month: Annotated[str, typer.Argument(help="Month, as 2026-10. 月份。")],
    revision: Annotated[int | None, typer.Option(help="Which run of the month. 第几次。")] = None,
    out: Out = None,
    clocks: Annotated[Path | None, typer.Option(help="CSV of the command clocks. 期限表。")] = None,
    months: Annotated[Path | None, typer.Option(help="CSV of built fractions by month. 逐月建成比例。")] = None,
    flips: Annotated[Path | None, typer.Option(help="CSV of the command compare-packs. 政策比较表。")] = None,
    patrols: Annotated[Path | None, typer.Option(help="Folder of a patrol plan. 巡查计划文件夹。")] = None,
    has_fine: Annotated[
        bool, typer.Option("--fine-chips", help="Images of fine resolution too. 附高分辨率影像。")
    ] = False,
    for_office: Annotated[
        bool,
        typer.Option(
            "--office", help="With the settings' online maps: not to leave the office. 附在线底图，仅限办公室。"
        ),
    ] = False,
) -> None:
    """出图 Draw the map of a month again, with what other commands wrote."""
    from geo.steps.map import Drawn, basemaps_of, map_month
    from geo.steps.map_layers import LayerFiles

    context: Context = ctx.obj
    engine = context.store()
    layers = LayerFiles(clocks=clocks, months=months, flips=flips, patrols=patrols)
    drawn = Drawn(layers=layers, has_fine=has_fine, basemaps=basemaps_of(context.settings) if for_office else ())
    folder = out or Path(context.settings.out)
    path = map_month(engine, context.settings, month, revision=revision, out=folder, drawn=drawn)
    typer.echo(say("scan.map_at", context.lang, path=path))
    if for_office:
        errors.print(say("map.office_only", context.lang), markup=False, highlight=False)


@app.command("scan")
def scan_command(
    ctx: typer.Context, month: Annotated[str, typer.Argument(help="Month, as 2026-10. 月份。")], out: Out = None
) -> None:
    """月度扫描 Observe, assess and draw a month; run it again to go on after a stop."""
    from geo.steps.scan import scan

    context: Context = ctx.obj
    result = scan(
        context.store(),
        replace(context.settings, out=str(out or context.settings.out)),
        month,
        known_at=datetime.now(UTC),
        progress=context.progress,
    )
    typer.echo(result.summary)
    typer.echo(say("scan.map_at", context.lang, path=result.folder / "map.html"))


@app.command()
def demo(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Option(help="Folder for the store and the scenes. 工作文件夹。")] = Path("demo"),
    out: Out = None,
) -> None:
    """示例 Run the main job on the made-up sample county."""
    from geo.steps.demo import run_demo

    context: Context = ctx.obj
    result = run_demo(
        folder, out or folder / "maps", lang=context.lang, known_at=datetime.now(UTC), progress=context.progress
    )
    typer.echo(result.summary)
    typer.echo(say("scan.map_at", context.lang, path=result.folder / "map.html"))
