"""The letters by which people look for Chinese names: 翠岭陶瓷 is found by cltc."""

from functools import lru_cache


def initials(text: str) -> str:
    """Write the first letter of each character's reading; what is not Chinese stays as it is.

    Examples
    --------
    >>> initials("翠岭陶瓷"), initials("重庆A3厂")
    ('cltc', 'cqa3c')
    """
    from pypinyin.seg.mmseg import seg  # noqa: PLC0415 - reads its dictionary, which no command but the map's needs

    return "".join(map(_word_initials, seg.cut(text)))


@lru_cache(maxsize=1 << 17)
def _word_initials(word: str) -> str:
    """Write the initials of a word; pypinyin reads each word by itself, and names share most of theirs."""
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415 - same

    return "".join(lazy_pinyin(word, style=Style.FIRST_LETTER)).lower()
