"""Teams, inspectors and working days, as a bureau writes them into a file."""

import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

import chinese_calendar

from geo.errors import SchemaError
from geo.patrol.distances import DETOUR

SATURDAY = 5
FARTHEST_EAST, FARTHEST_NORTH = 180, 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """A team, where it sets out from and when.

    Attributes
    ----------
    depot
        Longitude and latitude [degrees].
    begins, ends, lunch_from
        Times of day in Shanghai.
    lunch_minutes
        Length of the lunch break [minutes].
    most_visits
        Visits a day at most; None is no limit.
    days_off
        Days on which this team does not go out.
    """

    name: str
    depot: tuple[float, float]
    begins: time = time(8, 30)
    ends: time = time(17, 0)
    lunch_from: time = time(12, 0)
    lunch_minutes: int = 60
    most_visits: int | None = None
    days_off: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspector:
    """Who may be drawn for a patrol."""

    name: str
    certificate: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """Everything that a file of teams says.

    Attributes
    ----------
    days_off, working_days
        Days that are no working days, or are, whatever the public calendar says.
    detour, km_per_hour, stop_minutes
        Way by road over straight line; speed [km/h]; supplement a stop [minutes].
    spread_hours
        Longest difference between two teams' hours over the plan [h].
    """

    teams: tuple[Team, ...]
    inspectors: tuple[Inspector, ...] = ()
    days_off: tuple[date, ...] = ()
    working_days: tuple[date, ...] = ()
    detour: float = DETOUR
    km_per_hour: float = 40.0
    stop_minutes: float = 2.0
    spread_hours: float = 4.0


def parse_roster(text: str, *, file: str) -> Roster:
    """Parse a file of teams.

    Raises
    ------
    SchemaError
        It is not TOML, names no team or a team twice, or a value is of the wrong kind or makes no sense.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SchemaError("patrol.teams_format", file=file, why=str(error)) from error
    try:
        teams = tuple(_team(entry) for entry in table.pop("team", []))
        inspectors = tuple(Inspector(**entry) for entry in table.pop("inspector", []))
        lists: dict[str, Any] = {name: tuple(table.pop(name, ())) for name in ("days_off", "working_days")}
        roster = Roster(teams=teams, inspectors=inspectors, **lists, **table)
        _check(roster)
    except (TypeError, ValueError, KeyError) as error:
        raise SchemaError("patrol.teams_format", file=file, why=str(error)) from error
    return roster


def _team(entry: Mapping[str, Any]) -> Team:
    times = {name: _time(entry[name]) for name in ("begins", "ends", "lunch_from") if name in entry}
    longitude, latitude = map(float, entry["depot"])
    days = tuple(entry.get("days_off", ()))
    return Team(**{**entry, **times, "depot": (longitude, latitude), "days_off": days})


def _time(value: object) -> time:
    return value if isinstance(value, time) else time.fromisoformat(str(value))


def _check(roster: Roster) -> None:
    names = [team.name for team in roster.teams]
    if not names:
        raise ValueError("no [[team]]")
    if len(set(names)) < len(names):
        raise ValueError("a team stands there twice")
    known = [(one.name, one.certificate) for one in roster.inspectors]
    if len(set(known)) < len(known):
        raise ValueError("an inspector stands there twice")
    for team in roster.teams:
        if not (abs(team.depot[0]) <= FARTHEST_EAST and abs(team.depot[1]) <= FARTHEST_NORTH):
            raise ValueError(f"depot of {team.name}: longitude first, then latitude")
        if hours_s(team) <= 0:
            raise ValueError(f"{team.name} has no working time between begins and ends")
    if min(roster.detour, roster.km_per_hour) <= 0 or min(roster.stop_minutes, roster.spread_hours) < 0:
        raise ValueError("detour and km_per_hour are above zero, stop_minutes and spread_hours not below")


def seconds_of_day(moment: time) -> int:
    """Return the seconds since midnight.

    Examples
    --------
    >>> seconds_of_day(time(8, 30))
    30600
    """
    return moment.hour * 3600 + moment.minute * 60 + moment.second


def hours_s(team: Team) -> int:
    """Return how long a team works on a day, lunch left out [s]."""
    return seconds_of_day(team.ends) - seconds_of_day(team.begins) - 60 * team.lunch_minutes


def working_days(first: date, count: int, roster: Roster, *, public: Mapping[date, bool]) -> Iterator[date]:
    """Yield the working days among so many calendar days from a day on.

    Parameters
    ----------
    public
        Whether a day is a working day by the public calendar, for the days that it covers; Monday to Friday otherwise.
    """
    for number in range(count):
        day = first + timedelta(days=number)
        usual = public.get(day, day.weekday() < SATURDAY)
        if day in roster.working_days or (usual and day not in roster.days_off):
            yield day


def public_days(first: date, count: int) -> tuple[dict[date, bool], Collection[int]]:
    """Return the public calendar of working days, and the years that it does not cover yet.

    The State Council announces each year's holidays in the autumn before; until a version of ``chinesecalendar`` knows
    the year, Monday to Friday is all that can be said.
    """
    days, unknown = {}, set()
    for number in range(count):
        day = first + timedelta(days=number)
        try:
            days[day] = bool(chinese_calendar.is_workday(day))
        except NotImplementedError:
            unknown.add(day.year)
    return days, sorted(unknown)
