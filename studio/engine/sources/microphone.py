"""An audio input of the system, by PortAudio."""

import importlib
import time
from types import ModuleType
from typing import Any

import numpy as np

from shared.errors import DeviceError
from studio.engine.audio.track import SAMPLE_RATE
from studio.engine.schedule import NS
from studio.engine.sources.base import Sink
from studio.engine.sources.child import CaptureChild
from studio.engine.sources.heard import follow
from studio.project.model import MicrophoneSource

_CHECK_NS = 500_000_000
_SILENT_S = 2.0


class MicrophoneCapture:
    """Writes what the input hears, stamped with when it was heard."""

    def __init__(self, settings: MicrophoneSource) -> None:
        self._settings = settings

    def run(self, sink: Sink) -> None:
        """Capture until told to stop.

        PortAudio lists the devices once for each process: what was plugged in since then is heard
        by a process of its own.

        Raises:
            DeviceError: there is no such input, it cannot be opened, or it has gone.
        """
        portaudio = load_portaudio()
        last_heard_s = time.monotonic()

        def on_block(block: Any, count: int, times: Any, _status: Any) -> None:
            nonlocal last_heard_s
            last_heard_s = time.monotonic()
            age_s = times.currentTime - times.inputBufferAdcTime
            if not 0.0 <= age_s < 5.0:
                age_s = count / SAMPLE_RATE
            samples = np.empty((count, 2), dtype=np.float32)
            samples[:] = block[:, :2]
            sink.sound(samples, heard_ns=int((last_heard_s - age_s) * NS))

        try:
            index = self._device(portaudio)
            channels = min(2, int(portaudio.query_devices(index, "input")["max_input_channels"]))
            stream = portaudio.InputStream(
                samplerate=SAMPLE_RATE,
                device=index,
                channels=max(1, channels),
                dtype="float32",
                callback=on_block,
            )
        except (portaudio.PortAudioError, ValueError):
            child = CaptureChild("sound", "input", self._settings.device or "")
            follow(sink, child, gone=self._gone, refusal=lambda _code: self._refusal())
            return
        try:
            with stream:
                while sink.stop.wait_until(time.monotonic_ns() + _CHECK_NS):
                    if not stream.active or time.monotonic() - last_heard_s > _SILENT_S:
                        raise self._gone()
        except portaudio.PortAudioError as error:
            raise self._refusal() from error

    @property
    def _name(self) -> str:
        return self._settings.device or "of the system"

    def _gone(self) -> DeviceError:
        return DeviceError(
            f"The microphone {self._name} has gone; plug it in again, it comes back by itself.",
            code="MICROPHONE_GONE",
        )

    def _refusal(self) -> DeviceError:
        return DeviceError(
            f"The microphone {self._name} cannot be used; plug it in, allow it for the studio, or "
            "choose another.",
            code="MICROPHONE_FAILED",
        )

    def _device(self, portaudio: ModuleType) -> int | None:
        return input_named(portaudio, self._settings.device)


def load_portaudio() -> ModuleType:
    """Return sounddevice; it loads the PortAudio library when it is imported.

    Raises:
        DeviceError: the library is not installed.
    """
    try:
        return importlib.import_module("sounddevice")
    except OSError as error:
        raise DeviceError(
            "Microphones need the PortAudio library; install libportaudio2 and restart the studio.",
            code="PORTAUDIO_MISSING",
        ) from error


def input_named(portaudio: ModuleType, name: str | None) -> int | None:
    """Return the index of an input; None is the system's usual one.

    Raises:
        ValueError: there is none of this name.
    """
    if not name:
        return None
    for index, known in input_devices(portaudio):
        if known == name:
            return index
    raise ValueError(name)


def input_devices(portaudio: ModuleType) -> list[tuple[int, str]]:
    """Return index and name of every device that records."""
    return [
        (index, str(device["name"]))
        for index, device in enumerate(portaudio.query_devices())
        if device["max_input_channels"] > 0
    ]
