"""Which encoders work on this machine: each encodes frames, in a process that a driver may crash.

`teezu-studio engine --probe-encoders` prints one JSON line per encoder as it is tried, so that
what was found before a crash or a hang counts.
"""

import json
import subprocess
import sys
from typing import Final

from shared.errors import AppError
from studio.engine.launch import engine_command
from studio.engine.pixels import black_frame
from studio.engine.protocol import EncoderChoice, EncodersResult, VideoSettings
from studio.engine.video.encoder import VideoEncoder
from studio.engine.video.encoder_kinds import ENCODERS, EncoderKind

_SIZE: Final = (640, 360)
_FRAMES: Final = 30
_TIMEOUT_S: Final = 20.0


def works(kind: EncoderKind) -> bool:
    """Return whether an encoder gives a packet, and a keyframe first; may take a second."""
    width, height = _SIZE
    settings = VideoSettings(width=width, height=height, bitrate_kbps=1000, encoder=kind.id)
    try:
        encoder = VideoEncoder(settings)
        for index in range(_FRAMES):
            packets = encoder.encode(black_frame(width, height), index, keyframe=index == 0)
            if packets:
                encoder.close()
                return packets[0].is_keyframe
    except AppError:
        return False
    return False


def print_probes() -> None:
    """Try every encoder and print what came of it."""
    for kind in ENCODERS:
        sys.stdout.write(json.dumps({"id": kind.id, "works": works(kind)}) + "\n")
        sys.stdout.flush()


def probe_encoders() -> EncodersResult:
    """Try every encoder in another process; takes seconds, so call it in a thread."""
    try:
        done = subprocess.run(
            engine_command("--probe-encoders"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_TIMEOUT_S,
            check=False,
        )
        said = done.stdout
    except subprocess.TimeoutExpired as hang:
        said = hang.stdout or b""
    except OSError:
        said = b""
    return EncodersResult(encoders=_choices(_parsed(said)))


def _parsed(said: bytes) -> dict[str, bool]:
    found: dict[str, bool] = {}
    for line in said.splitlines():
        try:
            answer = json.loads(line)
            found[str(answer["id"])] = answer["works"] is True
        except (ValueError, KeyError, TypeError):
            continue  # a driver that prints to our output
    return found


def _choices(found: dict[str, bool]) -> tuple[EncoderChoice, ...]:
    choices = [
        EncoderChoice(
            id=kind.id,
            name=kind.name,
            codec=kind.codec.value,
            is_hardware=kind.is_hardware,
            works=found.get(kind.id, False),
            message=None if found.get(kind.id) else _why(kind, was_tried=kind.id in found),
        )
        for kind in ENCODERS
    ]
    # H.264 on the graphics chip spares the processor, and every platform takes it.
    return tuple(
        sorted(
            choices,
            key=lambda each: (not each.works, each.codec != "h264", not each.is_hardware),
        )
    )


def _why(kind: EncoderKind, *, was_tried: bool) -> str:
    if not was_tried:
        return f"{kind.name} could not be tried, because an encoder before it hung or crashed."
    if kind.is_hardware:
        return f"{kind.name} is not available: no such chip or no driver for it; use x264."
    return f"{kind.name} does not work here; reinstall the studio or use x264."
