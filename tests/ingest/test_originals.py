"""Refused rows as they stood: every column, the outline before anything was done to it, the system declared."""

import json
from datetime import date, datetime, time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from geo.errors import SchemaError
from geo.ingest.layers import Layer
from geo.ingest.ledger import read_ledger
from geo.ingest.originals import layer_of, plain_record
from geo.ingest.parcels import check_parcels, read_parcels

LINE = [(500_000, 3_300_000), (500_100, 3_300_000), (500_050, 3_300_000)]
COLUMNS = {"宗地号": ["A", "B", "C"], "企业名称": ["甲", "乙", "丙"], "附注": ["x", None, "z"], "数": [1.5, 2.5, 3.5]}


@pytest.fixture
def outlines(square) -> list[shapely.Geometry]:
    return [square(0), shapely.Polygon(LINE), square(2)]


@pytest.mark.parametrize("name", ["a.gpkg", "a.shp", "a.geojson", "a.gml", "a.fgb"])
def test_every_column_of_a_refused_row_is_kept(write_layer, outlines, name: str) -> None:
    encoding = {"encoding": "GBK"} if name.endswith("shp") else {}
    intake = read_parcels(write_layer(outlines, name, **encoding, **COLUMNS), crs="EPSG:4549")
    (kept,) = intake.refused.to_dict("records")
    told = {column: value for column, value in kept["attributes"].items() if column in COLUMNS}
    assert told == {column: values[1] for column, values in COLUMNS.items()}
    corners = shapely.get_coordinates(shapely.from_wkb(kept["outline"]))  # a Shapefile turns rings round
    assert sorted(corners.tolist()) == sorted(map(list, shapely.Polygon(LINE).exterior.coords))


def test_a_column_whose_name_was_cut_within_a_letter_is_a_refusal_and_no_crash(write_layer, outlines) -> None:
    path = write_layer(outlines, "a.shp", **COLUMNS)  # 企业名称 takes 12 bytes; there is room for 10
    with pytest.raises(SchemaError, match=r"ingest\.unreadable"):
        read_parcels(path)


def test_a_csv_keeps_its_cells(tmp_path: Path) -> None:
    wkt = shapely.Polygon(LINE).wkt
    (tmp_path / "a.csv").write_text(f'宗地号,附注,WKT\nA,=1+1,"{wkt}"\nB,y,nonsense\n', "utf-8")
    refused = read_parcels(tmp_path / "a.csv", crs="EPSG:4549").refused
    assert refused["attributes"].tolist() == [{"宗地号": "A", "附注": "=1+1"}, {"宗地号": "B", "附注": "y"}]
    assert shapely.from_wkb(refused["outline"][0]).wkt == wkt
    assert (refused["outline"][1], refused["raw"][1]) == (None, "nonsense")


def test_an_outline_is_kept_as_it_stood_before_heights_were_dropped(write_layer, square) -> None:
    raised = shapely.force_3d(shapely.Polygon(LINE), 7.5)
    refused = read_parcels(write_layer([shapely.force_3d(square(0), 1.0), raised], 宗地号=["A", "B"])).refused
    assert shapely.from_wkb(refused["outline"][0]).wkt == raised.wkt
    assert refused["crs"].tolist() == ["EPSG:4549"]


def test_rows_that_only_the_other_reader_opens_keep_their_columns(tmp_path: Path, square) -> None:
    def feature(name: str, ring: object) -> dict[str, object]:
        shape = {"type": "Polygon", "coordinates": [ring]}
        return {"type": "Feature", "properties": {"宗地号": name, "附注": f"von {name}"}, "geometry": shape}

    degrees = [[120.0, 30.0], [120.001, 30.0], [120.001, 30.001], [120.0, 30.001]]
    content = {"type": "FeatureCollection", "features": [feature("A", degrees), feature("B", degrees[:1])]}
    (tmp_path / "a.geojson").write_text(json.dumps(content), "utf-8")
    intake = read_parcels(tmp_path / "a.geojson")
    assert intake.refused["attributes"].tolist() == [{"宗地号": "B", "附注": "von B"}]
    assert intake.refused["outline"][0] is not None or intake.refused["raw"][0]


def test_the_twin_of_a_repeated_row_is_named(write_layer, square) -> None:
    refused = read_parcels(write_layer([square(0), square(1), square(2)], 宗地号=["A", "B", "A"])).refused
    assert refused[["row", "twin"]].to_numpy().tolist() == [[3, 1]]


def test_a_ledger_keeps_numbers_as_numbers(tmp_path: Path) -> None:
    pd.DataFrame({"宗地号": [7, 8], "约定动工日期": ["昨天", "2024-03-01"], "备注": [1.5, None]}).to_excel(
        tmp_path / "l.xlsx", index=False
    )
    refused = read_ledger(tmp_path / "l.xlsx").refused
    assert refused["attributes"].tolist() == [{"宗地号": 7, "约定动工日期": "昨天", "备注": 1.5}]


def test_refused_rows_make_a_layer_that_is_read_like_any_file(write_layer, outlines) -> None:
    intake = read_parcels(write_layer(outlines, **COLUMNS))
    rows = intake.refused.assign(outline=[shapely.to_wkb(outlines[2])])
    again = check_parcels(layer_of(rows, Layer(Path("a.gpkg"), "a.gpkg", "GPKG", "parcels", (), "EPSG:4549")))
    assert again.refused.empty
    assert again.taken[["parcel_id", "row", "enterprise"]].to_numpy().tolist() == [["B", 2, "乙"]]


def test_whatever_stands_in_a_cell_is_something_json_can_hold() -> None:
    cells = {
        "a": [1, "b", None],
        "b": np.array([1.5, np.nan]),
        "c": {"x": b"\x00"},
        "d": datetime(2026, 1, 31, 12, 0),  # noqa: DTZ001 - cells have no zone
        "e": time(12, 0),
        "f": pd.NaT,
        "g": np.inf,
        "h": pd.NA,
        "i": True,
        "j": date(2026, 1, 31),
        "k": 1 + 2j,
    }
    plain = plain_record(cells)
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain
    assert plain == {
        "a": [1, "b", None],
        "b": [1.5, None],
        "c": {"x": "00"},
        "d": "2026-01-31T12:00:00",
        "e": "12:00:00",
        "f": None,
        "g": "inf",
        "h": None,
        "i": True,
        "j": "2026-01-31",
        "k": "(1+2j)",
    }
