"""Ledger, observations and indicators become facts: one place, and the only one that decides what a blank means."""

from collections.abc import Mapping
from datetime import date

import pandas as pd

from geo.facts.acts import act_facts
from geo.facts.cause import cause_fact
from geo.facts.column import Fact, bracket, spread
from geo.facts.dates import agreed_facts
from geo.facts.delay import delay_facts
from geo.facts.development import developed_facts
from geo.facts.evaluation import evaluation_facts
from geo.facts.fold import Entries
from geo.facts.intensity import MEASURED, compared_facts, control_facts, intensity_facts
from geo.facts.investment import invested_facts, money_facts
from geo.facts.land import known_land
from geo.facts.money import amount_facts, visit_facts
from geo.facts.pool import pool_area, pool_indicators, pool_views
from geo.facts.production import attainment_facts, performance_facts, production_facts
from geo.facts.register import Periods, Register, open_register
from geo.facts.series import Seen, built_share, fill_from_series, last_seen
from geo.facts.statements import determined_facts, entry_facts
from geo.facts.terms import term_facts
from geo.facts.views import built_on_image, last_half_year, share_at_least, usable_views
from geo.facts.works import work_facts
from geo.model import FACTS, INDICATOR_COLUMNS

CONTROL = tuple(
    f"{column}{side}"
    for column in MEASURED.values()
    for side in ("", "_low", "_high")
    if column not in INDICATOR_COLUMNS
)
"""Columns of ``geo.indicators.CONTROL_COLUMNS`` that become facts where a frame of indicators has them."""


def build_facts(  # noqa: PLR0913  # one argument a source, and the three days and periods they are read with
    *,
    ledger: pd.DataFrame,
    observations: pd.DataFrame,
    indicators: pd.DataFrame,
    parcels: pd.DataFrame,
    as_of: date,
    complete_through: Mapping[str, date],
    periods: Periods,
    entries: Entries | None = None,
    monthly: pd.DataFrame | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return every fact that the registers, images and indicators supply, for every parcel, and where each comes from.

    A fact of ``geo.model.FACTS`` that none of them supplies has no column: nobody can say it of any parcel.

    Not knowing is a value: a blank cell of the ledger means "no" only if the register is complete through the day of
    the act; the contract's terms are never "no" by being blank. Two entries that cannot both hold make what rests on
    them unknown, or its bounds wide enough for both, and their source begins to say ``contradiction``. Apart from
    such contradictions, knowing less only widens.

    Parameters
    ----------
    ledger
        One row a parcel: ``parcel_id``, fields of ``geo.model.LEDGER_FIELDS`` (a missing column is unknown),
        ``<field>_is_none`` and ``row``; as ``fold_registers`` gives it, also ``<field>_disputed`` and
        ``pooled_under``: parcels of one contract, whose land is judged as a whole.
    observations
        Columns of ``geo.model.OBSERVATION_COLUMNS``; those after the day of the act are not used.
    indicators
        Columns of ``geo.model.INDICATOR_COLUMNS``; a missing parcel, or NaN, is unknown.
    parcels
        Columns ``parcel_id`` and ``area_m2`` [m2].
    as_of
        Day of the act.
    complete_through
        By field of the ledger, the day through which it is complete; a field nobody says so of is not there.
    periods
        Periods of law, from ``periods.toml`` beside this file.
    entries
        What registers with several entries a parcel know, as ``fold_registers`` gives it.
    monthly
        Columns of ``geo.model.MONTHLY_COLUMNS``; those of looks after the day of the act are not used.

    Returns
    -------
    tuple
        The fact frame (``geo.model.fact_columns`` of each fact) and the source frame (one text column a fact, see
        :mod:`geo.facts.source`), both indexed by ``parcel_id`` in the order of ``parcels``.

    Raises
    ------
    SchemaError
        A parcel has two rows in the ledger.
    """
    land = parcels.set_index("parcel_id")
    register = open_register(
        ledger, land.index, as_of=as_of, complete_through=complete_through, periods=periods, entries=entries
    )
    area_m2, pooled = land["area_m2"].astype(float), pooled_under(ledger)
    wanted = [*INDICATOR_COLUMNS[1:], *(name for name in CONTROL if name in indicators)]
    measured = indicators.set_index("parcel_id").reindex(index=land.index, columns=wanted).astype(float)
    views = usable_views(observations)
    if not pooled.empty:
        views, measured = pool_views(views, pooled, area_m2), pool_indicators(measured, pooled)
        area_m2 = pool_area(area_m2, pooled)
    facts = _facts(register, views, last_seen(register, monthly, pooled), area_m2=area_m2, indicators=measured)
    supplied = [name for name in FACTS if name in facts]
    columns = [spread(name, facts[name]) for name in supplied]
    values = pd.DataFrame({name: series for group in columns for name, series in group.items()}, index=register.index)
    sources = pd.DataFrame({name: facts[name].source.astype(object) for name in supplied}, index=register.index)
    return values, sources


def pooled_under(ledger: pd.DataFrame) -> pd.Series:
    """Return the contract by parcel, of parcels that share one and are judged together."""
    if "pooled_under" not in ledger:
        return pd.Series(dtype=object)
    return ledger.set_index("parcel_id")["pooled_under"].dropna()


def _facts(
    register: Register, views: pd.DataFrame, seen: Seen, *, area_m2: pd.Series, indicators: pd.DataFrame
) -> dict[str, Fact]:
    least = share_at_least(views, last_half_year(pd.Series(register.as_of, index=register.index)))
    works = work_facts(register, built_on_image(least))
    happened = agreed_facts(register) | fill_from_series(register, works, seen)
    buildings = indicators["building_coverage_low"] * indicators["area_m2"]
    land = known_land(register, parcel=area_m2, buildings=buildings)
    intensity = intensity_facts(register, indicators)
    return {
        **happened,
        "evaluable_from_on": evaluable_from(happened),
        "cause": cause_fact(register),
        **developed_facts(register, views, land, happened, built=built_share(seen)),
        **invested_facts(register, happened),
        **amount_facts(register),
        **visit_facts(register),
        **intensity,
        **compared_facts(intensity),
        **control_facts(indicators),
        **delay_facts(register, happened),
        **money_facts(register),
        **term_facts(register),
        **production_facts(register),
        **attainment_facts(register),
        **performance_facts(register),
        **evaluation_facts(register),
        **determined_facts(register),
        **entry_facts(register),
        **act_facts(register),
    }


def evaluable_from(happened: Mapping[str, Fact]) -> Fact:
    """Return the day from which a project can be judged as finished: agreed completion or acceptance, the earlier.

    Where it is not known whether it was completed, the agreed completion bounds it from above; where none is known to
    be agreed, acceptance does (rules.md D5).

    Parameters
    ----------
    happened
        ``agreed_completion_on``, ``is_completed`` and ``completed_on``.
    """
    agreed, completed = happened["agreed_completion_on"], happened["completed_on"]
    low = pd.concat([agreed.low, completed.value], axis=1).min(axis=1)
    high = pd.concat([agreed.high, completed.value], axis=1).min(axis=1)
    is_low_known = agreed.low.notna() & happened["is_completed"].value.notna()
    is_earlier = completed.value <= agreed.low.fillna(completed.value)
    return bracket(low.where(is_low_known), high, agreed.source.mask(is_earlier, completed.source))
