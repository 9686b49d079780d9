"""The plan: routes by PyVRP, musts before value before way, never worse than the built-in plan, hours shared fairly."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from geo.errors import PackageError
from geo.patrol.greedy import greedy
from geo.patrol.routing import NO_WAY, Problem, Routes, Shift, begins, score

if TYPE_CHECKING:
    from pyvrp import ProblemData, Solution

WORTH_M = 2_000
"""What one point of value is worth in metres driven: enough that value goes before way."""

MUST_POINTS = 1_000
"""Value of a must in the search for as many musts as possible."""

FAIR_TRIES = 4
FAIR_LOSS = 0.02
"""Share of value that may be given up for fairer hours [1]."""

Solve = Callable[[Problem], Routes]


def plan_routes(problem: Problem, *, seed: int, steps: int) -> Routes:
    """Plan routes with PyVRP.

    First as many musts as possible, then the most value beside them, then the shortest way. The built-in plan is where
    the search begins, so nothing that it reaches is lost. The same seed and steps give the same plan.

    Parameters
    ----------
    seed
        Of the search.
    steps
        Steps of the search; time grows with them.

    Raises
    ------
    PackageError
        PyVRP is not installed.
    """
    _require_pyvrp()
    empty: Routes = ((),) * len(problem.shifts)
    if not problem.visits or not problem.shifts:
        return empty
    start = greedy(problem)
    if score(problem, start)[0]:
        musts = replace(problem, value=np.where(problem.is_must, MUST_POINTS, 0))
        found = _search(musts, _only_musts(problem, start), np.zeros(problem.visits, bool), seed=seed, steps=steps)
        start = max((start, greedy(problem, _only_musts(problem, found))), key=lambda routes: _rank(problem, routes))
    held = np.zeros(problem.visits, dtype=bool)
    held[[visit for route in start for visit in route]] = True
    found = _search(problem, start, held & problem.is_must, seed=seed, steps=steps)
    return max((start, greedy(problem, found)), key=lambda routes: _rank(problem, routes))


def _require_pyvrp() -> None:
    try:
        import pyvrp  # noqa: F401, PLC0415  # an extra: only whether it is there matters here
    except ImportError as error:
        raise PackageError("patrol.extra_missing", extra="patrol") from error


def _rank(problem: Problem, routes: Routes) -> tuple[int, int, int]:
    missed, value, metres = score(problem, routes)
    return -missed, value, -metres


def _only_musts(problem: Problem, routes: Routes) -> Routes:
    return tuple(tuple(visit for visit in route if problem.is_must[visit]) for route in routes)


def _search(problem: Problem, start: Routes, required: NDArray[np.bool_], *, seed: int, steps: int) -> Routes:
    """Improve a plan; visits that are required stay in it."""
    from pyvrp import solve  # noqa: PLC0415  # an extra, asked for only where it is used
    from pyvrp.stop import MaxIterations  # noqa: PLC0415  # same

    data = _data(problem, required)
    first = _solution(data, problem, start)
    result = solve(data, MaxIterations(steps), seed=seed % 2**32, collect_stats=False, initial_solution=first)
    if not result.best.is_feasible():
        return start
    found = _routes(result.best, problem)
    kept = all(begins(problem, *pair) is not None for pair in zip(problem.shifts, found, strict=True))
    return found if kept else start


def _data(problem: Problem, required: NDArray[np.bool_]) -> "ProblemData":
    from pyvrp import Client, Depot, Location, ProblemData, VehicleType  # noqa: PLC0415  # an extra

    first = problem.depots
    clients = [
        Client(
            first + visit,
            delivery=[int(problem.load[visit])],
            service_duration=int(problem.service_s[visit]),
            tw_early=int(problem.earliest_s[visit]),
            tw_late=int(problem.latest_s[visit]),
            prize=0 if required[visit] else int(problem.value[visit]) * WORTH_M,
            required=bool(required[visit]),
        )
        for visit in range(problem.visits)
    ]
    kinds = [
        VehicleType(
            len(numbers),
            capacity=[int(problem.load.sum()) if shift.room is None else shift.room],
            start_depot=shift.depot,
            end_depot=shift.depot,
            tw_early=shift.begin_s,
            tw_late=shift.end_s,
            shift_duration=shift.most_s,
        )
        for shift, numbers in _kinds(problem).items()
    ]
    far = int(problem.metres[problem.metres < NO_WAY].max(initial=0)) * 10 + 1_000_000
    late = max(shift.end_s for shift in problem.shifts) + 1
    places = [Location(0, 0)] * len(problem.metres)
    depots = [Depot(place) for place in range(first)]
    metres = np.minimum(problem.metres, far)
    seconds = np.where(problem.seconds >= NO_WAY, late, problem.seconds)
    return ProblemData(places, clients, depots, kinds, [metres], [seconds])  # type: ignore[list-item]  # wants int, means int64


def _kinds(problem: Problem) -> dict[Shift, list[int]]:
    """Shifts that are alike, by number: to the search they are one kind of vehicle, of which there are several."""
    kinds: dict[Shift, list[int]] = {}
    for number, shift in enumerate(problem.shifts):
        kinds.setdefault(shift, []).append(number)
    return kinds


def _solution(data: "ProblemData", problem: Problem, routes: Routes) -> "Solution":
    from pyvrp import Activity, ActivityType, Route, Solution  # noqa: PLC0415  # an extra

    kind = {number: at for at, numbers in enumerate(_kinds(problem).values()) for number in numbers}
    made = [
        Route(data, [Activity(ActivityType.CLIENT, visit) for visit in route], vehicle_type=kind[number])
        for number, route in enumerate(routes)
        if route
    ]
    return Solution(data, made)


def _routes(best: "Solution", problem: Problem) -> Routes:
    found: list[tuple[int, ...]] = [()] * len(problem.shifts)
    left = [list(numbers) for numbers in _kinds(problem).values()]
    for route in best.routes():
        found[left[route.vehicle_type()].pop(0)] = tuple(int(stop.idx) for stop in route if stop.is_client())
    return tuple(found)


def share_hours(problem: Problem, teams: Sequence[str], solve: Solve, *, spread_s: int) -> Routes:
    """Plan so that no team works much longer than another.

    Where the spread is over the limit, the hours of every shift are capped and the cap is lowered by bisection; a
    fairer plan counts only if it misses no further must and gives up little value.

    Parameters
    ----------
    teams
        Team of each shift.
    solve
        Plans a problem.
    spread_s
        Longest difference between two teams' hours over the plan [s].
    """
    best = solve(problem)
    missed, value, _ = score(problem, best)
    low, high = _even_share(problem, teams, best), 1.0
    for _ in range(FAIR_TRIES):
        if spread_of(problem, teams, best) <= spread_s:
            break
        middle = (low + high) / 2
        tried = solve(problem.capped([int(shift.most_s * middle) for shift in problem.shifts]))
        lost, got, _ = score(problem, tried)
        if lost > missed or got < value * (1 - FAIR_LOSS):
            low = middle
        else:
            high = middle
            best = min((best, tried), key=partial(spread_of, problem, teams))
    return best


def _even_share(problem: Problem, teams: Sequence[str], routes: Routes) -> float:
    """Return which share of their hours all teams would work if they worked alike: no cap below can help."""
    there = sum(shift.most_s for shift in problem.shifts)
    return sum(_team_hours(problem, teams, routes).values()) / there if there else 1.0


def spread_of(problem: Problem, teams: Sequence[str], routes: Routes) -> int:
    """Return the difference between the longest and the shortest hours of a team over the plan [s]."""
    hours = _team_hours(problem, teams, routes).values()
    return max(hours, default=0) - min(hours, default=0)


def _team_hours(problem: Problem, teams: Sequence[str], routes: Routes) -> dict[str, int]:
    hours = dict.fromkeys(teams, 0)
    for team, shift, route in zip(teams, problem.shifts, routes, strict=True):
        times = begins(problem, shift, route)
        if route and times:
            hours[team] += times[2] - times[1]
    return hours
