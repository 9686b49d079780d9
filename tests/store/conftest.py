"""A new store of each kind for each test, and small intakes to put into it."""

import runpy
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import box
from sqlalchemy import Engine

from geo.ingest.report import NOTE_COLUMNS, REFUSED_COLUMNS, Intake
from geo.model import OBSERVATION_COLUMNS, Asset, Scene
from geo.store import add_parcels, add_scenes, create_store, open_store
from geo.store.outlines import geometry_hashes

_cluster = runpy.run_path(str(Path(__file__).with_name("cluster.py")))
Cluster, private_cluster = _cluster["Cluster"], _cluster["private_cluster"]

ZONE_40 = 4528  # CGCS2000, 3-degree zone 40 around 120 degrees east
EAST, NORTH = 40_500_000.0, 3_500_000.0


@pytest.fixture
def store_path(tmp_path: Path) -> Path:
    path = tmp_path / "县.gpkg"
    create_store(path)
    return path


@pytest.fixture
def file_store(store_path: Path) -> Engine:
    """A new embedded store."""
    return open_store(store_path)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL server of the tests' own; without PostGIS the tests fail and say what to run."""
    with private_cluster() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def empty_store(cluster: Cluster) -> str:
    """Name of a database with an empty store, to be copied and never opened."""
    name = cluster.make_database()
    create_store(cluster.url(name))
    return name


@pytest.fixture
def database(cluster: Cluster) -> Iterator[str]:
    """Address of a new database with PostGIS and nothing else."""
    name = cluster.make_database()
    yield cluster.url(name)
    cluster.drop_database(name)


@pytest.fixture
def database_store(cluster: Cluster, empty_store: str) -> Iterator[Engine]:
    """A new store on PostGIS."""
    name = cluster.make_database(empty_store)
    yield open_store(cluster.url(name))
    cluster.drop_database(name)


@pytest.fixture(params=["embedded", "postgis"])
def store(request: pytest.FixtureRequest) -> Engine:
    """A new store of each kind: what is asked of one is asked of both."""
    engine: Engine = request.getfixturevalue({"embedded": "file_store", "postgis": "database_store"}[request.param])
    return engine


@pytest.fixture
def day() -> Callable[[int], datetime]:
    """Noon of a day of January 2026."""
    return lambda number: datetime(2026, 1, number, 12, tzinfo=UTC)


@pytest.fixture
def intake() -> Callable[..., Intake]:
    """Make an intake of rows already checked."""

    def make(kind: str, taken: pd.DataFrame, *, file: str = "a.gpkg", notes=(), refused=()) -> Intake:
        said = pd.DataFrame(list(notes), columns=list(NOTE_COLUMNS), dtype=object)
        out = pd.DataFrame(list(refused), columns=list(REFUSED_COLUMNS), dtype=object)
        return Intake(kind, file, None, "0" * 64, taken, said, out)

    return make


@pytest.fixture
def squares() -> Callable[..., gpd.GeoDataFrame]:
    """Make squares of 20 m, one beside the other with 20 m between them, as rows of parcels."""

    def make(parcel_ids: list[str], *, crs: int = ZONE_40, side: float = 20.0, **columns: object) -> gpd.GeoDataFrame:
        metres = [box(EAST + 40 * i, NORTH, EAST + 40 * i + side, NORTH + side) for i in range(len(parcel_ids))]
        geometry = gpd.GeoSeries(metres, crs=ZONE_40).to_crs(crs)
        values = {
            "parcel_id": parcel_ids,
            "area_m2": side * side,
            "ellipsoidal_area_m2": side * side,
            "geometry_hash": geometry_hashes(geometry),
            "row": range(1, len(parcel_ids) + 1),
        }
        return gpd.GeoDataFrame(values | columns, geometry=geometry)

    return make


@pytest.fixture
def scene() -> Callable[..., Scene]:
    """Make a scene of a day of January 2026."""

    def make(number: int, **changes: object) -> Scene:
        name = f"S2A_202601{number:02d}"
        values = {
            "scene_id": name,
            "acquired_at": datetime(2026, 1, number, 2, 30, tzinfo=UTC),
            "level": "L2A",
            "assets": (Asset("B04", f"{name}/B04.tif"), Asset("SCL", f"{name}/SCL.tif", 2)),
        }
        return Scene(**(values | changes))

    return make


@pytest.fixture
def county(store: Engine, day, intake, squares, scene) -> Engine:
    """A store with the parcels a and b (versions 1 and 2) and scenes of 3 and 13 January, known on the 14th."""
    scenes = [scene(3), scene(13)]
    with store.begin() as conn:
        add_parcels(conn, intake("parcels", squares(["a", "b"])), known_at=day(14))
        add_scenes(conn, scenes, {s.scene_id: "1" * 64 for s in scenes}, known_at=day(14))
    return store


@pytest.fixture
def survey_a_again(county, intake, squares, day):
    """Give the parcel a another outline, known on the 20th."""

    def survey(conn) -> None:
        add_parcels(conn, intake("parcels", squares(["a"], side=10.0)), known_at=day(20))

    return survey


@pytest.fixture
def observed() -> Callable[..., pd.DataFrame]:
    """Make observations of parcel versions in one scene, half roof and half bare."""

    def make(parcel_versions: dict[str, int], scene: Scene) -> pd.DataFrame:
        numbers = dict.fromkeys(OBSERVATION_COLUMNS[3:-1], 0.0) | {"roof_fraction": 0.5, "bare_fraction": 0.5}
        frame = pd.DataFrame({"parcel_id": list(parcel_versions), "scene_id": scene.scene_id, **numbers})
        acquired_at = pd.Series([scene.acquired_at] * len(frame)).astype("datetime64[us, UTC]")
        frame = frame.assign(acquired_at=acquired_at, built_fraction=0.5, reason=pd.Series(np.nan, dtype="str"))
        return frame[list(OBSERVATION_COLUMNS)].assign(parcel_version=list(parcel_versions.values()))

    return make


@pytest.fixture
def as_of() -> date:
    return date(2026, 1, 31)
