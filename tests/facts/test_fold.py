"""Registers folded into one row a parcel, worked by hand."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd
import pytest

from geo.facts import entries_of
from geo.model import INDICATOR_COLUMNS, NONE_AGREED
from geo.registers import REGISTERS

AS_OF = date(2026, 10, 31)
Fold = Callable[..., tuple[pd.DataFrame, Any]]


def links(*pairs: tuple[str, str]) -> list[dict[str, Any]]:
    return [{"parcel_id": parcel, "contract_number": contract} for parcel, contract in pairs]


THREE = links(("A", "K"), ("B", "K"), ("C", "K"))
AREAS = {"A": 10_000.0, "B": 20_000.0, "C": 30_000.0}


def test_a_ledger_alone_is_left_as_it_is(fold: Fold, entry_frame):
    rows = [{"parcel_id": "A", "price_yuan": 5.0, "started_on": NONE_AGREED}]
    ledger, entries = fold(ledger=rows)
    pd.testing.assert_frame_equal(ledger.reset_index(), entry_frame("ledger", rows), check_dtype=False)
    assert entries.extensions.empty
    assert entries.complete_through == {}


def test_price_and_days_of_a_contract_hold_for_each_of_its_parcels(fold: Fold):
    contract = {"contract_number": "K", "price_yuan": 6e6, "agreed_start_on": "2025-03-01"}
    ledger, _ = fold(link=THREE, contract=[contract])
    assert ledger["price_yuan"].tolist() == [6e6] * 3
    assert ledger["agreed_start_on"].tolist() == [pd.Timestamp(2025, 3, 1)] * 3
    assert ledger["price_yuan_from"].tolist() == ["register:contract/2"] * 3
    assert ledger["pooled_under"].tolist() == ["K"] * 3


def test_a_contract_over_three_parcels_is_measured_on_its_whole_land_once(facts):
    """60 000 m2 supplied. Buildings of 18 000 m2 stand on B alone, with 36 000 m2 of floors: 0.3 and 0.6 for all.

    Parcel by parcel, A and C would have coverage 0 and fall short of the minimum; counted three times, 54 000 m2 of
    buildings would stand on 60 000 m2. Money: 2 of 10 million is 0.2, for each.
    """
    contract = {
        "contract_number": "K",
        "supplied_area_m2": 60_000.0,
        "contract_building_coverage_min": 0.3,
        "total_investment_yuan": 10e6,
    }
    bare = dict.fromkeys(INDICATOR_COLUMNS[1:], 0.0)
    built = {
        "footprint_area_m2": 18_000.0,
        **dict.fromkeys(("building_coverage", "building_coverage_low", "building_coverage_high"), 0.9),
        **dict.fromkeys(INDICATOR_COLUMNS[6:9], 36_000.0),
    }
    indicators = [{"parcel_id": name, **bare, "area_m2": area} for name, area in AREAS.items()]
    indicators[1] |= built
    counted = {"contract_number": "K", "counted_on": "2026-06-30", "invested_yuan": 2e6}
    values, sources = facts(AREAS, link=THREE, contract=[contract], investment=[counted], indicators=indicators)
    for name in AREAS:
        row = values.loc[name]
        assert row["building_coverage_supplied"] == pytest.approx(18_000 / 60_000)
        assert row["building_coverage_supplied_low"] == pytest.approx(0.9 * 20_000 / 60_000)
        assert row["floor_area_ratio_supplied"] == pytest.approx(36_000 / 60_000)
        assert row["invested_fraction"] == pytest.approx(2 / 10)
    assert sources["invested_fraction"].tolist() == ["register:investment/2"] * 3


def test_developed_land_of_a_contract_is_that_of_all_its_parcels_together(facts):
    """Two views vouch for half of A and all of B: 5 000 + 20 000 of 60 000 m2, of which 50 000 should be developed."""
    contract = {"contract_number": "K", "should_develop_area_m2": 50_000.0}
    views = [
        {"parcel_id": name, "on": day, "built": built, "green": 0.0, "scene_id": f"S{day}"}
        for day in ("2026-09-01", "2026-10-01")
        for name, built in (("A", 0.5), ("B", 1.0), ("C", 0.0))
    ]
    values, _ = facts(AREAS, link=THREE, contract=[contract], views=views)
    assert values["developed_fraction_low"].tolist() == pytest.approx([25_000 / 50_000] * 3)


def test_a_parcel_of_the_contract_that_nobody_drew_leaves_the_whole_open(facts):
    bare = [{"parcel_id": "A", **dict.fromkeys(INDICATOR_COLUMNS[1:], 0.0), "area_m2": 10_000.0}]
    views = [{"parcel_id": "A", "on": day, "built": 0.5} for day in ("2026-09-01", "2026-10-01")]
    contract = {"contract_number": "K", "supplied_area_m2": 60_000.0}
    values, _ = facts({"A": 10_000.0}, link=THREE, contract=[contract], indicators=bare, views=views)
    assert values["building_coverage_supplied_low"].isna().all()
    assert values["developed_fraction_low"].isna().all()


def test_contracts_that_disagree_leave_the_field_unknown_and_say_so(facts, fold: Fold):
    contracts = [
        {"contract_number": "K", "agreed_start_on": "2025-03-01", "price_yuan": 5e6, "supplied_area_m2": 9.0},
        {"contract_number": "L", "agreed_start_on": "2025-06-01", "price_yuan": 5e6},
    ]
    both = links(("A", "K"), ("A", "L"), ("B", "L"))
    ledger, _ = fold(link=both, contract=contracts)
    assert ledger["agreed_start_on"].isna().tolist() == [True, False]
    assert ledger.loc["A", "agreed_start_on_disputed"] == "2025-03-01 / 2025-06-01"
    assert ledger.loc["A", "price_yuan"] == 5e6
    assert ledger["pooled_under"].isna().all()
    values, sources = facts({"A": 1.0, "B": 1.0}, link=both, contract=contracts)
    assert values["agreed_start_original_on"].isna().tolist() == [True, False]
    assert sources["agreed_start_original_on"].tolist() == ["contradiction:agreed_start_on", "register:contract/3"]


def test_the_area_of_a_contract_whose_parcels_have_others_too_is_nobodys(facts):
    contracts = [{"contract_number": "K", "supplied_area_m2": 900.0}, {"contract_number": "L"}]
    both = links(("A", "K"), ("B", "K"), ("B", "L"))
    _, sources = facts({"A": 1.0, "B": 1.0}, link=both, contract=contracts)
    assert sources["building_coverage_supplied"].tolist() == ["contradiction:supplied_area_m2"] * 2


@pytest.mark.parametrize(("areas", "whole"), [((1.0, 2.0), 3.0), ((1.0, None), 0)])
def test_areas_of_single_parcels_add_up_to_the_contracts(fold: Fold, areas, whole):
    pairs = [pair | {"link_area_m2": area} for pair, area in zip(links(("A", "K"), ("B", "K")), areas, strict=True)]
    ledger, _ = fold(link=pairs, contract=[{"contract_number": "K"}])
    assert ledger["contract_area_m2"].fillna(0).tolist() == [whole, whole]


def test_an_area_said_of_the_whole_goes_before_those_of_its_parts(fold: Fold):
    pairs = [pair | {"link_area_m2": 1.0} for pair in links(("A", "K"), ("B", "K"))]
    ledger, _ = fold(link=pairs, contract=[{"contract_number": "K", "contract_area_m2": 5.0}])
    assert ledger["contract_area_m2"].tolist() == [5.0, 5.0]


def test_a_disputed_part_makes_the_sum_disputed(fold: Fold):
    pairs = [pair | {"link_area_m2": 1.0} for pair in links(("A", "K"), ("B", "K"))]
    flat = [{"parcel_id": "A", "contract_area_m2": 2.0}]
    ledger, _ = fold(link=pairs, contract=[{"contract_number": "K"}], ledger=flat)
    assert ledger["contract_area_m2_disputed"].tolist() == ["2.0 / 1.0"] * 2


def test_a_ledger_row_that_names_a_contract_has_its_terms(fold: Fold):
    flat = [{"parcel_id": "A", "contract_number": "K", "town": "东镇"}, {"parcel_id": "B", "contract_number": "Z"}]
    ledger, _ = fold(ledger=flat, contract=[{"contract_number": "K", "price_yuan": 7.0, "town": "东镇"}])
    assert ledger["price_yuan"].fillna(0).tolist() == [7.0, 0.0]
    assert ledger["town"].fillna("").tolist() == ["东镇", ""]
    assert ledger["row"].tolist() == [2, 3]


def test_of_days_that_come_again_the_latest_by_the_day_of_the_act_counts(fold: Fold):
    stops = [
        {"parcel_id": "A", "event": "last_worked", "number": number, "event_on": on}
        for number, on in (("1", "2025-01-10"), ("2", "2026-02-20"), ("3", "2027-01-01"))
    ]
    assert fold(happening=stops)[0].loc["A", "last_worked_on"] == pd.Timestamp(2026, 2, 20)
    assert fold(happening=stops[2:])[0].loc["A", "last_worked_on"] == pd.Timestamp(2027, 1, 1)


def test_two_starts_of_one_parcel_are_for_a_person_to_settle(facts):
    starts = [{"parcel_id": "A", "event": "started", "number": n, "event_on": f"2025-0{n}-01"} for n in ("1", "2")]
    starts.append({"parcel_id": "A", "event": "started_by_contract", "event_on": "2024-09-01"})  # another definition
    values, sources = facts({"A": 1.0}, happening=starts, complete={"happening": AS_OF})
    assert values["is_started"].isna().all()
    assert sources["started_on"].tolist() == ["contradiction:started_on"]


def test_a_complete_register_of_events_says_no_of_the_events_that_it_keeps(facts):
    events = [
        {"parcel_id": "A", "event": "construction_permit", "event_on": "2025-01-05"},
        {"parcel_id": "A", "event": "started", "event_on": "2025-02-01"},
    ]
    given = {"happening": events, "link": links(("B", "K"))}
    values, _ = facts({"A": 1.0, "B": 1.0, "Z": 1.0}, complete={"happening": AS_OF}, **given)
    assert values["is_started"].astype(object).where(values["is_started"].notna(), None).tolist()[0] is True
    values, sources = facts({"B": 1.0, "Z": 1.0}, complete={"happening": AS_OF}, **given)
    assert sources["started_on"].tolist() == ["blank:started_on", "missing:parcel_id"]
    _, sources = facts({"B": 1.0}, **given)
    assert sources["started_on"].tolist() == ["missing:started_on"]


def test_a_complete_ledger_says_nothing_of_a_parcel_without_a_row_in_it(facts):
    flat = [{"parcel_id": "A", "construction_permit_on": "2025-01-01", "started_on": "2025-02-01"}]
    _, sources = facts({"B": 1.0}, ledger=flat, link=links(("B", "K")), complete={"started_on": AS_OF})
    assert sources["started_on"].tolist() == ["missing:started_on"]


def test_money_of_a_project_is_not_measured_by_the_total_of_a_contract(facts):
    pair = [{"parcel_id": "A", "contract_number": "K", "project_number": "P"}]
    contract = [{"contract_number": "K", "total_investment_yuan": 10.0}]
    spent = {"counted_on": "2026-01-01", "invested_yuan": 5.0}
    _, sources = facts({"A": 1.0}, link=pair, contract=contract, investment=[spent | {"project_number": "P"}])
    assert sources["invested_fraction"].tolist() == ["contradiction:invested_yuan"]
    values, _ = facts({"A": 1.0}, link=pair, contract=contract, investment=[spent | {"parcel_id": "A"}])
    assert values["invested_fraction"].tolist() == [0.5]  # the contract is this parcel's alone


def test_registers_that_say_nothing_of_the_ledgers_fields_add_nothing(fold: Fold):
    paid = [{"contract_number": "K", "payment": "price", "paid_yuan": 5.0}]
    ledger, entries = fold(payment_made=paid)
    assert ledger.empty
    assert entries.extensions.empty
    ledger, _ = fold(payment_made=paid, ledger=[{"parcel_id": "A", "town": "东镇"}])
    assert ledger["town"].tolist() == ["东镇"]
    assert ledger["is_flat"].tolist() == [True]


def test_a_contract_that_no_parcel_is_known_of_is_about_none(fold: Fold):
    ledger, _ = fold(contract=[{"contract_number": "K", "price_yuan": 5.0}], ledger=[{"parcel_id": "A"}])
    assert ledger["price_yuan"].isna().tolist() == [True]


AGREED = {"contract_number": "K", "agreed_start_on": "2024-03-01", "agreed_completion_on": "2026-03-01"}


def extended(granted: str, until: str, basis: str = "contract", **more: str) -> dict[str, Any]:
    days = {"extension_granted_on": granted, "extended_start_on": until, "extension_basis": basis}
    return {"contract_number": "K", **days, **more}


@pytest.mark.parametrize(
    ("extensions", "start", "is_after_idle"),
    [
        ([extended("2025-03-01", "2025-09-01")], "2025-09-01", False),  # the last day of the year
        ([extended("2025-03-02", "2025-09-01")], "2024-03-01", True),  # the year is complete
        ([extended("2025-03-02", "2025-09-01", "article_8")], "2025-09-01", False),
        ([extended("2025-02-01", "2025-09-01", "enterprise")], "2024-03-01", False),
        # granted in time, the first moves the year in which the second is in time
        ([extended("2025-02-01", "2025-09-01"), extended("2026-05-01", "2026-12-01")], "2026-12-01", False),
        # granted too late, the first moves nothing and the second is later still
        ([extended("2025-04-01", "2025-09-01"), extended("2026-05-01", "2026-12-01")], "2024-03-01", True),
        ([extended("2025-02-01", "2025-09-01"), extended("2026-09-02", "2027-01-01")], "2025-09-01", True),
        ([{"contract_number": "K", "extension_applied_on": "2025-01-01", "extension_granted_on": NONE_AGREED}],
         "2024-03-01", False),
    ],
)  # fmt: skip
def test_extensions_count_one_after_the_other_each_by_the_year_it_falls_in(facts, extensions, start, is_after_idle):
    """D2: agreed 2024-03-01, the year of idleness is complete on 2025-03-01."""
    numbered = [{**one, "number": str(at)} for at, one in enumerate(extensions)]
    given = {"link": links(("A", "K"), ("B", "L")), "contract": [AGREED, AGREED | {"contract_number": "L"}]}
    events = [{"parcel_id": "A", "event": "delivered", "event_on": "2024-01-01"}]
    complete = {"extension": AS_OF, "happening": AS_OF}
    events += [
        {"parcel_id": "Z", "event": name, "event_on": "2020-01-01"} for name in ("started", "construction_permit")
    ]
    values, sources = facts(
        {"A": 1.0, "B": 1.0}, extension=numbered[::-1], happening=events, complete=complete, **given
    )
    assert values.loc["A", "agreed_start_on"] == pd.Timestamp(start)
    assert bool(values.loc["A", "is_extension_after_idle"]) is is_after_idle
    assert values.loc["A", "agreed_start_original_on"] == pd.Timestamp(2024, 3, 1)
    assert values.loc["B", "agreed_start_on"] == pd.Timestamp(2024, 3, 1)
    assert values.loc["B", "is_extension_after_idle"] is not pd.NA
    assert sources.loc["A", "agreed_start_on"].startswith("register:")


def test_an_extension_of_which_nobody_knows_whether_it_was_granted_leaves_the_bracket(facts):
    applied = {"contract_number": "K", "extension_applied_on": "2025-01-01", "extended_start_on": "2025-09-01"}
    values, _ = facts({"A": 1.0}, link=links(("A", "K")), contract=[AGREED], extension=[applied])
    bounds = values.loc["A", ["agreed_start_on_low", "agreed_start_on_high"]].tolist()
    assert bounds == [pd.Timestamp(2024, 3, 1), pd.Timestamp(2025, 9, 1)]


def test_a_second_extension_is_in_time_by_either_bound_or_open(facts):
    """The first may have moved the start from 2024-03-01 to 2025-09-01: the second counts if in time by both."""
    first = {
        "contract_number": "K",
        "number": "1",
        "extension_granted_on": "2025-01-01",
        "extended_start_on": "2025-09-01",
    }
    for granted, open_high in (("2025-02-01", "2026-01-01"), ("2025-08-01", "2026-01-01")):
        second = extended(granted, "2026-01-01", number="2")
        values, _ = facts({"A": 1.0}, link=links(("A", "K")), contract=[AGREED], extension=[first, second])
        low, high = values.loc["A", ["agreed_start_on_low", "agreed_start_on_high"]]
        assert high == pd.Timestamp(open_high)
        assert low == (pd.Timestamp(2026, 1, 1) if granted < "2025-03-01" else pd.Timestamp(2024, 3, 1))


def test_the_extension_of_the_parcels_own_row_counts_with_the_others_once(fold: Fold):
    own = {"parcel_id": "A", "extension_granted_on": "2025-02-01", "extended_start_on": "2025-09-01"}
    entry = {"parcel_id": "A", "extension_granted_on": "2026-02-01", "extended_start_on": "2026-09-01"}
    _, entries = fold(ledger=[own], extension=[entry])
    assert entries.extensions["extended_start_on"].tolist() == [pd.Timestamp(2025, 9, 1), pd.Timestamp(2026, 9, 1)]
    _, entries = fold(ledger=[own], extension=[own])
    assert len(entries.extensions) == 1


def test_a_disputed_cell_stays_disputed_and_is_not_no(facts):
    rows = [
        {"parcel_id": "A", "started_on_disputed": '["2025-03-01", "2025-04-01"]'},
        {"parcel_id": "P", "started_on": "2020-01-01", "construction_permit_on": "2020-01-01"},
    ]
    complete = dict.fromkeys(("started_on", "construction_permit_on"), AS_OF)
    for more in ({}, {"contract": [{"contract_number": "X"}]}):
        values, sources = facts({"A": 1.0}, ledger=rows, complete=complete, **more)
        assert values["is_started"].isna().all()
        assert sources["started_on"].tolist() == ["contradiction:started_on"]


def test_the_cause_of_one_interval_is_a_fact_and_of_two_that_differ_none(facts):
    one = {"parcel_id": "A", "cause": "government", "cause_from_on": "2025-01-01", "cause_paper": "甬政〔2025〕1号"}
    values, sources = facts({"A": 1.0}, cause_interval=[one])
    assert (values["cause"].tolist(), sources["cause"].tolist()) == (
        ["government"],
        ["register:cause_interval/2; days:2025-01-01/"],
    )
    values, sources = facts({"A": 1.0}, cause_interval=[one, one | {"number": "2", "cause": "enterprise"}])
    assert (values["cause"].tolist(), sources["cause"].tolist()) == ([None], ["contradiction:cause"])


def test_an_extension_in_a_parcels_own_row_stays_when_other_registers_speak_of_other_parcels(facts):
    own = {
        "parcel_id": "A",
        "agreed_start_on": pd.Timestamp("2025-01-01"),
        "extension_granted_on": pd.Timestamp("2025-06-01"),
        "extension_basis": "contract",
        "extended_start_on": pd.Timestamp("2026-01-01"),
    }
    visit = {"parcel_id": "B", "visited_on": pd.Timestamp("2026-11-10"), "number": "V1", "site_state": "working"}
    alone, _ = facts({"A": 1e4, "B": 1e4}, ledger=[own])
    beside, _ = facts({"A": 1e4, "B": 1e4}, ledger=[own], visit=[visit])
    assert alone.loc["A", "agreed_start_on"] == beside.loc["A", "agreed_start_on"] == pd.Timestamp("2026-01-01")


def test_the_entries_about_a_parcel_are_its_own_and_its_contracts(entry_frame):
    rows = {
        "link": THREE,
        "extension": [{"contract_number": "K"}, {"parcel_id": "B"}, {"parcel_id": "A", "number": "2"}],
    }
    registers = {name: entry_frame(name, rows.get(name, [])) for name in REGISTERS}
    assert set(entries_of(registers, "extension", "A")["place"]) == {"register:extension/2", "register:extension/4"}
