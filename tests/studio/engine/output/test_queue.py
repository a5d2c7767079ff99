"""The publisher's queue: age, what it drops, and what it never drops."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.engine.output.packets import EncodedPacket, PacketKind
from studio.engine.output.queue import MAX_PACKETS, PacketQueue


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def picture(number: int, *, key: bool = False) -> EncodedPacket:
    return EncodedPacket(PacketKind.VIDEO, bytes([number % 256]) * 10, number, number, key)


def sound(number: int) -> EncodedPacket:
    return EncodedPacket(PacketKind.AUDIO, bytes([number % 256]), number, number, True)


def rest(queue: PacketQueue) -> list[EncodedPacket]:
    found = []
    while (packet := queue.take()) is not None:
        found.append(packet)
    return found


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def queue(clock):
    made = PacketQueue(max_age_s=1.0, monotonic_s=clock)
    made.begin(has_video=True)
    return made


def test_a_stream_begins_at_a_keyframe_and_nothing_before_it_counts(queue):
    for packet in (sound(0), picture(1), sound(2), picture(3, key=True), sound(4), picture(5)):
        queue.put(packet)
    assert [packet.pts_us for packet in rest(queue)] == [3, 4, 5]
    assert queue.dropped_frames == 0


def test_sound_alone_begins_at_once(queue):
    queue.begin(has_video=False)
    queue.put(sound(1))
    assert len(rest(queue)) == 1


def test_it_knows_its_age_and_size(queue, clock):
    queue.put(picture(1, key=True))
    clock.now += 0.5
    queue.put(picture(2))
    assert queue.age_s == pytest.approx(0.5)
    assert queue.queued_bytes == 20
    queue.take()
    clock.now += 0.1
    assert queue.age_s == pytest.approx(0.6), "what is being sent is not gone yet"
    queue.take()
    assert queue.age_s == pytest.approx(0.1)
    rest(queue)
    assert (queue.age_s, queue.queued_bytes) == (0.0, 0)


def test_too_old_drops_video_to_the_newest_keyframe_but_no_sound(queue, clock):
    for packet in (picture(1, key=True), sound(2), picture(3), picture(4, key=True), sound(5)):
        queue.put(packet)
    clock.now += 1.1
    queue.put(picture(6))
    assert [packet.pts_us for packet in rest(queue)] == [2, 4, 5, 6]
    assert queue.dropped_frames == 2


def test_without_a_newer_keyframe_all_video_goes_until_the_next(queue, clock):
    for packet in (picture(1, key=True), sound(2), picture(3)):
        queue.put(packet)
    clock.now += 1.1
    queue.put(picture(4))
    queue.put(picture(5))
    queue.put(sound(6))
    assert [packet.pts_us for packet in rest(queue)] == [2, 6]
    queue.put(picture(7))
    queue.put(picture(8, key=True))
    queue.put(picture(9))
    assert [packet.pts_us for packet in rest(queue)] == [8, 9]
    assert queue.dropped_frames == 5


def test_panic_throws_all_away_and_goes_on_with_sound_and_the_next_keyframe(queue):
    for packet in (picture(1, key=True), sound(2), picture(3)):
        queue.put(packet)
    queue.drop_unsent()
    for packet in (picture(4), sound(5), picture(6, key=True)):
        queue.put(packet)
    assert [packet.pts_us for packet in rest(queue)] == [5, 6]
    assert queue.dropped_frames == 0


def test_panic_before_the_start_changes_nothing(queue):
    queue.drop_unsent()
    queue.put(sound(1))
    assert rest(queue) == []


def test_a_lost_line_counts_its_pictures_until_it_is_back(queue):
    queue.put(picture(1, key=True))
    queue.put(sound(2))
    queue.lose()
    queue.put(picture(3, key=True))
    queue.put(sound(4))
    queue.begin(has_video=True)
    queue.put(picture(5))
    queue.put(sound(6))
    queue.put(picture(7, key=True))
    assert [packet.pts_us for packet in rest(queue)] == [7]
    assert queue.dropped_frames == 3


def test_a_shut_queue_keeps_and_counts_nothing(clock):
    queue = PacketQueue(monotonic_s=clock)
    queue.put(picture(1, key=True))
    assert rest(queue) == []
    assert queue.dropped_frames == 0


def test_it_is_bounded_whatever_comes(queue):
    queue.put(picture(0, key=True))
    for number in range(MAX_PACKETS + 500):
        queue.put(sound(number))
    assert len(rest(queue)) == MAX_PACKETS


def test_it_wakes_its_sender_only_for_what_it_keeps(clock):
    woken = []
    queue = PacketQueue(on_filled=lambda: woken.append(1), monotonic_s=clock)
    queue.put(sound(1))
    queue.begin(has_video=True)
    queue.put(sound(2))
    queue.put(picture(3, key=True))
    assert len(woken) == 1


def test_sound_beside_pictures_wakes_nobody(clock):
    woken = []
    queue = PacketQueue(on_filled=lambda: woken.append(1), monotonic_s=clock)
    queue.begin(has_video=True)
    queue.put(picture(1, key=True))
    queue.put(sound(2))
    assert (len(woken), len(rest(queue))) == (1, 2)
    queue.begin(has_video=False)
    queue.put(sound(3))
    assert len(woken) == 2


_steps = st.one_of(
    st.just("sound"), st.just("key"), st.just("picture"), st.just("take"), st.floats(0, 0.9)
)


@given(st.lists(_steps, max_size=150))
def test_no_sound_is_lost_and_every_picture_follows_its_keyframe(steps):
    clock = Clock()
    queue = PacketQueue(max_age_s=1.0, monotonic_s=clock)
    queue.begin(has_video=True)
    queue.put(picture(0, key=True))
    put, taken = 1, []
    sounds, pictures = [], 1
    for step in steps:
        put += 1
        if step == "take":
            packet = queue.take()
            taken += [packet] if packet else []
        elif step == "sound":
            queue.put(sound(put))
            sounds.append(put)
        elif step in ("key", "picture"):
            queue.put(picture(put, key=step == "key"))
            pictures += 1
        else:
            clock.now += step
    taken += rest(queue)
    assert [each.pts_us for each in taken if each.kind is PacketKind.AUDIO] == sounds
    kept = [each for each in taken if each.kind is PacketKind.VIDEO]
    assert len(kept) + queue.dropped_frames == pictures
    assert [each.pts_us for each in taken] == sorted(each.pts_us for each in taken)
    assert queue.queued_bytes == 0


def test_old_sound_may_overtake_a_picture_that_is_being_sent(queue, clock):
    for packet in (picture(1, key=True), sound(2), picture(3), sound(4)):
        queue.put(packet)
    assert queue.take().pts_us == 1
    assert queue.take_sound(older_than_s=0.2) is None
    clock.now += 0.3
    assert queue.take_sound(older_than_s=0.2).pts_us == 2
    assert queue.take_sound(older_than_s=0.2).pts_us == 4
    assert queue.take_sound(older_than_s=0.2) is None
    assert [packet.pts_us for packet in rest(queue)] == [3]


def test_a_picture_that_would_be_sent_for_too_long_is_not_begun(queue, clock):
    large = EncodedPacket(PacketKind.VIDEO, bytes(50_000), 1, 1, is_keyframe=True)
    for packet in (large, sound(2), picture(3), picture(4, key=True), picture(5)):
        queue.put(packet)
    clock.now += 0.5
    taken = []
    while (packet := queue.take(line_kbps=300.0)) is not None:  # 50 kB take 1.3 s
        taken.append(packet.pts_us)
    assert taken == [2, 4, 5]
    assert queue.dropped_frames == 2


def test_a_large_picture_that_need_not_wait_is_sent(queue):
    queue.put(EncodedPacket(PacketKind.VIDEO, bytes(50_000), 1, 1, is_keyframe=True))
    assert queue.take(line_kbps=10.0) is not None
