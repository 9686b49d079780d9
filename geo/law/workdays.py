"""Working days by a table of holidays that reaches only so far: beyond it, a day is known by bounds."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from geo.law.truth import Bounds

ONE = np.timedelta64(1, "D")


@dataclass(frozen=True, slots=True)
class WorkTable:
    """Which days are worked, for every day from ``first`` on as far as is known.

    Attributes
    ----------
    first
        First day of the table.
    is_worked
        One truth a day: no on holidays and free weekend days, yes on weekend days that are worked instead.
    """

    first: date
    is_worked: NDArray[np.bool_]


NO_TABLE = WorkTable(date.min, np.zeros(0, bool))
"""Nothing known of any day."""


def work_table(first: date, last: date, *, holidays: Collection[date], workdays: Collection[date]) -> WorkTable:
    """Return the table of the days from ``first`` to ``last``: Monday to Friday but for holidays, and the days worked.

    Examples
    --------
    >>> table = work_table(date(2026, 10, 1), date(2026, 10, 11), holidays=[date(2026, 10, 1)], workdays=[])
    >>> table.is_worked.tolist()
    [False, True, False, False, True, True, True, True, True, False, False]
    """
    days = np.arange(np.datetime64(first), np.datetime64(last) + ONE)
    free, instead = (np.array(sorted(some), "datetime64[D]") for some in (holidays, workdays))
    return WorkTable(first, np.is_busday(days, holidays=free) | np.isin(days, instead))


def next_worked(days: Bounds, table: WorkTable) -> Bounds:
    """Move each day that is not worked to the next one that is.

    Where the table does not say, the day stays as the lower bound and the upper one is open.

    Examples
    --------
    >>> table = work_table(date(2026, 10, 1), date(2026, 10, 11), holidays=[date(2026, 10, 1)], workdays=[])
    >>> day = np.array(["2026-10-03", "2026-10-10"], "datetime64[D]")
    >>> [side.astype(str).tolist() for side in next_worked(Bounds(day, day), table)]
    [['2026-10-05', '2026-10-10'], ['2026-10-05', 'NaT']]
    """
    return Bounds(
        _worked(np.asarray(days.low - ONE), 1, table, beyond=days.low),
        _worked(np.asarray(days.high - ONE), 1, table, beyond=np.full_like(days.high, "NaT")),
    )


def plus_worked(days: Bounds, count: int, table: WorkTable) -> Bounds:
    """Return the last of so many working days that begin on the day after each of these days.

    Where the table does not reach so far, no sooner than if every day were worked.

    Examples
    --------
    >>> table = work_table(date(2026, 10, 1), date(2026, 10, 31), holidays=[], workdays=[])
    >>> day = np.array(["2026-10-09"], "datetime64[D]")
    >>> plus_worked(Bounds(day, day), 10, table).low.astype(str).tolist()
    ['2026-10-23']
    """
    return Bounds(
        _worked(days.low, count, table, beyond=np.asarray(days.low + count * ONE)),
        _worked(days.high, count, table, beyond=np.full_like(days.high, "NaT")),
    )


def _worked(
    after: NDArray[np.datetime64], count: int, table: WorkTable, *, beyond: NDArray[np.datetime64]
) -> NDArray[np.datetime64]:
    """Return the count-th worked day after each day, or ``beyond`` where the table does not hold all days needed."""
    (worked,) = np.nonzero(table.is_worked)
    first = np.datetime64(table.first, "D")
    offset = np.where(np.isnat(after), np.timedelta64(-1, "D"), after + ONE - first).astype("timedelta64[D]")
    offset = offset.astype(np.int64)
    place = np.searchsorted(worked, offset) + count - 1
    is_known = (offset >= 0) & (place < len(worked))
    found = worked[np.where(is_known, place, 0)] if len(worked) else np.zeros(place.shape, np.int64)
    return np.where(is_known, first + found * ONE, beyond)
