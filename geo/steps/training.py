"""What is learnt at first use and kept for this user on this machine."""

import hashlib
import os
import pickle
from importlib.metadata import version
from pathlib import Path

from geo.change_detection import (
    bounds,
    calibration,
    learning,
    mixtures,
    monthly,
    schedule,
    sensor,
    sites,
    spectral,
    traits,
    weather,
)
from geo.change_detection.calibration import learn
from geo.change_detection.mixtures import make_library
from geo.change_detection.monthly import Learnt
from geo.ingest.spectra import read_spectra

SENSOR = "Sentinel-2A L2A"
SCRIPTS = (bounds, calibration, learning, mixtures, monthly, schedule, sensor, sites, spectral, traits, weather)
PACKAGES = ("earthlib", "numpy", "scikit-learn", "scipy")


def learnt_key() -> str:
    """Return a hash of all that what is learnt depends on: scripts, packages and sensor."""
    scripts = [Path(str(room.__file__)).read_bytes() for room in SCRIPTS]
    packages = [f"{name} {version(name)}".encode() for name in PACKAGES]
    return hashlib.sha256(b"\0".join([*scripts, *packages, SENSOR.encode()])).hexdigest()[:16]


def cache_folder() -> Path:
    """Return the folder in which this user keeps what can be made again."""
    kept = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return (Path(kept) if kept else Path.home() / ".cache") / "parcelwatch"


def learnt(folder: Path | None = None) -> Learnt:
    """Return what this user's own machine learnt before from the same scripts and packages, or learn it now.

    Learning takes about a minute of one processor. A file of another user is not read, since a pickle can run
    anything: it is learnt again.
    """
    folder = folder or cache_folder()
    path = folder / f"learnt-{learnt_key()}.pickle"
    if path.is_file() and is_own(path):
        found: Learnt = pickle.loads(path.read_bytes())  # noqa: S301  # made below by this very user
        return found
    found = learn(make_library(read_spectra()))
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_suffix(f".{os.getpid()}")
    draft.write_bytes(pickle.dumps(found))
    draft.replace(path)
    return found


def is_own(path: Path) -> bool:
    """Return whether a file belongs to this user and nobody else may write it; on Windows the folder says so."""
    if os.name == "nt":
        return True
    state = path.stat()
    return state.st_uid == os.getuid() and not state.st_mode & 0o022
