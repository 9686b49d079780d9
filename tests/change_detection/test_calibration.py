"""Learning from made-up sites, small."""

from functools import partial

import numpy as np
import pytest

from geo.change_detection import calibration
from geo.change_detection.bounds import LIMITS, middle
from geo.change_detection.calibration import draw_days, draw_example, not_seen_before
from geo.change_detection.learning import OF_EARLIER, Regression, fit
from geo.change_detection.mixtures import CLASSES, Library
from geo.change_detection.monthly import Learnt
from geo.change_detection.schedule import draw_site
from geo.change_detection.sites import light_of
from geo.change_detection.traits import parcel_traits


def test_parcels_of_known_materials_are_found_built_as_they_are(small_library: Library, small_learnt: Learnt) -> None:
    rng = np.random.default_rng(8)
    examples = [draw_example(rng, pixels=2_000, area_ha=3) for _ in range(12)]
    traits = np.concatenate(
        [
            parcel_traits(small_learnt.regression, one.features(small_library, rng), one.weights, one.edge)
            for one in examples
        ]
    )
    value, truth = middle(small_learnt.calibration.foretell(traits)), np.array([one.truth for one in examples])
    assert np.abs(value - truth).mean() < 0.12
    assert np.corrcoef(value, truth)[0, 1] > 0.85


def test_what_was_learnt_is_tried_in_known_and_in_unseen_materials(small_learnt: Learnt) -> None:
    # sites seen before works are tried twice
    known = small_learnt.calibration
    assert 60 * 2 * calibration.DRAWS_TRIED < len(known.truth) <= 60 * 4 * calibration.DRAWS_TRIED
    assert len(np.unique(known.truth)) <= 60
    assert known.is_unseen.mean() == 0.5
    assert known.foretold.shape == (len(known.truth), len(LIMITS))


def test_groups_of_tried_sites_share_no_ground_and_no_strange_roof(
    small_library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    # of the four folds the small library has roofs and pavements of two
    tried: list[list[Library]] = []
    attempts = calibration.attempts

    def watched(tests: list[tuple[Regression, Library]], *rest: object) -> object:
        tried.append([library for _, library in tests])
        return attempts(tests, *rest)  # type: ignore[arg-type]  # as it was called

    monkeypatch.setattr(calibration, "attempts", watched)
    monkeypatch.setattr(calibration, "fit", partial(fit, trees=5))
    calibration.learn(small_library, sites=8, draws=1, trials=20)
    (known, *_, strange), (other, *_, stranger) = tried
    for name in CLASSES:
        for one, another in ((known, other), (strange, stranger)):
            rows = ({tuple(row) for row in library.light[name]} for library in (one, another))
            assert not set.intersection(*rows), name


def test_earlier_looks_are_from_before_works_and_late_ones_from_the_last_year() -> None:
    rng = np.random.default_rng(2)
    found = [(site, *draw_days(site, rng)) for site in (draw_site(rng, area_m2=2e4, fine_m=5.0) for _ in range(40))]
    assert all(-365 <= late.min() <= late.max() <= 0 for _, _, late in found if len(late))
    assert 0 < np.mean([len(early) == 0 for _, early, _ in found]) < 0.5
    assert all(site.built_share(day) == 0 for site, early, _ in found for day in early)


def test_a_few_pixels_teach_and_all_of_them_are_tried() -> None:
    few, all_of_them = (draw_example(np.random.default_rng(4), pixels=count, area_ha=1) for count in (20, 2_000))
    assert 5 < len(few.built) == few.coverage.shape[1] == few.weights.shape[1] <= 20
    assert all_of_them.coverage.sum() == pytest.approx(100, rel=0.03)
    assert few.truth == all_of_them.truth
    inner = all_of_them.coverage.toarray()[0] > 0.99
    assert all_of_them.built[inner].mean() == pytest.approx(all_of_them.truth, abs=0.1)


def test_a_site_in_several_materials_is_what_it_is_in_each(small_library: Library) -> None:
    rng = np.random.default_rng(0)
    example = next(one for one in (draw_example(rng, pixels=20) for _ in range(60)) if one.earlier)
    lights = [light_of(example.looks, small_library, rng) for _ in range(3)]
    shown = example.shown(lights)
    for place, light in enumerate(lights):
        np.testing.assert_array_equal(shown[place], example.shown([light])[0])


def test_examples_without_a_time_before_works_have_no_earlier_looks(small_library: Library) -> None:
    rng = np.random.default_rng(0)
    example = next(one for one in (draw_example(rng, pixels=20) for _ in range(60)) if one.earlier)
    seen = example.features(small_library, rng)
    same = not_seen_before(seen)
    assert np.isfinite(seen[:, -1]).any()
    assert np.isnan(same[:, -OF_EARLIER:]).all()
    np.testing.assert_array_equal(same[:, :-OF_EARLIER], seen[:, :-OF_EARLIER])
