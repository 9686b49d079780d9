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
from geo.model import INDICATOR_COLUMNS, LEDGER_FIELDS, NONE_AGREED, OBSERVATION_COLUMNS

AS_OF = date(2026, 10, 31)
PERIODS = Periods(**tomllib.loads(files("geo.facts").joinpath("periods.toml").read_text("utf-8")))
PLAIN = {"parcel_id": "B", "construction_permit_on": "2019-01-01", "started_on": "2019-02-01"}
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
                "scene_id": view.get("scene_id", f"S{number}"),
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


def indicator_frame(area_m2: float, cells: dict[str, float]) -> pd.DataFrame:
    """Indicators of the parcel, NaN where not given."""
    row = {"parcel_id": "A", **dict.fromkeys(INDICATOR_COLUMNS[1:], np.nan), "area_m2": area_m2, **cells}
    return pd.DataFrame([row])


@pytest.fixture
def build() -> Callable[..., tuple[pd.Series, pd.Series]]:
    """Facts and sources of the only parcel, "A" of 10 000 m2, from fields of its ledger row.

    Keywords beside fields: ``as_of``, ``complete_through`` (None: nobody says), ``views``, ``indicators``, ``area_m2``,
    and ``has_neighbour``: whether the ledger has a plain project beside it, so that it is seen to keep starts.
    """

    def built(
        *,
        as_of: date = AS_OF,
        complete_through: date | None = AS_OF,
        views: list[dict[str, Any]] | None = None,
        indicators: dict[str, float] | None = None,
        area_m2: float = 10_000.0,
        has_neighbour: bool = True,
        **fields: Any,
    ) -> tuple[pd.Series, pd.Series]:
        values, sources = build_facts(
            ledger=ledger_frame([{"parcel_id": "A", **fields}, *([PLAIN] if has_neighbour else [])]),
            observations=views_frame(views or []),
            indicators=indicator_frame(area_m2, indicators or {}),
            parcels=pd.DataFrame({"parcel_id": ["A"], "area_m2": [area_m2]}),
            as_of=as_of,
            complete_through=complete_through,
            periods=PERIODS,
        )
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
