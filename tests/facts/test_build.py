from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from geo.facts import build_facts
from geo.facts.build import CONTROL
from geo.law.clocks import facts_of
from geo.model import FACTS, INDICATOR_COLUMNS, LEDGER_FIELDS, NONE_AGREED, fact_columns
from geo.registers import REGISTERS, SUBJECTS
from geo.steps.rules import read_texts

AS_OF = date(2026, 10, 31)
TEXTS = {"extension_basis": ("contract", "article_8", "enterprise"), "cause": ("government",), "cause_paper": ("x",)}
CHRONOLOGY = (
    "construction_permit_on",
    "started_on",
    "works_seen_on",
    "last_seen_working_on",
    "last_worked_on",
    "first_seen_stopped_on",
    "resumed_on",
    "completed_on",
)
AREAS_AND_SUMS = (2_000.0, 4_000.0, 8_000.0, 10_000.0, 10_100.0, 20_000.0)
SHARES = (0.0, 0.04, 0.1, 0.3, 1 / 3, 0.5, 0.9)
FIRST_DAY = date(2023, 1, 1)
ROWS = 150

seeds = st.integers(0, 2**32 - 1)
days = st.dates(FIRST_DAY, date(2026, 12, 31)).map(lambda day: day.isoformat())
shares = st.sampled_from(SHARES)
MANY_ROWS = settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
MANY_CASES = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


def any_day(rng):
    return (FIRST_DAY + timedelta(days=int(rng.integers(1460)))).isoformat()


def any_cell(rng, field, kind):
    if rng.random() < 0.4:
        return None
    if kind == "date":
        return NONE_AGREED if rng.random() < 0.15 else any_day(rng)
    return float(rng.choice(AREAS_AND_SUMS)) if kind == "measure" else str(rng.choice(TEXTS.get(field, ("x",))))


def any_row(rng):
    """A ledger row; four in five have what happened in an order in which it may have."""
    row = {field: any_cell(rng, field, kind) for field, kind in LEDGER_FIELDS.items()}
    happened = [field for field in CHRONOLOGY if row[field] not in (None, NONE_AGREED)]
    in_order = sorted(row[field] for field in happened) if rng.random() < 0.8 else [row[field] for field in happened]
    return row | dict(zip(happened, in_order, strict=True))


def any_rows(rng):
    return [any_row(rng) | {"parcel_id": str(number)} for number in range(ROWS)]


def any_views(rng, rows):
    """Up to three views of each parcel."""
    views = []
    for row in rows:
        for _ in range(rng.integers(4)):
            built = float(rng.choice(SHARES))
            seen = {"on": any_day(rng), "built": built, "green": float(rng.random() * (1 - built))}
            views.append({**seen, "parcel_id": row["parcel_id"], "scene_id": f"S{len(views)}"})
    return views


def any_buildings(rng, rows):
    coverages = rng.choice(SHARES, len(rows)).tolist()
    names = ("building_coverage", "building_coverage_low", "building_coverage_high")
    return [
        {"parcel_id": row["parcel_id"], "footprint_area_m2": 1e4 * coverage, **dict.fromkeys(names, coverage)}
        for row, coverage in zip(rows, coverages, strict=True)
    ]


def clear_rows(sources):
    """Parcels of which nothing contradicts anything."""
    found = [parcel for parcel, row in sources.iterrows() if not any("contradiction:" in source for source in row)]
    assert len(found) > ROWS / 10
    return found


def narrowed(less, full, parcels):
    """Facts that knowing less made better known, or turned round; the cause is a text, and nothing is decided by it."""
    less, full = less.loc[parcels], full.loc[parcels]
    names = [name for name in FACTS if name in full and FACTS[name].kind != "text"]
    return [(parcel, name) for name in names for parcel in less.index[~_holds(name, less, full)]]


def _holds(name, less, full):
    value, *sides = fact_columns(name)
    if not sides:
        same = (less[value] == full[value]).fillna(value=False).astype(bool)
        return less[value].isna() | same
    low, high = sides
    return (less[low].isna() | (less[low] <= full[low])) & (less[high].isna() | (less[high] >= full[high]))


@MANY_ROWS
@example(6847)  # an extension whose new day is blanked
@given(seeds)
def test_blanking_a_cell_of_a_register_that_nobody_calls_complete_only_widens(build_all, seed):
    rng = np.random.default_rng(seed)
    rows = any_rows(rng)
    views = any_views(rng, rows)
    full, sources = build_all(rows, complete_through=None, views=views)
    blanked = [{**row, str(rng.choice(list(LEDGER_FIELDS)[1:])): None} for row in rows]
    less, _ = build_all(blanked, complete_through=None, views=views)
    assert narrowed(less, full, clear_rows(sources)) == []


@MANY_ROWS
@given(seeds)
def test_a_register_complete_for_less_long_only_widens(build_all, seed):
    rng = np.random.default_rng(seed)
    rows = any_rows(rng)
    views = any_views(rng, rows)
    full, sources = build_all(rows, views=views)
    parcels = clear_rows(sources)
    less, _ = build_all(rows, complete_through=AS_OF - timedelta(days=1), views=views)
    assert narrowed(less, full, parcels) == []
    least, _ = build_all(rows, complete_through=None, views=views)
    assert narrowed(least, less, parcels) == []


@MANY_ROWS
@given(seeds)
@example(39)
def test_doing_without_images_or_without_buildings_only_widens(build_all, seed):
    rng = np.random.default_rng(seed)
    rows = any_rows(rng)
    views, buildings = any_views(rng, rows), any_buildings(rng, rows)
    full, sources = build_all(rows, views=views, indicators=buildings)
    parcels = clear_rows(sources)
    assert narrowed(build_all(rows, indicators=buildings)[0], full, parcels) == []
    assert narrowed(build_all(rows, views=views)[0], full, parcels) == []


@MANY_CASES
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
    assert not any("contradiction:" in source for source in sources)
    for name, day in (("developed_fraction", "2026-10-31"), ("developed_fraction_at_deadline", deadline)):
        low, high = values[f"{name}_low"], values[f"{name}_high"]
        assert pd.isna(low) or low - 1e-9 <= truth(day) * 1.25 <= high + 1e-9


def test_every_fact_stands_in_the_frame_with_its_columns_and_its_source(build):
    values, sources = build()
    supplied = [name for name in FACTS if name in sources.index]
    assert list(values.index) == [column for name in supplied for column in fact_columns(name)]
    assert list(sources.index) == supplied


def test_a_fact_that_no_register_supplies_has_no_column(build):
    values, sources = build()
    assert {"is_started", "developed_fraction", "supplied_area_m2"} <= set(sources.index)
    assert {"tax_ratio", "is_producing", "is_in_cluster"}.isdisjoint({*values.index, *sources.index})


CODED = ("event", "evaluation", "payment", "matter", "blocker", "transfer", "case_stage")
"""Fields by whose word an entry says one thing or another."""


def filled(register):
    """Entries of a register with every field filled: one for each word, where the word says what the entry is."""
    cells = {"date": "2025-01-01", "measure": 1.0, "text": "2025"}
    row = {
        name: next(iter(field.words), cells[field.kind])
        for name, field in register.fields.items()
        if name not in SUBJECTS
    }
    coded = next((name for name in CODED if name in register.fields), None)
    return [row] if coded is None else [row | {coded: code} for code in register.fields[coded].words]


def asked():
    """Facts that rules, options, clocks and formulas of all texts read, and what shows to which texts a parcel is."""
    texts = [one.instrument for one in read_texts().values()]
    parts = [part for text in texts for part in (*text.rules, *text.options)]
    gates = [one for part in parts for one in part.when] + [one for text in texts for one in text.applies_to]
    named = {name for one in gates for name in (one.fact, one.other)}
    named |= {name for text in texts for clock in text.clocks for name in facts_of(clock)}
    named |= {name for text in texts for formula in text.formulas for part in formula.parts for name in part.named}
    return named - {None, "as_of"}


def test_registers_filled_in_every_field_tell_every_fact_that_any_text_asks_for(told_of):
    """Nothing is asked that no register, picture or outline can tell: no rule and no clock waits for ever."""
    registers = {name: filled(one) for name, one in REGISTERS.items() if name not in ("ledger", "link")}
    outlines = dict.fromkeys((*INDICATOR_COLUMNS[1:], *CONTROL), 1.0)
    told = told_of(indicators=[{"parcel_id": "A", **outlines}], **registers)
    assert asked() - told.keys() == set()
    assert FACTS.keys() - told.keys() == set()


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
        complete_through={"started_on": AS_OF},
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
