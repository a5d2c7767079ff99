"""Tries the line to an ingest: finds it, connects, says hello, hangs up; nothing is published."""

import asyncio
import os
import ssl

import truststore

from shared.errors import Unavailable
from shared.rtmp import RtmpAddress, RtmpError
from shared.rtmp.handshake import ClientHandshake
from studio.engine.output import troubles

_TRY_S = 6.0
_READ = 8192


async def try_line(address: RtmpAddress, *, tls: ssl.SSLContext | None = None) -> None:
    """Return when a server that speaks RTMP has answered; `tls` replaces the trust store (tests).

    Raises:
        Unavailable: it cannot be reached or is something else, with the reason in one sentence.
    """
    context: ssl.SSLContext | None = None
    if address.is_secure:
        context = tls or truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        async with asyncio.timeout(_TRY_S):
            reader, writer = await asyncio.open_connection(
                address.host, address.port, ssl=context, happy_eyeballs_delay=0.25
            )
            try:
                await _greet(address, reader, writer)
            finally:
                writer.transport.abort()
    except (OSError, UnicodeError, RtmpError) as error:
        trouble = troubles.of_error(error, address, was_live=False)
        raise Unavailable(trouble.message, code=trouble.code) from error


async def _greet(
    address: RtmpAddress, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    handshake = ClientHandshake(os.urandom)
    while not handshake.is_done:
        writer.write(handshake.outgoing())
        await writer.drain()
        source = await reader.read(_READ)
        if not source:
            trouble = troubles.hung_up(address, was_live=False)
            raise Unavailable(trouble.message, code=trouble.code)
        handshake.receive(source)
