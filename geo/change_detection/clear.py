"""Which pixels can be used: no cloud, no shadow, no snow, no gap."""

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from geo.change_detection.grid import Grid, pixel_size_m

MASK_BANDS = frozenset({"SCL"})
"""Layers that hold classes, not light."""
KEPT = (4, 5, 6, 7)
"""Scene classes that are used: plants, no plants, water, unclassified."""
CLOUD = (8, 9, 10)
CLOUD_MARGIN_M = 120.0
SHADOW = (3,)
SHADOW_MARGIN_M = 50.0
"""Clouds and shadows reach further than the classes say: they are widened by so much."""


def light_bands(stored: Mapping[str, NDArray[np.float32]]) -> dict[str, NDArray[np.float32]]:
    """Return the bands that hold light."""
    return {band: array for band, array in stored.items() if band not in MASK_BANDS}


def clear_mask(stored: Mapping[str, NDArray[np.float32]], grid: Grid) -> NDArray[np.bool_]:
    """Return which pixels of a scene can be used: no gap in any band and, where there is an SCL layer, no cloud.

    Parameters
    ----------
    stored
        Stored numbers by band on the grid, NaN where there are none.
    """
    seen = seen_pixels(light_bands(stored).values())
    return seen & clear_pixels(stored["SCL"], pixel_m=pixel_size_m(grid)) if "SCL" in stored else seen


def seen_pixels(bands: Iterable[NDArray[np.float32]]) -> NDArray[np.bool_]:
    """Return where every band holds a number.

    Examples
    --------
    >>> seen_pixels([np.array([[0.1, np.nan]]), np.array([[0.2, 0.2]])])
    array([[ True, False]])
    """
    seen: NDArray[np.bool_] = np.logical_and.reduce([np.isfinite(band) for band in bands])
    return seen


def clear_pixels(classes: NDArray[np.float32], *, pixel_m: tuple[float, float]) -> NDArray[np.bool_]:
    """Return where the ground is seen, by the scene classification (SCL) of a Sentinel-2 L2A product.

    Dropped are gaps (0), saturated and dark ground (1, 2), shadows (3), clouds (8, 9), cirrus (10) and snow (11);
    then what lies within `CLOUD_MARGIN_M` of a cloud or `SHADOW_MARGIN_M` of a shadow.

    Parameters
    ----------
    classes
        Classes of the image, shape (rows, columns); NaN where there is none.
    pixel_m
        Width and height of a pixel [m].

    Returns
    -------
    numpy.ndarray
        True where the pixel can be used.

    Notes
    -----
    Classes: Sentinel-2 Level-2A algorithm theoretical basis document, European Space Agency. New white roofs are
    often classed as cloud, so a parcel that was just built over may seem cloudy on every date.

    Examples
    --------
    >>> clear_pixels(np.array([[3, 4, 4, 4, 4, 4, 5, np.nan]]), pixel_m=(10.0, 10.0)).astype(int)
    array([[0, 0, 0, 0, 0, 0, 1, 0]])
    """
    clear = np.isin(classes, KEPT)
    for kinds, margin in ((CLOUD, CLOUD_MARGIN_M), (SHADOW, SHADOW_MARGIN_M)):
        hidden = np.isin(classes, kinds)
        if hidden.any():
            distance = ndimage.distance_transform_edt(~hidden, sampling=(pixel_m[1], pixel_m[0]))
            clear &= distance > margin
    return clear
