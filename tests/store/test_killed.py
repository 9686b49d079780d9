"""The same import, killed at random moments: each time either nothing or everything of it is there."""

import json
import subprocess
import sys

import pytest

KILLS = 10
ROWS = 1200
"""So many that a file's R-tree is written at once."""

PROGRAM = """
import json, os, random, signal, sys, time
from datetime import UTC, datetime
import geopandas as gpd, pandas as pd
from shapely.geometry import box
from sqlalchemy import text
from geo.ingest.report import NOTE_COLUMNS, REFUSED_COLUMNS, Intake
from geo.store import add_parcels, open_store, parcels_in_bbox, read_intakes, read_parcels, read_refused
from geo.store.outlines import geometry_hashes

address, kills, rows = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
squares = [box(4e7 + 5e5 + 40 * n, 35e5, 4e7 + 5e5 + 40 * n + 20, 35e5 + 20) for n in range(rows)]
outlines = gpd.GeoSeries(squares, crs=4528)
said = {"area_m2": 400.0, "ellipsoidal_area_m2": 400.0, "geometry_hash": geometry_hashes(outlines), "row": range(rows)}
refused = pd.DataFrame([[n, "x", "y", "ingest.bad", {}, "?"] for n in range(rows)], columns=list(REFUSED_COLUMNS))
notes = pd.DataFrame(columns=list(NOTE_COLUMNS), dtype=object)
draw = random.Random(20261031)


def take_in(number, begun):
    names = [f"{number}-{n}" for n in range(rows)]
    taken = gpd.GeoDataFrame({"parcel_id": names} | said, geometry=outlines)
    intake = Intake("parcels", f"{number}.gpkg", None, "0" * 64, taken, notes, refused)
    with open_store(address).begin() as conn:
        os.write(begun, b".")
        add_parcels(conn, intake, known_at=datetime(2026, 1, number, tzinfo=UTC))


def attempt(number, wait):
    ready, begun = os.pipe()
    child = os.fork()
    if child == 0:
        take_in(number, begun)
        os._exit(0)
    os.read(ready, 1)
    start = time.perf_counter()
    if wait is not None:
        time.sleep(wait)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.waitstatus_to_exitcode(status) == 0, "the import itself failed"
    os.close(ready), os.close(begun)
    return time.perf_counter() - start


def wait_for_server(engine):
    if engine.dialect.name == "postgresql":
        theirs = "datname = current_database() AND backend_type = 'client backend'"
        asked = text("SELECT count(*) FROM pg_stat_activity WHERE " + theirs)
        while True:  # it finds out by itself that nobody is there any more
            with engine.connect() as conn:
                if conn.scalar(asked) == 1:
                    return
            time.sleep(0.01)


def left(number):
    engine = open_store(address)
    wait_for_server(engine)
    with engine.connect() as conn:
        parcels = read_parcels(conn)["parcel_id"].str.startswith(f"{number}-").sum()
        found = parcels_in_bbox(conn, (-180, -90, 180, 90))["parcel_id"].str.startswith(f"{number}-").sum()
        file = f"{number}.gpkg"
        return [int(parcels), int(found), int((read_refused(conn)["file"] == file).sum()),
                int((read_intakes(conn)["file"] == file).sum())]


seconds = attempt(1, None)
outcomes = [left(1)]
for number in range(2, kills + 2):
    attempt(number, draw.uniform(0, 1.1 * seconds))
    outcomes.append(left(number))
print(json.dumps(outcomes))
"""


@pytest.fixture(params=["embedded", "postgis"])
def address(request) -> str:
    if request.param == "embedded":
        return str(request.getfixturevalue("store_path"))
    return request.getfixturevalue("database_store").url.render_as_string(hide_password=False)


def test_an_import_killed_at_any_moment_leaves_nothing_or_everything(address, tmp_path):
    program = [sys.executable, "-c", PROGRAM, address, str(KILLS), str(ROWS)]
    done = subprocess.run(program, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    outcomes = json.loads(done.stdout)
    nothing, everything = [0, 0, 0, 0], [ROWS, ROWS, ROWS, 1]
    assert outcomes[0] == everything
    assert len(outcomes) == 1 + KILLS
    assert all(outcome in (nothing, everything) for outcome in outcomes)
    assert [path.name for path in tmp_path.iterdir()] in ([], ["县.gpkg"])
