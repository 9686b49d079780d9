"""Rule files: TOML text in, an instrument out; what is not exactly understood is refused."""

import tomllib
from collections import Counter
from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Any, cast, get_args

from geo.errors import RuleConflictError, RuleFormatError
from geo.law.keys import Place, bilingual, check_identifier, check_keys, check_texts, check_word
from geo.law.parse_clock import parse_clock
from geo.law.parse_condition import parse_condition
from geo.law.parse_formula import check_formulas, parse_formula
from geo.law.parse_option import parse_clause, parse_option, unique
from geo.law.rule import Basis, Condition, Instrument, Modality, Rule
from geo.law.standing import standing

INSTRUMENT_KEYS: dict[str, type] = {
    "id": str,
    "jurisdiction": str,
    "title": dict,
    "number": str,
    "published_on": date,
    "in_force_from": date,
    "last_day_in_force": date,
    "is_draft": bool,
    "replaces": list,
    "applies_to": list,
    "verified_on": date,
    "basis": str,
    "is_contractual": bool,
    "articles": list,
    "clause": list,
    "clock": list,
    "formula": list,
    "option": list,
    "rule": list,
}
RULE_KEYS: dict[str, type] = {
    "id": str,
    "article": str,
    "summary": dict,
    "modality": str,
    "concludes": str,
    "exception_to": str,
    "limb_group": str,
    "when": list,
}


def parse_instrument(text: str, *, name: str) -> Instrument:
    """Read one instrument.

    Parameters
    ----------
    text
        TOML: the instrument's keys, then one ``[[rule]]`` for each limb of an article.
    name
        Name of the file, for messages.

    Raises
    ------
    RuleFormatError
        The text is not TOML, or says something the engine does not know: an unknown key or fact, an operator or a
        unit that does not suit the fact, a limit that is not exact, a missing article, an id used twice, an exception
        to nothing, days out of order. It names the file and the rule.
    """
    place = Place(name)
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise place.refuse("law.not_toml", why=str(error)) from error
    table = check_keys(found, INSTRUMENT_KEYS, "id jurisdiction title is_draft basis", place, name="")
    for key in ("id", "jurisdiction"):
        check_identifier(table, key, place)
    _check_days(table, place)
    rules = _parse_rules(table.get("rule", []), place)
    options = (parse_option(one, Place(name, f"[[option]] {n}")) for n, one in enumerate(table.get("option", []), 1))
    clocks = (parse_clock(one, Place(name, f"[[clock]] {n}")) for n, one in enumerate(table.get("clock", []), 1))
    formulas = (
        parse_formula(one, Place(name, f"[[formula]] {n}")) for n, one in enumerate(table.get("formula", []), 1)
    )
    clauses = (parse_clause(one, Place(name, f"clause {n}")) for n, one in enumerate(table.get("clause", []), 1))
    instrument = Instrument(
        id=table["id"],
        jurisdiction=table["jurisdiction"],
        title=bilingual(table, "title", place),
        basis=cast("Basis", check_word(table, "basis", get_args(Basis), place)),
        is_draft=table["is_draft"],
        verified_on=table.get("verified_on"),
        rules=rules,
        number=table.get("number"),
        published_on=table.get("published_on"),
        in_force_from=table.get("in_force_from"),
        last_day_in_force=table.get("last_day_in_force"),
        replaces=check_texts(table, "replaces", place),
        applies_to=_parse_conditions(table.get("applies_to", []), place),
        is_contractual=table.get("is_contractual", False),
        options=unique(options, (rule.id for rule in rules), place),
        clocks=unique(clocks, (), place),
        formulas=unique(formulas, (), place),
        articles=check_texts(table, "articles", place),
        clauses=tuple(clauses),
    )
    check_formulas(instrument, place)
    return instrument


def check_instruments(instruments: Sequence[Instrument], as_of: date) -> None:
    """Refuse instruments that cannot be applied together on a day.

    Raises
    ------
    RuleFormatError
        Two instruments, or rules of two instruments, share an id.
    RuleConflictError
        Two are in force on the day and one of them replaces the other.
    """
    for kind, names in (
        ("instrument", [one.id for one in instruments]),
        ("rule", [name for one in instruments for name in _ids(one)]),
    ):
        for name, times in Counter(names).items():
            if times > 1:
                raise RuleFormatError("law.repeated_id", kind=kind, rule=name)
    in_force = {one.id: one for one in instruments if standing(one, as_of=as_of, adoption=None) == "in_force"}
    for one in in_force.values():
        for replaced in one.replaces:
            if replaced in in_force:
                raise RuleConflictError("law.both_in_force", replacing=one.id, replaced=replaced, day=as_of.isoformat())


def _ids(one: Instrument) -> list[str]:
    return [rule.id for rule in one.rules] + [option.id for option in one.options]


def _check_days(table: dict[str, Any], place: Place) -> None:
    if table["basis"] == "instrument" and not table["is_draft"] and "in_force_from" not in table:
        raise place.refuse("law.missing_key", key="in_force_from")
    days = [key for key in ("published_on", "in_force_from", "last_day_in_force") if key in table]
    for earlier, later in pairwise(days):
        if table[earlier] > table[later]:
            raise place.refuse("law.days_out_of_order", earlier=earlier, later=later)


def _parse_rules(tables: list[object], place: Place) -> tuple[Rule, ...]:
    rules: dict[str, Rule] = {}
    for number, table in enumerate(tables, start=1):
        rule = _parse_rule(table, Place(place.file, f"[[rule]] {number}"))
        if rule.id in rules:
            raise Place(place.file, rule.id).refuse("law.repeated_rule")
        rules[rule.id] = rule
    concluding = {rule.id for rule in rules.values() if rule.concludes is not None}
    for rule in rules.values():
        if rule.exception_to is not None and rule.exception_to not in concluding:
            raise Place(place.file, rule.id).refuse("law.exception_to_nothing", target=rule.exception_to)
    return tuple(rules.values())


def _parse_rule(found: object, place: Place) -> Rule:
    if isinstance(found, dict) and isinstance(found.get("id"), str):
        place = Place(place.file, found["id"])
    table = check_keys(found, RULE_KEYS, "id article summary modality when", place, name="rule")
    if ("concludes" in table) == ("exception_to" in table):
        raise place.refuse("law.one_conclusion")
    if "limb_group" in table and "concludes" not in table:
        raise place.refuse("law.limb_of_exception")
    if not table["when"]:
        raise place.refuse("law.missing_key", key="when")
    check_identifier(table, "id", place)
    return Rule(
        id=table["id"],
        article=table["article"],
        summary=bilingual(table, "summary", place),
        modality=cast("Modality", check_word(table, "modality", get_args(Modality), place)),
        when=_parse_conditions(table["when"], place),
        concludes=check_identifier(table, "concludes", place),
        exception_to=table.get("exception_to"),
        limb_group=check_identifier(table, "limb_group", place),
    )


def _parse_conditions(tables: list[object], place: Place) -> tuple[Condition, ...]:
    return tuple(parse_condition(table, place) for table in tables)
