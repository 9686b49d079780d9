"""The tree of errors and how one is shown."""

import inspect

import pytest

from geo import errors
from geo.errors import GeoError, InputError, RuleError, SchemaError, SourceError

BRANCHES = (InputError, SourceError, RuleError)


def test_every_error_is_one_of_three_branches() -> None:
    classes = [entry for _, entry in inspect.getmembers(errors, inspect.isclass) if entry is not GeoError]
    assert classes
    for entry in classes:
        assert sum(issubclass(entry, branch) for branch in BRANCHES) == 1
        assert entry.__name__.endswith("Error")


def test_bad_input_is_also_a_value_error() -> None:
    with pytest.raises(ValueError, match=r"room\.sentence"):
        raise SchemaError("room.sentence", file="a.gpkg")


def test_an_error_shows_its_code_and_parameters_to_developers() -> None:
    assert str(SchemaError("room.sentence", row=3)) == "room.sentence (row=3)"
    assert str(SchemaError("room.sentence")) == "room.sentence"
