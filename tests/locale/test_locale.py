"""Sentences: both languages say the same things."""

import ast
import re
import string
from pathlib import Path

import pytest

import geo
from geo.errors import GeoError, SchemaError
from geo.locale import say, say_error, sentences

ROOT = Path(geo.__file__).parent


def parameters(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_have_the_same_sentences_with_the_same_parameters() -> None:
    zh, en = sentences("zh"), sentences("en")
    assert set(zh) == set(en)
    for code in zh:
        assert parameters(zh[code]) == parameters(en[code]), code


def test_chinese_sentences_are_chinese_and_english_ones_are_not() -> None:
    han = re.compile(r"[\u4e00-\u9fff]")
    names_the_other = {"map.other_language"}  # the switch is labelled in the language it leads to
    names_the_other |= {"book.emptied", "book.use_2", "book.use_4", "book.hint_date"}  # words to be written in the book
    assert not [code for code, text in sentences("en").items() if han.search(text) and code not in names_the_other]


def spoken_codes() -> set[str]:
    """Collect every code that is raised as an error or said, where it stands in the package as one text."""
    classes = {entry.__name__ for entry in [GeoError, *_below(GeoError)]} | {"say"}
    codes = set()
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in classes and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and "." in str(first.value):
                    codes.add(first.value)
    return codes


def _below(kind: type) -> list[type]:
    return [entry for child in kind.__subclasses__() for entry in [child, *_below(child)]]


def test_everything_that_can_be_raised_or_said_has_its_sentence() -> None:
    codes = spoken_codes()
    assert len(codes) > 60
    assert not codes - set(sentences("zh"))


def test_an_error_says_where_before_what() -> None:
    error = SchemaError("ingest.no_crs", file="甲.shp", layer="宗地", row=3, column="面积")
    assert say_error(error, "zh").startswith("文件 甲.shp，图层 宗地，第 3 行，“面积”列：")
    assert say_error(error, "en").startswith("file 甲.shp, layer 宗地, row 3, column 面积: ")


def test_an_error_without_a_place_is_only_its_sentence() -> None:
    assert say_error(SchemaError("ingest.no_crs"), "en") == say("ingest.no_crs", "en")


def test_braces_in_a_parameter_stay_text() -> None:
    assert say_error(SchemaError("ingest.no_crs", file="{row}"), "en").startswith("file {row}: ")


def test_an_unknown_code_is_a_programming_error() -> None:
    with pytest.raises(KeyError):
        say("no.such_sentence")
