"""Fixtures for every room."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest
from hypothesis import settings as examples

from geo.change_detection import calibration
from geo.change_detection.learning import fit
from geo.change_detection.mixtures import Library
from geo.change_detection.monthly import Learnt
from geo.cli import main
from geo.settings import Settings, read_settings
from geo.steps import built, training
from geo.steps.demo import fill_store, sample_file, write_scenes
from geo.steps.scan import ScanResult, scan
from geo.store import open_store

examples.register_profile("untimed", deadline=None)  # how long a property takes is no property
examples.load_profile("untimed")

collect_ignore = ["office/drive.py"]  # run by the office's own Python

CHECKOUT = Path(__file__).resolve().parents[1]
MONTH = "2026-10"
KNOWN_AT = datetime(2026, 11, 5, 1, 0, tzinfo=UTC)


class Said(NamedTuple):
    """What a command left."""

    code: int
    out: str
    err: str


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Runs the command line in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PARCELWATCH_STORE", raising=False)
    monkeypatch.setenv("PARCELWATCH_LANG", "zh")

    def run(*arguments: str | Path) -> Said:
        monkeypatch.setattr("sys.argv", ["parcelwatch", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return Said(int(ended.value.code or 0), said.out, said.err)

    return run


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real data beside the checkout, made by others and never committed."""
    folder = CHECKOUT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the real data is not beside this checkout (../shared/data)")
    return folder


SYSTEM_PYTHON = "/usr/bin/python3"
"""The one that LibreOffice's bridge is installed for."""


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., None]:
    """Drives a real LibreOffice: ``office("edit", book, edited, edits)`` and ``office("pdf", book, printed)``.

    Edits are lists of sheet, row and column from 0, ``String`` or ``Formula``, and what is typed.
    """
    bridge = subprocess.run([SYSTEM_PYTHON, "-c", "import uno"], capture_output=True, check=False)
    if shutil.which("soffice") is None or bridge.returncode:
        pytest.fail(
            "there is no LibreOffice to test with. Run: make office (sh tools/install_office.sh)", pytrace=False
        )
    profile = tmp_path_factory.mktemp("office")
    program = Path(__file__).parent / "office" / "drive.py"

    def drive(command: str, source: Path, target: Path, edits: Sequence[Sequence[object]] = ()) -> None:
        given = [command, str(source), str(target), *([json.dumps(list(edits))] if edits else [])]
        subprocess.run([SYSTEM_PYTHON, str(program), str(profile), *given], check=True, timeout=120)

    return drive


@pytest.fixture(scope="session")
def sample_scenes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample county's simulated scenes."""
    folder = tmp_path_factory.mktemp("sample") / "scenes"
    with sample_file("sample_parcels.gpkg") as sample:
        write_scenes(sample, folder)
    return folder


def make_store(scenes: Path, folder: Path, known_at: datetime = KNOWN_AT) -> Settings:
    """Make a store of the sample county in a folder; return the settings that lead to it."""
    folder.mkdir(parents=True, exist_ok=True)
    store = folder / "parcelwatch.gpkg"
    with sample_file("sample_parcels.gpkg") as sample, sample_file("sample_settings.toml") as written:
        fill_store(sample, scenes, store=str(store), known_at=known_at)
        text = written.read_text("utf-8").replace('store = "parcelwatch.gpkg"', f"store = '{store}'\nout = '{folder}'")
    config = folder / "parcelwatch.toml"
    config.write_text(text, "utf-8")
    return read_settings(config)


@pytest.fixture(scope="session")
def sample_store(sample_scenes: Path) -> Callable[..., Settings]:
    """Makes further stores of the sample county: folder and, if it matters, when it was filled."""
    return partial(make_store, sample_scenes)


@pytest.fixture(scope="session")
def known_at() -> datetime:
    """When the sample county's store is filled and scanned [UTC]."""
    return KNOWN_AT


@pytest.fixture(scope="session")
def sample_settings(sample_scenes: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings that lead to a store of the sample county; its tests only add scans to it."""
    return make_store(sample_scenes, tmp_path_factory.mktemp("county"))


@pytest.fixture(scope="session", autouse=True)
def learnt_small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Learnt]]:
    """Whatever scans in this process learns the built share from few made-up sites, once, in seconds.

    What is learnt is kept where the processes that a test starts find it, too; such a test asks for it first.
    """

    def quickly(library: Library) -> Learnt:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(calibration, "fit", partial(fit, trees=40))
            return calibration.learn(library, sites=25, draws=1, trials=60)

    @cache
    def small() -> Learnt:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(training, "learn", quickly)
            return training.learnt()

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        patch.setattr(built, "learnt", small)
        yield small


@pytest.fixture(scope="session")
def sample_result(sample_settings: Settings) -> ScanResult:
    """The first scan of the sample county."""
    return scan(open_store(sample_settings.store), sample_settings, MONTH, known_at=KNOWN_AT)


@pytest.fixture(scope="session")
def sample_scan(sample_result: ScanResult) -> pd.DataFrame:
    """What the first scan of the sample county found."""
    return sample_result.assessment.findings
