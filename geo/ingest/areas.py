"""What a file says of areas and prices, beside what its outlines measure. Nothing is changed; what is odd is said."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.ingest.outlines import Outlines

Numbers = NDArray[np.float64]

AREAS_AGREE = 0.01
"""Share by which two areas of one parcel may differ before that is said."""

ROUNDED_M2 = 1.0
"""Registers write whole square metres, or hectares with four decimals [m2]."""

AREA_UNITS = {"平方米 m2": 1.0, "亩 mu": 15 / 10_000, "公顷 ha": 1e-4, "平方公里 km2": 1e-6}
"""What one square metre is in each unit."""

UNIT_SLACK = 0.1
"""A ratio within a tenth of a unit's is held to mean that unit."""

MOST_ROWS = 0.8
"""Where this share of the rows of a column is in one unit, so is the column, and it is said once."""

LISTED = 50
"""More rows than this are said as a number with an example."""

PRICES_YUAN_M2 = (10.0, 20_000.0)
"""Between these, land for industry is sold [yuan/m2]; the lowest and the highest grade lie far within."""

WAN = 10_000.0
OUTLIER = 1000.0
"""A price this many times above or below the middle one per square metre is a slip of units."""


@dataclass(frozen=True, slots=True, eq=False)
class Stated:
    """What a column says of all rows.

    Attributes
    ----------
    column
        Its name in the file.
    values
        Array of n numbers in our unit, NaN where it says nothing.
    """

    column: str
    values: Numbers


def compare_areas(outlines: Outlines, stated: Stated, measured_m2: Numbers, ellipsoidal_m2: Numbers) -> None:
    """Say where stated areas are not those measured, and in which unit they look to be.

    An area agrees if it is within ``AREAS_AGREE`` of the planar or of the ellipsoidal one, or within ``ROUNDED_M2``.

    Parameters
    ----------
    outlines
        The n rows; what is said goes to their journal.
    stated
        A column of areas [m2].
    measured_m2, ellipsoidal_m2
        Arrays of n areas, NaN where a row was refused [m2].
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio, other = stated.values / measured_m2, stated.values / ellipsoidal_m2
    said = np.isfinite(ratio) & (ratio > 0)
    differs = said & (np.abs(stated.values - measured_m2) > ROUNDED_M2)
    differs &= (np.abs(ratio - 1) > AREAS_AGREE) & (np.abs(other - 1) > AREAS_AGREE)
    if not differs.any():
        return
    unit = np.full(len(ratio), None)
    for name, one in AREA_UNITS.items():
        unit[differs & (np.abs(ratio / one - 1) <= UNIT_SLACK)] = name
    for name in list(AREA_UNITS)[1:]:
        is_so = unit == name
        if is_so.sum() >= MOST_ROWS * said.sum():
            outlines.journal.note("ingest.areas_in_unit", column=stated.column, unit=name, count=int(is_so.sum()))
            differs &= ~is_so
    _say_areas(outlines, stated, measured_m2, differs, unit)


def _say_areas(
    outlines: Outlines, stated: Stated, measured_m2: Numbers, differs: NDArray[np.bool_], unit: NDArray[np.object_]
) -> None:
    """Say of each row, or of many rows at once, that its areas differ."""
    found = np.flatnonzero(differs)
    if len(found) > LISTED:
        example = outlines.identifiers[found[0]]
        outlines.journal.note("ingest.areas_differ", column=stated.column, count=len(found), example=example)
        return
    for at in found:
        areas = {"stated": f"{stated.values[at]:.10g}", "measured": f"{measured_m2[at]:.10g}"}
        if unit[at] in (None, next(iter(AREA_UNITS))):
            outlines.note_one(int(at), "ingest.area_differs", column=stated.column, **areas)
        else:
            outlines.note_one(int(at), "ingest.area_in_unit", column=stated.column, unit=unit[at], **areas)


def compare_prices(outlines: Outlines, stated: Stated, measured_m2: Numbers) -> None:
    """Say where prices cannot be what land costs, and whether they look to be in units of ten thousand.

    Parameters
    ----------
    outlines
        The n rows; what is said goes to their journal.
    stated
        A column of prices [yuan].
    measured_m2
        Array of n areas, NaN where a row was refused [m2].
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        per_m2 = stated.values / measured_m2
    said = np.isfinite(per_m2) & (per_m2 > 0)
    if not said.any():
        return
    lowest, highest = PRICES_YUAN_M2
    in_wan = said & (per_m2 * WAN >= lowest) & (per_m2 * WAN <= highest) & (per_m2 < lowest)
    is_column = in_wan.sum() >= MOST_ROWS * said.sum()
    if is_column:
        outlines.journal.note("ingest.prices_in_wan", column=stated.column, count=int(in_wan.sum()))
    middle = float(np.median(per_m2[said]))
    is_off = said & (np.maximum(per_m2 / middle, middle / np.where(said, per_m2, 1)) >= OUTLIER)
    odd = np.flatnonzero(is_off | (in_wan & (not is_column)))
    if len(odd) > LISTED:
        example = outlines.identifiers[odd[0]]
        outlines.journal.note("ingest.prices_odd", column=stated.column, count=len(odd), example=example)
        return
    for at in odd:
        price = {"value": f"{stated.values[at]:.10g}", "per_m2": f"{per_m2[at]:.3g}"}
        outlines.note_one(int(at), "ingest.price_odd", column=stated.column, **price)
