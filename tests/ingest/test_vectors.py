"""Rows of a vector layer."""

import json
import math
import struct
import warnings
from pathlib import Path

import numpy as np
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


CIRCLE = [(500_010, 3_300_000), (500_000, 3_300_010), (499_990, 3_300_000), (500_000, 3_299_990), (500_010, 3_300_000)]


def write_arcs(path: Path, driver: str) -> Path:
    """Write a circle with a radius of 10 m, drawn in four arcs, and a square of 20 m."""
    arcs = struct.pack("<BII", 1, 8, len(CIRCLE)) + b"".join(struct.pack("<dd", *corner) for corner in CIRCLE)
    circle = struct.pack("<BII", 1, 10, 1) + arcs
    square = shapely.to_wkb(shapely.box(500_100, 3_300_000, 500_120, 3_300_020))
    outlines, names = np.array([circle, square], dtype=object), np.array(["circle", "square"], dtype=object)
    options = {"geometry_type": "Unknown", "crs": "EPSG:4549", "driver": driver}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pyogrio.raw.write(path, outlines, [names], ["id"], layer="p", **options)
    return path


@pytest.mark.parametrize(("name", "driver"), [("a.gpkg", "GPKG"), ("a.gml", "GML")])
def test_arcs_become_short_chords_and_that_is_said(tmp_path: Path, name: str, driver: str) -> None:
    frame, geometry, journal = read(write_arcs(tmp_path / name, driver), "id")
    assert frame["id"].tolist() == ["circle", "square"]
    # chords of half a degree: an inscribed polygon of 720 sides has 720 / 2 * sin(0.5 degrees) * r^2
    assert shapely.area(geometry)[0] == pytest.approx(360 * math.sin(math.radians(0.5)) * 10**2, rel=1e-6)
    assert shapely.area(geometry)[0] == pytest.approx(math.pi * 10**2, rel=2e-5)
    assert [(note["code"], note["params"]["count"]) for note in journal.notes] == [("ingest.curves_straightened", 1)]


def test_the_settings_of_the_drivers_are_left_as_they_were(tmp_path: Path) -> None:
    before = pyogrio.get_gdal_config_option("OGR_ARC_STEPSIZE")
    read(write_arcs(tmp_path / "a.gpkg", "GPKG"), "id")
    assert pyogrio.get_gdal_config_option("OGR_ARC_STEPSIZE") == before


def test_where_arcs_cannot_be_counted_the_rows_are_read_all_the_same(
    write_layer, square, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = pyogrio.raw.read

    def refuse(*args: object, **options: object) -> object:
        if options.get("where"):
            raise pyogrio.errors.DataLayerError("no")
        return whole(*args, **options)

    monkeypatch.setattr("geo.ingest.vectors.pyogrio.raw.read", refuse)
    _, geometry, journal = read(write_layer([square()], id=["A"]), "id")
    assert (len(geometry), journal.notes) == (1, [])


@pytest.mark.shared_data
@pytest.mark.parametrize("name", ["curvepolygon", "multisurface"])
def test_real_arcs_are_noticed(shared_data: Path, name: str) -> None:
    _, _, journal = read(shared_data / "edgecases" / "pyogrio_fixtures" / f"{name}.gpkg")
    assert "ingest.curves_straightened" in [note["code"] for note in journal.notes]


@pytest.mark.parametrize("name", ["a.gdb", "a.fgb", "a.gml"])
def test_the_other_formats_of_the_drivers_are_read_and_can_be_rescued(write_layer, square, name: str) -> None:
    path = write_layer([square(0), square(1)], name, 宗地号=["A", "B"])
    layer = open_layer(path, layer=None, usual=frozenset())
    by_name = {}
    for rows in (read_rows(layer, ["宗地号"], Journal(path)), _rescue(layer, ["宗地号"], Journal(path))):
        frame, geometry = rows
        assert frame.index.tolist() == [1, 2]
        by_name = dict(zip(frame["宗地号"], geometry, strict=True))
        assert by_name["A"].equals(square(0))
        assert by_name["B"].equals(square(1))


def test_only_the_columns_wanted_are_read_in_the_order_wanted(write_layer, square) -> None:
    path = write_layer([square(0), square(1)], a=[1, 2], b=["x", "y"], c=[0.5, None])
    frame, geometry, journal = read(path, "c", "b")
    assert list(frame.columns) == ["c", "b"]
    assert frame["b"].tolist() == ["x", "y"]
    assert [outline.equals(square(at)) for at, outline in enumerate(geometry)] == [True, True]
    assert not journal.notes


def test_without_columns_the_outlines_are_read(write_layer, square) -> None:
    frame, geometry, _ = read(write_layer([square(0), None], a=[1, 2]))
    assert (frame.index.tolist(), geometry.tolist()[1]) == ([1, 2], None)


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
