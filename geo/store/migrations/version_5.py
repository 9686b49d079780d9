"""What is known of parcels beside the image, in the table of months."""

from alembic import op

from geo.store.migrate import statements

revision = "5"
down_revision = "4"


def upgrade() -> None:
    """Go from version 4 to version 5."""
    op.get_bind().exec_driver_sql(statements(5))
