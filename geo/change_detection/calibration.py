"""Learning at first use: a regression from made-up sites, and its errors on other sites, spectra and materials."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import block_diag, csr_array

from geo.change_detection.bounds import calibrate
from geo.change_detection.learning import OF_EARLIER, SEED, Regression, features, fit
from geo.change_detection.mixtures import FOLDS, Library
from geo.change_detection.monthly import Learnt, core_weights
from geo.change_detection.schedule import HECTARE, SLAB_D, STORIES, Site, draw_site
from geo.change_detection.sites import Looks, air_over, coverage_of, light_of, look_at, true_share
from geo.change_detection.traits import edge_of, parcel_traits

Values = NDArray[np.float64]
Image = NDArray[np.float32]

FINE_M = 5.0
"""Sites are painted this finely where they only teach and calibrate [m]."""
SMALLEST_HA, LARGEST_HA = 0.5, 10.0
SITES, PIXELS, DRAWS = 160, 30, 2
"""So many sites teach, with up to so many pixels of each, so often under new air, and each time in materials of each
half of the library without each of the `FOLDS`."""
TRIALS, TRIED_PIXELS, DRAWS_TRIED = 2000, 220, 2
"""On so many others, with up to so many pixels of each, what was learnt is tried: so often in materials learnt, and as
often in those of one of the `FOLDS` by what was learnt without it; each time with looks from before works and without.
"""
AT_ONCE = 50
"""Regressions are asked of so many sites together."""
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
        From `traits.edge_of`.
    """

    looks: Looks
    earlier: int
    coverage: csr_array
    weights: csr_array
    built: Image
    truth: float
    edge: Values

    def features(self, library: Library, rng: np.random.Generator) -> Image:
        """Return `learning.features` of the site in materials of a library, through any air."""
        seen: Image = self.shown([light_of(self.looks, library, rng)])[0]
        return seen

    def shown(self, lights: list[Image]) -> Image:
        """Return `learning.features` of the site in several lights, shape (lights, pixels, features)."""
        abreast, coverage = np.concatenate(lights, axis=2), block_diag([self.coverage] * len(lights), "csr")
        seen = features(abreast[self.earlier :], coverage, abreast[: self.earlier] if self.earlier else None)
        return seen.reshape(len(lights), -1, seen.shape[1])


def not_seen_before(seen: Image) -> Image:
    """Return features as they were without earlier looks."""
    late = seen.copy()
    late[..., -OF_EARLIER:] = np.nan
    return late


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
    """Return a made-up site with its truth, of any size unless one is given; ``pixels`` of it at most, on a lattice."""
    area = area_ha or float(np.exp(rng.uniform(np.log(SMALLEST_HA), np.log(LARGEST_HA))))
    site = draw_site(rng, area_m2=area * HECTARE, fine_m=fine_m)
    early, late = draw_days(site, rng)
    cover = coverage_of(site)
    weights = core_weights(csr_array(cover.reshape(1, -1)), cover.shape)
    rows, columns = np.nonzero(cover >= (INSIDE if pixels < cover.size else 0))
    apart = int(np.ceil(np.sqrt(len(rows) / pixels)))
    first = rng.integers(0, apart, 2)
    chosen = (rows % apart == first[0]) & (columns % apart == first[1])
    rows, columns = rows[chosen], columns[chosen]
    flat = rows * cover.shape[1] + columns
    looks = look_at(site, np.concatenate([early, late]), (rows, columns), rng)
    edge = edge_of(np.array([2 * sum(site.sides_m)]), np.array([area * HECTARE]))
    built = true_share(site)[rows, columns]
    part = csr_array(cover.reshape(1, -1)[:, flat])
    return Example(looks, len(early), part, weights[:, flat], built, site.built_share(), edge)


def lessons(
    examples: list[Example], libraries: list[Library], rng: np.random.Generator, *, draws: int
) -> Iterator[list[tuple[Image, Image]]]:
    """Yield features and built shares of the pixels of an example in materials of each library.

    Each example comes so many times, each time through new air and in new materials.
    """
    for example in examples * draws:
        air, lights, is_forgotten = air_over(example.looks, rng), [], []
        for library in libraries:
            lights.append(light_of(example.looks, library, rng, air))
            is_forgotten.append(rng.random() < NO_EARLIER)
        shown = example.shown(lights)
        shown[is_forgotten] = not_seen_before(shown[is_forgotten])
        known = np.isfinite(shown[:, :, 0])
        yield [(seen[which], example.built[which]) for seen, which in zip(shown, known, strict=True)]


def learn(
    library: Library, *, sites: int = SITES, draws: int = DRAWS, trials: int = TRIALS, seed: int = SEED
) -> Learnt:
    """Learn the built share from a library of spectra; the same to the bit for the same library and seed.

    How far it may be trusted is seen on sites and seeds that taught nothing: in known materials by a regression learnt
    from one half of the spectra, on the other half; in unknown ones by regressions learnt without a fold of built
    materials, on that fold alone, among other soils. Those sites stand in as many groups as there are folds: no
    spectrum and no fold is in two of them. The regression that is kept learns from all.
    """
    rng = np.random.default_rng(seed)
    examples = [draw_example(rng, pixels=PIXELS) for _ in range(sites)]
    folds = [fold for fold in FOLDS if library.has_any(fold)]
    libraries = [library.share(half).built_of(fold, left_out=True) for half in (0, 1) for fold in folds]
    taught = [stacked(iter(parts)) for parts in zip(*lessons(examples, libraries, rng, draws=draws), strict=True)]
    known, other = fit(*stacked(iter(taught[: len(folds)]))), library.share(1)
    tried = []
    for group, (fold, lesson) in enumerate(zip(folds, taught, strict=False)):
        ground = other.share(group, len(folds))
        strange = ground.of_built(other.built_of(fold, left_out=False))
        tests = [(known, ground)] * DRAWS_TRIED + [(fit(*lesson), strange)] * DRAWS_TRIED
        for traits, truth, is_unseen in attempts(tests, trials // len(folds), rng):
            tried.append((traits, truth, np.full(len(truth), group), is_unseen))
    return Learnt(fit(*stacked(iter(taught))), calibrate(*(np.concatenate(side) for side in zip(*tried, strict=True))))


def attempts(
    tests: list[tuple[Regression, Library]], trials: int, rng: np.random.Generator
) -> Iterator[tuple[Values, Values, NDArray[np.bool_]]]:
    """Yield traits and truths of new sites, as regressions see them in materials of libraries.

    The first half of the tests is of materials learnt, the other of unseen ones, which is yielded at last.
    """
    for first in range(0, trials, AT_ONCE):
        count, libraries = min(AT_ONCE, trials - first), [library for _, library in tests]
        sites = [site for _ in range(count) for site in seen_site(libraries, rng)]
        examples, shown = zip(*sites, strict=True)
        weights = block_diag([one.weights for one in examples], "csr")
        edge, truth = np.concatenate([one.edge for one in examples]), np.array([one.truth for one in examples])
        for place, (regression, _) in enumerate(tests):
            traits = parcel_traits(regression, np.concatenate([one[place] for one in shown]), weights, edge)
            yield traits, truth, np.full(len(truth), place >= len(tests) // 2)


def seen_site(libraries: list[Library], rng: np.random.Generator) -> Iterator[tuple[Example, Image]]:
    """Yield a new site with its features in materials of each library, and again as if not seen before works."""
    example = draw_example(rng, pixels=TRIED_PIXELS)
    air = air_over(example.looks, rng)
    shown = example.shown([light_of(example.looks, library, rng, air) for library in libraries])
    yield example, shown
    if example.earlier:
        yield example, not_seen_before(shown)


def stacked(parts: Iterator[tuple[Image, Image]]) -> tuple[Image, Image]:
    """Return features and shares of all parts."""
    seen, built = zip(*parts, strict=True)
    return np.concatenate(seen), np.concatenate(built)
