import json
import math

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box

from geo.maps.escape import json_block
from geo.maps.payload import build_payload, coded, number, overall_outcomes
from geo.model import FINDING_COLUMNS, OBSERVATION_COLUMNS


def texts_of(column):
    return [None if place is None else column["text"][place] for place in column["at"]]


def row_of(payload, parcel_id):
    return payload["parcels"]["id"].index(parcel_id)


def test_the_payload_is_plain_json(content):
    payload = build_payload(content)
    assert json.loads(json_block(payload)) == payload


def test_a_parcel_takes_the_outcome_that_most_needs_a_person():
    findings = pd.DataFrame(
        [("a", "not_met"), ("a", "undetermined"), ("b", "not_met"), ("c", "undetermined"), ("c", "met")],
        columns=["parcel_id", "outcome"],
    )
    assert overall_outcomes(findings).to_dict() == {"a": "undetermined", "b": "not_met", "c": "met"}


def test_parcels_stand_by_outcome_then_label_then_area(content):
    payload = build_payload(content)
    outcomes = texts_of(payload["parcels"]["outcome"])
    assert outcomes == ["met"] * 4 + ["undetermined"] * 3 + ["not_met"] * 4 + ["none"]
    # three suspected idle by falling area, then the one suspected of low efficiency only
    areas = payload["parcels"]["area_m2"][:3]
    assert areas == sorted(areas, reverse=True)
    assert payload["parcels"]["id"][3] == "441422-2023-011"


def test_the_order_of_labels_decides_what_comes_first(make_county):
    payload = build_payload(make_county(label_order=("suspected_low_efficiency",)))
    # parcels 6 and 11 have the heavier label; 6 has an area, 11 none
    assert payload["parcels"]["id"][:2] == ["441422-2022-006", "441422-2023-011"]


def test_every_finding_is_told_under_its_parcel(content):
    payload = build_payload(content)
    findings = payload["findings"]
    ids = [payload["parcels"]["id"][row] for row in findings["parcel"]]
    assert sorted(zip(ids, texts_of(findings["outcome"]), strict=True)) == sorted(
        zip(content.findings["parcel_id"], content.findings["outcome"], strict=True)
    )


def test_marks_of_a_finding_are_ones_and_noughts(content):
    findings = build_payload(content)["findings"]
    assert (sum(findings["is_boundary"]), sum(findings["is_limb_conflict"])) == (1, 1)


def test_an_instrument_says_who_adopted_it_and_when(content):
    instruments = build_payload(content)["instruments"]
    assert instruments["dabu-draft"]["adopted_by"] == "示例县自然资源局"
    assert instruments["dabu-draft"]["adopted_on"] == "2026-01-01"
    assert instruments["measures"]["adopted_by"] is None


def test_a_fact_keeps_its_value_bounds_unit_and_source(content):
    payload = build_payload(content)
    row = row_of(payload, "441422-2021-001")
    fact = payload["facts"]["developed_fraction"]
    assert (fact["kind"], fact["unit"]) == ("measure", "1")
    assert (fact["value"][row], fact["low"][row], fact["high"][row]) == (0.31, 0.27, 0.36)
    assert texts_of(fact["source"])[row] == "scene:S2B_MSIL2A_20261018; assumed:parcel_area"


def test_a_bracket_without_a_value_and_an_open_end_are_kept(content):
    payload = build_payload(content)
    row = row_of(payload, "441422-2023-003")
    developed, invested = payload["facts"]["developed_fraction"], payload["facts"]["invested_fraction"]
    assert (developed["value"][row], developed["low"][row], developed["high"][row]) == (None, 0.1, 0.62)
    assert (invested["low"][row], invested["high"][row]) == (0.25, "inf")


def test_days_bools_and_texts_keep_their_kind(content):
    payload = build_payload(content)
    row = row_of(payload, "441422-2021-001")
    facts = payload["facts"]
    assert facts["agreed_start_on"]["value"][row] == "2024-09-01"
    assert facts["is_started"]["value"][row] is False
    assert facts["cause"]["value"][row] == "enterprise"


def test_a_fact_that_nobody_knows_is_left_out(content):
    assert "completed_on" not in build_payload(content)["facts"]


def test_a_series_holds_thousandths_and_nothing_where_it_was_cloudy(make_county):
    rows = [
        {"parcel_id": "441422-2021-001", "acquired_at": "2026-10-02T03:00Z"}
        | {"built_fraction": 0.1234, "built_fraction_low": 0.1, "built_fraction_high": 0.2},
        {"parcel_id": "441422-2021-001", "acquired_at": "2026-09-02T03:00Z"},
    ]
    observations = pd.DataFrame(rows).reindex(columns=list(OBSERVATION_COLUMNS))
    payload = build_payload(make_county(observations=observations))
    row = row_of(payload, "441422-2021-001")
    assert payload["series"] == {
        "day": ["2026-09-02", "2026-10-02"],
        "of": {str(row): {"day": [0, 1], "built": [None, 123], "low": [None, 100], "high": [None, 200]}},
    }


def test_changes_are_scores_ranks_and_steps_of_the_latest_pair(content):
    payload = build_payload(content)
    changes = payload["changes"]
    first, unseen = row_of(payload, "441422-2024-004"), row_of(payload, "441422-2022-006")
    assert (changes["before"], changes["after"], changes["count"]) == ("2025-10-08", "2026-10-18", 11)
    assert [changes[name][first] for name in ("score", "rank", "step")] == [14.6, 1, 0]
    assert [changes[name][unseen] for name in ("score", "rank", "step")] == [None, None, None]
    assert sorted(rank for rank in changes["rank"] if rank) == list(range(1, 12))


def test_a_footprint_that_stands_twice_is_drawn_once_unless_its_storeys_differ(content, make_county):
    square, other = box(116.7, 24.34, 116.701, 24.341), box(116.702, 24.34, 116.703, 24.341)
    turned = square.reverse()  # the same outline, written from another corner and the other way round
    footprints = gpd.GeoDataFrame(
        {"storey_count": [2, 2, 3, None, None, 2]},
        geometry=[square, turned, square, other, other, None],
        crs="EPSG:4490",
    )
    assert build_payload(make_county(footprints=footprints))["footprints"]["storeys"] == [2, 3, None]


def test_a_county_with_parcels_alone_is_a_payload(content, make_county):
    bare = make_county(
        parcels=content.parcels[["parcel_id", "geometry"]],
        findings=pd.DataFrame(columns=list(FINDING_COLUMNS)),
        instruments={},
        data_through=None,
        fact_values=None,
        fact_sources=None,
        footprints=None,
        observations=None,
        changes=None,
    )
    payload = build_payload(bare)
    assert texts_of(payload["parcels"]["outcome"]) == ["none"] * 12
    assert payload["parcels"]["area_m2"] == [None] * 12
    assert (payload["facts"], payload["series"]) == ({}, {"day": [], "of": {}})
    assert payload["changes"] is None
    json_block(payload)


def test_parcels_without_any_shape_have_no_origin(content, make_county):
    parcels = content.parcels.set_geometry([None] * 12, crs="EPSG:4490")
    payload = build_payload(make_county(parcels=parcels, footprints=None))
    assert payload["origin"] is None
    assert payload["parcels"]["shape"] == [None] * 12


def test_only_sentences_that_the_page_uses_go_along(content):
    for sentences in build_payload(content)["texts"].values():
        assert "map.title" in sentences
        assert not any(code.startswith(("ingest.", "store.")) for code in sentences)


def test_the_order_of_rows_in_the_frames_does_not_matter(content, make_county):
    mixed = make_county(
        parcels=content.parcels.iloc[::-1],
        fact_values=content.fact_values.iloc[::-1],
        fact_sources=content.fact_sources.iloc[::-1],
        observations=content.observations.iloc[::-1],
        changes=content.changes.iloc[::-1],
    )
    assert build_payload(mixed) == build_payload(content)


def test_a_repeated_text_is_written_once():
    assert coded(pd.Series(["b", pd.NA, "a", "b", None], dtype=object)) == {
        "text": ["b", "a"],
        "at": [0, None, 1, 0, None],
    }


@pytest.mark.parametrize(
    ("value", "written"),
    [(0.30000000000000004, 0.3), (2 / 3, 0.666667), (np.float64(5), 5), (pd.NA, None), (None, None), (math.nan, None)],
)
def test_a_number_is_as_short_as_six_digits_allow(value, written):
    assert number(value) == written
