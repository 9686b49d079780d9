"""One candidate a parcel: all its reasons, the days on which one visit serves them, and what that is worth."""

import pandas as pd

from geo.patrol.duties import Duties
from geo.patrol.reasons import Span

CANDIDATE_COLUMNS = (
    "parcel_id",
    "is_must",
    "earliest_on",
    "latest_on",
    "value",
    "minutes",
    "is_overdue",
    "reasons",
)
"""One parcel that may be visited once. ``reasons`` are those that this visit serves, joined by spaces."""


def combine(reasons: pd.DataFrame, duties: Duties, *, over: Span) -> pd.DataFrame:
    """Make one candidate of all reasons of a parcel, with the window in which one visit serves all its musts.

    Where the windows of two musts do not meet, the one that ends first counts; the other is not in ``reasons`` and
    needs a visit of its own.

    Returns
    -------
    DataFrame
        ``CANDIDATE_COLUMNS``, by parcel.
    """
    rows = [_candidate(str(parcel), part, duties, over) for parcel, part in reasons.groupby("parcel_id", sort=True)]
    return pd.DataFrame(rows, columns=list(CANDIDATE_COLUMNS))


def _candidate(parcel: str, part: pd.DataFrame, duties: Duties, over: Span) -> tuple[object, ...]:
    earliest, latest, unmet = over.first, over.last, set()
    musts = part[part["is_must"]].sort_values(["latest_on", "earliest_on", "reason"])
    for name, opens, closes in zip(musts["reason"], musts["earliest_on"], musts["latest_on"], strict=True):
        if opens > latest or closes < earliest:
            unmet.add(name)
        else:
            earliest, latest = max(earliest, opens), min(latest, closes)
    served = part[~part["reason"].isin(unmet)]
    return (
        parcel,
        bool(part["is_must"].any()),
        earliest,
        latest,
        max(1, round(float(served["points"].sum()))),
        max(duties.reasons[name].minutes for name in served["reason"]),
        bool((served["due_on"] < over.first).any()),
        " ".join(served["reason"]),
    )
