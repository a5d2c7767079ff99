"""Backups: made while the server runs, sound, put back by one command."""

import asyncio
import contextlib
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fakes.people import PASSWORD, Town, town
from fakes.server import local_server, quick_settings

from shared.errors import StorageError
from shared.schemas.roles import Role
from shared.server.__main__ import main
from shared.server.db.backup import backups, make_backup, prune_backups, restore
from shared.server.db.upgrade import FILE_NAME


async def test_a_backup_put_back_is_the_state_of_its_moment(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = quick_settings(tmp_path / "data")
    async with local_server(settings) as local, town(local) as people:
        admin, early = await people.person(Role.ADMIN), await people.person(tokens=70)
        made = await admin.post("/admin/backup")
        assert made["size_bytes"] > 0
        late = await people.person()
        health = await admin.get("/admin/health")
        assert (health["ok"], health["backups"]) == (True, 1)
        assert health["database_bytes"] > 0
        assert [b["name"] for b in (await admin.get("/admin/backups"))["items"]] == [made["name"]]
        acts = [r["action"] for r in (await admin.get("/admin/audit"))["items"]]
        assert "backup.made" in acts
        file = settings.data / "backups" / made["name"]
        assert file.stat().st_mode & 0o077 == 0
        with pytest.raises(StorageError, match="stop it first"):  # it still runs
            restore(file, settings.data, datetime.now(UTC))
    assert main(["restore", str(file), "--data", str(settings.data)]) == 0
    assert "kept as" in capsys.readouterr().out
    async with local_server(settings) as local, town(local) as people:
        login = "/api/v1/auth/login"
        again = await people.http.post(login, json={"email": early.email, "password": PASSWORD})
        assert again.status_code == 200
        gone = await people.http.post(login, json={"email": late.email, "password": PASSWORD})
        assert gone.status_code == 401
        people.http.cookies.clear()
        early.http = people.http
        assert (await early.get("/wallet/balance"))["tokens"] == 70


async def test_a_damaged_backup_is_refused_and_nothing_changes(
    people: Town, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.sqlite3"
    bad.write_bytes(b"not a database at all" * 400)
    target = tmp_path / "elsewhere"
    assert main(["restore", str(bad), "--data", str(target)]) == 2
    assert "not a sound backup" in capsys.readouterr().err
    assert not target.exists()
    other = tmp_path / "other.sqlite3"
    with contextlib.closing(sqlite3.connect(other)) as db:
        db.execute("CREATE TABLE something (x)")
    with pytest.raises(StorageError, match="not a sound backup"):
        restore(other, target, datetime.now(UTC))


async def test_a_damaged_database_can_be_replaced(people: Town, tmp_path: Path) -> None:
    good = make_backup(tmp_path / "data", datetime.now(UTC))
    target = tmp_path / "broken"
    target.mkdir()
    (target / FILE_NAME).write_bytes(b"scrambled" * 2000)
    kept = restore(good.path, target, datetime.now(UTC))
    assert kept is not None
    assert kept.read_bytes().startswith(b"scrambled")
    assert (target / FILE_NAME).read_bytes() == good.path.read_bytes()


async def test_only_the_newest_are_kept(people: Town, tmp_path: Path) -> None:
    data, now = tmp_path / "data", datetime.now(UTC)
    made = [make_backup(data, now + timedelta(days=day)) for day in range(4)]
    prune_backups(data, 2)
    assert [b.path for b in backups(data)] == [made[3].path, made[2].path]


async def test_a_copy_in_the_store_can_be_put_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    store = (tmp_path / "store").as_uri()
    settings = quick_settings(tmp_path / "data", store_url=store)
    async with local_server(settings) as local, town(local) as people:
        admin = await people.person(Role.ADMIN)
        made = await admin.post("/admin/backup")
    monkeypatch.setenv("TEEZU_STORE_URL", store)
    elsewhere = str(tmp_path / "elsewhere")
    done = await asyncio.to_thread(main, ["restore", made["name"], "--data", elsewhere])
    assert (done, capsys.readouterr().err) == (0, "")
    with contextlib.closing(sqlite3.connect(tmp_path / "elsewhere" / FILE_NAME)) as restored:
        assert restored.execute("SELECT COUNT(*) FROM users").fetchone()[0] >= 1
    missing = await asyncio.to_thread(main, ["restore", "no-such", "--data", elsewhere])
    assert missing == 2
    assert "not a sound backup" in capsys.readouterr().err
