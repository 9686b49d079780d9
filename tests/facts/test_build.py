from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from geo.facts import build_facts
from geo.model import FACTS, LEDGER_FIELDS, NONE_AGREED, fact_columns

AS_OF = date(2026, 10, 31)
EVENTS = (
    "extension_granted_on",
    "construction_permit_on",
    "started_on",
    "works_seen_on",
    "last_worked_on",
    "last_seen_working_on",
    "first_seen_stopped_on",
    "resumed_on",
    "completed_on",
)
TEXTS = {"extension_basis": ("contract", "article_8", "enterprise"), "cause": ("government",), "cause_paper": ("x",)}
PROPERTY = settings(max_examples=50, deadline=None, phases=(Phase.explicit, Phase.generate), suppress_health_check=[HealthCheck.function_scoped_fixture])

days = st.dates(date(2023, 1, 1), date(2026, 12, 31)).map(lambda day: day.isoformat())
shares = st.sampled_from([0.0, 0.04, 0.1, 0.3, 1 / 3, 0.5, 0.9])
amounts = st.sampled_from([2_000.0, 4_000.0, 8_000.0, 10_000.0, 10_100.0, 20_000.0])


def cell(field, kind):
    if kind == "date":
        return st.none() | days | (st.just(NONE_AGREED) if field in (*EVENTS, "agreed_start_on") else st.none())
    return st.none() | (amounts if kind == "measure" else st.sampled_from(TEXTS.get(field, ("x",))))


ledger_rows = st.fixed_dictionaries(
    {field: cell(field, kind) for field, kind in LEDGER_FIELDS.items() if field != "parcel_id"}
)


@st.composite
def views(draw):
    built, green = draw(shares), draw(shares)
    assume(built + green <= 1)
    return {"on": draw(days), "built": built, "green": green}


def is_contradictory(sources):
    return any("contradiction:" in source for source in sources)


def narrowed(less, full):
    """Facts that knowing less made better known, or turned round; the cause is a text, and nothing is decided by it."""
    return [name for name in FACTS if FACTS[name].kind != "text" and not _holds(name, less, full)]


def _holds(name, less, full):
    value, *sides = fact_columns(name)
    if not sides:
        return pd.isna(less[value]) or (pd.notna(full[value]) and less[value] == full[value])
    low, high = sides
    low_holds = pd.isna(less[low]) or (pd.notna(full[low]) and less[low] <= full[low])
    return low_holds and (pd.isna(less[high]) or (pd.notna(full[high]) and less[high] >= full[high]))


@PROPERTY
@given(ledger_rows, st.lists(views(), max_size=4))
def test_blanking_any_cell_of_a_register_that_nobody_calls_complete_only_widens(build_all, row, seen):
    filled = [field for field, value in row.items() if value is not None]
    rows = [{"parcel_id": "full", **row}, *({"parcel_id": field, **row, field: None} for field in filled)]
    everywhere = [{**view, "parcel_id": one["parcel_id"]} for view in seen for one in rows]
    values, sources = build_all(rows, complete_through=None, views=everywhere)
    assume(not is_contradictory(sources.loc["full"]))
    assert {field: found for field in filled if (found := narrowed(values.loc[field], values.loc["full"]))} == {}


@PROPERTY
@given(ledger_rows, st.lists(views(), max_size=4))
def test_a_register_complete_for_less_long_only_widens(build, row, seen):
    full, sources = build(views=seen, **row)
    assume(not is_contradictory(sources))
    less, _ = build(complete_through=AS_OF - timedelta(days=1), views=seen, **row)
    assert narrowed(less, full) == []
    least, _ = build(complete_through=None, views=seen, **row)
    assert narrowed(least, less) == []


@PROPERTY
@given(ledger_rows, st.lists(views(), min_size=1, max_size=4), shares)
def test_doing_without_images_or_without_buildings_only_widens(build_all, row, seen, coverage):
    rows = [{"parcel_id": name, **row} for name in ("full", "no images", "no buildings")]
    views = [{**view, "parcel_id": name} for view in seen for name in ("full", "no buildings")]
    coverages = dict.fromkeys(("building_coverage", "building_coverage_low", "building_coverage_high"), coverage)
    built = [{"parcel_id": name, **coverages, "footprint_area_m2": 10_000 * coverage} for name in ("full", "no images")]
    values, sources = build_all(rows, views=views, indicators=built)
    assume(not is_contradictory(sources.loc["full"]))
    for name in ("no images", "no buildings"):
        assert narrowed(values.loc[name], values.loc["full"]) == []


@PROPERTY
@given(
    st.lists(st.tuples(days, shares, shares), max_size=8),
    st.tuples(shares, shares).map(sorted),
    st.dates(date(2024, 6, 1), AS_OF),
    days,
)
def test_bounds_hold_the_truth_whichever_views_there_are(build, chances, levels, stopped_on, deadline):
    """Land is developed at one level until half a year before works stop, and at another, not lower, from then on."""
    grown_on = (stopped_on - timedelta(days=180)).isoformat()

    def truth(day):
        return levels[0] if day < grown_on else levels[1]

    seen = [{"on": day, "built": truth(day) * part, "green": (1 - truth(day)) * other} for day, part, other in chances]
    values, sources = build(
        construction_permit_on="2022-01-01",
        started_on="2022-02-01",
        last_worked_on=stopped_on.isoformat(),
        agreed_completion_on=deadline,
        should_develop_area_m2=8_000.0,
        views=seen,
    )
    assert not is_contradictory(sources)
    for name, day in (("developed_fraction", "2026-10-31"), ("developed_fraction_at_deadline", deadline)):
        low, high = values[f"{name}_low"], values[f"{name}_high"]
        assert pd.isna(low) or low - 1e-9 <= truth(day) * 1.25 <= high + 1e-9


def test_every_fact_stands_in_the_frame_with_its_columns_and_its_source(build):
    values, sources = build()
    assert list(values.index) == [column for name in FACTS for column in fact_columns(name)]
    assert list(sources.index) == list(FACTS)


def test_facts_come_in_the_order_of_the_parcels_and_for_each_of_them(build, periods):
    empty = pd.DataFrame({"parcel_id": pd.Series(dtype=object)})
    values, sources = build_facts(
        ledger=empty,
        observations=pd.DataFrame(columns=["parcel_id", "scene_id", "acquired_at", "clear_fraction", "reason"]).assign(
            built_fraction=0.0, built_fraction_low=0.0, vegetation_fraction_low=0.0, water_fraction_low=0.0
        ),
        indicators=pd.DataFrame({"parcel_id": ["b"], "area_m2": [1.0]}),
        parcels=pd.DataFrame({"parcel_id": ["b", "a"], "area_m2": [1.0, 2.0]}),
        as_of=AS_OF,
        complete_through=AS_OF,
        periods=periods,
    )
    assert list(values.index) == list(sources.index) == ["b", "a"]
    assert values["is_started"].isna().all()
    assert sources["is_started"].tolist() == ["missing:parcel_id"] * 2


@pytest.mark.parametrize(
    ("agreed", "completed", "low", "high"),
    [
        ("2026-03-01", None, "2026-03-01", "2026-03-01"),
        ("2026-03-01", "2025-12-20", "2025-12-20", "2025-12-20"),
        ("2026-03-01", "2026-06-15", "2026-03-01", "2026-03-01"),
        (None, "2025-12-20", None, "2025-12-20"),
        (None, None, None, None),
    ],
)
def test_a_project_can_be_judged_from_its_agreed_completion_or_acceptance_on(build, agreed, completed, low, high):
    works = {"construction_permit_on": "2024-01-01", "started_on": "2024-02-01"}
    values, _ = build(**works, agreed_completion_on=agreed, completed_on=completed)
    found = [
        None if pd.isna(side := values[f"evaluable_from_on_{end}"]) else str(side.date()) for end in ("low", "high")
    ]
    assert found == [low, high]


def test_where_completion_is_not_known_the_agreed_day_bounds_from_above(build):
    values, _ = build(agreed_completion_on="2026-03-01", extension_granted_on=NONE_AGREED, complete_through=None)
    assert pd.isna(values["evaluable_from_on_low"])
    assert str(values["evaluable_from_on_high"].date()) == "2026-03-01"
