"""The table of months."""

from alembic import op

from geo.store.migrate import statements

revision = "4"
down_revision = "3"


def upgrade() -> None:
    """Go from version 3 to version 4."""
    op.get_bind().exec_driver_sql(statements(4))
