"""XML that is looked over before a reader may have it."""

from pathlib import Path

import pytest

from geo.errors import SchemaError
from geo.ingest.markup import check_markup

SOURCE = "<OGRVRTLayer name='p'><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer>"
VIRTUAL = f"<OGRVRTDataSource>{SOURCE}</OGRVRTDataSource>"
BOMB = "<!DOCTYPE kml [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]><kml>&b;</kml>"
OUTSIDE = "<!DOCTYPE kml [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><kml>&x;</kml>"
FETCHED = "<!DOCTYPE kml SYSTEM 'http://127.0.0.1:9/x.dtd'><kml/>"


def write(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def code_of(path: Path, text: str | bytes, **options: str) -> str:
    with pytest.raises(SchemaError) as caught:
        check_markup(write(path, text), **options)
    assert caught.value.params["file"] == str(path)
    return caught.value.code


@pytest.mark.parametrize(
    "text", ["<kml/>", '<?xml version="1.0"?><k:kml xmlns:k="http://www.opengis.net/kml/2.2"><a/></k:kml>']
)
def test_a_document_of_its_kind_passes(tmp_path: Path, text: str) -> None:
    check_markup(write(tmp_path / "a.kml", text), root="kml")


def test_chinese_passes_in_the_encoding_that_is_declared(tmp_path: Path) -> None:
    text = '<?xml version="1.0" encoding="{}"?><kml><name>宗地</name></kml>'
    check_markup(write(tmp_path / "a.kml", text.format("utf-16").encode("utf-16")), root="kml")
    assert code_of(tmp_path / "a.kml", "<kml>宗地</kml>".encode("gbk"), root="kml") == "ingest.unreadable"


@pytest.mark.parametrize("text", [BOMB, OUTSIDE, FETCHED])
def test_a_document_type_is_refused_before_an_entity_is_looked_at(tmp_path: Path, text: str) -> None:
    assert code_of(tmp_path / "a.kml", text, root="kml") == "ingest.xml_entities"


@pytest.mark.parametrize("options", [{"root": "kml"}, {}])
def test_a_virtual_file_is_refused_whatever_its_suffix(tmp_path: Path, options: dict[str, str]) -> None:
    assert code_of(tmp_path / "a.kml", VIRTUAL, **options) == "ingest.wrong_content"


@pytest.mark.parametrize("text", [f"<kml/>{VIRTUAL}", "<kml>", "<kml>&nbsp;</kml>", "<kml><a></b></kml>", "\x00"])
def test_what_is_not_one_well_formed_document_is_refused(tmp_path: Path, text: str) -> None:
    assert code_of(tmp_path / "a.kml", text, root="kml") == "ingest.unreadable"


def test_another_root_than_the_suffix_says_is_refused(tmp_path: Path) -> None:
    assert code_of(tmp_path / "a.kml", "<gpx/>", root="kml") == "ingest.wrong_content"
    check_markup(write(tmp_path / "a.gml", "<anything/>"))
