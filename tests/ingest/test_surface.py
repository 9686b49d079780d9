"""Heights above ground inside outlines."""

from functools import partial
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import rasterio
import shapely
from affine import Affine

from geo.change_detection.blocks import plan_blocks
from geo.errors import SceneError
from geo.indicators import height_from_surface
from geo.ingest.reader import RasterioReader
from geo.ingest.surface import read_above_ground

ZONE = "EPSG:32650"
WEST, NORTH = 500_000.0, 2_600_000.0


def raster(path: Path, heights: np.ndarray, *, pixel: float = 1.0, shift: float = 0.0) -> Path:
    profile = {"driver": "GTiff", "count": 1, "dtype": "float32", "crs": ZONE, "nodata": -9999}
    profile |= {"height": heights.shape[0], "width": heights.shape[1]}
    transform = Affine(pixel, 0, WEST + shift, 0, -pixel, NORTH)
    with rasterio.open(path, "w", transform=transform, **profile) as image:
        image.write(heights.astype(np.float32), 1)
    return path


def boxes(*corners: tuple[float, float, float, float]) -> gpd.GeoSeries:
    """Outlines from columns and rows of the raster."""
    return gpd.GeoSeries([shapely.box(WEST + x, NORTH - b, WEST + c, NORTH - y) for x, y, c, b in corners], crs=ZONE)


@pytest.fixture
def models(tmp_path: Path) -> tuple[Path, Path]:
    """A terrain that rises 1 m a column, with two buildings of 9 and 5 m on it."""
    ground = np.tile(100.0 + np.arange(60), (40, 1))
    surface = ground.copy()
    surface[10:20, 10:30] += 9
    surface[25:35, 40:50] += 5
    return raster(tmp_path / "dsm.tif", surface), raster(tmp_path / "dtm.tif", ground)


def test_only_pixels_off_the_edge_are_read(models: tuple[Path, Path]) -> None:
    outlines = boxes((40, 25, 50, 35), (10, 10, 30, 20))
    outline, above = read_above_ground(RasterioReader(), *models, outlines)
    assert np.bincount(outline).tolist() == [
        10 * 10 - 4,
        20 * 10 - 4,
    ]  # drawn in by half a pixel, edge pixels are half inside and corners a quarter
    assert set(above[outline == 0].round(4)) == {5.0}
    assert set(above[outline == 1].round(4)) == {9.0}


def test_outlines_in_another_system_and_off_the_model_keep_their_position(models: tuple[Path, Path]) -> None:
    outlines = boxes((900, 900, 950, 950), (10, 10, 30, 20)).to_crs("EPSG:4490")
    outline, above = read_above_ground(RasterioReader(), *models, outlines)
    assert set(outline) == {1}
    assert np.median(above) == pytest.approx(9.0)


def test_blocks_change_nothing(models: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    outlines = boxes((40, 25, 50, 35), (10, 10, 30, 20), (2, 2, 50, 38))
    whole = read_above_ground(RasterioReader(), *models, outlines)
    monkeypatch.setattr("geo.ingest.surface.plan_blocks", partial(plan_blocks, block_px=7))
    for one, other in zip(whole, read_above_ground(RasterioReader(), *models, outlines), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_terrain_on_coarser_pixels_is_interpolated(models: tuple[Path, Path], tmp_path: Path) -> None:
    coarse = raster(tmp_path / "coarse.tif", np.tile(101.5 + 4 * np.arange(17), (12, 1)), pixel=4.0)
    _, above = read_above_ground(RasterioReader(), models[0], coarse, boxes((10, 10, 30, 20)))
    np.testing.assert_allclose(above, 9.0, atol=1e-4)


def test_no_data_in_either_model_is_not_a_height(models: tuple[Path, Path], tmp_path: Path) -> None:
    ground = np.full((40, 60), -9999.0)
    _, above = read_above_ground(
        RasterioReader(), models[0], raster(tmp_path / "gap.tif", ground), boxes((9, 9, 31, 21))
    )
    assert np.isnan(above).all()


def test_a_model_of_another_place_is_refused(models: tuple[Path, Path]) -> None:
    with pytest.raises(SceneError) as refused:
        read_above_ground(RasterioReader(), *models, boxes((900, 900, 950, 950)))
    assert refused.value.code == "indicators.surface_elsewhere"


@pytest.mark.shared_data
def test_heights_of_alexandria_are_those_on_record(shared_data: Path) -> None:
    folder = shared_data / "buildings" / "alexandria_ndsm_footprints"
    buildings = pyogrio.read_dataframe(folder / "buildings.shp")
    pixels = read_above_ground(RasterioReader(), folder / "dsm.tif", folder / "dtm.tif", buildings.geometry)
    found = height_from_surface(*pixels, count=len(buildings), error_m=1.0)
    told = found["height_m"].notna() & buildings["HEIGHT"].notna()
    declared = buildings["HEIGHT"][told]
    assert told.sum() == 81
    assert np.corrcoef(found["height_m"][told], declared)[0, 1] > 0.97
    assert abs((found["height_m"][told] - declared).mean()) < 0.05
    assert declared.between(found["height_m_low"][told], found["height_m_high"][told]).all()
