import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo.indicators.control import CONTROL_COLUMNS, control_table
from geo.indicators.counting import CountingRule

NATIONAL = CountingRule(double_above_m=8, minimum_storey_m=2.2)
PARCELS = gpd.GeoDataFrame({"parcel_id": ["P"]}, geometry=[shapely.box(0, 0, 200, 100)], index=[7], crs="EPSG:4549")

SITE = {
    "shed": (shapely.box(0, 0, 60, 100), "building", 1),
    "office": (shapely.box(100, 0, 108, 100), "non_production", 4),
    "yard": (shapely.box(110, 0, 125, 100), "yard", None),
    "reactor": (shapely.box(130, 0, 133, 100), "reactor", None),
    "lawn": (shapely.box(180, 0, 200, 100), "green", None),
    "canteen_garden": (shapely.box(100, 0, 112, 50), "non_production_land", None),
}


def controls(*names, parcels=PARCELS, **more):
    shapes, kind, count = zip(*(SITE[name] for name in names), strict=True)
    frame = {"footprint_id": names, "kind": kind, "storey_count": pd.array(count, dtype="Float64")}
    return control_table(parcels, gpd.GeoDataFrame(frame, geometry=list(shapes), crs="EPSG:4549"), NATIONAL, **more)


def test_the_worked_example_of_the_rules_has_a_coefficient_of_0_43():
    table = controls(*SITE)
    assert table.columns.tolist() == list(CONTROL_COLUMNS)
    assert table.index.tolist() == [7]
    row = table.loc[7]
    for bound in ("", "_low", "_high"):
        assert row[f"building_coefficient{bound}"] == pytest.approx((6000 + 800 + 1500 + 300) / 20000)
    assert row["green_ratio"] == 2000 / 20000
    # the office and what of the garden the office leaves
    assert row["non_production_land_share"] == (800 + 4 * 50) / 20000
    assert row["non_production_floor_share"] == (4 * 800) / (6000 + 4 * 800)
    assert pd.isna(row["underground_floor_area_m2"])


def test_what_a_layer_never_names_is_unknown():
    row = controls("shed").loc[7]
    assert row[["building_coefficient", "green_ratio", "non_production_land_share"]].isna().all()
    assert pd.isna(row["non_production_floor_share"])
    assert (row["building_coefficient_low"], row["building_coefficient_high"]) == (0.3, 1)


def test_an_office_of_unknown_storeys_leaves_the_floor_share_unknown():
    row = controls("shed", "office").loc[7]
    assert row["non_production_floor_share"] == 3200 / 9200
    unknown = {**SITE, "office": (SITE["office"][0], "non_production", None)}
    shapes, kind, count = zip(*(unknown[name] for name in ("shed", "office")), strict=True)
    frame = {"footprint_id": ["shed", "office"], "kind": kind, "storey_count": pd.array(count, dtype="Float64")}
    table = control_table(PARCELS, gpd.GeoDataFrame(frame, geometry=list(shapes), crs="EPSG:4549"), NATIONAL)
    assert pd.isna(table.loc[7, "non_production_floor_share"])


def test_storeys_that_no_column_says_leave_the_floor_share_unknown():
    frame = {"footprint_id": ["office"], "kind": ["non_production"]}
    footprints = gpd.GeoDataFrame(frame, geometry=[SITE["office"][0]], crs="EPSG:4549")
    assert pd.isna(control_table(PARCELS, footprints, NATIONAL).loc[7, "non_production_floor_share"])


def test_ratios_are_divided_by_the_land_that_is_asked_for():
    row = controls(*SITE, land_area_m2=pd.Series([25000.0], index=[7])).loc[7]
    assert row["building_coefficient"] == pytest.approx(8600 / 25000)
    assert row["green_ratio"] == 2000 / 25000
