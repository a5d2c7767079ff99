"""What went wrong on the way to an ingest, in one sentence with a next step."""

import errno
import socket
import ssl
from dataclasses import dataclass

from shared.rtmp import RtmpAddress, RtmpError


@dataclass(frozen=True, slots=True)
class Trouble:
    """A sentence for the creator and a stable code for programs; neither holds the key."""

    message: str
    code: str


def key_refused(address: RtmpAddress) -> Trouble:
    """The server does not take this key, and will not take it the next time."""
    return Trouble(
        f"{address.host} refuses the stream key. Get a new key and go live again.",
        "STREAM_KEY_REFUSED",
    )


def refused(address: RtmpAddress, description: str) -> Trouble:
    """The server does not want the stream now, for a reason of its own."""
    words = f" It says: {description}" if description else ""
    return Trouble(
        f"{address.host} does not accept the stream; trying again.{words}", "INGEST_REFUSED"
    )


def ended_by_server(address: RtmpAddress, description: str) -> Trouble:
    """The server ended a broadcast that was live."""
    words = f" It says: {description}" if description else ""
    return Trouble(f"{address.host} ended the broadcast; trying again.{words}", "INGEST_ENDED")


def hung_up(address: RtmpAddress, *, was_live: bool) -> Trouble:
    """The other side closed the connection without a word."""
    if was_live:
        return _lost(address)
    return Trouble(
        f"{address.host} closed the connection before it took the stream. "
        "Check the address and the stream key.",
        "INGEST_HUNG_UP",
    )


def of_error(error: Exception, address: RtmpAddress, *, was_live: bool) -> Trouble:
    """The sentence for an error of the network, of TLS or of the protocol."""
    host = address.host
    if isinstance(error, ssl.SSLCertVerificationError):
        return Trouble(
            f"The certificate of {host} cannot be verified, so nothing is sent to it. "
            "Check the address and this computer's date.",
            "INGEST_CERTIFICATE",
        )
    if isinstance(error, ssl.SSLError):
        return Trouble(
            f"No secure connection to {host} can be made. Check the address and the port.",
            "INGEST_TLS",
        )
    if isinstance(error, RtmpError):
        return Trouble(
            f"{host} does not answer like an RTMP server. Check the address.", error.code
        )
    if was_live:
        return _lost(address)
    if isinstance(error, (socket.gaierror, UnicodeError)):
        return Trouble(
            f"The address {host} cannot be found. Check it and your network.",
            "INGEST_NOT_FOUND",
        )
    if isinstance(error, ConnectionRefusedError):
        return Trouble(
            f"{host} takes no connections on port {address.port}. Check the address.",
            "INGEST_CLOSED",
        )
    if isinstance(error, TimeoutError):
        return Trouble(
            f"{host} does not answer. Check the address and your network.", "INGEST_SILENT"
        )
    if isinstance(error, OSError) and error.errno in (errno.ENETUNREACH, errno.EHOSTUNREACH):
        return Trouble(f"{host} cannot be reached. Check your network.", "INGEST_UNREACHABLE")
    return hung_up(address, was_live=was_live)


def _lost(address: RtmpAddress) -> Trouble:
    return Trouble(f"The connection to {address.host} is lost; reconnecting.", "INGEST_LOST")
