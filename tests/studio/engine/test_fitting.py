"""Settings at go-live: what every destination takes, and the sentence that says so."""

import pytest
from pydantic import SecretStr

from shared.errors import InvalidInput
from studio.engine.fitting import fitted_to
from studio.engine.protocol import (
    AudioSettings,
    OutputSpec,
    RecordingOutput,
    RtmpOutput,
    VideoSettings,
)

_VIDEO = VideoSettings(width=2560, height=1440, fps=60, bitrate_kbps=12_000, keyframe_s=4.0)
_AUDIO = AudioSettings(bitrate_kbps=384)


def _to(host: str) -> OutputSpec:
    return RtmpOutput(url=f"rtmp://{host}/live", key=SecretStr("a-key"))


def test_a_recording_alone_is_as_it_was_asked_for() -> None:
    fit = fitted_to((RecordingOutput(path="show.mkv"),), _VIDEO, _AUDIO)
    assert (fit.video, fit.audio, fit.notice) == (_VIDEO, _AUDIO, None)


def test_the_strictest_destination_decides_and_is_named() -> None:
    fit = fitted_to((_to("a.rtmp.youtube.com"), _to("ingest.live-video.net")), _VIDEO, _AUDIO)
    assert (fit.video.width, fit.video.height) == (1920, 1080)
    assert fit.video.bitrate_kbps == 6000
    assert fit.video.keyframe_s == 2.0
    assert fit.audio.bitrate_kbps == 320
    assert fit.notice is not None
    assert "Twitch" in fit.notice.message
    assert "1920x1080" in fit.notice.message
    assert "a-key" not in fit.notice.message


def test_a_destination_that_takes_it_all_says_nothing() -> None:
    video = VideoSettings(width=1280, height=720, fps=30, bitrate_kbps=2500)
    fit = fitted_to((_to("127.0.0.1"),), video, AudioSettings())
    assert fit.video == video
    assert fit.notice is None


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(InvalidInput):
        fitted_to((RtmpOutput(url="https://example.org/live"),), _VIDEO, _AUDIO)
