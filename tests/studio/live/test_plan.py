"""A broadcast that is begun again: its recordings go on in files of their own."""

from datetime import UTC, datetime

from studio.engine.protocol import (
    AudioSettings,
    RecordingOutput,
    ReplayOutput,
    RtmpOutput,
    StreamIdentity,
    VideoSettings,
)
from studio.live.plan import OnAir, renewed


def test_only_recordings_get_other_names() -> None:
    outputs = (
        RtmpOutput(url="rtmp://host/live"),
        RecordingOutput(path="shows/Piano 1.mkv", split_s=600),
        ReplayOutput(),
    )
    plan = OnAir(outputs, StreamIdentity(stream_id="s"), VideoSettings(), AudioSettings())
    again = renewed(plan, datetime(2026, 11, 20, 21, 7, 9, tzinfo=UTC))
    assert (again.outputs[0], again.outputs[2]) == (outputs[0], outputs[2])
    recording = again.outputs[1]
    assert isinstance(recording, RecordingOutput)
    assert recording.path.replace("\\", "/") == "shows/Piano 1 from 21-07-09.mkv"
    assert (recording.id, recording.split_s) == (outputs[1].id, 600)
