"""The server's end of an RTMP publish, for the ingest and for tests of the publisher."""

import enum
import os
from typing import Final

from shared.rtmp.amf import AmfValue
from shared.rtmp.chunks import ChunkLimits
from shared.rtmp.connection import WINDOW_ACK_SIZE, Connection, status
from shared.rtmp.errors import MessageError
from shared.rtmp.events import (
    AudioReceived,
    Connected,
    Event,
    MetadataReceived,
    PublishEnded,
    PublishRequested,
    VideoReceived,
)
from shared.rtmp.flv import VideoFormat
from shared.rtmp.handshake import RandomBytes, ServerHandshake
from shared.rtmp.messages import (
    AudioMessage,
    Command,
    DataMessage,
    Message,
    SetPeerBandwidth,
    UserControl,
    UserControlType,
    VideoMessage,
    WindowAckSize,
)

BAD_NAME: Final = "NetStream.Publish.BadName"
CHUNK_SIZE: Final = 4096
MAX_STREAMS: Final = 8
MAX_NAME: Final = 512


class _State(enum.Enum):
    NEW = "new"
    CONNECTED = "connected"
    ASKED = "asked"
    LIVE = "live"
    CLOSING = "closing"


class ServerConnection(Connection):
    """Takes one publisher; the owner decides on `PublishRequested`.

    Media counts only between `accept_publish` and the publisher's end; what comes earlier or
    later is read and forgotten. When `is_closing`, send `outgoing` and close.
    """

    def __init__(
        self, *, limits: ChunkLimits | None = None, random_bytes: RandomBytes = os.urandom
    ) -> None:
        super().__init__(ServerHandshake(random_bytes), limits)
        self._state = _State.NEW
        self._app = ""
        self._streams = 0
        self._publish_stream = 0

    @property
    def is_closing(self) -> bool:
        """Nothing more is expected of this connection."""
        return self._state is _State.CLOSING

    @property
    def is_live(self) -> bool:
        """A publish is accepted and not over."""
        return self._state is _State.LIVE

    def accept_publish(self) -> None:
        """Let the publisher send.

        Raises:
            MessageError: nobody asked to publish.
        """
        self._check_asked()
        self._state = _State.LIVE
        self._send(UserControl(UserControlType.STREAM_BEGIN, self._publish_stream))
        self._on_status("status", "NetStream.Publish.Start", "The stream is on air.")

    def refuse_publish(self, description: str, *, code: str = BAD_NAME) -> None:
        """Turn the publisher away; the connection is closing then.

        Raises:
            MessageError: nobody asked to publish.
        """
        self._check_asked()
        self._on_status("error", code, description)
        self._state = _State.CLOSING

    def end_publish(self, description: str, *, code: str = BAD_NAME) -> None:
        """Tell a publisher that its broadcast is over; the connection is closing then."""
        if self._state is _State.LIVE:
            self._on_status("error", code, description)
        self._state = _State.CLOSING

    def _check_asked(self) -> None:
        if self._state is not _State.ASKED:
            raise MessageError("There is no publish to answer.")

    def _on_status(self, level: str, code: str, description: str) -> None:
        info = status(level, code, description)
        self._send(Command("onStatus", 0, (None, info), self._publish_stream))

    def _on_open(self) -> None:
        """The client speaks first."""

    def _on_command(self, command: Command) -> list[Event]:
        if self._state is _State.CLOSING:
            return []
        if self._state is _State.NEW and command.name != "connect":
            raise MessageError("The first command must be connect.")
        match command.name:
            case "connect":
                return self._on_connect(command)
            case "createStream":
                self._on_create_stream(command)
            case "publish":
                return self._on_publish(command)
            case "FCUnpublish" | "deleteStream" | "closeStream":
                return self._on_end(command)
            case "releaseStream" | "_checkbw":
                self._answer(command)
            case "FCPublish":
                self._answer(command)
                info = status("status", "NetStream.Publish.Start", "")
                self._send(Command("onFCPublish", 0, (None, info)))
            case "play":
                self._publish_stream = command.stream_id
                self._on_status("error", "NetStream.Play.StreamNotFound", "Watch over HLS.")
                self._state = _State.CLOSING
            case "_result" | "_error" | "onStatus":
                pass
            case _:
                self._refuse_call(command)
        return []

    def _on_connect(self, command: Command) -> list[Event]:
        if self._state is not _State.NEW:
            raise MessageError("Connect may be said only once.")
        match command.arguments:
            case ({"app": str(app), **rest}, *_) if len(app) <= MAX_NAME:
                self._app = app.partition("?")[0].strip("/")
            case _:
                raise MessageError("Connect names no application.")
        self._state = _State.CONNECTED
        self._send(WindowAckSize(WINDOW_ACK_SIZE))
        self._send(SetPeerBandwidth(WINDOW_ACK_SIZE))
        self._set_own_chunk_size(CHUNK_SIZE)
        properties: dict[str, AmfValue] = {"fmsVer": "FMS/3,5,7,7009", "capabilities": 31}
        if "fourCcList" in rest:
            properties["fourCcList"] = [kind.value.decode() for kind in VideoFormat]
        info = status("status", "NetConnection.Connect.Success", "Connection succeeded.")
        info["objectEncoding"] = 0
        self._send(Command("_result", command.transaction_id, (properties, info)))
        return [Connected(self._app)]

    def _on_create_stream(self, command: Command) -> None:
        if self._streams >= MAX_STREAMS:
            raise MessageError("Too many streams were created.")
        self._streams += 1
        self._send(Command("_result", command.transaction_id, (None, self._streams)))

    def _on_publish(self, command: Command) -> list[Event]:
        if self._state is not _State.CONNECTED:
            raise MessageError("Only one publish is allowed at a time.")
        match command.arguments:
            case (_, str(name), *_) if len(name) <= MAX_NAME:
                pass
            case _:
                raise MessageError("Publish names no stream.")
        self._state = _State.ASKED
        self._publish_stream = command.stream_id
        return [PublishRequested(name.partition("?")[0].strip("/"), self._app)]

    def _on_end(self, command: Command) -> list[Event]:
        if command.name == "FCUnpublish":
            self._answer(command)
            info = status("status", "NetStream.Unpublish.Success", "")
            self._send(Command("onFCUnpublish", 0, (None, info)))
        if self._state is not _State.LIVE:
            return []
        self._on_status("status", "NetStream.Unpublish.Success", "The stream has ended.")
        self._state = _State.CONNECTED
        return [PublishEnded("NetStream.Unpublish.Success")]

    def _answer(self, command: Command) -> None:
        if command.transaction_id:
            self._send(Command("_result", command.transaction_id, (None, None)))

    def _refuse_call(self, command: Command) -> None:
        if command.transaction_id:
            info = status("error", "NetConnection.Call.Failed", "There is no such command.")
            self._send(Command("_error", command.transaction_id, (None, info)))

    def _on_media(self, message: Message) -> list[Event]:
        if self._state is not _State.LIVE:
            return []
        match message:
            case VideoMessage(payload, timestamp):
                return [VideoReceived(payload, timestamp)]
            case AudioMessage(payload, timestamp):
                return [AudioReceived(payload, timestamp)]
            case DataMessage(("@setDataFrame", "onMetaData", dict(values), *_), timestamp):
                return [MetadataReceived(values, timestamp)]
            case DataMessage(("onMetaData", dict(values), *_), timestamp):
                return [MetadataReceived(values, timestamp)]
            case _:
                return []
