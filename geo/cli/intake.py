"""Commands of a store: make it, bring it up to date, take files into it, see what they changed."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from geo.cli.options import PARTLY_REFUSED, Context, Crs, Layer, ParcelId, app, day_of
from geo.locale import say
from geo.steps.choices import Kind

Roles = Annotated[
    str | None, typer.Option("--roles", help="PostGIS: make roles whose names begin so, and grant them. 角色前缀。")
]


@app.command()
def init(ctx: typer.Context, roles: Roles = None) -> None:
    """建库 Make an empty store."""
    from geo.store import create_store, store_name

    context: Context = ctx.obj
    create_store(context.settings.store, roles=roles)
    typer.echo(say("scan.made_store", context.lang, store=store_name(context.settings.store)))


@app.command("upgrade")
def upgrade_command(ctx: typer.Context, roles: Roles = None) -> None:
    """升级库 Bring a store of an earlier version to this one; whatever happens, it is not half done."""
    from geo.store import store_name, upgrade

    context: Context = ctx.obj
    code = "scan.upgraded" if upgrade(context.settings.store, roles=roles) else "scan.up_to_date"
    typer.echo(say(code, context.lang, store=store_name(context.settings.store)))


@app.command("ingest")
def ingest_command(
    ctx: typer.Context,
    kind: Annotated[Kind, typer.Argument(help="What the files hold. 类别。")],
    paths: Annotated[list[Path], typer.Argument(help="Files, or folders of scenes. 文件或影像文件夹。")],
    layer: Layer = None,
    crs: Crs = None,
    parcel_id: ParcelId = None,
    encoding: Annotated[
        str | None, typer.Option(help="Encoding of a file that declares none, as big5. 文字编码。")
    ] = None,
    near: Annotated[
        str | None, typer.Option(help="Some place in the county, as 121.5,29.9, to guess a zone by. 本县某处经纬度。")
    ] = None,
    transform: Annotated[
        Path | None, typer.Option(help="Parameters for Beijing 54, Xian 80 or a city grid. 坐标转换参数文件。")
    ] = None,
    reference: Annotated[
        Path | None, typer.Option(help="Outlines known to lie right; a shift is reported. 位置可靠的对照图层。")
    ] = None,
    complete_through: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Last day for which the ledger is complete. 台账截至日。"),
    ] = None,
    valid_on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day from which the rows hold. 生效日。")
    ] = None,
    complete: Annotated[
        bool,
        typer.Option(
            "--complete", help="The file holds all there is: the rest ends on --valid-on. 本文件为全部，其余注销。"
        ),
    ] = False,
    offset: Annotated[
        float | None, typer.Option(help="Reflectance offset of scenes whose files do not say it. 反射率偏移。")
    ] = None,
    report: Annotated[Path | None, typer.Option(help="Report: HTML, Excel or JSON. 入库报告。")] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Refuse all if one row is refused. 有一行不合格即全部拒收。")
    ] = False,
) -> None:
    """入库 Take files into the store; refused rows are kept with their reasons."""
    from geo.steps.history import describe_differences
    from geo.steps.ingest import Options, describe, has_refusals, ingest
    from geo.steps.report import check_report_suffix, write_report

    context: Context = ctx.obj
    if report:
        check_report_suffix(report)
    options = Options(
        layer=layer,
        crs=crs,
        parcel_id=parcel_id,
        encoding=encoding,
        near=place_of(near),
        transform=transform,
        reference=reference,
        complete_through=day_of(complete_through),
        valid_on=day_of(valid_on),
        offset=offset,
        columns=context.settings.columns(kind),
        is_complete=complete,
        is_strict=strict,
        mask_persons=context.settings.mask_persons,
    )
    engine = context.store()
    taken = ingest(engine, kind, paths, options=options, known_at=datetime.now(UTC))
    if report:
        write_report(taken, report, language=context.lang)
    intakes = [one.intake for one in taken]
    for line in describe(intakes, context.lang) + describe_differences(taken, context.lang):
        typer.echo(line)
    if has_refusals(intakes):
        raise typer.Exit(PARTLY_REFUSED)


@app.command("template")
def template_command(
    ctx: typer.Context,
    out: Annotated[Path, typer.Argument(help="Workbook to write, as 台账模板.xlsx. 要写的工作簿。")],
    filled: Annotated[
        bool, typer.Option("--filled", help="With what the store knows, to correct and complete. 填入库中已有内容。")
    ] = False,
) -> None:
    """模板 Write the workbook of the ledger's registers, to be filled in and ingested."""
    from geo.steps.template import make_template

    context: Context = ctx.obj
    make_template(out, context.store() if filled else None)
    typer.echo(say("scan.made_template", context.lang, file=str(out)))


@app.command("history")
def history_command(
    ctx: typer.Context,
    parcel: Annotated[str, typer.Argument(help="Parcel. 宗地编号。")],
    known_on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="As known at the end of this day. 截至当日所知。")
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="How the registers stand on this day. 登记册当日状态。"),
    ] = None,
) -> None:
    """沿革 Print a parcel's versions, where it came from and went, its files, and what the ledger said and says."""
    from geo.steps.history import describe_history

    context: Context = ctx.obj
    engine = context.store()
    day = day_of(as_of) or day_of(known_on) or datetime.now(UTC).date()
    for line in describe_history(engine, parcel, known_on=day_of(known_on), as_of=day, language=context.lang):
        typer.echo(line)


def place_of(text: str | None) -> tuple[float, float] | None:
    """Return the place of an option, longitude first."""
    if text is None:
        return None
    try:
        longitude, latitude = map(float, text.split(","))
    except ValueError as error:
        raise typer.BadParameter("--near LON,LAT") from error
    return longitude, latitude
