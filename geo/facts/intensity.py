"""Building coverage and floor area ratio on the land actually supplied, and the contract's minima."""

import pandas as pd

from geo.facts.column import Fact, choose, estimate, exact
from geo.facts.register import Register, amount, is_disputed, is_none, where_from
from geo.facts.source import join_sources


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
