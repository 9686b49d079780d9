"""The routing problem as arrays, what a route costs, and whether it keeps hours and windows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Route = tuple[int, ...]
Routes = tuple[Route, ...]
"""One route a shift, in the order of the shifts; visits by number."""

NO_WAY = 2**40
"""Metres or seconds between places that no way joins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One team on one day: from which depot, and from when to when on the time axis of the problem [s].

    Attributes
    ----------
    most_s
        Longest time on the road [s]; at most the length of the shift.
    room
        Sum of loads that it takes; None is no limit.
    """

    depot: int
    begin_s: int
    end_s: int
    most_s: int
    room: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Visits that may be made, shifts to make them in, and ways between.

    Attributes
    ----------
    metres, seconds
        (depots + visits, depots + visits), depots first; ``NO_WAY`` where no way leads.
    service_s, earliest_s, latest_s
        (visits,): time on site, and when service may begin [s].
    value
        (visits,): points.
    is_must
        (visits,): must be made if that is at all possible.
    load
        (visits,): of the shift's room.
    shifts
        In order of day and team.
    """

    metres: Whole
    seconds: Whole
    service_s: Whole
    earliest_s: Whole
    latest_s: Whole
    value: Whole
    is_must: NDArray[np.bool_]
    load: Whole
    shifts: tuple[Shift, ...]

    @property
    def visits(self) -> int:
        """How many visits may be made."""
        return len(self.value)

    @property
    def depots(self) -> int:
        """How many places of the matrices are depots."""
        return len(self.metres) - self.visits

    def capped(self, most_s: Sequence[int]) -> "Problem":
        """Return the same problem with shorter hours, shift by shift."""
        shifts = tuple(
            replace(shift, most_s=min(shift.most_s, cap)) for shift, cap in zip(self.shifts, most_s, strict=True)
        )
        return replace(self, shifts=shifts)


def begins(problem: Problem, shift: Shift, route: Sequence[int]) -> tuple[list[int], int, int] | None:
    """Return when service begins at each stop, when the team sets out and when it is back [s].

    The team sets out as late as it can without coming later anywhere, so it does not wait longer than it must.

    Returns
    -------
    tuple or None
        None where an hour, a window or the room is not kept.
    """
    if shift.room is not None and problem.load[list(route)].sum() > shift.room:
        return None
    here, now, slack, waited = shift.depot, shift.begin_s, NO_WAY, 0
    starts: list[int] = []
    for visit in route:
        place = problem.depots + visit
        arrives = now + int(problem.seconds[here, place])
        start = max(arrives, int(problem.earliest_s[visit]))
        if start > problem.latest_s[visit]:
            return None
        waited += start - arrives
        slack = min(slack, int(problem.latest_s[visit]) - start + waited)
        starts.append(start)
        here, now = place, start + int(problem.service_s[visit])
    back = now + int(problem.seconds[here, shift.depot])
    late = min(waited, slack)
    if back > shift.end_s or back - shift.begin_s - late > shift.most_s:
        return None
    return starts, shift.begin_s + late, back


def metres_of(problem: Problem, shift: Shift, route: Sequence[int]) -> int:
    """Return the way of a route from the depot and back [m]."""
    places = [shift.depot, *(problem.depots + visit for visit in route), shift.depot]
    return int(problem.metres[places[:-1], places[1:]].sum())


def score(problem: Problem, routes: Routes) -> tuple[int, int, int]:
    """Return musts that are missed, value collected [points], and the way [m]."""
    made = np.zeros(problem.visits, dtype=bool)
    made[[visit for route in routes for visit in route]] = True
    metres = sum(metres_of(problem, shift, route) for shift, route in zip(problem.shifts, routes, strict=True))
    return int((problem.is_must & ~made).sum()), int(problem.value[made].sum()), metres
