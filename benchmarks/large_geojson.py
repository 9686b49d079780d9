"""How much time and memory does a large GeoJSON take? All checks on, beside a bare read by pyogrio.

``python benchmarks/large_geojson.py [MEBIBYTES ...]``, by default 100 and 1024. Each read is a process of its own, so
that its peak is its own. The file: parcels of 20 corners in degrees with 15 decimals and one name in Chinese. A file
over the limit (``geo.ingest.files.LARGEST_MIB``) is offered last and must be refused.
"""

import math
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from geo.ingest.files import LARGEST_MIB, MEBIBYTE

CORNERS = 20
RADIUS_DEGREES = 0.0008
ROWS_AT_ONCE = 1000

FULL = "import sys; from geo.ingest import read_parcels; print(len(read_parcels(sys.argv[1]).taken))"
BARE = "import sys, pyogrio; print(len(pyogrio.raw.read('GeoJSON:' + sys.argv[1])[2]))"


def feature(number: int) -> str:
    """Return one parcel as a line of GeoJSON."""
    west, south = 118 + number % 2000 * 0.002, 27 + number // 2000 * 0.002
    turns = [2 * math.pi * at / CORNERS for at in (*range(CORNERS), 0)]
    ring = ", ".join(
        f"[{west + RADIUS_DEGREES * math.cos(turn)!r}, {south + RADIUS_DEGREES * math.sin(turn)!r}]" for turn in turns
    )
    said = f'{{"parcel_id": "P{number}", "企业名称": "某某机械有限公司"}}'
    return f'{{"type": "Feature", "properties": {said}, "geometry": {{"type": "Polygon", "coordinates": [[{ring}]]}}}}'


def write(path: Path, size: int) -> None:
    """Write a collection of at least so many bytes."""
    with path.open("w", encoding="utf-8") as out:
        out.write('{"type": "FeatureCollection", "features": [\n')
        number = 0
        while out.tell() < size:
            rows = ",\n".join(feature(number + at) for at in range(ROWS_AT_ONCE))
            out.write(f"{',' if number else ''}{rows}\n")
            number += ROWS_AT_ONCE
        out.write("]}\n")


def run(code: str, path: Path) -> tuple[str, float, float]:
    """Run a read; return what it printed, and its time [s] and peak memory [MiB]."""
    wrapped = f"{code}\nimport resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    start = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", wrapped, str(path)], capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - start
    if done.returncode:
        return done.stderr.strip().splitlines()[-1], seconds, math.nan
    rows, peak = done.stdout.split()
    return rows, seconds, int(peak) / (1024 if sys.platform != "darwin" else MEBIBYTE)


def main() -> None:
    """Print the table."""
    sizes = [int(size) for size in sys.argv[1:]] or [100, 1024]
    print(f"{'MiB':>6} {'read':>5} {'rows':>9} {'seconds':>8} {'peak MiB':>9} {'peak / size':>11}")
    with TemporaryDirectory() as folder:
        path = Path(folder) / "large.geojson"
        for size in sizes:
            write(path, size * MEBIBYTE)
            for name, code in (("bare", BARE), ("full", FULL)):
                rows, seconds, peak = run(code, path)
                print(f"{size:>6} {name:>5} {rows:>9} {seconds:>8.1f} {peak:>9.0f} {peak / size:>11.1f}", flush=True)
        limit = LARGEST_MIB[".geojson"]
        with path.open("r+b") as stream:
            stream.truncate((limit + 1) * MEBIBYTE)
        print(f"{limit + 1:>6} {'full':>5} {run(FULL, path)[0]}")


if __name__ == "__main__":
    main()
