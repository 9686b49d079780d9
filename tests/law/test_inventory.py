import re
from dataclasses import replace
from fractions import Fraction

import pytest

from geo.errors import RuleFormatError
from geo.law.inventory import check_inventory
from geo.law.rule import Bilingual, Clause, Clock, Condition, Formula, Moment, Option, Part

STARTED = Condition("is_started", "in", "true", limit=(True,))
WHY = Bilingual("原则", "a principle")


@pytest.fixture
def text(instrument, rule):
    """A text of three articles: a rule, a clock and a formula, and one left out."""
    return instrument(
        [rule("r1", STARTED, article="1")],
        clocks=(Clock("c1", "2", WHY, "must", "holder", due=Moment("agreed_start_on")),),
        articles=("1", "2", "3"),
        clauses=(
            Clause("1", "rule", ("r1",)),
            Clause("2", "clock", ("c1",)),
            Clause("2", "register", ("somewhere",)),
            Clause("3", "left_out", why=WHY),
        ),
    )


def refused(text, named=None):
    with pytest.raises(RuleFormatError) as caught:
        check_inventory([text], named)
    assert caught.value.params.pop("instrument") == text.id
    return caught.value.code, caught.value.params


def test_every_article_of_the_five_texts_is_told(packs):
    check_inventory(packs.values())
    assert {text.jurisdiction for text in packs.values() if text.articles} >= {
        "cn-330211",
        "cn-331000",
        "cn-410926",
        "cn-440100",
        "cn-441422",
    }


def test_a_text_that_tells_all_is_right(text):
    check_inventory([text])
    check_inventory([text], {"register": {"somewhere"}})


def test_a_text_without_a_list_of_articles_is_not_checked(text):
    check_inventory([replace(text, articles=())])


def test_a_missing_article_is_named(text):
    assert refused(replace(text, articles=("1", "2", "3", "4"))) == ("law.article_untold", {"article": "4"})


def test_an_article_that_the_text_does_not_have_is_named(text):
    assert refused(replace(text, articles=("1", "2"))) == ("law.unknown_article", {"article": "3"})
    (rule,) = text.rules
    elsewhere = replace(text, rules=(replace(rule, article="1, 9"),))
    assert refused(elsewhere) == ("law.unknown_article", {"article": "9"})


@pytest.mark.parametrize("kind", ["rule", "option", "clock", "formula", "fact", "instrument"])
def test_an_article_that_became_something_that_does_not_exist_is_named(text, kind):
    wrong = replace(text, clauses=(*text.clauses, Clause("2", kind, ("nothing",))))
    assert refused(wrong) == ("law.became_nothing", {"article": "2", "kind": kind, "name": "nothing"})


def test_names_of_registers_are_checked_where_there_is_a_list_of_them(text):
    expected = {"article": "2", "kind": "register", "name": "somewhere"}
    assert refused(text, {"register": {"elsewhere"}}) == ("law.became_nothing", expected)


def test_a_rule_an_option_a_clock_or_a_formula_that_comes_from_no_article_is_named(text, rule):
    more = replace(text, rules=(*text.rules, rule("r2", STARTED, article="1")))
    assert refused(more) == ("law.without_clause", {"kind": "rule", "name": "r2"})
    option = Option("o1", "1", "remedy", ("late_start",), "none", "may", WHY, (STARTED,))
    more = replace(text, clocks=(*text.clocks, replace(text.clocks[0], id="c2")))
    assert refused(more) == ("law.without_clause", {"kind": "clock", "name": "c2"})
    fee = Formula("f1", "2", WHY, (Part(Fraction(1), "1", ("price_yuan",)),))
    assert refused(replace(text, formulas=(fee,))) == ("law.without_clause", {"kind": "formula", "name": "f1"})
    assert refused(replace(text, options=(option,))) == ("law.without_clause", {"kind": "option", "name": "o1"})


NUMERALS = "一二三四五六七八九十"


def number(numeral):
    """十二 -> 12."""
    tens, _, ones = numeral.partition("十") if "十" in numeral else ("", "", numeral)
    ten = (NUMERALS.index(tens) + 1 if tens else 1) if "十" in numeral else 0
    return 10 * ten + (NUMERALS.index(ones) + 1 if ones else 0)


@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("instrument_id", "file", "begins", "ends", "heading"),
    [
        ("dabu-industrial-land-draft", "004", "第一条", "", r"^第([一二三四五六七八九十]+)条"),
        ("zhenhai-land-supply-2019", "001", "一、强化", "", r"^（([一二三四五六七八九十]+)）"),
        ("guangzhou-performance-2020", "002", "全文", "印發的通知", r"^第([一二三四五六七八九十]+)條"),
        ("fanxian-redevelopment-2021", "003", "第一条", "已批未供即用土地出让管理办法(试行)\n为", r"^第(.+?)条 "),
        ("fanxian-life-cycle-2021", "003", "管理制度(试行)\n第一条", "", r"^第(.+?)条 "),
        (
            "fanxian-used-before-supply-2021",
            "003",
            "三、土地供应",
            "管理制度(试行)\n第一条",
            r"^\(([一二三四五六七八九十]+)\)",
        ),
    ],
)
def test_the_articles_are_those_of_the_text(  # noqa: PLR0917 - a case table has many columns
    packs, shared_data, instrument_id, file, begins, ends, heading
):
    """Every heading of the text is among the articles, and no other number is."""
    (seed,) = (shared_data.parent / "seeds").glob(f"{file}_*.txt")
    text = seed.read_text("utf-8")
    begin = text.index(begins)
    part = text[begin : text.index(ends, begin) if ends else None]
    found = {number(numeral) for numeral in re.findall(heading, part, re.MULTILINE)}
    pattern = r"3\((\d+)\)" if instrument_id == "fanxian-used-before-supply-2021" else r"(\d+)"
    ours = {int(match[1]) for article in packs[instrument_id].articles if (match := re.match(pattern, article))}
    assert found == ours
    assert len(found) > 5
