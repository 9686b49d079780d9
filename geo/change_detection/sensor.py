"""What Sentinel-2 makes of finely painted ground: two blurs, a grid that lies a little off, and shadows.

Mixing is linear, so shares of each kind of ground are blurred once, and every date only weighs them with its spectra.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from geo.change_detection.spectral import NEEDED

Image = NDArray[np.float32]
Labels = NDArray[np.int8]
Values = NDArray[np.float64]

PIXEL_M = 10.0
FWHM_M = {10: 12.0, 20: 23.0}
"""Width of the point spread at half height, the pixel's own size included, of 10 m and 20 m bands [m]."""
COARSE = np.array([band in ("B05", "B11", "B12") for band in NEEDED])
"""Bands of 20 m."""
JITTER_PX = 0.3
"""Registration error, one standard deviation on each axis [pixels of 10 m]."""
SHADE = np.array([0.55, 0.62, 0.66, 0.68, 0.74, 0.8, 0.82])
"""Share of light that full shadow takes, by band of ``NEEDED``: the sky is blue."""
SUN_HIGH, SUN_SWING = 54.0, 18.0
"""Height of the sun at the pass, mean and yearly swing, at 24 degrees north [degree]."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Shares of each kind of ground as the two sorts of bands blur them, still finely sampled.

    Attributes
    ----------
    sharp, soft
        For bands of 10 m and of 20 m, shape (kinds, fine rows, fine columns) [1].
    step
        Fine pixels in 10 m.
    """

    sharp: Image
    soft: Image
    step: int


def blur(labels: Labels, kinds: int, *, fine_m: float) -> Ground:
    """Return painted ground as the sensor blurs it.

    Parameters
    ----------
    labels
        Number of the kind of ground of each fine pixel.
    """
    there = np.unique(labels)
    shares = (labels == there[:, None, None]).astype(np.float32)
    sharp, soft = (np.zeros((kinds, *labels.shape), dtype=np.float32) for _ in range(2))
    for size, seen in ((10, sharp), (20, soft)):
        seen[there] = ndimage.gaussian_filter(shares, (0, *blur_px(size, fine_m)), mode="nearest")
    return Ground(sharp, soft, round(PIXEL_M / fine_m))


def blur_px(size: int, fine_m: float) -> tuple[float, float]:
    """Return the standard deviation of the point spread of bands of a pixel size [fine pixels]."""
    width = FWHM_M[size] / 2.3548 / fine_m
    return width, width


def sample(image: Image, step: int, shift: tuple[int, int]) -> Image:
    """Return values in the middle of pixels so many fine pixels wide, the grid lying a few fine pixels off.

    Examples
    --------
    >>> sample(np.arange(32.0).reshape(1, 4, 8), 4, (0, 1)).tolist()
    [[[19.0, 23.0]]]
    """
    rows, columns = (
        np.clip(np.arange(step // 2, size, step) + off, 0, size - 1)
        for size, off in zip(image.shape[1:], shift, strict=True)
    )
    return image[:, rows[:, None], columns]


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
