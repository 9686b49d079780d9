"""Two scenes: how likely each parcel was newly developed between them, as a ranking."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import ndimage
from scipy.sparse import csr_array

from geo.change_detection.grid import Grid
from geo.change_detection.sheet import Positions, lay_sheet, whole_sheet
from geo.change_detection.together import Together, both_on, lay_together
from geo.change_detection.yardstick import Yardstick, learn_yardstick
from geo.model import CHANGE_COLUMNS, Scene

Image = NDArray[np.float32]
Values = NDArray[np.float64]

STRUCTURE = 1 / 3
"""Weight of changed edges beside changed light, as a power."""
MEDIAN_PX = 7
QUANTILE = 0.85
"""Changed ground is compact but fills only a part of a parcel: smooth by a median, pool by an upper quantile."""
MIN_CLEAR = 0.6
AROUND_PX = 9
"""So far around a parcel pixels have a say in its score: by the median, by the width of edges, and by moving."""
AT_ONCE = 50_000
"""The surroundings of so many pixels are held in memory at a time."""


def change_scores(
    before: Mapping[str, Image], after: Mapping[str, Image], *, grid: Grid, coverage: csr_array, seed: int = 0
) -> Values:
    """Return how much each parcel changed beside what its like did.

    The second scene is moved onto the first to a fraction of a pixel. Two things are asked, what became brighter or
    darker in visible and red-edge bands, and where edges came or went in them. Both are standardised; the median
    change of each of about 40 kinds of ground, made on the first date and again on the second, is taken out; the
    length of what is left is meaned over a few draws of kinds and smoothed by a 7 x 7 median, and a parcel is given
    its 85 % quantile, weighted by coverage. The score is

    .. math:: S = L^{2/3} E^{1/3}

    of light L, discounted where the ground is rough, and edges E: season and haze alter light, a misplaced picture
    alters edges, construction both.

    Parameters
    ----------
    before, after
        Stored numbers or reflectance by band on one grid, NaN where there are none, of either product level; a layer
        ``SCL`` masks clouds. Scale and offset do not matter.
    grid
        The grid of both.
    coverage
        Parcels by pixels, from `grid.coverage_matrix`.
    seed
        Draws the pixels from which kinds are made.

    Returns
    -------
    numpy.ndarray
        Shape (parcels,); 1 is the change of an ordinary pixel. NaN where under 0.6 of the parcel's part on the image
        is clear on both dates. A ranking within one pair, no probability.

    Raises
    ------
    SchemaError
        ``observe.no_common_band``.

    Notes
    -----
    On the seven labelled pairs of the Onera data set (Daudt 2018, doi:10.1109/IGARSS.2018.8518015) with cells of
    120 m: mean ROC-AUC 0.956, against 0.902 of the plain standardised change vector (``benchmarks/pairs.py``). The
    labels train nothing, but the settings were chosen among some ninety on these same pairs, most of which lie
    between 0.945 and 0.957, so the figure is a little optimistic.
    """
    light, edges = (
        pool_quantile(image.ravel(), coverage, QUANTILE) for image in change_images(before, after, grid=grid, seed=seed)
    )
    return light ** (1 - STRUCTURE) * edges**STRUCTURE


def change_images(
    before: Mapping[str, Image], after: Mapping[str, Image], *, grid: Grid, seed: int = 0
) -> tuple[Image, Image]:
    """Return how much light and edges of each pixel changed, smoothed; NaN where it is not clear on both dates.

    See `change_scores`.
    """
    both, clear = both_on(lay_together(before, after, grid, most_px=None), whole_sheet(grid.shape))
    images = np.full((2, *grid.shape), np.nan, dtype=np.float32)
    if clear.any():
        images[:, clear] = learn_yardstick([both], seed=seed, most=len(both.old)).changes(both)
    return smooth(images[0]), smooth(images[1])


def scores_beside(yardstick: Yardstick, pair: Together, coverage: csr_array) -> Values:
    """Return how much each parcel changed, as `change_scores`, beside what was learnt of the two scenes.

    Only the parcels and `AROUND_PX` are looked at.
    """
    sheet = lay_sheet(coverage, pair.clear[0].shape, AROUND_PX)
    touched = np.unique(sheet.coverage.indices)
    is_asked = np.zeros(sheet.is_box.shape, dtype=np.bool_)
    is_asked.ravel()[touched] = True
    is_asked = ndimage.maximum_filter(is_asked, MEDIAN_PX)  # all that the median looks at
    both, clear = both_on(pair, sheet, is_asked)
    images = np.full((2, *clear.shape), np.nan, dtype=np.float32)
    if clear.any():
        images[:, clear] = yardstick.changes(both)
    light, edges = (pool_quantile(smooth_at(image, touched), sheet.coverage[:, touched], QUANTILE) for image in images)
    return light ** (1 - STRUCTURE) * edges**STRUCTURE


def smooth(image: Image) -> Image:
    """Return the median of the clear pixels in the square around each clear pixel; the rest stays NaN."""
    return smooth_at(image, np.arange(image.size)).reshape(image.shape)


def smooth_at(image: Image, places: Positions) -> Image:
    """Return what `smooth` does at some pixels only.

    Parameters
    ----------
    places
        Positions, row by row.
    """
    around = np.pad(image, MEDIAN_PX // 2, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(around, (MEDIAN_PX, MEDIAN_PX))
    found = np.full(len(places), np.nan, dtype=np.float32)
    rows, columns = np.divmod(places, image.shape[1])
    known = np.isfinite(image[rows, columns])
    middle = MEDIAN_PX**2 // 2
    for part in np.array_split(np.flatnonzero(known), max(known.sum() // AT_ONCE, 1)):
        seen = windows[rows[part], columns[part]].reshape(len(part), MEDIAN_PX**2)
        whole = np.isfinite(seen).all(axis=1)
        found[part[whole]] = np.partition(seen[whole], middle, axis=1)[:, middle]
        found[part[~whole]] = np.nanmedian(seen[~whole], axis=1)
    return found


def pool_quantile(values: NDArray[np.floating], coverage: csr_array, quantile: float) -> Values:
    """Return a quantile of each parcel's pixels, weighted by the share of the pixel inside.

    Parameters
    ----------
    values
        One number a pixel, in the order of the matrix's columns; NaN does not count.
    coverage
        Parcels by pixels.
    quantile
        Between 0 and 1: the least value with this share of the weight at or below it.

    Returns
    -------
    numpy.ndarray
        NaN where under `MIN_CLEAR` of a parcel's weight has a value.

    Examples
    --------
    >>> pool_quantile(np.array([5.0, 1.0, 3.0]), csr_array([[1.0, 1.0, 0.5], [0.0, 1.0, 0.0]]), 0.5).tolist()
    [3.0, 1.0]
    """
    parcels = np.repeat(np.arange(coverage.shape[0]), np.diff(coverage.indptr))
    seen = values[coverage.indices]
    known = np.isfinite(seen) & (coverage.data > 0)
    order = np.lexsort((seen[known], parcels[known]))
    parcels, seen, weight = parcels[known][order], seen[known][order], coverage.data[known][order]
    total = np.bincount(parcels, weight, minlength=coverage.shape[0])
    begins = np.concatenate([[0.0], np.cumsum(total)[:-1]])
    reached = np.cumsum(weight) - begins[parcels] >= quantile * total[parcels] * (1 - 1e-9)
    pooled = np.full(coverage.shape[0], np.nan)
    first = np.flatnonzero(reached)[::-1]
    pooled[parcels[first]] = seen[first]
    pooled[total < MIN_CLEAR * coverage.sum(axis=1)] = np.nan
    return pooled


def change_rows(before: Scene, after: Scene, parcel_ids: Sequence[str], scores: Values) -> pd.DataFrame:
    """Return scores as rows with the columns ``model.CHANGE_COLUMNS``; ``kind`` is ``change``, days are UTC."""
    rows = pd.DataFrame({"parcel_id": parcel_ids, "change_score": scores})
    rows["before_scene"], rows["after_scene"], rows["kind"] = before.scene_id, after.scene_id, "change"
    rows["not_before"], rows["not_after"] = (pd.Timestamp(s.acquired_at.date()) for s in (before, after))
    return rows[list(CHANGE_COLUMNS)]
