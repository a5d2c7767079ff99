"""The process that listens to what the computer plays, on a PulseAudio or PipeWire server.

Which of the server's sounds is heard is said by the environment (`PULSE_SOURCE`), which belongs to
a whole process: in the engine's own it would change the microphones, too.
"""

import queue
import sys
import time
from typing import Any

import numpy as np

from shared.errors import AppError
from studio.engine.sources.child import end_with_input, write_message
from studio.engine.sources.microphone import load_portaudio

RATE = 48_000
_BLOCK = 960
_WAITING = 100
_DEVICE = "pulse"


def run(_arguments: list[str]) -> int:
    """Write what is heard to the standard output until the standard input ends."""
    end_with_input()
    output = sys.stdout.buffer
    heard: queue.Queue[tuple[int, bytes]] = queue.Queue(_WAITING)

    def on_block(block: Any, count: int, times: Any, _status: Any) -> None:
        age_s = times.currentTime - times.inputBufferAdcTime
        if not 0.0 <= age_s < 5.0:
            age_s = count / RATE
        at_ns = time.monotonic_ns() - int(age_s * 1e9)
        if not heard.full():
            heard.put_nowait((at_ns, np.ascontiguousarray(block[:, :2]).tobytes()))

    try:
        portaudio = load_portaudio()
        stream = portaudio.InputStream(
            samplerate=RATE,
            device=_DEVICE,
            channels=2,
            blocksize=_BLOCK,
            dtype="float32",
            callback=on_block,
        )
    except AppError as error:
        write_message(output, "ERR", payload=error.code.encode())
        return 1
    except (portaudio.PortAudioError, ValueError):
        write_message(output, "ERR", payload=b"NO_SERVER")
        return 1
    with stream:
        while True:
            try:
                at_ns, samples = heard.get(timeout=1.0)
            except queue.Empty:
                write_message(output, "IDLE")
                continue
            write_message(output, "SND", at_ns, len(samples) // 8, samples)
