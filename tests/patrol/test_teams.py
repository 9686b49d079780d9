"""Files of teams, and working days."""

from datetime import date, time

import pytest

from geo.errors import SchemaError
from geo.patrol.teams import hours_s, parse_roster, public_days, working_days

TEAM = '[[team]]\nname = "一组"\ndepot = [120.1, 28.3]\n'


def test_a_team_has_usual_hours_unless_the_file_says_otherwise() -> None:
    usual = parse_roster(TEAM, file="t.toml").teams[0]
    assert (usual.begins, usual.ends, usual.lunch_minutes) == (time(8, 30), time(17), 60)
    assert hours_s(usual) == 27_000
    other = parse_roster(TEAM + 'begins = "09:00"\nends = 15:00:00\nlunch_minutes = 0\nmost_visits = 4', file="t.toml")
    assert hours_s(other.teams[0]) == 6 * 3600
    assert other.teams[0].most_visits == 4


@pytest.mark.parametrize(
    "text",
    [
        "team = ",
        "",
        TEAM + TEAM,
        '[[team]]\nname = "一组"',
        '[[team]]\nname = "一组"\ndepot = [28.3, 120.1]',
        '[[team]]\nname = "一组"\ndepot = ["a", "b"]',
        TEAM + 'begins = "17:00"',
        TEAM + 'begins = "later"',
        TEAM + "wheels = 4",
        "detour = 0\n" + TEAM,
        TEAM + '[[inspector]]\nname = "张"\n[[inspector]]\nname = "张"',
        TEAM + '[[inspector]]\ncertificate = "1"',
    ],
)
def test_what_cannot_be_used_is_refused_with_the_file(text: str) -> None:
    with pytest.raises(SchemaError) as caught:
        parse_roster(text, file="t.toml")
    assert caught.value.code == "patrol.teams_format"
    assert caught.value.params["file"] == "t.toml"


def test_days_off_and_extra_working_days_go_before_the_public_calendar() -> None:
    roster = parse_roster("days_off = [2026-11-03]\nworking_days = [2026-11-07]\n" + TEAM, file="t.toml")
    days = list(working_days(date(2026, 11, 2), 7, roster, public={date(2026, 11, 4): False}))
    assert [one.day for one in days] == [2, 5, 6, 7]


def test_the_public_calendar_knows_national_day_and_not_a_year_to_come() -> None:
    days, unknown = public_days(date(2025, 10, 1), 9)
    assert not any(days.values()) or days[date(2025, 10, 9)]
    assert not days[date(2025, 10, 1)]
    assert not unknown
    assert public_days(date(2099, 1, 1), 2) == ({}, [2099])
