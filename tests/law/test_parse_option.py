import pytest

from geo.errors import RuleFormatError
from geo.law.keys import Place
from geo.law.parse import parse_instrument
from geo.law.parse_option import parse_clause, parse_option

PLACE = Place("a.toml", "[[option]] 1")
OPTION = {
    "id": "fee",
    "article": "14",
    "kind": "remedy",
    "labels": ["suspected_idle"],
    "ground": "statute",
    "modality": "must",
    "summary": {"zh": "征费", "en": "levy"},
    "when": [{"fact": "is_started", "op": "in", "value": [False]}],
    "formula": "idle-fee",
}


def refused(parse, table):
    with pytest.raises(RuleFormatError) as caught:
        parse(table, PLACE)
    assert caught.value.params["file"] == "a.toml"
    return caught.value.code, caught.value.params["rule"]


def test_an_option_is_read():
    option = parse_option(OPTION, PLACE)
    assert (option.id, option.kind, option.ground, option.labels) == ("fee", "remedy", "statute", ("suspected_idle",))
    assert (option.formula, option.document, option.when[0].fact) == ("idle-fee", None, "is_started")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"kind": "wish"}, "law.unknown_word"),
        ({"ground": "habit"}, "law.unknown_word"),
        ({"modality": "often"}, "law.unknown_word"),
        ({"labels": []}, "law.missing_key"),
        ({"labels": [1]}, "law.wrong_type"),
        ({"when": []}, "law.missing_key"),
        ({"formula": "Idle Fee"}, "law.bad_identifier"),
        ({"priority": 1}, "law.unknown_key"),
        ({"when": [{"fact": "is_stared", "op": "in", "value": [True]}]}, "law.unknown_fact"),
    ],
)
def test_an_option_that_is_not_exactly_understood_is_refused_by_its_id(change, code):
    assert refused(parse_option, {**OPTION, **change}) == (code, "fee")


def test_an_option_without_an_id_is_refused_by_its_place():
    assert refused(parse_option, "fee") == ("law.wrong_type", "[[option]] 1")


def test_a_clause_says_what_it_became_or_why_it_was_left_out():
    assert parse_clause({"article": "1", "kind": "rule", "ids": ["r1"]}, PLACE).ids == ("r1",)
    assert parse_clause({"article": "1", "kind": "left_out", "why": {"zh": "原则", "en": "principle"}}, PLACE).why


@pytest.mark.parametrize(
    ("table", "code"),
    [
        ({"article": "1", "kind": "left_out"}, "law.clause_without"),
        ({"article": "1", "kind": "left_out", "ids": ["r1"], "why": {"zh": "a", "en": "b"}}, "law.clause_without"),
        ({"article": "1", "kind": "rule", "ids": []}, "law.clause_without"),
        ({"article": "1", "kind": "rule", "why": {"zh": "a", "en": "b"}}, "law.clause_without"),
        ({"article": "1", "kind": "left_out", "why": {"zh": "原则"}}, "law.missing_key"),
        ({"article": "1", "kind": "poem", "ids": ["r1"]}, "law.unknown_word"),
        ({"article": "1", "kind": "clock", "ids": ["Thirty Days"]}, "law.bad_identifier"),
        ({"kind": "rule", "ids": ["r1"]}, "law.missing_key"),
    ],
)
def test_a_clause_that_says_neither_or_both_is_refused(table, code):
    assert refused(parse_clause, table)[0] == code


HEAD = """
id = "measures"
jurisdiction = "cn"
title = { zh = "办法", en = "measures" }
in_force_from = 2012-07-01
is_draft = false
basis = "instrument"
is_contractual = true
articles = ["1"]
clause = [{ article = "1", kind = "option", ids = ["fee"] }]
"""
BODY = """
[[option]]
id = "fee"
article = "1"
kind = "remedy"
labels = ["suspected_idle"]
ground = "statute"
modality = "must"
summary = { zh = "征费", en = "levy" }
when = [{ fact = "is_started", op = "in", value = [false] }]
"""


def test_an_instrument_holds_its_options_and_its_clauses():
    found = parse_instrument(HEAD + BODY, name="a.toml")
    assert [option.id for option in found.options] == ["fee"]
    assert (found.articles, found.clauses[0].ids, found.is_contractual) == (("1",), ("fee",), True)


def test_two_options_with_one_id_are_refused():
    with pytest.raises(RuleFormatError) as caught:
        parse_instrument(HEAD + BODY + BODY, name="a.toml")
    assert (caught.value.code, caught.value.params["rule"]) == ("law.repeated_rule", "fee")
