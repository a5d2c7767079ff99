"""The congestion control against simulated lines: real queue, real policy, made-up seconds."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.engine.output.congestion import FLOOR_KBPS, CongestionControl, LineReading
from studio.engine.output.packets import EncodedPacket, PacketKind
from studio.engine.output.queue import PacketQueue

FPS = 30
SOUND_KBPS = 160
TARGET_KBPS = 6000
KEYFRAME_S = 2.0
STEP_S = 0.01


@dataclass
class Line:
    """A queue whose packets leave at a rate that changes with time; sound overtakes."""

    capacity_kbps: Callable[[float], float]
    clock: list[float]
    name: str = "line"
    is_live: bool = True
    ages: list[float] = field(default_factory=list)
    sounds_sent: int = 0
    _left: float = 0.0
    _is_picture: bool = False
    _sent: list[tuple[float, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.queue = PacketQueue(monotonic_s=lambda: self.clock[0])
        self.queue.begin(has_video=True)

    def line_kbps(self) -> float:
        self._sent = [each for each in self._sent if self.clock[0] - each[0] <= 0.5]
        return sum(bits for _, bits in self._sent) / 1000 / 0.5

    def run(self) -> None:
        budget = self.capacity_kbps(self.clock[0]) * 1000 * STEP_S
        self._sent.append((self.clock[0], 0.0))
        while budget > 0:
            if self._is_picture:
                while (sound := self.queue.take_sound(older_than_s=0.2)) is not None:
                    self.sounds_sent += 1
                    self._left += len(sound.data) * 8
            if self._left <= 0:
                packet = self.queue.take(line_kbps=self.line_kbps())
                if packet is None:
                    break
                self._left = len(packet.data) * 8
                self._is_picture = packet.kind is PacketKind.VIDEO
                self.sounds_sent += not self._is_picture
            bits = min(self._left, budget)
            self._left -= bits
            budget -= bits
            self._sent.append((self.clock[0], bits))
        self.ages.append(self.queue.age_s)

    def reading(self) -> LineReading:
        return LineReading(self.name, self.is_live, self.queue.age_s, self.line_kbps())


@dataclass
class Show:
    """Encodes at what the control says, with a buffer of half a second, into every line."""

    lines: list[Line]
    clock: list[float]
    control: CongestionControl = field(
        default_factory=lambda: CongestionControl(TARGET_KBPS, sound_kbps=SOUND_KBPS)
    )
    rates: list[tuple[float, int]] = field(default_factory=list)
    sounds: int = 0

    def play(self, seconds: float) -> None:
        steps = round(seconds / STEP_S)
        begun = round(self.clock[0] / STEP_S)
        for step in range(begun, begun + steps):
            self.clock[0] = step * STEP_S
            if step % 3 == 0:
                self._picture(step // 3)
            if step % 2 == 0:
                self.sounds += 1
                self._put(PacketKind.AUDIO, SOUND_KBPS * 1000 / 8 / 50, step, True)
            for line in self.lines:
                line.run()
            if step % 10 == 0:
                rate = self.control.step(self.clock[0], [line.reading() for line in self.lines])
                self.rates.append((self.clock[0], rate))

    def _picture(self, number: int) -> None:
        group = round(KEYFRAME_S * 100 / 3)
        rate_bytes = self.control.rate_kbps * 1000 / 8
        key = rate_bytes * 0.25
        is_key = number % group == 0
        size = key if is_key else (rate_bytes * KEYFRAME_S - key) / (group - 1)
        self._put(PacketKind.VIDEO, size, number * 3, is_key)

    def _put(self, kind: PacketKind, size: float, step: int, is_key: bool) -> None:
        packet = EncodedPacket(kind, bytes(round(size)), step * 10_000, step * 10_000, is_key)
        for line in self.lines:
            line.queue.put(packet)

    def rate_at(self, moment_s: float) -> int:
        return next(rate for at, rate in reversed(self.rates) if at <= moment_s)


def show_of(*capacities: Callable[[float], float]) -> Show:
    clock = [0.0]
    lines = [Line(each, clock, name=f"line{n}") for n, each in enumerate(capacities)]
    return Show(lines, clock)


def steps(*parts: tuple[float, float]) -> Callable[[float], float]:
    """Capacity by (from second, kbps)."""
    return lambda now: next(kbps for since, kbps in reversed(parts) if since <= now)


def test_a_good_line_is_left_alone():
    show = show_of(steps((0, 10_000)))
    show.play(30)
    assert {rate for _, rate in show.rates} == {TARGET_KBPS}
    assert show.lines[0].queue.dropped_frames == 0


def test_a_line_that_narrows_to_a_quarter_and_recovers():
    show = show_of(steps((0, 6500), (10, 1500), (40, 6500)))
    show.play(100)
    line = show.lines[0]
    assert max(line.ages) < 1.5
    narrow = [rate for at, rate in show.rates if 20 < at < 40]
    assert max(narrow) <= 1.2 * 1500
    assert sum(narrow) / len(narrow) > 0.6 * 1500
    assert show.rate_at(70) >= 0.8 * TARGET_KBPS
    assert line.queue.dropped_frames < 100
    assert line.sounds_sent >= show.sounds - 75


def test_the_rate_is_lowered_before_pictures_are_dropped():
    show = show_of(steps((0, 6500), (10, 4500)))
    show.play(40)
    assert show.rate_at(11.5) < 4500
    assert show.lines[0].queue.dropped_frames == 0


def test_under_the_floor_pictures_go_and_sound_stays():
    show = show_of(steps((0, 6500), (5, 300)))
    show.play(40)
    line = show.lines[0]
    assert show.rate_at(39) == FLOOR_KBPS
    assert line.queue.dropped_frames > 0
    assert line.sounds_sent >= show.sounds - 75


def test_the_slowest_line_governs():
    show = show_of(steps((0, 10_000)), steps((0, 10_000), (5, 4500)))
    show.play(30)
    assert show.rate_at(29) < 4500
    assert show.control.left_behind == ()


def test_a_line_that_is_hopeless_is_left_behind_and_taken_back():
    show = show_of(steps((0, 10_000)), steps((0, 10_000), (5, 800), (60, 10_000)))
    show.play(60)
    assert show.control.left_behind == ("line1",)
    assert show.rate_at(59) == TARGET_KBPS
    assert show.lines[0].queue.dropped_frames == 0
    # A keyframe made for the others is long on its way here, but what sounds does not wait for it.
    assert max(show.lines[1].ages) < 3.0
    assert show.lines[1].sounds_sent >= show.sounds - 25
    show.play(30)
    assert show.control.left_behind == ()
    assert show.rate_at(89) >= 0.8 * TARGET_KBPS


def test_a_line_that_is_down_has_no_say_and_comes_back_with_what_it_carries():
    show = show_of(steps((0, 10_000)), steps((0, 1500)))
    show.play(10)
    slow = show.rate_at(9.9)
    assert slow < 1500
    show.lines[1].is_live = False
    show.play(1)
    assert show.rate_at(10.9) == TARGET_KBPS
    show.lines[1].is_live = True
    show.lines[1].queue.begin(has_video=True)
    show.play(0.2)
    assert show.rate_at(11.1) < 2000


def test_another_target_holds_at_once():
    show = show_of(steps((0, 10_000)))
    show.play(1)
    show.control.set_target(2000)
    show.play(0.2)
    assert show.rate_at(1.1) == 2000
    assert not show.control.is_lowered
    show.control.set_target(5000)
    show.play(0.2)
    assert show.rate_at(1.3) == 5000


def test_without_outputs_the_target_holds():
    control = CongestionControl(4000, sound_kbps=160)
    assert control.step(0.0, []) == 4000


@settings(max_examples=40, deadline=None)
@given(
    parts=st.lists(st.tuples(st.floats(0.5, 6.0), st.floats(1200, 9000)), min_size=1, max_size=5)
)
def test_whatever_the_line_does_the_rate_stays_in_bounds_and_no_sound_is_lost(parts):
    moments, now = [(0.0, 9000.0)], 2.0
    for length, kbps in parts:
        moments.append((now, kbps))
        now += length
    show = show_of(steps(*moments))
    show.play(now)
    line = show.lines[0]
    assert all(FLOOR_KBPS <= rate <= TARGET_KBPS for _, rate in show.rates)
    waiting = sum(1 for _ in iter(lambda: line.queue.take_sound(older_than_s=-1.0), None))
    # The sound from before the first picture is the only one that is left out.
    assert line.sounds_sent + waiting == show.sounds
    assert max(line.ages) <= 1.6


@pytest.mark.parametrize("target", [100, 250])
def test_a_target_under_the_floor_is_its_own_floor(target):
    control = CongestionControl(target, sound_kbps=160)
    for tenth in range(100):
        rate = control.step(tenth / 10, [LineReading("a", True, 2.0, 50.0)])
    assert rate == target
