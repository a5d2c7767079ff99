"""What the computer plays: the monitor of a PulseAudio or PipeWire output, or WASAPI's loopback."""

import sys
import time
from collections.abc import Sequence
from types import ModuleType
from typing import Any

import numpy as np

from shared.errors import DeviceError
from studio.engine.audio.track import SAMPLE_RATE
from studio.engine.schedule import NS
from studio.engine.sources.base import Sink
from studio.engine.sources.child import CaptureChild
from studio.engine.sources.heard import follow
from studio.engine.sources.microphone import input_devices, load_portaudio
from studio.project.model import DesktopSoundSource

_DEFAULT = "@DEFAULT_MONITOR@"
_LOOPBACK = "[Loopback]"
_CHECK_NS = NS // 5


class DesktopSoundCapture:
    """Writes what the computer plays; on Linux a process of its own listens."""

    def __init__(self, settings: DesktopSoundSource, *, platform: str = sys.platform) -> None:
        self._settings = settings
        self._platform = platform

    def run(self, sink: Sink) -> None:
        """Listen until told to stop.

        Raises:
            DeviceError: the system offers no way to hear it, or it has gone.
        """
        if self._platform == "darwin":
            raise DeviceError(
                "macOS lets no program hear what others play; install a virtual sound device such "
                "as BlackHole and add it as a microphone.",
                code="DESKTOP_SOUND_MACOS",
            )
        if self._platform == "win32":
            self._loop_back(sink)
        else:
            self._follow_child(sink)

    def _follow_child(self, sink: Sink) -> None:
        name = self._settings.output
        child = CaptureChild(
            "sound", environment={"PULSE_SOURCE": f"{name}.monitor" if name else _DEFAULT}
        )
        follow(sink, child, gone=_gone, refusal=_refusal)

    def _loop_back(self, sink: Sink) -> None:
        """Windows: PortAudio lists a loopback input for each output."""
        portaudio = load_portaudio()

        def on_block(block: Any, count: int, times: Any, _status: Any) -> None:
            age_s = times.currentTime - times.inputBufferAdcTime
            age_s = age_s if 0.0 <= age_s < 5.0 else count / SAMPLE_RATE
            samples = np.empty((count, 2), dtype=np.float32)
            samples[:] = block[:, :2]
            sink.sound(samples, heard_ns=time.monotonic_ns() - int(age_s * NS))

        index = loopback_of(input_devices(portaudio), self._settings.output)
        try:
            stream = _opened(portaudio, index, on_block)
            with stream:
                while sink.stop.wait_until(time.monotonic_ns() + _CHECK_NS):
                    if not stream.active:
                        raise _gone()
        except (portaudio.PortAudioError, ValueError) as error:
            raise DeviceError(
                "The computer's sound cannot be heard; choose another output, or set it to 48 kHz "
                "in the system's sound settings.",
                code="DESKTOP_SOUND_RATE",
            ) from error


def _opened(portaudio: ModuleType, index: int, on_block: Any) -> Any:
    return portaudio.InputStream(
        samplerate=SAMPLE_RATE,
        device=index,
        channels=2,
        dtype="float32",
        callback=on_block,
        extra_settings=portaudio.WasapiSettings(auto_convert=True),  # whatever rate it plays at
    )


def loopback_of(devices: Sequence[tuple[int, str]], output: str | None) -> int:
    """Return the input that hears an output; without a name, the first there is.

    Raises:
        DeviceError: there is none.
    """
    for index, name in devices:
        if _LOOPBACK in name and (output is None or name.startswith(output)):
            return index
    raise DeviceError(
        "The computer's own sound cannot be heard through this sound driver; switch its “Stereo "
        "Mix” on and add that as a microphone.",
        code="DESKTOP_SOUND_DRIVER",
    )


def _gone() -> DeviceError:
    return DeviceError(
        "The computer's sound can no longer be heard; it comes back by itself.",
        code="DESKTOP_SOUND_GONE",
    )


def _refusal(code: str) -> DeviceError:
    if code == "PORTAUDIO_MISSING":
        return DeviceError(
            "The computer's sound needs the PortAudio library; install libportaudio2 and restart "
            "the studio.",
            code="PORTAUDIO_MISSING",
        )
    return DeviceError(
        "The computer's sound cannot be heard; start PulseAudio or PipeWire, with ALSA's plug-in "
        "for it.",
        code="DESKTOP_SOUND_FAILED",
    )
