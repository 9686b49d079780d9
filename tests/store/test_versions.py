"""One thing, said at different times about different days: what holds when, as known when."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.dialects import postgresql

from geo.errors import SchemaError
from geo.locale import say_error
from geo.store.intakes import add_intake
from geo.store.ledger import LEDGER
from geo.store.versions import Stamp, add_versions, among_current, current, is_current, news

MARCH, MAY, JULY = date(2026, 3, 1), date(2026, 5, 1), date(2026, 7, 1)


@pytest.fixture
def say(store, intake, day):
    """Say on a day of January what the town of the parcel a is from a day on; give how many rows that added."""

    def say(known: int, town: str, valid_on: date | None = None) -> int:
        cells = pd.DataFrame(
            {"entry": ["a"], "field": "town", "kind": "text", "value": town, "source_row": 1, "register": "ledger"}
        )
        with store.begin() as conn:
            intake_id = add_intake(conn, intake("ledger", cells), known_at=day(known))
            added = add_versions(conn, LEDGER, cells, Stamp(intake_id, "a.csv", day(known), valid_on))
        return added.added + added.changed

    return say


@pytest.fixture
def town(store, day):
    """Ask which town holds on a day, as known on a day of January."""

    def ask(as_of: date | None = None, known: int | None = None) -> str | None:
        rows = LEDGER.table.c
        known_at = None if known is None else day(known)
        with store.connect() as conn:
            return conn.scalar(
                select(rows.value).where(rows.entry_id.in_(current(LEDGER, as_of=as_of, known_at=known_at)))
            )

    return ask


def test_what_was_said_again_adds_nothing(say):
    assert [say(1, "east"), say(2, "east"), say(3, "west"), say(4, "west"), say(5, "east")] == [1, 0, 1, 0, 1]


def test_a_correction_holds_from_when_it_is_known(say, town):
    say(1, "east")
    say(5, "west")
    assert [town(MARCH, known) for known in (4, 5)] == ["east", "west"]


def test_a_change_holds_from_its_day_on(say, town):
    say(1, "east")
    say(2, "west", MAY)
    assert [town(as_of) for as_of in (MARCH, MAY, JULY)] == ["east", "west", "west"]
    assert town(JULY, 1) == "east"


def test_without_a_day_the_latest_row_is_corrected_from_its_own_day_on(say, town):
    say(1, "east")
    say(2, "west", MAY)
    assert [say(3, "south"), say(4, "south")] == [1, 0]
    assert [town(as_of) for as_of in (MARCH, MAY)] == ["east", "south"]


def test_nothing_is_known_before_the_first_day_or_before_it_was_said(say, town):
    say(5, "east", MAY)
    assert town(MARCH) is None
    assert town(MAY, 4) is None
    assert town(MAY, 5) == "east"


def test_what_is_learned_later_of_an_earlier_day_does_not_undo_a_later_day(say, town):
    say(1, "east")
    say(2, "west", JULY)
    say(3, "south", MAY)
    assert [town(as_of) for as_of in (MARCH, MAY, JULY)] == ["east", "south", "west"]


def test_of_two_things_said_of_one_day_the_later_counts(say, town):
    say(1, "east", MAY)
    say(2, "west", MAY)
    assert town(MAY) == "west"
    assert town(MAY, 1) == "east"


def test_a_row_points_to_the_row_that_it_takes_the_place_of(say, store):
    say(1, "east")
    say(2, "west", JULY)
    say(3, "south", MAY)
    rows = LEDGER.table.c
    with store.connect() as conn:
        assert conn.execute(select(rows.value, rows.supersedes).order_by(rows.entry_id)).all() == [
            ("east", None),
            ("west", 1),
            ("south", 1),
        ]


def test_one_file_cannot_say_two_things_of_one(store, intake, day):
    cells = pd.DataFrame(
        {"entry": ["a", "a"], "field": "town", "kind": "text", "value": ["x", "y"], "source_row": [2, 9]}
    ).assign(register="ledger")
    with store.begin() as conn:
        intake_id = add_intake(conn, intake("ledger", cells), known_at=day(1))
        with pytest.raises(SchemaError) as caught:
            add_versions(conn, LEDGER, cells, Stamp(intake_id, "a.csv", day(1), None))
    assert caught.value.code == "store.repeated"
    assert say_error(caught.value, "en").startswith("file a.csv, row 9: ledger a town is there twice")


VALUES = st.lists(st.tuples(st.sampled_from("abcd"), st.none() | st.sampled_from("xy")), unique_by=lambda pair: pair[0])


def named(pairs) -> pd.DataFrame:
    return pd.DataFrame({"id": [p[0] for p in pairs], "x": [p[1] for p in pairs]}, dtype=object)


@given(VALUES, VALUES)
def test_only_what_differs_is_news_and_a_blank_never_is(known, new):
    before = dict(known)
    rows = news(named(new), named(known).assign(supersedes=range(len(known))), key=["id"], content=["x"])
    expected = {key: value for key, value in new if key not in before or (value is not None and value != before[key])}
    assert dict(zip(rows["id"], rows["x"].astype(object).where(rows["x"].notna(), None), strict=True)) == expected


@given(VALUES, VALUES)
def test_news_taken_in_are_news_no_more(known, new):
    before = named(known).assign(supersedes=range(len(known)))
    rows = news(named(new), before, key=["id"], content=["x"])
    merged = dict(known) | dict(zip(rows["id"], rows["x"], strict=True))
    after = named(list(merged.items())).assign(supersedes=range(len(merged)))
    assert news(named(new), after, key=["id"], content=["x"]).empty


def test_the_current_rows_are_asked_for_in_words_that_postgresql_knows(day):
    asked = str(current(LEDGER, as_of=MAY, known_at=day(1)).compile(dialect=postgresql.dialect()))
    assert "PARTITION BY ledger_entry.register, ledger_entry.entry, ledger_entry.field ORDER BY" in asked
    assert "valid_on DESC NULLS LAST" in asked


def test_postgresql_looks_every_row_up_once_even_where_it_does_not_know_how_many_there_are(database_store, day):
    """New tables are taken for small; joining them with the current numbers would compare each with each."""
    rows = LEDGER.table.c
    query = select(rows.value).where(among_current(rows.entry_id, LEDGER, as_of=MAY, known_at=day(1)))
    with database_store.connect() as conn:
        sql = query.compile(conn, compile_kwargs={"literal_binds": True})
        plan = "\n".join(conn.scalars(text(f"EXPLAIN {sql}")))
    assert "hashed SubPlan" in plan
    assert "Nested Loop" not in plan


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from("ab"), st.sampled_from("xyz"), st.sampled_from([None, MARCH, MAY, JULY])), max_size=9
    ),
    st.tuples(st.sampled_from([None, MARCH, MAY, JULY]), st.none() | st.integers(1, 9)),
)
def test_asked_one_by_one_the_same_rows_are_current_as_asked_together(store, intake, day, sayings, when):
    as_of, known = when
    known_at = None if known is None else day(known)
    rows = LEDGER.table.c
    with store.connect() as conn:  # and nothing is kept
        for number, (parcel_id, town, valid_on) in enumerate(sayings, 1):
            cells = pd.DataFrame({"entry": [parcel_id], "field": "town", "kind": "text", "value": town})
            intake_id = add_intake(conn, intake("ledger", cells), known_at=day(number))
            stamp = Stamp(intake_id, "a.csv", day(number), valid_on)
            add_versions(conn, LEDGER, cells.assign(source_row=1, register="ledger"), stamp)
        together = among_current(rows.entry_id, LEDGER, as_of=as_of, known_at=known_at)
        alone = is_current(LEDGER, as_of=as_of, known_at=known_at)
        numbers = [sorted(conn.scalars(select(rows.entry_id).where(condition))) for condition in (together, alone)]
    assert numbers[0] == numbers[1]
