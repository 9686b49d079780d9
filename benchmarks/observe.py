"""What does a whole ``observe`` cost? Seconds and memory of a first scene and of one further one, stage by stage.

``python benchmarks/observe.py [PARCELS...] [--folder FOLDER]`` makes two scenes of 10,980 x 10,980 pixels a year apart
(four bands of 10 m, three of 20 m and classes; uint16, deflate), parcels of about 250 pixels, and a store of them
(by default of 1,000, 10,000 and 100,000 parcels). Each scene is then observed in a process of its own as ``scan`` does
it: coverage is made or read from disk, pixels are kept, observations and the month are written, and of the second
scene all parcels are compared with the first. What the regression of the built share learns at first use is learnt
before. "decode" only unpacks what is read of the new scene. Stages are seconds of the processor; one that is part of
another is not counted twice.
"""

import argparse
import functools
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
from tile import TILE, decode, parcels_on, write_tile

from geo.change_detection.blocks import plan_blocks
from geo.steps import looks, monthly, observe, places
from geo.steps.ingest import Options, ingest
from geo.steps.training import learnt
from geo.store import create_store, open_store
from geo.store.coverage import CoverageCache
from geo.store.pixels import Draft

DAYS = {"20251001": "2026-01-01", "20261001": "2026-11-01"}
"""Days of the scenes, and until when is observed."""
STAGES: dict[str, list[tuple[Any, str]]] = {
    "coverage": [(CoverageCache, "coverage")],
    "read": [(places, "read_scene")],
    "mask": [(places, "clear_mask")],
    "fractions": [(places, "observe_clear")],
    "keep": [(Draft, "add")],
    "months": [(observe, "observe_month")],
    "compare": [(looks, "compare")],
    "store": [(observe, "_keep"), (observe, "read_observations"), (observe, "add_changes"), (monthly, "add_monthly")],
}


@contextmanager
def stages_timed() -> Iterator[dict[str, float]]:
    """Note how long each stage takes [s of the processor], less what is another stage within it."""
    seconds, here = dict.fromkeys(STAGES, 0.0), threading.local()

    def timed(stage: str, run: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(run)
        def wrapped(*args: Any, **named: Any) -> Any:  # noqa: ANN401  # whatever the stage takes
            inner = here.__dict__.setdefault("inner", [0.0])
            begun = time.thread_time()
            inner.append(0.0)
            try:
                return run(*args, **named)
            finally:
                took, within = time.thread_time() - begun, inner.pop()
                seconds[stage] += took - within
                inner[-1] += took

        return wrapped

    for stage, calls in STAGES.items():
        for owner, name in calls:
            setattr(owner, name, timed(stage, getattr(owner, name)))
    yield seconds


def make_store(folder: Path, scenes: Path, count: int) -> str:
    """Make a store of two scenes and so many parcels."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    parcels_on(TILE, count).rename_axis("parcel_id").to_frame("geometry").reset_index().to_file(folder / "p.gpkg")
    store, now = str(folder / "store.gpkg"), datetime(2026, 11, 1, tzinfo=UTC)
    create_store(store)
    ingest(open_store(store), "parcels", [folder / "p.gpkg"], options=Options(), known_at=now)
    ingest(open_store(store), "scenes", [scenes], options=Options(), known_at=now)
    return store


def observe_one(store: str, until: str) -> None:
    """Observe what a store has not observed yet; print what that took as JSON."""
    moment, now = datetime.fromisoformat(until).replace(tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC)
    with stages_timed() as seconds:
        clock, processor = time.perf_counter(), time.process_time()
        observe.observe_store(open_store(store), until=moment, as_of=now.date(), known_at=now)
        took = {"clock [s]": time.perf_counter() - clock, "processor [s]": time.process_time() - processor}
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(json.dumps(took | {"memory [GiB]": most} | seconds))


def observed(store: str, scenes: Path, count: int) -> list[dict[str, Any]]:
    """Return what it costs to observe each of two scenes, beside decoding it."""
    blocks, rows = plan_blocks(TILE, parcels_on(TILE, count)), []
    for (day, until), scene in zip(DAYS.items(), ("first", "further"), strict=True):
        command = [sys.executable, __file__, "--one", store, "--until", until]
        run = subprocess.run(command, capture_output=True, text=True, check=True)
        begun = time.process_time()
        decode(sorted((scenes / day).glob("*.tif")), blocks)
        rows.append({"parcels": count, "scene": scene, "decode": time.process_time() - begun, **json.loads(run.stdout)})
        print(pd.DataFrame(rows[-1:]).round(2).to_string(index=False), flush=True)
    return rows


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("parcels", type=int, nargs="*", default=[1000, 10_000, 100_000])
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--until", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        observe_one(given.one, given.until)
        return
    learnt()
    folder = given.folder or Path(tempfile.mkdtemp(prefix="observe-"))
    scenes, rows = folder / "scenes", []
    for number, day in enumerate(DAYS):
        if not (scenes / day).exists():
            write_tile(scenes, day, 100 * number)
    for count in given.parcels:
        rows += observed(make_store(folder / f"county-{count}", scenes, count), scenes, count)
    table = pd.DataFrame(rows).set_index(["scene", "parcels"])
    print(table.sort_index().round(2).T.to_string())
    for scene, part in table["processor [s]"].groupby(level="scene"):
        seconds = part.droplevel("scene")
        if {10_000, 100_000} <= set(seconds.index):
            print(f"{scene} scene, 100,000 : 10,000 parcels: {seconds[100_000] / seconds[10_000]:.1f} times the time")


if __name__ == "__main__":
    main()
