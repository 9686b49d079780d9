"""Spectra of kinds of ground."""

import numpy as np

from geo.change_detection.mixtures import (
    BUILT,
    CLASSES,
    FOLDS,
    OFTEN,
    Library,
    Spectra,
    draw_spectra,
    make_library,
    to_bands,
)
from geo.change_detection.spectral import PROTOTYPES

WAVELENGTHS = np.arange(400.0, 2460.0, 10.0)


def test_a_band_sees_the_light_at_its_own_wavelength() -> None:
    slope = (WAVELENGTHS / 2500)[None]
    assert np.allclose(to_bands(slope, WAVELENGTHS)[0] * 2500, [492, 560, 665, 704, 833, 1614, 2201], atol=2)


def test_a_library_sorts_spectra_by_class_and_leaves_out_what_nobody_names() -> None:
    group = np.array(["built", "built", "built", "bare", "npv", "vegetation", "burned"], dtype=object)
    material = np.array(["metal", "road", "other", "soil", "litter", "canopy", "char"], dtype=object)
    library = make_library(Spectra(group, material, np.full((7, len(WAVELENGTHS)), 0.2), WAVELENGTHS))
    assert tuple(library.light) == CLASSES
    assert [len(library.light[name]) for name in ("bare", "npv", "green", "paved")] == [1, 1, 1, 1]
    assert set(library.materials["roof"]) == {"metal", "coloured_steel"}
    assert {name: len(rows) for name, rows in library.light.items()} == {
        name: len(rows) for name, rows in library.materials.items()
    }


def test_materials_are_chosen_or_left_out(small_library: Library) -> None:
    tile = frozenset({"tile"})
    assert set(small_library.built_of(tile, left_out=True).materials["roof"]) == {"coloured_steel"}
    only = small_library.built_of(tile | {"road"}, left_out=False)
    assert set(only.materials["roof"]) == {"tile"}
    assert set(only.materials["paved"]) == {"road"}
    assert len(only.light["bare"]) == len(small_library.light["bare"])


def test_halves_share_no_spectrum_and_hold_every_material(small_library: Library) -> None:
    one, other = small_library.share(0), small_library.share(1)
    for name in CLASSES:
        assert not {tuple(row) for row in one.light[name]} & {tuple(row) for row in other.light[name]}
        assert set(one.materials[name]) == set(other.materials[name]) == set(small_library.materials[name])


def test_every_share_holds_made_up_roofs_nets_and_waters_of_each_colour() -> None:
    names = np.array(["none"], dtype=object)
    library = make_library(Spectra(names, names, np.full((1, len(WAVELENGTHS)), 0.2), WAVELENGTHS))
    for name in ("roof", "net", "water"):
        colours = np.log([spectrum for kind, spectrum in PROTOTYPES if kind == f"{name}_fraction"])
        for number in range(8):
            lights = np.log(library.share(number, 8).light[name])
            nearest = np.abs(lights[:, None] - colours).sum(axis=2).argmin(axis=1)
            assert set(nearest) == set(range(len(colours))), name


def test_built_materials_are_taken_from_another_library(small_library: Library) -> None:
    one, other = small_library.share(0), small_library.share(1)
    mixed = one.of_built(other)
    for name in CLASSES:
        np.testing.assert_array_equal(mixed.light[name], (other if name in BUILT else one).light[name])
        assert len(mixed.materials[name]) == len(mixed.light[name])


def test_roofs_are_drawn_as_often_as_is_said_however_many_spectra_there_are(small_library: Library) -> None:
    few = small_library.part({"roof": np.r_[np.ones(8, bool), True, np.zeros(7, bool)]})
    drawn = draw_spectra(few, ("roof",) * 2_000, np.random.default_rng(0))
    is_tile = drawn[:, 2] > drawn[:, 0]
    steel, tile = OFTEN["roof"]["coloured_steel"], OFTEN["roof"]["tile"]
    assert abs(is_tile.mean() - tile / (steel + tile)) < 0.04


def test_every_material_stands_in_one_fold_and_every_fold_has_roofs_and_yards() -> None:
    named = [material for fold in FOLDS for material in fold]
    assert sorted(named) == sorted({**OFTEN["roof"], **OFTEN["paved"]})
    assert all(fold & set(OFTEN[name]) for fold in FOLDS for name in OFTEN)
