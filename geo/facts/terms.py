"""Facts that stand in the registers as they are: terms, acts with a day, and answers of yes or no."""

import pandas as pd

from geo.facts.column import Fact, bracket, exact, forget
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
    text,
    where_from,
)
from geo.facts.source import join_sources

M2_PER_MU = 2000 / 3

DAYS = {
    "deal_closed_on": "deal_closed_on",
    "capital_due_on": "capital_due_on",
    "investment_due_on": "investment_due_on",
    "term_ends_on": "term_ends_on",
    "lease_ends_on": "lease_ends_on",
    "recruited_on": "recruited_on",
    "stopping_on": "stopping_on",
}
"""Facts that are a day of the registers, whether it lies before or after the day of the act."""

DAYS_PAST = {
    "grant_applied_on": "grant_applied_on",
    "renewal_applied_on": "renewal_applied_on",
    "transition_started_on": "transition_started_on",
    "temporary_use_began_on": "temporary_use_began_on",
    "performance_confirmed_on": "performance_confirmed_on",
}
"""Facts that are the day of something that happened: one after the day of the act has not."""

TEXTS = {
    "land_use": "land_use",
    "supply_mode": "supply_mode",
    "agreement_sale_ground": "agreement_sale_ground",
    "incorporated_instrument": "incorporated_instrument",
    "incorporated_clause": "incorporated_clause",
    "delay_cause": "delay_cause",
    "low_efficiency_type": "low_efficiency_type",
}

ANSWERS = {
    "is_in_cluster": "in_cluster",
    "is_standard_land": "is_standard_land",
    "is_sign_board_up": "sign_board",
    "is_on_basic_farmland": "on_basic_farmland",
    "is_farmland_exempt": "farmland_exempt",
    "is_reclamation_planned": "has_reclamation_plan",
}
"""Facts that are an answer of yes or no."""

ACTS = {
    "is_acceptance_filed": "completion_filed_on",
    "is_start_recognised": "start_recognised_on",
    "is_completion_recognised": "completion_recognised_on",
    "is_accepted_in_phases": "phase_accepted_on",
    "is_attainment_applied": "attainment_applied_on",
    "is_renewal_applied": "renewal_applied_on",
    "is_grant_applied": "grant_applied_on",
    "is_exit_applied": "exit_applied_on",
    "is_exit_consented": "exit_consented_on",
    "is_exit_approved": "exit_approved_on",
    "is_delay_confirmed_by_departments": "departments_confirmed_on",
    "is_delay_confirmed_by_town": "town_confirmed_on",
    "is_extension_approved_by_government": "government_approved_on",
    "is_repeat_extension_approved": "repeat_approved_on",
    "is_proposed_for_reserve": "reserve_proposed_on",
    "is_accepted_in_writing": "accepted_in_writing_on",
    "is_committee_consent_given": "committee_consented_on",
    "is_temporary_land": "permitted_from_on",
    "is_temporary_land_returned": "returned_on",
    "is_temporary_use_changed": "use_changed_on",
    "is_permanent_building_up": "permanent_building_on",
    "is_reclamation_refused": "reclamation_refused_on",
    "is_reclaimed": "reclaimed_on",
    "is_extension_applied": "extension_applied_on",
    "is_temporary_use_over": "temporary_use_ended_on",
    "is_performance_confirmed": "performance_confirmed_on",
    "is_performance_entered": "performance_entered_on",
    "is_deregistered": "deregistered_on",
}
"""Facts that hold from the day of an act on; a blank is "no" only in a register that is complete through the act."""

AMOUNTS = {
    "scattered_piece_mu": ("scattered_piece_m2", M2_PER_MU),
    "temporary_land_mu": ("temporary_area_m2", M2_PER_MU),
    "floor_area_ratio_certified": ("certified_floor_area_ratio", 1.0),
    "building_coverage_certified": ("certified_building_coverage", 1.0),
    "contract_investment_intensity_min_yuan_per_m2": ("contract_intensity_per_mu_yuan", M2_PER_MU),
}
"""Facts that are a number of the registers, divided into our unit."""

RATIOS = {
    "paid_capital_fraction": ("paid_in_capital_yuan", "registered_capital_yuan"),
    "scattered_fraction": ("scattered_total_m2", "project_area_m2"),
}
"""Facts that are one number of the registers over another."""

PILED = "piled"


def term_facts(register: Register) -> dict[str, Fact]:
    """Return the facts that stand in the registers as they are, of those whose field a register keeps at all.

    Contract terms are never "no" by being blank. A supervision agreement is signed when both it and the grant contract
    are (Fan County art. 6). A start by permit and piling (Zhenhai item 10) is not known of a project that is not
    piled. A parcel was supplied when its contract was signed, else on the day of the supply database.
    """
    facts = {name: _day(register, field) for name, field in DAYS.items() if is_kept(register, field)}
    facts |= {name: _past(register, field) for name, field in DAYS_PAST.items() if is_kept(register, field)}
    facts |= {name: _text(register, field) for name, field in TEXTS.items() if is_kept(register, field)}
    facts |= {name: _answer(register, field) for name, field in ANSWERS.items() if is_kept(register, field)}
    facts |= {name: _act(register, field) for name, field in ACTS.items() if is_kept(register, field)}
    facts |= {name: _amount(register, *of) for name, of in AMOUNTS.items() if is_kept(register, of[0])}
    facts |= {name: ratio(register, *of) for name, of in RATIOS.items() if all(is_kept(register, one) for one in of)}
    return facts | _composed(register)


def _composed(register: Register) -> dict[str, Fact]:
    """Return the facts that put two fields together."""
    facts = {}
    if is_kept(register, "signed_on") or is_kept(register, "supplied_on"):
        facts["supplied_on"] = _first_known(register, "signed_on", "supplied_on")
    if is_kept(register, "agreement_signed_on"):
        both = ("agreement_signed_on", "signed_on")
        facts["agreement_signed_on"] = _later_of(register, *both)
        facts["is_agreement_signed"] = exact(
            happened(register, both[0]) & happened(register, both[1]), _events(register, *both)
        )
    if is_kept(register, "stopping_on"):
        facts["is_stopping_announced"] = _announced(register, "stopping_on")
    if is_kept(register, "trade"):
        code = text(register, "trade").astype("str").str.extract(r"^\s*[A-Z]?(\d{2})", expand=False)
        facts["trade_code"] = exact(code.astype(object).where(code.notna(), None), _missing(register, "trade"))
    if is_kept(register, "piling_on"):
        facts["is_started_by_permit_and_piling"] = _permit_and_piling(register)
    if is_kept(register, "reserve_entered_on"):
        inside = happened(register, "reserve_entered_on") & ~happened(register, "reserve_left_on")
        facts["is_in_reserve"] = exact(inside, _events(register, "reserve_entered_on", "reserve_left_on"))
    if is_kept(register, "permitted_to_on"):
        facts |= _temporary_end(register)
    return facts


def ratio(register: Register, part: str, whole: str) -> Fact:
    """Return one number of the registers over another; not known where either is not, or the whole is 0."""
    over = amount(register, whole).where(lambda number: number > 0)
    return exact(amount(register, part) / over, join_sources(_missing(register, part), _missing(register, whole)))


def _missing(register: Register, field: str) -> pd.Series:
    """Return the source of a term: a blank is missing, however complete the register is."""
    source = where_from(register, field)
    return source.mask(source == f"blank:{field}", f"missing:{field}")


def _day(register: Register, field: str) -> Fact:
    return exact(day(register, field), _missing(register, field))


def _past(register: Register, field: str) -> Fact:
    return exact(day_by_now(register, field), event_source(register, field))


def _text(register: Register, field: str) -> Fact:
    return exact(text(register, field), _missing(register, field))


def _answer(register: Register, field: str) -> Fact:
    said = text(register, field).map({"yes": True, "no": False}).astype("boolean")
    return exact(said, _missing(register, field))


def _act(register: Register, field: str) -> Fact:
    return exact(happened(register, field), event_source(register, field))


def _amount(register: Register, field: str, unit: float) -> Fact:
    return exact(amount(register, field) / unit, _missing(register, field))


def _events(register: Register, *fields: str) -> pd.Series:
    return join_sources(*(event_source(register, field) for field in fields))


def _first_known(register: Register, first: str, second: str) -> Fact:
    on, is_open = day(register, first), is_disputed(register, first)
    source = _missing(register, first).mask(on.isna() & ~is_open, _missing(register, second))
    return exact(on.fillna(day(register, second).mask(is_open)), source)


def _later_of(register: Register, one: str, other: str) -> Fact:
    """Return the later of two days; where one is not known, the other bounds it from below."""
    days = pd.concat([day(register, one), day(register, other)], axis="columns")
    latest = days.max(axis="columns")
    return bracket(
        latest,
        latest.where(days.notna().all(axis="columns")),
        join_sources(*(_missing(register, f) for f in (one, other))),
    )


def _announced(register: Register, field: str) -> Fact:
    """Return whether a day to come, or past, was announced at all."""
    is_no = is_none(register, field) | is_blank_meaningful(register, field)
    is_said = day(register, field).notna().astype("boolean")
    return exact(is_said.mask(~is_said & ~is_no, pd.NA), where_from(register, field))


def _permit_and_piling(register: Register) -> Fact:
    both = happened(register, "construction_permit_on") & happened(register, "piling_on")
    foundation = text(register, "foundation")
    is_other = foundation.notna() & (foundation != PILED)
    started = exact(both, _events(register, "construction_permit_on", "piling_on"))
    return forget(started, is_other, "law:not_piled")


def _temporary_end(register: Register) -> dict[str, Fact]:
    """Return until when temporary land may be used, as extended, and whether an extension covers the day of the act."""
    first, extended = day(register, "permitted_to_on"), day(register, "extended_to_on")
    covers = (extended >= register.as_of).astype("boolean")
    is_extended = happened(register, "permitted_from_on") & covers
    is_none = happened(register, "extended_to_on")
    ends = exact(extended.fillna(first), _missing(register, "permitted_to_on"))
    return {
        "temporary_land_ends_on": ends,
        "is_temporary_land_extended": exact(
            is_extended.mask(extended.isna(), is_none), event_source(register, "extended_to_on")
        ),
    }
