"""Full years, months and days by the corresponding day, never by 365 days (Civil Code arts 201-203)."""

import re
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import cast, overload

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.errors import RuleFormatError

Days = NDArray[np.datetime64]

PERIOD = re.compile(r"P(?=\d)(?:(\d{1,3})Y)?(?:(\d{1,4})M)?(?:(\d{1,5})D)?")


def is_period(text: str) -> bool:
    """Whether a text is a period: years, months, days, in this order.

    Examples
    --------
    >>> is_period("P1Y"), is_period("P2Y6M"), is_period("P30D"), is_period("P"), is_period("1 year")
    (True, True, True, False, False)
    """
    return PERIOD.fullmatch(text) is not None


def split_period(text: str) -> tuple[int, int, int]:
    """Years, months and days of a period.

    Raises
    ------
    RuleFormatError
        The text is not a period.

    Examples
    --------
    >>> split_period("P2Y6M")
    (2, 6, 0)
    """
    found = PERIOD.fullmatch(text)
    if found is None:
        raise RuleFormatError("law.not_a_period", period=text)
    years, months, days = (int(part or 0) for part in found.groups())
    return years, months, days


@overload
def plus_period(days: date, period: str) -> date: ...
@overload
def plus_period(days: NDArray[np.datetime64], period: str) -> NDArray[np.datetime64]: ...
@overload
def plus_period(days: "pd.Series[pd.Timestamp]", period: str) -> "pd.Series[pd.Timestamp]": ...


def plus_period(
    days: "date | NDArray[np.datetime64] | pd.Series[pd.Timestamp]", period: str
) -> "date | NDArray[np.datetime64] | pd.Series[pd.Timestamp]":
    """Last day of a period that begins on the day after each of these days.

    Years and months go to the corresponding day, or to the last day of the month where it has none; days are
    counted from there. A status that needs the full period holds from the day after the answer.

    Parameters
    ----------
    days
        One day, an array of days or a Series of days without zone (shape and index are kept). NaT stays NaT.
    period
        Years, months and days: ``P1Y``, ``P3M``, ``P30D``, ``P2Y6M``.

    Raises
    ------
    RuleFormatError
        The period cannot be read.

    Examples
    --------
    >>> plus_period(date(2023, 3, 1), "P1Y")
    datetime.date(2024, 3, 1)
    >>> plus_period(date(2024, 2, 29), "P1Y")
    datetime.date(2025, 2, 28)
    """
    if isinstance(days, date):
        return cast("date", _plus(np.array(days, "datetime64[D]"), period).item())
    found = _once_a_day(partial(_plus, period=period), days.to_numpy() if isinstance(days, pd.Series) else days)
    if isinstance(days, pd.Series):
        return pd.Series(found.astype("datetime64[s]"), index=days.index, name=days.name)
    return found


def last_day_before(days: NDArray[np.datetime64], period: str) -> NDArray[np.datetime64]:
    """Last day on which the full period is still left before each of these days: the latest day for a deadline.

    Examples
    --------
    >>> last_day_before(np.array(["2025-05-31"], "datetime64[D]"), "P3M").astype(str).tolist()
    ['2025-02-28']
    """
    return _once_a_day(partial(_last_before, period=period), days)


def _last_before(days: Days, *, period: str) -> Days:
    found = _minus(days, period)
    while (is_early := _plus(found + np.timedelta64(1, "D"), period) <= days).any():
        found = np.where(is_early, found + np.timedelta64(1, "D"), found)
    return found


def first_day_within(days: NDArray[np.datetime64], period: str) -> NDArray[np.datetime64]:
    """First day on which no more than the period is left before each of these days: the first day of a reminder.

    Examples
    --------
    >>> first_day_within(np.array(["2025-05-31"], "datetime64[D]"), "P3M").astype(str).tolist()
    ['2025-03-01']
    """
    return _once_a_day(partial(_first_within, period=period), days)


def _first_within(days: Days, *, period: str) -> Days:
    found = _minus(days, period)
    while (is_early := _plus(found, period) < days).any():
        found = np.where(is_early, found + np.timedelta64(1, "D"), found)
    return found


def _once_a_day(compute: Callable[[Days], Days], days: Days) -> Days:
    """Compute something of each day that there is between the first and the last, once, and look it up.

    A county has many more parcels than days; of few days each is computed.
    """
    numbers = days.astype("datetime64[D]").astype(np.int64)
    is_known = ~np.isnat(days)
    first, last = (int(side(numbers[is_known])) if is_known.any() else 0 for side in (np.min, np.max))
    if last - first >= days.size:
        return compute(days)
    table = compute(np.append(np.arange(first, last + 1).astype("datetime64[D]"), np.datetime64("NaT", "D")))
    return np.asarray(table[np.where(is_known, numbers - first, -1)])


def _minus(days: NDArray[np.datetime64], period: str) -> NDArray[np.datetime64]:
    """Corresponding day a period before; where months are of unlike length, up to three days too early."""
    years, months, more_days = split_period(period)
    day = days.astype("datetime64[D]") + np.timedelta64(-more_days, "D")
    return _months_on(np.asarray(day, "datetime64[D]"), -12 * years - months)


def _plus(days: NDArray[np.datetime64], period: str) -> NDArray[np.datetime64]:
    years, months, more_days = split_period(period)
    moved = _months_on(days.astype("datetime64[D]"), 12 * years + months)
    return np.asarray(moved + np.timedelta64(more_days, "D"))


def _months_on(day: NDArray[np.datetime64], months: int | NDArray[np.int64]) -> NDArray[np.datetime64]:
    """Corresponding day some months on or back, or the last day of the month where it has none."""
    month = day.astype("datetime64[M]")
    target = month + np.asarray(months).astype("timedelta64[M]")
    days_into_month = day - month.astype("datetime64[D]")
    last_into_month = (
        (target + np.timedelta64(1, "M")).astype("datetime64[D]")
        - target.astype("datetime64[D]")
        - np.timedelta64(1, "D")
    )
    return np.asarray(target.astype("datetime64[D]") + np.minimum(days_into_month, last_into_month))


def full_months(begin: pd.Series, end: pd.Series) -> pd.Series:
    """Return how many full months lie between two days, by the corresponding day, or month's end where there is none.

    Examples
    --------
    >>> days = pd.to_datetime(pd.Series(["2024-02-29", "2024-01-31", "2024-03-01"]))
    >>> full_months(days, pd.to_datetime(pd.Series(["2025-02-28", "2024-02-28", "2025-02-28"]))).tolist()
    [12.0, 0.0, 11.0]
    """
    months: pd.Series[float] = 12.0 * (end.dt.year - begin.dt.year) + (end.dt.month - begin.dt.month)
    return months - (corresponding_day(begin, months) > end).astype(float)


def corresponding_day(begin: pd.Series, months: pd.Series) -> pd.Series:
    """Return the corresponding day so many months later, or the last of the month that has none; NaT stays."""
    known = begin.notna() & months.notna()
    moved = _months_on(begin[known].to_numpy().astype("datetime64[D]"), months[known].to_numpy().astype(np.int64))
    found = pd.Series(pd.NaT, index=begin.index, dtype="datetime64[s]")
    found[known] = moved.astype("datetime64[s]")
    return found
