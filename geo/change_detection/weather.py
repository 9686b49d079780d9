"""Simulated clouds, and the rough relief that they and textures are cut from."""

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
