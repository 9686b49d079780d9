"""The tables."""

from alembic import op

from geo.store.migrate import statements

revision = "1"
down_revision = None


def upgrade() -> None:
    """Go from version 0 to version 1."""
    op.get_bind().exec_driver_sql(statements(1))
