"""What a text lets an office do, and what became of each of its articles."""

from collections.abc import Iterable
from typing import Protocol, TypeVar, cast, get_args

from geo.law.keys import Place, bilingual, check_identifier, check_keys, check_texts, check_word
from geo.law.parse_condition import parse_condition
from geo.law.rule import Clause, ClauseKind, Ground, Modality, Option, OptionKind

OPTION_KEYS: dict[str, type] = {
    "id": str,
    "article": str,
    "kind": str,
    "labels": list,
    "ground": str,
    "modality": str,
    "summary": dict,
    "when": list,
    "formula": str,
    "document": str,
}
CLAUSE_KEYS: dict[str, type] = {"article": str, "kind": str, "ids": list, "why": dict}
NAMED_ELSEWHERE = ("clock", "formula", "register", "document")
"""Kinds of which a clause only says the name."""


def parse_option(found: object, place: Place) -> Option:
    """Read one option; its conditions are written as a rule's.

    Raises
    ------
    RuleFormatError
        An unknown key or word, or something missing.
    """
    if isinstance(found, dict) and isinstance(found.get("id"), str):
        place = Place(place.file, found["id"])
    table = check_keys(found, OPTION_KEYS, "id article kind labels ground modality summary when", place, name="option")
    for key in ("labels", "when"):
        if not table[key]:
            raise place.refuse("law.missing_key", key=key)
    for key in ("id", "formula", "document"):
        check_identifier(table, key, place)
    return Option(
        id=table["id"],
        article=table["article"],
        kind=cast("OptionKind", check_word(table, "kind", get_args(OptionKind), place)),
        labels=check_texts(table, "labels", place),
        ground=cast("Ground", check_word(table, "ground", get_args(Ground), place)),
        modality=cast("Modality", check_word(table, "modality", get_args(Modality), place)),
        summary=bilingual(table, "summary", place),
        when=tuple(parse_condition(one, place) for one in table["when"]),
        formula=table.get("formula"),
        document=table.get("document"),
    )


def parse_clause(found: object, place: Place) -> Clause:
    """Read what became of one article: names of what it became, or why it was left out.

    Raises
    ------
    RuleFormatError
        An unknown key or word, or neither or both of the two.
    """
    table = check_keys(found, CLAUSE_KEYS, "article kind", place, name="clause")
    kind = cast("ClauseKind", check_word(table, "kind", get_args(ClauseKind), place))
    wanted, other = ("why", "ids") if kind == "left_out" else ("ids", "why")
    if not table.get(wanted) or other in table:
        raise place.refuse("law.clause_without", article=table["article"], key=wanted)
    if kind == "left_out":
        return Clause(table["article"], kind, why=bilingual(table, "why", place))
    ids = check_texts(table, "ids", place)
    if kind in NAMED_ELSEWHERE:
        for name in ids:
            check_identifier({"ids": name}, "ids", place)
    return Clause(table["article"], kind, ids)


class _Named(Protocol):
    @property
    def id(self) -> str: ...


N = TypeVar("N", bound=_Named)


def unique(parts: Iterable[N], taken: Iterable[str], place: Place) -> tuple[N, ...]:
    """Return options, clocks or formulas whose ids are their own, and none of those that are taken.

    Raises
    ------
    RuleFormatError
        An id is used twice.
    """
    seen, kept = set(taken), []
    for one in parts:
        if one.id in seen:
            raise Place(place.file, one.id).refuse("law.repeated_rule")
        seen.add(one.id)
        kept.append(one)
    return tuple(kept)
