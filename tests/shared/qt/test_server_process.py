"""The local server as a child: started only when asked, stopped only when ours."""

import socket
from pathlib import Path

import pytest

from shared.api import ApiClient
from shared.errors import StorageError, Unavailable
from shared.qt.server_process import LocalServer, is_local


async def _answers(url: str) -> bool:
    async with ApiClient(url) as client:
        return (await client.health.read()).ok


def free_url() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


@pytest.mark.slow
async def test_it_starts_answers_and_stops(tmp_path: Path) -> None:
    server = LocalServer(_answers, tmp_path / "data", with_demo=False)
    url = free_url()
    ready = await server.start(url)
    assert ready.http == url
    assert server.is_ours
    assert await server.probe_once(url)
    again = LocalServer(_answers, tmp_path / "other")
    await again.start(url)
    assert not again.is_ours
    await again.stop()
    assert await server.probe_once(url)
    await server.stop()
    assert not server.is_ours


async def test_only_this_computer_is_started(tmp_path: Path) -> None:
    async def nobody(_url: str) -> bool:
        return False

    server = LocalServer(nobody, tmp_path)
    with pytest.raises(Unavailable, match="on this computer"):
        await server.start("https://teezu.example")
    assert is_local("http://localhost:1")
    assert not is_local("https://localhost.example")


async def test_a_server_that_cannot_start_says_where_its_words_are(tmp_path: Path) -> None:
    async def nobody(_url: str) -> bool:
        return False

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        server = LocalServer(nobody, tmp_path / "data", with_demo=False)
        with pytest.raises(Unavailable, match=r"server\.log"):
            await server.start(f"http://127.0.0.1:{taken.getsockname()[1]}")
    assert not server.is_ours
    assert (tmp_path / "data" / "server.log").stat().st_size > 0


async def test_a_folder_that_is_not_writable_is_a_sentence(tmp_path: Path) -> None:
    async def nobody(_url: str) -> bool:
        return False

    (tmp_path / "file").write_text("in the way")
    server = LocalServer(nobody, tmp_path / "file" / "data")
    with pytest.raises(StorageError, match="make it writable"):
        await server.start(free_url())


async def test_an_error_while_probing_counts_as_nobody(tmp_path: Path) -> None:
    async def fails(_url: str) -> bool:
        raise Unavailable("No.", code="SERVER_TIMEOUT")

    assert not await LocalServer(fails, tmp_path).probe_once("http://127.0.0.1:9")
