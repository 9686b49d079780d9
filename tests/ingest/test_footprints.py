"""Footprints of buildings from a vector file."""

from pathlib import Path

import numpy as np
import pytest
import shapely

from geo.errors import CRSMismatchError, SchemaError
from geo.indicators.structures import KINDS
from geo.ingest.columns import KIND_WORDS
from geo.ingest.footprints import read_footprints
from geo.ingest.report import count_rows

NAN = float("nan")


def test_columns_and_kinds(write_layer, square, said) -> None:
    columns = {
        "建筑编号": ["F1", "F2"],
        "层数": [2, None],
        "层高": [4.5, 9.0],
        "高度": [9.0, None],
        "所属建筑": [None, "F1"],
    }
    intake = read_footprints(write_layer([square(0), square(1)], layer="footprints", **columns))
    assert said(intake) == ([], [])
    assert list(intake.taken.columns) == [
        "footprint_id",
        "geometry",
        "storey_count",
        "storey_height_m",
        "height_m",
        "part_of",
        "underground_storey_count",
        "kind",
        "approval",
        "row",
        "occurrence",
    ]
    assert intake.taken["storey_count"].tolist()[0] == 2
    assert np.isnan(intake.taken["storey_count"][1])
    assert intake.taken["storey_height_m"].tolist() == [4.5, 9.0]
    assert intake.taken["part_of"].tolist() == [None, "F1"]
    assert intake.taken.crs.to_epsg() == 4549
    assert intake.kind == "footprints"


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("storey_count", "storey_count"),
        ("numberOfFloorsAboveGround", "storey_count"),
        ("Floor", "storey_count"),
        ("levels", "storey_count"),
        ("building:levels", "storey_count"),
        ("地上层数", "storey_count"),
        ("storey_height_m", "storey_height_m"),
        ("height", "height_m"),
        ("HEIGHT", "height_m"),
        ("建筑高度", "height_m"),
    ],
)
def test_names_in_chinese_and_english(write_layer, square, name: str, field: str) -> None:
    assert read_footprints(write_layer([square()], **{name: [3]})).taken[field].tolist() == [3]


def test_without_any_column_there_are_outlines_by_row_number(write_layer, square, said) -> None:
    intake = read_footprints(write_layer([square(0), square(1)]))
    assert intake.taken["footprint_id"].tolist() == ["1", "2"]
    assert intake.taken[["storey_count", "storey_height_m", "height_m", "part_of"]].isna().all(axis=None)
    assert said(intake) == ([(None, "ingest.row_number_taken")], [])


@pytest.mark.parametrize(
    ("column", "field"), [("层数", "storey_count"), ("层高", "storey_height_m"), ("高度", "height_m")]
)
@pytest.mark.parametrize(
    ("value", "code"),
    [(-3, "ingest.value_not_positive"), (0, "ingest.value_not_positive"), ("高", "ingest.value_not_number")],
)
def test_an_impossible_storey_or_height_costs_the_value_and_never_the_outline(
    write_layer, square, said, *, column: str, field: str, value: object, code: str
) -> None:
    values = [str(value), "6"] if isinstance(value, str) else [value, 6]
    intake = read_footprints(write_layer([square(0), square(1)], id=["F1", "F2"], **{column: values}))
    assert np.isnan(intake.taken[field][0])
    assert intake.taken[field][1] == 6
    assert said(intake) == ([(1, code)], [])
    note = intake.notes.iloc[0]
    assert (note["identifier"], note["params"]["column"], note["params"]["value"]) == ("F1", column, str(value))
    assert count_rows(intake) == {"read": 2, "taken": 2, "mended": 0, "refused": 0, "values_refused": 1}


def test_zero_storeys_above_ground_are_an_answer(write_layer, square, said) -> None:
    intake = read_footprints(write_layer([square()], id=["F1"], numberOfFloorsAboveGround=[0]))
    assert intake.taken["storey_count"].tolist() == [0]
    assert said(intake) == ([], [])


def test_parts_are_told_by_their_column_or_by_their_identifier(write_layer, square) -> None:
    columns = {"localId": ["X", "X_part1", "X_part12", "Y", "Z_parts"], "part_of": [None, None, "W", "Y", None]}
    taken = read_footprints(write_layer([square(at) for at in range(5)], **columns)).taken
    assert taken["part_of"].tolist() == [None, "X", "W", None, None]


def test_exact_copies_are_all_taken(write_layer, square, said) -> None:
    intake = read_footprints(write_layer([square(0), square(0)], id=["F1", "F1"], 层数=[2, 2]))
    assert intake.taken["footprint_id"].tolist() == ["F1", "F1"]
    assert said(intake) == ([], [])


def test_one_identifier_with_several_outlines_is_kept_and_counted(write_layer, square, said) -> None:
    intake = read_footprints(write_layer([square(0), square(1), square(1), square(2)], id=["F1", "F1", "F1", "F2"]))
    assert intake.taken["footprint_id"].tolist() == ["F1", "F1", "F1", "F2"]
    assert said(intake) == ([(None, "ingest.identifier_shared")], [])
    assert intake.notes["params"][0]["count"] == 1


def test_a_blank_or_rounded_identifier_gets_a_stand_in(write_layer, square, said) -> None:
    intake = read_footprints(write_layer([square(0), square(1), square(2)], id=["F1", None, "3.3E+17"]))
    assert intake.taken["footprint_id"].tolist() == ["F1", "#2", "#3"]
    assert said(intake) == ([(2, "ingest.stand_in_taken"), (3, "ingest.stand_in_taken")], [])


def test_outlines_that_cannot_be_used_are_refused(write_layer, square, said) -> None:
    intake = read_footprints(write_layer([square(0), None, shapely.Point(500_000, 3_300_000)], id=["F1", "F2", "F3"]))
    assert intake.taken["footprint_id"].tolist() == ["F1"]
    assert said(intake)[1] == [(2, "ingest.no_geometry"), (3, "ingest.not_polygon")]


def test_no_footprints_at_all_and_no_system_are_one_clear_sentence(write_layer, square, sentence) -> None:
    with pytest.raises(SchemaError) as empty:
        read_footprints(write_layer([], id=[]))
    assert "holds no rows" in sentence(empty.value)
    with pytest.raises(CRSMismatchError) as bare:
        read_footprints(write_layer([square()], "b.gpkg", crs=None, id=["A"]))
    assert "declares no coordinate system" in sentence(bare.value)


@pytest.mark.shared_data
def test_the_buildings_of_tenerife_keep_their_copies_parts_and_blanks(shared_data: Path, said) -> None:
    intake = read_footprints(shared_data / "buildings" / "catastro_tenerife" / "cons.gpkg")
    assert said(intake) == ([(None, "ingest.identifier_shared")], [])
    taken = intake.taken.assign(outline=intake.taken.geometry.to_wkb())
    distinct = taken.drop_duplicates(["footprint_id", "outline"])
    assert (len(taken), len(taken) - len(distinct)) == (722, 294)
    assert (distinct["part_of"].notna().sum(), distinct["storey_count"].isna().sum()) == (294, 134)
    assert (distinct["storey_count"].isna() == distinct["part_of"].isna()).all()
    assert set(distinct["part_of"].dropna()) <= set(distinct["footprint_id"])
    assert (distinct["storey_count"] == 0).sum() == 17


@pytest.mark.shared_data
def test_a_column_that_names_nothing_loses_no_building(shared_data: Path, said) -> None:
    # the column Id is 0 in all of the 3,076 rows
    intake = read_footprints(shared_data / "buildings" / "suzhou_floors_pybdshadow" / "bd_demo_2.json")
    assert said(intake) == ([(None, "ingest.identifier_shared")], [])
    assert count_rows(intake)["taken"] == 3076
    assert np.allclose(intake.taken["height_m"], 3 * intake.taken["storey_count"])


def test_the_caller_says_what_a_header_holds(write_layer, square, said) -> None:
    path = write_layer([square(0)], 编码=["F1"], 楼层=["3层"], 层数=[9])
    intake = read_footprints(path, columns={"编码": "footprint_id", "楼层": "storey_count"})
    assert intake.taken[["footprint_id", "storey_count"]].to_numpy().tolist() == [["F1", 3]]
    assert said(intake) == ([], [])
    with pytest.raises(SchemaError) as caught:
        read_footprints(path, columns={"楼层": "floors"})
    assert caught.value.code == "ingest.unknown_value"


def test_a_unit_behind_a_header_is_read(write_layer, square) -> None:
    taken = read_footprints(write_layer([square(0)], id=["F1"], **{"层高(米)": [4.5]})).taken
    assert taken["storey_height_m"].tolist() == [4.5]


def test_footprints_in_an_old_or_local_grid_are_transformed_like_parcels(write_layer, tmp_path: Path) -> None:
    parameters = tmp_path / "t.toml"
    numbers = "d_north_m = 3250000\nd_east_m = 450000\nrotation_s = 0\nscale_ppm = 0\n"
    parameters.write_text(f'source = "local"\ntarget = "EPSG:4549"\n[plane]\n{numbers}', "utf-8")
    path = write_layer([shapely.box(50_000, 50_000, 50_020, 50_020)], crs=None, id=["F1"])
    intake = read_footprints(path, transform=parameters)
    assert intake.taken.geometry[0].equals(shapely.box(500_000, 3_300_000, 500_020, 3_300_020))
    assert intake.taken.crs.to_epsg() == 4549


def test_kinds_are_read_in_chinese_and_english_and_an_unknown_one_is_noted(write_layer, square, said) -> None:
    columns = {
        "id": list("ABCDE"),
        "设施类别": ["厂房", "堆场", "reactor", None, "凉亭"],
        "计容批准文号": [None, "镇规2026-1", *[None] * 3],
    }
    intake = read_footprints(write_layer([square(at) for at in range(5)], **columns))
    assert intake.taken["kind"].tolist() == ["building", "yard", "reactor", None, None]
    assert intake.taken["approval"].tolist() == [None, "镇规2026-1", None, None, None]
    assert said(intake) == ([(5, "ingest.unknown_kind")], [])
    assert count_rows(intake)["values_refused"] == 1


def test_every_kind_that_is_read_is_one_that_the_indicators_know() -> None:
    assert sorted(KIND_WORDS) == sorted(KINDS)


def test_storeys_below_ground_may_be_none(write_layer, square, said) -> None:
    intake = read_footprints(write_layer([square(0), square(1)], id=["A", "B"], 地下层数=[0, 2]))
    assert intake.taken["underground_storey_count"].tolist() == [0, 2]
    assert said(intake) == ([], [])
