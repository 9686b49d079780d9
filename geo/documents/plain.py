"""Texts as files can take them."""

import re

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_UNFIT = re.compile(r'[\x00-\x1f<>:"/\\|?*]')
LONGEST_NAME = 80


def plain(text: str) -> str:
    r"""Return a text without the characters that XML forbids and that no eye sees.

    Examples
    --------
    >>> plain("A\x00B & <C>")
    'AB & <C>'
    """
    return _CONTROL.sub("", text)


def file_name(text: str) -> str:
    """Return a text as a name that every file system takes.

    Examples
    --------
    >>> file_name("../一组:A")
    '_一组_A'
    """
    return _UNFIT.sub("_", text).strip(". ")[:LONGEST_NAME] or "_"
