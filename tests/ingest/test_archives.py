"""Archives that people send."""

import stat
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from geo.errors import GeoError, SchemaError
from geo.ingest import archives
from geo.ingest.archives import unpacked
from geo.ingest.parcels import read_parcels
from geo.ingest.sources import SUFFIXES

Pack = Callable[..., Path]


@pytest.fixture
def pack(tmp_path: Path) -> Pack:
    """Pack files (by their name in the archive, or files on disk by their own) into an archive."""

    def write(*files: Path, name: str = "a.zip", **members: bytes) -> Path:
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
            for file in files:
                packed.write(file, file.name)
            for member, content in members.items():
                packed.writestr(member, content)
        return path

    return write


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where archives are unpacked; its parent is what a name may try to lead into."""
    folder = tmp_path / "outer" / "temporary"
    folder.mkdir(parents=True)
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def refusal(path: Path) -> GeoError:
    with pytest.raises(GeoError) as caught, unpacked(path, SUFFIXES):
        pass
    return caught.value


def test_a_packed_shapefile_is_read_like_the_unpacked_one(write_layer, square, pack: Pack, folder: Path, said) -> None:
    path = write_layer([square(0), square(1)], "地块.shp", 宗地号=["A", "B"], encoding="GBK")
    plain = read_parcels(path)
    packed = pack(*path.parent.glob("地块.*"))
    intake = read_parcels(packed)
    assert said(intake) == ([], [])
    assert intake.taken.equals(plain.taken)
    assert (intake.file, intake.layer) == ("a.zip", None)
    assert intake.sha256 != plain.sha256
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("name", ["a.gpkg", "a.geojson", "a.fgb", "a.gml", "a.parquet"])
def test_any_other_format_may_be_packed_too(write_layer, square, pack: Pack, name: str) -> None:
    assert read_parcels(pack(write_layer([square(0)], name, id=["A"]))).taken["area_m2"].tolist() == [400]


def test_a_packed_geodatabase_is_found_in_its_folder_or_without_one(write_layer, square, pack: Pack) -> None:
    path = write_layer([square(0)], "a.gdb", 宗地号=["A"])
    inside = {f"数据/county.gdb/{part.name}": part.read_bytes() for part in path.iterdir()}
    bare = {part.name: part.read_bytes() for part in path.iterdir()}
    for name, members in (("in.zip", inside), ("bare.zip", bare)):
        assert read_parcels(pack(name=name, **members)).taken["parcel_id"].tolist() == ["A"]


def test_a_kmz_is_a_packed_kml(pack: Pack) -> None:
    corners = "121,29 121.001,29 121.001,29.001 121,29.001 121,29"
    kml = (
        "<kml><Placemark><name>A</name><Polygon><outerBoundaryIs><LinearRing><coordinates>"
        f"{corners}</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></kml>"
    )
    assert len(read_parcels(pack(name="a.kmz", **{"doc.kml": kml.encode()})).taken) == 1


def test_notes_and_hidden_files_beside_the_data_do_not_matter(write_layer, square, pack: Pack) -> None:
    path = write_layer([square(0)], "a.shp", id=["A"])
    beside = {"说明.txt": b"x", "__MACOSX/._a.shp": b"x", ".DS_Store": b"x", "a.sbn": b"x", "cover.json": b"{}"}
    assert len(read_parcels(pack(*path.parent.glob("a.*"), name="b.zip", **beside)).taken) == 1


def test_names_that_chinese_windows_wrote_in_gbk_are_named_as_they_are_meant(tmp_path: Path, sentence) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("XXXX.kml", b"<kml></kml")
    content = path.read_bytes().replace(b"XXXX.kml", "宗地".encode("gbk") + b".kml")
    path.write_bytes(content)
    with pytest.raises(SchemaError) as caught:
        read_parcels(path)
    assert caught.value.code == "ingest.unreadable"
    assert f"{path}/宗地.kml" in sentence(caught.value)


@pytest.mark.parametrize(
    "name", ["../a.shp", "a/../../a.shp", "/etc/a.shp", "C:/a.shp", "..\\a.shp", "\\\\host\\a.shp"]
)
def test_a_name_that_leads_out_of_the_archive_unpacks_nothing(pack: Pack, folder: Path, name: str, sentence) -> None:
    path = pack(**{name: b"x", "b.geojson": b"{}"})
    error = refusal(path)
    assert error.code == "ingest.archive_unsafe"
    assert "a.shp" in sentence(error)
    assert [file for file in folder.parent.rglob("*") if file.is_file()] == []


def test_a_link_in_an_archive_is_not_followed(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("a.geojson")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        packed.writestr(link, "/etc/passwd")
    assert refusal(tmp_path / "a.zip").code == "ingest.archive_unsafe"


def test_a_strange_name_in_a_geodatabase_is_not_unpacked(write_layer, square, pack: Pack) -> None:
    path = write_layer([square(0)], "a.gdb", id=["A"])
    members = {f"a.gdb/{part.name}": part.read_bytes() for part in path.iterdir()}
    assert refusal(pack(**members, **{"a.gdb/a\nb": b"x"})).code == "ingest.archive_unsafe"


def test_a_zip_bomb_is_refused_by_what_it_says_of_itself(pack: Pack, folder: Path, sentence) -> None:
    path = pack(**{"a.geojson": b"{" + b" " * 80_000_000})  # 76 MB in 78 kB
    error = refusal(path)
    assert error.code == "ingest.archive_too_large"
    assert "unpack to 76 MB" in sentence(error)
    assert list(folder.iterdir()) == []


def test_a_zip_bomb_that_lies_about_its_size_gives_no_more_than_it_says(
    tmp_path: Path, folder: Path, pack: Pack
) -> None:
    path = pack(**{"a.geojson": b"{" + b" " * 80_000_000})
    content = bytearray(path.read_bytes())
    honest = (80_000_001).to_bytes(4, "little")
    assert content.count(honest) == 2  # in the local header and in the directory
    path.write_bytes(content.replace(honest, (1000).to_bytes(4, "little")))
    assert refusal(path).code == "ingest.unreadable"
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(("limit", "value"), [("MOST_MEMBERS", 2), ("LARGEST_UNPACKED_MIB", 0)])
def test_too_many_files_or_too_large_ones_are_refused(pack: Pack, monkeypatch, limit: str, value: int) -> None:
    monkeypatch.setattr(archives, limit, value)
    assert refusal(pack(**{"a.geojson": b"{}", "b": b"x", "c": b"x"})).code == "ingest.archive_too_large"


def test_a_well_packed_table_of_blanks_is_no_bomb(pack: Pack) -> None:
    with unpacked(pack(**{"a.geojson": b"{" + b" " * 20_000_000}), SUFFIXES) as file:
        assert Path(file).stat().st_size == 20_000_001


def test_a_locked_archive_says_so(pack: Pack) -> None:
    path = pack(**{"a.geojson": b"{}"})
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    content[content.index(b"PK\x03\x04") + 6] |= 1
    path.write_bytes(content)
    assert refusal(path).code == "ingest.archive_locked"


@pytest.mark.parametrize(
    ("members", "count"),
    [({"a.geojson": b"{}", "b/c.geojson": b"{}"}, 2), ({"a.txt": b"", "b.txt": b""}, 2), ({"x": b""}, 0)],
)
def test_an_archive_holds_one_data_set_or_lists_what_it_holds(pack: Pack, members, count: int, sentence) -> None:
    error = refusal(pack(**members))
    assert error.code == "ingest.archive_contents"
    assert error.params["count"] == count
    assert all(name in sentence(error) for name in members)


@pytest.mark.parametrize("share", [0.3, 0.9])
def test_a_damaged_archive_is_one_sentence(write_layer, square, pack: Pack, share: float, sentence) -> None:
    path = pack(*write_layer([square(0)], "a.shp", id=["A"]).parent.glob("a.*"), name="b.zip")
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    error = refusal(path)
    assert error.code == "ingest.unreadable"
    assert "\n" not in sentence(error)


def test_a_packed_shapefile_without_its_parts_names_archive_and_parts(pack: Pack, sentence) -> None:
    path = pack(**{"in/a.shp": b"\x00\x00\x27\x0a" + bytes(96), "in/b.dbf": b"x"})
    with pytest.raises(SchemaError) as caught:
        read_parcels(path)
    assert caught.value.code == "ingest.missing_part"
    assert f"{path}/in/a.shp" in sentence(caught.value)


def test_what_is_no_archive_is_passed_on_unseen(tmp_path: Path) -> None:
    with unpacked(tmp_path / "no.gpkg", SUFFIXES) as file:
        assert file == tmp_path / "no.gpkg"


def test_an_address_of_an_archive_is_not_followed() -> None:
    with pytest.raises(SchemaError) as caught, unpacked("https://example.org/a.zip", SUFFIXES):
        pass
    assert caught.value.code == "ingest.not_local"
