"""Which rules can be answered at all with the facts that the registers supply."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

import pandas as pd

from geo.law.rule import AS_OF, Adoption, Condition, Instrument
from geo.law.standing import applied
from geo.model import has_fact


def answerable(
    instruments: Iterable[Instrument],
    facts: pd.DataFrame,
    *,
    as_of: date,
    adoptions: Mapping[str, Adoption],
    asked: Collection[str] = frozenset(),
) -> tuple[list[Instrument], dict[str, tuple[str, ...]]]:
    """Leave out the rules that name a fact of which the frame has no column.

    No such rule could ever be met: no register supplies what it asks. Left in, it would make every parcel of a county
    undetermined; left out, it has to be named once, so that nobody takes silence for "not met".

    Parameters
    ----------
    instruments, as_of, adoptions, asked
        As for ``assess``.
    facts
        Fact frame.

    Returns
    -------
    tuple
        The instruments that are assessed on the day, each with the rules that can be answered; and by rule id what
        the others lack, in their order.
    """
    together = {instrument.id: instrument for instrument in instruments}
    kept, lacking = [], {}
    for use in applied(together.values(), as_of=as_of, adoptions=adoptions, asked=asked):
        for rule in use.instrument.rules:
            if rule.concludes is not None:
                absent = tuple(dict.fromkeys(_absent((*use.instrument.applies_to, *rule.when), facts)))
                if absent:
                    lacking[rule.id] = absent
        rules = tuple(
            rule for rule in use.instrument.rules if rule.id not in lacking and rule.exception_to not in lacking
        )
        kept.append(replace(together[use.instrument.id], rules=rules))
    return kept, lacking


def _absent(conditions: Iterable[Condition], facts: pd.DataFrame) -> Iterator[str]:
    for condition in conditions:
        for name in (condition.fact, condition.other):
            if name not in (None, AS_OF) and not has_fact(facts, str(name)):
                yield str(name)
