"""What a map shows: frames and sentences that a step has gathered, checked once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

import pandas as pd
from geopandas import GeoDataFrame
from pandas import DataFrame

from geo.errors import CRSMismatchError, SchemaError
from geo.maps.chips import Chip
from geo.model import CHANGE_COLUMNS, FINDING_COLUMNS, OBSERVATION_COLUMNS

LANGUAGES = ("zh", "en")
"""Languages of a page; the first is shown first."""

OUTCOMES = ("met", "undetermined", "not_met")
"""Outcomes of a finding, what needs a person first."""

NO_FINDING = "none"
"""Stands for the outcome of a parcel that no rule said anything about."""

CLOCK_COLUMNS = ("parcel_id", "clock", "due_on", "state", "label_zh", "label_en")
"""A deadline of a parcel and what it is called; ``state``: one of ``CLOCK_STATES``."""

CLOCK_STATES = ("not_started", "running", "warning", "overdue", "passed", "met", "suspended", "unknown")
"""How a clock stands."""

MONTH_COLUMNS = ("parcel_id", "month", "built_fraction", "built_fraction_low", "built_fraction_high")
"""Built fraction [1] of a parcel in a month such as 2026-10, out of all its scenes."""

PAGE_TEXTS = (
    *("map.", "outcome.", "fact.", "source.", "law.label_", "law.standing_", "law.modality_", "law.truth_"),
    *("law.as_of", "law.year", "law.month", "law.day"),
)
"""How the codes begin of the sentences that a page takes along."""


@dataclass(frozen=True, slots=True)
class InstrumentNote:
    """What a card says of a legal instrument.

    Attributes
    ----------
    title
        Title by language.
    adopted_by, adopted_on
        Who decided to apply a draft or lapsed text, and when; empty where nobody did.
    """

    title: Mapping[str, str]
    adopted_by: str = ""
    adopted_on: date | None = None


class ConditionNote(NamedTuple):
    """One comparison as the rule writes it: the fact, the operator, the limit, the fact in its place, the period."""

    fact: str
    op: str
    limit: str
    other: str | None
    plus: str | None


@dataclass(frozen=True, slots=True)
class RulePart:
    """Conditions that must all hold: a rule's own, or those of an exception to it.

    Attributes
    ----------
    exception
        ``rule_id`` of the exception; empty for the rule's own conditions.
    summary
        What the exception says in short, by language.
    """

    conditions: tuple[ConditionNote, ...]
    exception: str = ""
    article: str = ""
    summary: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Overlay:
    """A layer over the parcels: patrol routes, what two rule packs say differently.

    Attributes
    ----------
    title
        What the legend calls it, by language.
    frame
        Lines or polygons in longitude and latitude [degrees]; ``name`` where they have one.
    colour
        As ``#rrggbb``.
    is_on
        Whether it is drawn before anybody asks for it.
    """

    title: Mapping[str, str]
    frame: GeoDataFrame
    colour: str = "#6d28d9"
    is_on: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class MapContent:
    """Everything the triage map shows, of one revision of one month.

    Attributes
    ----------
    month, revision, as_of
        Which scan, and the day on which the law was asked.
    data_through
        Day of the latest scene; None where there is none.
    parcels
        Longitude and latitude [degrees]; columns ``parcel_id`` (unique) and ``geometry``, and where known
        ``enterprise``, ``town``, ``contract_number``, ``area_m2``. A parcel without a geometry is listed and says
        so.
    findings
        ``FINDING_COLUMNS``, and where known: what each rule says in short as ``summary_zh`` and ``summary_en``; how
        each of its conditions came out as ``truths`` (one letter a condition, in the order of ``rules``: y, n or ?, a
        capital where it stands exactly on the limit), ``limits`` (what the limits that are facts came to, divided by
        bars) and ``settles`` (facts each of which alone would decide, divided by spaces).
    texts
        All sentences by language and code, as ``geo.locale.sentences`` gives them; the page takes ``PAGE_TEXTS``.
    instruments
        Notes by ``instrument_id``: every instrument of a finding must have one.
    fact_values, fact_sources
        Fact and source frame, indexed by ``parcel_id``.
    footprints
        Longitude and latitude [degrees], ``storey_count`` where known.
    observations
        ``OBSERVATION_COLUMNS``; only the built fraction and its bounds are drawn.
    changes
        ``CHANGE_COLUMNS``; only the latest pair of scenes is shown, as a ranking of its parcels.
    label_order
        Labels, the weightiest first; others follow by name.
    rules
        What each rule asks, by ``rule_id``: its own conditions first, then those of its exceptions.
    clocks
        ``CLOCK_COLUMNS``, and ``starts_on`` and ``article`` where known.
    months
        ``MONTH_COLUMNS``: drawn behind what the single scenes say.
    chips
        Image chips by ``parcel_id``, earliest first.
    chip_bytes
        How much of the page chips may take [bytes]; parcels further down the list go without.
    evidence
        Where the evidence file of a parcel lies, by ``parcel_id``: a path beside the page.
    overlays
        Further layers, drawn above the parcels.
    """

    month: str
    revision: int
    as_of: date
    data_through: date | None
    parcels: GeoDataFrame
    findings: DataFrame
    texts: Mapping[str, Mapping[str, str]]
    instruments: Mapping[str, InstrumentNote] = field(default_factory=dict)
    fact_values: DataFrame | None = None
    fact_sources: DataFrame | None = None
    footprints: GeoDataFrame | None = None
    observations: DataFrame | None = None
    changes: DataFrame | None = None
    label_order: Sequence[str] = ()
    rules: Mapping[str, tuple[RulePart, ...]] = field(default_factory=dict)
    clocks: DataFrame | None = None
    months: DataFrame | None = None
    chips: Mapping[str, Sequence[Chip]] = field(default_factory=dict)
    chip_bytes: int = 2_000_000
    evidence: Mapping[str, str] = field(default_factory=dict)
    overlays: Sequence[Overlay] = ()


def check_content(content: MapContent) -> None:
    """Refuse what cannot be shown truthfully.

    Raises
    ------
    SchemaError
        A column is missing, a parcel stands twice, or a finding's parcel or instrument is not described.
    CRSMismatchError
        Geometries are not longitude and latitude.
    """
    _check_columns(content.parcels, "parcels", ("parcel_id", "geometry"))
    _check_columns(content.findings, "findings", FINDING_COLUMNS)
    if content.observations is not None:
        _check_columns(content.observations, "observations", OBSERVATION_COLUMNS)
    if content.changes is not None:
        _check_columns(content.changes, "changes", CHANGE_COLUMNS)
    if content.clocks is not None:
        _check_columns(content.clocks, "clocks", CLOCK_COLUMNS)
    if content.months is not None:
        _check_columns(content.months, "months", MONTH_COLUMNS)
    layers = [("parcels", content.parcels), ("footprints", content.footprints)]
    for layer, frame in (*layers, *(("overlays", overlay.frame) for overlay in content.overlays)):
        if frame is not None and (frame.crs is None or not frame.crs.is_geographic):
            raise CRSMismatchError("map.not_lon_lat", layer=layer, crs=str(frame.crs))
    twice = content.parcels["parcel_id"][content.parcels["parcel_id"].duplicated()]
    if len(twice):
        raise SchemaError("map.parcel_twice", parcel=twice.iloc[0])
    _check_known(content.findings["parcel_id"], content.parcels["parcel_id"], "map.finding_without_parcel")
    _check_known(content.findings["instrument_id"], list(content.instruments), "map.finding_without_instrument")
    _check_known(content.findings["outcome"], OUTCOMES, "map.unknown_outcome")


def _check_columns(frame: DataFrame, layer: str, columns: Sequence[str]) -> None:
    """Refuse a frame that lacks a column."""
    for column in columns:
        if column not in frame.columns:
            raise SchemaError("map.no_column", layer=layer, column=column)


def _check_known(values: pd.Series, known: Sequence[str] | pd.Series, code: str) -> None:
    """Refuse a value that is not among the known ones."""
    strangers = values[~values.isin(list(known))]
    if len(strangers):
        raise SchemaError(code, value=strangers.iloc[0])
