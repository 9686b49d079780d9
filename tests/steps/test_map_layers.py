import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo.errors import SchemaError
from geo.steps.map import map_content
from geo.steps.map_layers import LayerFiles, flip_overlays, patrol_overlays, with_layers

PARCELS = gpd.GeoDataFrame(
    {"parcel_id": ["1", "2", "3"]},
    geometry=[shapely.box(116, 24, 116.01, 24.01), shapely.box(116.1, 24, 116.11, 24.01), None],
    crs="EPSG:4490",
)


def test_a_layer_for_each_way_in_which_outcomes_differ_holds_each_parcel_once():
    flips = pd.DataFrame(
        [
            ("1", "suspected_idle", "met", "not_met"),
            ("1", "late_start", "met", "not_met"),
            ("2", "suspected_idle", "undetermined", "not_said"),
            ("3", "suspected_idle", "met", "not_met"),  # has no shape to draw
        ],
        columns=["parcel_id", "label", "outcome_a", "outcome_b"],
    )
    first, second = flip_overlays(flips, PARCELS)
    assert first.title["zh"] == "结论不同：疑似 → 不构成（1 宗）"
    assert second.title["en"] == "outcome differs: undetermined → not said (1 parcels)"
    assert [len(one.frame) for one in (first, second)] == [1, 1]
    assert first.colour != second.colour


def test_where_money_differs_the_layer_says_it_on_the_parcel_once():
    rows = [
        ("1", "suspected_idle", "met", "not_said", "order53-fee: 6.00", ""),
        ("1", "late_start", "met", "not_said", "order53-fee: 6.00", "other: 1.00 - 2.00"),
        ("2", "suspected_idle", "met", "not_said", None, None),
    ]
    columns = ["parcel_id", "label", "outcome_a", "outcome_b", "money_a", "money_b"]
    (layer,) = flip_overlays(pd.DataFrame(rows, columns=columns), PARCELS)
    assert layer.frame["name"].tolist() == ["order53-fee: 6.00 → other: 1.00 - 2.00", ""]
    (plain,) = flip_overlays(pd.DataFrame(rows, columns=columns).drop(columns=columns[4:]), PARCELS)
    assert plain.frame["name"].tolist() == ["", ""]


def test_routes_of_a_plan_become_a_layer_each(tmp_path):
    for name in ("一组", "二组"):
        (tmp_path / name).mkdir()
        way = gpd.GeoDataFrame({"patrol_id": [name]}, geometry=[shapely.LineString([(116, 24), (117, 25)])], crs=4490)
        way.to_file(tmp_path / name / "visits.gpkg", layer="route")
    routes = patrol_overlays(tmp_path)
    assert [one.title["zh"] for one in routes] == ["巡查路线 一组", "巡查路线 二组"]
    assert routes[0].frame.geometry.iloc[0].coords[0] == (116, 24)
    assert routes[0].colour != routes[1].colour


def test_tables_of_other_commands_are_read_and_numbers_of_parcels_keep_their_digits(sample_result, tmp_path):
    (tmp_path / "clocks.csv").write_text(
        "parcel_id,clock,due_on,state,label_zh,label_en\n0012,a,2026-11-30,running,调查,survey\n", "utf-8-sig"
    )
    (tmp_path / "months.csv").write_text(
        "parcel_id,month,built_fraction,built_fraction_low,built_fraction_high\n0012,2026-10,0.2,,\n", "utf-8"
    )
    content = map_content(sample_result.assessment, month="2026-10", revision=1)
    files = LayerFiles(clocks=tmp_path / "clocks.csv", months=tmp_path / "months.csv")
    made = with_layers(content, files)
    assert made.clocks["parcel_id"].tolist() == ["0012"]
    assert made.months["built_fraction"].tolist() == [0.2]
    assert made.months["built_fraction_low"].isna().all()


def test_months_come_from_the_store_unless_a_file_is_given(sample_result):
    content = map_content(sample_result.assessment, month="2026-10", revision=1)
    assert set(content.months["month"]) == {"2026-10"}
    assert content.months["built_fraction"].between(0, 1).all()
    assert with_layers(content, LayerFiles()).months is content.months


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("gone.csv", None, "ingest.missing_file"),
        ("short.csv", "parcel_id,clock\n1,2\n", "map.no_column"),
        ("empty.csv", "", "ingest.unknown_encoding"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_with_its_reason(sample_result, tmp_path, name, text, code):
    if text is not None:
        (tmp_path / name).write_text(text, "utf-8")
    content = map_content(sample_result.assessment, month="2026-10", revision=1)
    with pytest.raises(SchemaError) as caught:
        with_layers(content, LayerFiles(clocks=tmp_path / name))
    assert caught.value.code == code


def test_a_folder_without_a_patrol_is_refused(tmp_path):
    with pytest.raises(SchemaError) as caught:
        patrol_overlays(tmp_path)
    assert caught.value.code == "map.no_patrols"
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "visits.gpkg").write_bytes(b"nothing")
    with pytest.raises(SchemaError):
        patrol_overlays(tmp_path)
