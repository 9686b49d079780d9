"""What a proof looks like: golden texts, short enough to read."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from geo.law.assess import assess
from geo.law.money import Due, amount_of, amounts_due
from geo.law.options import Suggestion, suggest
from geo.law.proof import prove
from geo.law.render import render, render_money, render_options
from geo.law.rule import Adoption
from geo.locale import sentences
from geo.model import FACTS

AS_OF = date(2026, 10, 31)
STOPPED = {
    "is_started": True,
    "developed_fraction": {"value": "0.31", "low": "0.28", "high": "0.32"},
    "invested_fraction": "25%",
    "is_suspended": True,
    "last_worked_on": {"low": date(2025, 9, 6), "high": date(2025, 11, 25)},
}


def words(language):
    """Sentences of the locale; facts keep their own names here, so that others may rename them."""
    return {**sentences(language), **{f"fact.{name}": name for name in FACTS}}


@pytest.fixture
def text(packs, fact_frame):
    def ask(facts, rule_id, language, sources=None, adoptions=None):
        frame = fact_frame({"P1": facts})
        said = pd.DataFrame({name: [cell] for name, cell in (sources or {}).items()}, index=frame.index)
        found = prove(packs.values(), frame, said, as_of=AS_OF, adoptions=adoptions or {}, asked=set(packs))
        (proof,) = (one for one in found if one.rule_id == rule_id)
        return render(proof, words(language), language=language)

    return ask


def test_an_open_rule_in_chinese(text):
    sources = {"is_started": "ledger:row 12", "last_worked_on": "scene:S1"}
    assert (
        text(STOPPED, "order53-idle-2-area", "zh", sources)
        == """\
宗地 P1，2026-10-31，疑似闲置：待查
  依据：《闲置土地处置办法》第 2(2) 条（规则 order53-idle-2-area；可以；现行有效）
  要点：已动工，已开发用地面积不到应开发总面积的三分之一，并且停工满一年，也可以认定。
  条件：
    成立：is_started = 是；实为 是（来源 ledger:row 12）
    成立：developed_fraction < 1/3；实为 0.31 [0.28 至 0.32]
    成立：is_suspended = 是；实为 是
    不明：评定日 > last_worked_on + 1 年 = [2026-09-06 至 2026-11-25]（来源 scene:S1）；实为 2026-10-31
  尚待查明：last_worked_on
  只要查明其中这一项就能定论：last_worked_on
  last_worked_on在 2025-09-06 至 2025-11-25 之间：早于 2025-10-31 则疑似，自 2025-10-31 起则不构成。\
查一景 2025-09-06 至 2025-11-25 之间、最接近 2025-10-31 的清晰影像（或现场记录）：\
2025-10-31 以后仍见施工，或之前已见停工，即可定论。"""
    )


def test_an_adopted_draft_on_the_boundary_in_english(text):
    adoptions = {"dabu-industrial-land-draft": Adoption("the county bureau", date(2026, 1, 1))}
    facts = {**STOPPED, "last_worked_on": date(2024, 2, 29)}
    assert (
        text(facts, "dabu-idle-2-investment", "en", adoptions=adoptions)
        == """\
Parcel P1, 2026-10-31, suspected idle: not met
  Basis: Dabu County interim rules on industrial project land (draft for review), art. 5(1)2 \
(rule dabu-idle-2-investment; must; draft, adopted by this bureau)
  Adopted by the county bureau since 2026-01-01
  In short: Started, less than 25 % of the total investment is invested, and stopped for a full year.
  Conditions:
    holds: is_started = yes; it is yes
    does not hold: invested_fraction < 25%; it is 0.25; exactly on the limit
    holds: is_suspended = yes; it is yes
    holds: day of assessment > last_worked_on + 1 year(s) = 2025-02-28; it is 2026-10-31
  The outcome turns on a value that stands exactly on a limit: a person should check.
  Two limbs of one article disagree (one holds, the other does not): never notify automatically."""
    )


def test_an_exception_and_facts_that_are_not_known(text):
    assert (
        text({}, "order53-idle-1", "en")
        == """\
Parcel P1, 2026-10-31, suspected idle: undetermined
  Basis: Measures for the Disposal of Idle Land, art. 2(1) (rule order53-idle-1; must; in force)
  In short: A full year has passed since the agreed or prescribed start, and development has not started.
  Conditions:
    not known: is_started = no; it is not known
    not known: day of assessment > agreed_start_on + 1 year(s) = not known; it is 2026-10-31
  Exception: art. 30 (rule order53-idle-1-unless-works-without-permit) not known: Where works in the contract's use \
are going on without a permit, the land is not taken as idle for want of a start.
    not known: is_built_without_permit = yes; it is not known
  Still to be found out: is_started, agreed_start_on, is_built_without_permit
  None of them alone is sure to decide it."""
    )


def test_a_bracket_open_on_one_side_and_a_limit_without_a_period(text):
    facts = {"evaluable_from_on": date(2025, 6, 30), "floor_area_ratio_supplied": {"low": "0.9", "high": None}}
    assert "floor_area_ratio_supplied < contract_floor_area_ratio_min = 不明；实为 [0.9 至 不明]" in text(
        facts, "dabu-low-3-floor-area-ratio", "zh"
    )


def test_the_clause_of_the_contract_is_named(text):
    facts = {"incorporated_instrument": "fanxian-life-cycle-2021", "incorporated_clause": "12"}
    assert "\n  合同条款：12\n" in text(facts, "fanxian-late-start", "zh")


def test_a_day_that_no_image_shows_has_its_turn_without_one(text):
    facts = {"is_started": False, "is_built_without_permit": False}
    facts["agreed_start_on"] = {"low": date(2025, 10, 1), "high": date(2025, 11, 30)}
    told = text(facts, "order53-idle-1", "en")
    assert told.endswith(
        "agreed_start_on lies between 2025-10-01 and 2025-11-30: before 2025-10-31 the outcome is suspected, "
        "from 2025-10-31 on it is not met."
    )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_options_are_told_one_a_line_with_what_they_rest_on(packs, fact_frame, language):
    facts = fact_frame({"P1": {"is_idle_identified": True, "identified_cause": "government"}})
    found = assess(packs.values(), facts, as_of=AS_OF, adoptions={}, asked=set(packs))
    suggestions = suggest(packs.values(), facts, found, as_of=AS_OF, adoptions={}, asked=set(packs))["P1"]
    told = render_options(suggestions, words(language), language=language).splitlines()
    assert len(told) == 1 + len(suggestions)
    assert not [line for line in told if "{" in line]
    extend = next(line for line, one in zip(told[1:], suggestions, strict=True) if one.option_id == "dabu-idle-extend")
    assert words(language)["law.ground_statute"] in extend


def test_nothing_to_suggest_is_told_by_nothing():
    assert render_options([], words("en"), language="en") == ""


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_rule_can_be_told_in_both_languages(packs, fact_frame, language):
    frame = fact_frame({"P1": STOPPED})
    for proof in prove(packs.values(), frame, frame.astype(str), as_of=AS_OF, adoptions={}, asked=set(packs)):
        told = render(proof, words(language), language=language)
        assert proof.summary.of(language) in told
        assert "{" not in told


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_amount_is_told_with_its_arithmetic_in_both_languages(packs, fact_frame, language):
    told = render_money(money(packs, fact_frame, price_yuan=30_000_000), words(language), language=language)
    heading, levy, part, note = told.splitlines()
    assert heading == words(language)["law.money_heading"]
    assert "6,000,000.00" in levy
    assert part.strip().startswith("20% × price_yuan 30,000,000 = 6,000,000.00")
    assert packs["idle-land-measures-2012"].formulas[0].assumes.of(language) in note
    assert "{" not in told


def test_an_amount_between_bounds_or_below_zero_or_without_a_fact_says_so(packs, fact_frame):
    price = {"value": None, "low": 10, "high": 20}
    told = render_money(money(packs, fact_frame, price_yuan=price), words("en"), language="en")
    assert "2.00 to 4.00 yuan" in told
    told = render_money(money(packs, fact_frame), words("en"), language="en")
    assert "cannot be computed for want of: price_yuan" in told
    below = render_money(money(packs, fact_frame, price_yuan=-1), words("zh"), language="zh")
    assert words("zh")["law.money_below_zero"] in below


def test_a_share_is_told_with_both_its_facts(packs):
    text = packs["taizhou-supervision-draft-note"]
    formula = next(one for one in text.formulas if one.id == "buy-back")
    facts = {"price_yuan": 3000.0, "term_d": 50.0, "term_used_d": 6.5, "incentives_paid_yuan": 200.0}
    row = {f"{name}_{side}": value for name, value in facts.items() for side in ("low", "high")}
    due = Due(shown(text, "taizhou-buy-back", "met"), formula, amount_of(formula, row))
    told = render_money([due], words("en"), language="en")
    assert "× (term_d 50 − term_used_d 6.5) ÷ term_d 50 = 2,610.00 yuan" in told
    assert "1 × buildings_value_yuan not known = not known" in told


def test_where_a_gate_is_open_no_amount_is_told_but_what_is_to_be_found_out(packs):
    text = packs["idle-land-measures-2012"]
    option = replace(shown(text, "order53-fee", "undetermined"), missing=("is_hearing_offered",))
    told = render_money([Due(option, text.formulas[0], None)], words("en"), language="en")
    assert "to be found out first: is_hearing_offered" in told
    assert "yuan" not in told
    assert render_money([], words("en"), language="en") == ""


def test_a_formula_that_leaves_nothing_open_has_no_line_of_what_it_assumes(packs, fact_frame):
    (due,) = money(packs, fact_frame, price_yuan=30_000_000)
    plain = replace(due, formula=replace(due.formula, assumes=None))
    told = render_money([plain], words("zh"), language="zh").splitlines()
    assert told == render_money([due], words("zh"), language="zh").splitlines()[:-1]


def shown(text, option_id, outcome):
    one = next(option for option in text.options if option.id == option_id)
    words = (one.article, one.kind, one.labels, one.ground, one.modality, one.summary)
    return Suggestion(text.id, text.title, one.id, *words, "in_force", outcome, (), one.formula, one.document)


def money(packs, fact_frame, **facts):
    """The idle-land fee of a parcel whose gates are open."""
    text = packs["idle-land-measures-2012"]
    frame = fact_frame({"P1": {"is_started": False, **facts}})
    return amounts_due([text], frame, {"P1": [shown(text, "order53-fee", "met")]})["P1"]
