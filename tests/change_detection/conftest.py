"""Grids and scenes small enough to check by hand."""

import importlib.util
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from pyproj import CRS

from geo.change_detection import calibration
from geo.change_detection.calibration import learn
from geo.change_detection.grid import Grid
from geo.change_detection.learning import fit
from geo.change_detection.mixtures import Library
from geo.change_detection.monthly import Learnt
from geo.model import Scene

UTM50 = CRS.from_epsg(32650).to_wkt()


@pytest.fixture
def grid() -> Grid:
    """Twelve rows and sixteen columns of 10 m pixels, the lower left corner at (500000, 2600000)."""
    return Grid(UTM50, (10.0, 0.0, 500_000.0, 0.0, -10.0, 2_600_120.0), (12, 16))


@pytest.fixture
def scene() -> Scene:
    """A surface-reflectance scene whose numbers are reflectance times 10,000."""
    return Scene("S", datetime(2025, 7, 1, 3, tzinfo=UTC), "L2A", ())


@pytest.fixture
def benchmark_script() -> Callable[[str], ModuleType]:
    """Load the script that prints figures, so that tests and figures come from one place."""

    def load(name: str) -> ModuleType:
        path = Path(__file__).resolve().parents[2] / "benchmarks" / f"{name}.py"
        spec = importlib.util.spec_from_file_location(f"benchmark_{name}", path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load


@pytest.fixture(scope="session")
def small_library() -> Library:
    """Blue steel and red tile, concrete and asphalt, and a few other sorts of ground, each a little different."""
    rng = np.random.default_rng(0)

    def like(spectrum: tuple[float, ...], count: int) -> np.ndarray:
        return np.array(spectrum) * np.exp(rng.normal(0, 0.05, (count, 1)))

    light = {
        "roof": np.concatenate(
            [
                like((0.27, 0.23, 0.15, 0.16, 0.24, 0.26, 0.22), 8),
                like((0.06, 0.09, 0.21, 0.24, 0.27, 0.50, 0.45), 8),
            ]
        ),
        "paved": np.concatenate(
            [
                like((0.18, 0.20, 0.22, 0.23, 0.25, 0.28, 0.26), 8),
                like((0.085, 0.095, 0.105, 0.11, 0.125, 0.15, 0.14), 8),
            ]
        ),
        "bare": like((0.10, 0.14, 0.20, 0.23, 0.29, 0.38, 0.33), 20),
        "npv": like((0.08, 0.11, 0.15, 0.18, 0.28, 0.34, 0.20), 8),
        "green": like((0.03, 0.06, 0.04, 0.10, 0.40, 0.19, 0.09), 20),
        "net": like((0.06, 0.09, 0.075, 0.095, 0.145, 0.165, 0.135), 4),
        "water": like((0.05, 0.06, 0.04, 0.035, 0.022, 0.012, 0.008), 4),
    }
    sorts = {"roof": ("coloured_steel", "tile"), "paved": ("sidewalk", "road")}
    materials = {
        name: np.repeat(np.array(sorts.get(name, (name,)), dtype=object), len(rows) // len(sorts.get(name, (name,))))
        for name, rows in light.items()
    }
    return Library(light, materials)


@pytest.fixture(scope="session")
def small_learnt(small_library: Library) -> Learnt:
    """What is learnt from few sites of that library."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(calibration, "fit", partial(fit, trees=40))
        return learn(small_library, sites=25, draws=1, trials=60)
