"""One deadline or warning of a rule file: its days, who acts, and what ends it."""

import re
from typing import Any, cast, get_args

from geo.law.calendar import is_period
from geo.law.keys import Place, bilingual, check_identifier, check_keys, check_word
from geo.law.parse_condition import parse_condition
from geo.law.rule import Clock, Condition, Modality, Moment
from geo.model import FACTS

CLOCK_KEYS: dict[str, type] = {
    "id": str,
    "article": str,
    "summary": dict,
    "modality": str,
    "acts": str,
    "starts": dict,
    "due": dict,
    "yearly": str,
    "warns": str,
    "when": list,
    "done": list,
    "suspended": list,
    "is_act": bool,
    "is_visit": bool,
    "is_reminder": bool,
    "document": str,
}
MOMENT_KEYS: dict[str, type] = {"fact": str, "plus": str, "minus": str, "working_days": int}
MONTH_AND_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8]|(?<!02-)(29|30)|(?<=0[13578]-|1[02]-)31)")


def parse_clock(found: object, place: Place) -> Clock:
    """Read one clock; its conditions are written as a rule's.

    Raises
    ------
    RuleFormatError
        An unknown key, word or fact, a moment that is no day, or neither a day nor ``yearly``.
    """
    if isinstance(found, dict) and isinstance(found.get("id"), str):
        place = Place(place.file, found["id"])
    table = check_keys(found, CLOCK_KEYS, "id article summary modality acts", place, name="clock")
    for key in ("id", "acts", "document"):
        check_identifier(table, key, place)
    _check_days(table, place)
    return Clock(
        id=table["id"],
        article=table["article"],
        summary=bilingual(table, "summary", place),
        modality=cast("Modality", check_word(table, "modality", get_args(Modality), place)),
        acts=table["acts"],
        starts=_moment(table, "starts", place),
        due=_moment(table, "due", place),
        yearly=table.get("yearly"),
        warns=table.get("warns"),
        when=_conditions(table, "when", place),
        done=_conditions(table, "done", place),
        suspended=_conditions(table, "suspended", place),
        is_act=table.get("is_act", False),
        is_visit=table.get("is_visit", False),
        is_reminder=table.get("is_reminder", False),
        document=table.get("document"),
    )


def _check_days(table: dict[str, Any], place: Place) -> None:
    has_moment = "starts" in table or "due" in table
    if has_moment == ("yearly" in table):
        raise place.refuse("law.clock_without_day")
    if "yearly" in table and MONTH_AND_DAY.fullmatch(table["yearly"]) is None:
        raise place.refuse("law.bad_yearly", value=table["yearly"])
    if "warns" in table and not is_period(table["warns"]):
        raise place.refuse("law.not_a_period", period=table["warns"])
    if "due" not in table and "yearly" not in table and {"warns", "is_act", "is_reminder"} & set(table):
        raise place.refuse("law.missing_key", key="due")


def _moment(table: dict[str, Any], key: str, place: Place) -> Moment | None:
    if key not in table:
        return None
    found = check_keys(table[key], MOMENT_KEYS, "fact", place, name=key)
    name, moved = found["fact"], [part for part in ("plus", "minus", "working_days") if part in found]
    if name not in FACTS:
        raise place.refuse("law.unknown_fact", fact=name)
    if FACTS[name].kind != "date" or len(moved) > 1:
        raise place.refuse("law.not_a_moment", key=key, fact=name)
    for part in ("plus", "minus"):
        if part in found and not is_period(found[part]):
            raise place.refuse("law.not_a_period", period=found[part])
    if found.get("working_days", 1) < 1:
        raise place.refuse("law.not_a_moment", key=key, fact=name)
    return Moment(**found)


def _conditions(table: dict[str, Any], key: str, place: Place) -> tuple[Condition, ...]:
    return tuple(parse_condition(one, place) for one in table.get(key, []))
