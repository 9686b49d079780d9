"""Kinds of case, read from their files."""

from importlib.resources import files

import pytest

from geo.errors import RuleFormatError
from geo.law.case import parse_case

FOLDER = files("geo.law") / "cases"
OURS = {entry.name: entry.read_text("utf-8") for entry in FOLDER.iterdir()}

SHORT = """
id = "short"
title = { zh = "短", en = "short" }
instrument = "some-text"
label = "suspected_idle"
[[state]]
id = "begun"
name = { zh = "始", en = "begun" }
article = "1"
signed_by = "bureau"
is_served = true
needs = []
[[state]]
id = "done"
name = { zh = "终", en = "done" }
article = "2"
signed_by = "section"
is_end = true
due = { after = "begun", period = "P30D", article = "2" }
needs = [{ served = "begun", article = "1" }, { waited = "begun", working_days = 5, unless = "done", article = "2" }]
"""


@pytest.mark.parametrize("name", OURS)
def test_every_case_of_ours_begins_without_needs_and_can_end(name: str) -> None:
    kind = parse_case(OURS[name], name=name)
    first, *others = kind.states.values()
    assert first.id == "suspected"
    assert not first.needs
    assert all(state.needs for state in others)
    assert [state.id for state in others if state.is_end] == ["withdrawn", "closed"]


def test_nobody_but_bureau_or_government_signs_what_is_served() -> None:
    """Dabu's land office only co-ordinates (rules.md D6)."""
    kinds = [parse_case(text, name=name) for name, text in OURS.items()]
    served = [state for kind in kinds for state in kind.states.values() if state.is_served]
    assert len(served) == 7
    assert {state.signed_by for state in served} == {"bureau"}


def test_a_short_case_says_what_it_says() -> None:
    kind = parse_case(SHORT, name="short.toml")
    assert list(kind.states) == ["begun", "done"]
    done = kind.states["done"]
    assert (done.due.after, done.due.period) == ("begun", "P30D")
    assert [(need.kind, need.states, need.working_days) for need in done.needs] == [
        ("served", ("begun",), 0),
        ("waited", ("begun",), 5),
    ]


@pytest.mark.parametrize(
    ("was", "becomes", "code"),
    [
        ('id = "short"', "id = [", "law.not_toml"),
        ('label = "suspected_idle"', 'lable = "x"', "law.unknown_key"),
        ('signed_by = "bureau"', 'signed_by = "mayor"', "law.unknown_word"),
        ('period = "P30D"', 'period = "30"', "law.not_a_period"),
        ('after = "begun"', 'after = "never"', "law.unknown_word"),
        ('{ served = "begun", article = "1" }', '{ article = "1" }', "law.missing_key"),
        (
            '{ served = "begun", article = "1" }',
            '{ served = "begun", reached = ["begun"], article = "1" }',
            "law.missing_key",
        ),
        ("working_days = 5, ", "", "law.missing_key"),
        ("working_days = 5, ", 'working_days = 5, period = "P5D", ', "law.missing_key"),
        ('unless = "done"', 'unless = "never"', "law.unknown_word"),
        ("is_served = true", "is_served = false", "law.unknown_word"),
        ('id = "done"', 'id = "begun"', "law.repeated_rule"),
    ],
)
def test_what_cannot_be_understood_is_refused(was: str, becomes: str, code: str) -> None:
    assert was in SHORT
    with pytest.raises(RuleFormatError) as refused:
        parse_case(SHORT.replace(was, becomes), name="short.toml")
    assert refused.value.code == code
