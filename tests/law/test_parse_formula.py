import pytest

from geo.errors import RuleFormatError
from geo.law.keys import Place
from geo.law.parse import parse_instrument
from geo.law.parse_formula import parse_formula

PLACE = Place("a.toml", "[[formula]] 1")
PART = {"rate": "100000", "unit": "yuan/mu", "facts": ["temporary_land_mu"]}
SHARE = {"rate": "1", "facts": ["price_yuan"], "of": "term_d", "less": "term_used_d"}
FORMULA = {"id": "deposit", "article": "13", "summary": {"zh": "保证金", "en": "deposit"}, "sum": [PART, SHARE]}


def refused(found):
    with pytest.raises(RuleFormatError) as caught:
        parse_formula(found, PLACE)
    return caught.value.code, caught.value.params["rule"]


def test_a_formula_is_read():
    formula = parse_formula(FORMULA | {"assumes": {"zh": "日历日", "en": "calendar days"}}, PLACE)
    first, second = formula.parts
    assert (first.rate, first.text, first.named) == (100_000, "100000", ("temporary_land_mu",))
    assert second.named == ("price_yuan", "term_d", "term_used_d")
    assert formula.assumes.en == "calendar days"
    assert parse_formula(FORMULA, PLACE).assumes is None


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"sum": []}, "law.missing_key"),
        ({"id": "The Deposit"}, "law.bad_identifier"),
        ({"when": []}, "law.unknown_key"),
        ({"sum": ["20%"]}, "law.wrong_type"),
        ({"sum": [{"rate": "1"}]}, "law.missing_key"),
        ({"sum": [{"rate": "1", "facts": []}]}, "law.missing_key"),
        ({"sum": [{"rate": 0.2, "facts": ["price_yuan"]}]}, "law.wrong_type"),
        ({"sum": [{"rate": "about 20%", "facts": ["price_yuan"]}]}, "law.inexact_limit"),
        ({"sum": [{"rate": "20%", "facts": ["the_price"]}]}, "law.unknown_fact"),
        ({"sum": [{"rate": "20%", "facts": ["agreed_start_on"]}]}, "law.unknown_fact"),
        ({"sum": [{"rate": "20%", "facts": ["term_d"]}]}, "law.wrong_unit"),
        ({"sum": [{"rate": "20%", "facts": ["price_yuan", "price_yuan"]}]}, "law.wrong_unit"),
        ({"sum": [PART | {"unit": "yuan"}]}, "law.wrong_unit"),
        ({"sum": [SHARE | {"less": "temporary_land_mu"}]}, "law.wrong_unit"),
        ({"sum": [{"rate": "1", "facts": ["price_yuan"], "of": "term_d"}]}, "law.missing_key"),
        ({"sum": [{"rate": "1", "facts": ["price_yuan"], "less": "term_d"}]}, "law.missing_key"),
    ],
)
def test_a_formula_that_is_not_exactly_understood_is_refused_by_its_id(change, code):
    found = FORMULA | change
    assert refused(found) == (code, change.get("id", "deposit"))


def test_a_formula_without_an_id_is_refused_by_its_place():
    assert refused("fee") == ("law.wrong_type", "[[formula]] 1")


TEXT = """
id = "measures"
jurisdiction = "cn"
title = { zh = "办法", en = "measures" }
is_draft = true
basis = "instrument"

[[option]]
id = "levy"
article = "14"
kind = "remedy"
labels = ["suspected_idle"]
ground = "statute"
modality = "must"
summary = { zh = "征费", en = "levy" }
formula = "idle-fee"
when = [{ fact = "is_started", op = "in", value = [false] }]
"""
FEE = """
[[formula]]
id = "idle-fee"
article = "14"
summary = { zh = "费", en = "fee" }
sum = [{ rate = "20%", facts = ["price_yuan"] }]
"""


def test_an_option_may_only_name_an_amount_that_its_text_sets():
    assert parse_instrument(TEXT + FEE, name="a.toml").formulas[0].id == "idle-fee"
    with pytest.raises(RuleFormatError) as caught:
        parse_instrument(TEXT, name="a.toml")
    assert (caught.value.code, caught.value.params["rule"]) == ("law.unknown_word", "levy")
    with pytest.raises(RuleFormatError) as caught:
        parse_instrument(TEXT + FEE + FEE, name="a.toml")
    assert caught.value.code == "law.repeated_rule"
