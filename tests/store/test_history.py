"""What became of a parcel, and what one file said otherwise than was known."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from sqlalchemy import text

from geo.store import add_ledger, add_parcels, read_differences, read_history

JUNE = date(2026, 6, 1)


@pytest.fixture
def add(store, intake, day):
    def add(taken, known: int = 1, **said):
        with store.begin() as conn:
            added = add_parcels(conn, intake("parcels", taken, file=f"{known}.gpkg"), known_at=day(known), **said)
            return read_differences(conn, added.intake_id).set_index("parcel_id")

    return add


def test_every_difference_of_a_newer_file_is_told(add, squares):
    add(squares(["same", "kept", "drawn", "old", "gone"]))
    newer = squares(["same", "kept", "drawn", "new"]).assign(town=[None, "east", None, None])
    bigger = squares(["same", "kept", "drawn", "new"], side=21.0)
    columns = ["geometry", "area_m2", "geometry_hash"]
    newer.loc[2, columns] = bigger.loc[2, columns]
    told = add(newer, 2, valid_on=JUNE, is_complete=True)
    assert told["kind"].to_dict() == {
        "kept": "attributes",
        "drawn": "geometry",
        "new": "renumbered",  # where "old" was
        "old": "withdrawn",
        "gone": "withdrawn",
    }
    assert told.loc["drawn", ["before_m2", "after_m2"]].tolist() == [400.0, 441.0]
    assert told.loc["kept", "columns"] == ["town"]
    (origin,) = told.loc["new", "origins"]
    assert (origin["parcel_id"], origin["kind"]) == ("old", "renumbered")
    assert told.loc["new", "before_m2"] != told.loc["new", "before_m2"]
    assert told.loc["gone", "before_m2"] == 400.0


def test_a_parcel_that_comes_back_is_told_as_such(add, squares):
    add(squares(["a", "b"]))
    add(squares(["a"]), 2, valid_on=JUNE, is_complete=True)
    assert add(squares(["a", "b"]), 3, valid_on=date(2026, 7, 1))["kind"].to_dict() == {"b": "returned"}


def test_lineage_lies_in_a_table_that_points_to_versions(add, store, squares):
    add(squares(["a"]))
    add(squares(["a"], side=10.0), 2)
    with store.connect() as conn:
        rows = conn.execute(text("SELECT from_version, to_version, kind, intake_id FROM lineage")).all()
        shares = conn.execute(text("SELECT share_of_from, share_of_to FROM lineage")).one()
    assert rows == [(1, 2, "changed", 2)]
    assert tuple(shares) == pytest.approx((100 / 400, 1), abs=1e-6)


def test_the_history_of_a_parcel_is_what_was_known_on_a_day(add, store, intake, squares, day):
    add(squares(["a", "b"]))
    add(squares(["a", "b"], side=21.0), 2, valid_on=JUNE)
    with store.begin() as conn:
        for known, price in ((3, 5.0), (4, 6.0)):
            ledger = pd.DataFrame({"parcel_id": ["a"], "price_yuan": [price], "row": [2]})
            add_ledger(conn, intake("ledger", ledger, file="l.csv"), known_at=day(known))
        history = read_history(conn, "a")
        early = read_history(conn, "a", known_at=day(1))
        nobody = read_history(conn, "c")
    versions = history.versions
    assert versions[["area_m2", "valid_on", "file", "known_at"]].to_numpy().tolist() == [
        [400.0, None, "1.gpkg", day(1)],
        [441.0, JUNE, "2.gpkg", day(2)],
    ]
    assert versions["sha256"].str.len().tolist() == [64, 64]
    assert history.lineage[["kind", "from_id", "to_id"]].to_numpy().tolist() == [["changed", "a", "a"]]
    prices = history.ledger[history.ledger["field"] == "price_yuan"]
    assert prices[["value", "before"]].to_numpy().tolist() == [["5.0", None], ["6.0", "5.0"]]
    assert set(history.ledger["register"]) == {"ledger"}
    assert (len(early.versions), len(early.lineage), len(early.ledger)) == (1, 0, 0)
    assert (len(nobody.versions), len(nobody.lineage), len(nobody.ledger)) == (0, 0, 0)


def test_a_parcels_history_has_the_registers_about_it_and_about_its_contract(add, store, intake, squares, day):
    add(squares(["a", "b"]))
    registers = {
        "link": {"parcel_id": ["a", "b"], "contract_number": ["K1", "K2"], "row": [2, 3]},
        "contract": {"contract_number": ["K1", "K2"], "price_yuan": [5.0, 7.0], "row": [2, 3]},
        "happening": {"parcel_id": ["b"], "event": ["started"], "number": ["1"], "remark": ["x"], "row": [2]},
    }
    with store.begin() as conn:
        for name, columns in registers.items():
            add_ledger(conn, replace(intake("ledger", pd.DataFrame(columns)), register=name), known_at=day(2))
        told = {name: read_history(conn, name).ledger for name in ("a", "b", "c")}
    prices = {name: frame.loc[frame["field"] == "price_yuan", "value"].tolist() for name, frame in told.items()}
    assert prices == {"a": ["5.0"], "b": ["7.0"], "c": []}
    assert "happening" not in set(told["a"]["register"])
    assert "happening" in set(told["b"]["register"])
