"""What a satellite sees of a made-up site: plants through the year, wet soil, haze, clouds, a grid that lies off."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.change_detection.mixtures import WET, Library, draw_spectra
from geo.change_detection.schedule import CROP, GRASS, IS_BUILT, IS_ROOF, KINDS, OTHER_SOIL, SOIL, Site
from geo.change_detection.sensor import (
    COARSE,
    JITTER_PX,
    PIXEL_M,
    Image,
    cast,
    doubled,
    layers,
    lit,
    noisy,
    see,
    shadow_px,
)
from geo.change_detection.spectral import DARKEST
from geo.change_detection.weather import Sky, draw_sky, rough, through_air

Values = NDArray[np.float64]

YEAR_D = 365.2425
WEEDY = 0.4
"""Share of bare grounds on which weeds come up."""
SAME_SOIL = 0.6
"""Share of sites whose fields lie on the soil of the site."""
WETNESS = 0.15
TEXTURE = 0.07
"""Mean wetness of a date, and spread of brightness within one surface [1]."""
RELIEF_PX, RELIEF, GRAIN = 1.5, 0.8, 0.6
"""That spread is partly alike over so many pixels and partly each pixel's own; the squares of the parts sum to 1."""
WHITE, MISTAKEN_DAYS, MISTAKEN_PIXELS = 0.3, 0.25, 0.6
"""Roofs brighter than this in blue are taken for clouds on so many days, and so many of their pixels."""


@dataclass(frozen=True, slots=True, eq=False)
class Seasons:
    """Spectra of kinds of ground, day by day: plants grow and wither over ground that may be wet or dry.

    Attributes
    ----------
    ground, plants
        Light of the ground, and of the plants over it, shape (kinds, 7) [1].
    middle, swing, phase
        Share of plants, its mean and its yearly swing [1], and how far the year has come on day 0 [radian].
    is_soil
        Which kinds of ground are darker when wet.
    """

    ground: Values
    plants: Values
    middle: Values
    swing: Values
    phase: Values
    is_soil: NDArray[np.bool_]

    def green(self, day: float | Values) -> Values:
        """Return the share of plants of each kind of ground on a day or some, shape (..., kinds) [1]."""
        season = np.cos(2 * np.pi * np.asarray(day)[..., None] / YEAR_D + self.phase)
        return np.clip(self.middle + self.swing * season, 0, 1)

    def on(self, day: float | Values, wetness: float | Values) -> Values:
        """Return the spectra of a day or some, shape (..., kinds, 7)."""
        green = self.green(day)[..., None]
        wet = np.where(self.is_soil[:, None], np.exp(-np.asarray(wetness)[..., None, None] * WET), 1.0)
        return (1 - green) * self.ground * wet + green * self.plants


def draw_seasons(library: Library, rng: np.random.Generator) -> Seasons:
    """Return spectra of the kinds of ground of one site: fields over soil, soil with weeds or without."""
    light = draw_spectra(library, KINDS, rng)
    canopy, soil = draw_spectra(library, ("green", "bare"), rng)
    soil = light[SOIL] if rng.random() < SAME_SOIL else soil
    phases = rng.uniform(0, 2 * np.pi), rng.uniform(2.5, 4.0)
    middle, swing = rng.uniform(0.4, 0.9, len(KINDS)), rng.uniform(0, 0.6, len(KINDS))
    weeds = np.where(rng.random(len(KINDS)) < WEEDY, rng.uniform(0, 0.5, len(KINDS)), 0.0)
    numbers = np.arange(len(KINDS))
    is_field, is_soil = np.isin(numbers, (CROP, GRASS)), np.isin(numbers, (SOIL, OTHER_SOIL))
    return Seasons(
        ground=np.where(is_field[:, None], soil, light),
        plants=np.where(is_field[:, None], light, canopy),
        middle=np.where(is_field, middle, np.where(is_soil, weeds / 2, 0)),
        swing=np.where(is_field, swing, np.where(is_soil, weeds / 2, 0)),
        phase=np.where(numbers == CROP, *phases),
        is_soil=is_field | is_soil,
    )


@dataclass(frozen=True, slots=True)
class Looks:
    """What pixels of a site hold on each date, whatever it looks like: shares of each kind of ground, and shadow.

    Attributes
    ----------
    sharp, soft
        As bands of 10 m and of 20 m see it, shape (dates, kinds, pixels) [1].
    dark_sharp, dark_soft
        Share in shadow, shape (dates, pixels) [1].
    days
        Day numbers.
    places
        Rows and columns of the pixels.
    shape
        Rows and columns of the picture.
    """

    sharp: Image
    soft: Image
    dark_sharp: Image
    dark_soft: Image
    days: Values
    places: tuple[NDArray[np.int_], NDArray[np.int_]]
    shape: tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Air:
    """What changes from date to date whatever a site is made of: its wetness, and the sky over the pixels of `Looks`.

    Attributes
    ----------
    wetness
        Shape (dates,).
    sky
        Its fields of shape (dates, pixels).
    """

    wetness: Values
    sky: Sky


def look_at(
    site: Site, days: Values, places: tuple[NDArray[np.int_], NDArray[np.int_]], rng: np.random.Generator
) -> Looks:
    """Return what some pixels of a site hold on some days, each date lying a little off."""
    height_m, first_day = rng.uniform(6, 16), rng.uniform(0, YEAR_D)
    down_m, right_m = rng.normal(0, JITTER_PX * PIXEL_M, (len(days), 2)).T
    labels = np.stack([site.paint(day) for day in days])
    lengths = [shadow_px(height_m, day + first_day, site.fine_m) for day in days]
    dark = np.stack([cast(roofs, length) for roofs, length in zip(IS_ROOF[labels], lengths, strict=True)])
    there = np.unique(labels)
    painted = np.concatenate([layers(labels, there), dark[None]])
    sharp, coarse = (see(painted, size, fine_m=site.fine_m, off_m=(down_m, right_m)) for size in (10, 20))
    held = np.zeros((2, len(days), len(KINDS) + 1, len(places[0])), dtype=np.float32)
    for found, image in zip(held, (sharp, doubled(coarse)), strict=True):
        found[:, [*there, -1]] = image[..., *places].swapaxes(0, 1)
    rows, columns = (round(size * site.fine_m / PIXEL_M) for size in site.inside.shape)
    return Looks(held[0, :, :-1], held[1, :, :-1], held[0, :, -1], held[1, :, -1], days, places, (rows, columns))


def air_over(looks: Looks, rng: np.random.Generator) -> Air:
    """Return the wetness of the ground and the air over pixels of a site, drawn anew at every call."""
    skies = [draw_sky(looks.shape, rng).at(looks.places) for _ in looks.days]
    fields = (np.stack([getattr(sky, name) for sky in skies]) for name in Sky.__slots__)
    return Air(rng.gamma(1.0, WETNESS, len(skies)), Sky(*fields))


def light_of(looks: Looks, library: Library, rng: np.random.Generator, air: Air | None = None) -> Image:
    """Return surface reflectance of pixels of which it is known what they hold, NaN where not clear [1].

    Materials and noise are drawn anew at every call, and the air unless it is given: one site gives many.

    Returns
    -------
    numpy.ndarray
        Shape (dates, 7, pixels).
    """
    air = air or air_over(looks, rng)
    seasons = draw_seasons(library, rng)
    relief = RELIEF * rough(looks.shape, RELIEF_PX, rng)[looks.places]
    relief = relief + GRAIN * rng.standard_normal(looks.sharp.shape[2])
    light: Image = seasons.on(looks.days, air.wetness).swapaxes(1, 2).astype(np.float32, order="C")
    soft, sharp = lit(light, looks.soft, looks.dark_soft[:, None]), lit(light, looks.sharp, looks.dark_sharp[:, None])
    ground = np.where(COARSE[:, None], soft, sharp).swapaxes(0, 1) * (1 + TEXTURE * relief)
    seen = noisy(through_air(ground, air.sky), rng).swapaxes(0, 1)
    is_hidden = (air.sky.cloud > 0) | mistaken(looks, (seasons.ground[:, 0] > WHITE) & IS_ROOF, rng)
    return np.where(is_hidden[:, None], np.nan, np.maximum(seen, float(DARKEST))).astype(np.float32)


def mistaken(looks: Looks, is_white: NDArray[np.bool_], rng: np.random.Generator) -> NDArray[np.bool_]:
    """Return which pixels are taken for clouds on which dates since their roofs are white, shape (dates, pixels)."""
    shape = looks.dark_sharp.shape
    is_day = rng.random((shape[0], 1)) < MISTAKEN_DAYS
    white = looks.sharp[:, is_white].sum(axis=1)
    is_hidden: NDArray[np.bool_] = is_day & (white > MISTAKEN_PIXELS) & (rng.random(shape) < MISTAKEN_PIXELS)
    return is_hidden


def true_share(site: Site) -> Image:
    """Return the built share of what each pixel of 10 m sees on day 0, shape (rows, columns) [1]."""
    built = IS_BUILT[site.paint(0.0)].astype(np.float32)
    seen: Image = see(built[None], 10, fine_m=site.fine_m)[0]
    return seen


def coverage_of(site: Site) -> Values:
    """Return the share of each pixel of 10 m that lies in the parcel, shape (rows, columns) [1]."""
    step = round(10 / site.fine_m)
    rows, columns = site.inside.shape
    cover: Values = site.inside.reshape(rows // step, step, columns // step, step).mean(axis=(1, 3))
    return cover
