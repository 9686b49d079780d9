"""Raster grids as values, and the share of each pixel that lies inside each parcel."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from exactextract import exact_extract
from exactextract.raster import NumPyRasterSource
from numpy.typing import NDArray
from pyproj import CRS, Geod
from scipy.sparse import csr_array, get_index_dtype

from geo.errors import CRSMismatchError, GeometryError

Cells = tuple[NDArray[np.integer], NDArray[np.floating]]
COLUMNS = ("cell_id", "coverage")
Span = tuple[int, int]
"""Rows or columns from the first to before the second number."""
Stored = np.ma.MaskedArray[tuple[int, ...], np.dtype[np.generic]]
"""Numbers as a file holds them; what is no data is masked."""

SPARSE = 32
"""Where geometries cover under one pixel in so many, only those are looked at: a product with all others costs less
than picking out those."""
MARGIN_M = 400.0
"""How far around the parcels a scene is read [m]: what the surroundings did is part of the answer."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A raster grid: where its pixels are.

    Attributes
    ----------
    crs_wkt
        Coordinate reference system as WKT.
    transform
        ``(a, b, c, d, e, f)``: x = a * column + b * row + c and y = d * column + e * row + f, at pixel corners.
    shape
        Rows and columns.

    Raises
    ------
    GeometryError
        ``observe.grid_without_size`` if the grid holds no pixel, ``observe.grid_not_north_up`` if it is rotated,
        sheared or upside down.
    CRSMismatchError
        ``observe.grid_without_crs`` if it does not say where on Earth it is.
    """

    crs_wkt: str
    transform: tuple[float, float, float, float, float, float]
    shape: tuple[int, int]

    def __post_init__(self) -> None:
        a, b, _, d, e, _ = self.transform
        if min(self.shape) < 1 or not all(math.isfinite(x) for x in self.transform):
            raise GeometryError("observe.grid_without_size", shape=self.shape)
        if b != 0 or d != 0 or a <= 0 or e >= 0:
            raise GeometryError("observe.grid_not_north_up", transform=self.transform)
        if not self.crs_wkt:
            raise CRSMismatchError("observe.grid_without_crs")

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east and north edge [units of the CRS]."""
        a, _, c, _, e, f = self.transform
        rows, columns = self.shape
        return c, f + e * rows, c + a * columns, f

    @property
    def pixel_area(self) -> float:
        """Area of one pixel [units of the CRS, squared]."""
        return -self.transform[0] * self.transform[4]

    def part(self, rows: Span, columns: Span) -> "Grid":
        """Return the grid of the rows and columns from the first to before the second number.

        Examples
        --------
        >>> Grid("EPSG:32650", (10.0, 0.0, 500.0, 0.0, -10.0, 900.0), (90, 80)).part((2, 5), (3, 10))
        Grid(crs_wkt='EPSG:32650', transform=(10.0, 0.0, 530.0, 0.0, -10.0, 880.0), shape=(3, 7))
        """
        a, b, c, d, e, f = self.transform
        corner = c + a * columns[0], f + e * rows[0]
        shape = rows[1] - rows[0], columns[1] - columns[0]
        return Grid(self.crs_wkt, (a, b, corner[0], d, e, corner[1]), shape)

    def window(self, bounds: tuple[float, float, float, float]) -> tuple[Span, Span] | None:
        """Return the rows and columns that touch a box, or None where the grid does not reach it.

        Parameters
        ----------
        bounds
            West, south, east and north [units of the CRS].
        """
        a, _, c, _, e, f = self.transform
        west, south, east, north = bounds
        rows = max(math.floor((north - f) / e), 0), min(math.ceil((south - f) / e), self.shape[0])
        columns = max(math.floor((west - c) / a), 0), min(math.ceil((east - c) / a), self.shape[1])
        return (rows, columns) if rows[0] < rows[1] and columns[0] < columns[1] else None


def pixel_size_m(grid: Grid) -> tuple[float, float]:
    """Return width and height of the pixel in the middle of a grid [m].

    Examples
    --------
    >>> pixel_size_m(Grid("EPSG:32650", (10.0, 0.0, 500000.0, 0.0, -20.0, 900.0), (90, 80)))
    (10.0, 20.0)
    """
    crs = CRS.from_user_input(grid.crs_wkt)
    width, height = grid.transform[0], -grid.transform[4]
    if not crs.is_geographic:
        metres = crs.axis_info[0].unit_conversion_factor
        return width * metres, height * metres
    west, south, east, north = grid.bounds
    x, y = (west + east) / 2, (south + north) / 2
    geod = crs.get_geod() or Geod(ellps="WGS84")
    across = geod.inv(x - width / 2, y, x + width / 2, y)[2]
    return across, geod.inv(x, y - height / 2, x, y + height / 2)[2]


def check_crs(geometries: gpd.GeoSeries, grid: Grid) -> None:
    """Raise CRSMismatchError unless the geometries are in the CRS of the grid."""
    wanted = CRS.from_user_input(grid.crs_wkt)
    if geometries.crs is None or not geometries.crs.equals(wanted, ignore_axis_order=True):
        found = None if geometries.crs is None else geometries.crs.name
        raise CRSMismatchError("observe.crs_mismatch", found=found, wanted=wanted.name)


def coverage_matrix(geometries: gpd.GeoSeries, grid: Grid) -> csr_array:
    """Return the exact share of each pixel that lies inside each geometry.

    Parameters
    ----------
    geometries
        Polygons in the CRS of the grid; missing and empty ones get an empty row.
    grid
        A grid of R rows and C columns.

    Returns
    -------
    scipy.sparse.csr_array
        Geometries by pixels, shape (n, R * C), float64; pixels count along rows first. A geometry inside the grid
        has the sum area / pixel area; what lies off the grid is not counted. Indices have 32 bits on grids of under
        2^31 pixels, else 64.

    Raises
    ------
    CRSMismatchError
        If the geometries are in another CRS.

    Notes
    -----
    Coverage fractions by exactextract (Baston, D., 2018, https://github.com/isciences/exactextract). Memory holds
    the touched pixels only, whatever the size of the grid. Where a ring runs out and back on one line exactextract may
    give one minus the share; sums then differ from the area, and the geometry is intersected with pixels one by one.

    Examples
    --------
    >>> grid = Grid("EPSG:32650", (10.0, 0.0, 0.0, 0.0, -10.0, 20.0), (2, 2))
    >>> coverage_matrix(gpd.GeoSeries([shapely.box(5, 0, 20, 15)], crs=32650), grid).toarray().tolist()
    [[0.25, 0.5, 0.5, 1.0]]
    """
    check_crs(geometries, grid)
    shape = len(geometries), grid.shape[0] * grid.shape[1]
    present = shapely.intersects(geometries.to_numpy(), shapely.box(*grid.bounds))
    if not present.any():
        return csr_array(shape, dtype=np.float64)
    frame = gpd.GeoDataFrame(geometry=geometries.to_numpy()[present], crs=geometries.crs)
    blank = np.broadcast_to(np.uint8(0), grid.shape)
    west, south, east, north = grid.bounds
    source = NumPyRasterSource(blank, west, south, east, north, srs_wkt=geometries.crs.to_wkt())
    cells = exact_extract(source, frame, list(COLUMNS), output="pandas")
    found = {
        place: (ids, shares)
        for place, ids, shares in zip(np.flatnonzero(present), *map(cells.get, COLUMNS), strict=True)
    }
    for place in _wrong_sums(found, geometries, grid):
        found[place] = _by_boxes(geometries.iloc[place], grid)
    counts = np.zeros(len(geometries), dtype=np.int64)
    counts[list(found)] = [len(ids) for ids, _ in found.values()]
    ends = np.concatenate([[0], np.cumsum(counts)])
    ids, shares = (np.concatenate(arrays) for arrays in zip(*found.values(), strict=True))
    return rows_of_shares(shares, ids, ends, shape)


def rows_of_shares(
    shares: NDArray[np.floating], pixels: NDArray[np.integer], ends: NDArray[np.integer], shape: tuple[int, int]
) -> csr_array:
    """Return a coverage matrix from its entries in the order of its rows, and where each row begins and ends."""
    kind = get_index_dtype(maxval=max(len(shares), shape[1] - 1))
    return csr_array((shares.astype(np.float64), pixels.astype(kind), ends.astype(kind)), shape=shape)


def _wrong_sums(found: Mapping[int, Cells], geometries: gpd.GeoSeries, grid: Grid) -> list[int]:
    """Return the geometries whose shares do not add up to their area on the grid: they have spikes without width."""
    places = list(found)
    shapes = geometries.to_numpy()[places]
    areas = shapely.area(shapely.intersection(shapes, shapely.box(*grid.bounds))) / grid.pixel_area
    sums = np.array([shares.sum(dtype=np.float64) for _, shares in found.values()])
    rounding = 1e-6 + np.finfo(np.float32).eps * np.array([len(ids) for ids, _ in found.values()])
    return [places[k] for k in np.flatnonzero(np.abs(sums - areas) > rounding)]


def _by_boxes(shape: shapely.Geometry, grid: Grid) -> Cells:
    """Return pixels and shares of one geometry by intersecting it with every pixel's box: slow and sure."""
    window = grid.window(tuple(shapely.bounds(shape)))
    assert window is not None  # it intersects the grid
    rows, columns = np.mgrid[slice(*window[0]), slice(*window[1])].reshape(2, -1)
    a, _, c, _, e, f = grid.transform
    boxes = shapely.box(c + a * columns, f + e * (rows + 1), c + a * (columns + 1), f + e * rows)
    shares = shapely.area(shapely.intersection(boxes, shape)) / grid.pixel_area
    touched = shares > 0
    return (rows * grid.shape[1] + columns)[touched], shares[touched]


def coverage_means(
    stored: Stored, coverage: csr_array, covered: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """Return the mean of stored numbers over the seen part of each geometry, weighted by coverage.

    Sums are taken in float64 whatever is stored.

    Parameters
    ----------
    stored
        One number a pixel, of any kind, in the order of the matrix's columns; what is masked, NaN included, never
        enters.
    coverage
        Geometries by pixels, from `coverage_matrix`.
    covered
        Sums of the rows of the matrix, where they are at hand: they are the same for every band [pixels].

    Returns
    -------
    numpy.ndarray
        Shape (geometries,); NaN where nothing of a geometry is seen.

    Examples
    --------
    >>> stored = np.ma.masked_equal(np.array([[10, 20, 65535]], dtype=np.uint16), 65535)
    >>> coverage_means(stored, csr_array([[1.0, 0.25, 1.0], [0.0, 0.0, 1.0]])).tolist()
    [12.0, nan]
    """
    numbers, hidden = stored.data.ravel(), np.ma.getmask(stored)
    if hidden is not np.ma.nomask:
        numbers = np.where(hidden.ravel(), 0, numbers)
        weight = _row_sums(np.where(hidden.take(coverage.indices), 0, coverage.data), coverage)
    else:
        weight = _row_sums(coverage.data, coverage) if covered is None else covered
    if coverage.nnz * SPARSE < numbers.size:
        total = _row_sums(coverage.data * numbers.take(coverage.indices), coverage)
    else:
        total = coverage @ numbers.astype(np.float64)
    means: NDArray[np.float64] = np.divide(total, weight, out=np.full(len(weight), np.nan), where=weight > 0)
    return means


def _row_sums(entries: NDArray[np.float64], coverage: csr_array) -> NDArray[np.float64]:
    """Return the sum of each row of a matrix that has other entries in the places of this one's."""
    sums = np.zeros(coverage.shape[0])
    filled = np.flatnonzero(np.diff(coverage.indptr))
    if len(filled):
        sums[filled] = np.add.reduceat(entries, coverage.indptr[filled])
    return sums


def pixel_counts(geometries: gpd.GeoSeries, grid: Grid) -> NDArray[np.float64]:
    """Return how many pixels each geometry is large, on and off the grid; NaN where it is missing.

    Examples
    --------
    >>> grid = Grid("EPSG:32650", (10.0, 0.0, 0.0, 0.0, -10.0, 20.0), (2, 2))
    >>> pixel_counts(gpd.GeoSeries([shapely.box(5, 0, 25, 15)], crs=32650), grid)
    array([3.])
    """
    check_crs(geometries, grid)
    areas: NDArray[np.float64] = shapely.area(geometries.to_numpy())
    return areas / grid.pixel_area
