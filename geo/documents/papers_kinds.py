"""A kind of paper as data: what it rests on, who signs it, and what stands in it."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

from geo.law.case import Signatory
from geo.law.keys import Place, check_identifier, check_keys, check_texts, check_word

Form = Literal["notice", "decision", "record", "internal"]
SectionKind = Literal["head", "text", "rows", "blanks", "opinions", "table"]
Table = Literal["grounds", "findings", "moves", "options", "money"]

FIXED = frozenset(
    {"act", "addressee", "bureau", "date", "document_number", "government", "grounds_text", "issuer", "parcel_id"}
    | {"move_cause", "move_remedy", "review_body", "served_number", "served_title", "step", "title"}
    | {"sum_arithmetic", "sum_words", "sum_yuan"}
)
"""Names that a text may use beside facts and fields of the ledger."""

FILE_KEYS = {"paper": list, "routes": str, "routes_from": list}
PAPER_KEYS = {
    "id": str,
    "form": str,
    "act": str,
    "instrument": str,
    "articles": list,
    "signed_by": str,
    "to": str,
    "findings": list,
    "outcomes": list,
    "remedy": str,
    "serves": bool,
    "sections": list,
}
NAMED = re.compile(r"{{\s*(\w+)\s*}}")


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a paper: a heading, a text, or a table; ``items`` are its rows, or the one text."""

    kind: SectionKind
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperKind:
    """One kind of paper.

    Attributes
    ----------
    instrument, articles
        What it rests on; empty where it rests on what its case rests on.
    findings, outcomes
        Labels of findings that it gives reasons of, and with which outcome one of them must stand; none: any.
    remedy
        It decides this remedy, which must be the one that was approved; empty where it decides none.
    is_service
        It proves the service of another paper.
    routes, routes_from
        Which review and suit are open, and the acts that say so; empty where it decides nothing.
    """

    id: str
    form: Form
    instrument: str
    articles: tuple[str, ...]
    signed_by: Signatory
    sections: tuple[Section, ...]
    act: str = ""
    to: str = ""
    findings: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    remedy: str = ""
    is_service: bool = False
    routes: str = ""
    routes_from: tuple[str, ...] = ()

    @property
    def is_internal(self) -> bool:
        """Whether it never leaves the office."""
        return self.form == "internal"

    @property
    def is_form(self) -> bool:
        """Whether it is a form to be filled in and signed by several, not a letter with an annex."""
        return self.form in ("record", "internal")

    @property
    def is_for_money(self) -> bool:
        """Whether it asks for a sum."""
        return any("sum_yuan" in NAMED.findall(item) for section in self.sections for item in section.items)

    @property
    def facts(self) -> tuple[str, ...]:
        """Facts and fields of the ledger that it prints, in the order in which they come."""
        rows = [name for section in self.sections if section.kind == "rows" for name in section.items]
        texts = [item for section in self.sections if section.kind == "text" for item in section.items]
        named = [name for text in [*texts, self.routes] for name in NAMED.findall(text)]
        return tuple(dict.fromkeys(name for name in [*named, *rows] if name not in FIXED))


def parse_papers(text: str, *, name: str, known: Iterable[str]) -> dict[str, PaperKind]:
    """Return the kinds of paper that a file describes, by id.

    Parameters
    ----------
    name
        Of the file, for errors.
    known
        Names of facts and of fields of the ledger.

    Raises
    ------
    RuleFormatError
        The text is not TOML, has an unknown key or word, or names a fact that there is not.
    """
    place = Place(name)
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise place.refuse("law.not_toml", why=str(error)) from error
    table = check_keys(found, FILE_KEYS, "paper", place, name="")
    routes = table.get("routes", ""), check_texts(table, "routes_from", place)
    kinds: dict[str, PaperKind] = {}
    for number, one in enumerate(table["paper"], 1):
        here = Place(name, str(one.get("id", number)) if isinstance(one, Mapping) else str(number))
        kind = _paper(one, here, routes)
        if kind.id in kinds:
            raise here.refuse("law.repeated_rule")
        for fact in sorted(set(kind.facts) - set(known)):
            raise here.refuse("law.unknown_fact", fact=fact)
        kinds[kind.id] = kind
    return kinds


def _paper(found: object, place: Place, routes: tuple[str, tuple[str, ...]]) -> PaperKind:
    table = check_keys(found, PAPER_KEYS, "id form signed_by sections", place, name="paper")
    check_identifier(table, "id", place)
    form = cast("Form", check_word(table, "form", get_args(Form), place))
    if form == "decision" and not (routes[0] and table.get("act")):
        raise place.refuse("law.missing_key", key="routes / act")
    if table.get("to", "holder") not in ("holder", "mortgagee"):
        raise place.refuse("law.unknown_word", key="to", value=table["to"], known="holder, mortgagee")
    if "instrument" in table and not table.get("articles"):
        raise place.refuse("law.missing_key", key="articles")
    return PaperKind(
        id=table["id"],
        form=form,
        instrument=table.get("instrument", ""),
        articles=check_texts(table, "articles", place),
        signed_by=cast("Signatory", check_word(table, "signed_by", get_args(Signatory), place)),
        sections=tuple(_section(one, place) for one in table["sections"]),
        act=table.get("act", ""),
        to=table.get("to", ""),
        findings=check_texts(table, "findings", place),
        outcomes=check_texts(table, "outcomes", place),
        remedy=table.get("remedy", ""),
        is_service=table.get("serves", False),
        routes=routes[0] if form == "decision" else "",
        routes_from=routes[1] if form == "decision" else (),
    )


def _section(found: object, place: Place) -> Section:
    kinds: dict[str, type] = {"head": str, "text": str, "table": str, "rows": list, "blanks": list, "opinions": list}
    table: dict[str, Any] = check_keys(found, kinds, "", place, name="sections")
    if len(table) != 1:
        raise place.refuse("law.missing_key", key=" / ".join(kinds))
    kind = cast("SectionKind", next(iter(table)))
    if kind == "table":
        check_word(table, "table", get_args(Table), place)
    return Section(kind, check_texts(table, kind, place) if kinds[kind] is list else (table[kind],))
