from datetime import date

import pandas as pd
import pytest

from geo.errors import SchemaError
from geo.facts.register import Periods, event_source, happened, open_register, where_from

AS_OF = date(2026, 10, 31)
PERIODS = Periods(start_after_delivery="P1Y", idle_after="P1Y")


def register(started_on, *, complete_through=AS_OF, as_of=AS_OF, parcels=("A",), says_none=False):
    ledger = pd.DataFrame(
        {
            "parcel_id": ["A", "B"],
            "started_on": pd.to_datetime([started_on, "2019-02-01"]),
            "started_on_is_none": [says_none, False],
            "row": [2, 3],
        }
    )
    index = pd.Index(parcels)
    through = {"started_on": complete_through} if complete_through else {}
    return open_register(ledger, index, as_of=as_of, complete_through=through, periods=PERIODS)


def answer(register):
    return happened(register, "started_on").iloc[0]


def test_a_day_not_after_the_act_has_happened_however_incomplete_the_register():
    assert answer(register("2026-10-31", complete_through=None))


def test_a_blank_means_no_only_where_the_register_is_complete_through_the_act():
    assert not answer(register(None, complete_through=AS_OF))
    assert answer(register(None, complete_through=date(2026, 10, 30))) is pd.NA
    assert answer(register(None, complete_through=None)) is pd.NA


def test_none_is_a_no_that_needs_no_complete_register():
    assert not answer(register(None, complete_through=None, says_none=True))


def test_a_later_day_says_not_yet_if_the_register_had_reached_it_and_nothing_if_it_is_a_forecast():
    then = date(2026, 1, 31)
    assert not answer(register("2026-03-01", as_of=then, complete_through=AS_OF))
    assert answer(register("2026-12-01")) is pd.NA
    assert event_source(register("2026-12-01"), "started_on").tolist() == ["later:started_on"]


def test_a_parcel_without_a_row_is_not_known_even_to_a_complete_register():
    stranger = register("2026-01-01", parcels=("Z",))
    assert answer(stranger) is pd.NA
    assert where_from(stranger, "started_on").tolist() == ["missing:parcel_id"]


def test_a_field_that_nobody_calls_complete_says_nothing():
    full = register("2026-01-01")
    assert happened(full, "completed_on").iloc[0] is pd.NA
    assert where_from(full, "completed_on").tolist() == ["missing:completed_on"]


def test_a_ledger_in_which_nobody_ever_started_does_not_keep_starts():
    ledger = pd.DataFrame({"parcel_id": ["A"], "started_on": pd.to_datetime([None]), "row": [2]})
    alone = open_register(ledger, pd.Index(["A"]), as_of=AS_OF, complete_through={"started_on": AS_OF}, periods=PERIODS)
    assert answer(alone) is pd.NA


def test_two_rows_of_one_parcel_are_refused():
    ledger = pd.DataFrame({"parcel_id": ["A", "A"], "row": [2, 5]})
    with pytest.raises(SchemaError) as caught:
        open_register(ledger, pd.Index(["A"]), as_of=AS_OF, complete_through={"started_on": AS_OF}, periods=PERIODS)
    assert caught.value.code == "fact.two_rows"
    assert caught.value.params["parcel"] == "A"


def test_rows_without_numbers_still_name_the_ledger():
    ledger = pd.DataFrame({"parcel_id": ["A"], "started_on": pd.to_datetime(["2026-01-01"])})
    unnumbered = open_register(ledger, pd.Index(["A"]), as_of=AS_OF, complete_through={}, periods=PERIODS)
    assert where_from(unnumbered, "started_on").tolist() == ["ledger:unnumbered"]
