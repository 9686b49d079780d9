"""One parcel's ledger row and views, written as a sentence, and the facts they give."""

import tomllib
from collections.abc import Callable
from datetime import date
from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd
import pytest

from geo.facts import Periods, build_facts
from geo.model import INDICATOR_COLUMNS, LEDGER_FIELDS, MONTHLY_COLUMNS, NONE_AGREED, OBSERVATION_COLUMNS

AS_OF = date(2026, 10, 31)
PERIODS = Periods(**tomllib.loads(files("geo.facts").joinpath("periods.toml").read_text("utf-8")))
AREA_M2 = 10_000.0
PLAIN = {"parcel_id": "plain", "construction_permit_on": "2019-01-01", "started_on": "2019-02-01"}
EMPTY = {"measure": "float64", "date": "datetime64[s]", "text": "object"}


def ledger_frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Ledger rows as the store gives them: every field, typed by kind, and what says "none" beside the days."""
    columns: dict[str, pd.Series] = {}
    for field, kind in LEDGER_FIELDS.items():
        cells = [row.get(field) for row in rows]
        known = [None if cell == NONE_AGREED else cell for cell in cells]
        columns[field] = pd.Series(known, dtype="object").astype(EMPTY[kind])
        columns[f"{field}_is_none"] = pd.Series([cell == NONE_AGREED for cell in cells], dtype=bool)
    return pd.DataFrame(columns).assign(row=range(2, len(rows) + 2))


def views_frame(views: list[dict[str, Any]]) -> pd.DataFrame:
    """Observations of a day each: ``built`` and ``green`` for certain, the rest bare or netted ground."""
    rows = []
    for number, view in enumerate(views):
        built, green = view.get("built", 0.0), view.get("green", 0.0)
        rows.append(
            {
                "parcel_id": "A",
                "scene_id": f"S{number}",
                "acquired_at": pd.Timestamp(f"{view['on']}T02:40:00Z"),
                "clear_fraction": 1.0,
                "built_fraction": built,
                "built_fraction_low": built,
                "built_fraction_high": 1 - green,
                "vegetation_fraction_low": green,
                "water_fraction_low": 0.0,
                "reason": "",
                **{name: value for name, value in view.items() if name in OBSERVATION_COLUMNS},
            }
        )
    frame = pd.DataFrame(rows, columns=OBSERVATION_COLUMNS)
    return frame.assign(acquired_at=pd.to_datetime(frame["acquired_at"], utc=True))


def monthly_frame(months: list[dict[str, Any]]) -> pd.DataFrame:
    """What series say of a month: nothing but what is given, of looks from November 2024 to 24 October 2026."""
    usual = {"parcel_id": "A", "month": "2026-10", "start": "unknown", "works": "unknown", "reason": "few_dates"}
    usual |= {"looked_from_on": "2024-11-03", "looked_through_on": "2026-10-24", "start_scenes": "", "works_scenes": ""}
    frame = pd.DataFrame([{**usual, **month} for month in months], columns=list(MONTHLY_COLUMNS))
    days = [name for name in MONTHLY_COLUMNS if name.endswith(("_on", "_not_before", "_not_after"))]
    return frame.assign(**{name: pd.to_datetime(frame[name]).astype("datetime64[s]") for name in days})


def indicator_frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Indicators of parcels, NaN where not given."""
    blank = dict.fromkeys(INDICATOR_COLUMNS[1:], np.nan)
    return pd.DataFrame([{**blank, **row} for row in rows], columns=list(INDICATOR_COLUMNS))


@pytest.fixture
def build_all() -> Callable[..., tuple[pd.DataFrame, pd.DataFrame]]:
    """Facts and sources of several parcels of 10 000 m2 from their ledger rows, which say ``parcel_id``.

    ``views`` and ``indicators`` say theirs too; a view that does not is of parcel "A".
    """

    def built(
        rows: list[dict[str, Any]],
        *,
        as_of: date = AS_OF,
        complete_through: date | None = AS_OF,
        views: list[dict[str, Any]] | None = None,
        indicators: list[dict[str, Any]] | None = None,
        monthly: list[dict[str, Any]] | None = None,
    ) -> tuple[pd.DataFrame, pd.DataFrame]:
        ledger = ledger_frame([*rows, PLAIN])
        return build_facts(
            ledger=ledger,
            observations=views_frame(views or []),
            indicators=indicator_frame([{"area_m2": AREA_M2, **row} for row in indicators or []]),
            parcels=pd.DataFrame({"parcel_id": [row["parcel_id"] for row in rows], "area_m2": AREA_M2}),
            as_of=as_of,
            complete_through=dict.fromkeys(ledger.columns, complete_through) if complete_through else {},
            periods=PERIODS,
            monthly=None if monthly is None else monthly_frame(monthly),
        )

    return built


@pytest.fixture
def build(build_all: Callable[..., tuple[pd.DataFrame, pd.DataFrame]]) -> Callable[..., tuple[pd.Series, pd.Series]]:
    """Facts and sources of parcel "A" of 10 000 m2 from fields of its ledger row.

    Keywords beside fields: ``as_of``, ``complete_through`` (None: nobody says), ``views``, ``monthly``,
    ``indicators``.
    """

    def built(*, indicators: dict[str, float] | None = None, **fields: Any) -> tuple[pd.Series, pd.Series]:
        settings = {
            name: fields.pop(name) for name in ("as_of", "complete_through", "views", "monthly") if name in fields
        }
        measured = [{"parcel_id": "A", **indicators}] if indicators else []
        values, sources = build_all([{"parcel_id": "A", **fields}], indicators=measured, **settings)
        return values.loc["A"], sources.loc["A"]

    return built


@pytest.fixture
def observation_frame() -> Callable[[list[dict[str, Any]]], pd.DataFrame]:
    """Observations of parcel "A", one a day."""
    return views_frame


@pytest.fixture
def periods() -> Periods:
    """Periods of law as the room's own file has them."""
    return PERIODS
