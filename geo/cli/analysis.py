"""Commands of an analyst: indicators and observations."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from geo.cli.options import PARTLY_REFUSED, Context, Crs, ParcelId, app
from geo.locale import say, say_refusal
from geo.steps.choices import NATIONAL, SURFACE_ERROR_M, Land


@app.command("indicators")
def indicators_command(
    ctx: typer.Context,
    out: Annotated[Path, typer.Option(help="CSV, Parquet or GeoPackage by suffix. 结果文件。")],
    parcels: Annotated[Path | None, typer.Option(help="Parcels; without it, those of the store. 宗地文件。")] = None,
    footprints: Annotated[Path | None, typer.Option(help="Footprints. 建筑轮廓文件。")] = None,
    ledger: Annotated[Path | None, typer.Option(help="Ledger with areas and investment. 台账文件。")] = None,
    notes: Annotated[Path | None, typer.Option(help="What was said of single footprints. 建筑轮廓说明。")] = None,
    rule: Annotated[str, typer.Option(help="Counting rule of floor area: national, zhenhai. 计容规则。")] = NATIONAL,
    land: Annotated[Land, typer.Option(help="What ratios are divided by. 指标分母。")] = "parcel",
    horizontal_error: Annotated[
        float | None, typer.Option(help="Error between parcels and footprints [m]. 平面误差（米）。")
    ] = None,
    dsm: Annotated[Path | None, typer.Option(help="Surface model, for heights. 数字表面模型。")] = None,
    dtm: Annotated[Path | None, typer.Option(help="Terrain model under it. 数字地形模型。")] = None,
    surface_error: Annotated[
        float, typer.Option(help="Vertical error of surface minus terrain [m]. 高程误差（米）。")
    ] = SURFACE_ERROR_M,
    parcel_id: ParcelId = None,
    crs: Crs = None,
) -> None:
    """建筑密度与容积率 Compute building coverage, floor area ratio and other indicators, from files or the store."""
    from geo.steps.export import check_suffix, write_table
    from geo.steps.indicators import Counting, compute_indicators, count_notes, store_indicators
    from geo.steps.ingest import describe, has_refusals

    context: Context = ctx.obj
    for path in filter(None, (out, notes)):
        check_suffix(path)
    if (parcels is None) != (footprints is None) or (dsm is None) != (dtm is None) or (ledger and not parcels):
        raise typer.BadParameter(say("scan.needs_both", context.lang))
    surface = (dsm, dtm) if dsm and dtm else None
    how = Counting(rule=rule, land=land, error_m=horizontal_error, surface=surface, surface_error_m=surface_error)
    if parcels and footprints:
        result = compute_indicators(parcels, footprints, ledger=ledger, parcel_id=parcel_id, crs=crs, how=how)
    else:
        now = datetime.now(UTC)
        result = store_indicators(context.store(), as_of=now.date(), known_at=now, how=how)
    write_table(result.table, out, shapes=result.shapes)
    if notes:
        write_table(result.notes, notes)
    for line in describe(result.intakes, context.lang):
        typer.echo(line)
    for code, count in count_notes(result.notes).items():
        typer.echo(say("scan.note_count", context.lang, note=say(code, context.lang), count=count))
    if has_refusals(result.intakes):
        raise typer.Exit(PARTLY_REFUSED)


@app.command("observe")
def observe_command(
    ctx: typer.Context,
    parcels: Annotated[Path | None, typer.Option(help="Parcels; without it, those of the store. 宗地文件。")] = None,
    scenes: Annotated[list[Path] | None, typer.Option(help="Folder of a scene; may be repeated. 影像文件夹。")] = None,
    out: Annotated[Path | None, typer.Option(help="Observations: CSV, Parquet or GeoPackage. 观测结果。")] = None,
    changes: Annotated[Path | None, typer.Option(help="Changes: CSV, Parquet or GeoPackage. 变化结果。")] = None,
    parcel_id: ParcelId = None,
    crs: Crs = None,
    offset: Annotated[
        float | None, typer.Option(help="Reflectance offset where files do not say it. 反射率偏移。")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print counts as JSON. 以 JSON 输出。")] = False,
) -> None:
    """影像观测 Observe parcels in scenes: from files, or all that the store has not observed yet."""
    from geo.ingest.report import count_rows
    from geo.steps.export import check_suffix, to_json, write_table
    from geo.steps.ingest import describe, has_refusals, scenes_intake
    from geo.steps.local import local_json, say_local
    from geo.steps.observe import observe, observe_store

    context: Context = ctx.obj
    if parcels is None and not scenes:
        engine, now = context.store(), datetime.now(UTC)
        seen = observe_store(engine, until=now, as_of=now.date(), known_at=now, progress=context.progress)
        if as_json:
            local = {"local": local_json(seen.local)} if seen.local else {}
            counted = {"scenes": seen.used, "observations": seen.rows, "months": seen.months, "refused": seen.refused}
            typer.echo(to_json(counted | local))
        else:
            typer.echo(say("scan.scenes_done", context.lang, scenes=seen.used, refused=len(seen.refused)))
            for line in say_local(seen.local, context.lang) if seen.local else []:
                typer.echo(line)
        if seen.refused:
            raise typer.Exit(PARTLY_REFUSED)
        return
    if parcels is None or not scenes or out is None:
        raise typer.BadParameter(say("scan.needs_all", context.lang))
    for path in filter(None, (out, changes)):
        check_suffix(path)
    result = observe(parcels, scenes, parcel_id=parcel_id, crs=crs, offset=offset, progress=context.progress)
    write_table(result.observations, out, shapes=result.shapes)
    if changes:
        write_table(result.changes, changes, shapes=result.shapes)
    intakes = [result.parcels, scenes_intake(result.scenes, scenes)]
    if as_json:
        counted = {intake.kind: count_rows(intake) for intake in intakes}
        said = {"observations": len(result.observations), "changes": len(result.changes), "refused": result.unread}
        typer.echo(to_json(counted | said))
    else:
        unread = [say_refusal(each["code"], {"file": each["scene_id"]}, context.lang) for each in result.unread]
        typer.echo("\n".join([*describe(intakes, context.lang), *unread]))
    if has_refusals(intakes) or result.unread:
        raise typer.Exit(PARTLY_REFUSED)
