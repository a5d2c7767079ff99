"""Cameras, microphones, windows and desktop sound without a device: drivers that a test plays."""

import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import numpy as np
import pytest

from shared.ring import RingWriter
from studio.engine.sources import camera, desktop_sound, microphone, qt_screen, screen
from studio.engine.sources.child import Message

PICTURE_SIZE: Final = (64, 36)
LAVFI: Final = "testsrc=size=64x36:rate=30"
"""A device of libav's own that shows the same moving picture everywhere."""

HEARD: Final = Message("SND", 7, 480, np.full((480, 2), 0.5, np.float32).tobytes())
IDLE: Final = Message("IDLE", 0, 0, b"")


class FakePortAudio:
    """PortAudio with these inputs, whose stream ends after so many looks at it."""

    class PortAudioError(Exception):
        """As PortAudio's."""

    def __init__(self, *names: str, looks: int = 1_000_000_000) -> None:
        self._devices = [{"name": name, "max_input_channels": 1} for name in names]
        self._looks = looks
        self.settings: list[Any] = []

    def WasapiSettings(self, **options: object) -> object:
        return options

    def query_devices(self, index: int | None = None, _kind: str = "") -> Any:
        return self._devices if index is None and not _kind else self._devices[index or 0]

    def InputStream(self, *, callback: Any, **settings: Any) -> "FakePortAudio":
        self.settings.append(settings)
        times = SimpleNamespace(currentTime=1.0, inputBufferAdcTime=0.9)
        callback(np.full((480, 1), 0.5, np.float32), 480, times, None)
        return self

    @property
    def active(self) -> bool:
        self._looks -= 1
        return self._looks >= 0

    def __enter__(self) -> "FakePortAudio":
        return self

    def __exit__(self, *_error: object) -> None:
        return None


class FakeChild:
    """A capturing process that says these things, one at each look; then it ends, or goes on.

    None is a look at which it says nothing.
    """

    def __init__(self, *messages: Message | None, ends: bool = True) -> None:
        self._messages = list(messages)
        self._ends = ends
        self.arguments: tuple[str, ...] = ()
        self.is_closed = False

    def __call__(self, *arguments: str, **_options: object) -> "FakeChild":
        self.arguments = arguments
        return self

    def take(self, timeout_s: float) -> Message | None:
        if self._messages:
            return self._messages.pop(0)
        if self._ends:
            raise EOFError
        threading.Event().wait(min(timeout_s, 0.01))
        return None

    def close(self) -> None:
        self.is_closed = True


def window_ring(folder: Path) -> RingWriter:
    """A ring in which a window can be seen: blue at its left, red at its right."""
    width, height = PICTURE_SIZE
    pixels = np.zeros((height, width, 4), np.uint8)
    pixels[:, : width // 2, 0] = pixels[:, width // 2 :, 2] = 200
    ring = RingWriter(folder / "window.ring", slots=2, capacity=pixels.nbytes)
    ring.publish(pixels, width=width, height=height, captured_ns=time.monotonic_ns())
    return ring


def with_devices(monkeypatch: pytest.MonkeyPatch, ring: RingWriter) -> None:
    """Let each kind of source that needs a device find one of these."""
    opened = Message("RING", 0, 0, str(ring.path).encode())
    monkeypatch.setattr(camera, "_address", lambda _device: (LAVFI, "lavfi"))
    monkeypatch.setattr(screen, "_address", lambda _settings, _fps: (LAVFI, "lavfi", {}))
    monkeypatch.setattr(microphone, "load_portaudio", lambda: FakePortAudio("Desk"))
    monkeypatch.setattr(desktop_sound, "CaptureChild", FakeChild(HEARD, ends=False))
    monkeypatch.setattr(qt_screen, "CaptureChild", FakeChild(opened, ends=False))
