"""Which files are opened at all."""

from pathlib import Path

import pytest

from geo.errors import SchemaError
from geo.ingest.files import LARGEST_MIB, check_file, hashed_files

SUFFIXES = (".gpkg", ".shp", ".geojson", ".csv", ".xlsx")


def code_of(path: str | Path) -> str:
    with pytest.raises(SchemaError) as caught:
        check_file(path, SUFFIXES)
    return caught.value.code


@pytest.mark.parametrize(
    "path",
    [
        "https://example.org/parcels.geojson",
        "s3://bucket/parcels.gpkg",
        "/vsicurl/https://example.org/parcels.geojson",
        "/vsizip/parcels.zip/parcels.shp",
        "GeoJSON:/tmp/parcels.geojson",
        "zip:///tmp/parcels.zip!parcels.shp",
    ],
)
def test_an_address_an_archive_or_a_driver_prefix_is_not_followed(path: str, sentence) -> None:
    with pytest.raises(SchemaError) as caught:
        check_file(path, SUFFIXES)
    assert caught.value.code == "ingest.not_local"
    assert path in sentence(caught.value)


def test_a_missing_file_is_named_as_the_user_named_it(sentence) -> None:
    with pytest.raises(SchemaError) as caught:
        check_file("没有.gpkg", SUFFIXES)
    assert sentence(caught.value).startswith("file 没有.gpkg: does not exist")


def test_a_folder_and_an_unknown_suffix_are_no_files_to_read(tmp_path: Path) -> None:
    (tmp_path / "a.gpkg").mkdir()
    (tmp_path / "a.dwg").write_bytes(b"AC1032")
    assert code_of(tmp_path / "a.gpkg") == "ingest.unknown_format"
    assert code_of(tmp_path / "a.dwg") == "ingest.unknown_format"


def test_an_empty_file_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.csv").touch()
    assert code_of(tmp_path / "a.csv") == "ingest.empty_file"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.gpkg", b"PK\x03\x04 a renamed archive"),
        ("a.geojson", b"<OGRVRTDataSource><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTDataSource>"),
        ("a.shp", b"{}"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0 an old workbook"),
    ],
)
def test_content_that_is_not_what_the_name_says_goes_no_further(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    assert code_of(tmp_path / name) == "ingest.wrong_content"


def test_a_file_that_may_not_be_read_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sentence) -> None:
    opened = Path.open

    def refuse(path: Path, *args: object, **kwargs: object) -> object:
        if path.name == "a.csv":
            raise PermissionError(13, "Permission denied")
        return opened(path, *args, **kwargs)

    (tmp_path / "a.csv").write_text("x")
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(SchemaError) as caught:
        check_file(tmp_path / "a.csv", SUFFIXES)
    assert "cannot be read: Permission denied." in sentence(caught.value)


def test_geojson_may_begin_with_a_byte_order_mark_and_blanks(tmp_path: Path) -> None:
    (tmp_path / "a.geojson").write_bytes(b"\xef\xbb\xbf\n  {}")
    assert check_file(tmp_path / "a.geojson", SUFFIXES) == tmp_path / "a.geojson"


def test_a_text_over_the_stated_size_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sentence) -> None:
    (tmp_path / "a.geojson").write_bytes(b"{" + b" " * 2_100_000)
    monkeypatch.setitem(LARGEST_MIB, ".geojson", 1)
    with pytest.raises(SchemaError) as caught:
        check_file(tmp_path / "a.geojson", SUFFIXES)
    assert caught.value.code == "ingest.too_large"
    assert "has 2 MB, over the limit of 1 MB" in sentence(caught.value)
    monkeypatch.setitem(LARGEST_MIB, ".geojson", 3)
    assert check_file(tmp_path / "a.geojson", SUFFIXES)


def test_a_folder_is_a_geodatabase_only_with_its_first_table_in_it(tmp_path: Path) -> None:
    folder = tmp_path / "a.gdb"
    folder.mkdir()
    for content, code in ((None, "ingest.wrong_content"), (b"x", None)):
        if content:
            (folder / "a00000001.gdbtable").write_bytes(content)
        if code:
            with pytest.raises(SchemaError) as caught:
                check_file(folder, (".gdb",))
            assert caught.value.code == code
        else:
            assert check_file(folder, (".gdb",)) == folder
    (tmp_path / "b.gdb").write_bytes(b"x")
    with pytest.raises(SchemaError):
        check_file(tmp_path / "b.gdb", (".gdb",))


def test_all_of_a_geodatabase_is_hashed_but_its_locks(tmp_path: Path) -> None:
    folder = tmp_path / "a.gdb"
    folder.mkdir()
    for name in ("a00000001.gdbtable", "gdb", "pc.123.sr.lock"):
        (folder / name).touch()
    assert {path.name for path in hashed_files(folder)} == {"a00000001.gdbtable", "gdb"}


def test_a_shapefile_without_its_parts_names_the_missing_ones(tmp_path: Path, sentence) -> None:
    (tmp_path / "a.shp").write_bytes(b"\x00\x00\x27\x0a")
    (tmp_path / "a.DBF").write_bytes(b"\x03")
    with pytest.raises(SchemaError) as caught:
        check_file(tmp_path / "a.shp", SUFFIXES)
    assert caught.value.code == "ingest.missing_part"
    assert ".shx" in sentence(caught.value)
    assert ".dbf" not in sentence(caught.value)


def test_all_parts_of_a_shapefile_are_hashed_and_nothing_else(tmp_path: Path) -> None:
    for name in ("a.shp", "a.shx", "a.DBF", "a.prj", "b.dbf", "a.txt"):
        (tmp_path / name).touch()
    assert {path.name for path in hashed_files(tmp_path / "a.shp")} == {"a.shp", "a.shx", "a.DBF", "a.prj"}
    assert hashed_files(tmp_path / "a.txt") == [tmp_path / "a.txt"]
