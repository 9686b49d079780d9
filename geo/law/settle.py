"""Where in the bracket of a day an open finding turns."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from geo.law.calendar import plus_period
from geo.law.evaluate import ConditionAnswer, RuleAnswer, Values
from geo.law.truth import NO, UNKNOWN, YES, Bounds, compare
from geo.model import FACTS


@dataclass(frozen=True, slots=True)
class Turn:
    """A day known by a bracket, and where in it the outcome turns.

    Attributes
    ----------
    fact
        The day.
    low, high
        Its bracket.
    on
        The first day from which the outcome is ``after``; before it, it is ``before``.
    """

    fact: str
    low: date
    high: date
    on: date
    before: str
    after: str


def turns(answer: RuleAnswer, values: Values, settles: Iterable[str]) -> tuple[Turn, ...]:
    """Return, for each day that would settle a rule of one parcel, where in its bracket it does.

    Only where one condition hangs on the day and both its bounds are known; an exception that may apply has none.
    """
    return tuple(_turns(answer, values, settles))


def _turns(answer: RuleAnswer, values: Values, settles: Iterable[str]) -> Iterator[Turn]:
    open_conditions = list(_open(answer.conditions))
    if len(open_conditions) != 1 or any(one.truth[0] == UNKNOWN for one in answer.exceptions):
        return
    for name in settles:
        known = values[name]
        is_day = FACTS[name].kind == "date"
        if is_day and isinstance(known, Bounds) and not np.isnat(known.low[0] - known.high[0]):
            yield from _turn(name, known, open_conditions[0], values)


def _turn(name: str, known: Bounds, answer: ConditionAnswer, values: Values) -> Iterator[Turn]:
    low, high = known.low[0], known.high[0]
    days = np.arange(low, high + np.timedelta64(1, "D"))
    condition = answer.condition
    value = Bounds(days, days) if condition.fact == name else values[condition.fact]
    limit = answer.limit
    if condition.other == name:
        moved = days if condition.plus is None else plus_period(days, condition.plus)
        limit = Bounds(moved, moved)
    truth, _ = compare(condition.op, value, limit)  # type: ignore[arg-type]  # a day never stands before "in"
    (changes,) = np.nonzero(np.diff(truth))
    if len(changes) == 1:
        outcome = {int(YES): "met", int(NO): "not_met"}
        before, after = (outcome[int(truth[place])] for place in (changes[0], changes[0] + 1))
        yield Turn(name, low.item(), high.item(), days[changes[0] + 1].item(), before, after)


def _open(conditions: Iterable[ConditionAnswer]) -> Iterator[ConditionAnswer]:
    return (condition for condition in conditions if condition.truth[0] == UNKNOWN)
