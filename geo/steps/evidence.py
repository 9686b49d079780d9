"""The evidence of parcels on a day: page, printed pack, check sheet, chain of hashes; and the atlas of a town."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path

import geopandas as gpd
import pandas as pd
from sqlalchemy import Connection, Engine

from geo.documents.atlas import atlas
from geo.documents.bundle import manifest
from geo.documents.check_sheet import check_sheet
from geo.documents.dossier import Dossier, Link, Picture
from geo.documents.evidence import evidence_book
from geo.documents.evidence_page import evidence_page
from geo.documents.plain import file_name
from geo.errors import SchemaError
from geo.ingest.crs import to_store
from geo.locale import Language, say
from geo.maps.chips import Chip, jpeg
from geo.maps.listing import in_list_order, overall_outcomes
from geo.model import Scene
from geo.settings import Settings
from geo.steps.assess import Assessment, assess_day, end_of
from geo.steps.chips import FINE_M, chips_of
from geo.steps.evidence_words import (
    clock_rows,
    fact_rows,
    look_rows,
    marks_of,
    percent,
    sensor_of,
    series_of,
    statements,
    words_of,
)
from geo.steps.explain import reasons
from geo.steps.map import dated_clocks, map_content
from geo.steps.observe import CHANGE_METHOD, METHOD
from geo.steps.patrol_files import navigation_links
from geo.steps.site import about, site_of, text_of
from geo.store import open_store, read_history, read_intakes, read_scene_hashes, read_scenes

SQUARE = 0.05
"""Sides of a pixel that differ by less are said as one [m]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What evidence is asked for.

    Attributes
    ----------
    as_of, known_at
        The day of the act, and up to when the store counts [UTC].
    has_fine
        Whether images of fine resolution are shown.
    has_links
        Whether navigation links are put in: whoever follows one tells the maker of a map where he is going.
    """

    as_of: date
    known_at: datetime
    language: Language
    has_fine: bool = False
    has_links: bool = False


def write_evidence(settings: Settings, parcel_ids: Sequence[str], asked: Asked, out: Path) -> list[Path]:
    """Write page, pack, check sheet and hashes of parcels into a folder, each named after its parcel.

    Raises
    ------
    SchemaError
        The store holds no such parcel.
    """
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for dossier in dossiers_of(open_store(settings.store), settings, parcel_ids, asked):
        name = file_name(dossier.parcel_id)
        contents = {
            f"{name}.html": evidence_page(dossier).encode(),
            f"{name}.pdf": evidence_book(dossier),
            f"{name}_check.pdf": check_sheet(dossier),
        }
        chain = [[link.kind, link.name, link.sha256] for link in dossier.chain]
        about = {"parcel_id": dossier.parcel_id, "as_of": dossier.as_of, "chain": chain, "digest": dossier.digest}
        for file, content in {**contents, f"{name}.json": manifest(contents, about)}.items():
            (out / file).write_bytes(content)
            written.append(out / file)
    return written


def write_atlas(settings: Settings, town: str, asked: Asked, path: Path) -> int:
    """Write the atlas of a town: every parcel of it, what needs a person first; return how many there are.

    Raises
    ------
    SchemaError
        No parcel lies in such a town; those that there are are named.
    """
    engine = open_store(settings.store)
    assessment = assess_day(engine, settings, as_of=asked.as_of, known_at=asked.known_at)
    parcels = in_list_order(map_content(assessment, month="", revision=0))
    inside = parcels[parcels["town"] == town]
    if inside.empty:
        towns = sorted(set(parcels["town"].dropna()))
        raise SchemaError("evidence.unknown_town", town=town, towns=", ".join(towns) or "-")
    made = _dossiers(engine, assessment, list(inside["parcel_id"]), asked)
    title = say("evidence.atlas_title", asked.language, town=town, as_of=asked.as_of.isoformat())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(atlas(made, title, words_of(asked.language)))
    return len(made)


def dossiers_of(engine: Engine, settings: Settings, parcel_ids: Sequence[str], asked: Asked) -> list[Dossier]:
    """Gather what is known of parcels on a day.

    Raises
    ------
    SchemaError
        The store holds no such parcel.
    """
    assessment = assess_day(engine, settings, as_of=asked.as_of, known_at=asked.known_at)
    return _dossiers(engine, assessment, parcel_ids, asked)


def _dossiers(engine: Engine, assessment: Assessment, parcel_ids: Sequence[str], asked: Asked) -> list[Dossier]:
    with engine.connect() as conn:
        scenes = read_scenes(conn, until=end_of(asked.as_of), known_at=asked.known_at)
        hashes = read_scene_hashes(conn, known_at=asked.known_at)
        gathered = _Gathered(conn, assessment, asked, scenes, hashes, dated_clocks(assessment))
        return [gathered.dossier(parcel_id) for parcel_id in parcel_ids]


@dataclass(slots=True)
class _Gathered:
    """What all dossiers of one day are made from."""

    conn: Connection
    assessment: Assessment
    asked: Asked
    scenes: list[Scene]
    hashes: Mapping[str, str]
    clocks: pd.DataFrame

    def dossier(self, parcel_id: str) -> Dossier:
        assessment, language = self.assessment, self.asked.language
        evidence = assessment.evidence
        proofs, _ = reasons(assessment, parcel_id, language)
        found = assessment.findings[assessment.findings["parcel_id"] == parcel_id]
        parcel = evidence.parcels[evidence.parcels["parcel_id"] == parcel_id]
        row = parcel.iloc[0]
        seen = evidence.observations[evidence.observations["parcel_id"] == parcel_id]
        outcome = str(overall_outcomes(assessment.findings).get(parcel_id, ""))
        site, pictures = site_of(parcel, evidence.parcels, evidence.footprints, language), self._pictures(parcel, seen)
        chain = self._chain(parcel_id, seen)
        values, sources = assessment.facts.loc[[parcel_id]].iloc[0], assessment.fact_sources.loc[[parcel_id]].iloc[0]
        inside = to_store(parcel).geometry.iloc[0]
        has_place = self.asked.has_links and site.outline is not None
        point = inside.representative_point() if has_place else None
        return Dossier(
            parcel_id=parcel_id,
            name=text_of(row["enterprise"]) or parcel_id,
            town=text_of(row["town"]),
            as_of=self.asked.as_of.isoformat(),
            outcome=outcome,
            outcome_text=say(f"outcome.{outcome}" if outcome else "map.not_assessed", language),
            about=about(parcel, self.asked.as_of, language),
            site=site,
            pictures=pictures,
            pictures_note=self._pictures_note(pictures),
            findings=statements(proofs, set(found["rule_id"]), language),
            findings_note=self._not_asked(),
            clocks=clock_rows(self.clocks[self.clocks["parcel_id"] == parcel_id], language),
            series=series_of(seen),
            marks=marks_of(values, language),
            facts=fact_rows(values, sources, language),
            looks=look_rows(seen, {scene.scene_id: scene for scene in self.scenes}, language),
            chain=tuple(Link(say(f"evidence.kind_{link.kind}", language), link.name, link.sha256) for link in chain),
            digest=digest_of(chain),
            links=navigation_links(parcel_id, point.x, point.y) if point is not None else {},
            words=words_of(language),
        )

    def _pictures(self, parcel: gpd.GeoDataFrame, seen: pd.DataFrame) -> tuple[Picture, ...]:
        language, by_id = self.asked.language, {scene.scene_id: scene for scene in self.scenes}
        parcel_id = parcel["parcel_id"].iloc[0]
        chips = chips_of(parcel, self.scenes, seen, most=1, has_fine=self.asked.has_fine).get(parcel_id, [])
        clear = dict(zip(seen["scene_id"], seen["clear_fraction"], strict=True))
        return tuple(_picture(chip, by_id[chip.scene_id], clear[chip.scene_id], language) for chip in chips)

    def _not_asked(self) -> str:
        """Say which rules nobody could ask, because no register supplies what they need."""
        lacking = self.assessment.lacking
        rules = " ".join(sorted(lacking))
        return say("evidence.not_asked", self.asked.language, count=len(lacking), rules=rules) if lacking else ""

    def _pictures_note(self, pictures: Sequence[Picture]) -> str:
        code = "pictures_note" if pictures else "no_pictures"
        return say(f"evidence.{code}", self.asked.language, metres=f"{FINE_M:g}")

    def _chain(self, parcel_id: str, seen: pd.DataFrame) -> list[Link]:
        """List every input: files of the parcel, scenes, facts, law, program."""
        assessment = self.assessment
        history = read_history(self.conn, parcel_id, known_at=self.asked.known_at)
        files = read_intakes(self.conn, known_at=self.asked.known_at)
        footprints = files[files["kind"] == "footprints"]
        links = [
            Link(kind, one["file"], one["sha256"])
            for kind, frame in (("parcels", history.versions), ("ledger", history.ledger), ("footprints", footprints))
            for one in frame[["file", "sha256"]].drop_duplicates().to_dict("records")
        ]
        links += [Link("scene", name, self.hashes.get(name, "")) for name in seen["scene_id"]]
        facts = assessment.facts.loc[[parcel_id]].join(assessment.fact_sources.loc[[parcel_id]].add_suffix("_source"))
        found = assessment.findings[assessment.findings["parcel_id"] == parcel_id]
        links += [Link("snapshot", parcel_id, _frame_hash(facts)), Link("findings", parcel_id, _frame_hash(found))]
        links += [Link("instrument", name, sha) for name, sha in sorted(assessment.pack.hashes.items())]
        return [*links, Link("program", f"parcelwatch {version('parcelwatch')}; {METHOD}; {CHANGE_METHOD}", "")]


def digest_of(chain: Sequence[Link]) -> str:
    """Return one hash over all inputs, each hashed together with the hash of those before it.

    Examples
    --------
    >>> digest_of([Link("scene", "A", "00")]) == digest_of([Link("scene", "A", "01")])
    False
    """
    digest = ""
    for link in chain:
        line = json.dumps([digest, link.kind, link.name, link.sha256], ensure_ascii=False)
        digest = hashlib.sha256(line.encode()).hexdigest()
    return digest


def _frame_hash(frame: pd.DataFrame) -> str:
    """Hash of a frame's cells as text, whatever the order of its columns."""
    text = frame[sorted(frame.columns)].to_csv(index=True, float_format="%.9g", lineterminator="\n")
    return hashlib.sha256(text.encode()).hexdigest()


def _picture(chip: Chip, scene: Scene, clear: float, language: Language) -> Picture:
    rows, columns, _ = chip.pixels.shape
    wide, high = chip.metres
    pixel = f"{wide:.3g}" if abs(wide - high) < SQUARE else f"{wide:.3g} x {high:.3g}"
    lines = (
        sensor_of(scene, language),
        say("evidence.clear", language, share=percent(clear))
        + say("map.list_comma", language)
        + say("evidence.pixel", language, metres=pixel),
        scene.scene_id,
    )
    return Picture(jpeg(chip.pixels), (columns, rows), chip.metres, chip.outline, chip.acquired_on.isoformat(), lines)
