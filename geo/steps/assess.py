"""What the law says of every parcel on a day: gather what is known, make facts, assess; and prove one parcel."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import TypedDict
from zoneinfo import ZoneInfo

import geopandas as gpd
import pandas as pd
from sqlalchemy import Connection, Engine

from geo.errors import SchemaError
from geo.facts import Entries, build_facts, fold_registers
from geo.law.answerable import answerable
from geo.law.assess import assess
from geo.law.rule import Adoption
from geo.settings import Settings
from geo.steps.indicators import indicators_in_plane
from geo.steps.monthly import METHOD as MONTHLY_METHOD
from geo.steps.observe import CHANGE_METHOD, METHOD
from geo.steps.rules import Pack, packs_asked, read_periods
from geo.store import (
    complete_through,
    read_changes,
    read_footprints,
    read_monthly,
    read_observations,
    read_parcels,
    read_registers,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Law(TypedDict):
    """By what law, on what day."""

    as_of: date
    adoptions: Mapping[str, Adoption]
    asked: Collection[str]


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
    monthly: pd.DataFrame
    changes: pd.DataFrame
    indicators: pd.DataFrame
    footprint_notes: pd.DataFrame


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """Facts with their sources, what the rules find, and which rules they were.

    ``lacking`` names the rules that were not asked because no register supplies a fact, and the facts; ``asked`` the
    instruments that were asked for although they may not bind.
    """

    evidence: Evidence
    facts: pd.DataFrame
    fact_sources: pd.DataFrame
    findings: pd.DataFrame
    pack: Pack
    lacking: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    asked: Collection[str] = frozenset()


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
        monthly=read_monthly(conn, method=MONTHLY_METHOD, **known),
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
        monthly=evidence.monthly,
    )
    law: Law = {"as_of": evidence.as_of, "adoptions": pack.adoptions, "asked": asked}
    instruments, lacking = answerable(pack.instruments, values, **law)
    found = assess(instruments, values, **law)
    return Assessment(
        evidence=evidence, facts=values, fact_sources=sources, findings=found, pack=pack, lacking=lacking, asked=asked
    )


def assess_day(
    engine: Engine, settings: Settings, *, as_of: date, known_at: datetime, asked: Collection[str] = ()
) -> Assessment:
    """Assess every parcel of a store on a day, without writing anything.

    Parameters
    ----------
    asked
        Ids of instruments or jurisdictions that alone are assessed; none: those that bind here.
    """
    pack, wanted = packs_asked(settings, as_of=as_of, asked=asked)
    with engine.connect() as conn:
        return judge(gather(conn, as_of=as_of, known_at=known_at), pack, asked=wanted)


def findings_table(assessment: Assessment) -> pd.DataFrame:
    """Return the findings with who adopted each instrument that does not bind by itself, and since when."""
    adopted = assessment.findings["instrument_id"].map(assessment.pack.adoptions)
    by = adopted.map(lambda entry: entry.adopted_by, na_action="ignore")
    since = adopted.map(lambda entry: entry.adopted_on.isoformat(), na_action="ignore")
    return assessment.findings.assign(adopted_by=by, adopted_on=since)
