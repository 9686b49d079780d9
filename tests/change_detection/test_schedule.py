"""Made-up sites."""

import numpy as np
import pytest

from geo.change_detection.schedule import (
    IS_BUILT,
    KINDS,
    NEVER,
    SLAB,
    SLAB_D,
    SOIL,
    STEPS,
    STORIES,
    Site,
    draw_site,
    draw_works,
    fill_to,
)


def sites(count: int, *, area_m2: float = 20_000.0) -> list[Site]:
    rng = np.random.default_rng(3)
    return [draw_site(rng, area_m2=area_m2, fine_m=5.0) for _ in range(count)]


def by_hand() -> Site:
    """Four fine pixels: a field, cleared on day -300; a roof from -100, one from -10 to -5, none, and outside."""
    row = np.array([[0, 0, 0, 0]], dtype=np.int8)
    return Site(
        inside=np.array([[True, True, True, False]]),
        before=row + 9,
        opened=row + SOIL,
        final=row,
        cleared_on=-300.0,
        built_on=np.array([[-100.0, -10.0, NEVER, NEVER]]),
        gone_on=np.array([[NEVER, -5.0, NEVER, NEVER]]),
        fine_m=10.0,
        sides_m=(30.0, 10.0),
    )


@pytest.mark.parametrize(
    ("day", "ground"),
    [
        (-301, [9, 9, 9, 9]),
        (-300, [SOIL] * 4),
        (-100 - SLAB_D, [SLAB, SOIL, SOIL, SOIL]),
        (-100, [0, SOIL, SOIL, SOIL]),
        (-10 - SLAB_D, [0, SLAB, SOIL, SOIL]),
        (-10, [0, 0, SOIL, SOIL]),
        (0, [0, SOIL, SOIL, SOIL]),
    ],
)
def test_a_site_is_cleared_built_and_torn_down_day_by_day(day: float, ground: list[int]) -> None:
    assert by_hand().paint(day).tolist() == [ground]


def test_the_built_share_is_that_of_the_parcel_alone() -> None:
    assert by_hand().built_share(-7.0) == pytest.approx(2 / 3)
    assert by_hand().built_share() == pytest.approx(1 / 3)


def test_sites_have_the_size_asked_for_and_ground_around_them() -> None:
    for site in sites(5):
        assert site.inside.sum() * 25 == pytest.approx(20_000, rel=0.02)
        assert site.sides_m[0] * site.sides_m[1] == pytest.approx(20_000)
        assert not site.inside[:10].any()
        assert not site.inside[:, -10:].any()


def test_sites_are_of_every_fullness_and_every_kind_of_ground() -> None:
    drawn = sites(60)
    shares = np.array([site.built_share() for site in drawn])
    assert shares.min() < 0.05
    assert shares.max() > 0.7
    seen = {int(kind) for site in drawn for day in (-2000, -400, 0) for kind in np.unique(site.paint(day))}
    assert seen == set(range(len(KINDS)))


def test_nothing_is_built_on_a_parcel_before_it_is_cleared() -> None:
    for site in sites(30):
        assert not IS_BUILT[site.paint(site.cleared_on - 1)][site.inside].any()


def test_works_of_every_story_come_in_steps() -> None:
    order, wanted = np.linspace(1, 2, 200).reshape(20, 10), np.ones((20, 10), dtype=bool)
    rng = np.random.default_rng(1)
    counts = {len(np.unique(draw_works(order, wanted, rng)[1])) for _ in range(20)}
    assert counts == {1, STEPS}  # old sites are built at once
    assert sum(often for often, *_ in STORIES.values()) == pytest.approx(1)


def test_a_share_is_filled_from_the_front() -> None:
    order, final = np.array([4.0, 3.0, 2.0, 1.0]), np.array([0, 0, -1, 0])
    assert fill_to(order, final, 0.5) == 3
    assert fill_to(order, final, 1.0) == 4
    assert fill_to(order, final, 0.0) == fill_to(order, final - 1, 0.0) == -1
