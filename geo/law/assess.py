"""What the instruments of the place and the day conclude of each parcel."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.errors import SchemaError
from geo.law.evaluate import RuleAnswer, answer_instrument, known_values
from geo.law.rule import Adoption, Instrument, Rule
from geo.law.standing import Applied, applied
from geo.law.truth import NO, YES, Flag, Truth, all_of, any_of
from geo.model import FINDING_COLUMNS

OUTCOMES = ("not_met", "undetermined", "met")
"""Outcome by truth + 1."""

SAME_FOR_ALL = ("instrument_id", "rule_id", "article", "label", "modality", "basis", "standing")


def assess(  # noqa: PLR0913 - what is assessed, by what law, on what day, and in what form
    instruments: Iterable[Instrument],
    facts: pd.DataFrame,
    *,
    as_of: date,
    adoptions: Mapping[str, Adoption],
    asked: Collection[str] = frozenset(),
    is_compact: bool = False,
) -> pd.DataFrame:
    """Assess all parcels by all rules that conclude something, by columns.

    Parameters
    ----------
    instruments
        As parsed and checked; those that neither bind on the day, nor were adopted by then, nor are asked are skipped.
    facts
        Fact frame: index ``parcel_id``, columns by ``geo.model.fact_columns``; a missing column is an unknown fact.
    as_of
        Day of the act.
    adoptions
        By instrument id.
    asked
        Ids of instruments to assess even if nobody adopted them; their standing says what they are.
    is_compact
        Texts as categories: the same values in a tenth of the memory, for large counties.

    Returns
    -------
    DataFrame
        One row for each parcel and concluding rule with ``FINDING_COLUMNS``, ordered by parcel, instrument id and
        place in the file. ``is_boundary``: the outcome turns on a value exactly on a limit. ``is_limb_conflict``: one
        limb of the rule's ``limb_group`` is met and another is not. ``missing``: the facts that kept an
        undetermined outcome open, joined by spaces.

    Raises
    ------
    SchemaError
        A parcel stands in more than one row.
    """
    if not facts.index.is_unique:
        raise SchemaError("law.repeated_parcel", parcel_id=facts.index[facts.index.duplicated()][0])
    facts = facts.iloc[np.argsort(facts.index.to_numpy(dtype=str), kind="stable")]
    values = known_values(facts, as_of)
    answers = [
        (_same_for_all(use, one.rule), one, is_conflict)
        for use in applied(instruments, as_of=as_of, adoptions=adoptions, asked=asked)
        for one, is_conflict in with_conflicts(answer_instrument(use.instrument, values))
    ]
    return _findings(answers, facts.index.to_numpy(dtype=str), _categories if is_compact else _texts)


def with_conflicts(answers: Sequence[RuleAnswer]) -> Iterator[tuple[RuleAnswer, Flag]]:
    """Give each rule of one instrument, and where one limb of its group is met and another is known not to be."""
    groups: dict[str | Rule, list[Truth]] = {}
    for one in answers:
        groups.setdefault(one.rule.limb_group or one.rule, []).append(one.truth)
    for one in answers:
        truths = groups[one.rule.limb_group or one.rule]
        yield one, (any_of(truths) == YES) & (all_of(truths) == NO)


def _same_for_all(use: Applied, rule: Rule) -> tuple[str | None, ...]:
    """Say what a finding of a rule has whatever the parcel, in the order of ``SAME_FOR_ALL``."""
    instrument = use.instrument
    return (instrument.id, rule.id, rule.article, rule.concludes, rule.modality, instrument.basis, use.standing)


def _findings(
    answers: Sequence[tuple[tuple[str | None, ...], RuleAnswer, Flag]], parcels: NDArray[Any], spell: "Spelling"
) -> pd.DataFrame:
    """Put the answers of all rules into one frame, parcel by parcel."""
    size, count = len(parcels), len(answers)
    number = np.tile(np.arange(count), size)
    same = pd.DataFrame([head for head, _, _ in answers], columns=list(SAME_FOR_ALL), dtype=str)
    texts, text_number = _missing([one for _, one, _ in answers])
    outcome = _by_parcel([one.truth + YES for _, one, _ in answers], size)
    findings = {
        "parcel_id": spell(parcels.tolist(), np.repeat(np.arange(size), count)),
        **{name: spell(same[name].tolist(), number) for name in SAME_FOR_ALL},
        "outcome": spell(OUTCOMES, outcome),
        "is_boundary": _by_parcel([one.is_boundary for _, one, _ in answers], size).astype(bool),
        "is_limb_conflict": _by_parcel([is_conflict for _, _, is_conflict in answers], size).astype(bool),
        "missing": spell(texts, _by_parcel(text_number, size)),
    }
    return pd.DataFrame(findings, columns=list(FINDING_COLUMNS))


Spelling = Callable[[Sequence[str], NDArray[np.int64]], Any]
"""Writes texts that stand at given places of a list."""


def _texts(texts: Sequence[str], places: NDArray[np.int64]) -> object:
    return pd.Index(texts, dtype=str).take(places)


def _categories(texts: Sequence[str], places: NDArray[np.int64]) -> object:
    numbers, names = pd.factorize(np.asarray(texts, dtype=object))
    return pd.Categorical.from_codes(numbers[places], pd.Index(names, dtype=str))


def _missing(answers: Sequence[RuleAnswer]) -> tuple[list[str], list[NDArray[np.int64]]]:
    """Texts that name the facts that keep a rule open, and for each rule which of them stands at each parcel."""
    texts: list[str] = []
    numbers = []
    for one in answers:
        pattern = np.zeros(one.truth.shape, np.int64)
        for place, flag in enumerate(one.open_facts.values()):
            pattern |= flag.astype(np.int64) << place
        seen, where = np.unique(pattern, return_inverse=True)
        numbers.append(where + len(texts))
        texts += [
            " ".join(name for place, name in enumerate(one.open_facts) if code >> place & 1) for code in seen.tolist()
        ]
    return texts, numbers


def _by_parcel(columns: Sequence[NDArray[Any]], size: int) -> NDArray[np.int64]:
    """One column a rule, as long as the parcels -> one column of whole numbers, parcel by parcel."""
    return np.array(columns, np.int64).reshape(len(columns), size).T.ravel()
