"""Layers of vector files, opened but not read."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pandas as pd
import pyogrio
import pytest

from geo.errors import CRSMismatchError, SchemaError
from geo.ingest.layers import layer_crs, open_layer
from geo.ingest.report import Journal
from geo.ingest.vectors import read_rows

USUAL = frozenset({"parcels", "宗地"})


def refusal(path: Path, **options: object) -> SchemaError:
    with pytest.raises(SchemaError) as caught:
        open_layer(path, **({"layer": None, "usual": USUAL} | options))
    return caught.value


@pytest.mark.parametrize(
    ("name", "driver"),
    [("a.gpkg", "GPKG"), ("a.shp", "ESRI Shapefile"), ("a.geojson", "GeoJSON"), ("a.json", "GeoJSON")],
)
def test_each_format_is_opened_by_its_own_driver(write_layer, square, name: str, driver: str) -> None:
    path = write_layer([square()], name.replace(".json", ".geojson"), id=["A"])
    path = path.rename(path.with_name(name))
    opened = open_layer(path, layer=None, usual=USUAL)
    assert (opened.driver, opened.fields) == (driver, ("id",))
    assert opened.crs is not None
    assert opened.crs.to_epsg() == 4549
    assert opened.shown == ("parcels" if name == "a.gpkg" else None)


def test_of_several_layers_the_one_with_a_usual_name_is_meant(write_layer, square, sentence) -> None:
    path = write_layer([square()], layer="Parcels", id=["A"])
    write_layer([square()], layer="roads", id=["A"])
    assert open_layer(path, layer=None, usual=USUAL).name == "Parcels"
    error = refusal(path, usual=frozenset({"footprints"}))
    assert error.code == "ingest.which_layer"
    assert "There are: Parcels, roads" in sentence(error)


def test_an_unknown_layer_lists_those_there_are(write_layer, square, sentence) -> None:
    error = refusal(write_layer([square()], id=["A"]), layer="宗地2026")
    assert error.code == "ingest.unknown_layer"
    assert "layer 宗地2026: has no such layer or sheet. There are: parcels." in sentence(error)


def test_tables_without_outlines_are_passed_over_or_refused(write_layer, square, sentence) -> None:
    path = write_layer([square()], layer="land", id=["A"])
    pyogrio.write_dataframe(pd.DataFrame({"id": ["A"]}), path, layer="ledger")
    assert open_layer(path, layer=None, usual=USUAL).name == "land"
    assert open_layer(path, layer=None, usual=USUAL, is_table=True).name == "ledger"
    error = refusal(path, layer="ledger")
    assert error.code == "ingest.no_outlines"
    assert "ledger" in sentence(error)


@pytest.mark.parametrize("name", ['a"b', "'; DROP TABLE gpkg_contents; --", "宗地 (1)", "a&b<c>", "{file}"])
def test_a_hostile_layer_name_is_only_a_name(write_layer, square, name: str, sentence) -> None:
    path = write_layer([square()], id=["A"])
    with closing(sqlite3.connect(path)) as database, database:
        for (trigger,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{trigger}"')
        database.execute('ALTER TABLE parcels RENAME TO "{}"'.format(name.replace('"', '""')))
        for table in ("gpkg_contents", "gpkg_geometry_columns", "gpkg_extensions", "gpkg_ogr_contents"):
            database.execute(f"UPDATE {table} SET table_name = ? WHERE table_name = 'parcels'", (name,))
    opened = open_layer(path, layer=None, usual=USUAL)
    assert opened.name == name
    frame, geometry = read_rows(opened, ["id"], Journal(path, name))
    assert (frame["id"].tolist(), len(geometry)) == (["A"], 1)
    assert name in sentence(refusal(path, layer="no"))


@pytest.mark.parametrize(
    "content",
    [
        {"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline read {other}"},
        {"type": "Topology", "objects": {}, "arcs": []},
        {"type": "STACTA", "assets": {"x": {"href": "http://127.0.0.1:9/x"}}},
        {"hello": "world"},
        [],
    ],
)
def test_json_that_is_not_geojson_is_opened_by_no_other_driver(write_layer, square, tmp_path: Path, content) -> None:
    other = write_layer([square()], "other.geojson", id=["secret"])
    text = json.dumps(content).replace("{other}", str(other))
    (tmp_path / "a.geojson").write_text(text, "utf-8")
    assert refusal(tmp_path / "a.geojson").code == "ingest.unreadable"


def test_a_layer_that_is_listed_and_cannot_be_opened_is_refused(
    write_layer, square, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_layer([square()], id=["A"])

    def refuse(*_: object, **__: object) -> None:
        raise pyogrio.errors.DataSourceError("gone")

    monkeypatch.setattr("geo.ingest.layers.pyogrio.read_info", refuse)
    assert open_layer(path, layer=None, usual=USUAL).fields == ("id",)  # fiona still opens it
    monkeypatch.setattr("geo.ingest.layers.fiona.open", refuse)
    assert refusal(path).code == "ingest.unreadable"


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
@pytest.mark.parametrize("name", ["a.gpkg", "a.geojson"])
def test_a_file_cut_short_is_refused_in_one_sentence(write_layer, square, name: str, share: float, sentence) -> None:
    path = write_layer([square(n) for n in range(50)], name, id=[str(n) for n in range(50)])
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    error = refusal(path)
    assert error.code == "ingest.unreadable"
    assert "\n" not in sentence(error)


def test_a_shapefile_without_declared_encoding_is_read_in_the_one_its_text_is_in(write_layer, square) -> None:
    path = write_layer([square()], "a.shp", 宗地号=["甲一"])
    path.with_suffix(".cpg").unlink()
    opened = open_layer(path, layer=None, usual=USUAL)
    assert (opened.fields, opened.encoding) == (("宗地号",), "UTF-8")


def test_a_blank_or_broken_prj_is_no_system(write_layer, square) -> None:
    path = write_layer([square()], "a.shp", id=["A"])
    for text in ("", "garbage"):
        path.with_suffix(".prj").write_text(text)
        opened = open_layer(path, layer=None, usual=USUAL)
        assert opened.crs is None
        with pytest.raises(CRSMismatchError) as caught:
            layer_crs(opened, None, Journal(path))
        assert caught.value.code == "ingest.no_crs"


def test_the_option_names_the_system_of_a_file_without_one_and_that_is_noted(write_layer, square) -> None:
    opened = open_layer(write_layer([square()], crs=None, id=["A"]), layer=None, usual=USUAL)
    journal = Journal(opened.file)
    assert layer_crs(opened, "EPSG:4549", journal).to_epsg() == 4549
    assert [note["code"] for note in journal.notes] == ["ingest.crs_by_option"]


def test_an_option_that_contradicts_the_file_is_an_error(write_layer, square, sentence) -> None:
    opened = open_layer(write_layer([square()], id=["A"]), layer=None, usual=USUAL)
    with pytest.raises(CRSMismatchError) as caught:
        layer_crs(opened, "EPSG:4547", Journal(opened.file))
    assert "declares EPSG:4549, which contradicts the option EPSG:4547" in sentence(caught.value)
    assert layer_crs(opened, "EPSG:4549", Journal(opened.file)).to_epsg() == 4549


def test_geojsons_own_default_gives_way_to_the_option_and_a_written_system_does_not(
    write_layer, square, tmp_path: Path
) -> None:
    written = write_layer([square()], "a.geojson", id=["A"])
    text = json.loads(written.read_text("utf-8"))
    assert text.pop("crs")
    silent = tmp_path / "b.geojson"
    silent.write_text(json.dumps(text), "utf-8")
    opened = open_layer(silent, layer=None, usual=USUAL)
    assert opened.crs is not None
    assert opened.crs.to_epsg() == 4326
    assert layer_crs(opened, "EPSG:4549", Journal(silent)).to_epsg() == 4549
    with pytest.raises(CRSMismatchError):
        layer_crs(open_layer(written, layer=None, usual=USUAL), "EPSG:4490", Journal(written))


@pytest.mark.shared_data
def test_each_layer_of_a_geopackage_has_its_own_system(shared_data: Path) -> None:
    path = shared_data / "edgecases" / "mapshaper" / "geopackage" / "mixed_crs.gpkg"
    codes = [open_layer(path, layer=name, usual=USUAL).crs.to_epsg() for name in ("oregon_2269", "oregon_4326")]  # type: ignore[union-attr]
    assert codes == [2269, 4326]
