"""The built-in plan by hand."""

from collections.abc import Callable

from geo.patrol.greedy import greedy, insertion
from geo.patrol.routing import Problem, Shift

Make = Callable[..., Problem]


def test_value_for_the_time_it_adds_decides(on_a_line: Make) -> None:
    # 5 km: 10 points for 1200 s; 20 km: 30 points for 3000 s, and not both fit
    assert greedy(on_a_line([5, -20], value=[13, 30])) == ((0,),)
    assert greedy(on_a_line([5, -20], value=[11, 30])) == ((1,),)


def test_a_visit_goes_where_it_adds_least(on_a_line: Make) -> None:
    assert insertion(on_a_line([5, 10, 7]), 0, (0, 1), 2) == (0, 2, 1)


def test_a_window_moves_a_visit_to_a_later_place_or_to_another_day(on_a_line: Make) -> None:
    problem = on_a_line([5, 10], window={0: (2000, 3000)})
    assert insertion(problem, 0, (1,), 0) == (1, 0)
    days = [Shift(depot=0, begin_s=begin, end_s=begin + 3600, most_s=3600) for begin in (0, 86_400)]
    assert greedy(on_a_line([5], window={0: (86_400, 90_000)}, shifts=days)) == ((), (0,))


def test_what_fits_nowhere_is_left(on_a_line: Make) -> None:
    assert greedy(on_a_line([40])) == ((),)
    assert insertion(on_a_line([40]), 0, (), 0) is None
    assert insertion(on_a_line([5], window={0: (3500, 3600)}), 0, (), 0) is None


def test_a_must_that_few_shifts_take_goes_first(on_a_line: Make) -> None:
    days = [Shift(depot=0, begin_s=begin, end_s=begin + 3600, most_s=3600) for begin in (0, 10_000)]
    problem = on_a_line([20, 21], must=[True, True], shifts=days, window={1: (0, 5000)})
    assert greedy(problem) == ((1,), (0,))


def test_it_goes_on_from_routes_that_are_there(on_a_line: Make) -> None:
    assert greedy(on_a_line([5, 6]), ((1,),)) in (((0, 1),), ((1, 0),))
