"""Shifted coordinates: against places that somebody else converted, and there and back."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.patrol.distances import EARTH_M
from geo.web_coordinates import from_bd09, from_gcj02, to_bd09, to_gcj02


def metres_apart(one: tuple[np.ndarray, np.ndarray], other: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    east = np.radians(one[0] - other[0]) * np.cos(np.radians(one[1]))
    return np.asarray(EARTH_M * np.hypot(east, np.radians(one[1] - other[1])))


@pytest.mark.shared_data
def test_664_places_come_out_within_a_metre_and_go_back_within_a_millimetre(shared_data: Path) -> None:
    places = json.loads((shared_data / "oracles/gcj02_gcoord/china-cities.json").read_text("utf-8"))
    assert len(places) == 664
    wgs, gcj, bd = (np.array([place["coords"][name] for place in places]).T for name in ("WGS84", "GCJ02", "BD09"))
    assert metres_apart(to_gcj02(*wgs), (gcj[0], gcj[1])).max() < 1.0
    assert metres_apart(to_bd09(*wgs), (bd[0], bd[1])).max() < 1.0
    assert metres_apart(from_gcj02(*to_gcj02(*wgs)), (wgs[0], wgs[1])).max() < 1e-3
    assert metres_apart(from_bd09(*to_bd09(*wgs)), (wgs[0], wgs[1])).max() < 1e-3


@given(st.floats(74, 134), st.floats(3, 53))
def test_there_and_back_is_the_same_place_within_a_millimetre(longitude: float, latitude: float) -> None:
    here = (np.array([longitude]), np.array([latitude]))
    for forth, back in ((to_gcj02, from_gcj02), (to_bd09, from_bd09)):
        assert metres_apart(back(*forth(*here)), here)[0] < 1e-3


def test_the_shift_is_some_hundred_metres_in_china_and_none_outside() -> None:
    here = (np.array([121.5, 2.35]), np.array([29.9, 48.85]))
    shift = metres_apart(to_gcj02(*here), here)
    assert 300 < shift[0] < 700
    assert shift[1] == 0


def test_nowhere_stays_nowhere() -> None:
    east, north = from_gcj02(np.array([np.nan, 120.0]), np.array([30.0, 30.0]))
    assert np.isnan(east[0])
    assert np.isfinite(north[1])
