"""Layers of vector files, opened but not read."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pandas as pd
import pyogrio
import pytest

from geo.errors import SchemaError
from geo.ingest.layers import open_layer
from geo.ingest.report import Journal
from geo.ingest.vectors import read_rows

USUAL = frozenset({"parcels", "宗地"})


def refusal(path: Path, **options: object) -> SchemaError:
    with pytest.raises(SchemaError) as caught:
        open_layer(path, **({"layer": None, "usual": USUAL} | options))
    return caught.value


@pytest.mark.parametrize(
    ("name", "driver"),
    [
        ("a.gpkg", "GPKG"),
        ("a.shp", "ESRI Shapefile"),
        ("a.geojson", "GeoJSON"),
        ("a.json", "GeoJSON"),
        ("a.gdb", "OpenFileGDB"),
        ("a.gml", "GML"),
        ("a.fgb", "FlatGeobuf"),
    ],
)
def test_each_format_is_opened_by_its_own_driver(write_layer, square, name: str, driver: str) -> None:
    path = write_layer([square()], name.replace(".json", ".geojson"), id=["A"])
    path = path.rename(path.with_name(name))
    opened = open_layer(path, layer=None, usual=USUAL)
    assert opened.driver == driver
    assert "id" in opened.fields
    assert opened.crs is not None
    assert opened.crs.to_epsg() == 4549
    assert opened.shown == {"a.gpkg": "parcels", "a.gdb": "parcels", "a.gml": "a"}.get(name)


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
    opened = open_layer(path, layer=None, usual=USUAL)  # fiona still opens it
    assert opened.fields == ("id",)
    assert opened.crs is not None
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
    assert (opened.fields, opened.encoding.driver) == (("宗地号",), "UTF-8")


def test_a_blank_or_broken_prj_is_no_system(write_layer, square) -> None:
    path = write_layer([square()], "a.shp", id=["A"])
    for text in ("", "garbage", "http://127.0.0.1:9/x"):
        path.with_suffix(".prj").write_text(text)
        assert open_layer(path, layer=None, usual=USUAL).crs is None


def test_gml_takes_its_order_of_axes_from_its_own_declaration(write_layer, square) -> None:
    path = write_layer([square()], "a.gml", id=["A"])
    text = path.read_text("utf-8")
    assert "urn:ogc:def:crs:EPSG::4549" in text
    assert "3300000 500020" in text  # north first, as the authority has it
    opened = open_layer(path, layer=None, usual=USUAL)
    _, geometry = read_rows(opened, ["id"], Journal(path))
    assert geometry[0].equals(square())


def test_gml_fetches_no_schema_and_leaves_nothing_beside_the_file(write_layer, square, listener) -> None:
    address, heard = listener
    path = write_layer([square()], "a.gml", id=["A"])
    text = path.read_text("utf-8").replace("a.xsd", f"{address}/wfs?SERVICE=WFS&amp;REQUEST=DescribeFeatureType")
    assert address in text
    path.write_text(text.replace("<ogr:id>", f'<ogr:ref xlink:href="{address}/x"/><ogr:id>'), "utf-8")
    path.with_suffix(".xsd").unlink()
    opened = open_layer(path, layer=None, usual=USUAL)
    read_rows(opened, ["id"], Journal(path))
    assert "id" in opened.fields
    assert heard() == []
    assert [file.name for file in path.parent.iterdir()] == ["a.gml"]


VIRTUAL = (
    "<OGRVRTDataSource><OGRVRTLayer name='p'><SrcDataSource>{source}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
)


@pytest.mark.parametrize("suffix", [".gpkg", ".shp", ".geojson", ".gml", ".fgb", ".gdb"])
def test_a_virtual_file_under_another_suffix_opens_neither_a_file_nor_an_address(
    write_layer, square, listener, suffix: str
) -> None:
    address, heard = listener
    other = write_layer([square()], "other.geojson", id=["secret"])
    for source in (other, f"{address}/a.geojson", f"/vsicurl/{address}/a.geojson"):
        path = other.with_name(f"a{suffix}")
        path.write_text(VIRTUAL.format(source=source))
        assert refusal(path).code == "ingest.wrong_content"
    gml = other.with_name("b.gml")
    gml.write_text(f"<a/>{VIRTUAL.format(source=address)}")
    assert refusal(gml).code == "ingest.unreadable"
    assert heard() == []


def test_a_geopackage_that_names_its_system_by_an_address_asks_nobody(write_layer, square, listener) -> None:
    address, heard = listener
    path = write_layer([square()], id=["A"])
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE gpkg_spatial_ref_sys SET definition = ?, organization = 'x'", (f"{address}/crs",))
    assert open_layer(path, layer=None, usual=USUAL).crs is None
    assert heard() == []


def test_a_database_that_is_no_geopackage_is_not_what_its_suffix_says(write_layer, square) -> None:
    path = write_layer([square()], "a.sqlite", id=["A"])
    assert refusal(path.rename(path.with_suffix(".gpkg"))).code == "ingest.unreadable"


def test_a_folder_of_shapefiles_called_a_geodatabase_is_not_what_its_suffix_says(
    write_layer, square, tmp_path: Path
) -> None:
    folder = tmp_path / "a.gdb"
    folder.mkdir()
    (folder / "a00000001.gdbtable").write_bytes(b"x")
    for part in list(write_layer([square()], "a.shp", id=["A"]).parent.glob("a.*")):
        if part != folder:
            part.rename(folder / part.name)
    assert refusal(folder).code == "ingest.wrong_content"


@pytest.mark.shared_data
def test_each_layer_of_a_geopackage_has_its_own_system(shared_data: Path) -> None:
    path = shared_data / "edgecases" / "mapshaper" / "geopackage" / "mixed_crs.gpkg"
    codes = [open_layer(path, layer=name, usual=USUAL).crs.to_epsg() for name in ("oregon_2269", "oregon_4326")]  # type: ignore[union-attr]
    assert codes == [2269, 4326]
