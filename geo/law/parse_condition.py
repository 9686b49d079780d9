"""One condition of a rule: a fact, an operator that suits it, and an exact limit."""

import re
from datetime import date
from fractions import Fraction
from typing import Any, cast

from geo.law.calendar import is_period
from geo.law.keys import Place, check_keys
from geo.law.rule import AS_OF, Condition, Operator
from geo.model import FACTS, FactSpec, Kind

COMPARISONS = ("<=", "<", ">=", ">", "==")
EXACT = re.compile(r"-?\d+(?:\.\d+)?|\d+/0*[1-9]\d*|\d+(?:\.\d+)?%")
KEYS = {"fact": str, "op": str, "value": object, "other": str, "plus": str, "unit": str}


def parse_condition(found: object, place: Place) -> Condition:
    """Read one condition: ``{fact, op, value}`` or ``{fact, op, other}``, the latter perhaps with ``plus``.

    A limit of a measure is written as a text, so that it is exact: ``"1/3"``, ``"25%"``, ``"0.5"``; its ``unit`` is
    written beside it unless the fact is a share.

    Raises
    ------
    RuleFormatError
        Anything that does not fit the fact.

    Examples
    --------
    >>> place = Place("a.toml", "r1")
    >>> parse_condition({"fact": "developed_fraction", "op": "<", "value": "1/3"}, place).limit
    Fraction(1, 3)
    >>> parse_condition({"fact": "as_of", "op": ">", "other": "agreed_start_on", "plus": "P1Y"}, place).text
    'agreed_start_on + P1Y'
    """
    table = check_keys(found, KEYS, "fact op", place, name="when")
    spec = _spec(table["fact"], place)
    op = _operator(table, spec, place)
    if ("value" in table) == ("other" in table) or ("plus" in table and "other" not in table):
        raise place.refuse("law.one_limit", fact=table["fact"])
    if "other" in table:
        return _against_other(table, spec, op, place)
    return _against_value(table, spec, op, place)


def _spec(name: str, place: Place) -> FactSpec:
    if name == AS_OF:
        return FactSpec("date")
    if name not in FACTS:
        raise place.refuse("law.unknown_fact", fact=name)
    return FACTS[name]


def _operator(table: dict[str, Any], spec: FactSpec, place: Place) -> Operator:
    allowed = COMPARISONS if spec.kind in ("measure", "date") else ("in",)
    if table["op"] not in allowed:
        raise place.refuse("law.wrong_operator", fact=table["fact"], op=table["op"], known=" ".join(allowed))
    return cast("Operator", table["op"])


def _against_other(table: dict[str, Any], spec: FactSpec, op: Operator, place: Place) -> Condition:
    fact, other, plus = table["fact"], table["other"], table.get("plus")
    other_spec = _spec(other, place)
    if op == "in" or other_spec.kind != spec.kind:
        raise place.refuse("law.wrong_other", fact=fact, other=other)
    if other_spec.unit != spec.unit or table.get("unit", spec.unit) != spec.unit:
        raise place.refuse("law.wrong_unit", fact=fact, unit=spec.unit, found=table.get("unit", other_spec.unit))
    if plus is None:
        return Condition(fact, op, other, other=other)
    if spec.kind != "date" or not is_period(plus):
        raise place.refuse("law.bad_period", fact=fact, period=plus)
    return Condition(fact, op, f"{other} + {plus}", other=other, plus=plus)


def _against_value(table: dict[str, Any], spec: FactSpec, op: Operator, place: Place) -> Condition:
    fact, value = table["fact"], table["value"]
    if spec.kind == "measure":
        return Condition(fact, op, str(value), limit=_exact_number(table, spec, place))
    if "unit" in table:
        raise place.refuse("law.wrong_unit", fact=fact, unit=spec.unit, found=table["unit"])
    if spec.kind == "date":
        if type(value) is not date:
            raise place.refuse("law.not_a_day", fact=fact, value=value)
        return Condition(fact, op, value.isoformat(), limit=value)
    return Condition(fact, op, *_options(fact, value, spec.kind, place))


def _exact_number(table: dict[str, Any], spec: FactSpec, place: Place) -> Fraction:
    fact, text = table["fact"], table["value"]
    if not isinstance(text, str) or EXACT.fullmatch(text) is None:
        raise place.refuse("law.inexact_limit", fact=fact, value=text)
    unit = table.get("unit", "1")
    if unit != spec.unit or (text.endswith("%") and unit != "1"):
        raise place.refuse("law.wrong_unit", fact=fact, unit=spec.unit, found=unit)
    return exact_number(text)


def exact_number(text: str) -> Fraction:
    """Return a number that matches ``EXACT``.

    Examples
    --------
    >>> exact_number("20%"), exact_number("-1")
    (Fraction(1, 5), Fraction(-1, 1))
    """
    return Fraction(text.removesuffix("%")) / (100 if text.endswith("%") else 1)


def _options(fact: str, value: object, kind: Kind, place: Place) -> tuple[str, tuple[bool, ...] | tuple[str, ...]]:
    """Values of ``in``, as text and as they are."""
    expected = bool if kind == "bool" else str
    options = value if isinstance(value, list) else []
    if not options or any(type(one) is not expected for one in options) or len(set(options)) < len(options):
        raise place.refuse("law.wrong_options", fact=fact, value=value, kind=kind)
    return ", ".join(str(one).lower() if kind == "bool" else one for one in options), tuple(options)
