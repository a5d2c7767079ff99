"""What the wizard proposes leaves line and machine room; the uplink is measured in a few posts."""

import pytest

from studio.engine.protocol import EncoderChoice
from studio.live.wizard import LADDER, Measured, Reason, best_encoder, measure_uplink, propose


def encoder(speed: float | None = 400.0, *, works: bool = True) -> EncoderChoice:
    return EncoderChoice(
        id="x264", name="x264", codec="h264", is_hardware=False, works=works, speed_fps=speed
    )


@pytest.mark.parametrize(
    ("uplink", "speed", "height", "fps", "reason"),
    [
        (50_000, 900.0, 1080, 60, Reason.BEST),
        (10_000, 900.0, 1080, 60, Reason.BEST),
        (8_000, 900.0, 1080, 30, Reason.LINE),
        (50_000, 70.0, 720, 30, Reason.MACHINE),
        (3_500, 900.0, 720, 30, Reason.LINE),
        (200, 5.0, 360, 30, Reason.MACHINE),
        (None, 900.0, 720, 30, Reason.UNKNOWN_LINE),
    ],
)
def test_the_best_picture_that_line_and_machine_carry(
    uplink: float | None, speed: float, height: int, fps: int, reason: Reason
) -> None:
    made = propose(Measured((encoder(speed),), uplink))
    assert (made.video.height, made.video.fps, made.reason) == (height, fps, reason)
    if uplink is not None and uplink > 1000:
        assert made.video.bitrate_kbps + 160 <= uplink * 0.7
    assert made.video.bitrate_kbps <= max(rung.good_kbps for rung in LADDER)


def test_a_limited_account_stays_within_its_limits() -> None:
    made = propose(Measured((encoder(),), 90_000, is_limited=True))
    assert (made.video.height, made.video.fps) == (720, 30)
    assert made.video.bitrate_kbps == 2500
    assert made.reason is Reason.ACCOUNT


def test_only_encoders_that_work_count() -> None:
    chip = EncoderChoice(
        id="nvenc", name="NVENC", codec="h264", is_hardware=True, works=True, speed_fps=800.0
    )
    assert best_encoder((encoder(works=False),)) is None
    assert best_encoder((encoder(), chip)) is chip
    assert propose(Measured((chip,), 50_000)).video.encoder == "nvenc"
    assert propose(Measured((), 50_000)).video.encoder == "x264"


class Line:
    """Carries so many kilobits a second by its own clock, after some time for each post."""

    def __init__(self, kbps: float, *, lag_s: float = 0.02) -> None:
        self.now_s = 0.0
        self.posts = 0
        self._kbps = kbps
        self._lag_s = lag_s

    def clock(self) -> float:
        return self.now_s

    async def send(self, filler: str) -> int:
        self.posts += 1
        self.now_s += self._lag_s + len(filler) * 8 / 1000 / self._kbps
        return len(filler)


@pytest.mark.parametrize("kbps", [300.0, 5_000.0, 40_000.0])
async def test_the_uplink_is_found_within_a_fifth(kbps: float) -> None:
    line = Line(kbps)
    assert await measure_uplink(line.send, clock=line.clock) == pytest.approx(kbps, rel=0.2)
    assert line.posts <= 6
    assert line.now_s < 30
