"""What holds of every rule file and of the engine that reads them."""

import ast
from datetime import date
from pathlib import Path

import pytest

import geo.law
from geo.law.parse import check_instruments
from geo.law.standing import standing
from geo.locale import sentences


def test_a_file_lies_where_its_id_and_jurisdiction_say(pack_files, packs):
    assert [f"{file.parent.name}/{file.stem}" for file in pack_files] == [
        f"{text.jurisdiction}/{text.id}" for text in packs.values()
    ]


def test_the_packs_go_together_on_every_day_asked(packs):
    for day in (date(2012, 6, 30), date(2012, 7, 1), date(2026, 10, 31)):
        check_instruments(list(packs.values()), day)


@pytest.mark.parametrize(
    ("name", "as_of", "expected"),
    [
        ("idle-land-measures-2012", date(2012, 6, 30), "not_yet"),
        ("idle-land-measures-2012", date(2012, 7, 1), "in_force"),
        ("dabu-industrial-land-draft", date(2026, 10, 31), "draft"),
        ("grant-contract-2008", date(2026, 10, 31), "contract"),
    ],
)
def test_each_text_stands_as_it_is(packs, name, as_of, expected):
    assert standing(packs[name], as_of=as_of, adoption=None) == expected


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_label_and_every_word_has_a_name(packs, language):
    words = sentences(language)
    for text in packs.values():
        assert words[f"law.basis_{text.basis}"]
        for rule in text.rules:
            assert words[f"law.modality_{rule.modality}"]
            assert rule.concludes is None or words[f"law.label_{rule.concludes}"]


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
