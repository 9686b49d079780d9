from datetime import date

import numpy as np
import pandas as pd

from geo.maps.listing import confidence_classes, due_days, facet_classes, in_list_order, overall_outcomes


def test_a_parcel_takes_the_outcome_that_most_needs_a_person():
    findings = pd.DataFrame(
        [("a", "not_met"), ("a", "undetermined"), ("b", "not_met"), ("c", "undetermined"), ("c", "met")],
        columns=["parcel_id", "outcome"],
    )
    assert overall_outcomes(findings).to_dict() == {"a": "undetermined", "b": "not_met", "c": "met"}


def facets_by_parcel(content, name):
    parcels = in_list_order(content)
    due = due_days(content, parcels["parcel_id"]).set_axis(parcels.index)
    return dict(zip(parcels["parcel_id"], facet_classes(content, parcels, due)[name], strict=True))


def test_labels_are_those_still_open_the_weightiest_first(content):
    labels = facets_by_parcel(content, "label")
    assert labels["441422-2022-006"] == "suspected_idle suspected_low_efficiency"
    assert labels["441422-2023-011"] == "suspected_low_efficiency"
    assert pd.isna(labels["441422-2024-004"])  # nothing but what is not met


def facts(**columns):
    return pd.DataFrame(columns, index=pd.Index(["a", "b"], name="parcel_id"))


def days_of(content):
    return due_days(content, pd.Series(["a", "b"])).dt.strftime("%Y-%m-%d").fillna("").tolist()


def test_what_is_due_is_the_nearest_agreed_day_that_is_not_known_to_be_over(make_county):
    values = facts(
        agreed_start_on=pd.to_datetime(["2024-01-01", "2024-01-01"]),
        agreed_completion_on=pd.to_datetime(["2026-01-01", "2026-01-01"]),
        is_started=[True, None],
        is_completed=[False, np.nan],
    )
    # a has started, so its completion is next; of b it is not known, so its start may still be due
    assert days_of(make_county(fact_values=values)) == ["2026-01-01", "2024-01-01"]


def test_a_running_clock_that_is_nearer_is_what_is_due_and_a_closed_one_is_not(make_county):
    values = facts(agreed_start_on=pd.to_datetime(["2026-06-01", None]))
    clocks = pd.DataFrame(
        [("a", "investigation", "2026-01-01", "2026-02-01", "running"), ("b", "answer", None, "2026-01-05", "met")],
        columns=["parcel_id", "clock", "starts_on", "due_on", "state"],
    ).assign(label_zh="调查", label_en="investigation")
    assert days_of(make_county(fact_values=values, clocks=clocks)) == ["2026-02-01", ""]


def test_where_nothing_is_agreed_nothing_is_due(make_county):
    assert days_of(make_county(fact_values=None)) == ["", ""]
    assert set(facets_by_parcel(make_county(fact_values=None), "deadline").values()) == {"unknown"}


def test_a_deadline_on_the_day_of_the_act_is_not_past(make_county):
    content = make_county()
    values = content.fact_values.assign(agreed_start_on=pd.Timestamp("2026-10-31"), is_started=False)
    due = facets_by_parcel(make_county(fact_values=values, as_of=date(2026, 10, 31)), "deadline")
    # completion was agreed for 2026-06-30 and is still open: it is nearer
    assert set(due.values()) == {"overdue"}


def confidence(*findings):
    columns = ["outcome", "missing", "is_boundary", "is_limb_conflict"]
    return confidence_classes(pd.DataFrame(findings, columns=columns).assign(parcel_id="a"))["a"]


def test_an_outcome_is_as_firm_as_the_firmest_finding_that_gives_it():
    assert confidence(("met", "", True, False), ("met", "", False, False)) == "firm"
    assert confidence(("met", "", True, False), ("not_met", "", False, False)) == "boundary"
    assert confidence(("met", "", False, True)) == "conflict"
    assert (
        confidence(("undetermined", "started_on cause", False, False), ("not_met", "", False, False)) == "more_missing"
    )
    assert confidence(("undetermined", "started_on cause", False, False), ("undetermined", "cause", False, False)) == (
        "one_missing"
    )
