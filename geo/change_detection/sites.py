"""What a satellite sees of a made-up site: plants through the year, wet soil, haze, clouds, a grid that lies off."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from geo.change_detection.mixtures import HAZE, WET, Library, draw_spectra
from geo.change_detection.schedule import CROP, GRASS, IS_BUILT, IS_ROOF, KINDS, OTHER_SOIL, SOIL, Site
from geo.change_detection.sensor import (
    COARSE,
    JITTER_PX,
    SHADE,
    Ground,
    Image,
    blur,
    blur_px,
    cast,
    doubled,
    sample,
    shadow_px,
)
from geo.change_detection.spectral import DARKEST
from geo.change_detection.weather import draw_sky, rough

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
CLOUD = np.array([0.62, 0.60, 0.59, 0.60, 0.62, 0.42, 0.30])
"""Reflectance of thin cloud in the order of ``spectral.NEEDED``."""
NOISE = (0.002, 0.01)
"""The sensor's own noise: as reflectance, and as a part of it."""


class Seasons:
    """Spectra of the kinds of ground of one site, day by day."""

    def __init__(self, library: Library, rng: np.random.Generator) -> None:
        self.light = draw_spectra(library, KINDS, rng)
        self.canopy, soil = draw_spectra(library, ("green", "bare"), rng)
        self.soil = self.light[SOIL] if rng.random() < SAME_SOIL else soil
        self.phase = {CROP: rng.uniform(0, 2 * np.pi), GRASS: rng.uniform(2.5, 4.0)}
        self.middle, self.swing = rng.uniform(0.4, 0.9, len(KINDS)), rng.uniform(0, 0.6, len(KINDS))
        self.weeds = np.where(rng.random(len(KINDS)) < WEEDY, rng.uniform(0, 0.5, len(KINDS)), 0.0)

    def on(self, day: float, wetness: float) -> Values:
        """Return the spectra of a day, shape (kinds, 7): plants grow and wither over soil, soil is wet or dry."""
        wet = np.exp(-wetness * WET)
        light = self.light.copy()
        for kind in (CROP, GRASS, SOIL, OTHER_SOIL):
            is_field = kind in self.phase
            season = np.cos(2 * np.pi * day / YEAR_D + self.phase[kind if is_field else GRASS])
            part = self.middle[kind] + self.swing[kind] * season if is_field else self.weeds[kind] * (1 + season) / 2
            green = min(max(part, 0.0), 1.0)
            ground, plants = (self.soil, light[kind]) if is_field else (light[kind], self.canopy)
            light[kind] = (1 - green) * ground * wet + green * plants
        return light


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
    step = round(10 / site.fine_m)
    height_m, first_day = rng.uniform(6, 16), rng.uniform(0, YEAR_D)
    grounds: dict[bytes, Ground] = {}
    parts: list[list[Image]] = [[], [], [], []]
    for day in days:
        labels = site.paint(day)
        key = labels.tobytes()
        if key not in grounds:
            grounds[key] = blur(labels, len(KINDS), fine_m=site.fine_m)
        dark = cast(IS_ROOF[labels], shadow_px(height_m, day + first_day, site.fine_m))
        shade = [ndimage.gaussian_filter(dark, blur_px(size, site.fine_m))[None] for size in (10, 20)]
        down, right = (int(off) for off in np.rint(rng.normal(0, JITTER_PX * step, 2)))
        for part, image, is_coarse in zip(
            parts, (grounds[key].sharp, grounds[key].soft, *shade), (False, True, False, True), strict=True
        ):
            seen = sample(image, step * (2 if is_coarse else 1), (down, right))
            part.append((doubled(seen) if is_coarse else seen)[:, *places])
    sharp, soft, dark_sharp, dark_soft = (np.stack(part) for part in parts)
    shape = (site.inside.shape[0] // step, site.inside.shape[1] // step)
    return Looks(sharp, soft, dark_sharp[:, 0], dark_soft[:, 0], days, places, shape)


def light_of(looks: Looks, library: Library, rng: np.random.Generator) -> Image:
    """Return surface reflectance of pixels of which it is known what they hold, NaN where not clear [1].

    Materials, weather and noise are drawn anew at every call: one site gives many.

    Returns
    -------
    numpy.ndarray
        Shape (dates, 7, pixels).
    """
    seasons = Seasons(library, rng)
    count = looks.sharp.shape[2]
    relief = 0.8 * rough(looks.shape, 1.5, rng)[looks.places] + 0.6 * rng.standard_normal(count)
    is_white = (seasons.light[:, 0] > WHITE) & IS_ROOF
    stack = np.empty((len(looks.days), len(HAZE), count), dtype=np.float32)
    for number, day in enumerate(looks.days):
        light = seasons.on(day, rng.gamma(1.0, WETNESS)).T.astype(np.float32)
        seen = np.where(
            COARSE[:, None],
            light @ looks.soft[number] * (1 - SHADE[:, None] * looks.dark_soft[number]),
            light @ looks.sharp[number] * (1 - SHADE[:, None] * looks.dark_sharp[number]),
        )
        sky = draw_sky(looks.shape, rng)
        seen = seen * (1 + TEXTURE * relief) * sky.sun[looks.places] + sky.haze[looks.places] * HAZE[:, None]
        veil = sky.veil[looks.places]
        seen = seen * (1 - veil) + veil * CLOUD[:, None]
        seen = seen + rng.standard_normal(seen.shape) * (NOISE[0] + NOISE[1] * seen)
        is_hidden = sky.is_cloudy[looks.places]
        if is_white.any() and rng.random() < MISTAKEN_DAYS:
            white = looks.sharp[number][is_white].sum(axis=0)
            is_hidden = is_hidden | ((white > MISTAKEN_PIXELS) & (rng.random(count) < MISTAKEN_PIXELS))
        stack[number] = np.where(is_hidden, np.nan, np.maximum(seen, float(DARKEST)))
    return stack


def true_share(site: Site) -> Image:
    """Return the built share of what each pixel of 10 m sees on day 0, shape (rows, columns) [1]."""
    ground = blur(site.paint(0.0), len(KINDS), fine_m=site.fine_m)
    seen: Image = sample(ground.sharp[IS_BUILT].sum(axis=0)[None], ground.step, (0, 0))[0]
    return seen


def coverage_of(site: Site) -> Values:
    """Return the share of each pixel of 10 m that lies in the parcel, shape (rows, columns) [1]."""
    step = round(10 / site.fine_m)
    rows, columns = site.inside.shape
    cover: Values = site.inside.reshape(rows // step, step, columns // step, step).mean(axis=(1, 3))
    return cover
