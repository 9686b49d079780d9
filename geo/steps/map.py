"""The map of a month: what a scan left in the store, or an assessment at hand, as one page that needs no internet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import quote

import pandas as pd
from sqlalchemy import Engine

from geo.documents.plain import file_name
from geo.errors import SchemaError
from geo.ingest.crs import to_store
from geo.law.answerable import answerable
from geo.law.evaluate import RuleAnswer
from geo.law.rule import Condition
from geo.law.trace import trace
from geo.locale import sentences
from geo.maps.basemap import Basemap
from geo.maps.content import LANGUAGES, MONTH_COLUMNS, ConditionNote, InstrumentNote, MapContent, RulePart
from geo.maps.listing import in_list_order
from geo.maps.offline import write_offline
from geo.maps.viewer import triage_map
from geo.model import Scene
from geo.settings import Settings, basemap_key
from geo.steps.assess import Assessment, Law, end_of, gather
from geo.steps.chips import chips_of
from geo.steps.clocks import clock_cards, clocks_of
from geo.steps.map_layers import LayerFiles, with_layers
from geo.steps.rules import Pack, read_pack
from geo.store import Scan, read_findings, read_indicators, read_scan, read_scenes, read_snapshot

LABEL_ORDER = (
    "suspected_idle",
    "suspected_low_efficiency",
    "built_without_permit",
    "use_changed",
    "unlawful_transfer",
    "overdue_completion",
    "late_start",
    "late_completion",
    "late_attainment",
    "termination_condition",
    "below_contract_terms",
    "extension_after_idle",
)
"""What a bureau wants to see first."""

CHIP_BYTES = 2_000_000
"""How much of a map chips may take [bytes]."""
OFFICE_MAP = "map_office.html"
"""Name of a page that has online maps, and perhaps their key."""
EVIDENCE = "evidence"
"""Folder beside a map in which the evidence of its parcels is looked for."""
SMALLEST_CHIP = 2_000
"""A chip takes at least about so much [bytes]: no more are read than could be shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """What a map takes beside the scan.

    Attributes
    ----------
    layers
        What other commands wrote.
    has_fine
        Whether chips of fine resolution are shown.
    basemaps
        Online maps below it; with any, the page is one for the office.
    """

    layers: LayerFiles = field(default_factory=LayerFiles)
    has_fine: bool = False
    basemaps: Sequence[Basemap] = ()


def map_month(  # noqa: PLR0913 - which scan of which store, and what is drawn beside it where
    engine: Engine, settings: Settings, month: str, *, revision: int | None, out: Path, drawn: Drawn | None = None
) -> Path:
    """Draw the map of a month again from what its scan left in the store.

    Parameters
    ----------
    revision
        Which run of the month; None takes the last one that is done.
    drawn
        What the map takes beside the scan; None for nothing.

    Returns
    -------
    Path
        The page, in the same place as the scan's; one for the office has a name of its own.

    Raises
    ------
    StoreError
        There is no such scan.
    """
    scan, assessment = read_back(engine, settings, month, revision)
    name = OFFICE_MAP if drawn and drawn.basemaps else "map.html"
    path = out / month / f"revision-{scan.revision}" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    scenes = known_scenes(engine, scan)
    write_map(assessment, month=month, revision=scan.revision, scenes=scenes, path=path, drawn=drawn)
    return path


def known_scenes(engine: Engine, scan: Scan) -> list[Scene]:
    """Return the scenes that a scan could use."""
    with engine.connect() as conn:
        return read_scenes(conn, until=end_of(scan.as_of), known_at=scan.known_at)


def read_back(engine: Engine, settings: Settings, month: str, revision: int | None) -> tuple[Scan, Assessment]:
    """Read what a scan found, and what it found it in."""
    with engine.connect() as conn:
        scan = read_scan(conn, month, revision)
        facts, fact_sources = read_snapshot(conn, scan.scan_id)
        findings = read_findings(conn, scan.scan_id)
        kept = read_indicators(conn, scan.scan_id)
        evidence = gather(conn, as_of=scan.as_of, known_at=scan.known_at, indicators=kept)
    pack = read_pack(settings, as_of=scan.as_of)
    return scan, Assessment(evidence=evidence, facts=facts, fact_sources=fact_sources, findings=findings, pack=pack)


def write_map(  # noqa: PLR0913 - what is shown, under which name, where, and what beside it
    assessment: Assessment,
    *,
    month: str,
    revision: int,
    path: Path,
    scenes: Sequence[Scene] = (),
    drawn: Drawn | None = None,
) -> None:
    """Write the triage map of an assessment, with chips out of scenes."""
    drawn = drawn or Drawn()
    content = with_layers(map_content(assessment, month=month, revision=revision), drawn.layers)
    content = with_chips(content, assessment, scenes, has_fine=drawn.has_fine)
    content = replace(content, evidence=evidence_beside(path, content.parcels["parcel_id"]))
    write_offline(triage_map(content, basemaps=drawn.basemaps), path, for_office=bool(drawn.basemaps))


def basemaps_of(settings: Settings) -> list[Basemap]:
    """Return the online maps of a bureau, their key filled in.

    Raises
    ------
    SchemaError
        None is set, or one needs a key and the environment has none.
    """
    if not settings.basemap:
        raise SchemaError("map.no_basemap")
    key = basemap_key()
    for one in settings.basemap:
        if "{key}" in one.url and not key:
            raise SchemaError("map.no_basemap_key", name=one.name)
    return [
        Basemap(one.name, one.url.replace("{key}", quote(key, safe="")), one.attribution, one.subdomains, one.max_zoom)
        for one in settings.basemap
    ]


def evidence_beside(path: Path, parcel_ids: Iterable[str]) -> dict[str, str]:
    """Find the evidence of parcels in the folder ``evidence`` beside a page, as links by ``parcel_id``."""
    there = {file.name for file in (path.parent / EVIDENCE).glob("*.html")}
    named = {parcel_id: f"{file_name(parcel_id)}.html" for parcel_id in parcel_ids}
    return {parcel_id: f"{EVIDENCE}/{quote(name)}" for parcel_id, name in named.items() if name in there}


def map_content(assessment: Assessment, *, month: str, revision: int) -> MapContent:
    """Gather what the map of an assessment shows, without chips."""
    evidence = assessment.evidence
    observed = evidence.observations
    law: Law = {"as_of": evidence.as_of, "adoptions": assessment.pack.adoptions, "asked": assessment.asked}
    instruments, _ = answerable(assessment.pack.instruments, assessment.facts, **law)
    traces = trace(instruments, assessment.facts, **law)
    findings = with_summaries(assessment.findings, assessment.pack)
    return MapContent(
        month=month,
        revision=revision,
        as_of=evidence.as_of,
        data_through=None if observed.empty else observed["acquired_at"].max().date(),
        parcels=to_store(evidence.parcels),
        findings=findings.merge(traces.table, on=["parcel_id", "rule_id"], how="left", validate="1:1"),
        texts={language: sentences(language) for language in LANGUAGES},
        instruments=instrument_notes(assessment.pack),
        fact_values=assessment.facts,
        fact_sources=assessment.fact_sources,
        footprints=None if evidence.footprints.empty else to_store(evidence.footprints),
        observations=observed,
        months=evidence.monthly.loc[evidence.monthly["built_fraction"].notna(), list(MONTH_COLUMNS)],
        changes=evidence.changes,
        label_order=LABEL_ORDER,
        rules={rule_id: rule_parts(answer) for rule_id, answer in traces.rules.items()},
        clocks=dated_clocks(assessment),
        chip_bytes=CHIP_BYTES,
    )


def with_chips(
    content: MapContent, assessment: Assessment, scenes: Sequence[Scene], *, has_fine: bool = False
) -> MapContent:
    """Add chips of the parcels that are met or undetermined, as many as the page may hold."""
    wanted = in_list_order(content)
    wanted = wanted[wanted["outcome"].isin(["met", "undetermined"])]
    most = content.chip_bytes // SMALLEST_CHIP
    return replace(
        content, chips=chips_of(wanted, scenes, assessment.evidence.observations, most=most, has_fine=has_fine)
    )


def rule_parts(answer: RuleAnswer) -> tuple[RulePart, ...]:
    """Say what a rule asks, in the order of its trace."""
    own = RulePart(tuple(condition_note(one.condition) for one in answer.conditions))
    exceptions = (
        RulePart(
            tuple(condition_note(one.condition) for one in exception.conditions),
            exception.rule.id,
            exception.rule.article,
            {"zh": exception.rule.summary.zh, "en": exception.rule.summary.en},
        )
        for exception in answer.exceptions
    )
    return (own, *exceptions)


def condition_note(condition: Condition) -> ConditionNote:
    """Write a condition as the map takes it."""
    return ConditionNote(condition.fact, condition.op, condition.text, condition.other, condition.plus)


def dated_clocks(assessment: Assessment) -> pd.DataFrame:
    """Return what cards and papers show of clocks: those that are open and have a last day that is known."""
    cards = clock_cards(clocks_of(assessment))
    return cards[cards["due_on"].notna()].reset_index(drop=True)


def instrument_notes(pack: Pack) -> dict[str, InstrumentNote]:
    """Say of each instrument what a card shows: its title, and who adopted it."""
    return {
        one.id: InstrumentNote({"zh": one.title.zh, "en": one.title.en})
        if (adoption := pack.adoptions.get(one.id)) is None
        else InstrumentNote({"zh": one.title.zh, "en": one.title.en}, adoption.adopted_by, adoption.adopted_on)
        for one in pack.instruments
    }


def with_summaries(findings: pd.DataFrame, pack: Pack) -> pd.DataFrame:
    """Add what each rule says in short, in both languages."""
    summaries = {rule.id: rule.summary for one in pack.instruments for rule in one.rules}
    return findings.assign(
        summary_zh=findings["rule_id"].map({name: text.zh for name, text in summaries.items()}),
        summary_en=findings["rule_id"].map({name: text.en for name, text in summaries.items()}),
    )
