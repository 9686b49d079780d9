"""The bureaus' boundary text."""

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyproj import CRS, Transformer

from geo.errors import CRSMismatchError, GeometryError, SchemaError
from geo.ingest.boundary_txt import open_boundary_txt, write_boundary_txt
from geo.ingest.parcels import read_parcels
from geo.ingest.report import count_rows

ABOUT = (
    "[属性描述]\n格式版本号=1.01\n坐标系=2000国家大地坐标系\n几度分带=3\n投影类型=高斯克吕格\n"
    "计量单位=米\n带号=40\n精度=0.001\n转换参数=,,,,,,\n"
)
SQUARE = [(3_300_000, 500_000), (3_300_000, 500_020), (3_300_020, 500_020), (3_300_020, 500_000)]  # north, east
POND = [(3_300_005, 500_005), (3_300_005, 500_010), (3_300_010, 500_010), (3_300_010, 500_005)]
ISLAND = [(3_300_100, 500_000), (3_300_100, 500_010), (3_300_110, 500_010)]

Corners = list[tuple[float, float]]


def corner_lines(corners: Corners, ring: int = 1, *, prefix: int = 0, is_closed: bool = True) -> str:
    drawn = [*corners, corners[0]] if is_closed else corners
    return "".join(
        f"J{number},{ring},{north:.4f},{east + 1_000_000 * prefix:.4f}\n"
        for number, (north, east) in enumerate(drawn, 1)
    )


def parcel(number: str, *lines: str, name: str = "地块", area_ha: str = "0.0400", kind: str = "面") -> str:
    count = sum(line.count("\n") for line in lines)
    return f"{count},{area_ha},{number},{name},{kind},,,,@\n{''.join(lines)}"


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def text(*parcels: str, about: str = ABOUT, encoding: str = "gbk") -> Path:
        path = tmp_path / "a.txt"
        path.write_bytes(f"{about}[地块坐标]\n{''.join(parcels)}".encode(encoding))
        return path

    return text


@pytest.mark.parametrize("encoding", ["gbk", "utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize(("prefix", "code"), [(0, 4549), (40, 4528)])
def test_a_square_of_20_m_has_400_m2_north_first(write, said, encoding: str, prefix: int, code: int) -> None:
    path = write(parcel("A1", corner_lines(SQUARE, prefix=prefix)), encoding=encoding)
    intake = read_parcels(path)
    assert intake.taken["parcel_id"].tolist() == ["A1"]
    assert intake.taken["area_m2"].tolist() == [400]
    assert intake.taken.crs.to_epsg() == code
    west = 500_000 + 1_000_000 * prefix
    assert intake.taken.geometry[0].equals(shapely.box(west, 3_300_000, west + 20, 3_300_020))
    notes = [] if encoding.startswith("utf-8") else [(None, "ingest.encoding_guessed")]
    assert said(intake) == (notes, [])


def test_holes_and_parts_are_told_by_their_rings(write) -> None:
    rings = [corner_lines(SQUARE, 1), corner_lines(POND, 2), corner_lines(ISLAND, 3)]
    taken = read_parcels(write(parcel("A1", *rings))).taken
    assert taken.geometry[0].geom_type == "MultiPolygon"
    assert taken["area_m2"].tolist() == [20 * 20 - 5 * 5 + 10 * 10 / 2]


def test_the_closing_point_may_be_left_out(write, said) -> None:
    rings = [corner_lines(SQUARE, is_closed=False), corner_lines(POND, 2, is_closed=False)]
    intake = read_parcels(write(parcel("A1", *rings, area_ha="0.0375"), encoding="utf-8"))
    assert intake.taken["area_m2"].tolist() == [375]
    assert said(intake) == ([], [])


def test_what_the_line_of_a_parcel_says_is_there_and_its_hectares_are_compared(write, said) -> None:
    lines = [
        parcel("A1", corner_lines(SQUARE), name="甲地块"),
        parcel("A2", corner_lines(ISLAND), name="乙地块", area_ha="0.0400"),  # 10 * 10 / 2 = 50 m2, not 400
    ]
    intake = read_parcels(write(*lines, encoding="utf-8"), parcel_id="地块名称")
    assert intake.taken["parcel_id"].tolist() == ["甲地块", "乙地块"]
    assert said(intake) == ([(2, "ingest.area_differs")], [])
    assert intake.notes["params"][0]["stated"] == "400"


def test_full_width_signs_blanks_and_lines_without_at_are_read_too(write) -> None:
    text = parcel("A1", corner_lines(SQUARE)).replace(",@", "").replace("J1,1,", " J1 ，1, ").replace("\n", "\r\n\r\n")
    assert read_parcels(write(text)).taken["area_m2"].tolist() == [400]


SYSTEMS = [
    ("2000国家大地坐标系", "3", "40", 0, 4549),
    ("CGCS2000", "3", "40", 40, 4528),
    ("国家2000坐标系", "3度带", "", 40, 4528),
    ("CGCS2000", "", "", 40, 4528),
    ("CGCS2000", "6", "20", 20, 4498),
    ("CGCS2000", "6", "20", 0, 4509),
    ("CGCS2000", "", "", 20, 4498),
]


@pytest.mark.parametrize(("name", "degrees", "zone", "prefix", "code"), SYSTEMS)
def test_the_system_is_what_the_file_says(write, *, name: str, degrees: str, zone: str, prefix: int, code: int) -> None:
    about = f"[属性描述]\n坐标系={name}\n几度分带={degrees}\n带号={zone}\n"
    opened = open_boundary_txt(write(parcel("A", corner_lines(SQUARE, prefix=prefix)), about=about))
    assert opened.crs is not None
    assert opened.crs.to_epsg() == code


@pytest.mark.parametrize(("name", "code"), [("80国家大地坐标系", 2385), ("北京54坐标系", 2437)])
def test_an_old_datum_is_refused_by_its_name(write, name: str, code: int, sentence) -> None:
    about = f"[属性描述]\n坐标系={name}\n几度分带=3\n带号=40\n"
    with pytest.raises(CRSMismatchError) as caught:
        read_parcels(write(parcel("A", corner_lines(SQUARE)), about=about))
    assert caught.value.code == "ingest.old_datum"
    assert f"EPSG:{code}" in sentence(caught.value)


@pytest.mark.parametrize(("about", "prefix", "code"), [("", 40, "ingest.no_crs_guess"), ("", 0, "ingest.no_crs_zone")])
def test_without_a_system_one_is_offered_and_not_taken(write, about: str, prefix: int, code: str) -> None:
    path = write(parcel("A", corner_lines(SQUARE, prefix=prefix)), about=about)
    with pytest.raises(CRSMismatchError) as caught:
        read_parcels(path)
    assert caught.value.code == code
    confirmed = read_parcels(path, crs="EPSG:4528" if prefix else "EPSG:4549")
    assert confirmed.taken["area_m2"].tolist() == [400]


@pytest.mark.parametrize("prefix", [0, 40])
def test_east_first_is_mended_and_said(write, said, prefix: int) -> None:
    swapped = [(east + 1_000_000 * prefix, north) for north, east in SQUARE]
    intake = read_parcels(write(parcel("A1", corner_lines(swapped)), encoding="utf-8"))
    assert said(intake) == ([(None, "ingest.axes_swapped")], [])
    assert shapely.get_coordinates(intake.taken.geometry.to_numpy())[:, 1].min() == 3_300_000
    assert count_rows(intake)["mended"] == 1


def test_a_zone_that_contradicts_the_coordinates_is_an_error_with_the_right_one(write) -> None:
    about = ABOUT.replace("带号=40", "带号=39")
    with pytest.raises(GeometryError) as caught:
        read_parcels(write(parcel("A", corner_lines(SQUARE, prefix=40)), about=about))
    assert (caught.value.code, caught.value.params["guess"]) == ("ingest.impossible_layer_guess", "EPSG:4528")


def test_a_bad_line_costs_its_own_parcel_only_and_is_kept(write, said) -> None:
    bad = corner_lines(SQUARE).replace("J2,1,3300000.0000,500020.0000", "J2,1,3300000.0000")
    two = corner_lines(SQUARE[:2], is_closed=False)
    parcels = [
        parcel("A1", corner_lines(SQUARE)),
        parcel("A2", bad),
        parcel("A3", two),
        parcel("A4", corner_lines(SQUARE), two.replace(",1,", ",2,")),
        parcel("A5", corner_lines(SQUARE), kind="线"),
        parcel("A6", corner_lines(SQUARE), kind="点"),
        parcel("A7"),
        "5,@\n" + corner_lines(SQUARE),
        parcel("A8", corner_lines(SQUARE).replace("J2,1,3300000", "J2,1,x")),
        parcel("A9", corner_lines(ISLAND), area_ha="0.005"),
    ]
    intake = read_parcels(write(*parcels, encoding="utf-8"))
    assert intake.taken["parcel_id"].tolist() == ["A1", "A9"]
    codes = [
        "boundary_line",
        "not_polygon",
        "bad_geometry",
        "not_polygon",
        "not_polygon",
        "no_geometry",
        "boundary_line",
        "boundary_line",
    ]
    assert said(intake)[1] == [(row, f"ingest.{code}") for row, code in enumerate(codes, start=2)]
    assert intake.refused["raw"][0] == "J2,1,3300000.0000"
    assert intake.refused["params"][0]["line"] == len(ABOUT.splitlines()) + 1 + 6 + 3  # after A1's six lines
    assert intake.refused["identifier"].tolist()[:6] == ["A2", "A3", "A4", "A5", "A6", "A7"]


def test_corners_that_are_not_as_many_as_said_are_noted(write, said) -> None:
    text = parcel("A1", corner_lines(SQUARE)).replace("5,0.0400", "7,0.0400")
    intake = read_parcels(write(text, encoding="utf-8"))
    assert said(intake) == ([(1, "ingest.corners_miscounted")], [])
    assert (intake.notes["params"][0]["said"], intake.notes["params"][0]["found"]) == (7, 5)
    without_closing = parcel("A1", corner_lines(SQUARE)).replace("5,0.0400", "4,0.0400")
    assert said(read_parcels(write(without_closing, encoding="utf-8"))) == ([], [])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("这不是界址点文件", "ingest.wrong_content"),
        ("[属性描述]\n带号=40\n", "ingest.wrong_content"),
        ("[地块坐标]\n", "ingest.empty_layer"),
        ("[地块坐标]\nJ1,1,3300000,500000\n", "ingest.boundary_stray"),
    ],
)
def test_what_is_no_boundary_text_is_one_sentence(tmp_path: Path, content: str, code: str, sentence) -> None:
    (tmp_path / "a.txt").write_text(content, "utf-8")
    with pytest.raises(SchemaError) as caught:
        read_parcels(tmp_path / "a.txt", crs="EPSG:4549")
    assert caught.value.code == code
    assert "\n" not in sentence(caught.value)


def test_a_text_has_one_layer(write) -> None:
    with pytest.raises(SchemaError) as caught:
        read_parcels(write(parcel("A", corner_lines(SQUARE))), layer="x")
    assert caught.value.code == "ingest.unknown_layer"


def county(crs: int) -> gpd.GeoDataFrame:
    """Three parcels (one with two holes, one of two parts with a hole in one) near the middle of a zone."""
    area = CRS(crs).area_of_use
    assert area is not None
    x, y = Transformer.from_crs(4490, crs, always_xy=True).transform(
        (area.west + area.east) / 2, (area.south + area.north) / 2
    )
    yard = shapely.box(x + 0.1234, y + 0.4567, x + 300.3333, y + 200.7777)
    holes = [shapely.box(x + west, y + 50, x + west + 33.333, y + 80.001) for west in (50, 150)]
    pond = shapely.box(x + 420, y + 20, x + 440.4, y + 40)
    parts = [shapely.box(x + 400, y, x + 500, y + 100).difference(pond), shapely.box(x + 600, y, x + 601, y + 1)]
    corner = shapely.Polygon([(x, y - 9), (x + 7.7777, y - 100), (x - 50, y - 70)])
    outlines = [yard.difference(shapely.union_all(holes)), shapely.MultiPolygon(parts), corner]
    columns = {"parcel_id": ["A1", "甲-2", "003"], "name": ["甲厂", "", "丙"]}
    frame = gpd.GeoDataFrame(columns, geometry=outlines, crs=crs)
    return frame.assign(area_m2=frame.area)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
@pytest.mark.parametrize("crs", [4498, 4509, 4528, 4549, 4491, 4533])
def test_what_is_written_comes_back_to_the_millimetre(tmp_path: Path, said, crs: int, encoding: str) -> None:
    parcels = county(crs)
    write_boundary_txt(parcels, tmp_path / "a.txt", encoding=encoding)
    intake = read_parcels(tmp_path / "a.txt")
    assert [code for _, code in said(intake)[0]] == (["ingest.encoding_guessed"] if encoding == "gb18030" else [])
    assert intake.taken["parcel_id"].tolist() == ["A1", "甲-2", "003"]
    assert intake.taken.crs.to_epsg() == crs
    for was, now in zip(parcels.geometry, intake.taken.geometry, strict=True):
        assert shapely.hausdorff_distance(was.boundary, now.boundary) < 0.001
        assert shapely.get_num_coordinates(was) == shapely.get_num_coordinates(now)
    assert np.abs(intake.taken["area_m2"].to_numpy() - parcels["area_m2"].to_numpy()).max() < 0.01


def test_what_is_written_looks_as_bureaus_write_it(tmp_path: Path, square) -> None:
    parcels = gpd.GeoDataFrame({"parcel_id": ["A1"], "area_m2": [400.0]}, geometry=[square()], crs=4549)
    write_boundary_txt(parcels, tmp_path / "a.txt")
    lines = (tmp_path / "a.txt").read_bytes().decode("gbk").split("\r\n")
    assert lines[:2] == ["[属性描述]", "坐标系=2000国家大地坐标系"]
    assert lines[lines.index("[地块坐标]") + 1 :] == [
        "5,0.040000,A1,,面,,,,@",
        "J1,1,3300000.00000,500020.00000",
        "J2,1,3300020.00000,500020.00000",
        "J3,1,3300020.00000,500000.00000",
        "J4,1,3300000.00000,500000.00000",
        "J1,1,3300000.00000,500020.00000",
        "",
    ]


@pytest.mark.parametrize("crs", [4490, 2385, 32651, None])
def test_another_system_cannot_be_written(tmp_path: Path, square, crs: int | None) -> None:
    parcels = gpd.GeoDataFrame({"parcel_id": ["A1"], "area_m2": [400.0]}, geometry=[square()], crs=crs)
    with pytest.raises(CRSMismatchError) as caught:
        write_boundary_txt(parcels, tmp_path / "a.txt")
    assert caught.value.code == "ingest.boundary_crs"
    assert not (tmp_path / "a.txt").exists()


@pytest.mark.parametrize("name", ["a,b", "a，b", "a@", "a\nb"])
def test_a_name_the_form_cannot_hold_is_not_written(tmp_path: Path, square, name: str) -> None:
    parcels = gpd.GeoDataFrame({"parcel_id": [name], "area_m2": [400.0]}, geometry=[square()], crs=4549)
    with pytest.raises(SchemaError) as caught:
        write_boundary_txt(parcels, tmp_path / "a.txt")
    assert caught.value.code == "ingest.boundary_text"


LINES = st.lists(
    st.sampled_from(
        [
            "J1,1,3300000,500000",
            "J2,1,3300000,500020",
            "J3,1,3300020,500020",
            "4,1,A,b,面,,,,@",
            "@",
            ",",
            "[x]",
            "垃圾",
        ]
    ),
    max_size=14,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LINES)
def test_whatever_stands_in_the_lines_every_parcel_is_taken_or_refused(write, said, lines: list[str]) -> None:
    path = write("\n".join(lines), encoding="utf-8")
    try:
        intake = read_parcels(path)
    except (SchemaError, CRSMismatchError):
        return
    said(intake)
    assert count_rows(intake)["read"] == sum("@" in line for line in lines)
