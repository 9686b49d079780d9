"""Fixtures of the law: the packs as shipped, small instruments, and fact frames written by hand."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from geo.law.parse import parse_instrument
from geo.law.rule import Bilingual, Condition, Instrument, Rule
from geo.model import FACTS, fact_columns

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def pack_files() -> list[Path]:
    return sorted((CHECKOUT / "geo" / "law" / "rules").rglob("*.toml"))


@pytest.fixture(scope="session")
def packs(pack_files: list[Path]) -> dict[str, Instrument]:
    found = [parse_instrument(file.read_text("utf-8"), name=file.name) for file in pack_files]
    return {one.id: one for one in found}


def _number(value: object) -> object:
    if isinstance(value, str):
        return float(Fraction(value.removesuffix("%")) / (100 if value.endswith("%") else 1))
    return value


def _cells(name: str, value: Any) -> dict[str, object]:
    """Columns of one fact: a plain value is known exactly, a table has what it says."""
    if FACTS[name].kind in ("bool", "text"):
        return {name: value}
    known = value if isinstance(value, Mapping) else dict.fromkeys(("value", "low", "high"), value)
    return dict(zip(fact_columns(name), (_number(known.get(key)) for key in ("value", "low", "high")), strict=True))


def _frame(parcels: Mapping[str, Mapping[str, object]]) -> pd.DataFrame:
    named = sorted({name for facts in parcels.values() for name in facts})
    index = pd.Index(list(parcels), name="parcel_id", dtype=str)
    columns: dict[str, Any] = {}
    for name in named:
        rows = [_cells(name, facts.get(name)) for facts in parcels.values()]
        for column in fact_columns(name):
            columns[column] = _typed([row[column] for row in rows], FACTS[name].kind)
    return pd.DataFrame(columns, index=index)


def _typed(cells: list[Any], kind: str) -> Any:
    if kind == "measure":
        return np.array([np.nan if cell is None else cell for cell in cells], dtype=float)
    if kind == "date":
        return np.array([np.datetime64("NaT" if cell is None else cell, "s") for cell in cells])
    return pd.array(cells, dtype="boolean" if kind == "bool" else "str")


@pytest.fixture(scope="session")
def fact_frame() -> Callable[[Mapping[str, Mapping[str, object]]], pd.DataFrame]:
    """Fact frame of some parcels: parcel -> fact -> value, or ``{value, low, high}``; what is not named is unknown."""
    return _frame


def _instrument(rules: Sequence[Rule], **more: Any) -> Instrument:
    known: dict[str, Any] = {
        "id": "small",
        "jurisdiction": "cn",
        "title": Bilingual("小", "small"),
        "basis": "instrument",
        "is_draft": False,
        "verified_on": date(2026, 1, 1),
        "in_force_from": date(2000, 1, 1),
    }
    return Instrument(rules=tuple(rules), **{**known, **more})


@pytest.fixture(scope="session")
def instrument() -> Callable[..., Instrument]:
    """Instrument of some rules, in force since 2000 unless said otherwise."""
    return _instrument


def _rule(name: str, *when: Condition, **more: Any) -> Rule:
    known: dict[str, Any] = {"article": "1", "summary": Bilingual("甲", "first"), "modality": "must"}
    if "exception_to" not in more:
        known["concludes"] = "late_start"
    return Rule(id=name, when=when, **{**known, **more})


@pytest.fixture(scope="session")
def rule() -> Callable[..., Rule]:
    """Rule with some conditions; it concludes a label unless it is an exception."""
    return _rule
