"""How far a layer lies beside a reference."""

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from geo.errors import CRSMismatchError
from geo.ingest.parcels import read_parcels
from geo.ingest.shift import gcj02_offset, systematic_shift

Frame = gpd.GeoDataFrame


def county(count: int = 60, seed: int = 1) -> Frame:
    """Parcels of unlike sizes, one in each square of 400 m, in EPSG:4549."""
    random = np.random.default_rng(seed)
    x, y = 500_000 + 400 * (np.arange(count) % 10), 3_300_000 + 400 * (np.arange(count) // 10)
    x, y = x + random.uniform(0, 90, count), y + random.uniform(0, 90, count)
    width, height = random.uniform(40, 300, count), random.uniform(40, 300, count)
    outlines = shapely.box(x, y, x + width, y + height)
    return Frame({"parcel_id": [f"P{at}" for at in range(count)]}, geometry=outlines, crs=4549)


def moved(frame: Frame, east: float, north: float) -> Frame:
    return frame.set_geometry(frame.translate(east, north))


def unnamed(frame: Frame) -> Frame:
    return frame[["geometry"]]


@pytest.mark.parametrize("crs", [4549, 4490, 4528])
@pytest.mark.parametrize("is_named", [True, False])
def test_a_layer_that_was_moved_lies_where_it_was_moved_to(crs: int, *, is_named: bool) -> None:
    parcels, reference = moved(county(), 480, -230).to_crs(crs), county()
    if not is_named:
        parcels, reference = unnamed(parcels), unnamed(reference)
    east, north, count = systematic_shift(parcels, reference)
    assert (east, north) == (pytest.approx(480, abs=0.01), pytest.approx(-230, abs=0.01))
    assert count == 60


@settings(max_examples=15)
@given(st.floats(-600, 600), st.floats(-600, 600), st.integers(20, 60), st.integers(0, 99))
def test_the_shift_is_found_among_others_that_are_no_counterparts(
    east: float, north: float, kept: int, seed: int
) -> None:
    parcels = moved(county(60), east, north).iloc[:kept]
    strangers = county(40, seed=1000 + seed)
    reference = Frame(geometry=[*county(60).geometry, *strangers.geometry], crs=4549)
    found = systematic_shift(unnamed(parcels), reference)
    assert found[:2] == (pytest.approx(east, abs=0.5), pytest.approx(north, abs=0.5))


def test_layers_that_agree_do_not_lie_beside_each_other() -> None:
    assert systematic_shift(county(), county()) == (0, 0, 60)


@pytest.mark.parametrize(("ours", "theirs"), [(0, 60), (60, 0), (2, 60)])
def test_too_few_counterparts_tell_nothing(ours: int, theirs: int) -> None:
    east, north, count = systematic_shift(unnamed(county()).iloc[:ours], unnamed(county()).iloc[:theirs])
    assert np.isnan([east, north]).all()
    assert count == min(ours, theirs)


def test_outlines_of_other_shapes_tell_nothing() -> None:
    other = county(seed=2)
    east, _, count = systematic_shift(unnamed(county()), unnamed(moved(other, 50, 50)))
    assert np.isnan(east) or count < 6


def test_layers_without_a_system_cannot_be_compared() -> None:
    with pytest.raises(CRSMismatchError):
        systematic_shift(county().set_crs(None, allow_override=True), county())


def test_parcels_from_a_web_map_are_told_by_their_shift(write_layer, said) -> None:
    reference = county().to_crs(4490)
    offset = gcj02_offset(*shapely.get_coordinates(county().centroid.to_crs(4490).to_numpy()).T)
    web = county()
    web = web.set_geometry([shapely.affinity.translate(g, *by) for g, by in zip(web.geometry, offset, strict=True)])
    path = write_layer(list(web.geometry), parcel_id=web["parcel_id"].tolist())
    intake = read_parcels(path, reference=reference)
    assert said(intake) == ([(None, "ingest.shift_gcj02")], [])
    params = intake.notes["params"][0]
    assert float(params["east"]) == pytest.approx(np.median(offset[:, 0]), abs=5)
    assert intake.taken.geometry[0].equals(web.geometry[0])  # nothing is changed


def test_another_shift_is_said_as_one_and_none_is_not(write_layer, said) -> None:
    for east, code in ((0.5, None), (120, "ingest.shift")):
        shifted = moved(county(), east, 0)
        intake = read_parcels(write_layer(list(shifted.geometry), id=shifted["parcel_id"].tolist()), reference=county())
        assert said(intake)[0] == ([(None, code)] if code else [])
    few = moved(county(2), 120, 0)
    intake = read_parcels(write_layer(list(few.geometry), id=few["parcel_id"].tolist()), reference=county(2))
    assert said(intake)[0] == [(None, "ingest.shift_unknown")]


@pytest.mark.shared_data
def test_the_formula_moves_664_places_as_another_program_does(shared_data: Path) -> None:
    places = json.loads((shared_data / "oracles" / "gcj02_gcoord" / "china-cities.json").read_text("utf-8"))
    wgs, web = (np.array([place["coords"][name] for place in places]) for name in ("WGS84", "GCJ02"))
    is_shifted = np.hypot(*(wgs - web).T) > 1e-6
    azimuth, _, distance_m = Geod(ellps="krass").inv(*wgs.T, *web.T)
    offset = np.column_stack([np.sin(np.radians(azimuth)), np.cos(np.radians(azimuth))]) * distance_m[:, None]
    difference_m = np.hypot(*(gcj02_offset(*wgs.T) - offset)[is_shifted].T)
    assert is_shifted.sum() > 600
    assert difference_m.max() < 1
