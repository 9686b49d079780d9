"""Every real edge case, offered to the reader that matches it."""

import importlib.util
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import pyogrio
import pytest

from geo.errors import GeoError
from geo.ingest.footprints import read_footprints
from geo.ingest.layers import DRIVERS, quiet
from geo.ingest.report import count_rows

CHECKOUT = Path(__file__).resolve().parents[2]
SECONDS = 60


@pytest.fixture(scope="module")
def offering() -> ModuleType:
    """Load the command that prints the table."""
    spec = importlib.util.spec_from_file_location("offer_edgecases", CHECKOUT / "tools" / "offer_edgecases.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclass looks itself up there
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def outcomes(shared_data: Path, offering: ModuleType) -> dict[str, list]:
    return {name: list(offering.offer_folder(shared_data / name, seconds=SECONDS)) for name in ("edgecases", "parcels")}


@pytest.mark.shared_data
def test_each_file_has_one_outcome_and_none_crashes_or_hangs(shared_data: Path, outcomes, offering) -> None:
    for name, found in outcomes.items():
        files = [path for path in (shared_data / name).rglob("*") if path.is_file()]
        assert sorted(outcome.path for outcome in found) == sorted(files)
        assert [outcome for outcome in found if outcome.outcome == "crashed"] == []
        assert {outcome.outcome for outcome in found} <= set(offering.OUTCOMES)
    assert len(outcomes["edgecases"]) > 380
    counts = Counter(outcome.outcome for outcome in outcomes["edgecases"])
    assert min(counts[name] for name in offering.OUTCOMES if name != "crashed") > 0


@pytest.mark.shared_data
def test_the_rows_read_are_those_the_driver_counts(outcomes) -> None:
    counted = 0
    for outcome in outcomes["edgecases"] + outcomes["parcels"]:
        if not outcome.rows or outcome.path.suffix.lower() not in DRIVERS:
            continue
        source = f"GeoJSON:{outcome.path}" if outcome.path.suffix in (".json", ".geojson") else str(outcome.path)
        with quiet():
            try:
                layers = [name for name, kind in pyogrio.list_layers(source) if kind]
                about = pyogrio.read_info(source, layer=layers[0], force_feature_count=True)
            except pyogrio.errors.DataSourceError:
                continue  # only the other reader opens it
        assert outcome.rows["read"] == about["features"], outcome.path
        assert sum(outcome.rows[name] for name in ("taken", "mended", "refused")) == outcome.rows["read"]
        counted += 1
    assert counted > 60


@pytest.mark.shared_data
def test_a_refusal_names_the_file_and_the_cause(outcomes) -> None:
    refused = [outcome for found in outcomes.values() for outcome in found if outcome.outcome == "refused"]
    assert len(refused) > 150
    for outcome in refused:
        assert outcome.path.name in outcome.reason
        assert "\n" not in outcome.reason


@pytest.mark.shared_data
def test_the_totals_stand_in_the_guide(outcomes, offering) -> None:
    guide = (CHECKOUT / "docs" / "intake.md").read_text("utf-8")
    for found in outcomes.values():
        assert offering.totals(found) in guide


@pytest.mark.shared_data
def test_footprints_are_taken_or_refused_in_the_same_way(shared_data: Path, said, sentence) -> None:
    files = sorted((shared_data / "edgecases").rglob("*"))
    offered = [path for path in files if path.suffix in (".gpkg", ".shp", ".geojson", ".json", ".parquet")]
    read = refused = read_files = 0
    for path in offered:
        try:
            intake = read_footprints(path)
        except GeoError as error:
            refused += path.name in sentence(error)
            continue
        said(intake)
        read_files += 1
        rows = [*intake.taken["row"], *intake.refused["row"]]
        assert sorted(rows) == list(range(1, len(rows) + 1))
        assert intake.taken.geometry.is_valid.all()
        read += count_rows(intake)["read"]
    assert read > 500
    assert refused > 30
    assert read_files + refused == len(offered)


def test_what_gets_through_is_shown_as_a_crash(tmp_path: Path, offering, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(_: Path) -> None:
        raise ZeroDivisionError("x")

    (tmp_path / "a.gpkg").write_bytes(b"x")
    monkeypatch.setattr(offering, "read_parcels", crash)
    [outcome] = offering.offer_folder(tmp_path)
    assert (outcome.outcome, outcome.reason) == ("crashed", "ZeroDivisionError: x")
    assert "| crashed | 1 | 0 | 0 | 0 | 1 |" in offering.totals([outcome])


def test_what_takes_too_long_is_shown_as_a_crash(tmp_path: Path, offering, monkeypatch: pytest.MonkeyPatch) -> None:
    def hang(_: Path) -> None:
        while True:
            pass

    (tmp_path / "a.gpkg").write_bytes(b"x")
    monkeypatch.setattr(offering, "read_parcels", hang)
    [outcome] = offering.offer_folder(tmp_path, seconds=0.05)
    assert outcome.outcome == "crashed"
    assert outcome.reason.startswith("TimeoutError")
