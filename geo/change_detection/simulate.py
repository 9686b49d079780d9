"""Scenes as files hold them, of a county whose ground is known: materials, sensor and weather of `sites`.

What lies where is painted from outlines. Of the materials, blue coated steel, nets and water are made up; the
others are the middle of what was measured of a kind.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import ndimage
from scipy.sparse import csr_array

from geo.change_detection.grid import Grid, coverage_matrix
from geo.change_detection.mixtures import Library
from geo.change_detection.sensor import COARSE, JITTER_PX, PIXEL_M, Image, cast, lit, noisy, see, shadow_px
from geo.change_detection.sites import (
    GRAIN,
    MISTAKEN_DAYS,
    MISTAKEN_PIXELS,
    RELIEF,
    RELIEF_PX,
    TEXTURE,
    WETNESS,
    WHITE,
    YEAR_D,
    Seasons,
)
from geo.change_detection.spectral import NEEDED, PROTOTYPES
from geo.change_detection.weather import CLOUD, CLOUDY, Sky, average, draw_sky, rough, through_air
from geo.model import CLASS_FRACTIONS

FINE = 3
"""Ground is painted on pixels this many times finer than the grid; an odd number has one in the middle of each."""
BANK_PX = 60.0
"""Size of the county's clouds [pixels]."""
SHADOW_DEPTH, SHADOW_AT = 0.55, (-30, 40)
"""Share of light that the shadow of a cloud takes [1], and where it falls: rows and columns from it [pixels]."""
ROOF_M = 9.0
"""Roofs stand so high [m]."""
THICK, THIN, DIM, HALF, MOST = 0.6, 0.1, 0.2, 0.5, 0.9
"""From which share a pixel is classed as cloud, thin cloud, shadow, water or plants, white roof [1]."""
GREEN = 0.35
"""Ground is classed as plants from this share of plants on [1]."""
MIDSUMMER = 2 * np.pi * 197 / YEAR_D
"""The middle of July, where plants of the county are greenest [radian]."""

COUNTS_AS: Mapping[str, str] = {
    "roof_steel_blue": "roof_fraction",
    "roof_grey": "roof_fraction",
    "paved": "paved_fraction",
    "bare": "bare_fraction",
    "net": "net_fraction",
    "grass": "vegetation_fraction",
    "crop": "vegetation_fraction",
    "trees": "vegetation_fraction",
    "water": "water_fraction",
}
"""Kinds of ground that the county knows. Bare crop land counts as vegetation: it is not developed."""
MATERIALS: Mapping[str, tuple[str, str]] = {
    "roof_grey": ("roof", "metal"),
    "paved": ("paved", "road"),
    "bare": ("bare", "soil"),
    "net": ("net", "net"),
    "grass": ("npv", "litter"),
    "crop": ("bare", "soil"),
    "trees": ("npv", "litter"),
    "water": ("water", "water"),
}
"""Class and material of each in the library, of plants those of the ground that they stand on."""
PLANTS: Mapping[str, tuple[float, float]] = {"grass": (0.8, 0.2), "crop": (0.5, 0.45), "trees": (0.95, 0.05)}
"""Share of plants, its mean and its yearly swing [1]."""


@dataclass(frozen=True, slots=True, eq=False)
class Materials:
    """Kinds of ground, what each counts as in ``model.CLASS_FRACTIONS``, and their spectra day by day."""

    counts_as: Mapping[str, str]
    seasons: Seasons

    def of(self, *fractions: str) -> NDArray[np.bool_]:
        """Return which kinds count as one of some classes."""
        return np.isin(list(self.counts_as.values()), fractions)


def county_materials(library: Library) -> Materials:
    """Return the materials of the county, the same every time."""

    def middle(kind: str) -> NDArray[np.float64]:
        name, material = MATERIALS[kind]
        found: NDArray[np.float64] = np.median(library.light[name][library.materials[name] == material], axis=0)
        return found

    kinds = list(COUNTS_AS)
    blue = np.array(PROTOTYPES[0][1])
    share = np.array([PLANTS.get(kind, (0, 0)) for kind in kinds])
    seasons = Seasons(
        ground=np.array([middle(kind) if kind in MATERIALS else blue for kind in kinds]),
        plants=np.tile(np.median(library.light["green"], axis=0), (len(kinds), 1)),
        middle=share[:, 0],
        swing=share[:, 1],
        phase=np.full(len(kinds), -MIDSUMMER),
        is_soil=np.isin(kinds, ("bare", "crop")),
    )
    return Materials(COUNTS_AS, seasons)


def lying(surfaces: gpd.GeoDataFrame, day: date) -> NDArray[np.bool_]:
    """Return which rows lie on the ground on a day.

    Parameters
    ----------
    surfaces
        Columns ``geometry``, ``surface``, ``from_on``, ``to_on`` (both days included; empty is open), ``level``.
    """
    today = pd.Timestamp(day)
    has_begun = ~(pd.to_datetime(surfaces["from_on"]) > today)
    has_ended = pd.to_datetime(surfaces["to_on"]) < today
    lies: NDArray[np.bool_] = (has_begun & ~has_ended).to_numpy()
    return lies


def paint_days(
    surfaces: gpd.GeoDataFrame,
    grid: Grid,
    days: Iterable[date],
    *,
    kinds: Iterable[str] = COUNTS_AS,
    ground: str = "crop",
) -> Iterator[Image]:
    """Yield the share of every kind of ground in each pixel of the finer grid, day by day.

    What lies higher covers what is below. Only pixels on which something changed are painted anew.

    Parameters
    ----------
    surfaces
        See `lying`.
    ground
        What lies where no row says anything.

    Yields
    ------
    numpy.ndarray
        Shape (kinds, FINE * rows, FINE * columns); sums to 1 over the first axis [1].
    """
    fine, names = finer(grid), list(kinds)
    surfaces = surfaces.sort_values("level", kind="stable")
    number = np.array([names.index(name) for name in surfaces["surface"]], dtype=int)
    cover = coverage_matrix(surfaces.geometry, fine)
    touched = np.ones(cover.shape[1], dtype=bool)
    lies, shares = np.zeros(len(surfaces), dtype=bool), np.zeros((len(names), cover.shape[1]), dtype=np.float32)
    for day in days:
        before, lies = lies, lying(surfaces, day)
        touched[cover[before != lies].indices] = True
        places = np.flatnonzero(touched)
        shares[:, places] = _lay(cover[lies][:, places], number[lies], names.index(ground), len(names))
        touched[:] = False
        yield shares.reshape(len(names), *fine.shape)


def _lay(cover: csr_array, number: NDArray[np.integer], ground: int, kinds: int) -> Image:
    """Return the share of every kind in some pixels, one row of the coverage laid over the other."""
    shares = np.zeros((kinds, cover.shape[1]), dtype=np.float32)
    shares[ground] = 1
    for row, kind in enumerate(number):
        inside = slice(cover.indptr[row], cover.indptr[row + 1])
        pixels, part = cover.indices[inside], cover.data[inside].astype(np.float32)
        shares[:, pixels] *= 1 - part
        shares[kind, pixels] += part
    return shares


def true_fractions(
    parcels: gpd.GeoSeries, grid: Grid, painted: Image, *, counts_as: Mapping[str, str] = COUNTS_AS
) -> pd.DataFrame:
    """Return what really covers each parcel: columns ``model.CLASS_FRACTIONS``, on the index of the parcels [1]."""
    cover = coverage_matrix(parcels, finer(grid))
    by_kind = cover @ painted.reshape(len(counts_as), -1).T / cover.sum(axis=1)[:, None]
    frame = pd.DataFrame(0.0, index=parcels.index, columns=list(CLASS_FRACTIONS))
    for kind, name in enumerate(counts_as.values()):
        frame[name] += by_kind[:, kind]
    return frame


def finer(grid: Grid) -> Grid:
    """Return the same ground in pixels FINE times as small."""
    a, b, c, d, e, f = grid.transform
    return Grid(grid.crs_wkt, (a / FINE, b, c, d, e / FINE, f), (grid.shape[0] * FINE, grid.shape[1] * FINE))


def simulate_scene(
    painted: Image, day: date, materials: Materials, *, seed: int, cloudy: float = CLOUDY
) -> dict[str, NDArray[np.uint16]]:
    """Return one acquisition of painted ground.

    The ground's texture belongs to the seed alone and stays from day to day; wet soil, air, registration error, clouds
    and their shadows, and roofs wrongly masked as cloud belong to seed and day.

    Parameters
    ----------
    painted
        Shares of kinds of ground, from `paint_days`.
    seed
        Any whole number from 0.
    cloudy
        How likely clouds are [1].

    Returns
    -------
    dict of str to numpy.ndarray
        The bands of ``spectral.NEEDED`` and ``SCL``, those of 20 m at pixels of twice the grid's size (rounded up);
        reflectance times 10,000, never 0. ``SCL`` holds the classes of the Sen2Cor scene classification.
    """
    rng = np.random.default_rng([seed, day.toordinal()])
    shape = (painted.shape[1] // FINE, painted.shape[2] // FINE)
    sky = draw_sky(shape, rng, cloudy=cloudy, bank=BANK_PX)
    shade = ndimage.shift(sky.cloud, SHADOW_AT, order=0, mode="nearest")
    number, fine_m = float(day.toordinal() - date(day.year, 1, 1).toordinal()), PIXEL_M / FINE
    light = materials.seasons.on(number, rng.gamma(1.0, WETNESS)).T.astype(np.float32)
    dark = cast(painted[materials.of("roof_fraction")].sum(axis=0) > HALF, shadow_px(ROOF_M, number, fine_m))
    off_m = tuple(rng.normal(0, JITTER_PX * PIXEL_M, 2).tolist())
    texture = (1 + TEXTURE * relief_of(shape, seed)) * (1 - SHADOW_DEPTH * shade)
    scene, held = dict[str, NDArray[np.uint16]](), painted
    for size, air, factor in ((10, sky, texture), (20, sky.coarse(), average(texture, 2))):
        bands = np.flatnonzero((size > PIXEL_M) == COARSE)
        held, shadow = (see(image, size, fine_m=fine_m, off_m=off_m) for image in (painted, dark[None]))
        ground = lit(light[bands], held.reshape(len(held), -1), shadow.ravel(), bands).reshape(-1, *factor.shape)
        scene |= {NEEDED[band]: one for band, one in zip(bands, stored(ground * factor, air, bands, rng), strict=True)}
    scene["SCL"] = classify(held, number, (sky.coarse().cloud, average(shade, 2)), materials=materials, rng=rng)
    return scene


def relief_of(shape: tuple[int, int], seed: int) -> Image:
    """Return how bright the ground is beside others of its kind, of mean 0 and standard deviation 1."""
    rng = np.random.default_rng([seed])
    return RELIEF * rough(shape, RELIEF_PX, rng) + GRAIN * rng.standard_normal(shape, dtype=np.float32)


def stored(ground: Image, sky: Sky, bands: NDArray[np.integer], rng: np.random.Generator) -> NDArray[np.uint16]:
    """Return what files hold of bands of the ground: seen through the air and under clouds, as whole numbers."""
    cloud = CLOUD[bands][:, None, None] * sky.cloud
    seen = noisy(through_air(ground, sky, bands) * (1 - sky.cloud) + cloud, rng)
    whole: NDArray[np.uint16] = np.clip(np.rint(seen * 10_000), 1, 65_535).astype(np.uint16)
    return whole


def classify(
    held: Image, day: float, weather: tuple[Image, Image], *, materials: Materials, rng: np.random.Generator
) -> NDArray[np.uint16]:
    """Return scene classes: 3 shadow, 4 plants, 5 no plants, 6 water, 8 and 9 cloud; on some days white roofs are 8.

    Parameters
    ----------
    held
        Share of each kind of ground, shape (kinds, rows, columns) [1].
    weather
        Opacity of clouds and of their shadows [1].
    """
    seasons = materials.seasons
    green = materials.of("vegetation_fraction") & (seasons.green(day) > GREEN)
    white = materials.of("roof_fraction") & (seasons.ground[:, 0] > WHITE)
    plants, water, roofs = (held[chosen].sum(axis=0) for chosen in (green, materials.of("water_fraction"), white))
    cloud, shadow = weather
    is_mistaken = (roofs > MOST) & (rng.random(roofs.shape) < MISTAKEN_PIXELS) & (rng.random() < MISTAKEN_DAYS)
    classes = np.select(
        [cloud > THICK, cloud > THIN, shadow > DIM, is_mistaken, water > HALF, plants > HALF], [9, 8, 3, 8, 6, 4], 5
    )
    return classes.astype(np.uint16)
