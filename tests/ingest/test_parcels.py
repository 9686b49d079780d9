"""Parcels from a vector file."""

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyproj import CRS, Transformer

from geo.errors import CRSMismatchError, GeometryError, InputError, SchemaError
from geo.ingest.parcels import read_parcels
from geo.ingest.report import count_rows

LAYERS = {"a.gpkg": "parcels", "a.gdb": "parcels", "a.gml": "a"}

BOW_TIE = shapely.Polygon([(500_000, 3_300_000), (500_100, 3_300_100), (500_100, 3_300_000), (500_000, 3_300_100)])


@pytest.mark.parametrize("name", ["a.gpkg", "a.shp", "a.geojson", "a.gdb", "a.gml", "a.parquet"])
def test_squares_of_20_m_have_400_m2_in_every_format(write_layer, square, said, name: str) -> None:
    intake = read_parcels(write_layer([square(0), square(1)], name, 宗地号=["A1", "001"]))
    assert said(intake) == ([], [])
    taken = intake.taken
    assert list(taken.columns) == ["parcel_id", "geometry", "area_m2", "ellipsoidal_area_m2", "geometry_hash", "row"]
    assert taken["parcel_id"].tolist() == ["A1", "001"]
    assert taken["area_m2"].tolist() == [400, 400]
    assert taken["row"].tolist() == [1, 2]
    assert (taken.crs.to_epsg(), taken.index.tolist()) == (4549, [0, 1])
    assert (intake.kind, intake.file, intake.layer) == ("parcels", name, LAYERS.get(name))
    assert len(intake.sha256) == 64


def test_a_hole_is_not_measured(write_layer, square) -> None:
    yard = square(0).difference(shapely.box(500_005, 3_300_005, 500_010, 3_300_010))
    two = shapely.MultiPolygon([square(1), square(2, side=10)])
    taken = read_parcels(write_layer([yard, two], id=["A", "B"])).taken
    assert taken["area_m2"].tolist() == [400 - 5 * 5, 400 + 10 * 10]
    # on its central meridian a Gauss-Krueger zone keeps lengths: both areas agree there to a few parts in a million
    assert taken["ellipsoidal_area_m2"].tolist() == pytest.approx([375, 500], rel=1e-5)


def test_square_feet_become_square_metres(write_layer) -> None:
    # 100 international feet in Oregon North: (100 * 0.3048 m)^2
    taken = read_parcels(write_layer([shapely.box(7_640_000, 680_000, 7_640_100, 680_100)], crs=2269, id=["A"])).taken
    assert taken["area_m2"][0] == pytest.approx(30.48**2)


def test_parcels_in_degrees_are_measured_in_the_zone_of_their_centroid(write_layer) -> None:
    outline = shapely.box(121.6, 29.9, 121.601, 29.901)
    taken = read_parcels(write_layer([outline], crs=4490, id=["A"])).taken
    expected = gpd.GeoSeries([outline], crs=4490).to_crs(4550).area[0]  # 121.6E lies in the zone of 123E
    assert taken["area_m2"][0] == pytest.approx(expected, rel=1e-12)
    assert taken.crs.to_epsg() == 4490
    assert taken.geometry[0].equals(outline)
    # 1.4 degrees off the meridian at 29.9N lengths grow by (1.4 * pi / 180 * cos 29.9)^2 / 2, areas twice as much
    stretch = (np.radians(1.3995) * np.cos(np.radians(29.9005))) ** 2
    assert taken["area_m2"][0] / taken["ellipsoidal_area_m2"][0] - 1 == pytest.approx(stretch, rel=0.02)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["001", "甲-2"], ["001", "甲-2"]),
        ([7, 12], ["7", "12"]),
        ([7.0, 12.0], ["7", "12"]),
        ([" A ", "B"], ["A", "B"]),
    ],
)
def test_identifiers_are_text(write_layer, square, values: list[object], expected: list[str]) -> None:
    assert read_parcels(write_layer([square(0), square(1)], id=values)).taken["parcel_id"].tolist() == expected


def test_a_named_column_is_the_identifier(write_layer, square, sentence) -> None:
    path = write_layer([square()], 宗地号=["A"], 图斑=["T9"])
    assert read_parcels(path, parcel_id="图斑").taken["parcel_id"].tolist() == ["T9"]
    with pytest.raises(SchemaError) as caught:
        read_parcels(path, parcel_id="localId")
    assert caught.value.code == "ingest.no_column"
    assert "column localId: is not there. The columns are: 宗地号, 图斑." in sentence(caught.value)


@pytest.mark.parametrize("columns", [{"x": ["a", "b"]}, {"id": [None, None]}, {}])
def test_without_an_identifier_the_row_number_is_taken_and_that_is_said(write_layer, square, said, columns) -> None:
    intake = read_parcels(write_layer([square(0), square(1)], **columns))
    assert intake.taken["parcel_id"].tolist() == ["1", "2"]
    assert said(intake) == ([(None, "ingest.row_number_taken")], [])


def test_a_named_identifier_column_that_is_blank_is_not_replaced(write_layer, square, said) -> None:
    intake = read_parcels(write_layer([square(0), square(1)], id=[None, None]), parcel_id="id")
    assert said(intake)[1] == [(1, "ingest.no_identifier_value"), (2, "ingest.no_identifier_value")]


def test_blank_and_rounded_identifiers_are_refused(write_layer, square, said) -> None:
    path = write_layer([square(at) for at in range(4)], id=["A", " ", None, "3.30212E+17"])
    intake = read_parcels(path)
    assert intake.taken["parcel_id"].tolist() == ["A"]
    assert said(intake)[1] == [
        (2, "ingest.no_identifier_value"),
        (3, "ingest.no_identifier_value"),
        (4, "ingest.value_rounded"),
    ]
    assert set(intake.refused["column"]) == {"id"}


def test_of_one_identifier_the_first_outline_is_taken_and_the_others_are_kept_as_refused(
    write_layer, square, said
) -> None:
    outlines = [square(0), square(1), square(0), square(2), square(0).reverse()]
    intake = read_parcels(write_layer(outlines, id=["A", "A", "A", "B", "A"], 乡镇=["x", "x", "x", "x", "y"]))
    assert intake.taken["row"].tolist() == [1, 4]
    assert said(intake)[1] == [
        (2, "ingest.repeated_identifier"),
        (3, "ingest.repeated_row"),
        (5, "ingest.repeated_identifier"),
    ]
    assert shapely.from_wkt(intake.refused["raw"][0]).equals(square(1))
    assert intake.refused["params"][0]["others"] == "1"


def test_an_outline_refused_for_itself_leaves_its_identifier_to_a_later_row(write_layer, square, said) -> None:
    intake = read_parcels(write_layer([BOW_TIE, square(1)], id=["A", "A"]))
    assert intake.taken["row"].tolist() == [2]
    assert said(intake)[1] == [(1, "ingest.not_mendable")]


def test_what_the_layer_says_besides_is_taken(write_layer, square, said) -> None:
    columns = {
        "宗地号": ["A", "B"],
        "企业名称": ["<b>甲</b>厂", None],
        "乡镇": ["高桥", "x"],
        "合同编号": [12, 13],
        "合同面积": [400.5, -1],
    }
    intake = read_parcels(write_layer([square(0), square(1)], **columns))
    taken = intake.taken
    assert taken["enterprise"].tolist() == ["<b>甲</b>厂", None]
    assert taken["contract_number"].tolist() == ["12", "13"]
    assert taken["contract_area_m2"].tolist()[0] == 400.5
    assert np.isnan(taken["contract_area_m2"][1])
    assert said(intake) == ([(2, "ingest.value_not_positive")], [])


def test_attributes_stay_with_their_rows_when_others_are_refused(write_layer, square) -> None:
    intake = read_parcels(write_layer([None, square(1), BOW_TIE, square(3)], id=list("ABCD"), 乡镇=list("abcd")))
    assert intake.taken[["parcel_id", "town", "row"]].to_numpy().tolist() == [["B", "b", 2], ["D", "d", 4]]


BAD_FILES = {
    "ingest.no_crs_zone": (CRSMismatchError, {"crs": None}, {}),
    "ingest.no_crs_guess": (CRSMismatchError, {"crs": None}, {"near": (120.2, 29.9)}),
    "ingest.old_datum": (CRSMismatchError, {"crs": 2385}, {}),
    "ingest.impossible_layer_guess": (GeometryError, {"crs": 4528}, {"near": (120.2, 29.9)}),
    "ingest.unknown_value": (SchemaError, {}, {"columns": {"id": "owner"}}),
    "ingest.crs_contradicts": (CRSMismatchError, {}, {"crs": "EPSG:4547"}),
    "ingest.unknown_crs": (CRSMismatchError, {"crs": None}, {"crs": "EPSG:999999"}),
    "ingest.unknown_layer": (SchemaError, {}, {"layer": "no"}),
    "ingest.no_column": (SchemaError, {}, {"parcel_id": "no"}),
    "ingest.impossible_layer": (GeometryError, {"crs": 4490}, {}),
}


@pytest.mark.parametrize("code", BAD_FILES)
def test_an_unusable_file_is_one_clear_sentence(write_layer, square, sentence, code: str) -> None:
    kind, written, options = BAD_FILES[code]
    path = write_layer([square()], id=["A"], **written)
    with pytest.raises(kind) as caught:
        read_parcels(path, **options)
    assert caught.value.code == code
    assert isinstance(caught.value, InputError)
    assert str(path) in sentence(caught.value)
    assert "\n" not in sentence(caught.value)


def test_an_empty_layer_and_a_missing_file_are_refused(write_layer, tmp_path: Path) -> None:
    for path, code in ((write_layer([], id=[]), "ingest.empty_layer"), (tmp_path / "no.gpkg", "ingest.missing_file")):
        with pytest.raises(SchemaError) as caught:
            read_parcels(path)
        assert caught.value.code == code


def test_a_file_without_system_is_read_in_the_one_the_caller_names(write_layer, square, said) -> None:
    intake = read_parcels(write_layer([square()], crs=None, id=["A"]), crs="EPSG:4549")
    assert intake.taken["area_m2"].tolist() == [400]
    assert intake.taken.crs.to_epsg() == 4549
    assert said(intake)[0] == [(None, "ingest.crs_by_option")]


def test_bad_rows_are_refused_with_row_and_reason_and_the_rest_is_taken(write_layer, square, said) -> None:
    rows = {
        "ingest.not_mendable": BOW_TIE,
        "ingest.zero_area": shapely.Polygon([(500_000, 3_300_000), (500_050, 3_300_000), (500_100, 3_300_000)]),
        "ingest.no_geometry": None,
        "ingest.not_polygon": shapely.Point(500_000, 3_300_000),
        "ingest.impossible_row": shapely.box(121, 29, 122, 30),
    }
    intake = read_parcels(write_layer([square(), *rows.values()], id=list("ABCDEF")))
    assert intake.taken["parcel_id"].tolist() == ["A"]
    assert said(intake)[1] == list(enumerate(rows, start=2))
    assert intake.refused["identifier"].tolist() == list("BCDEF")
    assert count_rows(intake) == {"read": 6, "taken": 1, "mended": 0, "refused": 5, "values_refused": 0}


def test_a_file_of_points_gives_no_parcel_and_says_why(write_layer, said) -> None:
    intake = read_parcels(write_layer([shapely.Point(500_000, 3_300_000)], id=["A"]))
    assert intake.taken.empty
    assert intake.taken.crs.to_epsg() == 4549
    assert said(intake)[1] == [(1, "ingest.not_polygon")]


def test_a_projection_that_distorts_areas_is_noted(write_layer, said) -> None:
    outline = shapely.box(13_500_000, 3_490_000, 13_500_100, 3_490_100)  # 121E 30N in web Mercator: areas 1.33 times
    intake = read_parcels(write_layer([outline], crs=3857, id=["A"]))
    assert said(intake)[0] == [(None, "ingest.projection_distorts")]
    assert intake.taken["area_m2"][0] == pytest.approx(10_000)


def test_the_hash_of_the_file_is_that_of_its_content(write_layer, square) -> None:
    one = read_parcels(write_layer([square()], "a.geojson", id=["A"])).sha256
    assert read_parcels(write_layer([square()], "b.geojson", id=["A"])).sha256 != one  # the layer's name stands inside
    assert read_parcels(write_layer([square()], "a.geojson", id=["A"])).sha256 == one


KINDS = st.sampled_from(["good", "bow tie", "none", "point", "flat", "same", "blank"])


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(KINDS, min_size=1, max_size=10))
def test_every_row_is_taken_or_refused_once_whatever_comes(write_layer, square, said, kinds: list[str]) -> None:
    flat = shapely.Polygon([(500_000, 3_300_000), (500_050, 3_300_000), (500_100, 3_300_000)])
    drawn = {"bow tie": BOW_TIE, "none": None, "point": shapely.Point(500_000, 3_300_000), "flat": flat}
    outlines = [drawn.get(kind, square(at)) for at, kind in enumerate(kinds)]
    identifiers = [{"same": "S", "blank": None}.get(kind, f"P{at}") for at, kind in enumerate(kinds)]
    intake = read_parcels(write_layer(outlines, id=identifiers), parcel_id="id")
    said(intake)
    assert count_rows(intake)["read"] == len(kinds)
    assert count_rows(intake)["taken"] == kinds.count("good") + bool(kinds.count("same"))
    assert intake.taken["parcel_id"].is_unique


@pytest.mark.shared_data
def test_the_areas_of_186_real_parcels_are_the_official_ones(shared_data: Path, said) -> None:
    path = shared_data / "buildings" / "catastro_tenerife" / "parcel.gpkg"
    intake = read_parcels(path, parcel_id="localId")
    assert said(intake) == ([(None, "ingest.thin_overlaps"), (None, "ingest.gaps")], [])
    assert count_rows(intake) == {"read": 186, "taken": 186, "mended": 0, "refused": 0, "values_refused": 0}
    official = pyogrio.read_dataframe(path, columns=["localId", "areaValue"], read_geometry=False)
    official_m2 = official.set_index("localId")["areaValue"].loc[intake.taken["parcel_id"]].to_numpy()
    assert np.abs(intake.taken["area_m2"].to_numpy() - official_m2).max() < 0.5
    assert np.abs(intake.taken["ellipsoidal_area_m2"].to_numpy() - official_m2).max() == pytest.approx(2.2, abs=0.05)


@pytest.mark.shared_data
def test_metres_declared_as_degrees_are_refused_in_a_real_file(shared_data: Path, sentence) -> None:
    path = shared_data / "edgecases" / "solaris_metres_as_4326" / "geotiff_custom_proj_labels.geojson"
    with pytest.raises(GeometryError) as caught:
        read_parcels(path)
    assert "cannot be in EPSG:4326" in sentence(caught.value)


def test_text_in_json_attributes_passes_as_text(write_layer, square) -> None:
    path = write_layer([square()], "a.geojson", id=["A"], 企业名称=["x"])
    content = json.loads(path.read_text("utf-8"))
    content["features"][0]["properties"]["企业名称"] = {"nested": ["=1+1"]}
    path.write_text(json.dumps(content), "utf-8")
    assert pd.notna(read_parcels(path).taken["enterprise"][0])


def in_zone(code: int) -> gpd.GeoDataFrame:
    """A parcel with a hole and one of two parts, in the middle of where a system is used."""
    area = CRS(code).area_of_use
    assert area is not None
    middle = (area.west + area.east) / 2, (area.south + area.north) / 2
    x, y = Transformer.from_crs(4490, code, always_xy=True).transform(*middle)
    yard = shapely.box(x, y, x + 123.4567, y + 98.7654).difference(shapely.box(x + 10, y + 10, x + 20.5, y + 21.25))
    parts = shapely.MultiPolygon([shapely.box(x + 200, y, x + 300, y + 50), shapely.box(x + 400, y, x + 401, y + 1)])
    return gpd.GeoDataFrame(
        {"宗地号": ["甲-001", "乙"], "企业名称": ["鄞州机械", "厂"]}, geometry=[yard, parts], crs=code
    )


@pytest.mark.parametrize("codes", [range(4491, 4502), range(4502, 4513), range(4513, 4534), range(4534, 4555)])
def test_a_gbk_shapefile_in_each_of_the_64_systems_comes_back_to_the_millimetre(
    write_layer, said, codes: range
) -> None:
    for code in codes:
        drawn = in_zone(code)
        columns = {name: drawn[name].tolist() for name in ("宗地号", "企业名称")}
        path = write_layer(list(drawn.geometry), "地块.shp", crs=code, encoding="GBK", **columns)
        path.with_suffix(".cpg").unlink()
        intake = read_parcels(path)
        assert said(intake) == ([(None, "ingest.encoding_guessed")], [])
        assert intake.taken.crs.to_epsg() == code
        assert intake.taken["parcel_id"].tolist() == ["甲-001", "乙"]
        assert intake.taken["enterprise"].tolist() == ["鄞州机械", "厂"]
        for was, now in zip(drawn.geometry, intake.taken.geometry, strict=True):
            assert shapely.hausdorff_distance(was.boundary, now.boundary) < 0.001
        expected = [123.4567 * 98.7654 - 10.5 * 11.25, 100 * 50 + 1]
        assert np.abs(intake.taken["area_m2"].to_numpy() - expected).max() < 0.01


def test_the_caller_says_what_a_header_holds(write_layer, square, said) -> None:
    columns = {"图斑": ["T1", "T2"], "业主": ["甲厂", "乙厂"], "企业名称": ["x", "y"], "亩数": [0.6, 0.6]}
    path = write_layer([square(0), square(1)], **columns)
    named = {"图斑": "parcel_id", "业主": "enterprise", "没有": "town"}
    intake = read_parcels(path, columns=named)
    assert intake.taken["parcel_id"].tolist() == ["T1", "T2"]
    assert intake.taken["enterprise"].tolist() == ["甲厂", "乙厂"]
    assert "town" not in intake.taken.columns
    assert said(intake) == ([(None, "ingest.named_column_absent")], [])


def test_a_header_named_for_what_is_unknown_or_named_twice_is_an_error(write_layer, square, sentence) -> None:
    path = write_layer([square()], a=["A"], b=["B"])
    with pytest.raises(SchemaError) as caught:
        read_parcels(path, columns={"a": "owner"})
    assert caught.value.code == "ingest.unknown_value"
    assert "Known are: parcel_id, enterprise, town" in sentence(caught.value)
    with pytest.raises(SchemaError) as caught:
        read_parcels(path, columns={"a": "town", "b": "town"})
    assert caught.value.code == "ingest.ambiguous_columns"


def test_a_unit_behind_a_header_is_applied_and_nothing_is_odd_then(write_layer, square, said) -> None:
    columns = {
        "id": ["A", "B"],
        "合同面积（公顷）": [0.04, None],
        "登记面积(亩)": [0.6, 0.6],
        "实供面积": [400.0, 400.0],
    }
    intake = read_parcels(write_layer([square(0), square(1)], **columns))
    assert intake.taken["contract_area_m2"].tolist()[0] == 400
    assert intake.taken["registered_area_m2"].tolist() == pytest.approx([400, 400])
    assert intake.taken["supplied_area_m2"].tolist() == [400, 400]
    assert said(intake) == ([], [])


def test_areas_and_prices_that_contradict_the_outlines_are_noted_and_kept(write_layer, square, said) -> None:
    columns = {
        "id": list("ABCDE"),
        "合同面积": [0.6, 0.6, 0.6, 0.6, 400],  # mu
        "面积": [400, 400, 400, 400, 0.04],  # one of them in hectares
        "成交价款": [12.0, 12.0, 13.0, 14.0, 12.5],  # 300 yuan/m2, in wan
    }
    intake = read_parcels(write_layer([square(at) for at in range(5)], **columns))
    assert intake.taken["contract_area_m2"].tolist() == [0.6, 0.6, 0.6, 0.6, 400]
    assert said(intake) == (
        [(None, "ingest.areas_in_unit"), (None, "ingest.prices_in_wan"), (5, "ingest.area_in_unit")],
        [],
    )


def test_a_refused_row_is_compared_with_nothing(write_layer, square, said) -> None:
    intake = read_parcels(write_layer([None, square(1)], id=["A", "B"], 面积=[4, 400]))
    assert said(intake) == ([], [(1, "ingest.no_geometry")])


def test_parcels_that_overlap_are_both_taken_and_the_area_is_noted(write_layer, square, said) -> None:
    intake = read_parcels(write_layer([square(0), shapely.box(500_010, 3_300_010, 500_030, 3_300_030)], id=["A", "B"]))
    assert len(intake.taken) == 2
    assert said(intake) == ([(2, "ingest.overlap")], [])
    assert intake.notes["params"][0]["area"] == "100.0"


def test_an_electronic_supervision_number_identifies_a_parcel_where_nothing_else_does(
    write_layer, square, said
) -> None:
    assert read_parcels(write_layer([square()], 电子监管号=["3302122017B00012"])).taken["parcel_id"].tolist() == [
        "3302122017B00012"
    ]
    both = read_parcels(write_layer([square()], 电子监管号=["3302122017B00012"], 宗地号=["A"]))
    assert both.taken["parcel_id"].tolist() == ["A"]
    assert said(both) == ([], [])


def test_a_layer_with_rows_of_two_systems_takes_those_of_its_own(write_layer, square, said) -> None:
    degrees, prefixed = (
        shapely.box(121, 29, 121.001, 29.001),
        shapely.transform(square(), lambda xy: np.add(xy, (4e7, 0))),
    )
    intake = read_parcels(write_layer([square(0), degrees, prefixed], id=list("ABC")))
    assert intake.taken["parcel_id"].tolist() == ["A"]
    assert said(intake)[1] == [(2, "ingest.impossible_row"), (3, "ingest.impossible_row")]


@pytest.mark.parametrize("name", ["a.gpkg", "a.gdb"])
def test_names_with_quotes_and_sql_are_only_names(write_layer, square, name: str) -> None:
    hostile = '\'; DROP TABLE "parcels"; --'
    path = write_layer([square(0)], name, **{"宗地号": [hostile], "x\"y'; --": ["z"]})
    assert read_parcels(path, columns={"x\"y'; --": "town"}).taken[["parcel_id"]].to_numpy().tolist() == [[hostile]]
