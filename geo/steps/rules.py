"""Which instruments apply here: the packs of the settings' jurisdictions, read, parsed and checked."""

import hashlib
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from geo.errors import RuleFormatError, SchemaError
from geo.facts import Periods
from geo.indicators import CountingRule
from geo.law.inventory import check_inventory
from geo.law.parse import check_instruments, parse_instrument
from geo.law.rule import Adoption, Bilingual, Instrument
from geo.law.standing import Standing, standing
from geo.settings import Settings
from geo.steps.choices import NATIONAL


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


def read_pack(settings: Settings, *, as_of: date, asked: Collection[str] = ()) -> Pack:
    """Read the rule packs of the settings' jurisdictions, and those asked for from anywhere.

    Parameters
    ----------
    asked
        Ids of instruments, or jurisdictions, beside the settings' own.

    Raises
    ------
    SchemaError
        A jurisdiction has no pack, an adopted instrument is in none of them, or nothing has an id asked for.
    RuleFormatError, RuleConflictError
        A rule file cannot be understood, or two in force on the day contradict each other.
    """
    texts = read_texts()
    for place in settings.jurisdictions:
        if place not in {text.jurisdiction for text in texts.values()}:
            raise SchemaError("scan.unknown_jurisdiction", jurisdiction=place, known=_known_places(texts))
    wanted = ids_asked(texts, asked)
    chosen = {
        name: text
        for name, text in texts.items()
        if text.jurisdiction in settings.jurisdictions or text.instrument.id in wanted
    }
    instruments = tuple(text.instrument for text in chosen.values())
    check_instruments(instruments, as_of=as_of)
    adoptions = adoptions_of(settings)
    known = {instrument.id for instrument in instruments}
    for name in adoptions:
        if name not in known:
            raise SchemaError("scan.unknown_instrument", instrument=name, known=" ".join(sorted(known)))
    return Pack(instruments, adoptions, {text.instrument.id: text.sha256 for text in chosen.values()})


@dataclass(frozen=True, slots=True)
class RuleText:
    """One rule file: where it stands, what it says, and the hash of its text."""

    jurisdiction: str
    instrument: Instrument
    sha256: str


def read_texts() -> dict[str, RuleText]:
    """Read every rule file that the program brings along, by ``jurisdiction/file``.

    Raises
    ------
    RuleFormatError
        One cannot be understood.
    """
    folder = files("geo.law") / "rules"
    found = {}
    for place in sorted((entry for entry in folder.iterdir() if entry.is_dir()), key=lambda entry: entry.name):
        for file, text in law_files("rules", place.name):
            name = f"{place.name}/{file}"
            digest = hashlib.sha256(text.encode()).hexdigest()
            found[name] = RuleText(place.name, parse_instrument(text, name=name), digest)
    return found


def law_files(*folders: str) -> Iterator[tuple[str, str]]:
    """Yield name and text of each TOML file of a folder that lies with the law, by name."""
    folder = files("geo.law").joinpath(*folders)
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".toml"):
            yield entry.name, entry.read_text("utf-8")


def ids_asked(texts: Mapping[str, RuleText], asked: Collection[str]) -> frozenset[str]:
    """Return the ids of instruments that some names ask for: an id, or a jurisdiction with all it has.

    Raises
    ------
    SchemaError
        Nothing has such a name.
    """
    ids: set[str] = set()
    for name in asked:
        found = {text.instrument.id for text in texts.values() if name in (text.instrument.id, text.jurisdiction)}
        if not found:
            known = " ".join(sorted(text.instrument.id for text in texts.values()))
            raise SchemaError("scan.unknown_pack", pack=name, known=f"{known} {_known_places(texts)}")
        ids |= found
    return frozenset(ids)


def packs_asked(settings: Settings, *, as_of: date, asked: Collection[str]) -> tuple[Pack, frozenset[str]]:
    """Return the pack that is applied, and the ids asked for: those alone if there are any, else what binds here."""
    pack = read_pack(settings, as_of=as_of, asked=asked)
    wanted = ids_asked(read_texts(), asked)
    kept = tuple(one for one in pack.instruments if not wanted or one.id in wanted)
    return replace(pack, instruments=kept), wanted


def adoptions_of(settings: Settings) -> dict[str, Adoption]:
    """Return what a bureau adopted, by instrument id."""
    return {entry.instrument: Adoption(entry.adopted_by, entry.adopted_on) for entry in settings.adopt}


class RulesRow(NamedTuple):
    """One text in short: how it stands on a day, and what it holds."""

    id: str
    jurisdiction: str
    title: Bilingual
    standing: Standing
    rules: int
    options: int
    articles: int


def rules_table(texts: Mapping[str, RuleText], adoptions: Mapping[str, Adoption], *, as_of: date) -> list[RulesRow]:
    """List every text as it stands on a day."""
    return [
        RulesRow(
            one.id,
            one.jurisdiction,
            one.title,
            standing(one, as_of=as_of, adoption=adoptions.get(one.id)),
            sum(rule.concludes is not None for rule in one.rules),
            len(one.options),
            len(one.articles),
        )
        for one in (text.instrument for text in texts.values())
    ]


def check_rules(paths: Collection[Path], *, as_of: date) -> list[Instrument]:
    """Check every rule file, and a lawyer's own beside ours; a file takes the place of ours with the same id.

    Parameters
    ----------
    paths
        Rule files, or folders of them.

    Raises
    ------
    SchemaError
        A file is not there.
    RuleFormatError, RuleConflictError
        Something is wrong with one, or two cannot be in force together on the day.
    """
    ours = {text.instrument.id: text.instrument for text in read_texts().values()}
    theirs = [_read_rule_file(file) for path in paths for file in _rule_files(path)]
    together = [*(one for name, one in ours.items() if name not in {text.id for text in theirs}), *theirs]
    check_instruments(together, as_of)
    check_inventory(together)
    return together


def _rule_files(path: Path) -> list[Path]:
    found = sorted(path.rglob("*.toml")) if path.is_dir() else [path]
    if not found or not found[0].is_file():
        raise SchemaError("ingest.missing_file", file=str(path))
    return found


def _read_rule_file(file: Path) -> Instrument:
    try:
        text = file.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise RuleFormatError("law.not_toml", file=str(file), why=str(error)) from error
    return parse_instrument(text, name=str(file))


def _known_places(texts: Mapping[str, RuleText]) -> str:
    return " ".join(sorted({text.jurisdiction for text in texts.values()}))


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
