"""The commands: parse, call a step, print. No decisions here, and the only place that asks for the time."""

import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from importlib.metadata import version as distribution_version
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import typer
from rich.console import Console
from rich.progress import track

from geo.errors import GeoError
from geo.locale import Language, say, say_error
from geo.settings import Settings, read_settings
from geo.steps.assess import Assessment, assess_day, explain, findings_table
from geo.steps.demo import run_demo
from geo.steps.export import check_suffix, write_table
from geo.steps.indicators import compute_indicators, count_notes
from geo.steps.ingest import Kind, Options, describe, has_refusals, ingest, scenes_intake
from geo.steps.map import map_month
from geo.steps.observe import observe, observe_store
from geo.steps.report import check_report_suffix, read_quarantine, write_report
from geo.steps.scan import scan
from geo.steps.summary import summarise_findings
from geo.store import create_store, open_store, upgrade

UNUSABLE, PARTLY_REFUSED, INTERRUPTED = 3, 4, 130

T = TypeVar("T")

_errors = Console(stderr=True)

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Watch industrial land after it has been supplied. 工业用地批后监管。",
)


@dataclass(frozen=True, slots=True)
class Context:
    """What every command needs."""

    settings: Settings
    is_quiet: bool

    @property
    def lang(self) -> Language:
        """Language of everything that is printed."""
        return self.settings.lang

    def progress(self, things: Iterable[T], what: str) -> Iterable[T]:
        """Show a bar while things are gone through, on a terminal only."""
        shown = not self.is_quiet and _errors.is_terminal
        return track(
            list(things), description=say(f"scan.progress_{what}", self.lang), console=_errors, disable=not shown
        )


File = Annotated[Path, typer.Option(help="File. 文件。")]
Day = Annotated[datetime, typer.Option("--as-of", formats=["%Y-%m-%d"], help="Day of the act, as 2026-10-31. 认定日。")]
Out = Annotated[Path | None, typer.Option("--out", help="Folder for results. 输出文件夹。")]
ParcelId = Annotated[str | None, typer.Option("--parcel-id", help="Column that names the parcels. 宗地编号所在列。")]
Crs = Annotated[str | None, typer.Option("--crs", help="System of files that declare none, as EPSG:4549. 坐标系。")]
Layer = Annotated[str | None, typer.Option("--layer", help="Layer or sheet of a file with several. 图层或工作表。")]


def main() -> None:
    """Run the command line; an error of ours becomes one sentence and an exit code."""
    try:
        app()
    except GeoError as error:
        _errors.print(say_error(error, _spoken()), markup=False, highlight=False, soft_wrap=True)
        sys.exit(UNUSABLE)
    except SystemExit as ended:
        if ended.code == INTERRUPTED:
            _errors.print(say("scan.interrupted", _spoken()), markup=False, highlight=False, soft_wrap=True)
        raise


def _spoken() -> Language:
    """Return the language in which to say that something failed, settings included."""
    return "en" if os.environ.get("PARCELWATCH_LANG") == "en" else "zh"


@app.callback()
def prepare(
    ctx: typer.Context,
    config: Annotated[Path | None, typer.Option(help="Settings file. 设置文件。")] = None,
    store: Annotated[str | None, typer.Option(help="Store: file or database URL. 库。")] = None,
    lang: Annotated[Literal["zh", "en"] | None, typer.Option(help="Language of messages. 语言。")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress bar. 不显示进度。")] = False,
) -> None:
    """Read the settings and let options go before them."""
    if lang:
        os.environ["PARCELWATCH_LANG"] = lang
    settings = read_settings(config)
    given = {name: value for name, value in (("store", store), ("lang", lang)) if value}
    settings = replace(settings, **given)  # type: ignore[arg-type]  # both are of the field's kind
    os.environ["PARCELWATCH_LANG"] = settings.lang
    ctx.obj = Context(settings, quiet)


@app.command()
def version() -> None:
    """版本 Print the program's version."""
    typer.echo(distribution_version("parcelwatch"))


@app.command()
def init(ctx: typer.Context) -> None:
    """建库 Make an empty store."""
    context: Context = ctx.obj
    create_store(context.settings.store)
    typer.echo(say("scan.made_store", context.lang, store=context.settings.store))


@app.command("upgrade")
def upgrade_command(ctx: typer.Context) -> None:
    """升级库 Bring a store of an earlier version to this one, by copy and rename."""
    context: Context = ctx.obj
    code = "scan.upgraded" if upgrade(context.settings.store) else "scan.up_to_date"
    typer.echo(say(code, context.lang, store=context.settings.store))


@app.command("ingest")
def ingest_command(
    ctx: typer.Context,
    kind: Annotated[Kind, typer.Argument(help="What the files hold. 类别。")],
    paths: Annotated[list[Path], typer.Argument(help="Files, or folders of scenes. 文件或影像文件夹。")],
    layer: Layer = None,
    crs: Crs = None,
    parcel_id: ParcelId = None,
    complete_through: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Last day for which the ledger is complete. 台账截至日。"),
    ] = None,
    valid_on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day from which the rows hold. 生效日。")
    ] = None,
    offset: Annotated[
        float | None, typer.Option(help="Reflectance offset of scenes whose files do not say it. 反射率偏移。")
    ] = None,
    report: Annotated[Path | None, typer.Option(help="Report: HTML, Excel or JSON. 入库报告。")] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Refuse all if one row is refused. 有一行不合格即全部拒收。")
    ] = False,
) -> None:
    """入库 Take files into the store; refused rows are kept with their reasons."""
    context: Context = ctx.obj
    if report:
        check_report_suffix(report)
    options = Options(
        layer=layer,
        crs=crs,
        parcel_id=parcel_id,
        complete_through=_day(complete_through),
        valid_on=_day(valid_on),
        offset=offset,
        ledger_columns=context.settings.ledger_columns,
        is_strict=strict,
    )
    engine = open_store(context.settings.store)
    intakes = ingest(engine, kind, paths, options=options, known_at=datetime.now(UTC))
    if report:
        write_report(intakes, report, language=context.lang)
    for line in describe(intakes, context.lang):
        typer.echo(line)
    if has_refusals(intakes):
        raise typer.Exit(PARTLY_REFUSED)


@app.command("quarantine")
def quarantine_command(
    ctx: typer.Context,
    out: Annotated[Path | None, typer.Option(help="Write it: CSV, Parquet or GeoPackage. 导出。")] = None,
) -> None:
    """隔离区 Show the rows that the last intake of each file refused, with their reasons."""
    context: Context = ctx.obj
    if out:
        check_suffix(out)
    refused = read_quarantine(open_store(context.settings.store), context.lang)
    if out:
        write_table(refused.drop(columns="intake_id"), out)
    for reason in refused["reason"]:
        typer.echo(reason)
    if refused.empty:
        typer.echo(say("scan.no_quarantine", context.lang))


@app.command("indicators")
def indicators_command(
    ctx: typer.Context,
    parcels: File,
    footprints: File,
    out: Annotated[Path, typer.Option(help="CSV, Parquet or GeoPackage by suffix. 结果文件。")],
    notes: Annotated[Path | None, typer.Option(help="What was said of single footprints. 建筑轮廓说明。")] = None,
    parcel_id: ParcelId = None,
    crs: Crs = None,
) -> None:
    """建筑密度与容积率 Compute building coverage and floor area ratio from files."""
    context: Context = ctx.obj
    for path in filter(None, (out, notes)):
        check_suffix(path)
    result = compute_indicators(parcels, footprints, parcel_id=parcel_id, crs=crs)
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
) -> None:
    """影像观测 Observe parcels in scenes: from files, or all that the store has not observed yet."""
    context: Context = ctx.obj
    if parcels is None and not scenes:
        engine, now = open_store(context.settings.store), datetime.now(UTC)
        seen = observe_store(engine, until=now, as_of=now.date(), known_at=now, progress=context.progress)
        typer.echo(say("scan.scenes_done", context.lang, scenes=seen.used, refused=len(seen.refused)))
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
    for line in describe(intakes, context.lang):
        typer.echo(line)
    if has_refusals(intakes):
        raise typer.Exit(PARTLY_REFUSED)


@app.command()
def assess(
    ctx: typer.Context,
    as_of: Day,
    out: Annotated[Path | None, typer.Option(help="Findings: CSV, Parquet or GeoPackage. 结果文件。")] = None,
) -> None:
    """比对规定 Assess every parcel of the store on a day, without keeping the result."""
    context: Context = ctx.obj
    found = _assessment(context, as_of)
    if out:
        write_table(findings_table(found), out)
    typer.echo(summarise_findings(found, context.lang))


@app.command("explain")
def explain_command(
    ctx: typer.Context,
    parcel: Annotated[str, typer.Argument(help="Parcel. 宗地编号。")],
    as_of: Day,
) -> None:
    """逐条依据 Print the proof of everything that is said of a parcel."""
    context: Context = ctx.obj
    typer.echo(explain(_assessment(context, as_of), parcel, language=context.lang))


@app.command("map")
def map_command(
    ctx: typer.Context,
    month: Annotated[str, typer.Argument(help="Month, as 2026-10. 月份。")],
    revision: Annotated[int | None, typer.Option(help="Which run of the month. 第几次。")] = None,
    out: Out = None,
) -> None:
    """出图 Draw the map of a month again."""
    context: Context = ctx.obj
    engine = open_store(context.settings.store)
    path = map_month(engine, context.settings, month, revision=revision, out=out or Path(context.settings.out))
    typer.echo(say("scan.map_at", context.lang, path=path))


@app.command("scan")
def scan_command(
    ctx: typer.Context, month: Annotated[str, typer.Argument(help="Month, as 2026-10. 月份。")], out: Out = None
) -> None:
    """月度扫描 Observe, assess and draw a month; run it again to go on after a stop."""
    context: Context = ctx.obj
    result = scan(
        open_store(context.settings.store),
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
    context: Context = ctx.obj
    result = run_demo(
        folder, out or folder / "maps", lang=context.lang, known_at=datetime.now(UTC), progress=context.progress
    )
    typer.echo(result.summary)
    typer.echo(say("scan.map_at", context.lang, path=result.folder / "map.html"))


def _assessment(context: Context, as_of: datetime) -> Assessment:
    engine = open_store(context.settings.store)
    return assess_day(engine, context.settings, as_of=as_of.date(), known_at=datetime.now(UTC))


def _day(value: datetime | None) -> date | None:
    return None if value is None else value.date()
