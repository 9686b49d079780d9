"""Scenes with known truth."""

from datetime import date

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.change_detection.grid import Grid
from geo.change_detection.simulate import (
    BANDS,
    BANDS_10M,
    BANDS_20M,
    FINE,
    SURFACES,
    Surface,
    active_surfaces,
    average,
    greenness,
    paint_ground,
    simulate_scene,
    true_fractions,
)
from geo.model import CLASS_FRACTIONS

DAY = date(2025, 7, 1)


def county(*rows: tuple[shapely.Geometry, str, str | None, str | None, int]) -> gpd.GeoDataFrame:
    columns = ["geometry", "surface", "from_on", "to_on", "level"]
    return gpd.GeoDataFrame(list(rows), columns=columns, geometry="geometry", crs=32650)


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
    shown = {day: active_surfaces(rows, date.fromisoformat(day))["surface"].tolist() for day in
             ("2025-06-30", "2025-07-01", "2025-07-31", "2025-08-01")}  # fmt: skip
    assert shown == {
        "2025-06-30": ["grass"],
        "2025-07-01": ["grass", "bare"],
        "2025-07-31": ["grass", "bare"],
        "2025-08-01": ["grass", "paved"],
    }


def test_what_lies_higher_covers_what_is_below_and_truth_adds_up(grid: Grid) -> None:
    rows = county(
        (square(5, 5, 2, 2), "roof_grey", None, None, 3),
        (square(4, 4, 4, 4), "paved", None, None, 1),
        (square(4, 4, 4, 1), "net", None, None, 2),
    )
    parcel = gpd.GeoSeries({"P": square(4, 4, 5, 4)}, crs=32650)
    truth = true_fractions(parcel, grid, paint_ground(rows, grid, DAY)).loc["P"]
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
    painted = paint_ground(rows, grid, DAY)
    assert painted.shape == (len(SURFACES), 12 * FINE, 16 * FINE)
    np.testing.assert_allclose(painted.sum(axis=0), 1, atol=1e-6)


def test_a_scene_has_bands_of_two_sizes_and_a_class_layer(grid: Grid) -> None:
    odd = grid.part((0, 11), (0, 15))
    scene = simulate_scene(paint_ground(county(), odd, DAY), DAY, seed=1)
    assert set(scene) == {*BANDS, "SCL"}
    assert {scene[band].shape for band in BANDS_10M} == {(11, 15)}
    assert {scene[band].shape for band in (*BANDS_20M, "SCL")} == {(6, 8)}
    assert {array.dtype for array in scene.values()} == {np.dtype(np.uint16)}
    assert min(int(array.min()) for array in scene.values()) > 0


def test_seed_and_day_make_a_scene_and_another_seed_makes_another(grid: Grid) -> None:
    painted = paint_ground(county(), grid, DAY)
    first, second, other = (simulate_scene(painted, DAY, seed=seed) for seed in (1, 1, 2))
    for band in first:
        np.testing.assert_array_equal(first[band], second[band])
    assert (first["B02"] != other["B02"]).any()


@pytest.mark.parametrize("surface", ["roof_steel_blue", "roof_grey", "paved", "bare", "net", "trees", "water"])
def test_the_light_of_a_large_surface_is_near_its_spectrum(surface: str, grid: Grid) -> None:
    painted = paint_ground(county((shapely.box(*grid.bounds), surface, None, None, 0)), grid, DAY)
    scene = simulate_scene(painted, DAY, seed=4, has_clouds=False)
    for band, reflectance in zip(BANDS, SURFACES[surface].reflectance, strict=True):
        # 3 % of the day's light three times over, and haze of 0.006 a band, most in blue
        assert np.median(scene[band]) / 10_000 == pytest.approx(reflectance, rel=0.15, abs=0.03), band


def test_grass_is_greener_in_summer_than_in_winter_and_roofs_are_not(grid: Grid) -> None:
    winter = date(2025, 1, 15)
    assert greenness(SURFACES["grass"], DAY) > 0.9
    assert greenness(SURFACES["grass"], winter) < 0.5
    assert greenness(SURFACES["paved"], DAY) == greenness(SURFACES["paved"], winter) == 1
    rows = county((shapely.box(*grid.bounds), "grass", None, None, 0))
    red = [
        float(np.median(simulate_scene(paint_ground(rows, grid, day), day, seed=4, has_clouds=False)["B04"]))
        for day in (DAY, winter)
    ]
    assert red[0] < 0.8 * red[1]


def test_greenness_runs_on_over_new_year() -> None:
    surface = Surface("vegetation_fraction", (0.1,) * 7, season=(0.0, *(0.5,) * 10, 1.0))
    assert greenness(surface, date(2025, 12, 31)) == pytest.approx(1 - 16 / 30)
    assert greenness(surface, date(2025, 1, 1)) == pytest.approx(14 / 30)


def test_classes_follow_the_ground_under_a_clear_sky(grid: Grid) -> None:
    rows = county((square(0, 0, 4, 12), "water", None, None, 0), (square(4, 0, 4, 12), "paved", None, None, 0))
    classes = simulate_scene(paint_ground(rows, grid, DAY), DAY, seed=4, has_clouds=False)["SCL"]
    assert classes[3].tolist() == [6, 6, 5, 5, 4, 4, 4, 4]


def test_cloudy_pixels_are_classed_as_such_and_are_white() -> None:
    wide = Grid("EPSG:32650", (10.0, 0.0, 500_000.0, 0.0, -10.0, 2_602_000.0), (200, 200))
    painted = paint_ground(county(), wide, DAY)
    scenes = (simulate_scene(painted, date(2025, 7, day), seed=4) for day in range(1, 29))
    cloudy = next(scene for scene in scenes if 0.2 < np.isin(scene["SCL"], (8, 9)).mean() < 0.8)
    thick = np.kron(cloudy["SCL"] == 9, np.ones((2, 2), dtype=bool))
    assert np.median(cloudy["B02"][thick]) > 4_000
    assert 3 in cloudy["SCL"]


def test_white_roofs_are_taken_for_clouds_on_some_days(grid: Grid) -> None:
    painted = paint_ground(county((shapely.box(*grid.bounds), "roof_grey", None, None, 0)), grid, DAY)
    days = [date(2025, 7, day) for day in range(1, 32)]
    mistaken = [bool((simulate_scene(painted, day, seed=4, has_clouds=False)["SCL"] == 8).any()) for day in days]
    assert 0 < sum(mistaken) < 12


def test_blocks_that_the_edge_cuts_are_filled_with_the_nearest_pixels() -> None:
    assert average(np.array([[1.0, 3.0, 5.0]], dtype=np.float32), 2).tolist() == [[2, 5]]


def test_every_surface_counts_as_a_class() -> None:
    assert {surface.counts_as for surface in SURFACES.values()} == set(CLASS_FRACTIONS)
    assert all(len(surface.reflectance) == len(BANDS) for surface in SURFACES.values())
