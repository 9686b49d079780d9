"""Scenes with known truth."""

from dataclasses import replace
from datetime import date

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.change_detection.grid import Grid
from geo.change_detection.mixtures import make_library
from geo.change_detection.sensor import COARSE
from geo.change_detection.simulate import (
    COUNTS_AS,
    FINE,
    Materials,
    county_materials,
    lying,
    paint_days,
    simulate_scene,
    true_fractions,
)
from geo.change_detection.spectral import NEEDED
from geo.ingest.spectra import read_spectra
from geo.model import CLASS_FRACTIONS

DAY = date(2025, 7, 1)


def county(*rows: tuple[shapely.Geometry, str, str | None, str | None, int]) -> gpd.GeoDataFrame:
    columns = ["geometry", "surface", "from_on", "to_on", "level"]
    return gpd.GeoDataFrame(list(rows), columns=columns, geometry="geometry", crs=32650)


@pytest.fixture(scope="module")
def materials() -> Materials:
    return county_materials(make_library(read_spectra()))


def painted_on(rows: gpd.GeoDataFrame, grid: Grid, day: date = DAY) -> np.ndarray:
    return next(paint_days(rows, grid, [day]))


def square(column: float, row: float, width: float, height: float) -> shapely.Geometry:
    """A box on the grid of these tests, in pixels from the upper left corner."""
    x, y = 500_000 + 10 * column, 2_600_120 - 10 * row
    return shapely.box(x, y - 10 * height, x + 10 * width, y)


def test_a_surface_lies_from_its_first_to_its_last_day(grid: Grid) -> None:
    rows = county(
        (square(0, 0, 1, 1), "bare", "2025-07-01", "2025-07-31", 1),
        (square(0, 0, 1, 1), "paved", "2025-08-01", None, 2),
        (square(0, 0, 1, 1), "grass", None, None, 0),
    )
    days = ("2025-06-30", "2025-07-01", "2025-07-31", "2025-08-01")
    assert [lying(rows, date.fromisoformat(day)).tolist() for day in days] == [
        [False, False, True],
        [True, False, True],
        [True, False, True],
        [False, True, True],
    ]


def test_ground_is_painted_alike_on_a_day_whatever_was_painted_before(grid: Grid) -> None:
    rows = county(
        (square(2, 2, 5, 5), "bare", "2025-02-01", None, 1),
        (square(3, 3, 2, 2), "roof_grey", "2025-03-01", "2025-04-30", 2),
        (square(0, 0, 4, 4), "grass", None, None, 0),
    )
    days = [date(2025, month, 1) for month in (1, 2, 3, 4, 5)]
    one_by_one = [painted_on(rows, grid, day).copy() for day in days]
    for alone, together in zip(one_by_one, paint_days(rows, grid, days), strict=True):
        np.testing.assert_array_equal(alone, together)
    assert (one_by_one[2] != one_by_one[4]).any()


def test_what_lies_higher_covers_what_is_below_and_truth_adds_up(grid: Grid) -> None:
    rows = county(
        (square(5, 5, 2, 2), "roof_grey", None, None, 3),
        (square(4, 4, 4, 4), "paved", None, None, 1),
        (square(4, 4, 4, 1), "net", None, None, 2),
    )
    parcel = gpd.GeoSeries({"P": square(4, 4, 5, 4)}, crs=32650)
    truth = true_fractions(parcel, grid, painted_on(rows, grid)).loc["P"]
    assert truth.to_dict() == pytest.approx(
        {
            "roof_fraction": 4 / 20,
            "paved_fraction": (16 - 4 - 4) / 20,
            "net_fraction": 4 / 20,
            "vegetation_fraction": 4 / 20,  # the ground that no row covers
            "bare_fraction": 0,
            "water_fraction": 0,
        },
        abs=1e-5,
    )


def test_painted_shares_add_up_in_every_pixel(grid: Grid) -> None:
    rows = county((square(1.3, 2.7, 5.1, 3.3), "bare", None, None, 0), (square(3, 3, 6, 6), "water", None, None, 1))
    painted = painted_on(rows, grid)
    assert painted.shape == (len(COUNTS_AS), 12 * FINE, 16 * FINE)
    np.testing.assert_allclose(painted.sum(axis=0), 1, atol=1e-6)


def test_a_scene_has_bands_of_two_sizes_and_a_class_layer(grid: Grid, materials: Materials) -> None:
    odd = grid.part((0, 11), (0, 15))
    scene = simulate_scene(painted_on(county(), odd), DAY, materials, seed=1)
    assert set(scene) == {*NEEDED, "SCL"}
    assert {scene[band].shape for band, is_coarse in zip(NEEDED, COARSE, strict=True) if not is_coarse} == {(11, 15)}
    assert {scene[band].shape for band in ("B05", "B11", "B12", "SCL")} == {(6, 8)}
    assert {array.dtype for array in scene.values()} == {np.dtype(np.uint16)}
    assert min(int(array.min()) for array in scene.values()) > 0


def test_seed_and_day_make_a_scene_and_another_seed_makes_another(grid: Grid, materials: Materials) -> None:
    painted = painted_on(county(), grid)
    first, second, other = (simulate_scene(painted, DAY, materials, seed=seed) for seed in (1, 1, 2))
    for band in first:
        np.testing.assert_array_equal(first[band], second[band])
    assert (first["B02"] != other["B02"]).any()


@pytest.mark.parametrize("surface", [name for name in COUNTS_AS if name not in ("grass", "crop")])
def test_the_light_of_a_large_surface_is_near_its_spectrum(surface: str, grid: Grid, materials: Materials) -> None:
    painted = painted_on(county((shapely.box(*grid.bounds), surface, None, None, 0)), grid)
    scene = simulate_scene(painted, DAY, materials, seed=4, cloudy=0)
    spectrum = materials.seasons.on(182.0, 0.1)[list(COUNTS_AS).index(surface)]
    for band, reflectance in zip(NEEDED, spectrum, strict=True):
        # 3 % of the day's light three times over, haze of 0.006 a band, most in blue, and soil that may be wet
        assert np.median(scene[band]) / 10_000 == pytest.approx(reflectance, rel=0.25, abs=0.03), band


def test_grass_is_greener_in_summer_than_in_winter_and_roofs_are_not(grid: Grid, materials: Materials) -> None:
    winter = date(2025, 1, 15)
    summer_green, winter_green = (dict(zip(COUNTS_AS, materials.seasons.green(day), strict=True)) for day in (182, 14))
    assert summer_green["grass"] > 0.9
    assert winter_green["grass"] < 0.7
    assert summer_green["paved"] == winter_green["paved"] == 0
    rows = county((shapely.box(*grid.bounds), "crop", None, None, 0))
    red = [
        float(np.median(simulate_scene(painted_on(rows, grid, day), day, materials, seed=4, cloudy=0)["B04"]))
        for day in (DAY, winter)
    ]
    assert red[0] < 0.8 * red[1]


def test_a_picture_lies_where_the_ground_is_give_or_take_the_jitter(grid: Grid, materials: Materials) -> None:
    rows = county(
        (square(0, 0, 8, 12), "water", None, None, 0), (square(8, 0, 8, 12), "roof_steel_blue", None, None, 0)
    )
    places = []
    for day in range(1, 29):
        on = date(2025, 6, day)
        row = simulate_scene(painted_on(rows, grid, on), on, materials, seed=4, cloudy=0)["B02"][6].astype(float)
        low, high = np.median(row[:5]), np.median(row[-5:])
        places.append(np.interp((low + high) / 2, row[5:11], np.arange(5.5, 11.5)))
    assert np.mean(places) == pytest.approx(8.0, abs=0.25)
    assert 0.1 < np.std(places) < 0.6


def test_classes_follow_the_ground_under_a_clear_sky(grid: Grid, materials: Materials) -> None:
    rows = county((square(0, 0, 4, 12), "water", None, None, 0), (square(4, 0, 4, 12), "paved", None, None, 0))
    classes = simulate_scene(painted_on(rows, grid), DAY, materials, seed=4, cloudy=0)["SCL"]
    assert classes[3].tolist() == [6, 6, 5, 5, 4, 4, 4, 4]


def test_cloudy_pixels_are_classed_as_such_and_are_white(materials: Materials) -> None:
    wide = Grid("EPSG:32650", (10.0, 0.0, 500_000.0, 0.0, -10.0, 2_602_000.0), (200, 200))
    painted = painted_on(county(), wide)
    scenes = (simulate_scene(painted, date(2025, 7, day), materials, seed=4, cloudy=1) for day in range(1, 29))
    cloudy = next(scene for scene in scenes if 0.2 < np.isin(scene["SCL"], (8, 9)).mean() < 0.8)
    thick = np.kron(cloudy["SCL"] == 9, np.ones((2, 2), dtype=bool))
    assert np.median(cloudy["B02"][thick]) > 4_000
    assert 3 in cloudy["SCL"]


def test_white_roofs_are_taken_for_clouds_on_some_days(grid: Grid, materials: Materials) -> None:
    seasons = materials.seasons
    white = np.where(materials.of("roof_fraction")[:, None], 0.6, seasons.ground)
    brighter = Materials(materials.counts_as, replace(seasons, ground=white))
    painted = painted_on(county((shapely.box(*grid.bounds), "roof_grey", None, None, 0)), grid)
    days = [date(2025, 7, day) for day in range(1, 32)]
    mistaken = [bool((simulate_scene(painted, day, brighter, seed=4, cloudy=0)["SCL"] == 8).any()) for day in days]
    assert 0 < sum(mistaken) < 16


def test_every_kind_of_ground_counts_as_a_class_and_has_its_spectrum(materials: Materials) -> None:
    assert set(COUNTS_AS.values()) == set(CLASS_FRACTIONS)
    assert np.isfinite(materials.seasons.on(0.0, 0.0)).all()
    assert materials.of("roof_fraction", "paved_fraction").tolist() == [True] * 3 + [False] * 6
