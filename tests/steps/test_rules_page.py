from datetime import date
from pathlib import Path

import pytest

from geo.errors import RuleConflictError, RuleFormatError, SchemaError
from geo.law.rule import Bilingual, Clause, Condition, Instrument
from geo.settings import Settings
from geo.steps.rules import check_rules, ids_asked, read_pack, read_texts, rules_table
from geo.steps.rules_page import rules_page

DAY = date(2026, 10, 31)


@pytest.fixture(scope="module")
def texts():
    return [text.instrument for text in read_texts().values()]


def test_the_page_names_every_rule_option_and_article(texts):
    page = rules_page(texts)
    for text in texts:
        assert text.title.zh in page
        for part in (*text.rules, *text.options, *text.formulas):
            assert f"`{part.id}`" in page
            assert part.summary.zh in page
        for clause in text.clauses:
            assert f"| {clause.article} | {clause.kind} |" in page
            assert clause.why is None or f"| `{text.id}` | {clause.article} | {clause.why.zh} |" in page
    assert "`as_of > agreed_start_on + P1Y`" in page
    assert "`developed_fraction < 1/3`" in page
    assert "`1 * price_yuan * (term_d - term_used_d) / term_d + -1 * incentives_paid_yuan" in page


def test_the_page_says_what_a_text_replaces_applies_to_and_lacks():
    scope = Condition("is_started", "in", "false", limit=(False,))
    text = Instrument(
        "empty",
        "cn",
        Bilingual("空", "empty"),
        "instrument",
        is_draft=False,
        rules=(),
        replaces=("old",),
        applies_to=(scope,),
        is_contractual=True,
        clauses=(Clause("1", "clock", ("start-reminder",)),),
    )
    page = rules_page([text])
    assert "废止 replaces: old" in page
    assert "适用 applies to: `is_started in false`" in page
    assert "没有规则 no rules" in page
    assert "未与官方文本核对" in page
    assert "incorporated_instrument" in page
    assert "| 1 | clock | `start-reminder` |" in page


def test_a_text_or_a_jurisdiction_can_be_asked_for_from_anywhere():
    pack = read_pack(Settings(), as_of=DAY, asked=("cn-410926", "dabu-industrial-land-draft"))
    ids = {text.id for text in pack.instruments}
    assert {"fanxian-life-cycle-2021", "fanxian-redevelopment-2021", "dabu-industrial-land-draft"} <= ids
    assert "zhenhai-land-supply-2019" not in ids
    assert set(pack.hashes) == ids
    assert ids_asked(read_texts(), ()) == frozenset()


def test_what_nobody_has_heard_of_is_answered_with_what_there_is():
    with pytest.raises(SchemaError) as caught:
        read_pack(Settings(), as_of=DAY, asked=("cn-999999",))
    assert caught.value.code == "scan.unknown_pack"
    assert "cn-441422" in caught.value.params["known"]
    assert "guangzhou-performance-2020" in caught.value.params["known"]


def test_the_list_says_how_every_text_stands():
    rows = {row.id: row for row in rules_table(read_texts(), {}, as_of=DAY)}
    assert rows["guangzhou-performance-2020"].standing == "lapsed"
    assert rows["control-indicators-2023"].rules == 0
    assert rows["dabu-industrial-land-draft"].rules == 20


def copy_of(name, folder, *changes):
    """A lawyer's copy of one of our files, with some words changed."""
    ours = Path(__file__).resolve().parents[2] / "geo" / "law" / "rules" / name
    text = ours.read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    file = folder / Path(name).name
    file.write_text(text, "utf-8")
    return file


def test_a_lawyers_file_takes_the_place_of_ours(tmp_path):
    file = copy_of("cn/dynamic-patrol-2013.toml", tmp_path, ("2013-07-12", "2013-07-02"))
    found = {text.id: text for text in check_rules([tmp_path], as_of=DAY)}
    assert len(found) == len(read_texts())
    assert found["dynamic-patrol-2013"].in_force_from == date(2013, 7, 2)
    assert check_rules([file], as_of=DAY)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (('"is_sign_board_up"', '"is_sign_bord_up"'), "law.unknown_fact"),
        (('article = "2"\nsummary', "summary"), "law.missing_key"),
        (('article = "2"\nsummary', 'article = "9"\nsummary'), "law.unknown_article"),
        (('ids = ["patrol-sign-board"]', 'ids = ["patrol-board"]'), "law.became_nothing"),
        (('id = "patrol-sign-board"', 'id = "order53-idle-1"'), "law.repeated_id"),
        (('concludes = "sign_board_missing"', 'exception_to = "nothing"'), "law.exception_to_nothing"),
        (
            ("in_force_from = 2013-07-12", "in_force_from = 2013-07-12\nlast_day_in_force = 2012-01-01"),
            "law.days_out_of_order",
        ),
    ],
)
def test_what_is_wrong_with_a_lawyers_file_is_said(tmp_path, change, code):
    file = copy_of("cn/dynamic-patrol-2013.toml", tmp_path, change)
    with pytest.raises(RuleFormatError) as caught:
        check_rules([file], as_of=DAY)
    assert caught.value.code == code


def test_a_wrong_unit_is_refused(tmp_path):
    file = copy_of("cn-410926/fanxian-redevelopment-2021.toml", tmp_path, ('unit = "mu"', 'unit = "m2"'))
    with pytest.raises(RuleFormatError) as caught:
        check_rules([file], as_of=DAY)
    assert (caught.value.code, caught.value.params["rule"]) == ("law.wrong_unit", "fanxian-scattered-piece")


def test_a_text_in_force_beside_the_one_it_replaces_is_refused(tmp_path):
    file = copy_of("cn/control-indicators-2008.toml", tmp_path, ("last_day_in_force = 2023-05-03\n", ""))
    with pytest.raises(RuleConflictError) as caught:
        check_rules([file], as_of=DAY)
    assert caught.value.params["replacing"] == "control-indicators-2023"


def test_a_file_that_is_not_there_or_is_no_text_is_refused(tmp_path):
    with pytest.raises(SchemaError):
        check_rules([tmp_path / "none.toml"], as_of=DAY)
    file = tmp_path / "latin.toml"
    file.write_bytes(b"id = \xff")
    with pytest.raises(RuleFormatError):
        check_rules([file], as_of=DAY)
