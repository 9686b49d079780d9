import math

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import CRSMismatchError, GeometryError, SchemaError
from geo.indicators.counting import CountingRule
from geo.indicators.table import indicator_table
from geo.locale import say_error
from geo.model import INDICATOR_COLUMNS

ZONE = "EPSG:4549"
NATIONAL = CountingRule(double_above_m=8, minimum_storey_m=2.2)
PLAIN = CountingRule(double_above_m=99, minimum_storey_m=2.2)
NAN = float("nan")
PARCEL = shapely.box(0, 0, 40, 40)
MEASURES = ["building_coverage", "counted_floor_area_m2", "floor_area_ratio"]


def land(shapes, ids=None, crs=ZONE):
    names = ids or [f"P{at}" for at in range(len(shapes))]
    return gpd.GeoDataFrame({"parcel_id": names}, geometry=shapes, crs=crs)


def built(shapes, crs=ZONE, **columns):
    names = [f"F{at}" for at in range(len(shapes))]
    return gpd.GeoDataFrame({"footprint_id": names, **columns}, geometry=shapes, crs=crs)


def indicators(parcels, footprints):
    return indicator_table(parcels, footprints, NATIONAL)[0]


def bounds(row, name="floor_area_ratio"):
    return row[name], row[f"{name}_low"], row[f"{name}_high"]


def test_the_table_keeps_the_callers_parcels_order_and_index():
    parcels = land([shapely.box(100, 0, 120, 20), PARCEL], ["far", "near"]).set_axis([9, 4])
    table = indicators(parcels, built([shapely.box(0, 0, 20, 20)], storey_count=[1]))
    assert table.columns.tolist() == list(INDICATOR_COLUMNS)
    assert table.index.tolist() == [9, 4]
    assert table["parcel_id"].tolist() == ["far", "near"]
    assert table["area_m2"].tolist() == [400, 1600]
    assert table["building_coverage"].tolist() == [0, 400 / 1600]


def test_row_1_7_a_twelve_metre_shed_on_nine_of_twenty_thousand_is_0_90_and_plain_0_45():
    parcels = land([shapely.box(0, 0, 200, 100)])
    shed = built([shapely.box(0, 0, 90, 100)], storey_count=[1], storey_height_m=[12.0])
    row = indicators(parcels, shed).iloc[0]
    assert bounds(row) == (0.90, 0.90, 0.90)
    plain = indicator_table(parcels, shed, PLAIN)[0].iloc[0]
    assert bounds(plain) == (0.45, 0.45, 0.45)
    assert bounds(row, "building_coverage") == (0.45, 0.45, 0.45)


def test_row_1_7_shed_and_office_are_0_76_and_coverage_0_34():
    # shed 6000 m2 at 9 m and office 4 x 800 at 3.6 m on 20000 m2: 0.76 and 0.34
    shapes = [shapely.box(0, 0, 60, 100), shapely.box(100, 0, 108, 100)]
    footprints = built(shapes, storey_count=[1, 4], storey_height_m=[9, 3.6])
    row = indicators(land([shapely.box(0, 0, 200, 100)]), footprints).iloc[0]
    assert (row["floor_area_ratio"], row["building_coverage"]) == (0.76, 0.34)


def test_24_metres_alone_leave_a_bracket_that_holds_both_readings():
    footprints = built([shapely.box(0, 0, 60, 100)], height_m=[24.0])
    value, low, high = bounds(indicators(land([shapely.box(0, 0, 200, 100)]), footprints).iloc[0])
    assert math.isnan(value)
    assert (low, high) == (0.6, 3.0)


def test_a_parcel_without_footprints_has_nothing_on_it():
    row = indicators(land([PARCEL]), built([])).iloc[0]
    for name in MEASURES:
        assert bounds(row, name) == (0, 0, 0)


def test_no_parcels_give_an_empty_table():
    table, notes = indicator_table(land([]), built([PARCEL], storey_count=[0]), NATIONAL)
    assert table.columns.tolist() == list(INDICATOR_COLUMNS)
    assert table.empty
    assert notes["code"].tolist() == ["indicators.no_storey_above_ground", "indicators.on_no_parcel"]


def test_a_parcel_without_area_has_no_ratios():
    row = indicators(land([shapely.Polygon()]), built([])).iloc[0]
    assert row["area_m2"] == 0
    assert all(math.isnan(number) for name in ("building_coverage", "floor_area_ratio") for number in bounds(row, name))


def test_one_footprint_of_unknown_storeys_leaves_the_parcel_a_lower_bound_only():
    shapes = [shapely.box(0, 0, 20, 20), shapely.box(20, 20, 40, 40)]
    footprints = built(shapes, storey_count=[2, NAN], storey_height_m=[4, NAN])
    value, low, high = bounds(indicators(land([PARCEL]), footprints).iloc[0])
    assert math.isnan(value)
    assert (low, high) == ((2 * 400 + 400) / 1600, math.inf)


def test_a_duplicate_is_used_once_for_floor_area():
    footprints = built([shapely.box(0, 0, 20, 20)] * 2, storey_count=[2, 2], storey_height_m=[4, 4])
    assert indicators(land([PARCEL]), footprints)["floor_area_ratio"].tolist() == [2 * 400 / 1600]


def test_footprints_that_overlap_count_once_for_coverage_and_twice_for_floor_area():
    shapes = [shapely.box(0, 0, 20, 20), shapely.box(10, 0, 30, 20)]
    row = indicators(land([PARCEL]), built(shapes, storey_count=[1, 1], storey_height_m=[4, 4])).iloc[0]
    assert row["footprint_area_m2"] == 30 * 20
    assert row["counted_floor_area_m2"] == 2 * 400


@pytest.mark.parametrize("part_of", [["", "F0", "F0"], [None, None, None]], ids=["said", "by_geometry"])
def test_parts_stand_for_their_outline(part_of):
    shapes = [shapely.box(0, 0, 20, 20), shapely.box(0, 0, 10, 20), shapely.box(10, 0, 20, 20)]
    footprints = built(shapes, storey_count=[NAN, 3, 1], storey_height_m=[NAN, 3, 9], part_of=part_of)
    row = indicators(land([PARCEL]), footprints).iloc[0]
    assert bounds(row, "counted_floor_area_m2") == (200 * 3 + 200 * 2,) * 3
    assert row["footprint_area_m2"] == 400


def test_what_parts_leave_of_an_outline_without_storeys_is_unknown_unless_they_are_said_to_be_its_parts():
    shapes = [shapely.box(0, 0, 20, 20), shapely.box(0, 0, 10, 20)]
    known = {"storey_count": [NAN, 3], "storey_height_m": [NAN, 3]}
    value, low, high = bounds(indicators(land([PARCEL]), built(shapes, **known)).iloc[0], "counted_floor_area_m2")
    assert math.isnan(value)
    assert (low, high) == (600 + 200, math.inf)
    said = indicators(land([PARCEL]), built(shapes, **known, part_of=[None, "F0"])).iloc[0]
    assert bounds(said, "counted_floor_area_m2") == (600, 600, 600)


def test_a_pool_of_no_storey_is_neither_building_nor_floor():
    footprints = built([shapely.box(0, 0, 20, 20)], storey_count=[0])
    row = indicators(land([PARCEL]), footprints).iloc[0]
    assert (row["footprint_area_m2"], *bounds(row)) == (0, 0, 0, 0)


def test_an_overhang_is_in_the_value_and_the_upper_bound_and_not_in_coverage():
    # 20 x 20, of which 5 x 20 over the street, two storeys
    footprints = built([shapely.box(-5, 0, 15, 20)], storey_count=[2], storey_height_m=[4])
    row = indicators(land([PARCEL]), footprints).iloc[0]
    assert bounds(row, "counted_floor_area_m2") == (2 * 400, 2 * 300, 2 * 400)
    assert row["footprint_area_m2"] == 300


def test_a_sliver_of_unknown_storeys_leaves_the_neighbour_known():
    parcels = land([shapely.box(0, 0, 20, 20), shapely.box(20, 0, 40, 20)])
    table = indicators(parcels, built([shapely.box(10, 0, 20.0005, 10)], storey_count=[NAN]))
    assert bounds(table.iloc[1]) == (0, 0, 0)
    assert table["footprint_area_m2"][1] == pytest.approx(0.005)


def test_systems_that_differ_are_refused():
    with pytest.raises(CRSMismatchError):
        indicators(land([PARCEL]), built([PARCEL], crs="EPSG:4550"))


@pytest.mark.parametrize("broken", [None, shapely.Polygon([(0, 0), (9, 9), (9, 0), (0, 9)])])
def test_a_geometry_that_is_missing_or_crosses_itself_is_refused_with_its_row(broken):
    footprints = built([PARCEL, broken], storey_count=[1, 1]).set_axis([11, 12])
    with pytest.raises(GeometryError) as refused:
        indicators(land([PARCEL]), footprints)
    assert refused.value.params == {"layer": "footprints", "row": 12}
    assert all(say_error(refused.value, language) for language in ("zh", "en"))


def test_a_missing_identifier_is_refused():
    with pytest.raises(SchemaError) as refused:
        indicators(land([PARCEL]).drop(columns="parcel_id"), built([PARCEL]))
    assert refused.value.params == {"layer": "parcels", "column": "parcel_id"}
    assert all(say_error(refused.value, language) for language in ("zh", "en"))


def test_an_impossible_number_is_refused_with_the_callers_row():
    footprints = built([PARCEL, shapely.box(0, 0, 1, 1)], storey_count=[1, -2]).set_axis([11, 12])
    with pytest.raises(SchemaError) as refused:
        indicators(land([PARCEL]), footprints)
    assert refused.value.params == {"row": 12, "column": "storey_count", "number": -2}


maybe = st.one_of(st.none(), st.integers(1, 6))
metres = st.one_of(st.none(), st.sampled_from([2.5, 4.0, 7.9, 8.0, 8.1, 12.0, 30.0]))
footprint = st.tuples(st.integers(-10, 50), st.integers(-10, 50), st.integers(1, 20), st.integers(1, 20))
registers = st.lists(st.tuples(footprint, maybe, metres, metres), max_size=8)


def frame_of(register):
    return built(
        [shapely.box(x, y, x + w, y + h) for (x, y, w, h), *_ in register],
        storey_count=pd.array([count for _, count, _, _ in register], dtype="Float64"),
        storey_height_m=pd.array([height for _, _, height, _ in register], dtype="Float64"),
        height_m=pd.array([height for _, _, _, height in register], dtype="Float64"),
    )


CALMLY = {"deadline": None, "derandomize": True, "max_examples": 60}


@settings(**CALMLY)
@given(register=registers)
def test_values_lie_between_their_bounds_and_coverage_between_nothing_and_all(register):
    row = indicators(land([PARCEL]), frame_of(register)).iloc[0]
    for name in MEASURES:
        value, low, high = bounds(row, name)
        assert 0 <= low <= high
        assert math.isnan(value) or low <= value <= high
    assert row["building_coverage"] <= 1


@settings(**CALMLY)
@given(register=registers, cut=st.integers(1, 39))
def test_splitting_a_parcel_conserves_the_sums(register, cut):
    footprints = frame_of(register)
    halves = indicators(land([shapely.box(0, 0, cut, 40), shapely.box(cut, 0, 40, 40)]), footprints)
    one = indicators(land([PARCEL]), footprints)
    names = [name for name in INDICATOR_COLUMNS if "_m2" in name]
    np.testing.assert_allclose(halves[names].sum(skipna=False), one[names].sum(skipna=False), atol=1e-6)


@settings(**CALMLY)
@given(register=registers, shuffle=st.randoms(use_true_random=False), east=st.sampled_from([0, 500_000]))
def test_the_order_of_rows_and_the_place_on_the_globe_do_not_matter(register, shuffle, east):
    parcels = [shapely.box(0, 0, 20, 40), shapely.box(20, 0, 40, 40)]
    plain = indicators(land(parcels), frame_of(register)).set_index("parcel_id")
    shuffle.shuffle(register)
    moved = frame_of(register)
    moved.geometry = moved.translate(east, 3_000_000).reverse()
    there = land(parcels[::-1], ["P1", "P0"])
    there.geometry = there.translate(east, 3_000_000)
    pd.testing.assert_frame_equal(indicators(there, moved).set_index("parcel_id").sort_index(), plain, atol=1e-6)


@settings(**CALMLY)
@given(register=registers, forget=st.integers(1, 3))
def test_knowing_less_of_consistent_storeys_only_widens(register, forget):
    # whole storeys that fill the height
    full = [(place, count or 1, height or 4.0, (count or 1) * (height or 4.0)) for place, count, height, _ in register]
    less = [(*row[:forget], None, *row[forget + 1 :]) for row in full]
    more_known = indicators(land([PARCEL]), frame_of(full)).iloc[0]
    less_known = indicators(land([PARCEL]), frame_of(less)).iloc[0]
    assert less_known["floor_area_ratio_low"] <= more_known["floor_area_ratio_low"] + 1e-12
    assert less_known["floor_area_ratio_high"] >= more_known["floor_area_ratio_high"] - 1e-12


@pytest.fixture(scope="module")
def tenerife(shared_data):
    """Parcels, footprints and outlines of a town of the Spanish cadastre."""
    folder = shared_data / "buildings" / "catastro_tenerife"
    parcels = pyogrio.read_dataframe(folder / "parcel.gpkg").rename(columns={"localId": "parcel_id"})
    rows = pyogrio.read_dataframe(folder / "cons.gpkg").rename(
        columns={"localId": "footprint_id", "numberOfFloorsAboveGround": "storey_count"}
    )
    outline, _, part = rows["footprint_id"].str.partition("_part").T.to_numpy()
    rows["part_of"] = pd.Series(outline).where(part != "")
    return parcels, rows


@pytest.mark.shared_data
def test_planar_areas_of_tenerife_are_the_official_ones(tenerife):
    parcels, footprints = tenerife
    table = indicators(parcels, footprints)
    assert len(table) == 186
    assert (table["area_m2"] - parcels["areaValue"]).abs().max() < 0.5


@pytest.mark.shared_data
def test_coverage_of_tenerife_is_that_of_the_dissolved_outlines(tenerife):
    parcels, footprints = tenerife
    outlines = footprints.loc[footprints["part_of"].isna(), "geometry"]
    dissolved = parcels.geometry.intersection(outlines.union_all()).area / parcels.area
    coverage = indicators(parcels, footprints)["building_coverage"]
    assert (coverage - dissolved).abs().max() < 1e-6
    assert (coverage > 1e-4).sum() == 110


@pytest.mark.shared_data
def test_the_floor_area_ratio_of_tenerife_is_that_of_joining_parts_by_identifier(tenerife):
    parcels, footprints = tenerife
    once = footprints.loc[~footprints.duplicated(["footprint_id", "geometry"]) & footprints["storey_count"].notna()]
    floor = (once.area * once["storey_count"]).groupby(once["footprint_id"].str[:14]).sum()
    by_identifier = (floor / parcels.set_index("parcel_id").area).dropna()
    ratio = indicators(parcels, footprints).set_index("parcel_id")["floor_area_ratio"].reindex(by_identifier.index)
    np.testing.assert_allclose(ratio, by_identifier, atol=1e-9)
    assert len(ratio) == 109
    assert round(ratio.mean(), 3) == 0.937
    assert round(ratio.max(), 2) == 2.30


@pytest.mark.shared_data
def test_every_row_of_tenerife_is_used_shared_or_listed(tenerife):
    parcels, footprints = tenerife
    _, notes = indicator_table(parcels, footprints, NATIONAL)
    listed = notes["code"].str.removeprefix("indicators.").value_counts()
    assert listed["exact_duplicate"] == 294
    assert listed["outline_without_storeys"] == 134
    # one outline has no parts; two cadastral parcels are not in the file, their five parts and three outlines neither
    assert listed["outline_with_parts"] == 133
    assert listed["on_no_parcel"] == 8


@pytest.mark.shared_data
def test_without_names_of_parts_tenerife_is_bounded_and_not_contradicted(tenerife):
    parcels, footprints = tenerife
    said = indicators(parcels, footprints)
    unsaid = indicators(parcels, footprints.drop(columns="part_of"))
    assert (unsaid["floor_area_ratio_high"] >= said["floor_area_ratio_low"]).all()
    # three more parcels have an outline that parts with storeys do not cover: what stands there is unknown
    assert (said["floor_area_ratio"].isna().sum(), unsaid["floor_area_ratio"].isna().sum()) == (1, 1 + 3)
    # three parcels have a part over the street, which only its name ties to the building
    both = said["floor_area_ratio"].notna() & unsaid["floor_area_ratio"].notna()
    differs = (said["floor_area_ratio"] - unsaid["floor_area_ratio"])[both] > 1e-6
    assert differs.sum() == 3
