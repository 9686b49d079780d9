"""Outlines in a GeoParquet file."""

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from geo.errors import CRSMismatchError, SchemaError
from geo.ingest import geoparquet
from geo.ingest.parcels import read_parcels


def write(path: Path, square, **options: object) -> Path:
    columns = {"宗地号": ["A1", "A2"], "geometry": [square(0), None]}
    gpd.GeoDataFrame(columns, geometry="geometry", crs=options.pop("crs", 4549)).to_parquet(path, **options)
    return path


@pytest.mark.parametrize("encoding", ["WKB", "geoarrow"])
@pytest.mark.parametrize("suffix", [".parquet", ".geoparquet"])
def test_rows_are_read_with_their_system_in_either_encoding(tmp_path: Path, square, said, suffix, encoding) -> None:
    version = {"schema_version": "1.1.0"} if encoding == "geoarrow" else {}
    intake = read_parcels(write(tmp_path / f"a{suffix}", square, geometry_encoding=encoding, **version))
    assert intake.taken["parcel_id"].tolist() == ["A1"]
    assert intake.taken["area_m2"].tolist() == [400]
    assert intake.taken.crs.to_epsg() == 4549
    assert said(intake) == ([], [(2, "ingest.no_geometry")])


def test_an_index_that_was_written_does_not_change_the_row_numbers(tmp_path: Path, square) -> None:
    frame = gpd.GeoDataFrame({"id": ["A", "B"]}, geometry=[square(0), square(1)], crs=4549, index=[7, 9])
    frame.to_parquet(tmp_path / "a.parquet", index=True)
    assert read_parcels(tmp_path / "a.parquet").taken["row"].tolist() == [1, 2]


def rewrite(path: Path, change) -> None:
    table = pq.read_table(path)
    about = json.loads(table.schema.metadata[b"geo"])
    change(about)
    pq.write_table(table.replace_schema_metadata({b"geo": json.dumps(about).encode()}), path)


def test_a_system_that_is_not_said_is_the_formats_own_and_gives_way_to_the_option(tmp_path: Path, square) -> None:
    path = write(tmp_path / "a.parquet", square)
    rewrite(path, lambda about: about["columns"]["geometry"].pop("crs"))
    assert read_parcels(path, crs="EPSG:4549").taken["area_m2"].tolist() == [400]


@pytest.mark.parametrize("crs", [None, "nonsense"])
def test_a_system_that_is_said_to_be_unknown_is_unknown(tmp_path: Path, square, crs: str | None) -> None:
    path = write(tmp_path / "a.parquet", square)
    rewrite(path, lambda about: about["columns"]["geometry"].update(crs=crs))
    with pytest.raises(CRSMismatchError) as caught:
        read_parcels(path)
    assert caught.value.code == "ingest.no_crs_zone"


def test_an_outline_that_is_no_outline_costs_its_own_row_only(tmp_path: Path, square, said) -> None:
    path = write(tmp_path / "a.parquet", square)
    about = pq.read_schema(path).metadata
    open_ring = bytearray(shapely.to_wkb(square(0)))
    open_ring[13] ^= 1
    cells = [shapely.to_wkb(square(0)), b"nonsense", bytes(open_ring)]
    table = pa.table({"宗地号": ["A", "B", "C"], "geometry": pa.array(cells, pa.binary())}).replace_schema_metadata(
        about
    )
    pq.write_table(table, path)
    intake = read_parcels(path)
    assert intake.taken["parcel_id"].tolist() == ["A"]
    assert said(intake)[1] == [(2, "ingest.bad_geometry"), (3, "ingest.bad_geometry")]
    assert bytes.fromhex(intake.refused["raw"][0]) == b"nonsense"


@pytest.mark.parametrize(
    "change",
    [
        lambda about: about.update(primary_column="no"),
        lambda about: about.pop("primary_column"),
        lambda about: about.update(columns=[]),
        lambda about: about["columns"].update(geometry="x"),
    ],
)
def test_a_file_that_says_nothing_of_its_geometry_lists_its_columns(tmp_path: Path, square, change, sentence) -> None:
    path = write(tmp_path / "a.parquet", square)
    rewrite(path, change)
    with pytest.raises(SchemaError) as caught:
        read_parcels(path)
    assert caught.value.code == "ingest.no_outline_columns"
    assert "宗地号, geometry" in sentence(caught.value)


def test_a_plain_parquet_and_a_damaged_one_are_refused(tmp_path: Path, square) -> None:
    pd.DataFrame({"a": [1]}).to_parquet(tmp_path / "plain.parquet")
    whole = write(tmp_path / "a.parquet", square).read_bytes()
    (tmp_path / "cut.parquet").write_bytes(whole[: len(whole) // 2])
    middle = bytearray(whole)
    middle[4:40] = b"\xff" * 36
    (tmp_path / "bad.parquet").write_bytes(middle)
    found = {}
    for name in ("plain", "cut", "bad"):
        with pytest.raises(SchemaError) as caught:
            read_parcels(tmp_path / f"{name}.parquet")
        found[name] = caught.value.code
    assert found == {"plain": "ingest.no_outline_columns", "cut": "ingest.unreadable", "bad": "ingest.damaged"}


def test_a_file_that_says_it_unpacks_to_too_much_is_not_unpacked(tmp_path: Path, square, monkeypatch) -> None:
    monkeypatch.setattr(geoparquet, "LARGEST_MIB", 0)
    with pytest.raises(SchemaError) as caught:
        read_parcels(write(tmp_path / "a.parquet", square))
    assert caught.value.code == "ingest.too_large"
