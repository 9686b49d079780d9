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
from geo.change_detection.spectral import DARKEST, NEEDED
from geo.change_detection.weather import draw_sky, rough, through_air

Values = NDArray[np.float64]

YEAR_D = 365.2425
WEEDY = 0.4
"""Share of bare grounds on which weeds come up."""
SAME_SOIL = 0.6
"""Share of sites whose fields lie on the soil of the site."""
WETNESS = 0.15
TEXTURE = 0.07
"""Mean wetness of a date, and spread of brightness within one surface [1]."""
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

    def green(self, day: float) -> Values:
        """Return the share of plants of each kind of ground on a day, shape (kinds,) [1]."""
        season = np.cos(2 * np.pi * day / YEAR_D + self.phase)
        return np.clip(self.middle + self.swing * season, 0, 1)

    def on(self, day: float, wetness: float) -> Values:
        """Return the spectra of a day, shape (kinds, 7)."""
        green = self.green(day)[:, None]
        wet = np.where(self.is_soil[:, None], np.exp(-wetness * WET), 1.0)
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


def look_at(
    site: Site, days: Values, places: tuple[NDArray[np.int_], NDArray[np.int_]], rng: np.random.Generator
) -> Looks:
    """Return what some pixels of a site hold on some days, each date lying a little off."""
    height_m, first_day = rng.uniform(6, 16), rng.uniform(0, YEAR_D)
    parts: list[list[Image]] = [[], [], [], []]
    for day in days:
        labels = site.paint(day)
        dark = cast(IS_ROOF[labels], shadow_px(height_m, day + first_day, site.fine_m))
        off_m = tuple(rng.normal(0, JITTER_PX * PIXEL_M, 2).tolist())
        painted = np.concatenate([layers(labels, len(KINDS)), dark[None]])
        sharp, coarse = (see(painted, size, fine_m=site.fine_m, off_m=off_m) for size in (10, 20))
        soft = doubled(coarse)
        for part, image in zip(parts, (sharp[:-1], soft[:-1], sharp[-1:], soft[-1:]), strict=True):
            part.append(image[:, *places])
    sharp, soft, dark_sharp, dark_soft = (np.stack(part) for part in parts)
    shape = (round(site.inside.shape[0] * site.fine_m / PIXEL_M), round(site.inside.shape[1] * site.fine_m / PIXEL_M))
    return Looks(sharp, soft, dark_sharp[:, 0], dark_soft[:, 0], days, places, shape)


def light_of(looks: Looks, library: Library, rng: np.random.Generator) -> Image:
    """Return surface reflectance of pixels of which it is known what they hold, NaN where not clear [1].

    Materials, weather and noise are drawn anew at every call: one site gives many.

    Returns
    -------
    numpy.ndarray
        Shape (dates, 7, pixels).
    """
    seasons = draw_seasons(library, rng)
    count = looks.sharp.shape[2]
    relief = 0.8 * rough(looks.shape, 1.5, rng)[looks.places] + 0.6 * rng.standard_normal(count)
    is_white = (seasons.ground[:, 0] > WHITE) & IS_ROOF
    stack = np.empty((len(looks.days), len(NEEDED), count), dtype=np.float32)
    for number, day in enumerate(looks.days):
        light = seasons.on(day, rng.gamma(1.0, WETNESS)).T.astype(np.float32)
        seen = np.where(
            COARSE[:, None],
            lit(light, looks.soft[number], looks.dark_soft[number]),
            lit(light, looks.sharp[number], looks.dark_sharp[number]),
        )
        sky = draw_sky(looks.shape, rng).at(looks.places)
        seen = noisy(through_air(seen * (1 + TEXTURE * relief), sky), rng)
        is_hidden = sky.cloud > 0
        if is_white.any() and rng.random() < MISTAKEN_DAYS:
            white = looks.sharp[number][is_white].sum(axis=0)
            is_hidden = is_hidden | ((white > MISTAKEN_PIXELS) & (rng.random(count) < MISTAKEN_PIXELS))
        stack[number] = np.where(is_hidden, np.nan, np.maximum(seen, float(DARKEST)))
    return stack


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
