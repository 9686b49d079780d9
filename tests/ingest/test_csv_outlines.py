"""Outlines in a CSV."""

from collections.abc import Callable
from pathlib import Path

import pytest
import shapely

from geo.errors import CRSMismatchError, SchemaError
from geo.ingest.footprints import read_footprints
from geo.ingest.parcels import read_parcels
from geo.ingest.report import count_rows

SQUARE = "POLYGON ((500000 3300000, 500020 3300000, 500020 3300020, 500000 3300020, 500000 3300000))"
DEGREES = [(121, 29), (121.001, 29), (121.001, 29.001), (121, 29.001)]


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def text(*lines: str, encoding: str = "utf-8") -> Path:
        path = tmp_path / "a.csv"
        path.write_bytes("\n".join(lines).encode(encoding))
        return path

    return text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
@pytest.mark.parametrize("header", ["WKT", "geometry", "the_geom", "图形"])
def test_well_known_text_is_an_outline_a_row(write, said, header: str, encoding: str) -> None:
    path = write(
        f"宗地号,{header},企业名称",
        f'A1,"{SQUARE}",甲厂',
        f'001,"{SQUARE.replace("5000", "6000")}",',
        encoding=encoding,
    )
    intake = read_parcels(path, crs="EPSG:4549")
    assert intake.taken["parcel_id"].tolist() == ["A1", "001"]
    assert intake.taken["enterprise"].tolist() == ["甲厂", None]
    assert intake.taken["area_m2"].tolist() == [400, 400]
    assert intake.taken["row"].tolist() == [2, 3]  # as the sheet shows them
    guessed = [(None, "ingest.encoding_guessed")] if encoding == "gbk" else []
    assert said(intake) == ([*guessed, (None, "ingest.crs_by_option")], [])


def test_what_is_no_outline_costs_its_own_row_and_is_kept_as_it_stood(write, said) -> None:
    lines = [
        "id,WKT",
        f'A,"{SQUARE}"',
        'B,"POLYGON ((1 2, 3"',
        "C,",
        "",
        f'D,"{SQUARE}",x',
        'E,"POINT (500000 3300000)"',
        f'F,"{SQUARE.replace("5000", "6000")}"',
    ]
    intake = read_parcels(write(*lines), crs="EPSG:4549")
    assert intake.taken[["parcel_id", "row"]].to_numpy().tolist() == [["A", 2], ["F", 8]]
    assert said(intake)[1] == [
        (3, "ingest.bad_geometry"),
        (4, "ingest.no_geometry"),
        (6, "ingest.ragged_row"),
        (7, "ingest.not_polygon"),
    ]
    assert intake.refused["raw"][0] == "POLYGON ((1 2, 3"
    assert intake.refused["identifier"].tolist() == ["B", "C", None, "E"]
    assert count_rows(intake)["read"] == 6


def test_rows_that_repeat_each_other_name_the_row_of_the_sheet(write) -> None:
    intake = read_parcels(write("id,WKT", f'A,"{SQUARE}"', f'A,"{SQUARE}"'), crs="EPSG:4549")
    assert intake.refused["params"][0]["others"] == "2"


def test_without_a_system_one_is_offered_for_degrees(write) -> None:
    path = write("id,WKT", 'A,"POLYGON ((121 29, 121.001 29, 121.001 29.001, 121 29))"')
    with pytest.raises(CRSMismatchError) as caught:
        read_parcels(path)
    assert (caught.value.code, caught.value.params["first"]) == ("ingest.no_crs_guess", "EPSG:4490")


def test_the_system_postgis_writes_before_each_outline_is_believed_if_it_is_one(write) -> None:
    path = write("id,WKT", f'A,"SRID=4549;{SQUARE}"', f'B,"srid = 4549 ; {SQUARE.replace("5000", "6000")}"')
    assert read_parcels(path).taken.crs.to_epsg() == 4549
    mixed = write("id,WKT", f'A,"SRID=4549;{SQUARE}"', f'B,"SRID=4528;{SQUARE}"')
    with pytest.raises(CRSMismatchError):
        read_parcels(mixed)


def test_an_outline_of_many_corners_is_not_too_long_for_a_cell(write) -> None:
    many = shapely.Point(500_000, 3_300_000).buffer(1000, quad_segs=3000)
    text = shapely.to_wkt(many, rounding_precision=6)
    assert len(text) > 131_072
    assert len(read_parcels(write("id,WKT", f'A,"{text}"'), crs="EPSG:4549").taken) == 1


CORNER_HEADERS = [("经度", "纬度"), ("lon", "lat"), ("Longitude", "Latitude"), ("X", "Y")]


@pytest.mark.parametrize(("east", "north"), CORNER_HEADERS)
def test_corners_a_row_each_make_the_outline_their_identifier_names(write, said, east: str, north: str) -> None:
    lines = [f"宗地号,点号,{east},{north}", *[f"A1,J{n},{x},{y}" for n, (x, y) in enumerate(DEGREES)]]
    lines += [f"B2,J{n},{x + 0.01},{y}" for n, (x, y) in enumerate([*DEGREES, DEGREES[0]])]
    intake = read_parcels(write(*lines), crs="EPSG:4490")
    assert intake.taken[["parcel_id", "row"]].to_numpy().tolist() == [["A1", 2], ["B2", 6]]
    assert intake.taken.geometry[0].equals(shapely.Polygon(DEGREES))
    assert said(intake) == ([(None, "ingest.crs_by_option")], [])


def test_north_first_is_mended_and_said(write, said) -> None:
    corners = [(3_300_000, 500_000), (3_300_000, 500_020), (3_300_020, 500_020), (3_300_020, 500_000)]
    lines = ["宗地号,X坐标,Y坐标", *[f"A1,{x},{y}" for x, y in corners]]
    intake = read_parcels(write(*lines), crs="EPSG:4549")
    assert intake.taken["area_m2"].tolist() == [400]
    assert (None, "ingest.axes_swapped") in said(intake)[0]


def test_a_ring_column_makes_holes(write) -> None:
    hole = [(121.0002, 29.0002), (121.0004, 29.0002), (121.0004, 29.0004)]
    lines = ["id,圈号,lon,lat", *[f"A,1,{x},{y}" for x, y in DEGREES], *[f"A,2,{x},{y}" for x, y in hole]]
    taken = read_parcels(write(*lines), crs="EPSG:4490").taken
    assert taken.geometry[0].equals(shapely.Polygon(DEGREES, [hole]))


def test_a_corner_that_is_none_costs_its_own_outline_and_single_points_are_points(write, said) -> None:
    lines = [
        "id,lon,lat",
        *[f"A,{x},{y}" for x, y in DEGREES],
        "B,121,x",
        "B,121,29",
        "C,121,",
        "D,121,29",
        "E,121,29",
        "E,122,29",
    ]
    intake = read_parcels(write(*lines), crs="EPSG:4490")
    assert intake.taken["parcel_id"].tolist() == ["A"]
    assert said(intake)[1] == [
        (6, "ingest.bad_geometry"),
        (8, "ingest.bad_geometry"),
        (9, "ingest.not_polygon"),
        (10, "ingest.not_polygon"),
    ]
    assert intake.refused["raw"][0] == "121 x; 121 29"


def test_without_identifier_every_row_is_a_point_of_its_own(write, said) -> None:
    intake = read_parcels(write("lon,lat", "121,29", "121.1,29", "121,29.1"), crs="EPSG:4490")
    assert said(intake)[1] == [(row, "ingest.not_polygon") for row in (2, 3, 4)]


def test_footprints_too_may_come_as_corners(write) -> None:
    lines = ["幢号,层数,lon,lat", *[f"甲,3,{x},{y}" for x, y in DEGREES]]
    taken = read_footprints(write(*lines), crs="EPSG:4490").taken
    assert taken[["footprint_id", "storey_count", "row"]].to_numpy().tolist() == [["甲", 3, 2]]


def test_a_table_without_outlines_lists_its_columns(write, sentence) -> None:
    with pytest.raises(SchemaError) as caught:
        read_parcels(write("宗地号,面积", "A,1"))
    assert caught.value.code == "ingest.no_outline_columns"
    assert "The columns are: 宗地号, 面积" in sentence(caught.value)


def test_nothing_below_the_header_and_broken_quotes_are_refused(write) -> None:
    for lines, code in ((["id,WKT"], "ingest.empty_layer"), (["id,WKT", 'A,"x'], "ingest.unreadable")):
        with pytest.raises(SchemaError) as caught:
            read_parcels(write(*lines), crs="EPSG:4549")
        assert caught.value.code == code
