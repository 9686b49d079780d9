"""How much of each parcel is built, month by month, from all clear looks of up to a year."""

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.sparse import csr_array

from geo.change_detection.bounds import BAND, DECISION, bounded, date_sigma, geometry_sigma
from geo.change_detection.learning import Learnt

Image = NDArray[np.float32]
Values = NDArray[np.float64]

FWHM_PX = 1.2
"""Width of the sensor's point spread at half height [pixels of 10 m]."""
OUTSIDE, INSIDE = 0.05, 0.02
"""A pixel of which less comes from the parcel lies outside; one of which less comes says nothing of it [1]."""
AROUND_PX = 6
"""So far around a parcel its surroundings are looked at [pixels]."""
MIN_SEEN = 0.6
BLOCKS = 4
"""Dates are left out in so many blocks."""
MIN_DATES = 4
MIN_FULL_PIXELS, FULL = 8, 1 - 1e-6
INNER_M, MIN_INNER = 5.0, 0.4
"""A parcel with fewer pixels wholly inside, or of which less is left within an inner buffer so wide, shows activity
only [m] (Vajsova 2020, doi:10.3390/rs12142195)."""


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


def parcel_share(image: Image, coverage: csr_array) -> tuple[Values, Values]:
    r"""Return the mean of an image over each parcel, and just outside it, the sensor's blur taken off.

    .. math:: F = \frac{\sum_i (p_i - (1 - w_i) o_i)}{\sum_i w_i}

    where :math:`w_i` is the share of pixel i's light that comes from the parcel, its coverage blurred by the point
    spread, and :math:`o_i` the mean of the pixels outside that are near. Without it a bright neighbour leaks in.

    Parameters
    ----------
    image
        Shape (rows, columns), NaN where not known.
    coverage
        Parcels by pixels of that image.

    Returns
    -------
    inside, outside
        Shape (parcels,); inside between 0 and 1, NaN where under `MIN_SEEN` of the parcel is known. Outside is NaN
        where nothing is known around.
    """
    found = np.full((2, coverage.shape[0]), np.nan)
    for parcel in range(coverage.shape[0]):
        inside = slice(coverage.indptr[parcel], coverage.indptr[parcel + 1])
        places = np.unravel_index(coverage.indices[inside], image.shape)
        if len(places[0]) == 0:
            continue
        box = tuple(
            slice(max(place.min() - AROUND_PX, 0), min(place.max() + AROUND_PX + 1, size))
            for place, size in zip(places, image.shape, strict=True)
        )
        cover = np.zeros(tuple(side.stop - side.start for side in box))
        cover[tuple(place - side.start for place, side in zip(places, box, strict=True))] = coverage.data[inside]
        found[:, parcel] = unblurred(image[box].astype(np.float64), cover)
    return found[0], found[1]


def unblurred(image: Values, cover: Values) -> tuple[float, float]:
    """Return the mean of an image over one parcel and outside it; see `parcel_share`."""
    width = FWHM_PX / 2.3548
    weight = ndimage.gaussian_filter(cover, width)
    known = np.isfinite(image)
    if (cover * known).sum() < MIN_SEEN * cover.sum():
        return np.nan, np.nan
    filled = np.where(known, image, 0)
    is_outside = (weight < OUTSIDE) & known
    near = ndimage.gaussian_filter(is_outside.astype(np.float64), 2.0)
    outer = ndimage.gaussian_filter(np.where(is_outside, filled, 0), 2.0)
    outside = np.divide(outer, near, out=np.zeros_like(outer), where=near > 1e-6)  # noqa: PLR2004  # nothing near
    used = (weight > INSIDE) & known & (near > 1e-6)  # noqa: PLR2004  # same
    used |= (weight > 1 - INSIDE) & known
    total = (weight * used).sum()
    if total == 0:
        return float(filled[cover > 0].mean()), np.nan
    share = ((filled - (1 - weight) * outside) * used).sum() / total
    around = float(image[is_outside].mean()) if is_outside.any() else np.nan
    return float(np.clip(share, 0, 1)), around


def built_fractions(
    stack: Image, shape: tuple[int, int], coverage: csr_array, outline: Outline, learnt: Learnt
) -> dict[str, NDArray[Any]]:
    """Return the built fraction of parcels from up to a year of dates, with its band and the bounds that decide.

    Parameters
    ----------
    stack
        Surface reflectance (dates, 7, rows * columns) in the order of ``spectral.NEEDED``, NaN where not clear.
    shape
        Rows and columns.
    coverage, outline
        Parcels by pixels, and their sizes.

    Returns
    -------
    dict
        ``built_fraction``, ``band_low``, ``band_high`` (the truth lies beyond each with 5 %), ``built_fraction_low``,
        ``built_fraction_high`` (with 1 %), ``novelty`` [1]; all but the last NaN where ``reason`` is not empty:
        ``too_small`` or ``too_narrow`` (see `shape_reason`), ``few_dates`` (under `MIN_DATES`), or ``cloudy`` (under
        `MIN_SEEN` of the parcel was ever clear).
    """
    value, around = parcel_share(learnt.regression.share(stack).reshape(shape), coverage)
    novelty = np.nan_to_num(coverage @ np.nan_to_num(learnt.regression.novelty(stack)) / coverage.sum(axis=1))
    blocks = [np.delete(stack, block, axis=0) for block in np.array_split(np.arange(len(stack)), BLOCKS) if len(block)]
    others = np.array([parcel_share(learnt.regression.share(one).reshape(shape), coverage)[0] for one in blocks])
    contrast = np.where(np.isnan(around), 1.0, around - value)
    sigma = np.hypot(
        geometry_sigma(outline.perimeter_m, outline.area_m2, contrast),
        date_sigma(np.where(np.isnan(others), value, others)),
    )
    reason = shape_reason(coverage, outline)
    reason[(reason == "") & (len(stack) < MIN_DATES)] = "few_dates"
    reason[(reason == "") & np.isnan(value)] = "cloudy"
    known = reason == ""
    value = np.where(known, value, np.nan)
    found: dict[str, NDArray[Any]] = {"built_fraction": value, "novelty": novelty, "reason": reason}
    for names, errors, probability in (
        (("band_low", "band_high"), learnt.errors, BAND),
        (("built_fraction_low", "built_fraction_high"), learnt.errors_unseen, DECISION),
    ):
        sides = bounded(value[known], errors, probability=probability, sigma=sigma[known], novelty=novelty[known])
        for name, side in zip(names, sides, strict=True):
            found[name] = np.full(len(value), np.nan)
            found[name][known] = side
    return found
