"""The safety delay: what leaves when, and what a dump does; the packets are the clock."""

import itertools
from collections.abc import Iterator
from dataclasses import replace

import pytest

from studio.engine.output.packets import EncodedPacket, PacketKind
from studio.engine.safety.held import HoldBack

_S = 1_000_000
_FPS = 10
_GOP_S = 2
_SLATE, _SILENCE = b"slate", b"silence"


class _Filling:
    """A slate and a silence that are easy to know again."""

    def picture(self, packet: EncodedPacket) -> EncodedPacket:
        return replace(packet, data=_SLATE, is_keyframe=True)

    def silence(self, packet: EncodedPacket) -> EncodedPacket:
        return replace(packet, data=_SILENCE)


class _Air:
    """What the outputs got."""

    def __init__(self, delay_s: float, **options: int) -> None:
        self.sent: list[EncodedPacket] = []
        self.marks: list[tuple[str, int]] = []
        self.hold = HoldBack(
            delay_s=delay_s,
            deliver=self.sent.append,
            mark=lambda title, at_us: self.marks.append((title, at_us)),
            filling=_Filling(),
            **options,
        )

    def play(self, begin_s: float, end_s: float, *, keyframe: bool = False) -> None:
        """Capture from one moment of the media clock to another."""
        for packet in _captured(begin_s, end_s, keyframe=keyframe):
            self.hold.put(packet)

    def pictures(self) -> list[EncodedPacket]:
        return [packet for packet in self.sent if packet.kind is PacketKind.VIDEO]

    def scene(self) -> list[EncodedPacket]:
        return [packet for packet in self.sent if packet.data not in (_SLATE, _SILENCE)]


def _captured(begin_s: float, end_s: float, *, keyframe: bool) -> Iterator[EncodedPacket]:
    """Ten pictures and ten blocks of sound a second; `data` says what and when."""
    first = round(begin_s * _FPS)
    for number in range(first, round(end_s * _FPS)):
        at_us = number * _S // _FPS
        is_key = number % (_GOP_S * _FPS) == 0 or (keyframe and number == first)
        yield _packet(PacketKind.VIDEO, at_us, is_key)
        yield _packet(PacketKind.AUDIO, at_us + 1000, True)


def _packet(kind: PacketKind, at_us: int, is_keyframe: bool) -> EncodedPacket:
    return EncodedPacket(
        kind, f"{kind.value} {at_us}".encode(), at_us, at_us, is_keyframe, _S // _FPS
    )


def test_without_a_delay_nothing_is_held_or_changed() -> None:
    air = _Air(0)
    air.play(0, 1)
    assert [packet.dts_us for packet in air.pictures()] == [n * 100_000 for n in range(10)]
    assert air.hold.held_s == 0


def test_viewers_see_the_scene_so_many_seconds_later_and_the_slate_before() -> None:
    air = _Air(5)
    air.play(0, 4.9)
    assert air.scene() == []
    slates = [packet.dts_us / _S for packet in air.pictures()]
    assert slates == [0, 1, 2, 3, 4]
    air.play(4.9, 7)
    first = air.scene()[0]
    assert first.data == b"video 0"
    assert first.is_keyframe
    assert first.dts_us == first.pts_us == 5 * _S
    assert air.hold.held_s == pytest.approx(5, abs=0.2)


def test_outputs_see_one_unbroken_stream() -> None:
    air = _Air(5)
    air.play(0, 20)
    air.hold.dump()
    air.play(20, 40, keyframe=True)
    sound = [packet.dts_us for packet in air.sent if packet.kind is PacketKind.AUDIO]
    assert sound == [1000 + n * 100_000 for n in range(len(sound))]
    pictures = [packet.dts_us for packet in air.pictures()]
    assert pictures == sorted(set(pictures))
    gaps = [after - before for before, after in itertools.pairwise(pictures)]
    assert max(gaps) <= _S


def test_nothing_of_the_dumped_seconds_ever_leaves() -> None:
    air = _Air(5)
    air.play(0, 20)
    air.hold.dump()
    sent_before = len(air.sent)
    air.play(20, 40, keyframe=True)
    after = air.sent[sent_before:]
    captured_s = [int(packet.data.split()[1]) / _S for packet in air.scene()]
    assert not [at_s for at_s in captured_s if 15 < at_s < 20]
    picture = next(packet for packet in after if packet.kind is PacketKind.VIDEO)
    assert picture.data == _SLATE
    assert picture.is_keyframe, "viewers can decode from the dump on"
    scene = [packet for packet in after if packet.data not in (_SLATE, _SILENCE)]
    assert scene[0].data == b"video 20000000"
    assert scene[0].is_keyframe
    assert scene[0].dts_us == 25 * _S, "and are as far behind as before"


def test_after_a_dump_pictures_wait_for_a_keyframe() -> None:
    air = _Air(2)
    air.play(0, 4.5)
    air.hold.dump()
    air.play(4.5, 9)
    captured = [packet.data for packet in air.scene() if packet.kind is PacketKind.VIDEO]
    assert b"video 4500000" not in captured
    assert captured[captured.index(b"video 2400000") + 1] == b"video 6000000"


def test_a_full_memory_drops_pictures_to_a_keyframe_and_lets_nothing_out_early() -> None:
    air = _Air(10, max_bytes=2200)
    air.play(0, 9.9)
    assert air.scene() == []
    assert air.hold.dropped_frames > 0
    assert air.hold.held_bytes <= 2400
    air.play(9.9, 30)
    video = [packet for packet in air.scene() if packet.kind is PacketKind.VIDEO]
    numbers = [packet.dts_us // 100_000 for packet in video]
    after_gaps = [
        packet
        for packet, here, before in zip(video[1:], numbers[1:], numbers, strict=False)
        if here - before > 1
    ]
    assert after_gaps
    assert all(packet.is_keyframe for packet in after_gaps)


def test_a_chapter_begins_when_its_picture_leaves() -> None:
    air = _Air(5)
    air.play(0, 3)
    air.hold.begin_chapter("Piano", at_us=3 * _S)
    air.play(3, 7.9)
    assert air.marks == []
    air.play(7.9, 9)
    assert air.marks == [("Piano", 8 * _S)]


def test_a_chapter_without_a_delay_begins_now() -> None:
    air = _Air(0)
    air.hold.begin_chapter("Piano", at_us=3 * _S)
    assert air.marks == [("Piano", 3 * _S)]


def test_at_the_end_what_is_held_leaves_in_its_time_and_nothing_sooner() -> None:
    air = _Air(5)
    air.play(0, 7)
    assert air.scene()[-1].dts_us <= 7 * _S
    assert not air.hold.play_out(9 * _S)
    assert air.scene()[-1].dts_us == 9 * _S
    assert air.hold.last_us == round(11.9 * _S) + 1000
    assert air.hold.play_out(12 * _S)
    assert [packet.data for packet in air.scene()[-2:]] == [b"video 6900000", b"audio 6901000"]
    for kind in PacketKind:
        times = [one.dts_us for one in air.sent if one.kind is kind]
        assert times == sorted(set(times))
    assert air.hold.held_s == 0


def test_a_show_that_ends_before_its_delay_is_over_shows_the_slate_until_then() -> None:
    air = _Air(10)
    air.play(0, 2)
    for tenth in range(20, 101):
        is_over = air.hold.play_out(tenth * _S // 10)
        assert not is_over
    assert {packet.data for packet in air.pictures()[:10]} == {_SLATE}
    silent = [one.dts_us for one in air.sent if one.data == _SILENCE]
    assert max(b - a for a, b in itertools.pairwise(silent)) == _S // _FPS
    assert air.scene()[0].dts_us == 10 * _S  # not a moment before its time
    assert air.hold.play_out(12 * _S)
    assert len(air.scene()) == 40
    for kind in PacketKind:
        times = [one.dts_us for one in air.sent if one.kind is kind]
        assert times == sorted(set(times))


def test_a_show_that_ends_now_throws_away_what_is_held() -> None:
    air = _Air(5)
    air.play(0, 7)
    sent = len(air.sent)
    air.hold.discard()
    assert air.hold.last_us is None
    assert air.hold.play_out(20 * _S)
    assert len(air.sent) == sent


def test_sound_that_comes_later_than_its_picture_never_falls_back_in_time() -> None:
    air = _Air(4)
    pictures = [_packet(PacketKind.VIDEO, n * 66_667, n % 30 == 0) for n in range(100)]
    sounds = [_packet(PacketKind.AUDIO, n * 21_333 - 21_333, True) for n in range(300)]
    late_us = 80_000
    for packet in sorted(
        (*pictures, *sounds),
        key=lambda one: one.dts_us + (late_us if one.kind is PacketKind.AUDIO else 0),
    ):
        air.hold.put(packet)
    for kind in PacketKind:
        times = [one.dts_us for one in air.sent if one.kind is kind]
        assert times == sorted(set(times))
    assert air.scene()
