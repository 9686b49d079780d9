"""What is learnt once is kept, and only what this user made is read back."""

import os
from pathlib import Path

import numpy as np
import pytest

from geo.change_detection.bounds import Calibration
from geo.change_detection.learning import Regression
from geo.change_detection.monthly import Learnt
from geo.steps import training


@pytest.fixture
def times_learnt(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Stand in for twenty seconds of learning, and count how often it is done."""
    nothing = Calibration(None, np.zeros((1, 1)), np.zeros(1), np.zeros(1, dtype=bool), 0.0)
    times = []

    def quick(library: object) -> Learnt:
        times.append(1)
        return Learnt(Regression(None, np.zeros(1), np.zeros(1)), nothing)

    monkeypatch.setattr(training, "learn", quick)
    return times


def test_it_is_learnt_once(tmp_path: Path, times_learnt: list[int]) -> None:
    first, second = (training.learnt(tmp_path / "kept") for _ in range(2))
    assert len(times_learnt) == 1
    np.testing.assert_array_equal(first.calibration.truth, second.calibration.truth)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no mode bits")
def test_a_file_that_others_may_write_is_never_read(tmp_path: Path, times_learnt: list[int]) -> None:
    training.learnt(tmp_path)
    (path,) = tmp_path.iterdir()
    path.write_bytes(b"anything")
    path.chmod(0o666)
    training.learnt(tmp_path)
    assert len(times_learnt) == 2


def test_other_packages_make_another_file(monkeypatch: pytest.MonkeyPatch) -> None:
    here = training.learnt_key()
    monkeypatch.setattr(training, "version", lambda name: "0")
    assert training.learnt_key() != here


def test_it_is_kept_where_the_user_keeps_such_things(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert training.cache_folder() == tmp_path / "parcelwatch"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    assert training.cache_folder() == Path.home() / ".cache" / "parcelwatch"
