"""How well does change_score rank real change? Seven labelled pairs of Sentinel-2 scenes, beside the plain vector.

``python benchmarks/pairs.py [FOLDER]`` with the folder of the Onera data set (by default the one beside the checkout).
Parcels are cells of 12 x 12 pixels of 10 m; positive when over 20 % of a cell is labelled changed, negative when none
is. The labels (CC BY-NC-SA) score, and train nothing.
"""

import sys
import time
import warnings
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio
import shapely
from numpy.typing import NDArray
from rasterio.errors import NotGeoreferencedWarning
from scipy.sparse import csr_array
from scipy.stats import rankdata

from geo.change_detection.grid import Grid, coverage_matrix
from geo.change_detection.pair import change_scores
from geo.change_detection.yardstick import standardised
from geo.ingest.reader import RasterioReader, read_scene, scene_grid
from geo.ingest.scenes import find_scenes

Values = NDArray[np.float64]

CITIES = ("beihai", "aguasclaras", "bercy", "bordeaux", "cupertino", "nantes", "rennes")
PLAIN = ("B02", "B03", "B04", "B08", "B11", "B12")
CELL_PX = 12
POSITIVE = 0.2
LANDSAT = {
    "Taizhou": ("2000TM", "2003TM"),
    "Nanjing": ("LT51200382000124BJC00_Nanjing", "LT51200382002193BJC00_Nanjing"),
}
LABELLED = 2
"""The label images hold 1 for unchanged and 2 for changed, whatever their README says."""


def cells(grid: Grid, side: int = CELL_PX) -> gpd.GeoSeries:
    """Return squares of so many pixels a side that tile a grid from its upper left corner."""
    a, _, west, _, e, north = grid.transform
    rows, columns = np.mgrid[0 : grid.shape[0] // side, 0 : grid.shape[1] // side]
    x, y = west + a * side * columns.ravel(), north + e * side * rows.ravel()
    return gpd.GeoSeries(shapely.box(x, y + e * side, x + a * side, y), crs=grid.crs_wkt)


def labelled_share(folder: Path) -> Values:
    """Return the share of each cell that is labelled changed, in the order of `cells`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with rasterio.open(folder / "cm" / f"{folder.name}-cm.tif") as image:
            changed = image.read(1) == LABELLED
    rows, columns = (size // CELL_PX for size in changed.shape)
    blocks = changed[: rows * CELL_PX, : columns * CELL_PX].reshape(rows, CELL_PX, columns, CELL_PX)
    shares: Values = blocks.mean(axis=(1, 3)).ravel()
    return shares


def area_under_curve(scores: Values, shares: Values) -> float:
    """Return the probability that a changed cell has the higher score than an unchanged one (Mann-Whitney)."""
    positive, negative = scores[shares > POSITIVE], scores[shares == 0]
    ranks = rankdata(np.concatenate([positive, negative]))[: len(positive)]
    return float((ranks.sum() - len(positive) * (len(positive) + 1) / 2) / (len(positive) * len(negative)))


def average_precision(scores: Values, shares: Values) -> float:
    """Return the mean, over changed cells, of the share of changed ones among those scored as high or higher."""
    kept = (shares > POSITIVE) | (shares == 0)
    order = np.argsort(-scores[kept], kind="stable")
    is_changed = (shares[kept] > POSITIVE)[order]
    precision = np.cumsum(is_changed) / np.arange(1, len(order) + 1)
    return float(precision[is_changed].mean())


def score_city(folder: Path) -> dict[str, float]:
    """Return figures of one pair: of the score, and of the plain standardised change vector."""
    reader = RasterioReader()
    scenes = find_scenes([folder / "imgs_1", folder / "imgs_2"]).scenes
    grid = scene_grid(reader, scenes[0])
    before, after = (read_scene(reader, scene, grid) for scene in scenes)
    coverage, shares = coverage_matrix(cells(grid), grid), labelled_share(folder)
    begun = time.perf_counter()
    scores = change_scores(before, after, grid=grid, coverage=coverage)
    seconds = time.perf_counter() - begun
    found = figures(scores, plain_scores(before, after, coverage), shares)
    return {**found, "s/Mpx": seconds / float(np.prod(grid.shape)) * 1e6}


def score_landsat(folder: Path, names: tuple[str, str]) -> dict[str, float]:
    """Return figures of a pair of Landsat scenes with sparse labels, by cells of 4 x 4 pixels of 30 m.

    Cells count as unchanged where over POSITIVE of them is labelled so and nothing changed; the rest has no label.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        images = []
        for name in names:
            with rasterio.open(folder / name) as image:
                images.append(dict(zip(PLAIN, image.read().astype(np.float32), strict=True)))
                grid = Grid(
                    image.crs.to_wkt(), tuple(abs(x) if x == 0 else x for x in image.transform[:6]), image.shape
                )
        labels = []
        for name in ("change", "unchanged"):
            with rasterio.open(folder / f"{name}.bmp") as image:
                labels.append(image.read(1) > 0)
    side = CELL_PX // 3
    coverage = coverage_matrix(cells(grid, side), grid)
    rows, columns = (size // side for size in grid.shape)
    changed, unchanged = (
        image[: rows * side, : columns * side].reshape(rows, side, columns, side).mean(axis=(1, 3)).ravel()
        for image in labels
    )
    labelled = (changed > POSITIVE) | ((changed == 0) & (unchanged > POSITIVE))
    scores = change_scores(images[0], images[1], grid=grid, coverage=coverage)
    plain = plain_scores(images[0], images[1], coverage)
    return figures(scores[labelled], plain[labelled], changed[labelled])


def plain_scores(
    before: dict[str, NDArray[np.float32]], after: dict[str, NDArray[np.float32]], coverage: csr_array
) -> Values:
    """Return the mean length of the standardised change vector of each cell."""
    difference = np.stack([(after[band] - before[band]).ravel() for band in PLAIN], axis=-1)
    length = np.sqrt((standardised(difference).astype(np.float64) ** 2).sum(axis=1))
    mean: Values = coverage @ length / coverage.sum(axis=1)
    return mean


def figures(scores: Values, plain: Values, shares: Values) -> dict[str, float]:
    """Return figures of a pair beside those of the plain vector."""
    return {
        "positives": float((shares > POSITIVE).sum()),
        "AUC": area_under_curve(scores, shares),
        "AP": average_precision(scores, shares),
        "plain AUC": area_under_curve(plain, shares),
        "plain AP": average_precision(plain, shares),
    }


def landsat_table(folder: Path) -> pd.DataFrame:
    """Return figures of the two Landsat pairs."""
    return pd.DataFrame({place: score_landsat(folder / place, names) for place, names in LANDSAT.items()}).T


def main() -> None:
    """Print the tables."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "data" / "timeseries" / "oscd"
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else beside
    table = pd.DataFrame({city: score_city(folder / city) for city in CITIES}).T
    table.loc["mean"] = table.mean()
    print(table.round(3).to_string())
    print(landsat_table(folder.parent / "landsat_taizhou_nanjing").round(3).to_string())


if __name__ == "__main__":
    main()
