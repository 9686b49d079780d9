"""Placemarks of a KML."""

from pathlib import Path

import pytest
import shapely

from geo.errors import SchemaError
from geo.ingest.parcels import read_parcels
from geo.ingest.report import count_rows

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
SQUARE = [(121, 29), (121.001, 29), (121.001, 29.001), (121, 29.001), (121, 29)]
POND = [(121.0002, 29.0002), (121.0004, 29.0002), (121.0004, 29.0004), (121.0002, 29.0002)]


def ring(corners: list[tuple[float, float]], *, end: str = ",12.5") -> str:
    return f"<LinearRing><coordinates>{' '.join(f'{x},{y}{end}' for x, y in corners)}</coordinates></LinearRing>"


def polygon(corners: list[tuple[float, float]], *holes: list[tuple[float, float]]) -> str:
    inner = "".join(f"<innerBoundaryIs>{ring(hole)}</innerBoundaryIs>" for hole in holes)
    return f"<Polygon><outerBoundaryIs>{ring(corners)}</outerBoundaryIs>{inner}</Polygon>"


def placemark(name: str, geometry: str, **said: str) -> str:
    data = "".join(f'<Data name="{key}"><value>{value}</value></Data>' for key, value in said.items())
    extended = f"<ExtendedData>{data}</ExtendedData>" if said else ""
    return f"<Placemark><name>{name}</name>{extended}{geometry}</Placemark>"


def write(folder: Path, *placemarks: str, encoding: str = "utf-8") -> Path:
    path = folder / "a.kml"
    text = f"{HEAD}{''.join(placemarks)}</Document></kml>".replace("UTF-8", encoding)
    path.write_bytes(text.encode(encoding))
    return path


def test_a_square_with_a_hole_is_read_without_its_heights_and_in_wgs_84(tmp_path: Path, said) -> None:
    intake = read_parcels(write(tmp_path, placemark("甲", polygon(SQUARE, POND), 宗地号="A1", 企业名称="甲厂")))
    assert intake.taken["parcel_id"].tolist() == ["A1"]
    assert intake.taken["enterprise"].tolist() == ["甲厂"]
    assert intake.taken.geometry[0].equals(shapely.Polygon(SQUARE, [POND]))
    assert intake.taken.crs.to_epsg() == 4326
    assert said(intake) == ([], [])


def test_the_driver_that_is_not_used_would_have_lost_the_chinese_names(tmp_path: Path, write_layer, square) -> None:
    path = write_layer([shapely.Polygon(SQUARE)], "b.kml", crs=4326, 宗地号=["A1"])  # with SchemaData
    assert read_parcels(path).taken["parcel_id"].tolist() == ["A1"]


def test_placemarks_in_folders_count_through_the_file(tmp_path: Path, said) -> None:
    point = placemark("P", "<Point><coordinates>121,29</coordinates></Point>")
    folders = f"<Folder><name>x</name>{placemark('A', polygon(SQUARE))}<Folder>{point}</Folder></Folder>"
    other = [(x + 1, y) for x, y in SQUARE]
    intake = read_parcels(write(tmp_path, folders, placemark("B", polygon(other))), parcel_id="name")
    assert intake.taken[["parcel_id", "row"]].to_numpy().tolist() == [["A", 1], ["B", 3]]
    assert said(intake)[1] == [(2, "ingest.not_polygon")]


def test_several_geometries_are_parts_and_points_among_them_are_left_out(tmp_path: Path, said) -> None:
    parts = polygon(SQUARE) + polygon([(x + 1, y) for x, y in SQUARE])
    point = "<Point><coordinates>121,29</coordinates></Point>"
    path = write(
        tmp_path,
        placemark("A", f"<MultiGeometry>{parts}</MultiGeometry>"),
        placemark("B", f"<MultiGeometry>{parts.replace('29', '28')}{point}</MultiGeometry>"),
    )
    intake = read_parcels(path, parcel_id="name")
    assert [outline.geom_type for outline in intake.taken.geometry] == ["MultiPolygon", "MultiPolygon"]
    assert said(intake)[0] == [(2, "ingest.polygons_kept")]


def test_an_open_ring_is_closed_and_said_and_a_bad_one_is_refused_with_what_stood_there(tmp_path: Path, said) -> None:
    path = write(
        tmp_path,
        placemark("A", polygon(SQUARE[:-1])),
        placemark("B", polygon(SQUARE[:2])),
        placemark("C", polygon(SQUARE).replace("121.001,29,", "x,29,")),
        placemark("D", polygon(SQUARE).replace("121.001,29,12.5", "121.001")),
        placemark("E", ""),
        placemark("F", "<Polygon/>"),
    )
    intake = read_parcels(path, parcel_id="name")
    assert said(intake) == (
        [(1, "ingest.ring_closed")],
        [*[(row, "ingest.bad_geometry") for row in (2, 3, 4)], (5, "ingest.no_geometry"), (6, "ingest.no_geometry")],
    )
    assert "x,29,12.5" in intake.refused["raw"][1]
    assert intake.refused["identifier"].tolist() == list("BCDEF")
    assert count_rows(intake) == {"read": 6, "taken": 0, "mended": 1, "refused": 5, "values_refused": 0}


def test_links_to_other_files_are_not_followed(tmp_path: Path, listener) -> None:
    address, heard = listener
    links = (
        f"<NetworkLink><Link><href>{address}/n.kml</href></Link></NetworkLink><styleUrl>{address}/s.kml#x</styleUrl>"
    )
    assert len(read_parcels(write(tmp_path, links, placemark("A", polygon(SQUARE)))).taken) == 1
    assert heard() == []


def test_chinese_in_utf_16_is_read_too(tmp_path: Path) -> None:
    path = write(tmp_path, placemark("甲", polygon(SQUARE), 宗地号="甲一"), encoding="utf-16")
    assert read_parcels(path).taken["parcel_id"].tolist() == ["甲一"]


def test_a_name_like_markup_stays_text(tmp_path: Path) -> None:
    path = write(tmp_path, placemark("&lt;b&gt;'; DROP TABLE parcel; --", polygon(SQUARE)))
    assert read_parcels(path, parcel_id="name").taken["parcel_id"].tolist() == ["<b>'; DROP TABLE parcel; --"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (
            "<!DOCTYPE kml [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><kml><Placemark><name>&x;</name></Placemark></kml>",
            "xml_entities",
        ),
        ("<kml/><OGRVRTDataSource/>", "unreadable"),
        ("<kml></kml>", "empty_layer"),
        ("<gpx/>", "wrong_content"),
        ("<kml><gx:x/></kml>", "unreadable"),
    ],
)
def test_what_is_no_kml_is_one_sentence(tmp_path: Path, text: str, code: str, sentence) -> None:
    (tmp_path / "a.kml").write_text(text)
    with pytest.raises(SchemaError) as caught:
        read_parcels(tmp_path / "a.kml")
    assert caught.value.code == f"ingest.{code}"
    assert "\n" not in sentence(caught.value)
