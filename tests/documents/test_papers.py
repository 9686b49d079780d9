"""Every paper: the same bytes twice, hostile texts intact and harmless."""

import json
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree as ET

import openpyxl
import pyogrio
import pytest
from icalendar import Calendar

from geo.documents import fonts, forms, tracks
from geo.documents.bundle import bundle
from geo.documents.calendar import ics
from geo.documents.fonts import register_font
from geo.documents.forms import GIVEN, excel_form, given_cells, row_hash, xls_form
from geo.documents.geopackage import write_geopackage
from geo.documents.plain import file_name, plain
from geo.documents.route_book import route_book
from geo.documents.sheet import Sheet
from geo.documents.tracks import gpx, kml
from geo.errors import AssetError

PAPERS = {"gpx": gpx, "kml": kml, "ics": ics, "pdf": route_book, "excel": excel_form, "xlsform": xls_form}
NAME = '01 330200000123456781 =HYPERLINK("http://x")&<b>"甲\'厂"</b>'


@pytest.mark.parametrize("write", PAPERS.values(), ids=PAPERS)
def test_two_renders_are_equal_to_the_byte(sheet: Sheet, write: Callable[[Sheet], bytes]) -> None:
    assert write(sheet) == write(sheet)


def test_gpx_has_numbered_waypoints_in_order_and_a_track_from_the_depot_and_back(sheet: Sheet) -> None:
    root = ET.fromstring(gpx(sheet))
    names = {"g": tracks.GPX}
    assert [one.text for one in root.findall("g:wpt/g:name", names)] == [NAME, "02 330200000123456782"]
    points = [(one.get("lon"), one.get("lat")) for one in root.findall("g:trk/g:trkseg/g:trkpt", names)]
    assert points[0] == points[-1] == ("120.0000000", "30.0000000")
    assert len(points) == 4
    assert root.find("g:wpt/g:time", names).text == "2026-11-02T01:30:00Z"  # 9:30 in Shanghai


def test_kml_has_marks_outlines_of_every_part_and_the_line(sheet: Sheet) -> None:
    root = ET.fromstring(kml(sheet))
    names = {"k": tracks.KML}
    assert next(one.text for one in root.findall(".//k:Placemark/k:name", names)) == NAME
    assert len(root.findall(".//k:Polygon", names)) == 2
    assert len(root.find(".//k:LineString/k:coordinates", names).text.split()) == 4


def test_the_calendar_has_an_event_a_visit_at_its_time(sheet: Sheet) -> None:
    events = list(Calendar.from_ical(ics(sheet)).walk("VEVENT"))
    assert [str(one["summary"]) for one in events] == [NAME, "02 330200000123456782"]
    assert events[0]["dtstart"].dt.isoformat() == "2026-11-02T01:30:00+00:00"
    assert len({str(one["uid"]) for one in events}) == 2


def test_the_form_keeps_numbers_as_texts_runs_nothing_and_knows_its_rows(sheet: Sheet) -> None:
    page = openpyxl.load_workbook(BytesIO(excel_form(sheet)))["form"]
    rows = list(page.iter_rows(min_row=2))
    assert rows[0][1].value == "330200000123456781"
    assert {cell.data_type for row in rows for cell in row if cell.value is not None} == {"s"}
    assert rows[0][2].value == plain(sheet.stops[0].enterprise)
    assert rows[0][2].quotePrefix
    assert page.freeze_panes == "C2"
    assert rows[0][-1].value == row_hash(given_cells(sheet.stops[0]))
    lists = {one.formula1 for one in page.data_validations.dataValidation if one.type == "list"}
    assert '"属实,不属实,无法判断"' in lists
    assert '"未动工,正在施工,已停工,已竣工,已投产"' in lists
    assert len(rows[0]) == len(GIVEN) + len(forms.ASKED) + 1
    headers = [cell.value for cell in page[1]]
    assert {"核查日期", "现场状态", "各层层高", "签字情况", "不属实原因"} <= set(headers)


def test_a_changed_cell_changes_the_hash_of_its_row(sheet: Sheet) -> None:
    moved = replace(sheet.stops[0], town="乙镇")
    assert row_hash(given_cells(moved)) != row_hash(given_cells(sheet.stops[0]))


def test_the_xlsform_asks_for_visit_position_answers_and_photos(sheet: Sheet) -> None:
    book = openpyxl.load_workbook(BytesIO(xls_form(sheet)))
    survey = list(book["survey"].iter_rows(values_only=True))
    kinds = [row[0] for row in survey]
    assert {
        "select_one visits",
        "geopoint",
        "select_one site_state",
        "select_one visit_result",
        "date",
        "image",
    } <= set(kinds)
    choices = [row for row in book["choices"].iter_rows(values_only=True) if row[0] == "visits"]
    assert [row[1] for row in choices] == ["2026-11-02-一组-01", "2026-11-02-一组-02"]
    relevant = [row[5] for row in survey if row[0] == "note"]
    assert relevant[0] == "${visit_id} = '2026-11-02-一组-01'"
    assert book["settings"]["B2"].value.isascii()


def test_the_route_book_holds_its_font_and_no_markup_of_the_data(sheet: Sheet) -> None:
    written = route_book(sheet)
    assert written.startswith(b"%PDF-")
    assert b"/FontFile2" in written
    assert b"NotoSansSC" in written
    assert b"/URI" not in written
    assert route_book(replace(sheet, stops=())).startswith(b"%PDF-")


def test_links_go_into_the_code_only_when_there_are_any(sheet: Sheet) -> None:
    linked = replace(sheet, stops=tuple(replace(stop, links={"amap": "amapuri://x"}) for stop in sheet.stops))
    assert route_book(linked) != route_book(sheet)


def test_the_geopackage_has_layers_and_a_blank_table_and_the_same_bytes(sheet: Sheet, tmp_path: Path) -> None:
    for name in ("a.gpkg", "b.gpkg"):
        write_geopackage(sheet, tmp_path / name)
    assert (tmp_path / "a.gpkg").read_bytes() == (tmp_path / "b.gpkg").read_bytes()
    layers = dict(pyogrio.list_layers(tmp_path / "a.gpkg").tolist())
    assert layers == {"visits": "Point", "parcels": "MultiPolygon", "route": "LineString", "findings": None}
    with closing(sqlite3.connect(tmp_path / "a.gpkg")) as conn:
        assert conn.execute("select parcel_id, site_state from findings order by visit_id").fetchall() == [
            ("330200000123456781", ""),
            ("330200000123456782", ""),
        ]


def test_the_zip_says_what_it_holds_and_is_the_same_in_whatever_order() -> None:
    packed = bundle({"b.txt": b"2", "甲/a.txt": b"1"}, {"plan": "x"})
    assert packed == bundle({"甲/a.txt": b"1", "b.txt": b"2"}, {"plan": "x"})
    with zipfile.ZipFile(BytesIO(packed)) as archive:
        listed = json.loads(archive.read("manifest.json"))["files"]
        assert set(archive.namelist()) == {"manifest.json", *listed}
        for name, entry in listed.items():
            assert entry["sha256"] == sha256(archive.read(name)).hexdigest()


def test_names_of_files_lead_nowhere() -> None:
    assert file_name("../../etc/passwd") == "_.._etc_passwd"
    assert file_name("一组") == "一组"
    assert file_name("..") == "_"


def test_a_font_that_is_missing_or_another_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "assets.toml").write_bytes((Path(fonts.__file__).parent / "assets.toml").read_bytes())
    monkeypatch.setattr(fonts, "files", lambda _: tmp_path)
    register_font.cache_clear()
    with pytest.raises(AssetError) as caught:
        register_font()
    assert caught.value.code == "map.asset_missing"
    place = tmp_path / "assets" / str(caught.value.params["asset"])
    place.parent.mkdir(parents=True)
    place.write_bytes(b"another")
    with pytest.raises(AssetError) as caught:
        register_font()
    assert caught.value.code == "map.asset_altered"
