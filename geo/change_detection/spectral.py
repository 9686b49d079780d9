"""What the light of one pixel says about its ground: certain at least, and likely.

Two kinds of answer stand apart. `certain_shares` gives the least share of a pixel that must be plants, water or
building; decisions rest on it. `likely_shares` splits what is left by likeness to named prototypes; it is shown and
decides nothing, because single-date spectra of soil, nets and roofs overlap.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from geo.model import CLASS_FRACTIONS

Image = NDArray[np.float32]
Bands = Mapping[str, Image]

NEEDED = ("B02", "B03", "B04", "B05", "B08", "B11", "B12")
"""Bands without which nothing is said about the ground."""

DARKEST = np.float32(0.002)
"""Reflectance is taken to be at least this before ratios are formed [1]."""

PROTOTYPES: tuple[tuple[str, tuple[float, ...]], ...] = (
    # order of bands:              B02   B03   B04   B05   B08   B11   B12
    ("roof_fraction", (0.280, 0.230, 0.160, 0.165, 0.240, 0.260, 0.220)),  # blue coated steel
    ("roof_fraction", (0.075, 0.090, 0.200, 0.230, 0.270, 0.290, 0.270)),  # red coated steel, clay tile
    ("roof_fraction", (0.480, 0.510, 0.520, 0.525, 0.540, 0.480, 0.430)),  # white
    ("roof_fraction", (0.250, 0.265, 0.270, 0.275, 0.290, 0.280, 0.250)),  # bare or grey steel
    ("paved_fraction", (0.180, 0.205, 0.225, 0.235, 0.255, 0.285, 0.265)),  # concrete
    ("paved_fraction", (0.085, 0.095, 0.105, 0.112, 0.125, 0.150, 0.140)),  # asphalt
    ("paved_fraction", (0.075, 0.088, 0.098, 0.112, 0.150, 0.165, 0.145)),  # streets and yards among trees
    ("bare_fraction", (0.070, 0.105, 0.170, 0.200, 0.250, 0.350, 0.300)),  # red earth
    ("bare_fraction", (0.130, 0.175, 0.235, 0.260, 0.310, 0.420, 0.370)),  # dry light earth, sand
    ("bare_fraction", (0.055, 0.075, 0.105, 0.125, 0.165, 0.230, 0.185)),  # wet earth
    ("net_fraction", (0.060, 0.088, 0.075, 0.095, 0.145, 0.165, 0.135)),  # green net
    ("net_fraction", (0.052, 0.056, 0.058, 0.063, 0.080, 0.105, 0.090)),  # black net
    ("vegetation_fraction", (0.030, 0.065, 0.038, 0.095, 0.400, 0.190, 0.090)),  # lush
    ("vegetation_fraction", (0.045, 0.078, 0.068, 0.115, 0.310, 0.240, 0.145)),  # half green
    ("vegetation_fraction", (0.070, 0.100, 0.120, 0.150, 0.235, 0.300, 0.215)),  # dry grass, stubble
    ("water_fraction", (0.050, 0.060, 0.042, 0.035, 0.022, 0.012, 0.008)),  # clear
    ("water_fraction", (0.075, 0.105, 0.090, 0.085, 0.055, 0.022, 0.016)),  # muddy
)
"""Plausible reflectance of kinds of ground, in the order of `NEEDED`; made up, not measured."""

SPREAD = np.array([0.22, 0.22, 0.22, 0.22, 0.22, 0.22, 0.45], dtype=np.float32)
"""How far a pixel may lie from its prototype: six logarithms of ratios, and brightness at last."""


def ramp(x: Image, low: float, high: float) -> Image:
    """Return 0 up to ``low``, 1 from ``high`` on and a straight line between; downwards if ``low`` > ``high``.

    Examples
    --------
    >>> ramp(np.array([0.1, 0.35, 0.9], dtype=np.float32), 0.2, 0.5).round(2).tolist()
    [0.0, 0.5, 1.0]
    """
    position: Image = np.clip((x - np.float32(low)) / np.float32(high - low), 0, 1)
    return position


def normalised_difference(a: Image, b: Image) -> Image:
    """Return (a - b) / (a + b), of bands no darker than `DARKEST`; between -1 and 1.

    Examples
    --------
    >>> normalised_difference(np.array([0.3]), np.array([0.1])).round(2).tolist()
    [0.5]
    """
    a, b = lifted(a), lifted(b)
    return (a - b) / (a + b)


def quotient(a: Image, b: Image) -> Image:
    """Return a / b, of bands no darker than `DARKEST`."""
    return lifted(a) / lifted(b)


def lifted(band: Image) -> Image:
    """Return a band with nothing darker than `DARKEST`."""
    bright: Image = np.maximum(band, DARKEST)
    return bright


def certain_shares(bands: Bands) -> dict[str, Image]:
    """Return the least share of each pixel that is plants, water, or building and nothing else.

    - Plants: strong NDVI only, since dust nets look like weak plants; with NIR well over red, since in shade a
      little green makes a high NDVI; and darker in SWIR than in NIR, as water in leaves makes them and green paint
      is not.
    - Water: green well over SWIR, dark in NIR and SWIR, not darker than shade in green.
    - Building: bluer than any soil while bright in SWIR (coated steel), or very bright and flat (white roofs). Most
      roofs and all yards are neither: soil and built ground overlap, and NDBI, which separates them no better than
      chance (AUC 0.61 on measured spectra), is not used.

    Parameters
    ----------
    bands
        Reflectance by band, with all of `NEEDED`, all of one shape [1].

    Returns
    -------
    dict of str to numpy.ndarray
        ``vegetation_fraction``, ``water_fraction`` and ``built_fraction``, adding up to at most 1; NaN where a band
        is.
    """
    blue, green, red, nir, swir = (bands[name] for name in ("B02", "B03", "B04", "B08", "B11"))
    ndvi = normalised_difference(nir, red)
    plants = np.minimum.reduce(
        [ramp(ndvi, 0.45, 0.75), ramp(nir - red, 0.10, 0.20), ramp(normalised_difference(nir, swir), 0.05, 0.20)]
    )
    wet = [ramp(normalised_difference(green, swir), 0.25, 0.50), ramp(nir, 0.12, 0.08), ramp(swir, 0.06, 0.03)]
    water = np.minimum.reduce([*wet, ramp(ndvi, 0.15, 0.0), ramp(green, 0.025, 0.04)])
    ratio = quotient(blue, red)
    steel = np.minimum.reduce([ramp(blue - red, 0.05, 0.10), ramp(ratio, 1.25, 1.50), ramp(swir, 0.08, 0.14)])
    no_ice = ramp(quotient(bands["B12"], swir), 0.75, 0.85)
    white = np.minimum.reduce([ramp(blue, 0.35, 0.45), ramp(ratio, 0.80, 0.90), ramp(swir, 0.20, 0.28), no_ice])
    built = np.maximum(steel, white) * (1 - plants) * (1 - water)
    return {"vegetation_fraction": plants, "water_fraction": water, "built_fraction": built}


def features(bands: Bands) -> Image:
    """Return what likeness is measured by, along a last axis of 7: logarithms of band ratios, and of brightness."""
    blue, green, red, edge, nir, swir, far = (np.log(lifted(bands[name])) for name in NEEDED)
    bright = (blue + green + red + nir) / 4
    return np.stack(
        [red - blue, green - (blue + red) / 2, edge - red, nir - edge, swir - nir, far - swir, bright], axis=-1
    )


def likely_shares(bands: Bands) -> dict[str, Image]:
    """Return how alike each pixel is to the six classes: shares that add up to 1.

    Weights fall with the squared distance to the `PROTOTYPES`, measured in `features` by their `SPREAD`.

    Parameters
    ----------
    bands
        See `certain_shares`.

    Returns
    -------
    dict of str to numpy.ndarray
        By the names of ``model.CLASS_FRACTIONS`` [1]; NaN where a band is.
    """
    seen = features(bands) / SPREAD
    table = np.array([spectrum for _, spectrum in PROTOTYPES], dtype=np.float32).T
    known = features(dict(zip(NEEDED, table, strict=True))) / SPREAD
    distance = np.stack([((seen - one) ** 2).sum(axis=-1) for one in known])
    weight = np.exp(-0.5 * (distance - distance.min(axis=0)))
    weight /= weight.sum(axis=0)
    shares = {name: np.zeros(weight.shape[1:], dtype=np.float32) for name in CLASS_FRACTIONS}
    for number, (name, _) in enumerate(PROTOTYPES):
        shares[name] += weight[number]
    return shares


def class_shares(certain: Mapping[str, Image], likely: Mapping[str, Image]) -> dict[str, Image]:
    """Return the best guess for each pixel: what is certain, and the rest split by likeness.

    Parameters
    ----------
    certain, likely
        From `certain_shares` and `likely_shares`.

    Returns
    -------
    dict of str to numpy.ndarray
        By the names of ``model.CLASS_FRACTIONS``, adding up to 1 [1].
    """
    rest = 1 - certain["vegetation_fraction"] - certain["water_fraction"] - certain["built_fraction"]
    shares = {name: rest * part for name, part in likely.items()}
    for name in ("vegetation_fraction", "water_fraction"):
        shares[name] = shares[name] + certain[name]
    shares["roof_fraction"] = shares["roof_fraction"] + certain["built_fraction"]
    return shares
