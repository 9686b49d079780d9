import pandas as pd

from geo.maps.content import ConditionNote, RulePart
from geo.maps.findings import clocks_payload, facts_payload, findings_payload, rules_payload, series_payload
from geo.model import OBSERVATION_COLUMNS


def texts_of(column, rows):
    return [None if column["at"][row] is None else column["text"][column["at"][row]] for row in rows]


def cell(fact, key, row):
    """What page/data.js reads of a fact, written for the test."""
    at = fact["at"][row]
    column = fact.get(key) or (fact["value"] if fact["kind"] in ("measure", "date") else None)
    return None if at is None or column is None else column[at]


def test_every_finding_is_told_under_its_parcel(content):
    parcel_ids = content.parcels["parcel_id"]
    told = findings_payload(content, parcel_ids)
    pairs = []
    for parcel_id, at in zip(parcel_ids, told["at"], strict=True):
        kinds = [] if at is None else told["sets"][at]
        pairs += [(parcel_id, outcome) for outcome in texts_of(told["kinds"]["outcome"], kinds)]
    assert sorted(pairs) == sorted(zip(content.findings["parcel_id"], content.findings["outcome"], strict=True))


def test_findings_that_are_alike_are_written_once(content):
    told = findings_payload(content, content.parcels["parcel_id"])
    same = content.findings.drop(columns="parcel_id").drop_duplicates()
    assert len(told["kinds"]["rule"]) == len(same) < len(content.findings)
    assert len(told["rules"]["rule_id"]["at"]) == 3


def test_what_needs_a_person_stands_first(content):
    told = findings_payload(content, content.parcels["parcel_id"])
    rank = {"met": 0, "undetermined": 1, "not_met": 2}
    for kinds in told["sets"]:
        ranks = [rank[outcome] for outcome in texts_of(told["kinds"]["outcome"], kinds)]
        assert ranks == sorted(ranks)


def test_marks_of_a_finding_are_ones_and_noughts(content):
    kinds = findings_payload(content, content.parcels["parcel_id"])["kinds"]
    assert (sum(kinds["is_boundary"]), sum(kinds["is_limb_conflict"])) == (1, 1)


def test_how_conditions_came_out_goes_along(content, make_county):
    findings = content.findings.assign(truths="y?", limits="2026-01-01", settles="started_on")
    kinds = findings_payload(make_county(findings=findings), content.parcels["parcel_id"])["kinds"]
    assert [kinds[name]["text"] for name in ("truths", "limits", "settles")] == [["y?"], ["2026-01-01"], ["started_on"]]


def test_a_rule_is_its_own_conditions_and_then_those_of_its_exceptions():
    own = RulePart((ConditionNote("is_started", "==", "false", None, None),))
    other = RulePart((ConditionNote("cause", "in", "government", None, None),), "r-x", "8", {"zh": "政府原因"})
    assert rules_payload({"r": (own, other)}) == {
        "r": [
            {
                "exception": "",
                "article": "",
                "summary": {},
                "conditions": [["is_started", "==", "false", None, None]],
            },
            {
                "exception": "r-x",
                "article": "8",
                "summary": {"zh": "政府原因"},
                "conditions": [["cause", "in", "government", None, None]],
            },
        ]
    }


def told_facts(content):
    return facts_payload(content, content.parcels["parcel_id"])


def test_a_fact_keeps_its_value_bounds_unit_and_source(content):
    fact = told_facts(content)["developed_fraction"]
    assert (fact["kind"], fact["unit"]) == ("measure", "1")
    assert [cell(fact, key, 0) for key in ("value", "low", "high")] == [0.31, 0.27, 0.36]
    assert texts_of(fact["source"], [0]) == ["scene:S2B_MSIL2A_20261018; assumed:parcel_area"]


def test_a_bracket_without_a_value_and_an_open_end_are_kept(content):
    facts = told_facts(content)
    developed, invested = facts["developed_fraction"], facts["invested_fraction"]
    assert [cell(developed, key, 2) for key in ("value", "low", "high")] == [None, 0.1, 0.62]
    assert (cell(invested, "low", 2), cell(invested, "high", 2)) == (0.25, "inf")


def test_bounds_that_are_the_value_are_not_written_again(content):
    assert set(told_facts(content)["agreed_start_on"]) == {"kind", "unit", "source", "at", "value"}


def test_days_bools_and_texts_keep_their_kind(content):
    facts = told_facts(content)
    assert cell(facts["agreed_start_on"], "high", 0) == "2024-09-01"
    assert cell(facts["is_started"], "value", 0) is False
    assert cell(facts["is_started"], "value", 2) is None
    assert cell(facts["cause"], "value", 0) == "enterprise"


def test_a_fact_that_nobody_knows_is_left_out(content):
    assert "completed_on" not in told_facts(content)


def test_a_series_holds_thousandths_and_nothing_where_it_was_cloudy():
    rows = [
        {"parcel_id": "b", "acquired_at": "2026-10-02T03:00Z"}
        | {"built_fraction": 0.1234, "built_fraction_low": 0.1, "built_fraction_high": 0.2},
        {"parcel_id": "b", "acquired_at": "2026-09-02T03:00Z"},
    ]
    observations = pd.DataFrame(rows).reindex(columns=list(OBSERVATION_COLUMNS))
    assert series_payload(observations, pd.Series(["a", "b"])) == {
        "day": ["2026-09-02", "2026-10-02"],
        "of": {"1": {"day": [0, 1], "built": [None, 123], "low": [None, 100], "high": [None, 200]}},
    }


def test_clocks_stand_under_their_parcel_the_nearest_first():
    clocks = pd.DataFrame(
        [("b", "late", None, "2026-05-01", "running"), ("b", "soon", "2026-01-01", "2026-02-01", "met")],
        columns=["parcel_id", "clock", "starts_on", "due_on", "state"],
    ).assign(label_zh="调查", label_en="investigation")
    told = clocks_payload(clocks, pd.Series(["a", "b"]))
    assert [one["due_on"] for one in told["1"]] == ["2026-02-01", "2026-05-01"]
    assert told["1"][0] == {
        "label": {"zh": "调查", "en": "investigation"},
        "starts_on": "2026-01-01",
        "due_on": "2026-02-01",
        "state": "met",
        "article": None,
    }
    assert clocks_payload(None, pd.Series(["a"])) == {}
