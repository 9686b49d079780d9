"""Production, attainment and the certified figures of a year, worked by hand."""

from datetime import date

import pytest

from geo.model import NONE_AGREED

AS_OF = date(2026, 10, 31)


def happened(**days):
    return [{"event": name, "event_on": on, "number": str(at)} for at, (name, on) in enumerate(days.items())]


@pytest.mark.parametrize(
    ("stopped", "resumed", "is_producing", "last"),
    [
        (NONE_AGREED, NONE_AGREED, True, None),
        ("2026-05-01", NONE_AGREED, False, "2026-05-01"),
        ("2026-05-01", "2026-08-01", True, None),
        ("2026-05-01", "2026-04-01", False, "2026-05-01"),
        ("2026-05-01", None, None, "2026-05-01"),
        ("2023-05-01", NONE_AGREED, None, None),
    ],
)
def test_production_goes_on_unless_it_stopped_and_did_not_resume(told_of, stopped, resumed, is_producing, last):
    events = happened(production_started="2024-01-01", production_stopped=stopped, production_resumed=resumed)
    said = told_of(happening=events)
    assert (said["is_producing"], said["last_produced_on"]) == (is_producing, last)


def test_attainment_shows_that_production_began(told_of):
    events = happened(production_started=None, production_attained="2025-01-01")
    events.append({"event": "production_started", "event_on": "2024-01-01", "parcel_id": "B"})
    said = told_of(happening=events)
    assert (said["is_production_started"], said["is_attained"]) == (True, True)


def test_without_a_register_of_production_there_is_no_such_fact(told_of):
    assert not {"is_producing", "is_attained", "tax_ratio", "agreed_attainment_on"} & told_of().keys()


EXTENSION = {"extension_granted_on": "2025-01-10", "extended_attainment_on": "2026-06-30"}


@pytest.mark.parametrize(
    ("extension", "through", "agreed"),
    [
        ([], AS_OF, "2025-12-31"),
        ([], date(2026, 10, 30), ("2025-12-31", None)),
        ([EXTENSION], AS_OF, "2026-06-30"),
        ([EXTENSION | {"extension_granted_on": "2026-11-01"}], AS_OF, "2025-12-31"),
        ([EXTENSION | {"extension_granted_on": None}], AS_OF, None),
        ([EXTENSION | {"extended_attainment_on": "2025-06-30"}], AS_OF, None),
    ],
)
def test_the_attainment_is_as_agreed_anew_once_that_was_granted(told_of, extension, through, agreed):
    said = told_of(
        contract=[{"agreed_attainment_on": "2025-12-31"}],
        extension=extension,
        complete={"extension": through},
    )
    assert said["agreed_attainment_on"] == agreed
    assert said["agreed_attainment_original_on"] == "2025-12-31"


@pytest.mark.parametrize(
    ("agreed", "ends"), [("2024-01-01", "2024-12-31"), ("2024-01-02", "2025-12-31"), ("2024-12-31", "2025-12-31")]
)
def test_the_first_full_year_after_attainment_is_a_calendar_year(told_of, agreed, ends):
    said = told_of(contract=[{"agreed_attainment_on": agreed}], complete={"extension": AS_OF})
    assert said["attainment_year_ends_on"] == ends


AGREED = {
    "supplied_area_m2": 20_000.0,
    "contract_tax_per_mu_yuan": 200_000.0,
    "contract_output_per_mu_yuan": 4_000_000.0,
    "contract_capacity": 500.0,
}


def test_figures_are_those_of_the_last_full_year_over_the_agreed_ones(told_of):
    """20 000 m2 are 30 mu: 6 million of tax and 120 million of output are agreed."""
    years = [
        {"year": "2025", "tax_yuan": 3e6, "output_yuan": 1.2e8, "capacity": 400.0},
        {"year": "2024", "tax_yuan": 9e6},
        {"year": "2026年", "tax_yuan": 9e6},
    ]
    said = told_of(contract=[AGREED], performance=years)
    assert said["tax_ratio"] == pytest.approx(0.5)
    assert said["output_ratio"] == pytest.approx(1.0)
    assert said["capacity_ratio"] == 0.8


def test_a_year_without_a_figure_or_with_two_is_not_known(told_of):
    assert told_of(contract=[AGREED], performance=[{"year": "2024", "tax_yuan": 3e6}])["tax_ratio"] is None
    twice = [{"year": "2025", "tax_yuan": 3e6}, {"year": "2025 年", "tax_yuan": 4e6}]
    assert told_of(contract=[AGREED], performance=twice)["tax_ratio"] is None


def test_what_nobody_agreed_makes_no_ratio(told_of):
    said = told_of(contract=[{"supplied_area_m2": 1.0}], performance=[{"year": "2025", "tax_yuan": 3e6}])
    assert not {"tax_ratio", "output_ratio", "capacity_ratio"} & said.keys()
