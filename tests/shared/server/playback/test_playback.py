"""From ffmpeg to a viewer: published by key, live, played by a signed address, gone on panic."""

import json
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fakes.server import ServerProcess, server_process

PREFIX = "/api/v1"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    with server_process(tmp_path / "data", demo=True) as running:
        yield running


class _Viewer:
    """A person of the demo, by plain requests."""

    def __init__(self, server: ServerProcess, role: str) -> None:
        self.url = server.url
        account = server.account(role)
        body = {"email": account.email, "password": account.password}
        answer = httpx.post(f"{self.url}{PREFIX}/auth/login", json=body, timeout=30)
        self.headers = {"Authorization": f"Bearer {answer.json()['session']}"}

    def get(self, path: str) -> httpx.Response:
        return httpx.get(f"{self.url}{PREFIX}{path}", headers=self.headers, timeout=30)

    def post(self, path: str, body: Any = None) -> Any:
        answer = httpx.post(
            f"{self.url}{PREFIX}{path}", json=body, headers=self.headers, timeout=30
        )
        assert answer.is_success, answer.text
        return answer.json()


def _until[T](ask: Callable[[], T | None], timeout_s: float = 30) -> T:
    deadline = time.monotonic() + timeout_s
    pause = threading.Event()
    while time.monotonic() < deadline:
        if found := ask():
            return found
        pause.wait(0.1)
    raise AssertionError("it did not happen in time")


def _publish(url: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [
            *("ffmpeg", "-v", "error", "-re", "-f", "lavfi"),
            *("-i", "testsrc2=size=320x180:rate=30", "-f", "lavfi", "-i", "sine=frequency=440"),
            *("-c:v", "libx264", "-preset", "ultrafast", "-g", "30", "-c:a", "aac"),
            *("-f", "flv", url),
        ],
        stdin=subprocess.DEVNULL,
    )


def test_a_broadcast_is_played_and_taken_away(server: ServerProcess) -> None:
    creator, member = _Viewer(server, "creator"), _Viewer(server, "member")
    started = creator.post("/streams/start", {"title": "On air"})
    stream_id, ingest = started["stream"]["id"], started["ingest"]
    assert ingest["url"] == server.rtmp
    path = f"/streams/{stream_id}"
    publisher = _publish(f"{ingest['url']}/{ingest['stream_key']}")
    try:
        stream = _until(
            lambda: found if (found := member.get(path).json())["state"] == "live" else None
        )
        assert stream["media"]["width"] == 320
        address = server.url + stream["playlist_url"]
        _until(lambda: httpx.get(address).text.count("#EXTINF") >= 2)
        probe = subprocess.run(
            [
                *("ffprobe", "-v", "error", "-of", "json"),
                *("-show_entries", "stream=codec_name,width", address),
            ],
            capture_output=True,
            timeout=60,
            check=True,
        )
        codecs = {s["codec_name"] for s in json.loads(probe.stdout)["streams"]}
        assert codecs == {"h264", "aac"}
        picture = _until(
            lambda: r if (r := httpx.get(server.url + stream["thumbnail_url"])).is_success else None
        )
        assert picture.content[:3] == b"\xff\xd8\xff"
        segment = _segment(address)
        assert httpx.get(segment).is_success

        assert creator.post(f"{path}/panic")["state"] == "panicked"
        assert "#EXTINF" not in httpx.get(address).text
        assert httpx.get(segment).status_code == 404
        creator.post(f"{path}/reveal")
        _until(lambda: "#EXTINF" in httpx.get(address).text)

        assert creator.post(f"{path}/end")["state"] == "ended"
        assert publisher.wait(20) != 0  # it was told to go
    finally:
        publisher.kill()
        publisher.wait(10)
    refused = _publish(f"{ingest['url']}/{ingest['stream_key']}")
    assert refused.wait(30) != 0


def _segment(playlist: str) -> str:
    lines = httpx.get(playlist).text.splitlines()
    return str(httpx.URL(playlist).join(next(line for line in lines if line.startswith("seg"))))
