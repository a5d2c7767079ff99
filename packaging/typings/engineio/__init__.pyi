"""The part of python-engineio that the product uses; the library ships no types."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

class AsyncClient:
    state: str
    sid: str | None
    async def disconnect(self, abort: bool = False, reason: str | None = None) -> None: ...

class AsyncServer:
    sockets: dict[str, Any]
    async def send(self, sid: str, data: str | bytes) -> None: ...
    async def disconnect(self, sid: str | None = None) -> None: ...
    async def shutdown(self) -> None: ...

class ASGIApp:
    def __init__(
        self,
        engineio_server: Any,
        other_asgi_app: Callable[..., Awaitable[None]] | None = None,
        static_files: Mapping[str, Any] | None = None,
        engineio_path: str | None = "engine.io",
        on_startup: Callable[[], Any] | None = None,
        on_shutdown: Callable[[], Any] | None = None,
    ) -> None: ...
    async def __call__(
        self,
        scope: Mapping[str, Any],
        receive: Callable[[], Awaitable[Any]],
        send: Callable[[Any], Awaitable[None]],
    ) -> None: ...
