"""What a satellite sees of made-up sites."""

import numpy as np
import pytest

from geo.change_detection.mixtures import Library
from geo.change_detection.schedule import GRASS, IS_BUILT, KINDS, ROOF, SOIL, Site, draw_site
from geo.change_detection.sites import Looks, coverage_of, draw_seasons, light_of, look_at, true_share

DAYS = np.linspace(-360.0, -5.0, 12)


@pytest.fixture(scope="module")
def site() -> Site:
    return draw_site(np.random.default_rng(5), area_m2=20_000.0, fine_m=5.0)


def everywhere(site: Site) -> tuple[np.ndarray, np.ndarray]:
    return tuple(np.indices(coverage_of(site).shape).reshape(2, -1))  # type: ignore[return-value]  # two of them


def of_one(kind: int, shape: tuple[int, int] = (12, 12)) -> Looks:
    """Looks at ground of a single kind, without shadow."""
    count = shape[0] * shape[1]
    shares = np.zeros((len(DAYS), len(KINDS), count), dtype=np.float32)
    shares[:, kind] = 1
    dark = np.zeros((len(DAYS), count), dtype=np.float32)
    return Looks(shares, shares, dark, dark, DAYS, tuple(np.indices(shape).reshape(2, -1)), shape)  # type: ignore[arg-type]  # two of them


def test_shares_seen_add_up_and_follow_the_schedule(site: Site) -> None:
    looks = look_at(site, DAYS, everywhere(site), np.random.default_rng(0))
    np.testing.assert_allclose(looks.sharp.sum(axis=1), 1, atol=1e-4)
    np.testing.assert_allclose(looks.soft.sum(axis=1), 1, atol=1e-4)
    assert 0 <= looks.dark_sharp.min() <= looks.dark_sharp.max() <= 1 + 1e-5
    last = looks.sharp[-1][IS_BUILT].sum(axis=0).reshape(true_share(site).shape)
    inside = coverage_of(site) > 0.5
    assert np.abs(last - true_share(site))[inside].mean() < 0.1


def test_the_parcel_covers_its_area(site: Site) -> None:
    assert coverage_of(site).sum() * 100 == pytest.approx(20_000, rel=0.02)


def test_light_is_seeded_and_other_draws_are_other_materials(small_library: Library) -> None:
    looks = of_one(ROOF)
    first, second, other = (light_of(looks, small_library, np.random.default_rng(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, second)
    assert first.shape == (len(DAYS), 7, 144)
    assert np.nanmax(np.abs(first - other)) > 0.01


def test_some_looks_are_hidden_and_none_is_dark(small_library: Library) -> None:
    stack = light_of(of_one(GRASS), small_library, np.random.default_rng(4))
    hidden = np.isnan(stack).any(axis=1)
    assert 0 < hidden.mean() < 0.6
    assert np.nanmin(stack) > 0


def test_roofs_stay_while_plants_come_and_go_and_soil_dries(small_library: Library) -> None:
    def swing(kind: int) -> float:
        found = []
        for seed in range(8):
            stack = light_of(of_one(kind), small_library, np.random.default_rng(seed))
            found.append(float(np.nanstd(np.nanmedian(stack, axis=2)[:, 5]) / np.nanmedian(stack[:, 5])))
        return float(np.median(found))

    assert swing(ROOF) < 0.6 * swing(SOIL)
    assert swing(ROOF) < 0.6 * swing(GRASS)


def test_white_roofs_are_taken_for_clouds_now_and_then(small_library: Library) -> None:
    library = Library({**small_library.light, "roof": np.full((16, 7), 0.6)}, small_library.materials)
    hidden = [np.isnan(light_of(of_one(ROOF), library, np.random.default_rng(seed))).mean() for seed in range(6)]
    green = [np.isnan(light_of(of_one(GRASS), library, np.random.default_rng(seed))).mean() for seed in range(6)]
    assert np.mean(hidden) > np.mean(green)


def test_fields_are_green_in_their_season(small_library: Library) -> None:
    seasons = draw_seasons(small_library, np.random.default_rng(2))
    months = [seasons.on(day, 0.0)[GRASS] for day in np.arange(0.0, 360, 30)]
    ndvi = [(light[4] - light[2]) / (light[4] + light[2]) for light in months]
    assert max(ndvi) > min(ndvi) >= -0.1
    assert (seasons.on(0.0, 0.5)[SOIL] < seasons.on(0.0, 0.0)[SOIL]).all()


def test_the_light_of_several_days_is_that_of_each(small_library: Library) -> None:
    seasons, wetness = draw_seasons(small_library, np.random.default_rng(2)), np.linspace(0, 0.6, len(DAYS))
    each = [seasons.on(day, wet) for day, wet in zip(DAYS, wetness, strict=True)]
    np.testing.assert_array_equal(seasons.on(DAYS, wetness), np.stack(each))
