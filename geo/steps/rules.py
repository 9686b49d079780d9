"""Which instruments apply here: the packs of the settings' jurisdictions, read, parsed and checked."""

import hashlib
import tomllib
from dataclasses import dataclass
from datetime import date
from importlib.resources import files

from geo.errors import SchemaError
from geo.facts import Periods
from geo.indicators import CountingRule
from geo.law.parse import check_instruments, parse_instrument
from geo.law.rule import Adoption, Instrument
from geo.settings import Settings

NATIONAL = "national"
"""The counting rule of floor area where no other is named."""


@dataclass(frozen=True, slots=True)
class Pack:
    """The instruments of a bureau on a day.

    Attributes
    ----------
    instruments
        Parsed and checked against each other.
    adoptions
        By instrument id: who applies what does not bind by itself, and since when.
    hashes
        SHA-256 of each instrument's text by id.
    """

    instruments: tuple[Instrument, ...]
    adoptions: dict[str, Adoption]
    hashes: dict[str, str]


def read_pack(settings: Settings, *, as_of: date) -> Pack:
    """Read the rule packs of the settings' jurisdictions.

    Raises
    ------
    SchemaError
        A jurisdiction has no pack, or an adopted instrument is in none of them.
    RuleFormatError, RuleConflictError
        A rule file cannot be understood, or two in force on the day contradict each other.
    """
    texts = {name: text for place in settings.jurisdictions for name, text in _texts(place).items()}
    parsed = {name: parse_instrument(text, name=name) for name, text in texts.items()}
    instruments = tuple(parsed.values())
    check_instruments(instruments, as_of=as_of)
    adoptions = {entry.instrument: Adoption(entry.adopted_by, entry.adopted_on) for entry in settings.adopt}
    known = {instrument.id for instrument in instruments}
    for name in adoptions:
        if name not in known:
            raise SchemaError("scan.unknown_instrument", instrument=name, known=" ".join(sorted(known)))
    hashes = {parsed[name].id: hashlib.sha256(text.encode()).hexdigest() for name, text in texts.items()}
    return Pack(instruments, adoptions, hashes)


def _texts(jurisdiction: str) -> dict[str, str]:
    folder = files("geo.law") / "rules"
    packs = {entry.name: entry for entry in folder.iterdir() if entry.is_dir()}
    if jurisdiction not in packs:
        raise SchemaError("scan.unknown_jurisdiction", jurisdiction=jurisdiction, known=" ".join(sorted(packs)))
    found = sorted(
        (entry for entry in packs[jurisdiction].iterdir() if entry.name.endswith(".toml")), key=lambda e: e.name
    )
    return {f"{jurisdiction}/{entry.name}": entry.read_text("utf-8") for entry in found}


def read_periods() -> Periods:
    """Read the periods of law that stand inside the definitions of facts."""
    return Periods(**tomllib.loads((files("geo.facts") / "periods.toml").read_text("utf-8")))


def read_counting_rule(name: str = NATIONAL) -> CountingRule:
    """Read a counting rule of floor area: ``national``, or that of a place.

    Raises
    ------
    SchemaError
        There is no such rule; the ones that are there are listed.
    """
    rules = tomllib.loads((files("geo.indicators") / "counting.toml").read_text("utf-8"))
    if name not in rules:
        raise SchemaError("indicators.unknown_rule", rule=name, known=" ".join(rules))
    kinds = {key: frozenset(value) for key, value in rules[name].items() if isinstance(value, list)}
    return CountingRule(**{**rules[name], **kinds})
