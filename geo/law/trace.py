"""Why findings are what they are, for all parcels at once: how each condition of each rule came out."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.law.evaluate import ConditionAnswer, RuleAnswer, answer_instrument, known_values
from geo.law.rule import Adoption, Instrument
from geo.law.standing import applied
from geo.law.truth import UNKNOWN, Flag

TRUTHS = np.array(["n", "?", "y"])
"""One letter by truth + 1; a capital where it stands exactly on the limit."""

BETWEEN_LIMITS, BETWEEN_BOUNDS = "|", "/"


@dataclass(frozen=True, slots=True)
class Traces:
    """How the rules came out.

    Attributes
    ----------
    table
        One row for each parcel and concluding rule: ``parcel_id``, ``rule_id``; ``truths``, a letter for each
        condition, the rule's own first, then those of its exceptions; ``limits``, what each limit that is another fact
        came to, empty where that is not known, low and high divided by a slash where they differ; ``settles``, facts
        each of which would decide an undetermined outcome alone.
    rules
        Each rule's answer, whose conditions the letters stand for; by ``rule_id``.
    """

    table: pd.DataFrame
    rules: Mapping[str, RuleAnswer]


def trace(
    instruments: Iterable[Instrument],
    facts: pd.DataFrame,
    *,
    as_of: date,
    adoptions: Mapping[str, Adoption],
    asked: Collection[str] = frozenset(),
) -> Traces:
    """Trace what ``assess`` finds; the arguments are the same.

    ``geo.law.proof.prove`` says more of one parcel; this says as much of all as fits beside each finding.
    """
    values = known_values(facts, as_of)
    answers = [
        answer
        for use in applied(instruments, as_of=as_of, adoptions=adoptions, asked=asked)
        for answer in answer_instrument(use.instrument, values)
    ]
    parts = [
        pd.DataFrame(
            {
                "parcel_id": facts.index.to_numpy(dtype=str),
                "rule_id": answer.rule.id,
                "truths": _joined([_letters(one) for one in _conditions(answer)], "", len(facts)),
                "limits": _joined(
                    [_limit(one) for one in _conditions(answer) if one.condition.other], BETWEEN_LIMITS, len(facts)
                ),
                "settles": settling(answer, len(facts)),
            }
        )
        for answer in answers
    ]
    columns = ["parcel_id", "rule_id", "truths", "limits", "settles"]
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns, dtype=object)
    return Traces(table, {answer.rule.id: answer for answer in answers})


def settling(answer: RuleAnswer, size: int) -> NDArray[np.object_]:
    """Name, for each parcel, the facts that stand in every open condition as the only open one; joined by spaces."""
    names: NDArray[np.object_] = np.full(size, "", dtype=object)
    for name, is_missing in answer.open_facts.items():
        alone = is_missing & _is_only(name, answer.conditions, size)
        for exception in answer.exceptions:
            alone &= (exception.truth != UNKNOWN) | _is_only(name, exception.conditions, size)
        names[alone] = [f"{before} {name}".strip() for before in names[alone]]
    return names


def _is_only(name: str, conditions: Sequence[ConditionAnswer], size: int) -> Flag:
    """Where every condition that is open is open because of this fact alone."""
    holds = np.ones(size, dtype=bool)
    for one in conditions:
        open_count = np.sum([np.zeros(size, dtype=int), *one.open_facts.values()], axis=0)
        of_this = one.open_facts.get(name, np.zeros(size, dtype=bool))
        holds &= (one.truth != UNKNOWN) | (of_this & (open_count == 1))
    return holds


def _conditions(answer: RuleAnswer) -> list[ConditionAnswer]:
    """Conditions of a rule, then those of its exceptions."""
    return [*answer.conditions, *(one for exception in answer.exceptions for one in exception.conditions)]


def _letters(one: ConditionAnswer) -> NDArray[Any]:
    letters = TRUTHS[one.truth.astype(int) + 1]
    return np.where(one.is_boundary, np.char.upper(letters), letters)


def _limit(one: ConditionAnswer) -> NDArray[Any]:
    """Write what a limit came to."""
    assert one.limit is not None  # a limit that is another fact has bounds
    low, high = (_texts(side) for side in (one.limit.low, one.limit.high))
    between = np.char.add(np.char.add(low, BETWEEN_BOUNDS), high)
    return np.where(low == high, low, between)


def _texts(bound: NDArray[Any]) -> NDArray[Any]:
    """Days or numbers as texts, empty where they are not known."""
    if bound.dtype.kind == "M":
        return np.where(np.isnat(bound), "", np.datetime_as_string(bound, unit="D"))
    return np.array(["" if np.isnan(value) else f"{value:.6g}" for value in bound.tolist()], dtype=str)


def _joined(columns: Sequence[NDArray[Any]], between: str, size: int) -> NDArray[Any]:
    """Join texts parcel by parcel."""
    joined = np.full(size, "", dtype="<U1")
    for place, column in enumerate(columns):
        joined = np.char.add(np.char.add(joined, between) if place else joined, column)
    return joined
