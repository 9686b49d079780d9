"""The sample county on PostGIS: the same scan finds the same."""

import runpy
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest

from geo.settings import Settings
from geo.steps.demo import MONTH, fill_store, sample_file
from geo.steps.scan import ScanResult, scan
from geo.store import open_store, read_findings, read_scan, read_snapshot

private_cluster = runpy.run_path(str(Path(__file__).parents[1] / "store" / "cluster.py"))["private_cluster"]

pytestmark = pytest.mark.xdist_group("sample")


@pytest.fixture(scope="module")
def settings(
    sample_scenes: Path, sample_settings: Settings, known_at: datetime, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    """Settings that lead to a store of the sample county on PostGIS."""
    with private_cluster() as cluster:
        address = cluster.url(cluster.make_database())
        with sample_file("sample_parcels.gpkg") as sample:
            fill_store(sample, sample_scenes, store=address, known_at=known_at)
        yield replace(sample_settings, store=address, out=str(tmp_path_factory.mktemp("postgis")))


@pytest.fixture(scope="module")
def result(settings: Settings, known_at: datetime) -> ScanResult:
    return scan(open_store(settings.store), settings, MONTH, known_at=known_at)


def test_both_stores_give_the_same_findings_facts_and_sources(result: ScanResult, sample_result: ScanResult) -> None:
    ours, others = result.assessment, sample_result.assessment
    assert len(ours.findings) > 100
    pd.testing.assert_frame_equal(ours.findings, others.findings, check_exact=True)
    pd.testing.assert_frame_equal(ours.facts, others.facts, check_exact=True)
    pd.testing.assert_frame_equal(ours.fact_sources, others.fact_sources, check_exact=True)


def test_both_stores_give_the_same_bytes_in_every_result(result: ScanResult, sample_result: ScanResult) -> None:
    names = {path.name for path in sample_result.folder.iterdir()} - {"timings.json"}
    assert {path.name for path in result.folder.iterdir()} - {"timings.json"} == names
    differing = [
        name for name in names if (result.folder / name).read_bytes() != (sample_result.folder / name).read_bytes()
    ]
    assert differing == []


def test_what_was_found_is_kept_in_the_database(settings: Settings, result: ScanResult) -> None:
    with open_store(settings.store).connect() as conn:
        kept = read_scan(conn, MONTH)
        assert kept.revision == result.scan.revision
        pd.testing.assert_frame_equal(read_findings(conn, kept.scan_id), result.assessment.findings, check_dtype=False)
        values, sources = read_snapshot(conn, kept.scan_id)
    pd.testing.assert_frame_equal(values, result.assessment.facts, check_exact=True)
    pd.testing.assert_frame_equal(sources, result.assessment.fact_sources)
