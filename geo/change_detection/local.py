"""How much wider the bounds of a county must be, since more is known of some of its parcels than the image tells.

The bounds of the built fraction are calibrated on made-up sites. A county builds with few materials on few soils, and
its parcels err alike: where what people measured shows that a bound is passed more often than promised, it is drawn out
on that side for all parcels, until it keeps its promise for those of which more is known. No bound becomes narrower.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from geo.change_detection.bounds import BAND, LIMITS

Values = NDArray[np.float64]

CHANCE, FEWEST = 0.2, 2
"""As many truths beyond a band or more are no evidence where chance alone brings them so often [1], nor are fewer. On
made-up counties 0.05 found a third of the broken promises, with thirty visits, that 0.2 finds; what 0.2 finds where
none is broken widens bands by 0.01: less is lost by a margin without need than by a bound that does not hold."""
EQUAL = 1e-9
"""A truth beyond a band by no more lies on its end [1]."""


@dataclass(frozen=True, slots=True, eq=False)
class Truths:
    """Between which shares the built fraction of parcels surely lies, shapes (parcels,) [1]; NaN where unknown."""

    low: Values
    high: Values

    def beyond(self, band_low: Values, band_high: Values) -> tuple[Values, Values]:
        """Return how far truths lie wholly under the low end of a band and wholly over its high end [1].

        Not above 0 where they do not; NaN where nobody knows, and where no bound could ever be passed on that side:
        bounds are some of ``bounds.LIMITS``, and a promise is not kept by parcels that cannot break it.

        Examples
        --------
        >>> truths = Truths(np.array([0.5, 0.02, np.nan]), np.array([1.0, 0.1, np.nan]))
        >>> under, over = truths.beyond(np.full(3, 0.25), np.full(3, 0.375))
        >>> under.round(3).tolist(), over.round(3).tolist()
        ([nan, 0.15, nan], [0.125, nan, nan])
        """
        under = np.where(self.high < LIMITS[-1], band_low - self.high, np.nan)
        over = np.where(self.low > LIMITS[0], self.low - band_high, np.nan)
        return under, over


@dataclass(frozen=True, slots=True)
class Margins:
    """By how much all bounds from below and all from above are drawn out [1]."""

    low: float
    high: float


def local_margins(truths: Truths, band_low: Values, band_high: Values) -> Margins:
    """Return by how much the bounds of a county must be drawn out for its known parcels' sake.

    Parameters
    ----------
    truths
        Of parcels of the county.
    band_low, band_high
        Of the same parcels, as ``monthly.built_fractions`` gives them; NaN where the image says nothing.
    """
    return Margins(*(margin(beyond[np.isfinite(beyond)]) for beyond in truths.beyond(band_low, band_high)))


def margin(beyond: Values) -> float:
    """Return by how much an end of bands must be drawn out so that one truth in twenty lies beyond it, or fewer.

    Nothing without evidence: as long as chance may explain how many truths lie beyond, by an exact binomial test, the
    bounds are as they were.

    Parameters
    ----------
    beyond
        How far each truth lies beyond its band; not above 0 where it does not [1].

    Notes
    -----
    The order statistic is that of conformalised quantile regression (Romano 2019, arXiv:1905.03222); that it never
    narrows, and waits for evidence, is ours: the simulated calibration is what is known beforehand.

    Examples
    --------
    >>> margin(np.array([0.2, *np.full(9, -0.1)])), margin(np.array([0.2, 0.1, *np.full(8, -0.1)]))
    (0.0, 0.2)
    >>> margin(np.array([0.4, 0.3, 0.2, *np.full(27, -0.1)]))
    0.3
    """
    tried, passed = len(beyond), int((beyond > EQUAL).sum())
    if passed < FEWEST or binom.sf(passed - 1, tried, BAND) > CHANCE:
        return 0.0
    return float(np.sort(beyond)[::-1][int(BAND * tried + EQUAL)])


def drawn_out(found: Mapping[str, NDArray[Any]], margins: Margins) -> dict[str, NDArray[Any]]:
    """Return what is said of parcels with every bound, ``..._low`` or ``..._high``, drawn out, from 0 to 1 at most.

    Examples
    --------
    >>> found = {"x": np.array([0.5]), "x_low": np.array([0.25]), "x_high": np.array([0.75])}
    >>> {name: values.tolist() for name, values in drawn_out(found, Margins(0.125, 0.5)).items()}
    {'x': [0.5], 'x_low': [0.125], 'x_high': [1.0]}
    """
    out = dict(found)
    for name, values in found.items():
        if name.endswith("_low"):
            out[name] = np.maximum(values - margins.low, 0.0)
        elif name.endswith("_high"):
            out[name] = np.minimum(values + margins.high, 1.0)
    return out
