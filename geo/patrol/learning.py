"""What the control share teaches: how often a label is right, and how much of what is true it finds.

Only parcels drawn at random count, each weighed with the chance it had: those visited because they were suspected say
nothing of the others, and precision reckoned from them is the precision of what somebody chose to visit.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri, stdtrit

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]

LEARNED_COLUMNS = ("label", "by", "group", "quantity", "value", "low", "high", "count")
BY = ("all", "town", "size", "tier")
LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Share:
    """A share in the county with its interval [1]; NaN where nothing drawn can tell. ``count`` drawn parcels tell."""

    value: float
    low: float
    high: float
    count: int


def weighted_share(counted: Flags, right: Flags, strata: Sequence[str], probability: Numbers) -> Share:
    r"""Estimate which share of the counted parcels of the county is right, from a drawn sample.

    The ratio estimator over the strata of the draw, with its linearised variance and finite-population correction;
    the interval is Wilson's at the effective sample size, so it stays inside [0, 1] and has a width also where all
    drawn parcels agree.

    .. math:: \hat R = \sum_i w_i x_i z_i / \sum_i w_i x_i, \quad w_i = 1 / \pi_i

    Parameters
    ----------
    counted, right
        For each drawn parcel whether it is of those asked about, and whether what is asked holds.
    strata
        Stratum of the draw of each.
    probability
        Chance each had of being drawn [1].

    References
    ----------
    Särndal, Swensson, Wretman, Model Assisted Survey Sampling (1992), section 5.6; Korn, Graubard (1998), Survey
    Methodology 24, 193 (effective sample size in intervals of proportions).

    Examples
    --------
    >>> flags = np.array([True, True, True, False])
    >>> weighted_share(np.full(4, True), flags, ["a"] * 4, np.full(4, 0.1)).value
    0.75
    """
    count = int(counted.sum())
    if count == 0:
        return Share(math.nan, math.nan, math.nan, 0)
    weight = 1.0 / probability
    total = float((weight * counted).sum())
    value = float((weight * counted * right).sum() / total)
    effective, freedom = _effective_size(value, counted, right, strata=np.asarray(strata), probability=probability)
    low, high = _wilson(value, effective, freedom)
    return Share(value, low, high, count)


def _effective_size(
    value: float, counted: Flags, right: Flags, *, strata: NDArray[np.str_], probability: Numbers
) -> tuple[float, float]:
    """Size of a simple random sample from an endless population with the same variance, and degrees of freedom."""
    count = float(counted.sum())
    weight = 1.0 / probability
    total = float((weight * counted).sum())
    seen = float((probability * weight * counted).sum() / total)  # share of the counted that was drawn
    if seen >= 1 - 1e-12:
        return math.inf, math.inf
    if value in (0.0, 1.0):
        return count / (1 - seen), max(count - 1, 1)
    residual = weight * counted * (right - value) / total
    variance, freedom = 0.0, 0.0
    for stratum in np.unique(strata):
        inside = residual[strata == stratum]
        size, drawn = len(inside), float(probability[strata == stratum].mean())
        if size > 1:
            variance += (1 - drawn) * size * float(inside.var(ddof=1))
            freedom += max(int(counted[strata == stratum].sum()) - 1, 0)
    if variance <= 0:
        return count / (1 - seen), max(count - 1, 1)
    return value * (1 - value) / variance, max(freedom, 1)


def _wilson(value: float, size: float, freedom: float) -> tuple[float, float]:
    if math.isinf(size):
        return value, value
    quantile = float(stdtrit(freedom, 0.5 + LEVEL / 2)) if math.isfinite(freedom) else float(ndtri(0.5 + LEVEL / 2))
    centre = (value + quantile**2 / (2 * size)) / (1 + quantile**2 / size)
    half = quantile * math.sqrt(value * (1 - value) / size + quantile**2 / (4 * size**2)) / (1 + quantile**2 / size)
    return max(centre - half, 0.0), min(centre + half, 1.0)


def learn(control: pd.DataFrame, labels: pd.DataFrame) -> pd.DataFrame:
    """Estimate precision and recall of each label, over all and by town, size and tier.

    Parameters
    ----------
    control
        One row a drawn parcel that was visited: ``parcel_id``, ``tier``, ``town``, ``size``, ``probability`` [1].
    labels
        One row a drawn parcel and label: ``parcel_id``, ``label``, ``is_flagged`` (the scan found it met) and
        ``is_true`` (the visit found it so).

    Returns
    -------
    DataFrame
        ``LEARNED_COLUMNS``: ``quantity`` is ``precision`` or ``recall``; ``by`` and ``group`` say of which parcels;
        the 95 % interval; ``count`` the drawn parcels that the figure rests on.
    """
    rows = []
    for label, part in labels.groupby("label", sort=True):
        joined = control.merge(part, on="parcel_id", validate="one_to_one")
        for by, group, inside in _groups(joined):
            flagged, true = (joined[name].to_numpy(bool) & inside for name in ("is_flagged", "is_true"))
            for quantity, counted, right in (("precision", flagged, true), ("recall", true, flagged)):
                share = weighted_share(counted, right, joined["tier"].tolist(), joined["probability"].to_numpy(float))
                rows.append((label, by, group, quantity, share.value, share.low, share.high, share.count))
    return pd.DataFrame(rows, columns=list(LEARNED_COLUMNS))


def _groups(joined: pd.DataFrame) -> Iterable[tuple[str, str, Flags]]:
    yield "all", "", np.full(len(joined), fill_value=True)
    for by in BY[1:]:
        for group in sorted(joined[by].unique()):
            yield by, str(group), (joined[by] == group).to_numpy(bool)


def count_rejections(outcomes: pd.DataFrame) -> pd.DataFrame:
    """Count why findings were rejected on site: ``label``, ``reason``, ``count``, the commonest first."""
    rejected = outcomes[outcomes["is_flagged"].astype(bool) & ~outcomes["is_true"].astype(bool)]
    counts = rejected.groupby(["label", "reason"], sort=True).size().rename("count").reset_index()
    return counts.sort_values(["label", "count", "reason"], ascending=[True, False, True], ignore_index=True)
