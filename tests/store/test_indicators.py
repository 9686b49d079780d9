import numpy as np
import pandas as pd
import pytest

from geo.errors import StoreError
from geo.model import INDICATOR_COLUMNS
from geo.store import add_indicators, begin_scan, finish_scan, read_indicators


@pytest.fixture
def scan(county, as_of, day):
    with county.begin() as conn:
        return begin_scan(conn, "2026-01", as_of=as_of, known_at=day(20), inputs={})


@pytest.fixture
def table():
    frame = pd.DataFrame({"parcel_id": ["a", "b"], **dict.fromkeys(INDICATOR_COLUMNS[1:], 0.5)})
    frame.loc[1, "floor_area_ratio"] = np.nan
    frame.loc[1, "floor_area_ratio_high"] = np.inf
    return frame.assign(parcel_version=[1, 2])


def test_indicators_come_back_equal(county, scan, table):
    with county.begin() as conn:
        add_indicators(conn, scan.scan_id, table)
        pd.testing.assert_frame_equal(read_indicators(conn, scan.scan_id), table)


def test_an_interrupted_run_leaves_no_second_set(county, scan, table):
    with county.begin() as conn:
        add_indicators(conn, scan.scan_id, table)
        add_indicators(conn, scan.scan_id, table.iloc[:1])
        assert read_indicators(conn, scan.scan_id)["parcel_id"].tolist() == ["a"]


def test_indicators_of_a_finished_scan_do_not_change(county, scan, table):
    with county.begin() as conn:
        add_indicators(conn, scan.scan_id, table)
        finish_scan(conn, scan.scan_id, outputs_hash="")
        with pytest.raises(StoreError, match=r"store\.scan_closed"):
            add_indicators(conn, scan.scan_id, table)
        assert len(read_indicators(conn, scan.scan_id)) == 2
