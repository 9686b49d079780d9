"""Two scenes on one grid: how far they lie apart, and what both show of the pixels that are clear on both dates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from geo.change_detection.clear import clear_mask
from geo.change_detection.grid import Grid
from geo.change_detection.registration import find_shift, move
from geo.change_detection.sheet import Mask, Part, Positions, Sheet, whole_sheet
from geo.change_detection.yardstick import Both
from geo.errors import SchemaError

Image = NDArray[np.float32]

COMPARED = ("B02", "B03", "B04", "B05")
"""Visible and first red-edge band: they say more about construction than NIR and SWIR, which follow the seasons. A
sensor without one of them, as Landsat, is compared by all it has."""
KINDS_BY = (*COMPARED, "B06", "B07", "B08", "B8A", "B11", "B12")
"""Bands by which kinds of ground are told apart."""
EDGE_PX = 1.0
"""Edges are looked for at this width [pixels]."""
SHIFT_PX = 128
"""So much of the middle of a block is asked how far the second scene lies off the first [pixels]."""


@dataclass(frozen=True, slots=True, eq=False)
class Together:
    """Two scenes on one grid: their common bands by date, where each is clear, how far the second is to be moved."""

    bands: tuple[list[Image], list[Image]]
    clear: tuple[Mask, Mask]
    shift: tuple[float, float]
    compared: list[int]


def lay_together(
    before: Mapping[str, Image], after: Mapping[str, Image], grid: Grid, *, most_px: int | None = SHIFT_PX
) -> Together:
    """Return what two scenes have in common, and how far they lie apart.

    Parameters
    ----------
    before, after
        See `change_scores`.
    most_px
        Only so much of the middle is asked how far they lie apart [pixels].

    Raises
    ------
    SchemaError
        ``observe.no_common_band``.
    """
    common = [band for band in KINDS_BY if band in before and band in after]
    if not common:
        raise SchemaError("observe.no_common_band", before=" ".join(sorted(before)), after=" ".join(sorted(after)))
    compared = [common.index(band) for band in (COMPARED if set(COMPARED) <= set(common) else common)]
    bands = tuple([stored[band] for band in common] for stored in (before, after))
    masks = [
        clear_mask({name: one[name] for name in (*common, *({"SCL"} & set(one)))}, grid) for one in (before, after)
    ]
    middle = tuple(slice(0, n) if most_px is None else _middle(n, most_px) for n in grid.shape)
    bright = (
        np.where(mask[middle], np.mean([one[place][middle] for place in compared], axis=0), np.float32(np.nan))
        for one, mask in zip(bands, masks, strict=True)
    )
    return Together((bands[0], bands[1]), (masks[0], masks[1]), find_shift(*bright), compared)


def _middle(size: int, most: int) -> slice:
    first = max((size - most) // 2, 0)
    return slice(first, first + most)


def both_on(pair: Together, sheet: Sheet, is_asked: Mask | None = None) -> tuple[Both, Mask]:
    """Return the pixels of a sheet of two scenes that are clear on both dates, and which of the sheet those are.

    Parameters
    ----------
    is_asked
        Of these pixels alone; None of all.
    """
    places = sheet.places
    old, new = (
        [np.where(mask.ravel()[places], band.ravel()[places], np.float32(np.nan)) for band in bands]
        for bands, mask in zip(pair.bands, pair.clear, strict=True)
    )
    new = move(new, pair.shift)
    clear = np.logical_and.reduce([sheet.is_box, *(np.isfinite(band) for band in (*old, *new))])
    nearest = nearest_clear(clear, sheet.boxes)
    clear = clear if is_asked is None else clear & is_asked
    edges = [
        np.stack([edge_strength(bands[place], clear, nearest) for place in pair.compared], axis=-1)
        for bands in (old, new)
    ]
    light = [np.stack([band[clear] for band in bands], axis=-1) for bands in (old, new)]
    return Both(light[0], light[1], (edges[0], edges[1]), pair.compared), clear


def sampled(pair: Together) -> Both:
    """Return the pixels of a part of two scenes that are clear on both dates, to learn from."""
    return both_on(pair, whole_sheet(pair.clear[0].shape))[0]


def nearest_clear(clear: Mask, boxes: Sequence[Part]) -> Positions | None:
    """Return the position of the clear pixel nearest to each pixel in its box; None where all boxes are clear."""
    if all(clear[box].all() for box in boxes):
        return None
    own = np.arange(clear.size).reshape(clear.shape)
    for box in boxes:
        part = clear[box]
        if part.any() and not part.all():
            index = ndimage.distance_transform_edt(~part, return_distances=False, return_indices=True)
            own[box] = own[box][tuple(index)]
    return own


def edge_strength(band: Image, clear: Mask, nearest: Positions | None) -> Image:
    """Return how steep a band is at each clear pixel; what is hidden is taken to be like the nearest clear pixel."""
    filled = band if nearest is None else np.nan_to_num(band.ravel()[nearest])
    steep: Image = ndimage.gaussian_gradient_magnitude(filled, EDGE_PX)[clear]
    return steep
