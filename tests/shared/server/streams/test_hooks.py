"""Media servers that ask who may publish: nginx-rtmp itself, and the words of the others."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from fakes.ingest import until
from fakes.nginx_rtmp import running_nginx
from fakes.platform import Person, Platform, platform
from fakes.rtmp_client import RtmpClient

from shared.errors import AppError
from shared.rtmp import PublishStarted
from shared.schemas.roles import Role
from shared.schemas.streams import StreamStart, StreamState
from shared.server.streams.hooks import Notice, read_notice

SECRET = "words between servers"


@pytest.fixture
async def hooked(tmp_path: Path) -> AsyncIterator[Platform]:
    async with platform(tmp_path / "data", ingest_hook_secret=SECRET) as made:
        yield made


async def _announced(hooked: Platform) -> tuple[Person, str, str]:
    """A creator, the id of their stream, and its key."""
    creator = await hooked.person("Robin", Role.CREATOR)
    started = await creator.api.streams.start(StreamStart(title="Evening talk"))
    return creator, started.stream.id, started.ingest.stream_key


async def _state(creator: Person, stream_id: str) -> StreamState:
    return (await creator.api.streams.read(stream_id)).state


async def _ask(
    hooked: Platform, path: str, body: bytes, kind: str, *, secret: str = SECRET, **query: str
) -> httpx.Response:
    async with httpx.AsyncClient(base_url=hooked.url) as http:
        return await http.post(
            f"/internal/ingest/{path}",
            params=query,
            content=body,
            headers={"Content-Type": kind, "X-Hook-Secret": secret},
        )


FORM = "application/x-www-form-urlencoded"


async def test_nginx_publishes_what_was_announced_and_tells_its_end(
    hooked: Platform, tmp_path: Path
) -> None:
    creator, stream_id, key = await _announced(hooked)
    url = f"{hooked.url}/internal/ingest"
    directives = (
        f'on_publish "{url}/publish?rename=true&secret={SECRET.replace(" ", "%20")}";'
        f'on_publish_done "{url}/publish_done?secret={SECRET.replace(" ", "%20")}";'
    )
    with running_nginx(tmp_path / "nginx", directives) as nginx:
        async with RtmpClient(("127.0.0.1", nginx.port), "live_wrong") as stranger:
            assert not isinstance(await stranger.publish(), PublishStarted)
        assert await _state(creator, stream_id) is StreamState.WAITING
        async with RtmpClient(("127.0.0.1", nginx.port), key) as client:
            assert isinstance(await client.publish(), PublishStarted)

            async def is_live() -> bool:
                return await _state(creator, stream_id) is StreamState.LIVE

            await until(is_live, timeout_s=30)
            await client.end()

        async def is_gone() -> bool:
            return await _state(creator, stream_id) is StreamState.INTERRUPTED

        await until(is_gone, timeout_s=30)


def _srs(action: str, key: str) -> bytes:
    return json.dumps(
        {"action": action, "client_id": "9308h583", "ip": "10.0.0.7", "vhost": "v", "app": "live",
         "stream": key, "param": "", "stream_url": "/live", "stream_id": "vid-124q9y3"}
    ).encode()  # fmt: skip


def _mediamtx(action: str, key: str) -> bytes:
    return json.dumps(
        {"user": "", "password": "", "token": "", "ip": "10.0.0.7", "action": action,
         "path": f"live/{key}", "protocol": "rtmp", "id": None, "query": ""}
    ).encode()  # fmt: skip


async def test_srs_and_mediamtx_are_understood(hooked: Platform) -> None:
    creator, stream_id, key = await _announced(hooked)
    for body in (_srs("on_publish", key), _mediamtx("publish", key)):
        allowed = await _ask(hooked, "publish", body, "application/json")
        assert (allowed.status_code, allowed.json()["code"]) == (200, 0)
        assert await _state(creator, stream_id) is StreamState.LIVE
        done = await _ask(hooked, "publish_done", _srs("on_unpublish", key), "application/json")
        assert (done.status_code, done.json()["code"]) == (200, 0)
        assert await _state(creator, stream_id) is StreamState.INTERRUPTED
    for body in (_mediamtx("read", key), _srs("on_play", key), _srs("on_publish", "other"), b"[]"):
        refused = await _ask(hooked, "publish", body, "application/json")
        assert (refused.status_code, refused.json()["code"]) == (403, "FORBIDDEN")
        assert key not in refused.text


async def test_a_key_stays_out_of_names_and_an_ended_stream_is_cut(hooked: Platform) -> None:
    creator, stream_id, key = await _announced(hooked)
    body = urlencode({"call": "publish", "name": key}).encode()
    renamed = await _ask(hooked, "publish", body, FORM, rename="true")
    assert (renamed.status_code, renamed.headers["location"]) == (302, stream_id)
    update = urlencode({"call": "update_publish", "name": key}).encode()
    assert (await _ask(hooked, "publish", update, FORM)).status_code == 200
    await creator.api.streams.end(stream_id)
    assert (await _ask(hooked, "publish", update, FORM)).status_code == 403


async def test_only_our_media_servers_may_ask(hooked: Platform, tmp_path: Path) -> None:
    _, _, key = await _announced(hooked)
    body = urlencode({"name": key, "secret": SECRET}).encode()  # a publisher's own words
    assert (await _ask(hooked, "publish", body, FORM, secret="")).status_code == 403
    assert (await _ask(hooked, "publish", body, FORM, secret="wrong")).status_code == 403
    async with platform(tmp_path / "other") as without:
        assert (await _ask(without, "publish", body, FORM, secret="")).status_code == 404


def test_a_publisher_cannot_add_words_over_the_servers() -> None:
    form = b"call=publish&addr=10.0.0.7&name=mine&type=live&name=theirs&call=update_publish"
    assert read_notice(FORM, form) == Notice("mine", "10.0.0.7", goes_on=False)
    for broken in (b"\xff", b"", b"name=", b"name=" + b"a" * 300, b"&" * 500 + b"name=a"):
        with pytest.raises(AppError):
            read_notice(FORM, broken)
    for broken in (b"\xff", b"{", b"null", b'{"stream": ""}', b'{"stream": {}}' * 2):
        with pytest.raises(AppError):
            read_notice("application/json", broken)
