"""Which column of a file means what."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import SchemaError
from geo.ingest.columns import (
    FOOTPRINT_COLUMNS,
    PARCEL_COLUMNS,
    PARCEL_IDENTIFIERS,
    find_columns,
    find_identifier,
    fold,
)
from geo.ingest.report import Journal


@pytest.fixture
def journal() -> Journal:
    return Journal(Path("a.gpkg"))


@pytest.mark.parametrize("name", PARCEL_IDENTIFIERS)
def test_every_known_name_of_the_identifier_is_found_whatever_its_case(name: str, journal: Journal) -> None:
    assert find_identifier(["x", name.upper(), "y"], None, journal) == name.upper()
    assert not journal.notes


def test_the_surest_name_is_taken_and_the_others_are_said(journal: Journal) -> None:
    assert find_identifier(["id", "宗地号"], None, journal) == "宗地号"
    assert journal.notes[0]["params"] == {"file": "a.gpkg", "column": "宗地号", "others": "id"}


def test_without_a_known_name_there_is_no_identifier(journal: Journal) -> None:
    assert find_identifier(["x", "objectid_1"], None, journal) is None


def test_a_named_column_that_is_not_there_lists_those_that_are(journal: Journal, sentence) -> None:
    with pytest.raises(SchemaError) as caught:
        find_identifier(["宗地号", "名称"], "localId", journal)
    assert sentence(caught.value) == "file a.gpkg, column localId: is not there. The columns are: 宗地号, 名称."


def test_a_named_column_wins_over_every_known_name(journal: Journal) -> None:
    assert find_identifier(["宗地号", "x"], "x", journal) == "x"
    assert not journal.notes


def test_a_bare_area_is_not_taken_for_the_contract_area(journal: Journal) -> None:
    assert find_columns(["面积", "企业名称"], PARCEL_COLUMNS, journal) == {"enterprise": "企业名称"}


def test_a_shapefile_cuts_names_after_ten_bytes(journal: Journal) -> None:
    fields = ["footprint_", "storey_cou", "storey_hei", "height_m"]
    found = find_columns(fields, FOOTPRINT_COLUMNS, journal, is_cut=True)
    assert found == {
        "footprint_id": "footprint_",
        "storey_count": "storey_cou",
        "storey_height_m": "storey_hei",
        "height_m": "height_m",
    }
    assert "footprint_id" not in find_columns(fields, FOOTPRINT_COLUMNS, journal)


def test_a_chinese_name_cut_inside_a_character_is_still_known(journal: Journal) -> None:
    assert find_columns(["企业名"], PARCEL_COLUMNS, journal, is_cut=True) == {"enterprise": "企业名"}  # 10 bytes of 12


@given(st.text())
def test_folding_twice_changes_nothing_for_names_of_columns(name: str) -> None:
    once = fold(name)
    assert fold(once) == fold(fold(once))
    assert not any(letter.isspace() for letter in once)
