"""What both ends of an RTMP connection do alike: handshake, chunks, acknowledgements, pings."""

import abc
from typing import Final

from shared.rtmp import messages
from shared.rtmp.amf import AmfValue
from shared.rtmp.chunks import ChunkLimits, ChunkReader, ChunkWriter
from shared.rtmp.errors import MessageError, RtmpError
from shared.rtmp.events import Event, PongReceived
from shared.rtmp.handshake import ClientHandshake, ServerHandshake
from shared.rtmp.messages import (
    Acknowledgement,
    Command,
    Message,
    SetChunkSize,
    SetPeerBandwidth,
    UserControl,
    UserControlType,
    WindowAckSize,
)

WINDOW_ACK_SIZE: Final = 2_500_000
MAX_COMMANDS: Final = 256
_U32_MASK: Final = 0xFFFFFFFF


class Connection(abc.ABC):
    """One end of a connection as a state machine: bytes in, events and bytes out.

    `receive` never blocks and never does I/O; after each call, send what `outgoing` gives. Once
    it has raised, the connection is of no further use and says so on every later call.
    """

    def __init__(
        self, handshake: ServerHandshake | ClientHandshake, limits: ChunkLimits | None
    ) -> None:
        self._handshake = handshake
        self._reader = ChunkReader(limits)
        self._writer = ChunkWriter()
        self._out: list[bytes] = []
        self._received = 0
        self._acknowledged = 0
        self._window = WINDOW_ACK_SIZE
        self._commands = 0
        self._is_broken = False
        self._has_opened = False
        self.peer_acknowledged = 0

    @property
    def is_open(self) -> bool:
        """The handshake is complete."""
        return self._handshake.is_done

    @property
    def bytes_received(self) -> int:
        """All bytes given to `receive`."""
        return self._received

    @property
    def held_bytes(self) -> int:
        """Memory held for messages that are not complete."""
        return self._reader.held_bytes

    def receive(self, source: bytes) -> list[Event]:
        """Take the peer's bytes, in any pieces; returns what they meant.

        Raises:
            RtmpError: the peer broke the protocol or a limit; close the connection.
        """
        if self._is_broken:
            raise MessageError("The connection has failed before.")
        try:
            return self._receive(source)
        except RtmpError:
            self._is_broken = True
            raise

    def outgoing(self) -> bytes:
        """All bytes that must be sent now; each is given once."""
        out = self._handshake.outgoing() + b"".join(self._out)
        self._out.clear()
        return out

    def outgoing_chunks(self) -> list[bytes]:
        """As `outgoing`, in whole chunks: a message of another kind may go between two of them."""
        opening = self._handshake.outgoing()
        chunks = [opening, *self._out] if opening else list(self._out)
        self._out.clear()
        return chunks

    def ping(self, value: int) -> None:
        """Ask for a `PongReceived` with the same value."""
        self._send(UserControl(UserControlType.PING_REQUEST, value & _U32_MASK))

    def _receive(self, source: bytes) -> list[Event]:
        self._received += len(source)
        if not self._handshake.is_done:
            source = self._handshake.receive(source)
            if not self._handshake.is_done:
                return []
        if not self._has_opened:
            self._has_opened = True
            self._on_open()
        events: list[Event] = []
        for raw in self._reader.receive(source):
            for message in messages.decode(raw):
                events += self._on_message(message)
        if self._received - self._acknowledged >= self._window:
            self._acknowledged = self._received
            self._send(Acknowledgement(self._received & _U32_MASK))
        return events

    def _on_message(self, message: Message) -> list[Event]:
        match message:
            case Command():
                self._commands += 1
                if self._commands > MAX_COMMANDS:
                    raise MessageError("The peer sends too many commands.")
                return self._on_command(message)
            case UserControl(UserControlType.PING_REQUEST, value):
                self._send(UserControl(UserControlType.PING_RESPONSE, value))
            case UserControl(UserControlType.PING_RESPONSE, value):
                return [PongReceived(value)]
            case WindowAckSize(size):
                self._window = max(size, 1)
            case SetPeerBandwidth(size):
                self._send(WindowAckSize(size))
            case Acknowledgement(received):
                self.peer_acknowledged = received
            case _:
                return self._on_media(message)
        return []

    def _send(self, message: Message) -> None:
        self._out += self._writer.write_chunks(messages.encode(message))

    def _set_own_chunk_size(self, size: int) -> None:
        self._send(SetChunkSize(size))
        self._writer.set_chunk_size(size)

    @abc.abstractmethod
    def _on_open(self) -> None:
        """The handshake has just ended."""

    @abc.abstractmethod
    def _on_command(self, command: Command) -> list[Event]:
        """A command or an answer arrived."""

    @abc.abstractmethod
    def _on_media(self, message: Message) -> list[Event]:
        """A message arrived that is neither command nor protocol control."""


def status(level: str, code: str, description: str) -> dict[str, AmfValue]:
    """The information object of onStatus, _result and _error."""
    return {"level": level, "code": code, "description": description}
