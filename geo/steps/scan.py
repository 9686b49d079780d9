"""A month's scan: observe, compute, assess, draw, in one go that can be stopped and gone on with."""

import hashlib
import shutil
from calendar import monthrange
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

import pandas as pd
from sqlalchemy import Connection, Engine

from geo.errors import SchemaError
from geo.law.options import suggestion_table
from geo.settings import Settings
from geo.steps.assess import Assessment, end_of, findings_table, gather, judge
from geo.steps.clocks import Clocks, clocks_of, holidays_through, write_clocks
from geo.steps.explain import suggestions_of
from geo.steps.export import write_json, write_table
from geo.steps.local import local_json, local_of
from geo.steps.map import known_scenes, write_map
from geo.steps.monthly import METHOD as MONTHLY_METHOD
from geo.steps.observe import CHANGE_METHOD, METHOD, Observed, Progress, observe_store, quietly
from geo.steps.quarantine import read_quarantine
from geo.steps.rules import Pack, read_pack
from geo.steps.summary import counts, summarise
from geo.store import (
    Scan,
    add_indicators,
    begin_scan,
    finish_scan,
    read_intakes,
    write_findings,
    write_snapshot,
)

RUN_SCHEMA = 1
"""Version of the form of ``run.json``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanResult:
    """What a scan left.

    Attributes
    ----------
    folder
        Where map, findings, summary, ``run.json`` and ``timings.json`` are.
    summary
        What is printed.
    """

    scan: Scan
    folder: Path
    summary: str
    assessment: Assessment


@dataclass(slots=True)
class Stopwatch:
    """How long each part took [s]; kept apart from everything that must be equal from run to run."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def timing(self, part: str) -> Iterator[None]:
        """Time one part."""
        begun = perf_counter()
        yield
        self.seconds[part] = round(perf_counter() - begun, 3)


def last_day(month: str) -> date:
    """Return the last day of a month.

    Raises
    ------
    SchemaError
        It is not a month such as ``2026-10``.

    Examples
    --------
    >>> last_day("2024-02")
    datetime.date(2024, 2, 29)
    """
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError as error:
        raise SchemaError("scan.not_a_month", value=month) from error
    return first.replace(day=monthrange(first.year, first.month)[1])


def scan(
    engine: Engine, settings: Settings, month: str, *, known_at: datetime, progress: Progress = quietly
) -> ScanResult:
    """Run a month's scan, or go on with the one that was stopped.

    Every scene's observations are kept as soon as they are made; facts and findings are written in one transaction;
    the folder of results, ``MONTH/revision-N`` in ``settings.out``, takes its name when all of it is there.

    Parameters
    ----------
    known_at
        What the store was told up to now counts [UTC]; a scan that is gone on with keeps its own.

    Raises
    ------
    InputError
        The month is none, or the store holds no parcel.
    """
    as_of = last_day(month)
    pack = read_pack(settings, as_of=as_of)
    watch = Stopwatch()
    with engine.begin() as conn:
        begun = begin_scan(conn, month, as_of=as_of, known_at=known_at, inputs=_inputs(settings, pack))
    with watch.timing("observe"):
        observed = observe_store(engine, until=end_of(as_of), as_of=as_of, known_at=begun.known_at, progress=progress)
    with watch.timing("assess"), engine.begin() as conn:
        assessment = judge(gather(conn, as_of=as_of, known_at=begun.known_at), pack)
        _keep(conn, begun, assessment)
    with watch.timing("write"):
        folder, summary = _write(engine, begun, assessment, observed, settings=settings)
    write_json({"schema_version": RUN_SCHEMA, "seconds": watch.seconds}, folder / "timings.json")
    with engine.begin() as conn:
        finish_scan(conn, begun.scan_id, outputs_hash=_hash(folder))
    return ScanResult(scan=begun, folder=folder, summary=summary, assessment=assessment)


def _inputs(settings: Settings, pack: Pack) -> dict[str, object]:
    """Everything beside the store that the result depends on."""
    return {
        "parcelwatch": version("parcelwatch"),
        "methods": {"observe": METHOD, "change": CHANGE_METHOD, "monthly": MONTHLY_METHOD},
        "instruments": pack.hashes,
        "adopted": {name: [entry.adopted_by, entry.adopted_on.isoformat()] for name, entry in pack.adoptions.items()},
        "holidays_through": holidays_through().isoformat(),
        "lang": settings.lang,
    }


def _keep(conn: Connection, begun: Scan, assessment: Assessment) -> None:
    versions = assessment.evidence.parcels.set_index("parcel_id")["parcel_version"]
    indicators = assessment.evidence.indicators
    add_indicators(conn, begun.scan_id, indicators.assign(parcel_version=indicators["parcel_id"].map(versions)))
    write_snapshot(conn, begun.scan_id, assessment.facts, assessment.fact_sources)
    write_findings(conn, begun.scan_id, assessment.findings)


def _write(
    engine: Engine, begun: Scan, assessment: Assessment, observed: Observed, *, settings: Settings
) -> tuple[Path, str]:
    """Write all results beside their place, then move them there."""
    folder = Path(settings.out) / begun.month / f"revision-{begun.revision}"
    fresh = folder.with_name(f".revision-{begun.revision}.part")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    with engine.connect() as conn:
        intakes = read_intakes(conn, known_at=begun.known_at)
    refused = read_quarantine(engine, settings.lang, known_at=begun.known_at)
    clocks = clocks_of(assessment)
    run = _run(begun, assessment, observed, intakes=intakes, refused=refused, clocks=clocks)
    summary = summarise(run, assessment, language=settings.lang)
    scenes = known_scenes(engine, begun)
    write_map(assessment, month=begun.month, revision=begun.revision, scenes=scenes, path=fresh / "map.html")
    write_table(findings_table(assessment), fresh / "findings.csv")
    write_table(suggestion_table(suggestions_of(assessment)), fresh / "options.csv")
    write_clocks(clocks.rows, clocks, fresh / "clocks.csv", as_of=begun.as_of, language=settings.lang)
    write_table(_facts(assessment), fresh / "facts.csv")
    write_table(assessment.evidence.indicators, fresh / "indicators.csv")
    write_table(assessment.evidence.footprint_notes, fresh / "footprint_notes.csv")
    write_table(assessment.evidence.changes.drop(columns="parcel_version"), fresh / "changes.csv")
    write_table(refused.drop(columns="intake_id"), fresh / "quarantine.csv")
    (fresh / "summary.txt").write_text(summary + "\n", "utf-8")
    write_json(run, fresh / "run.json")
    if folder.exists():
        shutil.rmtree(folder)
    fresh.replace(folder)
    return folder, summary


def _facts(assessment: Assessment) -> pd.DataFrame:
    """Facts and where each comes from, side by side."""
    named = assessment.fact_sources.add_suffix("_source")
    return pd.concat([assessment.facts, named], axis="columns").reset_index()


def _run(  # noqa: PLR0913 - everything that a run leaves
    begun: Scan,
    assessment: Assessment,
    observed: Observed,
    *,
    intakes: pd.DataFrame,
    refused: pd.DataFrame,
    clocks: Clocks,
) -> dict[str, object]:
    """Return what was put in, what came out, and by what."""
    files = intakes.drop_duplicates(["kind", "file", "layer"], keep="last")
    refusals = files["intake_id"].map(refused.groupby("intake_id").size()).fillna(0).astype(int)
    inputs = files[["kind", "file", "layer", "sha256", "taken"]].astype(object).where(files.notna(), None)
    return {
        "schema_version": RUN_SCHEMA,
        "month": begun.month,
        "revision": begun.revision,
        "as_of": begun.as_of.isoformat(),
        "seed": observed.seed,
        "made_by": dict(begun.inputs),
        "inputs": inputs.assign(refused=refusals).to_dict("records"),
        "complete_through": {field: day.isoformat() for field, day in assessment.evidence.complete_through.items()},
        "scenes": {"used": observed.used, "refused": observed.refused},
        "counts": counts(assessment),
        "local": local_json(local_of(assessment.evidence.monthly, begun.month)),
        "clocks": clocks.rows["state"].value_counts().sort_index().to_dict(),
        "clocks_not_run": {clock: list(facts) for clock, facts in clocks.lacking.items()},
        "not_asked": {rule: list(facts) for rule, facts in assessment.lacking.items()},
    }


def _hash(folder: Path) -> str:
    """Hash of all results but the timings."""
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        if path.name != "timings.json":
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
