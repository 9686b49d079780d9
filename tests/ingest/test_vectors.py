"""Rows of a vector layer."""

import json
import warnings
from pathlib import Path

import pyogrio
import pytest
import shapely
from fiona.errors import DriverError

from geo.errors import SchemaError
from geo.ingest.layers import open_layer
from geo.ingest.report import Journal
from geo.ingest.vectors import _rescue, read_rows

PAGE = 4096


def feature(identifier: str, *rings: list[list[float]]) -> dict[str, object]:
    return {
        "type": "Feature",
        "properties": {"id": identifier},
        "geometry": {"type": "Polygon", "coordinates": list(rings)},
    }


def ring(west: float, *, is_closed: bool = True) -> list[list[float]]:
    corners = [[west, 29.0], [west + 0.001, 29.0], [west + 0.001, 29.001], [west, 29.001]]
    return [*corners, corners[0]] if is_closed else corners


@pytest.fixture
def write_features(tmp_path: Path):
    def write(*features: object) -> Path:
        path = tmp_path / "a.geojson"
        path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}), "utf-8")
        return path

    return write


def read(path: Path, *columns: str):
    layer = open_layer(path, layer=None, usual=frozenset())
    journal = Journal(layer.file, layer.shown)
    frame, geometry = read_rows(layer, list(columns), journal)
    return frame, geometry, journal


def test_only_the_columns_wanted_are_read_in_the_order_wanted(write_layer, square) -> None:
    path = write_layer([square(0), square(1)], a=[1, 2], b=["x", "y"], c=[0.5, None])
    frame, geometry, journal = read(path, "c", "b")
    assert list(frame.columns) == ["c", "b"]
    assert frame["b"].tolist() == ["x", "y"]
    assert [outline.equals(square(at)) for at, outline in enumerate(geometry)] == [True, True]
    assert not journal.notes


def test_without_columns_the_outlines_are_read(write_layer, square) -> None:
    frame, geometry, _ = read(write_layer([square(0), None], a=[1, 2]))
    assert (len(frame), geometry.tolist()[1]) == (2, None)


def test_an_empty_layer_is_refused(write_layer, sentence) -> None:
    path = write_layer([], id=[])
    with pytest.raises(SchemaError) as caught:
        read(path, "id")
    assert caught.value.code == "ingest.empty_layer"
    assert "layer parcels" in sentence(caught.value)


def test_one_ring_that_does_not_close_costs_nobody_anything(write_features) -> None:
    path = write_features(feature("A", ring(121)), feature("B", ring(122, is_closed=False)), feature("C", ring(123)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(shapely.errors.GEOSException):  # what bulk reading makes of it
            pyogrio.read_dataframe(path)
    frame, geometry, journal = read(path, "id")
    assert frame["id"].tolist() == ["A", "B", "C"]
    assert shapely.bounds(geometry)[:, 0].tolist() == [121, 122, 123]
    closed = [(note["row"], note["code"]) for note in journal.notes if note["row"] is not None]
    assert closed == [(2, "ingest.ring_closed")]


def test_a_ring_of_two_points_costs_its_own_row_only(write_features) -> None:
    path = write_features(
        feature("A", ring(121, is_closed=False)), feature("B", [[121, 29], [122, 29]]), feature("C", ring(123))
    )
    frame, geometry, journal = read(path, "id")
    assert frame["id"].tolist() == ["A", "B", "C"]
    assert [outline is None for outline in geometry] == [False, True, False]
    [refused] = journal.refused
    assert (refused["row"], refused["code"]) == (2, "ingest.bad_geometry")
    assert json.loads(str(refused["raw"]))["coordinates"] == [[[121, 29], [122, 29]]]


def test_a_row_without_outline_stays_a_row_in_rescuing(write_features) -> None:
    bare = {"type": "Feature", "properties": {"id": "B"}, "geometry": None}
    frame, geometry, _ = read(write_features(feature("A", ring(121, is_closed=False)), bare), "id")
    assert frame["id"].tolist() == ["A", "B"]
    assert geometry[1] is None


def test_a_file_that_neither_reader_takes_is_refused(write_features, monkeypatch: pytest.MonkeyPatch, sentence) -> None:
    layer = open_layer(write_features(feature("A", ring(121, is_closed=False))), layer=None, usual=frozenset())

    def refuse(*_: object, **__: object) -> None:
        raise DriverError("gone")

    monkeypatch.setattr("geo.ingest.vectors.fiona.open", refuse)
    with pytest.raises(SchemaError) as caught:
        read_rows(layer, ["id"], Journal(layer.file))
    assert caught.value.code == "ingest.unreadable"
    assert "gone" in sentence(caught.value)


def test_rows_lost_in_rescuing_are_noticed(write_layer, square) -> None:
    layer = open_layer(write_layer([square(0)], id=["A"]), layer=None, usual=frozenset())
    with pytest.raises(SchemaError) as caught:
        _rescue(layer, ["id"], Journal(layer.file), expected=2)
    assert caught.value.code == "ingest.damaged"


def test_a_damaged_database_is_refused_whole_instead_of_read_in_part(write_layer, square, sentence) -> None:
    path = write_layer([square(n) for n in range(3000)], id=["x" * 50] * 3000)
    content = bytearray(path.read_bytes())
    middle = len(content) // 2 // PAGE * PAGE
    content[middle : middle + PAGE] = b"\xff" * PAGE
    path.write_bytes(content)
    with pytest.raises(SchemaError) as caught:
        read(path, "id")
    assert caught.value.code == "ingest.damaged"
    assert "malformed" in sentence(caught.value)


@pytest.mark.shared_data
def test_what_a_reader_remarks_is_noted_and_not_printed(shared_data: Path, recwarn: pytest.WarningsRecorder) -> None:
    _, _, journal = read(shared_data / "edgecases" / "pyogrio_fixtures" / "line_zm.gpkg")
    assert not recwarn
    [note] = journal.notes
    assert "Measured (M) geometry types are not supported" in note["params"]["message"]


def test_an_encoding_that_had_to_be_guessed_is_noted(write_layer, square) -> None:
    path = write_layer([square()], "a.shp", 宗地号=["甲一"])
    path.with_suffix(".cpg").unlink()
    frame, _, journal = read(path, "宗地号")
    assert frame["宗地号"].tolist() == ["甲一"]
    assert [note["params"]["encoding"] for note in journal.notes] == ["UTF-8"]


@pytest.mark.shared_data
def test_a_real_file_that_bulk_reading_refuses_is_rescued(shared_data: Path) -> None:
    folder = shared_data / "edgecases" / "geojson_invalid_chrieke" / "examples" / "invalid_geometries"
    _, geometry, journal = read(folder / "invalid_unclosed.geojson")
    assert geometry[0].is_valid
    assert "ingest.ring_closed" in [note["code"] for note in journal.notes]


@pytest.mark.shared_data
def test_a_real_file_that_the_newer_driver_cannot_parse_is_rescued(shared_data: Path) -> None:
    path = shared_data / "edgecases" / "mapshaper" / "issues" / "384_invalid_json" / "sample1.json"
    with pytest.raises(pyogrio.errors.DataSourceError):
        pyogrio.read_dataframe(path)
    frame, geometry, _ = read(path, "Growth_200")
    assert len(geometry) == 2
    assert frame["Growth_200"].notna().all()
