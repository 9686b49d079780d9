"""The template: what it writes, filled in, is what is read."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import load_workbook

from geo.errors import SchemaError
from geo.ingest.ledger import read_registers
from geo.ingest.template import header_of, write_template
from geo.registers import REGISTERS, Field

DAY = pd.Timestamp(2026, 3, 1)


def example(field: Field) -> Any:
    if field.words:
        return next(iter(field.words))
    return {"text": f"001 {field.name}", "measure": 0.5, "date": DAY}[field.kind]


def entry(name: str) -> pd.DataFrame:
    """Two entries of a register: one with every field, one that says "none" in every day it may."""
    fields = REGISTERS[name].fields
    full = {field.name: example(field) for field in fields.values()}
    other = {**full, REGISTERS[name].key[0]: "=002"}
    must = {*REGISTERS[name].key, *REGISTERS[name].needs}
    none = {f"{field.name}_is_none": field.name not in must for field in fields.values() if field.kind == "date"}
    other |= {field: None for field in other if none.get(f"{field}_is_none")}
    return pd.DataFrame([full | dict.fromkeys(none, False), other | none])


def test_what_is_filled_in_is_read_sheet_by_sheet_and_field_by_field(tmp_path: Path, said) -> None:
    entries = {name: entry(name) for name in REGISTERS}
    write_template(tmp_path / "台账.xlsx", entries)
    intakes = {intake.register: intake for intake in read_registers(tmp_path / "台账.xlsx")}
    assert list(intakes) == list(REGISTERS)
    for name, intake in intakes.items():
        assert (intake.layer, said(intake)) == (REGISTERS[name].zh, ([], []))
        wanted = entries[name].reindex(columns=intake.taken.columns.drop("row"))
        wanted = wanted.astype(intake.taken.dtypes.drop("row").to_dict())
        assert set(intake.taken) - {"row"} == set(entries[name])
        pd.testing.assert_frame_equal(intake.taken.drop(columns="row"), wanted)


def test_a_blank_template_holds_no_rows(tmp_path: Path, sentence) -> None:
    write_template(tmp_path / "台账.xlsx")
    with pytest.raises(SchemaError) as caught:
        read_registers(tmp_path / "台账.xlsx")
    assert caught.value.code == "ingest.empty_layer"
    assert sentence(caught.value)


def test_one_filled_sheet_is_enough(tmp_path: Path, said) -> None:
    write_template(tmp_path / "台账.xlsx", {"extension": entry("extension")})
    [intake] = read_registers(tmp_path / "台账.xlsx")
    assert (intake.register, len(intake.taken), said(intake)) == ("extension", 2, ([], []))


def test_the_sheets_say_what_they_are_for(tmp_path: Path) -> None:
    write_template(tmp_path / "a.xlsx")
    book = load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["说明", *(register.zh for register in REGISTERS.values())]
    contract = book["合同"]
    headers = {cell.value: cell for cell in contract[1]}
    assert list(headers) == [header_of(field) for field in REGISTERS["contract"].fields.values()]
    assert headers["出让价款（元）"].comment.text == "price_yuan: land price"
    assert headers["合同编号"].comment.text == "contract_number: contract number\n必填 needed"
    [choice] = book["延误原因"].data_validations.dataValidation
    assert choice.formula1 == '"政府原因,企业原因,不可抗力,前期工作,混合原因"'
    explained = [row[0] for row in book["说明"].iter_rows(values_only=True) if row[0]]
    *_, last = REGISTERS.values()
    assert explained[-1] == f"{last.zh} {last.en}"


def test_words_of_a_choice_fit_into_a_cell_of_a_workbook() -> None:
    fields = [field for register in REGISTERS.values() for field in register.fields.values()]
    assert max(len(",".join(said[0] for said in field.words.values())) for field in fields) <= 253


def test_the_same_template_is_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_template(tmp_path / name, {"contract": entry("contract")})
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
