"""Patrol plans side by side: the built-in plan, PyVRP and OR-Tools on the same seeded counties.

Run: ``.venv/bin/python benchmarks/patrol.py [--seconds 10]``; needs the extra ``patrol`` and the group ``benchmarks``.
OR-Tools gets the seconds that PyVRP's fixed number of steps took (at least ``--seconds``), one core each.
"""

import argparse
import time

import numpy as np

from geo.patrol.distances import seconds_of, straight_metres
from geo.patrol.greedy import greedy
from geo.patrol.plan import WORTH_M, plan_routes
from geo.patrol.routing import Problem, Route, Routes, Shift, begins, score

COUNTIES = ((120, 30, 2, 3), (300, 40, 2, 5), (800, 60, 4, 5))
"""Parcels, musts, teams, days."""

DAY_S = 86_400
HOURS_S = 27_000
MUST_M = 10_000_000
STEPS = {120: 4000, 300: 3000, 800: 2500}


def county(parcels: int, musts: int, teams: int, days: int, *, seed: int = 1) -> Problem:
    """Twelve clusters in 45 x 45 km with a depot in the middle; musts have windows of some days."""
    rng = np.random.default_rng(seed)
    middle = rng.uniform(0, 0.45, (12, 2))
    places = middle[rng.integers(0, 12, parcels)] + rng.normal(0, 0.015, (parcels, 2))
    places = np.vstack([[0.225, 0.225], places]) + np.array([120.0, 29.0])
    metres = straight_metres(places)
    is_must = np.arange(parcels) < musts
    first_day = np.where(is_must, rng.integers(0, days, parcels), 0)
    shifts = [
        Shift(depot=0, begin_s=day * DAY_S, end_s=day * DAY_S + HOURS_S, most_s=HOURS_S)
        for day in range(days)
        for _ in range(teams)
    ]
    return Problem(
        metres=np.rint(metres).astype(np.int64),
        seconds=np.rint(seconds_of(metres)).astype(np.int64),
        service_s=rng.choice([1200, 1800, 2400], parcels).astype(np.int64),
        earliest_s=(first_day * DAY_S).astype(np.int64),
        latest_s=np.where(is_must, np.minimum(first_day + 3, days) * DAY_S, days * DAY_S).astype(np.int64),
        value=rng.integers(5, 100, parcels).astype(np.int64),
        is_must=is_must,
        load=np.ones(parcels, dtype=np.int64),
        shifts=tuple(shifts),
    )


def ortools_plan(problem: Problem, seconds: int) -> Routes:
    """Plan with OR-Tools: a penalty for what is left out, guided local search."""
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2  # noqa: PLC0415  # of the group `benchmarks` only

    starts = [shift.depot for shift in problem.shifts]
    manager = pywrapcp.RoutingIndexManager(len(problem.metres), len(starts), starts, starts)
    model = pywrapcp.RoutingModel(manager)
    metres, seconds_between = problem.metres.tolist(), problem.seconds.tolist()
    service = [0] * problem.depots + problem.service_s.tolist()

    def way(one: int, other: int) -> int:
        return int(metres[manager.IndexToNode(one)][manager.IndexToNode(other)])

    def duration(one: int, other: int) -> int:
        here = manager.IndexToNode(one)
        return int(seconds_between[here][manager.IndexToNode(other)] + service[here])

    model.SetArcCostEvaluatorOfAllVehicles(model.RegisterTransitCallback(way))
    latest = max(shift.end_s for shift in problem.shifts)
    model.AddDimension(model.RegisterTransitCallback(duration), latest, latest, False, "time")  # noqa: FBT003  # OR-Tools takes no names
    clock = model.GetDimensionOrDie("time")
    for number, shift in enumerate(problem.shifts):
        clock.CumulVar(model.Start(number)).SetRange(shift.begin_s, shift.end_s)
        clock.CumulVar(model.End(number)).SetRange(shift.begin_s, shift.end_s)
    for visit in range(problem.visits):
        index = manager.NodeToIndex(problem.depots + visit)
        clock.CumulVar(index).SetRange(int(problem.earliest_s[visit]), int(problem.latest_s[visit]))
        model.AddDisjunction([index], MUST_M if problem.is_must[visit] else int(problem.value[visit]) * WORTH_M)
    search = pywrapcp.DefaultRoutingSearchParameters()
    search.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    search.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    search.time_limit.seconds = seconds
    found = model.SolveWithParameters(search)
    return tuple(_walk(model, manager, found, number, problem.depots) for number in range(len(starts)))


def _walk(model: object, manager: object, found: object, number: int, depots: int) -> Route:
    index = model.Start(number)  # type: ignore[attr-defined]  # OR-Tools has no types
    stops = []
    while not model.IsEnd(index):  # type: ignore[attr-defined]
        node = manager.IndexToNode(index)  # type: ignore[attr-defined]
        if node >= depots:
            stops.append(node - depots)
        index = found.Value(model.NextVar(index))  # type: ignore[attr-defined]
    return tuple(stops)


def main() -> None:
    """Print one line a planner and county."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=10)
    least = parser.parse_args().seconds
    print(f"{'parcels x team-days':<20} {'planner':<10} {'missed':>6} {'value':>7} {'km':>6} {'s':>6}")
    for parcels, musts, teams, days in COUNTIES:
        problem = county(parcels, musts, teams, days)
        begun = time.perf_counter()
        plans = {"built-in": greedy(problem)}
        took = {"built-in": time.perf_counter() - begun}
        begun = time.perf_counter()
        plans["PyVRP"] = plan_routes(problem, seed=1, steps=STEPS[parcels])
        took["PyVRP"] = time.perf_counter() - begun
        begun = time.perf_counter()
        plans["OR-Tools"] = ortools_plan(problem, max(least, round(took["PyVRP"])))
        took["OR-Tools"] = time.perf_counter() - begun
        for name, routes in plans.items():
            broken = [1 for pair in zip(problem.shifts, routes, strict=True) if begins(problem, *pair) is None]
            missed, value, metres = score(problem, routes)
            line = f"{parcels:>4} x {teams * days:<13} {name:<10} {missed:>6} {value:>7} {metres / 1000:>6.0f}"
            line += f" {took[name]:>6.1f}"
            print(line + (f"  {len(broken)} routes break hours" if broken else ""))


if __name__ == "__main__":
    main()
