"""Kleene truth by columns: yes 1, unknown 0, no -1, so that all = minimum, any = maximum, not = negation."""

from collections.abc import Iterable, Sequence
from functools import reduce
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Truth = NDArray[np.int8]
Flag = NDArray[np.bool_]
Comparison = Literal["<=", "<", ">=", ">", "=="]

YES, UNKNOWN, NO = np.int8(1), np.int8(0), np.int8(-1)

TOLERANCE = 1e-9
"""A number this near to a limit equals it; days compare exactly."""


class Bounds(NamedTuple):
    """What is known of a value, by columns: it lies between ``low`` and ``high``, both possible.

    Numbers or days (``datetime64``); NaN or NaT where nothing is known on that side; infinite where a number is open.
    """

    low: NDArray[Any]
    high: NDArray[Any]


def all_of(truths: Iterable[Truth]) -> Truth:
    """Whether all hold: the minimum; yes where there are none.

    Examples
    --------
    >>> all_of([np.array([1, 1, 0], np.int8), np.array([1, 0, -1], np.int8)]).tolist()
    [1, 0, -1]
    """
    return reduce(np.minimum, truths, np.asarray(YES))


def any_of(truths: Iterable[Truth]) -> Truth:
    """Whether at least one holds: the maximum; no where there are none.

    Examples
    --------
    >>> any_of([np.array([1, 0, -1], np.int8), np.array([-1, -1, -1], np.int8)]).tolist()
    [1, 0, -1]
    """
    return reduce(np.maximum, truths, np.asarray(NO))


def compare(op: Comparison, value: Bounds, limit: Bounds) -> tuple[Truth, Flag]:
    """Compare bounded values with bounded limits; only what holds for every possible value is decided.

    Parameters
    ----------
    op
        Which comparison; ``<`` and ``>`` exclude the limit, ``<=`` and ``>=`` include it.
    value, limit
        Bounds of the same shape, or one that broadcasts; numbers of one unit, or days.

    Returns
    -------
    tuple
        Truth, and whether a value known exactly equals a limit known exactly (numbers: within 1e-9), where one grain
        more or less would have turned it. Unknown where a bound that would be needed is NaN or NaT.

    Examples
    --------
    >>> share = Bounds(np.array([0.30, 0.30, 1 / 3]), np.array([0.31, 0.40, 1 / 3]))
    >>> truth, is_boundary = compare("<", share, Bounds(np.array(1 / 3), np.array(1 / 3)))
    >>> truth.tolist(), is_boundary.tolist()
    ([1, 0, -1], [False, False, True])
    """
    near = 0.0 if np.issubdtype(value.low.dtype, np.datetime64) else TOLERANCE
    left, right = _numbers(value), _numbers(limit)
    with np.errstate(invalid="ignore"):  # two infinities say nothing of each other: NaN, unknown
        least, most = left.low - right.high, left.high - right.low
    is_below, is_above, is_at_least, is_at_most = most < -near, least > near, least >= -near, most <= near
    is_yes, is_no = {
        "<": (is_below, is_at_least),
        ">=": (is_at_least, is_below),
        "<=": (is_at_most, is_above),
        ">": (is_above, is_at_most),
        "==": (is_at_least & is_at_most, is_below | is_above),
    }[op]
    truth = np.subtract(is_yes, is_no, dtype=np.int8)
    return truth, (truth != UNKNOWN) & is_at_least & is_at_most


def member(values: NDArray[np.object_], options: Sequence[bool] | Sequence[str]) -> Truth:
    """Whether each value is one of the options; unknown where it is None or NA.

    Examples
    --------
    >>> member(np.array([True, False, None], dtype=object), [False]).tolist()
    [-1, 1, 0]
    """
    is_unknown = pd.isna(values)
    known = values.copy()
    known[is_unknown] = None
    is_in = reduce(np.logical_or, ((known == option).astype(bool) for option in options))
    return np.where(is_unknown, UNKNOWN, np.where(is_in, YES, NO))


def _numbers(bounds: Bounds) -> Bounds:
    """Days as whole numbers, NaT as NaN; numbers as they are."""
    return Bounds(*(_days(side) if np.issubdtype(side.dtype, np.datetime64) else side for side in bounds))


def _days(days: NDArray[np.datetime64]) -> NDArray[np.float64]:
    return np.where(np.isnat(days), np.nan, days.astype("datetime64[D]").astype(np.int64))
