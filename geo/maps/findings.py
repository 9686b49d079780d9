"""Findings, facts and the series of a page: what parcels have in common is written once."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from pandas import DataFrame, Series

from geo.maps.columns import by_parcel, coded, column_of, day, days, number, thousandths
from geo.maps.content import OUTCOMES, MapContent, RulePart
from geo.maps.listing import label_weights
from geo.model import FACTS, fact_columns

OF_A_RULE = ("rule_id", "instrument_id", "article", "label", "modality", "standing", "summary_zh", "summary_en")
"""What a finding has of its rule, whatever the parcel."""
OF_A_FINDING = ("outcome", "missing", "settles", "truths", "limits")
FLAGS = ("is_boundary", "is_limb_conflict")


def findings_payload(content: MapContent, parcel_ids: Series) -> dict[str, Any]:
    """Write the findings of each parcel, what needs a person first.

    Returns
    -------
    dict
        ``rules``: a coded column for each of ``OF_A_RULE``, one row a rule; ``kinds``: the findings that differ, each
        with the row of its ``rule``; ``sets``: lists of kinds; ``at``: the set of each parcel, None where it has none.
    """
    findings = content.findings
    frame = findings.assign(
        rank=findings["outcome"].map({outcome: place for place, outcome in enumerate(OUTCOMES)}),
        weight=label_weights(content),
        **{name: column_of(findings, name) for name in (*OF_A_RULE, *OF_A_FINDING)},
    ).sort_values(["parcel_id", "rank", "weight", "rule_id"], kind="stable")
    frame["rule"], rules = _numbered(frame, OF_A_RULE)
    frame["kind"], kinds = _numbered(frame, ("rule", *OF_A_FINDING, *FLAGS))
    sets = by_parcel(frame["parcel_id"], frame["kind"])
    at, distinct = pd.factorize(sets.reindex(parcel_ids).to_numpy(), use_na_sentinel=True)
    return {
        "rules": {name: coded(rules[name]) for name in OF_A_RULE},
        "kinds": {
            "rule": [int(row) for row in kinds["rule"]],
            **{name: coded(kinds[name]) for name in OF_A_FINDING},
            **{name: [int(flag) for flag in kinds[name].fillna(value=False).astype(bool)] for name in FLAGS},
        },
        "sets": [[int(kind) for kind in one] for one in distinct],
        "at": [int(place) if place >= 0 else None for place in at],
    }


def rules_payload(rules: Mapping[str, tuple[RulePart, ...]]) -> dict[str, Any]:
    """Write what each rule asks, by ``rule_id``: its conditions, then those of its exceptions."""
    return {
        rule_id: [
            {
                "exception": part.exception,
                "article": part.article,
                "summary": dict(part.summary),
                "conditions": [list(condition) for condition in part.conditions],
            }
            for part in parts
        ]
        for rule_id, parts in sorted(rules.items())
    }


def facts_payload(content: MapContent, parcel_ids: Series) -> dict[str, Any]:
    """Write every fact that is known of at least one parcel.

    Returns
    -------
    dict
        By name: ``kind``, ``unit``, the coded ``source``, and ``at``: for each parcel the place of its ``value`` among
        those that differ, None where nothing is known; ``low`` and ``high`` beside ``value``, left out where no
        parcel has other bounds than its value.
    """
    if content.fact_values is None:
        return {}
    values = content.fact_values.reindex(parcel_ids)
    sources = (content.fact_sources if content.fact_sources is not None else DataFrame()).reindex(parcel_ids)
    facts: dict[str, Any] = {}
    for name, spec in FACTS.items():
        columns = [column for column in fact_columns(name) if column in values.columns]
        if not columns or values[columns].isna().to_numpy().all():
            continue
        source = coded(column_of(sources, name))
        facts[name] = {"kind": spec.kind, "unit": spec.unit, "source": source, **_cells(values[columns], spec.kind)}
    return facts


def series_payload(observations: DataFrame | None, parcel_ids: Series) -> dict[str, Any]:
    """Write each parcel's built fraction and bounds by scene [thousandths], by the parcel's row."""
    if observations is None or observations.empty:
        return {"day": [], "of": {}}
    rows = Series(range(len(parcel_ids)), index=parcel_ids.to_numpy())
    known = observations[observations["parcel_id"].isin(rows.index)]
    seen_on = pd.to_datetime(known["acquired_at"], utc=True).dt.strftime("%Y-%m-%d")
    frame = known.assign(row=known["parcel_id"].map(rows), day=seen_on).sort_values(["row", "day"], kind="stable")
    all_days = sorted(set(frame["day"]))
    place = {one: index for index, one in enumerate(all_days)}
    of = {
        str(row): {
            "day": [place[one] for one in part["day"]],
            "built": thousandths(part["built_fraction"]),
            "low": thousandths(part["built_fraction_low"]),
            "high": thousandths(part["built_fraction_high"]),
        }
        for row, part in frame.groupby("row", sort=True)
    }
    return {"day": all_days, "of": of}


def months_payload(months: DataFrame | None, parcel_ids: Series) -> dict[str, Any]:
    """Write each parcel's built fraction and bounds by month [thousandths], by the parcel's row."""
    if months is None or months.empty:
        return {"month": [], "of": {}}
    rows = Series(range(len(parcel_ids)), index=parcel_ids.to_numpy())
    known = months[months["parcel_id"].isin(rows.index)]
    frame = known.assign(row=known["parcel_id"].map(rows)).sort_values(["row", "month"], kind="stable")
    all_months = sorted(set(frame["month"]))
    place = {one: index for index, one in enumerate(all_months)}
    of = {
        str(row): {
            "month": [place[one] for one in part["month"]],
            "built": thousandths(part["built_fraction"]),
            "low": thousandths(part["built_fraction_low"]),
            "high": thousandths(part["built_fraction_high"]),
        }
        for row, part in frame.groupby("row", sort=True)
    }
    return {"month": all_months, "of": of}


def _numbered(frame: DataFrame, columns: tuple[str, ...]) -> tuple[Series, DataFrame]:
    """Return a number for each row that differs in some columns, as they appear, and one row of each number."""
    keys = frame[list(columns)].astype(object)
    keys = keys.where(keys.notna(), None)
    places = keys.groupby(list(columns), sort=False, dropna=False).ngroup()
    return places, keys.loc[~places.duplicated()].reset_index(drop=True)


def _cells(values: DataFrame, kind: str) -> dict[str, list[Any]]:
    """Write the cells that differ, and which of them each parcel has."""
    names = ("value", "low", "high")[: values.shape[1]]
    written = DataFrame(
        {key: _written(values[column], kind) for key, column in zip(names, values.columns, strict=False)},
        index=range(len(values)),
        dtype=object,
    )
    is_known = written.notna().any(axis=1)
    places, cells = _numbered(written[is_known], names)
    at = places.reindex(range(len(values)), fill_value=-1)
    told: dict[str, list[Any]] = {"at": [None if place < 0 else place for place in at.tolist()]}
    for key in names:
        if key == "value" or not cells[key].equals(cells["value"]):
            told[key] = [None if pd.isna(cell) else cell for cell in cells[key]]
    return told


def _written(values: Series, kind: str) -> list[Any]:
    """Write values of a fact by its kind; None where unknown."""
    if kind == "date":
        written: list[Any] = days(values).tolist()
        return written
    if kind == "measure":
        return [number(value) for value in values]
    write = bool if kind == "bool" else str
    return [None if pd.isna(value) else write(value) for value in values]


def clocks_payload(clocks: DataFrame | None, parcel_ids: Series) -> dict[str, Any]:
    """Write the clocks of each parcel by its row, the nearest due day first."""
    if clocks is None or clocks.empty:
        return {}
    rows = Series(range(len(parcel_ids)), index=parcel_ids.to_numpy())
    frame = clocks[clocks["parcel_id"].isin(rows.index)]
    frame = frame.assign(row=frame["parcel_id"].map(rows)).sort_values(["row", "due_on", "clock"], kind="stable")
    told: dict[str, Any] = {}
    for one in frame.to_dict("records"):
        told.setdefault(str(one["row"]), []).append(
            {
                "label": {"zh": str(one["label_zh"]), "en": str(one["label_en"])},
                "starts_on": day(one.get("starts_on")),
                "due_on": day(one["due_on"]),
                "state": one["state"],
                "article": None if pd.isna(one.get("article")) else str(one["article"]),
            }
        )
    return told
