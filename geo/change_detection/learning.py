"""A regression of the built share of a pixel, learnt from made-up sites of measured spectra."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sklearn.ensemble import HistGradientBoostingRegressor
from threadpoolctl import ThreadpoolController

from geo.change_detection.spectral import DARKEST, NEEDED

Values = NDArray[np.float64]
Image = NDArray[np.float32]

SEED = 13
TREES, PACE, BINS = 100, 0.15, 64
"""Of the regression: trees, how much each of them corrects, and into how many steps features are cut."""
RECENT = (4, 2)
"""The last so many clear looks say what lies there now, the first so many what lay there a year ago."""
TELLING, OF_EARLIER = 14, 25
"""So many features at the beginning say what lies there now and how restless it is; so many at the end compare it with
what lay there before works."""
GREEN_SCALE = 0.3
"""Earlier looks count as bare soil by the exponential of their greenness over this."""
RARE = 0.001
MANY = 0.1
"""A pixel is unlike what was learnt from where this share of its features is rarer than that, at either end."""
AT_ONCE = 1_500
"""Of so many pixels the regression is asked at a time: each of its trees goes through all of them, and a few stay near
the processor. Of 40,000 at a time each takes four times as long."""


@dataclass(frozen=True, slots=True)
class Regression:
    """A regression of the built share, and the range of the features it learnt from.

    Attributes
    ----------
    model
        Fitted on `features`.
    least, most
        Shape (features,).
    """

    model: HistGradientBoostingRegressor
    least: Image
    most: Image

    def share(self, seen: Image) -> Image:
        """Return the built share of each pixel from its `features`, from 0 to 1; NaN where never clear [1]."""
        found = np.full(len(seen), np.nan, dtype=np.float32)
        known = np.isfinite(seen[:, 0])
        if known.any():
            asked = seen[known]
            with threads().limit(limits=1):
                parts = [self.model.predict(asked[at : at + AT_ONCE]) for at in range(0, len(asked), AT_ONCE)]
            found[known] = np.clip(np.concatenate(parts), 0, 1)
        return found

    def novelty(self, seen: Image) -> Image:
        """Return which pixels are unlike all that was learnt from, from 0 to 1; NaN where never clear."""
        outside = ((seen < self.least) | (seen > self.most)).mean(axis=1)
        return np.where(np.isfinite(seen[:, 0]), np.clip(outside / MANY, 0, 1), np.nan).astype(np.float32)


@cache
def threads() -> ThreadpoolController:
    """Return what limits the threads of libraries; to look for them takes longer than to ask the regression."""
    return ThreadpoolController()


def fit(seen: Image, built: Image, *, trees: int = TREES) -> Regression:
    """Return a regression of the built share of pixels on their features; one thread, seeded."""
    model = HistGradientBoostingRegressor(
        max_iter=trees,
        learning_rate=PACE,
        max_bins=BINS,
        l2_regularization=1.0,
        early_stopping=False,
        random_state=SEED,
    )
    with threads().limit(limits=1):
        model.fit(seen, built)
    return Regression(model, *(np.nanquantile(seen, side, axis=0).astype(np.float32) for side in (RARE, 1 - RARE)))


def features(stack: Image, coverage: csr_array, earlier: Image | None = None) -> Image:
    """Return what pixels do over dates, shape (pixels, features); NaN in the first where a pixel was never clear.

    Band ratios and brightness of the last looks and how restless a pixel is (`TELLING` of them), the first looks and
    the very last, logarithms of all band ratios of its median, how much greenness, brightness and colour swing, and how
    all that differs from the bare soil of the time when nothing was built (`OF_EARLIER` of them).

    Parameters
    ----------
    stack
        Surface reflectance, shape (dates, 7, pixels), bands as in ``NEEDED``; NaN where not clear [1].
    coverage
        Parcels by pixels.
    earlier
        Looks at the same pixels when nothing was built on the parcel.
    """
    logs = np.log(np.maximum(stack, DARKEST))
    middle = median(logs)
    known = np.isfinite(stack[:, 0])
    backwards = first_looks(logs[::-1], known[::-1], RECENT[0])
    begun, now, last = map(median, (first_looks(logs, known, RECENT[0]), backwards, backwards[: RECENT[1]]))
    found = [slopes(now), unrest(logs, middle, coverage), slopes(begun), slopes(last), *swings(logs, middle)]
    found.append(known.sum(axis=0)[None])
    if earlier is None or len(earlier) == 0:
        found.append(np.full((OF_EARLIER, stack.shape[2]), np.nan))
    else:
        own, soil = bare_soil(earlier, coverage)
        apart = np.sqrt(((middle - soil) ** 2).mean(axis=0))
        found += [slopes(now) - slopes(own), slopes(middle) - slopes(own), slopes(middle) - slopes(soil), apart[None]]
    return np.vstack(found).T.astype(np.float32)


def first_looks(logs: Image, known: NDArray[np.bool_], looks: int) -> Image:
    """Return the first so many looks of each pixel that are known; NaN where there are fewer."""
    order = np.argsort(~known, axis=0, kind="stable")[:looks]
    return np.take_along_axis(logs, order[:, None], axis=0)


def swings(logs: Image, middle: Image) -> list[NDArray[np.floating]]:
    """Return all band ratios of the median, its brightness, and how far seven ratios and brightnesses swing."""
    first, second = np.triu_indices(len(NEEDED), 1)
    blue, green, red, edge, near, swir, far = (logs[:, band] for band in range(len(NEEDED)))
    values = (near - red, swir - near, blue - red, edge - green, (blue + green + red) / 3, far - swir, swir)
    least, low, high, most = quantiles(np.stack(values, axis=1), (0.1, 0.2, 0.8, 0.9))
    ranges = np.stack([least, most, high - low], axis=1).reshape(-1, logs.shape[2])
    return [middle[first] - middle[second], middle[:4].mean(axis=0)[None], middle[5][None], ranges]


def unrest(logs: Image, middle: Image, coverage: csr_array) -> NDArray[np.floating]:
    """Return how restless pixels are, shape (6, pixels): soil is wet and dry and plants grow, roofs stay as they are.

    Median deviation in SWIR, as seen and less what the whole parcel did on that date, and in the visible; the darkest
    and brightest look in SWIR; and the range of greenness.
    """
    apart = logs[:, 5] - middle[5]
    bright = logs[:, :4].mean(axis=1) - middle[:4].mean(axis=0)
    known = np.isfinite(apart)
    total = np.maximum((coverage @ known.T.astype(float)), 1e-9)
    common = (coverage @ np.where(known, apart, 0).T) / total
    back = coverage.T
    share = np.maximum(back @ np.ones(coverage.shape[0]), 1e-9)
    own = apart - ((back @ common) / share[:, None]).T
    green = logs[:, 4] - logs[:, 2]
    darkest, brightest = np.fmin.reduce(apart, axis=0), np.fmax.reduce(apart, axis=0)
    swing = np.fmax.reduce(green, axis=0) - np.fmin.reduce(green, axis=0)
    return np.stack([*(median(np.abs(one)) for one in (apart, own, bright)), darkest, brightest, swing])


def bare_soil(earlier: Image, coverage: csr_array) -> tuple[Image, Image]:
    """Return logarithms of each pixel's least green looks, and of the bare soil of its parcel, shape (7, pixels)."""
    logs = np.log(np.maximum(earlier, DARKEST))
    greenness = logs[:, 4] - logs[:, 2]
    own = median(np.where((greenness <= median(greenness))[:, None], logs, np.float32(np.nan)))
    known = np.isfinite(own).all(axis=0)
    is_dry = own[5] - own[1] > -GREEN_SCALE
    weight = np.where(known & is_dry, np.exp(-np.clip(own[4] - own[2], 0, 9) / GREEN_SCALE), 0)
    total = coverage @ weight
    mean = np.stack([coverage @ (weight * np.where(known, one, 0)) for one in own]) / np.maximum(total, 1e-9)
    mean[:, total < 1e-9] = np.nan  # noqa: PLR2004  # no bare soil seen
    back = coverage.T
    share = np.maximum(back @ np.ones(coverage.shape[0]), 1e-9)
    soil = np.stack([back @ one / share for one in mean])
    return own, soil.astype(np.float32)


def slopes(logs: Image) -> Image:
    """Return seven ratios of neighbouring bands and the brightness, from logarithms, shape (8, pixels)."""
    blue, green, red, edge, near, swir, far = logs
    bright = (blue + green + red + near) / 4
    return np.stack(
        [red - blue, green - (blue + red) / 2, edge - red, near - edge, swir - near, far - swir, swir - green, bright]
    )


def median(values: Image) -> Image:
    """Return medians over the first axis of what is known; NaN where nothing is."""
    known = np.isfinite(values)
    ordered = np.sort(values, axis=0)
    count = known.sum(axis=0)
    low, high = (
        np.take_along_axis(ordered, np.minimum(place, len(values) - 1)[None], axis=0)[0]
        for place in (np.maximum(count - 1, 0) // 2, count // 2)
    )
    return np.where(count > 0, (low + high) / 2, np.float32(np.nan))


def quantiles(values: NDArray[np.floating], sides: tuple[float, ...]) -> NDArray[np.floating]:
    """Return quantiles over the first axis of what is known, to the nearest look; NaN where nothing is.

    Examples
    --------
    >>> quantiles(np.array([[3.0], [np.nan], [1.0], [2.0]]), (0.1, 0.9)).tolist()
    [[1.0], [3.0]]
    """
    ordered = np.sort(values, axis=0)
    count = np.isfinite(values).sum(axis=0)
    places = [np.clip(np.rint(side * (count - 1)).astype(int), 0, len(values) - 1) for side in sides]
    return np.stack([np.take_along_axis(ordered, place[None], axis=0)[0] for place in places])
