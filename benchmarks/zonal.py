"""What does one more scene-band cost? Means of parcels in one more band, beside named peers.

``python benchmarks/zonal.py [--parcels 1000 10000 100000] [--folder FOLDER] [--rounds N]`` makes a band of
10,980 x 10,980 pixels (uint16, deflate) and parcels of about 250 pixels. The file lies in the memory of the operating
system, so decoding and not the disk is measured. "decode" unpacks the tiles that are touched, each once, and does
nothing with them; "decode, little kept" is the same where the library underneath keeps as little as within our reader:
no method can be faster. These and our own take turns ``--rounds`` times, and medians are told, since the machine may
have other work. Peers run once: exactextract (both strategies) and rasterstats (group ``benchmarks`` of the project).
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
from geo.ingest.images import keeping_little
from geo.ingest.reader import RasterioReader, write_scene
from geo.model import Asset
from geo.store import CoverageCache

Values = NDArray[np.float64]
Covered = tuple[csr_array, Values | None]
"""A coverage matrix, and the sums of its rows where they are at hand."""
Runs = dict[str, Callable[[], Values]]

LIMIT, OURS = "decode, little kept", "parcelwatch, coverage at hand"
SLOW = 20_000
"""Peers that would take many minutes are left out above so many parcels."""


def timed(run: Callable[[], Values]) -> tuple[Values, float, float]:
    """Return what a function returns, and the seconds on the clock and of the processor that it took."""
    clock, processor = time.perf_counter(), time.process_time()
    found = run()
    return found, time.perf_counter() - clock, time.process_time() - processor


def means(band: Path, parcels: gpd.GeoSeries, blocks: list[Block], coverages: Iterable[Covered]) -> Values:
    """Return means of one further band."""
    found = np.full(len(parcels), np.nan)
    asset = Asset("B04", str(band))
    with RasterioReader() as reader:
        for block, (coverage, covered) in zip(blocks, coverages, strict=True):
            stored = reader.read(asset, (block.rows, block.columns))
            found[block.members] = coverage_means(stored, coverage, covered)
    return found


def decoded(band: Path, blocks: list[Block]) -> Values:
    """Only unpack what is read."""
    decode([band], blocks)
    return np.empty(0)


def decoded_keeping_little(band: Path, blocks: list[Block]) -> Values:
    """Only unpack what is read, in memory that is used again."""
    with keeping_little():
        return decoded(band, blocks)


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


def compare(band: Path, count: int, folder: Path, rounds: int) -> pd.DataFrame:
    """Return medians of what each method takes for so many parcels, and how many times others it is."""
    parcels = parcels_on(TILE, count)
    blocks, cache = plan_blocks(TILE, parcels, margin_m=0), CoverageCache(folder / "coverage")

    def coverages() -> Iterator[Covered]:
        for block in blocks:
            yield cache.coverage(parcels.iloc[block.members], TILE.part(block.rows, block.columns)), None

    shutil.rmtree(cache.folder, ignore_errors=True)
    first = timed(lambda: means(band, parcels, blocks, coverages()))
    at_hand: list[Covered] = [(coverage, coverage.sum(axis=1)) for coverage, _ in coverages()]
    turns: Runs = {
        "decode": lambda: decoded(band, blocks),
        LIMIT: lambda: decoded_keeping_little(band, blocks),
        OURS: lambda: means(band, parcels, blocks, at_hand),
        "parcelwatch, coverage from disk": lambda: means(band, parcels, blocks, coverages()),
    }
    peers: Runs = {
        "exactextract raster-sequential": lambda: exactextract_means(band, parcels, "raster-sequential"),
        "exactextract feature-sequential": lambda: exactextract_means(band, parcels, "feature-sequential"),
    }
    if count <= SLOW:
        peers["rasterstats"] = lambda: rasterstats_means(band, parcels)
    rows = [
        measured(name, run, first[0])
        for turn in range(rounds)
        for name, run in (turns | (peers if not turn else {})).items()
    ]
    table = pd.DataFrame(rows).groupby("method", sort=False).median()
    table.loc["parcelwatch, coverage computed", ["clock [s]", "processor [s]"]] = first[1:]
    processor = table["processor [s]"].astype("float64")
    for one in ("decode", LIMIT, OURS):
        table[f"times {one}"] = processor / processor[one]
    return table


def measured(name: str, run: Callable[[], Values], expected: Values) -> dict[str, str | float]:
    """Return what a method took, and how far it lies off."""
    found, clock, processor = timed(run)
    off = float(np.nanmax(np.abs(found - expected))) if len(found) else np.nan
    return {"method": name, "clock [s]": clock, "processor [s]": processor, "largest difference": off}


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--parcels", type=int, nargs="*", default=[1000, 10_000, 100_000])
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--rounds", type=int, default=7)
    given = parser.parse_args()
    folder = given.folder or Path(tempfile.mkdtemp(prefix="zonal-"))
    name = "T50RMK_20261001T025941_L2A"
    band = folder / "band" / f"{name}_B04_10m.tif"
    if not band.exists():
        write_scene(band.parent, name, {"B04": texture(SIDE_PX, 1)}, TILE, scale=1.0, tile_px=512)
    for count in given.parcels:
        print(f"\n{count} parcels of about {PIXELS_A_PARCEL} pixels")
        print(compare(band, count, folder, given.rounds).round(3).to_string())


if __name__ == "__main__":
    main()
