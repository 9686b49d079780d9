"""The sample county with every register that the binding texts ask of, as a clerk would fill the workbook."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from geo.registers import REGISTERS
from geo.settings import Settings
from geo.steps.assess import Assessment, assess_day
from geo.steps.clocks import clocks_of
from geo.steps.demo import COMPLETE_THROUGH
from geo.steps.explain import explain
from geo.steps.history import describe_history
from geo.steps.ingest import Options, ingest
from geo.store import open_store

pytestmark = pytest.mark.xdist_group("sample")

PLANT, CONTRACT = "云麓2018-005", "云麓让（2018）005号"
"""A finished plant of 36 000 m2, 54 mu; agreed completion on 2020-09-20."""

LEASED, LEASE = "云麓2024-039", "云麓让（2024）039号"
"""Land leased first, in use under a supervision agreement; of its clocks each register has an entry."""

ENTRIES: dict[str, list[dict[str, object]]] = {
    "contract": [
        {
            "contract_number": CONTRACT, "land_use": "工业用地", "supply_mode": "挂牌出让", "trade": "C17 纺织业",
            "in_cluster": "否", "is_standard_land": "是", "signed_on": "2018-03-01", "deal_closed_on": "2018-02-20",
            "registered_capital_yuan": 50_000_000, "capital_due_on": "2019-03-01", "investment_due_on": "2020-09-20",
            "contract_intensity_per_mu_yuan": 3_000_000, "contract_tax_per_mu_yuan": 200_000,
            "contract_output_per_mu_yuan": 4_000_000, "contract_capacity": 900, "agreed_attainment_on": "2022-09-20",
        },
        {
            "contract_number": LEASE, "land_use": "工业用地", "supply_mode": "先租后让", "in_cluster": "是",
            "signed_on": "2022-03-01", "deal_closed_on": "2022-02-25", "lease_ends_on": "2027-12-31",
            "term_ends_on": "2072-02-28", "agreed_attainment_on": "2023-05-31",
        },
    ],
    "supervision_agreement": [
        {"agreement_number": "云监〔2022〕1号", "contract_number": LEASE, "agreement_signed_on": "2022-03-05"}
    ],
    "extension": [
        {"parcel_id": LEASED, "number": "2", "extension_applied_on": "2024-01-05", "extension_granted_on": "无"}
    ],
    "payment_made": [
        {
            "contract_number": LEASE, "payment": "土地价款", "number": "1", "due_on": "2022-04-01",
            "due_yuan": 1_000_000, "paid_on": "2022-03-30", "paid_yuan": 1_000_000,
        }
    ],
    "assessment": [
        {
            "contract_number": LEASE, "evaluation": "达产认定", "number": "1", "evaluated_on": "2023-06-15",
            "result": "合格", "evaluated_by": "管委会",
        }
    ],
    "case_move": [
        {"parcel_id": LEASED, "case": "闲置土地", "case_stage": "疑似", "moved_on": "2026-09-01", "paper": "立1号"}
    ],
    "investment": [{"contract_number": CONTRACT, "counted_on": "2026-06-30", "paid_in_capital_yuan": 50_000_000}],
    "performance": [
        {
            "contract_number": CONTRACT, "year": "2025", "tax_yuan": 5_400_000, "output_yuan": 216_000_000,
            "capacity": 900,
        }
    ],
    "happening": [
        {"parcel_id": PLANT, "event": "投产", "event_on": "2021-01-15"},
        {"parcel_id": PLANT, "event": "停产", "event_on": "2026-07-31"},
        {"parcel_id": PLANT, "event": "复产", "event_on": "无"},
        {"parcel_id": LEASED, "event": "达产", "event_on": "2023-06-10"},
        {"parcel_id": LEASED, "event": "拟停产终止", "event_on": "2027-03-31"},
        {"parcel_id": LEASED, "event": "认定全面履约", "event_on": "2026-09-28"},
        {"parcel_id": LEASED, "event": "履约情况录入监测监管系统", "event_on": "无"},
        {"parcel_id": LEASED, "event": "申请出让", "event_on": "无"},
        {"parcel_id": LEASED, "event": "申请退出", "event_on": "无"},
        {"parcel_id": LEASED, "event": "申请续期", "event_on": "无"},
        {"parcel_id": LEASED, "event": "临时使用开始", "event_on": "无"},
        {"parcel_id": LEASED, "event": "临时使用结束", "event_on": "无"},
        {"parcel_id": LEASED, "event": "注销土地登记", "event_on": "无"},
    ],
    "lease": [
        {
            "parcel_id": PLANT, "tenant": "云麓某仓储（虚构）", "leased_from_on": "2024-01-01",
            "leased_to_on": "2026-12-31", "is_wholly_leased": "否",
        }
    ],
    "determination": [
        {"parcel_id": PLANT, "matter": "其他低效", "answer": "否", "determined_on": "2026-09-01", "reason": "已复核"}
    ],
    "visit": [{"parcel_id": PLANT, "visited_on": "2026-09-15", "sign_board": "无"}],
    "credit": [
        {
            "parcel_id": PLANT, "credit_event": "逾期整改", "credit_listed_on": "2025-02-01",
            "repaired_on": "2026-03-01",
        }
    ],
    "low_efficiency": [{"parcel_id": PLANT, "low_efficiency_type": "停建停产", "mapped_on": "2026-08-20"}],
}  # fmt: skip


@pytest.fixture(scope="module")
def fuller(sample_store: Callable[..., Settings], tmp_path_factory: pytest.TempPathFactory, known_at) -> Settings:
    """Settings that lead to the county with its workbook taken in."""
    folder = tmp_path_factory.mktemp("fuller")
    settings = sample_store(folder)
    book = folder / "registers.xlsx"
    write_workbook(book)
    options = Options(complete_through=COMPLETE_THROUGH)
    taken = ingest(open_store(settings.store), "ledger", [book], options=options, known_at=known_at)
    assert [len(one.intake.refused) for one in taken] == [0] * len(ENTRIES)
    return settings


def write_workbook(path: Path) -> None:
    """Write the registers with headers in Chinese, as the template has them."""
    book = openpyxl.Workbook()
    for name, entries in ENTRIES.items():
        sheet = book.create_sheet(REGISTERS[name].zh)
        fields = list(dict.fromkeys(field for entry in entries for field in entry))
        sheet.append([REGISTERS[name].fields[field].zh[0] for field in fields])
        for entry in entries:
            sheet.append([entry.get(field) for field in fields])
    book.remove(book["Sheet"])
    book.save(path)


@pytest.fixture(scope="module")
def assessed(fuller: Settings, known_at: datetime) -> Assessment:
    """What the law says of the county on the last day of the month."""
    return assess_day(open_store(fuller.store), fuller, as_of=COMPLETE_THROUGH, known_at=known_at)


def test_no_binding_rule_is_left_unasked_for_want_of_a_fact(assessed: Assessment) -> None:
    assert assessed.lacking == {}


def test_the_facts_of_the_plant_are_those_of_its_registers(assessed: Assessment) -> None:
    """54 mu: 10.8 million of tax and 216 million of output are agreed; production stopped on 31 July."""
    facts = assessed.facts.loc[PLANT]
    shares = ("tax_ratio", "output_ratio", "capacity_ratio", "paid_capital_fraction")
    assert [facts[name] for name in shares] == pytest.approx([0.5, 1.0, 1.0, 1.0])
    assert [bool(facts[name]) for name in ("is_production_started", "is_producing", "is_plant_wholly_leased")] == [
        True, False, False,
    ]  # fmt: skip
    assert str(facts["last_produced_on"].date()) == "2026-07-31"
    assert str(facts["attainment_year_ends_on"].date()) == "2023-12-31"


def test_each_of_the_rules_answers_for_the_plant(assessed: Assessment) -> None:
    """Tax reached half of what was agreed, so only the limb after attainment is met; the stop is just 3 months."""
    found = assessed.findings[assessed.findings["parcel_id"] == PLANT].set_index("rule_id")["outcome"]
    assert found["dabu-low-5-tax"] == "met"
    assert found["dabu-low-5-half-tax"] == "not_met"
    assert found["dabu-low-8"] == "not_met"
    assert found["dabu-low-1-capital"] == "not_met"
    assert found["dabu-low-9"] == "not_met"
    assert found["patrol-sign-board"] == "met"


def test_the_corresponding_day_of_the_standstill_is_a_boundary(assessed: Assessment) -> None:
    found = assessed.findings[assessed.findings["parcel_id"] == PLANT].set_index("rule_id")
    assert found.loc["dabu-low-8", "is_boundary"]


def test_the_proof_names_the_row_of_the_register(assessed: Assessment) -> None:
    text = explain(assessed, PLANT, language="zh")
    assert "产出与税收" in text


def test_history_says_how_the_registers_stand_on_a_day(fuller: Settings) -> None:
    engine = open_store(fuller.store)
    before, after = (
        describe_history(engine, PLANT, known_on=None, as_of=day, language="zh")
        for day in (COMPLETE_THROUGH.replace(month=2, day=28), COMPLETE_THROUGH)
    )
    assert "  信用：列入日期（2025-02-01），截至 2026-02-28" in before
    assert "  信用：修复日期（2026-03-01），截至 2026-10-31；未见 修复申请日期" in after
    assert "  低效用地：标图入库日期（2026-08-20），截至 2026-10-31" in after


OF_LEASED = ("fanxian-life-cycle-2021", "guangzhou-performance-2020", "grant-contract-2008", "idle-land-measures-2012")


def test_every_clock_of_the_texts_runs_on_registers_that_are_filled(fuller: Settings, known_at: datetime) -> None:
    """The stop of 2027-03-31 is applied for by 2026-09-30; the grant a year before 2027-12-31, half a year warned.

    Ten working days after Monday 2026-09-28: the 29th and 30th, holidays until 7 October, the 8th to the 10th (a
    Saturday that is worked) and the 12th to the 16th.
    """
    engine = open_store(fuller.store)
    asked = assess_day(engine, fuller, as_of=COMPLETE_THROUGH, known_at=known_at, asked=OF_LEASED)
    clocks = clocks_of(asked)
    assert clocks.lacking == {}
    rows = clocks.rows[clocks.rows["parcel_id"] == LEASED].set_index("clock")
    said = {name: (str(rows["due_on"][name])[:10], rows["state"][name]) for name in rows.index}
    assert said["exit-application"] == ("2026-09-30", "overdue")
    assert said["lease-end-application"] == ("2026-12-31", "warning")
    assert said["attainment-recognition"] == ("2023-06-30", "met")
    assert said["agreement-signing"] == ("2022-03-07", "met")
    assert said["assessment-process"] == ("2028-06-10", "running")
    assert said["monitoring-entry-working-days"] == ("2026-10-16", "overdue")
    assert bool(asked.facts.loc[LEASED, "is_extension_applied"])
    assert {"renewal-evaluation", "start-extension-application"}.isdisjoint(said)  # no renewal; works have begun
