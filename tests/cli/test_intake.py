"""Files taken in through the command: said once, compared with what was known, complete or not."""

import json
from datetime import date
from pathlib import Path

import geopandas as gpd
import openpyxl
import pytest
import shapely

from geo.store import open_store, read_footprints, read_intakes, read_parcels

OK, UNUSABLE, PARTLY_REFUSED = 0, 3, 4


@pytest.fixture
def county(square) -> dict[str, object]:
    """Seven parcels side by side."""
    return {name: square(100 * at) for at, name in enumerate("ABCDEFG")}


@pytest.fixture
def newer(square, county) -> dict[str, object]:
    """A year later: A split in two, B and C merged, D smaller, E the same, F renumbered, G gone, one new."""
    left, right = (square(0).intersection(square(x)) for x in (-40, 60))
    return {
        "A1": left,
        "A2": right,
        "BC": county["B"].union(county["C"]),
        "D": square(300, side=90),
        "E": county["E"],
        "F2": county["F"],
        "N": square(0, 900),
    }


def test_the_same_file_again_says_so_and_changes_nothing(command, store, write, county):
    path = write("p.gpkg", county)
    assert command("ingest", "parcels", path).code == OK
    with open_store(store).connect() as conn:
        before = read_parcels(conn), len(read_intakes(conn))
    said = command("ingest", "parcels", path)
    assert said.code == OK
    assert "库中没有改动" in said.out
    with open_store(store).connect() as conn:
        assert read_parcels(conn).equals(before[0])
        assert len(read_intakes(conn)) == before[1] == 1


def test_an_older_file_taken_in_again_does_not_undo_a_newer_one(command, store, write, county, square):
    old = write("old.gpkg", county)
    new = write("new.gpkg", county | {"A": square(0, side=90)})
    for path in (old, new, old):
        command("ingest", "parcels", path)
    with open_store(store).connect() as conn:
        assert read_parcels(conn)["area_m2"].tolist()[0] == 8100


def test_the_same_bytes_read_another_way_are_another_statement(command, store, write, county):
    path = write("p.gpkg", county)
    command("ingest", "parcels", path)
    assert "未变 7" in command("ingest", "parcels", path, "--valid-on", "2026-06-01").out
    assert "库中没有改动" in command("ingest", "parcels", path, "--valid-on", "2026-06-01").out


def test_what_is_read_is_what_is_taken_mended_and_refused(command, store, write, county, bow_tie):
    corners = [*county["A"].exterior.coords]
    spike = shapely.Polygon([*corners[:2], (corners[1][0], corners[1][1] + 500), corners[1], *corners[2:]])
    out = command("ingest", "parcels", write("p.gpkg", county | {"A": spike, "X": bow_tie})).out
    assert "读入 8 行 = 收入 6 + 修补后收入 1 + 拒收 1" in out


def test_every_file_is_taken_in_by_itself(command, store, write, county, square):
    one, other = write("one.gpkg", county), write("other.gpkg", {"Z": square(0, 500)})
    assert command("ingest", "parcels", one, other).code == OK
    with open_store(store).connect() as conn:
        assert read_intakes(conn)["file"].tolist() == ["one.gpkg", "other.gpkg"]


def test_an_unusable_file_among_others_leaves_nothing(command, store, write, county):
    assert command("ingest", "parcels", write("one.gpkg", county), "none.gpkg").code == UNUSABLE
    with open_store(store).connect() as conn:
        assert read_intakes(conn).empty


def test_a_newer_file_of_the_whole_county_is_compared_parcel_by_parcel(command, store, write, county, newer):
    command("ingest", "parcels", write("v1.gpkg", county))
    path = write("v2.gpkg", newer)
    said = command("ingest", "parcels", path, "--complete", "--valid-on", "2026-06-01", "--report", "r.json")
    assert said.code == OK
    assert "新增 5，变动 1，未变 1，注销 5，文件中没有而库中仍保留 0" in said.out
    assert "界线变更：D，10000.0 → 8100.0 平方米" in said.out
    assert "分割：A1，6000.0 平方米；分割：A（占原宗地 60.0 %，占新宗地 100.0 %）" in said.out
    assert "合并：BC，20000.0 平方米；合并：B（占原宗地 100.0 %，占新宗地 50.0 %）" in said.out
    report = json.loads(Path("r.json").read_text("utf-8"))
    told = {entry["parcel_id"]: entry for entry in report["differences"]}
    assert {name: entry["kind"] for name, entry in told.items()} == {
        "A1": "split",
        "A2": "split",
        "BC": "merged",
        "D": "geometry",
        "F2": "renumbered",
        "N": "new",
        **dict.fromkeys("ABCFG", "withdrawn"),
    }
    with open_store(store).connect() as conn:
        assert read_parcels(conn)["parcel_id"].tolist() == ["A1", "A2", "BC", "D", "E", "F2", "N"]
        assert read_parcels(conn, as_of=date(2026, 5, 31))["parcel_id"].tolist() == list("ABCDEFG")


def test_without_complete_what_is_absent_is_told_and_kept(command, store, write, county, newer):
    command("ingest", "parcels", write("v1.gpkg", county))
    said = command("ingest", "parcels", write("v2.gpkg", newer), "--report", "r.xlsx")
    assert "注销 0，文件中没有而库中仍保留 5" in said.out
    sheet = openpyxl.load_workbook("r.xlsx").worksheets[2]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert sorted(row[3] for row in rows if row[4] == "absent") == list("ABCFG")
    with open_store(store).connect() as conn:
        assert len(read_parcels(conn)) == 12


def test_a_page_of_differences_runs_nothing(command, store, write, county, square):
    command("ingest", "parcels", write("v1.gpkg", county))
    hostile = "<script>alert(1)</script>"
    command("ingest", "parcels", write("v2.gpkg", {hostile: square(0)}), "--report", "r.html")
    page = Path("r.html").read_text("utf-8")
    assert "&lt;script&gt;" in page
    assert hostile not in page


@pytest.mark.parametrize(
    "refusal",
    [
        ("parcels", ["--complete"], "--valid-on"),
        ("ledger", ["--complete", "--valid-on", "2026-06-01"], "--complete"),
    ],
)
def test_what_cannot_be_complete_is_refused(command, store, write, county, refusal):
    kind, options, part = refusal
    said = command("ingest", kind, write("p.gpkg", county), *options)
    assert said.code == UNUSABLE
    assert part in said.err
    with open_store(store).connect() as conn:
        assert read_intakes(conn).empty


def test_row_numbers_do_not_tell_what_a_complete_file_leaves_out(command, store, write, county):
    path = write("p.gpkg", county)
    gpd.read_file(path).drop(columns="宗地号").to_file("q.gpkg")
    said = command("ingest", "parcels", "q.gpkg", "--complete", "--valid-on", "2026-06-01")
    assert said.code == UNUSABLE
    assert "--complete" in said.err


def test_footprints_are_counted_beside_what_was_known(command, store, write, county, square):
    command("ingest", "footprints", write("f1.gpkg", county, 幢号=list(county)))
    newer = {name: outline for name, outline in county.items() if name != "G"} | {"A": square(0, side=50)}
    path = write("f2.gpkg", newer, 幢号=list(newer))
    said = command("ingest", "footprints", path, "--complete", "--valid-on", "2026-06-01")
    assert said.code == OK
    assert "新增 0，变动 1，未变 5，注销 1，文件中没有而库中仍保留 0" in said.out
    with open_store(store).connect() as conn:
        assert len(read_footprints(conn)) == 6


def test_the_history_of_a_parcel_is_printed(command, store, write, county, newer):
    command("ingest", "parcels", write("v1.gpkg", county, 企业名称=list("甲乙丙丁戊己庚")))
    command("ingest", "parcels", write("v2.gpkg", newer), "--complete", "--valid-on", "2026-06-01")
    Path("l.csv").write_text("宗地号,出让价款\nA,100\n", "utf-8")
    command("ingest", "ledger", "l.csv")
    out = command("history", "A").out
    for part in ("10000.0 平方米", "自 2026-06-01 起注销", "A1（第 8 版），占前者 60.0 %", "v1.gpkg", "l.csv", "100.0"):
        assert part in out, out
    assert "withdrawn from 2026-06-01" in command("--lang", "en", "history", "A").out
    assert command("history", "A", "--known-on", "2020-01-01").code == UNUSABLE
    said = command("history", "A9")
    assert said.code == UNUSABLE
    assert "A9" in said.err
