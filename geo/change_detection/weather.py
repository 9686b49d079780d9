"""Simulated clouds, and the rough relief that they and textures are cut from."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Image = NDArray[np.float32]

CLOUDLESS = 0.4
"""Share of days without any cloud."""
COVER = (0.9, 1.1)
"""Cloud cover of the other days follows the beta distribution with these parameters."""
BANK_PX, PUFF_PX = 50.0, 8.0
"""Sizes of cloud banks and of the puffs at their edges [pixels of the painted ground]."""
EDGE = 2.5
"""How steeply a cloud thickens from its edge [1 / standard deviation of the relief]."""
SHADOW_AT = (-60, 80)
"""Where shadows fall, from their clouds: rows and columns [pixels of the painted ground]."""


def rough(shape: tuple[int, ...], correlation: float, rng: np.random.Generator) -> Image:
    """Return smooth random relief of mean 0 and standard deviation 1, correlated over so many pixels."""
    step = max(int(correlation), 1)
    small = [-(-size // step) + 3 for size in shape]
    noise = ndimage.gaussian_filter(rng.standard_normal(small, dtype=np.float32), correlation / step)
    wide = ndimage.zoom(noise, step, order=1)[tuple(slice(size) for size in shape)]
    relief: Image = ((wide - wide.mean()) / max(float(wide.std()), 1e-6)).astype(np.float32)
    return relief


def cloud_cover(shape: tuple[int, ...], rng: np.random.Generator) -> tuple[Image, Image]:
    """Return opacity of clouds and of their shadows, between 0 and 1 [1]; on some days there are none.

    Parameters
    ----------
    shape
        Rows and columns of the painted ground.
    """
    cover = 0.0 if rng.random() < CLOUDLESS else float(rng.beta(*COVER))
    relief = rough(shape, BANK_PX, rng) + 0.25 * rough(shape, PUFF_PX, rng)
    if cover == 0:
        return np.zeros(shape, dtype=np.float32), np.zeros(shape, dtype=np.float32)
    edge = np.quantile(relief, 1 - cover)
    cloud = np.clip((relief - edge) * EDGE, 0, 1).astype(np.float32)
    return cloud, ndimage.shift(cloud, SHADOW_AT, order=0, mode="nearest")


COMMON = 0.67
"""Correlation of what a date does to places a few hundred metres apart, as measured on a real series."""
SUN, HAZE = 0.03, 0.006
"""Errors of a date's atmospheric correction: of all light as a part of it, of haze as reflectance [1]."""
BANK_10M, VEIL_10M = 12.0, 10.0
"""Sizes of clouds and veils [pixels of 10 m]."""
CLOUDY, VEILED = 0.3, 0.05
"""Share of dates with clouds, and with a veil that no mask shows."""
THICKEST = 0.5
"""Opacity of the thickest veil [1]."""


@dataclass(frozen=True, slots=True)
class Sky:
    """What lies between the ground and the sensor on one date, on a grid of 10 m.

    Attributes
    ----------
    sun
        Factor of all light.
    haze
        Added reflectance at 705 nm; other bands by ``mixtures.HAZE`` [1].
    is_cloudy
        Where a cloud is, and is seen to be.
    veil
        Opacity of a cloud that no mask shows [1].
    """

    sun: Image
    haze: Image
    is_cloudy: NDArray[np.bool_]
    veil: Image


def draw_sky(shape: tuple[int, int], rng: np.random.Generator) -> Sky:
    """Return the sky of one date: two thirds of its errors are one for the whole picture, the rest fall across it."""
    air = [np.float32(np.sqrt(COMMON)) * rng.normal() + np.sqrt(1 - COMMON) * slope(shape, rng) for _ in range(2)]
    is_cloudy, veil = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=np.float32)
    if rng.random() < CLOUDY:
        relief = rough(shape, BANK_10M, rng)
        is_cloudy = relief > np.quantile(relief, 1 - rng.beta(*COVER))
    if rng.random() < VEILED:
        veil = np.clip((rough(shape, VEIL_10M, rng) - rng.uniform(0, 1.5)) * 0.3, 0, THICKEST).astype(np.float32)
    sun, haze = (1 + SUN * air[0]).astype(np.float32), (HAZE * air[1]).astype(np.float32)
    return Sky(sun, haze, is_cloudy, veil)


def slope(shape: tuple[int, int], rng: np.random.Generator) -> Image:
    """Return a plane that falls across the picture in some direction, of mean 0 and standard deviation 1."""
    lean = rng.uniform(0, 2 * np.pi)
    rows, columns = (np.arange(size, dtype=np.float32) - (size - 1) / 2 for size in shape)
    plane = rows[:, None] * np.float32(np.cos(lean)) + columns * np.float32(np.sin(lean))
    falling: Image = (plane / max(float(plane.std()), 1e-6)).astype(np.float32)
    return falling
