"""The nouns: what a fact, a measure and a scene are, and which columns the frames between rooms carry."""

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Kind = Literal["measure", "date", "bool", "text"]
Level = Literal["L2A", "L1C", "unknown"]


@dataclass(frozen=True, slots=True)
class Measure:
    """A number that knows its bounds, its unit and where it comes from.

    ``low`` and ``high`` are the bounds a decision may rest on: each is passed with at most 1 % probability, or is a
    hard bracket. ``value`` may be NaN where only a bracket is known.

    Examples
    --------
    >>> Measure(0.4, 0.3, 0.5, "1", "survey").low
    0.3
    """

    value: float
    low: float
    high: float
    unit: str
    source: str

    def __post_init__(self) -> None:
        if math.isnan(self.low) != math.isnan(self.high):
            raise ValueError("one bound is unknown and the other is not")
        if self.low > self.high or not (math.isnan(self.value) or self.low <= self.value <= self.high):
            raise ValueError("bounds must hold the value")


@dataclass(frozen=True, slots=True)
class FactSpec:
    """What kind of value a fact has, and its unit.

    A measure or a date stands in three columns of a fact frame: ``x``, ``x_low``, ``x_high``; all three are empty
    where it is unknown. A bool or a text stands in one.
    """

    kind: Kind
    unit: str = ""


FACTS: dict[str, FactSpec] = {
    # agreed days: the effective ones, as extensions in time have moved them, and the ones first agreed
    "agreed_start_on": FactSpec("date"),
    "agreed_start_original_on": FactSpec("date"),
    "agreed_completion_on": FactSpec("date"),
    "agreed_completion_original_on": FactSpec("date"),
    "evaluable_from_on": FactSpec("date"),
    # what happened
    "is_started": FactSpec("bool"),
    "started_on": FactSpec("date"),
    "is_suspended": FactSpec("bool"),
    "last_worked_on": FactSpec("date"),
    "is_completed": FactSpec("bool"),
    "completed_on": FactSpec("date"),
    "is_built_without_permit": FactSpec("bool"),
    "is_extension_after_idle": FactSpec("bool"),
    "cause": FactSpec("text"),
    # shares
    "developed_fraction": FactSpec("measure", "1"),
    "developed_fraction_at_deadline": FactSpec("measure", "1"),
    "invested_fraction": FactSpec("measure", "1"),
    "invested_fraction_at_deadline": FactSpec("measure", "1"),
    "building_coverage_supplied": FactSpec("measure", "1"),
    "floor_area_ratio_supplied": FactSpec("measure", "1"),
    "contract_building_coverage_min": FactSpec("measure", "1"),
    "contract_floor_area_ratio_min": FactSpec("measure", "1"),
}
"""Every fact a rule may name. ``as_of``, the day of the act, is always there beside them."""


def fact_columns(name: str) -> tuple[str, ...]:
    """Columns of a fact frame in which a fact stands.

    Examples
    --------
    >>> fact_columns("developed_fraction")
    ('developed_fraction', 'developed_fraction_low', 'developed_fraction_high')
    >>> fact_columns("is_started")
    ('is_started',)
    """
    bounded = FACTS[name].kind in ("measure", "date")
    return (name, f"{name}_low", f"{name}_high") if bounded else (name,)


@dataclass(frozen=True, slots=True)
class Asset:
    """One file of a scene: a band, where it is, and which layer of the file it is."""

    band: str
    path: str
    layer: int = 1


@dataclass(frozen=True, slots=True)
class Scene:
    """One acquisition (a STAC item): its day and time, product level and bands.

    Attributes
    ----------
    scene_id
        Name of the scene; unique in a store.
    acquired_at
        Time of acquisition [UTC].
    level
        ``L2A`` is surface reflectance, ``L1C`` top of atmosphere.
    assets
        One entry a band, ``B02`` .. ``B12`` and ``SCL``.
    scale, offset
        reflectance = stored number * scale + offset; NaN where the file does not say and its day leaves it open.
    """

    scene_id: str
    acquired_at: datetime
    level: Level
    assets: tuple[Asset, ...]
    scale: float = 1e-4
    offset: float = 0.0


CLASS_FRACTIONS = (
    "roof_fraction",
    "paved_fraction",
    "bare_fraction",
    "net_fraction",
    "vegetation_fraction",
    "water_fraction",
)
"""Shares of a parcel by what is seen on one date, adding up to 1 over its clear pixels."""

OBSERVATION_COLUMNS = (
    "parcel_id",
    "scene_id",
    "acquired_at",
    "clear_fraction",
    *CLASS_FRACTIONS,
    "vegetation_fraction_low",
    "water_fraction_low",
    "built_fraction",
    "built_fraction_low",
    "built_fraction_high",
    "reason",
)
"""One parcel in one satellite pass. ``reason`` is empty, or a code that says why fractions are NaN."""

CHANGE_COLUMNS = ("parcel_id", "before_scene", "after_scene", "kind", "not_before", "not_after", "change_score")

INDICATOR_COLUMNS = (
    "parcel_id",
    "area_m2",
    "footprint_area_m2",
    "building_coverage",
    "building_coverage_low",
    "building_coverage_high",
    "counted_floor_area_m2",
    "counted_floor_area_m2_low",
    "counted_floor_area_m2_high",
    "floor_area_ratio",
    "floor_area_ratio_low",
    "floor_area_ratio_high",
)

FINDING_COLUMNS = (
    "parcel_id",
    "instrument_id",
    "rule_id",
    "article",
    "label",
    "modality",
    "basis",
    "outcome",
    "is_boundary",
    "is_limb_conflict",
    "standing",
    "missing",
)
"""What one rule says of one parcel. ``missing`` names the unknown facts that left it open, joined by spaces."""

LEDGER_FIELDS: dict[str, Kind] = {
    "parcel_id": "text",
    "contract_number": "text",
    "supervision_number": "text",
    "enterprise": "text",
    "town": "text",
    "contract_area_m2": "measure",
    "supplied_area_m2": "measure",
    "should_develop_area_m2": "measure",
    "developed_area_m2": "measure",
    "price_yuan": "measure",
    "delivered_on": "date",
    "agreed_start_on": "date",
    "agreed_completion_on": "date",
    "extension_granted_on": "date",
    "extension_basis": "text",
    "extended_start_on": "date",
    "extended_completion_on": "date",
    "construction_permit_on": "date",
    "started_on": "date",
    "works_seen_on": "date",
    "last_worked_on": "date",
    "last_seen_working_on": "date",
    "first_seen_stopped_on": "date",
    "resumed_on": "date",
    "completed_on": "date",
    "total_investment_yuan": "measure",
    "invested_yuan": "measure",
    "contract_floor_area_ratio_min": "measure",
    "contract_building_coverage_min": "measure",
    "cause": "text",
    "cause_from_on": "date",
    "cause_to_on": "date",
    "cause_paper": "text",
}
"""Columns of the ledger, as one row a contract; investment excludes the land price."""

NONE_AGREED = "none_agreed"
"""What a ledger cell says where the contract agrees nothing: a value, not a blank."""
