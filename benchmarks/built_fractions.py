"""How often do bounds of fractions fail? Simulated parcels in materials drawn from measured spectra.

Coated steel, nets and water are made up; the rest is the library's. The rules were set on made-up spectra, not on it.

``python benchmarks/built_fractions.py [SCENES]`` prints, by size of parcel, the share of parcels whose truth lies
outside each bound, the accusing error (developed land thought to be less than it is), and the error of the best guess.
"""

import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from scipy import ndimage
from shapely import affinity

from geo.change_detection.grid import Grid, coverage_matrix, pixel_counts
from geo.change_detection.mixtures import Library, draw_spectra, make_library
from geo.change_detection.observation import observe_scene
from geo.change_detection.simulate import Materials, paint_days, simulate_scene, true_fractions
from geo.change_detection.sites import Seasons
from geo.change_detection.weather import CLOUDY
from geo.ingest.spectra import read_spectra
from geo.model import Scene

CLASSES = {
    "roof": ("roof_fraction", 6),
    "paved": ("paved_fraction", 4),
    "bare": ("bare_fraction", 4),
    "net": ("net_fraction", 2),
    "green": ("vegetation_fraction", 4),
    "water": ("water_fraction", 2),
}
"""Classes of the library, what each counts as, and how many materials of it a county has."""
LEAST_GREEN = 0.5
"""Plants never cover less of their ground: dry fields are bare earth to every band [1]."""
CROWDED = 0.5
"""Share of parcels with other ground right at their border."""
SIDE_PX, PARCELS_A_SIDE = 300, 6
WEST, SOUTH = 500_000.0, 2_600_000.0
BACKGROUND = ("roof", "paved", "vegetation", "vegetation", "water", "bare")
BUILT_ON = ("roof", "roof", "paved", "bare", "net", "vegetation", "water")
GROUND = ("vegetation",) * 4 + ("bare", "bare", "net", "water", "paved")


def draw_materials(library: Library, rng: np.random.Generator) -> Materials:
    """Return the materials of one county, plants over bare ground."""
    classes = tuple(name for name, (_, count) in CLASSES.items() for _ in range(count))
    light, soil = draw_spectra(library, classes, rng), draw_spectra(library, ("bare",) * len(classes), rng)
    is_green, is_soil = (np.isin(classes, name) for name in ("green", "bare"))
    middle = np.where(is_green, rng.uniform(LEAST_GREEN, 1, len(classes)), 0)
    seasons = Seasons(
        ground=np.where(is_green[:, None], soil, light),
        plants=light,
        middle=middle,
        swing=np.where(is_green, rng.uniform(0, 1, len(classes)) * (middle - LEAST_GREEN), 0),
        phase=rng.uniform(0, 2 * np.pi, len(classes)),
        is_soil=is_green | is_soil,
    )
    return Materials({f"{name} {number}": CLASSES[name][0] for number, name in enumerate(classes)}, seasons)


def draw_county(rng: np.random.Generator, counts_as: Mapping[str, str]) -> tuple[gpd.GeoDataFrame, gpd.GeoSeries]:
    """Return what lies where, and parcels of 0.3 to 10 ha: some bare or green, some built on, in any surroundings."""
    side = SIDE_PX * 10.0
    rows: list[tuple[shapely.Geometry, str, int]] = []
    parcels = []

    def pick(classes: tuple[str, ...]) -> str:
        wanted = str(rng.choice(classes)) + "_fraction"
        return str(rng.choice([name for name, fraction in counts_as.items() if fraction == wanted]))

    for _ in range(120):
        x, y = WEST + rng.uniform(0, side), SOUTH + rng.uniform(0, side)
        rows.append((shapely.box(x, y, x + rng.uniform(30, 400), y + rng.uniform(30, 300)), pick(BACKGROUND), 0))
    step = side / PARCELS_A_SIDE
    for number in range(PARCELS_A_SIDE**2):
        x = WEST + (number % PARCELS_A_SIDE + 0.5) * step
        y = SOUTH + (number // PARCELS_A_SIDE + 0.5) * step
        shape = rng.uniform(0.5, 1)
        width = min(np.sqrt(np.exp(rng.uniform(np.log(3000), np.log(100_000))) / shape), step * 0.9)
        turn = rng.uniform(0, 90)
        parcel = affinity.rotate(shapely.box(*around(x, y, width, width * shape)), turn)
        parcels.append(parcel)
        if rng.random() < CROWDED:
            rows.append((affinity.scale(parcel, 1.6, 1.6), pick(("roof", "paved", "vegetation", "bare")), 1))
        rows.append((parcel, pick(GROUND), 2))
        for level in range(int(rng.integers(0, 6))):
            w, h = rng.uniform(0.1, 0.6) * width, rng.uniform(0.1, 0.5) * width * shape
            at = x + rng.uniform(-0.5, 0.5) * (width - w), y + rng.uniform(-0.5, 0.5) * (width * shape - h)
            block = affinity.rotate(shapely.box(*around(*at, w, h)), turn, origin=(x, y))
            rows.append((block.intersection(parcel), pick(BUILT_ON), 3 + level))
    ground = gpd.GeoDataFrame(rows, columns=["geometry", "surface", "level"], geometry="geometry", crs=32650)
    return ground.assign(from_on=pd.NaT, to_on=pd.NaT), gpd.GeoSeries(parcels, crs=32650)


def around(x: float, y: float, width: float, height: float) -> tuple[float, float, float, float]:
    """Return the bounds of a box about a point."""
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def doubled(coarse: NDArray[np.uint16], shape: tuple[int, int], order: int) -> NDArray[np.float32]:
    """Return a 20 m band on the 10 m grid."""
    at = np.meshgrid(*((np.arange(size) + 0.5) / 2 - 0.5 for size in shape), indexing="ij")
    fine: NDArray[np.float32] = ndimage.map_coordinates(coarse.astype(np.float32), at, order=order, mode="nearest")
    return fine


def observe_county(library: Library, seed: int, *, has_clouds: bool) -> pd.DataFrame:
    """Return what one scene of one random county says of its parcels, beside what is true."""
    rng = np.random.default_rng([seed, 2])
    materials = draw_materials(library, rng)
    kinds = materials.counts_as
    ground, parcels = draw_county(rng, kinds)
    day = date(2025, 1, 1) + timedelta(days=int(rng.integers(0, 365)))
    grid = Grid(CRS(32650).to_wkt(), (10.0, 0.0, WEST, 0.0, -10.0, SOUTH + SIDE_PX * 10.0), (SIDE_PX, SIDE_PX))
    field = next(name for name, fraction in kinds.items() if fraction == "vegetation_fraction")
    painted = next(paint_days(ground, grid, [day], kinds=kinds, ground=field))
    scene_of = simulate_scene(painted, day, materials, seed=seed, cloudy=CLOUDY * has_clouds)
    stored = {
        band: array.astype(np.float32) if array.shape == grid.shape else doubled(array, grid.shape, band != "SCL")
        for band, array in scene_of.items()
    }
    scene = Scene(f"{seed}", datetime(day.year, day.month, day.day, tzinfo=UTC), "L2A", ())
    pixels = pd.Series(pixel_counts(parcels, grid), index=[f"{seed}-{number}" for number in range(len(parcels))])
    rows = observe_scene(scene, stored, grid=grid, coverage=coverage_matrix(parcels, grid), pixels=pixels)
    truth = true_fractions(parcels, grid, painted, counts_as=kinds).add_prefix("true_").reset_index(drop=True)
    return pd.concat([rows, truth.assign(area_ha=parcels.area / 10_000, day=day)], axis=1)


def score(rows: pd.DataFrame) -> pd.Series:
    """Return error rates of the bounds, and the error of the best guess, over rows with fractions."""
    built = rows["true_roof_fraction"] + rows["true_paved_fraction"]
    developed = 1 - rows["true_vegetation_fraction"] - rows["true_water_fraction"]
    most = 1 - rows["vegetation_fraction_low"] - rows["water_fraction_low"]
    near = 1e-6
    return pd.Series(
        {
            "parcels": len(rows),
            "built over its high bound": (built > rows["built_fraction_high"] + near).mean(),
            "built under its low bound": (built < rows["built_fraction_low"] - near).mean(),
            "water under its low bound": (rows["true_water_fraction"] < rows["water_fraction_low"] - near).mean(),
            "plants under their low bound": (
                rows["true_vegetation_fraction"] < rows["vegetation_fraction_low"] - near
            ).mean(),
            "accusing: developed over the bound": (developed > most + near).mean(),
            "accusing: one third or more, called below": ((developed >= 1 / 3) & (most < 1 / 3)).mean(),
            "called below one third, of those below": (most < 1 / 3).sum() / max((developed < 1 / 3).sum(), 1),
            "mean slack of the bound": (most - developed).mean(),
            "built_fraction, mean absolute error": (rows["built_fraction"] - built).abs().mean(),
            "built_fraction, bias": (rows["built_fraction"] - built).mean(),
        }
    )


def measure(seeds: range, *, has_clouds: bool = False) -> pd.DataFrame:
    """Return observations and truths of many random counties, where fractions are given."""
    library = make_library(read_spectra())
    rows = pd.concat([observe_county(library, seed, has_clouds=has_clouds) for seed in seeds], ignore_index=True)
    return rows[rows["reason"] == ""]


def main() -> None:
    """Print the table."""
    scenes = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    rows = pd.concat([measure(range(scenes)), measure(range(scenes, 2 * scenes), has_clouds=True)])
    sizes = pd.cut(rows["area_ha"], [0, 0.5, 2, 5, 11], labels=["under 0.5 ha", "0.5-2", "2-5", "over 5"])
    table = pd.DataFrame({name: score(group) for name, group in rows.groupby(sizes, observed=True)})
    with pd.option_context("display.width", 160, "display.float_format", "{:.4f}".format):
        print(table.assign(all=score(rows)).to_string())


if __name__ == "__main__":
    main()
