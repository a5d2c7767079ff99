"""A creator may have their Teezer forget what was said until now."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Bring the schema up."""
    op.add_column("teezers", sa.Column("learns_since", sa.BigInteger(), nullable=True))
