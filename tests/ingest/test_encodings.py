"""In which encoding a text is."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.ingest.encodings import guess_encoding, table_encoding

HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1)


@given(HAN)
def test_chinese_in_utf_8_is_read_as_utf_8(text: str) -> None:
    assert guess_encoding([text.encode()]) == "utf-8-sig"


@given(st.lists(HAN, min_size=4, max_size=8))
def test_what_is_guessed_for_a_gbk_table_reads_the_words_that_were_written(words: list[str]) -> None:
    cells = [word.encode("gbk") for word in words]
    encoding = guess_encoding(cells)
    if encoding == "gb18030":  # some two-character words are valid UTF-8 too: no table is made of those alone
        assert [cell.decode(encoding) for cell in cells] == words


def test_one_cell_that_is_no_utf_8_decides_for_the_whole_table() -> None:
    assert guess_encoding([b"A-1", "鄞州".encode("gbk"), b"B-2"]) == "gb18030"


@pytest.mark.parametrize("declared", [b"\x00", b"\x57"])
def test_a_dbf_without_declaration_is_told_by_its_names_and_cells(
    declared: bytes, write_layer: Callable[..., Path], square
) -> None:
    path = write_layer([square(0)], "a.shp", 宗地号=["甲一"])
    dbf = path.with_suffix(".dbf")
    content = bytearray(dbf.read_bytes())
    content[29:30] = declared
    dbf.write_bytes(content)
    assert table_encoding(dbf) == "UTF-8"


def test_a_dbf_of_plain_letters_needs_no_guess(write_layer: Callable[..., Path], square) -> None:
    assert table_encoding(write_layer([square(0)], "a.shp", id=["A1"]).with_suffix(".dbf")) is None


@pytest.mark.shared_data
@pytest.mark.parametrize(("name", "encoding"), [("gbk", "GB18030"), ("gb2312", "GB18030"), ("utf8", "UTF-8")])
def test_real_tables_without_declaration(name: str, encoding: str, shared_data: Path) -> None:
    assert table_encoding(shared_data / "edgecases" / "mapshaper" / "dbf" / f"{name}.dbf") == encoding
