"""One row a parcel in one pass."""

import math
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.change_detection.fraction import REACH_PX
from geo.change_detection.grid import Grid, coverage_matrix, pixel_counts
from geo.change_detection.observation import MIN_CLEAR, fractions, observe_scene
from geo.change_detection.sheet import lay_sheet
from geo.change_detection.spectral import NEEDED
from geo.errors import SchemaError
from geo.model import CLASS_FRACTIONS, OBSERVATION_COLUMNS, Scene

MEADOW = (360, 720, 450, 1050, 3800, 2200, 1100)
BLUE_STEEL = (2700, 2250, 1500, 1550, 2300, 2600, 2200)
SOIL = (950, 1400, 2050, 2350, 2900, 3800, 3300)
PARCEL = shapely.box(500_040, 2_600_030, 500_120, 2_600_090)  # columns 4-11, rows 3-8


def pictured(grid: Grid, ground: tuple[int, ...]) -> dict[str, np.ndarray]:
    stored = {band: np.full(grid.shape, number, dtype=np.float32) for band, number in zip(NEEDED, ground, strict=True)}
    return {**stored, "SCL": np.full(grid.shape, 5, dtype=np.float32)}


def look(scene: Scene, stored: dict[str, np.ndarray], grid: Grid, *parcels: shapely.Geometry) -> pd.DataFrame:
    series = gpd.GeoSeries(list(parcels) or [PARCEL], crs=32650)
    pixels = pd.Series(pixel_counts(series, grid), index=[f"P{n}" for n in range(len(series))])
    return observe_scene(scene, stored, grid=grid, coverage=coverage_matrix(series, grid), pixels=pixels)


def test_a_meadow_is_vegetation_and_can_hardly_be_built(grid: Grid, scene: Scene) -> None:
    row = look(scene, pictured(grid, MEADOW), grid).iloc[0]
    assert row["reason"] == ""
    assert row["clear_fraction"] == 1
    assert row["vegetation_fraction"] == pytest.approx(1, abs=1e-4)
    low = 0.97 - 0.01 - 0.1 / 48**0.5
    assert row["vegetation_fraction_low"] == pytest.approx(low, abs=1e-5)
    assert row["built_fraction_high"] == pytest.approx(1 - low, abs=1e-5)
    assert row["built_fraction_low"] == 0


def test_a_blue_steel_roof_is_built(grid: Grid, scene: Scene) -> None:
    row = look(scene, pictured(grid, BLUE_STEEL), grid).iloc[0]
    assert row["roof_fraction"] > 0.95
    assert row["built_fraction_low"] > 0.9
    assert row["built_fraction_high"] == 1


def test_bare_soil_may_be_anything_from_nothing_to_all_built(grid: Grid, scene: Scene) -> None:
    row = look(scene, pictured(grid, SOIL), grid).iloc[0]
    assert row["bare_fraction"] > 0.5
    assert (row["built_fraction_low"], row["built_fraction_high"]) == (0, 1)


def test_half_roof_half_meadow_is_bracketed_and_adds_up(grid: Grid, scene: Scene) -> None:
    stored = pictured(grid, MEADOW)
    for band, number in zip(NEEDED, BLUE_STEEL, strict=True):
        stored[band][:, :8] = number
    row = look(scene, stored, grid).iloc[0]
    assert row[list(CLASS_FRACTIONS)].sum() == pytest.approx(1, abs=1e-5)
    assert row["built_fraction_low"] < 0.5 < row["built_fraction_high"]
    assert row["built_fraction_low"] <= row["built_fraction"] <= row["built_fraction_high"]


def test_the_hidden_part_may_be_anything(grid: Grid, scene: Scene) -> None:
    stored = pictured(grid, MEADOW)
    for band in NEEDED:
        stored[band][:, :6] = np.nan  # a quarter of the parcel
    row = look(scene, stored, grid).iloc[0]
    assert row["clear_fraction"] == 0.75
    assert row["reason"] == ""
    assert row["vegetation_fraction"] == pytest.approx(1, abs=1e-4)
    assert row["built_fraction_high"] > 0.25


def test_columns_are_those_of_the_model_in_order(grid: Grid, scene: Scene) -> None:
    rows = look(scene, pictured(grid, MEADOW), grid)
    assert tuple(rows.columns) == OBSERVATION_COLUMNS
    assert rows["acquired_at"].dt.tz is not None
    assert rows.loc[0, ["parcel_id", "scene_id"]].tolist() == ["P0", "S"]


def nothing_said(row: pd.Series) -> bool:
    return bool(row.drop(["parcel_id", "scene_id", "acquired_at", "clear_fraction", "reason"]).isna().all())


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"level": "L1C"}, "toa"),
        ({"level": "unknown"}, "level_unknown"),
        ({"offset": math.nan}, "offset_unknown"),
    ],
)
def test_a_scene_that_is_no_surface_reflectance_gives_no_fractions_and_says_why(
    change: dict[str, object], reason: str, grid: Grid, scene: Scene
) -> None:
    row = look(replace(scene, **change), pictured(grid, MEADOW), grid).iloc[0]
    assert row["reason"] == reason
    assert row["clear_fraction"] == 1
    assert nothing_said(row)


@pytest.mark.parametrize(("band", "reason"), [("SCL", "no_scl"), ("B11", "no_band")])
def test_a_scene_without_a_layer_gives_no_fractions_and_says_why(
    band: str, reason: str, grid: Grid, scene: Scene
) -> None:
    stored = pictured(grid, MEADOW)
    del stored[band]
    row = look(scene, stored, grid).iloc[0]
    assert row["reason"] == reason
    assert nothing_said(row)


def test_too_small_is_fewer_than_eight_full_pixels(grid: Grid, scene: Scene) -> None:
    eight = shapely.box(500_040, 2_600_030, 500_080, 2_600_050)
    seven_and_more = shapely.box(500_040, 2_600_030, 500_079, 2_600_060)
    rows = look(
        scene,
        pictured(grid, MEADOW),
        grid,
        eight,
        seven_and_more.difference(shapely.box(500_040, 2_600_030, 500_060, 2_600_045)),
    )
    assert rows["reason"].tolist() == ["", "too_small"]
    assert nothing_said(rows.iloc[1])


def test_a_parcel_off_the_image_is_outside_and_one_half_on_it_too(grid: Grid, scene: Scene) -> None:
    far = shapely.box(600_000, 2_600_000, 600_100, 2_600_100)
    half = shapely.box(499_960, 2_600_030, 500_040, 2_600_090)
    rows = look(scene, pictured(grid, MEADOW), grid, far, half, PARCEL)
    assert rows["reason"].tolist() == ["outside", "outside", ""]
    assert rows["clear_fraction"].tolist() == [0, 0.5, 1]


def test_a_cloud_leaves_a_parcel_cloudy_and_its_neighbours_alone(grid: Grid, scene: Scene) -> None:
    wide = Grid(grid.crs_wkt, grid.transform, (12, 60))
    stored = pictured(wide, MEADOW)
    stored["SCL"][5, 5] = 9
    rows = look(scene, stored, wide, PARCEL, shapely.box(500_400, 2_600_030, 500_480, 2_600_090))
    assert rows["reason"].tolist() == ["cloudy", ""]
    assert rows["clear_fraction"].tolist() == [0, 1]


def test_exactly_six_tenths_clear_is_enough(grid: Grid, scene: Scene) -> None:
    stored = pictured(grid, MEADOW)
    stored["B08"][:, :8] = np.nan
    ten_wide = shapely.box(500_040, 2_600_030, 500_140, 2_600_090)  # four of ten columns are gone
    row = look(scene, stored, grid, ten_wide).iloc[0]
    assert row["clear_fraction"] == MIN_CLEAR
    assert row["reason"] == ""


def test_parcels_that_are_not_those_of_the_matrix_are_refused(grid: Grid, scene: Scene) -> None:
    coverage = coverage_matrix(gpd.GeoSeries([PARCEL], crs=32650), grid)
    with pytest.raises(SchemaError):
        observe_scene(scene, pictured(grid, SOIL), grid=grid, coverage=coverage, pixels=pd.Series([1.0, 2.0]))


def test_what_lies_further_off_than_the_blur_reaches_says_nothing_of_a_parcel() -> None:
    """Parcels are looked at with their nearest surroundings alone, at an edge and side by side too."""
    rng = np.random.default_rng(1)
    grid = Grid("EPSG:32650", (10.0, 0.0, 500_000.0, 0.0, -10.0, 2_600_000.0), (60, 75))
    light = {band: rng.random(grid.shape, dtype=np.float32) * np.float32(0.4) for band in NEEDED}
    clear = rng.random(grid.shape) > 0.1
    corners = zip(rng.random(12) * 700, rng.random(12) * 550, strict=True)
    land = gpd.GeoSeries([shapely.box(500_000 + x, 2_599_850 - y, 500_150 + x, 2_600_000 - y) for x, y in corners])
    coverage, size = coverage_matrix(land.set_crs(32650), grid), np.full(12, 225.0)
    sheet = lay_sheet(coverage, grid.shape, REACH_PX)
    around = {band: image.ravel()[sheet.places] for band, image in light.items()}
    cut = fractions(around, clear.ravel()[sheet.places], sheet.coverage, size)
    pd.testing.assert_frame_equal(cut, fractions(light, clear, coverage, size), rtol=0, atol=1e-9)
