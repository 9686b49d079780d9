"""Spectra of the kinds of ground that lie on industrial land, and how they are drawn for made-up sites."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from geo.change_detection.spectral import PROTOTYPES

Values = NDArray[np.float64]
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
CLASSES = ("roof", "paved", "bare", "npv", "green", "net", "water")
BUILT = ("roof", "paved")
OFTEN: Mapping[str, Mapping[str, float]] = {
    "roof": {
        "coloured_steel": 3,
        "metal": 2,
        "paint": 2,
        "tile": 1,
        "concrete_tile": 1,
        "comp_shingle": 1,
        "wood_shingle": 0.5,
        "gravel": 0.5,
    },
    "paved": {"road": 2, "parking_lot": 2, "asphalt": 2, "sidewalk": 2, "driveway": 1, "bridge": 1},
}
"""How often roofs and pavements of industrial land are of each material: coated and bare metal first, concrete and
asphalt; our guess, no census. Materials that stand in neither are left out: nobody says what they are."""
FOLDS = (
    frozenset({"coloured_steel", "wood_shingle", "sidewalk"}),
    frozenset({"paint", "gravel", "parking_lot", "driveway"}),
    frozenset({"metal", "comp_shingle", "asphalt", "bridge"}),
    frozenset({"tile", "concrete_tile", "road"}),
)
"""Built materials that are left out together, so that errors are known on roofs and yards never seen."""
STEELS, STEEL_TINT = 48, 0.1
"""So many sheets of coated steel are made up, and how their bands differ, as a standard deviation of logarithms."""
SHADE, TINT = 0.15, 0.03
"""How brightness and single bands of one drawn spectrum differ from the library's, likewise."""
HAZE = np.array([1.6, 1.2, 1.0, 0.9, 0.7, 0.3, 0.2])
"""How haze falls with wavelength, in the order of ``NEEDED``."""
WET = np.array([0.6, 0.6, 0.6, 0.6, 0.65, 0.8, 0.9])
"""Wet soil is darker by the exponential of this times its wetness, most in SWIR."""


@dataclass(frozen=True, slots=True)
class Spectra:
    """A spectral library: group and material of each row, reflectance (rows, wavelengths) [1], wavelengths [nm]."""

    group: Text
    material: Text
    reflectance: Values
    wavelengths: Values


@dataclass(frozen=True, eq=False)
class Library:
    """Spectra in the bands `NEEDED`, by class.

    Attributes
    ----------
    light
        By the names of `CLASSES`, shape (spectra, 7) [1].
    materials
        The material of each of them, by class.
    """

    light: Mapping[str, Values]
    materials: Mapping[str, Text]

    @cached_property
    def often(self) -> Mapping[str, Values]:
        """How likely each spectrum is drawn, by class, shape (spectra,) [1].

        Materials of roofs and pavements are as frequent as `OFTEN` says; of other classes each spectrum is.
        """
        found = {}
        for name, materials in self.materials.items():
            weight = np.ones(len(materials))
            if name in OFTEN:
                sort, at, count = np.unique(materials, return_inverse=True, return_counts=True)
                weight = (np.array([OFTEN[name].get(one, 1.0) for one in sort]) / count)[at]
            found[name] = weight / weight.sum()
        return found

    @cached_property
    def up_to(self) -> Mapping[str, Values]:
        """How likely each spectrum or one before it is drawn, by class, shape (spectra,) [1]."""
        sums = {name: np.cumsum(part) for name, part in self.often.items()}
        return {name: one / one[-1] for name, one in sums.items()}

    def built_of(self, materials: frozenset[str], *, left_out: bool) -> "Library":
        """Return the library with only some built materials, or without them."""
        return self.part({name: np.isin(self.materials[name], sorted(materials)) != left_out for name in BUILT})

    def of_built(self, other: "Library") -> "Library":
        """Return the library with the built materials of another one."""
        light = {name: (other if name in BUILT else self).light[name] for name in CLASSES}
        return Library(light, {name: (other if name in BUILT else self).materials[name] for name in CLASSES})

    def has_any(self, materials: frozenset[str]) -> bool:
        """Return whether roofs and pavements of some of the materials are in the library."""
        return all(np.isin(self.materials[name], sorted(materials)).any() for name in BUILT)

    def share(self, number: int, of: int = 2) -> "Library":
        """Return every second spectrum of each material, or every other so many, from the numbered one on."""
        return self.part({name: every(number, of, materials) for name, materials in self.materials.items()})

    def part(self, kept: Mapping[str, NDArray[np.bool_]]) -> "Library":
        """Return some spectra of some classes, and all of the others."""
        light = {name: rows[kept[name]] if name in kept else rows for name, rows in self.light.items()}
        materials = {name: rows[kept[name]] if name in kept else rows for name, rows in self.materials.items()}
        return Library(light, materials)


def every(number: int, of: int, materials: Text) -> NDArray[np.bool_]:
    """Return which are the numbered one of each material and every so many after it.

    Examples
    --------
    >>> every(1, 2, np.array(["tile", "road", "tile", "tile", "tile"], dtype=object)).tolist()
    [False, False, True, False, True]
    """
    kept = np.zeros(len(materials), dtype=bool)
    for material in np.unique(materials):
        kept[np.flatnonzero(materials == material)[number::of]] = True
    return kept


def to_bands(reflectance: Values, wavelengths: Values) -> Values:
    """Return spectra as the bands `NEEDED` see them, shape (spectra, 7).

    Examples
    --------
    >>> to_bands(np.full((1, 250), 0.3), np.arange(400.0, 2900.0, 10.0)).round(6).tolist()
    [[0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3]]
    """
    weight = np.array(
        [np.exp(-0.5 * ((wavelengths - middle) / (width / TO_SIGMA)) ** 2) for middle, width in BAND_NM.values()]
    )
    seen: Values = reflectance @ (weight / weight.sum(axis=1, keepdims=True)).T
    return seen


def make_library(spectra: Spectra) -> Library:
    """Return a library for made-up sites; nets, water and coated steel are made up by us, after `spectral`."""
    seen = to_bands(spectra.reflectance, spectra.wavelengths)
    light, materials = {}, {}
    for name, group in (("bare", "bare"), ("npv", "npv"), ("green", "vegetation")):
        chosen = spectra.group == group
        light[name], materials[name] = seen[chosen], spectra.material[chosen]
    for name in BUILT:
        chosen = (spectra.group == "built") & np.isin(spectra.material, list(OFTEN[name]))
        light[name], materials[name] = seen[chosen], spectra.material[chosen]
    rng = np.random.default_rng(0)
    for name, sort, tint in (("roof", "coloured_steel", STEEL_TINT), ("net", "net", TINT), ("water", "water", TINT)):
        own = np.array([one for kind, one in PROTOTYPES if kind == f"{name}_fraction"])
        own = np.repeat(own, [5, 1], axis=0) if name == "net" else own  # most nets are green
        own = np.repeat(own, STEELS // len(own), axis=0)  # one colour after the other: every share has some of each
        made = own * np.exp(rng.normal(0, tint, own.shape))
        light[name] = np.concatenate([light[name], made]) if name in light else made
        named = np.full(STEELS, sort, dtype=object)
        materials[name] = np.concatenate([materials[name], named]) if name in materials else named
    return Library({name: light[name] for name in CLASSES}, {name: materials[name] for name in CLASSES})


def draw_spectra(library: Library, classes: tuple[str, ...], rng: np.random.Generator) -> Values:
    """Return one spectrum for each class named, shape (classes, 7), each with its own brightness and tint."""
    drawn = zip(classes, rng.random(len(classes)), strict=True)
    found = np.stack([library.light[name][np.searchsorted(library.up_to[name], at, "right")] for name, at in drawn])
    shade = rng.normal(0, SHADE, (len(classes), 1)) + rng.normal(0, TINT, found.shape)
    light: Values = np.clip(found * np.exp(shade), 0.003, 0.95)
    return light
