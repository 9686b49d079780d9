"""The moves of a case and the state they make: days counted by hand on a calendar."""

from datetime import date
from importlib.resources import files

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.law.case import parse_case
from geo.law.moves import Around, Move, check_move, fold_case, last_cases, moves_by_case

FOLDER = files("geo.law") / "cases"
IDLE = parse_case((FOLDER / "idle.toml").read_text("utf-8"), name="idle.toml")
LOW = parse_case((FOLDER / "low-efficiency.toml").read_text("utf-8"), name="low-efficiency.toml")

BEGUN = Move(state="suspected", on=date(2026, 8, 3))
NOTIFIED = Move(state="investigation_notice", on=date(2026, 8, 5), served_on=date(2026, 8, 7))
ANSWERED = Move(state="answered", on=date(2026, 8, 20))
IDENTIFIED = Move(state="identified", on=date(2026, 9, 8), served_on=date(2026, 9, 9), cause="enterprise")
FILED = Move(state="filed", on=date(2026, 9, 10))
HEARING = Move(state="hearing", on=date(2026, 9, 14), served_on=date(2026, 9, 16))
APPROVED = Move(state="approval", on=date(2026, 9, 28), remedy="fee")
DISPOSED = Move(state="disposal", on=date(2026, 9, 30), served_on=date(2026, 9, 30), remedy="fee")


def codes(kind, made, move, **around) -> list[str]:
    return [why.code for why in check_move(kind, made, move, around=Around(**around))]


def test_the_whole_way_to_a_fee_has_no_flaw() -> None:
    made = [BEGUN, NOTIFIED, IDENTIFIED, FILED, HEARING, APPROVED, DISPOSED]
    standing = fold_case(IDLE, made, as_of=date(2026, 10, 1))
    assert not standing.flaws
    assert (standing.state, standing.since_on) == ("disposal", date(2026, 9, 30))
    assert standing.open == ("published", "closed")
    assert standing.reached("hearing") == HEARING
    assert standing.reached("heard") is None


def test_without_an_answer_an_identification_waits_for_thirty_days_and_the_next_working_day() -> None:
    """Served on Friday 2026-08-07: thirty days end on Sunday 09-06, so the last day is Monday 09-07."""
    made = [BEGUN, NOTIFIED]
    assert codes(IDLE, made, Move(state="identified", on=date(2026, 9, 7))) == ["case.needs_waiting"]
    assert codes(IDLE, made, Move(state="identified", on=date(2026, 9, 8))) == []
    assert codes(IDLE, [*made, ANSWERED], Move(state="identified", on=date(2026, 8, 21))) == []


def test_an_identification_without_a_served_notice_is_not_open() -> None:
    unserved = Move(state="investigation_notice", on=date(2026, 8, 5))
    assert codes(IDLE, [BEGUN], Move(state="identified", on=date(2026, 9, 30))) == ["case.needs_served"]
    assert codes(IDLE, [BEGUN, unserved], Move(state="identified", on=date(2026, 9, 30))) == ["case.needs_served"]


def test_a_hearing_comes_before_a_fee_but_not_before_a_later_start_for_a_government_cause() -> None:
    """Rules D1."""
    made = [BEGUN, NOTIFIED, IDENTIFIED, FILED]
    on = date(2026, 9, 28)
    assert codes(IDLE, made, Move(state="approval", on=on, remedy="fee")) == ["case.needs_served"]
    assert codes(IDLE, made, Move(state="approval", on=on)) == ["case.needs_served"]
    government = Move(state="identified", on=date(2026, 9, 8), served_on=date(2026, 9, 9), cause="government")
    made = [BEGUN, NOTIFIED, government, FILED]
    assert codes(IDLE, made, Move(state="approval", on=on, remedy="extend")) == []
    assert codes(IDLE, made, Move(state="hearing", on=on)) == ["case.needs_cause"]
    approved = [*made, Move(state="approval", on=on, remedy="extend")]
    assert codes(IDLE, approved, Move(state="disposal", on=on, remedy="fee")) == [
        "case.needs_cause",
        "case.needs_served",
    ]
    assert codes(IDLE, approved, Move(state="disposal", on=on)) == []


def test_a_hearing_can_be_asked_for_in_five_working_days_unless_it_was_held_or_waived() -> None:
    """Served on Wednesday 2026-09-16: the fifth working day is Wednesday 09-23; a holiday on it makes it the 24th."""
    made = [BEGUN, NOTIFIED, IDENTIFIED, FILED, HEARING]
    fee = {"state": "approval", "remedy": "fee"}
    assert codes(IDLE, made, Move(**fee, on=date(2026, 9, 23))) == ["case.needs_waiting"]
    assert codes(IDLE, made, Move(**fee, on=date(2026, 9, 24))) == []
    holiday = date(2026, 9, 23)
    is_working = lambda day: day.weekday() < 5 and day != holiday  # noqa: E731
    assert codes(IDLE, made, Move(**fee, on=date(2026, 9, 24)), is_working=is_working) == ["case.needs_waiting"]
    waived = Move(state="heard", on=date(2026, 9, 17))
    assert codes(IDLE, [*made, waived], Move(**fee, on=date(2026, 9, 18))) == []


def test_a_mortgagee_is_told_only_where_there_is_a_mortgage() -> None:
    made = [BEGUN, NOTIFIED, IDENTIFIED, FILED, HEARING]
    assert codes(IDLE, made, APPROVED, is_mortgaged=True) == ["case.needs_reached"]
    told = Move(state="mortgagee_told", on=date(2026, 9, 11))
    assert codes(IDLE, [*made, told], APPROVED, is_mortgaged=True) == []


def test_land_that_is_not_filed_is_not_disposed_of() -> None:
    made = [BEGUN, NOTIFIED, IDENTIFIED, HEARING]
    assert codes(IDLE, made, APPROVED) == ["case.needs_reached"]


def test_a_step_is_made_once_and_not_after_a_later_one_and_never_after_the_end() -> None:
    made = [BEGUN, NOTIFIED, IDENTIFIED]
    assert codes(IDLE, made, Move(state="identified", on=date(2026, 9, 30))) == ["case.is_made"]
    assert codes(IDLE, made, Move(state="answered", on=date(2026, 9, 30))) == ["case.too_late"]
    ended = [*made, Move(state="withdrawn", on=date(2026, 9, 9))]
    assert codes(IDLE, ended, Move(state="filed", on=date(2026, 9, 30))) == ["case.is_ended"]
    standing = fold_case(IDLE, ended, as_of=date(2026, 9, 30))
    assert (standing.open, standing.blocked, standing.due) == ((), {}, {})
    assert standing.is_ended


def test_moves_after_the_day_do_not_count_nor_does_a_later_service() -> None:
    standing = fold_case(IDLE, [BEGUN, NOTIFIED, IDENTIFIED], as_of=date(2026, 8, 6))
    assert standing.state == "investigation_notice"
    assert standing.moves[-1].served_on is None
    assert [why.code for why in standing.blocked["identified"]] == ["case.needs_served"]
    assert codes(IDLE, [BEGUN, NOTIFIED, IDENTIFIED], Move(state="answered", on=date(2026, 8, 20))) == []


def test_a_move_out_of_order_is_kept_and_says_why() -> None:
    standing = fold_case(
        IDLE, [IDENTIFIED, BEGUN, Move(state="nonsense", on=date(2026, 9, 1))], as_of=date(2026, 10, 1)
    )
    assert [move.state for move in standing.moves] == ["suspected", "identified"]
    assert [why.code for why in standing.flaws["identified"]] == ["case.needs_served"]


def test_deadlines_run_from_the_state_or_from_the_service() -> None:
    """2026-08-03 + 30 days = 09-02; the answer is due thirty days after the service of 08-07: 09-06, a Sunday."""
    begun = fold_case(IDLE, [BEGUN], as_of=date(2026, 8, 4))
    assert begun.due == {"investigation_notice": date(2026, 9, 2)}
    served = fold_case(IDLE, [BEGUN, NOTIFIED], as_of=date(2026, 8, 10))
    assert served.due == {"answered": date(2026, 9, 7)}
    unserved = fold_case(IDLE, [BEGUN, NOTIFIED], as_of=date(2026, 8, 6))
    assert unserved.due == {}
    assert fold_case(IDLE, [BEGUN, NOTIFIED, IDENTIFIED], as_of=date(2026, 10, 1)).due == {}


def test_a_low_efficiency_case_hears_the_holder_before_the_county_approves() -> None:
    """Dabu art. 6(4)."""
    begun = Move(state="suspected", on=date(2026, 3, 2))
    steps = ["investigated", "identified", "interviewed", "planned", "approval", "disposal", "closed"]
    made = [begun]
    for count, state in enumerate(steps, start=3):
        standing = fold_case(LOW, made, as_of=date(2026, 3, count))
        assert state in standing.open
        assert not set(steps[steps.index(state) + 1 :]) & set(standing.open)
        made.append(Move(state=state, on=date(2026, 3, count), served_on=date(2026, 3, count)))
    assert not fold_case(LOW, made, as_of=date(2026, 4, 1)).flaws


def test_a_case_without_moves_has_no_state() -> None:
    standing = fold_case(IDLE, [], as_of=date(2026, 1, 1))
    assert (standing.state, standing.since_on, standing.open) == (None, None, ("suspected",))


@given(st.permutations([BEGUN, NOTIFIED, ANSWERED, IDENTIFIED, FILED, HEARING, APPROVED, DISPOSED]), st.integers(0, 80))
def test_the_order_in_which_moves_are_read_does_not_matter(moves: list[Move], days: int) -> None:
    as_of = date.fromordinal(date(2026, 8, 1).toordinal() + days)
    usual = [BEGUN, NOTIFIED, ANSWERED, IDENTIFIED, FILED, HEARING, APPROVED, DISPOSED]
    assert fold_case(IDLE, moves, as_of=as_of) == fold_case(IDLE, usual, as_of=as_of)


def rows(*entries: dict[str, object]) -> pd.DataFrame:
    columns = ["parcel_id", "case", "number", "case_stage", "moved_on", "moved_by", "paper", "served_on", "row"]
    frame = pd.DataFrame(list(entries), columns=columns)
    return frame.assign(**{name: pd.to_datetime(frame[name]) for name in ("moved_on", "served_on")})


def test_rows_of_the_register_become_moves_by_parcel_and_case() -> None:
    found = moves_by_case(
        rows(
            {"parcel_id": "a", "case": "idle", "case_stage": "suspected", "moved_on": "2026-01-05", "row": 4},
            {"parcel_id": "a", "case": "idle", "number": "2", "case_stage": "suspected", "moved_on": "2026-03-05"},
            {"parcel_id": "a", "case": "idle", "case_stage": "filed"},
            {"parcel_id": None, "case": "idle", "case_stage": "filed", "moved_on": "2026-03-05"},
        )
    )
    assert list(found) == [("a", "idle", "1"), ("a", "idle", "2")]
    assert found["a", "idle", "1"] == [Move(state="suspected", on=date(2026, 1, 5), place="register:case_move/4")]
    assert found["a", "idle", "2"][0].place == "move:suspected"
    assert moves_by_case(rows().drop(columns="row")) == {}


@pytest.mark.parametrize(("as_of", "number"), [(date(2026, 2, 1), "1"), (date(2026, 4, 1), "2")])
def test_the_case_that_began_last_by_the_day_counts(as_of: date, number: str) -> None:
    found = {
        ("a", "idle", "2"): [Move(state="suspected", on=date(2026, 3, 5))],
        ("a", "idle", "1"): [Move(state="suspected", on=date(2026, 1, 5))],
        ("a", "low_efficiency", "1"): [Move(state="suspected", on=date(2026, 1, 6))],
    }
    assert last_cases(found, "idle", as_of=as_of)["a"][0] == number
