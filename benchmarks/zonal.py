"""What does one more scene cost? Means of parcels in one more band, and a whole ``observe``, beside named peers.

``python benchmarks/zonal.py [--parcels 1000 10000 100000] [--observe 10000] [--folder FOLDER]`` makes a tile of
10,980 x 10,980 pixels (uint16, deflate) and parcels of about 250 pixels. The tile lies in the memory of the operating
system, so decoding and not the disk is measured. "decode" reads the same windows and does nothing with them: no
method can be faster. Peers: exactextract (both strategies) and rasterstats (group ``benchmarks`` of the project).
"""

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from rasterio.windows import Window
from scipy import ndimage
from scipy.sparse import csr_array

from geo.change_detection.blocks import Block, plan_blocks
from geo.change_detection.grid import Grid, coverage_means
from geo.ingest.reader import RasterioReader, write_scene
from geo.model import Asset
from geo.steps.ingest import Options, ingest
from geo.steps.observe import observe_store
from geo.store import CoverageCache, create_store, open_store

Values = NDArray[np.float64]

SIDE_PX = 10_980
PIXELS_A_PARCEL = 250
TILE = Grid(CRS.from_epsg(32650).to_wkt(), (10.0, 0.0, 499_980.0, 0.0, -10.0, 3_400_020.0), (SIDE_PX, SIDE_PX))
NOW = "2026-11-01"
SLOW = 20_000
"""Peers that would take many minutes are left out above so many parcels."""


def texture(side: int, seed: int, *, low: int = 300, high: int = 4500) -> NDArray[np.uint16]:
    """Return an image that compresses about as well as a real one: smooth relief and a little noise."""
    rng = np.random.default_rng(seed)
    piece = 1098 * side // SIDE_PX
    relief = ndimage.gaussian_filter(rng.standard_normal((piece, piece)), 4, mode="wrap")
    relief = (relief - relief.min()) / np.ptp(relief) * (high - low) + low
    wide = np.tile(relief.astype(np.uint16), (side // piece, side // piece))
    wide += rng.integers(0, 64, wide.shape, dtype=np.uint16)
    return wide


def parcels_on(grid: Grid, count: int, seed: int = 0) -> gpd.GeoSeries:
    """Return turned rectangles of about 250 pixels, scattered over a grid, by ``parcel_id``."""
    rng = np.random.default_rng(seed)
    west, south, east, north = grid.bounds
    x, y = rng.uniform(west + 200, east - 200, count), rng.uniform(south + 200, north - 200, count)
    width = rng.uniform(100, 250, count)
    height = PIXELS_A_PARCEL * grid.pixel_area / width
    turn = rng.uniform(0, np.pi / 2, count)
    corners = np.array([(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)])
    along, across = corners[:, 0] * width[:, None], corners[:, 1] * height[:, None]
    cos, sin = np.cos(turn)[:, None], np.sin(turn)[:, None]
    rings = np.stack([x[:, None] + along * cos - across * sin, y[:, None] + along * sin + across * cos], axis=-1)
    return gpd.GeoSeries(shapely.polygons(rings), index=[f"P{n:06}" for n in range(count)], crs=grid.crs_wkt)


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


def decode(band: Path, blocks: list[Block]) -> Values:
    """Unpack the tiles of the file that the blocks touch, each once, and do nothing with them."""
    with rasterio.open(band) as image:
        high, wide = image.block_shapes[0]
        tiles = {
            (i, j)
            for block in blocks
            for i in range(block.rows[0] // high, -(-block.rows[1] // high))
            for j in range(block.columns[0] // wide, -(-block.columns[1] // wide))
        }
        for i, j in sorted(tiles):
            window = Window(j * wide, i * high, min(wide, SIDE_PX - j * wide), min(high, SIDE_PX - i * high))
            image.read(1, window=window)
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
        "decode": lambda: decode(band, blocks),
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


def write_tile(folder: Path, day: str, seed: int) -> None:
    """Write a scene of the bands that observing needs and a class layer, all ground clear."""
    half = SIDE_PX // 2
    bands = {band: texture(SIDE_PX, seed + n) for n, band in enumerate(("B02", "B03", "B04", "B08"))}
    bands |= {band: texture(half, seed + 4 + n) for n, band in enumerate(("B05", "B11", "B12"))}
    classes = np.full((half, half), 5, dtype=np.uint16)
    write_scene(folder / day, f"T50RMK_{day}T025941_L2A", bands | {"SCL": classes}, TILE, tile_px=512)


def observe_again(folder: Path, count: int) -> dict[str, float]:
    """Return what it costs to observe the second of two scenes: seconds, and the most memory that was in use."""
    scenes, place = folder / "scenes", folder / f"observe-{count}"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    for day, seed in (("20251001", 0), ("20261001", 100)):
        if not (scenes / day).exists():
            write_tile(scenes, day, seed)
    parcels_on(TILE, count).rename_axis("parcel_id").to_frame("geometry").reset_index().to_file(place / "parcels.gpkg")
    store, now = str(place / "store.gpkg"), datetime(2026, 11, 1, tzinfo=UTC)
    create_store(store)
    engine = open_store(store)
    ingest(engine, "parcels", [place / "parcels.gpkg"], options=Options(), known_at=now)
    ingest(engine, "scenes", [scenes], options=Options(), known_at=now)
    command = [sys.executable, __file__, "--one", store, "--until"]
    runs = [subprocess.run([*command, day], capture_output=True, text=True, check=True) for day in ("2026-01-01", NOW)]
    return {"parcels": count, **json.loads(runs[1].stdout)}


def observe_one(store: str, until: str) -> None:
    """Observe what a store has not observed yet; print what that took as JSON."""
    moment, now = datetime.fromisoformat(until).replace(tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC)
    begun, processor = time.perf_counter(), time.process_time()
    seen = observe_store(open_store(store), until=moment, as_of=now.date(), known_at=now)
    took = {"clock [s]": time.perf_counter() - begun, "processor [s]": time.process_time() - processor}
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(json.dumps(took | {"rows": seen.rows, "most memory [GiB]": most}))


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--parcels", type=int, nargs="*", default=[1000, 10_000, 100_000])
    parser.add_argument("--observe", type=int, nargs="*", default=[10_000])
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--until", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        observe_one(given.one, given.until)
        return
    folder = given.folder or Path(tempfile.mkdtemp(prefix="zonal-"))
    name = "T50RMK_20261001T025941_L2A"
    band = folder / "band" / f"{name}_B04_10m.tif"
    if not band.exists():
        write_scene(band.parent, name, {"B04": texture(SIDE_PX, 1)}, TILE, scale=1.0, tile_px=512)
    for count in given.parcels:
        print(f"\n{count} parcels of about {PIXELS_A_PARCEL} pixels")
        print(compare(band, count, folder).round(3).to_string())
    print("\nOne more scene of 7 bands and its classes, observed from a store")
    print(pd.DataFrame([observe_again(folder, count) for count in given.observe]).round(2).to_string(index=False))


if __name__ == "__main__":
    main()
