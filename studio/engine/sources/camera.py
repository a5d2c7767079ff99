"""A camera by its name: v4l2, DirectShow or avfoundation."""

import errno
import sys
import time
from pathlib import Path

import av
from av.container import InputContainer

from shared.errors import DeviceError
from studio.engine.sources.base import Sink
from studio.engine.sources.frames import frames_of
from studio.project.model import CameraSource

_TIMEOUT_S = 4.0

_FORMATS: dict[str, dict[str, dict[str, str]]] = {
    "v4l2": {
        "mjpeg": {"input_format": "mjpeg"},
        "yuyv": {"input_format": "yuyv422"},
        "h264": {"input_format": "h264"},
    },
    # Of the others libav lets us ask for plain pictures only; the rest is the camera's choice.
    "dshow": {"yuyv": {"pixel_format": "yuyv422"}},
    "avfoundation": {"yuyv": {"pixel_format": "yuyv422"}},
}
"""What to ask of each system's devices for a format."""


class CameraCapture:
    """Publishes the camera's pictures as they come."""

    def __init__(self, settings: CameraSource) -> None:
        self._settings = settings

    def run(self, sink: Sink) -> None:
        """Capture until told to stop.

        Raises:
            DeviceError: the camera is busy, not permitted, not there, or was unplugged.
        """
        with self._open() as container:
            stream = container.streams.video[0]
            rate = float(stream.average_rate or self._settings.fps or sink.schedule.fps)
            sink.expect_every(1 / max(rate, 1.0))
            try:
                for frame in frames_of(container, sink.stop):
                    sink.publish(frame, captured_ns=time.monotonic_ns())
                    if sink.stop.is_set:
                        return
            except (av.FFmpegError, OSError) as error:
                raise self._gone() from error
            if not sink.stop.is_set:
                raise self._gone()

    def _gone(self) -> DeviceError:
        return DeviceError(
            f"The camera {self._settings.device} has gone; plug it in again, it comes back by "
            "itself.",
            code="CAMERA_GONE",
        )

    def _open(self) -> InputContainer:
        settings = self._settings
        options: dict[str, str] = {}
        if settings.width is not None and settings.height is not None:
            options["video_size"] = f"{settings.width}x{settings.height}"
        if settings.fps is not None:
            options["framerate"] = str(settings.fps)
        name, format_name = _address(settings.device)
        options |= _FORMATS.get(format_name, {}).get(settings.format, {})
        if format_name == "avfoundation":
            # Its own first choice, 29.97, is refused by cameras that know 30 only.
            options.setdefault("framerate", "30")
        try:
            return av.open(name, format=format_name, options=options, timeout=_TIMEOUT_S)
        except (av.FFmpegError, OSError, ValueError) as error:
            raise _refusal(settings.device, format_name, error) from error


def _address(device: str) -> tuple[str, str]:
    if sys.platform == "win32":
        return f"video={device}", "dshow"
    if sys.platform == "darwin":
        return f"{device}:none", "avfoundation"
    for path, name in linux_cameras():
        if device in (path, name):
            return path, "v4l2"
    return device if device.startswith("/dev/") else f"/dev/{Path(device).name}", "v4l2"


def linux_cameras() -> list[tuple[str, str]]:
    """Return path and name of every video4linux device."""
    root = Path("/sys/class/video4linux")
    found: list[tuple[str, str]] = []
    stable = _stable_paths()
    for entry in sorted(root.iterdir()) if root.is_dir() else []:
        try:
            name = (entry / "name").read_text(encoding="utf-8").strip()
        except OSError:
            continue  # unplugged between the listing and the reading
        path = f"/dev/{entry.name}"
        found.append((stable.get(path, path), name or entry.name))
    return found


def _stable_paths() -> dict[str, str]:
    """The path of each device that stays the same when it is plugged in again."""
    root = Path("/dev/v4l/by-id")
    try:
        links = sorted(root.iterdir(), reverse=True) if root.is_dir() else []
        return {str(link.resolve()): str(link) for link in links}
    except OSError:
        return {}  # unplugged meanwhile


def _is_listed(device: str, format_name: str) -> bool:
    """Whether the system knows it; DirectShow and avfoundation only say that they failed."""
    try:
        found = av.enumerate_input_devices(format_name)
    except (av.FFmpegError, ValueError):
        return True  # the system does not list: it may be there
    return any(device in (each.name, each.description) for each in found)


def _refusal(device: str, format_name: str, error: Exception) -> DeviceError:
    number = getattr(error, "errno", None)
    if format_name != "v4l2" and not _is_listed(device, format_name):
        number = errno.ENODEV
    if number == errno.EBUSY:
        return DeviceError(
            f"The camera {device} is used by another program; close that program.",
            code="CAMERA_BUSY",
        )
    if number in (errno.EACCES, errno.EPERM):
        return DeviceError(
            f"The camera {device} is not permitted; allow it for the studio in the system's "
            "settings.",
            code="CAMERA_NOT_PERMITTED",
        )
    if number in (errno.ENOENT, errno.ENODEV, errno.ENXIO):
        return DeviceError(
            f"The camera {device} is not connected; plug it in or choose another.",
            code="CAMERA_MISSING",
        )
    return DeviceError(
        f"The camera {device} cannot be started with these settings; choose another size or rate, "
        "or another camera.",
        code="CAMERA_FAILED",
    )
