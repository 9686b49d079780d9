"""What holds of every rule file and of the engine that reads them."""

import ast
from datetime import date, timedelta
from pathlib import Path

import pytest

import geo.law
from geo.law.parse import check_instruments
from geo.locale import sentences
from geo.model import FACTS


def test_a_file_lies_where_its_id_and_jurisdiction_say(pack_files, packs):
    assert [f"{file.parent.name}/{file.stem}" for file in pack_files] == [
        f"{text.jurisdiction}/{text.id}" for text in packs.values()
    ]


def test_the_packs_go_together_on_every_day_asked(packs):
    days = {day for text in packs.values() for day in (text.in_force_from, text.last_day_in_force) if day is not None}
    for day in {*days, *(day + timedelta(days=1) for day in days), date(2026, 10, 31)}:
        check_instruments(list(packs.values()), day)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_label_and_every_word_has_a_name(packs, language):
    words = sentences(language)
    for text in packs.values():
        assert words[f"law.basis_{text.basis}"]
        for rule in text.rules:
            assert words[f"law.modality_{rule.modality}"]
            assert rule.concludes is None or words[f"law.label_{rule.concludes}"]
        for option in text.options:
            assert words[f"law.ground_{option.ground}"]
            assert words[f"law.option_{option.kind}"]
            assert all(words[f"law.label_{label}"] for label in option.labels)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_fact_has_a_name(language):
    words = sentences(language)
    assert [name for name in FACTS if f"fact.{name}" not in words] == []
    names = [words[f"fact.{name}"] for name in FACTS]
    assert len(names) == len(set(names))


def test_every_option_stands_beside_a_label_that_some_rule_concludes(packs):
    concluded = {rule.concludes for text in packs.values() for rule in text.rules}
    assert not [option.id for text in packs.values() for option in text.options if not concluded >= set(option.labels)]


def test_no_option_for_money_or_reclaim_speaks_of_land_on_which_works_started(packs):
    """Art. 14 is for land without a start; and it asks for the act of people, never for a finding."""
    for option in (one for text in packs.values() for one in text.options):
        if option.formula == "idle-fee" or option.id.endswith(("idle-reclaim", "order53-reclaim", "reclaim-idle")):
            gates = {(one.fact, one.limit) for one in option.when if one.op == "in"}
            assert gates >= {("is_started", (False,)), ("is_idle_identified", (True,)), ("is_hearing_offered", (True,))}


def test_a_form_of_contract_or_a_draft_never_rests_on_statute_for_a_lock(packs):
    locks = [(text, one) for text in packs.values() for one in text.options if one.kind == "lock"]
    assert {one.ground for text, one in locks if text.is_draft} <= {"none", "contract"}
    assert len(locks) > 5


def test_both_languages_say_the_same_things_of_the_law():
    zh, en = ({key for key in sentences(language) if key.startswith("law.")} for language in ("zh", "en"))
    assert zh == en


def test_no_legal_number_stands_in_python():
    """Only places, signs, twelve months, a hundred per cent and the tolerance do."""
    numbers = {
        node.value
        for file in Path(geo.law.__file__).parent.glob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool)
    }
    assert numbers <= {0, 1, 12, 100, 1e-9}
