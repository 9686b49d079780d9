"""In which encoding a text is: UTF-8 where it can be, otherwise GB18030, otherwise not known."""

from collections.abc import Iterable
from pathlib import Path

ENCODINGS = ("utf-8-sig", "gb18030")
"""Tried strictly, in this order. GB18030 holds GB2312 and GBK."""

DRIVER_NAMES = {"utf-8-sig": "UTF-8", "gb18030": "GB18030"}
"""What the drivers call them."""

UNDECLARED = "ISO-8859-1"
"""What GDAL says of a DBF that declares nothing."""


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
    held = list(texts)
    for encoding in ENCODINGS:
        try:
            for text in held:
                text.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    return None


def table_encoding(dbf: Path) -> str | None:
    """Return the encoding of a DBF that declares none, judged by its field names and its text cells; None for ASCII.

    Only a DBF without a ``.cpg`` and without a language id comes here; what those declare is believed.
    """
    content = dbf.read_bytes()
    header_size, record_size = (int.from_bytes(content[at : at + 2], "little") for at in (8, 10))
    texts, offset = [], 1
    for at in range(32, header_size - 1, 32):
        descriptor = content[at : at + 32].ljust(32, b"\x00")
        if descriptor.startswith(b"\r"):
            break
        texts.append(descriptor[:11].split(b"\x00")[0])
        if descriptor[11:12] == b"C" and record_size:
            starts = range(header_size + offset, len(content), record_size)
            texts.append(b"\n".join(content[start : start + descriptor[16]].rstrip(b"\x00 ") for start in starts))
        offset += descriptor[16]
    encoding = guess_encoding(texts)
    if encoding is None or all(text.isascii() for text in texts):
        return None
    return DRIVER_NAMES[encoding]
