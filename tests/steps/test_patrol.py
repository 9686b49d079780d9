"""Patrols of the sample county, through the command line as a user would."""

import hashlib
import json
import sys
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo.patrol.control import draw_control
from geo.patrol.duties import parse_duties
from geo.settings import Settings
from geo.steps.patrol import Order, PatrolPlan, duties_text, plan_patrols
from geo.steps.patrol_files import navigation_links
from geo.steps.scan import ScanResult
from geo.store import create_store, open_store

pytestmark = pytest.mark.xdist_group("sample")

OK, UNUSABLE, NOT_INSTALLED, INFEASIBLE = 0, 3, 5, 6
TEAMS = """
spread_hours = 2
[[team]]
name = "一组"
depot = [119.56, 28.31]
[[team]]
name = "二组 & <b>"
depot = [119.58, 28.33]
begins = "09:00"
lunch_minutes = 90
[[inspector]]
name = "张三"
certificate = "浙001"
[[inspector]]
name = "李四"
[[inspector]]
name = "王五"
[[inspector]]
name = "赵六"
"""


Command = Callable[..., Any]


@pytest.fixture
def command(sample_settings: Settings, sample_result: ScanResult, command: Command, tmp_path: Path) -> Command:
    """Runs ``parcelwatch --store ... patrol ...`` in an empty folder, on the scanned sample county."""
    (tmp_path / "teams.toml").write_text(TEAMS, "utf-8")

    def run(*arguments: str | Path, store: str = sample_settings.store, lang: str = "zh") -> Any:
        return command("--lang", lang, "--store", store, "patrol", *arguments)

    return run


def plan_of(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "plan.json").read_text("utf-8"))


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


DAY = ("plan", "--from", "2026-11-09", "--days", "1", "--teams", "teams.toml", "--built-in")
MONDAY = ("plan", "--from", "2026-11-09", "--days", "5", "--steps", "100", "--teams", "teams.toml")


def test_a_week_is_planned_with_papers_for_every_team_day(command: Command, tmp_path: Path) -> None:
    said = command(*MONDAY, "--out", "p")
    assert said.code == OK, said.err
    folder = tmp_path / "p" / "2026-11-09"
    plan = plan_of(folder)
    assert str(plan["seed"]) in said.out
    assert plan["figures"]["must_visits_not_planned"] == 0
    stops = pd.DataFrame(plan["stops"])
    assert stops["parcel_id"].is_unique
    assert set(stops["patrol_id"]) == {path.name.replace("_b_", "<b>") for path in folder.iterdir() if path.is_dir()}
    for path in folder.iterdir():
        if path.is_dir():
            assert {
                "route.gpx",
                "route.kml",
                "visits.gpkg",
                "visits.ics",
                "route_book.pdf",
                "form.xlsx",
                "xlsform.xlsx",
            } == {paper.name for paper in path.iterdir()}
    drawn = {entry["parcel_id"] for entry in plan["control"]}
    assert drawn <= set(stops["parcel_id"])
    assert {entry["parcel_id"] for entry in plan["control"] if entry["tier"] == "suspected"}
    pairs = [names for patrol, names in plan["inspectors"].items() if patrol in set(stops["patrol_id"])]
    assert all(len(names) == 2 for names in pairs)
    with zipfile.ZipFile(folder / "patrols.zip") as archive:
        listed = json.loads(archive.read("manifest.json"))["files"]
        assert listed["plan.json"]["sha256"] == hashlib.sha256((folder / "plan.json").read_bytes()).hexdigest()


def test_a_logged_seed_replays_plan_draw_and_papers_to_the_byte(command: Command, tmp_path: Path) -> None:
    two_days = ("plan", "--from", "2026-11-09", "--days", "2", "--steps", "100", "--teams", "teams.toml")
    command(*two_days, "--out", "one")
    first = tmp_path / "one" / "2026-11-09"
    seed = plan_of(first)["seed"]
    command(*two_days, "--out", "two", "--seed", str(seed))
    again = files_of(tmp_path / "two" / "2026-11-09")
    assert [name for name, content in files_of(first).items() if again[name] != content] == []
    command(*DAY, "--out", "three")
    assert plan_of(tmp_path / "three" / "2026-11-09")["seed"] != seed


def test_the_draw_of_a_plan_can_be_repeated_from_what_is_logged(
    sample_settings: Settings, sample_result: ScanResult
) -> None:
    plan = plan_patrols(open_store(sample_settings.store), Order(first_on=date(2026, 11, 9), days=1, seed=5, steps=0))
    again = draw_control(plan.strata, parse_duties(duties_text()).control, seed=5)
    pd.testing.assert_frame_equal(plan.drawn, again)
    assert set(plan.strata["tier"]) == {"suspected", "undetermined", "clear"}


def test_too_little_time_still_gives_a_plan_and_says_who_is_missed_and_why(command: Command, tmp_path: Path) -> None:
    (tmp_path / "short.toml").write_text(
        '[[team]]\nname = "1"\ndepot = [119.57, 28.32]\nbegins = "08:30"\nends = "09:30"\nlunch_minutes = 0\n', "utf-8"
    )
    said = command(
        "plan", "--from", "2026-11-09", "--days", "1", "--teams", "short.toml", "--steps", "50", "--seed", "1"
    )
    assert said.code == INFEASIBLE
    assert "未能排入的必巡宗地" in said.out
    plan = plan_of(tmp_path / "patrols" / "2026-11-09")
    assert plan["stops"]
    missed = [entry for entry in plan["unplanned"] if entry["is_must"]]
    assert {entry["why"] for entry in missed} == {"no_time"}
    assert plan["figures"]["must_visits_not_planned"] == len(missed)
    planned = {stop["parcel_id"] for stop in plan["stops"]}
    everybody = planned | {entry["parcel_id"] for entry in plan["unplanned"]}
    assert len(everybody) == 64
    table = pd.read_csv(tmp_path / "patrols" / "2026-11-09" / "unplanned.csv")
    assert table["why"].notna().all()
    assert len(table) == len(plan["unplanned"])


def test_a_weekend_is_answered_with_nobody_going_out(command: Command, tmp_path: Path) -> None:
    said = command("plan", "--from", "2026-11-14", "--days", "2", "--teams", "teams.toml", "--built-in")
    assert said.code == INFEASIBLE
    assert "没有工作日" in said.out
    plan = plan_of(tmp_path / "patrols" / "2026-11-14")
    assert plan["stops"] == []
    assert {entry["why"] for entry in plan["unplanned"]} == {"no_shift"}


def test_roads_that_reach_nobody_leave_every_parcel_unreachable(command: Command, tmp_path: Path) -> None:
    (tmp_path / "ways.csv").write_text("from,to,metres\n一组,云麓2023-001,900\n云麓2023-001,一组,900\n", "utf-8")
    said = command(*DAY, "--ways", "ways.csv")
    assert said.code == INFEASIBLE
    plan = plan_of(tmp_path / "patrols" / "2026-11-09")
    assert [stop["parcel_id"] for stop in plan["stops"]] == ["云麓2023-001"]
    assert {entry["why"] for entry in plan["unplanned"]} == {"unreachable"}


def test_a_road_layer_makes_ways_longer(command: Command, tmp_path: Path) -> None:
    x = [119.5 + 0.002 * number for number in range(60)]
    lines = [shapely.LineString([(one, 28.2), *((one, 28.2 + 0.002 * n) for n in range(100))]) for one in x]
    lines.append(shapely.LineString([(one, 28.2) for one in x]))
    gpd.GeoDataFrame(geometry=lines, crs=4490).to_file(tmp_path / "roads.gpkg")
    command(*DAY, "--seed", "1", "--out", "straight")
    command(*DAY, "--seed", "1", "--out", "roads", "--roads", "roads.gpkg")
    straight, roads = (plan_of(tmp_path / name / "2026-11-09")["figures"] for name in ("straight", "roads"))
    assert roads["km"] / max(roads["value"], 1) > straight["km"] / straight["value"]


def test_a_visit_on_record_makes_routine_wait(command: Command, tmp_path: Path) -> None:
    (tmp_path / "visits.csv").write_text("parcel_id,visited_on\n云麓2019-002,2026-11-01\n", "utf-8")
    command(*DAY, "--visits", "visits.csv", "--seed", "3")
    table = pd.read_csv(tmp_path / "patrols" / "2026-11-09" / "candidates.csv")
    assert "云麓2019-002" not in set(table.loc[table["reasons"] == "routine", "parcel_id"])


def test_without_a_file_of_teams_one_team_goes_out_and_the_plan_says_so(command: Command) -> None:
    said = command("plan", "--from", "2026-11-09", "--days", "1", "--built-in", lang="en")
    assert "one team from the middle of the parcels" in said.out
    assert "no inspectors are named" in said.out


def test_without_pyvrp_the_sentence_says_what_to_install(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyvrp", None)
    said = command(*MONDAY)
    assert said.code == NOT_INSTALLED
    assert "parcelwatch[patrol]" in said.err


@pytest.mark.parametrize(
    ("option", "name", "content", "says"),
    [
        ("--teams", "t.toml", "[[team]]", "depot"),
        ("--teams", "none.toml", None, "none.toml"),
        ("--ways", "w.csv", "a,b\n1,2\n", "from"),
        ("--ways", "w.csv", "", "w.csv"),
        ("--visits", "v.csv", "parcel_id,visited_on\nP1,gestern\n", "gestern"),
        ("--visits", "v.csv", b"\xff\xfe\x00", "v.csv"),
    ],
)
def test_files_that_cannot_be_used_are_one_sentence(
    command: Command, tmp_path: Path, *, option: str, name: str, content: str | bytes | None, says: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    said = command("plan", "--from", "2026-11-09", "--built-in", option, name)
    assert said.code == UNUSABLE
    assert says in said.err
    assert len(said.err.strip().splitlines()) == 1
    assert not (tmp_path / "patrols").exists()


def test_a_folder_of_somebody_else_is_left_alone(command: Command, tmp_path: Path) -> None:
    (tmp_path / "patrols" / "2026-11-09").mkdir(parents=True)
    (tmp_path / "patrols" / "2026-11-09" / "mine.txt").write_text("mine")
    said = command(*DAY)
    assert said.code == UNUSABLE
    assert [path.name for path in (tmp_path / "patrols" / "2026-11-09").iterdir()] == ["mine.txt"]


def test_before_the_first_scan_there_is_nothing_to_plan_by(command: Command, tmp_path: Path) -> None:
    create_store(tmp_path / "fresh.gpkg")
    said = command("plan", "--from", "2026-11-09", store=str(tmp_path / "fresh.gpkg"))
    assert said.code == UNUSABLE
    assert "扫描" in said.err


def test_links_shift_coordinates_only_where_the_map_does_not_do_it_itself() -> None:
    links = navigation_links("甲&乙", 119.57, 28.31)
    assert "dlat=28.310000&dlon=119.570000" in links["amap"]
    assert "dev=1" in links["amap"]
    assert "coord_type=wgs84" in links["baidu"]
    assert "119.570000" not in links["amap_web"]
    assert all("甲" not in link and "&乙" not in link for link in links.values())


def test_the_control_share_teaches_and_a_card_says_so(command: Command, tmp_path: Path) -> None:
    command(*DAY, "--seed", "1")
    plan = plan_of(tmp_path / "patrols" / "2026-11-09")
    rows = [
        f"{entry['parcel_id']},late_start,{'是' if i % 2 else '否'},<资料有误>|"
        for i, entry in enumerate(plan["control"])
    ]
    (tmp_path / "found.csv").write_text("parcel_id,label,is_true,reason\n" + "\n".join(rows), "utf-8")
    said = command("learn", "patrols/2026-11-09/plan.json", "--outcomes", "found.csv")
    assert said.code == OK, said.err
    learned = pd.read_csv(tmp_path / "learned" / "learned.csv")
    assert set(learned["quantity"]) == {"precision", "recall"}
    assert set(learned["by"]) == {"all", "town", "size", "tier"}
    card = (tmp_path / "learned" / "card.md").read_text("utf-8")
    page = (tmp_path / "learned" / "card.html").read_text("utf-8")
    assert "逾期未开工" in card
    assert "<资料有误>" not in page
    assert "http" not in page


@pytest.mark.parametrize(
    ("plan", "outcomes", "says"),
    [
        ("{}", "parcel_id,label,is_true,reason\n", "plan.json"),
        ("[", "parcel_id,label,is_true,reason\n", "plan.json"),
        (None, "parcel_id,label\n", "is_true"),
        (None, "parcel_id,label,is_true,reason\nP9,late_start,是,\n", "P9"),
        (None, "parcel_id,label,is_true,reason\nDRAWN,late_start,maybe,\n", "maybe"),
    ],
)
def test_what_is_no_plan_or_no_outcome_is_refused(
    command: Command, tmp_path: Path, plan: str | None, outcomes: str, says: str
) -> None:
    command(*DAY, "--seed", "1")
    path = tmp_path / "patrols" / "2026-11-09" / "plan.json"
    drawn = plan_of(path.parent)["control"][0]["parcel_id"]
    if plan is not None:
        path.write_text(plan)
    (tmp_path / "found.csv").write_text(outcomes.replace("DRAWN", drawn), "utf-8")
    said = command("learn", path, "--outcomes", "found.csv")
    assert said.code == UNUSABLE
    assert says in said.err
    said = command("learn", tmp_path / "none.json", "--outcomes", "found.csv")
    assert said.code == UNUSABLE


def test_every_candidate_says_why_it_is_there(sample_settings: Settings, sample_result: ScanResult) -> None:
    order = Order(first_on=date(2026, 11, 9), days=30, seed=5, steps=0)
    plan: PatrolPlan = plan_patrols(open_store(sample_settings.store), order)
    reasons = plan.reasons.groupby("parcel_id")["reason"].agg(set)
    assert set(plan.candidates["parcel_id"]) == set(reasons.index)
    idle = plan.reasons[plan.reasons["about"].str.contains("suspected_idle") & (plan.reasons["reason"] == "suspected")]
    assert "云麓2023-001" in set(idle["parcel_id"])
    assert idle["is_must"].all()  # found on 2026-10-31, to be investigated within thirty days
    assert (plan.reasons[plan.reasons["reason"] == "undetermined"]["facts"] != "").all()
