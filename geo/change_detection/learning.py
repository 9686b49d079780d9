"""A regression of the built share of a pixel, learnt from mixtures of measured spectra, and how wrong it is."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingRegressor
from threadpoolctl import threadpool_limits

from geo.change_detection.bounds import Errors
from geo.change_detection.mixtures import CLASSES, OFTEN, Library, draw_shares, draw_slots, draw_year, features

Values = NDArray[np.float64]
Image = NDArray[np.float32]

SEED = 13
COUNT = 40_000
"""So many pixels are mixed."""
PARCELS, PIXELS = 1600, 60
"""Size of the sample of parcels by which errors are known, and pixels of each."""
FULLEST = 0.9
"""Built share of those parcels is spread evenly up to this."""
EDGE = 0.25
"""Share of a parcel's pixels that are mixed."""
FOLDS = (
    frozenset({"coloured_steel", "wood_shingle", "sidewalk"}),
    frozenset({"paint", "parking_lot", "gravel", "driveway"}),
    frozenset({"metal", "comp_shingle", "asphalt", "bridge"}),
    frozenset({"tile", "concrete_tile", "road", "manhole"}),
)
"""Built materials that are left out together, so that errors are known of roofs never seen."""
RARE = 0.001
MANY = 0.1
"""A pixel is unlike what was learnt from where this share of its features is rarer than that, at either end."""


@dataclass(frozen=True, slots=True)
class Regression:
    """A regression of the built share, and the range of the features it learnt from.

    Attributes
    ----------
    model
        Fitted on `mixtures.features`.
    least, most
        Shape (features,).
    """

    model: HistGradientBoostingRegressor
    least: Image
    most: Image

    def share(self, stack: Image) -> Image:
        """Return the built share of each pixel, between 0 and 1; NaN where it was never clear [1].

        Parameters
        ----------
        stack
            Surface reflectance (dates, 7, pixels), bands as in ``spectral.NEEDED``; NaN where not clear [1].
        """
        found = np.full(stack.shape[2], np.nan, dtype=np.float32)
        seen = np.isfinite(stack).all(axis=1).any(axis=0)
        if seen.any():
            with threadpool_limits(1):
                found[seen] = np.clip(self.model.predict(features(stack[:, :, seen])), 0, 1)
        return found

    def novelty(self, stack: Image) -> Image:
        """Return which pixels are unlike all that was learnt from, from 0 to 1; NaN where never clear."""
        seen = features(stack)
        outside = ((seen < self.least) | (seen > self.most)).mean(axis=1)
        novel: Image = np.where(np.isfinite(seen).any(axis=1), np.clip(outside / MANY, 0, 1), np.nan).astype(np.float32)
        return novel


@dataclass(frozen=True, slots=True)
class Learnt:
    """What is learnt once on a machine.

    Attributes
    ----------
    regression
        From all spectra.
    errors
        Of parcels whose materials were learnt, from other spectra of them: for the band.
    errors_unseen
        Of parcels with built ground of a material left out when learning: for the bounds that decide.
    """

    regression: Regression
    errors: Errors
    errors_unseen: Errors


def learn(library: Library, *, count: int = COUNT, parcels: int = PARCELS, seed: int = SEED) -> Learnt:
    """Learn the built share from a library of spectra; the same to the bit for the same library and seed.

    Errors of known materials come from a regression on half of the spectra, tried on the other half; errors of unknown
    ones from four regressions, each without some built materials, tried on those.
    """
    one, other = halves(library)
    known = parcel_errors(fit(one, count=count, seed=seed), other, parcels=parcels, seed=seed + 1)
    unseen = [
        parcel_errors(
            fit(one.built_of(fold, left_out=True), count=count, seed=seed),
            other.built_of(fold, left_out=False),
            parcels=parcels // len(FOLDS),
            seed=seed + 2 + number,
        )
        for number, fold in enumerate(FOLDS)
        if np.isin(library.built_materials, sorted(fold)).any()
    ]
    both = Errors(*(np.concatenate([getattr(part, side) for part in unseen]) for side in ("estimate", "error")))
    return Learnt(fit(library, count=count, seed=seed), known, both)


def halves(library: Library) -> tuple[Library, Library]:
    """Return every other spectrum, and the rest; classes of which there are few stand in both."""
    parts = []
    for start in (0, 1):
        light = {name: rows[start::2] if len(rows) > PIXELS else rows for name, rows in library.light.items()}
        parts.append(Library({**light, "built": library.light["built"][start::2]}, library.built_materials[start::2]))
    return parts[0], parts[1]


def fit(library: Library, *, count: int = COUNT, seed: int = SEED) -> Regression:
    """Return a regression of the built share of a pixel, learnt from mixtures; one thread, seeded."""
    rng = np.random.default_rng(seed)
    slots = rng.choice(len(CLASSES), (count, 3), p=OFTEN).astype(np.float64)
    shares = draw_shares(count, rng)
    seen = features(draw_year(slots, draw_slots(library, slots, rng), shares, library, rng))
    model = HistGradientBoostingRegressor(
        max_iter=300, learning_rate=0.08, l2_regularization=1.0, early_stopping=False, random_state=seed
    )
    with threadpool_limits(1):
        model.fit(seen, (shares * (slots == 0)).sum(axis=1))
    return Regression(model, *(np.quantile(seen, side, axis=0).astype(np.float32) for side in (RARE, 1 - RARE)))


def parcel_errors(regression: Regression, library: Library, *, parcels: int, seed: int) -> Errors:
    """Return estimates and errors of made-up parcels, each of two built materials and two sorts of other ground.

    The materials of a parcel are drawn once, so its pixels err together: as in life, more pixels do not help.
    """
    rng = np.random.default_rng(seed)
    palette = rng.choice(np.arange(1, len(CLASSES)), (parcels, 4), p=np.array(OFTEN[1:]) / sum(OFTEN[1:])).astype(
        np.float64
    )
    palette[:, :2] = 0
    light = draw_slots(library, palette, rng)
    fraction = rng.uniform(0, FULLEST, (parcels, 1))
    is_built = rng.random((parcels, PIXELS)) < fraction
    first = np.where(is_built, 0, 2) + (rng.random((parcels, PIXELS)) < 0.4)  # noqa: PLR2004  # the lesser of each two
    second = rng.integers(0, 4, (parcels, PIXELS))
    mixed = np.where(rng.random((parcels, PIXELS)) < EDGE, rng.random((parcels, PIXELS)), 0.0)
    places = np.stack([first, second], axis=-1)
    parcel = np.arange(parcels)[:, None, None]
    slots = palette[parcel, places].reshape(-1, 2)
    shares = np.stack([1 - mixed, mixed], axis=-1).reshape(-1, 2)
    stack = draw_year(slots, light[parcel, places].reshape(len(slots), 2, -1), shares, library, rng)
    truth = (shares * (slots == 0)).sum(axis=1).reshape(parcels, PIXELS).mean(axis=1)
    found = regression.share(stack).reshape(parcels, PIXELS).mean(axis=1).astype(np.float64)
    return Errors(found, found - truth)
