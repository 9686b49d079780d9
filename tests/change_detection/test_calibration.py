"""Learning from made-up sites, small."""

import numpy as np
import pytest

from geo.change_detection import calibration
from geo.change_detection.calibration import attempt, draw_days, draw_example
from geo.change_detection.mixtures import Library
from geo.change_detection.monthly import Learnt
from geo.change_detection.schedule import draw_site


def test_parcels_of_known_materials_are_found_built_as_they_are(small_library: Library, small_learnt: Learnt) -> None:
    rng = np.random.default_rng(8)
    found = [
        attempt(small_learnt.regression, draw_example(rng, pixels=2_000, area_ha=3), small_library, rng)[:2]
        for _ in range(12)
    ]
    value, truth = np.array(found).T
    assert np.abs(value - truth).mean() < 0.12
    assert np.corrcoef(value, truth)[0, 1] > 0.85


def test_parcels_in_unseen_materials_count_for_less_than_those_in_known_ones(small_learnt: Learnt) -> None:
    # of the four folds the small library has roofs and pavements of two
    assert (small_learnt.calibration.weight == 1).sum() == 60
    assert (small_learnt.calibration.weight == calibration.UNSEEN_COUNTS).sum() == 60 * calibration.UNSEEN
    assert len(small_learnt.calibration.score) == len(small_learnt.calibration.estimate) == 84
    assert (small_learnt.calibration.coefficients >= 0).all()


def test_earlier_looks_are_from_before_works_and_late_ones_from_the_last_year() -> None:
    rng = np.random.default_rng(2)
    found = [(site, *draw_days(site, rng)) for site in (draw_site(rng, area_m2=2e4, fine_m=5.0) for _ in range(40))]
    assert all(-365 <= late.min() <= late.max() <= 0 for _, _, late in found if len(late))
    assert 0 < np.mean([len(early) == 0 for _, early, _ in found]) < 0.5
    assert all(site.built_share(day) == 0 for site, early, _ in found for day in early)


def test_a_few_pixels_teach_and_all_of_them_are_tried() -> None:
    few, all_of_them = (draw_example(np.random.default_rng(4), pixels=count, area_ha=1) for count in (20, 2_000))
    assert len(few.built) == few.coverage.shape[1] == few.weights.shape[1] == 20
    assert all_of_them.coverage.sum() == pytest.approx(100, rel=0.03)
    assert few.truth == all_of_them.truth
    inner = all_of_them.coverage.toarray()[0] > 0.99
    assert all_of_them.built[inner].mean() == pytest.approx(all_of_them.truth, abs=0.1)


def test_examples_without_a_time_before_works_have_no_earlier_looks(small_library: Library) -> None:
    rng = np.random.default_rng(0)
    example = next(one for one in (draw_example(rng, pixels=20) for _ in range(60)) if one.earlier)
    late, early = example.light(small_library, rng)
    assert early is not None
    assert len(late) + len(early) == len(example.looks.days)
    same, none = example.without_earlier().light(small_library, rng)
    assert none is None
    assert same.shape == late.shape
