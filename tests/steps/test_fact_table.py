import json
from datetime import date

import numpy as np
import pandas as pd
import pytest

from geo.errors import SchemaError
from geo.law.assess import assess
from geo.model import FINDING_COLUMNS
from geo.settings import Settings
from geo.steps import fact_table
from geo.steps.fact_table import assess_table, describe_refused, read_facts
from geo.steps.rules import packs_asked

DAY = date(2026, 10, 31)
LAW = {"as_of": DAY, "adoptions": {}}


@pytest.fixture
def csv(tmp_path):
    def write(text, name="facts.csv"):
        file = tmp_path / name
        file.write_text(text, "utf-8")
        return file

    return write


@pytest.fixture(scope="module")
def instruments():
    pack, _ = packs_asked(Settings(), as_of=DAY, asked=())
    return pack.instruments


def test_numbers_days_flags_and_words_are_read_and_blanks_are_unknown(csv):
    table = read_facts(
        csv(
            "parcel_id,is_started,agreed_start_on,developed_fraction,cause\n"
            "P1,是,2025-03-01,25%,enterprise\n"
            "P2,false,,1/3,\n"
            "P3,,2024-02-29,0.4,government\n"
        )
    )
    facts = table.facts
    assert table.refused.empty
    assert facts.index.tolist() == ["P1", "P2", "P3"]
    assert facts["is_started"].tolist() == [True, False, pd.NA]
    assert facts["developed_fraction_high"].tolist() == [0.25, 1 / 3, 0.4]
    assert facts["agreed_start_on_low"].tolist()[0] == pd.Timestamp("2025-03-01")
    assert facts["agreed_start_on"].isna().tolist() == [False, True, False]
    assert facts["cause"].isna().tolist() == [False, True, False]


def test_bounds_may_stand_without_a_value_and_one_side_alone_leaves_the_other_open(csv):
    facts = read_facts(
        csv(
            "parcel_id,developed_fraction_low,developed_fraction_high,last_worked_on_low,last_worked_on_high\n"
            "P1,0.2,0.3,2025-09-06,2025-11-25\n"
            "P2,0.2,,,2025-11-25\n"
            "P3,,0.3,,\n"
        )
    ).facts
    assert facts["developed_fraction_low"].tolist() == [0.2, 0.2, -np.inf]
    assert facts["developed_fraction_high"].tolist() == [0.3, np.inf, 0.3]
    assert facts["developed_fraction"].isna().all()
    assert facts["last_worked_on_low"].isna().tolist() == [False, True, True]


@pytest.mark.parametrize("is_object", [True, False])
def test_json_may_be_a_list_or_an_object_by_parcel(csv, is_object):
    known = {"is_started": True, "developed_fraction": {"low": 0.2, "high": 0.3}, "agreed_start_on": None}
    content = {"P1": known} if is_object else [{"parcel_id": "P1", **known}]
    facts = read_facts(csv(json.dumps(content), "facts.json")).facts
    assert facts.index.tolist() == ["P1"]
    assert facts[["developed_fraction_low", "developed_fraction_high"]].to_numpy().tolist() == [[0.2, 0.3]]
    assert bool(facts["is_started"].iloc[0])
    assert facts["agreed_start_on"].isna().all()


def test_a_cell_that_cannot_be_used_is_refused_alone(csv):
    table = read_facts(
        csv(
            "parcel_id,is_started,agreed_start_on,developed_fraction,developed_fraction_low,developed_fraction_high\n"
            "P1,maybe,2025-02-30,half,,\n"
            "P2,true,2025-03-01,0.9,0.5,0.6\n"
            "P3,true,01/03/2025,1/0,,\n"
            "P4,true,2025-03-01,,0.6,0.5\n"
        )
    )
    assert list(describe_refused(table.refused)) == [
        (2, "agreed_start_on", "2025-02-30", "unreadable"),
        (2, "developed_fraction", "half", "unreadable"),
        (2, "is_started", "maybe", "unreadable"),
        (3, "developed_fraction", "0.9", "outside"),
        (4, "agreed_start_on", "01/03/2025", "unreadable"),
        (4, "developed_fraction", "1/0", "unreadable"),
        (5, "developed_fraction", "", "outside"),
    ]
    assert table.facts[["developed_fraction_low", "developed_fraction_high"]].isna().all(axis=None)
    assert table.facts["is_started"].tolist() == [pd.NA, True, True, True]


@pytest.mark.parametrize(
    ("text", "name", "code"),
    [
        ("parcel,is_started\nP1,true\n", "f.csv", "scan.facts_without_parcels"),
        ("parcel_id,is_started\n,true\n", "f.csv", "scan.facts_without_parcels"),
        ("parcel_id,is_stared\nP1,true\n", "f.csv", "scan.unknown_fact_column"),
        ("", "f.csv", "scan.facts_unreadable"),
        ("{", "f.json", "scan.facts_unreadable"),
        ("[1, 2]", "f.json", "scan.facts_unreadable"),
    ],
)
def test_a_file_that_is_no_table_of_facts_is_refused(csv, text, name, code):
    with pytest.raises(SchemaError) as caught:
        read_facts(csv(text, name))
    assert caught.value.code == code


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(SchemaError) as caught:
        read_facts(tmp_path / "none.csv")
    assert caught.value.code == "ingest.missing_file"


@pytest.fixture
def many(csv):
    rows = [f"P{number:02},{'true' if number % 3 else ''},202{number % 6}-03-01" for number in range(25)]
    return read_facts(csv("parcel_id,is_started,agreed_start_on\n" + "\n".join(rows))).facts


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_blocks_give_what_the_whole_gives(tmp_path, monkeypatch, instruments, many, suffix):
    monkeypatch.setattr(fact_table, "BLOCK", 4)
    out = tmp_path / f"found{suffix}"
    counts = assess_table(instruments, many, out, **LAW)
    whole = assess(instruments, many, **LAW)
    read = pd.read_csv(out, keep_default_na=False) if suffix == ".csv" else pd.read_parquet(out)
    assert list(read.columns) == list(FINDING_COLUMNS)
    for name in FINDING_COLUMNS:
        assert read[name].astype(str).tolist() == whole[name].astype(str).tolist(), name
    assert counts == {name: int((whole["outcome"] == name).sum()) for name in counts}
    assert sum(counts.values()) == len(whole)


def test_the_same_facts_give_the_same_bytes_whatever_their_order(tmp_path, instruments, many):
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    assess_table(instruments, many, first, **LAW)
    assess_table(instruments, many.iloc[::-1], second, **LAW)
    assert first.read_bytes() == second.read_bytes()


def test_no_parcels_give_a_file_of_headers(tmp_path, instruments, many):
    out = tmp_path / "none.csv"
    assert assess_table(instruments, many.iloc[:0], out, **LAW) == {"met": 0, "not_met": 0, "undetermined": 0}
    assert pd.read_csv(out).empty


def test_a_text_that_a_spreadsheet_would_run_is_disarmed(tmp_path, csv, instruments):
    facts = read_facts(csv("parcel_id,is_started\n=1+1,true\n")).facts
    out = tmp_path / "found.csv"
    assess_table(instruments, facts, out, **LAW)
    assert set(pd.read_csv(out)["parcel_id"]) == {"'=1+1"}


def test_a_parcel_in_two_rows_or_a_strange_suffix_is_refused(tmp_path, instruments, many):
    with pytest.raises(SchemaError) as caught:
        assess_table(instruments, pd.concat([many, many]), tmp_path / "a.csv", **LAW)
    assert caught.value.code == "law.repeated_parcel"
    with pytest.raises(SchemaError) as caught:
        assess_table(instruments, many, tmp_path / "a.txt", **LAW)
    assert caught.value.code == "scan.unknown_suffix"
    assert list(tmp_path.glob("*.csv")) == [tmp_path / "facts.csv"]
