"""Simulated air and clouds, and the rough relief that they and textures are cut from."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from geo.change_detection.mixtures import HAZE as HAZE_BY_BAND

Image = NDArray[np.float32]
Values = NDArray[np.float64]

COVER = (0.9, 1.1)
"""Cloud cover of cloudy dates follows the beta distribution with these parameters."""
EDGE = 2.5
"""How steeply a cloud thickens from its edge [1 / standard deviation of the relief]."""
CLOUD = np.array([0.62, 0.60, 0.59, 0.60, 0.62, 0.42, 0.30])
"""Reflectance of clouds in the order of ``spectral.NEEDED`` [1]."""
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


@dataclass(frozen=True, slots=True, eq=False)
class Sky:
    """What lies between the ground and the sensor on one date, by pixel.

    Attributes
    ----------
    sun
        Factor of all light.
    haze
        Added reflectance at 705 nm; other bands by ``mixtures.HAZE`` [1].
    cloud
        Opacity of clouds; where there is any, it is seen to be cloudy [1].
    veil
        Opacity of a cloud that no mask shows [1].
    """

    sun: Image
    haze: Image
    cloud: Image
    veil: Image

    def at(self, places: tuple[NDArray[np.int_], NDArray[np.int_]]) -> "Sky":
        """Return the sky over some pixels only."""
        return Sky(self.sun[places], self.haze[places], self.cloud[places], self.veil[places])

    def coarse(self) -> "Sky":
        """Return the sky on pixels twice as large."""
        return Sky(*(average(field, 2) for field in (self.sun, self.haze, self.cloud, self.veil)))


def draw_sky(
    shape: tuple[int, int], rng: np.random.Generator, *, cloudy: float = CLOUDY, bank: float = BANK_10M
) -> Sky:
    """Return the sky of one date: two thirds of its errors are one for the whole picture, the rest fall across it.

    Parameters
    ----------
    shape
        Rows and columns of the picture [pixels of 10 m].
    cloudy
        How likely clouds are [1].
    bank
        Size of clouds [pixels of 10 m].
    """
    air = [np.float32(np.sqrt(COMMON)) * rng.normal() + np.sqrt(1 - COMMON) * slope(shape, rng) for _ in range(2)]
    cloud, veil = np.zeros(shape, dtype=np.float32), np.zeros(shape, dtype=np.float32)
    if rng.random() < cloudy:
        relief = rough(shape, bank, rng)
        cloud = np.clip((relief - np.quantile(relief, 1 - rng.beta(*COVER))) * EDGE, 0, 1).astype(np.float32)
    if rng.random() < VEILED:
        veil = np.clip((rough(shape, VEIL_10M, rng) - rng.uniform(0, 1.5)) * 0.3, 0, THICKEST).astype(np.float32)
    sun, haze = (1 + SUN * air[0]).astype(np.float32), (HAZE * air[1]).astype(np.float32)
    return Sky(sun, haze, cloud, veil)


def through_air(ground: NDArray[np.floating], sky: Sky, bands: NDArray[np.integer] | slice = slice(None)) -> Values:
    """Return light of the ground as it reaches the sensor: more or less sun, haze, and what veils hide.

    Parameters
    ----------
    ground
        Shape (bands, ...), pixels as those of the sky [1].
    bands
        Which of ``spectral.NEEDED`` they are.
    """
    haze, white = (table[bands].reshape(-1, *(1,) * sky.sun.ndim) for table in (HAZE_BY_BAND, CLOUD))
    seen: Values = (ground * sky.sun + sky.haze * haze) * (1 - sky.veil) + sky.veil * white
    return seen


def rough(shape: tuple[int, ...], correlation: float, rng: np.random.Generator) -> Image:
    """Return smooth random relief of mean 0 and standard deviation 1, correlated over so many pixels."""
    step = max(int(correlation), 1)
    small = [-(-size // step) + 3 for size in shape]
    noise = ndimage.gaussian_filter(rng.standard_normal(small, dtype=np.float32), correlation / step)
    wide = ndimage.zoom(noise, step, order=1)[tuple(slice(size) for size in shape)]
    relief: Image = ((wide - wide.mean()) / max(float(wide.std()), 1e-6)).astype(np.float32)
    return relief


def average(image: Image, size: int) -> Image:
    """Return means of square blocks; blocks that the edge cuts are filled up with the nearest pixels."""
    padded = np.pad(image, [(0, -length % size) for length in image.shape], mode="edge")
    rows, columns = padded.shape[0] // size, padded.shape[1] // size
    means: Image = padded.reshape(rows, size, columns, size).mean(axis=(1, 3))
    return means


def slope(shape: tuple[int, int], rng: np.random.Generator) -> Image:
    """Return a plane that falls across the picture in some direction, of mean 0 and standard deviation 1."""
    lean = rng.uniform(0, 2 * np.pi)
    along = np.array([np.cos(lean), np.sin(lean)])
    along /= max(np.sqrt(along**2 @ (np.square(shape) - 1) / 12), 1e-6)  # the variance of whole numbers up to a size
    rows, columns = (
        np.float32(part) * np.arange((1 - size) / 2, size / 2, dtype=np.float32)
        for part, size in zip(along, shape, strict=True)
    )
    falling: Image = rows[:, None] + columns
    return falling
