"""What may follow a finding: remedies, measures, locks and steps, as suggestions that no rule reads."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from geo.law.assess import OUTCOMES
from geo.law.evaluate import OptionAnswer, answer_options, known_values
from geo.law.rule import Adoption, Bilingual, Ground, Instrument, Modality, OptionKind
from geo.law.standing import Applied, Standing, applied
from geo.law.truth import NO, YES

OPTION_COLUMNS = (
    "parcel_id",
    "instrument_id",
    "option_id",
    "article",
    "kind",
    "labels",
    "ground",
    "modality",
    "standing",
    "outcome",
    "missing",
    "formula",
    "document",
)
"""What a text lets an office do with a parcel. ``outcome``: whether its gates are open; ``labels`` joined by spaces."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One option of one parcel.

    Attributes
    ----------
    outcome
        ``met``: every gate is open; ``undetermined``: ``missing`` says what is not known of them.
    """

    instrument_id: str
    title: Bilingual
    option_id: str
    article: str
    kind: OptionKind
    labels: tuple[str, ...]
    ground: Ground
    modality: Modality
    summary: Bilingual
    standing: Standing
    outcome: str
    missing: tuple[str, ...]
    formula: str | None
    document: str | None


def suggest(  # noqa: PLR0913 - the arguments of assess, and what it found
    instruments: Iterable[Instrument],
    facts: pd.DataFrame,
    findings: pd.DataFrame,
    *,
    as_of: date,
    adoptions: Mapping[str, Adoption],
    asked: Collection[str] = frozenset(),
) -> dict[str, list[Suggestion]]:
    """Suggest what may follow, parcel by parcel.

    An option is suggested where all its gates are open, whatever is found; or where some are unknown and a finding of
    the same instrument, with one of the option's labels, is met. A closed gate takes it away.

    Parameters
    ----------
    instruments, facts, as_of, adoptions, asked
        As for ``assess``.
    findings
        What ``assess`` found of the same parcels.

    Returns
    -------
    dict
        By ``parcel_id``, in the order of the facts; parcels without suggestions are left out.
    """
    values = known_values(facts, as_of)
    parcels = facts.index.astype(str)
    by_parcel: dict[str, list[Suggestion]] = {}
    for use in applied(instruments, as_of=as_of, adoptions=adoptions, asked=asked):
        met = findings[(findings["instrument_id"] == use.instrument.id) & (findings["outcome"] == "met")]
        for answer in answer_options(use.instrument, values):
            is_found = parcels.isin(met.loc[met["label"].isin(answer.option.labels), "parcel_id"])
            is_open = (answer.truth == YES) | ((answer.truth != NO) & is_found)
            for number in np.flatnonzero(is_open).tolist():
                by_parcel.setdefault(parcels[number], []).append(_suggestion(use, answer, number))
    return {parcel: by_parcel[parcel] for parcel in parcels if parcel in by_parcel}


def suggestion_table(by_parcel: Mapping[str, Iterable[Suggestion]]) -> pd.DataFrame:
    """Return suggestions as one frame with ``OPTION_COLUMNS``."""
    rows = [
        (
            parcel,
            one.instrument_id,
            one.option_id,
            one.article,
            one.kind,
            " ".join(one.labels),
            one.ground,
            one.modality,
            one.standing,
            one.outcome,
            " ".join(one.missing),
            one.formula or "",
            one.document or "",
        )
        for parcel, suggestions in by_parcel.items()
        for one in suggestions
    ]
    return pd.DataFrame(rows, columns=list(OPTION_COLUMNS), dtype=str)


def _suggestion(use: Applied, answer: OptionAnswer, number: int) -> Suggestion:
    option = answer.option
    return Suggestion(
        instrument_id=use.instrument.id,
        title=use.instrument.title,
        option_id=option.id,
        article=option.article,
        kind=option.kind,
        labels=option.labels,
        ground=option.ground,
        modality=option.modality,
        summary=option.summary,
        standing=use.standing,
        outcome=OUTCOMES[answer.truth[number] + YES],
        missing=tuple(name for name, flag in answer.open_facts.items() if flag[number]),
        formula=option.formula,
        document=option.document,
    )
