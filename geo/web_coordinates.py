"""The shifted coordinates of Chinese web maps, for links and imports only: never for what is stored.

GCJ-02 is what Amap and Tencent expect, BD-09 what Baidu expects. The forward formula is the one that has been public
since 2010; no official text of it exists, and it agrees with what map services return to about 0.7 m. The inverse is
found by fixed-point iteration, because the formula has none in closed form.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

Numbers = NDArray[np.float64]
Shift = Callable[[Numbers, Numbers], tuple[Numbers, Numbers]]

SEMI_MAJOR_M = 6_378_245.0
"""Krassovsky's ellipsoid, on which the shift is computed [m]."""

ECCENTRICITY_2 = 0.006_693_421_622_965_943
STEPS = 12
"""Steps of the inverse: each leaves at most a hundredth of what the last one missed by, of some 700 m at first."""

BAIDU = np.pi * 3000.0 / 180.0
WEST, SOUTH, EAST, NORTH = 72.004, 0.8293, 137.8347, 55.8271
"""Outside this box the public formula does not shift [degrees]."""


def to_gcj02(longitude: ArrayLike, latitude: ArrayLike) -> tuple[Numbers, Numbers]:
    """Shift WGS 84 or CGCS2000 coordinates to GCJ-02.

    Parameters
    ----------
    longitude, latitude
        Same shape [degrees]. Outside the box of the formula nothing is shifted. Inside it, places outside the
        mainland are shifted too, though web maps do not: use it for the mainland only.

    Returns
    -------
    tuple[Numbers, Numbers]
        Longitude and latitude [degrees]; NaN stays NaN.

    Examples
    --------
    >>> [round(float(value), 6) for value in to_gcj02(114.0164322, 33.0133556)]
    [114.022301, 33.011528]
    """
    lon, lat = _pair(longitude, latitude)
    east, north = _shift(lon, lat)
    return lon + east, lat + north


def gcj02_shift_m(lon: Numbers, lat: Numbers) -> tuple[Numbers, Numbers]:
    """Return how far the formula shifts places in China east and north [m].

    Parameters
    ----------
    lon, lat
        Arrays of n longitudes and latitudes on WGS 84 or CGCS2000 [degrees].
    """
    x, y = lon - 105.0, lat - 35.0
    wave = 20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)
    root = np.sqrt(np.abs(x))
    north_m = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north_m += (wave + 20.0 * np.sin(np.pi * y) + 40.0 * np.sin(np.pi * y / 3.0)) * 2.0 / 3.0
    north_m += (160.0 * np.sin(np.pi * y / 12.0) + 320.0 * np.sin(np.pi * y / 30.0)) * 2.0 / 3.0
    east_m = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east_m += (wave + 20.0 * np.sin(np.pi * x) + 40.0 * np.sin(np.pi * x / 3.0)) * 2.0 / 3.0
    east_m += (150.0 * np.sin(np.pi * x / 12.0) + 300.0 * np.sin(np.pi * x / 30.0)) * 2.0 / 3.0
    return east_m, north_m


def from_gcj02(longitude: ArrayLike, latitude: ArrayLike) -> tuple[Numbers, Numbers]:
    """Return what ``to_gcj02`` shifts to these coordinates [degrees], to well under a millimetre."""
    lon, lat = _pair(longitude, latitude)
    return _inverse(to_gcj02, lon, lat)


def to_bd09(longitude: ArrayLike, latitude: ArrayLike) -> tuple[Numbers, Numbers]:
    """Shift WGS 84 or CGCS2000 coordinates to Baidu's BD-09 [degrees]."""
    return _baidu(*to_gcj02(longitude, latitude))


def from_bd09(longitude: ArrayLike, latitude: ArrayLike) -> tuple[Numbers, Numbers]:
    """Return what ``to_bd09`` shifts to these coordinates [degrees], to well under a millimetre."""
    lon, lat = _pair(longitude, latitude)
    return from_gcj02(*_inverse(_baidu, lon, lat))


def _pair(longitude: ArrayLike, latitude: ArrayLike) -> tuple[Numbers, Numbers]:
    lon, lat = np.broadcast_arrays(np.asarray(longitude, dtype=float), np.asarray(latitude, dtype=float))
    return lon, lat


def _shift(lon: Numbers, lat: Numbers) -> tuple[Numbers, Numbers]:
    """How far the formula shifts east and north [degrees]."""
    east_m, north_m = gcj02_shift_m(lon, lat)
    radians = np.radians(lat)
    w2 = 1.0 - ECCENTRICITY_2 * np.sin(radians) ** 2
    meridian = SEMI_MAJOR_M * (1.0 - ECCENTRICITY_2) / (w2 * np.sqrt(w2))
    parallel = SEMI_MAJOR_M / np.sqrt(w2) * np.cos(radians)
    inside = (lon >= WEST) & (lon <= EAST) & (lat >= SOUTH) & (lat <= NORTH)
    return np.where(inside, np.degrees(east_m / parallel), 0.0), np.where(inside, np.degrees(north_m / meridian), 0.0)


def _baidu(lon: Numbers, lat: Numbers) -> tuple[Numbers, Numbers]:
    """From GCJ-02 to BD-09."""
    radius = np.hypot(lon, lat) + 0.000_02 * np.sin(lat * BAIDU)
    angle = np.arctan2(lat, lon) + 0.000_003 * np.cos(lon * BAIDU)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def _inverse(forward: Shift, lon: Numbers, lat: Numbers) -> tuple[Numbers, Numbers]:
    """Find what a shift leads to these coordinates; each step puts right what the last one missed by."""
    guess_lon, guess_lat = lon, lat
    for _ in range(STEPS):
        there_lon, there_lat = forward(guess_lon, guess_lat)
        guess_lon, guess_lat = guess_lon + lon - there_lon, guess_lat + lat - there_lat
    return guess_lon, guess_lat
