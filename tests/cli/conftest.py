"""The command line on a store of each kind, as a bureau uses it."""

import runpy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import geopandas as gpd
import pytest
import shapely

from geo.cli import main

private_cluster = runpy.run_path(str(Path(__file__).parents[1] / "store" / "cluster.py"))["private_cluster"]

EAST, NORTH = 500_000.0, 3_300_000.0
CRS = 4549


class Said(NamedTuple):
    """What a command left."""

    code: int
    out: str
    err: str


@pytest.fixture(scope="session")
def cluster() -> Iterator[object]:
    with private_cluster() as cluster:
        yield cluster


@pytest.fixture
def command(tmp_path, monkeypatch, capsys) -> Callable[..., Said]:
    """Runs the command line in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PARCELWATCH_STORE", raising=False)
    monkeypatch.setenv("PARCELWATCH_LANG", "zh")

    def run(*arguments: str | Path) -> Said:
        monkeypatch.setattr("sys.argv", ["parcelwatch", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return Said(int(ended.value.code or 0), said.out, said.err)

    return run


@pytest.fixture(params=["embedded", "postgis"])
def store(request, command, monkeypatch) -> str:
    """A new store of each kind, which the commands then use; its address."""
    address = str(Path.cwd() / "parcelwatch.gpkg")
    if request.param == "postgis":
        server = request.getfixturevalue("cluster")
        address = server.url(server.make_database())
    monkeypatch.setenv("PARCELWATCH_STORE", address)
    assert command("init").code == 0
    return address


@pytest.fixture
def square() -> Callable[..., shapely.Polygon]:
    """Squares of 100 m, placed in metres."""
    return lambda x=0, y=0, side=100.0: shapely.box(EAST + x, NORTH + y, EAST + x + side, NORTH + y + side)


@pytest.fixture
def bow_tie() -> shapely.Polygon:
    """An outline of which nobody can tell what was meant."""
    return shapely.Polygon([(EAST, NORTH), (EAST + 90, NORTH + 90), (EAST + 90, NORTH), (EAST, NORTH + 90)])


@pytest.fixture
def write(tmp_path) -> Callable[..., Path]:
    """Write parcels, outlines by name, into a file."""

    def write(name: str, outlines: dict[str, shapely.Geometry], crs: int = CRS, **columns: list[object]) -> Path:
        frame = gpd.GeoDataFrame({"宗地号": list(outlines)} | columns, geometry=list(outlines.values()), crs=crs)
        frame.to_file(tmp_path / name)
        return tmp_path / name

    return write
