"""Views that other programs open."""

from alembic import op

from geo.store.migrate import statements

revision = "2"
down_revision = "1"


def upgrade() -> None:
    """Go from version 1 to version 2."""
    op.get_bind().exec_driver_sql(statements(2))
