"""Why a finding is what it is: every fact looked at, missing ones too, and what would settle what is open."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.errors import SchemaError
from geo.law.assess import OUTCOMES, with_conflicts
from geo.law.evaluate import ConditionAnswer, RuleAnswer, Values, answer_instrument, known_values
from geo.law.rule import AS_OF, CLAUSE, INCORPORATED, Adoption, Basis, Bilingual, Instrument, Modality, Operator
from geo.law.settle import Turn, turns
from geo.law.standing import Applied, Standing, applied
from geo.law.trace import settling
from geo.law.truth import YES, Bounds

Plain = float | date | bool | str | None
"""A value as a person reads it; None where it is not known."""


@dataclass(frozen=True, slots=True)
class ConditionProof:
    """One comparison: the fact, the limit as the rule writes it and as it came out, and what that makes.

    Attributes
    ----------
    value, low, high
        What is known of the fact: one value, and the bounds that decide. A bool or a text has no bounds.
    limit, other, plus
        The limit as written; the fact it names, and the period after it.
    limit_low, limit_high
        The limit as a number or a day; None for ``in``.
    source, other_source
        Where fact and other fact come from; empty where that is not said.
    truth
        1 yes, 0 not known, -1 no.
    """

    fact: str
    op: Operator
    limit: str
    other: str | None
    plus: str | None
    value: Plain
    low: Plain
    high: Plain
    limit_low: Plain
    limit_high: Plain
    source: str
    other_source: str
    truth: int
    is_boundary: bool


@dataclass(frozen=True, slots=True)
class ExceptionProof:
    """An exception and whether it applies: ``truth`` 1 yes, 0 not known, -1 no."""

    rule_id: str
    article: str
    summary: Bilingual
    truth: int
    conditions: tuple[ConditionProof, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """What one rule says of one parcel on one day, and why.

    Attributes
    ----------
    adoption
        The bureau's, where it adopted the instrument.
    clause
        Clause of the parcel's contract that took the instrument over; empty where none did or it is not said.
    missing
        Facts that keep the outcome open, in the rule's order.
    settles
        Those of them that would decide it alone, whatever they turn out to be.
    turns
        Where in its bracket a day that would settle it does so.
    """

    parcel_id: str
    as_of: date
    instrument_id: str
    title: Bilingual
    rule_id: str
    article: str
    summary: Bilingual
    label: str
    modality: Modality
    basis: Basis
    standing: Standing
    adoption: Adoption | None
    clause: str
    outcome: str
    is_boundary: bool
    is_limb_conflict: bool
    conditions: tuple[ConditionProof, ...]
    exceptions: tuple[ExceptionProof, ...]
    missing: tuple[str, ...]
    settles: tuple[str, ...]
    turns: tuple[Turn, ...]


def prove(  # noqa: PLR0913 - the arguments of assess, and the sources
    instruments: Iterable[Instrument],
    facts: pd.DataFrame,
    sources: pd.DataFrame,
    *,
    as_of: date,
    adoptions: Mapping[str, Adoption],
    asked: Collection[str] = frozenset(),
) -> list[Proof]:
    """Prove what ``assess`` finds of one parcel, rule by rule and in the same order.

    Parameters
    ----------
    instruments, as_of, adoptions, asked
        As for ``assess``.
    facts
        Fact frame with one row.
    sources
        Same index, one text column a fact; a column that is not there says nothing.

    Raises
    ------
    SchemaError
        There is not exactly one parcel.
    """
    if len(facts) != 1:
        raise SchemaError("law.not_one_parcel", count=len(facts))
    evidence = _Evidence(known_values(facts, as_of), facts.iloc[0], sources.reindex(facts.index).iloc[0])
    return [
        _prove(use, answer, evidence, is_limb_conflict=bool(is_conflict[0]))
        for use in applied(instruments, as_of=as_of, adoptions=adoptions, asked=asked)
        for answer, is_conflict in with_conflicts(answer_instrument(use.instrument, evidence.known))
    ]


class _Evidence(NamedTuple):
    """What is known of the one parcel: its bounds, and its rows of the two frames."""

    known: Values
    row: "pd.Series[Any]"
    sources: "pd.Series[Any]"


def _prove(use: Applied, answer: RuleAnswer, evidence: _Evidence, *, is_limb_conflict: bool) -> Proof:
    rule, instrument = answer.rule, use.instrument
    missing = tuple(name for name, flag in answer.open_facts.items() if flag[0])
    settles = tuple(settling(answer, size=1)[0].split())
    is_taken_over = _plain(evidence.row.get(INCORPORATED)) == instrument.id
    return Proof(
        parcel_id=str(evidence.row.name),
        as_of=_bounds(evidence.known[AS_OF])[0],
        instrument_id=instrument.id,
        title=instrument.title,
        rule_id=rule.id,
        article=rule.article,
        summary=rule.summary,
        label=rule.concludes or "",
        modality=rule.modality,
        basis=instrument.basis,
        standing=use.standing,
        adoption=use.adoption,
        clause=(_plain(evidence.row.get(CLAUSE)) or "") if is_taken_over else "",
        outcome=OUTCOMES[answer.truth[0] + YES],
        is_boundary=bool(answer.is_boundary[0]),
        is_limb_conflict=is_limb_conflict,
        conditions=tuple(_prove_condition(one, evidence) for one in answer.conditions),
        exceptions=tuple(_prove_exception(one, evidence) for one in answer.exceptions),
        missing=missing,
        settles=settles,
        turns=turns(answer, evidence.known, settles),
    )


def _prove_exception(answer: RuleAnswer, evidence: _Evidence) -> ExceptionProof:
    return ExceptionProof(
        rule_id=answer.rule.id,
        article=answer.rule.article,
        summary=answer.rule.summary,
        truth=int(answer.truth[0]),
        conditions=tuple(_prove_condition(one, evidence) for one in answer.conditions),
    )


def _prove_condition(answer: ConditionAnswer, evidence: _Evidence) -> ConditionProof:
    condition = answer.condition
    low, high = _bounds(evidence.known[condition.fact])
    limit_low, limit_high = _bounds(answer.limit)
    value = _plain(evidence.row.get(condition.fact))
    return ConditionProof(
        fact=condition.fact,
        op=condition.op,
        limit=condition.text,
        other=condition.other,
        plus=condition.plus,
        value=low if value is None and low == high else value,
        low=low,
        high=high,
        limit_low=limit_low,
        limit_high=limit_high,
        source=_plain(evidence.sources.get(condition.fact)) or "",
        other_source=_plain(evidence.sources.get(condition.other)) or "",
        truth=int(answer.truth[0]),
        is_boundary=bool(answer.is_boundary[0]),
    )


def _bounds(known: Bounds | NDArray[np.object_] | None) -> tuple[Any, Any]:
    """Bounds of the one parcel as Python values; None twice where there are none."""
    return (_plain(known.low.ravel()[0]), _plain(known.high.ravel()[0])) if isinstance(known, Bounds) else (None, None)


def _plain(cell: Any) -> Any:  # noqa: ANN401 - a cell of a frame may hold anything
    """One cell as a Python value: a day as ``date``, what is not known as None."""
    if cell is None or pd.isna(cell):
        return None
    if isinstance(cell, np.datetime64 | date):
        return pd.Timestamp(cell).date()
    return cell.item() if isinstance(cell, np.generic) else cell
