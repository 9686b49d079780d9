"""Sentinel-2 surface reflectance of ground whose cover is known: for the demonstration and for checking bounds.

The spectra are made up: plausible means for each kind of ground, drawn from no measured library. They show that the
path works and whether bounds hold under spectra that the rules were not fitted to; they are no proof of accuracy on
real roofs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import ndimage

from geo.change_detection.fraction import move
from geo.change_detection.grid import Grid, coverage_matrix
from geo.change_detection.weather import cloud_cover, rough
from geo.model import CLASS_FRACTIONS

Image = NDArray[np.float32]

BANDS_10M = ("B02", "B03", "B04", "B08")
BANDS_20M = ("B05", "B11", "B12")
BANDS = (*BANDS_10M, *BANDS_20M)
FINE = 2
"""Ground is painted on pixels this many times finer than the grid."""
FWHM_PX = {10: 1.2, 20: 2.3}
"""Width of the point spread of 10 m and 20 m bands [pixels of the grid]."""
JITTER_PX = 0.3
"""Registration error, one standard deviation on each axis [pixels of the grid]."""
DARKEST = np.float32(0.003)
"""No ground is darker than this [1]."""
SUN, HAZE = 0.03, 0.006
"""Errors of a day's atmospheric correction: of all light as a part of it, of haze as reflectance, more in blue [1]."""
HAZE_BY_BAND = np.array([1.6, 1.2, 1.0, 0.7, 0.9, 0.3, 0.2], dtype=np.float32)
CLOUD_LIGHT = np.array([0.62, 0.60, 0.59, 0.62, 0.60, 0.42, 0.30], dtype=np.float32)
SHADOW_DEPTH = 0.55
"""Reflectance of clouds, and the share of light that their full shadow takes, in the order of ``BANDS`` [1]."""
THICK, THIN, DIM, HALF, MOST = 0.6, 0.1, 0.2, 0.5, 0.9
"""From which share a pixel is classed as cloud, thin cloud, shadow, water or plants, white roof [1]."""
GREEN, WHITE = 0.35, 0.24
"""Ground is classed as plants from this greenness on; a roof is white above this reflectance [1]."""
MISTAKEN_DAYS, MISTAKEN_PIXELS = 0.1, 0.5
"""Share of days on which white roofs are taken for clouds, and of their pixels then."""


@dataclass(frozen=True, slots=True)
class Surface:
    """One kind of ground.

    Attributes
    ----------
    counts_as
        Which of ``model.CLASS_FRACTIONS`` it belongs to.
    reflectance
        Mean surface reflectance in the order of ``BANDS`` [1].
    lean
        The same where the plants are down to their least, for ground that follows the seasons.
    season
        Greenness in the middle of each month, January first, from 0 (lean) to 1.
    texture
        Spread of brightness within one surface, one standard deviation [1].
    """

    counts_as: str
    reflectance: tuple[float, ...]
    lean: tuple[float, ...] | None = None
    season: tuple[float, ...] = (1.0,) * 12
    texture: float = 0.08


GRASS_YEAR = (0.45, 0.45, 0.6, 0.8, 0.95, 1.0, 1.0, 1.0, 0.95, 0.85, 0.7, 0.5)
CROP_YEAR = (0.1, 0.1, 0.25, 0.55, 0.9, 1.0, 0.6, 0.5, 0.9, 1.0, 0.5, 0.15)

SURFACES: Mapping[str, Surface] = {
    # order of bands:                          B02    B03    B04    B08    B05    B11    B12
    "roof_steel_blue": Surface("roof_fraction", (0.270, 0.225, 0.150, 0.230, 0.155, 0.260, 0.220), texture=0.07),
    "roof_grey": Surface("roof_fraction", (0.255, 0.275, 0.280, 0.310, 0.285, 0.300, 0.270), texture=0.08),
    "paved": Surface("paved_fraction", (0.165, 0.190, 0.205, 0.235, 0.215, 0.260, 0.240), texture=0.08),
    "bare": Surface("bare_fraction", (0.095, 0.140, 0.205, 0.290, 0.235, 0.380, 0.330), texture=0.10),
    "net": Surface("net_fraction", (0.060, 0.090, 0.078, 0.150, 0.098, 0.170, 0.140), texture=0.12),
    "grass": Surface(
        "vegetation_fraction",
        (0.036, 0.072, 0.045, 0.380, 0.105, 0.220, 0.110),
        lean=(0.065, 0.095, 0.110, 0.240, 0.140, 0.300, 0.210),
        season=GRASS_YEAR,
        texture=0.10,
    ),
    "crop": Surface(
        "vegetation_fraction",
        (0.030, 0.062, 0.036, 0.420, 0.090, 0.190, 0.085),
        lean=(0.085, 0.115, 0.145, 0.230, 0.175, 0.300, 0.240),
        season=CROP_YEAR,
        texture=0.10,
    ),
    "trees": Surface("vegetation_fraction", (0.024, 0.045, 0.027, 0.310, 0.070, 0.145, 0.065), texture=0.14),
    "water": Surface("water_fraction", (0.055, 0.065, 0.045, 0.024, 0.038, 0.012, 0.008), texture=0.06),
}
"""Kinds of ground that the sample county knows. Bare crop land counts as vegetation: it is not developed."""


def active_surfaces(surfaces: gpd.GeoDataFrame, day: date) -> gpd.GeoDataFrame:
    """Return the rows that lie on the ground on a day, lowest level first.

    Parameters
    ----------
    surfaces
        Columns ``geometry``, ``surface``, ``from_on``, ``to_on`` (both days included; empty is open), ``level``.
    """
    today = pd.Timestamp(day)
    begun = ~(pd.to_datetime(surfaces["from_on"]) > today)
    ended = pd.to_datetime(surfaces["to_on"]) < today
    return surfaces[begun & ~ended].sort_values("level", kind="stable")


def paint_ground(
    surfaces: gpd.GeoDataFrame, grid: Grid, day: date, *, table: Mapping[str, Surface] = SURFACES, ground: str = "crop"
) -> Image:
    """Return the share of every kind of ground in each pixel of the finer grid; what lies higher covers what is below.

    Parameters
    ----------
    surfaces
        See `active_surfaces`.
    ground
        What lies where no row says anything.

    Returns
    -------
    numpy.ndarray
        Shape (kinds in ``table``, FINE * rows, FINE * columns); sums to 1 over the first axis [1].
    """
    fine = finer(grid)
    shown = active_surfaces(surfaces, day)
    names = list(table)
    shares = np.zeros((len(names), fine.shape[0] * fine.shape[1]), dtype=np.float32)
    shares[names.index(ground)] = 1
    cover = coverage_matrix(shown.geometry, fine)
    for row, name in enumerate(shown["surface"]):
        inside = slice(cover.indptr[row], cover.indptr[row + 1])
        pixels, part = cover.indices[inside], cover.data[inside].astype(np.float32)
        shares[:, pixels] *= 1 - part
        shares[names.index(name), pixels] += part
    return shares.reshape(len(names), *fine.shape)


def true_fractions(
    parcels: gpd.GeoSeries, grid: Grid, painted: Image, *, table: Mapping[str, Surface] = SURFACES
) -> pd.DataFrame:
    """Return what really covers each parcel: columns ``model.CLASS_FRACTIONS``, on the index of the parcels [1]."""
    cover = coverage_matrix(parcels, finer(grid))
    by_kind = cover @ painted.reshape(len(table), -1).T / cover.sum(axis=1)[:, None]
    frame = pd.DataFrame(0.0, index=parcels.index, columns=list(CLASS_FRACTIONS))
    for kind, surface in enumerate(table.values()):
        frame[surface.counts_as] += by_kind[:, kind]
    return frame


def simulate_scene(
    painted: Image, day: date, *, seed: int, table: Mapping[str, Surface] = SURFACES, has_clouds: bool = True
) -> dict[str, NDArray[np.uint16]]:
    """Return one acquisition of painted ground.

    The ground's texture belongs to the seed alone and stays from day to day; greenness, haze, registration error,
    clouds and their shadows, and roofs wrongly masked as cloud belong to seed and day.

    Parameters
    ----------
    painted
        From `paint_ground`.
    seed
        Any whole number from 0.

    Returns
    -------
    dict of str to numpy.ndarray
        ``B02 B03 B04 B08`` at the grid, ``B05 B11 B12`` and ``SCL`` at pixels of twice its size (rounded up);
        reflectance times 10,000, never 0. ``SCL`` holds the classes of the Sen2Cor scene classification.
    """
    rng = np.random.default_rng([seed, day.toordinal()])
    shape = painted.shape[1:]
    clear_sky = np.zeros(shape, dtype=np.float32)
    cloud, shadow = cloud_cover(shape, rng) if has_clouds else (clear_sky, clear_sky)
    light = ground_reflectance(painted, day, seed=seed, table=table) * np.float32(rng.normal(1, SUN))
    if cloud.any():
        light = light * (1 - SHADOW_DEPTH * shadow) * (1 - cloud) + CLOUD_LIGHT[:, None, None] * cloud
    haze = np.float32(rng.normal(0, HAZE)) * HAZE_BY_BAND
    jitter = rng.normal(0, JITTER_PX * FINE, 2)
    scene = {
        band: sense(light[number], haze[number], jitter, is_coarse=band in BANDS_20M, rng=rng)
        for number, band in enumerate(BANDS)
    }
    scene["SCL"] = classify(painted, day, (cloud, shadow), table=table, rng=rng)
    return scene


def finer(grid: Grid) -> Grid:
    """Return the same ground in pixels FINE times as small."""
    a, b, c, d, e, f = grid.transform
    return Grid(grid.crs_wkt, (a / FINE, b, c, d, e / FINE, f), (grid.shape[0] * FINE, grid.shape[1] * FINE))


def greenness(surface: Surface, day: date) -> float:
    """Return how green a surface is on a day, between 0 and 1, running straight from mid-month to mid-month.

    Examples
    --------
    >>> greenness(Surface("vegetation_fraction", (0.1,) * 7, season=(0.0, 1.0) + (0.5,) * 10), date(2025, 2, 15))
    1.0
    """
    month = day.month + (day.day - 15) / 30
    return float(np.interp(month, np.arange(14), (surface.season[-1], *surface.season, surface.season[0])))


def ground_reflectance(painted: Image, day: date, *, seed: int, table: Mapping[str, Surface]) -> Image:
    """Return reflectance of the ground itself, shape (bands, fine rows, fine columns)."""
    rng = np.random.default_rng([seed])
    brightness = (
        rough(painted.shape[1:], 1.5, rng) * 0.8 + rng.standard_normal(painted.shape[1:], dtype=np.float32) * 0.6
    )
    vigour = rough(painted.shape[1:], 16.0, rng)
    means, spreads, greens = (np.zeros((len(table), len(BANDS)), dtype=np.float32) for _ in range(3))
    for kind, surface in enumerate(table.values()):
        full = np.array(surface.reflectance)
        lean = full if surface.lean is None else np.array(surface.lean)
        green = greenness(surface, day)
        means[kind] = lean + green * (full - lean)
        spreads[kind] = means[kind] * surface.texture
        greens[kind] = 0.1 * (full - lean) if green > 0 else 0
    flat = painted.reshape(len(table), -1)
    total: Image = means.T @ flat
    total += (spreads.T @ flat) * brightness.ravel()
    total += (greens.T @ flat) * vigour.ravel()
    return np.maximum(total, DARKEST, out=total).reshape(len(BANDS), *painted.shape[1:])


def sense(
    light: Image, haze: np.float32, jitter: NDArray[np.float64], *, is_coarse: bool, rng: np.random.Generator
) -> NDArray[np.uint16]:
    """Return what the sensor stores of one band: displaced, blurred, averaged over its pixel, with noise."""
    width = FWHM_PX[20 if is_coarse else 10] * FINE / 2.3548
    blurred = ndimage.gaussian_filter(displace(light, jitter), width, mode="nearest")
    seen = average(blurred, FINE * (2 if is_coarse else 1)) + haze
    noisy = seen + rng.standard_normal(seen.shape, dtype=np.float32) * (0.001 + 0.008 * seen)
    stored: NDArray[np.uint16] = np.clip(np.rint(noisy * 10_000), 1, 65_535).astype(np.uint16)
    return stored


def displace(image: Image, by: NDArray[np.float64]) -> Image:
    """Return an image moved by so many rows and columns, interpolated between pixels; edges are repeated.

    Examples
    --------
    >>> displace(np.array([[0.0, 8.0, 0.0, 0.0]]), np.array([0.0, 1.25])).tolist()
    [[0.0, 0.0, 6.0, 2.0]]
    """
    for axis, distance in enumerate(by):
        whole = int(np.trunc(distance))
        places = np.clip(np.arange(image.shape[axis]) - whole, 0, image.shape[axis] - 1)
        image = move(np.take(image, places, axis=axis) if whole else image, np.float32(distance - whole), axis=axis)
    return image


def average(image: Image, size: int) -> Image:
    """Return means of square blocks; blocks that the edge cuts are filled up with the nearest pixels."""
    padded = np.pad(image, [(0, -length % size) for length in image.shape], mode="edge")
    rows, columns = padded.shape[0] // size, padded.shape[1] // size
    means: Image = padded.reshape(rows, size, columns, size).mean(axis=(1, 3))
    return means


def classify(
    painted: Image, day: date, weather: tuple[Image, Image], *, table: Mapping[str, Surface], rng: np.random.Generator
) -> NDArray[np.uint16]:
    """Return scene classes: 3 shadow, 4 plants, 5 no plants, 6 water, 8 and 9 cloud; on some days white roofs are 8."""
    kinds = list(table.values())
    green = [k.counts_as == "vegetation_fraction" and greenness(k, day) > GREEN for k in kinds]
    wet = [k.counts_as == "water_fraction" for k in kinds]
    white = [k.counts_as == "roof_fraction" and min(k.reflectance[0], k.reflectance[2]) > WHITE for k in kinds]
    plants, water, roofs = (average(painted[chosen].sum(axis=0), 2 * FINE) for chosen in (green, wet, white))
    cloud, shadow = (average(opacity, 2 * FINE) for opacity in weather)
    is_mistaken = (roofs > MOST) & (rng.random(roofs.shape) < MISTAKEN_PIXELS) & (rng.random() < MISTAKEN_DAYS)
    classes = np.select(
        [cloud > THICK, cloud > THIN, shadow > DIM, is_mistaken, water > HALF, plants > HALF], [9, 8, 3, 8, 6, 4], 5
    )
    return classes.astype(np.uint16)
