"""A member who watches: signs in and finds what a player needs to open a stream."""

import asyncio
from urllib.parse import urljoin

from fakes.server import ServerProcess

from shared.api import ApiClient

_SEGMENT_S = 20.0
_LOOK_S = 0.25


async def watchable(client: ApiClient, base: str, stream_id: str) -> str:
    """The signed playlist address of a stream, once its first segment is there to play."""
    async with asyncio.timeout(_SEGMENT_S):
        while "#EXTINF" not in await client.streams.playlist(stream_id):
            await asyncio.sleep(_LOOK_S)
    stream = await client.streams.read(stream_id)
    assert stream.playlist_url is not None
    return urljoin(base, stream.playlist_url)


def viewer_playlist(server: ServerProcess, stream_id: str) -> str:
    """What a member's player opens: an address that needs no session of its own."""

    async def ask() -> str:
        member = server.account("member")
        async with ApiClient(server.url) as client:
            await client.auth.login(member.email, member.password)
            return await watchable(client, server.url, stream_id)

    return asyncio.run(ask())
