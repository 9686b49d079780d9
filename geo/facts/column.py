"""One fact of all parcels: its values, its bounds and where they come from."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.model import FACTS, fact_columns

DTYPES = {"measure": "float64", "date": "datetime64[s]", "bool": "boolean", "text": "object"}


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact of all parcels, each series on the same index.

    Where both bounds are empty the fact is unknown; where ``value`` alone is empty, a bracket is all that is known. A
    bracket may be open: infinite where it is of numbers, NaT on one side where it is of days. The bounds of a bool or
    a text are its value.
    """

    value: pd.Series
    low: pd.Series
    high: pd.Series
    source: pd.Series


def exact(value: pd.Series, source: pd.Series) -> Fact:
    """Return a fact whose bounds are its value."""
    return Fact(value, value, value, source)


def bracket(low: pd.Series, high: pd.Series, source: pd.Series) -> Fact:
    """Return a fact known by its bounds; where they meet, they are its value."""
    return Fact(low.where(low == high), low, high, source)


def estimate(value: pd.Series, low: pd.Series, high: pd.Series, source: pd.Series) -> Fact:
    """Return a measure with bounds; an estimate outside them is moved to the nearer one."""
    return Fact(value.clip(low, high), low, high, source)


def forget(fact: Fact, gone: pd.Series, source: pd.Series | str) -> Fact:
    """Return the fact with the parcels of ``gone`` unknown, and the reason as their source."""
    value, low, high = (side.where(~gone) for side in (fact.value, fact.low, fact.high))
    return Fact(value, low, high, fact.source.mask(gone, source))


def spread(name: str, fact: Fact) -> dict[str, pd.Series]:
    """Return a fact as the columns of a fact frame, each of the type that belongs to its kind."""
    dtype = pd.api.types.pandas_dtype(DTYPES[FACTS[name].kind])
    return {
        column: side.astype(dtype)
        for column, side in zip(fact_columns(name), (fact.value, fact.low, fact.high), strict=False)
    }


def larger(one: pd.Series, other: pd.Series) -> pd.Series:
    """Return the larger of two numbers, or the one that is known."""
    return pd.Series(np.fmax(one.to_numpy(), other.to_numpy()), index=one.index)


def smaller(one: pd.Series, other: pd.Series) -> pd.Series:
    """Return the smaller of two numbers, or the one that is known."""
    return pd.Series(np.fmin(one.to_numpy(), other.to_numpy()), index=one.index)


def flag(where: pd.Series, text: str) -> pd.Series:
    """Return a text where a plain boolean holds, and an empty one elsewhere."""
    return pd.Series(np.where(where.to_numpy(), text, ""), index=where.index, dtype=object)


def holds(answer: pd.Series) -> pd.Series:
    """Return where a Kleene answer is a known yes, as plain booleans.

    Examples
    --------
    >>> holds(pd.Series([True, False, None], dtype="boolean")).tolist()
    [True, False, False]
    """
    return answer.astype("boolean").fillna(value=False).astype(bool)


def choose(cases: list[tuple[pd.Series, pd.Series | str]], default: pd.Series | str) -> pd.Series:
    """Return, parcel by parcel, the text of the first case that holds; an unknown case does not hold.

    Examples
    --------
    >>> is_wet = pd.Series([True, False, None], dtype="boolean")
    >>> choose([(is_wet, "wet")], "dry").tolist()
    ['wet', 'dry', 'dry']
    """
    index = cases[0][0].index
    conditions = [holds(case).to_numpy() for case, _ in cases]
    texts = [np.broadcast_to(np.asarray(text, dtype=object), len(index)) for _, text in cases]
    otherwise = np.broadcast_to(np.asarray(default, dtype=object), len(index))
    return pd.Series(np.select(conditions, list(texts), otherwise), index=index, dtype=object)
