"""The command line on a store of each kind, as a bureau uses it."""

import runpy
from collections.abc import Callable, Iterator
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

private_cluster = runpy.run_path(str(Path(__file__).parents[1] / "store" / "cluster.py"))["private_cluster"]

EAST, NORTH = 500_000.0, 3_300_000.0
CRS = 4549


@pytest.fixture(scope="session")
def cluster() -> Iterator[object]:
    with private_cluster() as cluster:
        yield cluster


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
