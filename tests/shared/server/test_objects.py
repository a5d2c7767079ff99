"""The object store: the same on a folder, in memory, and refused in words when it is not there."""

import asyncio
from pathlib import Path

import pytest

from shared.errors import InvalidInput, Unavailable
from shared.server.objects import Objects
from shared.server.settings import Settings


def _settings(tmp_path: Path, **values: object) -> Settings:
    return Settings.model_validate({"data": tmp_path / "data", **values})


@pytest.fixture(params=["", "file", "memory"])
def objects(request: pytest.FixtureRequest, tmp_path: Path) -> Objects:
    urls = {"": "", "file": (tmp_path / "store").as_uri(), "memory": "memory:///"}
    return Objects.of(_settings(tmp_path, store_url=urls[request.param]))


async def test_what_is_put_can_be_got_listed_and_deleted(objects: Objects, tmp_path: Path) -> None:
    assert await objects.get("evidence/one.json") is None
    await objects.put("evidence/one.json", b"{}")
    await objects.put("evidence/one.json", b'{"a": 1}')
    large = tmp_path / "large"
    large.write_bytes(bytes(range(256)) * 30_000)  # in more than one part
    await objects.put_file("backups/large", large)
    assert await objects.get("evidence/one.json") == b'{"a": 1}'
    assert await objects.get("backups/large") == large.read_bytes()
    assert await objects.get_file("backups/large", tmp_path / "again")
    assert (tmp_path / "again").read_bytes() == large.read_bytes()
    assert not await objects.get_file("backups/never-there", tmp_path / "nothing")
    [found] = await objects.under("evidence/")
    assert (found.key, found.size_bytes) == ("evidence/one.json", 8)
    await objects.delete(["evidence/one.json", "evidence/never-there.json"])
    assert await objects.get("evidence/one.json") is None
    assert await objects.under("evidence/") == []


def test_only_a_named_store_is_shared(tmp_path: Path) -> None:
    assert not Objects.of(_settings(tmp_path)).is_shared
    assert Objects.of(_settings(tmp_path, store_url=(tmp_path / "s").as_uri())).is_shared


def test_an_address_of_no_store_is_refused_in_words(tmp_path: Path) -> None:
    for url in ("ftp://somewhere", "nonsense", "https://example.com/bucket"):
        with pytest.raises(InvalidInput, match="TEEZU_STORE_URL"):
            Objects.of(_settings(tmp_path, store_url=url))


async def test_a_store_that_is_not_there_is_told_without_its_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.server.objects._TIMEOUT_S", 0.2)
    objects = Objects.of(
        _settings(
            tmp_path,
            store_url="s3://bucket/prefix",
            store_endpoint="http://127.0.0.1:9",
            store_access_key="access-words",
            store_secret_key="secret-words",
        )
    )
    with pytest.raises(Unavailable) as refused:
        await objects.get("evidence/one.json")
    assert "secret-words" not in str(refused.value)
    assert refused.value.__cause__ is None


async def test_what_is_under_way_comes_to_its_end_though_nobody_waits(tmp_path: Path) -> None:
    objects = Objects.of(_settings(tmp_path))
    for number in range(20):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0):
                await objects.put(f"a/{number}", b"x" * 100_000)
    await objects.aclose()
    kept = [stored.size_bytes for stored in await objects.under("a")]
    assert kept == [100_000] * 20
