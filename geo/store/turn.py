"""One writer at a time: what is known must be known in one order."""

from sqlalchemy import Connection

WAIT_S = 10.0
"""How long a writer waits for another one to finish [s]."""


def take_turn(conn: Connection) -> None:
    """Wait for the right to write, and keep it until the transaction ends; readers are not held up.

    Everything that reads what is known in order to add to it begins with this: what it reads then stays the last word.

    Raises
    ------
    StoreError
        If another writer does not finish in time (``store.busy``).
    """
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql(f"SET LOCAL lock_timeout = '{round(WAIT_S * 1000)}ms'")
        # LOCK, unlike a query, does not yet fix which moment of the database the transaction sees
        conn.exec_driver_sql("LOCK TABLE scan IN SHARE ROW EXCLUSIVE MODE")
    else:
        # changes nothing, but asks for the one right to write; a transaction that has read first would not wait for it
        conn.exec_driver_sql("UPDATE gpkg_contents SET last_change = last_change WHERE 0")
