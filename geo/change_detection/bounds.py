"""How wrong a built fraction may be: what unlike materials, blurred edges and few dates do to it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

Values = NDArray[np.float64]

BAND, DECISION = 0.05, 0.01
"""Probability that the truth lies beyond each end of the band for the eye, and of the bounds that decide."""
EDGES = (0.0, 0.1, 0.25, 0.45, 0.7, 1.0)
"""Errors are kept apart by the estimated fraction: bare ground errs upwards, roofs downwards."""
MISPLACED_M = 4.2
"""How far a picture lies off its place: 0.3 pixel on each axis, as one standard deviation [m]."""
NOVEL = 2.0
"""Bounds are widened by so much of themselves where every pixel is unlike what the regression learnt from."""


@dataclass(frozen=True, slots=True)
class Errors:
    """Errors (estimate less truth) of parcels whose truth is known, by the estimate.

    Attributes
    ----------
    estimate, error
        Shape (parcels,) [1].
    """

    estimate: Values
    error: Values

    def reach(self, estimate: Values, probability: float) -> tuple[Values, Values]:
        """Return how far the truth may lie below and above estimates, each passed with a probability.

        Split conformal prediction within bins of the estimate: the rank is rounded outwards, so that the promise holds
        for any distribution as long as new parcels are like these.

        Notes
        -----
        Lei 2018, doi:10.1080/01621459.2017.1307116.

        Examples
        --------
        >>> known = Errors(np.full(99, 0.5), np.arange(-49, 50) / 100)
        >>> [side.round(2).tolist() for side in known.reach(np.array([0.5]), 0.05)]
        [[0.45], [0.45]]
        """
        bins, wanted = (
            np.clip(np.searchsorted(EDGES, x, side="right"), 1, len(EDGES) - 1) for x in (self.estimate, estimate)
        )
        below, above = np.zeros(len(estimate)), np.zeros(len(estimate))
        for number in np.unique(wanted):
            known = np.sort(self.error[bins == number])
            rank = int(np.ceil((len(known) + 1) * (1 - probability)))
            is_enough = rank <= len(known)
            below[wanted == number] = max(known[rank - 1], 0) if is_enough else np.inf
            above[wanted == number] = max(-known[len(known) - rank], 0) if is_enough else np.inf
        return below, above


def geometry_sigma(perimeter_m: Values, area_m2: Values, contrast: Values) -> Values:
    r"""Return the error that a misplaced picture makes, as one standard deviation [1].

    A parcel moved by d exchanges the strips along its sides with what lies outside:

    .. math:: s = \frac{d P}{\pi A} \, |f_{outside} - f|

    where P d / pi is the area swept on one side by a convex outline.

    Examples
    --------
    >>> geometry_sigma(np.array([400.0]), np.array([10_000.0]), np.array([1.0])).round(3).tolist()
    [0.053]
    """
    sigma: Values = MISPLACED_M * perimeter_m / (np.pi * area_m2) * np.abs(contrast)
    return sigma


def date_sigma(left_out: Values) -> Values:
    """Return the error that the choice of dates makes, from estimates with each block of dates left out in turn.

    Dates, not pixels, are independent: what disturbs a date disturbs all of its pixels. The jackknife over blocks
    stands in for a bootstrap at a twentieth of its cost.

    Parameters
    ----------
    left_out
        Shape (blocks, parcels).

    Notes
    -----
    Künsch 1989, doi:10.1214/aos/1176347265.

    Examples
    --------
    >>> date_sigma(np.array([[0.3], [0.5]])).tolist()
    [0.1]
    """
    blocks = len(left_out)
    spread = np.sqrt((blocks - 1) / blocks * ((left_out - left_out.mean(axis=0)) ** 2).sum(axis=0))
    sigma: Values = spread
    return sigma


def bounded(
    estimate: Values, errors: Errors, *, probability: float, sigma: Values, novelty: Values
) -> tuple[Values, Values]:
    """Return bounds of estimates, each passed with at most a probability, between 0 and 1.

    Parameters
    ----------
    errors
        What estimates of known parcels missed by, materials and mixing included.
    probability
        `BAND` or `DECISION`.
    sigma
        Errors of geometry and dates, as one standard deviation [1].
    novelty
        Share of the parcel unlike all that the regression learnt from: it widens, and nothing narrows [1].
    """
    below, above = errors.reach(estimate, probability)
    chance = norm.isf(probability) * sigma
    wider = 1 + NOVEL * novelty
    low = np.clip(estimate - wider * np.hypot(below, chance), 0, estimate)
    high = np.clip(estimate + wider * np.hypot(above, chance), estimate, 1)
    return low, high


def answer(low: Values, high: Values, threshold: float) -> NDArray[np.str_]:
    """Return ``below``, ``above`` or ``undecided`` against a threshold; undecided where nothing is known.

    Examples
    --------
    >>> answer(np.array([0.1, 0.2, 0.4]), np.array([0.3, 0.5, 0.6]), 1 / 3).tolist()
    ['below', 'undecided', 'above']
    """
    return np.select([high < threshold, low > threshold], ["below", "above"], "undecided")
