"""Evidence's files by their hashes, holds that end, and recordings of ended streams."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Bring the schema up."""
    op.create_table(
        "evidence_files",
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=24), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_evidence_files_case_id_cases")
        ),
        sa.PrimaryKeyConstraint("case_id", "name", name=op.f("pk_evidence_files")),
    )
    op.create_index("ix_evidence_files_sha256", "evidence_files", ["sha256"], unique=False)
    op.create_table(
        "recordings",
        sa.Column("stream_id", sa.String(length=36), nullable=False),
        sa.Column("creator_id", sa.String(length=36), nullable=False),
        sa.Column("begins_at", sa.BigInteger(), nullable=False),
        sa.Column("duration_ms", sa.BigInteger(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("deleted_at", sa.BigInteger(), nullable=True),
        sa.Column("purged_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["users.id"], name=op.f("fk_recordings_creator_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["stream_id"], ["streams.id"], name=op.f("fk_recordings_stream_id_streams")
        ),
        sa.PrimaryKeyConstraint("stream_id", name=op.f("pk_recordings")),
    )
    op.create_index(
        "ix_recordings_creator_id", "recordings", ["creator_id", "stream_id"], unique=False
    )
    op.create_table(
        "recorded_segments",
        sa.Column("stream_id", sa.String(length=36), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("begins_at", sa.BigInteger(), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["stream_id"],
            ["recordings.stream_id"],
            name=op.f("fk_recorded_segments_stream_id_recordings"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("stream_id", "epoch", "serial", name=op.f("pk_recorded_segments")),
    )
    op.add_column("evidence", sa.Column("released_at", sa.BigInteger(), nullable=True))
    op.add_column("evidence", sa.Column("pruned_at", sa.BigInteger(), nullable=True))
    op.add_column(
        "streams",
        sa.Column("keep_recording", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
