"""Decisions made under the first schemas are kept, and may be replaced from now on."""

import sqlite3
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from shared.server.db import upgrade


def _to(connection: object, revision: str) -> None:
    config = Config()
    scripts = Path(upgrade.__file__).parent / "migrations"
    config.set_main_option("script_location", str(scripts))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def test_old_decisions_and_their_actions_survive(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'old.sqlite3'}")
    with engine.begin() as db:
        _to(db, "0003")
        db.execute(
            text(
                "INSERT INTO users (id, email, display_name, password_hash, role, birth_date, bio,"
                " tags, locale, is_banned, created_at)"
                " VALUES ('u', 'u@example.org', 'U', '-', 'mod', '1990-01-01', '', '[]', 'en', 0,"
                " 1)"
            )
        )
        db.execute(
            text(
                "INSERT INTO cases (id, subject_type, subject_id, subject_label, stage, version,"
                " stage_version, reasons, report_count, base_priority, evidence, evidence_hash,"
                " lease_token, opened_at, updated_at) VALUES ('c', 'user', 'u', 'U', 'decided', 3,"
                " 3, '[]', 1, 1, '{}', '-', 1, 1, 1)"
            )
        )
        db.execute(
            text("INSERT INTO decisions VALUES ('d', 'c', 'u', 1, 'none', 'Because of this.', 5)")
        )
        db.execute(text("INSERT INTO actions VALUES ('a', 'd', 'mute', 'user', 'u', 99)"))
        _to(db, "head")
    engine.dispose()
    with sqlite3.connect(tmp_path / "old.sqlite3") as kept:
        kept.execute("PRAGMA foreign_keys = ON")
        found = kept.execute(
            "SELECT d.statement, a.kind, a.until, d.superseded_at, a.ended_at"
            " FROM actions a JOIN decisions d ON d.id = a.decision_id"
        ).fetchall()
        assert found == [("Because of this.", "mute", 99, None, None)]
        assert kept.execute("PRAGMA foreign_key_check").fetchall() == []
        kept.execute("UPDATE decisions SET superseded_at = 9")
        kept.execute(
            "INSERT INTO decisions (id, case_id, by_id, lease_token, policy, statement, at)"
            " VALUES ('e', 'c', 'u', 2, 'none', 'Looked at again.', 10)"
        )
    kept.close()
