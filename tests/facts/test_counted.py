"""Which entries count on the day of the act, worked by hand."""

from datetime import date

import pandas as pd

LINK = [{"parcel_id": "A", "contract_number": "K"}]
VISIT = {"parcel_id": "A", "visited_on": pd.Timestamp("2026-11-10"), "number": "V1"}


def test_swapped_limits_are_not_put_right(facts):
    swapped = {"contract_number": "K", "contract_floor_area_ratio_min": 1.2, "contract_floor_area_ratio_max": 0.8}
    values, sources = facts({"A": 1.0}, link=LINK, contract=[swapped])
    assert values["contract_floor_area_ratio_min"].isna().all()
    assert sources["contract_floor_area_ratio_min"].tolist() == ["contradiction:contract_floor_area_ratio_min"]


def test_an_amendment_takes_the_contracts_place_from_its_day_on(fold):
    given = {
        "link": LINK,
        "contract": [{"contract_number": "K", "price_yuan": 5.0, "contract_floor_area_ratio_min": 0.7}],
        "amendment": [
            {"contract_number": "K", "number": "2", "amended_on": "2026-05-01", "price_yuan": 7.0},
            {"contract_number": "K", "number": "1", "amended_on": "2025-05-01", "price_yuan": 6.0},
        ],
    }
    prices = [fold(as_of=date(year, 12, 31), **given)[0].loc["A", "price_yuan"] for year in (2024, 2025, 2026)]
    assert prices == [5.0, 6.0, 7.0]
    assert fold(**given)[0].loc["A", "contract_floor_area_ratio_min"] == 0.7


def test_the_last_count_by_the_day_of_the_act_is_what_is_invested(facts):
    counts = [
        {"project_number": "P", "counted_on": on, "invested_yuan": yuan, "total_investment_yuan": 10.0}
        for on, yuan in (("2026-06-30", 4.0), ("2025-06-30", 1.0), ("2027-06-30", 9.0))
    ]
    contract = [{"contract_number": "K", "project_number": "P"}]  # a contract that names its project links its parcels
    values, _ = facts({"A": 1.0}, link=LINK, contract=contract, investment=counts)
    assert values["invested_fraction"].tolist() == [0.4]


def test_a_disputed_event_is_a_disputed_day(fold):
    event = {"parcel_id": "A", "event": "completed", "event_on_disputed": "x / y"}
    assert fold(happening=[event])[0].loc["A", "completed_on_disputed"] == "x / y"


def test_a_visit_that_found_no_start_says_so_of_the_days_before_it_and_names_itself(facts):
    visit = [{**VISIT, "site_state": "not_started"}]
    values, sources = facts({"A": 1e4}, visit=visit, as_of=date(2026, 10, 31))
    assert not values.loc["A", "is_started"]
    assert sources.loc["A", "is_started"] == "register:visit/2; none:started_on"
    assert not values.loc["A", "is_completed"]
    later, _ = facts({"A": 1e4}, visit=visit, as_of=date(2026, 11, 30))
    assert pd.isna(later.loc["A", "is_started"])  # nobody was there since


def test_a_visit_and_a_row_that_contradict_leave_the_start_open(facts):
    row = [{"parcel_id": "A", "started_on": pd.Timestamp("2025-03-01")}]
    values, sources = facts({"A": 1e4}, ledger=row, visit=[{**VISIT, "site_state": "not_started"}])
    assert pd.isna(values.loc["A", "is_started"])
    assert sources.loc["A", "is_started"].startswith("contradiction")


def test_works_seen_or_seen_stopped_bear_the_day_of_the_visit(fold):
    rows, _ = fold(visit=[{**VISIT, "site_state": "working"}, {**VISIT, "parcel_id": "B", "site_state": "stopped"}])
    assert rows.loc["A", "works_seen_on"] == rows.loc["A", "last_seen_working_on"] == VISIT["visited_on"]
    assert rows.loc["B", "first_seen_stopped_on"] == VISIT["visited_on"]
    assert pd.isna(rows.loc["B", "works_seen_on"])


def test_a_stop_seen_after_the_day_of_the_act_leaves_open_whether_works_stood_still_and_says_why(facts):
    row = [{"parcel_id": "A", "started_on": pd.Timestamp("2025-03-01"), "construction_permit_on": "2025-02-01"}]
    visit = [{**VISIT, "site_state": "stopped"}]
    values, sources = facts({"A": 1e4}, ledger=row, visit=visit, complete={"last_worked_on": date(2026, 10, 31)})
    assert pd.isna(values.loc["A", "is_suspended"])
    assert "later:first_seen_stopped_on" in sources.loc["A", "is_suspended"]
