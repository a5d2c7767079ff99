"""Socket options of a publisher: little unsent data in the kernel, a dead line seen soon."""

import asyncio
import contextlib
import math
import socket
import struct
import sys
from typing import Final

NOT_SENT_LOW_WATER: Final = 32 * 1024
SEND_BUFFER: Final = 128 * 1024
_TCP_USER_TIMEOUT: Final = 18  # linux/tcp.h, in milliseconds
_GIVE_UP_S: Final = {"win32": 5, "darwin": 0x80}
"""In seconds: TCP_MAXRT of ws2ipdef.h, TCP_RXT_CONNDROPTIME of netinet/tcp.h."""
# linux/tcp.h, struct tcp_info: eight single bytes, then 32-bit fields; tcpi_rtt is the 16th.
_RTT_OFFSET: Final = 8 + 15 * 4


def tune(writer: asyncio.StreamWriter, *, dead_after_s: float) -> None:
    """Make the queue in front of the socket the place where data waits.

    Where the system can limit unsent bytes (Linux, macOS), the send buffer keeps its own size,
    so that long round trips stay fast; elsewhere it is made small.
    """
    # Not 0: asyncio's TLS transport would pause at an empty buffer (CPython 3.13, sslproto).
    writer.transport.set_write_buffer_limits(high=1, low=0)
    sock = writer.get_extra_info("socket")
    if sock is None:
        return
    with contextlib.suppress(OSError):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    low_water = getattr(socket, "TCP_NOTSENT_LOWAT", None)
    with contextlib.suppress(OSError):
        if low_water is not None:
            sock.setsockopt(socket.IPPROTO_TCP, low_water, NOT_SENT_LOW_WATER)
        else:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
    option = give_up_option(sys.platform, dead_after_s)
    if option is not None:
        with contextlib.suppress(OSError):
            sock.setsockopt(socket.IPPROTO_TCP, *option)


def give_up_option(platform: str, after_s: float) -> tuple[int, int] | None:
    """Return the option, and its value, that ends a connection whose data nobody acknowledges."""
    if platform == "linux":
        return _TCP_USER_TIMEOUT, round(after_s * 1000)
    seconds = _GIVE_UP_S.get(platform)
    return None if seconds is None else (seconds, math.ceil(after_s))


def local_address(host: str, port: int) -> str | None:
    """The address this computer would use towards a numeric host; None without a way there.

    Nothing is sent: a UDP socket that is connected only asks the routing table.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((host, port))
            return str(probe.getsockname()[0])
    except (OSError, OverflowError):
        return None


def peer_host(writer: asyncio.StreamWriter) -> str | None:
    """The numeric address of the other side."""
    peer = writer.get_extra_info("peername")
    return str(peer[0]) if isinstance(peer, tuple) and peer else None


def round_trip_ms(writer: asyncio.StreamWriter) -> float | None:
    """The kernel's smoothed round-trip time; None where it does not tell."""
    sock = writer.get_extra_info("socket")
    if sock is None or sys.platform != "linux":
        return None
    try:
        answer = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104)
    except OSError:
        return None
    if len(answer) < _RTT_OFFSET + 4:
        return None
    micros: int = struct.unpack_from("=I", answer, _RTT_OFFSET)[0]
    return micros / 1000
