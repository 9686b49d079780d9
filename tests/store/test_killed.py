"""The same import, killed at random moments: each time either nothing or everything of it is there.

Each attempt is the command itself, ``parcelwatch ingest parcels``, in a process that is killed without warning.
"""

import json
import subprocess
import sys

import geopandas as gpd
import pytest
import shapely

KILLS = 10
ROWS = 1200
"""So many that a file's R-tree is written at once."""
REFUSED = 50

PROGRAM = """
import os, random, signal, sys, time, json
from pathlib import Path
from sqlalchemy import text
from geo.cli import main
from geo.store import open_store, parcels_in_bbox, read_intakes, read_parcels, read_refused

address, folder, kills = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
draw = random.Random(20261031)


def take_in(number, begun):
    sys.argv = ["parcelwatch", "--store", address, "ingest", "parcels", str(folder / f"{number}.gpkg")]
    os.write(begun, b".")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    try:
        main()
    except SystemExit as ended:
        os._exit(0 if ended.code == 4 else 1)  # part of the rows are refused


def attempt(number, wait):
    ready, begun = os.pipe()
    child = os.fork()
    if child == 0:
        take_in(number, begun)
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
        query = text("SELECT count(*) FROM lineage JOIN intake USING (intake_id) WHERE file = :file")
        return [int(parcels), int(found), int((read_refused(conn)["file"] == file).sum()),
                int((read_intakes(conn)["file"] == file).sum()), conn.scalar(query, {"file": file})]


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


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Write files of parcels of which some have no area; the later ones overlap the first."""
    folder = tmp_path_factory.mktemp("files")
    for number in range(1, KILLS + 2):
        west, south = 40_500_000 + number, 3_500_000
        squares = [shapely.box(west + 40 * n, south, west + 40 * n + 20, south + 20) for n in range(ROWS)]
        lines = [shapely.Polygon([(west, south), (west + 9, south), (west + 5, south)])] * REFUSED
        names = [f"{number}-{n}" for n in range(ROWS + REFUSED)]
        gpd.GeoDataFrame({"parcel_id": names}, geometry=squares + lines, crs=4528).to_file(folder / f"{number}.gpkg")
    return folder


def test_an_import_killed_at_any_moment_leaves_nothing_or_everything(address, files, tmp_path):
    program = [sys.executable, "-c", PROGRAM, address, str(files), str(KILLS)]
    done = subprocess.run(program, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    outcomes = json.loads(done.stdout)
    nothing, everything = [0, 0, 0, 0], [ROWS, ROWS, REFUSED, 1]
    assert outcomes[0] == [*everything, 0]
    assert len(outcomes) == 1 + KILLS
    assert all(outcome[:4] in (nothing, everything) for outcome in outcomes)
    assert all(bool(descents) is bool(parcels) for parcels, *_, descents in outcomes[1:])
    assert nothing in [outcome[:4] for outcome in outcomes]
    assert [path.name for path in tmp_path.iterdir()] in ([], ["县.gpkg"])
