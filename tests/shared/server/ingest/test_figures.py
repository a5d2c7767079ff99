"""Rates of a publisher and breaches of its grant."""

import pytest

from shared.server.ingest import IngestGrant, IngestHealth, Media
from shared.server.ingest.figures import Figures, rate_breach, size_breach


def test_rates_are_those_of_the_last_window():
    figures = Figures(100.0, window_s=4.0)
    health = None
    for tenth in range(1, 101):
        now_s = 100 + tenth / 10
        size = 1_000 if tenth <= 60 else 5_000
        figures.add_bytes(size, now_s)
        figures.add_picture(size - 100, tenth * 100, tenth % 20 == 0)
        figures.add_sound(100)
        if tenth % 10 == 0:
            health = figures.health(now_s)
    assert (health.kbps, health.video_kbps, health.audio_kbps) == (400, 392, 8)
    assert health.fps == 10
    assert health.keyframe_interval_s == 2.0
    assert health.bytes_received == 60_000 + 200_000
    assert (health.uptime_s, health.silent_s) == (10.0, 0.0)


def _health(**changes) -> IngestHealth:
    fields = {
        "kbps": 2500, "video_kbps": 2400, "audio_kbps": 100, "fps": 30.0,
        "keyframe_interval_s": 2.0, "bytes_received": 1, "uptime_s": 60.0, "silent_s": 0.0,
        "dropped_frames": 0,
    }  # fmt: skip
    return IngestHealth(**{**fields, **changes})


@pytest.mark.parametrize(
    ("grant", "health", "word"),
    [
        (IngestGrant("s"), _health(kbps=90_000, fps=240.0), None),
        (IngestGrant("s", max_kbps=2500), _health(kbps=3_100), None),
        (IngestGrant("s", max_kbps=2500), _health(kbps=3_200), "2500 kbps"),
        (IngestGrant("s", max_kbps=2500), _health(kbps=9_000, uptime_s=5.0), None),
        (IngestGrant("s", max_fps=30), _health(fps=32.0), None),
        (IngestGrant("s", max_fps=30), _health(fps=60.0), "30 frames"),
    ],
)
def test_rates_are_judged_with_tolerance_and_after_a_whole_window(grant, health, word):
    breach = rate_breach(grant, health, window_s=10.0)
    assert breach is None if word is None else word in breach


@pytest.mark.parametrize(
    ("size", "is_allowed"),
    [((1280, 720), True), ((720, 1280), True), ((1920, 1080), False), ((1280, 722), False),
     ((0, 0), True)],
)  # fmt: skip
def test_sizes_are_judged_upright_or_not(size, is_allowed):
    grant = IngestGrant("s", max_width=1280, max_height=720)
    assert (size_breach(grant, Media("h264", *size, None, 0, 0)) is None) == is_allowed
    assert size_breach(IngestGrant("s"), Media("h264", *size, None, 0, 0)) is None
