"""One socket to the server, from its handshake to its loss; a new one is made for each try."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import Any

import aiohttp
import socketio

from shared.api.errors import ApiError, not_understood, too_slow, unreachable
from shared.api.tls import client_context, host_of, is_encrypted, is_loopback
from shared.errors import AppError
from shared.realtime.wire import read_refusal

_log = logging.getLogger(__name__)
_CLOSE_TIMEOUT_S = 2.0
_MAX_MESSAGE_BYTES = 8 * 1024 * 1024


class Link:
    """A Socket.IO connection over WebSocket, nothing else.

    `on_frame` gets the payload of each `frame`, in order; `on_resync` that of each `resync`. Both
    run on the event loop, must not wait, and are kept from harming the connection. `on_lost` is
    called when the connection ends, in the same moment as `lost` is set.
    """

    def __init__(
        self,
        base_url: str,
        *,
        session: str,
        on_frame: Callable[[Any], None],
        on_resync: Callable[[Any], None],
        on_lost: Callable[[], None],
    ) -> None:
        self._base_url = base_url
        self._session = session
        self._on_frame = on_frame
        self._on_resync = on_resync
        self._on_lost = on_lost
        self._refusal: ApiError | None = None
        self._http: aiohttp.ClientSession | None = None
        self._sio: socketio.AsyncClient | None = None
        self.lost = asyncio.Event()
        self.heard_at = 0.0

    async def open(self, *, timeout_s: float) -> None:
        """Connect and show the session.

        Raises:
            ApiError: the server refused the session or the moment.
            Unavailable: nobody answers, or not in time.
        """
        connector = (
            aiohttp.TCPConnector(ssl=client_context()) if is_encrypted(self._base_url) else None
        )
        self._http = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=not is_loopback(self._base_url),
        )
        self._sio = socketio.AsyncClient(
            reconnection=False,
            handle_sigint=False,
            http_session=self._http,
            websocket_extra_options={"max_msg_size": _MAX_MESSAGE_BYTES},
        )
        self._sio.on("frame", self._guarded(self._on_frame))
        self._sio.on("resync", self._guarded(self._on_resync))
        self._sio.on("connect_error", self._on_connect_error)
        self._sio.on("disconnect", self._on_disconnect)
        host = host_of(self._base_url)
        try:
            async with asyncio.timeout(timeout_s):
                await self._sio.connect(
                    self._base_url,
                    auth={"session": self._session},
                    transports=["websocket"],
                    wait_timeout=timeout_s,
                )
        except TimeoutError:
            await self.close()
            raise too_slow(host) from None
        except (socketio.exceptions.ConnectionError, aiohttp.ClientError, OSError) as error:
            await self.close()
            raise self._refusal or unreachable(host) from error
        except (ValueError, KeyError, TypeError, AttributeError):
            # Whoever answers does not speak Engine.IO: the library parses without looking.
            await self.close()
            raise not_understood(host) from None
        except BaseException:
            await self.close()
            raise
        if self._sio.eio.state != "connected":
            # Lost between the handshake and here: the library tells nobody of that.
            await self.close()
            raise unreachable(host)
        self._heard()

    async def call(self, event: str, payload: dict[str, Any], *, timeout_s: float) -> Any:
        """Emit and wait for the acknowledgement.

        Raises:
            Unavailable: the link is lost, or no answer came in time.
        """
        host = host_of(self._base_url)
        if self._sio is None or self.lost.is_set():
            raise unreachable(host)
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

        def on_ack(*args: Any) -> None:
            self._heard()
            if not answer.done():
                answer.set_result(args[0] if args else None)

        gone = asyncio.ensure_future(self.lost.wait())
        try:
            async with asyncio.timeout(timeout_s):
                await self._sio.emit(event, payload, callback=on_ack)
                await asyncio.wait({answer, gone}, return_when=asyncio.FIRST_COMPLETED)
        except TimeoutError:
            raise too_slow(host) from None
        except socketio.exceptions.SocketIOError as error:
            raise unreachable(host) from error
        finally:
            gone.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await gone
        if not answer.done():
            raise unreachable(host)
        return answer.result()

    async def close(self) -> None:
        """Let go of the socket: politely when it answers, else after two seconds."""
        self.lost.set()
        sio, self._sio = self._sio, None
        http, self._http = self._http, None
        try:
            if sio is not None:
                with contextlib.suppress(TimeoutError, socketio.exceptions.SocketIOError):
                    async with asyncio.timeout(_CLOSE_TIMEOUT_S):
                        await sio.disconnect()
        finally:
            if http is not None:
                await http.close()

    def _guarded(self, receive: Callable[[Any], None]) -> Callable[..., None]:
        def handle(*args: Any) -> None:
            self._heard()
            try:
                receive(args[0] if args else None)
            except Exception:  # noqa: BLE001 - the root of the task the library makes per message
                _log.exception("a realtime message could not be taken")

        return handle

    def _on_connect_error(self, *args: Any) -> None:
        self._refusal = read_refusal(args[0] if args else None)

    def _on_disconnect(self, *_: Any) -> None:
        self.lost.set()
        self._on_lost()

    def _heard(self) -> None:
        self.heard_at = asyncio.get_running_loop().time()


def is_final(error: AppError) -> bool:
    """Whether trying again with this session makes no sense."""
    return isinstance(error, ApiError) and error.code in {
        "UNAUTHENTICATED",
        "ACCOUNT_BANNED",
    }
