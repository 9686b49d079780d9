"""Stored numbers into reflectance."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from geo.change_detection.clear import light_bands
from geo.model import Scene


def reflectance(stored: Mapping[str, NDArray[np.float32]], scene: Scene) -> dict[str, NDArray[np.float32]]:
    r"""Return reflectance of every band of light.

    .. math:: \rho = DN \cdot scale + offset

    Parameters
    ----------
    stored
        Numbers as the files hold them, by band; NaN where there are none.
    scene
        Gives scale and offset.

    Returns
    -------
    dict of str to numpy.ndarray
        By band without the classes [1]. All NaN where the offset is not known (Sentinel-2 stores numbers lifted by
        1000 from processing baseline 04.00, 25 January 2022, and some copies have that taken off again). What
        noise has made darker than nothing stays negative.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> scene = Scene("s", datetime(2020, 1, 1, tzinfo=UTC), "L2A", (), scale=1e-4, offset=-0.1)
    >>> stored = {"B02": np.array([3000, np.nan], dtype=np.float32), "SCL": np.array([4, 4], dtype=np.float32)}
    >>> {band: array.round(3) for band, array in reflectance(stored, scene).items()}
    {'B02': array([0.2, nan], dtype=float32)}
    """
    scale, offset = np.float32(scene.scale), np.float32(scene.offset)
    return {band: array * scale + offset for band, array in light_bands(stored).items()}
