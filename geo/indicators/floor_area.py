"""Counted floor area and floor area ratio."""

import pandas as pd

BOUNDS = ("", "_low", "_high")


def counted_floor_area(footprint_area_m2: pd.Series, counted_storeys: pd.DataFrame) -> pd.DataFrame:
    r"""Multiply the area of every footprint by its counted storeys: its counted floor area.

    .. math:: A_{floor} = A_{footprint} \cdot k

    Parameters
    ----------
    footprint_area_m2
        Area of each footprint, or of the piece of it that is asked about [m2].
    counted_storeys
        From :func:`geo.indicators.storeys.counted_storeys`, on the same index [1].

    Returns
    -------
    DataFrame
        On the caller's index: ``counted_floor_area_m2`` with ``_low`` and ``_high`` [m2]; NaN where the storeys are
        unknown. No area is no floor area, however many storeys there may be.

    Examples
    --------
    >>> one = pd.DataFrame({"counted_storeys": [2.0], "counted_storeys_low": [2.0], "counted_storeys_high": [2.0]})
    >>> counted_floor_area(pd.Series([9000.0]), one)["counted_floor_area_m2"].tolist()
    [18000.0]
    """
    empty = footprint_area_m2 == 0
    return pd.DataFrame(
        {
            f"counted_floor_area_m2{bound}": (footprint_area_m2 * counted_storeys[f"counted_storeys{bound}"]).mask(
                empty, 0.0
            )
            for bound in BOUNDS
        }
    )


def floor_area_ratio(counted_floor_area_m2: pd.Series, land_area_m2: pd.Series) -> pd.Series:
    r"""Divide counted floor area by land area: floor area ratio (容积率).

    .. math:: R = A_{floor} / A_{land}

    A storey over 8 m has been counted twice in the numerator (国土资发〔2008〕24号, appendix).

    Parameters
    ----------
    counted_floor_area_m2
        Sum over the parcel, or one of its bounds [m2].
    land_area_m2
        Parcel, contract or supplied area, as the question asks, on the same index [m2].

    Returns
    -------
    Series
        On the caller's index [1]; NaN where there is no land.

    Examples
    --------
    >>> floor_area_ratio(pd.Series({"P1": 18000.0}), pd.Series({"P1": 20000.0})).tolist()
    [0.9]
    """
    return (counted_floor_area_m2 / land_area_m2.where(land_area_m2 > 0)).rename("floor_area_ratio")
