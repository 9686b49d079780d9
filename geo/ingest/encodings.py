"""In which encoding a text is: UTF-8 where it can be, otherwise as declared, otherwise GB18030, otherwise not known."""

import codecs
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from geo.errors import SchemaError

ENCODINGS = ("utf-8-sig", "gb18030")
"""Tried strictly, in this order. GB18030 holds GB2312 and GBK."""

BYTE_ORDER_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""What an editor that saves "Unicode" puts in front."""

DRIVER_NAMES = {"utf-8-sig": "UTF-8", "utf-8": "UTF-8", "gb18030": "GB18030"}
"""What the drivers call them, where it is not Python's name in capitals."""

HELD_BY = {"gbk": "gb18030", "gb2312": "gb18030", "big5": "cp950", "shift_jis": "cp932", "euc_kr": "cp949"}
"""Encodings that are read as a larger one that holds them."""

CODE_PAGES = {
    "65001": "utf-8",
    "54936": "gb18030",
    "936": "gb18030",
    "950": "cp950",
    "932": "cp932",
    "88591": "latin-1",
}
"""Numbers that stand in ``.cpg`` files."""

SPELT = {"koi8r": "koi8-r", "koi8u": "koi8-u"}
"""Names without their strokes, where Python knows them only with."""

LANGUAGE_DRIVERS = {
    0x01: "cp437",
    0x02: "cp850",
    0x03: "cp1252",
    0x13: "cp932",
    0x4D: "gb18030",
    0x4E: "cp949",
    0x4F: "cp950",
    0x50: "cp874",
    0x78: "cp950",
    0x79: "cp949",
    0x7A: "gb18030",
    0x7B: "cp932",
    0x7C: "cp874",
    0xC8: "cp1250",
    0xC9: "cp1251",
}
"""Language driver ids of dBASE. 0x57 and 0x58, "ANSI", mean whatever the writing computer used; they declare nothing.
"""

LANGUAGE_DRIVER_AT = 29
LONGEST_NAME = 40

DOUBLE_BYTE = frozenset({"gb18030", "cp950", "cp932", "cp949"})


class TableEncoding(NamedTuple):
    """In which encoding a DBF is read (None: plain ASCII, any will do), and the code of what is to be said of that."""

    driver: str | None
    note: str | None


def guess_encoding(texts: Iterable[bytes]) -> str | None:
    r"""Return the first encoding in which every text can be read strictly, or None.

    Pure ASCII counts as UTF-8.

    Examples
    --------
    >>> guess_encoding(["宗地号".encode("gbk")])
    'gb18030'
    >>> guess_encoding(["宗地号".encode()])
    'utf-8-sig'
    >>> guess_encoding([b"\xff\xfe\x97\x5b"]) is None
    True
    """
    cells = [(text, False) for text in texts]
    return next((encoding for encoding in ENCODINGS if _decode(cells, encoding) is not None), None)


def read_text(file: Path, named: str | None = None) -> tuple[str, str]:
    """Read a text file; return the text and its encoding.

    Raises
    ------
    SchemaError
        It cannot be read in the encoding named, or in none that is known here.
    """
    content = file.read_bytes()
    if named is not None:
        encoding = _find_named(named, [(content, False)], file)
    elif content.startswith(BYTE_ORDER_MARKS):
        encoding = "utf-16"
    else:
        encoding = guess_encoding([content]) or ""
    try:
        return content.decode(encoding), encoding
    except (UnicodeDecodeError, LookupError):
        raise SchemaError("ingest.unknown_encoding", file=str(file)) from None


def table_encoding(dbf: Path, cpg: Path | None = None, *, named: str | None = None) -> TableEncoding:
    """Tell in which encoding a DBF is to be read, by its names and text cells and by what declares it.

    UTF-8 if all of it is UTF-8; else as the ``.cpg`` or the language driver id says, if all of it is that; else
    GB18030, if all of it is. Where all of it is UTF-8 but nothing in it is Chinese then, and it also is what is
    declared, a declared encoding of two bytes a character is right: a few short words of GBK are valid UTF-8. Where a
    Western encoding is declared, in which every byte is valid, and all of it is GB2312, it is that.

    Parameters
    ----------
    dbf
        The table.
    cpg
        The file beside it that declares its encoding, if there is one.
    named
        The encoding the caller names, which goes before all of that.

    Raises
    ------
    SchemaError
        The encoding named is not known, or the table is not in it.
    """
    content = np.fromfile(dbf, dtype=np.uint8)
    cells = list(_cells(content))
    if named is not None:
        return TableEncoding(_driver_name(_find_named(named, cells, dbf)), None)
    if all(cell.isascii() for cell, _ in cells):
        return TableEncoding(None, None)
    declared = _declared(content, cpg)
    chosen = _choose(cells, declared)
    if chosen is None:
        return TableEncoding(None, "ingest.encoding_unknown")
    if declared is None:
        return TableEncoding(_driver_name(chosen), "ingest.encoding_guessed")
    return TableEncoding(_driver_name(chosen), None if chosen == declared else "ingest.encoding_overruled")


def _choose(cells: list[tuple[bytes, bool]], declared: str | None) -> str | None:
    """Return the encoding in which all cells can be read, weighed against the one declared."""
    as_declared = _decode(cells, declared) if declared else None
    as_utf_8 = _decode(cells, "utf-8")
    if as_utf_8 is not None:
        is_by_chance = declared in DOUBLE_BYTE and as_declared is not None and not _has_han(as_utf_8)
        return declared if is_by_chance else "utf-8"
    if as_declared is not None and (declared in DOUBLE_BYTE or _decode(cells, "gb2312") is None):
        return declared
    return "gb18030" if _decode(cells, "gb18030") is not None else None


def _has_han(text: str) -> bool:
    """Whether there is a Chinese character in a text."""
    return any("\u3400" <= letter <= "\u9fff" for letter in text)


def _find_named(named: str, cells: list[tuple[bytes, bool]], file: Path) -> str:
    """Return the encoding the caller names, if the cells are in it."""
    encoding = _find(named)
    if encoding is None or _decode(cells, encoding) is None:
        raise SchemaError("ingest.encoding_unfit", file=str(file), encoding=named)
    return encoding


def _find(name: str) -> str | None:
    """Return Python's name of an encoding that holds the one named, or None for a name nobody knows.

    Examples
    --------
    >>> [_find(name) for name in ("GBK", "ANSI 936", "CP936", "UTF8", "Big-5", "874", "Mars")]
    ['gb18030', 'gb18030', 'gb18030', 'utf-8', 'cp950', 'cp874', None]
    """
    plain = "".join(letter for letter in name.casefold() if letter.isalnum())
    number = "".join(letter for letter in plain if letter.isdigit())
    for spelt in (CODE_PAGES.get(number, ""), name.strip(), plain, f"cp{number}", SPELT.get(plain, "")):
        try:
            known = codecs.lookup(spelt).name
        except LookupError:
            continue
        return HELD_BY.get(known, known)
    return None


def _declared(content: np.ndarray, cpg: Path | None) -> str | None:
    """Return the encoding that a ``.cpg`` or the language driver id declares, the first before the second."""
    said = cpg.read_bytes()[:LONGEST_NAME].decode("latin-1").strip() if cpg is not None else ""
    number = int(content[LANGUAGE_DRIVER_AT]) if len(content) > LANGUAGE_DRIVER_AT else 0
    return (_find(said) if said else None) or LANGUAGE_DRIVERS.get(number)


def _driver_name(encoding: str) -> str:
    """Return what the drivers call an encoding.

    Examples
    --------
    >>> _driver_name("iso8859-1"), _driver_name("cp950")
    ('ISO-8859-1', 'CP950')
    """
    return DRIVER_NAMES.get(encoding, encoding.upper().replace("ISO8859", "ISO-8859"))


def _cells(content: np.ndarray) -> Iterator[tuple[bytes, bool]]:
    """Field names and text cells that are not ASCII, and whether a cell is full, so that its end may be cut off."""
    header_size, record_size = (int.from_bytes(content[at : at + 2].tobytes(), "little") for at in (8, 10))
    count = max(0, len(content) - header_size) // record_size if record_size else 0
    records = content[header_size : header_size + count * record_size].reshape(count, max(record_size, 1))
    offset = 1
    for at in range(32, header_size - 1, 32):
        descriptor = content[at : at + 32].tobytes().ljust(32, b"\x00")
        if descriptor.startswith(b"\r"):
            break
        yield descriptor[:11].split(b"\x00")[0], True
        width = descriptor[16]
        if descriptor[11:12] == b"C":
            cells = records[:, offset : offset + width]
            for cell in cells[(cells > 127).any(axis=1)]:  # noqa: PLR2004  # the last letter of ASCII
                text = cell.tobytes().rstrip(b"\x00 ")
                yield text, len(text) == width
        offset += width


def _decode(cells: list[tuple[bytes, bool]], encoding: str) -> str | None:
    """Return all cells as one text, or None where one of them is not in the encoding."""
    try:
        return "\n".join(_decode_cell(cell, encoding, is_full=is_full) for cell, is_full in cells)
    except UnicodeDecodeError:
        return None


def _decode_cell(cell: bytes, encoding: str, *, is_full: bool) -> str:
    """Decode a cell; half a character at the end of a full one is left out."""
    try:
        return cell.decode(encoding)
    except UnicodeDecodeError:
        if not is_full:
            raise
        return codecs.getincrementaldecoder(encoding)().decode(cell)
