"""Sound tracks on their way: one encoder each, to the outputs that take them, into one file."""

from pathlib import Path
from typing import cast

import av
import numpy as np
import pytest
from pydantic import ValidationError

from studio.engine.audio.encoder import TrackEncoders
from studio.engine.audio.track import BLOCK, SAMPLE_RATE, Samples
from studio.engine.output.media_file import MediaFile
from studio.engine.output.packets import EncodedPacket, StreamDescription
from studio.engine.outputs import FanOut, Output
from studio.engine.protocol import AudioSettings, RecordingOutput


def _tone(frequency_hz: float, position: int) -> Samples:
    turns = 2 * np.pi * frequency_hz * (position + np.arange(BLOCK)) / SAMPLE_RATE
    return np.repeat((0.25 * np.sin(turns)).astype(np.float32)[:, None], 2, axis=1)


def _packets(tones: dict[int, float]) -> tuple[TrackEncoders, list[EncodedPacket]]:
    encoders = TrackEncoders(AudioSettings())
    packets: list[EncodedPacket] = []
    for position in range(0, SAMPLE_RATE, BLOCK):
        blocks = {track: _tone(hz, position) for track, hz in tones.items()}
        packets += encoders.encode(blocks, position)
    return encoders, packets


class _Output:
    """Takes some tracks and keeps what it is given."""

    def __init__(self, *tracks: int) -> None:
        self.tracks = tracks
        self.sink = self
        self.taken: list[int] = []

    def put(self, packet: EncodedPacket) -> None:
        self.taken.append(packet.track)

    def drop_unsent(self) -> None:
        self.taken.clear()


@pytest.mark.parametrize("name", ["tracks.mkv", "tracks.mp4"])
def test_a_file_has_every_track_with_its_own_sound(tmp_path: Path, name: str) -> None:
    encoders, packets = _packets({0: 440.0, 2: 1320.0, 5: 3000.0})
    description = StreamDescription(None, encoders.description, audio_tracks=(2, 0, 5))
    file = MediaFile(tmp_path / name, description, free_bytes=lambda _folder: 1 << 40)
    file.create()
    for packet in packets:
        file.write(packet, at_us=packet.dts_us)
    file.close()
    with av.open(str(tmp_path / name)) as container:
        streams = container.streams.audio
        heard = []
        for number in range(len(streams)):
            container.seek(0)
            frames = container.decode(audio=number)
            sound = np.concatenate([frame.to_ndarray()[0] for frame in frames])[-SAMPLE_RATE // 2 :]
            spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
            heard.append(float(np.argmax(spectrum)) * SAMPLE_RATE / len(sound))
        assert heard == pytest.approx([1320.0, 440.0, 3000.0], abs=4)


def test_each_output_gets_the_tracks_it_takes() -> None:
    fan_out = FanOut()
    stream, file = _Output(0), _Output(0, 2)
    fan_out.add(cast(Output, stream))
    assert fan_out.tracks == (0,)
    fan_out.add(cast(Output, file))
    assert fan_out.tracks == (0, 2)
    for packet in _packets({0: 440.0, 2: 880.0})[1]:
        fan_out.deliver(packet)
    assert set(stream.taken) == {0}
    assert set(file.taken) == {0, 2}
    fan_out.remove(cast(Output, file))
    assert fan_out.tracks == (0,)


def test_a_recording_names_its_tracks_from_one() -> None:
    assert RecordingOutput(path="a.mkv").audio_tracks == (1,)
    assert RecordingOutput(path="a.mkv", audio_tracks=(1, 6)).audio_tracks == (1, 6)
    for wrong in ((), (0,), (7,), (1, 1)):
        with pytest.raises(ValidationError):
            RecordingOutput(path="a.mkv", audio_tracks=wrong)
