"""Grids and scenes small enough to check by hand."""

import importlib.util
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from pyproj import CRS

from geo.change_detection.grid import Grid
from geo.change_detection.mixtures import Library
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
def small_library() -> Callable[..., Library]:
    """Make a library of blue steel, red tile and a few other sorts of ground, each a little different."""
    return made_up_library


def made_up_library(steel: int = 40, tile: int = 40) -> Library:
    rng = np.random.default_rng(0)

    def like(spectrum: tuple[float, ...], count: int) -> np.ndarray:
        return np.array(spectrum) * np.exp(rng.normal(0, 0.05, (count, 1)))

    built = np.concatenate(
        [
            like((0.27, 0.23, 0.15, 0.16, 0.24, 0.26, 0.22), steel),
            like((0.06, 0.09, 0.21, 0.24, 0.27, 0.50, 0.45), tile),
        ]
    )
    light = {
        "built": built,
        "bare": like((0.10, 0.14, 0.20, 0.23, 0.29, 0.38, 0.33), 80),
        "npv": like((0.08, 0.11, 0.15, 0.18, 0.28, 0.34, 0.20), 8),
        "green": like((0.03, 0.06, 0.04, 0.10, 0.40, 0.19, 0.09), 80),
        "net": like((0.06, 0.09, 0.075, 0.095, 0.145, 0.165, 0.135), 2),
        "water": like((0.05, 0.06, 0.04, 0.035, 0.022, 0.012, 0.008), 2),
    }
    return Library(light, np.array(["steel"] * steel + ["tile"] * tile, dtype=object))
