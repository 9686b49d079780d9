"""Columns of frames as short JSON: each text once, each number with as many digits as it has."""

import math
from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from pandas import DataFrame, Series


def column_of(frame: DataFrame, name: str) -> Series:
    """Give a column, or one of unknowns where the frame has none."""
    return frame[name] if name in frame.columns else Series(None, index=frame.index, dtype=object)


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
    at = places.astype(object)
    at[places < 0] = None
    return {"text": [str(text) for text in texts], "at": at.tolist()}


def by_parcel(parcel_ids: Series, values: Series) -> Series:
    """Gather the values of each parcel, where its rows stand together.

    Returns
    -------
    Series
        Tuples, indexed by ``parcel_id``.

    Examples
    --------
    >>> by_parcel(Series(["a", "a", "b"]), Series([2, 1, 3])).to_dict()
    {'a': (2, 1), 'b': (3,)}
    """
    identifiers, told = parcel_ids.to_numpy(), values.tolist()
    firsts = np.flatnonzero(np.append(True, identifiers[1:] != identifiers[:-1])[: len(told)])
    ends = np.append(firsts, len(told))[1:]
    gathered = [tuple(told[first:end]) for first, end in zip(firsts.tolist(), ends.tolist(), strict=True)]
    return Series(gathered, index=pd.Index(identifiers[firsts], name="parcel_id"), dtype=object)


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


def day(value: Any) -> str | None:  # noqa: ANN401  # same
    """Write a day as ISO text; None where unknown."""
    if value is None or pd.isna(value):
        return None
    return (value if isinstance(value, date) else pd.Timestamp(value)).isoformat()[:10]


def days(values: Series) -> Series:
    """Write a column of days as ISO texts; None where unknown."""
    read = pd.to_datetime(values)
    return read.dt.strftime("%Y-%m-%d").astype(object).where(read.notna(), None)


def thousandths(values: Series) -> Sequence[int | None]:
    """Round fractions to thousandths; None where unknown."""
    return [None if math.isnan(value) else round(value * 1000) for value in np.asarray(values, dtype=float).tolist()]
