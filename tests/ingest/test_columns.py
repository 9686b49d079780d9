"""Which column of a file means what."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import SchemaError
from geo.ingest.columns import (
    CONTRACT_IDENTIFIERS,
    FOOTPRINT_COLUMNS,
    PARCEL_COLUMNS,
    PARCEL_IDENTIFIERS,
    find_columns,
    find_factor,
    find_identifier,
    fold,
    name_columns,
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


@pytest.mark.parametrize("name", CONTRACT_IDENTIFIERS)
def test_the_number_of_the_contract_identifies_a_parcel_only_where_nothing_else_does(
    name: str, journal: Journal
) -> None:
    assert find_identifier(["x", name], None, journal) == name
    assert find_identifier(["id", name], None, journal) == "id"
    assert not journal.notes


@pytest.mark.parametrize(
    ("column", "field", "factor"),
    [
        ("合同面积", "contract_area_m2", 1),
        ("合同面积(平方米)", "contract_area_m2", 1),
        ("合同面积（公顷）", "contract_area_m2", 10_000),
        ("合同面积 [亩]", "contract_area_m2", 1),
        ("合同面积(亩)", "contract_area_m2", 10_000 / 15),
        ("合同面积(万元)", "contract_area_m2", 1),
        ("成交价款(万元)", "price_yuan", 10_000),
        ("建筑高度（米）", "height_m", 1),
    ],
)
def test_a_unit_in_brackets_is_read_where_it_is_one_of_that_kind(column: str, field: str, factor: float) -> None:
    assert find_factor(column, field) == pytest.approx(factor)


def test_a_name_with_a_unit_is_known_and_one_with_other_brackets_is_not(journal: Journal) -> None:
    assert find_columns(["出让面积(亩)"], PARCEL_COLUMNS, journal) == {"contract_area_m2": "出让面积(亩)"}
    assert find_columns(["出让面积(旧)"], PARCEL_COLUMNS, journal) == {}


def test_a_name_cut_in_gbk_is_known_too(journal: Journal) -> None:
    assert find_identifier(["不动产单元"], None, journal, is_cut=True) == "不动产单元"  # ten bytes of twelve
    assert find_identifier(["不动产单元"], None, journal) is None


def test_a_header_the_caller_names_is_found_whatever_its_width_and_case(journal: Journal) -> None:
    named = {"ｏｗｎｅｒ": "enterprise", "gone": "town"}
    assert name_columns(["Owner", "x"], named, ("enterprise", "town"), journal) == {"enterprise": "Owner"}
    assert [note["code"] for note in journal.notes] == ["ingest.named_column_absent"]


def test_one_header_may_be_named_twice_in_other_words_and_two_may_not(journal: Journal) -> None:
    assert name_columns(["a"], {"a": "town", "A": "town"}, ("town",), journal) == {"town": "a"}
    with pytest.raises(SchemaError) as caught:
        name_columns(["a", "b"], {"a": "town", "b": "town"}, ("town",), journal)
    assert caught.value.code == "ingest.ambiguous_columns"


def test_naming_what_is_unknown_lists_what_is_known(journal: Journal, sentence) -> None:
    with pytest.raises(SchemaError) as caught:
        name_columns(["a"], {"a": "owner"}, ("enterprise", "town"), journal)
    assert caught.value.code == "ingest.unknown_value"
    assert "Known are: enterprise, town." in sentence(caught.value)
