"""What series say month by month, in revisions."""

from datetime import date

import pandas as pd
import pytest

from geo.errors import StoreError
from geo.model import MONTHLY_COLUMNS
from geo.store import add_monthly, monthly_versions, read_monthly


def said(versions: dict[str, int], month: str = "2026-01", **changes: object) -> pd.DataFrame:
    values = {
        "month": month,
        "looked_from_on": "2024-11-03",
        "looked_through_on": f"{month}-13",
        "looks": 24,
        "built_fraction": 0.4,
        "built_fraction_low": 0.2,
        "built_fraction_high": 0.6,
        "band_low": 0.3,
        "band_high": 0.5,
        "image_low": 0.35,
        "image_high": 0.45,
        "known_by": "footprints",
        "known_low": 0.5,
        "known_high": 1.0,
        "reason": "",
        "start": "started",
        "start_not_before": None,
        "start_not_after": "2025-03-02",
        "start_scenes": "one two",
        "start_reason": "",
        "works": "unknown",
        "last_change_on": None,
        "next_look_on": None,
        "works_scenes": "",
        "works_reason": "cloud_gap",
    }
    frame = pd.DataFrame({"parcel_id": list(versions)}).assign(**(values | changes))
    days = [name for name in MONTHLY_COLUMNS if name.endswith(("_on", "_not_before", "_not_after"))]
    frame[days] = frame[days].apply(lambda column: pd.to_datetime(column).astype("datetime64[s]"))
    return frame[list(MONTHLY_COLUMNS)].assign(parcel_version=list(versions.values()))


def test_what_is_said_comes_back_equal(county, day):
    frame = said({"a": 1, "b": 2})
    frame.loc[1, ["built_fraction", "band_low"]] = float("nan")
    with county.begin() as conn:
        assert add_monthly(conn, frame, method="m", inputs="x", known_at=day(14)) == 1
        found = read_monthly(conn, method="m")
    assert found["revision"].tolist() == [1, 1]
    pd.testing.assert_frame_equal(found.drop(columns="revision"), frame, check_dtype=False)


def test_the_same_inputs_are_the_same_revision_and_others_the_next_one(county, day):
    with county.begin() as conn:
        assert add_monthly(conn, said({"a": 1}), method="m", inputs="x", known_at=day(14)) == 1
        assert add_monthly(conn, said({"b": 2}), method="m", inputs="x", known_at=day(15)) == 1
        assert monthly_versions(conn, "2026-01", method="m", inputs="x") == {1, 2}
        more = said({"a": 1, "b": 2}, built_fraction=0.5)
        assert add_monthly(conn, more, method="m", inputs="y", known_at=day(16)) == 2
        assert monthly_versions(conn, "2026-01", method="m", inputs="x") == set()
        now, then = read_monthly(conn, method="m"), read_monthly(conn, method="m", known_at=day(15))
    assert now["built_fraction"].tolist() == [0.5, 0.5]
    assert then["built_fraction"].tolist() == [0.4, 0.4]


def test_each_month_and_each_method_has_its_own(county, day):
    with county.begin() as conn:
        for month in ("2025-12", "2026-01"):
            assert add_monthly(conn, said({"a": 1}, month), method="m", inputs="x", known_at=day(14)) == 1
        assert read_monthly(conn, method="m")["month"].tolist() == ["2025-12", "2026-01"]
        assert read_monthly(conn, method="other").empty
        assert read_monthly(conn, method="m", month="2026-01")["month"].tolist() == ["2026-01"]


def test_looks_after_the_day_do_not_count(county, day):
    with county.begin() as conn:
        for month in ("2025-12", "2026-01"):
            add_monthly(conn, said({"a": 1}, month), method="m", inputs="x", known_at=day(14))
        assert read_monthly(conn, method="m", as_of=date(2026, 1, 12))["month"].tolist() == ["2025-12"]
        assert len(read_monthly(conn, method="m", as_of=date(2026, 1, 13))) == 2


def test_an_outline_that_is_no_more_is_not_spoken_of(county, day, survey_a_again):
    with county.begin() as conn:
        add_monthly(conn, said({"a": 1, "b": 2}), method="m", inputs="x", known_at=day(14))
        survey_a_again(conn)
        assert read_monthly(conn, method="m")["parcel_id"].tolist() == ["b"]
        assert read_monthly(conn, method="m", known_at=day(15))["parcel_id"].tolist() == ["a", "b"]


def test_an_answer_that_is_none_is_refused(county, day):
    with county.begin() as conn, pytest.raises(StoreError):
        add_monthly(conn, said({"a": 1}, start="perhaps"), method="m", inputs="x", known_at=day(14))
