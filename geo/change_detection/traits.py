"""What a parcel's pixels have in common: how built they seem, how sure that is, and what the ground looks like."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from geo.change_detection.learning import OF_EARLIER, TELLING, Regression

Image = NDArray[np.float32]
Values = NDArray[np.float64]

CUTS = (0.03, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.97)
"""Shares of the parcel that seem less built than these are told apart."""
RATIOS = 8
"""So many of the telling features are band ratios and brightness."""
MISPLACED_M = 4.2
"""How far a picture lies off its place: 0.3 pixel on each axis, as one standard deviation [m]."""
NOVELTY = 0
"""The column of `parcel_traits` that says which part of a parcel is unlike all that was learnt."""


def parcel_traits(regression: Regression, seen: Image, weights: csr_array, edge: Values) -> Values:
    """Return what parcels are like, shape (parcels, traits): what the forest of `bounds` foretells their truth from.

    Which part is unlike all that was learnt; the mean built share of the pixels, how far the regression is from saying
    built or not, the part that a misplaced picture exchanges, the number of looks, whether earlier ones are known; how
    built the pixels seem one by one; the telling features of all ground, of what seems built and of what does not; and
    how they differ within the parcel. All pixels of one material err together, so that a mean alone knows too little.

    Parameters
    ----------
    seen
        From `learning.features`, of the pixels of the weights.
    weights
        Parcels by pixels.
    edge
        From `edge_of`, by parcel.
    """
    share, novelty = (
        np.nan_to_num(one).astype(np.float64) for one in (regression.share(seen), regression.novelty(seen))
    )
    known = np.isfinite(seen[:, 0]).astype(np.float64)
    telling = np.nan_to_num(seen[:, :TELLING]).astype(np.float64)

    def mean(values: Values, part: Values = known) -> Values:
        total = np.maximum(weights @ (known * part), 1e-3)
        column = (known * part) if values.ndim == 1 else (known * part)[:, None]
        found: Values = (weights @ (values * column)) / (total if values.ndim == 1 else total[:, None])
        return found

    has_earlier = np.isfinite(seen[:, -1]).astype(np.float64)
    one_by_one = [mean(novelty), mean(share), mean(share * (1 - share)), edge]
    one_by_one += [mean(seen[:, -OF_EARLIER - 1].astype(np.float64)), mean(has_earlier)]
    one_by_one += [mean((share < cut).astype(np.float64)) for cut in CUTS]
    ratios = telling[:, :RATIOS]
    apart = np.sqrt(np.maximum(mean(ratios**2) - mean(ratios) ** 2, 0))
    return np.column_stack([*one_by_one, mean(telling), mean(telling, share), mean(telling, 1 - share), apart])


def edge_of(perimeter_m: Values, area_m2: Values) -> Values:
    r"""Return the part of parcels that a misplaced picture exchanges with what lies outside, as one standard deviation.

    .. math:: s = \frac{d P}{\pi A}

    where P d / pi is the area swept on one side by a convex outline moved by d.

    Examples
    --------
    >>> edge_of(np.array([400.0]), np.array([10_000.0])).round(3).tolist()
    [0.053]
    """
    part: Values = MISPLACED_M * perimeter_m / (np.pi * area_m2)
    return part
