"""What two scenes have in common, learnt from a sample of their pixels: beside it the change of any place is measured.

Season and land cover explain most difference between two dates. So the change common to each kind of ground is taken
out first; what is left is what a place did and its like did not.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.vq import kmeans2

Image = NDArray[np.float32]
Kinds = NDArray[np.intp]

KINDS = 40
PIXELS_A_KIND = 2500
"""There are at most so many kinds, and so many pixels to each, lest a changed parcel makes a kind of its own."""
SAMPLE = 10_000
ROUNDS = 10
FURTHEST = 5.0
"""No standardised value counts for more than this when kinds are made: a few glaring roofs are no kind."""
DRAWS = 3
"""Kinds are drawn so often, and what is left is meaned: no place of change hangs on one draw."""
LEARNT_FROM = 250_000
"""From so many pixels of a pair of scenes is learnt what is common. On the seven labelled pairs, of up to a million
pixels each, mean ROC-AUC stayed 0.955 and average precision went from 0.544 to 0.543."""
TEXTURE = 0.2
"""How much rough ground is discounted: there a misplaced picture alone makes change."""


@dataclass(frozen=True, slots=True, eq=False)
class Both:
    """Pixels that are clear on both dates.

    Attributes
    ----------
    old, new
        Light, shape (pixels, bands).
    edges
        How steep the compared bands are on each date, shape (pixels, compared bands).
    compared
        Which of the bands are compared.
    """

    old: Image
    new: Image
    edges: tuple[Image, Image]
    compared: Sequence[int]

    def drawn(self, most: int, seed: int) -> "Both":
        """Return so many of the pixels at most, the same ones for the same seed."""
        if len(self.old) <= most:
            return self
        chosen = np.sort(np.random.default_rng(seed).choice(len(self.old), most, replace=False))
        edges = self.edges[0][chosen], self.edges[1][chosen]
        return Both(self.old[chosen], self.new[chosen], edges, self.compared)


@dataclass(frozen=True, slots=True, eq=False)
class Scale:
    """Median and interquartile range of columns; infinite where a column is all alike."""

    middle: Image
    spread: Image

    def of(self, values: Image) -> Image:
        """Return columns less the median, divided by the range."""
        scaled: Image = (values - self.middle) / self.spread
        return scaled


def scale_of(values: Image) -> Scale:
    """Return the scale of columns."""
    low, middle, high = np.percentile(values, (25, 50, 75), axis=0).astype(values.dtype)
    return Scale(middle, np.where(high > low, high - low, np.inf).astype(values.dtype))


def standardised(values: Image) -> Image:
    """Return columns less their median, divided by their interquartile range; 0 where a column is all alike.

    Examples
    --------
    >>> standardised(np.array([[1.0], [2.0], [3.0], [4.0], [9.0]])).ravel().tolist()
    [-1.0, -0.5, 0.0, 0.5, 3.0]
    """
    return scale_of(values).of(values)


@dataclass(frozen=True, slots=True, eq=False)
class Left:
    """How much of a change is left beside the common one.

    Attributes
    ----------
    scale
        Of the change.
    commons
        Median change of each kind, one array a draw and date.
    scales
        Of what is left, one a draw.
    """

    scale: Scale
    commons: list[Image]
    scales: list[Scale]

    def of(self, change: Image, kinds: Sequence[Kinds]) -> Image:
        """Return the length of each pixel's change beside the common one of its kind, meaned over draws."""
        apart = _apart(self.scale.of(change), self.commons, kinds)
        lengths = [np.sqrt((scale.of(one) ** 2).mean(axis=1)) for scale, one in zip(self.scales, apart, strict=True)]
        meaned: Image = np.mean(lengths, axis=0)
        return meaned


def _apart(scaled: Image, commons: Sequence[Image], kinds: Sequence[Kinds]) -> list[Image]:
    """Return what is left of a change by draw: the mean of what is left beside the kinds of either date."""
    left = [scaled - common[kind] for common, kind in zip(commons, kinds, strict=True)]
    return [np.mean(pair, axis=0) for pair in zip(left[::2], left[1::2], strict=True)]


def left_of(change: Image, kinds: Sequence[Kinds]) -> Left:
    """Return how to measure a change, by pixels and their kinds: of both dates, draw by draw."""
    scale = scale_of(change)
    scaled = scale.of(change)
    commons = [common_change(scaled, kind, KINDS) for kind in kinds]
    return Left(scale, commons, [scale_of(one) for one in _apart(scaled, commons, kinds)])


@dataclass(frozen=True, slots=True, eq=False)
class Yardstick:
    """What two scenes have in common.

    Attributes
    ----------
    scales
        Of the light of both dates.
    centres
        Middles of the kinds of ground, one array a draw and date.
    light, edges
        What is left of changed light and of changed edges.
    rough
        Squared steepness of rather rough ground (the upper quartile), by band, of both dates together.
    """

    scales: tuple[Scale, Scale]
    centres: list[Image]
    light: Left
    edges: Left
    rough: Image

    def changes(self, both: Both) -> tuple[Image, Image]:
        """Return how much light and edges of each pixel changed, light discounted where the ground is rough."""
        kinds = _kinds(self.scales, self.centres, both)
        light = self.light.of((both.new - both.old)[:, both.compared], kinds)
        rough = roughness(both.edges, self.rough)
        return light / np.sqrt(1 + TEXTURE * rough), self.edges.of(both.edges[1] - both.edges[0], kinds)


def learn_yardstick(samples: Sequence[Both], *, seed: int, most: int = LEARNT_FROM) -> Yardstick:
    """Learn from pixels what two scenes have in common.

    Parameters
    ----------
    samples
        Pixels of several parts of the two scenes, as many at most of each; together at least one.
    most
        From so many of them it is learnt.
    """
    share = most // len(samples)
    parts = [one.drawn(share, seed + number) for number, one in enumerate(samples)]
    edges = tuple(np.concatenate([one.edges[date] for one in parts]) for date in (0, 1))
    old, new = (np.concatenate([getattr(one, name) for one in parts]) for name in ("old", "new"))
    both = Both(old, new, (edges[0], edges[1]), parts[0].compared)
    scales = scale_of(old), scale_of(new)
    scaled = [scale.of(light) for scale, light in zip(scales, (old, new), strict=True)]
    centres = [centres_of(light, seed=seed + draw) for draw in range(DRAWS) for light in scaled]
    kinds = _kinds(scales, centres, both)
    light = left_of((new - old)[:, both.compared], kinds)
    return Yardstick(scales, centres, light, left_of(edges[1] - edges[0], kinds), usual_roughness(both.edges))


def _kinds(scales: tuple[Scale, Scale], centres: Sequence[Image], both: Both) -> list[Kinds]:
    lights = [scale.of(light) for scale, light in zip(scales, (both.old, both.new), strict=True)]
    return [nearest_kind(lights[number % 2], middles) for number, middles in enumerate(centres)]


def centres_of(light: Image, *, seed: int) -> Image:
    """Return the middles of kinds of ground: k-means on a seeded sample of pixels.

    Parameters
    ----------
    light
        Standardised bands, shape (pixels, bands).
    """
    near = np.clip(light, -FURTHEST, FURTHEST)
    rng = np.random.default_rng(seed)
    sample = near[rng.choice(len(near), min(SAMPLE, len(near)), replace=False)]
    count = min(KINDS, max(len(near) // PIXELS_A_KIND, 1), len(np.unique(sample, axis=0)))
    if count == 1:
        return np.zeros((1, near.shape[1]), dtype=near.dtype)
    centres: Image = kmeans2(sample, count, iter=ROUNDS, minit="++", rng=rng)[0].astype(near.dtype)
    return centres


def nearest_kind(light: Image, centres: Image) -> Kinds:
    """Return the number of each pixel's kind of ground."""
    near = np.clip(light, -FURTHEST, FURTHEST)
    half = (centres**2).sum(axis=1) / 2
    parts = np.array_split(near, max(len(near) // 100_000, 1))
    return np.concatenate([(half - part @ centres.T).argmin(axis=1) for part in parts])


def common_change(change: Image, kind: Kinds, count: int) -> Image:
    """Return the median change of each kind, shape (count, bands); 0 of a kind without pixels.

    Examples
    --------
    >>> common_change(np.array([[1.0], [2.0], [3.0], [7.0]]), np.array([0, 0, 0, 2]), 3).ravel().tolist()
    [2.0, 0.0, 7.0]
    """
    common = np.zeros((count, change.shape[1]), dtype=change.dtype)
    order = np.argsort(kind, kind="stable")
    for members in np.split(order, np.flatnonzero(np.diff(kind[order])) + 1):
        common[kind[members[0]]] = np.median(change[members], axis=0)
    return common


def usual_roughness(edges: Sequence[Image]) -> Image:
    """Return the upper quartile of squared steepness by band, of both dates; infinite where there is none."""
    usual = np.percentile(np.concatenate([steep**2 for steep in edges], axis=1), 75, axis=0)
    found: Image = np.where(usual > 0, usual, np.inf)
    return found


def roughness(edges: Sequence[Image], usual: Image) -> Image:
    """Return the squared steepness of each pixel on both dates, over that of a rather rough one.

    Examples
    --------
    >>> steep = [np.array([[1.0], [2.0], [4.0], [2.0], [2.0]])]
    >>> roughness(steep, usual_roughness(steep)).tolist()
    [0.25, 1.0, 4.0, 1.0, 1.0]
    """
    squares = np.concatenate([steep**2 for steep in edges], axis=1)
    relative: Image = (squares / usual).mean(axis=1).astype(edges[0].dtype)
    return relative
