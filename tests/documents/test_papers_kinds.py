"""Kinds of paper as data: everything in a file is known, and what a decision needs is there."""

import pytest

from geo.documents.papers_kinds import parse_papers
from geo.errors import RuleFormatError

NOTICE = """
[[paper]]
id = "a-notice"
form = "notice"
signed_by = "bureau"
sections = [{ text = "甲{{ enterprise }}乙{{ parcel_id }}" }, { rows = ["town", "enterprise"] }, { head = "一" }]
"""
KNOWN = ("enterprise", "town", "price_yuan")


def parse(text: str):
    return parse_papers(text, name="p.toml", known=KNOWN)


def test_a_paper_prints_the_facts_of_its_texts_and_rows_each_once_and_no_fixed_names() -> None:
    kind = parse(NOTICE)["a-notice"]
    assert kind.facts == ("enterprise", "town")
    assert not kind.is_form
    assert not kind.is_internal


def test_a_paper_is_for_money_where_it_prints_the_sum() -> None:
    assert parse(NOTICE.replace("{{ parcel_id }}", "{{ sum_yuan }}"))["a-notice"].is_for_money
    assert not parse(NOTICE)["a-notice"].is_for_money


def test_only_decisions_state_review_and_suit() -> None:
    routes = 'routes = "向{{ review_body }}申请"\nroutes_from = ["《法》第一条"]\n'
    decision = NOTICE.replace('"notice"', '"decision"\nact = "决定"')
    assert parse(routes + decision)["a-notice"].routes_from == ("《法》第一条",)
    assert parse(routes + NOTICE)["a-notice"].routes == ""


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("[[paper]]", "[[paper", "law.not_toml"),
        ('"notice"', '"letter"', "law.unknown_word"),
        ('"notice"', '"decision"', "law.missing_key"),
        ('"bureau"', '"office"', "law.unknown_word"),
        ("{{ enterprise }}", "{{ nobody }}", "law.unknown_fact"),
        ('{ head = "一" }', '{ head = "一", text = "二" }', "law.missing_key"),
        ('{ head = "一" }', '{ table = "nothing" }', "law.unknown_word"),
        ('form = "notice"', 'form = "notice"\nto = "bank"', "law.unknown_word"),
        ('form = "notice"', 'form = "notice"\ninstrument = "x"', "law.missing_key"),
        ('form = "notice"', 'form = "notice"\nsum = { base = "price_yuan", share = "20%" }', "law.unknown_key"),
    ],
)
def test_a_file_that_cannot_be_understood_is_refused(old: str, new: str, code: str) -> None:
    with pytest.raises(RuleFormatError) as caught:
        parse(NOTICE.replace(old, new))
    assert caught.value.code == code


def test_two_papers_of_one_name_are_refused() -> None:
    with pytest.raises(RuleFormatError) as caught:
        parse(NOTICE + NOTICE)
    assert caught.value.code == "law.repeated_rule"
