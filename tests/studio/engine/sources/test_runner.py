"""A source that stalls is seen within a second, shown as a card, and started anew; by a clock."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import av
import pytest
from PySide6.QtWidgets import QApplication

from shared.errors import AppError
from studio.engine.pixels import packed_view
from studio.engine.protocol import SourceState
from studio.engine.schedule import NS, TickSchedule
from studio.engine.source_care import placeholder
from studio.engine.sources import Sink, SourceKind, SourceRunner
from studio.project.model import PatternSource, Source

_PERIOD_S = 1 / 30


@dataclass
class Device:
    """A driver under the test's control: each run of the capture is one entry of `sinks`."""

    sinks: list[Sink] = field(default_factory=list)
    opened: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    woken: threading.Event = field(default_factory=threading.Event)
    failure: AppError | None = None

    def make(self, _settings: object) -> "Device":
        return self

    def run(self, sink: Sink) -> None:
        """Open, then hang until the test wakes it, whatever the order to stop says."""
        self.sinks.append(sink)
        sink.expect_every(_PERIOD_S)
        self.opened.release()
        self.woken.wait(60)
        if self.failure is not None:
            raise self.failure

    def show(self, shade: int = 0) -> None:
        """Deliver a picture through the newest run."""
        frame = av.VideoFrame(320, 180, "bgr0")
        packed_view(frame)[:] = shade
        self.sinks[-1].publish(frame, captured_ns=0)


class Bench:
    """A runner of the device on a clock that the test moves."""

    def __init__(self, device: Device) -> None:
        self.device = device
        self.now_ns = 5 * NS
        self.states: list[SourceState] = []
        self.runner = SourceRunner(
            Source(id="cam", name="Porch camera", settings=PatternSource()),
            SourceKind("pattern", PatternSource, device.make, has_picture=True, has_sound=False),
            schedule=TickSchedule(30, 0),
            on_change=lambda runner: self.states.append(runner.state()),
            now_ns=lambda: self.now_ns,
        )

    def open(self) -> None:
        """Start, and wait until the driver was opened."""
        self.runner.start()
        assert self.device.opened.acquire(timeout=30)

    def pass_s(self, seconds: float) -> None:
        """Let time pass, looking after the source as the engine does."""
        end_ns = self.now_ns + int(seconds * NS)
        while self.now_ns < end_ns:
            self.now_ns = min(end_ns, self.now_ns + NS // 5)
            self.runner.check()

    @property
    def phases(self) -> list[str]:
        return [state.phase for state in self.states]


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench(Device())
    yield made
    made.runner.request_stop()
    made.device.woken.set()
    made.runner.join()


def test_a_stall_is_seen_within_a_second_of_its_due(bench: Bench) -> None:
    bench.open()
    bench.device.show()
    bench.pass_s(0.6)
    assert bench.phases == ["running"]
    bench.pass_s(_PERIOD_S + 0.4)
    assert bench.phases == ["running", "stalled"]
    assert bench.states[-1].code == "SOURCE_STALLED"
    assert "Porch camera" in (bench.states[-1].message or "")


def test_what_still_shows_the_same_is_no_stall_but_nothing_new(bench: Bench) -> None:
    bench.open()
    bench.device.show()
    changed_ns = bench.runner.last_changed_ns
    for _ in range(60):
        bench.pass_s(0.2)
        bench.device.sinks[-1].still()
    assert bench.phases == ["running"]
    assert bench.runner.last_changed_ns == changed_ns
    assert bench.now_ns - changed_ns >= 12 * NS


def test_a_hung_driver_is_left_behind_and_another_one_takes_over(bench: Bench) -> None:
    bench.open()
    bench.device.show(10)
    bench.pass_s(2.2)
    assert bench.device.opened.acquire(timeout=30)
    first, second = bench.device.sinks
    assert first.stop.is_set
    assert not second.stop.is_set
    first.publish(av.VideoFrame(64, 64, "bgr0"), captured_ns=0)
    assert bench.runner.latest is not None
    assert bench.runner.latest.frame.width == 320
    bench.device.show(200)
    assert bench.phases == ["running", "stalled", "running"]
    assert packed_view(bench.runner.latest.frame)[0, 0, 0] == 200


def test_no_more_than_three_hung_drivers_are_kept(bench: Bench) -> None:
    bench.open()
    bench.device.show()
    bench.pass_s(120)
    assert len(bench.device.sinks) <= 3
    alive = [t for t in threading.enumerate() if t.name.startswith("source-pattern-cam")]
    assert len(alive) == 3


def test_a_stall_that_ends_by_itself_is_over(bench: Bench) -> None:
    bench.open()
    bench.device.show()
    bench.pass_s(1.2)
    bench.device.show()
    assert bench.phases == ["running", "stalled", "running"]
    assert len(bench.device.sinks) == 1


def test_a_driver_that_never_shows_anything_is_stalled_in_the_end(bench: Bench) -> None:
    bench.open()
    bench.pass_s(9.0)
    assert bench.phases == []
    bench.pass_s(2.0)
    assert bench.phases == ["stalled"]


def test_a_card_with_its_name_stands_in_until_there_is_something_new(
    bench: Bench, qapp: QApplication
) -> None:
    bench.open()
    bench.device.show(90)
    assert not bench.runner.wants_placeholder
    bench.pass_s(1.2)
    assert bench.runner.wants_placeholder
    before = bench.runner.latest
    assert before is not None
    bench.runner.show_placeholder(placeholder("Porch camera", 320, 180))
    card = bench.runner.latest
    assert card is not None
    assert card.number > before.number
    assert (card.frame.width, card.frame.height) == (320, 180)
    bright = packed_view(card.frame)[:, :, :3].max(axis=2) > 150
    assert 200 < bright.sum() < 320 * 180 / 4
    assert not bench.runner.wants_placeholder
    bench.device.show(30)
    after = bench.runner.latest
    assert after is not None
    assert after.number > card.number
    assert packed_view(after.frame)[0, 0, 0] == 30


def test_a_capture_that_ends_though_more_is_expected_has_failed(bench: Bench) -> None:
    ended = threading.Event()
    bench.runner._on_change = lambda runner: (  # the capture's thread tells
        bench.states.append(runner.state()),
        ended.set() if runner.state().phase == "failed" else None,
    )
    bench.open()
    bench.device.show()
    bench.device.woken.set()
    assert ended.wait(30)
    assert bench.states[-1].code == "SOURCE_ENDED"


def test_a_warning_is_told_while_the_source_goes_on(bench: Bench) -> None:
    bench.open()
    bench.device.show()
    bench.device.sinks[-1].warn(AppError("The font is missing.", code="FONT_MISSING"))
    assert (bench.states[-1].phase, bench.states[-1].code) == ("running", "FONT_MISSING")
