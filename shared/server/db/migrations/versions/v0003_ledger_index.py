"""An index of the ledger that answers the hub's sums by itself."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Bring the schema up."""
    op.drop_index("ix_ledger_entries_at", table_name="ledger_entries")
    op.create_index("ix_ledger_entries_kind", "ledger_entries", ["kind", "at", "tokens"])
