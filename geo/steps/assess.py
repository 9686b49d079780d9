"""What the law says of every parcel on a day: gather what is known, make facts, assess; and prove one parcel."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TypedDict
from zoneinfo import ZoneInfo

import geopandas as gpd
import pandas as pd
from sqlalchemy import Connection, Engine

from geo.errors import SchemaError
from geo.facts import Entries, build_facts, fold_registers, parse_source
from geo.law.assess import assess
from geo.law.proof import prove
from geo.law.render import render
from geo.locale import Language, say, sentences
from geo.registers import REGISTERS
from geo.settings import Settings
from geo.steps.indicators import indicators_in_plane
from geo.steps.observe import CHANGE_METHOD, METHOD
from geo.steps.rules import Pack, read_pack, read_periods
from geo.store import complete_through, read_changes, read_footprints, read_observations, read_parcels, read_registers

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Known(TypedDict):
    """Which versions count: those that hold on a day, as known at a time."""

    as_of: date
    known_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is known on a day, as known at a time; frames as the store gives them."""

    as_of: date
    parcels: gpd.GeoDataFrame
    footprints: gpd.GeoDataFrame
    ledger: pd.DataFrame
    entries: Entries
    complete_through: Mapping[str, date]
    observations: pd.DataFrame
    changes: pd.DataFrame
    indicators: pd.DataFrame
    footprint_notes: pd.DataFrame


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """Facts with their sources, what the rules find, and which rules they were."""

    evidence: Evidence
    facts: pd.DataFrame
    fact_sources: pd.DataFrame
    findings: pd.DataFrame
    pack: Pack


def end_of(day: date) -> datetime:
    """Return the last moment of a day in Asia/Shanghai [UTC].

    Examples
    --------
    >>> end_of(date(2026, 10, 31)).isoformat()
    '2026-10-31T15:59:59.999999+00:00'
    """
    return datetime.combine(day, time.max, SHANGHAI).astimezone(UTC)


def gather(conn: Connection, *, as_of: date, known_at: datetime, indicators: pd.DataFrame | None = None) -> Evidence:
    """Read what counts on a day, and compute the indicators unless they are at hand.

    Raises
    ------
    SchemaError
        The store holds no parcel.
    """
    known: Known = {"as_of": as_of, "known_at": known_at}
    parcels = read_parcels(conn, **known)
    if parcels.empty:
        raise SchemaError("scan.no_parcels")
    footprints = read_footprints(conn, **known)
    computed, notes = indicators_in_plane(parcels, footprints)
    complete = complete_through(conn, known_at=known_at)
    ledger, entries = fold_registers(read_registers(conn, **known), complete_through=complete, as_of=as_of)
    return Evidence(
        as_of=as_of,
        parcels=parcels,
        footprints=footprints,
        ledger=ledger,
        entries=entries,
        complete_through=complete,
        observations=read_observations(conn, method=METHOD, until=end_of(as_of), **known),
        changes=read_changes(conn, method=CHANGE_METHOD, until=end_of(as_of), **known),
        indicators=computed if indicators is None else indicators,
        footprint_notes=notes,
    )


def judge(evidence: Evidence, pack: Pack, *, asked: Collection[str] = frozenset()) -> Assessment:
    """Make facts of what is known and ask the law; nothing is read or written."""
    values, sources = build_facts(
        ledger=evidence.ledger,
        observations=evidence.observations,
        indicators=evidence.indicators,
        parcels=evidence.parcels,
        as_of=evidence.as_of,
        complete_through=evidence.complete_through,
        periods=read_periods(),
        entries=evidence.entries,
    )
    found = assess(pack.instruments, values, as_of=evidence.as_of, adoptions=pack.adoptions, asked=asked)
    return Assessment(evidence=evidence, facts=values, fact_sources=sources, findings=found, pack=pack)


def assess_day(engine: Engine, settings: Settings, *, as_of: date, known_at: datetime) -> Assessment:
    """Assess every parcel of a store on a day, without writing anything."""
    pack = read_pack(settings, as_of=as_of)
    with engine.connect() as conn:
        return judge(gather(conn, as_of=as_of, known_at=known_at), pack)


def findings_table(assessment: Assessment) -> pd.DataFrame:
    """Return the findings with who adopted each instrument that does not bind by itself, and since when."""
    adopted = assessment.findings["instrument_id"].map(assessment.pack.adoptions)
    by = adopted.map(lambda entry: entry.adopted_by, na_action="ignore")
    since = adopted.map(lambda entry: entry.adopted_on.isoformat(), na_action="ignore")
    return assessment.findings.assign(adopted_by=by, adopted_on=since)


def explain(assessment: Assessment, parcel_id: str, *, language: Language) -> str:
    """Write the proof of everything that is said of one parcel.

    Raises
    ------
    SchemaError
        There is no such parcel.
    """
    if parcel_id not in assessment.facts.index:
        near = [name for name in assessment.facts.index if parcel_id in name][:5]
        raise SchemaError("scan.unknown_parcel", parcel=parcel_id, near=" ".join(near) or "-")
    words = sentences(language)
    proofs = prove(
        assessment.pack.instruments,
        assessment.facts.loc[[parcel_id]],
        assessment.fact_sources.loc[[parcel_id]].map(lambda source: say_source(source, language)),
        as_of=assessment.evidence.as_of,
        adoptions=assessment.pack.adoptions,
    )
    closing = say("scan.clue", language)
    return "\n\n".join([*(render(proof, words, language=language) for proof in proofs), closing])


def say_source(source: str | None, language: Language) -> str:
    """Write a fact's source as people read it."""
    parts = parse_source(source) if isinstance(source, str) else []
    return say("law.listed", language).join(_say_part(kind, detail, language) for kind, detail in parts)


def _say_part(kind: str, detail: str, language: Language) -> str:
    words = sentences(language)
    if kind == "register":
        name, _, row = detail.partition("/")
        return say("source.register", language, register=getattr(REGISTERS[name], language), row=row)
    named = words.get(f"source.{kind}_{detail}")
    shown = words.get(f"fact.{detail}", detail)
    return words[f"source.{kind}"].format_map({"detail": shown}) if named is None else named
