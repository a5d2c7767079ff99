"""Global keys on Wayland, by the desktop's portal: the person confirms them in the desktop."""

import contextlib
import itertools
import socket
from collections.abc import Callable, Mapping
from typing import Final

from jeepney import DBusAddress, HeaderFields, MatchRule, Message, MessageType, new_method_call
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import DBusConnection, open_dbus_connection

from shared.errors import Unavailable
from studio.engine.keys.combination import Combination

_PORTAL: Final = DBusAddress(
    "/org/freedesktop/portal/desktop",
    bus_name="org.freedesktop.portal.Desktop",
    interface="org.freedesktop.portal.GlobalShortcuts",
)
_REQUEST: Final = "org.freedesktop.portal.Request"
_CALL_S: Final = 5.0
_PERSON_S: Final = 300.0
"""How long the desktop may ask the person."""

_NAMES: Final = {
    "panic": "Panic: privacy slate and silence",
    "freeze": "Freeze the picture, or go on",
    "dump": "Throw away the held seconds",
}


class PortalListener:
    """One session with the portal, in one thread."""

    def __init__(self, keys: Mapping[str, Combination], pressed: Callable[[str], None]) -> None:
        self._keys = keys
        self._pressed = pressed
        self._connection: DBusConnection | None = None
        self._is_stopped = False
        self._tokens = itertools.count(1)

    def run(self, ready: Callable[[], None]) -> None:
        """Listen until `stop`.

        Raises:
            Unavailable: the desktop has no such portal, or the person refused.
        """
        try:
            with open_dbus_connection("SESSION") as connection:
                self._connection = connection
                if not self._is_stopped:
                    self._bind(connection)
                    ready()
                    self._hear(connection)
        except (OSError, KeyError, ValueError, EOFError, TimeoutError) as problem:
            if not self._is_stopped:
                raise _unavailable() from problem
        finally:
            self._connection = None

    def stop(self) -> None:
        """End the session."""
        self._is_stopped = True
        connection = self._connection
        if connection is not None:
            with contextlib.suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)

    def _bind(self, connection: DBusConnection) -> None:
        for interface in (_REQUEST, _PORTAL.interface):
            rule = MatchRule(type="signal", interface=interface)
            self._call(connection, message_bus.AddMatch(rule))
        token = self._token()
        answer = self._ask(
            connection,
            "CreateSession",
            "a{sv}",
            ({"handle_token": ("s", token), "session_handle_token": ("s", token)},),
        )
        session = answer.get("session_handle", ("s", ""))[1]
        shortcuts = [
            (
                action,
                {
                    "description": ("s", _NAMES.get(action, action)),
                    "preferred_trigger": ("s", each.portal_text),
                },
            )
            for action, each in self._keys.items()
        ]
        self._ask(
            connection,
            "BindShortcuts",
            "oa(sa{sv})sa{sv}",
            (session, shortcuts, "", {"handle_token": ("s", self._token())}),
        )

    def _token(self) -> str:
        return f"teezu{next(self._tokens)}"

    def _ask(
        self, connection: DBusConnection, method: str, signature: str, body: tuple[object, ...]
    ) -> dict[str, tuple[str, object]]:
        """Call a method whose answer comes as a signal of its request, and return that."""
        request = new_method_call(_PORTAL, method, signature, body)
        path = self._call(connection, request).body[0]
        while True:
            signal = connection.receive(timeout=_PERSON_S)
            if (
                _is(signal, _REQUEST, "Response")
                and signal.header.fields.get(HeaderFields.path) == path
            ):
                status, results = signal.body
                if status != 0:
                    raise Unavailable(
                        "The desktop did not let the studio hear keys everywhere; allow it in "
                        "the desktop's settings and start the studio again.",
                        code="KEYS_REFUSED",
                    )
                return dict(results)

    def _call(self, connection: DBusConnection, message: Message) -> Message:
        reply = connection.send_and_get_reply(message, timeout=_CALL_S)
        if reply.header.message_type is not MessageType.method_return:
            raise _unavailable()
        return reply

    def _hear(self, connection: DBusConnection) -> None:
        while not self._is_stopped:
            signal = connection.receive()
            if _is(signal, str(_PORTAL.interface), "Activated"):
                action = signal.body[1]
                if action in self._keys:
                    self._pressed(action)


def _is(message: Message, interface: str, member: str) -> bool:
    fields = message.header.fields
    return (
        message.header.message_type is MessageType.signal
        and fields.get(HeaderFields.interface) == interface
        and fields.get(HeaderFields.member) == member
    )


def _unavailable() -> Unavailable:
    return Unavailable(
        "This desktop offers programs no keys that work everywhere, so they work only in the "
        "studio's window.",
        code="KEYS_NO_PORTAL",
    )
