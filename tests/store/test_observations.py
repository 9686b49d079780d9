from dataclasses import replace
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from geo.errors import StoreError
from geo.model import CHANGE_COLUMNS
from geo.store import (
    add_changes,
    add_observations,
    add_scenes,
    count_observed,
    mean_clear,
    observed_versions,
    read_changes,
    read_observations,
)


@pytest.fixture
def changes(scene):
    def changes(parcel_versions: dict[str, int], score: float = 0.7) -> pd.DataFrame:
        days = pd.to_datetime(["2026-01-03", "2026-01-13"]).astype("datetime64[s]")
        frame = pd.DataFrame(
            {
                "parcel_id": list(parcel_versions),
                "before_scene": scene(3).scene_id,
                "after_scene": scene(13).scene_id,
                "kind": "newly_developed",
                "not_before": days[0],
                "not_after": days[1],
                "change_score": score,
            }
        )
        return frame[list(CHANGE_COLUMNS)].assign(parcel_version=list(parcel_versions.values()))

    return changes


def test_observations_come_back_equal(county, scene, observed, day):
    frame = observed({"a": 1, "b": 2}, scene(3))
    frame.loc[1, ["clear_fraction", "built_fraction", "reason"]] = [np.nan, np.nan, "cloud"]
    with county.begin() as conn:
        add_observations(conn, frame, method="m")
        pd.testing.assert_frame_equal(read_observations(conn, method="m", until=day(31)), frame)


def test_no_observations_are_a_frame_with_its_columns(county, scene, observed, day):
    with county.connect() as conn:
        frame = read_observations(conn, method="m", until=day(31))
    expected = observed({"a": 1}, scene(3))
    assert frame.empty
    assert frame.dtypes.to_dict() == expected.dtypes.to_dict()


def test_what_was_observed_once_is_not_observed_again(county, scene, observed, day):
    with county.begin() as conn:
        add_observations(conn, observed({"a": 1}, scene(3)), method="m")
        add_observations(conn, observed({"a": 1, "b": 2}, scene(3)).assign(built_fraction=0.9), method="m")
        assert observed_versions(conn, scene(3).scene_id, method="m") == {1, 2}
        assert read_observations(conn, method="m", until=day(31))["built_fraction"].tolist() == [0.5, 0.9]


def test_each_method_has_its_own_observations(county, scene, observed, day):
    with county.begin() as conn:
        add_observations(conn, observed({"a": 1}, scene(3)), method="one")
        assert observed_versions(conn, scene(3).scene_id, method="other") == set()
        assert read_observations(conn, method="other", until=day(31)).empty


def test_observations_are_of_the_outlines_and_scenes_that_count(county, scene, observed, day, survey_a_again):
    with county.begin() as conn:
        for number in (3, 13):
            add_observations(conn, observed({"a": 1, "b": 2}, scene(number)), method="m")
        survey_a_again(conn)

        def read(**when):
            frame = read_observations(conn, method="m", **when)
            return list(zip(frame["parcel_id"], frame["scene_id"].str[-2:], strict=True))

        assert read(until=day(31), known_at=day(14)) == [("a", "03"), ("a", "13"), ("b", "03"), ("b", "13")]
        assert read(until=day(31)) == [("b", "03"), ("b", "13")]  # a has another outline now
        assert read(until=day(4)) == [("b", "03")]


def test_of_two_scenes_of_one_pass_the_observation_made_last_counts(county, scene, observed, day):
    with county.begin() as conn:
        newer = replace(scene(3), scene_id="newer", acquired_at=scene(3).acquired_at + timedelta(minutes=20))
        add_scenes(conn, [newer], {"newer": "h"}, known_at=day(20))
        add_observations(conn, observed({"a": 1, "b": 2}, newer), method="m")
        add_observations(conn, observed({"a": 1}, scene(3)), method="m")
        frame = read_observations(conn, method="m", until=day(31))
        assert frame[["parcel_id", "scene_id"]].to_numpy().tolist() == [["a", scene(3).scene_id], ["b", "newer"]]
        known = read_observations(conn, method="m", until=day(31), known_at=day(19))
        assert known["parcel_id"].tolist() == ["a"]  # the newer scene was not known then


def test_counts_and_clearness_are_of_the_parcels_that_count(county, scene, observed, day, survey_a_again):
    with county.begin() as conn:
        frame = observed({"a": 1, "b": 2}, scene(3)).assign(clear_fraction=[1.0, 0.5])
        add_observations(conn, frame, method="m")
        add_observations(conn, observed({"b": 2}, scene(13)).assign(clear_fraction=np.nan), method="m")
        when = {"as_of": day(31).date(), "known_at": day(19)}
        assert count_observed(conn, method="m", **when) == {scene(3).scene_id: 2, scene(13).scene_id: 1}
        assert mean_clear(conn, method="m", until=day(31)) == {scene(3).scene_id: (0.75, 2)}
        assert mean_clear(conn, method="m", until=day(2)) == {}
        survey_a_again(conn)
        assert count_observed(conn, method="m", **when) == {scene(3).scene_id: 2, scene(13).scene_id: 1}
        later = when | {"known_at": day(31)}
        assert count_observed(conn, method="m", **later) == {scene(3).scene_id: 1, scene(13).scene_id: 1}
        assert mean_clear(conn, method="m", until=day(31)) == {scene(3).scene_id: (0.5, 1)}


def test_an_observation_of_an_unknown_scene_or_parcel_is_refused(county, scene, observed):
    with county.connect() as conn:
        with pytest.raises(StoreError, match=r"store\.unknown_scene"):
            add_observations(conn, observed({"a": 1}, scene(4)), method="m")
        with pytest.raises(StoreError, match=r"store\.constraint"):
            add_observations(conn, observed({"z": 99}, scene(3)), method="m")


def test_changes_come_back_equal_and_once(county, changes, day):
    frame = changes({"a": 1, "b": 2})
    frame.loc[1, ["not_before", "change_score"]] = [pd.NaT, np.nan]
    with county.begin() as conn:
        add_changes(conn, frame, method="m")
        add_changes(conn, frame.assign(change_score=0.1), method="m")
        pd.testing.assert_frame_equal(read_changes(conn, method="m", until=day(31)), frame)


def test_changes_are_between_scenes_that_count(county, changes, day, survey_a_again):
    with county.begin() as conn:
        add_changes(conn, changes({"a": 1, "b": 2}), method="m")
        assert read_changes(conn, method="m", until=day(12)).empty
        assert read_changes(conn, method="m", until=day(31), known_at=day(13)).empty
        survey_a_again(conn)
        assert read_changes(conn, method="m", until=day(31))["parcel_id"].tolist() == ["b"]
