"""Plans: what must hold of every one of them, and the costs that others found."""

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import pyvrp
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import PackageError
from geo.patrol.greedy import greedy, insertion
from geo.patrol.plan import plan_routes, share_hours, spread_of
from geo.patrol.routing import NO_WAY, Problem, Routes, Shift, begins, score

Make = Callable[..., Problem]
DAY = 100_000


def drawn_problem(seed: int, visits: int, days: int) -> Problem:
    """A small problem with two teams from two depots, windows of days and a place that no way leads to."""
    random = np.random.default_rng(seed)
    places = random.uniform(0, 30, (2 + visits, 2))
    metres = np.rint(np.hypot(*(places[:, None] - places[None, :]).transpose(2, 0, 1)) * 1000).astype(np.int64)
    seconds = metres // 10
    if visits:
        for matrix in (metres, seconds):
            matrix[2, :], matrix[:, 2] = NO_WAY, NO_WAY
            matrix[2, 2] = 0
    first = random.integers(0, max(days, 1), visits) * DAY
    shifts = [
        Shift(depot=team, begin_s=day * DAY, end_s=day * DAY + 20_000, most_s=20_000, room=6)
        for day in range(days)
        for team in range(2)
    ]
    return Problem(
        metres=metres,
        seconds=seconds,
        service_s=random.integers(600, 2400, visits),
        earliest_s=first,
        latest_s=first + random.integers(1, 3, visits) * DAY,
        value=random.integers(1, 100, visits),
        is_must=random.random(visits) < 0.3,
        load=np.ones(visits, dtype=np.int64),
        shifts=tuple(shifts),
    )


def assert_kept(problem: Problem, routes: Routes) -> None:
    made = [visit for route in routes for visit in route]
    assert len(made) == len(set(made))
    assert len(routes) == len(problem.shifts)
    for shift, route in zip(problem.shifts, routes, strict=True):
        assert begins(problem, shift, route) is not None
    assert 0 not in made, "no way leads to the first visit"


@given(seed=st.integers(0, 10_000), visits=st.integers(0, 25), days=st.integers(0, 3))
@settings(max_examples=25)
def test_no_visit_twice_hours_and_windows_kept_and_never_worse_than_the_built_in_plan(
    seed: int, visits: int, days: int
) -> None:
    problem = drawn_problem(seed, visits, days)
    base, found = greedy(problem), plan_routes(problem, seed=seed, steps=60)
    assert_kept(problem, base)
    assert_kept(problem, found)
    (missed, value, _), (missed_base, value_base, _) = score(problem, found), score(problem, base)
    assert (missed, -value) <= (missed_base, -value_base)
    left = set(range(visits)) - {visit for route in found for visit in route}
    pairs = list(enumerate(found))
    assert not [v for v in left for shift, route in pairs if insertion(problem, shift, route, v) is not None]


def test_the_same_seed_replays_the_same_plan() -> None:
    problem = drawn_problem(5, 25, 3)
    assert plan_routes(problem, seed=9, steps=200) == plan_routes(problem, seed=9, steps=200)


def test_nothing_to_visit_and_nobody_to_go_are_plans_too(on_a_line: Make) -> None:
    assert plan_routes(on_a_line([]), seed=1, steps=10) == ((),)
    nobody = on_a_line([5])
    nobody = Problem(**{**{name: getattr(nobody, name) for name in Problem.__slots__}, "shifts": ()})
    assert plan_routes(nobody, seed=1, steps=10) == ()
    assert greedy(nobody) == ()


def test_one_candidate_is_visited(on_a_line: Make) -> None:
    assert plan_routes(on_a_line([5]), seed=1, steps=10) == ((0,),)


def test_a_must_goes_before_any_value(on_a_line: Make) -> None:
    # an hour: either the must at 20 km (2400 + 600 s) or both near ones on the other side
    problem = on_a_line([20, -5, -6], value=[1, 100, 100], must=[True, False, False])
    assert greedy(problem) == ((0,),)
    assert plan_routes(problem, seed=1, steps=200) == ((0,),)


def test_more_musts_than_hours_gives_as_many_as_fit(on_a_line: Make) -> None:
    # the first that the built-in plan takes is the one with the earliest end, and it fills the hour alone
    problem = on_a_line([20, -5, -6], must=[True, True, True], window={0: (0, 2000)})
    assert score(problem, greedy(problem))[0] == 2
    found = plan_routes(problem, seed=1, steps=300)
    assert score(problem, found)[0] == 1
    assert sorted(found[0]) == [1, 2]


def test_fair_hours_cost_little_value(on_a_line: Make) -> None:
    # two teams from one depot; everything fits into the hours of either
    shifts = [Shift(depot=0, begin_s=0, end_s=9000, most_s=9000)] * 2
    problem = on_a_line([1, 2, 3, 4, 5, 6], shifts=shifts)
    routes = share_hours(problem, ["a", "b"], lambda one: plan_routes(one, seed=1, steps=100), spread_s=1800)
    assert spread_of(problem, ["a", "b"], routes) <= 1800
    assert sorted(visit for route in routes for visit in route) == [0, 1, 2, 3, 4, 5]


def test_hours_stay_unfair_where_fairness_would_miss_a_must(on_a_line: Make) -> None:
    shifts = [Shift(depot=0, begin_s=0, end_s=9000, most_s=9000), Shift(depot=0, begin_s=9000, end_s=9001, most_s=1)]
    problem = on_a_line([30, 31], must=[True, True], shifts=shifts)
    routes = share_hours(problem, ["a", "b"], greedy, spread_s=60)
    assert score(problem, routes)[0] == 0


def test_without_the_package_the_error_says_what_to_install(on_a_line: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyvrp", None)
    with pytest.raises(PackageError) as caught:
        plan_routes(on_a_line([5]), seed=1, steps=10)
    assert caught.value.code == "patrol.extra_missing"


def read_problem(path: Path, rounding: str) -> Problem:
    """Read a published instance: every client must be visited, a route's length is its cost."""
    data = pyvrp.read(path, rounding)
    clients, kinds = data.clients(), data.vehicle_types()
    shifts = [
        Shift(
            depot=0,
            begin_s=kind.tw_early,
            end_s=min(kind.tw_late, 10**9),
            most_s=min(kind.shift_duration, 10**9),
            room=kind.capacity[0] if kind.capacity else None,
        )
        for kind in kinds
        for _ in range(min(kind.num_available, 25))
    ]
    order = [data.depots()[0].location, *(client.location for client in clients)]
    grid = np.ix_(order, order)
    return Problem(
        metres=data.distance_matrix(0)[grid].astype(np.int64),
        seconds=data.duration_matrix(0)[grid].astype(np.int64),
        service_s=np.array([client.service_duration for client in clients]),
        earliest_s=np.array([client.tw_early for client in clients]),
        latest_s=np.array([min(client.tw_late, 10**9) for client in clients]),
        value=np.full(len(clients), 1000),
        is_must=np.full(len(clients), fill_value=True),
        load=np.array([client.delivery[0] for client in clients]),
        shifts=tuple(shifts),
    )


@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("name", "rounding", "cost", "steps"),
    [
        ("E-n22-k4.txt", "round", 375, 500),
        ("RC208.vrp", "dimacs", 7761, 3000),
    ],
)
def test_published_instances_come_out_within_one_percent(
    shared_data: Path, name: str, rounding: str, cost: int, steps: int
) -> None:
    problem = read_problem(shared_data / "oracles/vrp_pyvrp" / name, rounding)
    missed, _, metres = score(problem, plan_routes(problem, seed=1, steps=steps))
    assert missed == 0
    assert metres <= 1.01 * cost
