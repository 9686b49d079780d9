"""Columns of the ledger as one row a contract."""

from geo.model.facts import Kind

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


def _of(kind: Kind, names: str) -> dict[str, Kind]:
    return dict.fromkeys(names.split(), kind)


TERM_FIELDS: dict[str, Kind] = {
    # terms of contracts and agreements
    **_of("text", "land_use supply_mode trade in_cluster is_standard_land agreement_sale_ground"),
    **_of("text", "incorporated_instrument incorporated_clause"),
    **_of("date", "signed_on deal_closed_on agreement_signed_on capital_due_on investment_due_on agreed_attainment_on"),
    **_of("date", "term_ends_on lease_ends_on extended_attainment_on supplied_on"),
    **_of("measure", "registered_capital_yuan contract_intensity_per_mu_yuan contract_output_per_mu_yuan"),
    **_of("measure", "contract_tax_per_mu_yuan contract_capacity planned_green_area_m2 planned_reserve_area_m2"),
    **_of("measure", "phase_area_m2"),
    **_of("date", "phase_due_on"),
    # counts, of which the latest holds
    **_of("measure", "paid_in_capital_yuan invested_with_land_yuan total_investment_with_land_yuan"),
    **_of("measure", "certified_floor_area_ratio certified_building_coverage"),
    # events
    **_of("date", "piling_on completion_filed_on start_recognised_on completion_recognised_on phase_accepted_on"),
    **_of("date", "production_started_on production_stopped_on production_resumed_on production_attained_on"),
    **_of("date", "attainment_applied_on grant_applied_on renewal_applied_on exit_applied_on exit_consented_on"),
    **_of("date", "transition_started_on stopping_on temporary_use_began_on temporary_use_ended_on"),
    **_of("date", "performance_confirmed_on performance_entered_on deregistered_on exit_approved_on"),
    # of the latest extension, visit, permit and entry
    **_of("text", "delay_cause sign_board foundation on_basic_farmland farmland_exempt low_efficiency_type"),
    **_of("date", "departments_confirmed_on town_confirmed_on government_approved_on repeat_approved_on"),
    **_of("date", "extension_applied_on"),
    **_of("date", "permitted_from_on permitted_to_on extended_to_on returned_on reclaimed_on use_changed_on"),
    **_of("date", "permanent_building_on reclamation_refused_on"),
    **_of("date", "reserve_proposed_on reserve_entered_on reserve_left_on"),
    **_of("date", "recruited_on accepted_in_writing_on committee_consented_on"),
    **_of("measure", "scattered_piece_m2 scattered_total_m2 project_area_m2"),
    # money, visits and temporary land
    **_of("measure", "earnest_money_yuan incentives_paid_yuan buildings_value_yuan appraised_price_yuan"),
    **_of("measure", "agreed_interest_yuan late_start_damages_rate late_completion_damages_rate temporary_area_m2"),
    **_of("text", "has_reclamation_plan"),
    **_of("date", "visited_on next_visit_on"),
}
"""Fields that other registers than the row a parcel say of it; each has one value a parcel on a day."""

NONE_AGREED = "none_agreed"
"""What a ledger cell says where the contract agrees nothing: a value, not a blank."""

FIRST_CASE = "1"
"""Number of a parcel's case where none is said."""
