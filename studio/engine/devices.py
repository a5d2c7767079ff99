"""What can be captured on this machine."""

import json
import os
import sys

import av

from shared.errors import AppError
from studio.engine.protocol import Device, DevicesResult
from studio.engine.sources.camera import linux_cameras
from studio.engine.sources.child import CaptureChild
from studio.engine.sources.microphone import load_portaudio
from studio.engine.sources.qt_screen import list_windows

_LIST_S = 8.0


def list_devices() -> DevicesResult:
    """Return what can be captured; takes a second or two, so not on the loop."""
    notes: list[str] = []
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    try:
        load_portaudio()
        inputs, outputs = _sound_devices()
    except AppError as error:
        notes.append(error.message)
    cameras, screens = _cameras(), _screens()
    if not screens:
        notes.append("There is no screen here that can be captured.")
    return DevicesResult(
        cameras=tuple(cameras),
        microphones=tuple(Device(id=name, name=name) for name in inputs),
        screens=tuple(screens),
        windows=tuple(Device(id=title, name=title) for title in _windows()),
        outputs=tuple(Device(id=name, name=name) for name in outputs),
        notes=tuple(notes),
    )


def _sound_devices() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the inputs and outputs as a new process sees them: PortAudio looks only once."""
    try:
        child = CaptureChild("sound", "list")
    except OSError:
        return (), ()
    try:
        message = child.take(_LIST_S)
        if message is None or message.kind != "LIST":
            return (), ()
        found = json.loads(message.payload)
        return tuple(map(str, found["inputs"])), tuple(map(str, found["outputs"]))
    except (EOFError, ValueError, KeyError):
        return (), ()
    finally:
        child.close()


def _windows() -> tuple[str, ...]:
    if sys.platform == "linux" and not os.environ.get("DISPLAY"):
        return ()  # the portal shows its own list when a screen is added
    return list_windows()


def _cameras() -> list[Device]:
    if sys.platform == "linux":
        return [Device(id=path, name=name) for path, name in linux_cameras()]
    return _listed("dshow" if sys.platform == "win32" else "avfoundation", screens=False)


def _screens() -> list[Device]:
    if sys.platform == "win32":
        return [Device(id="desktop", name="Desktop")]
    if sys.platform == "darwin":
        return _listed("avfoundation", screens=True)
    display = os.environ.get("DISPLAY")
    return [Device(id=display, name=f"Screen {display}")] if display else []


def _listed(format_name: str, *, screens: bool) -> list[Device]:
    try:
        devices = av.enumerate_input_devices(format_name)
    except (av.FFmpegError, ValueError):
        return []
    return [
        Device(id=device.name, name=device.description or device.name)
        for device in devices
        if "video" in device.media_types
        and (device.description or device.name).startswith("Capture screen") is screens
    ]
