"""Second factors, erasure, gifts, the stage, consent, compliance, settings and running totals."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_TOTALS = """
INSERT INTO support_totals
    (user_id, given_tokens, given_count, received_tokens, received_count)
SELECT user_id, SUM(given), SUM(gave), SUM(got), SUM(times) FROM (
    SELECT sender_id AS user_id, tokens AS given, 1 AS gave, 0 AS got, 0 AS times FROM tips
    UNION ALL
    SELECT streams.creator_id, 0, 0, tips.tokens, 1
    FROM tips JOIN streams ON streams.id = tips.stream_id
) AS both_sides GROUP BY user_id
"""
_PAIRS = """
INSERT INTO support_pairs (creator_id, sender_id, tokens, count)
SELECT streams.creator_id, tips.sender_id, SUM(tips.tokens), COUNT(*)
FROM tips JOIN streams ON streams.id = tips.stream_id
GROUP BY streams.creator_id, tips.sender_id
"""


def upgrade() -> None:
    """Bring the schema up."""
    op.create_table(
        "announcements",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by_id", sa.String(length=36), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcements")),
    )
    op.create_index("ix_announcements_until", "announcements", ["until"], unique=False)
    op.create_table(
        "config",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("values", sa.Text(), nullable=False),
        sa.Column("by_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_config")),
    )
    op.create_table(
        "login_failures",
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.Column("locked_until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_login_failures")),
    )
    op.create_index(op.f("ix_login_failures_last_at"), "login_failures", ["last_at"], unique=False)
    op.create_table(
        "achievements",
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_achievements_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "kind", name=op.f("pk_achievements")),
    )
    op.create_table(
        "compliance_2257",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("decided_by", sa.String(length=36), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_compliance_2257_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_compliance_2257")),
    )
    op.create_index("ix_compliance_2257_state", "compliance_2257", ["state", "id"], unique=False)
    op.create_index(
        op.f("ix_compliance_2257_user_id"), "compliance_2257", ["user_id"], unique=False
    )
    op.create_table(
        "compliance_age",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("decided_by", sa.String(length=36), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_compliance_age_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_compliance_age")),
    )
    op.create_index("ix_compliance_age_state", "compliance_age", ["state", "id"], unique=False)
    op.create_index(op.f("ix_compliance_age_user_id"), "compliance_age", ["user_id"], unique=False)
    op.create_table(
        "compliance_kyc",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("decided_by", sa.String(length=36), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_compliance_kyc_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_compliance_kyc")),
    )
    op.create_index("ix_compliance_kyc_state", "compliance_kyc", ["state", "id"], unique=False)
    op.create_index(op.f("ix_compliance_kyc_user_id"), "compliance_kyc", ["user_id"], unique=False)
    op.create_table(
        "recovery_codes",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_recovery_codes_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_recovery_codes")),
    )
    op.create_index(op.f("ix_recovery_codes_user_id"), "recovery_codes", ["user_id"], unique=False)
    op.create_table(
        "safe_words",
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("word_hash", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_safe_words_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_safe_words")),
    )
    op.create_table(
        "scheduled_streams",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("creator_id", sa.String(length=36), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("mood", sa.String(length=16), nullable=False),
        sa.Column("audience", sa.String(length=16), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("duration_min", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["creator_id"],
            ["users.id"],
            name=op.f("fk_scheduled_streams_creator_id_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheduled_streams")),
    )
    op.create_index(
        "ix_scheduled_streams_creator_id",
        "scheduled_streams",
        ["creator_id", "starts_at"],
        unique=False,
    )
    op.create_table(
        "support_pairs",
        sa.Column("creator_id", sa.String(length=36), nullable=False),
        sa.Column("sender_id", sa.String(length=36), nullable=False),
        sa.Column("tokens", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sender_id"],
            ["users.id"],
            name=op.f("fk_support_pairs_sender_id_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("creator_id", "sender_id", name=op.f("pk_support_pairs")),
    )
    op.create_table(
        "support_totals",
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("given_tokens", sa.BigInteger(), nullable=False),
        sa.Column("given_count", sa.BigInteger(), nullable=False),
        sa.Column("received_tokens", sa.BigInteger(), nullable=False),
        sa.Column("received_count", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_support_totals_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_support_totals")),
    )
    op.create_table(
        "two_factor",
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_at", sa.BigInteger(), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_two_factor_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_two_factor")),
    )
    op.create_table(
        "action_votes",
        sa.Column("stream_id", sa.String(length=36), nullable=False),
        sa.Column("menu_item_id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["stream_id"], ["streams.id"], name=op.f("fk_action_votes_stream_id_streams")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_action_votes_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "stream_id", "menu_item_id", "user_id", name=op.f("pk_action_votes")
        ),
    )
    op.create_table(
        "consent_entries",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("stream_id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("scope", sa.String(length=80), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["stream_id"], ["streams.id"], name=op.f("fk_consent_entries_stream_id_streams")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_consent_entries_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_entries")),
    )
    op.create_index(
        "ix_consent_entries_stream_id", "consent_entries", ["stream_id", "id"], unique=False
    )
    op.create_index(
        op.f("ix_consent_entries_user_id"), "consent_entries", ["user_id"], unique=False
    )
    op.create_table(
        "duels",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("stream_id", sa.String(length=36), nullable=False),
        sa.Column("rival_stream_id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("mood", sa.String(length=16), nullable=False),
        sa.Column("rival_mood", sa.String(length=16), nullable=True),
        sa.Column("duration_s", sa.Integer(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("rival_score", sa.Float(), nullable=False),
        sa.Column("offered_at", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["rival_stream_id"], ["streams.id"], name=op.f("fk_duels_rival_stream_id_streams")
        ),
        sa.ForeignKeyConstraint(
            ["stream_id"], ["streams.id"], name=op.f("fk_duels_stream_id_streams")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duels")),
    )
    op.create_index("ix_duels_rival_stream_id", "duels", ["rival_stream_id", "state"], unique=False)
    op.create_index("ix_duels_state", "duels", ["state", "ends_at"], unique=False)
    op.create_index("ix_duels_stream_id", "duels", ["stream_id", "state"], unique=False)
    op.create_table(
        "gifts",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("transaction_id", sa.String(length=36), nullable=False),
        sa.Column("stream_id", sa.String(length=36), nullable=False),
        sa.Column("creator_id", sa.String(length=36), nullable=False),
        sa.Column("sender_id", sa.String(length=36), nullable=False),
        sa.Column("gift", sa.String(length=24), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("tokens", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("goal_id", sa.String(length=36), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["users.id"], name=op.f("fk_gifts_creator_id_users")
        ),
        sa.ForeignKeyConstraint(["sender_id"], ["users.id"], name=op.f("fk_gifts_sender_id_users")),
        sa.ForeignKeyConstraint(
            ["stream_id"], ["streams.id"], name=op.f("fk_gifts_stream_id_streams")
        ),
        sa.ForeignKeyConstraint(
            ["transaction_id"],
            ["ledger_transactions.id"],
            name=op.f("fk_gifts_transaction_id_ledger_transactions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gifts")),
        sa.UniqueConstraint("transaction_id", name=op.f("uq_gifts_transaction_id")),
    )
    op.create_index("ix_gifts_creator_id", "gifts", ["creator_id", "id"], unique=False)
    op.create_index("ix_gifts_sender_id", "gifts", ["sender_id", "id"], unique=False)
    op.create_index("ix_gifts_stream_id", "gifts", ["stream_id", "id"], unique=False)
    op.create_table(
        "stage_actions",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("stream_id", sa.String(length=36), nullable=False),
        sa.Column("source", sa.String(length=12), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("duration_s", sa.Integer(), nullable=False),
        sa.Column("tokens", sa.BigInteger(), nullable=False),
        sa.Column("requested_by", sa.String(length=36), nullable=True),
        sa.Column("queued_at", sa.BigInteger(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["requested_by"], ["users.id"], name=op.f("fk_stage_actions_requested_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["stream_id"], ["streams.id"], name=op.f("fk_stage_actions_stream_id_streams")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_actions")),
    )
    op.create_index(
        "ix_stage_actions_open",
        "stage_actions",
        ["stream_id"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_index(
        "ix_stage_actions_stream_id", "stage_actions", ["stream_id", "id"], unique=False
    )
    op.create_table(
        "unlockables",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("stream_id", sa.String(length=36), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("reveal", sa.Text(), nullable=False),
        sa.Column("threshold_tokens", sa.BigInteger(), nullable=False),
        sa.Column("raised_tokens", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["stream_id"], ["streams.id"], name=op.f("fk_unlockables_stream_id_streams")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unlockables")),
    )
    op.create_index("ix_unlockables_stream_id", "unlockables", ["stream_id", "id"], unique=False)
    op.create_table(
        "duel_votes",
        sa.Column("duel_id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("stream_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["duel_id"], ["duels.id"], name=op.f("fk_duel_votes_duel_id_duels"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_duel_votes_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("duel_id", "user_id", name=op.f("pk_duel_votes")),
    )
    op.add_column("goals", sa.Column("milestones", sa.Text(), server_default="[]", nullable=False))
    op.add_column("goals", sa.Column("advance_percent", sa.Integer(), nullable=True))
    op.add_column("users", sa.Column("erased_at", sa.BigInteger(), nullable=True))
    op.execute(_TOTALS)
    op.execute(_PAIRS)
