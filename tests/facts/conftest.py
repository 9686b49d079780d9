"""One parcel's ledger row and views, written as a sentence, and the facts they give."""

import tomllib
from collections.abc import Callable
from datetime import date
from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd
import pytest

from geo.facts import Periods, build_facts, fold_registers
from geo.model import (
    FACTS,
    INDICATOR_COLUMNS,
    LEDGER_FIELDS,
    MONTHLY_COLUMNS,
    NONE_AGREED,
    OBSERVATION_COLUMNS,
    fact_columns,
)
from geo.registers import REGISTERS

AS_OF = date(2026, 10, 31)
PERIODS = Periods(**tomllib.loads(files("geo.facts").joinpath("periods.toml").read_text("utf-8")))
AREA_M2 = 10_000.0
PLAIN = {"parcel_id": "plain", "construction_permit_on": "2019-01-01", "started_on": "2019-02-01"}
TYPES = {"text": "str", "measure": "float64", "date": "datetime64[s]"}
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


def frame_of(name: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Entries of a register as the store gives them; a row may say ``<field>_disputed``."""
    columns: dict[str, Any] = {}
    for field, spec in REGISTERS[name].fields.items():
        cells = [row.get(field) for row in rows]
        known = pd.Series([None if cell == NONE_AGREED else cell for cell in cells], dtype="object")
        columns[field] = known.astype(TYPES[spec.kind])
        if spec.kind == "date":
            columns[f"{field}_is_none"] = pd.Series([cell == NONE_AGREED for cell in cells], dtype=bool)
    for disputed in sorted({cell for row in rows for cell in row if cell.endswith("_disputed")}):
        columns[disputed] = pd.Series([row.get(disputed) for row in rows], dtype=object)
    return pd.DataFrame(columns).assign(row=pd.array(range(2, len(rows) + 2), dtype="Int64"), source=name)


@pytest.fixture
def fold() -> Callable[..., tuple[pd.DataFrame, Any]]:
    """Fold registers given by name as rows."""

    def folded(*, complete: dict[str, date] | None = None, as_of: date = AS_OF, **rows: list[dict[str, Any]]):
        registers = {name: frame_of(name, rows.get(name, [])) for name in REGISTERS}
        ledger, entries = fold_registers(registers, complete_through=complete or {}, as_of=as_of)
        return ledger.set_index("parcel_id"), entries

    return folded


@pytest.fixture
def facts(fold, periods, observation_frame) -> Callable[..., tuple[pd.DataFrame, pd.DataFrame]]:
    """Facts and sources of the parcels of ``areas`` from registers given as rows."""

    def built(areas: dict[str, float], *, indicators=(), views=(), complete=None, as_of: date = AS_OF, **rows: Any):
        ledger, entries = fold(complete=complete, as_of=as_of, **rows)
        wanted = dict.fromkeys([*INDICATOR_COLUMNS, *(name for row in indicators for name in row)])
        measured = pd.DataFrame(list(indicators), columns=list(wanted)).astype(dict.fromkeys([*wanted][1:], float))
        return build_facts(
            ledger=ledger.copy().reset_index(),  # in one piece, so that pandas does not mind the column
            observations=observation_frame(list(views)),
            indicators=measured,
            parcels=pd.DataFrame({"parcel_id": list(areas), "area_m2": list(areas.values())}),
            as_of=as_of,
            complete_through=complete or {},
            periods=periods,
            entries=entries,
        )

    return built


@pytest.fixture
def entry_frame() -> Callable[[str, list[dict[str, Any]]], pd.DataFrame]:
    """Entries of a register as the store gives them."""
    return frame_of


@pytest.fixture
def told_of(facts) -> Callable[..., dict[str, Any]]:
    """What registers say of parcel "A" under contract "K", by fact: its value, or its bounds where they differ.

    Keywords are registers, and ``complete`` and ``as_of``; each entry is about the parcel unless it says otherwise.
    """

    def said(*, indicators=(), **rows: Any) -> dict[str, Any]:
        known = {name: value if name in ("complete", "as_of") else about(name, value) for name, value in rows.items()}
        contract = about("contract", rows.get("contract", [{}]))
        given = {**known, "contract": contract, "link": [{"parcel_id": "A", "contract_number": "K"}]}
        values, sources = facts({"A": AREA_M2}, indicators=indicators, **given)
        return {name: _plain(name, values.loc["A"]) for name in sources.columns}

    def about(name: str, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        subject = "parcel_id" if "parcel_id" in REGISTERS[name].fields else "contract_number"
        return [{subject: "A" if subject == "parcel_id" else "K", **entry} for entry in entries]

    return said


def _plain(name: str, row: pd.Series) -> Any:
    value, *sides = fact_columns(name)
    if pd.notna(row[value]):
        said = row[value]
        return str(said.date()) if FACTS[name].kind == "date" else bool(said) if FACTS[name].kind == "bool" else said
    low, high = (None if pd.isna(row[side]) else row[side] for side in sides or (value, value))
    if low is None and high is None:
        return None
    return tuple(None if one is None else str(one.date()) if FACTS[name].kind == "date" else one for one in (low, high))
