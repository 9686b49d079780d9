"""Strict reading of a rule file's tables: which keys, of which type, with which words; anything else is refused."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from geo.errors import RuleFormatError
from geo.law.rule import Bilingual

TYPES = {str: "text", bool: "true/false", date: "2012-07-01", dict: "{ }", list: "[ ]"}
IDENTIFIER = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Place:
    """Where in which file: the rule's id, or the table's name where there is none."""

    file: str
    rule: str = "[instrument]"

    def refuse(self, code: str, /, **params: object) -> RuleFormatError:
        """Return the error that says what is wrong here."""
        return RuleFormatError(code, file=self.file, rule=self.rule, **params)


def check_keys(table: object, types: Mapping[str, type], required: str, place: Place, *, name: str) -> dict[str, Any]:
    """Return the table, whose keys are all known, of the declared types, and complete.

    Parameters
    ----------
    types
        Allowed keys and the TOML type of each; ``object`` takes any.
    required
        Keys that must be there and not be blank, separated by spaces.
    name
        How the table is called, if it is not one.

    Raises
    ------
    RuleFormatError
        Unknown key, wrong type, or something missing.
    """
    if not isinstance(table, dict):
        raise place.refuse("law.wrong_type", key=name, value=table, expected=TYPES[dict])
    for key, value in table.items():
        if key not in types:
            raise place.refuse("law.unknown_key", key=key, known=", ".join(types))
        if (
            types[key] is not object and type(value) is not types[key]
        ):  # a TOML time is a subclass of date, a bool of int: neither will do
            raise place.refuse("law.wrong_type", key=key, value=value, expected=TYPES[types[key]])
    for key in required.split():
        if key not in table or (isinstance(table[key], str) and not table[key].strip()):
            raise place.refuse("law.missing_key", key=key)
    return table


def check_word(table: Mapping[str, Any], key: str, words: tuple[str, ...], place: Place) -> str:
    """Return a value that is one of a few words."""
    word: str = table[key]
    if word not in words:
        raise place.refuse("law.unknown_word", key=key, value=word, known=", ".join(words))
    return word


def check_identifier(table: Mapping[str, Any], key: str, place: Place) -> str | None:
    """Return an identifier in small letters, digits and dashes, or None where there is none."""
    text: str | None = table.get(key)
    if text is not None and IDENTIFIER.fullmatch(text) is None:
        raise place.refuse("law.bad_identifier", key=key, value=text)
    return text


def check_texts(table: Mapping[str, Any], key: str, place: Place) -> tuple[str, ...]:
    """Return a list of texts; none where there is none."""
    found: list[object] = table.get(key, [])
    for one in found:
        if not isinstance(one, str):
            raise place.refuse("law.wrong_type", key=key, value=one, expected=TYPES[str])
    return tuple(one for one in found if isinstance(one, str))


def bilingual(table: Mapping[str, Any], key: str, place: Place) -> Bilingual:
    """Return a text that is there in both languages."""
    both = check_keys(table[key], {"zh": str, "en": str}, "zh en", place, name=key)
    return Bilingual(both["zh"], both["en"])
