"""Goals have a place; how many watched a stream in each minute on air."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Bring the schema up; goals there are keep the order in which they were made."""
    op.add_column("goals", sa.Column("position", sa.Integer(), server_default="0", nullable=False))
    op.execute(
        "UPDATE goals SET position = (SELECT COUNT(*) FROM goals AS earlier"
        " WHERE earlier.stream_id = goals.stream_id AND earlier.id < goals.id)"
    )
    op.create_table(
        "viewer_minutes",
        sa.Column("stream_id", sa.String(length=36), nullable=False),
        sa.Column("minute", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("viewers", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["stream_id"],
            ["streams.id"],
            name=op.f("fk_viewer_minutes_stream_id_streams"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("stream_id", "minute", name=op.f("pk_viewer_minutes")),
    )
