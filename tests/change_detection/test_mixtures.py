"""Mixed ground made from spectra."""

from collections.abc import Callable

import numpy as np

from geo.change_detection.mixtures import (
    CLASSES,
    DATES,
    Library,
    Spectra,
    draw_shares,
    draw_slots,
    draw_year,
    features,
    make_library,
    median,
    to_bands,
)

WAVELENGTHS = np.arange(400.0, 2460.0, 10.0)


def test_a_band_sees_the_light_at_its_own_wavelength() -> None:
    slope = (WAVELENGTHS / 2500)[None]
    assert np.allclose(to_bands(slope, WAVELENGTHS)[0] * 2500, [492, 560, 665, 704, 833, 1614, 2201], atol=2)


def test_a_library_sorts_spectra_by_class_and_leaves_out_what_nobody_names() -> None:
    group = np.array(["built", "built", "bare", "npv", "vegetation", "burned"], dtype=object)
    material = np.array(["metal", "other", "soil", "litter", "canopy", "char"], dtype=object)
    spectra = Spectra(group, material, np.full((6, len(WAVELENGTHS)), 0.2), WAVELENGTHS)
    library = make_library(spectra)
    assert set(library.light) == set(CLASSES)
    assert [len(library.light[name]) for name in ("bare", "npv", "green")] == [1, 1, 1]
    assert set(library.built_materials) == {"metal", "coloured_steel"}


def test_materials_are_chosen_or_left_out(small_library: Callable[..., Library]) -> None:
    library = small_library()
    tile = frozenset({"tile"})
    assert set(library.built_of(tile, left_out=False).built_materials) == {"tile"}
    assert set(library.built_of(tile, left_out=True).built_materials) == {"steel"}
    assert len(library.built_of(tile, left_out=True).light["built"]) == (library.built_materials == "steel").sum()


def test_rare_materials_are_drawn_more_often_than_their_spectra(small_library: Callable[..., Library]) -> None:
    library = small_library(steel=100, tile=4)
    drawn = draw_slots(library, np.zeros(4_000), np.random.default_rng(0))
    is_tile = drawn[:, 2] / drawn[:, 0] > 1.5
    assert abs(is_tile.mean() - 2 / 12) < 0.03  # sqrt(4) of sqrt(4) + sqrt(100)


def test_shares_of_a_pixel_add_up_to_one() -> None:
    shares = draw_shares(2_000, np.random.default_rng(1))
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    assert abs((shares[:, 0] == 1).mean() - 0.4) < 0.05


def test_roofs_stay_while_plants_come_and_go(small_library: Callable[..., Library]) -> None:
    library, rng = small_library(), np.random.default_rng(2)
    slots = np.repeat([[0.0], [3.0]], 300, axis=0)
    stack = draw_year(slots, draw_slots(library, slots, rng), np.ones((600, 1)), library, rng)
    assert stack.shape == (DATES, 7, 600)
    assert np.isfinite(stack).all(axis=1).any(axis=0).all()
    swing = np.nanstd(stack[:, 4], axis=0) / np.nanmean(stack[:, 4], axis=0)
    assert np.median(swing[300:]) > 1.5 * np.median(swing[:300])


def test_features_do_not_see_dates_that_are_not_clear() -> None:
    stack = np.random.default_rng(3).uniform(0.05, 0.4, (5, 7, 4)).astype(np.float32)
    gappy = np.concatenate([stack, np.full((3, 7, 4), np.nan, dtype=np.float32)])
    np.testing.assert_array_equal(features(gappy), features(stack))
    gappy[:, :, 1] = np.nan
    assert np.isnan(features(gappy)[1]).all()
    assert np.isfinite(features(gappy)[0]).all()


def test_a_median_counts_what_is_known() -> None:
    values = np.array([[1.0, np.nan, np.nan], [3.0, 2.0, np.nan], [np.nan, 9.0, np.nan], [8.0, 4.0, np.nan]])
    np.testing.assert_array_equal(median(values), [3.0, 4.0, np.nan])
    np.testing.assert_array_equal(median(values[:2, :1]), [2.0])
