"""How many times the area of a footprint counts as floor area: its storeys, the high ones twice."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.errors import SchemaError
from geo.indicators.counting import CountingRule

EQUAL_M = 1e-9
"""Two heights closer than this are equal [m]: exactly 8.0 m is not over 8 m, however it was computed."""

STOREY_COLUMNS = ("storey_count", "storey_height_m", "height_m")
HEIGHT_BOUNDS = ("height_m_low", "height_m_high")

Floats = npt.NDArray[np.float64]


def counted_storeys(footprints: pd.DataFrame, rule: CountingRule) -> pd.DataFrame:
    r"""Storeys of every footprint, one higher than ``rule.double_above_m`` counted twice, with bounds.

    The rule is per storey (层高), never per building: 国土资发〔2008〕24号, appendix; 镇政办发〔2019〕54号, item 10.
    With ``n`` storeys of heights ``h`` that fill the height ``H``:

    .. math:: k = \sum_{i=1}^{n} (1 + [h_i > d]), \qquad \sum h_i = H, \quad h_i \ge m

    ========================  ================================================================================
    known                     counted
    ========================  ================================================================================
    count, storey height      exact
    count, height             all ways to divide the height; the value is that of equal storeys
    count                     low and value: no storey is high; high: every storey is
    storey height, height     the whole storeys that fit; a remainder leaves one more possible and no value
    height                    all counts and all ways to divide the height; a value only where all agree
    storey height             at least one storey, no upper bound, no value
    nothing                   at least one storey, no upper bound, no value
    ========================  ================================================================================

    Parameters
    ----------
    footprints
        Columns of :data:`STOREY_COLUMNS`, NaN unknown; a missing column is unknown throughout. ``storey_count`` is
        above ground, and 0 says there is none. ``storey_height_m`` [m] is that of every storey. ``height_m`` [m] goes
        from the ground to the top of the uppermost storey; where it has an error, ``height_m_low`` and
        ``height_m_high`` are its bounds, and every height between them is thought possible.
    rule
        How storeys are counted. Only a recorded storey height can make a storey count half: a storey of which no
        height is recorded is taken to be no lower than ``rule.minimum_storey_m``.

    Returns
    -------
    DataFrame
        On the caller's index: ``counted_storeys``, ``counted_storeys_low``, ``counted_storeys_high`` [1] and ``code``,
        which says what was assumed and is empty where nothing was.

    Raises
    ------
    SchemaError
        A negative or infinite number, or a height of 0.

    Examples
    --------
    >>> sheds = pd.DataFrame({"storey_count": [1, 3, 2], "storey_height_m": [12, 8, np.nan], "height_m": [12, 24, 9]})
    >>> rule = CountingRule(double_above_m=8, minimum_storey_m=2.2)
    >>> counted_storeys(sheds, rule)["counted_storeys"].tolist()
    [2.0, 3.0, 2.0]
    """
    n, h, total = (_numbers(footprints, column) for column in STOREY_COLUMNS)
    least, most = (np.where(np.isnan(bound), total, bound) for bound in _bounds(footprints))
    d, m = rule.double_above_m, rule.minimum_storey_m
    bounded = _divided(n, least, d, m)[0], _divided(n, most, d, m)[1]
    alone = _any_count(least, d, m)[0], _any_count(most, d, m)[1]
    times = _times(h, rule)
    fit = np.maximum(1.0, np.floor(least / h + EQUAL_M)), np.maximum(1.0, np.ceil(most / h - EQUAL_M))
    has_n, has_h, has_total = ~np.isnan(n), ~np.isnan(h), ~np.isnan(total)
    cases = [n == 0, has_n & has_h, has_n & (n * m <= most + EQUAL_M), has_n, has_h & has_total, has_h, has_total]
    low = np.select(cases, [n, n * times, bounded[0], n, fit[0] * times, times, alone[0]], 1.0)
    high = np.select(cases, [n, n * times, bounded[1], 2 * n, fit[1] * times, np.inf, alone[1]], np.inf)
    agreed = np.where(low == high, low, np.nan)
    plain = np.where(total > n * d + EQUAL_M, 2 * n, n)
    value = np.select(cases[:4], [n, n * times, plain, n], agreed)
    divided = np.where(low == high, "", "indicators.storey_heights_bracketed")
    counted = np.where(has_total, "indicators.height_too_low_for_storeys", "indicators.storey_height_unknown")
    fitted, open_ended = "indicators.storeys_from_height", "indicators.storey_count_unknown"
    said = ("indicators.no_storey_above_ground", "", divided, counted, fitted, open_ended, fitted)
    return pd.DataFrame(
        {
            "counted_storeys": value,
            "counted_storeys_low": low,
            "counted_storeys_high": high,
            "code": np.select(cases, [np.asarray(code) for code in said], "indicators.outline_without_storeys"),
        },
        index=footprints.index,
    )


def storeys_by_height(storey_heights_m: pd.Series, rule: CountingRule) -> pd.DataFrame:
    r"""Storeys of footprints of which every single storey height is recorded: exact, whatever the heights.

    .. math:: k = \sum_i t(h_i), \qquad t = 2 \text{ over } d, \; \tfrac12 \text{ under } b, \; 1 \text{ else}

    Parameters
    ----------
    storey_heights_m
        One row a storey [m], indexed by the footprint it belongs to.
    rule
        How storeys are counted.

    Returns
    -------
    DataFrame
        The columns of :func:`counted_storeys`, one row a footprint in the order in which they come; a footprint with a
        storey of unknown height has bounds.

    Raises
    ------
    SchemaError
        A height that no storey has.

    Examples
    --------
    >>> heights = pd.Series([9.0, 4.5, 4.5, 8.0], index=["hall", "hall", "hall", "shed"])
    >>> rule = CountingRule(double_above_m=8, minimum_storey_m=2.2)
    >>> storeys_by_height(heights, rule)["counted_storeys"].to_dict()
    {'hall': 4.0, 'shed': 1.0}
    """
    single = storey_heights_m.to_frame("storey_height_m").assign(storey_count=1.0)
    storeys = counted_storeys(single, rule)
    numbers: pd.DataFrame = storeys.drop(columns="code").groupby(level=0, sort=False).sum(skipna=False)
    unsaid = storeys["code"].groupby(level=0, sort=False).max()
    return numbers.assign(code=unsaid)


def _times(h: Floats, rule: CountingRule) -> Floats:
    """How often a storey of a height counts."""
    high, low = h > rule.double_above_m + EQUAL_M, h < rule.half_below_m - EQUAL_M
    return np.select([high, low], [2.0, 0.5], 1.0)


def _bounds(footprints: pd.DataFrame) -> tuple[Floats, Floats]:
    """Bounds of the heights, NaN where nothing is said of an error."""
    low, high = (_numbers(footprints, column) for column in HEIGHT_BOUNDS)
    return low, high


def _divided(n: Floats, total: Floats, d: float, m: float) -> tuple[Floats, Floats]:
    """Least and most counted storeys of n that fill a height: as few as can, and as many as can, are over d."""
    low = np.where(total > n * d + EQUAL_M, np.minimum(n + 1, 2 * n), n)
    most_high = np.clip(np.ceil((total - n * m) / (d - m) - EQUAL_M) - 1, 0, np.floor(n))
    return low, np.where(total > n * d + EQUAL_M, 2 * n, n + most_high)


def _any_count(total: Floats, d: float, m: float) -> tuple[Floats, Floats]:
    """Least and most counted storeys that fill a height, whatever their number.

    One storey counts least. As many storeys as fit count most: giving one up frees m, a high one costs d - m >= m.
    """
    low = np.where(total > d + EQUAL_M, 2.0, 1.0)
    most = np.maximum(1.0, np.floor(total / m + EQUAL_M))
    return low, np.maximum(_divided(most, total, d, m)[1], low)


def _numbers(footprints: pd.DataFrame, column: str) -> Floats:
    """Return one column as floats, refusing what no building has."""
    if column not in footprints:
        return np.full(len(footprints), np.nan)
    numbers = footprints[column].to_numpy(dtype=np.float64, na_value=np.nan)
    impossible = np.isinf(numbers) | (numbers < 0) | ((numbers == 0) & (column != "storey_count"))
    if impossible.any():
        first = int(np.flatnonzero(impossible)[0])
        row = footprints.index[first]
        raise SchemaError("indicators.impossible_number", row=row, column=column, number=float(numbers[first]))
    return numbers
