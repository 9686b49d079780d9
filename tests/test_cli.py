"""The command line: every kind of bad input is one clear sentence and an exit code, never a traceback."""

import json
import sqlite3
import sys
import warnings
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
from affine import Affine
from openpyxl import load_workbook

from geo.settings import Settings

OK, USAGE, UNUSABLE, PARTLY_REFUSED = 0, 2, 3, 4
CRS = "EPSG:4549"
EAST, NORTH = 500_000.0, 3_300_000.0


Command = Callable[..., Any]


def square(x: float = 0, y: float = 0, side: float = 200) -> shapely.Polygon:
    return shapely.box(EAST + x, NORTH + y, EAST + x + side, NORTH + y + side)


def layer(path: Path, shapes: list[shapely.Geometry], crs: str | None = CRS, **columns: list[object]) -> Path:
    """Write a layer; ``parcel_id`` is P1, P2, ... unless given."""
    names = {"parcel_id": [f"P{number}" for number in range(1, len(shapes) + 1)]} | columns
    frame = gpd.GeoDataFrame(names, geometry=shapes, crs=crs)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "'crs' was not provided")  # on purpose in one test
        frame.to_file(path, **({} if len(shapes) else {"geometry_type": "Polygon"}))
    return path


def scene(folder: Path, east: float = EAST - 500, *, day: str = "20250601") -> Path:
    """Write a small scene of surface reflectance."""
    folder.mkdir(parents=True)
    profile = {"driver": "GTiff", "height": 120, "width": 120, "count": 1, "crs": CRS, "dtype": "uint16", "nodata": 0}
    profile["transform"] = Affine(10, 0, east, 0, -10, NORTH + 700)
    for band in ("B02", "B03", "B04", "B05", "B08", "B11", "B12", "SCL"):
        with rasterio.open(folder / f"T50RMK_{day}T025941_L2A_{band}_10m.tif", "w", **profile) as image:
            image.write(np.full((120, 120), 4 if band == "SCL" else 900, dtype=np.uint16), 1)
            image.scales, image.offsets = ((1.0,), (0.0,)) if band == "SCL" else ((1e-4,), (0.0,))
    return folder


def indicators(command: Command, parcels: Path | str, footprints: Path | str, *more: str) -> Any:
    return command("indicators", "--parcels", parcels, "--footprints", footprints, "--out", "out.csv", *more)


def assert_one_sentence(said: Any, *parts: str) -> None:
    assert said.code == UNUSABLE
    assert "Traceback" not in said.err
    assert len(said.err.strip().splitlines()) == 1, said.err
    for part in parts:
        assert part in said.err, said.err
    assert said.err.rstrip().endswith("。"), said.err


def test_a_missing_file_is_named(command: Command, tmp_path: Path) -> None:
    said = indicators(command, "none.gpkg", layer(tmp_path / "f.gpkg", [square()]))
    assert_one_sentence(said, "none.gpkg")
    assert not (tmp_path / "out.csv").exists()


def test_an_unknown_layer_is_answered_with_the_layers_there_are(command: Command, tmp_path: Path) -> None:
    command("init")
    said = command("ingest", "parcels", layer(tmp_path / "p.gpkg", [square()]), "--layer", "宗地")
    assert_one_sentence(said, "p.gpkg", "宗地", "p")


def test_a_layer_without_crs_needs_the_option(command: Command, tmp_path: Path) -> None:
    parcels = layer(tmp_path / "p.gpkg", [square()], crs=None)
    assert_one_sentence(indicators(command, parcels, parcels), "p.gpkg", "--crs")
    assert indicators(command, parcels, parcels, "--crs", CRS).code == OK


def test_a_wrong_column_is_answered_with_candidates(command: Command, tmp_path: Path) -> None:
    parcels = layer(tmp_path / "p.gpkg", [square()])
    assert_one_sentence(indicators(command, parcels, parcels, "--parcel-id", "zdh"), "p.gpkg", "zdh", "parcel_id")


def test_an_empty_layer_is_refused(command: Command, tmp_path: Path) -> None:
    parcels = layer(tmp_path / "p.gpkg", [])
    assert_one_sentence(indicators(command, parcels, parcels), "p.gpkg")


def test_bad_rows_are_kept_with_their_reasons_and_the_rest_is_taken(command: Command, tmp_path: Path) -> None:
    bow_tie = shapely.Polygon([(EAST, NORTH), (EAST + 200, NORTH + 200), (EAST + 200, NORTH), (EAST, NORTH + 200)])
    line = shapely.Polygon([(EAST, NORTH), (EAST + 100, NORTH), (EAST + 50, NORTH), (EAST, NORTH)])
    parcels = layer(tmp_path / "p.gpkg", [square(), bow_tie, line, square(500)])
    command("init")
    said = command("ingest", "parcels", parcels)
    assert said.code == PARTLY_REFUSED
    assert "第 2 行" in said.out
    assert "第 3 行" in said.out
    with closing(sqlite3.connect("parcelwatch.gpkg")) as conn:
        assert conn.execute("select count(*) from parcel").fetchone() == (2,)
        rows = conn.execute("select source_row, code, raw from refused order by source_row").fetchall()
    assert [row for row, _, _ in rows] == [2, 3]
    assert all(code and raw.startswith("POLYGON") for _, code, raw in rows)


@pytest.mark.parametrize("suffix", ["html", "xlsx", "json"])
def test_an_intake_report_names_every_refused_row_and_runs_nothing(
    command: Command, tmp_path: Path, suffix: str
) -> None:
    line = shapely.Polygon([(EAST, NORTH), (EAST + 100, NORTH), (EAST + 50, NORTH), (EAST, NORTH)])
    hostile = "=cmd|'/c calc'!A1<script>alert(1)</script>"
    parcels = layer(tmp_path / "p.gpkg", [square(), line], parcel_id=["P1", hostile])
    command("init")
    assert command("ingest", "parcels", parcels, "--report", f"report.{suffix}").code == PARTLY_REFUSED
    path = tmp_path / f"report.{suffix}"
    if suffix == "json":
        report = json.loads(path.read_text("utf-8"))
        assert [(entry["read"], entry["taken"], entry["refused"]) for entry in report["files"]] == [(2, 1, 1)]
        assert [entry["identifier"] for entry in report["said"]] == [hostile]
    elif suffix == "xlsx":
        said = pd.read_excel(path, sheet_name=1)
        assert said["identifier"].tolist() == ["'" + hostile]
        assert said["row"].tolist() == [2]
    else:
        page = path.read_text("utf-8")
        assert "<script>" not in page
        assert "&lt;script&gt;" in page
        assert "第 2 行" in page


def test_the_quarantine_is_listed_and_written(command: Command, tmp_path: Path) -> None:
    command("init")
    assert command("quarantine", "list").out.strip() == "隔离区是空的"
    line = shapely.Polygon([(EAST, NORTH), (EAST + 100, NORTH), (EAST + 50, NORTH), (EAST, NORTH)])
    command("ingest", "parcels", layer(tmp_path / "p.gpkg", [square(), line]))
    assert "第 2 行" in command("quarantine", "list").out
    command("quarantine", "export", "q.csv")
    kept = pd.read_csv("q.csv")
    assert kept["quarantine_row"].tolist() == [2]
    assert kept["quarantine_outline"].str.startswith("POLYGON").all()


def test_strict_refuses_everything(command: Command, tmp_path: Path) -> None:
    line = shapely.Polygon([(EAST, NORTH), (EAST + 100, NORTH), (EAST + 50, NORTH), (EAST, NORTH)])
    parcels = layer(tmp_path / "p.gpkg", [square(), line])
    command("init")
    assert_one_sentence(command("ingest", "parcels", parcels, "--strict"), "p.gpkg", "1 行", "--strict")
    with closing(sqlite3.connect("parcelwatch.gpkg")) as conn:
        assert conn.execute("select count(*) from parcel").fetchone() == (0,)
        assert conn.execute("select count(*) from intake").fetchone() == (0,)


def test_a_negative_height_is_left_out_and_said(command: Command, tmp_path: Path) -> None:
    parcels = layer(tmp_path / "p.gpkg", [square()])
    footprints = layer(tmp_path / "f.gpkg", [square(side=100)], storey_count=[1], height_m=[-9.0])
    said = indicators(command, parcels, footprints)
    assert said.code == PARTLY_REFUSED
    assert "第 1 行" in said.out
    assert "-9" in said.out
    table = pd.read_csv("out.csv")
    assert table["building_coverage"].tolist() == [0.25]
    assert table[["floor_area_ratio_low", "floor_area_ratio_high"]].to_numpy().tolist() == [[0.25, 0.5]]


def test_a_date_that_is_no_date_refuses_its_row(command: Command, tmp_path: Path) -> None:
    command("init")
    command("ingest", "parcels", layer(tmp_path / "p.gpkg", [square(), square(500)]))
    (tmp_path / "l.csv").write_text("宗地号,约定动工日期\nP1,2024-02-30\nP2,2024-03-01\n", "utf-8")
    said = command("ingest", "ledger", "l.csv", "--complete-through", "2026-10-31")
    assert said.code == PARTLY_REFUSED
    assert "第 2 行" in said.out
    assert "约定动工日期" in said.out
    assert "2024-02-30" in said.out


def test_a_ledger_is_told_which_events_it_has_no_column_for(command: Command, tmp_path: Path) -> None:
    command("init")
    (tmp_path / "l.csv").write_text("宗地号,实际动工日期,施工许可证日期\nP1,2024-02-28,2024-01-02\n", "utf-8")
    said = command("ingest", "ledger", "l.csv", "--complete-through", "2026-10-31")
    assert said.code == OK
    (line,) = [line for line in said.out.splitlines() if "没有这些列" in line]
    assert "现场见施工日" in line
    assert "施工许可证" not in line


def test_a_truncated_image_leaves_its_scene_out_and_the_run_goes_on(command: Command, tmp_path: Path) -> None:
    parcels = layer(tmp_path / "p.gpkg", [square()])
    good, bad = scene(tmp_path / "s1"), scene(tmp_path / "s2", day="20250701")
    band = next(bad.glob("*_B04_*"))
    band.write_bytes(band.read_bytes()[:2000])
    said = command("observe", "--parcels", parcels, "--scenes", good, "--scenes", bad, "--out", "o.csv")
    assert said.code == PARTLY_REFUSED
    assert band.name in said.out
    assert len(pd.read_csv("o.csv")) == 1


def test_observing_says_as_json_what_it_took_and_made(command: Command, tmp_path: Path) -> None:
    parcels = layer(tmp_path / "p.gpkg", [square()])
    good, bad = scene(tmp_path / "s1"), scene(tmp_path / "s2", day="20250701")
    next(bad.glob("*_B04_*")).write_bytes(b"")
    said = command("observe", "--parcels", parcels, "--scenes", good, "--scenes", bad, "--out", "o.csv", "--json")
    assert said.code == PARTLY_REFUSED
    found = json.loads(said.out)
    assert (found["parcels"]["taken"], found["scenes"]["taken"], found["scenes"]["refused"]) == (1, 1, 1)
    assert (found["observations"], found["changes"], found["refused"]) == (1, 0, [])


def test_an_image_that_misses_the_parcels_says_so_for_each(command: Command, tmp_path: Path) -> None:
    parcels = layer(tmp_path / "p.gpkg", [square()])
    far = scene(tmp_path / "far", EAST + 50_000)
    said = command("observe", "--parcels", parcels, "--scenes", far, "--out", "o.csv")
    assert said.code == OK
    seen = pd.read_csv("o.csv")
    assert seen["reason"].tolist() == ["outside"]
    assert seen["built_fraction"].isna().all()


def test_no_footprints_at_all_is_not_known_rather_than_nothing_built(command: Command, tmp_path: Path) -> None:
    command("init")
    command("ingest", "parcels", layer(tmp_path / "p.gpkg", [square()]))
    text = "宗地号,约定竣工日期,竣工验收日期,约定建筑密度下限\nP1,2023-03-01,2023-02-01,0.3\n"
    (tmp_path / "l.csv").write_text(text, "utf-8")
    command("ingest", "ledger", "l.csv", "--complete-through", "2026-10-31")
    (tmp_path / "parcelwatch.toml").write_text(
        'jurisdictions = ["cn", "cn-441422"]\n[[adopt]]\ninstrument = "dabu-industrial-land-draft"\n'
        'adopted_by = "局"\nadopted_on = 2022-01-01\n',
        "utf-8",
    )
    assert command("scan", "2026-10", "--out", "maps").code == OK
    found = pd.read_csv("maps/2026-10/revision-1/findings.csv").set_index("rule_id")
    assert found.loc["dabu-low-3-building-coverage", "outcome"] == "undetermined"
    assert found.loc["dabu-low-3-building-coverage", "missing"] == "building_coverage_supplied"


def test_a_store_that_was_not_made_says_what_to_do(command: Command) -> None:
    assert_one_sentence(command("scan", "2026-10"), "parcelwatch.gpkg", "init")


def test_a_store_is_not_made_twice(command: Command, tmp_path: Path) -> None:
    assert command("init").code == OK
    before = (tmp_path / "parcelwatch.gpkg").read_bytes()
    assert_one_sentence(command("init"), "parcelwatch.gpkg")
    assert (tmp_path / "parcelwatch.gpkg").read_bytes() == before


def test_a_store_of_this_version_needs_no_upgrade(command: Command) -> None:
    command("init")
    said = command("upgrade")
    assert (said.code, said.out.strip()) == (OK, "无需升级：parcelwatch.gpkg")


def test_an_archive_named_as_a_parcel_file_is_refused(command: Command, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "p.gpkg", "w") as archive:
        archive.writestr("../evil", "x")
    assert_one_sentence(indicators(command, "p.gpkg", "p.gpkg"), "p.gpkg")


@pytest.mark.parametrize("path", ["https://example.org/p.gpkg", "/vsicurl/https://example.org/p.gpkg", "/vsizip/p.zip"])
def test_an_address_is_not_opened(command: Command, path: str) -> None:
    assert_one_sentence(indicators(command, path, path))


def test_an_unknown_suffix_is_refused_before_any_work(command: Command) -> None:
    said = command("indicators", "--parcels", "none.gpkg", "--footprints", "none.gpkg", "--out", "out.docx")
    assert_one_sentence(said, "out.docx", ".csv")


def test_wrong_usage_is_told_from_wrong_data(command: Command) -> None:
    assert command("ingest", "buildings", "x.gpkg").code == USAGE
    assert command("assess", "--as-of", "yesterday").code == USAGE
    assert command("observe", "--parcels", "p.gpkg").code == USAGE


def test_an_unknown_parcel_is_answered_with_near_ones(command: Command, tmp_path: Path) -> None:
    command("init")
    command("ingest", "parcels", layer(tmp_path / "p.gpkg", [square()], parcel_id=["甲-001"]))
    assert_one_sentence(command("explain", "001", "--as-of", "2026-10-31"), "001", "甲-001")


def test_messages_are_in_english_on_request(command: Command) -> None:
    said = command("--lang", "en", "indicators", "--parcels", "n.gpkg", "--footprints", "n.gpkg", "--out", "o.csv")
    assert said.code == UNUSABLE
    assert said.err.startswith("file n.gpkg: ")


def test_results_are_the_same_in_every_format(command: Command, tmp_path: Path) -> None:
    parcels = layer(tmp_path / "p.gpkg", [square(), square(500)])
    for suffix in ("csv", "parquet", "gpkg"):
        said = command("indicators", "--parcels", parcels, "--footprints", parcels, "--out", f"out.{suffix}")
        assert said.code == OK, said.err
    table = pd.read_csv("out.csv")
    pd.testing.assert_frame_equal(table, pd.read_parquet("out.parquet"), check_dtype=False)
    drawn = gpd.read_file("out.gpkg")
    assert drawn.geometry.area.round(6).tolist() == [40_000.0, 40_000.0]
    pd.testing.assert_frame_equal(table, pd.DataFrame(drawn.drop(columns="geometry")), check_dtype=False)
    once = (tmp_path / "out.gpkg").read_bytes()
    command("indicators", "--parcels", parcels, "--footprints", parcels, "--out", "out.gpkg")
    assert (tmp_path / "out.gpkg").read_bytes() == once


def test_a_parcel_without_an_identifier_column_is_numbered_and_that_is_said(command: Command, tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame({"colour": ["red"]}, geometry=[square()], crs=CRS)
    frame.to_file(tmp_path / "p.gpkg")
    said = indicators(command, "p.gpkg", "p.gpkg")
    assert said.code == OK
    assert "说明" in said.out
    assert pd.read_csv("out.csv")["parcel_id"].tolist() == [1]


def test_a_run_records_what_went_in_and_was_refused(command: Command, tmp_path: Path) -> None:
    command("init")
    line = shapely.Polygon([(EAST, NORTH), (EAST + 100, NORTH), (EAST + 50, NORTH), (EAST, NORTH)])
    command("ingest", "parcels", layer(tmp_path / "p.gpkg", [square(), line]))
    assert command("scan", "2026-10", "--out", "maps").code == OK
    folder = tmp_path / "maps" / "2026-10" / "revision-1"
    run = json.loads((folder / "run.json").read_text("utf-8"))
    assert [(entry["taken"], entry["refused"]) for entry in run["inputs"]] == [(1, 1)]
    assert "第 2 行" in (folder / "quarantine.csv").read_text("utf-8")
    assert (folder / "map.html").stat().st_size > 100_000


def test_a_bureau_names_its_headers_in_the_settings(command: Command) -> None:
    layer(Path("parcels.gpkg"), [square()], 图斑=["甲"])
    Path("parcelwatch.toml").write_text('[parcel_columns]\n"图斑" = "parcel_id"\n', "utf-8")
    command("init")
    command("ingest", "parcels", "parcels.gpkg")
    with closing(sqlite3.connect("parcelwatch.gpkg")) as conn:
        assert conn.execute("SELECT parcel_id FROM parcel").fetchall() == [("甲",)]


def test_a_place_in_the_county_tells_the_zone_of_eastings_without_prefix(command: Command) -> None:
    path = layer(Path("parcels.geojson"), [square()], crs=None)
    command("init")
    assert "EPSG:4548" in command("ingest", "parcels", path, "--near", "117.1,29.8").err
    assert "EPSG:4550" in command("ingest", "parcels", path, "--near", "123.1,29.8").err
    assert command("ingest", "parcels", path, "--near", "here").code == USAGE


def test_parcels_beside_their_reference_are_reported(command: Command) -> None:
    shapes = [square(x=x * 300, y=y * 300) for x in range(4) for y in range(4)]
    layer(Path("reference.gpkg"), shapes)
    layer(Path("parcels.gpkg"), [shapely.transform(shape, lambda at: at + np.array([30, -20])) for shape in shapes])
    command("init")
    said = command("ingest", "parcels", "parcels.gpkg", "--reference", "reference.gpkg")
    assert said.code == OK
    assert "向东 30.0 米，向北 -20.0 米" in said.out
    again = command("ingest", "parcels", "reference.gpkg", "--reference", "reference.gpkg")
    assert "向东" not in again.out


def test_no_password_of_a_store_is_printed(command: Command) -> None:
    said = command("--store", "postgresql+psycopg://clerk:hush@127.0.0.1:1/land", "init")
    assert said.code == UNUSABLE
    assert "clerk" in said.err
    assert "hush" not in said.err + said.out


def test_an_extra_that_is_not_installed_has_its_own_exit_code(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    said = command("--store", "postgresql://clerk@127.0.0.1:1/land", "init")
    assert said.code == 5
    assert "parcelwatch[postgis]" in said.err


def test_an_interrupted_command_says_how_to_go_on(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    command("init")
    monkeypatch.setattr("geo.steps.scan.scan", interrupt)
    said = command("scan", "2026-10")
    assert said.code == 130
    assert "再运行一次" in said.err


def test_the_template_is_written_filled_read_and_written_again(command: Command, tmp_path: Path) -> None:
    assert "模板.xlsx" in command("template", "模板.xlsx").out
    book = load_workbook("模板.xlsx")
    book["宗地与合同"].append(["A1", "K1"])
    book["合同"]["A2"] = "K1"
    book["延期"].append(["A1", "K1", "1", None, "2026-03-01", "县自然资源局", "合同约定"])
    book.save("填好.xlsx")
    command("init")
    said = command("ingest", "ledger", "填好.xlsx", "--complete-through", "2026-10-31")
    assert said.code == 0
    assert [line.split("：")[0] for line in said.out.splitlines()] == [
        "合同 填好.xlsx",
        "宗地与合同 填好.xlsx",
        "延期 填好.xlsx",
    ]
    command("template", "--filled", "库.xlsx")
    granted = next(load_workbook("库.xlsx")["延期"].iter_rows(min_row=2, max_row=2, max_col=7, values_only=True))
    assert granted[:4] == ("A1", "K1", "1", None)
    assert (granted[4].date().isoformat(), *granted[5:]) == ("2026-03-01", "县自然资源局", "合同约定")
    assert command("template", "模板.csv").code == UNUSABLE


def test_nothing_personal_reaches_the_store_where_the_settings_ask_so(command: Command, tmp_path: Path) -> None:
    Path("合同.csv").write_text(
        "合同编号,企业名称,联系人,备注,合同签订日期\n"
        "K1,张三丰,李四光,电话13800001234,2026-01-01\n"
        "K2,甲厂,王五行,x,见330211198001012345\n",
        "utf-8",
    )
    command("init")
    Path("parcelwatch.toml").write_text("mask_persons = true\n", "utf-8")
    said = command("ingest", "ledger", "合同.csv", "--report", "报告.json")
    shown = said.out + command("quarantine", "list").out + Path("报告.json").read_text("utf-8")
    kept = Path("parcelwatch.gpkg").read_bytes().decode("utf-8", "replace")
    secrets = ("张三丰", "李四光", "王五行", "13800001234", "330211198001012345")
    assert [secret for secret in secrets if secret in shown + kept] == []
    assert "按设置遮盖了 4 处个人信息" in said.out
    assert "***" in kept


def test_nothing_personal_of_a_refused_row_is_kept_for_a_later_try(command: Command) -> None:
    shapes = [square(), shapely.Point(EAST, NORTH)]
    said = {"联系人": ["李四光", "王五行"], "手机": [0, 13800001234], "备注": ["", "电话13900001234"]}
    layer(Path("parcels.gpkg"), shapes, **said)
    Path("parcelwatch.toml").write_text("mask_persons = true\n", "utf-8")
    command("init")
    assert command("ingest", "parcels", "parcels.gpkg").code == PARTLY_REFUSED
    command("quarantine", "export", "rows.csv")
    shown = Path("rows.csv").read_text("utf-8-sig")
    kept = Path("parcelwatch.gpkg").read_bytes().decode("utf-8", "replace")
    assert [secret for secret in ("王五行", "13800001234", "13900001234") if secret in shown + kept] == []
    assert "P2" in shown


FACTS_CSV = (
    "parcel_id,is_started,agreed_start_on,is_built_without_permit,land_use\n"
    "P1,false,2024-03-01,false,industrial\n"
    "P2,maybe,2024-03-01,false,industrial\n"
)


def test_a_table_of_facts_is_assessed_without_a_store(command: Command, tmp_path: Path) -> None:
    (tmp_path / "facts.csv").write_text(FACTS_CSV, "utf-8")
    said = command("assess", "--facts", "facts.csv", "--as-of", "2026-10-31", "--out", "found.csv")
    assert said.code == PARTLY_REFUSED  # "maybe" is no answer, and counts as not known
    assert "第 3 行“is_started”列：“maybe”" in said.err
    found = pd.read_csv(tmp_path / "found.csv").set_index(["parcel_id", "rule_id"])
    assert found.loc[("P1", "order53-idle-1"), ["outcome", "standing"]].tolist() == ["met", "in_force"]
    assert found.loc[("P2", "order53-idle-1"), ["outcome", "missing"]].tolist() == ["undetermined", "is_started"]
    assert {"label", "is_boundary"} <= set(found.columns)


def test_a_pack_asked_for_speaks_alone(command: Command, tmp_path: Path) -> None:
    (tmp_path / "facts.csv").write_text(FACTS_CSV.replace("maybe", ""), "utf-8")
    asked = ("--facts", "facts.csv", "--as-of", "2026-10-31", "--pack", "cn-410926")
    assert command("assess", *asked, "--out", "found.parquet").code == OK
    found = pd.read_parquet(tmp_path / "found.parquet")
    assert set(found["standing"]) == {"lapsed"}
    assert set(found["instrument_id"].astype(str)) == {
        "fanxian-life-cycle-2021",
        "fanxian-redevelopment-2021",
        "fanxian-used-before-supply-2021",
    }
    assert_one_sentence(command("assess", *asked[:-1], "nowhere", "--out", "found.csv"), "nowhere", "cn-410926")


def test_a_table_of_facts_needs_a_place_for_the_result(command: Command, tmp_path: Path) -> None:
    (tmp_path / "facts.csv").write_text(FACTS_CSV, "utf-8")
    assert command("assess", "--facts", "facts.csv", "--as-of", "2026-10-31").code == USAGE
    said = command("assess", "--facts", "facts.csv", "--as-of", "2026-10-31", "--out", "found.gpkg")
    assert_one_sentence(said, "found.gpkg", ".parquet")


def test_rules_are_listed_checked_and_written(command: Command, tmp_path: Path) -> None:
    listed = command("rules", "list", "--as-of", "2026-10-31").out
    assert "guangzhou-performance-2020（cn-440100）" in listed
    assert "已失效" in listed
    assert command("rules", "check").code == OK
    assert_one_sentence(command("rules", "doc", "--out", "rules.md", "--check"), "rules.md")
    assert command("rules", "doc", "--out", "rules.md").code == OK
    assert command("rules", "doc", "--out", "rules.md", "--check").code == OK
    ours = Path(__file__).resolve().parents[1] / "docs" / "rules.md"
    assert (tmp_path / "rules.md").read_bytes() == ours.read_bytes()


def test_a_lawyers_wrong_rule_is_answered_with_file_rule_and_what_to_do(command: Command, tmp_path: Path) -> None:
    rules = Path(__file__).resolve().parents[1] / "geo" / "law" / "rules"
    text = (rules / "cn" / "dynamic-patrol-2013.toml").read_text("utf-8")
    (tmp_path / "mine.toml").write_text(text.replace("is_sign_board_up", "is_sign_bord_up"), "utf-8")
    assert_one_sentence(command("rules", "check", "mine.toml"), "mine.toml", "patrol-sign-board", "is_sign_bord_up")


def test_a_parcel_is_explained_as_json_and_packs_are_compared(
    command: Command, tmp_path: Path, sample_settings: Settings
) -> None:
    there = ("--store", sample_settings.store)
    explained = ("explain", "云麓2024-039", "--as-of", "2026-10-31", "--json", "--pack", "idle-land-measures-2012")
    said = command(*there, *explained)
    assert {one["instrument_id"] for one in json.loads(said.out)["proofs"]} == {"idle-land-measures-2012"}
    assert command(*there, *explained, "--known-on", "2026-12-01").out == said.out
    assert_one_sentence(command(*there, *explained, "--known-on", "2020-01-01"), "parcelwatch ingest parcels")
    packs = ("idle-land-measures-2012", "dabu-industrial-land-draft", "--as-of", "2026-10-31", "--out", "flips.csv")
    said = command(*there, "compare-packs", *packs)
    assert said.code == OK
    assert "疑似低效：未规定 → 疑似" in said.out
    assert len(pd.read_csv(tmp_path / "flips.csv")) > 20
    told = json.loads(command(*there, "compare-packs", *packs, "--json").out)
    assert len(told["flips"]) == len(pd.read_csv(tmp_path / "flips.csv"))
    assert told["totals"]
    same = command(*there, "compare-packs", packs[0], packs[0], *packs[2:])
    assert "相同" in same.out
