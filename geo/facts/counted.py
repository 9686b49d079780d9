"""Which entries of the registers count on the day of the act: amendments made, counts taken, visits paid by then."""

from collections.abc import Mapping

import pandas as pd

from geo.facts.claims import SETTLED, claims_of, together
from geo.model import TERM_FIELDS

EXTENSION = ("extension_granted_on", "extension_basis", "extended_start_on", "extended_completion_on")
"""What an extension says. A parcel can have several, and each counts by itself."""

COUNTED_ON = {
    "investment": "counted_on",
    "assessment": "evaluated_on",
    "temporary_land": "permitted_from_on",
    "low_efficiency": "mapped_on",
    "reserve": "reserve_proposed_on",
    "supply_entry": "site_listed_on",
    "supervision_agreement": "agreement_signed_on",
}
"""Registers of which, in each field, the latest entry up to the day of the act counts, and the day that orders them."""

TERMS = ("project", "cause_interval", "legalisation")
"""Registers that hold one value a field, beside contracts and their amendments."""


def counted_claims(registers: Mapping[str, pd.DataFrame], as_of: pd.Timestamp) -> pd.DataFrame:
    """Return what the registers claim on the day of the act, each entry about its own subject.

    Returns
    -------
    DataFrame
        Claims as ``claims_of`` gives them.
    """
    amended = registers["amendment"]
    amended = amended[amended["amended_on"] <= as_of].sort_values("amended_on", kind="stable")
    terms = together(claims_of("contract", _without_swapped(registers["contract"])), claims_of("amendment", amended))
    subject = ["parcel_id", "contract_number", "project_number", "field"]
    link = registers["link"].rename(columns={"link_area_m2": "contract_area_m2"})
    counted = [
        claims_of(name, _until(registers[name], day, as_of)).drop_duplicates(subject, keep="last")
        for name, day in COUNTED_ON.items()
    ]
    looked = claims_of("visit", _until(registers["visit"], "visited_on", as_of)).drop_duplicates(subject, keep="last")
    seen = claims_of("visit", _visits(registers["visit"], as_of))
    extension = claims_of("extension", _granted(registers["extension"], as_of))
    is_one = ~extension["field"].isin(EXTENSION)
    parts = [
        claims_of("ledger", registers["ledger"]),
        terms.drop_duplicates(["contract_number", "field"], keep="last"),
        claims_of("link", link.assign(contract_number=None, project_number=None)),
        claims_of("happening", _events(registers["happening"])),
        *counted,
        looked[looked["field"].isin(TERM_FIELDS)],
        seen[~seen["field"].isin(TERM_FIELDS)],
        extension[~is_one],
        extension[is_one].drop_duplicates(subject, keep="last"),
        claims_of("phase", _due(registers["phase"], as_of)),
        *(claims_of(name, registers[name]) for name in TERMS),
    ]
    return together(*parts)


def _until(rows: pd.DataFrame, day: str, as_of: pd.Timestamp) -> pd.DataFrame:
    """Return entries up to the day of the act, the latest last; those without a day come before all others."""
    return rows[~(rows[day] > as_of)].sort_values(day, kind="stable", na_position="first")


def _granted(rows: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Return extensions, the latest last; an attainment agreed anew counts from its grant, and is open without one."""
    ordered = rows.sort_values(["extension_granted_on", "extension_applied_on"], kind="stable", na_position="first")
    new, granted = ordered["extended_attainment_on"], ordered["extension_granted_on"]
    is_open = new.notna() & granted.isna() & ~ordered["extension_granted_on_is_none"]
    return ordered.assign(
        extended_attainment_on=new.where(granted <= as_of),
        extended_attainment_on_disputed=pd.Series(None, ordered.index, dtype=object).mask(is_open, "not granted"),
    )


def _due(phases: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Return one entry a parcel or contract: the land of its phases due, and the last day on which one fell due.

    Disputed where a phase has no day, or one that is due no area: what is due in all is not known.
    """
    on, area = phases["phase_due_on"], phases["phase_area_m2"]
    is_open = on.isna() | ((on <= as_of) & area.isna())
    is_due = (on <= as_of) & ~is_open
    nothing = pd.Series(None, phases.index, dtype=object)
    due = phases[["parcel_id", "contract_number", "row"]].assign(
        phase_area_m2=area.where(is_due, 0.0),
        phase_due_on=on.where(is_due),
        phase_area_m2_disputed=nothing.mask(is_open, "phase of unknown day or area"),
    )
    how = {"row": "first", "phase_area_m2": "sum", "phase_due_on": "max", "phase_area_m2_disputed": "first"}
    return due.groupby(["parcel_id", "contract_number"], dropna=False, as_index=False).agg(how)


def _without_swapped(contracts: pd.DataFrame) -> pd.DataFrame:
    """Return contracts with limits that exceed their opposite disputed: which of the two is meant is not known."""
    low, high = contracts["contract_floor_area_ratio_min"], contracts["contract_floor_area_ratio_max"]
    is_swapped = low > high
    said = low.map("{:g}".format).astype(object) + " / " + high.map("{:g}".format).astype(object)
    name = "contract_floor_area_ratio_min_disputed"
    before = contracts.get(name, pd.Series(None, index=contracts.index, dtype=object)).astype(object)
    return contracts.assign(**{name: before.mask(is_swapped, said)})


def _events(events: pd.DataFrame) -> pd.DataFrame:
    """Return events with each day in the column of the field that it is, where there is such a field."""
    fields = events["event"].astype(object) + "_on"
    columns: dict[str, pd.Series] = {}
    for name in sorted(set(fields.dropna()) & SETTLED.keys()):
        is_it = fields == name
        columns[name] = events["event_on"].where(is_it)
        columns[f"{name}_is_none"] = events["event_on_is_none"] & is_it
        if "event_on_disputed" in events:
            columns[f"{name}_disputed"] = events["event_on_disputed"].where(is_it)
    return events.assign(**columns)


def _visits(visits: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Return visits with what they saw in the columns of the days that it means.

    Works seen, or seen stopped, bear the day of the visit. "Not started" says so of every day up to the visit and of
    none after it, so it counts where the visit was not before the day of the act. What is not started is not completed.
    """
    on, state = visits["visited_on"], visits["site_state"].astype(object)
    is_not_started = (state == "not_started") & (on >= as_of)
    return visits.assign(
        works_seen_on=on.where(state == "working"),
        last_seen_working_on=on.where(state == "working"),
        first_seen_stopped_on=on.where(state == "stopped"),
        started_on_is_none=visits["started_on_is_none"].where(on >= as_of, other=False) | is_not_started,
        completed_on_is_none=visits["completed_on_is_none"].where(on >= as_of, other=False) | is_not_started,
    )
