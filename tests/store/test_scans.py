from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.errors import StoreError
from geo.locale import say_error
from geo.store import begin_scan, finish_scan, read_scan

MONTH = "2026-01"
MONTHS = count(1)
INPUTS = {"settings": "abc", "seed": 7}


@pytest.fixture
def begin(store, as_of, day):
    def begin(known: int = 20, month: str = MONTH, **changes):
        arguments = {"as_of": as_of, "known_at": day(known), "inputs": INPUTS} | changes
        with store.begin() as conn:
            return begin_scan(conn, month, **arguments)

    return begin


@pytest.fixture
def finish(store):
    def finish(scan):
        with store.begin() as conn:
            finish_scan(conn, scan.scan_id, outputs_hash="f" * 64)

    return finish


def test_a_scan_is_begun_with_what_it_was_given(begin, as_of, day):
    scan = begin()
    assert (scan.month, scan.revision, scan.as_of, scan.known_at) == (MONTH, 1, as_of, day(20))
    assert (scan.state, scan.inputs, scan.outputs_hash) == ("running", INPUTS, None)


def test_an_unfinished_scan_is_gone_on_with_as_it_was_begun(begin, day):
    first = begin()
    assert begin(25) == first
    assert begin(25).known_at == day(20)


def test_a_repetition_of_a_finished_scan_is_its_next_revision(begin, finish):
    first = begin()
    finish(first)
    assert begin(25).revision == 2
    assert begin(month="2026-02").revision == 1


def test_other_inputs_begin_another_scan_and_leave_the_unfinished_one(begin, store, as_of):
    first = begin()
    assert begin(inputs=INPUTS | {"seed": 8}).revision == 2
    assert begin(as_of=as_of - timedelta(days=1)).revision == 3
    with store.connect() as conn:
        states = [read_scan(conn, MONTH, revision).state for revision in (1, 2, 3)]
    assert states == ["abandoned", "abandoned", "running"]
    assert begin(inputs=first.inputs).revision == 4


def test_the_last_finished_scan_of_a_month_is_read(begin, finish, store):
    finish(begin())
    finish(begin(21))
    begin(22)
    with store.connect() as conn:
        assert read_scan(conn, MONTH).revision == 2
        assert read_scan(conn, MONTH).outputs_hash == "f" * 64
        assert read_scan(conn, MONTH, 1).state == "done"
        assert read_scan(conn, MONTH, 3).state == "running"


@pytest.mark.parametrize(("revision", "code"), [(None, "store.no_scan"), (9, "store.no_revision")])
def test_a_scan_that_is_not_there_is_said_not_to_be(begin, store, revision, code):
    begin()
    with store.connect() as conn, pytest.raises(StoreError) as caught:
        read_scan(conn, MONTH, revision)
    assert caught.value.code == code
    assert MONTH in say_error(caught.value, "zh")


def test_a_finished_scan_is_not_finished_again(begin, finish):
    scan = begin()
    finish(scan)
    with pytest.raises(StoreError, match=r"store\.scan_closed"):
        finish(scan)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.booleans(), max_size=6))
def test_however_often_a_run_is_killed_revisions_count_those_that_ended(store, as_of, day, runs):
    month = f"{next(MONTHS):04d}-01"
    with store.begin() as conn:
        for is_ended in runs:
            scan = begin_scan(conn, month, as_of=as_of, known_at=day(20), inputs={})
            if is_ended:
                finish_scan(conn, scan.scan_id, outputs_hash="")
        assert begin_scan(conn, month, as_of=as_of, known_at=day(20), inputs={}).revision == 1 + sum(runs)
