"""The publisher's end of an RTMP connection, from handshake to goodbye."""

import enum
import os
from typing import Final

from shared.rtmp.amf import AmfValue, EcmaArray
from shared.rtmp.chunks import TIMESTAMP_MASK, ChunkLimits
from shared.rtmp.connection import WINDOW_ACK_SIZE, Connection
from shared.rtmp.errors import MessageError
from shared.rtmp.events import Connected, Event, PublishEnded, PublishRefused, PublishStarted
from shared.rtmp.flv import VideoFormat
from shared.rtmp.handshake import ClientHandshake, RandomBytes
from shared.rtmp.messages import (
    AudioMessage,
    Command,
    DataMessage,
    Message,
    VideoMessage,
    WindowAckSize,
)

CHUNK_SIZE: Final = 4096
FLASH_VERSION: Final = "FMLE/3.0 (compatible; Teezu Studio)"

_CONNECT: Final = 1
_RELEASE_STREAM: Final = 2
_FC_PUBLISH: Final = 3
_CREATE_STREAM: Final = 4
_PUBLISH: Final = 5
_FC_UNPUBLISH: Final = 6
_DELETE_STREAM: Final = 7
_MAX_TEXT: Final = 200

_CODES: Final = frozenset(
    {
        "NetStream.Publish.Start",
        "NetStream.Publish.BadName",
        "NetStream.Publish.Denied",
        "NetStream.Publish.Idle",
        "NetStream.Unpublish.Success",
        "NetStream.Failed",
        "NetConnection.Connect.Closed",
        "NetConnection.Connect.Failed",
        "NetConnection.Connect.Rejected",
        "NetConnection.Connect.InvalidApp",
        "NetConnection.Call.Failed",
    }
)
"""Codes of the protocol: they hold no key, though a short key may occur in their words."""


class _State(enum.Enum):
    OPENING = "opening"
    CONNECTING = "connecting"
    CREATING = "creating"
    ASKING = "asking"
    LIVE = "live"
    OVER = "over"


class ClientConnection(Connection):
    """Publishes one stream under one key; send media between `PublishStarted` and `end`."""

    def __init__(
        self,
        *,
        app: str,
        tc_url: str,
        stream_key: str,
        limits: ChunkLimits | None = None,
        random_bytes: RandomBytes = os.urandom,
    ) -> None:
        super().__init__(ClientHandshake(random_bytes), limits)
        self._app = app
        self._tc_url = tc_url
        self._stream_key = stream_key
        self._state = _State.OPENING
        self._stream_id = 0
        self.formats: frozenset[str] = frozenset()
        """The FourCCs that the server says it takes, "*" for all; few servers say so."""

    @property
    def is_live(self) -> bool:
        """The server has accepted and not ended the publish."""
        return self._state is _State.LIVE

    def send_metadata(self, values: dict[str, AmfValue]) -> None:
        """Describe the stream; before the first media.

        Raises:
            RtmpError: not live, or a value that AMF0 does not have.
        """
        self._check_live()
        data = ("@setDataFrame", "onMetaData", EcmaArray(values))
        self._send(DataMessage(data, 0, self._stream_id))

    def send_video(self, payload: bytes, timestamp: int) -> None:
        """Send an FLV video body; `timestamp` is the dts in ms and may pass 32 bits.

        Raises:
            MessageError: not live.
        """
        self._check_live()
        self._send(VideoMessage(payload, timestamp & TIMESTAMP_MASK, self._stream_id))

    def send_audio(self, payload: bytes, timestamp: int) -> None:
        """Send an FLV audio body; `timestamp` as for video.

        Raises:
            MessageError: not live.
        """
        self._check_live()
        self._send(AudioMessage(payload, timestamp & TIMESTAMP_MASK, self._stream_id))

    def end(self) -> None:
        """Say goodbye properly if there is somebody to say it to; harmless at any time."""
        if self._state in (_State.ASKING, _State.LIVE):
            self._send(Command("FCUnpublish", _FC_UNPUBLISH, (None, self._stream_key)))
            self._send(Command("deleteStream", _DELETE_STREAM, (None, self._stream_id)))
        self._state = _State.OVER

    def _check_live(self) -> None:
        if self._state is not _State.LIVE:
            raise MessageError("The server has not accepted the stream.")

    def _on_open(self) -> None:
        self._set_own_chunk_size(CHUNK_SIZE)
        call: dict[str, AmfValue] = {
            "app": self._app,
            "type": "nonprivate",
            "flashVer": FLASH_VERSION,
            "tcUrl": self._tc_url,
            "fourCcList": [kind.value.decode() for kind in VideoFormat],
        }
        self._send(Command("connect", _CONNECT, (call,)))
        self._state = _State.CONNECTING

    def _on_command(self, command: Command) -> list[Event]:
        match command:
            case Command("_result", transaction, arguments):
                return self._on_result(transaction, arguments)
            case Command("_error", transaction, arguments):
                return self._on_error(transaction, arguments)
            case Command("onStatus", _, (_, dict(info), *_)):
                return self._on_status(info)
            case Command("close"):
                return self._over("NetConnection.Connect.Closed", "")
            case _:
                return []

    def _on_result(self, transaction: float, arguments: tuple[AmfValue, ...]) -> list[Event]:
        if transaction == _CONNECT and self._state is _State.CONNECTING:
            key = self._stream_key
            self.formats = _announced(arguments)
            self._state = _State.CREATING
            self._send(WindowAckSize(WINDOW_ACK_SIZE))
            self._send(Command("releaseStream", _RELEASE_STREAM, (None, key)))
            self._send(Command("FCPublish", _FC_PUBLISH, (None, key)))
            self._send(Command("createStream", _CREATE_STREAM, (None,)))
            return [Connected(self._app)]
        if transaction == _CREATE_STREAM and self._state is _State.CREATING:
            match arguments:
                case (_, float(number), *_) if 0 <= number <= TIMESTAMP_MASK:
                    self._stream_id = int(number)
                case _:
                    raise MessageError("The server created no stream.")
            self._state = _State.ASKING
            call = (None, self._stream_key, "live")
            self._send(Command("publish", _PUBLISH, call, self._stream_id))
        return []

    def _on_error(self, transaction: float, arguments: tuple[AmfValue, ...]) -> list[Event]:
        if transaction not in (_CONNECT, _CREATE_STREAM, _PUBLISH):
            return []  # Many servers do not know releaseStream or FCPublish.
        info = next((each for each in arguments if isinstance(each, dict) and "code" in each), {})
        code, description = self._words(info)
        return self._over(code or "NetConnection.Call.Failed", description)

    def _on_status(self, info: dict[str, AmfValue]) -> list[Event]:
        code, description = self._words(info)
        if code == "NetStream.Publish.Start" and self._state is _State.ASKING:
            self._state = _State.LIVE
            return [PublishStarted()]
        is_end = code.startswith("NetStream.Unpublish") or code == "NetConnection.Connect.Closed"
        if info.get("level") == "error" or is_end:
            return self._over(code, description)
        return []

    def _over(self, code: str, description: str) -> list[Event]:
        state, self._state = self._state, _State.OVER
        if state is _State.OVER:
            return []
        if state is _State.LIVE:
            return [PublishEnded(code, description)]
        return [PublishRefused(code, description)]

    def _words(self, info: dict[str, AmfValue]) -> tuple[str, str]:
        """Code and description, short and without the key, which some servers echo."""
        code, text = info.get("code"), info.get("description")
        known = code if isinstance(code, str) and code in _CODES else self._safe(code)
        return known, self._safe(text)

    def _safe(self, text: AmfValue) -> str:
        if not isinstance(text, str):
            return ""
        for secret in (self._stream_key, self._stream_key.partition("?")[0]):
            text = text.replace(secret, "...") if secret else text
        return "".join(each for each in text[:_MAX_TEXT] if each.isprintable())

    def _on_media(self, message: Message) -> list[Event]:
        return []


def _announced(arguments: tuple[AmfValue, ...]) -> frozenset[str]:
    """The formats named in the answer to `connect`: Enhanced RTMP, version 1 and 2."""
    found: set[str] = set()
    for answer in arguments:
        if not isinstance(answer, dict):
            continue
        for name in ("fourCcList", "videoFourCcInfoMap"):
            values = answer.get(name)
            if isinstance(values, list | dict):
                found |= {value for value in values if isinstance(value, str)}
    return frozenset(found)
