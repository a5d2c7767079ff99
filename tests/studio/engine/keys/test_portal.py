"""Global keys on Wayland: the portal's conversation, against a portal of our own on a real bus."""

import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jeepney import (
    DBusAddress,
    HeaderFields,
    MessageType,
    new_method_return,
    new_signal,
)
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

from shared.errors import Unavailable
from studio.engine.keys import Combination, GlobalKeys, parse_keys
from studio.engine.keys.portal import PortalListener
from studio.engine.protocol import GlobalKey

_WAIT_S = 30.0
_PORTAL = DBusAddress(
    "/org/freedesktop/portal/desktop", interface="org.freedesktop.portal.GlobalShortcuts"
)

pytestmark = pytest.mark.skipif(shutil.which("dbus-daemon") is None, reason="needs dbus-daemon")


class _Portal:
    """Grants a session and shortcuts, or refuses; then presses what it is told."""

    def __init__(self, address: str, *, status: int = 0) -> None:
        self._status = status
        self._connection: Any = open_dbus_connection(address)
        name = "org.freedesktop.portal.Desktop"
        self._connection.send_and_get_reply(message_bus.RequestName(name), timeout=_WAIT_S)
        self.bound: list[tuple[str, str]] = []
        self._thread = threading.Thread(target=self._serve, name="portal", daemon=True)
        self._thread.start()

    def press(self, shortcut: str) -> None:
        body = ("/session", shortcut, 7, {})
        self._connection.send(new_signal(_PORTAL, "Activated", "osta{sv}", body))

    def close(self) -> None:
        self._connection.sock.shutdown(2)
        self._thread.join(_WAIT_S)
        self._connection.close()

    def _serve(self) -> None:
        while True:
            try:
                message = self._connection.receive()
            except OSError:
                return
            if message.header.message_type is not MessageType.method_call:
                continue
            member = message.header.fields[HeaderFields.member]
            if member == "BindShortcuts":
                self.bound = [
                    (id_, values["preferred_trigger"][1]) for id_, values in message.body[1]
                ]
            path = f"/request/{member}"
            self._connection.send(new_method_return(message, "o", (path,)))
            request = DBusAddress(path, interface="org.freedesktop.portal.Request")
            results = {"session_handle": ("s", "/session")}
            self._connection.send(
                new_signal(request, "Response", "ua{sv}", (self._status, results))
            )


@pytest.fixture
def bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A session bus of our own."""
    address = f"unix:path={tmp_path / 'bus'}"
    process = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address=1", f"--address={address}"],
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    with process.stdout:
        assert process.stdout.readline()
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        yield address
        process.terminate()
        process.wait(_WAIT_S)


def test_the_portal_is_asked_and_its_keys_are_heard(bus: str) -> None:
    portal = _Portal(bus)
    heard: list[str] = []
    pressed, changed = threading.Semaphore(0), threading.Semaphore(0)

    def take(action: str) -> None:
        heard.append(action)
        pressed.release()

    keys = GlobalKeys(PortalListener)
    keys.listen(on_key=take, on_change=changed.release)
    keys.set((GlobalKey(action="panic", keys="Ctrl+Shift+F12"),))
    assert changed.acquire(timeout=_WAIT_S)
    assert keys.note == ""
    assert portal.bound == [("panic", "CTRL+SHIFT+F12")]
    for shortcut in ("somebody-elses", "panic"):
        portal.press(shortcut)
    assert pressed.acquire(timeout=_WAIT_S)
    keys.close()
    portal.close()
    assert heard == ["panic"]


def test_a_person_who_refuses_is_told_what_that_means(bus: str) -> None:
    portal = _Portal(bus, status=1)
    listener = PortalListener({"panic": parse_keys("Pause")}, lambda _action: None)
    with pytest.raises(Unavailable) as refused:
        listener.run(lambda: None)
    assert refused.value.code == "KEYS_REFUSED"
    portal.close()


def test_a_desktop_without_a_portal_is_said(bus: str) -> None:
    assert bus
    keys: dict[str, Combination] = {"panic": parse_keys("Pause")}
    with pytest.raises(Unavailable) as refused:
        PortalListener(keys, lambda _action: None).run(lambda: None)
    assert refused.value.code == "KEYS_NO_PORTAL"
