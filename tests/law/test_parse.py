import tomllib
from datetime import date
from fractions import Fraction

import pytest

from geo.errors import RuleConflictError, RuleFormatError
from geo.law.parse import check_instruments, parse_instrument
from geo.law.rule import Bilingual, Condition
from geo.locale import say_error

HEAD = """
id = "measures"
jurisdiction = "cn"
title = { zh = "办法", en = "Measures" }
in_force_from = 2012-07-01
is_draft = false
verified_on = 2026-11-22
basis = "instrument"
"""
RULE = """
[[rule]]
id = "r1"
article = "2(1)"
summary = { zh = "满一年未动工", en = "not started for a year" }
modality = "must"
concludes = "suspected_idle"
when = [{ fact = "is_started", op = "in", value = [false] }]
"""
EXCEPTION = """
[[rule]]
id = "r2"
article = "30"
summary = { zh = "例外", en = "unless" }
modality = "must"
exception_to = "r1"
when = [{ fact = "is_built_without_permit", op = "in", value = [true] }]
"""


def refused(text):
    with pytest.raises(RuleFormatError) as caught:
        parse_instrument(text, name="a.toml")
    error = caught.value
    assert error.params["file"] == "a.toml"
    for language in ("zh", "en"):  # the sentence exists, is complete and names the file and the rule
        sentence = say_error(error, language)
        assert "a.toml" in sentence
        assert str(error.params["rule"]) in sentence or error.code == "law.not_toml"
    return error.code, error.params["rule"], {k: v for k, v in error.params.items() if k not in ("file", "rule")}


def test_a_whole_instrument_is_read():
    more = (
        'number = "第53号"\npublished_on = 2012-06-01\nlast_day_in_force = 2030-12-31\nreplaces = ["old"]\n'
        'applies_to = [{ fact = "is_completed", op = "in", value = [false] }]\n'
    )
    found = parse_instrument(HEAD + more + RULE + 'limb_group = "g"\n' + EXCEPTION, name="a.toml")
    assert (found.id, found.jurisdiction, found.basis, found.is_draft) == ("measures", "cn", "instrument", False)
    assert found.title == Bilingual("办法", "Measures")
    assert (found.number, found.replaces) == ("第53号", ("old",))
    assert [found.published_on, found.in_force_from, found.last_day_in_force, found.verified_on] == [
        date(2012, 6, 1),
        date(2012, 7, 1),
        date(2030, 12, 31),
        date(2026, 11, 22),
    ]
    assert found.applies_to == (Condition("is_completed", "in", "false", limit=(False,)),)
    first, second = found.rules
    assert (first.id, first.article, first.modality, first.limb_group) == ("r1", "2(1)", "must", "g")
    assert (first.concludes, first.exception_to) == ("suspected_idle", None)
    assert (second.concludes, second.exception_to) == (None, "r1")
    assert first.summary.of("zh") == "满一年未动工"
    assert first.summary.of("en") == "not started for a year"
    assert first.when == (Condition("is_started", "in", "false", limit=(False,)),)


def test_a_draft_and_a_form_of_contract_need_no_day_of_force():
    text = HEAD.replace("in_force_from = 2012-07-01\n", "")
    assert parse_instrument(text.replace("is_draft = false", "is_draft = true"), name="a").in_force_from is None
    assert parse_instrument(text.replace('"instrument"', '"contract"'), name="a").basis == "contract"


def test_a_pack_without_rules_is_a_pack():
    assert parse_instrument(HEAD, name="a.toml").rules == ()


def test_a_text_that_nobody_compared_has_no_day_of_it():
    assert parse_instrument(HEAD.replace("verified_on = 2026-11-22\n", ""), name="a").verified_on is None


def test_text_that_is_not_toml_is_refused_with_the_reason():
    code, _, params = refused("id = ")
    assert code == "law.not_toml"
    with pytest.raises(tomllib.TOMLDecodeError, match="Invalid value") as caught:
        tomllib.loads("id = ")
    assert params == {"why": str(caught.value)}


def test_a_day_that_is_no_day_is_refused():
    assert refused(HEAD.replace("2012-07-01", "2012-13-01"))[0] == "law.not_toml"
    code, place, params = refused(HEAD.replace("2012-07-01", '"2012-07-01"'))
    assert (code, place, params["key"]) == ("law.wrong_type", "[instrument]", "in_force_from")
    assert refused(HEAD.replace("2012-07-01", "2012-07-01T00:00:00"))[0] == "law.wrong_type"


@pytest.mark.parametrize("key", ["id", "jurisdiction", "title", "is_draft", "basis", "in_force_from"])
def test_an_instrument_without_a_needed_key_is_refused(key):
    lines = [line for line in HEAD.splitlines() if not line.startswith(f"{key} =")]
    assert refused("\n".join(lines)) == ("law.missing_key", "[instrument]", {"key": key})


@pytest.mark.parametrize("key", ["article", "summary", "modality", "when"])
def test_a_rule_without_a_needed_key_is_refused_by_its_id(key):
    lines = [line for line in RULE.splitlines() if not line.startswith(f"{key} =")]
    assert refused(HEAD + "\n".join(lines)) == ("law.missing_key", "r1", {"key": key})


def test_a_rule_without_an_id_is_refused_by_its_number():
    assert refused(HEAD + RULE.replace('id = "r1"', ""))[:2] == ("law.missing_key", "[[rule]] 1")
    assert refused(HEAD + 'rule = ["r1"]')[:2] == ("law.wrong_type", "[[rule]] 1")


def test_a_blank_article_is_a_missing_one():
    assert refused(HEAD + RULE.replace('"2(1)"', '" "')) == ("law.missing_key", "r1", {"key": "article"})


def test_a_summary_in_one_language_is_refused():
    text = HEAD + RULE.replace(', en = "not started for a year"', "")
    assert refused(text) == ("law.missing_key", "r1", {"key": "en"})


def test_a_rule_without_conditions_is_refused():
    lines = [line for line in RULE.splitlines() if not line.startswith("when")]
    assert refused(HEAD + "\n".join(lines) + "\nwhen = []") == ("law.missing_key", "r1", {"key": "when"})


def test_an_unknown_key_is_refused_with_the_known_ones():
    assert refused(HEAD + "priority = 3")[:2] == ("law.unknown_key", "[instrument]")
    code, place, params = refused(HEAD + RULE + "else = 1")
    assert (code, place, params["key"]) == ("law.unknown_key", "r1", "else")
    assert "exception_to" in params["known"]


def test_unknown_words_are_refused_with_the_known_ones():
    assert refused(HEAD.replace('"instrument"', '"custom"'))[2]["known"] == "instrument, contract"
    assert refused(HEAD + RULE.replace('"must"', '"should"'))[2]["known"] == "must, may, in_principle"


def test_identifiers_are_small_letters_digits_and_dashes():
    assert refused(HEAD.replace('"measures"', '"Our measures"'))[0] == "law.bad_identifier"
    assert refused(HEAD.replace('"cn"', '"CN"'))[0] == "law.bad_identifier"
    assert refused(HEAD + RULE.replace('"r1"', '"r 1"'))[0] == "law.bad_identifier"
    assert refused(HEAD + RULE.replace('"suspected_idle"', '"疑似闲置"'))[0] == "law.bad_identifier"
    assert refused(HEAD + RULE + 'limb_group = "G"')[0] == "law.bad_identifier"


def test_two_rules_with_one_id_are_refused():
    assert refused(HEAD + RULE + RULE) == ("law.repeated_rule", "r1", {})


def test_an_exception_to_nothing_is_refused():
    assert refused(HEAD + EXCEPTION) == ("law.exception_to_nothing", "r2", {"target": "r1"})


def test_an_exception_to_an_exception_is_refused():
    third = EXCEPTION.replace('"r2"', '"r3"').replace('exception_to = "r1"', 'exception_to = "r2"')
    assert refused(HEAD + RULE + EXCEPTION + third) == ("law.exception_to_nothing", "r3", {"target": "r2"})


def test_a_rule_concludes_or_excepts_and_not_both():
    assert refused(HEAD + RULE.replace('concludes = "suspected_idle"', "")) == ("law.one_conclusion", "r1", {})
    assert refused(HEAD + RULE + 'exception_to = "r1"') == ("law.one_conclusion", "r1", {})


def test_an_exception_is_no_limb():
    assert refused(HEAD + RULE + EXCEPTION + 'limb_group = "g"') == ("law.limb_of_exception", "r2", {})


@pytest.mark.parametrize(
    ("days", "earlier", "later"),
    [
        ("published_on = 2013-01-01", "published_on", "in_force_from"),
        ("last_day_in_force = 2012-06-30", "in_force_from", "last_day_in_force"),
    ],
)
def test_days_out_of_order_are_refused(days, earlier, later):
    assert refused(HEAD + days) == ("law.days_out_of_order", "[instrument]", {"earlier": earlier, "later": later})


def test_an_instrument_in_force_for_one_day_is_in_order():
    assert parse_instrument(HEAD + "last_day_in_force = 2012-07-01", name="a").last_day_in_force == date(2012, 7, 1)


def test_what_it_replaces_is_a_list_of_ids():
    assert refused(HEAD + "replaces = [5]")[0] == "law.wrong_type"


def test_every_limit_of_a_rule_is_exact():
    text = HEAD + RULE.replace('{ fact = "is_started", op = "in", value = [false] }', "{0}")
    when = '{{ fact = "developed_fraction", op = "<", value = {} }}'
    rule = parse_instrument(text.replace("{0}", when.format('"1/3"')), name="a").rules[0]
    assert rule.when[0].limit == Fraction(1, 3)
    assert refused(text.replace("{0}", when.format("0.333")))[:2] == ("law.inexact_limit", "r1")


def test_a_text_that_replaces_another_and_both_in_force_are_refused_naming_both(instrument):
    new = instrument([], id="new", replaces=("old",), in_force_from=date(2020, 1, 1))
    old = instrument([], id="old")
    check_instruments([new, old], date(2019, 12, 31))
    with pytest.raises(RuleConflictError) as caught:
        check_instruments([new, old], date(2020, 1, 1))
    assert caught.value.code == "law.both_in_force"
    assert caught.value.params == {"replacing": "new", "replaced": "old", "day": "2020-01-01"}
    assert "new" in say_error(caught.value, "en")


def test_a_text_that_ended_the_day_before_its_successor_began_is_no_conflict(instrument):
    new = instrument([], id="new", replaces=("old", "older"), in_force_from=date(2020, 1, 1))
    old = instrument([], id="old", last_day_in_force=date(2019, 12, 31))
    check_instruments([new, old], date(2020, 1, 1))


def test_a_draft_conflicts_with_nothing(instrument):
    check_instruments(
        [instrument([], id="new", replaces=("old",), is_draft=True), instrument([], id="old")], date(2020, 1, 1)
    )


def test_an_id_used_in_two_files_is_refused(instrument, rule):
    condition = Condition("is_started", "in", "false", limit=(False,))
    with pytest.raises(RuleFormatError) as caught:
        check_instruments([instrument([]), instrument([])], date(2020, 1, 1))
    assert caught.value.params == {"kind": "instrument", "rule": "small"}
    with pytest.raises(RuleFormatError) as caught:
        check_instruments(
            [instrument([rule("r1", condition)], id="a"), instrument([rule("r1", condition)], id="b")],
            date(2020, 1, 1),
        )
    assert caught.value.params == {"kind": "rule", "rule": "r1"}
    assert "r1" in say_error(caught.value, "zh")
