from datetime import date, datetime
from fractions import Fraction

import pytest

from geo.errors import RuleFormatError
from geo.law.keys import Place
from geo.law.parse_condition import parse_condition
from geo.law.rule import Condition
from geo.locale import say_error
from geo.model import FACTS, FactSpec

PLACE = Place("a.toml", "r1")


def parse(**table):
    return parse_condition(table, PLACE)


def refused(**table):
    with pytest.raises(RuleFormatError) as caught:
        parse(**table)
    assert (caught.value.params["file"], caught.value.params["rule"]) == ("a.toml", "r1")
    for language in ("zh", "en"):
        assert "r1" in say_error(caught.value, language)
    return caught.value.code


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1/3", Fraction(1, 3)),
        ("25%", Fraction(1, 4)),
        ("33.3%", Fraction(333, 1000)),
        ("0.5", Fraction(1, 2)),
        ("1", Fraction(1)),
        ("-2", Fraction(-2)),
    ],
)
def test_a_limit_is_exact(text, number):
    assert parse(fact="developed_fraction", op="<", value=text) == Condition(
        "developed_fraction", "<", text, limit=number
    )


@pytest.mark.parametrize(
    "value", [0.25, 1, True, "a third", "1/0", "0.3 ", "1e-3", "nan", "1/3%", date(2024, 1, 1), [1]]
)
def test_a_limit_that_is_not_exact_is_refused(value):
    assert refused(fact="developed_fraction", op="<", value=value) == "law.inexact_limit"


def test_a_day_may_be_a_limit():
    condition = parse(fact="agreed_start_on", op=">=", value=date(2012, 7, 1))
    assert (condition.limit, condition.text) == (date(2012, 7, 1), "2012-07-01")


@pytest.mark.parametrize("value", ["2012-07-01", datetime(2012, 7, 1), 2012])  # noqa: DTZ001 - TOML local times have no zone
def test_a_day_is_written_as_a_day(value):
    assert refused(fact="agreed_start_on", op=">=", value=value) == "law.not_a_day"


def test_another_fact_may_be_the_limit_with_or_without_a_period():
    plain = parse(fact="floor_area_ratio_supplied", op="<", other="contract_floor_area_ratio_min")
    later = parse(fact="as_of", op=">", other="agreed_start_on", plus="P1Y")
    assert (plain.other, plain.plus, plain.limit) == ("contract_floor_area_ratio_min", None, None)
    assert (later.other, later.plus, later.text) == ("agreed_start_on", "P1Y", "agreed_start_on + P1Y")
    assert parse(fact="agreed_start_on", op="<", other="as_of").other == "as_of"


def test_texts_and_bools_are_listed():
    assert parse(fact="is_started", op="in", value=[False]).limit == (False,)
    several = parse(fact="cause", op="in", value=["government", "force_majeure"])
    assert (several.limit, several.text) == (("government", "force_majeure"), "government, force_majeure")


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("is_started", False),
        ("is_started", []),
        ("is_started", ["false"]),
        ("is_started", [0]),
        ("cause", [True]),
        ("cause", ["mixed", "mixed"]),
    ],
)
def test_what_is_listed_suits_the_fact(fact, value):
    assert refused(fact=fact, op="in", value=value) == "law.wrong_options"


def test_an_unknown_fact_is_refused_on_either_side():
    assert refused(fact="is_idle", op="in", value=[True]) == "law.unknown_fact"
    assert refused(fact="as_of", op=">", other="idle_from_on") == "law.unknown_fact"


@pytest.mark.parametrize(
    ("fact", "op"), [("is_started", "=="), ("cause", "=="), ("developed_fraction", "in"), ("as_of", "!=")]
)
def test_an_operator_that_does_not_suit_the_fact_is_refused(fact, op):
    assert refused(fact=fact, op=op, value="1") == "law.wrong_operator"


def test_facts_of_two_kinds_do_not_compare():
    assert refused(fact="as_of", op=">", other="developed_fraction") == "law.wrong_other"
    assert refused(fact="is_started", op="in", other="is_completed") == "law.wrong_other"


def test_a_condition_has_one_limit():
    assert refused(fact="as_of", op=">") == "law.one_limit"
    assert refused(fact="as_of", op=">", other="agreed_start_on", value=date(2012, 7, 1)) == "law.one_limit"
    assert refused(fact="as_of", op=">", value=date(2012, 7, 1), plus="P1Y") == "law.one_limit"


def test_a_period_is_a_period_and_follows_a_day():
    assert refused(fact="as_of", op=">", other="agreed_start_on", plus="1 year") == "law.bad_period"
    assert (
        refused(fact="floor_area_ratio_supplied", op="<", other="contract_floor_area_ratio_min", plus="P1Y")
        == "law.bad_period"
    )


@pytest.fixture
def money(monkeypatch):
    """A fact in yuan and one in square metres, beside the shares."""
    monkeypatch.setitem(FACTS, "price_yuan", FactSpec("measure", "yuan"))
    monkeypatch.setitem(FACTS, "paid_yuan", FactSpec("measure", "yuan"))
    monkeypatch.setitem(FACTS, "supplied_area_m2", FactSpec("measure", "m2"))


@pytest.mark.usefixtures("money")
def test_a_unit_is_written_and_must_be_the_facts_own():
    assert parse(fact="price_yuan", op=">", value="3000", unit="yuan").limit == Fraction(3000)
    assert parse(fact="paid_yuan", op="<", other="price_yuan", unit="yuan").other == "price_yuan"
    assert parse(fact="developed_fraction", op="<", value="25%", unit="1").limit == Fraction(1, 4)
    assert refused(fact="price_yuan", op=">", value="3000") == "law.wrong_unit"
    assert refused(fact="price_yuan", op=">", value="3000", unit="m2") == "law.wrong_unit"
    assert refused(fact="price_yuan", op=">", value="20%", unit="yuan") == "law.wrong_unit"
    assert refused(fact="price_yuan", op=">", other="supplied_area_m2") == "law.wrong_unit"
    assert refused(fact="paid_yuan", op="<", other="price_yuan", unit="m2") == "law.wrong_unit"
    assert refused(fact="developed_fraction", op="<", value="25%", unit="m2") == "law.wrong_unit"
    assert refused(fact="is_started", op="in", value=[True], unit="m2") == "law.wrong_unit"


def test_what_is_no_table_is_refused():
    with pytest.raises(RuleFormatError) as caught:
        parse_condition("as_of > agreed_start_on", PLACE)
    assert caught.value.code == "law.wrong_type"


def test_an_unknown_key_is_refused():
    assert refused(fact="as_of", op=">", other="agreed_start_on", minus="P1Y") == "law.unknown_key"


def test_a_key_of_the_wrong_type_is_refused():
    assert refused(fact="as_of", op=">", other="agreed_start_on", plus=365) == "law.wrong_type"
