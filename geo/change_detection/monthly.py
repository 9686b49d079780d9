"""How much of each parcel is built, month by month, from all clear looks of up to a year."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.sparse import csr_array

from geo.change_detection.bounds import BAND, DECISION, LIMITS, Calibration, middle
from geo.change_detection.learning import Regression, features
from geo.change_detection.traits import NOVELTY, edge_of, parcel_traits

Image = NDArray[np.float32]
Values = NDArray[np.float64]

BLUR_PX = 1.2 / 2.3548
"""The sensor's point spread as a standard deviation [pixels of 10 m]."""
AROUND_PX = 3
"""So far around a parcel its blurred outline is followed [pixels]."""
MIN_SEEN = 0.6
"""A parcel of which less was ever clear has no fraction."""
MIN_DATES = 4
"""Of fewer dates nothing is said."""
NUMBERS = ("built_fraction", "band_low", "band_high", "built_fraction_low", "built_fraction_high")
"""What is said of a parcel, where anything is."""
MIN_FULL_PIXELS, FULL = 8, 1 - 1e-6
INNER_M, MIN_INNER = 5.0, 0.4
"""A parcel with fewer pixels wholly inside, or of which less is left within an inner buffer so wide, shows activity
only [m] (Vajsova 2020, doi:10.3390/rs12142195)."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """What is learnt once on a machine: the regression of pixels, and what it tells of parcels of known truth."""

    regression: Regression
    calibration: Calibration


@dataclass(frozen=True, slots=True)
class Outline:
    """Perimeter [m], area [m2] and area left within an inner buffer of `INNER_M` [m2] of each parcel."""

    perimeter_m: Values
    area_m2: Values
    inner_m2: Values


def outline_of(parcels: gpd.GeoSeries) -> Outline:
    """Return the sizes of parcels in a projected system of metres.

    Examples
    --------
    >>> from shapely import box
    >>> outline_of(gpd.GeoSeries([box(0, 0, 100, 12)], crs=32650)).inner_m2.tolist()
    [180.0]
    """
    inner = parcels.buffer(-INNER_M).area.to_numpy()
    return Outline(parcels.length.to_numpy(), parcels.area.to_numpy(), inner)


def shape_reason(coverage: csr_array, outline: Outline) -> NDArray[np.object_]:
    """Return why parcels show activity only: ``too_small``, ``too_narrow``, or an empty text."""
    is_small = (coverage >= FULL).sum(axis=1) < MIN_FULL_PIXELS
    is_narrow = outline.inner_m2 < MIN_INNER * outline.area_m2
    return np.select([is_small, is_narrow], ["too_small", "too_narrow"], "").astype(object)


def core_weights(coverage: csr_array, shape: tuple[int, int]) -> csr_array:
    r"""Return how much each pixel says of each parcel, parcels by pixels: the square of the share of its light.

    .. math:: F = \frac{\sum_i w_i^2 p_i}{\sum_i w_i^2}

    where :math:`w_i` is the share of pixel i's light that comes from the parcel, its coverage blurred by the point
    spread. A road or a hall along the border, of which nobody knows how near it lies, then brings in least: on true
    shares of made-up sites the mean error was 0.023 under 2 ha, against 0.032 by plain coverage and 0.104 where the
    surroundings were extrapolated and taken off.

    Parameters
    ----------
    coverage
        Parcels by pixels of an image of that shape.
    """
    weights = coverage.copy()
    for parcel in range(coverage.shape[0]):
        inside = slice(coverage.indptr[parcel], coverage.indptr[parcel + 1])
        places = np.unravel_index(coverage.indices[inside], shape)
        if len(places[0]) == 0:
            continue
        corner = [int(place.min()) - AROUND_PX for place in places]
        size = [int(place.max()) - first + AROUND_PX + 1 for place, first in zip(places, corner, strict=True)]
        cover = np.zeros(size)
        local = tuple(place - first for place, first in zip(places, corner, strict=True))
        cover[local] = coverage.data[inside]
        weights.data[inside] = ndimage.gaussian_filter(cover, BLUR_PX)[local] ** 2
    return weights


@dataclass(frozen=True, slots=True, eq=False)
class Foretold:
    """What is foretold of parcels, before bounds are made of it: those of a whole county at once.

    Attributes
    ----------
    under
        How likely the truth lies under each of ``bounds.LIMITS``, shape (parcels, limits) [1]; NaN where there is a
        reason.
    novelty
        Which part of each is unlike all that was learnt [1].
    reason
        Why nothing is said: ``too_small`` or ``too_narrow`` (see `shape_reason`), ``few_dates`` (under `MIN_DATES`: the
        regression is not asked, and the novelty is NaN too), ``cloudy`` (under `MIN_SEEN` of the parcel was ever
        clear), or an empty text.
    """

    under: Values
    novelty: Values
    reason: NDArray[np.object_]


def all_of(parts: Sequence[Foretold]) -> Foretold:
    """Return the parcels of all parts, one after the other."""
    none = Foretold(np.empty((0, len(LIMITS))), np.empty(0), np.empty(0, dtype=object))
    return Foretold(*(np.concatenate([getattr(one, name) for one in (none, *parts)]) for name in Foretold.__slots__))


def foretell(  # noqa: PLR0913  # two stacks of the same pixels belong to one call
    stack: Image,
    shape: tuple[int, int],
    coverage: csr_array,
    outline: Outline,
    learnt: Learnt,
    *,
    earlier: Image | None = None,
) -> Foretold:
    """Return what up to a year of dates foretells of the built fraction of parcels.

    Parameters
    ----------
    stack
        Surface reflectance (dates, 7, rows * columns) in the order of ``spectral.NEEDED``, oldest date first, NaN
        where not clear.
    shape
        Rows and columns.
    coverage, outline
        Parcels by pixels, and their sizes.
    earlier
        The same pixels on dates when nothing stood on their parcel yet, in any order; NaN for pixels of parcels of
        which no such time is known. Given wrongly, it makes what stood there then seem not built: pass looks between
        delivery and the start of works, or none.
    """
    reason = shape_reason(coverage, outline)
    if len(stack) < MIN_DATES:
        reason[reason == ""] = "few_dates"
        return Foretold(np.full((len(reason), len(LIMITS)), np.nan), np.full(len(reason), np.nan), reason)
    touched = np.unique(coverage.indices)
    weights, part = core_weights(coverage, shape)[:, touched], coverage[:, touched]
    seen = features(stack[:, :, touched], part, None if earlier is None else earlier[:, :, touched])
    traits = parcel_traits(learnt.regression, seen, weights, edge_of(outline.perimeter_m, outline.area_m2))
    part_seen = (part @ np.isfinite(seen[:, 0]).astype(np.float64)) / np.maximum(part.sum(axis=1), 1e-9)
    reason[(reason == "") & (part_seen < MIN_SEEN)] = "cloudy"
    under = np.where((reason == "")[:, None], learnt.calibration.foretell(traits), np.nan)
    return Foretold(under, traits[:, NOVELTY], reason)


def built_fractions(foretold: Foretold, calibration: Calibration) -> dict[str, NDArray[Any]]:
    """Return the built fraction of parcels, with its band and the bounds that decide.

    Returns
    -------
    dict
        ``built_fraction``, ``band_low``, ``band_high`` (the truth lies beyond each with 5 %), ``built_fraction_low``,
        ``built_fraction_high`` (with 1 %), ``novelty`` [1] and ``reason``; the fraction and its bounds are NaN where
        there is a reason.
    """
    is_known = foretold.reason == ""
    under, novelty = foretold.under[is_known], foretold.novelty[is_known]
    band, decision = (calibration.bounds(under, novelty, probability) for probability in (BAND, DECISION))
    found: dict[str, NDArray[Any]] = {"novelty": foretold.novelty, "reason": foretold.reason}
    for name, values in zip(NUMBERS, (middle(under), *band, *decision), strict=True):
        found[name] = np.full(len(is_known), np.nan)
        found[name][is_known] = values
    return found
