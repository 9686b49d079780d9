"""Bounds that what is known of a county's parcels draws out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.change_detection.bounds import BAND, LIMITS
from geo.change_detection.local import Margins, Truths, drawn_out, local_margins, margin

SHARES = st.floats(0, 1)
PARCELS = st.lists(st.tuples(SHARES, SHARES, SHARES, SHARES), max_size=40)


def county(rows: list[tuple[float, float, float, float]]) -> tuple[Truths, np.ndarray, np.ndarray]:
    """Truths and bands of parcels, each between two of its numbers."""
    numbers = np.array(rows, dtype=float).reshape(-1, 4)
    known, band = np.sort(numbers[:, :2], axis=1), np.sort(numbers[:, 2:], axis=1)
    return Truths(known[:, 0], known[:, 1]), band[:, 0], band[:, 1]


def counts(beyond: np.ndarray) -> tuple[int, int]:
    """How many truths could lie beyond, and do."""
    return int(np.isfinite(beyond).sum()), int((beyond > 1e-9).sum())


@given(PARCELS)
def test_a_bound_only_ever_becomes_wider(rows: list[tuple[float, float, float, float]]) -> None:
    truths, low, high = county(rows)
    found = drawn_out({"band_low": low, "band_high": high}, local_margins(truths, low, high))
    assert (found["band_low"] <= low).all()
    assert (found["band_high"] >= high).all()
    assert (found["band_low"] >= 0).all()
    assert (found["band_high"] <= 1).all()


@given(PARCELS)
def test_drawn_out_bounds_keep_their_promise_for_the_known_parcels_and_others_are_as_they_were(
    rows: list[tuple[float, float, float, float]],
) -> None:
    truths, low, high = county(rows)
    margins = local_margins(truths, low, high)
    before, after = truths.beyond(low, high), truths.beyond(low - margins.low, high + margins.high)
    for one, then, drawn in zip(before, after, (margins.low, margins.high), strict=True):
        tried, passed = counts(then)
        if drawn > 0:
            assert passed <= BAND * tried < counts(one)[1]
        else:
            assert passed == counts(one)[1]


@given(PARCELS)
def test_order_does_not_matter_nor_parcels_of_which_nothing_is_known_or_seen(
    rows: list[tuple[float, float, float, float]],
) -> None:
    truths, low, high = county(rows)
    unknown, order = np.full(5, np.nan), np.random.default_rng(len(rows)).permutation(len(rows) + 10)
    more = Truths(*(np.r_[side, unknown, np.full(5, 0.3)][order] for side in (truths.low, truths.high)))
    bands = (np.r_[band, np.full(5, 0.5), unknown][order] for band in (low, high))
    assert local_margins(more, *bands) == local_margins(truths, low, high)


def test_a_few_truths_beyond_their_bands_are_no_evidence() -> None:
    for tried, passed in ((1, 1), (4, 1), (10, 1), (17, 2), (30, 2), (100, 7)):
        assert margin(np.r_[np.full(passed, 0.4), np.full(tried - passed, -0.1)]) == 0


def test_more_than_chance_brings_are() -> None:
    # one in twenty may stay beyond: none of 2 or 10, the farthest of 30, the five farthest of 100
    for tried, passed, stay in ((2, 2, 0), (10, 2, 0), (30, 3, 1), (100, 8, 5)):
        beyond = np.r_[np.linspace(0.1, 0.4, passed), np.full(tried - passed, -0.1)]
        assert margin(beyond) == sorted(beyond)[-1 - stay]


def test_each_side_is_drawn_out_by_what_lies_beyond_it() -> None:
    truths = Truths(np.r_[np.full(3, 0.5), np.full(7, 0.2)], np.r_[np.full(3, 0.6), np.full(7, 0.3)])
    band_low, band_high = np.full(10, 0.1), np.full(10, 0.35)
    margins = local_margins(truths, band_low, band_high)
    assert (margins.low, margins.high) == (0, pytest.approx(0.15))
    found = {"built_fraction": band_low, "built_fraction_low": band_low, "built_fraction_high": band_high}
    wide = drawn_out(found, margins)
    assert wide["built_fraction"] is band_low
    np.testing.assert_allclose(wide["built_fraction_low"], band_low)
    np.testing.assert_allclose(wide["built_fraction_high"], 0.5)


def test_parcels_that_could_not_lie_beyond_any_bound_do_not_hide_those_that_do() -> None:
    low = np.r_[np.full(3, 0.5), np.full(200, LIMITS[0])]
    truths = Truths(low, np.ones(len(low)))
    margins = local_margins(truths, np.zeros(len(low)), np.full(len(low), 0.25))
    assert margins == Margins(0.0, 0.25)


def test_where_nothing_is_known_nothing_changes() -> None:
    assert local_margins(Truths(np.full(3, np.nan), np.full(3, np.nan)), np.zeros(3), np.ones(3)) == Margins(0.0, 0.0)
    assert margin(np.empty(0)) == 0


def test_what_is_not_known_stays_unknown() -> None:
    wide = drawn_out({"band_low": np.array([np.nan]), "band_high": np.array([np.nan])}, Margins(0.1, 0.1))
    assert np.isnan(wide["band_low"]).all()
    assert np.isnan(wide["band_high"]).all()
