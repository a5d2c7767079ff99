"""RTMP bodies become HLS files that decode to what was sent, through every kind of change."""

import io
import random
from pathlib import Path

import av
import numpy as np
import pytest
from fakes.broadcast import Broadcast, make_broadcast

from shared.server.ingest.repackager import Repackager
from shared.server.ingest.reports import (
    InitReport,
    MediaReport,
    Report,
    RiskReport,
    SegmentReport,
    ThumbnailReport,
    TroubleReport,
)
from studio.engine.output.packets import VideoCodec


class Desk:
    """A repackager, its folder, and what it reported."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.reports: list[Report] = []
        self.now_ms = 1_700_000_000_000
        self.repackager = Repackager(
            folder, report=self.reports.append, unix_ms=lambda: self.now_ms
        )

    def of(self, kind):
        return [report for report in self.reports if isinstance(report, kind)]

    def send(self, broadcast: Broadcast, *, shift_ms: int = 0, has_start: bool = True) -> None:
        if has_start:
            self.send_start(broadcast)
        for kind, body, stamp in broadcast.bodies(shift_ms):
            self.add(kind, body, stamp)

    def send_start(self, broadcast: Broadcast) -> None:
        for kind, body in broadcast.configurations():
            self.add(kind, body, 0)

    def add(self, kind: str, body: bytes, stamp: int) -> None:
        if kind == "video":
            self.repackager.add_video(body, stamp)
        else:
            self.repackager.add_audio(body, stamp)

    def epoch(self, number: int) -> bytes:
        """All of an epoch as one file."""
        names = [each.name for each in self.of(SegmentReport) if each.epoch == number]
        parts = [f"init-{number}.mp4", *names]
        return b"".join((self.folder / name).read_bytes() for name in parts)

    def decoded(self, number: int) -> tuple[list[float], list[float]]:
        """Times of an epoch's pictures and sounds."""
        pictures, sounds = [], []
        with av.open(io.BytesIO(self.epoch(number))) as container:
            for frame in container.decode():
                (pictures if isinstance(frame, av.VideoFrame) else sounds).append(frame.time)
        return pictures, sounds


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


@pytest.mark.parametrize("codec", VideoCodec)
def test_every_codec_is_repackaged_without_loss(desk, codec):
    broadcast = make_broadcast(codec=codec)
    desk.send(broadcast)
    desk.repackager.end_epoch()
    assert desk.of(TroubleReport) == []
    [media] = desk.of(MediaReport)
    assert (media.media.video_codec, media.media.width, media.media.height) == (
        codec.value, 320, 180,
    )  # fmt: skip
    assert (media.media.audio_codec, media.media.sample_rate, media.media.channels) == (
        "aac", 48_000, 2,
    )  # fmt: skip
    pictures, sounds = desk.decoded(1)
    assert len(pictures) == 120
    assert np.allclose(np.diff(pictures), 1 / 30, atol=0.0011)
    assert len(sounds) > 180
    assert abs(pictures[0] - sounds[0]) < 0.05


def test_segments_begin_at_keyframes_and_their_times_add_up(desk):
    desk.send(make_broadcast())
    desk.repackager.end_epoch()
    segments = desk.of(SegmentReport)
    assert [round(each.duration_s, 2) for each in segments] == [1.0, 1.0, 1.0, 1.0]
    starts = [each.begins_unix_ms - desk.now_ms for each in segments]
    assert starts == [0, 1000, 2000, 3000]
    init = (desk.folder / "init-1.mp4").read_bytes()
    for segment in segments:
        content = init + (desk.folder / segment.name).read_bytes()
        with av.open(io.BytesIO(content)) as container:
            first = next(container.demux(video=0))
            assert first.is_keyframe


def test_short_groups_are_collected_into_segments_of_a_second(desk):
    desk.send(make_broadcast(group_s=0.5))
    desk.repackager.end_epoch()
    assert [round(each.duration_s, 2) for each in desk.of(SegmentReport)] == [1.0] * 4


def test_reordered_pictures_keep_their_composition_times(desk):
    desk.send(make_broadcast(b_frames=2))
    desk.repackager.end_epoch()
    pictures, _ = desk.decoded(1)
    assert len(pictures) == 120
    assert np.allclose(np.diff(pictures), 1 / 30, atol=0.0011)


def test_a_segment_is_out_as_soon_as_the_next_keyframe_is_in(desk):
    broadcast = make_broadcast()
    desk.send_start(broadcast)
    for kind, body, stamp in broadcast.bodies():
        if stamp > 1_100:
            break
        desk.add(kind, body, stamp)
    assert len(desk.of(SegmentReport)) == 1


def test_a_second_publisher_continues_with_a_new_epoch(desk):
    desk.send(make_broadcast())
    desk.repackager.begin_again()
    desk.send(make_broadcast(), shift_ms=5_000_000)
    desk.repackager.end_epoch()
    assert [each.epoch for each in desk.of(InitReport)] == [1, 2]
    assert len(desk.decoded(1)[0]) == len(desk.decoded(2)[0]) == 120


def test_a_change_of_size_begins_a_new_epoch(desk):
    desk.send(make_broadcast())
    desk.send(make_broadcast(size=(640, 360)), shift_ms=4_000)
    desk.repackager.end_epoch()
    sizes = [(each.media.width, each.media.height) for each in desk.of(MediaReport)]
    assert sizes == [(320, 180), (640, 360)]


def test_a_change_of_codec_begins_a_new_epoch(desk):
    desk.send(make_broadcast())
    desk.send(make_broadcast(codec=VideoCodec.HEVC), shift_ms=4_000)
    desk.repackager.end_epoch()
    assert [each.media.video_codec for each in desk.of(MediaReport)] == ["h264", "hevc"]
    assert len(desk.decoded(2)[0]) == 120


@pytest.mark.parametrize("jump_ms", [60_000, -3_000, 0x7FFFFFFF])
def test_a_jump_of_the_stamps_begins_a_new_epoch(desk, jump_ms):
    desk.send(make_broadcast())
    desk.send(make_broadcast(), shift_ms=4_000 + jump_ms, has_start=False)
    desk.repackager.end_epoch()
    assert [each.epoch for each in desk.of(InitReport)] == [1, 2]
    assert desk.of(TroubleReport) == []
    durations = [each.duration_s for each in desk.of(SegmentReport)]
    assert sum(durations) == pytest.approx(8.0, abs=0.1)
    assert [each.media.sample_rate for each in desk.of(MediaReport)] == [48_000, 48_000]


def test_stamps_that_wrap_do_not_break_the_epoch(desk):
    desk.send(make_broadcast(), shift_ms=0xFFFFFFFF - 2_000)
    desk.repackager.end_epoch()
    assert [each.epoch for each in desk.of(InitReport)] == [1]
    assert len(desk.decoded(1)[0]) == 120


def test_video_alone(desk):
    desk.send(make_broadcast(has_audio=False))
    desk.repackager.end_epoch()
    [media] = desk.of(MediaReport)
    assert media.media.audio_codec is None
    assert len(desk.decoded(1)[0]) == 120


def test_sound_alone(desk):
    desk.send(make_broadcast(codec=None, seconds=6.0))
    desk.repackager.end_epoch()
    [media] = desk.of(MediaReport)
    assert media.media.video_codec is None
    pictures, sounds = desk.decoded(1)
    assert pictures == []
    assert len(sounds) > 270
    durations = [each.duration_s for each in desk.of(SegmentReport)]
    assert max(durations) < 1.6
    assert sum(durations) == pytest.approx(6.0, abs=0.1)


def test_sound_that_begins_later_joins_at_the_next_keyframe(desk):
    silent, both = make_broadcast(has_audio=False), make_broadcast()
    desk.send(silent)
    desk.send(both, shift_ms=4_000)
    desk.repackager.end_epoch()
    assert [each.media.audio_codec for each in desk.of(MediaReport)] == [None, "aac"]


def test_sound_goes_on_when_the_video_stops(desk):
    desk.send(make_broadcast())
    for kind, body, stamp in make_broadcast(codec=None, seconds=14.0).bodies(4_000):
        desk.add(kind, body, stamp)
    desk.repackager.end_epoch()
    assert [each.media.video_codec for each in desk.of(MediaReport)] == ["h264", None]
    assert len(desk.decoded(2)[1]) > 150


def test_video_goes_on_when_the_sound_stops(desk):
    desk.send(make_broadcast())
    for kind, body, stamp in make_broadcast().bodies(4_000):
        if kind == "video":
            desk.add(kind, body, stamp)
    desk.repackager.end_epoch()
    assert [each.epoch for each in desk.of(InitReport)] == [1]
    assert len(desk.decoded(1)[0]) == 240
    assert len(desk.of(SegmentReport)) == 8


def test_nothing_begins_before_a_keyframe(desk):
    broadcast = make_broadcast()
    desk.send_start(broadcast)
    for kind, body, stamp in broadcast.bodies():
        if 200 < stamp < 3_900:
            desk.add(kind, body, stamp)
    desk.repackager.end_epoch()
    pictures, _ = desk.decoded(1)
    assert len(pictures) == 87


def test_what_is_discarded_never_reaches_a_file(desk):
    broadcast = make_broadcast()
    desk.send_start(broadcast)
    for kind, body, stamp in broadcast.bodies():
        desk.add(kind, body, stamp)
        if kind == "video" and 1_480 < stamp < 1_510:
            desk.repackager.discard()
    desk.repackager.end_epoch()
    before, after = desk.decoded(1)[0], desk.decoded(2)[0]
    assert (len(before), len(after)) == (30, 60)


def test_a_group_without_end_is_cut_off(desk):
    broadcast = make_broadcast(seconds=26.0, fps=10, group_s=25.0)
    desk.send(broadcast)
    assert max(each.duration_s for each in desk.of(SegmentReport)) < 20.5


def test_a_thumbnail_every_five_seconds_shows_the_picture(desk):
    desk.send(make_broadcast(seconds=11.0, size=(640, 360)))
    thumbnails = desk.of(ThumbnailReport)
    assert len(thumbnails) == 3
    decoder = av.CodecContext.create("mjpeg", "r")
    [frame] = decoder.decode(av.Packet(thumbnails[1].jpeg))
    assert (frame.width, frame.height) == (320, 180)
    right = frame.to_ndarray(format="rgb24")[:, 250:]
    # The keyframe at 5 s is frame 150.
    assert abs(float(right.mean()) - (20 + 150 * 7 % 200)) < 6


def test_rubbish_is_reported_and_the_broadcast_goes_on(desk):
    broadcast = make_broadcast()
    desk.repackager.add_video(b"\x12\x00\x00\x00\x00", 0)
    desk.repackager.add_audio(b"\x2f\x00", 0)
    desk.repackager.add_video(b"\x17\x00\x00\x00\x00\x01not a record", 0)
    desk.repackager.add_video(b"\x17\x01\x00\x00\x00\x00\x00\x00\x04junk", 0)
    desk.repackager.add_video(b"\x17\x01\x00\x00\x00\x00\x00\x00\x04junk", 1_500)
    desk.send(broadcast, shift_ms=2_000)
    desk.repackager.end_epoch()
    assert len(desk.of(TroubleReport)) >= 3
    last = max(each.epoch for each in desk.of(InitReport))
    assert len(desk.decoded(last)[0]) == 120


def test_hostile_bodies_never_raise_and_leave_only_whole_files(desk):
    """Mutations of real broadcasts with a fixed seed; libav itself is the part under test."""
    chance = random.Random(20_261_120)
    broadcasts = [make_broadcast(seconds=2.0, codec=codec) for codec in VideoCodec]
    for _ in range(200):
        broadcast = chance.choice(broadcasts)
        starts = [(kind, body, 0) for kind, body in broadcast.configurations()]
        for kind, body, stamp in [*starts, *broadcast.bodies()]:
            if chance.random() < 0.1:
                body = _mutated(chance, body)
            if chance.random() < 0.02:
                stamp = chance.randrange(1 << 32)
            desk.add(kind, body, stamp)
        desk.repackager.begin_again()
    assert len(desk.of(TroubleReport)) > 100
    named = {each.name for each in (*desk.of(SegmentReport), *desk.of(InitReport))}
    assert {path.name for path in desk.folder.iterdir()} == named


def _mutated(chance: random.Random, body: bytes) -> bytes:
    wire = bytearray(body)
    for _ in range(chance.randrange(1, 6)):
        at = chance.randrange(min(len(wire), chance.choice([8, 40, 400, 5000])) or 1)
        match chance.randrange(3):
            case 0:
                wire[at : at + 1] = chance.randbytes(1)
            case 1:
                del wire[at : at + chance.randrange(1, 50)]
            case _:
                wire[at:at] = chance.randbytes(chance.randrange(1, 9))
    return bytes(wire)


def test_risk_is_announced_before_libav_parses_and_taken_back_after(desk):
    desk.send(make_broadcast())
    risks = [each.is_begun for each in desk.of(RiskReport)]
    assert risks == [True, False] * (len(risks) // 2)
    assert len(risks) >= 4
