"""Building coverage and floor area ratio on the land actually supplied, and the contract's minima."""

from collections.abc import Mapping

import pandas as pd

from geo.facts.column import Fact, choose, estimate, exact
from geo.facts.register import Register, amount, is_disputed, is_none, where_from
from geo.facts.source import join_sources

MEASURED = {
    "floor_area_ratio": "floor_area_ratio",
    "building_coefficient": "building_coefficient",
    "admin_land_fraction": "non_production_land_share",
    "green_fraction": "green_ratio",
    "counted_floor_area_m2": "counted_floor_area_m2",
}
"""Facts that are an indicator, by its column."""


def intensity_facts(register: Register, indicators: pd.DataFrame) -> dict[str, Fact]:
    """Return coverage and floor area ratio on the supplied area (实供面积, Dabu art. 6(1)3), and the agreed minima.

    No other area stands in for the supplied one. Buildings that nobody registered are not known to be none: NaN
    indicators leave both open, 0 is a value. Where the contract agrees no minimum, it is 0: nothing falls short of it.

    Parameters
    ----------
    indicators
        One row a parcel on the register's index, with the indicator columns of ``geo.model``.

    Returns
    -------
    dict
        ``building_coverage_supplied``, ``floor_area_ratio_supplied``, ``contract_building_coverage_min``,
        ``contract_floor_area_ratio_min`` [1] and ``supplied_area_m2`` [m2].
    """
    supplied = amount(register, "supplied_area_m2").where(lambda area: area > 0)
    ground = [indicators[f"building_coverage{side}"] * indicators["area_m2"] for side in ("_low", "_high")]
    floors = [indicators[f"counted_floor_area_m2{side}"] for side in ("", "_low", "_high")]
    return {
        "supplied_area_m2": exact(supplied, where_from(register, "supplied_area_m2")),
        "building_coverage_supplied": _per_supplied(register, supplied, [indicators["footprint_area_m2"], *ground]),
        "floor_area_ratio_supplied": _per_supplied(register, supplied, floors),
        "contract_building_coverage_min": _agreed_minimum(register, "contract_building_coverage_min"),
        "contract_floor_area_ratio_min": _agreed_minimum(register, "contract_floor_area_ratio_min"),
    }


def control_facts(indicators: pd.DataFrame) -> dict[str, Fact]:
    """Return the indicators that control indicators name, as measured on registered outlines.

    What no outline of the layer is said to be is not on record: a share of it is not known, and its fact has no column
    where nothing at all is called so.

    Returns
    -------
    dict
        ``floor_area_ratio``, ``building_coefficient``, ``admin_land_fraction``, ``green_fraction`` [1] and
        ``counted_floor_area_m2`` [m2] by the national counting rule; those that are measured at all.
    """
    return {
        name: _measured(indicators, column)
        for name, column in MEASURED.items()
        if column in indicators and indicators.get(f"{column}_low", indicators[column]).notna().any()
    }


def _measured(indicators: pd.DataFrame, column: str) -> Fact:
    value, low, high = (
        indicators.get(f"{column}{side}", indicators[column]).astype(float) for side in ("", "_low", "_high")
    )
    is_known = low.notna() & high.notna()
    source = choose([(is_known, "footprints:mapped")], "missing:footprints")
    return estimate(value, low.where(is_known), high.where(is_known), source)


def compared_facts(intensity: Mapping[str, Fact]) -> dict[str, Fact]:
    """Return what is shown beside the facts that rules read, and decides nothing by itself.

    The third of the land can be read three ways (rules C1): land over land is ``developed_fraction``; footprint over
    the footprint that the contract's coverage asks for, and floor area over the floor area that its ratio asks for,
    stand beside it, each with numerator and denominator of one kind. Never roofs over the parcel.

    Parameters
    ----------
    intensity
        As :func:`intensity_facts` gives them.

    Returns
    -------
    dict
        ``developed_fraction_by_footprint``, ``developed_fraction_by_floor_area`` and ``far_shortfall`` [1].
    """
    coverage, ratio = intensity["building_coverage_supplied"], intensity["floor_area_ratio_supplied"]
    agreed = {name: intensity[f"contract_{name}_min"] for name in ("building_coverage", "floor_area_ratio")}
    by_floor = _over(ratio, agreed["floor_area_ratio"])
    value, low, high = ((1 - side).clip(lower=0.0) for side in (by_floor.value, by_floor.high, by_floor.low))
    return {
        "developed_fraction_by_footprint": _over(coverage, agreed["building_coverage"]),
        "developed_fraction_by_floor_area": by_floor,
        "far_shortfall": estimate(value, low, high, by_floor.source),
    }


def _over(part: Fact, whole: Fact) -> Fact:
    divisor = whole.value.where(whole.value > 0)
    source = join_sources(part.source, whole.source)
    return estimate(part.value / divisor, part.low / divisor, part.high / divisor, source)


def _per_supplied(register: Register, supplied: pd.Series, areas: list[pd.Series]) -> Fact:
    value, low, high = (area.astype(float) / supplied for area in areas)
    known = join_sources("footprints:mapped", where_from(register, "supplied_area_m2"))
    is_open = is_disputed(register, "supplied_area_m2")
    no_area = choose([(is_open, where_from(register, "supplied_area_m2"))], "missing:supplied_area_m2")
    source = choose([(supplied.isna(), no_area), (low.isna() | high.isna(), "missing:footprints")], known)
    is_known = low.notna() & high.notna()
    return estimate(value, low.where(is_known), high.where(is_known), source)


def _agreed_minimum(register: Register, field: str) -> Fact:
    source = where_from(register, field)
    minimum = amount(register, field).mask(is_none(register, field), 0.0)
    return exact(minimum, source.mask(source == f"blank:{field}", f"missing:{field}"))
