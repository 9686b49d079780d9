"""The list: in which order parcels stand, and by what they can be narrowed down."""

from datetime import date

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from pandas import DataFrame, Series

from geo.maps.columns import by_parcel, column_of
from geo.maps.content import NO_FINDING, OUTCOMES, MapContent

SQUARE_METRES_PER_MU = 2000 / 3
SIZES_MU = (10, 50, 100, 300)
"""Where classes of size begin [mu]; an area on a bound belongs to the larger class."""

AGREED = (("agreed_start_on", "is_started"), ("agreed_completion_on", "is_completed"))
"""Agreed days, and the fact that closes each."""

SOON_MONTHS, YEAR_MONTHS = 3, 12

FIRMNESS = ("firm", "boundary", "conflict", "one_missing", "more_missing")
"""How firmly an outcome stands, the firmest first."""


def overall_outcomes(findings: DataFrame) -> Series:
    """Outcome of a parcel: the first of ``OUTCOMES`` that any of its findings has, indexed by ``parcel_id``."""
    rank = findings["outcome"].map({outcome: place for place, outcome in enumerate(OUTCOMES)})
    return rank.groupby(findings["parcel_id"]).min().map(dict(enumerate(OUTCOMES)))


def label_weights(content: MapContent) -> Series:
    """Place of each finding's label: those of ``label_order`` first, others after them by name."""
    labels = [*content.label_order, *sorted(set(content.findings["label"]) - set(content.label_order))]
    return content.findings["label"].map({label: place for place, label in enumerate(labels)})


def in_list_order(content: MapContent) -> GeoDataFrame:
    """Parcels with their overall ``outcome``, what needs a person first."""
    parcels, findings = content.parcels.copy(), content.findings
    outcome = overall_outcomes(findings)
    parcels["outcome"] = parcels["parcel_id"].map(outcome).astype(object).fillna(NO_FINDING)
    decides = findings["outcome"] == findings["parcel_id"].map(outcome)
    heaviest = label_weights(content)[decides].groupby(findings["parcel_id"][decides]).min()
    keys = DataFrame(
        {
            "outcome": parcels["outcome"].map({name: place for place, name in enumerate((*OUTCOMES, NO_FINDING))}),
            "label": parcels["parcel_id"].map(heaviest).astype(float),
            "area": -column_of(parcels, "area_m2").astype(float),
            "identifier": parcels["parcel_id"],
        }
    )
    return parcels.loc[keys.sort_values(list(keys.columns), kind="stable", na_position="last").index]


def facet_classes(content: MapContent, parcels: GeoDataFrame, due: Series) -> dict[str, Series]:
    """Say in which classes each parcel stands; several of one facet are joined by a space.

    Parameters
    ----------
    parcels
        As ``in_list_order`` gives them.
    due
        As ``due_days`` gives it.
    """
    identifiers = parcels["parcel_id"]
    return {
        "label": identifiers.map(open_labels(content)),
        "deadline": deadline_classes(due, content.as_of),
        "size": size_classes(column_of(parcels, "area_m2")),
        "confidence": identifiers.map(confidence_classes(content.findings)).astype(object).fillna(NO_FINDING),
    }


def open_labels(content: MapContent) -> Series:
    """Labels that are met or undetermined for a parcel, the weightiest first; by ``parcel_id``."""
    frame = content.findings[["parcel_id", "label", "outcome"]].assign(weight=label_weights(content))
    frame = frame[frame["outcome"] != "not_met"].sort_values(["parcel_id", "weight"], kind="stable")
    once = frame.drop_duplicates(["parcel_id", "label"])
    return by_parcel(once["parcel_id"], once["label"]).map(" ".join).astype(object)


def due_days(content: MapContent, identifiers: Series) -> Series:
    """Nearest day on which something is due of each parcel, by ``parcel_id``; NaT where none is known.

    What is due are the clocks that still run, and the agreed start and completion that are not known to have happened.
    """
    known = []
    if content.clocks is not None:
        running = content.clocks[~content.clocks["state"].isin(["met", "suspended"])]
        known.append(running.groupby("parcel_id")["due_on"].min())
    facts = content.fact_values if content.fact_values is not None else DataFrame()
    for agreed, happened in AGREED:
        if agreed in facts.columns:
            is_over = column_of(facts, happened).map(lambda value: value is True or value is np.True_)
            known.append(facts.loc[~is_over.astype(bool), agreed])
    columns = [pd.to_datetime(days).reindex(identifiers) for days in known]
    if not columns:
        return Series(pd.NaT, index=pd.Index(identifiers), dtype="datetime64[ns]")
    return pd.concat(columns, axis="columns").min(axis="columns").astype("datetime64[ns]")


def deadline_classes(due: Series, as_of: date) -> Series:
    """Say how near each day is.

    Examples
    --------
    >>> days = Series(pd.to_datetime(["2025-10-30", "2026-10-30", "2026-10-31", "2027-01-31", "2027-02-01", None]))
    >>> deadline_classes(days, date(2026, 10, 31)).tolist()
    ['overdue_year', 'overdue', 'soon', 'soon', 'year', 'unknown']
    """
    day = pd.Timestamp(as_of)
    ends = [day - pd.DateOffset(years=1), day, *(day + pd.DateOffset(months=n) for n in (SOON_MONTHS, YEAR_MONTHS))]
    choices = [due < ends[0], due < ends[1], due <= ends[2], due <= ends[3], due.notna()]
    names = ["overdue_year", "overdue", "soon", "year", "later"]
    return Series(np.select(choices, names, "unknown"), index=due.index, dtype=object)


def size_classes(area_m2: Series) -> Series:
    """Class of each area: the bound below it [mu], ``0`` below the first; ``unknown`` where there is none.

    Examples
    --------
    >>> size_classes(Series([6000.0, 7000.0, None])).tolist()
    ['0', '10', 'unknown']
    """
    mu = area_m2.astype(float) / SQUARE_METRES_PER_MU
    bounds = np.array([0, *SIZES_MU])
    place = np.searchsorted(bounds[1:], np.nan_to_num(mu) + 1e-9, side="right")
    return Series(bounds[place].astype(str), index=area_m2.index, dtype=object).where(mu.notna(), "unknown")


def confidence_classes(findings: DataFrame) -> Series:
    """Say how firmly a parcel has its outcome, by ``parcel_id``: from the findings that give it.

    ``firm``: at least one of them stands without a mark; ``boundary``: each turns on a value exactly on a limit;
    ``conflict``: limbs of one article disagree; ``one_missing``, ``more_missing``: undetermined for want of one fact
    or of more.
    """
    outcome = findings["parcel_id"].map(overall_outcomes(findings))
    deciding = findings[findings["outcome"] == outcome]
    missing = deciding["missing"].fillna("").map(lambda names: len(names.split()))
    is_open = deciding["outcome"] == "undetermined"
    is_conflict, is_boundary = (deciding[flag].astype(bool) for flag in ("is_limb_conflict", "is_boundary"))
    rank = np.select([is_open & (missing <= 1), is_open, is_conflict, is_boundary], [3, 4, 2, 1], 0)
    best = Series(rank, index=deciding.index).groupby(deciding["parcel_id"]).min()
    return best.map(dict(enumerate(FIRMNESS)))
