import json
import math

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString, box

from geo.escape import json_block
from geo.maps.columns import coded, number
from geo.maps.content import Overlay
from geo.maps.outlines import numbers
from geo.maps.payload import build_payload
from geo.model import FINDING_COLUMNS


def texts_of(column):
    return [None if place is None else column["text"][place] for place in column["at"]]


def row_of(payload, parcel_id):
    return payload["parcels"]["id"].index(parcel_id)


def test_the_payload_is_plain_json(content):
    payload = build_payload(content)
    assert json.loads(json_block(payload)) == payload


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


def test_an_instrument_says_who_adopted_it_and_when(content):
    instruments = build_payload(content)["instruments"]
    assert instruments["dabu-draft"]["adopted_by"] == "示例县自然资源局"
    assert instruments["dabu-draft"]["adopted_on"] == "2026-01-01"
    assert instruments["measures"]["adopted_by"] is None


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


def test_the_outline_of_a_building_whose_parts_are_there_is_told_apart(make_county):
    footprints = gpd.GeoDataFrame(
        {"footprint_id": ["A", "B", "C"], "part_of": ["B", None, "nowhere"], "storey_count": [2, None, 3]},
        geometry=[box(116.7, 24.34, 116.701, 24.341), box(116.7, 24.34, 116.702, 24.342), box(117, 24, 117.1, 24.1)],
        crs="EPSG:4490",
    )
    told = build_payload(make_county(footprints=footprints))["footprints"]
    assert told == {"storeys": [2, None, 3], "whole": [1]}


def test_further_layers_say_whether_they_are_areas_and_how_they_are_called(make_county):
    route = gpd.GeoDataFrame({"name": ["1 组"]}, geometry=[LineString([(116.7, 24.34), (116.71, 24.35)])], crs=4490)
    flips = gpd.GeoDataFrame(geometry=[box(116.7, 24.34, 116.701, 24.341)], crs=4490)
    layers = [Overlay({"zh": "路线", "en": "Route"}, route), Overlay({"zh": "变动", "en": "Flips"}, flips, "#123456")]
    payload = build_payload(make_county(overlays=layers))
    assert [layer["is_area"] for layer in payload["overlays"]] == [False, True]
    assert payload["overlays"][0]["name"] == {"text": ["1 组"], "at": [0]}
    assert [numbers(text)[:3].tolist() for text in payload["outlines"][2:]] == [[1, 1, 2], [1, 1, 4]]


def test_names_can_be_found_by_their_initials(make_county):
    enterprise = build_payload(make_county())["parcels"]["enterprise"]
    assert enterprise["initials"][enterprise["text"].index("翠岭陶瓷有限公司")] == "cltcyxgs"


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
    assert payload["findings"]["at"] == [None] * 12
    assert payload["changes"] is None
    json_block(payload)


def test_parcels_without_any_shape_have_no_origin(content, make_county):
    parcels = content.parcels.set_geometry([None] * 12, crs="EPSG:4490")
    payload = build_payload(make_county(parcels=parcels, footprints=None))
    assert payload["origin"] is None
    assert numbers(payload["outlines"][0]).tolist() == [12] + [0] * 12


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
