"""Heights of buildings from a normalised surface model, with their error, and whether a declared height agrees."""

import numpy as np
import numpy.typing as npt
import pandas as pd

ROOF_QUANTILE = 0.5
"""Quantile of the surface inside the eroded footprint that is taken for the top of the building [1]: of the quantiles
tried on 81 declared heights it has the smallest bias and error (``docs/indicators.md``)."""

LOWEST_QUANTILE, HIGHEST_QUANTILE = 0.1, 0.95
"""Between these quantiles of the surface the top of the uppermost storey is looked for [1]: what is lower is wings and
ground, what is higher trees and masts."""

FEWEST_PIXELS = 5
"""Of fewer pixels no height is told."""

HEIGHT_COLUMNS = ("height_m", "height_m_low", "height_m_high", "pixel_count")


def height_from_surface(
    footprint: npt.NDArray[np.intp], above_ground_m: npt.NDArray[np.float64], *, count: int, error_m: float
) -> pd.DataFrame:
    r"""Tell the height of each building from the heights above ground inside its eroded footprint.

    .. math:: H = Q_{50}, \qquad [H_{low}, H_{high}] = [Q_{10} - e, Q_{95} + e]

    Parameters
    ----------
    footprint
        Position of the footprint to which each pixel belongs, shape (n,).
    above_ground_m
        Surface minus terrain of each pixel, shape (n,) [m]; NaN where either holds no data.
    count
        How many footprints there are.
    error_m
        Vertical error of the difference, passed with at most 1 % probability [m].

    Returns
    -------
    DataFrame
        One row a footprint by position: ``height_m`` with its bounds [m], NaN where there are fewer than
        :data:`FEWEST_PIXELS` pixels or nothing stands above ``error_m``; ``pixel_count``.

    Examples
    --------
    >>> pixels = np.array([9.0, 9.0, 9.0, 9.0, 9.0, 9.0])
    >>> height_from_surface(np.zeros(6, int), pixels, count=1, error_m=0.5).values.tolist()
    [[9.0, 8.5, 9.5, 6.0]]
    """
    pixels = pd.Series(above_ground_m).groupby(np.asarray(footprint))
    found = pixels.count().reindex(range(count), fill_value=0)
    height, low, high = (
        pixels.quantile(share).reindex(range(count)) for share in (ROOF_QUANTILE, LOWEST_QUANTILE, HIGHEST_QUANTILE)
    )
    told = (found >= FEWEST_PIXELS) & (height > error_m)
    columns = (height, (low - error_m).clip(lower=0.01), high + error_m)
    table = {name: column.where(told) for name, column in zip(HEIGHT_COLUMNS[:3], columns, strict=True)}
    return pd.DataFrame({**table, "pixel_count": found.astype(float)})


def disagrees(declared_m: pd.Series, measured: pd.DataFrame) -> pd.Series:
    """Tell which declared heights lie outside the bounds of the measured ones.

    Parameters
    ----------
    declared_m
        Height on record [m]; NaN unknown.
    measured
        ``height_m_low`` and ``height_m_high`` [m], on the same index.

    Returns
    -------
    Series
        On the caller's index; False where either is unknown.
    """
    return (declared_m < measured["height_m_low"]) | (declared_m > measured["height_m_high"])
