"""What holds of a store of either kind."""

import subprocess
import sys
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, insert, select, text

from geo.errors import StoreError
from geo.locale import say_error
from geo.store import add_parcels, open_store, read_parcels, store_name
from geo.store.tables import intake, metadata

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def refusal(action, *args) -> str:
    with pytest.raises(StoreError) as caught:
        action(*args)
    assert say_error(caught.value, "zh")
    assert say_error(caught.value, "en")
    return caught.value.code


def test_what_happens_in_a_transaction_is_kept_whole_or_not_at_all(store, day, intake, squares):
    class KilledError(Exception):
        pass

    def stopped():
        with store.begin() as conn:
            add_parcels(conn, intake("parcels", squares(["a", "b"])), known_at=day(1))
            assert len(read_parcels(conn)) == 2
            raise KilledError

    with pytest.raises(KilledError):
        stopped()
    with store.connect() as conn:
        counts = {name: conn.scalar(select(func.count()).select_from(t)) for name, t in metadata.tables.items()}
        assert counts == dict.fromkeys(counts, 0) | {"schema_version": 1}


def test_what_the_database_refuses_is_an_error_of_ours(store):
    def add_orphan():
        with store.begin() as conn:
            conn.execute(text("INSERT INTO note (intake_id, code, params) VALUES (9, 'x', '{}')"))

    def add_nonsense():
        with store.begin() as conn:
            conn.execute(
                insert(intake).values(kind="weather", file="a", sha256="", known_at=NOW, taken=0),
            )

    def add_nothing():
        with store.begin() as conn:
            conn.execute(text("INSERT INTO nothing VALUES (1)"))

    assert refusal(add_orphan) == "store.constraint"
    assert refusal(add_nonsense) == "store.constraint"
    assert refusal(add_nothing) == "store.failed"


WITHOUT_THE_EXTRA = """
import sys
sys.modules["psycopg"] = sys.modules["alembic"] = None
from geo.store import create_store, open_store, read_parcels
create_store(sys.argv[1])
with open_store(sys.argv[1]).connect() as conn:
    assert read_parcels(conn).empty
assert not {"psycopg", "alembic"} & {name for name, module in sys.modules.items() if module}
"""


def test_the_embedded_store_needs_nothing_that_only_postgis_needs(tmp_path):
    subprocess.run([sys.executable, "-c", WITHOUT_THE_EXTRA, tmp_path / "a.gpkg"], check=True)


def test_every_store_is_opened_by_the_same_call(store_path, cluster, empty_store):
    name = cluster.make_database(empty_store)
    for place in (store_path, str(store_path), cluster.url(name), cluster.url(name).replace("+psycopg", "")):
        with open_store(place).connect() as conn:
            assert read_parcels(conn).empty
    assert store_name(store_path) == str(store_path)
    cluster.drop_database(name)
