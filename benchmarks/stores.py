"""Time both stores on many parcels and footprints, beside the barest way to write the same rows.

``python benchmarks/stores.py [--parcels N] [--footprints M]``. Outlines have 20 vertices, in a 3-degree zone. Peers, in
the same run on the same rows: ``pyogrio.write_dataframe`` into a GeoPackage, and ``GeoDataFrame.to_postgis`` into a
private server, such as the tests start; both write the rows alone: one geometry, no identifiers checked, no history.
``into`` adds rows that were checked already, ``ingest`` first reads them from a file with every check at the door. Each
case is a process of its own; its memory is what it takes at most while it writes, the rows themselves included.
"""

import argparse
import json
import runpy
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
import sqlalchemy

from geo.ingest.report import NOTE_COLUMNS, REFUSED_COLUMNS, Intake
from geo.steps.ingest import Options, ingest
from geo.store import add_footprints, add_parcels, create_store, open_store
from geo.store.outlines import geometry_hashes

CLUSTER = Path(__file__).parents[1] / "tests" / "store" / "cluster.py"
ZONE_40 = 4528
WEST, SOUTH, SIDE_M = 40_400_000.0, 3_400_000.0, 200_000.0
VERTICES = 20
KNOWN_AT = datetime(2026, 1, 1, tzinfo=UTC)

Layers = dict[str, gpd.GeoDataFrame]


def outlines(count: int, *, radius_m: float, seed: int) -> gpd.GeoSeries:
    """Return uneven outlines of VERTICES vertices, scattered over a county."""
    draw = np.random.default_rng(seed)
    turns = np.linspace(0, 2 * np.pi, VERTICES, endpoint=False)
    radii = radius_m * (1 + draw.random((count, VERTICES)) / 2)
    centres = np.array([WEST, SOUTH]) + SIDE_M * draw.random((count, 2))
    corners = centres[:, None] + radii[..., None] * np.stack([np.cos(turns), np.sin(turns)], axis=1)
    return gpd.GeoSeries(shapely.polygons(corners), crs=ZONE_40)


def make_layers(parcels: int, footprints: int) -> Layers:
    """Return parcels and footprints as the reading side hands them over."""
    land, roofs = outlines(parcels, radius_m=60, seed=1), outlines(footprints, radius_m=12, seed=2)
    areas = {"area_m2": land.area, "ellipsoidal_area_m2": land.area, "geometry_hash": geometry_hashes(land)}
    known = {"storey_count": 2.0, "storey_height_m": 4.5, "height_m": np.nan, "part_of": None}
    return {
        "parcels": gpd.GeoDataFrame(
            {"parcel_id": [f"P{n:07d}" for n in range(parcels)], "row": range(1, parcels + 1)} | areas, geometry=land
        ),
        "footprints": gpd.GeoDataFrame(
            {"footprint_id": [f"F{n:07d}" for n in range(footprints)], "row": range(1, footprints + 1)} | known,
            geometry=roofs,
        ),
    }


def bare_file(layers: Layers, folder: Path, url: str) -> None:  # noqa: ARG001  # the form of a case
    """Write the rows with pyogrio."""
    for name, frame in layers.items():
        pyogrio.write_dataframe(frame, folder / "bare.gpkg", layer=name)


def bare_database(layers: Layers, folder: Path, url: str) -> None:  # noqa: ARG001  # same
    """Write the rows with geopandas."""
    engine = sqlalchemy.create_engine(url)
    for name, frame in layers.items():
        frame.to_postgis(f"bare_{name}", engine)
    engine.dispose()


def into_file(layers: Layers, folder: Path, url: str) -> None:  # noqa: ARG001  # same
    """Add the rows to an embedded store."""
    _add(layers, str(folder / "store.gpkg"))


def into_database(layers: Layers, folder: Path, url: str) -> None:  # noqa: ARG001  # same
    """Add the rows to a store on PostGIS."""
    _add(layers, url)


def ingest_file(layers: Layers, folder: Path, url: str) -> None:  # noqa: ARG001  # same
    """Read, check and add to an embedded store what ``bare_file`` wrote."""
    _ingest(folder, str(folder / "ingested.gpkg"))


def ingest_database(layers: Layers, folder: Path, url: str) -> None:  # noqa: ARG001  # same
    """Read, check and add to a store on PostGIS what ``bare_file`` wrote."""
    _ingest(folder, url)


CASES: dict[str, tuple[Callable[[Layers, Path, str], None], str]] = {
    "bare_file": (bare_file, "bare_file"),
    "into_file": (into_file, "bare_file"),
    "ingest_file": (ingest_file, "bare_file"),
    "bare_database": (bare_database, "bare_database"),
    "into_database": (into_database, "bare_database"),
    "ingest_database": (ingest_database, "bare_database"),
}
"""What is timed, and which peer it is compared with."""


def _add(layers: Layers, store: str) -> None:
    create_store(store)
    blank = [pd.DataFrame(columns=list(names), dtype=object) for names in (NOTE_COLUMNS, REFUSED_COLUMNS)]
    with open_store(store).begin() as conn:
        for add, kind in ((add_parcels, "parcels"), (add_footprints, "footprints")):
            add(conn, Intake(kind, "bare.gpkg", kind, "0" * 64, layers[kind], *blank), known_at=KNOWN_AT)  # type: ignore[arg-type]  # a literal's name


def _ingest(folder: Path, store: str) -> None:
    create_store(store)
    engine = open_store(store)
    ingest(engine, "parcels", [folder / "bare.gpkg"], options=Options(layer="parcels"), known_at=KNOWN_AT)
    ingest(engine, "footprints", [folder / "bare.gpkg"], options=Options(layer="footprints"), known_at=KNOWN_AT)


def peak_mb() -> float:
    """Return the most memory that this process has taken since ``forget_peak`` [MB]."""
    status = Path("/proc/self/status").read_text("ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024


def forget_peak() -> None:
    """Begin to measure the most memory anew."""
    Path("/proc/self/clear_refs").write_text("5", "ascii")


def run_case(case: str, sizes: tuple[int, int], folder: Path, url: str) -> None:
    """Run one case and print what it took, as JSON."""
    layers = {} if case.startswith("ingest") else make_layers(*sizes)
    forget_peak()
    begun = time.perf_counter()
    CASES[case][0](layers, folder, url)
    print(json.dumps({"seconds": time.perf_counter() - begun, "peak_mb": peak_mb()}))


def compare(sizes: tuple[int, int], folder: Path, new_url: Callable[[], str]) -> None:
    """Run every case in a process of its own and print what each took, and beside its peer."""
    print(f"{sizes[0]:,} parcels and {sizes[1]:,} footprints of {VERTICES} vertices")
    print(f"{'case':16s} {'seconds':>8s} {'peak MB':>8s} {'time':>6s} {'memory':>7s}   times those of the peer")
    took: dict[str, dict[str, float]] = {}
    for case, (_, peer) in CASES.items():
        arguments = [*map(str, sizes), str(folder), new_url() if "database" in case else "-"]
        done = subprocess.run(
            [sys.executable, __file__, "--case", case, *arguments], check=True, capture_output=True, text=True
        )
        took[case] = json.loads(done.stdout)
        seconds, memory = (took[case][name] for name in ("seconds", "peak_mb"))
        ratios = (seconds / took[peer]["seconds"], memory / took[peer]["peak_mb"])
        print(f"{case:16s} {seconds:8.1f} {memory:8.0f} {ratios[0]:6.2f} {ratios[1]:7.2f}", flush=True)


def main() -> None:
    """Read the arguments."""
    if sys.argv[1:2] == ["--case"]:
        case, parcels, footprints, folder, url = sys.argv[2:]
        run_case(case, (int(parcels), int(footprints)), Path(folder), url)
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parcels", type=int, default=20_000)
    parser.add_argument("--footprints", type=int, default=100_000)
    sizes = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, runpy.run_path(str(CLUSTER))["private_cluster"]() as cluster:
        compare((sizes.parcels, sizes.footprints), Path(folder), lambda: str(cluster.url(cluster.make_database())))


if __name__ == "__main__":
    main()
