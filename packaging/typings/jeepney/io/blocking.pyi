"""A connection that waits."""

import socket
from types import TracebackType
from typing import Self

from jeepney import Message

class DBusConnection:
    sock: socket.socket
    unique_name: str
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...
    def send_and_get_reply(self, message: Message, *, timeout: float | None = None) -> Message: ...
    def receive(self, *, timeout: float | None = None) -> Message: ...

def open_dbus_connection(bus: str = "SESSION") -> DBusConnection: ...
