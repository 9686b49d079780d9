"""The data of a page: columns of short codes, ready to be written as JSON."""

import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from pandas import DataFrame, Series

from geo.maps.changes import STEP_ENDS, rank_changes
from geo.maps.content import LANGUAGES, OUTCOMES, PAGE_TEXTS, MapContent
from geo.maps.shapes import STEPS_PER_DEGREE, encode_anchor, encode_shape, origin_of
from geo.model import FACTS, fact_columns

SCHEMA_VERSION = 1
NO_FINDING = "none"
"""Stands for the outcome of a parcel that no rule said anything about."""

FINDING_TEXTS = ("instrument_id", "article", "label", "modality", "outcome", "standing", "missing")
SUMMARIES = ("summary_zh", "summary_en")


def build_payload(content: MapContent) -> dict[str, Any]:
    """Turn a map's content into plain JSON values.

    Parcels stand in the order of the list: by outcome, by the weight of the label that gives it, by area, by
    identifier. Texts that repeat are written once; coordinates are whole numbers.

    Returns
    -------
    dict
        Keys ``schema_version``, ``scan``, ``texts``, ``instruments``, ``origin``, ``parcels``, ``footprints``,
        ``findings``, ``facts``, ``series``, ``changes``. ``page/data.js`` reads it.
    """
    parcels = in_list_order(content)
    rows = Series(range(len(parcels)), index=parcels["parcel_id"])
    footprints = content.footprints
    drawn = [*parcels.geometry, *(footprints.geometry if footprints is not None else ())]
    origin = origin_of(drawn)
    return {
        "schema_version": SCHEMA_VERSION,
        "scan": {
            "month": content.month,
            "revision": content.revision,
            "as_of": content.as_of.isoformat(),
            "data_through": _day(content.data_through),
        },
        "texts": {language: _page_texts(content.texts[language]) for language in LANGUAGES},
        "instruments": _instruments(content),
        "origin": list(origin) if origin else None,
        "steps_per_degree": STEPS_PER_DEGREE,
        "parcels": _parcels(parcels, origin),
        "footprints": _footprints(content, origin),
        "findings": _findings(content, rows),
        "facts": _facts(content, parcels["parcel_id"]),
        "series": _series(content.observations, rows),
        "changes": _changes(content.changes, parcels["parcel_id"]),
    }


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
            "area": -_column(parcels, "area_m2").astype(float),
            "identifier": parcels["parcel_id"],
        }
    )
    return parcels.loc[keys.sort_values(list(keys.columns), kind="stable", na_position="last").index]


def coded(values: Series) -> dict[str, list[Any]]:
    """Write each text of a column once.

    Returns
    -------
    dict
        ``text``: the texts in the order in which they appear; ``at``: the place of each value's, None where unknown.

    Examples
    --------
    >>> coded(Series(["b", None, "a", "b"]))
    {'text': ['b', 'a'], 'at': [0, None, 1, 0]}
    """
    places, texts = pd.factorize(values.astype(object), use_na_sentinel=True)
    return {"text": [str(text) for text in texts], "at": [int(place) if place >= 0 else None for place in places]}


def number(value: Any, digits: int = 6) -> float | int | str | None:  # noqa: ANN401  # a scalar out of a frame
    """Write a number with so many significant digits; None where unknown, "inf" and "-inf" as texts.

    Examples
    --------
    >>> number(1 / 3), number(12.0), number(float("-inf")), number(float("nan"))
    (0.333333, 12, '-inf', None)
    """
    if value is None or pd.isna(value):
        return None
    if math.isinf(float(value)):
        return "inf" if float(value) > 0 else "-inf"
    short = float(f"{float(value):.{digits}g}")
    return int(short) if short.is_integer() else short


def _page_texts(sentences: Mapping[str, str]) -> dict[str, str]:
    """Choose the sentences that a page needs."""
    return {code: text for code, text in sentences.items() if code.startswith(PAGE_TEXTS)}


def _day(value: Any) -> str | None:  # noqa: ANN401  # same
    """Write a day as ISO text; None where unknown."""
    if value is None or pd.isna(value):
        return None
    return (value if isinstance(value, date) else pd.Timestamp(value)).isoformat()[:10]


def _column(frame: DataFrame, name: str) -> Series:
    """Give a column, or one of unknowns where the frame has none."""
    return frame[name] if name in frame.columns else Series(None, index=frame.index, dtype=object)


def _instruments(content: MapContent) -> dict[str, Any]:
    """Write the notes on instruments, by identifier."""
    return {
        identifier: {
            "title": dict(note.title),
            "adopted_by": note.adopted_by or None,
            "adopted_on": _day(note.adopted_on),
        }
        for identifier, note in sorted(content.instruments.items())
    }


def _parcels(parcels: GeoDataFrame, origin: tuple[int, int] | None) -> dict[str, Any]:
    """Write the columns of the parcels."""
    shapes = [encode_shape(geometry, origin) if origin else None for geometry in parcels.geometry]
    return {
        "id": [str(identifier) for identifier in parcels["parcel_id"]],
        "enterprise": coded(_column(parcels, "enterprise")),
        "town": coded(_column(parcels, "town")),
        "area_m2": [number(area, 8) for area in _column(parcels, "area_m2")],
        "outcome": coded(parcels["outcome"]),
        "shape": shapes,
        "anchor": [
            encode_anchor(geometry, origin) if origin and shape else None
            for geometry, shape in zip(parcels.geometry, shapes, strict=True)
        ],
    }


def _footprints(content: MapContent, origin: tuple[int, int] | None) -> dict[str, Any]:
    """Write the columns of the footprints that can be drawn; one that stands twice is drawn once."""
    frame = content.footprints
    if frame is None or origin is None:
        return {"shape": [], "storeys": []}
    outlines = shapely.to_wkb(shapely.normalize(frame.geometry.to_numpy()))
    once = frame[~DataFrame({"outline": outlines, "storeys": _column(frame, "storey_count").array}).duplicated().array]
    shapes = [encode_shape(geometry, origin) for geometry in once.geometry]
    storeys = [number(count) for count in _column(once, "storey_count")]
    kept = [(shape, count) for shape, count in zip(shapes, storeys, strict=True) if shape]
    return {"shape": [shape for shape, _ in kept], "storeys": [count for _, count in kept]}


def _findings(content: MapContent, rows: Series) -> dict[str, Any]:
    """Write the findings, those of a parcel together, what needs a person first."""
    findings = content.findings
    frame = findings.assign(
        parcel=findings["parcel_id"].map(rows),
        rank=findings["outcome"].map({outcome: place for place, outcome in enumerate(OUTCOMES)}),
        weight=label_weights(content),
    ).sort_values(["parcel", "rank", "weight", "rule_id"], kind="stable")
    columns: dict[str, Any] = {"parcel": [int(row) for row in frame["parcel"]]}
    columns |= {name: coded(frame[name]) for name in FINDING_TEXTS}
    columns |= {name: coded(_column(frame, name)) for name in SUMMARIES}
    columns |= {
        name: [int(flag) for flag in frame[name].fillna(value=False).astype(bool)]
        for name in ("is_boundary", "is_limb_conflict")
    }
    return columns


def _facts(content: MapContent, parcel_ids: Series) -> dict[str, Any]:
    """Write every fact that is known of at least one parcel."""
    if content.fact_values is None:
        return {}
    values = content.fact_values.reindex(parcel_ids)
    sources = (content.fact_sources if content.fact_sources is not None else DataFrame()).reindex(parcel_ids)
    facts: dict[str, Any] = {}
    for name, spec in FACTS.items():
        columns = [column for column in fact_columns(name) if column in values.columns]
        if not columns or values[columns].isna().to_numpy().all():
            continue
        facts[name] = {"kind": spec.kind, "unit": spec.unit, "source": coded(_column(sources, name))}
        for key, column in zip(("value", "low", "high"), columns, strict=False):
            facts[name][key] = [_fact_value(value, spec.kind) for value in values[column]]
    return facts


def _fact_value(value: Any, kind: str) -> object:  # noqa: ANN401  # same
    """Write one value of a fact by its kind; None where unknown."""
    if value is None or pd.isna(value):
        return None
    if kind == "date":
        return _day(value)
    if kind == "bool":
        return bool(value)
    return number(value) if kind == "measure" else str(value)


def _series(observations: DataFrame | None, rows: Series) -> dict[str, Any]:
    """Write each parcel's built fraction and bounds by scene [thousandths]."""
    if observations is None or observations.empty:
        return {"day": [], "of": {}}
    known = observations[observations["parcel_id"].isin(rows.index)]
    days = pd.to_datetime(known["acquired_at"], utc=True).dt.strftime("%Y-%m-%d")
    frame = known.assign(row=known["parcel_id"].map(rows), day=days).sort_values(["row", "day"], kind="stable")
    all_days = sorted(set(frame["day"]))
    place = {day: index for index, day in enumerate(all_days)}
    of = {
        str(row): {
            "day": [place[day] for day in part["day"]],
            "built": _thousandths(part["built_fraction"]),
            "low": _thousandths(part["built_fraction_low"]),
            "high": _thousandths(part["built_fraction_high"]),
        }
        for row, part in frame.groupby("row", sort=True)
    }
    return {"day": all_days, "of": of}


def _changes(changes: DataFrame | None, parcel_ids: Series) -> dict[str, Any] | None:
    """Write each parcel's change score, rank and step of shading; None where no parcel has a score."""
    ranking = None if changes is None else rank_changes(changes, parcel_ids)
    if ranking is None:
        return None
    columns = ranking.parcels.reindex(parcel_ids)
    return {
        "before": _day(ranking.not_before),
        "after": _day(ranking.not_after),
        "count": len(ranking.parcels),
        "step_ends": list(STEP_ENDS),
        **{name: [number(value, 9) for value in columns[name]] for name in ("rank", "step")},
        "score": [number(score, 4) for score in columns["score"]],
    }


def _thousandths(values: Series) -> Sequence[int | None]:
    """Round fractions to thousandths; None where unknown."""
    return [None if math.isnan(value) else round(value * 1000) for value in np.asarray(values, dtype=float).tolist()]
