"""The built-in plan: the best next visit where it costs least, until nothing fits. It also fills gaps of others."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from geo.patrol.routing import Problem, Route, Routes, begins

Cost = NDArray[np.float64]


def greedy(problem: Problem, start: Routes | None = None) -> Routes:
    """Insert visits one after the other: musts first, then those with most value for the time that they add.

    Of the musts those with the fewest shifts that take them go first.

    Parameters
    ----------
    start
        Routes to go on from; they keep their hours and windows. None starts with empty ones.

    Returns
    -------
    Routes
        One a shift; no further visit fits between two stops of any of them.
    """
    routes: list[Route] = list(start) if start is not None else [()] * len(problem.shifts)
    for wanted in (problem.is_must, ~problem.is_must):
        made = {visit for route in routes for visit in route}
        open_visits = [int(visit) for visit in np.flatnonzero(wanted) if visit not in made]
        _insert(problem, routes, open_visits, is_must=bool(wanted is problem.is_must))
    return tuple(routes)


def _insert(problem: Problem, routes: list[Route], open_visits: list[int], *, is_must: bool) -> None:
    cost = np.full((problem.visits, len(routes)), np.inf)
    for shift in range(len(routes)):
        cost[open_visits, shift] = _added(problem, shift, routes[shift], open_visits).min(axis=0, initial=np.inf)
    left = set(open_visits)
    while left:
        names = np.array(sorted(left))
        best = _choice(problem, cost[names], names, is_must=is_must)
        if best is None:
            return
        visit, shift = best
        longer = insertion(problem, shift, routes[shift], visit)
        if longer is None:
            cost[visit, shift] = np.inf
            continue
        routes[shift] = longer
        left.discard(visit)
        rest = sorted(left)
        cost[rest, shift] = _added(problem, shift, longer, rest).min(axis=0, initial=np.inf)


def _choice(problem: Problem, cost: Cost, names: NDArray[np.int64], *, is_must: bool) -> tuple[int, int] | None:
    fits = np.isfinite(cost)
    if not fits.any():
        return None
    if is_must:  # fewest shifts that take it, then the dearest to leave for later
        ways = np.where(fits.any(axis=1), fits.sum(axis=1), np.iinfo(np.int64).max)
        row = int(np.lexsort((names, problem.latest_s[names], ways))[0])
        return int(names[row]), int(np.argmin(cost[row]))
    worth = problem.value[names][:, None] / np.maximum(cost, 1.0)
    row, shift = divmod(int(np.argmax(np.where(fits, worth, -1.0))), cost.shape[1])
    return int(names[row]), shift


def _added(problem: Problem, shift: int, route: Route, visits: Sequence[int]) -> Cost:
    """Time that each visit adds at each place of a route [s]: (places, visits); infinite where hours forbid it."""
    team_day, first = problem.shifts[shift], problem.depots
    stops = np.array([team_day.depot, *(first + visit for visit in route), team_day.depot])
    new, sites = np.asarray(visits, dtype=np.int64), first + np.asarray(visits, dtype=np.int64)
    direct = problem.seconds[stops[:-1], stops[1:]][:, None]
    added = problem.seconds[stops[:-1]][:, sites] + problem.seconds[sites][:, stops[1:]].T - direct
    added = np.asarray(added + problem.service_s[new], dtype=float)
    busy = int(problem.seconds[stops[:-1], stops[1:]].sum() + problem.service_s[list(route)].sum())
    in_time = (problem.earliest_s[new] <= team_day.end_s) & (problem.latest_s[new] >= team_day.begin_s)
    if team_day.room is not None:
        in_time &= problem.load[list(route)].sum() + problem.load[new] <= team_day.room
    added[(busy + added > min(team_day.most_s, team_day.end_s - team_day.begin_s)) | ~in_time] = np.inf
    return added


def insertion(problem: Problem, shift: int, route: Route, visit: int) -> Route | None:
    """Return the route with a visit where it adds least time and keeps hours and windows; None if it fits nowhere."""
    added = _added(problem, shift, route, [visit])[:, 0]
    for place in np.argsort(added, kind="stable"):
        if not np.isfinite(added[place]):
            return None
        longer = (*route[:place], visit, *route[place:])
        if begins(problem, problem.shifts[shift], longer) is not None:
            return longer
    return None
