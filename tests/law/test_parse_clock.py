import pytest

from geo.errors import RuleFormatError
from geo.law.keys import Place
from geo.law.parse_clock import parse_clock
from geo.law.rule import Moment

PLACE = Place("a.toml", "[[clock]] 1")
CLOCK = {
    "id": "answer",
    "article": "6",
    "summary": {"zh": "答复", "en": "answer"},
    "modality": "must",
    "acts": "holder",
    "starts": {"fact": "investigation_notified_on"},
    "due": {"fact": "investigation_notified_on", "plus": "P30D"},
    "warns": "P10D",
    "is_act": True,
    "when": [{"fact": "is_investigation_notified", "op": "in", "value": [True]}],
    "done": [{"fact": "is_investigation_answered", "op": "in", "value": [True]}],
}
YEARLY = {key: CLOCK[key] for key in ("id", "article", "summary", "modality", "acts")}


def refused(table):
    with pytest.raises(RuleFormatError) as caught:
        parse_clock(table, PLACE)
    assert caught.value.params["file"] == "a.toml"
    return caught.value.code, caught.value.params["rule"]


def test_a_clock_is_read():
    clock = parse_clock(CLOCK, PLACE)
    assert clock.starts == Moment("investigation_notified_on")
    assert clock.due == Moment("investigation_notified_on", plus="P30D")
    assert (clock.warns, clock.is_act, clock.is_visit, clock.document) == ("P10D", True, False, None)
    assert not clock.is_reminder
    assert [one.fact for one in (*clock.when, *clock.done)] == [
        "is_investigation_notified",
        "is_investigation_answered",
    ]


@pytest.mark.parametrize("day", ["01-31", "02-29", "04-30", "10-31", "12-01"])
def test_a_date_that_comes_back_every_year_is_read(day):
    expected = "law.bad_yearly" if day == "02-29" else day
    table = {**YEARLY, "yearly": day}
    found = refused(table)[0] if day == "02-29" else parse_clock(table, PLACE).yearly
    assert found == expected


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"modality": "often"}, "law.unknown_word"),
        ({"acts": "The Holder"}, "law.bad_identifier"),
        ({"priority": 1}, "law.unknown_key"),
        ({"due": {"fact": "answer_on"}}, "law.unknown_fact"),
        ({"due": {"fact": "is_started"}}, "law.not_a_moment"),
        ({"due": {"fact": "started_on", "plus": "P1Y", "minus": "P1D"}}, "law.not_a_moment"),
        ({"due": {"fact": "started_on", "plus": "30 days"}}, "law.not_a_period"),
        ({"due": {"fact": "started_on", "working_days": 0}}, "law.not_a_moment"),
        ({"due": {"fact": "started_on", "on": "x"}}, "law.unknown_key"),
        ({"warns": "soon"}, "law.not_a_period"),
        ({"yearly": "10-31"}, "law.clock_without_day"),
        ({"done": [{"fact": "is_stared", "op": "in", "value": [True]}]}, "law.unknown_fact"),
    ],
)
def test_a_clock_that_is_not_exactly_understood_is_refused_by_its_id(change, code):
    assert refused({**CLOCK, **change}) == (code, "answer")


@pytest.mark.parametrize(
    ("table", "code"),
    [
        (YEARLY, "law.clock_without_day"),
        ({**YEARLY, "yearly": "11-31"}, "law.bad_yearly"),
        ({**YEARLY, "starts": {"fact": "started_on"}, "is_act": True}, "law.missing_key"),
        ({**YEARLY, "starts": {"fact": "started_on"}, "is_reminder": True}, "law.missing_key"),
    ],
)
def test_a_clock_without_the_days_that_it_needs_is_refused(table, code):
    assert refused(table) == (code, "answer")


def test_a_clock_without_an_id_is_refused_by_its_place():
    assert refused("answer") == ("law.wrong_type", "[[clock]] 1")
