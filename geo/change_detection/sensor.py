"""What Sentinel-2 makes of finely painted ground: two point spreads, a grid that lies a little off, and shadows.

Mixing is linear, so what a pixel holds of each kind of ground is seen first and then weighed with the date's spectra.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from geo.change_detection.spectral import NEEDED

Image = NDArray[np.float32]
Labels = NDArray[np.int8]
Bands = NDArray[np.integer]
Offset = float | NDArray[np.float64]

PIXEL_M = 10.0
FWHM_M = {10: 12.0, 20: 23.0}
"""Width of the point spread at half height, the pixel's own size included, of 10 m and 20 m bands [m]."""
TO_SIGMA = 2.3548
REACH = 4.0
"""Point spreads are followed so many standard deviations far."""
ALL = np.arange(len(NEEDED))
COARSE = np.array([band in ("B05", "B11", "B12") for band in NEEDED])
"""Bands of 20 m."""
JITTER_PX = 0.3
"""Registration error, one standard deviation on each axis [pixels of 10 m]."""
SHADE = np.array([0.55, 0.62, 0.66, 0.68, 0.74, 0.8, 0.82])
"""Share of light that full shadow takes, by band of ``NEEDED``: the sky is blue."""
NOISE = (0.002, 0.01)
"""The sensor's own noise: as reflectance, and as a part of it."""
SUN_HIGH, SUN_SWING = 54.0, 18.0
"""Height of the sun at the pass, mean and yearly swing, at 24 degrees north [degree]."""


def see(shares: Image, size: int, *, fine_m: float, off_m: tuple[Offset, Offset] = (0.0, 0.0)) -> Image:
    """Return what pixels of a size hold of finely painted ground: its mean, weighted by the point spread about each.

    Parameters
    ----------
    shares
        Layers of ground, shape (kinds, fine rows, fine columns), or (kinds, dates, fine rows, fine columns) [1].
    size
        10 or 20: size of the pixels, and which sort of bands [m].
    off_m
        How far down and to the right the pixels lie off their places, of each date if there are several [m].

    Returns
    -------
    numpy.ndarray
        Shape (kinds, rows, columns), or (kinds, dates, rows, columns); pixels that the edge cuts are kept, and know
        what is within it.

    Examples
    --------
    >>> bright = np.zeros((1, 2, 8), dtype=np.float32)
    >>> bright[..., 4:] = 1
    >>> (100 * see(bright, 10, fine_m=5.0)).round().astype(int).tolist()
    [[[0, 15, 85, 100]]]
    """
    down, across = (
        point_spread(count, size, fine_m=fine_m, off_m=off) for count, off in zip(shares.shape[-2:], off_m, strict=True)
    )
    dates = int(np.prod(shares.shape[1:-2]))
    shape = down.shape[0] // dates, across.shape[0] // dates
    seen = np.zeros((*shares.shape[:-2], *shape), dtype=np.float32)
    for layer, found in zip(shares, seen, strict=True):
        if layer.any():
            found[:] = _down(across, _down(down, layer).swapaxes(-1, -2)).swapaxes(-1, -2)
    return seen


def _down(spread: csr_array, image: Image) -> Image:
    """Return images of dates, shape (..., rows, columns), as pixels see them that are as wide but not as high."""
    columns = image.shape[-1]
    seen: Image = (spread @ image.reshape(-1, columns)).reshape(*image.shape[:-2], -1, columns)
    return seen


def point_spread(count: int, size: int, *, fine_m: float, off_m: Offset) -> csr_array:
    """Return how much each pixel sees of each fine pixel along one axis, shape (pixels, fine pixels); rows sum to 1.

    Several dates, each with an offset of its own, stand one after the other on both axes and do not see each other.
    """
    sigma = FWHM_M[size] / TO_SIGMA
    pixels, dates = int(np.ceil(round(count * fine_m / size, 6))), np.atleast_1d(off_m)[:, None]
    middle = np.clip((np.arange(pixels) + 0.5) * size + dates, 0, count * fine_m)[..., None]
    taps = 2 * int(REACH * sigma / fine_m) + 2
    at = np.rint(middle / fine_m).astype(int) - taps // 2 + np.arange(taps)
    weight = np.exp(-0.5 * (((at + 0.5) * fine_m - middle) / sigma) ** 2)
    weight[(at < 0) | (at >= count)] = 0
    weight /= weight.sum(axis=-1, keepdims=True)
    places = np.clip(at, 0, count - 1) + count * np.arange(len(dates))[:, None, None]
    starts = np.arange(0, weight.size + 1, taps)
    shape = len(dates) * pixels, len(dates) * count
    return csr_array((weight.ravel().astype(np.float32), places.ravel(), starts), shape=shape)


def layers(labels: Labels, kinds: Labels) -> Image:
    """Return one layer for each kind of ground asked for, 1 where it lies, from the kind of each fine pixel."""
    found: Image = np.equal.outer(kinds, labels).astype(np.float32)
    return found


def lit(light: Image, shares: Image, dark: Image, bands: Bands = ALL) -> Image:
    """Return the light of mixed ground, and how much less of it there is in shadow.

    Parameters
    ----------
    light
        Spectra of the kinds of ground, shape (bands, kinds) [1].
    shares, dark
        What pixels hold of each kind, shape (kinds, pixels), and of shadow, shape (pixels,) [1].
    bands
        Which of ``spectral.NEEDED`` they are.
    """
    seen: Image = light @ shares * (1 - SHADE[bands][:, None] * dark)
    return seen


def noisy(seen: NDArray[np.floating], rng: np.random.Generator) -> NDArray[np.floating]:
    """Return light with the sensor's own noise."""
    return seen + rng.standard_normal(seen.shape) * (NOISE[0] + NOISE[1] * seen)


def doubled(coarse: Image) -> Image:
    """Return pixels of 20 m on the grid of 10 m, linearly interpolated, along the last two axes."""
    for axis in (-2, -1):
        size = coarse.shape[axis]
        at = (np.arange(2 * size) + 0.5) / 2 - 0.5
        low = np.clip(np.floor(at).astype(int), 0, size - 1)
        high = np.minimum(low + 1, size - 1)
        part = np.clip(at - low, 0, 1).astype(np.float32)
        part = part if axis == -1 else part[:, None]
        coarse = np.take(coarse, low, axis=axis) * (1 - part) + np.take(coarse, high, axis=axis) * part
    return coarse


def shadow_px(height_m: float, day: float, fine_m: float) -> float:
    """Return how long the shadow of a building is on a day of the year [fine pixels].

    Examples
    --------
    >>> round(shadow_px(10, 355, 1.0), 1), round(shadow_px(10, 172, 1.0), 1)
    (13.8, 3.2)
    """
    sun = SUN_HIGH - SUN_SWING * np.cos(2 * np.pi * (day + 10) / 365.2425)
    return float(height_m / np.tan(np.radians(sun)) / fine_m)


def cast(is_high: NDArray[np.bool_], length: float) -> Image:
    """Return what lies in the shadow of high ground, to the north-west: the sun stands in the south-east at the pass.

    Examples
    --------
    >>> cast(np.eye(3, dtype=bool)[::-1] & (np.arange(3) == 1), 1.5).astype(int).tolist()
    [[1, 0, 0], [0, 0, 0], [0, 0, 0]]
    """
    reach = round(length / np.sqrt(2))
    dark = np.zeros_like(is_high)
    for part in range(1, reach + 1):
        dark[:-part, :-part] |= is_high[part:, part:]
    return (dark & ~is_high).astype(np.float32)
