import json
import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from geo.errors import SchemaError
from geo.steps.assess import assess_day, end_of
from geo.steps.explain import explain, explain_json
from geo.store import open_store

DAY = date(2026, 10, 31)
BRACKETED, IDLE, LATE = "云麓2024-039", "云麓2023-001", "云麓2024-014"


@pytest.fixture(scope="module")
def assessment(sample_settings, known_at):
    return assess_day(open_store(sample_settings.store), sample_settings, as_of=DAY, known_at=known_at)


def test_340_or_420_days_are_explained_with_the_image_that_would_settle_it(assessment):
    told = explain(assessment, BRACKETED, language="zh")
    assert "最接近 2025-10-31 的清晰影像" in told
    assert "早于 2025-10-31 则疑似，自 2025-10-31 起则不构成" in told


def test_what_may_follow_stands_at_the_end_with_what_it_rests_on(assessment):
    told = explain(assessment, IDLE, language="en")
    options = told.partition("What may follow")[2]
    assert "remedy: Not started for two full years through the enterprise" in options  # 28 months
    assert "Not started for a year through the enterprise" not in options
    assert "for internal use only" in options  # Dabu's wider lock
    assert told.index("What may follow") > told.index("dabu-low-6")


def test_money_that_may_not_be_asked_for_yet_is_told_by_what_is_missing_and_never_by_a_sum(assessment):
    """Not started for 13 months, but nobody identified that or its cause: never 'fee due' (rules.md D1)."""
    money = explain(assessment, LATE, language="zh").partition("应付金额")[2]
    assert "土地闲置费：未计算" in money
    assert not re.search(r"\d 元", money)
    content = json.loads(explain_json(assessment, LATE, language="zh"))
    fee = next(one for one in content["money"] if one["option_id"] == "order53-fee")
    assert (fee["formula"], fee["yuan_low"], fee["yuan_high"], fee["sum"]) == ("idle-fee", None, None, [])
    assert {"identified_cause", "is_hearing_offered"} <= set(fee["missing"])


def test_a_sum_is_told_as_text_and_as_exact_decimals(assessment):
    """A fifth of 30 million is 6 million (rules.md 1.7)."""
    decided = {"is_idle_identified": True, "identified_cause": "enterprise", "is_hearing_offered": True}
    facts = assessment.facts.assign(**decided)
    sources = assessment.fact_sources.assign(**dict.fromkeys(decided))
    heard = replace(assessment, facts=facts, fact_sources=sources)
    fee = next(
        one for one in json.loads(explain_json(heard, LATE, language="zh"))["money"] if one["formula"] == "idle-fee"
    )
    assert fee["yuan_low"] == fee["yuan_high"] == "6000000.00"
    assert fee["sum"][0]["known"] == {"price_yuan": [30_000_000, 30_000_000]}
    assert "20% × 土地出让价款 30,000,000 = 6,000,000.00 元" in explain(heard, LATE, language="zh")


def test_rules_that_were_not_asked_are_explained_all_the_same(assessment):
    assert "dabu-low-7" not in set(assessment.findings["rule_id"])
    assert "dabu-low-7" in explain(assessment, IDLE, language="zh")


def test_the_json_holds_what_the_text_says_and_is_the_same_each_time(assessment, sample_settings, known_at):
    told = explain_json(assessment, BRACKETED, language="zh")
    content = json.loads(told)
    assert (content["parcel_id"], content["as_of"], content["schema_version"]) == (BRACKETED, "2026-10-31", 1)
    proof = next(one for one in content["proofs"] if one["rule_id"] == "order53-idle-2-area")
    assert proof["outcome"] == "undetermined"
    assert proof["settles"] == ["last_worked_on"]
    assert proof["turns"] == [
        {
            "fact": "last_worked_on",
            "low": "2025-09-06",
            "high": "2025-11-25",
            "on": "2025-10-31",
            "before": "met",
            "after": "not_met",
        }
    ]
    assert content["instruments"]["idle-land-measures-2012"]
    again = assess_day(open_store(sample_settings.store), sample_settings, as_of=DAY, known_at=known_at)
    assert explain_json(again, BRACKETED, language="zh") == told


def test_a_later_evening_of_knowing_the_same_gives_the_same_bytes(assessment, sample_settings, known_at):
    later = end_of((known_at + timedelta(days=30)).date())
    again = assess_day(open_store(sample_settings.store), sample_settings, as_of=DAY, known_at=later)
    assert explain(again, IDLE, language="zh") == explain(assessment, IDLE, language="zh")


def test_before_the_file_was_filled_there_is_nothing_to_explain(sample_settings):
    with pytest.raises(SchemaError) as caught:
        assess_day(open_store(sample_settings.store), sample_settings, as_of=DAY, known_at=end_of(date(2020, 1, 1)))
    assert caught.value.code == "scan.no_parcels"


def test_a_pack_asked_for_speaks_alone_with_its_true_standing(sample_settings, known_at):
    engine = open_store(sample_settings.store)
    asked = assess_day(engine, sample_settings, as_of=DAY, known_at=known_at, asked=("taizhou-supervision-draft-note",))
    assert set(asked.findings["standing"]) == {"draft"}
    assert set(asked.findings["instrument_id"]) == {"taizhou-supervision-draft-note"}
    assert "taizhou-sign-board" in asked.lacking


def test_a_parcel_that_is_not_there_is_answered_with_near_ones(assessment):
    with pytest.raises(SchemaError) as caught:
        explain(assessment, "2023-00", language="zh")
    assert IDLE in caught.value.params["near"]
