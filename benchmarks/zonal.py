"""What does one more scene-band cost? Means of parcels in one more band, beside named peers.

``python benchmarks/zonal.py [--parcels 1000 10000 100000] [--folder FOLDER]`` makes a band of 10,980 x 10,980 pixels
(uint16, deflate) and parcels of about 250 pixels. The file lies in the memory of the operating system, so decoding and
not the disk is measured. "decode" reads the same windows and does nothing with them: no method can be faster. Peers:
exactextract (both strategies) and rasterstats (group ``benchmarks`` of the project).
"""

import argparse
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array
from tile import PIXELS_A_PARCEL, SIDE_PX, TILE, decode, parcels_on, texture

from geo.change_detection.blocks import Block, plan_blocks
from geo.change_detection.grid import coverage_means
from geo.ingest.reader import RasterioReader, write_scene
from geo.model import Asset
from geo.store import CoverageCache

Values = NDArray[np.float64]

SLOW = 20_000
"""Peers that would take many minutes are left out above so many parcels."""


def timed(run: Callable[[], Values]) -> tuple[Values, float, float]:
    """Return what a function returns, and the seconds on the clock and of the processor that it took."""
    clock, processor = time.perf_counter(), time.process_time()
    found = run()
    return found, time.perf_counter() - clock, time.process_time() - processor


def means(band: Path, parcels: gpd.GeoSeries, blocks: list[Block], coverages: Iterable[csr_array]) -> Values:
    """Return means of one further band."""
    found = np.full(len(parcels), np.nan)
    asset = Asset("B04", str(band))
    with RasterioReader() as reader:
        for block, coverage in zip(blocks, coverages, strict=True):
            stored = reader.read(asset, (block.rows, block.columns))
            found[block.members] = coverage_means(stored.data, ~np.ma.getmaskarray(stored), coverage)
    return found


def decoded(band: Path, blocks: list[Block]) -> Values:
    """Only unpack what is read."""
    decode([band], blocks)
    return np.empty(0)


def exactextract_means(band: Path, parcels: gpd.GeoSeries, strategy: str) -> Values:
    """Return the same by exactextract."""
    from exactextract import exact_extract  # noqa: PLC0415  # a peer

    frame = gpd.GeoDataFrame(geometry=parcels.to_numpy(), crs=parcels.crs)
    found = exact_extract(str(band), frame, ["mean"], strategy=strategy, output="pandas")
    return np.asarray(found["mean"], dtype=np.float64)


def rasterstats_means(band: Path, parcels: gpd.GeoSeries) -> Values:
    """Return about the same by rasterstats, which counts whole pixels by their middle."""
    from rasterstats import zonal_stats  # noqa: PLC0415  # a peer, of the group "benchmarks"

    return np.array([one["mean"] for one in zonal_stats(parcels.to_numpy().tolist(), str(band), stats=["mean"])], float)


def compare(band: Path, count: int, folder: Path) -> pd.DataFrame:
    """Return seconds of all methods for so many parcels."""
    parcels = parcels_on(TILE, count)
    blocks, cache = plan_blocks(TILE, parcels, margin_m=0), CoverageCache(folder / "coverage")

    def coverages() -> Iterator[csr_array]:
        for block in blocks:
            yield cache.coverage(parcels.iloc[block.members], TILE.part(block.rows, block.columns))

    shutil.rmtree(cache.folder, ignore_errors=True)
    first = timed(lambda: means(band, parcels, blocks, coverages()))
    at_hand = list(coverages())
    runs: dict[str, Callable[[], Values]] = {
        "decode": lambda: decoded(band, blocks),
        "parcelwatch, a scene's further bands": lambda: means(band, parcels, blocks, at_hand),
        "parcelwatch, coverage from disk": lambda: means(band, parcels, blocks, coverages()),
        "exactextract raster-sequential": lambda: exactextract_means(band, parcels, "raster-sequential"),
        "exactextract feature-sequential": lambda: exactextract_means(band, parcels, "feature-sequential"),
    }
    if count <= SLOW:
        runs["rasterstats"] = lambda: rasterstats_means(band, parcels)
    seconds = {"parcelwatch, coverage computed": list(first[1:])}
    off = {}
    for name, run in runs.items():
        found, *seconds[name] = timed(run)
        off[name] = float(np.nanmax(np.abs(found - first[0]))) if len(found) else np.nan
    table = pd.DataFrame(seconds, index=["clock [s]", "processor [s]"]).T
    processor = table["processor [s]"].astype("float64")
    table["times decoding"] = processor / processor["decode"]
    table["times parcelwatch"] = processor / processor["parcelwatch, a scene's further bands"]
    return table.assign(**{"largest difference": pd.Series(off)})


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--parcels", type=int, nargs="*", default=[1000, 10_000, 100_000])
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    folder = given.folder or Path(tempfile.mkdtemp(prefix="zonal-"))
    name = "T50RMK_20261001T025941_L2A"
    band = folder / "band" / f"{name}_B04_10m.tif"
    if not band.exists():
        write_scene(band.parent, name, {"B04": texture(SIDE_PX, 1)}, TILE, scale=1.0, tile_px=512)
    for count in given.parcels:
        print(f"\n{count} parcels of about {PIXELS_A_PARCEL} pixels")
        print(compare(band, count, folder).round(3).to_string())


if __name__ == "__main__":
    main()
