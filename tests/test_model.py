"""The nouns."""

import math

import pytest

from geo.model import CLASS_FRACTIONS, FACTS, LEDGER_FIELDS, OBSERVATION_COLUMNS, Measure, fact_columns


def test_a_measure_holds_its_value_between_its_bounds() -> None:
    assert Measure(0.4, 0.3, 0.5, "1", "survey").high == 0.5
    with pytest.raises(ValueError, match="bounds"):
        Measure(0.6, 0.3, 0.5, "1", "survey")
    with pytest.raises(ValueError, match="bounds"):
        Measure(math.nan, 0.5, 0.3, "1", "survey")


def test_a_bracket_without_a_value_is_a_measure() -> None:
    assert math.isnan(Measure(math.nan, 0.3, 0.5, "1", "image").value)


def test_one_known_bound_needs_the_other() -> None:
    with pytest.raises(ValueError, match="one bound"):
        Measure(math.nan, math.nan, 0.5, "1", "image")


def test_every_fact_stands_in_one_column_or_three() -> None:
    assert {len(fact_columns(name)) for name in FACTS} == {1, 3}
    for name, spec in FACTS.items():
        assert (spec.kind == "measure") == bool(spec.unit), name


def test_names_say_their_kind() -> None:
    for name, spec in FACTS.items():
        assert name.startswith("is_") == (spec.kind == "bool"), name
        assert name.endswith("_on") == (spec.kind == "date"), name
    for name, kind in LEDGER_FIELDS.items():
        assert name.endswith("_on") == (kind == "date"), name


def test_observations_carry_all_class_fractions() -> None:
    assert set(CLASS_FRACTIONS) < set(OBSERVATION_COLUMNS)
