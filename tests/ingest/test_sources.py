"""Any file of outlines."""

from pathlib import Path

import pytest

from geo.errors import SchemaError
from geo.ingest.parcels import read_parcels
from geo.ingest.sources import SUFFIXES, open_source


def test_every_format_has_a_reader(write_layer, square) -> None:
    for suffix in set(SUFFIXES) - {".csv", ".txt", ".json", ".kml", ".geoparquet"}:  # their own tests write those
        path = write_layer([square()], f"a{suffix}", 宗地号=["A1"])
        with open_source(path, layer=None, usual=()) as opened:
            assert opened.file == path
            assert "宗地号" in opened.fields
        taken = read_parcels(path).taken
        assert taken["parcel_id"].tolist() == ["A1"]
        assert taken["area_m2"].tolist() == [400]


@pytest.mark.parametrize("name", ["a.dwg", "a.xlsx", "a", "a.tab"])
def test_an_unknown_format_lists_the_known_ones(tmp_path: Path, name: str, sentence) -> None:
    (tmp_path / name).write_bytes(b"x")
    with pytest.raises(SchemaError) as caught, open_source(tmp_path / name, layer=None, usual=()):
        pass
    assert caught.value.code == "ingest.unknown_format"
    assert all(suffix in sentence(caught.value) for suffix in (".gpkg", ".shp", ".gdb", ".txt", ".parquet", ".zip"))


@pytest.mark.parametrize(
    "path", ["https://example.org/a.gpkg", "/vsicurl/http://127.0.0.1/a.kml", "zip:///tmp/a.zip!a.shp"]
)
def test_an_address_is_not_followed(path: str) -> None:
    with pytest.raises(SchemaError) as caught, open_source(path, layer=None, usual=()):
        pass
    assert caught.value.code == "ingest.not_local"


def test_a_format_without_layers_has_none_of_any_name(tmp_path: Path) -> None:
    (tmp_path / "a.kml").write_text("<kml/>")
    with pytest.raises(SchemaError) as caught, open_source(tmp_path / "a.kml", layer="x", usual=()):
        pass
    assert caught.value.code == "ingest.unknown_layer"


def test_a_path_may_be_given_as_text(write_layer, square) -> None:
    assert len(read_parcels(str(write_layer([square()], id=["A"]))).taken) == 1
