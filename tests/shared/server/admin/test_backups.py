"""Backups: made while the server runs, sound, put back by one command."""

import asyncio
import contextlib
import hashlib
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fakes.people import PASSWORD, Town, town
from fakes.server import local_server, migrated, quick_settings

from shared.errors import StorageError
from shared.schemas.roles import Role
from shared.server.__main__ import main
from shared.server.db.backup import make_backup, restore
from shared.server.db.manifest import backups, manifest_of, pool_path, prune_backups
from shared.server.db.restoring import restore_all
from shared.server.db.saving import save
from shared.server.db.upgrade import FILE_NAME
from shared.server.moderation.exhibits import key_of
from shared.server.objects import Objects
from shared.server.settings import Settings

EVIDENCE = b"what a broadcast showed"
SHA256 = hashlib.sha256(EVIDENCE).hexdigest()


def _lies(settings: Settings, file: Path, capsys: pytest.CaptureFixture[str], *words: str) -> None:
    """The backup is refused with these words, and nothing is changed by trying."""
    before = (settings.data / FILE_NAME).read_bytes()
    assert main(["restore", str(file), "--data", str(settings.data)]) == 2
    said = capsys.readouterr().err
    assert said.startswith("teezu-server: ")
    for word in ("not a sound backup", *words):
        assert word in said
    assert (settings.data / FILE_NAME).read_bytes() == before


async def test_a_backup_put_back_is_the_state_of_its_moment(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = quick_settings(tmp_path / "data", backups=2)
    async with local_server(settings) as local, town(local) as people:
        objects = local.server.core.objects
        await objects.put(key_of(SHA256), EVIDENCE)
        admin, early = await people.person(Role.ADMIN), await people.person(tokens=70)
        await admin.post("/admin/backup")
        made = await admin.post("/admin/backup")
        assert made["size_bytes"] > 0
        assert (made["evidence_files"], made["evidence_in"]) == (1, "backup")
        late = await people.person()
        health = await admin.get("/admin/health")
        assert (health["ok"], health["backups"]) == (True, 2)
        assert health["database_bytes"] > 0
        assert made["name"] in [b["name"] for b in (await admin.get("/admin/backups"))["items"]]
        acts = [r["action"] for r in (await admin.get("/admin/audit"))["items"]]
        assert acts.count("backup.made") == 2
        folder = settings.data / "backups"
        file = folder / made["name"]
        for path in (file, manifest_of(file), pool_path(folder, SHA256)):
            assert path.stat().st_mode & 0o077 == 0
        with pytest.raises(StorageError, match="stop it first"):  # it still runs
            restore_all(file, settings, datetime.now(UTC))
        await objects.delete([key_of(SHA256)])
        secret = (settings.data / "server.secret").read_bytes()
    (settings.data / "server.secret").unlink()

    def run(*arguments: str) -> int:
        return main(["restore", *arguments])

    for path, words in (
        (pool_path(folder, SHA256), "is not what was saved"),
        (file, "is not what was saved"),
        (manifest_of(file), "cannot be read"),
    ):
        whole = path.read_bytes()
        path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        await asyncio.to_thread(_lies, settings, file, capsys, words)
        path.unlink()
        if path != manifest_of(file):
            await asyncio.to_thread(_lies, settings, file, capsys)
        path.write_bytes(whole)
    assert await asyncio.to_thread(run, str(file), "--data", str(settings.data)) == 0
    said = capsys.readouterr().out
    assert "kept as" in said
    assert "Files of evidence put back: 1; gone or changed were 1." in said
    assert (settings.data / "server.secret").read_bytes() == secret
    async with local_server(settings) as local, town(local) as people:
        assert await local.server.core.objects.get(key_of(SHA256)) == EVIDENCE
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


async def test_only_the_newest_are_kept_and_the_evidence_that_they_name(tmp_path: Path) -> None:
    data, now = await migrated(tmp_path / "data"), datetime.now(UTC)
    settings = quick_settings(data)
    objects = Objects.of(settings)
    contents = [b"clip %d" % day for day in range(4)]
    keys = [key_of(hashlib.sha256(content).hexdigest()) for content in contents]
    made = []
    for day, (key, content) in enumerate(zip(keys, contents, strict=True)):
        await objects.put(key, content)
        made.append(await save(settings, objects, now + timedelta(days=day)))
        await objects.delete([key])  # pruned from the store: its backup still has it
    prune_backups(data, 2)
    assert [b.path for b in backups(data)] == [made[3].path, made[2].path]
    left = {path.name for path in (data / "backups" / "files").glob("*/*")}
    assert left == {key.rpartition("/")[2] for key in keys[2:]}
    assert len(list((data / "backups").glob("*.json"))) == 2
    await objects.put(keys[0], b"not what its name says")
    assert (await save(settings, objects, now)).manifest.damaged == [keys[0]]  # type: ignore[union-attr]


async def test_a_copy_in_the_store_can_be_put_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    store = (tmp_path / "store").as_uri()
    settings = quick_settings(tmp_path / "data", store_url=store)
    async with local_server(settings) as local, town(local) as people:
        admin = await people.person(Role.ADMIN)
        await local.server.core.objects.put(key_of(SHA256), EVIDENCE)
        await local.server.core.objects.put(key_of("0" * 64), b"soon gone")
        made = await admin.post("/admin/backup")
        assert (made["evidence_files"], made["evidence_in"]) == (2, "store")
        await local.server.core.objects.delete([key_of("0" * 64)])
    monkeypatch.setenv("TEEZU_STORE_URL", store)
    elsewhere = str(tmp_path / "elsewhere")
    done = await asyncio.to_thread(main, ["restore", made["name"], "--data", elsewhere])
    said = capsys.readouterr()
    assert (done, said.err) == (0, "")
    assert "1 of 2 files of evidence are not in the object store" in said.out
    with contextlib.closing(sqlite3.connect(tmp_path / "elsewhere" / FILE_NAME)) as restored:
        assert restored.execute("SELECT COUNT(*) FROM users").fetchone()[0] >= 1
    missing = await asyncio.to_thread(main, ["restore", "no-such", "--data", elsewhere])
    assert missing == 2
    assert "not a sound backup" in capsys.readouterr().err
