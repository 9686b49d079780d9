import numpy as np
import pandas as pd
import pytest

from geo.facts.views import (
    VIEWS_MAX,
    Span,
    built_on_image,
    last_half_year,
    latest_estimate,
    share_at_least,
    share_at_most,
    usable_views,
)


def day(text):
    return pd.Series([pd.Timestamp(text)], index=["A"])


@pytest.fixture
def views(observation_frame):
    return lambda *seen: usable_views(observation_frame(list(seen)))


OCTOBER = Span(day("2026-10-01"), day("2026-10-31"))


def test_one_view_gives_its_own_bounds(views):
    seen = views({"on": "2026-10-03", "built": 0.1, "green": 0.6, "water_fraction_low": 0.1})
    assert share_at_least(seen, OCTOBER).share.tolist() == [0.1]
    assert share_at_most(seen, OCTOBER).share.tolist() == [pytest.approx(1 - 0.6 - 0.1)]
    assert share_at_most(seen, OCTOBER).source.tolist() == ["scene:S0"]


def test_of_several_views_the_bound_is_the_one_that_two_allow(views):
    seen = views(
        {"on": "2026-10-03", "built": 0.4, "green": 0.2},
        {"on": "2026-10-08", "built": 0.1, "green": 0.5},
        {"on": "2026-10-13", "built": 0.2, "green": 0.4},
    )
    least, most = share_at_least(seen, OCTOBER), share_at_most(seen, OCTOBER)
    assert (least.share.tolist(), least.source.tolist()) == ([0.2], ["scene:S2"])
    assert (most.share.tolist(), most.source.tolist()) == ([1 - 0.4], ["scene:S2"])


def test_one_odd_view_among_many_decides_nothing(views):
    plain = [{"on": f"2026-10-{number:02}", "green": 0.5} for number in range(1, 13)]
    seen = views(*plain, {"on": "2026-10-20", "built": 0.4, "green": 0.6})
    assert share_at_least(seen, OCTOBER).share.tolist() == [0.0]
    assert share_at_most(seen, OCTOBER).share.tolist() == [0.5]


def test_both_ends_of_a_span_count_and_nothing_outside(views):
    seen = views(
        {"on": "2026-09-30", "built": 0.5}, {"on": "2026-10-01", "built": 0.4}, {"on": "2026-10-31", "built": 0.3}
    )
    assert share_at_least(seen, OCTOBER).share.tolist() == [0.3]
    november = Span(day("2026-11-01"), day("2026-11-30"))
    assert share_at_least(seen, november).share.isna().all()
    assert share_at_least(seen, november).source.tolist() == [""]


@pytest.mark.parametrize(("is_newest", "least"), [(True, 0.7), (False, 0.5)])
def test_of_too_many_views_the_newest_count_or_the_oldest(views, is_newest, least):
    """Of 16 views the two oldest show half built, the two newest seven tenths."""
    built = [0.5, 0.5, *[0.3] * (VIEWS_MAX - 2), 0.7, 0.7]
    seen = views(*({"on": f"2026-10-{number:02}", "built": share} for number, share in enumerate(built, start=1)))
    span = Span(day("2026-10-01"), day("2026-10-31"), is_newest=is_newest)
    assert share_at_least(seen, span).share.tolist() == [least]


@pytest.mark.parametrize("flaw", [{"reason": "toa"}, {"built_fraction_low": np.nan}])
def test_a_view_that_vouches_for_nothing_is_no_view(views, flaw):
    assert share_at_least(views({"on": "2026-10-03", "built": 0.2, **flaw}), OCTOBER).share.isna().all()


@pytest.mark.parametrize(("built", "least"), [(0.05, 0.0), (0.051, 0.051)])
def test_built_land_as_small_as_a_gatehouse_counts_as_none(views, built, least):
    assert share_at_least(views({"on": "2026-10-03", "built": built}), OCTOBER).share.tolist() == [least]


def test_a_view_of_half_a_year_ago_still_speaks_of_today_and_an_older_one_does_not(views):
    seen = views({"on": "2026-05-01", "built": 0.1})
    assert share_at_least(seen, last_half_year(day("2026-10-31"))).share.tolist() == [0.1]  # 183 days
    assert share_at_least(seen, last_half_year(day("2026-11-01"))).share.isna().all()  # 184


def test_a_scene_belongs_to_its_day_in_shanghai(views):
    late = pd.Timestamp("2026-10-31T16:30:00Z")  # half past midnight on 1 November
    seen = views({"on": "2026-10-31", "acquired_at": late, "built": 0.1})
    assert share_at_least(seen, OCTOBER).share.isna().all()


def test_an_unknown_day_finds_no_view(views):
    seen = views({"on": "2026-10-03", "built": 0.1})
    assert share_at_most(seen, Span(day(None), day("2026-10-31"))).share.isna().all()
    assert share_at_least(seen, last_half_year(day(None))).share.isna().all()


def test_the_estimate_is_that_of_the_last_view(views):
    seen = views({"on": "2026-10-03", "built_fraction": 0.4}, {"on": "2026-10-08", "built_fraction": 0.3})
    assert latest_estimate(seen, OCTOBER).tolist() == [0.3]


def test_an_image_never_proves_that_nothing_is_built(views):
    nothing = built_on_image(share_at_least(views({"on": "2026-10-03", "green": 1.0}), OCTOBER))
    assert nothing.value.isna().all()
    assert nothing.source.tolist() == [""]
