"""The process that listens where the engine's own cannot: what the computer plays, or a new device.

Which of a PulseAudio or PipeWire server's sounds is heard is said by the environment
(`PULSE_SOURCE`), which belongs to a whole process; and PortAudio lists the devices once for each.
"""

import json
import queue
import sys
import time
from types import ModuleType
from typing import Any

import numpy as np

from shared.errors import AppError
from studio.engine.audio.monitor import output_devices
from studio.engine.sources.child import end_with_input, write_message
from studio.engine.sources.microphone import input_devices, input_named, load_portaudio

RATE = 48_000
_BLOCK = 960
_WAITING = 100
_PULSE = "pulse"


def run(arguments: list[str]) -> int:
    """Write what is heard to the standard output until the standard input ends.

    `input NAME` hears an input, the usual one without a name; `list` says what there is; nothing
    hears the computer itself.
    """
    end_with_input()
    output = sys.stdout.buffer
    try:
        portaudio = load_portaudio()
    except AppError as error:
        write_message(output, "ERR", payload=error.code.encode())
        return 1
    try:
        match arguments:
            case ["list"]:
                write_message(output, "LIST", payload=json.dumps(_listed(portaudio)).encode())
            case ["input", name]:
                index = input_named(portaudio, name)
                known = portaudio.query_devices(index, "input")["max_input_channels"]
                _listen(portaudio, index, channels=max(1, min(2, int(known))))
            case _:
                _listen(portaudio, _PULSE, channels=2)
    except (portaudio.PortAudioError, ValueError):
        write_message(output, "ERR", payload=b"NO_DEVICE")
        return 1
    return 0


def _listed(portaudio: ModuleType) -> dict[str, list[str]]:
    return {
        "inputs": [name for _, name in input_devices(portaudio)],
        "outputs": [name for _, name in output_devices(portaudio)],
    }


def _listen(portaudio: ModuleType, device: int | str | None, *, channels: int) -> None:
    """Write what a device gives until it has gone."""
    heard: queue.Queue[tuple[int, bytes]] = queue.Queue(_WAITING)

    def on_block(block: Any, count: int, times: Any, _status: Any) -> None:
        age_s = times.currentTime - times.inputBufferAdcTime
        if not 0.0 <= age_s < 5.0:
            age_s = count / RATE
        at_ns = time.monotonic_ns() - int(age_s * 1e9)
        samples = np.empty((count, 2), dtype=np.float32)
        samples[:] = block[:, :2]
        if not heard.full():
            heard.put_nowait((at_ns, samples.tobytes()))

    stream = portaudio.InputStream(
        samplerate=RATE,
        device=device,
        channels=channels,
        blocksize=_BLOCK,
        dtype="float32",
        callback=on_block,
    )
    output = sys.stdout.buffer
    with stream:
        while stream.active:
            try:
                at_ns, samples = heard.get(timeout=1.0)
            except queue.Empty:
                write_message(output, "IDLE")
                continue
            write_message(output, "SND", at_ns, len(samples) // 8, samples)
