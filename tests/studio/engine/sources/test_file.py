"""A media file on a clock that never waits: speed, jumps, pauses, and going on where it was."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.stream import Disposition
from fakes.media import write_flash_clip
from fakes.sink import FakeSink, HurriedStop

from shared.errors import InvalidInput
from studio.engine.pixels import plane_view
from studio.engine.schedule import NS
from studio.engine.sources.file import FileCapture
from studio.engine.sources.media import MediaOrder
from studio.project.model import FileSource


class Conductor(HurriedStop):
    """Gives orders at certain waits."""

    def __init__(self, waits: int, orders: dict[int, Callable[[], None]]) -> None:
        super().__init__(waits)
        self._orders = orders
        self._count = 0

    def wait_until(self, moment_ns: int) -> bool:
        self._count += 1
        if self._count in self._orders:
            self._orders[self._count]()
        return super().wait_until(moment_ns)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("media") / "clip.mkv"
    write_flash_clip(path, seconds=2, size=(64, 36))
    return path


def _play(
    settings: FileSource,
    *,
    waits: int = 1000,
    orders: dict[int, MediaOrder] | None = None,
    sink: FakeSink | None = None,
) -> FakeSink:
    made = sink or FakeSink(HurriedStop(waits))
    given = {
        at: (lambda order=order: made.orders.give(order))  # type: ignore[misc]
        for at, order in (orders or {}).items()
    }
    made.stop = Conductor(waits, given)
    FileCapture(settings).run(made)
    return made


def _bright(sink: FakeSink) -> list[bool]:
    return [bool(plane_view(shown.frame, 0).mean() > 128) for shown in sink.pictures]


def _seconds_of_sound(sink: FakeSink) -> float:
    return sum(len(samples) for _, samples in sink.sounds) / 48_000


def test_it_plays_at_its_own_rate_with_its_sound_in_step(clip: Path) -> None:
    sink = _play(FileSource(path=str(clip), loop=False))
    dues = np.array([shown.captured_ns for shown in sink.pictures])
    assert len(dues) == 60
    assert np.diff(dues) == pytest.approx(NS / 30, abs=NS / 900)
    assert _seconds_of_sound(sink) == pytest.approx(2.0, abs=0.03)
    loud = next(at for at, samples in sink.sounds if float(np.abs(samples).max()) > 0.2)
    assert abs(loud - sink.pictures[0].captured_ns) < NS / 20
    assert sink.intervals[-1] is None


@pytest.mark.parametrize("speed", [0.25, 0.5, 2.0, 4.0])
def test_it_plays_slower_and_faster_and_sound_keeps_its_pitch(clip: Path, speed: float) -> None:
    sink = _play(FileSource(path=str(clip), loop=False, speed=speed))
    dues = np.array([shown.captured_ns for shown in sink.pictures])
    assert np.diff(dues) == pytest.approx(NS / 30 / speed, abs=NS / 200)
    assert _seconds_of_sound(sink) == pytest.approx(2.0 / speed, rel=0.1)
    sound = np.concatenate([samples[:, 0] for _, samples in sink.sounds])
    spectrum = np.abs(np.fft.rfft(sound))
    assert np.argmax(spectrum) * 48_000 / len(sound) == pytest.approx(1000, abs=40)


def test_it_begins_where_it_is_told_at_every_turn(clip: Path) -> None:
    sink = _play(FileSource(path=str(clip), start_s=1.0), waits=90)
    bright = _bright(sink)
    assert len(bright) == 90
    assert bright[:5] == [True] * 4 + [False]
    assert bright[30:35] == [True] * 4 + [False]
    assert np.diff([shown.captured_ns for shown in sink.pictures]) == pytest.approx(
        NS / 30, abs=NS / 100
    )


def test_a_jump_goes_to_the_exact_picture(clip: Path) -> None:
    orders = {20: MediaOrder("seek", 1.0), 40: MediaOrder("skip", -0.5)}
    sink = _play(FileSource(path=str(clip), loop=False), orders=orders)
    bright = _bright(sink)
    after = bright[20:]
    assert after[:5] == [True] * 4 + [False]
    assert len(bright) == pytest.approx(20 + 20 + 26, abs=2)


def test_a_pause_is_silent_and_stands_still(clip: Path) -> None:
    orders = {10: MediaOrder("pause"), 40: MediaOrder("play")}
    sink = _play(FileSource(path=str(clip), loop=False), orders=orders)
    assert len(sink.pictures) == 60
    assert sink.stills >= 25
    assert None in sink.intervals[:-1]


def test_a_file_goes_on_where_it_was_only_if_told_so(clip: Path) -> None:
    first = _play(FileSource(path=str(clip), restart_when_shown=False), waits=40)
    assert first.bookmark.position_s == pytest.approx(39 / 30, abs=0.05)
    again = FakeSink(HurriedStop(0), bookmark=first.bookmark)
    _play(FileSource(path=str(clip), restart_when_shown=False, loop=False), sink=again)
    assert len(again.pictures) == pytest.approx(21, abs=2)
    anew = FakeSink(HurriedStop(0), bookmark=first.bookmark)
    _play(FileSource(path=str(clip), loop=False), sink=anew)
    assert len(anew.pictures) == 60


def test_without_hardware_the_processor_decodes_and_says_so(clip: Path) -> None:
    sink = _play(FileSource(path=str(clip), loop=False, hardware=True))
    assert len(sink.pictures) == 60
    assert [error.code for error in sink.warnings] in ([], ["NO_HARDWARE_DECODER"])


@pytest.mark.parametrize("kept", [0, 300])
def test_an_empty_or_headless_video_is_one_sentence(clip: Path, tmp_path: Path, kept: int) -> None:
    path = tmp_path / "evening.mp4"
    path.write_bytes(clip.read_bytes()[:kept])
    with pytest.raises(InvalidInput) as told:
        _play(FileSource(path=str(path)))
    assert told.value.code == "FILE_DAMAGED"
    assert "evening.mp4" in told.value.message


def _song(path: Path, *, seconds: float, has_cover: bool = False) -> Path:
    """A file with nothing but sound, and perhaps a cover."""
    with av.open(str(path), "w") as output:
        cover = None
        if has_cover:
            cover = output.add_stream("png", rate=1)
            cover.width, cover.height, cover.pix_fmt = 32, 32, "rgb24"
            cover.disposition = Disposition.attached_pic
        voice = output.add_stream("aac", rate=48_000, layout="stereo")
        if cover is not None:
            picture = av.VideoFrame.from_ndarray(np.full((32, 32, 3), 200, np.uint8))
            output.mux(cover.encode(picture))
            output.mux(cover.encode(None))
        for index in range(round(seconds * 10)):
            sound = av.AudioFrame.from_ndarray(
                np.full((1, 2 * 4800), 8192, np.int16), format="s16", layout="stereo"
            )
            sound.sample_rate, sound.pts = 48_000, index * 4800
            sound.time_base = Fraction(1, 48_000)
            output.mux(voice.encode(sound))
        output.mux(voice.encode(None))
    return path


@pytest.mark.parametrize("has_cover", [False, True])
@pytest.mark.parametrize("speed", [1.0, 2.0])
def test_a_song_plays_to_its_end_a_little_ahead_and_counts_as_running(
    tmp_path: Path, speed: float, has_cover: bool
) -> None:
    song = _song(tmp_path / "song.mp4", seconds=4, has_cover=has_cover)
    sink = _play(FileSource(path=str(song), loop=False, speed=speed))
    assert _seconds_of_sound(sink) == pytest.approx(4 / speed, abs=0.15)
    assert sink.pictures == []
    assert sink.stills > 10
    assert isinstance(sink.stop, HurriedStop)
    waits = sink.stop.waited_until
    assert waits == sorted(waits)
    assert len(waits) < 200, "it waits for its time and does not spin"
    assert waits[-1] - waits[0] == pytest.approx(3.5 / speed * NS, abs=0.6 * NS)
