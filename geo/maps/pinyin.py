"""The letters by which people look for Chinese names: 翠岭陶瓷 is found by cltc."""

from functools import lru_cache

from pypinyin import Style, lazy_pinyin


@lru_cache(maxsize=1 << 17)
def initials(text: str) -> str:
    """Write the first letter of each character's reading; what is not Chinese stays as it is.

    Examples
    --------
    >>> initials("翠岭陶瓷"), initials("重庆A3厂")
    ('cltc', 'cqa3c')
    """
    return "".join(lazy_pinyin(text, style=Style.FIRST_LETTER)).lower()
