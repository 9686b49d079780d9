"""Commands of patrols: plan them from the last scan, take back what they found, learn from it."""

import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from geo.cli.options import PARTLY_REFUSED, Context, app
from geo.locale import say
from geo.steps.choices import PATROL_STEPS

INFEASIBLE = 6
SEED_BITS = 63

patrol = typer.Typer(no_args_is_help=True, help="巡查 Plan patrols and learn from them.")
app.add_typer(patrol, name="patrol")


@patrol.command("plan")
def plan_command(
    ctx: typer.Context,
    first: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="First day, as 2026-11-02. 第一天。")],
    days: Annotated[int, typer.Option(min=1, max=92, help="Calendar days. 天数。")] = 5,
    teams: Annotated[Path | None, typer.Option(help="File of teams, TOML. 分组文件。")] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Seed of an earlier plan, to replay it. 重放用的种子。")
    ] = None,
    roads: Annotated[Path | None, typer.Option(help="Road layer: lines. 道路图层。")] = None,
    ways: Annotated[Path | None, typer.Option(help="CSV of ways: from, to, metres. 距离表。")] = None,
    visits: Annotated[
        Path | None, typer.Option(help="CSV of visits, besides those in the store: parcel_id, visited_on. 已巡查记录。")
    ] = None,
    steps: Annotated[int, typer.Option(min=1, help="Steps of the search. 搜索步数。")] = PATROL_STEPS,
    is_built_in: Annotated[bool, typer.Option("--built-in", help="Plan without PyVRP. 用内置算法。")] = False,
    has_links: Annotated[
        bool, typer.Option("--links", help="Navigation links in the papers. 文书带导航链接。")
    ] = False,
    out: Annotated[Path, typer.Option(help="Folder for plans. 输出文件夹。")] = Path("patrols"),
) -> None:
    """编排巡查 Plan patrols from the last finished scan; exit code 6 where a must-visit cannot be met."""
    from geo.ingest.roads import read_roads
    from geo.steps.patrol import Order, plan_patrols
    from geo.steps.patrol_files import write_plan
    from geo.steps.patrol_inputs import read_roster, read_visits, read_ways
    from geo.steps.patrol_words import summarise_plan

    context: Context = ctx.obj
    order = Order(
        first_on=first.date(),
        days=days,
        seed=secrets.randbits(SEED_BITS) if seed is None else seed,
        roster=read_roster(teams) if teams else None,
        steps=0 if is_built_in else steps,
        roads=read_roads(roads) if roads else None,
        ways=read_ways(ways) if ways else None,
        visits=read_visits(visits) if visits else None,
    )
    plan = plan_patrols(context.store(), order)
    folder = write_plan(plan, out, context.lang, has_links=has_links)
    typer.echo(summarise_plan(plan, context.lang))
    typer.echo(say("patrol.written", context.lang, path=folder))
    if len(plan.missed):
        raise typer.Exit(INFEASIBLE)


@patrol.command("return")
def return_command(
    ctx: typer.Context,
    paths: Annotated[
        list[Path], typer.Argument(help="Forms filled in: Excel, CSV, GeoPackage, Kobo/ODK CSV. 填好的表。")
    ],
    photos: Annotated[Path | None, typer.Option(help="Folder of the original photos. 原始照片文件夹。")] = None,
    plans: Annotated[Path, typer.Option(help="Folder of plans. 巡查计划文件夹。")] = Path("patrols"),
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON. 以 JSON 输出。")] = False,
) -> None:
    """核查回收 Take answers and photos back into the register of visits; exit code 4 where a row is refused."""
    from geo.steps.export import to_json
    from geo.steps.patrol_return import HandedIn, describe_return, return_content, take_back

    context: Context = ctx.obj
    handed = HandedIn(paths=paths, plans=plans, photos=photos, masks_persons=context.settings.mask_persons)
    result = take_back(context.store(), handed, known_at=datetime.now(UTC))
    lines = [to_json(return_content(result, context.lang))] if as_json else describe_return(result, context.lang)
    typer.echo("\n".join(lines))
    if result.has_refusals:
        raise typer.Exit(PARTLY_REFUSED)


@patrol.command("learn")
def learn_command(
    ctx: typer.Context,
    plans: Annotated[list[Path], typer.Argument(help="plan.json of earlier plans. 以往计划的 plan.json。")],
    outcomes: Annotated[
        Path | None,
        typer.Option(help="CSV in place of the visits in the store: parcel_id, label, is_true, reason. 核查结果。"),
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for the card. 输出文件夹。")] = Path("learned"),
) -> None:
    """随机抽查的结果 How often clues are right, and how much is found, from the parcels drawn at random."""
    from geo.steps.learn import learn_from_plans, write_lesson

    context: Context = ctx.obj
    lesson = learn_from_plans(context.store(), plans, outcomes)
    typer.echo(say("patrol.card_written", context.lang, path=write_lesson(lesson, out, context.lang)))
