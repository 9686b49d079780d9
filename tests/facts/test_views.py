import numpy as np
import pandas as pd
import pytest

from geo.facts.views import built_on_image, earliest_view, latest_view, usable_views


def limit(day):
    return pd.Series([pd.Timestamp(day)], index=["A"])


@pytest.fixture
def views(observation_frame):
    return lambda *seen: usable_views(observation_frame(list(seen)))


def test_the_latest_view_is_the_last_one_up_to_the_day(views):
    seen = views(
        {"on": "2026-09-01", "built": 0.1}, {"on": "2026-10-01", "built": 0.2}, {"on": "2026-11-01", "built": 0.3}
    )
    view = latest_view(seen, limit("2026-10-31"))
    assert view.low.tolist() == [0.2]
    assert view.source.tolist() == ["scene:S1"]


def test_the_earliest_view_is_the_first_one_from_the_day_on_until_the_act(views):
    seen = views({"on": "2026-09-01", "built": 0.1}, {"on": "2026-10-01", "built": 0.2})
    assert earliest_view(seen, limit("2026-09-02"), pd.Timestamp("2026-10-31")).low.tolist() == [0.2]
    assert earliest_view(seen, limit("2026-09-02"), pd.Timestamp("2026-09-30")).low.isna().all()


def test_the_upper_bound_is_all_but_plants_and_water(views):
    view = latest_view(
        views({"on": "2026-10-01", "built": 0.1, "green": 0.6, "water_fraction_low": 0.1}), limit("2026-10-31")
    )
    assert view.high.tolist() == [pytest.approx(1 - 0.6 - 0.1)]


@pytest.mark.parametrize(
    "flaw",
    [
        {"clear_fraction": 0.79},
        {"reason": "toa"},
        {"built_fraction_low": np.nan},
    ],
)
def test_a_view_that_vouches_for_nothing_or_too_little_is_passed_over(views, flaw):
    seen = views({"on": "2026-09-01", "built": 0.1}, {"on": "2026-10-01", "built": 0.2, **flaw})
    assert latest_view(seen, limit("2026-10-31")).low.tolist() == [0.1]


def test_a_view_older_than_half_a_year_says_nothing_of_today(views):
    seen = views({"on": "2026-05-01", "built": 0.1})
    assert latest_view(seen, limit("2026-10-31")).low.tolist() == [0.1]  # 183 days
    assert latest_view(seen, limit("2026-11-01")).low.isna().all()  # 184


def test_a_scene_belongs_to_its_day_in_shanghai(views):
    late = pd.Timestamp("2026-10-31T16:30:00Z")  # half past midnight on 1 November
    assert latest_view(views({"on": "2026-10-31", "acquired_at": late}), limit("2026-10-31")).on.isna().all()


def test_no_day_finds_no_view(views):
    seen = views({"on": "2026-10-01", "built": 0.1})
    assert latest_view(seen, limit(None)).low.isna().all()
    assert earliest_view(seen, limit(None), pd.Timestamp("2026-10-31")).source.tolist() == [""]


def test_an_image_never_proves_that_nothing_is_built(views):
    nothing = built_on_image(latest_view(views({"on": "2026-10-01", "green": 1.0}), limit("2026-10-31")))
    assert nothing.value.isna().all()
    assert nothing.source.tolist() == [""]
