"""What two scenes have in common, learnt from some of their pixels."""

import numpy as np

from geo.change_detection.yardstick import Both, centres_of, common_change, nearest_kind, standardised


def test_so_many_pixels_are_drawn_and_the_same_ones_for_the_same_seed() -> None:
    column = np.arange(50, dtype=np.float32)[:, None]
    both = Both(column, column + 100, (column, column), [0])
    drawn, again = both.drawn(20, 1), both.drawn(20, 1)
    assert len(np.unique(drawn.old)) == 20
    assert (drawn.new - drawn.old == 100).all()
    assert (drawn.edges[1] == drawn.old).all()
    assert (again.old == drawn.old).all()
    assert both.drawn(50, 1) is both


def kinds_of_ground(light: np.ndarray, *, seed: int) -> np.ndarray:
    return nearest_kind(light, centres_of(light, seed=seed))


def without_common(change: np.ndarray, kind: np.ndarray) -> np.ndarray:
    left: np.ndarray = change - common_change(change, kind, 2)[kind]
    return left


def test_a_small_scene_has_one_kind_of_ground_and_a_large_one_at_most_forty() -> None:
    rng = np.random.default_rng(0)
    assert kinds_of_ground(rng.normal(size=(4_999, 2)).astype(np.float32), seed=0).max() == 0
    many = kinds_of_ground(rng.normal(size=(150_000, 2)).astype(np.float32), seed=0)
    assert len(np.unique(many)) == 40


def test_kinds_of_ground_are_the_clusters_that_are_there() -> None:
    light = np.repeat(np.array([[-2.0], [2.0]], dtype=np.float32), 2_600, axis=0)
    kind = kinds_of_ground(light, seed=0)
    assert len(set(kind[:2_600])) == len(set(kind[2_600:])) == 1
    assert kind[0] != kind[-1]


def test_ground_that_is_all_alike_is_of_one_kind() -> None:
    assert kinds_of_ground(np.zeros((10_000, 3), dtype=np.float32), seed=0).max() == 0


def test_standardising_a_column_that_is_all_alike_gives_nothing() -> None:
    assert standardised(np.full((5, 1), 7.0)).ravel().tolist() == [0] * 5


def test_the_common_change_of_each_kind_is_its_median() -> None:
    change = np.array([[5.0, 1.0], [7.0, 1.0], [9.0, 4.0], [100.0, 2.0]])
    left = without_common(change, np.array([1, 1, 1, 0]))
    assert left.tolist() == [[-2, 0], [0, 0], [2, 3], [0, 0]]
