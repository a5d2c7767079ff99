"""Figures kept up, who is where, and the seven views that analysts and dashboards read."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_NOTICE = sa.text("type = 'notification.new'")

_VIEWS = (
    """CREATE VIEW user_analytics AS
    SELECT u.id AS user_id, u.role AS role, u.created_at AS joined_at,
        (SELECT MAX(s.last_seen_at) FROM sessions s WHERE s.user_id = u.id) AS last_seen_at,
        (SELECT COUNT(*) FROM follows f WHERE f.followed_id = u.id) AS followers,
        (SELECT COUNT(*) FROM chat_messages m WHERE m.author_id = u.id) AS messages,
        COALESCE(t.given_tokens, 0) AS given_tokens,
        COALESCE(t.given_count, 0) AS given_count,
        COALESCE(t.received_tokens, 0) AS received_tokens,
        COALESCE(t.received_count, 0) AS received_count
    FROM users u LEFT JOIN support_totals t ON t.user_id = u.id
    WHERE u.erased_at IS NULL""",
    """CREATE VIEW content_analytics AS
    SELECT s.creator_id AS user_id, COUNT(*) AS streams,
        SUM(CASE WHEN s.live_at IS NOT NULL AND s.ended_at IS NOT NULL
            THEN s.ended_at - s.live_at ELSE 0 END) AS on_air_ms,
        MAX(s.peak_viewers) AS peak_viewers, MAX(s.started_at) AS last_started_at
    FROM streams s GROUP BY s.creator_id""",
    """CREATE VIEW stream_analytics AS
    SELECT s.id AS stream_id, s.creator_id AS creator_id, s.state AS state, s.mood AS mood,
        s.live_at AS live_at, s.ended_at AS ended_at, s.peak_viewers AS peak_viewers,
        s.safety_score AS safety_score,
        (SELECT COUNT(*) FROM chat_messages m WHERE m.stream_id = s.id) AS messages,
        (SELECT COUNT(*) FROM tips t WHERE t.stream_id = s.id) AS tips,
        (SELECT COALESCE(SUM(t.tokens), 0) FROM tips t WHERE t.stream_id = s.id) AS tip_tokens,
        (SELECT COALESCE(SUM(g.tokens), 0) FROM gifts g WHERE g.stream_id = s.id) AS gift_tokens
    FROM streams s""",
    """CREATE VIEW moderation_analytics AS
    SELECT c.opened_at / 86400000 AS day, COUNT(*) AS opened,
        SUM(CASE WHEN c.decided_at IS NULL THEN 1 ELSE 0 END) AS pending,
        SUM(c.report_count) AS reports, AVG(c.decided_at - c.opened_at) AS average_action_ms
    FROM cases c GROUP BY c.opened_at / 86400000""",
    """CREATE VIEW presence AS
    SELECT p.room AS room, p.user_id AS user_id, MIN(p.since) AS since
    FROM presences p GROUP BY p.room, p.user_id""",
    """CREATE VIEW active_users_now AS
    SELECT p.user_id AS user_id, u.role AS role, MIN(p.since) AS since,
        COUNT(DISTINCT p.room) AS rooms
    FROM presences p JOIN users u ON u.id = p.user_id GROUP BY p.user_id, u.role""",
    """CREATE VIEW unread_notifications AS
    SELECT u.id AS user_id, COUNT(*) AS unread, MIN(e.at) AS oldest_at
    FROM feed_events e JOIN users u ON e.room = 'user:' || u.id
        LEFT JOIN notification_marks k ON k.user_id = u.id
    WHERE e.type = 'notification.new' AND (k.seen_at IS NULL OR e.at > k.seen_at)
    GROUP BY u.id""",
)


def upgrade() -> None:
    """Bring the schema up."""
    op.create_table(
        "hour_figures",
        sa.Column("figure", sa.String(length=16), nullable=False),
        sa.Column("hour", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("figure", "hour", name=op.f("pk_hour_figures")),
    )
    op.create_table(
        "server_processes",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_server_processes")),
    )
    op.create_table(
        "presences",
        sa.Column("room", sa.String(length=60), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("process", sa.String(length=36), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("room", "user_id", "process", name=op.f("pk_presences")),
    )
    op.create_index(op.f("ix_presences_process"), "presences", ["process"])
    op.create_table(
        "notification_marks",
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_notification_marks_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_notification_marks")),
    )
    op.create_index(
        "ix_feed_events_notices",
        "feed_events",
        ["room", "at"],
        sqlite_where=_NOTICE,
        postgresql_where=_NOTICE,
    )
    for view in _VIEWS:
        op.execute(view)
