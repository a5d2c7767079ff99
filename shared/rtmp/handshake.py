"""The simple RTMP handshake for both sides, as state machines over bytes.

The simple form, without digests, is what OBS, ffmpeg and every server accept. The echo in
C2 and S2 is not compared: servers exist that send something else there, and it proves nothing.
"""

import abc
from collections.abc import Callable
from typing import Final

from shared.rtmp.errors import HandshakeError

VERSION: Final = 3
BLOCK: Final = 1536

type RandomBytes = Callable[[int], bytes]


class _Handshake(abc.ABC):
    """The parts both sides share: collect input, say when enough of it is there."""

    def __init__(self, random_bytes: RandomBytes) -> None:
        self._random_bytes = random_bytes
        self._input = bytearray()
        self._out = bytearray()
        self._has_hello = False
        self.is_done = False

    def receive(self, source: bytes) -> bytes:
        """Take bytes of the peer; returns what lies after the handshake.

        Raises:
            HandshakeError: the peer does not speak plain RTMP.
        """
        self._input += source
        if self._input and self._input[0] != VERSION:
            raise HandshakeError("The peer does not speak RTMP version 3.")
        if not self._has_hello and len(self._input) >= 1 + BLOCK:
            self._has_hello = True
            self._on_hello(bytes(self._input[1 : 1 + BLOCK]))
        if len(self._input) < 1 + 2 * BLOCK:
            return b""
        self.is_done = True
        rest = bytes(self._input[1 + 2 * BLOCK :])
        self._input.clear()
        return rest

    def outgoing(self) -> bytes:
        """Bytes to send now; each is given once."""
        out = bytes(self._out)
        self._out.clear()
        return out

    def _own_block(self) -> bytes:
        return bytes(8) + self._random_bytes(BLOCK - 8)

    @abc.abstractmethod
    def _on_hello(self, peer_block: bytes) -> None:
        """Answer the peer's first block."""


class ServerHandshake(_Handshake):
    """Waits for C0 and C1, answers S0, S1 and S2, waits for C2."""

    def _on_hello(self, peer_block: bytes) -> None:
        self._out += bytes((VERSION,)) + self._own_block() + peer_block


class ClientHandshake(_Handshake):
    """Sends C0 and C1 at once, answers S1 by C2, waits for S2."""

    def __init__(self, random_bytes: RandomBytes) -> None:
        super().__init__(random_bytes)
        self._out += bytes((VERSION,)) + self._own_block()

    def _on_hello(self, peer_block: bytes) -> None:
        self._out += peer_block
