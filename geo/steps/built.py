"""How much of each parcel is built at the end of a month, from the kept pixels of a year."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from geo.change_detection.boxes import Box
from geo.change_detection.monthly import AROUND_PX, Outline, built_fractions, outline_of
from geo.change_detection.stacks import Looks, Stack
from geo.steps.series import Piece
from geo.steps.training import learnt, learnt_key

__all__ = ["built_columns", "learnt_key", "learnt_measure"]

YEAR_D = 365.0
MOST_LOOKS = 24
"""Of a year with more looks so many are taken, evenly spread and always the last: more cost time and say little."""
NAMES = ("built_fraction", "built_fraction_low", "built_fraction_high", "band_low", "band_high", "reason")

Image = NDArray[np.float32]
Values = NDArray[np.float64]
Measure = Callable[[Image, tuple[int, int], csr_array, Outline], dict[str, NDArray[Any]]]


def learnt_measure() -> Measure:
    """Return ``built_fractions`` by what this machine learnt; at first use that takes a while."""
    return partial(built_fractions, learnt=learnt())


def built_columns(piece: Piece, measure: Measure, *, until: float) -> dict[str, dict[str, object]]:
    """Return how much of the parcels of a piece is built: columns `NAMES` by ``parcel_id``.

    Parameters
    ----------
    measure
        From `learnt_measure`.
    until
        Day number of the end of the month [d]; looks of the year before it count.
    """
    by_dates: dict[int, dict[str, Image]] = {}
    for parcel, stack in piece.stacks.items():
        light = last_year(stack, piece.looks[parcel], until=until)
        by_dates.setdefault(len(light), {})[parcel] = light
    rows: dict[str, dict[str, object]] = {}
    for images in by_dates.values():
        parcels = list(images)
        boxes, weights = [piece.boxes[one] for one in parcels], [piece.stacks[one].weight for one in parcels]
        laid, shape, coverage = lay(list(images.values()), boxes, weights)
        found = measure(laid, shape, coverage, outline_of(in_metres(piece.place.shapes[parcels])))
        rows |= {parcel: {name: found[name][row] for name in NAMES} for row, parcel in enumerate(parcels)}
    return rows


def last_year(stack: Stack, looks: Looks, *, until: float) -> Image:
    """Return the light of the looks of the last year, oldest first, NaN where it cannot be used; at least one date."""
    chosen = np.flatnonzero(np.isfinite(looks.green) & (looks.days > until - YEAR_D))
    if len(chosen) > MOST_LOOKS:
        chosen = chosen[np.linspace(0, len(chosen) - 1, MOST_LOOKS).round().astype(np.intp)]
    if len(chosen) == 0:
        return np.full((1, *stack.light.shape[1:]), np.nan, dtype=np.float32)
    return np.where(looks.clear[chosen][:, None], stack.light[chosen], np.float32(np.nan))


def lay(
    images: Sequence[Image], boxes: Sequence[Box], weights: Sequence[Values]
) -> tuple[Image, tuple[int, int], csr_array]:
    """Lay boxes below each other on one image, so far apart that none sees the next.

    Parameters
    ----------
    images
        Shape (dates, bands, pixels), as many dates each.
    boxes
        The height and width of each.
    weights
        Share of each pixel that lies in the parcel [1].

    Returns
    -------
    stack, shape, coverage
        Shape (dates, bands, rows * columns); rows and columns; parcels by pixels.

    Examples
    --------
    >>> one = np.ones((1, 1, 2), dtype=np.float32)
    >>> stack, shape, coverage = lay([one, 2 * one], [Box(0, 0, 1, 2), Box(5, 5, 2, 1)], [np.array([1.0, 0.5])] * 2)
    >>> shape, stack.shape == (1, 1, shape[0] * 2), coverage.sum(axis=1).tolist()
    ((15, 2), True, [1.5, 1.5])
    """
    rows = np.cumsum([0, *(box.height + AROUND_PX for box in boxes)])
    shape = int(rows[-1]), max(box.width for box in boxes)
    stack = np.full((*images[0].shape[:2], *shape), np.nan, dtype=np.float32)
    places, shares, counts = [], [], [0]
    for image, box, weight, top in zip(images, boxes, weights, rows[:-1], strict=True):
        stack[:, :, top : top + box.height, : box.width] = image.reshape(*image.shape[:2], box.height, box.width)
        (inside,) = np.nonzero(weight)
        places.append((top + inside // box.width) * shape[1] + inside % box.width)
        shares.append(weight[inside])
        counts.append(len(inside))
    size = len(boxes), shape[0] * shape[1]
    coverage = csr_array((np.concatenate(shares), np.concatenate(places), np.cumsum(counts)), shape=size)
    return stack.reshape(*stack.shape[:2], -1), shape, coverage


def in_metres(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    """Return shapes in a system of metres; a scene's may be one of degrees."""
    return shapes.to_crs(shapes.estimate_utm_crs()) if shapes.crs.is_geographic else shapes
