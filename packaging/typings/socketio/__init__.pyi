"""The part of python-socketio that the product uses; the library ships no types."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Literal

import engineio

from . import exceptions as exceptions

type Handler = Callable[..., Any]

class AsyncClient:
    connected: bool
    sid: str | None
    namespaces: dict[str, str]
    eio: engineio.AsyncClient
    def __init__(
        self,
        reconnection: bool = True,
        reconnection_attempts: int = 0,
        reconnection_delay: float = 1,
        reconnection_delay_max: float = 5,
        randomization_factor: float = 0.5,
        logger: Any = False,
        serializer: str = "default",
        json: Any = None,
        handle_sigint: bool = True,
        *,
        request_timeout: float = 5,
        http_session: Any = None,
        ssl_verify: bool = True,
        websocket_extra_options: Mapping[str, Any] | None = None,
        timestamp_requests: bool = True,
        engineio_logger: Any = False,
    ) -> None: ...
    def on(
        self, event: str, handler: Handler | None = None, namespace: str | None = None
    ) -> Handler: ...
    def get_sid(self, namespace: str | None = None) -> str | None: ...
    def transport(self) -> str: ...
    async def connect(
        self,
        url: str,
        headers: Mapping[str, str] = ...,
        auth: Any = None,
        transports: list[str] | None = None,
        namespaces: list[str] | None = None,
        socketio_path: str = "socket.io",
        wait: bool = True,
        wait_timeout: float = 1,
        retry: bool = False,
    ) -> None: ...
    async def wait(self) -> None: ...
    async def emit(
        self,
        event: str,
        data: Any = None,
        namespace: str | None = None,
        callback: Handler | None = None,
    ) -> None: ...
    async def call(
        self, event: str, data: Any = None, namespace: str | None = None, timeout: float = 60
    ) -> Any: ...
    async def disconnect(self) -> None: ...
    async def shutdown(self) -> None: ...

class AsyncServer:
    eio: engineio.AsyncServer
    manager: Any
    def __init__(
        self,
        client_manager: Any = None,
        logger: Any = False,
        json: Any = None,
        async_handlers: bool = True,
        namespaces: list[str] | Literal["*"] | None = None,
        *,
        always_connect: bool = False,
        async_mode: str = "asgi",
        ping_interval: float | tuple[float, float] = 25,
        ping_timeout: float = 20,
        max_http_buffer_size: int = 1_000_000,
        allow_upgrades: bool = True,
        http_compression: bool = True,
        compression_threshold: int = 1024,
        cookie: Any = None,
        cors_allowed_origins: str | list[str] | None = None,
        cors_credentials: bool = True,
        monitor_clients: bool = True,
        transports: list[str] | None = None,
        engineio_logger: Any = False,
    ) -> None: ...
    def on(
        self, event: str, handler: Handler | None = None, namespace: str | None = None
    ) -> Handler: ...
    async def emit(
        self,
        event: str,
        data: Any = None,
        to: str | list[str] | None = None,
        room: str | None = None,
        skip_sid: str | list[str] | None = None,
        namespace: str | None = None,
        callback: Handler | None = None,
        ignore_queue: bool = False,
    ) -> None: ...
    async def call(
        self,
        event: str,
        data: Any = None,
        to: str | None = None,
        sid: str | None = None,
        namespace: str | None = None,
        timeout: float = 60,
        ignore_queue: bool = False,
    ) -> Any: ...
    async def enter_room(self, sid: str, room: str, namespace: str | None = None) -> None: ...
    async def leave_room(self, sid: str, room: str, namespace: str | None = None) -> None: ...
    async def close_room(self, room: str, namespace: str | None = None) -> None: ...
    async def get_session(self, sid: str, namespace: str | None = None) -> dict[str, Any]: ...
    async def save_session(
        self, sid: str, session: Mapping[str, Any], namespace: str | None = None
    ) -> None: ...
    async def disconnect(
        self, sid: str, namespace: str | None = None, ignore_queue: bool = False
    ) -> None: ...
    async def shutdown(self) -> None: ...
    def rooms(self, sid: str, namespace: str | None = None) -> list[str]: ...
    def get_environ(self, sid: str, namespace: str | None = None) -> dict[str, Any] | None: ...

class ASGIApp(engineio.ASGIApp):
    def __init__(
        self,
        socketio_server: AsyncServer,
        other_asgi_app: Callable[..., Awaitable[None]] | None = None,
        static_files: Mapping[str, Any] | None = None,
        socketio_path: str = "socket.io",
        on_startup: Callable[[], Any] | None = None,
        on_shutdown: Callable[[], Any] | None = None,
    ) -> None: ...
