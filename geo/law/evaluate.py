"""What each condition and each rule answers, by columns over all parcels."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.law.calendar import plus_period
from geo.law.rule import AS_OF, Condition, Instrument, Option, Rule
from geo.law.truth import NO, UNKNOWN, YES, Bounds, Flag, Truth, all_of, any_of, compare, member
from geo.model import FACTS, Kind, fact_columns, has_fact

Known = Bounds | NDArray[np.object_]
"""Bounds of a measure or a day, or plain values of a bool or a text, in the facts' order."""


class Values(dict[str, Known]):
    """What a fact frame knows of each fact, taken from it when first asked for; and what conditions answered."""

    def __init__(self, facts: pd.DataFrame, as_of: date) -> None:
        today = np.full(len(facts), np.datetime64(as_of, "D"))
        super().__init__({AS_OF: Bounds(today, today)})
        self._facts = facts
        self._answers: dict[Condition, ConditionAnswer] = {}

    def __missing__(self, name: str) -> Known:
        """Take one fact from the frame."""
        return self.setdefault(name, _values(self._facts, name))

    def answer(self, condition: Condition) -> "ConditionAnswer":
        """Answer a condition once, however many rules have it."""
        if condition not in self._answers:
            self._answers[condition] = _answer_condition(condition, self)
        return self._answers[condition]


@dataclass(frozen=True, slots=True)
class ConditionAnswer:
    """One condition over all parcels.

    Attributes
    ----------
    limit
        The limit it was compared with; None for ``in``.
    open_facts
        Where each of its facts, not being known exactly, leaves it unknown.
    """

    condition: Condition
    truth: Truth
    is_boundary: Flag
    limit: Bounds | None
    open_facts: Mapping[str, Flag]


@dataclass(frozen=True, slots=True)
class RuleAnswer:
    """One rule and its exceptions over all parcels.

    Attributes
    ----------
    worst, best
        What the truth would be if everything decided exactly on a limit had gone against the rule, or for it.
    open_facts
        Where each fact is one that leaves the rule unknown, in the order the rule names them.
    """

    rule: Rule
    conditions: tuple[ConditionAnswer, ...]
    exceptions: tuple["RuleAnswer", ...]
    truth: Truth
    worst: Truth
    best: Truth
    open_facts: Mapping[str, Flag]

    @property
    def is_boundary(self) -> Flag:
        """Whether the truth turns on a value that stands exactly on a limit."""
        return np.not_equal(self.worst, self.best)


def known_values(facts: pd.DataFrame, as_of: date) -> Values:
    """Take what a fact frame knows of every fact, and the day of the act; a column that is not there is unknown."""
    return Values(facts, as_of)


def answer_instrument(instrument: Instrument, values: Values) -> list[RuleAnswer]:
    """Answer each rule that concludes something, in the file's order, with the rules that are exceptions to it."""
    answers = []
    for rule in instrument.rules:
        if rule.concludes is not None:
            exceptions = [
                _answer_rule(one, one.when, [], values) for one in instrument.rules if one.exception_to == rule.id
            ]
            answers.append(_answer_rule(rule, (*instrument.applies_to, *rule.when), exceptions, values))
    return answers


@dataclass(frozen=True, slots=True)
class OptionAnswer:
    """One option over all parcels: whether its gates are open, and which facts leave that unknown."""

    option: Option
    conditions: tuple[ConditionAnswer, ...]
    truth: Truth
    open_facts: Mapping[str, Flag]


def answer_options(instrument: Instrument, values: Values) -> list[OptionAnswer]:
    """Answer each option of an instrument, in the file's order; what the instrument applies to is a gate of each."""
    answers = []
    for option in instrument.options:
        conditions = tuple(values.answer(condition) for condition in (*instrument.applies_to, *option.when))
        truth = all_of(one.truth for one in conditions)
        answers.append(OptionAnswer(option, conditions, truth, _open_facts(conditions, truth)))
    return answers


def _answer_rule(rule: Rule, when: Iterable[Condition], exceptions: Sequence[RuleAnswer], values: Values) -> RuleAnswer:
    conditions = tuple(values.answer(condition) for condition in when)
    truth = _holds((one.truth for one in conditions), (one.truth for one in exceptions))
    return RuleAnswer(
        rule=rule,
        conditions=conditions,
        exceptions=tuple(exceptions),
        truth=truth,
        worst=_holds(
            (np.where(one.is_boundary, NO, one.truth) for one in conditions), (one.best for one in exceptions)
        ),
        best=_holds(
            (np.where(one.is_boundary, YES, one.truth) for one in conditions), (one.worst for one in exceptions)
        ),
        open_facts=_open_facts((*conditions, *exceptions), truth),
    )


def _holds(conditions: Iterable[Truth], exceptions: Iterable[Truth]) -> Truth:
    """All conditions and none of the exceptions."""
    return np.minimum(all_of(conditions), -any_of(exceptions))


def _open_facts(parts: Iterable[ConditionAnswer | RuleAnswer], truth: Truth) -> dict[str, Flag]:
    is_open = truth == UNKNOWN
    found: dict[str, Flag] = {}
    for part in parts:
        for name, flag in part.open_facts.items():
            found[name] = found.get(name, False) | (flag & is_open)
    return found


def _answer_condition(condition: Condition, values: Values) -> ConditionAnswer:
    left = values[condition.fact]
    if condition.op == "in":
        truth = member(cast("NDArray[np.object_]", left), cast("tuple[str, ...]", condition.limit))
        return ConditionAnswer(condition, truth, np.zeros(len(truth), bool), None, {condition.fact: truth == UNKNOWN})
    bounds, limit = cast("Bounds", left), _limit(condition, values)
    truth, is_boundary = compare(condition.op, bounds, limit)
    open_facts = {
        name: (truth == UNKNOWN) & (side.low != side.high)  # NaN and NaT differ from themselves: open as well
        for name, side in ((condition.fact, bounds), (condition.other, limit))
        if name not in (None, AS_OF)
    }
    return ConditionAnswer(condition, truth, is_boundary, limit, cast("dict[str, Flag]", open_facts))


def _limit(condition: Condition, values: Values) -> Bounds:
    if condition.other is None:
        fixed = condition.limit
        number = np.asarray(float(fixed) if isinstance(fixed, Fraction) else np.datetime64(cast("date", fixed), "D"))
        return Bounds(number, number)
    other = cast("Bounds", values[condition.other])
    if condition.plus is None:
        return other
    return Bounds(plus_period(other.low, condition.plus), plus_period(other.high, condition.plus))


def _values(facts: pd.DataFrame, name: str) -> Known:
    _, *bounds = fact_columns(name)
    if not has_fact(facts, name):
        return _nothing(FACTS[name].kind, len(facts))
    if FACTS[name].kind == "measure":
        return Bounds(*(_column(facts, column).to_numpy(dtype=float, na_value=np.nan) for column in bounds))
    if FACTS[name].kind == "date":
        return Bounds(*(_days(_column(facts, column)) for column in bounds))
    return facts[name].to_numpy(dtype=object)


def _days(column: "pd.Series[Any]") -> NDArray[np.datetime64]:
    days = column if column.dtype.kind == "M" else pd.to_datetime(column)
    return days.to_numpy().astype("datetime64[D]")


def _nothing(kind: Kind, size: int) -> Known:
    """Nothing known of any parcel; one cell seen by all."""
    if kind in ("bool", "text"):
        return np.broadcast_to(np.array(None, dtype=object), size)
    cell = np.array(np.nan if kind == "measure" else "NaT", "float64" if kind == "measure" else "datetime64[D]")
    everywhere = np.broadcast_to(cell, size)
    return Bounds(everywhere, everywhere)


def _column(facts: pd.DataFrame, column: str) -> "pd.Series[Any]":
    return facts[column] if column in facts else pd.Series(None, index=facts.index, dtype=object)
