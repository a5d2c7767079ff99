"""Which encoders work on this machine: each encodes frames, in a process that a driver may crash.

`teezu-studio engine --probe-encoders` prints one JSON line per encoder as it is tried, so that
what was found before a crash or a hang counts.
"""

import json
import subprocess
import sys
import time
from typing import Final

import av
import numpy as np

from shared.errors import AppError
from studio.engine.launch import engine_command
from studio.engine.pixels import black_frame, plane_view
from studio.engine.protocol import EncoderChoice, EncodersResult, VideoSettings
from studio.engine.video.encoder import VideoEncoder
from studio.engine.video.encoder_kinds import ENCODERS, EncoderKind

_SIZE: Final = (640, 360)
_FRAMES: Final = 30
_TIMEOUT_S: Final = 20.0
_TRIAL_SIZE: Final = (1280, 720)
_TRIAL_FRAMES: Final = 90
_TRIAL_S: Final = 0.8


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


def speed(kind: EncoderKind, *, seconds: float = _TRIAL_S) -> float | None:
    """Return how many pictures of 1280x720 an encoder makes a second; None where it cannot."""
    width, height = _TRIAL_SIZE
    pictures = _busy_pictures(width, height)
    settings = VideoSettings(width=width, height=height, bitrate_kbps=2500, encoder=kind.id)
    try:
        encoder = VideoEncoder(settings)
        made, began_s = 0, time.perf_counter()
        while made < _TRIAL_FRAMES and time.perf_counter() - began_s < seconds:
            encoder.encode(pictures[made % len(pictures)], made, keyframe=made == 0)
            made += 1
        took_s = time.perf_counter() - began_s
        encoder.close()
    except AppError:
        return None
    return round(made / max(took_s, 1e-6), 1)


def _busy_pictures(width: int, height: int) -> list[av.VideoFrame]:
    """Pictures with soft detail that moves, about as hard to encode as a camera's."""
    random = np.random.default_rng(1)
    coarse = random.integers(16, 235, (height // 8, width // 8), dtype=np.uint8)
    detail = np.kron(coarse, np.ones((8, 8), np.uint8))
    pictures = []
    for step in range(4):
        frame = black_frame(width, height)
        plane_view(frame, 0)[:] = np.roll(detail, step * 6, axis=1)
        pictures.append(frame)
    return pictures


def print_probes() -> None:
    """Try every encoder and print what came of it."""
    for kind in ENCODERS:
        answer: dict[str, object] = {"id": kind.id, "works": works(kind)}
        if answer["works"] and kind.codec.value == "h264":
            answer["speed_fps"] = speed(kind)
        sys.stdout.write(json.dumps(answer) + "\n")
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
    return EncodersResult(encoders=_choices(*_parsed(said)))


def _parsed(said: bytes) -> tuple[dict[str, bool], dict[str, float]]:
    """Which encoders work, and how fast those are that were timed."""
    found: dict[str, bool] = {}
    speeds: dict[str, float] = {}
    for line in said.splitlines():
        try:
            answer = json.loads(line)
            found[str(answer["id"])] = answer["works"] is True
            if isinstance(answer.get("speed_fps"), int | float):
                speeds[str(answer["id"])] = float(answer["speed_fps"])
        except (ValueError, KeyError, TypeError):
            continue  # a driver that prints to our output
    return found, speeds


def _choices(found: dict[str, bool], speeds: dict[str, float]) -> tuple[EncoderChoice, ...]:
    choices = [
        EncoderChoice(
            id=kind.id,
            name=kind.name,
            codec=kind.codec.value,
            is_hardware=kind.is_hardware,
            works=found.get(kind.id, False),
            message=None if found.get(kind.id) else _why(kind, was_tried=kind.id in found),
            speed_fps=speeds.get(kind.id),
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
