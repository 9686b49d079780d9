import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.errors import StoreError
from geo.model import FACTS, FINDING_COLUMNS, fact_columns
from geo.store import begin_scan, finish_scan, read_snapshot, write_findings, write_snapshot
from geo.store.snapshots import check_frames, long_facts

DTYPES = {
    "measure": ["float64", "Float64"],
    "date": ["datetime64[s]", "datetime64[us]", "datetime64[ns]"],
    "bool": ["boolean", "object"],
    "text": ["str", "object", "string"],
}
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6)
CELLS = {
    "measure": st.none() | st.floats(allow_nan=False),
    "date": st.none() | st.dates(pd.Timestamp("1700-01-01").date(), pd.Timestamp("2200-01-01").date()),
    "bool": st.none() | st.booleans(),
    "text": st.none() | TEXT,
}


@st.composite
def columns(draw, size: int, kind: str) -> pd.Series:
    cells = draw(st.lists(CELLS[kind], min_size=size, max_size=size))
    return pd.Series(cells, dtype=object).astype(draw(st.sampled_from(DTYPES[kind])))


@st.composite
def snapshots(draw) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Fact and source frames of some facts in some order, with columns of every type that may hold them."""
    parcels = draw(st.lists(TEXT, unique=True, max_size=4))
    index = pd.Index(parcels, dtype=draw(st.sampled_from(["str", "object"])), name="parcel_id")
    facts = draw(st.permutations(list(FACTS)))[: draw(st.integers(1, 5))]
    # as series: pandas would make texts of an array of objects its own type of text
    values = {
        column: draw(columns(len(parcels), FACTS[fact].kind)).set_axis(index)
        for fact in facts
        for column in fact_columns(fact)
    }
    sources = {fact: draw(columns(len(parcels), "text")).set_axis(index) for fact in facts}
    return pd.DataFrame(values, index=index), pd.DataFrame(sources, index=index)


@pytest.fixture
def scan(store, as_of, day):
    with store.begin() as conn:
        return begin_scan(conn, "2026-01", as_of=as_of, known_at=day(20), inputs={})


@pytest.fixture
def facts():
    index = pd.Index(["a", "b"], name="parcel_id")
    values = pd.DataFrame({"is_started": pd.array([True, None], dtype="boolean")}, index=index)
    return values, pd.DataFrame({"is_started": ["ledger:row 2", "missing:started_on"]}, index=index)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(snapshots())
def test_a_snapshot_comes_back_equal_value_for_value_and_type_for_type(store, as_of, day, snapshot):
    with store.begin() as conn:
        scan = begin_scan(conn, "2026-01", as_of=as_of, known_at=day(20), inputs={})
        write_snapshot(conn, scan.scan_id, *snapshot)
        back = read_snapshot(conn, scan.scan_id)
    for frame, expected in zip(back, snapshot, strict=True):
        pd.testing.assert_frame_equal(frame, expected, check_exact=True)


def test_brackets_that_are_open_and_values_that_are_unknown_stay_what_they_are(store, scan):
    index = pd.Index(["a"], name="parcel_id")
    bracket = dict(zip(fact_columns("developed_fraction"), (np.nan, -np.inf, np.inf), strict=True))
    days = dict(zip(fact_columns("started_on"), (pd.NaT, pd.Timestamp("2024-02-29"), pd.NaT), strict=True))
    values = pd.DataFrame(bracket, index=index).join(pd.DataFrame(days, index=index).astype("datetime64[s]"))
    sources = pd.DataFrame({"developed_fraction": ["scene:S"], "started_on": ["scene:S"]}, index=index)
    with store.begin() as conn:
        write_snapshot(conn, scan.scan_id, values, sources)
        back, _ = read_snapshot(conn, scan.scan_id)
    assert back["developed_fraction_low"].tolist() == [-np.inf]
    assert back["developed_fraction_high"].tolist() == [np.inf]
    assert back["started_on_low"].tolist() == [pd.Timestamp("2024-02-29")]
    assert back[["developed_fraction", "started_on", "started_on_high"]].isna().all(axis=None)


def test_what_is_unknown_and_without_source_takes_no_row(facts):
    values, sources = facts
    assert len(long_facts(values, sources)) == 2
    assert long_facts(values, sources.assign(is_started=None))["value"].tolist() == [1.0]


def test_a_snapshot_left_by_an_interrupted_run_is_replaced_with_its_findings(store, scan, facts):
    values, sources = facts
    finding = pd.DataFrame([dict.fromkeys(FINDING_COLUMNS, "x")]).assign(
        parcel_id="a", outcome="met", is_boundary=False, is_limb_conflict=False
    )
    with store.begin() as conn:
        write_snapshot(conn, scan.scan_id, values, sources)
        write_findings(conn, scan.scan_id, finding)
        write_snapshot(conn, scan.scan_id, values.iloc[1:], sources.iloc[1:])
        back, _ = read_snapshot(conn, scan.scan_id)
    assert back.index.tolist() == ["b"]


def test_a_snapshot_of_a_finished_scan_does_not_change(store, scan, facts):
    with store.begin() as conn:
        write_snapshot(conn, scan.scan_id, *facts)
        finish_scan(conn, scan.scan_id, outputs_hash="")
        with pytest.raises(StoreError, match=r"store\.scan_closed"):
            write_snapshot(conn, scan.scan_id, *facts)
        pd.testing.assert_frame_equal(read_snapshot(conn, scan.scan_id)[0], facts[0])


def test_a_scan_without_snapshot_says_so(store, scan):
    with store.connect() as conn, pytest.raises(StoreError, match=r"store\.no_snapshot"):
        read_snapshot(conn, scan.scan_id)


def test_a_killed_write_leaves_the_snapshot_that_was_there(store, scan, facts):
    class KilledError(Exception):
        pass

    values, sources = facts
    with store.begin() as conn:
        write_snapshot(conn, scan.scan_id, values, sources)

    def killed():
        with store.begin() as conn:
            write_snapshot(conn, scan.scan_id, values.iloc[:1], sources.iloc[:1])
            raise KilledError

    with pytest.raises(KilledError):
        killed()
    with store.connect() as conn:
        pd.testing.assert_frame_equal(read_snapshot(conn, scan.scan_id)[0], values)


@pytest.mark.parametrize("wrong", ["half a fact", "no fact", "other parcels", "source of nothing"])
def test_frames_that_do_not_belong_together_are_refused(facts, wrong):
    values, sources = facts
    if wrong == "half a fact":
        values = values.assign(developed_fraction=0.5)
    elif wrong == "no fact":
        values = values.assign(weather="fine")
    elif wrong == "other parcels":
        sources = sources.iloc[:1]
    else:
        sources = sources.assign(cause="ledger:row 2")
    with pytest.raises(ValueError, match=r"facts|parcels"):
        check_frames(values, sources)
