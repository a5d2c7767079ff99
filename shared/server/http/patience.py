"""How long a connection may take to say what it wants: slow senders must not fill the server."""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


def patient_for(seconds: float) -> type[asyncio.Protocol]:
    """uvicorn's HTTP protocol that hangs up on whoever has not sent their headers in time.

    The time runs from the connection to its first request, and within every request's headers.
    Between requests uvicorn's keep-alive time holds, and bodies have a time of their own.
    """

    class Patient(HttpToolsProtocol):
        """One connection."""

        _late: asyncio.TimerHandle | None = None

        def connection_made(self, transport: Any) -> None:
            """Begin to wait."""
            super().connection_made(transport)
            self._wait()

        def on_message_begin(self) -> None:
            """A request has begun."""
            self._wait()
            super().on_message_begin()

        def on_headers_complete(self) -> None:
            """It has said what it wants."""
            self._rest()
            super().on_headers_complete()

        def connection_lost(self, error: Exception | None) -> None:
            """Nothing comes any more."""
            self._rest()
            super().connection_lost(error)

        def _wait(self) -> None:
            self._rest()
            self._late = self.loop.call_later(seconds, self.transport.abort)

        def _rest(self) -> None:
            if self._late is not None:
                self._late.cancel()
                self._late = None

    return Patient
