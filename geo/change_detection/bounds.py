"""How wrong a built fraction may be: errors on made-up sites of known truth, scaled by how difficult a parcel is."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

Values = NDArray[np.float64]

BAND, DECISION = 0.05, 0.01
"""Probability that the truth lies beyond each end of the band for the eye, and of the bounds that decide."""
EDGES = (0.0, 0.25, 1.0)
"""Errors are kept apart by the estimated fraction: bare ground errs upwards, roofs downwards."""
LEAST = 0.01
"""No parcel is easier than an expected error of this [1]."""
MISPLACED_M = 4.2
"""How far a picture lies off its place: 0.3 pixel on each axis, as one standard deviation [m]."""


@dataclass(frozen=True, slots=True)
class Traits:
    """What makes a parcel difficult, each of shape (parcels,), never negative.

    Attributes
    ----------
    doubt
        Mean of p (1 - p) over its pixels: how far the regression is from saying built or not [1].
    edge
        Part of its area that a misplaced picture exchanges with what lies outside [1]; from `edge_of`.
    few_dates
        One over the root of the number of clear looks.
    no_earlier
        1 where the ground was never seen before works, else 0.
    novelty
        Share of its pixels unlike all that the regression learnt from [1].
    """

    doubt: Values
    edge: Values
    few_dates: Values
    no_earlier: Values
    novelty: Values

    def columns(self) -> Values:
        """Return what expected errors are added up from, shape (parcels, 7): all grow with the difficulty."""
        one = np.ones_like(self.doubt)
        spread = np.sqrt(self.doubt)
        plain = (one, self.doubt, spread, self.edge, self.few_dates, spread * self.no_earlier, self.novelty)
        return np.column_stack(plain)


@dataclass(frozen=True, slots=True)
class Calibration:
    """What estimates of parcels of known truth missed by.

    Attributes
    ----------
    coefficients
        Expected error for each of `Traits.columns`; none is negative, so that no trait narrows a bound.
    estimate, score
        Estimates, and errors (estimate less truth) over what was expected of them, shape (parcels,).
    weight
        How much each counts.
    """

    coefficients: Values
    estimate: Values
    score: Values
    weight: Values

    def difficulty(self, traits: Traits) -> Values:
        """Return the expected error of parcels [1]."""
        expected: Values = np.maximum(traits.columns() @ self.coefficients, LEAST)
        return expected

    def bounds(self, estimate: Values, traits: Traits, probability: float) -> tuple[Values, Values]:
        """Return bounds of estimates, each passed by the truth with a probability, between 0 and 1.

        Normalised split conformal prediction within bins of the estimate: the new parcel itself counts as one more
        whose score is out of all bounds, so that few known parcels promise nothing.

        Notes
        -----
        Lei 2018, doi:10.1080/01621459.2017.1307116.

        Examples
        --------
        >>> rng = np.arange(-49, 50) / 10
        >>> known = Calibration(np.array([0.02, 0, 0, 0, 0, 0, 0]), np.full(99, 0.3), rng, np.ones(99))
        >>> nothing = np.zeros(1)
        >>> traits = Traits(nothing, nothing, nothing, nothing, nothing)
        >>> [side.round(3).tolist() for side in known.bounds(np.array([0.3]), traits, 0.05)]
        [[0.21], [0.39]]
        """
        scale = self.difficulty(traits)
        low, high = np.empty(len(estimate)), np.empty(len(estimate))
        bins, wanted = (place_of(values) for values in (self.estimate, estimate))
        for number in np.unique(wanted):
            known, asked = bins == number, wanted == number
            if not known.any():
                low[asked], high[asked] = 0, 1
                continue
            over = reach(self.score[known], self.weight[known], probability)
            under = reach(-self.score[known], self.weight[known], probability)
            low[asked] = np.clip(estimate[asked] - over * scale[asked], 0, estimate[asked])
            high[asked] = np.clip(estimate[asked] + under * scale[asked], estimate[asked], 1)
        return low, high


def calibrate(estimate: Values, truth: Values, traits: Traits, weight: Values) -> Calibration:
    """Return what is to be expected of estimates, from parcels of known truth."""
    error = estimate - truth
    root = np.sqrt(weight)
    coefficients, _ = nnls(traits.columns() * root[:, None], np.abs(error) * root)
    expected = np.maximum(traits.columns() @ coefficients, LEAST)
    return Calibration(coefficients, estimate, error / expected, weight)


def reach(score: Values, weight: Values, probability: float) -> float:
    """Return the score that is passed with a probability, at least 0; infinite where too few are known.

    Examples
    --------
    >>> reach(np.arange(1.0, 100.0), np.ones(99), 0.05), reach(np.arange(9.0), np.ones(9), 0.05)
    (95.0, inf)
    """
    order = np.argsort(score)
    share = np.cumsum(weight[order]) / (weight.sum() + weight.max(initial=1.0))
    place = int(np.searchsorted(share, 1 - probability - 1e-12))
    return max(float(score[order][place]), 0.0) if place < len(score) else np.inf


def place_of(estimate: Values) -> NDArray[np.int_]:
    """Return the bin of each estimate."""
    return np.clip(np.searchsorted(EDGES, estimate, side="right"), 1, len(EDGES) - 1)


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


def answer(low: Values, high: Values, threshold: float) -> NDArray[np.str_]:
    """Return ``below``, ``above`` or ``undecided`` against a threshold; undecided where nothing is known.

    Examples
    --------
    >>> answer(np.array([0.1, 0.2, 0.4]), np.array([0.3, 0.5, 0.6]), 1 / 3).tolist()
    ['below', 'undecided', 'above']
    """
    return np.select([high < threshold, low > threshold], ["below", "above"], "undecided")
