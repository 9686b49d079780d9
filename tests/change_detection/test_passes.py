"""Which scene of a pass each parcel is observed in."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import geopandas as gpd
import shapely
from pyproj import CRS

from geo.change_detection.grid import Grid
from geo.change_detection.passes import choose_scenes, group_passes
from geo.model import Scene

MOMENT = datetime(2026, 1, 3, 2, 59, 41, tzinfo=UTC)
HERE = Scene("S2A_MSIL2A_20260103T025941_N0511_R032_T50RMK_20260103T055612", MOMENT, "L2A", ())


def tile(zone: int, west: float, south: float, size: int = 2000) -> Grid:
    wkt = CRS.from_epsg(32600 + zone).to_wkt()
    return Grid(wkt, (10.0, 0.0, west, 0.0, -10.0, south + 10.0 * size), (size, size))


def parcel_at(x: float, y: float, zone: int = 50) -> gpd.GeoSeries:
    return gpd.GeoSeries([shapely.box(x, y, x + 100, y + 100)], crs=32600 + zone)


def named(name: str, level: str = "L2A") -> Scene:
    return replace(HERE, scene_id=name, level=level)


def test_scenes_within_half_an_hour_are_one_pass() -> None:
    later = [replace(HERE, scene_id=f"S{k}", acquired_at=MOMENT + timedelta(minutes=m)) for k, m in enumerate((29, 31))]
    groups = group_passes([later[1], HERE, later[0]])
    assert [[scene.scene_id for scene in one] for one in groups] == [[HERE.scene_id, "S0"], ["S1"]]
    assert group_passes([]) == []


def test_a_chain_of_scenes_is_not_one_pass_because_each_is_near_the_next() -> None:
    chain = [replace(HERE, scene_id=f"S{k}", acquired_at=MOMENT + timedelta(minutes=20 * k)) for k in range(4)]
    assert [len(one) for one in group_passes(chain)] == [2, 2]


def test_a_single_scene_is_taken_without_looking() -> None:
    grid = tile(50, 500_000, 3_400_000)
    assert choose_scenes([HERE], [grid], parcel_at(0, 0)).tolist() == [0]


def test_full_context_goes_before_everything_but_the_level() -> None:
    at_the_edge, whole = tile(50, 500_000, 3_400_000), tile(50, 490_000, 3_390_000)
    parcel = parcel_at(500_100, 3_400_100)  # 100 m from the edge of the first
    newer = named("S_N0512_a")
    assert choose_scenes([newer, named("S_N0300_b")], [at_the_edge, whole], parcel).tolist() == [1]
    assert choose_scenes([newer, named("S_N0300_b", "L1C")], [at_the_edge, whole], parcel).tolist() == [0]


def test_a_parcel_half_on_a_tile_is_looked_at_where_it_is_whole_and_one_off_both_anywhere() -> None:
    west, east = tile(50, 480_000, 3_400_000), tile(50, 500_000, 3_400_000)
    parcels = gpd.GeoSeries([parcel_at(499_950, 3_410_000)[0], parcel_at(900_000, 0)[0]], crs=32650)
    wider = tile(50, 480_000, 3_400_000, size=2010)
    assert choose_scenes([named("a"), named("b")], [east, wider], parcels).tolist() == [1, 0]
    assert choose_scenes([named("a"), named("b")], [west, east], parcels).tolist() == [0, 0]


def test_the_nearer_central_meridian_decides_between_zones() -> None:
    parcel = parcel_at(790_000, 3_410_000)  # 3.05 degrees east of 117: nearer to 123
    other = parcel.to_crs(32651).total_bounds
    here, there = tile(50, 780_000, 3_400_000), tile(51, other[0] - 10_000, other[1] - 10_000)
    assert choose_scenes([named("a_N0512_"), named("b_N0500_")], [here, there], parcel).tolist() == [1]
    nearer = parcel_at(770_000, 3_410_000)
    other = nearer.to_crs(32651).total_bounds
    here, there = tile(50, 760_000, 3_400_000), tile(51, other[0] - 10_000, other[1] - 10_000)
    assert choose_scenes([named("a"), named("b")], [here, there], nearer).tolist() == [0]


def test_a_grid_in_degrees_comes_after_one_of_a_zone() -> None:
    parcel = parcel_at(510_000, 3_410_000)
    x, y = parcel.to_crs(4326).total_bounds[:2]
    degrees = Grid(CRS.from_epsg(4326).to_wkt(), (1e-4, 0.0, x - 0.1, 0.0, -1e-4, y + 0.1), (2000, 2000))
    assert choose_scenes([named("a"), named("b")], [degrees, tile(50, 500_000, 3_400_000)], parcel).tolist() == [1]


def test_then_the_newest_baseline_then_the_name() -> None:
    grid, parcel = tile(50, 500_000, 3_400_000), parcel_at(510_000, 3_410_000)
    assert choose_scenes([named("S_N0400_a"), named("S_N0511_b")], [grid, grid], parcel).tolist() == [1]
    assert choose_scenes([named("S_N0511_b"), named("S_N0511_a")], [grid, grid], parcel).tolist() == [1]
