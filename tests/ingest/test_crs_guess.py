"""Which Chinese coordinate system numbers look like."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS, Transformer

from geo.ingest.crs_guess import FIRST_CODES, Guess, gauss_kruger_code, guess_crs

NINGBO = (121.5, 29.9)
# 121.5E 29.9N in CGCS2000 / 3-degree GK: shared notes, measured with pyproj
EAST, NORTH = 644_882.69, 3_309_973.76


def box(x: float, y: float, size: float = 20.0) -> np.ndarray:
    return np.array([shapely.box(x, y, x + size, y + size)])


def place(code: int, lon: float, lat: float) -> np.ndarray:
    x, y = Transformer.from_crs(4490, code, always_xy=True).transform(lon, lat)
    return box(x, y)


def test_the_codes_are_those_of_the_zones_they_are_said_to_be() -> None:
    names = {"cgcs2000": "CGCS2000", "xian80": "Xian 1980", "beijing54": "Beijing 1954"}
    for datum, degrees, has_prefix in FIRST_CODES:
        for zone in range(25, 46) if degrees == 3 else range(13, 24):
            code = gauss_kruger_code(datum, degrees, zone, has_prefix=has_prefix)
            crs = CRS(code)
            meridian = 3 * zone if degrees == 3 else 6 * zone - 3
            assert crs.name.startswith(names[datum])
            assert ("3-degree" in crs.name) == (degrees == 3)
            assert crs.name.endswith(f"zone {zone}" if has_prefix else f"CM {meridian}E")


@pytest.mark.parametrize(("degrees", "zone"), [(3, 24), (3, 46), (6, 12), (6, 24), (5, 30)])
def test_there_are_no_other_zones(degrees: int, zone: int) -> None:
    assert gauss_kruger_code("cgcs2000", degrees, zone, has_prefix=True) is None


@pytest.mark.parametrize(
    ("x", "y", "codes"),
    [
        (121.5, 29.9, ("EPSG:4490",)),
        (29.9, 121.5, ("EPSG:4490",)),
        (40_000_000 + EAST, NORTH, ("EPSG:4528",)),
        (NORTH, 40_000_000 + EAST, ("EPSG:4528",)),
        (20_500_000, 3_300_000, ("EPSG:4498",)),
        (13_500_000, 4_000_000, ("EPSG:4491",)),
        (23_500_000, 5_300_000, ("EPSG:4501",)),
        (25_500_000, 4_000_000, ("EPSG:4513",)),
        (45_500_000, 5_300_000, ("EPSG:4533",)),
        (24_500_000, 3_300_000, ()),  # there is no zone 24
        (46_500_000, 3_300_000, ()),
        (70_000, 50_000, ()),  # a city's own grid
        (13_500_000, 3_490_000, ("EPSG:4491",)),  # web Mercator looks like zone 13: a guess is a guess
        (2.35, 48.85, ()),
        (-122.4, 37.8, ()),
    ],
)
def test_numbers_look_like_a_system_or_like_none(x: float, y: float, codes: tuple[str, ...]) -> None:
    assert guess_crs(box(x, y, 0.001)) == Guess(codes)


@given(st.floats(74, 134), st.floats(20, 50), st.sampled_from([3, 6]), st.booleans())
def test_what_is_in_a_zone_with_prefix_is_guessed_right_in_either_order(
    lon: float,
    lat: float,
    degrees: int,
    is_swapped: bool,  # noqa: FBT001  # hypothesis fills arguments by position
) -> None:
    zone = int((lon + 1.5) // 3) if degrees == 3 else int(lon // 6) + 1
    code = gauss_kruger_code("cgcs2000", degrees, zone, has_prefix=True)
    drawn = place(code, lon, lat)
    if is_swapped:
        drawn = shapely.transform(drawn, lambda coordinates: coordinates[:, ::-1])
    assert guess_crs(drawn) == Guess((f"EPSG:{code}",))


@pytest.mark.parametrize(("x", "y"), [(EAST, NORTH), (NORTH, EAST)])
def test_without_prefix_the_zone_is_missing_and_a_place_nearby_finds_it(x: float, y: float) -> None:
    assert guess_crs(box(x, y)) == Guess(is_zone_missing=True)
    assert guess_crs(box(x, y), near=(121.6, 29.8)) == Guess(("EPSG:4549",))
    assert guess_crs(box(x, y), near=(118.5, 29.8)) == Guess(("EPSG:4548",))  # the same numbers, one zone to the west
    assert guess_crs(box(x, y), near=(121.6, 40.0)) == Guess(is_zone_missing=True)  # ten degrees too far north


def test_without_prefix_a_zone_of_six_degrees_is_found_where_no_narrower_one_fits() -> None:
    drawn = place(4509, 119.2, 30.0)  # 2.2 degrees east of 117E: no zone of 3 degrees has such eastings here
    assert guess_crs(drawn, near=(119.3, 30.1)) == Guess(("EPSG:4509",))
    on_both = place(4509, 117.3, 30.0)  # zone 39 of 3 degrees has the meridian of zone 20 of 6: the same coordinates
    assert guess_crs(on_both, near=(117.3, 30.1)) == Guess(("EPSG:4548",))


def test_rows_in_two_zones_look_like_both() -> None:
    drawn = np.concatenate([box(39_500_000, NORTH), box(40_500_000, NORTH)])
    assert guess_crs(drawn).codes == ("EPSG:4527", "EPSG:4528")


def test_a_few_slips_and_holes_in_the_data_do_not_matter_and_many_do() -> None:
    good = [box(40_500_000, NORTH)[0]] * 18
    odd = [shapely.box(0, 0, 1, 1), None, shapely.Polygon(), shapely.Point(-1.8e308, -1.8e308)]
    assert guess_crs(np.array([*good, *odd], dtype=object)).codes == ("EPSG:4528",)
    assert guess_crs(np.array([*good[:3], *odd], dtype=object)) == Guess()
    assert guess_crs(np.array([None, shapely.Polygon()], dtype=object)) == Guess()
