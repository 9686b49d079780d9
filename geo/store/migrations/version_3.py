"""Several registers of the ledger, lineage of parcels, parcels that are no more, and refused rows as they stood."""

from alembic import op

from geo.store.migrate import statements

revision = "3"
down_revision = "2"


def upgrade() -> None:
    """Go from version 2 to version 3."""
    op.get_bind().exec_driver_sql(statements(3))
