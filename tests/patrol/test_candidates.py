"""One candidate a parcel: windows meet or do not."""

from datetime import date

import pandas as pd

from geo.patrol.candidates import CANDIDATE_COLUMNS, combine
from geo.patrol.duties import Duties
from geo.patrol.reasons import REASON_COLUMNS, span

WEEK = span(date(2026, 11, 2), 7)


def reasons(*rows: tuple[str, str, bool, str, str, float]) -> pd.DataFrame:
    cells = [
        (parcel, name, must, pd.Timestamp(f"2026-11-{first}"), pd.Timestamp(f"2026-11-{last}"), pd.NaT, points, "", "")
        for parcel, name, must, first, last, points in rows
    ]
    return pd.DataFrame(cells, columns=list(REASON_COLUMNS)).astype({"due_on": "datetime64[ns]"})


def test_values_add_up_and_the_longest_time_on_site_counts(duties: Duties) -> None:
    one = combine(
        reasons(("P1", "routine", False, "02", "08", 10.4), ("P1", "suspected", False, "02", "08", 30.2)),
        duties,
        over=WEEK,
    )
    assert list(one.columns) == list(CANDIDATE_COLUMNS)
    assert one["value"].tolist() == [41]
    assert one["minutes"].tolist() == [duties.reasons["suspected"].minutes]
    assert not one["is_must"][0]


def test_musts_share_the_days_that_serve_them_all(duties: Duties) -> None:
    rows = reasons(("P1", "agreed_start", True, "03", "08", 60.0), ("P1", "clock", True, "02", "05", 60.0))
    one = combine(rows, duties, over=WEEK).iloc[0]
    assert (one["earliest_on"], one["latest_on"]) == (pd.Timestamp("2026-11-03"), pd.Timestamp("2026-11-05"))
    assert one["reasons"] == "agreed_start clock"


def test_musts_on_days_that_do_not_meet_need_two_visits_and_the_earlier_one_counts(duties: Duties) -> None:
    rows = reasons(("P1", "agreed_start", True, "06", "08", 60.0), ("P1", "clock", True, "02", "05", 50.0))
    one = combine(rows, duties, over=WEEK).iloc[0]
    assert one["reasons"] == "clock"
    assert one["value"] == 50
    assert one["latest_on"] == pd.Timestamp("2026-11-05")


def test_no_reason_makes_no_candidate(duties: Duties) -> None:
    none = combine(reasons().iloc[:0], duties, over=WEEK)
    assert none.empty
    assert list(none.columns) == list(CANDIDATE_COLUMNS)
