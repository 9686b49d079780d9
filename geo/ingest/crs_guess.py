"""Which Chinese coordinate system numbers look like. A guess is offered, never applied."""

from dataclasses import dataclass

import numpy as np
import shapely
from pyproj import Transformer

Place = tuple[float, float]
"""Longitude and latitude [degree]."""

CHINA_LON, CHINA_LAT = (73.0, 135.1), (3.0, 54.0)
CHINA_NORTH_M = (330_000.0, 6_000_000.0)
"""Northings of Gauss-Kruger from 3N to 54N [m]."""

EAST_M = (150_000.0, 850_000.0)
"""Eastings in a zone, without prefix: 500 km at its meridian, and no more than 350 km from it [m]."""

PREFIX_M = 1_000_000.0
SIX_DEGREE_ZONES, THREE_DEGREE_ZONES = range(13, 24), range(25, 46)
SIX_DEGREES, THREE_DEGREES = 6, 3

NEAR_DEGREES = 1.0
"""How far the numbers may lie from the place named, in the right zone [degree]; the next one is 3 degrees off."""

BEYOND_DEGREES = 0.5
"""How far a county may be carried on in a zone beyond its border [degree]."""

SURE_SHARE = 0.9
"""Share of the rows that must look alike. A few slips of the pen do not matter for a guess."""

FIRST_CODES = {
    ("cgcs2000", SIX_DEGREES, True): 4491,
    ("cgcs2000", SIX_DEGREES, False): 4502,
    ("cgcs2000", THREE_DEGREES, True): 4513,
    ("cgcs2000", THREE_DEGREES, False): 4534,
    ("xian80", SIX_DEGREES, True): 2327,
    ("xian80", SIX_DEGREES, False): 2338,
    ("xian80", THREE_DEGREES, True): 2349,
    ("xian80", THREE_DEGREES, False): 2370,
    ("beijing54", SIX_DEGREES, True): 21_413,
    ("beijing54", SIX_DEGREES, False): 21_453,
    ("beijing54", THREE_DEGREES, True): 2401,
    ("beijing54", THREE_DEGREES, False): 2422,
}
"""EPSG code of the westernmost zone of a datum, by the width of its zones and whether eastings have a zone prefix."""


@dataclass(frozen=True, slots=True)
class Guess:
    """What coordinates look like.

    Attributes
    ----------
    codes
        Systems, such as ``EPSG:4528``; several where rows lie in several zones.
    is_zone_missing
        They look like a Gauss-Kruger zone, but eastings without prefix do not say which.
    """

    codes: tuple[str, ...] = ()
    is_zone_missing: bool = False


def gauss_kruger_code(datum: str, degrees: int, zone: int, *, has_prefix: bool) -> int | None:
    """Return the EPSG code of a zone of ``cgcs2000``, ``xian80`` or ``beijing54``, or None where there is no such zone.

    Zones of 3 degrees are 25 (75E) to 45 (135E), those of 6 degrees 13 (75E) to 23 (135E).

    Examples
    --------
    >>> [gauss_kruger_code("cgcs2000", 3, 40, has_prefix=has_prefix) for has_prefix in (True, False)]
    [4528, 4549]
    >>> gauss_kruger_code("cgcs2000", 6, 24, has_prefix=True) is None
    True
    """
    zones = {SIX_DEGREES: SIX_DEGREE_ZONES, THREE_DEGREES: THREE_DEGREE_ZONES}.get(degrees, range(0))
    first = FIRST_CODES.get((datum, degrees, has_prefix))
    return first + zone - zones.start if first is not None and zone in zones else None


def guess_crs(geometry: np.ndarray, near: Place | None = None) -> Guess:
    """Return what coordinates look like, in either order of the axes.

    Degrees between 73E and 135E, 3N and 54N look like EPSG:4490. Eastings of eight digits begin with the zone: 13 to
    23 are of 6 degrees, 25 to 45 of 3; there is no 24. Eastings of six digits do not say the zone, so it is looked
    for around the place named. That the datum is CGCS2000 and not an older one, no number tells.

    Parameters
    ----------
    geometry
        Array of n geometries; missing, empty and infinite ones are passed over.
    near
        Longitude and latitude of some place in the county [degree].
    """
    bounds = shapely.bounds(geometry)
    bounds = bounds[np.isfinite(bounds).all(axis=1)]
    if not len(bounds):
        return Guess()
    x, y = bounds[:, 0] / 2 + bounds[:, 2] / 2, bounds[:, 1] / 2 + bounds[:, 3] / 2
    for east, north in ((x, y), (y, x)):
        guess = _guess_ordered(east, north, near)
        if guess != Guess():
            return guess
    return Guess()


def _guess_ordered(east: np.ndarray, north: np.ndarray, near: Place | None) -> Guess:
    """Return what coordinates look like whose order is known."""
    if np.mean(_within(east, CHINA_LON) & _within(north, CHINA_LAT)) >= SURE_SHARE:
        return Guess(("EPSG:4490",))
    prefix, in_zone = np.divmod(east, PREFIX_M)
    looks_so = _within(in_zone, EAST_M) & _within(north, CHINA_NORTH_M)
    prefixed = looks_so & np.isin(prefix, (*SIX_DEGREE_ZONES, *THREE_DEGREE_ZONES))
    if np.mean(prefixed) >= SURE_SHARE:
        zones = np.unique(prefix[prefixed]).astype(int).tolist()
        return Guess(tuple(f"EPSG:{_code_of_prefix(zone)}" for zone in zones))
    bare = looks_so & (prefix == 0)
    if np.mean(bare) < SURE_SHARE:
        return Guess()
    code = _zone_near((float(np.median(east[bare])), float(np.median(north[bare]))), near) if near else None
    return Guess((f"EPSG:{code}",)) if code else Guess(is_zone_missing=True)


def _within(values: np.ndarray, limits: tuple[float, float]) -> np.ndarray:
    """Whether each value lies between limits."""
    return (values >= limits[0]) & (values <= limits[1])


def _code_of_prefix(zone: int) -> int | None:
    """Return the code of a zone by its prefix alone."""
    return gauss_kruger_code(
        "cgcs2000", SIX_DEGREES if zone in SIX_DEGREE_ZONES else THREE_DEGREES, zone, has_prefix=True
    )


def _zone_near(point: Place, near: Place) -> int | None:
    """Return the code of the zone in which a point without prefix lies near a place; of two, the narrower zone's."""
    found = {}
    for degrees, zones in ((THREE_DEGREES, THREE_DEGREE_ZONES), (SIX_DEGREES, SIX_DEGREE_ZONES)):
        for zone in zones:
            code = gauss_kruger_code("cgcs2000", degrees, zone, has_prefix=False)
            lon, lat = Transformer.from_crs(code, 4490, always_xy=True).transform(*point)
            distance = max(abs(lon - near[0]), abs(lat - near[1]))
            meridian = degrees * zone - (SIX_DEGREES // 2 if degrees == SIX_DEGREES else 0)
            if distance <= NEAR_DEGREES and abs(lon - meridian) <= degrees / 2 + BEYOND_DEGREES:
                found[code] = round(distance, 6)
    return min(found, key=lambda code: found[code], default=None)
