"""One amount of money of a rule file: a sum of rates times facts, whose units come to yuan."""

from collections import Counter
from typing import Any

from geo.law.keys import Place, bilingual, check_identifier, check_keys, check_texts
from geo.law.parse_condition import EXACT, exact_number
from geo.law.rule import Formula, Instrument, Part
from geo.model import FACTS

FORMULA_KEYS: dict[str, type] = {"id": str, "article": str, "summary": dict, "assumes": dict, "sum": list}
PART_KEYS: dict[str, type] = {"rate": str, "unit": str, "facts": list, "of": str, "less": str}
MONEY = "yuan"
ONE = "1"


def parse_formula(found: object, place: Place) -> Formula:
    """Read one amount of money.

    Raises
    ------
    RuleFormatError
        An unknown key or fact, a rate that is not exact, half a share, or a part whose unit is not yuan.

    Examples
    --------
    >>> table = {"id": "fee", "article": "14", "summary": {"zh": "费", "en": "fee"}}
    >>> parse_formula(table | {"sum": [{"rate": "20%", "facts": ["price_yuan"]}]}, Place("a.toml")).parts[0].rate
    Fraction(1, 5)
    """
    if isinstance(found, dict) and isinstance(found.get("id"), str):
        place = Place(place.file, found["id"])
    table = check_keys(found, FORMULA_KEYS, "id article summary sum", place, name="formula")
    check_identifier(table, "id", place)
    if not table["sum"]:
        raise place.refuse("law.missing_key", key="sum")
    return Formula(
        id=table["id"],
        article=table["article"],
        summary=bilingual(table, "summary", place),
        parts=tuple(_part(one, place) for one in table["sum"]),
        assumes=bilingual(table, "assumes", place) if "assumes" in table else None,
    )


def check_formulas(text: Instrument, place: Place) -> None:
    """Refuse an option that names an amount which its text does not set.

    Raises
    ------
    RuleFormatError
        It names the option.
    """
    known = {formula.id for formula in text.formulas}
    for option in text.options:
        if option.formula is not None and option.formula not in known:
            where = Place(place.file, option.id)
            raise where.refuse("law.unknown_word", key="formula", value=option.formula, known=", ".join(sorted(known)))


def _part(found: object, place: Place) -> Part:
    table = check_keys(found, PART_KEYS, "rate facts", place, name="sum")
    facts = check_texts(table, "facts", place)
    if not facts:
        raise place.refuse("law.missing_key", key="facts")
    if EXACT.fullmatch(table["rate"]) is None:
        raise place.refuse("law.inexact_limit", fact="rate", value=table["rate"])
    part = Part(exact_number(table["rate"]), table["rate"], facts, table.get("of"), table.get("less"))
    _check_facts(part, table, place)
    return part


def _check_facts(part: Part, table: dict[str, Any], place: Place) -> None:
    for name in part.named:
        if name not in FACTS or FACTS[name].kind != "measure":
            raise place.refuse("law.unknown_fact", fact=name)
    if part.of is not None or part.less is not None:
        if part.of is None or part.less is None:
            raise place.refuse("law.missing_key", key="of / less")
        if FACTS[part.of].unit != FACTS[part.less].unit:
            raise place.refuse("law.wrong_unit", fact=part.less, unit=FACTS[part.of].unit, found=FACTS[part.less].unit)
    units = [table.get("unit", ONE), *(FACTS[name].unit for name in part.facts)]
    if _product(units) != Counter({MONEY: 1}):
        raise place.refuse("law.wrong_unit", fact=", ".join(part.facts), unit=MONEY, found=" × ".join(units))


def _product(units: list[str]) -> Counter[str]:
    """Multiply units such as ``yuan/mu`` and ``mu``: how often each stands above the line, less how often below."""
    found: Counter[str] = Counter()
    for unit in units:
        above, _, below = unit.partition("/")
        found.update([above] if above != ONE else [])
        found.subtract([below] if below else [])
    return Counter({unit: times for unit, times in found.items() if times})
