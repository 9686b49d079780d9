"""Every fact a rule may name: its kind, its unit, and the columns it stands in."""

from collections.abc import Container
from dataclasses import dataclass
from typing import Literal

Kind = Literal["measure", "date", "bool", "text"]


@dataclass(frozen=True, slots=True)
class FactSpec:
    """What kind of value a fact has, and its unit.

    A measure or a date stands in three columns of a fact frame: ``x``, ``x_low``, ``x_high``; all three are empty
    where it is unknown. A bool or a text stands in one.
    """

    kind: Kind
    unit: str = ""


def _days(names: str) -> dict[str, FactSpec]:
    return dict.fromkeys(names.split(), FactSpec("date"))


def _flags(names: str) -> dict[str, FactSpec]:
    return dict.fromkeys(names.split(), FactSpec("bool"))


def _shares(names: str) -> dict[str, FactSpec]:
    return dict.fromkeys(names.split(), FactSpec("measure", "1"))


def _measures(unit: str, names: str) -> dict[str, FactSpec]:
    return dict.fromkeys(names.split(), FactSpec("measure", unit))


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
    # which texts speak of the parcel, and which text its contract takes over
    "land_use": FactSpec("text"),
    "supply_mode": FactSpec("text"),
    "trade_code": FactSpec("text"),
    "incorporated_instrument": FactSpec("text"),
    "incorporated_clause": FactSpec("text"),
    **_days("supplied_on deal_closed_on agreement_signed_on"),
    **_flags("is_in_cluster is_standard_land is_existing_industrial_land is_net_land"),
    # money, production and yield; ratios are certified figures of the last full statistical year over the agreed ones
    **_days("capital_due_on investment_due_on last_produced_on attainment_year_ends_on"),
    **_days("agreed_attainment_on agreed_attainment_original_on"),
    **_flags("is_production_started is_producing is_plant_wholly_leased is_attainment_applied is_attained"),
    **_shares("paid_capital_fraction tax_ratio output_ratio capacity_ratio"),
    "investment_intensity_yuan_per_m2": FactSpec("measure", "yuan/m2"),
    "contract_investment_intensity_min_yuan_per_m2": FactSpec("measure", "yuan/m2"),
    # intensity of use
    **_shares("floor_area_ratio floor_area_ratio_certified building_coverage_certified building_coefficient"),
    **_shares("admin_land_fraction green_fraction scattered_fraction"),
    "supplied_area_m2": FactSpec("measure", "m2"),
    "scattered_piece_mu": FactSpec("measure", "mu"),
    # starts and completions as other authorities count them, extensions, assessments, putting right
    **_flags("is_started_by_permit_and_piling is_acceptance_filed is_start_recognised is_completion_recognised"),
    **_flags("is_accepted_in_phases is_phasing_in_minutes is_comprehensive_acceptance_passed is_assessment_passed"),
    **_flags("is_delay_confirmed_by_departments is_delay_confirmed_by_town is_extension_approved_by_government"),
    **_flags("is_repeat_extension_approved is_rectified is_breach_serious is_judicial_disposal"),
    "delay_cause": FactSpec("text"),
    "extension_count": FactSpec("measure", "1"),
    "net_full_months_not_started": FactSpec("measure", "month"),
    "rectification_months_total": FactSpec("measure", "month"),
    "failed_years": FactSpec("measure", "year"),
    **_days("rectification_ordered_on rectification_due_on"),
    # months by the corresponding day, and numbers that are shown beside those that rules read
    **_measures("month", "full_months_not_started full_months_since_agreed_completion full_months_since_completed"),
    **_measures("month", "full_months_since_last_worked longest_stoppage_months"),
    **_shares("far_shortfall developed_fraction_by_footprint developed_fraction_by_floor_area"),
    **_shares("invested_fraction_with_land"),
    "counted_floor_area_m2": FactSpec("measure", "m2"),
    # what people did and found
    **_flags("is_idle_identified is_low_efficiency_identified is_other_low_efficiency_found is_hearing_offered"),
    **_flags("is_decision_unheeded is_filed_in_monitoring_system is_malicious_hoarding_found is_uncooperative"),
    **_flags("is_use_changed is_unlawfully_transferred is_pollution_found is_pollution_treated is_sign_board_up"),
    "identified_cause": FactSpec("text"),
    **_days("investigation_notified_on answered_on identified_on hearing_offered_on disposal_approved_on"),
    **_days("decision_served_on low_efficiency_identified_on"),
    "low_efficiency_type": FactSpec("text"),
    # the holder, the price, the plan
    **_flags("is_holder_willing is_holder_able is_transferable is_insolvent is_price_fully_paid is_project_funded"),
    **_flags("is_plan_lawfully_changed is_plan_conforming is_admission_met is_title_clear is_title_defective"),
    # leaving, renewing, leasing first; land used before it was supplied
    **_days("lease_ends_on grant_applied_on term_ends_on renewal_applied_on transition_started_on recruited_on"),
    **_flags("is_grant_applied is_exit_applied is_exit_consented is_exit_approved is_new_use_processed"),
    **_flags("is_running_well is_yield_good is_performing is_accepted_in_writing is_committee_consent_given"),
    # what clocks run from, and what ends them
    **_days("payment_due_on next_visit_on last_visited_on suspicion_found_on"),
    **_days("temporary_use_began_on stopping_on"),
    "decided_remedy": FactSpec("text"),
    **_days("performance_confirmed_on periodic_assessment_from_on"),
    **_flags("is_payment_made is_investigation_notified is_investigation_answered"),
    **_flags("is_idle_case_open is_idle_fee_paid is_deregistered is_temporary_use_over"),
    **_flags("is_extension_applied is_agreement_signed is_performance_confirmed is_performance_entered"),
    **_flags("is_renewal_applied is_renewal_evaluated is_start_deposit_paid"),
    **_flags("is_completion_deposit_paid is_assessed_at_start_and_completion is_assessed_at_attainment"),
    **_flags("is_assessed_before_expiry is_rectification_ordered is_stopping_announced"),
    # money: what formulas multiply; days late of a start or a completion, over or still running
    **_measures("yuan", "price_yuan price_paid_yuan earnest_money_yuan incentives_paid_yuan buildings_value_yuan"),
    **_measures("yuan", "appraised_price_yuan agreed_interest_yuan"),
    **_measures("d", "term_d term_used_d start_late_d completion_late_d"),
    **_measures("1/d", "late_start_damages_rate late_completion_damages_rate"),
    # supply, reserve and temporary land
    "agreement_sale_ground": FactSpec("text"),
    "temporary_land_ends_on": FactSpec("date"),
    "temporary_land_mu": FactSpec("measure", "mu"),
    "is_reclamation_planned": FactSpec("bool"),
    **_flags("is_hard_to_stand_alone is_proposed_for_reserve is_hazard_untreated is_in_reserve is_on_public_need"),
    **_flags("is_temporary_land is_temporary_land_returned is_temporary_land_extended is_temporary_use_changed"),
    **_flags("is_permanent_building_up is_reclamation_refused is_reclaimed is_on_basic_farmland is_farmland_exempt"),
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


def has_fact(columns: Container[str], name: str) -> bool:
    """Return whether a frame with these columns says anything of a fact.

    Examples
    --------
    >>> has_fact({"started_on_low"}, "started_on")
    True
    """
    return any(column in columns for column in fact_columns(name))
