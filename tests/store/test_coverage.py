"""Coverage matrices kept on disk."""

import os
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pytest
import shapely
from pyarrow import feather
from pyproj import CRS

from geo.change_detection.grid import Grid, coverage_matrix
from geo.store import CoverageCache, coverage

GRID = Grid(CRS.from_epsg(32650).to_wkt(), (10.0, 0.0, 500_000.0, 0.0, -10.0, 2_600_120.0), (12, 16))
PARCELS = gpd.GeoSeries(
    [shapely.box(500_005, 2_600_005, 500_055, 2_600_035), None, shapely.box(500_050, 2_600_050, 500_090, 2_600_099)],
    crs=32650,
)


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One entry for every matrix that is computed and not read."""
    calls: list[int] = []

    def counted(geometries: gpd.GeoSeries, grid: Grid) -> object:
        calls.append(len(geometries))
        return coverage_matrix(geometries, grid)

    monkeypatch.setattr(coverage, "coverage_matrix", counted)
    return calls


def same(one: object, other: object) -> bool:
    return one.shape == other.shape and (one != other).nnz == 0 and (one.indptr == other.indptr).all()


def test_a_matrix_is_computed_once_and_read_back_to_the_digit(tmp_path: Path, computed: list[int]) -> None:
    fresh = coverage_matrix(PARCELS, GRID)
    found = [CoverageCache(tmp_path).coverage(PARCELS, GRID) for _ in range(2)]
    assert all(same(matrix, fresh) for matrix in found)
    assert computed == [3]


def test_other_parcels_another_order_and_another_grid_are_other_matrices(tmp_path: Path, computed: list[int]) -> None:
    cache = CoverageCache(tmp_path)
    for parcels, grid in (
        (PARCELS, GRID),
        (PARCELS[::-1], GRID),
        (PARCELS[:2], GRID),
        (PARCELS, GRID.part((0, 9), (0, 9))),
    ):
        assert same(cache.coverage(parcels, grid), coverage_matrix(parcels, grid))
    assert computed == [3, 3, 2, 3]


def test_indices_stay_small_on_disk_and_files_that_hold_large_ones_are_read(
    tmp_path: Path, computed: list[int]
) -> None:
    cache = CoverageCache(tmp_path)
    cache.coverage(PARCELS, GRID)
    (path,) = tmp_path.rglob("*.arrow")
    table = feather.read_table(path, memory_map=False)
    assert table["pixel"].type == pa.int32()
    feather.write_feather(table.set_column(1, "pixel", table["pixel"].cast(pa.int64())), str(path))
    again = cache.coverage(PARCELS, GRID)
    assert same(again, coverage_matrix(PARCELS, GRID))
    assert {again.indices.dtype, again.indptr.dtype} == {np.dtype(np.int32)}
    assert computed == [3]


@pytest.mark.parametrize("keep", [0, 10, 100, -20])
def test_a_file_cut_short_is_made_again(keep: int, tmp_path: Path, computed: list[int]) -> None:
    cache = CoverageCache(tmp_path)
    cache.coverage(PARCELS, GRID)
    (path,) = tmp_path.rglob("*.arrow")
    whole = path.read_bytes()
    path.write_bytes(whole[:keep])
    assert same(cache.coverage(PARCELS, GRID), coverage_matrix(PARCELS, GRID))
    assert path.read_bytes() == whole
    assert computed == [3, 3]


def test_nothing_half_written_stays_when_writing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    assert same(CoverageCache(tmp_path).coverage(PARCELS, GRID), coverage_matrix(PARCELS, GRID))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_folder_that_is_gone_is_made_again(tmp_path: Path, computed: list[int]) -> None:
    cache = CoverageCache(tmp_path / "a" / "b")
    cache.coverage(PARCELS, GRID)
    for path in (tmp_path / "a").rglob("*.arrow"):
        path.unlink()
    cache.coverage(PARCELS, GRID)
    assert computed == [3, 3]
