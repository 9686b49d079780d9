"""Time the overlay of parcels and footprints beside geopandas, SedonaDB, DuckDB and PostGIS, on the same data.

``python benchmarks/overlay.py [--parcels N] [--footprints M] [--rounds R] [--peers ...]``. The peers' packages are the
dependency group ``benchmarks``: ``pip install --group benchmarks`` into a spare environment, or into a folder that
``PYTHONPATH`` names; ``tools/install_postgis.sh`` installs the server. A peer that is not there is left out, and said.

Parcels are irregular quadrilaterals that share their edges, footprints uneven outlines, both of 20 vertices; 5 % of the
footprints straddle two parcels, 10 % overlap another one, 1 % repeat another one exactly. Each engine first takes the
data into its own form (arrays of GEOS objects, tables in memory, tables with index and statistics), which is not timed;
timed is the way from there to all pairs that share any area, with that area, in this process. Every run is a process
of its own; engines take turns, round by round, and the fastest round counts. Memory is the most that the process takes
while it works, its data included; of a server it is not measured. All areas must agree with ours to 1e-6 m2.
"""

import argparse
import importlib.util
import json
import os
import runpy
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import sqlalchemy

from geo.indicators import overlay

CLUSTER = Path(__file__).parents[1] / "tests" / "store" / "cluster.py"
ZONE_40 = 4528
WEST, SOUTH, CELL_M = 40_400_000.0, 3_400_000.0, 120.0
SLOTS = 5
STRADDLING, OVERLAPPING, REPEATED = 0.05, 0.10, 0.01
VERTICES = 20
AGREED_M2 = 1e-6

Answer = tuple[np.ndarray, np.ndarray, np.ndarray]
Frames = dict[str, gpd.GeoDataFrame]

PAIRS = """
    SELECT parcels.parcel, footprints.footprint, ST_Area(ST_Intersection(parcels.geometry, footprints.geometry)) AS area
    FROM parcels JOIN footprints ON ST_Intersects(parcels.geometry, footprints.geometry)
"""


def make_parcels(count: int) -> gpd.GeoDataFrame:
    """Return parcels on a bent net: neighbours share their edges, and no edge is straight for long."""
    across = int(np.ceil(np.sqrt(count)))
    step = np.arange(VERTICES // 4) / (VERTICES // 4)
    zero, one = np.zeros_like(step), np.ones_like(step)
    ring = np.stack([np.r_[step, one, 1 - step, zero], np.r_[zero, step, one, 1 - step]], axis=1)
    cell = np.arange(count)
    corners = np.stack([cell % across, cell // across], axis=1)[:, None] + ring
    return gpd.GeoDataFrame({"parcel": cell}, geometry=shapely.polygons(_bent(corners)), crs=ZONE_40)


def make_footprints(count: int, parcels: int) -> gpd.GeoDataFrame:
    """Return uneven outlines in slots of the parcels, some across an edge, some over another one, some twice."""
    draw = np.random.default_rng(20)
    across = int(np.ceil(np.sqrt(parcels)))
    per_parcel = -(-count // parcels)
    home = np.arange(count) // per_parcel
    slot = (np.arange(count) % per_parcel * 7) % SLOTS**2  # 7 and 25 have no divisor in common: no slot twice
    within = (np.stack([slot % SLOTS, slot // SLOTS], axis=1) + 0.5) / SLOTS
    centre = np.stack([home % across, home // across], axis=1) + within
    kind = draw.random(count)
    centre[:, 0] = np.where(kind < STRADDLING, np.floor(centre[:, 0]) + 1, centre[:, 0])
    over = np.flatnonzero((kind >= STRADDLING) & (kind < STRADDLING + OVERLAPPING))
    over = over[over > 0]
    centre[over] = centre[over - 1] + 4.0 / CELL_M
    turns = np.linspace(0, 2 * np.pi, VERTICES, endpoint=False)
    radii = (6 + 3 * draw.random((count, VERTICES))) / CELL_M
    corners = centre[:, None] + radii[..., None] * np.stack([np.cos(turns), np.sin(turns)], axis=-1)
    again = np.flatnonzero(kind > 1 - REPEATED)
    corners[again] = corners[again - 1]
    return gpd.GeoDataFrame({"footprint": np.arange(count)}, geometry=shapely.polygons(_bent(corners)), crs=ZONE_40)


def _bent(cells: np.ndarray) -> np.ndarray:
    """Bend the plane smoothly, so that what was shared stays shared, and lay it into a zone [m]."""
    x, y = cells[..., 0], cells[..., 1]
    bent = np.stack([x + 0.1 * np.sin(1.7 * y) + 0.05 * np.sin(9 * y), y + 0.1 * np.sin(2.3 * x)], axis=-1)
    return np.array([WEST, SOUTH]) + CELL_M * bent


def ours(layers: Frames) -> Callable[[], Answer]:
    """Lay footprints over parcels as the indicators do."""

    def run() -> Answer:
        pairs = overlay(layers["parcels"].geometry, layers["footprints"].geometry)
        return pairs["parcel_id"].to_numpy(), pairs["footprint_id"].to_numpy(), pairs["area_m2"].to_numpy()

    return run


def geopandas_overlay(layers: Frames) -> Callable[[], Answer]:
    """``geopandas.overlay`` and the area of what it gives."""

    def run() -> Answer:
        pieces = gpd.overlay(layers["parcels"], layers["footprints"], how="intersection")
        return pieces["parcel"].to_numpy(), pieces["footprint"].to_numpy(), pieces.area.to_numpy()

    return run


def sedonadb(folder: Path) -> Callable[[], Answer]:
    """SedonaDB on tables in memory."""
    engine = importlib.import_module("sedonadb").connect()
    for name in ("parcels", "footprints"):
        engine.read_parquet(str(folder / f"{name}.parquet")).to_memtable().to_view(name)

    def run() -> Answer:
        found = engine.sql(PAIRS).to_arrow_table()
        return found["parcel"].to_numpy(), found["footprint"].to_numpy(), found["area"].to_numpy()

    return run


def duckdb(folder: Path) -> Callable[[], Answer]:
    """DuckDB on tables in memory; its extension comes from a package, for it cannot be fetched everywhere."""
    engine = importlib.import_module("duckdb").connect(config={"allow_unsigned_extensions": "true"})
    package = importlib.util.find_spec("duckdb_extension_spatial")
    assert package is not None
    assert package.origin is not None
    (extension,) = Path(package.origin).parent.glob("extensions/*/spatial.duckdb_extension")
    engine.execute(f"LOAD '{extension}'")
    for name in ("parcels", "footprints"):
        engine.execute(f"CREATE TABLE {name} AS SELECT * FROM '{folder / name}.parquet'")  # noqa: S608  # our own names

    def run() -> Answer:
        found = engine.execute(PAIRS).fetchnumpy()
        return found["parcel"], found["footprint"], found["area"]

    return run


def postgis(layers: Frames, url: str) -> Callable[[], Answer]:
    """PostGIS on tables with an index and statistics."""
    engine = sqlalchemy.create_engine(url, isolation_level="AUTOCOMMIT")
    for name, frame in layers.items():
        frame.to_postgis(name, engine, chunksize=50_000)
    with engine.connect() as conn:
        for name in layers:
            conn.exec_driver_sql(f"VACUUM ANALYZE {name}")

    def run() -> Answer:
        with engine.connect() as conn:
            for setting in ("work_mem = '256MB'", "max_parallel_workers_per_gather = 2", "jit = off"):
                conn.exec_driver_sql(f"SET {setting}")
            found = pd.DataFrame(conn.exec_driver_sql(PAIRS).fetchall(), columns=["parcel", "footprint", "area"])
        return found["parcel"].to_numpy(), found["footprint"].to_numpy(), found["area"].to_numpy()

    return run


PEERS = {
    "ours": "",
    "geopandas": "",
    "sedonadb": "sedonadb",
    "duckdb": "duckdb_extension_spatial",
    "postgis": "psycopg",
}
"""Every engine, and the package without which it is left out."""


def prepare(peer: str, folder: Path, url: str) -> Callable[[], Answer]:
    """Let an engine take the data into its own form."""
    if peer in ("sedonadb", "duckdb"):
        return {"sedonadb": sedonadb, "duckdb": duckdb}[peer](folder)
    layers = {name: gpd.read_parquet(folder / f"{name}.parquet") for name in ("parcels", "footprints")}
    if peer == "postgis":
        return postgis(layers, url)
    return {"ours": ours, "geopandas": geopandas_overlay}[peer](layers)


def run_case(peer: str, folder: Path, url: str) -> None:
    """Run one engine, keep its answer, and print what it took, as JSON."""
    run = prepare(peer, folder, url)
    Path("/proc/self/clear_refs").write_text("5", "ascii")  # begin to measure the most memory anew
    load, used = os.getloadavg()[0], time.process_time()
    begun = time.perf_counter()
    parcel, footprint, area = run()
    seconds, cpu = time.perf_counter() - begun, time.process_time() - used
    status = Path("/proc/self/status").read_text("ascii")
    peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024
    shared = np.flatnonzero(area > 0)
    order = shared[np.lexsort((footprint[shared], parcel[shared]))]
    np.savez(folder / f"{peer}.npz", parcel=parcel[order], footprint=footprint[order], area=area[order])
    print(json.dumps({"seconds": seconds, "cpu": cpu, "peak_mb": peak, "load": load}))


def disagreement(peer: str, folder: Path) -> float:
    """Return the largest difference of a shared area from ours [m2]; a pair that one of the two lacks shares none."""
    answers = []
    for name in ("ours", peer):
        with np.load(folder / f"{name}.npz") as found:
            keys = [found["parcel"].astype(np.int64), found["footprint"].astype(np.int64)]
            answers.append(pd.Series(found["area"], index=pd.MultiIndex.from_arrays(keys)))
    return float(answers[0].sub(answers[1], fill_value=0.0).abs().max())


@contextmanager
def server(*, is_wanted: bool) -> Iterator[Callable[[], str]]:
    """Start a private server for as long as it is wanted; give addresses of new databases in it."""
    start = runpy.run_path(str(CLUSTER))["private_cluster"] if is_wanted else nullcontext
    with start() as cluster:
        yield lambda: str(cluster.url(cluster.make_database())) if cluster else "-"


def measure(peers: list[str], folder: Path, rounds: int) -> dict[str, list[dict[str, float]]]:
    """Let the engines take turns."""
    took: dict[str, list[dict[str, float]]] = {peer: [] for peer in peers}
    for _ in range(rounds):
        for peer in peers:
            with server(is_wanted=peer == "postgis") as new_url:
                arguments = [sys.executable, __file__, "--case", peer, str(folder), new_url()]
                done = subprocess.run(arguments, check=True, stdout=subprocess.PIPE, text=True)
            took[peer].append(json.loads(done.stdout))
    return took


def compare(sizes: tuple[int, int], peers: list[str], rounds: int) -> None:
    """Run every engine and print what each took, beside ours."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_parcels(sizes[0]).to_parquet(folder / "parcels.parquet")
        make_footprints(sizes[1], sizes[0]).to_parquet(folder / "footprints.parquet")
        took = measure(peers, folder, rounds)
        apart = {peer: disagreement(peer, folder) for peer in peers}
    print(f"{sizes[0]:,} parcels and {sizes[1]:,} footprints of {VERTICES} vertices, best of {rounds} rounds")
    print(
        f"{'engine':10s} {'seconds':>8s} {'ratio':>6s} {'cpu s':>7s} {'peak MB':>8s} {'load':>6s} {'differs m2':>11s}"
    )
    best = {peer: min(runs, key=lambda run: run["seconds"]) for peer, runs in took.items()}
    for peer, run in best.items():
        ratio, peak = run["seconds"] / best["ours"]["seconds"], f"{run['peak_mb']:.0f}"
        shown = "-" if peer == "postgis" else peak
        figures = (
            f"{run['seconds']:8.2f} {ratio:6.2f} {run['cpu']:7.2f} {shown:>8s} {run['load']:6.1f} {apart[peer]:11.1e}"
        )
        print(f"{peer:10s} {figures}", flush=True)
    assert max(apart.values()) < AGREED_M2, "the engines do not agree"


def main() -> None:
    """Read the arguments."""
    if sys.argv[1:2] == ["--case"]:
        peer, folder, url = sys.argv[2:]
        run_case(peer, Path(folder), url)
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parcels", type=int, default=10_000)
    parser.add_argument("--footprints", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", nargs="*", choices=[*PEERS][1:], default=[*PEERS][1:])
    asked = parser.parse_args()
    there = [peer for peer in asked.peers if not PEERS[peer] or importlib.util.find_spec(PEERS[peer])]
    for peer in asked.peers:
        if peer not in there:
            print(f"{peer}: left out, {PEERS[peer]} is not installed")
    compare((asked.parcels, asked.footprints), ["ours", *there], asked.rounds)


if __name__ == "__main__":
    main()
