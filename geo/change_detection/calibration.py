"""Learning at first use: a regression from made-up sites, and its errors on other sites, spectra and materials."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from geo.change_detection.bounds import Calibration, Traits, calibrate, edge_of
from geo.change_detection.learning import SEED, Regression, features, fit
from geo.change_detection.mixtures import FOLDS, Library
from geo.change_detection.monthly import Learnt, core_weights, estimate
from geo.change_detection.schedule import HECTARE, SLAB_D, STORIES, Site, draw_site
from geo.change_detection.sites import Looks, coverage_of, light_of, look_at, true_share

Values = NDArray[np.float64]
Image = NDArray[np.float32]

FINE_M = 5.0
"""Sites are painted this finely where they only teach and calibrate [m]."""
SMALLEST_HA, LARGEST_HA = 0.5, 10.0
SITES, PIXELS, DRAWS = 160, 25, 3
"""So many sites teach, with so many pixels of each, under so many sets of materials for each group of `FOLDS`."""
KNOWN_SITES, UNSEEN, UNSEEN_COUNTS = 320, 0.4, 0.25
"""So many others calibrate in materials learnt, every other one not seen before works; this part of them more in
materials left out; and how much a parcel of those counts beside one of the others."""
INSIDE = 0.2
"""Pixels teach of which so much lies in the parcel: earlier looks say nothing of what lies outside."""
RAINS_D = 60.0
"""So long a time of each year nothing is seen [d]."""
NO_EARLIER = 0.25
"""Share of lessons without earlier looks."""


@dataclass(frozen=True, slots=True)
class Example:
    """One site, looked at in the last year and, where it was, before works, but not yet made of anything.

    Attributes
    ----------
    looks
        Earlier ones first.
    earlier
        How many are earlier.
    coverage, weights
        The one parcel by its pixels.
    built
        True share of each pixel [1].
    truth
        Of the parcel [1].
    edge
        From `bounds.edge_of`.
    """

    looks: Looks
    earlier: int
    coverage: csr_array
    weights: csr_array
    built: Image
    truth: float
    edge: Values

    def without_earlier(self) -> "Example":
        """Return the same site, not seen before works."""
        looks, first = self.looks, self.earlier
        late = replace(
            looks,
            sharp=looks.sharp[first:],
            soft=looks.soft[first:],
            dark_sharp=looks.dark_sharp[first:],
            dark_soft=looks.dark_soft[first:],
            days=looks.days[first:],
        )
        return replace(self, looks=late, earlier=0)

    def light(self, library: Library, rng: np.random.Generator) -> tuple[Image, Image | None]:
        """Return the last year's and the earlier looks in materials of a library."""
        stack = light_of(self.looks, library, rng)
        return stack[self.earlier :], stack[: self.earlier] if self.earlier else None


def draw_days(site: Site, rng: np.random.Generator) -> tuple[Values, Values]:
    """Return days of looks before works, if the ground was seen then, and of up to 28 in the last year [d]."""
    late = np.sort(rng.uniform(-365, 0, rng.integers(8, 29)))
    rains = rng.uniform(-365, -RAINS_D)
    late = late[(late < rains) | (late > rains + RAINS_D)]
    if site.cleared_on < STORIES["old"][1][1]:
        return np.array([]), late
    end = min(float(site.built_on.min()) - SLAB_D - 10, -370.0)
    return np.sort(rng.uniform(end - 365, end, rng.integers(4, 11))), late


def draw_example(rng: np.random.Generator, *, pixels: int, fine_m: float = FINE_M, area_ha: float = 0.0) -> Example:
    """Return a made-up site with its truth; ``pixels`` of it at most, and of any size unless one is given."""
    area = area_ha or float(np.exp(rng.uniform(np.log(SMALLEST_HA), np.log(LARGEST_HA))))
    site = draw_site(rng, area_m2=area * HECTARE, fine_m=fine_m)
    early, late = draw_days(site, rng)
    cover = coverage_of(site)
    weights = core_weights(csr_array(cover.reshape(1, -1)), cover.shape)
    rows, columns = np.nonzero(cover >= (INSIDE if pixels < cover.size else 0))
    if len(rows) > pixels:
        chosen = np.sort(rng.choice(len(rows), pixels, replace=False))
        rows, columns = rows[chosen], columns[chosen]
    flat = rows * cover.shape[1] + columns
    looks = look_at(site, np.concatenate([early, late]), (rows, columns), rng)
    edge = edge_of(np.array([2 * sum(site.sides_m)]), np.array([area * HECTARE]))
    built = true_share(site)[rows, columns]
    part = csr_array(cover.reshape(1, -1)[:, flat])
    return Example(looks, len(early), part, weights[:, flat], built, site.built_share(), edge)


def lessons(
    examples: list[Example], library: Library, rng: np.random.Generator, *, draws: int
) -> Iterator[tuple[Image, Image]]:
    """Yield features and built shares of the pixels of examples, so many times in new materials."""
    for _ in range(draws):
        for example in examples:
            stack, earlier = example.light(library, rng)
            seen = features(stack, example.coverage, None if rng.random() < NO_EARLIER else earlier)
            known = np.isfinite(seen[:, 0])
            yield seen[known], example.built[known]


def learn(
    library: Library, *, sites: int = SITES, draws: int = DRAWS, known_sites: int = KNOWN_SITES, seed: int = SEED
) -> Learnt:
    """Learn the built share from a library of spectra; the same to the bit for the same library and seed.

    Errors of known materials are those of a regression learnt from one half of the spectra, on sites, seeds and spectra
    of the other half that it never saw; errors of unknown ones those of regressions learnt without a fold of built
    materials, on sites of that fold alone. The regression that is kept learns from all.
    """
    rng = np.random.default_rng(seed)
    examples = [draw_example(rng, pixels=PIXELS) for _ in range(sites)]
    folds = [fold for fold in FOLDS if library.has_any(fold)]
    taught = [
        stacked(lessons(examples, library.half(half).built_of(fold, left_out=True), rng, draws=draws))
        for half in (0, 1)
        for fold in folds
    ]
    trials = [(fit(*stacked(iter(taught[: len(folds)]))), library.half(1), known_sites, 1.0)]
    for fold, lesson in zip(folds, taught, strict=False):
        only = library.built_of(fold, left_out=False)
        trials.append((fit(*lesson), only, round(known_sites * UNSEEN / len(folds)), UNSEEN_COUNTS))
    tried = []
    for regression, materials, count, weight in trials:
        for number in range(count):
            example = draw_example(rng, pixels=2_000)
            example = example.without_earlier() if number % 2 else example
            tried.append((*attempt(regression, example, materials, rng), weight))
    return Learnt(fit(*stacked(iter(taught))), settle(tried))


def stacked(parts: Iterator[tuple[Image, Image]]) -> tuple[Image, Image]:
    """Return features and shares of all parts."""
    seen, built = zip(*parts, strict=True)
    return np.concatenate(seen), np.concatenate(built)


def attempt(
    regression: Regression, example: Example, library: Library, rng: np.random.Generator
) -> tuple[float, float, Values]:
    """Return the estimate and the truth of an example in materials of a library, and its traits as a row."""
    stack, earlier = example.light(library, rng)
    value, traits, _ = estimate(regression, stack, example.coverage, example.weights, earlier)
    traits = replace(traits, edge=example.edge)
    return float(value[0]), example.truth, np.array([getattr(traits, name)[0] for name in Traits.__slots__])


def settle(tried: list[tuple[float, float, Values, float]]) -> Calibration:
    """Return what is to be expected, from attempts."""
    value, truth, rows, weight = (np.array(side) for side in zip(*tried, strict=True))
    return calibrate(value, truth, Traits(*rows.T), weight)
