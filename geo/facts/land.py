"""How much of a parcel's land should be developed: the ladder of denominators, from the contract down."""

from dataclasses import dataclass

import pandas as pd

from geo.facts.column import Fact, choose, estimate
from geo.facts.register import Register, amount, day, is_disputed, place_of
from geo.facts.source import join_sources

TOLERANCE = 0.02
"""Land that should be developed may exceed the measured parcel by this share: the contract's survey was another [1]."""

PLANNED = ("planned_green_area_m2", "planned_reserve_area_m2")
"""Land of the parcel that the plan keeps free of development."""


@dataclass(frozen=True, slots=True)
class Land:
    """Areas of each parcel [m2].

    Attributes
    ----------
    parcel, buildings
        The parcel; its part that is surely under registered buildings, NaN where nobody knows.
    should, developed
        What papers say should be developed, and what a survey found developed; NaN where none does.
    base
        The denominator: what should be developed, or the most that it can be where that is not known.
    due_on
        The last day on which a phase fell due, where ``should`` is what phases add up to; NaT elsewhere.
    source
        Where the denominator stands if not in the contract's own figure.
    """

    parcel: pd.Series
    buildings: pd.Series
    should: pd.Series
    developed: pd.Series
    base: pd.Series
    due_on: pd.Series
    source: pd.Series


def known_land(register: Register, *, parcel: pd.Series, buildings: pd.Series) -> Land:
    """Return the areas that the registers and the maps know.

    What should be developed is the contract's figure; without one, the phases due by the day of the act, where the
    register of phases is complete; without phases, at most the parcel less the green and the reserve of the plan; and
    without a plan, at most the parcel (rules.md C1). The last two are what is assumed and bound the share from below
    alone: nobody is accused by them. Phases bound it from above (`stand_on`). A figure that is disputed has no other
    in its place.

    Parameters
    ----------
    parcel, buildings
        As in `Land`.
    """
    agreed = amount(register, "should_develop_area_m2").where(lambda area: area > 0)
    due = amount(register, "phase_area_m2").where(lambda area: area > 0)
    is_open = agreed.notna() | is_disputed(register, "should_develop_area_m2")
    is_phased = due.notna() & ~is_open & (register.through_entries("phase_area_m2") >= register.as_of)
    should = agreed.mask(is_phased, due)
    free = sum((amount(register, name).fillna(0.0) for name in PLANNED), start=pd.Series(0.0, index=register.index))
    is_planned = should.isna() & (free > 0) & (free < parcel)
    plan = join_sources(*(place_of(register, name).where(amount(register, name) > 0, "") for name in PLANNED))
    assumed = join_sources(plan, "assumed:planned_area")
    phases = place_of(register, "phase_area_m2")
    source = choose([(is_phased, phases), (is_planned, assumed), (should.isna(), "assumed:parcel_area")], "")
    base = should.fillna(parcel.mask(is_planned, parcel - free))
    due_on = day(register, "phase_due_on").where(is_phased)
    return Land(parcel, buildings, should, amount(register, "developed_area_m2"), base, due_on, source)


def stand_on(share: Fact, land: Land, *, unless: pd.Series) -> Fact:
    """Return a share of the land with its denominator told; one that is assumed bounds it from below alone.

    The contract's figure, where it is found after all, is at least what is due in phases and at most the parcel, so
    that the share by phases is the most there is, and the share of the parcel the least.

    Parameters
    ----------
    unless
        Of which parcels the share is known whatever the denominator.
    """
    is_told = share.low.notna() & ~unless
    is_assumed = is_told & land.should.isna()
    source = join_sources(share.source, land.source.where(is_told, ""))
    least = share.low * (land.base / land.parcel).clip(upper=1).where(land.due_on.notna(), 1.0)
    low = share.low.mask(is_told & (is_assumed | land.due_on.notna()), least / (1 + TOLERANCE))
    return estimate(share.value, low, share.high.mask(is_assumed, float("inf")), source)
