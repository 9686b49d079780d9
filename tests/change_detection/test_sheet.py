"""Boxes around parcels laid side by side: every pixel is there once, and nothing is lost."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from geo.change_detection.sheet import WIDTH_PX, lay_sheet, whole_sheet

SHAPE = 40, 50


@given(st.lists(st.tuples(st.integers(0, 39), st.integers(0, 49)), max_size=90), st.integers(0, 12))
def test_a_sheet_holds_each_parcels_pixels_and_no_box_lies_on_another(
    places: list[tuple[int, int]], around: int
) -> None:
    cover = np.zeros((len(places) + 1, SHAPE[0] * SHAPE[1]))
    for parcel, (row, column) in enumerate(places):
        cover[parcel, [row * 50 + column, min(row + 1, 39) * 50 + column]] = 0.5, 1
    image = np.random.default_rng(0).random(SHAPE)
    coverage = csr_array(cover)
    sheet = lay_sheet(coverage, SHAPE, around)
    np.testing.assert_allclose(sheet.coverage @ image.ravel()[sheet.places].ravel(), coverage @ image.ravel())
    assert len(sheet.boxes) == len(places)
    assert sum(sheet.is_box[box].size for box in sheet.boxes) == sheet.is_box.sum()
    assert sheet.is_box.shape[1] <= WIDTH_PX


def test_a_box_off_the_image_repeats_its_edge() -> None:
    cover = csr_array((np.ones(1), [0], [0, 1]), shape=(1, 6))
    assert lay_sheet(cover, (2, 3), 1).places.tolist() == [[0, 0, 1], [0, 0, 1], [3, 3, 4]]


def test_a_whole_image_is_a_sheet_of_one_box() -> None:
    sheet = whole_sheet((2, 3))
    assert sheet.places.tolist() == [[0, 1, 2], [3, 4, 5]]
    assert [sheet.places[box].shape for box in sheet.boxes] == [(2, 3)]
    assert sheet.coverage.shape == (0, 6)
