"""Grids and scenes small enough to check by hand."""

import importlib.util
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest
from pyproj import CRS

from geo.change_detection.grid import Grid
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
