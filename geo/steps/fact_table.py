"""A table of facts without a store: read it, assess it by blocks of parcels, write the findings."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from geo.errors import SchemaError
from geo.law.assess import assess
from geo.law.rule import Adoption, Instrument
from geo.model import FACTS, FINDING_COLUMNS, Kind, fact_columns, has_fact
from geo.steps.export import FORMULA_STARTS, replacing

BLOCK = 10_000
"""Parcels assessed at once: so much memory, however large the county."""

SUFFIXES = (".csv", ".parquet")
KEY = "parcel_id"
WORDS = {"true": True, "yes": True, "1": True, "是": True, "false": False, "no": False, "0": False, "否": False}
OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class FactTable:
    """Facts as a file gives them.

    Attributes
    ----------
    facts
        Fact frame.
    refused
        Cells that could not be used, each of which is therefore unknown: ``row`` (as a spreadsheet counts), ``column``,
        ``value`` and ``code``.
    """

    facts: pd.DataFrame
    refused: pd.DataFrame


def read_facts(path: Path) -> FactTable:
    """Read a table of facts, CSV or JSON: ``parcel_id``, and the facts named as in ``docs/rules.md``.

    A number or a day stands in ``x``, or between ``x_low`` and ``x_high``; a blank is unknown. JSON is a list of
    objects, or an object of objects by parcel; there a fact may be ``{"low": .., "high": ..}``. A cell that cannot be
    read is refused alone.

    Raises
    ------
    SchemaError
        The file is not there or not such a table, a column is no fact, or a parcel stands in two rows.
    """
    cells = _read_cells(path)
    headers = ", ".join(map(str, cells.columns))
    if KEY not in cells:
        raise SchemaError("scan.facts_without_parcels", file=str(path), columns=headers)
    known = {column: name for name in FACTS for column in fact_columns(name)}
    for column in cells.columns:
        if column != KEY and column not in known:
            raise SchemaError("scan.unknown_fact_column", file=str(path), column=column)
    is_nameless = cells[KEY].eq("").to_numpy()
    if is_nameless.any():
        row = int(is_nameless.argmax()) + 2
        raise SchemaError("scan.facts_without_parcels", file=str(path), row=row, columns=headers)
    names = [name for name in FACTS if has_fact(cells, name)]
    refused: list[pd.DataFrame] = []
    columns: dict[str, Any] = {}
    for name in names:
        columns |= _fact(name, cells, refused)
    facts = pd.DataFrame(columns, index=pd.Index(cells[KEY], dtype=str, name=KEY))
    empty = pd.DataFrame(columns=["row", "column", "value", "code"])
    return FactTable(facts, pd.concat([empty, *refused], ignore_index=True) if refused else empty)


def _read_cells(path: Path) -> pd.DataFrame:
    """Return every cell as a text, blank where nothing stands."""
    if not path.is_file():
        raise SchemaError("ingest.missing_file", file=str(path))
    try:
        if path.suffix.lower() == ".json":
            return _from_json(json.loads(path.read_text("utf-8-sig")))
        found = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (ValueError, TypeError, AttributeError) as error:
        raise SchemaError("scan.facts_unreadable", file=str(path), why=str(error)) from error
    return pd.DataFrame({column: found[column].str.strip() for column in found.columns})


def _from_json(found: Any) -> pd.DataFrame:  # noqa: ANN401 - whatever stands in a JSON file
    rows = [{KEY: name, **row} for name, row in found.items()] if isinstance(found, dict) else found
    flat = [dict(_flatten(row)) for row in rows]
    return pd.DataFrame(flat, columns=list(dict.fromkeys(name for row in flat for name in row))).fillna("").astype(str)


def _flatten(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in row.items():
        sides = {"value": name, "low": f"{name}_low", "high": f"{name}_high"}
        if isinstance(value, dict):
            yield from ((sides[side], _text(one)) for side, one in value.items() if side in sides)
        else:
            yield name, _text(value)


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()


def _fact(name: str, cells: pd.DataFrame, refused: list[pd.DataFrame]) -> dict[str, Any]:
    """Return the columns of one fact, and note the cells that cannot be used."""
    kind = FACTS[name].kind
    sides = {column: cells.get(column, pd.Series("", index=cells.index)) for column in fact_columns(name)}
    read = {column: _parse(texts, kind) for column, texts in sides.items()}
    for column, texts in sides.items():
        _refuse(column, texts, (texts != "") & read[column].isna(), "unreadable", refused)
    if len(read) == 1:
        return {name: read[name].array}
    value, low, high = read.values()
    is_exact = value.notna() & low.isna() & high.isna()
    low, high = low.mask(is_exact, value), high.mask(is_exact, value)
    if kind == "measure":  # one side alone leaves the other open
        low, high = low.mask(low.isna() & high.notna(), -np.inf), high.mask(high.isna() & low.notna(), np.inf)
    is_outside = (low > high) | (value < low) | (value > high)
    _refuse(name, next(iter(sides.values())), is_outside, OUTSIDE, refused)
    return {column: side.mask(is_outside).array for column, side in zip(sides, (value, low, high), strict=True)}


def _refuse(column: str, texts: pd.Series, where: pd.Series, code: str, refused: list[pd.DataFrame]) -> None:
    if where.any():
        found = texts[where]
        refused.append(
            pd.DataFrame({"row": found.index + 2, "column": column, "value": found.to_numpy(), "code": code})
        )


def _parse(texts: pd.Series, kind: Kind) -> pd.Series:
    """Return the values of a column, missing where there is none or it cannot be read."""
    if kind == "text":
        return texts.mask(texts == "").astype(object).where(lambda found: found.notna(), None)
    if kind == "bool":
        return texts.str.lower().map(WORDS).astype("boolean")
    if kind == "date":
        is_day = texts.str.fullmatch(r"\d{4}-\d{2}-\d{2}")
        return pd.to_datetime(texts.where(is_day), format="%Y-%m-%d", errors="coerce").astype("datetime64[s]")
    plain = pd.to_numeric(texts, errors="coerce").astype("float64")
    odd = texts[plain.isna() & (texts != "")]
    return plain.fillna(odd.map(_fraction).astype("float64")).replace([np.inf, -np.inf], np.nan)


def _fraction(text: str) -> float:
    """Return ``25%`` or ``1/3`` as a number; NaN where it is neither."""
    try:
        return float(Fraction(text.removesuffix("%"))) / (100 if text.endswith("%") else 1)
    except (ValueError, ZeroDivisionError):
        return float("nan")


def assess_table(  # noqa: PLR0913 - the arguments of assess, and where to write
    instruments: Collection[Instrument],
    facts: pd.DataFrame,
    out: Path,
    *,
    as_of: date,
    adoptions: Mapping[str, Adoption],
    asked: Collection[str] = frozenset(),
) -> dict[str, int]:
    """Assess a fact frame by blocks and write every finding; return how many there are of each outcome.

    Parameters
    ----------
    out
        CSV or Parquet by suffix.

    Raises
    ------
    SchemaError
        The suffix is neither, or a parcel stands in two rows.
    """
    check_findings_suffix(out)
    if not facts.index.is_unique:
        raise SchemaError("law.repeated_parcel", parcel_id=facts.index[facts.index.duplicated()][0])
    facts = facts.iloc[np.argsort(facts.index.to_numpy(dtype=str), kind="stable")]
    counts: dict[str, int] = {}
    with replacing(out) as fresh, _writer(fresh) as writer:
        for begin in range(0, max(len(facts), 1), BLOCK):
            block = facts.iloc[begin : begin + BLOCK]
            found = assess(instruments, block, as_of=as_of, adoptions=adoptions, asked=asked, is_compact=True)
            for outcome, count in found["outcome"].value_counts().items():
                counts[str(outcome)] = counts.get(str(outcome), 0) + int(count)
            writer.write_table(_arrow(found, is_text=out.suffix.lower() == ".csv"))
    return counts


def check_findings_suffix(out: Path) -> None:
    """Refuse a name whose ending is no form of findings, before any work is done."""
    if out.suffix.lower() not in SUFFIXES:
        raise SchemaError("scan.unknown_suffix", file=str(out), known=" ".join(SUFFIXES))


class _Writer(Protocol):
    def write_table(self, table: pa.Table) -> None: ...


@contextmanager
def _writer(path: Path) -> Iterator[_Writer]:
    is_csv = path.suffix.lower() == ".csv"
    flags = {"is_boundary", "is_limb_conflict"}
    text = pa.string() if is_csv else pa.dictionary(pa.int32(), pa.string())
    schema = pa.schema([(name, pa.bool_() if name in flags else text) for name in FINDING_COLUMNS])
    if is_csv:
        with path.open("wb") as file:
            file.write("\ufeff".encode())
            with pyarrow.csv.CSVWriter(file, schema) as writer:
                yield writer
    else:
        with pyarrow.parquet.ParquetWriter(path, schema) as writer:
            yield writer


def _arrow(found: pd.DataFrame, *, is_text: bool) -> pa.Table:
    return pa.table({name: _column(found[name], is_text=is_text) for name in FINDING_COLUMNS})


def _column(column: pd.Series, *, is_text: bool) -> pa.Array:
    if column.dtype == bool:
        return pa.array(column.to_numpy())
    words = column.cat.categories.tolist()
    words = [f"'{word}" if word.startswith(FORMULA_STARTS) else word for word in words] if is_text else words
    coded = pa.DictionaryArray.from_arrays(pa.array(column.cat.codes.to_numpy(np.int32)), pa.array(words, pa.string()))
    return coded.dictionary_decode() if is_text else coded


def describe_refused(refused: pd.DataFrame) -> Iterable[tuple[int, str, str, str]]:
    """Give each refused cell as row, column, value and code, by row."""
    ordered = refused.sort_values(["row", "column"], kind="stable")
    return ordered[["row", "column", "value", "code"]].itertuples(index=False, name=None)
