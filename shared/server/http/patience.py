"""What a connection may take before it has said what it wants: so long, and so much.

Slow senders must not fill the server, and neither must those who send headers without end.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from shared.ids import new_id
from shared.schemas.common import ErrorCode, ErrorEnvelope

MOST_HEAD_BYTES = 32 * 1024
"""Of a request's first line and headers together; browsers send one or two KiB."""
_TOO_LONG = "431 Request Header Fields Too Large"


class _HeadTooLong(Exception):
    """The first line and the headers are longer than anybody needs."""


def patient_for(seconds: float) -> type[asyncio.Protocol]:
    """uvicorn's HTTP protocol that hangs up on whoever has not sent their headers in time.

    The time runs from the connection to its first request, and within every request's headers.
    Between requests uvicorn's keep-alive time holds. Bodies have a time of their own; whoever has
    had an answer and still sends one has as long again to finish. Headers that are too long, or no
    HTTP at all, are answered with the envelope, and that is the end.
    """

    class Patient(HttpToolsProtocol):
        """One connection."""

        _late: asyncio.TimerHandle | None = None
        """Runs while a head is awaited."""
        _lingers: asyncio.TimerHandle | None = None
        """Runs while a body comes that has been answered already."""
        _is_body_open = False
        _is_refused = False
        _head = 0
        """Bytes of the head that the parser has given out so far."""
        _fed = 0
        """Bytes that came while a head was awaited: the parser may keep them for itself."""

        def connection_made(self, transport: Any) -> None:
            """Begin to wait."""
            super().connection_made(transport)
            self._wait()

        def data_received(self, data: bytes) -> None:
            """Take in what has come, unless it is a head without end.

            A line that is not over is counted here: the parser keeps it for itself until then.
            """
            if self._is_refused:
                return
            waited = self._late is not None
            super().data_received(data)
            if waited and self._late is not None and not self._is_refused:
                self._fed += len(data)
                if self._fed > MOST_HEAD_BYTES:
                    self.send_400_response(_TOO_LONG)

        def on_url(self, url: bytes) -> None:
            """A part of the first line."""
            self._count(len(url))
            super().on_url(url)

        def on_header(self, name: bytes, value: bytes) -> None:
            """One whole header."""
            self._count(len(name) + len(value) + 4)
            super().on_header(name, value)

        def on_message_begin(self) -> None:
            """A request has begun."""
            self._head = self._fed = 0
            self._wait()
            super().on_message_begin()

        def on_headers_complete(self) -> None:
            """It has said what it wants."""
            self._rest()
            self._head = self._fed = 0
            self._is_body_open = True
            super().on_headers_complete()

        def on_message_complete(self) -> None:
            """All of it is here."""
            self._is_body_open = False
            self._rest()
            super().on_message_complete()

        def on_response_complete(self) -> None:
            """It is answered, perhaps before all of it was here."""
            super().on_response_complete()
            if self._is_body_open and not self.transport.is_closing():
                self._rest()
                self._lingers = self.loop.call_later(seconds, self.transport.abort)

        def connection_lost(self, error: Exception | None) -> None:
            """Nothing comes any more."""
            self._rest()
            super().connection_lost(error)

        def send_400_response(self, msg: str) -> None:
            """Answer with the envelope, and hang up once it can have been read.

            What still comes is dropped: to close at once would take the answer back.
            """
            self._is_refused = True
            status, message = "400 Bad Request", "This is no HTTP request that we understand."
            if max(self._head, self._fed) > MOST_HEAD_BYTES:
                status, message = _TOO_LONG, "The address and headers are too long; send less."
            code = ErrorCode.INVALID_INPUT.value
            body = ErrorEnvelope(code=code, message=message, requestId=new_id())
            content = body.model_dump_json(exclude_none=True).encode()
            self.transport.write(
                f"HTTP/1.1 {status}\r\ncontent-type: application/json\r\n"
                f"content-length: {len(content)}\r\nconnection: close\r\n\r\n".encode()
                + content
            )
            if self.transport.can_write_eof():
                self.transport.write_eof()
            self._rest()
            self._lingers = self.loop.call_later(seconds, self.transport.abort)

        def _count(self, length: int) -> None:
            """Add to the head; what is raised here ends the parser, which asks for a refusal."""
            self._head += length
            if self._head > MOST_HEAD_BYTES:
                raise _HeadTooLong

        def _wait(self) -> None:
            self._rest()
            self._late = self.loop.call_later(seconds, self.transport.abort)

        def _rest(self) -> None:
            for timer in (self._late, self._lingers):
                if timer is not None:
                    timer.cancel()
            self._late = self._lingers = None

    return Patient
