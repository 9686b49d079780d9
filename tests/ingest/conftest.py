"""Files as bureaus send them, small enough to work out by hand."""

import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely
from openpyxl import Workbook

from geo.errors import GeoError
from geo.ingest.report import Intake
from geo.locale import say_error, say_refusal

WriteLayer = Callable[..., Path]
WriteSheet = Callable[..., Path]

WRITERS = {".gdb": "OpenFileGDB", ".kml": "LIBKML"}

LISTENER = """
import http.server, pathlib, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        with open(sys.argv[1], "a") as log: log.write(self.path + chr(10))
        self.send_response(404)
        self.end_headers()
    do_HEAD = do_GET
    def log_message(self, *args): pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
pathlib.Path(sys.argv[1] + ".port").write_text(str(server.server_port))
server.serve_forever()
"""


@pytest.fixture(scope="session")
def listener(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Callable[[], list[str]]]]:
    """Listen on this machine, in a process of its own: an address, and what was asked for there since last time."""
    log = tmp_path_factory.mktemp("listener") / "log"
    with subprocess.Popen([sys.executable, "-c", LISTENER, str(log)]) as server:
        port = Path(f"{log}.port")
        while not (port.exists() and port.read_text()):
            assert server.poll() is None
            time.sleep(0.02)

        def heard() -> list[str]:
            asked = log.read_text().split() if log.exists() else []
            log.unlink(missing_ok=True)
            return asked

        yield f"http://127.0.0.1:{port.read_text()}", heard
        server.terminate()


@pytest.fixture
def square() -> Callable[..., shapely.Polygon]:
    """Squares of 20 m standing in a row 100 m apart, in EPSG:4549: each has 400 m2."""

    def draw(number: int = 0, side: float = 20.0) -> shapely.Polygon:
        west, south = 500_000 + 100 * number, 3_300_000
        return shapely.box(west, south, west + side, south + side)

    return draw


@pytest.fixture
def write_layer(tmp_path: Path) -> WriteLayer:
    """Write geometries and columns into a vector file; the layer is ``parcels`` in EPSG:4549 unless said otherwise."""

    def write(
        geometry: Sequence[shapely.Geometry | None],
        name: str = "parcels.gpkg",
        crs: object = 4549,
        layer: str = "parcels",
        encoding: str | None = None,
        **columns: Sequence[object],
    ) -> Path:
        path = tmp_path / name
        frame = gpd.GeoDataFrame(columns, geometry=list(geometry), crs=crs)
        options = {"layer": layer} if path.suffix in (".gpkg", ".gdb") else {}
        if path.suffix in WRITERS:
            options["driver"] = WRITERS[path.suffix]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if path.suffix == ".parquet":
                frame.to_parquet(path)
            else:
                pyogrio.write_dataframe(frame, path, encoding=encoding, **options)
        return path

    return write


@pytest.fixture
def write_sheet(tmp_path: Path) -> WriteSheet:
    """Write rows into a sheet of a workbook, or into a CSV where the name says so."""

    def write(
        rows: Sequence[Sequence[object]], name: str = "台账.xlsx", sheet: str = "台账", encoding: str = "utf-8"
    ) -> Path:
        path = tmp_path / name
        if path.suffix == ".csv":
            frame = pd.DataFrame(rows[1:], columns=list(rows[0]))
            frame.to_csv(path, index=False, encoding=encoding)
            return path
        book = Workbook()
        book.active.title = sheet
        for row in rows:
            book.active.append(list(row))
        book.save(path)
        return path

    return write


@pytest.fixture
def sentence() -> Callable[[GeoError], str]:
    """Say an error in both languages, see that they name the same places, and return the English one."""

    def say(error: GeoError) -> str:
        zh, en = say_error(error, "zh"), say_error(error, "en")
        for place in ("file", "layer", "row", "column"):
            if error.params.get(place) is not None:
                assert str(error.params[place]) in zh
                assert str(error.params[place]) in en
        assert "file" in error.params
        return en

    return say


@pytest.fixture
def said() -> Callable[[Intake], tuple[list[tuple[object, str]], list[tuple[object, str]]]]:
    """Say every note and refusal in both languages; return (row, code) of the notes and of the refusals."""

    def check(intake: Intake) -> tuple[list[tuple[object, str]], list[tuple[object, str]]]:
        pairs = []
        for frame in (intake.notes, intake.refused):
            for code, params in zip(frame["code"], frame["params"], strict=True):
                assert params["file"] == intake.file
                assert intake.file in say_refusal(code, params, "zh")
                assert intake.file in say_refusal(code, params, "en")
            rows = [None if pd.isna(row) else int(row) for row in frame["row"]]
            pairs.append(list(zip(rows, frame["code"], strict=True)))
        rows = [*intake.taken["row"], *intake.refused["row"]]
        assert len(rows) == len(set(rows))
        return pairs[0], pairs[1]

    return check
