import pandas as pd
import pytest

from geo.errors import StoreError
from geo.model import FINDING_COLUMNS
from geo.store import begin_scan, finish_scan, read_findings, write_findings, write_snapshot

TEXTS = [name for name in FINDING_COLUMNS if not name.startswith("is_")]


@pytest.fixture
def scan(store, as_of, day):
    index = pd.Index(["a", "b"], name="parcel_id")
    facts = pd.DataFrame({"is_started": pd.array([True, None], dtype="boolean")}, index=index)
    with store.begin() as conn:
        scan = begin_scan(conn, "2026-01", as_of=as_of, known_at=day(20), inputs={})
        write_snapshot(conn, scan.scan_id, facts, pd.DataFrame(index=index))
        return scan


@pytest.fixture
def findings():
    rows = {
        "parcel_id": ["b", "a"],
        "instrument_id": "cn-idle-land",
        "rule_id": ["r1", "r2"],
        "article": "2",
        "label": "suspected_idle",
        "modality": "must",
        "basis": None,
        "outcome": ["undetermined", "met"],
        "is_boundary": [False, True],
        "is_limb_conflict": [True, False],
        "standing": "in_force",
        "missing": ["started_on completed_on", ""],
    }
    return pd.DataFrame(rows).astype(dict.fromkeys(TEXTS, "str"))


def test_findings_come_back_equal_in_the_order_written(store, scan, findings):
    with store.begin() as conn:
        write_findings(conn, scan.scan_id, findings)
        pd.testing.assert_frame_equal(read_findings(conn, scan.scan_id), findings[list(FINDING_COLUMNS)])


def test_no_findings_are_a_frame_with_its_columns(store, scan, findings):
    with store.begin() as conn:
        write_findings(conn, scan.scan_id, findings.iloc[:0])
        frame = read_findings(conn, scan.scan_id)
    assert frame.empty
    assert frame.dtypes.to_dict() == findings.dtypes.to_dict()


def test_an_interrupted_run_leaves_no_second_set(store, scan, findings):
    with store.begin() as conn:
        write_findings(conn, scan.scan_id, findings)
        write_findings(conn, scan.scan_id, findings.iloc[:1])
        assert read_findings(conn, scan.scan_id)["parcel_id"].tolist() == ["b"]


def test_findings_of_a_finished_scan_do_not_change(store, scan, findings):
    with store.begin() as conn:
        finish_scan(conn, scan.scan_id, outputs_hash="")
        with pytest.raises(StoreError, match=r"store\.scan_closed"):
            write_findings(conn, scan.scan_id, findings)


@pytest.mark.parametrize("change", [{"outcome": "illegal"}, {"parcel_id": "not in the snapshot"}], ids=str)
def test_the_database_refuses_what_no_finding_can_say(store, scan, findings, change):
    with store.connect() as conn, pytest.raises(StoreError, match=r"store\.constraint"):
        write_findings(conn, scan.scan_id, findings.assign(**change))
