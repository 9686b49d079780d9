"""How much of a parcel is built, and how far off that may be: what a forest foretells, and how often it was wrong."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import ExtraTreesRegressor

from geo.change_detection.traits import NOVELTY

Values = NDArray[np.float64]

BAND, DECISION = 0.05, 0.01
"""Probability that the truth lies beyond each end of the band for the eye, and of the bounds that decide."""
LIMITS = np.sort([*np.linspace(0.05, 0.9, 18), 0.333, 0.334])
"""Bounds are some of these: one third, on which the law turns, lies between two of them."""
NEAR = 0.1
"""A limit is tried on parcels whose truth lies so near to it, on the one side or the other."""
TREES, LEAF, PART = 60, 10, 0.33
"""Of the forest: trees, parcels in a leaf at least, and the part of the traits that each split chooses from."""
USUAL = 0.99
"""A parcel of more new ground than this part of the known ones is doubted."""
SEED = 13


@dataclass(frozen=True, slots=True)
class Calibration:
    """A forest that foretells the truth, and what was foretold of parcels of known truth.

    Attributes
    ----------
    forest
        Foretells from ``traits.parcel_traits`` how likely the truth lies under each of `LIMITS`.
    foretold
        Of known parcels, by forests that never saw their sites, shape (parcels, limits) [1].
    truth
        Shape (parcels,) [1].
    is_unseen
        Which of them are built of materials that what foretold them never saw.
    usual
        Novelty that few known parcels exceed [1].
    """

    forest: ExtraTreesRegressor
    foretold: Values
    truth: Values
    is_unseen: NDArray[np.bool_]
    usual: float

    def foretell(self, traits: Values) -> Values:
        """Return how likely the truth lies under each of `LIMITS`, shape (parcels, limits) [1]."""
        found: Values = self.forest.predict(traits)
        return found

    def bounds(self, foretold: Values, novelty: Values, probability: float) -> tuple[Values, Values]:
        """Return bounds of parcels, each passed by the truth with a probability whatever the truth is, from 0 to 1.

        A limit bounds a parcel from above where it is foretold to lie under it more surely than all but that share of
        the known parcels were that lie over it by up to `NEAR`; and from below likewise. Parcels of known and those of
        unseen materials are asked apart, and the more careful answer holds. The new parcel itself counts as one more,
        foretold worst, so that few known parcels promise nothing. What is unlike anything learnt is taken to be
        anything as far as it is so: that only widens.

        Parameters
        ----------
        foretold
            From `foretell`.
        novelty
            Shape (parcels,) [1].

        Notes
        -----
        Conformal prediction by classes of the truth: Vovk 2005, doi:10.1007/b106715, sections 4.5 and 4.6.
        """
        new = np.clip((novelty[:, None] - self.usual) / max(1 - self.usual, 1e-9), 0, 1)
        doubted = (1 - new) * foretold + new * LIMITS
        over, under = self._reaches(probability)
        is_under, is_over = np.minimum(foretold, doubted) > over, np.maximum(foretold, doubted) < under
        high = np.where(is_under.any(axis=1), LIMITS[is_under.argmax(axis=1)], 1.0)
        low = np.where(is_over.any(axis=1), LIMITS[::-1][is_over[:, ::-1].argmax(axis=1)], 0.0)
        value = middle(foretold)
        return np.minimum(low, value), np.maximum(high, value)

    def _reaches(self, probability: float) -> tuple[Values, Values]:
        """Return over which and under which probability a limit bounds a parcel, each of shape (limits,)."""
        over, under = np.full(len(LIMITS), -np.inf), np.full(len(LIMITS), np.inf)
        for group in (self.is_unseen, ~self.is_unseen):
            truth, foretold = self.truth[group], self.foretold[group]
            for place, limit in enumerate(LIMITS):
                is_above, is_below = ((truth >= least) & (truth < least + NEAR) for least in (limit, limit - NEAR))
                over[place] = max(over[place], reach(foretold[is_above, place], probability))
                under[place] = min(under[place], -reach(-foretold[is_below, place], probability))
        return over, under


def calibrate(traits: Values, truth: Values, group: NDArray[np.int_], is_unseen: NDArray[np.bool_]) -> Calibration:
    """Return a forest of parcels of known truth, and what is foretold of each by those of other groups."""
    under = (truth[:, None] < LIMITS).astype(np.float64)
    foretold = np.zeros_like(under)
    for one in np.unique(group):
        is_own = group == one
        foretold[is_own] = grow(traits[~is_own], under[~is_own]).predict(traits[is_own])
    return Calibration(grow(traits, under), foretold, truth, is_unseen, float(np.quantile(traits[:, NOVELTY], USUAL)))


def grow(traits: Values, under: Values) -> ExtraTreesRegressor:
    """Return a forest; one thread, seeded."""
    forest = ExtraTreesRegressor(TREES, min_samples_leaf=LEAF, max_features=PART, random_state=SEED)
    return forest.fit(traits, under)


def middle(foretold: Values) -> Values:
    """Return the share that the truth is as likely to lie under as over, between the limits along a straight line.

    Examples
    --------
    >>> middle((LIMITS > 0.42)[None].astype(float)).round(3).tolist()
    [0.425]
    """
    ends = np.concatenate([[0.0], LIMITS, [1.0]])
    return np.array([np.interp(0.5, np.maximum.accumulate([0.0, *row, 1.0]), ends) for row in foretold])


def reach(score: Values, probability: float) -> float:
    """Return the score that is passed with a probability; infinite where too few are known.

    Examples
    --------
    >>> reach(np.arange(1.0, 100.0), 0.05), reach(np.arange(9.0), 0.05)
    (95.0, inf)
    """
    place = int(np.ceil((len(score) + 1) * (1 - probability) - 1e-9)) - 1
    return float(np.sort(score)[place]) if place < len(score) else np.inf


def answer(low: Values, high: Values, threshold: float) -> NDArray[np.str_]:
    """Return ``below``, ``above`` or ``undecided`` against a threshold; undecided where nothing is known.

    Examples
    --------
    >>> answer(np.array([0.1, 0.2, 0.4]), np.array([0.3, 0.5, 0.6]), 1 / 3).tolist()
    ['below', 'undecided', 'above']
    """
    return np.select([high < threshold, low > threshold], ["below", "above"], "undecided")
