"""In which encoding a text is."""

from collections.abc import Callable
from pathlib import Path

import pyogrio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import SchemaError
from geo.ingest.encodings import LANGUAGE_DRIVER_AT, TableEncoding, guess_encoding, read_text, table_encoding
from geo.ingest.parcels import read_parcels

HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1)

Table = Callable[..., Path]


@pytest.fixture
def table(write_layer: Callable[..., Path], square) -> Table:
    """Write a DBF with some texts in an encoding; declared by its language driver id only, if at all."""

    def write(*texts: str, encoding: str, driver: int = 0, cpg: str | None = None) -> Path:
        outlines = [square(at) for at in range(len(texts))]
        path = write_layer(outlines, "a.shp", encoding=encoding, id=texts)
        path.with_suffix(".cpg").unlink(missing_ok=True)
        if cpg is not None:
            path.with_suffix(".cpg").write_text(cpg)
        dbf = path.with_suffix(".dbf")
        content = bytearray(dbf.read_bytes())
        content[LANGUAGE_DRIVER_AT] = driver
        dbf.write_bytes(content)
        return dbf

    return write


def encoding_of(dbf: Path, **options: str) -> TableEncoding:
    cpg = dbf.with_suffix(".cpg")
    return table_encoding(dbf, cpg if cpg.exists() else None, **options)


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


UNDECLARED_CASES = [("UTF-8", "UTF-8"), ("GBK", "GB18030"), ("GB18030", "GB18030"), ("GB2312", "GB18030")]


@pytest.mark.parametrize("driver", [0x00, 0x57, 0x58])
@pytest.mark.parametrize(("encoding", "found"), UNDECLARED_CASES)
def test_without_declaration_names_and_cells_tell(table: Table, encoding: str, found: str, driver: int) -> None:
    dbf = table("甲一", "乙二", encoding=encoding, driver=driver)
    assert encoding_of(dbf) == (found, "ingest.encoding_guessed")


DECLARED_CASES = [
    ("GBK", "鄞州区", {"driver": 0x4D}, "GB18030"),
    ("GBK", "鄞州区", {"driver": 0x7A}, "GB18030"),
    ("GBK", "鄞州区", {"cpg": "GBK"}, "GB18030"),
    ("GBK", "鄞州区", {"cpg": "936\n"}, "GB18030"),
    ("GB2312", "鄞州区", {"cpg": "GB2312"}, "GB18030"),
    ("UTF-8", "鄞州区", {"cpg": "UTF-8"}, "UTF-8"),
    ("UTF-8", "鄞州区", {"cpg": "utf8"}, "UTF-8"),
    ("BIG5", "鋼鐵廠", {"driver": 0x78}, "CP950"),
    ("BIG5", "鋼鐵廠", {"driver": 0x4F}, "CP950"),
    ("BIG5", "鋼鐵廠", {"cpg": "Big5"}, "CP950"),
    ("BIG5", "鋼鐵廠", {"cpg": "950"}, "CP950"),
    ("SHIFT_JIS", "日本橋", {"driver": 0x13}, "CP932"),
    ("KOI8-R", "Завод", {"cpg": "KOI8-R"}, "KOI8-R"),
    ("ISO-8859-1", "Älvsjö é", {"cpg": "ISO-8859-1"}, "ISO-8859-1"),
]


@pytest.mark.parametrize(("encoding", "text", "declared", "found"), DECLARED_CASES)
def test_what_is_declared_and_fits_is_believed_and_reads_what_was_written(
    table: Table, encoding: str, text: str, declared, found: str
) -> None:
    dbf = table(text, encoding=encoding, **declared)
    assert encoding_of(dbf) == (found, None)
    assert pyogrio.raw.read(dbf, encoding=found)[3][0].tolist() == [text]


def test_the_cpg_goes_before_the_language_driver_and_nonsense_in_it_does_not(table: Table) -> None:
    assert encoding_of(table("鋼鐵廠", encoding="BIG5", cpg="Big5", driver=0x4D)).driver == "CP950"
    assert encoding_of(table("鋼鐵廠", encoding="BIG5", cpg="Mars", driver=0x78)).driver == "CP950"


OVERRULED_CASES = [
    ("UTF-8", {"cpg": "GBK"}, "UTF-8"),
    ("UTF-8", {"driver": 0x4D}, "UTF-8"),
    ("GBK", {"cpg": "UTF-8"}, "GB18030"),
    ("GBK", {"cpg": "ISO-8859-1"}, "GB18030"),
    ("GBK", {"cpg": "1252"}, "GB18030"),
]


@pytest.mark.parametrize(("encoding", "declared", "found"), OVERRULED_CASES)
def test_a_declaration_the_text_contradicts_is_overruled_and_that_is_said(
    table: Table, encoding: str, declared, found: str
) -> None:
    assert encoding_of(table("鄞州区", encoding=encoding, **declared)) == (found, "ingest.encoding_overruled")


def test_a_word_of_gbk_that_happens_to_be_utf_8_stays_gbk_where_gbk_is_declared(
    write_layer: Callable[..., Path], square
) -> None:
    word = b"\xc3\xb5\xc3\xb5".decode("gbk")  # two characters of GBK, and of UTF-8 two o with a tilde
    path = write_layer([square()], "a.shp", encoding="GBK", id=[word])
    path.with_suffix(".cpg").write_text("GBK")
    assert encoding_of(path.with_suffix(".dbf")) == ("GB18030", None)
    path.with_suffix(".cpg").unlink()
    assert encoding_of(path.with_suffix(".dbf")).driver == "UTF-8"


def test_half_a_character_at_the_end_of_a_full_cell_does_not_matter(write_layer: Callable[..., Path], square) -> None:
    path = write_layer([square()], "a.shp", encoding="GBK", id=["鄞州" * 40])
    dbf = path.with_suffix(".dbf")
    content = bytearray(dbf.read_bytes())
    width, header = content[32 + 16], int.from_bytes(content[8:10], "little")
    assert width == 160
    content[header + 1 : header + 1 + width] = b"x" + ("鄞州" * 40).encode("gbk")[:-1]
    dbf.write_bytes(content)
    assert encoding_of(dbf).driver == "GB18030"


def test_a_table_of_plain_letters_needs_no_encoding(write_layer: Callable[..., Path], square) -> None:
    assert encoding_of(write_layer([square()], "a.shp", id=["A1"]).with_suffix(".dbf")) == (None, None)


def test_text_in_no_known_encoding_is_said_to_be_so(table: Table) -> None:
    dbf = table("xxxx", encoding="UTF-8")
    dbf.write_bytes(dbf.read_bytes().replace(b"xxxx", b"\xff\xfe\x97\x5b"))
    assert encoding_of(dbf) == (None, "ingest.encoding_unknown")


def test_a_table_cut_short_is_judged_by_what_is_there(table: Table) -> None:
    dbf = table(*["鄞州区"] * 9, encoding="GBK")
    content = dbf.read_bytes()
    for size in (len(content) // 2, 40, 20, 4):
        dbf.write_bytes(content[:size])
        assert encoding_of(dbf).driver in (None, "GB18030")


def test_the_caller_may_name_the_encoding(table: Table, said) -> None:
    path = table("鋼鐵廠", encoding="BIG5").with_suffix(".shp")
    named = read_parcels(path, encoding="BIG5")
    assert named.taken["parcel_id"].tolist() == ["鋼鐵廠"]
    assert said(named) == ([], [])
    guessed = read_parcels(path)  # no byte tells Big5 from GBK
    assert guessed.taken["parcel_id"].tolist() != ["鋼鐵廠"]
    assert said(guessed) == ([(None, "ingest.encoding_guessed")], [])


@pytest.mark.parametrize("named", ["UTF-8", "Mars"])
def test_an_encoding_that_is_named_and_does_not_fit_is_an_error(table: Table, named: str, sentence) -> None:
    with pytest.raises(SchemaError) as caught:
        encoding_of(table("鄞州区", encoding="GBK"), named=named)
    assert caught.value.code == "ingest.encoding_unfit"
    assert named in sentence(caught.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_a_text_file_is_read_in_the_encoding_it_is_in(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.txt").write_text("[属性描述]", encoding)
    assert read_text(tmp_path / "a.txt")[0] == "[属性描述]"


def test_a_text_file_in_another_encoding_is_refused_unless_it_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\xff\x97\x5b")
    with pytest.raises(SchemaError) as caught:
        read_text(tmp_path / "a.txt")
    assert caught.value.code == "ingest.unknown_encoding"
    assert read_text(tmp_path / "a.txt", "latin-1")[0] == "ÿ\x97["


@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("gbk", "GB18030"),
        ("gb2312", "GB18030"),
        ("utf8", "UTF-8"),
        ("cpg/big5", "CP950"),
        ("ldid/chinese", "GB18030"),
        ("cpg/shiftjis", "CP932"),
        ("cpg/euckr", "CP949"),
        ("cpg/koi8r", "KOI8-R"),
        ("cpg/latin2", "ISO-8859-2"),
        ("cpg/win874", "CP874"),
        ("cpg/win1251", "CP1251"),
    ],
)
def test_real_tables(name: str, encoding: str, shared_data: Path) -> None:
    assert encoding_of(shared_data / "edgecases" / "mapshaper" / "dbf" / f"{name}.dbf").driver == encoding
