"""Alembic: from any earlier version of the store in a database to this one.

A revision is a file ``migrations/version_N.py`` beside ``version_N.sql``, and N is the schema version that it leads to.
What a revision says is never changed once people have it. There is no way back: restore a backup.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection

if TYPE_CHECKING:
    from alembic.script.base import ScriptDirectory

FOLDER = Path(__file__).with_name("migrations")


def migrate(conn: Connection, to: int | None = None) -> None:
    """Run what leads from the version of the store on a connection to another one.

    Parameters
    ----------
    conn
        A connection in a transaction, to a database with or without a store.
    to
        Schema version; None is this program's.
    """
    from alembic.migration import MigrationContext  # noqa: PLC0415 - an optional extra
    from alembic.operations import Operations  # noqa: PLC0415 - same

    script = revisions()
    wanted = "head" if to is None else str(to)

    def steps(found: str, _: MigrationContext) -> object:
        return script._upgrade_revs(wanted, found)  # noqa: SLF001 - what Alembic's own upgrade command asks

    context = MigrationContext.configure(conn, opts={"fn": steps, "script": script})
    with Operations.context(context):
        context.run_migrations()


def revisions() -> "ScriptDirectory":
    """Return the revisions that come with this program."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - an optional extra

    return ScriptDirectory(str(FOLDER), version_locations=[str(FOLDER)])


def statements(version: int) -> str:
    """Return what leads to a version, as SQL."""
    return (FOLDER / f"version_{version}.sql").read_text("utf-8")
