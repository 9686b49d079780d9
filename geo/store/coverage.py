"""Coverage matrices kept on disk: a folder that may be deleted at any moment and is made again as it is needed."""

import hashlib
from importlib.metadata import version
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow as pa
import shapely
from pyarrow import feather
from scipy.sparse import csr_array

from geo.change_detection.grid import Grid, coverage_matrix, rows_of_shares
from geo.store.scratch import write_whole

METHOD = f"coverage-2 exactextract {version('exactextract')}"
"""Names how fractions were made; another number when the same parcels and grid would give other ones."""


class CoverageCache:
    """Coverage matrices by what they are made of: each is computed once for the same parcels on the same grid.

    Parameters
    ----------
    folder
        Made when the first matrix is kept. A folder that cannot be written only costs the time to compute again.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def coverage(self, geometries: gpd.GeoSeries, grid: Grid) -> csr_array:
        """Return ``coverage_matrix(geometries, grid)``, from disk where it is there.

        Raises
        ------
        CRSMismatchError
            If the geometries are in another CRS.
        """
        key = coverage_key(geometries, grid)
        path = self.folder / key[:2] / f"{key}.arrow"
        shape = len(geometries), grid.shape[0] * grid.shape[1]
        kept = read_matrix(path, shape)
        if kept is None:
            kept = coverage_matrix(geometries, grid)
            write_whole(path, lambda part: write_matrix(kept, part))
        return kept


def coverage_key(geometries: gpd.GeoSeries, grid: Grid) -> str:
    """Return a hash of all that a matrix depends on: method, parcels in their order, and grid."""
    digest = hashlib.sha256(repr((METHOD, grid.crs_wkt, grid.transform, grid.shape)).encode())
    for outline in shapely.to_wkb(geometries.to_numpy(), byte_order=1):
        digest.update(b"-" if outline is None else len(outline).to_bytes(8, "big") + outline)
    digest.update(b"" if geometries.crs is None else geometries.crs.to_wkt().encode())
    return digest.hexdigest()


def write_matrix(matrix: csr_array, path: Path) -> None:
    """Write a coverage matrix: the parcel, pixel and share of every entry."""
    parcels = np.repeat(np.arange(matrix.shape[0], dtype=np.int32), np.diff(matrix.indptr))
    columns = {"parcel": parcels, "pixel": matrix.indices, "share": matrix.data.astype(np.float32)}
    feather.write_feather(pa.table(columns), str(path), compression="zstd")


def read_matrix(path: Path, shape: tuple[int, int]) -> csr_array | None:
    """Return a matrix of a shape from its file, or None where there is none or it cannot be read."""
    try:
        table = feather.read_table(path, memory_map=False, use_threads=False)
        parcels, pixels, shares = (table[name].to_numpy() for name in ("parcel", "pixel", "share"))
        ends = np.searchsorted(parcels, np.arange(shape[0] + 1))
        return rows_of_shares(shares, pixels, ends, shape)
    except (OSError, pa.ArrowException, KeyError, ValueError):
        return None
