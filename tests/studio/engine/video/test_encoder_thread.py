"""The encoder thread takes another preset, rate or size on air, and every output follows."""

import io
import re
import threading
from pathlib import Path

import av
import pytest
from fakes.ingest import STREAM_ID, STREAM_KEY, running_ingest, segments_of, until
from rules.noise import ExpectLog

from shared.errors import AppError, DeviceError
from shared.rtmp import RtmpAddress
from studio.engine.output.packets import EncodedPacket, StreamDescription
from studio.engine.output.publisher_state import PublisherPhase
from studio.engine.output.recording import Recording
from studio.engine.output.rtmp import RtmpPublisher
from studio.engine.pixels import black_frame, plane_view
from studio.engine.protocol import VideoSettings
from studio.engine.safety import Safety
from studio.engine.video.encoder import VideoEncoder
from studio.engine.video.encoder_thread import EncoderThread

SETTINGS = VideoSettings(width=640, height=360, fps=30, bitrate_kbps=800, keyframe_s=1)
SMALL = SETTINGS.model_copy(update={"width": 426, "height": 240, "preset": "ultrafast"})


def _frame(number: int) -> av.VideoFrame:
    frame = black_frame(640, 360)
    plane_view(frame, 0)[:, : number % 640] = 180
    return frame


class _Collector:
    """Counts packets as they come, and passes them on."""

    def __init__(self) -> None:
        self.packets: list[EncodedPacket] = []
        self.sinks: list[object] = []
        self._arrived = threading.Condition()

    def __call__(self, packet: EncodedPacket) -> None:
        with self._arrived:
            self.packets.append(packet)
            self._arrived.notify_all()
        for sink in self.sinks:
            sink.put(packet)

    def until(self, count: int) -> None:
        with self._arrived:
            assert self._arrived.wait_for(lambda: len(self.packets) >= count, timeout=20)


@pytest.fixture
def collector() -> _Collector:
    return _Collector()


@pytest.fixture
def thread(tmp_path: Path, collector: _Collector):
    failures: list[Exception] = []
    made = EncoderThread(
        SETTINGS, safety=Safety(tmp_path / "note"), deliver=collector, on_failure=failures.append
    )
    made.start()
    yield made
    made.stop()
    assert not failures


def _push(thread: EncoderThread, collector: _Collector, first: int, last: int) -> None:
    """One after the other, so that the queue is never full."""
    for number in range(first, last):
        before = len(collector.packets)
        thread.push(_frame(number), first=number, last=number)
        collector.until(before + 1)


def _failing_at(monkeypatch: pytest.MonkeyPatch, *indexes: int) -> None:
    """Let the encoder fail once at each of these frames."""
    left, encode = set(indexes), VideoEncoder.encode

    def fail_or_encode(self: VideoEncoder, frame: av.VideoFrame, index: int, *, keyframe: bool):
        if index in left:
            left.discard(index)
            raise DeviceError("The video encoder failed.", code="ENCODER_FAILED")
        return encode(self, frame, index, keyframe=keyframe)

    monkeypatch.setattr(VideoEncoder, "encode", fail_or_encode)


def test_failures_that_lie_far_apart_never_end_a_broadcast(
    thread: EncoderThread,
    collector: _Collector,
    monkeypatch: pytest.MonkeyPatch,
    expect_log: ExpectLog,
) -> None:
    expect_log("the encoder failed and is opened again")
    numbers = [hour * 3600 * 30 for hour in range(1, 6)]
    _failing_at(monkeypatch, *numbers)
    for number in numbers:
        before = len(collector.packets)
        thread.push(_frame(number), first=number, last=number)
        collector.until(before + 1)
    assert all(packet.is_keyframe for packet in collector.packets)


def test_an_encoder_that_fails_again_and_again_is_given_up(
    tmp_path: Path,
    collector: _Collector,
    monkeypatch: pytest.MonkeyPatch,
    expect_log: ExpectLog,
) -> None:
    expect_log("the encoder failed and is opened again")
    _failing_at(monkeypatch, *range(100, 110))
    given_up = threading.Event()
    failures: list[AppError] = []

    def fail(error: AppError) -> None:
        failures.append(error)
        given_up.set()

    made = EncoderThread(
        SETTINGS, safety=Safety(tmp_path / "note"), deliver=collector, on_failure=fail
    )
    made.start()
    for number in range(100, 105):
        made.push(_frame(number), first=number, last=number)
    assert given_up.wait(30)
    made.stop()
    assert [error.code for error in failures] == ["ENCODER_FAILED"]
    assert len(collector.packets) == 3


def test_hardware_that_is_lost_is_replaced_by_the_processor_which_is_said(
    tmp_path: Path,
    collector: _Collector,
    monkeypatch: pytest.MonkeyPatch,
    expect_log: ExpectLog,
) -> None:
    """The hardware is played by the processor, until it fails and cannot be opened again."""
    expect_log("the encoder failed and is opened again")
    expect_log("the encoder nvenc is given up")
    asked: list[str] = []
    is_lost = threading.Event()
    plain, encode = VideoEncoder.__init__, VideoEncoder.encode

    def open_(self: VideoEncoder, settings: VideoSettings) -> None:
        asked.append(settings.encoder)
        if settings.encoder == "nvenc" and is_lost.is_set():
            raise DeviceError("There is no such device.", code="ENCODER_FAILED")
        plain(self, settings.model_copy(update={"encoder": "x264"}))

    def encode_(self: VideoEncoder, frame: av.VideoFrame, index: int, *, keyframe: bool):
        if asked[-1] == "nvenc" and is_lost.is_set():
            raise DeviceError("The video encoder failed.", code="ENCODER_FAILED")
        return encode(self, frame, index, keyframe=keyframe)

    monkeypatch.setattr(VideoEncoder, "__init__", open_)
    monkeypatch.setattr(VideoEncoder, "encode", encode_)
    problems: list[AppError] = []
    failures: list[AppError] = []
    hardware = SETTINGS.model_copy(update={"encoder": "nvenc"})
    made = EncoderThread(
        hardware,
        safety=Safety(tmp_path / "note"),
        deliver=collector,
        on_failure=failures.append,
        on_problem=problems.append,
    )
    made.start()
    _push(made, collector, 0, 5)
    is_lost.set()
    _push(made, collector, 5, 10)
    made.change(hardware.model_copy(update={"preset": "ultrafast"}), every=1)
    _push(made, collector, 10, 15)
    made.stop()
    assert [error.code for error in problems] == ["ENCODER_REPLACED"]
    assert failures == []
    assert len(collector.packets) == 15
    assert collector.packets[5].is_keyframe
    assert asked == ["nvenc", "nvenc", "x264", "x264"]


def test_half_of_the_frames_keep_their_times(thread: EncoderThread, collector: _Collector) -> None:
    _push(thread, collector, 0, 10)
    thread.change(SETTINGS, every=2)
    for number in range(10, 20, 2):
        before = len(collector.packets)
        for each in (number, number + 1):
            thread.push(_frame(each), first=each, last=each)
        collector.until(before + 1)
    thread.stop()
    times = [round(packet.pts_us * 30 / 1e6) for packet in collector.packets]
    assert times == [*range(10), *range(10, 20, 2)]
    assert thread.skipped == 0


def test_another_size_begins_with_a_keyframe_that_says_so(
    thread: EncoderThread, collector: _Collector
) -> None:
    _push(thread, collector, 0, 10)
    thread.change(SMALL, every=1)
    _push(thread, collector, 10, 20)
    first = collector.packets[10]
    assert first.is_keyframe
    assert first.description is not None
    assert (first.description.width, first.description.height) == (426, 240)
    assert first.description.extradata != collector.packets[0].description.extradata


def test_a_recording_goes_on_in_another_file(
    thread: EncoderThread, collector: _Collector, tmp_path: Path
) -> None:
    video = thread.encoder.description
    recording = Recording(
        tmp_path / "a.mp4", StreamDescription(video, None), on_end=lambda reason: None
    )
    recording.open()
    collector.sinks.append(recording)
    _push(thread, collector, 0, 30)
    thread.change(SMALL, every=1)
    _push(thread, collector, 30, 60)
    recording.request_stop()
    recording.join()
    for name, width in (("a.mp4", 640), ("a (2).mp4", 426)):
        with av.open(str(tmp_path / name)) as container:
            frames = list(container.decode(video=0))
        assert (frames[0].width, len(frames)) == (width, 30)


async def test_viewers_follow(thread: EncoderThread, collector: _Collector, tmp_path: Path) -> None:
    async with running_ingest(tmp_path / "hls") as (ingest, _):
        url = f"rtmp://localhost:{ingest.address[1]}/live"
        publisher = RtmpPublisher(
            RtmpAddress.parse(url, stream_key=STREAM_KEY),
            StreamDescription(thread.encoder.description, None),
            on_state=lambda state: None,
            request_keyframe=thread.force_keyframe,
        )
        publisher.start()
        await until(lambda: publisher.state.phase is PublisherPhase.LIVE)
        collector.sinks.append(publisher)
        _push(thread, collector, 0, 60)
        thread.change(SMALL, every=1)
        _push(thread, collector, 60, 150)
        await until(lambda: len(segments_of(ingest.store.playlist(STREAM_ID) or "")) >= 4)
        folder = ingest.store.segment_path(
            STREAM_ID, segments_of(ingest.store.playlist(STREAM_ID) or "")[-1]
        ).parent
        playlist = folder / "index.m3u8"
        playlist.write_text(ingest.store.playlist(STREAM_ID) or "")
        await publisher.stop()
        sizes = _sizes_by_part(playlist)
    assert sizes == [(640, 360), (426, 240)]


def _sizes_by_part(playlist: Path) -> list[tuple[int, int]]:
    """The size of the pictures in each part between discontinuities, every one of them decoded."""
    sizes = []
    for part in playlist.read_text().split("#EXT-X-DISCONTINUITY\n"):
        names = re.findall(r'URI="([^"]+)"', part) + segments_of(part)
        whole = b"".join((playlist.parent / name.split("?")[0]).read_bytes() for name in names)
        with av.open(io.BytesIO(whole)) as container:
            frames = list(container.decode(video=0))
        assert len(frames) >= 20
        sizes.append((frames[0].width, frames[0].height))
    return sizes
