"""One row a parcel in one satellite pass: how much of it was clear, what covers it, or why that is not said."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from geo.change_detection.clear import clear_mask, light_bands, seen_pixels
from geo.change_detection.fraction import REACH_PX, least_share, mean_share
from geo.change_detection.grid import Grid
from geo.change_detection.reflectance import reflectance
from geo.change_detection.sheet import lay_sheet
from geo.change_detection.spectral import NEEDED, certain_shares, class_shares, likely_shares
from geo.errors import SchemaError
from geo.model import CLASS_FRACTIONS, OBSERVATION_COLUMNS, Scene

Image = NDArray[np.float32]
Values = NDArray[np.float64]

MIN_FULL_PIXELS = 8
"""A parcel with fewer pixels wholly inside is too small for its fractions (Vajsova 2020, doi:10.3390/rs12142195)."""
MIN_CLEAR = 0.6
"""A parcel of which less is clear gives no fractions: the part that is seen need not be like the rest."""
FULL = 1 - 1e-6
NUMBERS = OBSERVATION_COLUMNS[OBSERVATION_COLUMNS.index(CLASS_FRACTIONS[0]) : -1]
"""The fractions among the columns of an observation."""


def scene_reason(scene: Scene, stored: Mapping[str, Image]) -> str:
    """Return why a scene gives no fractions at all, or an empty text.

    ``toa``: top of atmosphere (L1C), where haze alters every spectrum. ``level_unknown``: the files do not say that
    it is surface reflectance, so it is taken to be top of atmosphere. ``no_band``: a band that the rules need is
    missing. ``no_scl``: clouds cannot be told, and a cloud looks like a white roof. ``offset_unknown``: stored
    numbers cannot be turned into reflectance.
    """
    if scene.level != "L2A":
        return "toa" if scene.level == "L1C" else "level_unknown"
    if any(band not in stored for band in NEEDED):
        return "no_band"
    if "SCL" not in stored:
        return "no_scl"
    return "" if np.isfinite(scene.scale) and np.isfinite(scene.offset) else "offset_unknown"


def observe_scene(
    scene: Scene, stored: Mapping[str, Image], *, grid: Grid, coverage: csr_array, pixels: pd.Series
) -> pd.DataFrame:
    """Return what a scene says of each parcel.

    Parameters
    ----------
    scene
        Gives level, scale and offset.
    stored
        Stored numbers by band, all on the grid, NaN where there are none; from ``ingest.reader.read_scene``.
    coverage
        Parcels by pixels of that grid, from `grid.coverage_matrix`.
    pixels
        Size of each parcel, on the image or off it, indexed by ``parcel_id``, in the order of the matrix [pixels];
        from `grid.pixel_counts`.

    Returns
    -------
    pandas.DataFrame
        Columns ``model.OBSERVATION_COLUMNS``. ``clear_fraction`` is the clear share of the whole parcel. Class
        fractions are of its clear part and add up to 1. ``vegetation_fraction_low``, ``water_fraction_low`` and the
        bounds of ``built_fraction`` are of the whole parcel, whatever its hidden part holds: built_fraction_high =
        1 - vegetation_fraction_low - water_fraction_low. Where ``reason`` is not empty all fractions but
        ``clear_fraction`` are NaN: ``outside`` (under 0.6 of the parcel on the image), ``cloudy`` (under 0.6 clear),
        ``too_small`` (under 8 full pixels), or one of `scene_reason`.

    Raises
    ------
    SchemaError
        If the parcels are not those of the matrix.
    """
    return observe_clear(scene, stored, clear_mask(stored, grid), coverage=coverage, pixels=pixels)


def observe_clear(
    scene: Scene, stored: Mapping[str, Image], clear: NDArray[np.bool_], *, coverage: csr_array, pixels: pd.Series
) -> pd.DataFrame:
    """Return what a scene says of each parcel, given which pixels can be used; see `observe_scene`."""
    if coverage.shape != (len(pixels), clear.size):
        raise SchemaError("observe.not_the_matrix", found=coverage.shape, wanted=(len(pixels), *clear.shape))
    size = pixels.to_numpy(dtype=np.float64)
    rows = pd.DataFrame({"parcel_id": pixels.index, "scene_id": scene.scene_id, "acquired_at": scene.acquired_at})
    rows = rows.reindex(columns=list(OBSERVATION_COLUMNS))
    rows[list(NUMBERS)] = np.nan
    rows["clear_fraction"] = whole_share(clear, coverage, size)
    on_image = whole_share(seen_pixels(light_bands(stored).values()), coverage, size)
    for_all = scene_reason(scene, stored)
    is_small = (coverage >= FULL).sum(axis=1) < MIN_FULL_PIXELS
    rows["reason"] = np.select(
        [on_image < MIN_CLEAR, np.full(len(rows), for_all != ""), is_small, rows["clear_fraction"] < MIN_CLEAR],
        ["outside", for_all, "too_small", "cloudy"],
        "",
    )
    chosen = (rows["reason"] == "").to_numpy()
    if chosen.any():
        sheet = lay_sheet(coverage[chosen], clear.shape, REACH_PX)
        around = {band: array.ravel()[sheet.places] for band, array in stored.items()}
        values = fractions(reflectance(around, scene), clear.ravel()[sheet.places], sheet.coverage, size[chosen])
        rows.loc[chosen, list(NUMBERS)] = values.to_numpy()
    return rows


def whole_share(there: NDArray[np.bool_], coverage: csr_array, pixels: Values) -> Values:
    """Return which share of each whole parcel a mask holds true; what is off the image counts as not."""
    share: Values = np.minimum(coverage @ there.ravel().astype(np.float64) / pixels, 1)
    return share


def fractions(
    light: Mapping[str, Image], clear: NDArray[np.bool_], coverage: csr_array, pixels: Values
) -> pd.DataFrame:
    """Return fractions and bounds of parcels that are large and clear enough.

    Parameters
    ----------
    light
        Surface reflectance by band [1].
    clear
        Where it can be used.
    coverage, pixels
        Parcels by pixels, and their sizes [pixels].

    Returns
    -------
    pandas.DataFrame
        Columns `NUMBERS` [1]. ``built_fraction`` is roof and paved of the clear part, kept within its bounds.
    """
    touched = np.unique(coverage.indices)
    local = {band: array.ravel()[touched] for band, array in light.items()}
    shares = class_shares(certain_shares(local), likely_shares(local))
    inside, usable = coverage[:, touched], clear.ravel()[touched]
    values = pd.DataFrame({name: mean_share(shares[name], usable, inside) for name in CLASS_FRACTIONS})
    for name, share in certain_shares(light).items():
        values[f"{name}_low"] = least_share(share, clear, coverage, pixels)
    high = 1 - values["vegetation_fraction_low"] - values["water_fraction_low"]
    values["built_fraction_high"] = high
    built = values["roof_fraction"] + values["paved_fraction"]
    values["built_fraction"] = np.clip(built, values["built_fraction_low"], high)
    return values[list(NUMBERS)]
