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

NONE_AGREED = "none_agreed"
"""What a ledger cell says where the contract agrees nothing: a value, not a blank."""
