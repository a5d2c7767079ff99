"""The sound thread: works when it is needed, without a gap; levels for the windows; monitoring."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from types import ModuleType, SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from rules.noise import ExpectLog

from shared.errors import DeviceError
from studio.engine.audio.feed import MeterFeed, meters_event
from studio.engine.audio.levels import Level
from studio.engine.audio.loudness import Loudness
from studio.engine.audio.mixer import Mixer, MixLevels, Program
from studio.engine.audio.mixing import Strip
from studio.engine.audio.monitor import Monitor
from studio.engine.audio.track import BLOCK, AudioTrack, Samples
from studio.engine.protocol import MetersEvent

_WAIT_S = 30.0


class _Show:
    """A mixer with one steady strip, and what it gives."""

    def __init__(self, *, is_monitored: bool = False) -> None:
        self.track = AudioTrack()
        self.strips = (Strip(self.track, 1.0, 0, source_id="s", is_monitored=is_monitored),)
        self.heard: list[Samples] = []
        self.came = threading.Event()
        self.mixer = Mixer(
            strips=lambda: self.strips,
            is_silenced=lambda: False,
            on_failure=lambda error: None,
            monitor=self._hear,
        )

    def _hear(self, block: Samples) -> None:
        self.heard.append(block)
        self.came.set()


@pytest.fixture
def show() -> Iterator[_Show]:
    made = _Show()
    made.mixer.start()
    yield made
    made.mixer.stop()


def test_every_block_of_a_program_comes_once_and_in_order(show: _Show) -> None:
    positions: list[int] = []
    tracks: list[tuple[int, ...]] = []
    enough = threading.Event()

    def take(blocks: dict[int, Samples], position: int) -> None:
        positions.append(position)
        tracks.append(tuple(blocks))
        if len(positions) == 8:
            enough.set()

    origin_ns = time.monotonic_ns() - 2_000_000_000  # late: it catches up without a gap
    show.mixer.attach(Program(origin_ns, deliver=take, tracks=lambda: (0, 2)))
    assert enough.wait(_WAIT_S)
    show.mixer.detach()
    count = len(positions)
    assert positions == [number * BLOCK for number in range(count)]
    assert set(tracks) == {(0, 2)}
    again = threading.Event()
    show.mixer.attach(Program(time.monotonic_ns(), deliver=lambda _blocks, _at: again.set()))
    assert again.wait(_WAIT_S)
    assert len(positions) == count, "nothing comes to a program that has been detached"


def test_nothing_is_mixed_while_nobody_needs_it() -> None:
    asked = threading.Event()

    def strips() -> tuple[Strip, ...]:
        asked.set()
        return ()

    mixer = Mixer(strips=strips, is_silenced=lambda: False, on_failure=lambda error: None)
    mixer.start()
    told = threading.Event()
    mixer.stop()
    assert not asked.is_set()
    assert not told.is_set()


def test_levels_are_told_while_somebody_listens(show: _Show) -> None:
    levels: list[MixLevels] = []
    came = threading.Event()

    def hear(level: MixLevels) -> None:
        levels.append(level)
        came.set()

    show.mixer.listen(hear)
    assert came.wait(_WAIT_S)
    show.mixer.listen(None)
    assert [name for name, _ in levels[0].strips] == ["s"]
    assert levels[0].mix == Level()


def test_the_creator_hears_a_monitored_source_off_air() -> None:
    show = _Show(is_monitored=True)
    show.mixer.start()
    try:
        show.track.write(
            np.full((96_000, 2), 0.25, np.float32), heard_ns=time.monotonic_ns() - 500_000_000
        )
        assert show.came.wait(_WAIT_S)
    finally:
        show.mixer.stop()
    assert show.heard[0].max() == pytest.approx(0.25)


def test_a_fault_of_the_mix_is_told_and_the_next_broadcast_has_sound(
    expect_log: ExpectLog,
) -> None:
    expect_log("the sound thread failed")
    failures: list[Exception] = []
    failed = threading.Event()
    broken = True

    def strips() -> tuple[Strip, ...]:
        if broken:
            raise OSError("a fault")
        return ()

    def fail(error: Exception) -> None:
        failures.append(error)
        failed.set()

    mixer = Mixer(strips=strips, is_silenced=lambda: False, on_failure=fail)
    came = threading.Event()
    program = Program(time.monotonic_ns(), deliver=lambda _blocks, _position: came.set())
    mixer.attach(program)
    assert failed.wait(_WAIT_S)
    mixer.detach()
    broken = False
    mixer.attach(program)
    try:
        assert came.wait(_WAIT_S)
    finally:
        mixer.stop()
    assert [str(one) for one in failures] == ["a fault"]


def _levels(peak_db: float) -> MixLevels:
    level = Level((peak_db, -50.0), (peak_db - 3, -53.0))
    return MixLevels((("s", level),), level, peak_db, Loudness(peak_db, peak_db, peak_db))


def test_no_peak_between_two_events_is_lost() -> None:
    event = meters_event([_levels(-3.04), _levels(-30.0)])
    assert event.strips[0].peak_db == (-3.0, -50.0)
    assert event.strips[0].magnitude_db == (-33.0, -53.0)
    assert (event.peak_db[0], event.true_peak_db, event.momentary_lufs) == (-3.0, -3.0, -30.0)


async def test_meters_go_to_who_asked_for_them_and_to_nobody_else(show: _Show) -> None:
    sent: list[tuple[MetersEvent, frozenset[int]]] = []
    came = asyncio.Event()

    def send(event: MetersEvent, clients: frozenset[int]) -> None:
        sent.append((event, clients))
        came.set()

    feed = MeterFeed(send, monitor=lambda: "playing")
    feed.use(show.mixer)
    feed.subscribe(3)
    async with asyncio.timeout(_WAIT_S):
        await came.wait()
    feed.unsubscribe(3)
    event, clients = sent[0]
    assert clients == {3}
    assert [strip.source_id for strip in event.strips] == ["s"]
    assert event.monitor == "playing"
    assert len(event.model_dump_json()) < 500


class _Card:
    """A sound card by PortAudio, as far as monitoring needs it."""

    class PortAudioError(Exception):
        """As PortAudio's."""

    def __init__(self) -> None:
        self.written: list[Samples] = []
        self.devices: list[str] = ["Headphones"]
        self.opened: list[int | None] = []
        self.is_gone = False

    def load(self) -> ModuleType:
        return cast(
            ModuleType,
            SimpleNamespace(
                PortAudioError=self.PortAudioError,
                OutputStream=self._open,
                query_devices=lambda: [
                    {"name": name, "max_output_channels": 2} for name in self.devices
                ],
            ),
        )

    def _open(self, *, device: int | None, **_options: Any) -> "_Card":
        if self.is_gone:
            raise self.PortAudioError("no device")
        self.opened.append(device)
        return self

    def __enter__(self) -> "_Card":
        return self

    def __exit__(self, *_error: object) -> None:
        return None

    def write(self, block: Samples) -> None:
        self.written.append(block)


def _wait_for(is_so: Callable[[], bool]) -> None:
    until_s = time.monotonic() + _WAIT_S
    tick = threading.Event()
    while not is_so():
        assert time.monotonic() < until_s
        tick.wait(0.005)


def test_what_is_monitored_is_played() -> None:
    card = _Card()
    monitor = Monitor(card.load)
    block = np.full((BLOCK, 2), 2.0, np.float32)
    monitor.put(block)
    _wait_for(lambda: len(card.written) >= 2)
    assert monitor.phase == "playing"
    monitor.close()
    assert card.written[-1].max() == 1.0, "a sound card is never given more than full scale"


def test_another_device_is_taken_while_it_plays() -> None:
    card = _Card()
    monitor = Monitor(card.load)
    monitor.put(np.zeros((BLOCK, 2), np.float32))
    _wait_for(lambda: card.opened == [None])
    monitor.choose("Headphones")
    monitor.put(np.zeros((BLOCK, 2), np.float32))
    _wait_for(lambda: card.opened == [None, 0])
    monitor.close()


@pytest.mark.parametrize("trouble", ["no card", "no library", "unknown device"])
def test_no_device_is_a_state_and_no_fault(trouble: str) -> None:
    card = _Card()
    card.is_gone = trouble == "no card"

    def load() -> ModuleType:
        if trouble == "no library":
            raise DeviceError("x", code="PORTAUDIO_MISSING")
        return card.load()

    monitor = Monitor(load)
    monitor.choose("Speakers" if trouble == "unknown device" else None)
    monitor.put(np.zeros((BLOCK, 2), np.float32))
    _wait_for(lambda: monitor.phase == "unavailable")
    for _ in range(100):
        monitor.put(np.zeros((BLOCK, 2), np.float32))
    monitor.close()
