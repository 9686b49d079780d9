"""One parcel in one pass is one observation, made once, and one bad scene ends nothing."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import CRS
from sqlalchemy import Engine

from geo.change_detection.boxes import Box
from geo.change_detection.grid import Grid
from geo.ingest.reader import write_scene
from geo.steps.ingest import Options, ingest
from geo.steps.looks import look
from geo.steps.observe import METHOD, observe_store
from geo.store import PixelStore, cache_folder, create_store, open_store, read_observations
from geo.store.pixels import Spot

WEST, NORTH = 500_000.0, 3_400_000.0
NOW = datetime(2026, 11, 5, tzinfo=UTC)
BANDS = {"B02": 450, "B03": 700, "B04": 500, "B05": 1050, "B08": 3800, "B11": 2200, "B12": 1100}


def tile(west: float, size: int = 220) -> Grid:
    return Grid(CRS.from_epsg(32650).to_wkt(), (10.0, 0.0, west, 0.0, -10.0, NORTH), (size, size))


def meadow(folder: Path, name: str, west: float = WEST) -> Path:
    """A clear meadow on every pixel."""
    grid = tile(west)
    bands = {band: np.full(grid.shape, number, dtype=np.uint16) for band, number in BANDS.items()}
    write_scene(folder / name, name, bands | {"SCL": np.full(grid.shape, 4, dtype=np.uint16)}, grid)
    return folder / name


@pytest.fixture
def store(tmp_path: Path) -> Engine:
    """A store of two parcels, one in the west and one in the east."""
    corners = (WEST + 600, NORTH - 1000), (WEST + 1700, NORTH - 1000)
    boxes = [shapely.box(x, y, x + 120, y + 120) for x, y in corners]
    gpd.GeoDataFrame({"parcel_id": ["west", "east"]}, geometry=boxes, crs=32650).to_file(tmp_path / "parcels.gpkg")
    create_store(tmp_path / "store.gpkg")
    engine = open_store(tmp_path / "store.gpkg")
    ingest(engine, "parcels", [tmp_path / "parcels.gpkg"], options=Options(), known_at=NOW)
    return engine


@pytest.fixture
def take(store: Engine) -> Callable[..., None]:
    """Take folders of scenes into the store."""

    def take(*folders: Path) -> None:
        ingest(store, "scenes", folders, options=Options(), known_at=NOW)

    return take


def observe(store: Engine) -> tuple[int, list[str], list[tuple[str, str]]]:
    """Observe; return new rows, codes of refused scenes, and what counts: parcel and the end of the scene's name."""
    seen = observe_store(store, until=NOW, as_of=NOW.date(), known_at=NOW)
    with store.connect() as conn:
        rows = read_observations(conn, method=METHOD, until=NOW)
    assert rows["reason"].isin(["", "outside"]).all()
    found = list(zip(rows["parcel_id"], rows["scene_id"].str[-5:], strict=True))
    return seen.rows, [entry["code"] for entry in seen.refused], found


def test_of_overlapping_tiles_each_parcel_is_seen_where_its_surroundings_are(
    store: Engine, take: Callable[..., None], tmp_path: Path
) -> None:
    names = "S2A_20260901T025941_N0511_T50RMK_L2A_aaaaa", "S2A_20260901T025941_N0511_T50RNK_L2A_bbbbb"
    take(meadow(tmp_path, names[0]), meadow(tmp_path, names[1], WEST + 800))
    assert observe(store) == (2, [], [("east", "bbbbb"), ("west", "aaaaa")])
    assert observe(store) == (0, [], [("east", "bbbbb"), ("west", "aaaaa")])


def test_a_reprocessing_takes_the_place_of_what_was_seen_before(
    store: Engine, take: Callable[..., None], tmp_path: Path
) -> None:
    take(meadow(tmp_path, "S2A_20260901T025941_N0510_T50RMK_L2A_first"))
    assert observe(store) == (2, [], [("east", "first"), ("west", "first")])
    take(meadow(tmp_path, "S2A_20260901T025941_N0511_T50RMK_L2A_newer"))
    assert observe(store) == (2, [], [("east", "newer"), ("west", "newer")])
    take(meadow(tmp_path, "S2A_20260901T025941_N0500_T50RMK_L2A_older"))
    assert observe(store) == (0, [], [("east", "newer"), ("west", "newer")])


def test_a_scene_that_breaks_after_it_was_taken_is_said_and_another_of_its_pass_is_used(
    store: Engine, take: Callable[..., None], tmp_path: Path
) -> None:
    best = meadow(tmp_path, "S2A_20260901T025941_N0511_T50RMK_L2A_newer")
    take(best, meadow(tmp_path, "S2A_20260901T025941_N0510_T50RMK_L2A_older"))
    path = next(best.glob("*_B08_*"))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    rows, codes, found = observe(store)
    assert (rows, found) == (2, [("east", "older"), ("west", "older")])
    assert len(codes) == 1
    path.write_bytes(whole)
    assert observe(store) == (2, [], [("east", "newer"), ("west", "newer")])


def test_a_month_whose_only_scene_is_gone_is_said_and_the_others_go_on(
    store: Engine, take: Callable[..., None], tmp_path: Path
) -> None:
    gone = meadow(tmp_path, "S2A_20260801T025941_N0511_T50RMK_L2A_agone")
    take(gone, meadow(tmp_path, "S2A_20260901T025941_N0511_T50RMK_L2A_there"))
    for path in gone.iterdir():
        path.unlink()
    assert observe(store) == (2, ["observe.image_unreadable"], [("east", "there"), ("west", "there")])


def test_what_was_observed_needs_its_files_no_more(store: Engine, take: Callable[..., None], tmp_path: Path) -> None:
    old = meadow(tmp_path, "S2A_20260801T025941_N0511_T50RMK_L2A_first")
    take(old)
    observe(store)
    for path in old.iterdir():
        path.unlink()
    assert observe(store) == (0, [], [("east", "first"), ("west", "first")])


def kept_files(store: Engine) -> dict[Path, bytes]:
    """Every file of pixels and its bytes."""
    return {path: path.read_bytes() for path in sorted((cache_folder(store) / "pixels").rglob("*.parquet"))}


def test_pixels_of_every_scene_are_kept_and_those_lost_are_made_again_the_same(
    store: Engine, take: Callable[..., None], tmp_path: Path
) -> None:
    names = [f"S2A_2026{month:02}01T025941_N0511_T50RMK_L2A_first" for month in (7, 8, 9)]
    take(*(meadow(tmp_path, name) for name in names))
    observe(store)
    whole = kept_files(store)
    assert len(whole) == 3
    first, second, _ = whole
    first.unlink()
    second.write_bytes(whole[second][:100])
    assert observe(store)[:2] == (0, [])
    assert kept_files(store) == whole


def test_pixels_lost_with_their_scene_are_only_missed(store: Engine, take: Callable[..., None], tmp_path: Path) -> None:
    old = meadow(tmp_path, "S2A_20260801T025941_N0511_T50RMK_L2A_first")
    take(old)
    observe(store)
    for path in [*old.iterdir(), *kept_files(store)]:
        path.unlink()
    assert observe(store) == (0, [], [("east", "first"), ("west", "first")])
    assert kept_files(store) == {}


def test_a_run_that_was_killed_goes_on_with_the_passes_that_are_not_done(
    store: Engine, take: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(*(meadow(tmp_path, f"S2A_2026{month:02}01T025941_N0511_T50RMK_L2A_first") for month in (7, 8, 9)))
    opened: list[str] = []

    def killed(*args: object, **kwargs: object) -> object:
        opened.append(args[0][0].scene_id)
        if len(opened) == 2:
            raise KeyboardInterrupt
        return look(*args, **kwargs)

    monkeypatch.setattr("geo.steps.observe.look", killed)
    with pytest.raises(KeyboardInterrupt):
        observe(store)
    done = kept_files(store)
    assert len(done) == 1
    assert observe(store)[0] == 4
    assert [name[4:10] for name in opened] == ["202607", "202608", "202608", "202609"]
    assert kept_files(store).items() > done.items()


def test_a_new_parcel_adds_its_own_pixels_and_leaves_the_others(
    store: Engine, take: Callable[..., None], tmp_path: Path
) -> None:
    take(meadow(tmp_path, "S2A_20260901T025941_N0511_T50RMK_L2A_first"))
    observe(store)
    before = kept_files(store)
    box = shapely.box(WEST + 900, NORTH - 1500, WEST + 1000, NORTH - 1400)
    gpd.GeoDataFrame({"parcel_id": ["new"]}, geometry=[box], crs=32650).to_file(tmp_path / "new.gpkg")
    ingest(store, "parcels", [tmp_path / "new.gpkg"], options=Options(), known_at=NOW)
    assert observe(store)[0] == 1
    (added,) = kept_files(store).keys() - before
    keys = [key for key in spots_in(added) if "/" not in key]
    assert kept_files(store).items() > before.items()
    assert len(keys) == 1


def spots_in(path: Path) -> dict[str, Spot]:
    with PixelStore(path.parents[1]) as pixels:
        return {key: spot for key, spot in pixels.spots(path.name.split("-")[0]).items() if spot.path == path}


def test_a_parcel_at_the_edge_of_a_scene_is_kept_as_far_as_the_scene_reaches(
    store: Engine, take: Callable[..., None], tmp_path: Path
) -> None:
    take(meadow(tmp_path, "S2A_20260901T025941_N0511_T50RMK_L2A_first", WEST + 1760))
    observe(store)
    (path,) = kept_files(store)
    spots = [spot for key, spot in spots_in(path).items() if "/" not in key]
    assert sorted(spot.box for spot in spots) == [Box(0, 0, 0, 0), Box(83, 0, 22, 11)]


def test_nothing_is_kept_of_scenes_that_give_no_fractions(
    store: Engine, take: Callable[..., None], tmp_path: Path
) -> None:
    folder = meadow(tmp_path, "S2A_20260901T025941_N0511_T50RMK_L2A_first")
    next(folder.glob("*_SCL_*")).unlink()
    take(folder)
    observe_store(store, until=NOW, as_of=NOW.date(), known_at=NOW)
    assert kept_files(store) == {}
