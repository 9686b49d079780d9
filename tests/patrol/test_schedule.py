"""From candidates to a problem and back: times with lunch, and why somebody is not visited."""

from datetime import date, time

import numpy as np
import pandas as pd
import pytest

from geo.patrol.candidates import CANDIDATE_COLUMNS
from geo.patrol.greedy import greedy
from geo.patrol.schedule import make_problem, stops_of, team_days, unplanned_of
from geo.patrol.teams import Team

DAYS = [date(2026, 11, 2), date(2026, 11, 3)]
TEAM = Team(name="一组", depot=(120.0, 30.0))


def candidates(*rows: tuple[str, bool, str, str, int]) -> pd.DataFrame:
    cells = [
        (name, must, pd.Timestamp(first), pd.Timestamp(last), value, 40, False, "routine")
        for name, must, first, last, value in rows
    ]
    return pd.DataFrame(cells, columns=list(CANDIDATE_COLUMNS))


def apart(count: int, seconds: float = 600.0) -> np.ndarray:
    matrix = np.full((count, count), seconds)
    np.fill_diagonal(matrix, 0)
    return matrix


ANY = ("2026-11-02", "2026-11-08")


def plan(frame: pd.DataFrame, teams: list[Team], seconds: np.ndarray) -> tuple[pd.DataFrame, pd.DataFrame]:
    out = team_days(teams, DAYS)
    problem = make_problem(frame, out, teams, metres=seconds * 10, seconds=seconds)
    routes = greedy(problem)
    return stops_of(problem, routes, out, frame), unplanned_of(problem, routes, frame)


def test_lunch_comes_before_the_first_stop_that_would_run_into_it() -> None:
    frame = candidates(*[(f"P{n}", False, *ANY, 10) for n in range(1, 9)])
    stops, left = plan(frame, [TEAM], apart(9))
    first = stops[stops["day"] == DAYS[0]]
    # 50 minutes a stop from 8:30: 8:40-9:20, 9:30, 10:20, 11:10-11:50; the fifth would end 12:40, so lunch from 12:00
    assert first["arrives"].tolist()[:5] == ["08:40", "09:30", "10:20", "11:10", "13:00"]
    assert left.empty
    assert first["number"].tolist() == list(range(1, len(first) + 1))


def test_a_day_of_the_window_is_kept() -> None:
    stops, left = plan(candidates(("P1", True, "2026-11-03", "2026-11-03", 5)), [TEAM], apart(2))
    assert stops["day"].tolist() == [DAYS[1]]
    assert left.empty


def test_teams_set_out_from_their_own_depots_and_not_on_their_days_off() -> None:
    other = Team(name="二组", depot=(120.5, 30.0), days_off=(DAYS[0],), begins=time(9), most_visits=1)
    assert [one.patrol_id for one in team_days([TEAM, other], DAYS)] == [
        "2026-11-02-一组",
        "2026-11-03-一组",
        "2026-11-03-二组",
    ]
    seconds = np.array([[0, 9000, 9000, 9000], [9000, 0, 60, 9000], [9000, 60, 0, 9000], [9000, 9000, 9000, 0]], float)
    stops, _ = plan(candidates(("P1", False, *ANY, 5)), [TEAM, other], seconds[:3, :3])
    assert stops["team"].tolist() == ["二组"]
    assert stops["arrives"].tolist() == ["09:01"]


@pytest.mark.parametrize(
    ("must", "window", "seconds", "why"),
    [
        (True, ANY, np.inf, "unreachable"),
        (True, ("2026-11-05", "2026-11-08"), 600.0, "outside_window"),
        (False, ANY, 13_000.0, "too_far"),
    ],
)
def test_whoever_is_not_visited_has_a_reason(must, window, seconds, why) -> None:
    stops, left = plan(candidates(("P1", must, *window, 5)), [TEAM], apart(2, seconds))
    assert stops.empty
    assert left.to_dict("records") == [{"parcel_id": "P1", "is_must": must, "why": why}]


def test_where_hours_are_short_a_must_has_no_time_and_another_is_worth_less() -> None:
    short = Team(name="一组", depot=(120.0, 30.0), ends=time(10), lunch_minutes=0, days_off=(DAYS[1],))
    rows = [("P1", True, *ANY, 5), ("P2", True, *ANY, 5), ("P3", False, *ANY, 99)]
    _, left = plan(candidates(*rows), [short], apart(4))
    assert left["parcel_id"].tolist() == ["P2", "P3"]
    assert left["why"].tolist() == ["no_time", "worth_less"]


def test_without_a_team_day_nobody_goes_out() -> None:
    frame = candidates(("P1", True, *ANY, 5))
    problem = make_problem(frame, [], [TEAM], metres=apart(2), seconds=apart(2))
    assert unplanned_of(problem, greedy(problem), frame)["why"].tolist() == ["no_shift"]
    assert stops_of(problem, (), [], frame).empty
