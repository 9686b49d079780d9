import ast
import re
from pathlib import Path

import pandas as pd

import geo.facts
from geo.facts.source import join_sources, parse_source
from geo.locale import sentences
from geo.model import FACTS

FOLDER = Path(geo.facts.__file__).parent
CODE = re.compile(r"(law|assumed|extension|contradiction|footprints):([a-z_]+)")


def codes_in_the_room():
    texts = [
        node.value
        for path in FOLDER.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return {match for text in texts if (match := CODE.fullmatch(text))}


def test_every_code_that_a_source_may_hold_has_its_sentence():
    found = codes_in_the_room()
    assert len(found) > 15
    words = sentences("zh")
    assert not [match[0] for match in found if f"source.{match[1]}_{match[2]}" not in words]


def test_every_fact_has_a_name():
    words = sentences("en")
    assert not [name for name in ("as_of", *FACTS) if f"fact.{name}" not in words]


def test_parts_come_back_as_they_were_joined_each_once():
    joined = join_sources("scene:S2A", pd.Series(["ledger:7", ""]), pd.Series(["scene:S2A; assumed:parcel_area", ""]))
    assert joined.map(parse_source).tolist() == [
        [("scene", "S2A"), ("ledger", "7"), ("assumed", "parcel_area")],
        [("scene", "S2A")],
    ]


def test_a_scene_name_may_hold_a_colon():
    assert parse_source("scene:urn:eo:S2A") == [("scene", "urn:eo:S2A")]
