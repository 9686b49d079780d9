"""Production: whether it began and goes on, when what was agreed is due, and the certified figures of the last year."""

import pandas as pd

from geo.facts.column import Fact, bracket, choose, exact, forget, holds
from geo.facts.register import (
    Register,
    amount,
    day,
    day_by_now,
    event_source,
    happened,
    is_blank_meaningful,
    is_disputed,
    is_kept,
    is_none,
    told,
    where_from,
)
from geo.facts.source import join_sources
from geo.facts.terms import M2_PER_MU

FIGURES = {
    "tax_ratio": ("tax_yuan", "contract_tax_per_mu_yuan"),
    "output_ratio": ("output_yuan", "contract_output_per_mu_yuan"),
}
"""Certified figures of a year, and what the contract agrees for each mu."""


def production_facts(register: Register) -> dict[str, Fact]:
    """Return whether production began and goes on, and the last day of it where it stopped.

    A stop after which production resumed is none; attainment of production shows that it began.

    Returns
    -------
    dict
        ``is_production_started``, ``is_producing`` and ``last_produced_on``; nothing where no register keeps them.
    """
    if not is_kept(register, "production_started_on"):
        return {}
    is_started = happened(register, "production_started_on") | happened(register, "production_attained_on")
    began = event_source(register, "production_started_on")
    facts = {"is_production_started": exact(is_started, began)}
    if is_kept(register, "production_stopped_on"):
        stop, resumed = day_by_now(register, "production_stopped_on"), day_by_now(register, "production_resumed_on")
        is_resumed = happened(register, "production_resumed_on").mask(resumed <= stop, other=False)
        is_stopped = happened(register, "production_stopped_on") & ~is_resumed
        stopped = event_source(register, "production_stopped_on")
        facts["is_producing"] = exact(is_started & ~is_stopped, join_sources(began, stopped))
        facts["last_produced_on"] = exact(stop.where(~holds(is_resumed)), stopped)
        is_reversed, why = stop < day(register, "production_started_on"), "contradiction:stopped_before_production"
        facts = {name: forget(fact, is_reversed, why) for name, fact in facts.items()}
    return facts


def attainment_facts(register: Register) -> dict[str, Fact]:
    """Return the agreed attainment, first and as agreed anew, the year after it, and whether it was reached.

    An attainment agreed anew counts from the grant of its extension. Where it is not known whether there was one, the
    day is open above. The first full statistical year after the agreed day is a calendar year (Dabu art. 6(1)5).

    Returns
    -------
    dict
        ``agreed_attainment_original_on``, ``agreed_attainment_on``, ``attainment_year_ends_on`` and ``is_attained``,
        as far as registers keep them.
    """
    facts: dict[str, Fact] = {}
    if is_kept(register, "production_attained_on"):
        field = "production_attained_on"
        facts["is_attained"] = exact(happened(register, field), event_source(register, field))
    if is_kept(register, "agreed_attainment_on"):
        first, source = day(register, "agreed_attainment_on"), where_from(register, "agreed_attainment_on")
        source = source.mask(source == "blank:agreed_attainment_on", "missing:agreed_attainment_on")
        facts["agreed_attainment_original_on"] = exact(first, source)
        agreed = _as_extended(register, first, source)
        year = bracket(_year_end(agreed.low), _year_end(agreed.high), agreed.source)
        facts |= {"agreed_attainment_on": agreed, "attainment_year_ends_on": year}
    return facts


def _as_extended(register: Register, first: pd.Series, source: pd.Series) -> Fact:
    new = day(register, "extended_attainment_on")
    stays = is_none(register, "extended_attainment_on") | is_blank_meaningful(register, "extended_attainment_on")
    stays |= holds(~happened(register, "extension_granted_on"))
    why = choose([(new.notna(), "extension:moves"), (stays, "")], "extension:open")
    agreed = bracket(new.fillna(first), new.where(new.notna(), first.where(stays)), join_sources(source, why))
    agreed = forget(agreed, first.isna(), source)
    is_early, is_open = new < first, is_disputed(register, "extended_attainment_on")
    agreed = forget(agreed, is_early, "contradiction:extension_before_agreed_day")
    return forget(agreed, is_open, where_from(register, "extended_attainment_on"))


def _year_end(days: pd.Series) -> pd.Series:
    """Return the end of the first full calendar year from a day on: its own where it is the first of January."""
    is_first = (days.dt.month == 1) & (days.dt.day == 1)
    year = days.dt.year.where(is_first, days.dt.year + 1)
    ends: pd.Series = pd.to_datetime(year.map("{:.0f}-12-31".format, na_action="ignore")).astype("datetime64[s]")
    return ends


def performance_facts(register: Register) -> dict[str, Fact]:
    """Return the certified tax, output and capacity of the last full year over those agreed.

    Agreed tax and output are for each mu, of the land actually supplied. Two figures for one year that differ leave
    the share open; so does a year without a figure.

    Returns
    -------
    dict
        ``tax_ratio``, ``output_ratio`` and ``capacity_ratio`` [1], as far as registers keep them.
    """
    if "performance" not in register.entries.told:
        return {}
    rows = told(register, "performance")
    year = rows["year"].astype("str").str.extract(r"(\d{4})", expand=False).astype(float)
    rows = rows[year == register.as_of.year - 1]
    mu = amount(register, "supplied_area_m2") / M2_PER_MU
    facts = {
        name: _figure(register, rows, figure, over=agreed, times=mu)
        for name, (figure, agreed) in FIGURES.items()
        if is_kept(register, agreed)
    }
    if is_kept(register, "contract_capacity"):
        whole = pd.Series(1.0, register.index)
        facts["capacity_ratio"] = _figure(register, rows, "capacity", over="contract_capacity", times=whole)
    return facts


def _figure(register: Register, rows: pd.DataFrame, figure: str, *, over: str, times: pd.Series) -> Fact:
    said = rows.dropna(subset=figure).groupby("parcel_id")
    several = said[figure].nunique().reindex(register.index) > 1
    place = said["place"].first().reindex(register.index)
    value = said[figure].first().reindex(register.index).astype(float)
    agreed = amount(register, over).where(lambda number: number > 0) * times
    missing = where_from(register, over)
    source = join_sources(place.fillna("missing:performance").astype(object), missing)
    return forget(exact(value / agreed, source), several, "contradiction:performance")
