"""From candidates and teams to a routing problem, and from its routes back to days, times and reasons."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.patrol.greedy import insertion
from geo.patrol.routing import NO_WAY, Problem, Route, Routes, Shift, begins
from geo.patrol.teams import Team, hours_s, seconds_of_day

Numbers = NDArray[np.float64]

DAY_S = 86_400
GRACE_S = 1_800
"""Lunch comes before the first stop that would end more than half an hour after it [s]."""

STOP_COLUMNS = ("patrol_id", "day", "team", "number", "parcel_id", "arrives", "leaves")
"""One visit planned. ``arrives`` and ``leaves`` are times of day, as ``08:45``."""

UNPLANNED_COLUMNS = ("parcel_id", "is_must", "why")
WHY = ("no_shift", "unreachable", "outside_window", "too_far", "no_time", "worth_less")
"""Why a candidate is not planned: nobody goes out; no way leads there; nobody goes out within its window; there and
back takes longer than any day; musts leave no time; what is planned is worth more."""


@dataclass(frozen=True, slots=True)
class TeamDay:
    """One team on one day."""

    team: Team
    day: date

    @property
    def patrol_id(self) -> str:
        """Name of the patrol."""
        return f"{self.day.isoformat()}-{self.team.name}"


def team_days(teams: Sequence[Team], days: Sequence[date]) -> list[TeamDay]:
    """Return who goes out when, by day and then in the order of the teams."""
    return [TeamDay(team, day) for day in days for team in teams if day not in team.days_off]


def make_problem(
    candidates: pd.DataFrame, out: Sequence[TeamDay], teams: Sequence[Team], *, metres: Numbers, seconds: Numbers
) -> Problem:
    """Make the routing problem: lunch is taken off the hours, and put back when the times are set.

    Parameters
    ----------
    candidates
        ``CANDIDATE_COLUMNS``.
    metres, seconds
        (teams + candidates, ...): depots in the order of the teams, then the candidates; infinite where no way leads.
    """
    origin = pd.Timestamp(min((one.day for one in out), default=date(2000, 1, 1)))
    depot = {team.name: number for number, team in enumerate(teams)}
    first, last = (
        ((candidates[f"{end}_on"] - origin).dt.days * DAY_S).to_numpy(np.int64) for end in ("earliest", "latest")
    )
    return Problem(
        metres=_whole(metres),
        seconds=_whole(seconds),
        service_s=candidates["minutes"].to_numpy(np.int64) * 60,
        earliest_s=first.astype(np.int64),
        latest_s=(last + DAY_S - 1).astype(np.int64),
        value=candidates["value"].to_numpy(np.int64),
        is_must=candidates["is_must"].to_numpy(bool),
        load=np.ones(len(candidates), dtype=np.int64),
        shifts=tuple(_shift(one, depot[one.team.name], origin) for one in out),
    )


def _shift(one: TeamDay, depot: int, origin: pd.Timestamp) -> Shift:
    begin = (pd.Timestamp(one.day) - origin).days * DAY_S + seconds_of_day(one.team.begins)
    hours = hours_s(one.team)
    return Shift(depot=depot, begin_s=begin, end_s=begin + hours, most_s=hours, room=one.team.most_visits)


def _whole(values: Numbers) -> NDArray[np.int64]:
    return np.where(np.isfinite(values), np.rint(np.where(np.isfinite(values), values, 0)), NO_WAY).astype(np.int64)


def stops_of(problem: Problem, routes: Routes, out: Sequence[TeamDay], candidates: pd.DataFrame) -> pd.DataFrame:
    """Return every planned visit with its times: ``STOP_COLUMNS``, by patrol and number."""
    names = candidates["parcel_id"].tolist()
    rows = []
    for one, shift, route in zip(out, problem.shifts, routes, strict=True):
        for number, (visit, (start, end)) in enumerate(zip(route, _times(problem, one, shift, route), strict=True), 1):
            rows.append((one.patrol_id, one.day, one.team.name, number, names[visit], _clock(start), _clock(end)))
    return pd.DataFrame(rows, columns=list(STOP_COLUMNS))


def _times(problem: Problem, one: TeamDay, shift: Shift, route: Route) -> list[tuple[int, int]]:
    """Seconds of the day at which each visit begins and ends, lunch put back."""
    timed = begins(problem, shift, route)
    assert timed is not None
    midnight = shift.begin_s - seconds_of_day(one.team.begins)
    lunch, late, times = seconds_of_day(one.team.lunch_from) + GRACE_S, 0, []
    for visit, begun in zip(route, timed[0], strict=True):
        start, takes = begun - midnight + late, int(problem.service_s[visit])
        if not late and start + takes > lunch:
            late = 60 * one.team.lunch_minutes
            start += late
        times.append((start, start + takes))
    return times


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"


def unplanned_of(problem: Problem, routes: Routes, candidates: pd.DataFrame) -> pd.DataFrame:
    """Return every candidate that is not planned, and why: ``UNPLANNED_COLUMNS``, musts first."""
    made = {visit for route in routes for visit in route}
    rows = [
        (str(candidates["parcel_id"].iloc[visit]), bool(problem.is_must[visit]), _why(problem, visit))
        for visit in range(problem.visits)
        if visit not in made
    ]
    frame = pd.DataFrame(rows, columns=list(UNPLANNED_COLUMNS))
    return frame.sort_values(["is_must", "parcel_id"], ascending=[False, True], ignore_index=True)


def _why(problem: Problem, visit: int) -> str:
    place = problem.depots + visit
    if not problem.shifts:
        return "no_shift"
    reached = [shift for shift in problem.shifts if _joined(problem, shift.depot, place)]
    if not reached:
        return "unreachable"
    in_window = [s for s in reached if problem.earliest_s[visit] <= s.end_s and problem.latest_s[visit] >= s.begin_s]
    if not in_window:
        return "outside_window"
    if all(insertion(problem, problem.shifts.index(shift), (), visit) is None for shift in in_window):
        return "too_far"
    return "no_time" if problem.is_must[visit] else "worth_less"


def _joined(problem: Problem, depot: int, place: int) -> bool:
    return bool(max(problem.seconds[depot, place], problem.seconds[place, depot]) < NO_WAY)
