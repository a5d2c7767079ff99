"""What the first-run wizard proposes from what it measured, and how it measures the uplink."""

import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from studio.engine.protocol import EncoderChoice, EncoderId, VideoSettings

_SOUND_KBPS: Final = 160
_LINE_SHARE: Final = 0.7
"""What of a measured line a broadcast may use; the rest is for chat, others and bad minutes."""
_ENCODER_SHARE: Final = 0.5
"""What of a measured encoder a broadcast may use; the rest is for scenes, filters and the room."""
_TRIAL_PIXELS: Final = 1280 * 720
_FIRST_BYTES: Final = 48_000
_MOST_BYTES: Final = 600_000
_POSTS: Final = 5
_BOUND_S: Final = 8.0


@dataclass(frozen=True, slots=True)
class Rung:
    """A size and rate with the bitrate it deserves and the least it can live with."""

    width: int
    height: int
    fps: int
    good_kbps: int
    least_kbps: int


LADDER: Final = (
    Rung(1920, 1080, 60, 7500, 6000),
    Rung(1920, 1080, 30, 6000, 4200),
    Rung(1280, 720, 60, 4500, 3600),
    Rung(1280, 720, 30, 3000, 2000),
    Rung(960, 540, 30, 1800, 1200),
    Rung(640, 360, 30, 1000, 300),
)
"""From the best picture to the one that goes through almost any line."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What was found out; None where it could not be measured."""

    encoders: tuple[EncoderChoice, ...] = ()
    uplink_kbps: float | None = None
    is_limited: bool = False
    """The account may send 720p at 2500 kbit/s at most."""


class Reason(StrEnum):
    """What decided the proposal."""

    BEST = "best"
    LINE = "line"
    MACHINE = "machine"
    ACCOUNT = "account"
    UNKNOWN_LINE = "unknown_line"


@dataclass(frozen=True, slots=True)
class Proposal:
    """Settings for this machine and line, and why not more."""

    video: VideoSettings
    reason: Reason
    encoder_name: str = ""


def propose(measured: Measured) -> Proposal:
    """The best size, rate and encoder that leave line and machine room to breathe."""
    encoder = best_encoder(measured.encoders)
    line_kbps = (
        measured.uplink_kbps * _LINE_SHARE - _SOUND_KBPS
        if measured.uplink_kbps is not None
        else 3000.0
    )
    speed = (encoder.speed_fps if encoder is not None else None) or 60.0
    pixels = speed * _TRIAL_PIXELS * _ENCODER_SHARE
    reason = Reason.UNKNOWN_LINE if measured.uplink_kbps is None else Reason.BEST
    for rung in LADDER:
        if measured.is_limited and (rung.height > 720 or rung.fps > 30):
            reason = Reason.ACCOUNT
        elif rung.width * rung.height * rung.fps > pixels and rung is not LADDER[-1]:
            reason = Reason.MACHINE
        elif rung.least_kbps > line_kbps and rung is not LADDER[-1]:
            reason = Reason.LINE if measured.uplink_kbps is not None else Reason.UNKNOWN_LINE
        else:
            return Proposal(
                _settings(rung, line_kbps, encoder, is_limited=measured.is_limited),
                reason,
                encoder.name if encoder is not None else "x264",
            )
    raise AssertionError("the last rung always fits")


def best_encoder(encoders: tuple[EncoderChoice, ...]) -> EncoderChoice | None:
    """The one to use: H.264 that works, on the graphics chip where that is not slower."""
    working = [one for one in encoders if one.works and one.codec == "h264"]
    return max(working, key=lambda one: (one.speed_fps or 0.0, one.is_hardware), default=None)


def _settings(
    rung: Rung, line_kbps: float, encoder: EncoderChoice | None, *, is_limited: bool
) -> VideoSettings:
    kbps = max(300, min(rung.good_kbps, int(line_kbps) // 100 * 100))
    chosen: EncoderId = encoder.id if encoder is not None else "x264"
    return VideoSettings(
        width=rung.width,
        height=rung.height,
        fps=rung.fps,
        bitrate_kbps=min(kbps, 2500) if is_limited else kbps,
        encoder=chosen,
    )


async def measure_uplink(
    send: Callable[[str], Awaitable[int]], *, clock: Callable[[], float] = time.perf_counter
) -> float:
    """Kilobits a second that the line carries: a few posts that grow, at most some seconds.

    `send` posts letters and says how many arrived. The first post opens the connection and counts
    for nothing; of the others the fastest counts, because a line is never faster than it is.

    Raises:
        AppError: what `send` raises.
    """
    await send("a")
    best_kbps, size, began_s = 0.0, _FIRST_BYTES, clock()
    for _ in range(_POSTS):
        # Random letters: a proxy that packs text would flatter the line.
        filler = secrets.token_urlsafe(size * 3 // 4)
        sent_s = clock()
        arrived = await send(filler)
        took_s = max(clock() - sent_s, 1e-4)
        best_kbps = max(best_kbps, arrived * 8 / 1000 / took_s)
        if clock() - began_s > _BOUND_S:
            break
        size = min(_MOST_BYTES, size * (4 if took_s < 0.25 else 2))
    return best_kbps
