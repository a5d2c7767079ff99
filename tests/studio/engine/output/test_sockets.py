"""The socket of a publisher: tuned for a live stream, on this system and on the others."""

import asyncio
import socket
import sys

import pytest

from studio.engine.output.sockets import give_up_option, tune


@pytest.mark.parametrize(
    ("platform", "option"),
    [("linux", (18, 2500)), ("win32", (5, 3)), ("darwin", (0x80, 3)), ("sunos5", None)],
)
def test_each_system_gives_up_on_a_line_that_acknowledges_nothing_within_three_seconds(
    platform: str, option: tuple[int, int] | None
) -> None:
    assert give_up_option(platform, 2.5) == option


@pytest.mark.skipif(sys.platform != "linux", reason="reads Linux's options back")
async def test_the_options_hold() -> None:
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    async with server:
        _, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        tune(writer, dead_after_s=2.5)
        sock = writer.get_extra_info("socket")
        assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 2500
        assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 1
        writer.close()
