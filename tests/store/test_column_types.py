from datetime import UTC, date, datetime, timedelta, timezone

import geoalchemy2
import numpy as np
import pytest
import shapely
from geoalchemy2.shape import from_shape
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, box
from sqlalchemy import LargeBinary
from sqlalchemy.dialects import postgresql, sqlite

from geo.store.column_types import Day, Geometry, Instant, Json, instant_text, json_text

SQUARE = MultiPolygon([box(120, 31, 121, 32)])
ZONES = st.integers(-12, 14).map(lambda hours: timezone(timedelta(hours=hours)))
TIMES = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=ZONES)  # noqa: DTZ001 - the zone comes apart


@given(TIMES)
def test_a_time_comes_back_as_the_same_instant(time):
    stored = Instant().process_bind_param(time, sqlite.dialect())
    assert len(stored) == 27
    assert Instant().process_result_value(stored, sqlite.dialect()) == time


@given(TIMES, TIMES)
def test_order_of_stored_times_is_order_of_time(one, other):
    assert (instant_text(one) < instant_text(other)) == (one < other)


def test_a_time_without_zone_is_refused():
    with pytest.raises(ValueError, match="without zone"):
        instant_text(datetime(2026, 1, 1))  # noqa: DTZ001 - the point of the test


@given(st.dates())
def test_a_day_comes_back(day):
    stored = Day().process_bind_param(day, sqlite.dialect())
    assert len(stored) == 10
    assert Day().process_result_value(stored, sqlite.dialect()) == day


@pytest.mark.parametrize("kind", [Day(), Instant(), Json(), Geometry("MULTIPOLYGON", 4490)], ids=repr)
def test_nothing_stays_nothing(kind):
    assert kind.process_bind_param(None, sqlite.dialect()) is None
    assert kind.process_result_value(None, sqlite.dialect()) is None


def test_equal_data_is_equal_json_text():
    assert json_text({"a": 1, "县": [np.int64(2)]}) == json_text({"县": [2], "a": np.float64(1)}).replace("1.0", "1")
    assert json_text({"on": date(2026, 1, 31), "at": datetime(2026, 1, 31, tzinfo=UTC)}) == (
        '{"at": "2026-01-31 00:00:00+00:00", "on": "2026-01-31"}'
    )


def test_a_geometry_is_a_blob_on_sqlite_and_a_postgis_element_on_postgresql():
    column = Geometry("MULTIPOLYGON", 4490)
    blob = column.process_bind_param(SQUARE, sqlite.dialect())
    assert blob[:2] == b"GP"
    assert column.process_result_value(blob, sqlite.dialect()) == SQUARE
    element = column.process_bind_param(SQUARE, postgresql.dialect())
    assert (element.srid, element.extended) == (4490, True)
    back = column.process_result_value(from_shape(SQUARE, srid=4490, extended=True), postgresql.dialect())
    assert back == SQUARE
    assert shapely.get_srid(back) == 0


def test_geoalchemy_may_ask_a_geometry_column_about_no_dialect():
    column = Geometry("MULTIPOLYGON", 4490)
    assert isinstance(column.load_dialect_impl(None), LargeBinary)
    assert isinstance(column.load_dialect_impl(postgresql.dialect()), geoalchemy2.Geometry)
    assert column.spatial_index is False
