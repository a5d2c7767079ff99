"""Alerts: raised when figures jump, once in ten minutes, heard in the admins' room."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from fakes.platform import MovableClock, Platform, platform
from rules.noise import ExpectLog
from sqlalchemy import text

from shared.errors import AppError, StorageError
from shared.schemas.alerts import Alert, AlertKind
from shared.schemas.realtime import ADMIN_ROOM, EventType
from shared.schemas.roles import Role
from shared.server.admin.backups import BackupService
from shared.server.admin.samples import Samples
from shared.server.admin.watch import MANY_REFUSED, Watch
from shared.server.operations.service import HealthService


async def _alerts(made: Platform) -> list[Alert]:
    async with made.core.db.read() as db:
        query = text("SELECT data FROM feed_events WHERE type = 'alert.raised' ORDER BY seq")
        return [Alert.model_validate_json(row[0]) for row in await db.execute(query)]


async def test_a_spike_is_told_once_in_ten_minutes(tmp_path: Path, expect_log: ExpectLog) -> None:
    expect_log("alert: Many requests")
    clock = MovableClock()
    async with platform(tmp_path / "data", clock=clock) as made:
        admin = await made.person("Ada", Role.ADMIN)
        heard = await made.watch(admin, ADMIN_ROOM)
        watch = made.services.get(Watch)
        await watch.look()
        assert await _alerts(made) == []
        made.core.limits.refused += MANY_REFUSED - 1
        await watch.look()
        assert await _alerts(made) == []
        for minutes in (0, 3, 8):
            clock.move(minutes=minutes)
            made.core.limits.refused += MANY_REFUSED
            await watch.look()
        found = await _alerts(made)
        assert [alert.kind for alert in found] == [AlertKind.RATE_LIMITS] * 2
        assert found[0].details["count"] == MANY_REFUSED
        event = await heard.wait(EventType.ALERT_RAISED, 2)
        assert Alert.model_validate(event.data) == found[1]


async def test_a_full_disk_and_a_broken_audit_log_are_told_and_unhealthy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expect_log: ExpectLog
) -> None:
    expect_log("alert: The disk")
    expect_log("alert: The audit log")
    async with platform(tmp_path / "data") as made:
        admin = await made.person("Ada", Role.ADMIN)
        await admin.api.admin.back_up()  # which the audit log tells of
        full = SimpleNamespace(total=1 << 40, free=1 << 20)
        monkeypatch.setattr("shared.server.admin.samples.shutil.disk_usage", lambda _: full)
        async with made.core.db.write() as tx:
            await tx.db.execute(text("UPDATE audit_head SET hash = 'forged'"))
        watch = made.services.get(Watch)
        watch._audit_at = float("-inf")
        await made.services.get(Samples).take()
        await watch.look()
        assert {alert.kind for alert in await _alerts(made)} == {AlertKind.DISK, AlertKind.AUDIT}
        health = await made.services.get(HealthService).health()
        assert {part.name for part in health.parts if not part.ok} == {"disk", "audit log"}


async def test_a_backup_that_fails_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expect_log: ExpectLog
) -> None:
    expect_log("alert: A backup failed")

    def fail(*_: object) -> None:
        raise StorageError("No backup could be made.", code="BACKUP_FAILED")

    monkeypatch.setattr("shared.server.db.saving.make_backup", fail)
    async with platform(tmp_path / "data") as made:
        with pytest.raises(AppError):
            await made.services.get(BackupService).make(None)
        [alert] = await _alerts(made)
        assert (alert.kind, alert.details) == (AlertKind.BACKUP, {"code": "BACKUP_FAILED"})
