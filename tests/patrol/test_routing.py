"""Routes by hand: a straight road, a minute a kilometre, ten minutes a visit."""

from collections.abc import Callable

import numpy as np

from geo.patrol.routing import Problem, Shift, begins, metres_of, score

Make = Callable[..., Problem]


def test_a_route_takes_its_way_and_its_visits(on_a_line: Make) -> None:
    problem = on_a_line([5, 10])
    assert begins(problem, problem.shifts[0], (0, 1)) == ([300, 300 + 600 + 300], 0, 1200 + 600 + 600)
    assert metres_of(problem, problem.shifts[0], (0, 1)) == 20_000


def test_hours_windows_and_room_are_kept(on_a_line: Make) -> None:
    short = Shift(depot=0, begin_s=0, end_s=2000, most_s=2000)
    assert begins(on_a_line([5, 10], shifts=[short]), short, (0, 1)) is None
    assert begins(on_a_line([5], window={0: (0, 299)}), on_a_line([5]).shifts[0], (0,)) is None
    full = Shift(depot=0, begin_s=0, end_s=9000, most_s=9000, room=1)
    assert begins(on_a_line([5, 10], shifts=[full]), full, (0, 1)) is None
    assert begins(on_a_line([5, 10], shifts=[full]), full, (1,)) is not None


def test_a_team_sets_out_late_and_does_not_wait(on_a_line: Make) -> None:
    problem = on_a_line([5], window={0: (1000, 2000)}, shifts=[Shift(depot=0, begin_s=0, end_s=9000, most_s=1200)])
    assert begins(problem, problem.shifts[0], (0,)) == ([1000], 700, 1900)


def test_waiting_that_no_late_start_saves_counts_as_hours(on_a_line: Make) -> None:
    # the first visit must be at once, the second waits until 3000: 3000 + 600 + way back 600
    problem = on_a_line([5, 10], window={0: (0, 300), 1: (3000, 4000)})
    long = Shift(depot=0, begin_s=0, end_s=9000, most_s=4200)
    assert begins(problem, long, (0, 1)) == ([300, 3000], 0, 4200)
    assert begins(problem, Shift(depot=0, begin_s=0, end_s=9000, most_s=4199), (0, 1)) is None


def test_musts_come_before_value_and_value_before_way(on_a_line: Make) -> None:
    problem = on_a_line([5, 10], value=[3, 4], must=[True, False])
    assert score(problem, ((1,),)) == (1, 4, 20_000)
    assert score(problem, ((0, 1),)) == (0, 7, 20_000)


def test_a_cap_shortens_every_shift_and_lengthens_none(on_a_line: Make) -> None:
    assert [shift.most_s for shift in on_a_line([1]).capped([99]).shifts] == [99]
    assert [shift.most_s for shift in on_a_line([1]).capped([10**6]).shifts] == [3600]
    assert np.array_equal(on_a_line([1]).capped([99]).value, on_a_line([1]).value)
