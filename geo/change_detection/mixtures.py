"""Mixed ground whose built share is known, made from spectra.

A pixel of 10 m holds a few materials; over a year its plants come and go, its soil is wet and dry, and every date has
its own haze. Roofs and roads stay. So the regression is given what a pixel does over the dates, not one look.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.change_detection.spectral import DARKEST, NEEDED, PROTOTYPES

Values = NDArray[np.float64]
Image = NDArray[np.float32]
Text = NDArray[np.object_]

BAND_NM: Mapping[str, tuple[float, float]] = {
    "B02": (492.4, 66.0),
    "B03": (559.8, 36.0),
    "B04": (664.6, 31.0),
    "B05": (704.1, 15.0),
    "B08": (832.8, 106.0),
    "B11": (1613.7, 91.0),
    "B12": (2202.4, 175.0),
}
"""Middle and width of the bands of Sentinel-2A [nm]; responses are taken to be Gaussian."""
TO_SIGMA = 2.3548
UNCLEAR = ("other", "mixed", "glass", "wood", "char")
"""Materials of the library that are left out: nobody says what they are, or they are no ground."""
CLASSES = ("built", "bare", "npv", "green", "net", "water")
OFTEN = (0.42, 0.25, 0.05, 0.16, 0.08, 0.04)
"""How often each class lies in a pixel."""
PURE, TWO = 0.4, 0.42
"""Share of pixels of one material, and of two; the rest have three."""
HAZE = np.array([1.6, 1.2, 1.0, 0.9, 0.7, 0.3, 0.2])
"""How haze falls with wavelength, in the order of ``NEEDED``."""
WET = np.array([0.6, 0.6, 0.6, 0.6, 0.65, 0.8, 0.9])
"""Wet soil is darker by the exponential of this times its wetness, most in SWIR."""
WEEDY = 0.4
"""Share of bare grounds on which weeds come up."""
COARSE = np.array([band in ("B05", "B11", "B12") for band in NEEDED])
"""Bands of 20 m: each sees its own pixel and its neighbours."""
BESIDE, JITTER = 0.5, 0.12
"""Share of pixels beside other ground, and how much of that a misplaced date brings in, one standard deviation."""
DATES = 12


@dataclass(frozen=True, slots=True)
class Spectra:
    """A spectral library: group and material of each row, reflectance (rows, wavelengths) [1], wavelengths [nm]."""

    group: Text
    material: Text
    reflectance: Values
    wavelengths: Values


@dataclass(frozen=True, slots=True)
class Library:
    """Spectra in the bands `NEEDED`, by class.

    Attributes
    ----------
    light
        By the names of `CLASSES`, shape (spectra, 7) [1].
    built_materials
        The material of each built spectrum.
    """

    light: Mapping[str, Values]
    built_materials: Text

    def built_of(self, materials: frozenset[str], *, left_out: bool) -> "Library":
        """Return the library with only some built materials, or without them."""
        kept = np.isin(self.built_materials, sorted(materials)) != left_out
        return Library({**self.light, "built": self.light["built"][kept]}, self.built_materials[kept])


def to_bands(reflectance: Values, wavelengths: Values) -> Values:
    """Return spectra as the bands `NEEDED` of Sentinel-2 see them.

    Examples
    --------
    >>> to_bands(np.full((1, 206), 0.3), np.arange(400.0, 2460.0, 10.0)).round(3).tolist()
    [[0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3]]
    """
    middle, width = (np.array([BAND_NM[band][side] for band in NEEDED])[:, None] for side in (0, 1))
    response = np.exp(-0.5 * ((wavelengths - middle) / (width / TO_SIGMA)) ** 2)
    seen: Values = reflectance @ (response / response.sum(axis=1, keepdims=True)).T
    return seen


def make_library(spectra: Spectra) -> Library:
    """Return a library for mixing; nets, water and coloured steel are the prototypes of `spectral`, made up by us."""
    light = to_bands(spectra.reflectance, spectra.wavelengths)
    is_known = ~np.isin(spectra.material, UNCLEAR)
    own = {name: np.array([one for kind, one in PROTOTYPES if kind == f"{name}_fraction"]) for name in ("net", "water")}
    steel = np.array([one for kind, one in PROTOTYPES if kind == "roof_fraction"])
    is_built = is_known & (spectra.group == "built")
    rows = {"bare": "bare", "npv": "npv", "green": "vegetation"}
    by_class = {name: light[is_known & (spectra.group == group)] for name, group in rows.items()}
    built = np.concatenate([light[is_built], np.repeat(steel, 12, axis=0)])
    materials = np.concatenate([spectra.material[is_built], np.repeat("coloured_steel", 12 * len(steel))])
    return Library({"built": built, **by_class, **own}, materials)


def draw_slots(library: Library, slots: Values, rng: np.random.Generator) -> Values:
    """Return a spectrum for each class number, shape (..., 7), each with an own brightness and tint.

    Every built material is as frequent as the square root of its spectra: the library has 353 shingles and 18 sheets
    of metal, and industrial land has not.
    """
    light = np.zeros((*slots.shape, len(NEEDED)))
    _, place, count = np.unique(library.built_materials, return_inverse=True, return_counts=True)
    weight = 1 / np.sqrt(count[place])
    for number, name in enumerate(CLASSES):
        here = slots == number
        known = library.light[name]
        light[here] = known[
            rng.choice(len(known), int(here.sum()), p=weight / weight.sum() if name == "built" else None)
        ]
    shade = rng.normal(0, 0.15, (*slots.shape, 1)) + rng.normal(0, 0.03, light.shape)
    seen: Values = light * np.exp(shade)
    return seen


def draw_shares(count: int, rng: np.random.Generator) -> Values:
    """Return shares of three materials in each pixel, shape (count, 3)."""
    kind = rng.random(count)
    first = rng.random(count)
    three = rng.dirichlet(np.ones(3), count)
    two = np.column_stack([first, 1 - first, np.zeros(count)])
    one = np.broadcast_to([1.0, 0.0, 0.0], (count, 3))
    shares: Values = np.where((kind < PURE)[:, None], one, np.where((kind < PURE + TWO)[:, None], two, three))
    return shares


def draw_around(shares: Values, rng: np.random.Generator) -> Values:
    """Return shares of the same materials in what lies beside each pixel."""
    around: Values = rng.dirichlet(np.full(shares.shape[1], 0.5), len(shares))
    return around


def draw_year(slots: Values, light: Values, shares: Values, library: Library, rng: np.random.Generator) -> Image:
    """Return what pixels of given materials look like on `DATES` dates of a year, shape (dates, 7, pixels).

    Soil is wet or dry, plants grow and wither over soil, weeds come up on some bare ground; each date has its haze and
    its sun, and some dates of each pixel are not clear (NaN). Pixels beside other ground see some of it in bands of
    20 m and on dates that are misplaced.
    """
    count = len(slots)
    bare, plants = (slots == CLASSES.index(name) for name in ("bare", "green"))
    soil = draw_slots(library, np.ones_like(slots), rng)
    canopy = draw_slots(library, np.full_like(slots, CLASSES.index("green")), rng)
    middle, swing = rng.uniform(0.4, 0.9, slots.shape), rng.uniform(0.0, 0.6, slots.shape)
    weeds = np.where(rng.random(slots.shape) < WEEDY, rng.uniform(0, 0.5, slots.shape), 0.0)
    phase, stack = rng.uniform(0, 2 * np.pi, (count, 1)), np.empty((DATES, len(NEEDED), count), dtype=np.float32)
    sun, haze = rng.normal(1, 0.03, (DATES, count, 1)), rng.normal(0, 0.006, (DATES, count, 1))
    beside = (rng.random((count, 1)) < BESIDE) * (draw_around(shares, rng) - shares)
    fixed = np.where(COARSE, rng.uniform(0, 0.75, (count, 1)), 0.0)
    for day in range(DATES):
        season = np.cos(2 * np.pi * day / DATES + phase)
        wet = np.exp(-rng.gamma(1.0, 0.15, (count, 1, 1)) * WET)
        green = np.where(plants, np.clip(middle + swing * season, 0, 1), np.clip(weeds * (1 + season) / 2, 0, 1))[
            ..., None
        ]
        ground = np.where((bare | plants)[..., None], np.where(plants[..., None], soil, light) * wet, light)
        covered = np.where((bare | plants)[..., None], (1 - green) * ground + green * canopy, light)
        moved = np.clip(fixed + np.abs(rng.normal(0, JITTER, (count, 1))), 0, 1)
        seen = (covered * (shares[..., None] + moved[:, None, :] * beside[..., None])).sum(axis=1)
        seen = seen * sun[day] + haze[day] * HAZE
        noisy = seen + rng.normal(0, 1, seen.shape) * (0.002 + 0.02 * seen)
        stack[day] = np.maximum(noisy, float(DARKEST)).T
    hidden = rng.random((DATES, count)) > rng.uniform(0.3, 1.0, count)
    hidden[rng.integers(0, DATES, count), np.arange(count)] = False
    return np.where(hidden[:, None, :], np.float32(np.nan), stack)


def features(stack: Image) -> Image:
    """Return what a pixel does over dates, shape (pixels, features); NaN where it was never clear.

    Logarithms of all band ratios of its median, its brightness, how green it becomes and how bare, and how much its
    greenness, brightness and colour swing.

    Parameters
    ----------
    stack
        Surface reflectance, shape (dates, 7, pixels), bands as in ``NEEDED``; NaN where not clear [1].
    """
    logs = np.log(np.maximum(stack, DARKEST))
    middle = median(logs)
    first, second = np.triu_indices(len(NEEDED), 1)
    ratios = middle[first] - middle[second]
    blue, green, red, edge, near, swir, far = (logs[:, band] for band in range(len(NEEDED)))
    swings = []
    for value in (near - red, swir - near, blue - red, edge - green, (blue + green + red) / 3, far - swir):
        known = np.isfinite(value)
        least, most = (np.where(known, value, far_off) for far_off in (np.float32(np.inf), np.float32(-np.inf)))
        swings += [np.where(known.any(axis=0), side, np.nan) for side in (least.min(axis=0), most.max(axis=0))]
    found: Image = np.vstack([ratios, middle[:4].mean(axis=0), middle[5], *swings]).T.astype(np.float32)
    return found


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
