"""Indicators through the steps: from files, with a ledger, other land areas, surface models, and from a store."""

from datetime import datetime
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
from affine import Affine

from geo.errors import SchemaError
from geo.locale import say_error
from geo.settings import Settings
from geo.steps.indicators import Counting, compute_indicators, count_notes, store_indicators
from geo.steps.rules import read_counting_rule
from geo.steps.scan import ScanResult
from geo.store import open_store

CRS = "EPSG:4549"
EAST, NORTH = 500_000.0, 3_300_000.0

SITE = {
    "shed": (0, 60, "厂房", 1, 9.0, None, None),
    "office": (100, 108, "办公楼", 4, 3.6, None, None),
    "yard": (110, 125, "堆场", None, None, None, "A-1"),
    "reactor": (130, 133, "反应器", None, None, 12.0, "A-1"),
}


def box(west: float, east: float) -> shapely.Polygon:
    return shapely.box(EAST + west, NORTH, EAST + east, NORTH + 100)


@pytest.fixture
def site(tmp_path: Path) -> tuple[Path, Path]:
    """The worked example of a shed, an office, a yard and a reactor on 20000 m2, and a parcel with nothing on it."""
    parcels, footprints = tmp_path / "parcels.gpkg", tmp_path / "footprints.gpkg"
    areas = {"宗地号": ["P1", "P2"], "实供面积": [25_000.0, None]}
    gpd.GeoDataFrame(areas, geometry=[box(0, 200), box(200, 300)], crs=CRS).to_file(parcels)
    named = ("设施类别", "层数", "层高", "高度", "计容批准文号")
    columns = {name: [row[at] for row in SITE.values()] for at, name in enumerate(named, start=2)}
    shapes = [box(*row[:2]) for row in SITE.values()]
    gpd.GeoDataFrame({"建筑编号": list(SITE), **columns}, geometry=shapes, crs=CRS).to_file(footprints)
    return parcels, footprints


@pytest.mark.parametrize(("rule", "ratio"), [("national", 0.76), ("zhenhai", 0.865)])
def test_row_1_7_0_76_or_0_865_with_coverage_0_34_and_coefficient_0_43(
    site: tuple[Path, Path], rule: str, ratio: float
) -> None:
    table = compute_indicators(*site, how=Counting(rule=rule)).table.set_index("parcel_id")
    row = table.loc["P1"]
    assert row["floor_area_ratio"] == pytest.approx(ratio, abs=1e-9)
    assert row["building_coverage"] == pytest.approx(0.34, abs=1e-9)
    assert row["building_coefficient"] == pytest.approx(0.43, abs=1e-9)
    assert row["non_production_floor_share"] == pytest.approx(3200 / 9200)
    assert (table.loc["P2", "building_coverage"], table.loc["P2", "building_coefficient"]) == (0, 0)


def test_ratios_over_the_supplied_area_are_unknown_where_it_is(site: tuple[Path, Path]) -> None:
    table = compute_indicators(*site, how=Counting(land="supplied")).table.set_index("parcel_id")
    assert table["land_area_m2"].tolist()[0] == 25_000
    assert table.loc["P1", "floor_area_ratio"] == pytest.approx(0.76 * 20_000 / 25_000)
    assert table.loc["P1", "building_coefficient"] == pytest.approx(8600 / 25_000)
    unknown = ["land_area_m2", "floor_area_ratio", "building_coverage", "building_coefficient"]
    assert table.loc["P2", unknown].isna().all()
    assert table.loc["P2", "area_m2"] == 10_000


def test_a_land_area_that_nobody_says_is_refused(site: tuple[Path, Path]) -> None:
    with pytest.raises(SchemaError) as refused:
        compute_indicators(*site, how=Counting(land="contract"))
    assert refused.value.params["column"] == "contract_area_m2"
    assert all(say_error(refused.value, language) for language in ("zh", "en"))


def test_a_ledger_gives_the_money(site: tuple[Path, Path], tmp_path: Path) -> None:
    books = pd.DataFrame(
        {"宗地号": ["P1"], "合同面积": [20_000], "成交价款": [1e7], "已投资额": [4e7], "总投资额": [1.6e8]}
    )
    books.to_excel(tmp_path / "ledger.xlsx", index=False)
    found = compute_indicators(*site, ledger=tmp_path / "ledger.xlsx", how=Counting(land="contract"))
    table = found.table.set_index("parcel_id")
    assert table.loc["P1", "investment_intensity_yuan_per_m2"] == (4e7 + 1e7) / 20_000
    assert table.loc["P1", "invested_fraction"] == 0.25
    assert table.loc["P2", ["investment_intensity_yuan_per_m2", "invested_fraction"]].isna().all()
    assert [intake.kind for intake in found.intakes] == ["parcels", "footprints", "ledger"]


def test_an_error_of_position_widens_the_bounds_and_says_how_much_lies_near_the_edge(site: tuple[Path, Path]) -> None:
    row = compute_indicators(*site, how=Counting(error_m=2.0)).table.set_index("parcel_id").loc["P1"]
    assert row["edge_share"] == pytest.approx(1 - 196 * 96 / 20_000)
    # shed and office reach both long edges, the shed the short one as well
    assert row["building_coverage_low"] == pytest.approx((58 + 8) * 96 / 20_000)
    assert row["building_coverage"] == pytest.approx(0.34)


def test_an_unknown_rule_is_refused_with_the_known_ones() -> None:
    with pytest.raises(SchemaError) as refused:
        read_counting_rule("nowhere")
    assert refused.value.params["known"] == "national zhenhai"
    assert all("zhenhai" in say_error(refused.value, language) for language in ("zh", "en"))


def models(folder: Path) -> tuple[Path, Path]:
    """A shed of 9 m and an office of 14 m over flat ground, in pixels of 2 m."""
    profile = {
        "driver": "GTiff",
        "count": 1,
        "dtype": "float32",
        "crs": CRS,
        "height": 50,
        "width": 100,
        "nodata": -9999,
    }
    transform = Affine(2, 0, EAST, 0, -2, NORTH + 100)
    ground = np.full((50, 100), 30, np.float32)
    surface = ground.copy()
    surface[:, :30] += 9
    surface[:, 50:54] += 14
    for name, heights in (("dsm", surface), ("dtm", ground)):
        with rasterio.open(folder / f"{name}.tif", "w", transform=transform, **profile) as image:
            image.write(heights, 1)
    return folder / "dsm.tif", folder / "dtm.tif"


def test_heights_are_measured_where_none_is_on_record_and_checked_where_one_is(tmp_path: Path) -> None:
    parcels, footprints = tmp_path / "parcels.gpkg", tmp_path / "footprints.gpkg"
    gpd.GeoDataFrame({"宗地号": ["P1"]}, geometry=[box(0, 200)], crs=CRS).to_file(parcels)
    named = {"建筑编号": ["shed", "office"], "层数": [1, 4], "高度": [None, 24.0]}
    gpd.GeoDataFrame(named, geometry=[box(0, 60), box(100, 108)], crs=CRS).to_file(footprints)
    how = Counting(surface=models(tmp_path), surface_error_m=0.5)
    without, found = (compute_indicators(parcels, footprints, how=each) for each in (None, how))
    # one storey of 9.0 +- 0.5 m counts twice for certain
    assert without.table.loc[0, "counted_floor_area_m2_low"] == pytest.approx(6000 + 4 * 800)
    assert found.table.loc[0, "counted_floor_area_m2_low"] == pytest.approx(2 * 6000 + 4 * 800)
    said = found.notes.set_index("footprint_id")["code"]
    assert "indicators.height_measured" in said[["shed"]].tolist()
    assert "indicators.height_contradicts" in said[["office"]].tolist()
    assert count_notes(found.notes)["indicators.height_measured"] == 1


@pytest.mark.xdist_group("sample")
def test_a_store_gives_the_indicators_of_its_scan(
    sample_result: ScanResult, sample_settings: Settings, known_at: datetime
) -> None:
    as_of = sample_result.scan.as_of
    found = store_indicators(open_store(sample_settings.store), as_of=as_of, known_at=known_at)
    kept = sample_result.assessment.evidence.indicators
    pd.testing.assert_frame_equal(found.table[list(kept)], kept)
    assert found.table["invested_fraction"].notna().any()
    assert set(found.shapes.index) == set(kept["parcel_id"])


@pytest.mark.shared_data
def test_buildings_of_bubenec_laid_over_their_cells_have_momepys_ratios(shared_data: Path, tmp_path: Path) -> None:
    # momepy takes each building for its own cell; a few reach over the edge of it by centimetres, and are shared out
    file = shared_data / "buildings" / "momepy_bubenec" / "bubenec.gpkg"
    cells, buildings = (gpd.read_file(file, layer=layer) for layer in ("tessellation", "buildings"))
    storeys = np.floor(np.linspace(10, 30, 144) / 3)
    cells[["uID", "geometry"]].to_file(tmp_path / "cells.gpkg")
    buildings = buildings[["uID", "geometry"]].assign(层数=storeys, 层高=3.0)
    buildings.rename(columns={"uID": "建筑编号"}).to_file(tmp_path / "buildings.gpkg")
    table = compute_indicators(tmp_path / "cells.gpkg", tmp_path / "buildings.gpkg", parcel_id="uID").table
    assert table["building_coverage"].mean() == pytest.approx(0.3206556897709747, abs=1e-5)
    assert table["floor_area_ratio"].mean() == pytest.approx(1.910949846262234, abs=3e-4)
    assert table["counted_floor_area_m2"].sum() == pytest.approx((buildings.area * storeys).sum())
