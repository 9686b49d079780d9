from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from geo.errors import StoreError
from geo.locale import say_error
from geo.store import add_intake, read_intakes, read_notes, read_refused

NOTE = {"row": 3, "identifier": "b", "code": "ingest.mended", "params": {"area_m2": np.float64(0.5), "on": date.min}}
FILE_NOTE = {"row": None, "identifier": None, "code": "ingest.guessed", "params": {}}
REFUSED = {
    "row": 4,
    "identifier": "坏",
    "column": "area",
    "code": "ingest.bad",
    "params": {"column": "area"},
    "raw": "POLYGON EMPTY",
}


@pytest.fixture
def taken():
    return pd.DataFrame({"parcel_id": ["a", "b"], "row": [1, 3]})


def test_an_intake_says_which_file_and_how_many_rows(store, intake, taken, day):
    with store.begin() as conn:
        assert add_intake(conn, intake("ledger", taken), known_at=day(1)) == 1
        assert add_intake(conn, intake("ledger", taken, file="b.csv"), known_at=day(2)) == 2
        assert read_intakes(conn)[["intake_id", "file", "taken", "known_at"]].to_numpy().tolist() == [
            [1, "a.gpkg", 2, day(1)],
            [2, "b.csv", 2, day(2)],
        ]
        assert read_intakes(conn, known_at=day(1))["file"].tolist() == ["a.gpkg"]


def test_what_was_said_of_rows_and_what_was_refused_is_kept(store, intake, taken, day):
    with store.begin() as conn:
        add_intake(conn, intake("ledger", taken, notes=[NOTE, FILE_NOTE], refused=[REFUSED]), known_at=day(1))
    with store.connect() as conn:
        notes, refused = read_notes(conn), read_refused(conn)
    assert notes["code"].tolist() == ["ingest.mended", "ingest.guessed"]
    assert notes.loc[0, ["row", "identifier"]].tolist() == [3, "b"]
    assert notes.loc[1, ["row", "identifier"]].isna().all()
    assert notes["params"].tolist() == [{"area_m2": 0.5, "on": "0001-01-01"}, {}]
    (kept,) = refused.to_dict("records")
    for name in ("layer", "retries", "twin", "occurrence", "attributes", "outline", "crs"):
        assert pd.isna(kept.pop(name))
    assert kept == REFUSED | {"intake_id": 1, "kind": "ledger", "file": "a.gpkg", "sha256": "0" * 64, "how": {}}


def test_a_file_put_right_leaves_the_list_of_refused_rows(store, intake, taken, day):
    with store.begin() as conn:
        add_intake(conn, intake("ledger", taken, refused=[REFUSED, REFUSED]), known_at=day(1))
        add_intake(conn, intake("ledger", taken, file="other.csv", refused=[REFUSED]), known_at=day(2))
        assert len(read_refused(conn)) == 3
        add_intake(conn, intake("ledger", taken), known_at=day(3))
        assert read_refused(conn)["file"].tolist() == ["other.csv"]
        assert len(read_refused(conn, known_at=day(1))) == 2


def test_a_name_alone_decides_where_an_intake_does_not_say_its_folder(store, intake, taken, day):
    folders = {"a.csv": (None, "a"), "b.csv": ("a", None), "c.csv": ("a", "a"), "d.csv": ("a", "b")}
    with store.begin() as conn:
        for file, lay in folders.items():
            first, second = ({} if folder is None else {"folder": folder} for folder in lay)
            add_intake(conn, replace(intake("ledger", taken, file=file, refused=[REFUSED]), how=first), known_at=day(1))
            later = replace(intake("ledger", taken, file=file), sha256="1" * 64, how=second)
            add_intake(conn, later, known_at=day(1))
        assert read_refused(conn)["file"].tolist() == ["d.csv"]


def test_nothing_is_recorded_before_a_file_that_is_known_already(store, intake, taken, day):
    with store.begin() as conn:
        add_intake(conn, intake("ledger", taken), known_at=day(9))
        with pytest.raises(StoreError) as caught:
            add_intake(conn, intake("ledger", taken), known_at=day(8))
        add_intake(conn, intake("ledger", taken), known_at=day(9))
    assert caught.value.code == "store.clock_back"
    assert "2026-01-08T12:00" in say_error(caught.value, "zh")


def test_nothing_is_recorded_before_a_scene_that_is_known_already(county, intake, taken, day):
    with county.begin() as conn, pytest.raises(StoreError, match=r"store\.clock_back"):
        add_intake(conn, intake("ledger", taken), known_at=day(13))
