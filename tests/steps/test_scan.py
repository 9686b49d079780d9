"""A month's scan: the same bytes each time, and the same answer after a stop."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from geo.errors import SchemaError
from geo.settings import Settings
from geo.steps.scan import ScanResult, last_day, scan
from geo.store import create_store, open_store, read_findings, read_scan

MONTH = "2026-10"
Stores = Callable[..., Settings]

pytestmark = pytest.mark.xdist_group("sample")


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.name != "timings.json"}


def test_two_scans_from_the_same_inputs_write_the_same_bytes(
    sample_result: ScanResult, sample_store: Stores, known_at: datetime, tmp_path: Path
) -> None:
    later = known_at + timedelta(days=3, minutes=7)  # the time of day of a run is in none of its results
    settings = sample_store(tmp_path / "again", later)
    again = scan(open_store(settings.store), settings, MONTH, known_at=later)
    one, other = files_of(sample_result.folder), files_of(again.folder)
    assert set(one) >= {"map.html", "findings.csv", "run.json", "summary.txt"}
    assert [name for name in one if one[name] != other[name]] == []


def test_a_repetition_is_a_new_revision_with_equal_findings(
    sample_result: ScanResult, sample_settings: Settings, known_at: datetime
) -> None:
    again = scan(open_store(sample_settings.store), sample_settings, MONTH, known_at=known_at + timedelta(hours=1))
    assert again.scan.revision == sample_result.scan.revision + 1
    pd.testing.assert_frame_equal(again.assessment.findings, sample_result.assessment.findings)
    assert (again.folder / "findings.csv").read_bytes() == (sample_result.folder / "findings.csv").read_bytes()


def test_the_counts_of_a_run_add_up(sample_result: ScanResult) -> None:
    run = json.loads((sample_result.folder / "run.json").read_text("utf-8"))
    counts = run["counts"]
    assert counts["parcels"] == 64
    assert sum(counts["parcels_by_outcome"].values()) == counts["parcels"]
    for outcomes in counts["labels"].values():
        assert sum(outcomes.values()) == counts["parcels"]
    assert counts["observations"] == counts["parcels"] * run["scenes"]["used"]
    for entry in run["inputs"]:
        assert len(entry["sha256"]) == 64


def test_a_run_carries_no_time_of_day_and_no_path_of_the_machine(sample_result: ScanResult) -> None:
    for name, content in files_of(sample_result.folder).items():
        assert str(sample_result.folder.parent).encode() not in content, name
        assert b"2026-11-05" not in content, name


def stored_observations(store: Path) -> int:
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True, timeout=10)) as conn:
        return int(conn.execute("select count(*) from observation").fetchone()[0])


def test_a_killed_scan_goes_on_and_finds_the_same(
    sample_result: ScanResult, sample_store: Stores, tmp_path: Path
) -> None:
    settings = sample_store(tmp_path)
    command = [sys.executable, "-m", "geo", "--config", str(tmp_path / "parcelwatch.toml"), "scan", MONTH]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while stored_observations(Path(settings.store)) < 10 * 64:
        assert process.poll() is None, "the scan ended before it could be killed"
        assert time.monotonic() < deadline, "the scan never came as far as to be killed"
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    before = stored_observations(Path(settings.store))
    assert 0 < before < 64 * 49
    assert not (tmp_path / MONTH).exists()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    with open_store(settings.store).connect() as conn:
        finished = read_scan(conn, MONTH)
        findings = read_findings(conn, finished.scan_id)
    assert finished.revision == 1
    pd.testing.assert_frame_equal(findings, sample_result.assessment.findings, check_dtype=False)
    assert files_of(tmp_path / MONTH / "revision-1") == files_of(sample_result.folder)


def test_a_month_ends_on_its_last_day() -> None:
    assert last_day("2026-10") == date(2026, 10, 31)
    assert last_day("2024-02") == date(2024, 2, 29)


@pytest.mark.parametrize("text", ["2026-13", "2026", "October", "2026-1", ""])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(SchemaError) as caught:
        last_day(text)
    assert caught.value.code == "scan.not_a_month"


def test_an_empty_store_cannot_be_scanned(tmp_path: Path, known_at: datetime) -> None:
    store = tmp_path / "empty.gpkg"
    create_store(store)
    with pytest.raises(SchemaError) as caught:
        scan(open_store(store), Settings(out=str(tmp_path)), MONTH, known_at=known_at)
    assert caught.value.code == "scan.no_parcels"
    assert [path.name for path in tmp_path.iterdir()] == ["empty.gpkg"]
