"""Facts that stand in the registers as they are, worked by hand from entries."""

from datetime import date

import pytest

from geo.facts.terms import ACTS, AMOUNTS, ANSWERS, DAYS, DAYS_PAST, RATIOS, TEXTS
from geo.model import FACTS, NONE_AGREED, TERM_FIELDS
from geo.registers import REGISTERS

AS_OF = date(2026, 10, 31)


def test_every_term_is_a_field_of_a_register_or_an_event_and_of_its_kind():
    kinds = {field.name: field.kind for register in REGISTERS.values() for field in register.fields.values()}
    kinds |= {f"{event}_on": "date" for event in REGISTERS["happening"].fields["event"].words}
    assert {name: kinds.get(name) for name in TERM_FIELDS} == TERM_FIELDS


def test_every_fact_that_is_a_term_is_declared_and_read_from_a_term():
    fields = {
        **DAYS,
        **DAYS_PAST,
        **TEXTS,
        **ANSWERS,
        **ACTS,
        **{name: of[0] for name, of in (AMOUNTS | RATIOS).items()},
    }
    assert fields.keys() <= FACTS.keys()
    assert set(fields.values()) <= TERM_FIELDS.keys()


def test_terms_of_the_contract_are_facts_of_its_parcel(told_of):
    contract = {
        "land_use": "industrial", "supply_mode": "agreement", "trade": "C2614 化学", "in_cluster": "yes",
        "is_standard_land": "no", "signed_on": "2021-04-01", "deal_closed_on": "2021-03-20",
        "capital_due_on": "2022-04-01", "contract_intensity_per_mu_yuan": 2_000_000.0, "term_ends_on": "2071-03-31",
    }  # fmt: skip
    said = told_of(contract=[contract])
    named = (
        "land_use",
        "supply_mode",
        "trade_code",
        "is_in_cluster",
        "is_standard_land",
        "supplied_on",
        "term_ends_on",
    )
    assert [said[name] for name in named] == [
        "industrial", "agreement", "26", True, False, "2021-04-01", "2071-03-31",
    ]  # fmt: skip
    assert said["contract_investment_intensity_min_yuan_per_m2"] == pytest.approx(3000.0)  # 2 million / 666.67 m2
    assert said["capital_due_on"] == "2022-04-01"


def test_a_field_that_no_entry_fills_makes_no_fact(told_of):
    assert not {"land_use", "is_in_cluster", "is_sign_board_up", "is_reclaimed"} & told_of().keys()


@pytest.mark.parametrize(
    ("agreement", "contract", "signed"),
    [
        ("2021-04-05", "2021-04-01", "2021-04-05"),
        ("2021-04-01", "2021-04-05", "2021-04-05"),
        ("2021-04-01", None, ("2021-04-01", None)),
    ],
)
def test_both_papers_must_be_signed_and_the_later_counts(told_of, agreement, contract, signed):
    said = told_of(
        contract=[{"signed_on": contract}],
        supervision_agreement=[{"agreement_number": "J1", "agreement_signed_on": agreement}],
    )
    assert said["agreement_signed_on"] == signed


def test_two_contracts_that_name_different_uses_leave_the_use_open(facts):
    links = [{"parcel_id": "A", "contract_number": name} for name in "KL"]
    contracts = [
        {"contract_number": "K", "land_use": "industrial"},
        {"contract_number": "L", "land_use": "commercial"},
    ]
    values, sources = facts({"A": 1.0}, link=links, contract=contracts)
    assert values["land_use"].isna().all()
    assert sources["land_use"].tolist() == ["contradiction:land_use"]


@pytest.mark.parametrize(("through", "expected"), [(AS_OF, False), (date(2026, 9, 30), None)])
def test_a_missing_act_is_no_only_as_far_as_the_register_is_complete(told_of, through, expected):
    events = [{"event": "piling", "event_on": "2025-01-01"}, {"event": "completion_filed", "parcel_id": "B"}]
    said = told_of(happening=events, complete={"happening": through})
    assert said["is_acceptance_filed"] is expected


@pytest.mark.parametrize(
    ("permit", "piling", "foundation", "expected"),
    [
        ("2025-01-01", "2025-02-01", None, True),
        ("2025-01-01", NONE_AGREED, "piled", False),
        ("2027-01-01", "2025-02-01", "piled", None),
        (NONE_AGREED, "2025-02-01", "piled", False),
        ("2025-01-01", NONE_AGREED, "pit", None),
    ],
)
def test_a_start_by_permit_and_piling_needs_both_and_a_piled_project(told_of, permit, piling, foundation, expected):
    events = [{"event": "construction_permit", "event_on": permit}, {"event": "piling", "event_on": piling}]
    visits = [{"visited_on": "2025-03-01", "foundation": foundation}] if foundation else []
    said = told_of(happening=events, visit=visits, complete={"happening": AS_OF})
    assert said["is_started_by_permit_and_piling"] is expected


def test_the_latest_visit_says_whether_the_board_is_up(told_of):
    visits = [
        {"visited_on": "2026-05-01", "sign_board": "yes"},
        {"visited_on": "2026-09-01", "sign_board": "no"},
        {"visited_on": "2026-11-02", "sign_board": "yes"},
    ]
    assert told_of(visit=visits)["is_sign_board_up"] is False
    assert told_of(visit=visits, as_of=date(2026, 11, 30))["is_sign_board_up"] is True


def test_what_the_latest_extension_says_of_its_approval_counts(told_of):
    first = {"number": "1", "extension_applied_on": "2024-01-01", "extension_granted_on": "2024-02-01"}
    second = {"number": "2", "extension_applied_on": "2025-01-01", "extension_granted_on": "2025-02-01"}
    rows = [first | {"delay_cause": "relics"}, second | {"delay_cause": "petitions", "town_confirmed_on": "2025-01-20"}]
    said = told_of(extension=rows)
    assert said["delay_cause"] == "petitions"
    assert said["is_delay_confirmed_by_town"] is True
    assert said["extension_count"] == (2.0, float("inf"))


@pytest.mark.parametrize(
    ("extended", "as_of", "ends", "is_extended"),
    [
        (None, date(2026, 10, 31), "2026-06-30", False),
        ("2026-12-31", date(2026, 10, 31), "2026-12-31", True),
        ("2026-12-31", date(2026, 12, 31), "2026-12-31", True),
        ("2026-12-31", date(2027, 1, 1), "2026-12-31", False),
    ],
)
def test_temporary_land_ends_as_extended_and_an_extension_lasts_until_its_last_day(
    told_of, extended, as_of, ends, is_extended
):
    permit = {"permit_number": "T1", "permitted_from_on": "2025-07-01", "permitted_to_on": "2026-06-30"}
    said = told_of(
        temporary_land=[permit | {"extended_to_on": extended, "on_basic_farmland": "no"}],
        complete={"temporary_land": as_of},
        as_of=as_of,
    )
    assert (said["temporary_land_ends_on"], said["is_temporary_land_extended"]) == (ends, is_extended)
    assert said["is_temporary_land"] is True
    assert said["is_temporary_land_returned"] is False
    assert said["is_on_basic_farmland"] is False


def test_land_is_in_the_reserve_from_its_entry_until_it_leaves(told_of):
    entry = {"reserve_proposed_on": "2025-01-01", "reserve_entered_on": "2025-06-01", "reserve_left_on": "2026-05-01"}
    days = {date(2025, 5, 31): False, date(2025, 6, 1): True, date(2026, 5, 1): False}
    found = {
        on: told_of(reserve=[entry], complete={"reserve": date(2026, 12, 31)}, as_of=on)["is_in_reserve"] for on in days
    }
    assert found == days


def test_scattered_land_is_counted_in_mu_and_as_a_share_of_the_project(told_of):
    entry = {"scattered_piece_m2": 2000.0, "scattered_total_m2": 3000.0, "project_area_m2": 30_000.0}
    said = told_of(low_efficiency=[entry | {"low_efficiency_type": "stopped"}])
    assert said["scattered_piece_mu"] == pytest.approx(3.0)
    assert said["scattered_fraction"] == 0.1
    assert said["low_efficiency_type"] == "stopped"


def test_the_supply_database_says_when_land_was_supplied_where_the_contract_does_not(told_of):
    entry = [{"site_listed_on": "2020-01-01", "supplied_on": "2020-09-01"}]
    assert told_of(supply_entry=entry)["supplied_on"] == "2020-09-01"
    assert told_of(supply_entry=entry, contract=[{"signed_on": "2020-08-01"}])["supplied_on"] == "2020-08-01"


def test_legalisation_gates_are_facts(told_of):
    said = told_of(
        legalisation=[{"recruited_on": "2017-05-01", "accepted_in_writing_on": "2026-12-01"}],
        complete={"legalisation": AS_OF},
    )
    assert said["recruited_on"] == "2017-05-01"
    assert said["is_accepted_in_writing"] is None
    assert said["is_committee_consent_given"] is False


ACTS_OF_CLOCKS = {
    "temporary_use_ended": "is_temporary_use_over",
    "performance_confirmed": "is_performance_confirmed",
    "performance_entered": "is_performance_entered",
    "deregistered": "is_deregistered",
}


@pytest.mark.parametrize(("event", "fact"), ACTS_OF_CLOCKS.items())
@pytest.mark.parametrize(("on", "expected"), [("2026-10-31", True), ("2026-11-01", None), (NONE_AGREED, False)])
def test_what_ends_a_clock_is_an_event_of_the_register(told_of, event, fact, on, expected):
    assert told_of(happening=[{"event": event, "event_on": on}])[fact] is expected


def test_days_from_which_clocks_run_are_those_of_events_that_have_happened(told_of):
    events = [
        {"event": "temporary_use_began", "event_on": "2026-05-01"},
        {"event": "performance_confirmed", "event_on": "2026-11-02"},
    ]
    said = told_of(happening=events)
    assert said["temporary_use_began_on"] == "2026-05-01"
    assert said["performance_confirmed_on"] is None


@pytest.mark.parametrize(
    ("on", "complete", "stopping_on", "is_announced"),
    [
        ("2027-06-30", {}, "2027-06-30", True),
        ("2026-06-30", {}, "2026-06-30", True),
        (NONE_AGREED, {}, None, False),
        (None, {}, None, None),
        (None, {"happening": AS_OF}, None, False),
    ],
)
def test_a_stop_to_come_is_announced_once_its_day_is_on_record(told_of, on, complete, stopping_on, is_announced):
    others = [{"event": "stopping", "event_on": "2028-01-01", "parcel_id": "B"}]
    own = [{"event": "stopping", "event_on": on}] if on else []
    said = told_of(happening=[*others, *own], complete=complete)
    assert (said["stopping_on"], said["is_stopping_announced"]) == (stopping_on, is_announced)


@pytest.mark.parametrize(
    ("agreement", "contract", "is_signed"),
    [
        ("2026-04-05", "2026-04-01", True),
        ("2026-04-05", None, None),
        ("2026-04-05", "2026-11-01", None),
        (NONE_AGREED, "2026-04-01", False),
        (NONE_AGREED, None, False),
    ],
)
def test_the_papers_of_a_deal_are_signed_when_both_are(told_of, agreement, contract, is_signed):
    said = told_of(
        contract=[{"signed_on": contract}],
        supervision_agreement=[{"agreement_number": "J1", "agreement_signed_on": agreement}],
    )
    assert said["is_agreement_signed"] is is_signed


@pytest.mark.parametrize(
    ("applied", "complete", "expected"),
    [("2026-10-01", {}, True), (None, {"extension": AS_OF}, False), (None, {}, None)],
)
def test_an_extension_was_applied_for_when_its_entry_says_so(told_of, applied, complete, expected):
    other = {"parcel_id": "B", "extension_applied_on": "2025-01-01"}
    own = [{"extension_applied_on": applied, "extension_granted_on": NONE_AGREED}] if applied else []
    assert told_of(extension=[other, *own], complete=complete)["is_extension_applied"] is expected
