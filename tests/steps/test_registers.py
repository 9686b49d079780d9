"""The sample county's ledger, taken apart into registers, says the same."""

import pandas as pd
import pytest

from geo.facts import build_facts, fold_registers
from geo.registers import REGISTERS
from geo.settings import Settings
from geo.steps.rules import read_periods
from geo.steps.scan import ScanResult
from geo.store import open_store, read_registers

pytestmark = pytest.mark.xdist_group("sample")


def part(flat: pd.DataFrame, register: str, **columns: object) -> pd.DataFrame:
    """Return the columns of the flat ledger that a register has, with a contract number of our own for each parcel."""
    names = [name for name in flat.columns if name.removesuffix("_is_none") in REGISTERS[register].fields]
    return flat[[*names, "row"]].assign(contract_number="K" + flat["parcel_id"]).assign(**columns)


def events(flat: pd.DataFrame) -> pd.DataFrame:
    codes = REGISTERS["happening"].fields["event"].words
    blocks = [
        flat[["parcel_id", "row"]].assign(
            event=code, event_on=flat[f"{code}_on"], event_on_is_none=flat[f"{code}_on_is_none"]
        )
        for code in codes
        if f"{code}_on" in flat
    ]
    every = pd.concat(blocks, ignore_index=True)
    return every[every["event_on"].notna() | every["event_on_is_none"]]


def test_the_same_ledger_as_registers_gives_the_same_facts(
    sample_result: ScanResult, sample_settings: Settings
) -> None:
    evidence = sample_result.assessment.evidence
    with open_store(sample_settings.store).connect() as conn:
        registers = read_registers(conn, as_of=evidence.as_of)
    flat = registers["ledger"]
    apart = {
        "ledger": flat.iloc[:0],
        "contract": part(flat, "contract").drop(columns=["delivered_on", "delivered_on_is_none"]),
        "link": part(flat, "link"),
        "happening": events(flat),
        "extension": part(flat, "extension", contract_number=None)[flat["extension_granted_on"].notna()],
        "cause_interval": part(flat, "cause_interval", contract_number=None)[flat["cause"].notna()],
        "investment": part(flat, "investment", counted_on=pd.Timestamp(2026, 1, 1))[flat["invested_yuan"].notna()],
    }
    given = dict(registers)
    for name, rows in apart.items():
        given[name] = rows.reindex(columns=registers[name].columns.union(rows.columns, sort=False))
    through = max(evidence.complete_through.values())
    complete = dict.fromkeys(("happening", "extension", "cause_interval"), through)
    ledger, entries = fold_registers(given, complete_through=complete, as_of=evidence.as_of)
    facts, sources = build_facts(
        ledger=ledger,
        observations=evidence.observations,
        indicators=evidence.indicators,
        parcels=evidence.parcels,
        as_of=evidence.as_of,
        complete_through={},
        periods=read_periods(),
        entries=entries,
        monthly=evidence.monthly,
    )
    assert sources["agreed_start_on"].str.startswith("register:contract/").sum() > 30
    expected = sample_result.assessment.facts
    pd.testing.assert_frame_equal(facts[list(expected.columns)], expected)
