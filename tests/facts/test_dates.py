from datetime import date

import pandas as pd
import pytest

from geo.model import NONE_AGREED

CONTRACT = {"agreed_start_on": "2025-03-01", "agreed_completion_on": "2027-03-01"}


def days(values, name):
    return [
        str(side.date()) if pd.notna(side := values[column]) else None
        for column in (name, f"{name}_low", f"{name}_high")
    ]


def test_the_agreed_start_is_the_contracts(build):
    values, sources = build(**CONTRACT)
    assert days(values, "agreed_start_on") == ["2025-03-01"] * 3
    assert sources["agreed_start_on"] == "ledger:2"


def test_where_no_start_is_agreed_it_is_a_year_after_delivery(build):
    values, sources = build(agreed_start_on=NONE_AGREED, delivered_on="2024-02-29")
    assert days(values, "agreed_start_on") == ["2025-02-28"] * 3
    assert sources["agreed_start_on"] == "none:agreed_start_on; ledger:2; law:start_after_delivery"


def test_a_blank_start_is_not_none_agreed_even_in_a_complete_register(build):
    values, sources = build(delivered_on="2024-03-01")
    assert days(values, "agreed_start_on") == [None, None, None]
    assert sources["agreed_start_on"] == "missing:agreed_start_on"


def test_none_agreed_without_a_delivery_is_not_known(build):
    values, sources = build(agreed_start_on=NONE_AGREED)
    assert days(values, "agreed_start_on") == [None, None, None]
    assert "missing:delivered_on" in sources["agreed_start_on"]


@pytest.mark.parametrize(
    ("basis", "granted_on", "effective", "is_after_idle"),
    [
        ("contract", "2025-11-15", "2026-01-15", False),  # in time, by the contract
        ("contract", "2026-03-01", "2026-01-15", False),  # on the last day of the year, which is complete at its end
        ("contract", "2026-03-02", "2025-03-01", True),  # the day after: it comes after idleness
        ("enterprise", "2025-11-15", "2025-03-01", False),  # in time, on no ground that moves the date
        ("enterprise", "2026-03-02", "2025-03-01", True),
        ("article_8", "2025-11-15", "2026-01-15", False),
        ("article_8", "2026-03-02", "2026-01-15", False),  # art. 12: a remedy after idleness too
    ],
)
def test_an_extension_moves_the_start_if_in_time_by_contract_or_for_an_article_8_cause(
    build, basis, granted_on, effective, is_after_idle
):
    values, _ = build(
        **CONTRACT, extension_granted_on=granted_on, extension_basis=basis, extended_start_on="2026-01-15"
    )
    assert days(values, "agreed_start_on") == [effective] * 3
    assert days(values, "agreed_start_original_on") == ["2025-03-01"] * 3
    assert values["is_extension_after_idle"] == is_after_idle


def test_an_extension_to_a_project_that_started_within_the_year_is_not_after_idleness(build):
    late = {"extension_granted_on": "2026-05-20", "extension_basis": "contract", "extended_start_on": "2026-06-01"}
    values, _ = build(**CONTRACT, **late, construction_permit_on="2025-05-01", started_on="2026-03-01")
    assert not values["is_extension_after_idle"]
    values, _ = build(**CONTRACT, **late, construction_permit_on="2025-05-01", started_on="2026-03-02")
    assert values["is_extension_after_idle"]


def test_an_extension_on_an_unknown_ground_leaves_both_days_possible(build):
    granted = {"extension_granted_on": "2025-12-01", "extended_start_on": "2026-02-01"}
    for basis in (None, "会议纪要"):
        values, sources = build(**CONTRACT, **granted, extension_basis=basis)
        assert days(values, "agreed_start_on") == [None, "2025-03-01", "2026-02-01"]
        assert sources["agreed_start_on"] == "ledger:2; extension:open"


def test_an_extension_not_yet_granted_on_the_day_moves_nothing(build):
    granted = {"extension_granted_on": "2025-12-01", "extension_basis": "contract", "extended_start_on": "2026-02-01"}
    values, _ = build(**CONTRACT, **granted, as_of=date(2025, 11, 30))
    assert days(values, "agreed_start_on") == ["2025-03-01"] * 3


def test_a_granted_extension_moves_the_completion_on_any_ground(build):
    granted = {"extension_granted_on": "2026-02-10", "extension_basis": "enterprise"}
    values, sources = build(**CONTRACT, **granted, extended_completion_on="2027-12-31")
    assert days(values, "agreed_completion_on") == ["2027-12-31"] * 3
    assert days(values, "agreed_completion_original_on") == ["2027-03-01"] * 3
    assert days(values, "agreed_start_on") == ["2025-03-01"] * 3
    assert sources["agreed_completion_on"] == "ledger:2; extension:moves"


def test_in_an_incomplete_register_an_extension_may_have_been_granted(build):
    values, _ = build(**CONTRACT, complete_through=date(2026, 9, 30))
    assert days(values, "agreed_start_on") == [None, "2025-03-01", None]
    assert days(values, "agreed_completion_on") == [None, "2027-03-01", None]
    assert days(values, "agreed_start_original_on") == ["2025-03-01"] * 3


def test_an_extension_to_an_earlier_day_is_a_contradiction(build):
    granted = {"extension_granted_on": "2025-12-01", "extension_basis": "contract", "extended_start_on": "2025-02-01"}
    values, sources = build(**CONTRACT, **granted)
    assert days(values, "agreed_start_on") == [None, None, None]
    assert sources["agreed_start_on"] == "contradiction:extension_before_agreed_day"


def test_a_completion_agreed_before_the_start_makes_both_unknown(build):
    values, sources = build(agreed_start_on="2026-03-01", agreed_completion_on="2025-03-01")
    assert days(values, "agreed_start_on") == [None, None, None]
    assert days(values, "agreed_completion_on") == [None, None, None]
    assert sources["agreed_completion_on"].startswith("contradiction:")
