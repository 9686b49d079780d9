"""Personal data masked at the door."""

import json
from pathlib import Path

import pandas as pd
import pytest

from geo.ingest.ledger import read_registers
from geo.ingest.parcels import read_parcels
from geo.ingest.persons import MASK, mask_persons, mask_text
from geo.ingest.report import Intake

IDENTITY, OLD_IDENTITY, PHONE = "330211198001012345", "330211800101234", "13800001234"


def everything(intake: Intake) -> str:
    frames = [intake.taken, intake.notes, intake.refused]
    return "".join(frame.drop(columns="geometry", errors="ignore").to_csv() for frame in frames)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (f"张三{IDENTITY}。", f"张三{MASK}。"),
        ("33021119800101234X", MASK),
        (OLD_IDENTITY, MASK),
        (f"电话:{PHONE}；138-0000-1234；+86 13800001234", f"电话:{MASK}；{MASK}；{MASK}"),
        ("330211198013012345", "330211198013012345"),  # no thirteenth month: no identity number
        ("913302111441234567", "913302111441234567"),  # the code of an enterprise
        ("3302112026B00123", "3302112026B00123"),
        ("112380991323456", "112380991323456"),
        ("330211001001GB00001", "330211001001GB00001"),
    ],
)
def test_numbers_of_persons_are_masked_and_no_others(text: str, masked: str) -> None:
    assert mask_text(text) == masked


def test_nothing_personal_of_a_ledger_is_left_anywhere(write_sheet, said) -> None:
    rows = [
        ["合同编号", "企业名称", "联系人", "联系电话", "备注", "合同签订日期", "身份证号", "出让价款（元）"],
        ["K1", "张三", "李四", PHONE, f"身份证{IDENTITY}", "2026-01-01", IDENTITY, 13_800_001_234],
        ["K2", "甲厂", "王五", int(PHONE), None, f"见{PHONE}", OLD_IDENTITY, 5],
        ["K3", "云麓机械有限公司", None, None, None, f"{PHONE}签", None, f"{IDENTITY}付"],
    ]
    [plain] = read_registers(write_sheet(rows, "合同.xlsx", "合同"))
    assert all(secret in everything(plain) for secret in ("李四", PHONE, IDENTITY, OLD_IDENTITY, "王五"))
    masked = mask_persons(plain)
    said(masked)
    secrets = ("张三", "李四", "王五", PHONE, IDENTITY, OLD_IDENTITY)
    assert [secret for secret in secrets if secret in everything(masked).replace("13800001234.0", "")] == []
    [taken] = masked.taken.to_dict("records")
    assert (taken["contract_number"], taken["enterprise"], taken["contact"], taken["remark"]) == (
        "K1",
        MASK,
        MASK,
        f"身份证{MASK}",
    )
    assert taken["price_yuan"] == 13_800_001_234
    raw = [json.loads(text) for text in masked.refused["raw"]]
    assert [row["企业名称"] for row in raw] == ["甲厂", "云麓机械有限公司"]
    assert raw[0]["合同编号"] == "K2"
    [note] = [params for code, params in masked.notes[["code", "params"]].to_numpy() if code == "ingest.persons_masked"]
    assert note["count"] == 6  # four fields of K1 and two refused rows


def test_a_row_that_fits_no_header_leaves_nothing_of_itself(tmp_path: Path) -> None:
    (tmp_path / "合同.csv").write_text("合同编号,联系人\nK1,李四,多\nK2,王五\n", "utf-8")
    [intake] = read_registers(tmp_path / "合同.csv")
    assert mask_persons(intake).refused["raw"].tolist() == [json.dumps([MASK] * 3)]


def test_an_intake_without_personal_data_is_as_it_was(write_sheet) -> None:
    [plain] = read_registers(write_sheet([["宗地号", "企业名称"], ["A1", "甲厂"]]))
    masked = mask_persons(plain)
    for one, other in ((plain.taken, masked.taken), (plain.notes, masked.notes), (plain.refused, masked.refused)):
        pd.testing.assert_frame_equal(one, other)


def test_holders_of_parcels_are_masked_too(write_layer, square) -> None:
    path = write_layer([square(0), square(1)], 宗地号=["A1", "A2"], 企业名称=["张三", "甲厂"])
    masked = mask_persons(read_parcels(path))
    assert masked.taken["enterprise"].tolist() == [MASK, "甲厂"]
    assert masked.taken.geometry.area.tolist() == [400.0, 400.0]
