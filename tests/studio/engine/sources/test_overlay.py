"""An overlay as a source: a tip reaches the picture and the sound, what rests is not painted."""

import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from fakes.overlays import ROOM
from PySide6.QtWidgets import QApplication

from studio.engine.audio.track import BLOCK, SAMPLE_RATE
from studio.engine.overlays import OverlayBoard
from studio.engine.pixels import Picture, packed_view
from studio.engine.protocol.overlays import (
    GoalFact,
    GoalUpdate,
    TipFact,
    TipsUpdate,
    ViewersUpdate,
)
from studio.engine.schedule import NS, TickSchedule
from studio.engine.sources import SourceRunner, kind_of
from studio.project.model import Source
from studio.project.overlays import (
    AlertRule,
    GoalBarOverlay,
    OverlaySettings,
    TipAlertsOverlay,
    ViewerCountOverlay,
)

_PATIENCE_S = 30.0


class Running:
    """A runner of one overlay, its board, and the phases it told."""

    def __init__(self, settings: OverlaySettings) -> None:
        self.board = OverlayBoard()
        self.codes: list[str | None] = []
        source = Source.model_validate(
            {"id": "s", "name": "Mine", "settings": settings.model_dump()}
        )
        self.runner = SourceRunner(
            source,
            kind_of(source.settings.kind),
            schedule=TickSchedule(30, time.monotonic_ns()),
            on_change=lambda runner: self.codes.append(runner.state().code),
            board=self.board,
        )
        self.runner.start()

    def wait_for(self, is_so: Callable[[Picture], bool]) -> Picture:
        """The first picture for which something holds."""
        end = time.monotonic() + _PATIENCE_S
        while (picture := self.runner.latest) is None or not is_so(picture):
            assert time.monotonic() < end, self.runner.state()
            threading.Event().wait(0.01)
        return picture


@pytest.fixture
def run(qapp: QApplication) -> Iterator[Callable[[OverlaySettings], Running]]:
    started: list[Running] = []

    def start(settings: OverlaySettings) -> Running:
        started.append(Running(settings))
        return started[-1]

    yield start
    for one in started:
        one.runner.request_stop()
    for one in started:
        one.runner.join()


def _covered(picture: Picture) -> int:
    return int((packed_view(picture.frame)[:, :, 3] > 0).sum())


def test_a_tip_comes_onto_the_picture_and_into_the_sound(
    run: Callable[[OverlaySettings], Running],
) -> None:
    rule = AlertRule(duration_s=1.0, sound="bell", volume_db=-6.0)
    running = run(TipAlertsOverlay(rules=(rule,)))
    running.wait_for(lambda picture: _covered(picture) == 0)
    began_ns = time.monotonic_ns()
    running.board.update((TipsUpdate(tips=(TipFact(id="1", name="Mila", tokens=5),)),))
    running.wait_for(lambda picture: _covered(picture) > 640 * 160 * 0.9)
    running.wait_for(lambda picture: _covered(picture) == 0)
    track = running.runner.track
    assert track is not None
    heard = [track.read(began_ns + n * BLOCK * NS // SAMPLE_RATE) for n in range(40)]
    loudest = max(float(np.abs(block).max()) for block in heard if block is not None)
    assert loudest == pytest.approx(10 ** (-6 / 20), rel=0.1)


def test_what_rests_is_painted_once(run: Callable[[OverlaySettings], Running]) -> None:
    running = run(ViewerCountOverlay())
    running.wait_for(lambda picture: picture.number == 1)
    running.board.update((ViewersUpdate(viewers=7),))
    shown = running.wait_for(lambda picture: _covered(picture) > 0)
    assert shown.number == 2
    for _ in range(20):
        running.board.update((ViewersUpdate(viewers=7), GoalUpdate(goal=ROOM.goal)))
    running.board.update((ViewersUpdate(viewers=8),))
    assert running.wait_for(lambda picture: picture.number > 2).number == 3


def test_a_goal_moves_its_bar(run: Callable[[OverlaySettings], Running]) -> None:
    running = run(GoalBarOverlay())
    goal = GoalFact(title="Picnic", target_tokens=100, raised_tokens=0)
    running.board.update((GoalUpdate(goal=goal),))
    empty = running.wait_for(lambda picture: _covered(picture) > 0)
    running.board.update((GoalUpdate(goal=goal.model_copy(update={"raised_tokens": 80})),))

    def filled(picture: Picture) -> int:
        pixels = packed_view(picture.frame).astype(int)
        return int(((pixels[:, :, 2] > 200) & (pixels[:, :, 1] < 190)).sum())

    before = filled(empty)
    running.wait_for(lambda picture: filled(picture) > before + 5000)


def test_a_missing_font_and_a_missing_sound_are_said_and_the_show_goes_on(
    run: Callable[[OverlaySettings], Running],
) -> None:
    rule = AlertRule(sound="file", sound_path="/nowhere/ping.wav", duration_s=1.0)
    running = run(TipAlertsOverlay(family="No Such Font", rules=(rule,)))
    running.wait_for(lambda picture: picture.number == 1)
    running.board.update((TipsUpdate(tips=(TipFact(id="1", name="Mila", tokens=5),)),))
    running.wait_for(lambda picture: _covered(picture) > 0)
    end = time.monotonic() + _PATIENCE_S
    while "ALERT_SOUND" not in running.codes:
        assert time.monotonic() < end, running.codes
        threading.Event().wait(0.01)
    assert "FONT_MISSING" in running.codes
    assert running.runner.state().phase == "running"


def test_tips_from_before_are_not_announced_again(
    run: Callable[[OverlaySettings], Running],
) -> None:
    now_ns = 100 * NS
    board = OverlayBoard(lambda: now_ns)
    board.update((TipsUpdate(tips=(TipFact(id="1", name="Mila", tokens=5),)),))
    now_ns = 200 * NS
    board.update(
        (
            TipsUpdate(
                tips=(
                    TipFact(id="1", name="Mila", tokens=5),
                    TipFact(id="2", name="Noor", tokens=6),
                )
            ),
        )
    )
    seen = board.tips_before(197.0)
    assert [one.tip.name for one in board.tips_after(seen)] == ["Noor"]
