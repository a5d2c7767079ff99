"""A panic reaches an external media server and every other process before it is answered."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

from fakes.ingest import until
from fakes.nginx_rtmp import free_port, running_nginx
from fakes.platform import Platform, platform
from fakes.postgres import Postgres
from fakes.redis import running_redis
from fakes.rtmp_client import RtmpClient
from rules.noise import ExpectLog

from shared.api import ApiClient
from shared.rtmp import PublishStarted
from shared.schemas.moderation import SuspendRequest
from shared.schemas.roles import Role
from shared.schemas.streams import StreamStart, StreamState
from shared.server.ingest.hls import HlsStore
from shared.server.ingest.reports import InitReport, Media, SegmentReport
from shared.server.realtime.orders import RedisOrders
from shared.server.streams.authority import StreamAuthority

SECRET = "words"
MEDIA = Media("h264", 320, 180, "aac", 48_000, 2)


async def test_a_panic_hangs_up_at_nginx_and_lets_nobody_back(
    tmp_path: Path, expect_log: ExpectLog
) -> None:
    expect_log("alert: A stream could not be cut off")
    port = free_port()
    settings = {
        "ingest_hook_secret": SECRET,
        "ingest_control": "nginx-rtmp",
        "ingest_control_url": f"http://127.0.0.1:{port}",
    }
    async with platform(tmp_path / "data", **settings) as home:
        robin = await home.person("Robin", Role.CREATOR)
        started = await robin.api.streams.start(StreamStart(title="Evening talk"))
        stream_id, key = started.stream.id, started.ingest.stream_key
        url = f"{home.url}/internal/ingest"
        hooks = (
            f'on_publish "{url}/publish?rename=true&secret={SECRET}";'
            f'on_publish_done "{url}/publish_done?secret={SECRET}";'
        )

        async def is_live() -> bool:
            return (await robin.api.streams.read(stream_id)).state is StreamState.LIVE

        with running_nginx(tmp_path / "nginx", hooks, control_port=port) as nginx:
            address = ("127.0.0.1", nginx.port)
            async with RtmpClient(address, key) as client:
                assert isinstance(await client.publish(), PublishStarted)
                await until(is_live)
                await robin.api.streams.panic(stream_id)
                assert await client.listen(timeout_s=30) is None  # hung up
            async with RtmpClient(address, key) as again:
                assert not isinstance(await again.publish(), PublishStarted)
            assert home.core.metrics.total("teezu_ingest_cut_failures_total") == 0
            await robin.api.streams.reveal(stream_id)
            async with RtmpClient(address, key) as back:
                assert isinstance(await back.publish(), PublishStarted)
        await robin.api.streams.end(stream_id)  # nginx is gone: the admins must know
        await until(lambda: home.core.metrics.total("teezu_ingest_cut_failures_total") == 1)
        await until(lambda: home.core.metrics.total("teezu_alerts_total") == 1)


def _pictures(there: Platform, stream_id: str, epoch: int) -> HlsStore:
    """Two segments that viewers can fetch from this process."""
    store = there.services.get(HlsStore)
    folder = store.open(stream_id)
    (folder / f"init-{epoch}.mp4").write_bytes(b"init")
    store.add_init(stream_id, InitReport(epoch, f"init-{epoch}.mp4"))
    for serial in range(2):
        name = f"{epoch}-{serial}.m4s"
        (folder / name).write_bytes(b"media")
        store.add_segment(stream_id, SegmentReport(epoch, name, 2.0, 1_763_640_000_000))
    return store


async def test_a_panic_at_one_process_is_done_at_the_other_when_it_is_answered(
    tmp_path: Path, postgres: Postgres, expect_log: ExpectLog
) -> None:
    expect_log("Redis does not answer")
    expect_log("an order to other processes was not confirmed")
    async with AsyncExitStack() as stack:
        redis = AsyncExitStack()
        shared = {
            "database_url": postgres.migrated(),
            "redis_url": redis.enter_context(running_redis()),
            "secret": "ab" * 32,
            "store_url": (tmp_path / "store").as_uri(),
        }
        stack.push_async_exit(redis)
        here = await stack.enter_async_context(platform(tmp_path / "one", **shared))
        there = await stack.enter_async_context(platform(tmp_path / "two", **shared))
        async with asyncio.timeout(30):
            for each in (here, there):
                await each.services.get(RedisOrders).ready.wait()
        luna, mora = await here.person("Luna", Role.CREATOR), await here.person("Mora", Role.MOD)
        stream_id = (await luna.api.streams.start(StreamStart(title="Talk"))).stream.id
        authority = there.services.get(StreamAuthority)
        store = _pictures(there, stream_id, 1)
        await authority.started(stream_id, MEDIA)
        viewer = await stack.enter_async_context(ApiClient(there.url, session=mora.session))
        assert "#EXTINF" in await viewer.streams.playlist(stream_id)

        await luna.api.streams.panic(stream_id)
        assert store.is_hidden(stream_id)
        assert store.files(stream_id) == {}
        await luna.api.streams.reveal(stream_id)
        assert not store.is_hidden(stream_id)
        _pictures(there, stream_id, 2)
        await authority.follow(stream_id)  # the regular look has nothing to do any more
        assert "#EXTINF" in await viewer.streams.playlist(stream_id)

        await redis.aclose()  # now nobody hears
        failures = here.services.get(RedisOrders).failures
        await luna.api.streams.panic(stream_id)
        assert here.services.get(RedisOrders).failures == failures + 1
        playlist = await viewer.streams.playlist(stream_id)
        assert "#EXTINF" not in playlist  # the database says so to each process
        assert ".m4s" not in playlist
        assert "#EXT-X-MEDIA-SEQUENCE" in playlist
        await luna.api.streams.reveal(stream_id)
        assert store.files(stream_id) != {}
        await authority.follow(stream_id)  # a panic that came and went unheard is noticed
        assert store.files(stream_id) == {}
        assert not store.is_hidden(stream_id)

        _pictures(there, stream_id, 3)
        body = SuspendRequest(policy="conduct.harassment", statement="Not for anybody to see.")
        await mora.api.moderation.suspend(stream_id, body)
        await authority.follow(stream_id)
        assert store.files(stream_id) == {}
