"""Every registered overlay: shows the room, repaints only what changed, looks as it did."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from fakes.overlays import ROOM, a_tip, at, difference, pixels, settled
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from shared.schemas.moods import Mood
from studio.engine.overlays import OVERLAYS, Facts, Overlay, OverlayKind
from studio.engine.overlays.sheet import painted
from studio.engine.protocol.overlays import ActionFact, ChatLine, GoalFact
from studio.project.overlays import (
    AlertRule,
    ChatBoxOverlay,
    CountdownOverlay,
    GoalBarOverlay,
    MoodStripOverlay,
    TipAlertsOverlay,
    WatermarkOverlay,
)

_GOLDEN = Path(__file__).parent / "golden"
_MEAN_AT_MOST, _LARGEST_AT_MOST = 2.0, 80.0
"""In levels of 255, after shrinking to a quarter; a moved row of text has a mean above 3."""

_TIP = a_tip(text="Love this song, play it again!")
_ALONE = {"countdown", "watermark"}
"""These show something though the room is empty."""


@pytest.fixture(scope="module", autouse=True)
def fonts(qapp: QApplication) -> None:
    """Text is painted by the application that every test of this process shares."""


def _made(kind: OverlayKind) -> Overlay:
    return kind.make(kind.settings())


@pytest.mark.parametrize("kind", OVERLAYS, ids=lambda kind: kind.kind)
def test_an_overlay_looks_as_it_did(kind: OverlayKind) -> None:
    overlay = _made(kind)
    tips = (_TIP,) if kind.kind == "tip_alerts" else ()
    image = painted(overlay, settled(overlay, tips=tips).view)
    assert (image.width(), image.height()) == (overlay.settings.width, overlay.settings.height)
    path = _GOLDEN / f"{kind.kind}.png"
    if os.environ.get("TEEZU_WRITE_GOLDEN"):
        assert image.save(str(path))
    golden = QImage(str(path))
    assert not golden.isNull(), "look at it, then write it with TEEZU_WRITE_GOLDEN=1"
    mean, largest = difference(image, golden)
    assert (mean < _MEAN_AT_MOST, largest < _LARGEST_AT_MOST) == (True, True), (mean, largest)


def test_no_picture_is_kept_that_no_overlay_draws() -> None:
    assert {path.stem for path in _GOLDEN.glob("*.png")} == {kind.kind for kind in OVERLAYS}


@pytest.mark.parametrize("kind", OVERLAYS, ids=lambda kind: kind.kind)
def test_nothing_is_painted_anew_while_the_room_stays_as_it_is(kind: OverlayKind) -> None:
    overlay = _made(kind)
    first = settled(overlay, tips=(_TIP,) if kind.kind == "tip_alerts" else ())
    again = overlay.look(replace(ROOM), (), at(101.5))
    assert first.view == again.view
    assert hash(first.view) == hash(again.view)
    assert again.due_s is None or again.due_s >= 101.5


@pytest.mark.parametrize("kind", OVERLAYS, ids=lambda kind: kind.kind)
def test_an_empty_room_shows_nothing(kind: OverlayKind) -> None:
    overlay = _made(kind)
    look = overlay.look(Facts(), (), at(100.0))
    if kind.kind in _ALONE:
        assert look.view is not None
        return
    assert look.view is None
    assert not pixels(painted(overlay, None)).any()


@pytest.mark.parametrize("kind", OVERLAYS, ids=lambda kind: kind.kind)
def test_a_tiny_overlay_and_long_words_stay_inside(kind: OverlayKind) -> None:
    """Whatever the sizes, painting ends and colours stay premultiplied."""
    overlay = kind.make(kind.settings(width=64, height=24, text_px=200))
    long = "W" * 200
    facts = replace(
        ROOM,
        goal=GoalFact(title=long, target_tokens=1, raised_tokens=10**12),
        chat=(ChatLine(id="1", name=long, text=long),),
        actions=(ActionFact(id="1", title=long, duration_s=86_400, name=long),),
        creator=long,
    )
    tips = (a_tip(name=long, text=long),) if kind.kind == "tip_alerts" else ()
    shown = pixels(painted(overlay, settled(overlay, facts, tips=tips).view))
    assert (shown[:, :, :3].max(axis=2) <= shown[:, :, 3]).all()


def test_the_goal_bar_glides_to_what_was_raised() -> None:
    bar = _made(next(kind for kind in OVERLAYS if kind.kind == "goal_bar"))
    raised = lambda tokens: replace(  # noqa: E731 - one short way to say it
        ROOM, goal=GoalFact(title="Picnic", target_tokens=1000, raised_tokens=tokens)
    )
    steps = [bar.look(raised(0), (), at(100.0)).view.step]  # type: ignore[union-attr]
    moving = [bar.look(raised(500), (), at(100.0 + 0.1 * tick)) for tick in range(12)]
    steps += [look.view.step for look in moving]  # type: ignore[union-attr]
    assert steps == sorted(steps)
    assert steps[0] == steps[1] == 0
    assert steps[-1] == pytest.approx((640 - 2 * 26 * 0.8) / 2, abs=1)
    assert moving[3].due_s == pytest.approx(100.3)
    assert moving[-1].due_s is None
    full = pixels(painted(bar, settled(bar, raised(1000)).view))
    empty = pixels(painted(bar, settled(bar, raised(0)).view))
    assert (full.astype(int) - empty).clip(0).sum() > 1_000_000


def test_a_new_goal_begins_at_once_and_no_goal_hides_the_bar() -> None:
    overlay = _made(OVERLAYS[0])
    assert isinstance(overlay.settings, GoalBarOverlay)
    settled(overlay)
    fresh = replace(ROOM, goal=GoalFact(title="Encore", target_tokens=10, raised_tokens=0))
    look = overlay.look(fresh, (), at(102.0))
    assert look.due_s is None
    assert overlay.look(replace(ROOM, goal=None), (), at(103.0)).view is None


def test_an_alert_comes_stays_and_goes_with_its_sound_at_its_start() -> None:
    kind = next(kind for kind in OVERLAYS if kind.kind == "tip_alerts")
    overlay = kind.make(TipAlertsOverlay(rules=(AlertRule(duration_s=2.0, sound="bell"),)))
    first = overlay.look(ROOM, (a_tip(),), at(100.0))
    assert first.view is None
    ((start_s, rule),) = first.sounds
    assert rule.sound == "bell"
    assert first.due_s == start_s == pytest.approx(100.2)
    steps = []
    for tick in range(80):
        look = overlay.look(ROOM, (), at(start_s + tick / 30))
        assert not look.sounds
        steps.append(0 if look.view is None else look.view.step)  # type: ignore[attr-defined]
    assert max(steps) == 60
    top = steps.index(60)
    assert steps[:top] == sorted(steps[:top])
    assert steps[59:] == sorted(steps[59:], reverse=True)
    assert steps[60] == 0
    assert look.due_s is None


def test_an_alert_shows_its_picture_and_a_missing_one_its_coin(tmp_path: Path) -> None:
    kind = next(kind for kind in OVERLAYS if kind.kind == "tip_alerts")
    path = tmp_path / "heart.png"
    image = QImage(40, 20, QImage.Format.Format_ARGB32)
    image.fill(0xFF00FF00)
    assert image.save(str(path))
    shown = {}
    for name, picture in (("own", path), ("missing", tmp_path / "gone.png")):
        overlay = kind.make(TipAlertsOverlay(rules=(AlertRule(image=str(picture)),)))
        shown[name] = pixels(painted(overlay, settled(overlay, tips=(a_tip(),)).view))
    is_green = (shown["own"][:, :, 1] > 200) & (shown["own"][:, :, 2] < 60)
    assert is_green.sum() > 500
    assert not ((shown["missing"][:, :, 1] > 200) & (shown["missing"][:, :, 2] < 60)).any()


def test_the_countdown_counts_whole_seconds_and_ends_in_words() -> None:
    kind = next(kind for kind in OVERLAYS if kind.kind == "countdown")
    overlay = kind.make(CountdownOverlay(seconds=3))
    seconds, due = [], at(100.0).s
    for _ in range(4):
        look = overlay.look(ROOM, (), at(due))
        seconds.append(look.view.seconds)  # type: ignore[union-attr]
        due = look.due_s if look.due_s is not None else due
    assert seconds == [3, 2, 1, 0]
    assert look.due_s is None


@pytest.mark.parametrize(
    ("clock", "seconds"), [("20:30", 1800), ("19:59", 0), ("07:00", 11 * 3600)]
)
def test_the_countdown_counts_to_a_time_of_day(clock: str, seconds: int) -> None:
    kind = next(kind for kind in OVERLAYS if kind.kind == "countdown")
    now = at(100.0)
    now = replace(now, local=now.local.replace(hour=20, minute=0, second=0, microsecond=0))
    look = kind.make(CountdownOverlay(clock=clock)).look(ROOM, (), now)
    assert look.view.seconds == seconds  # type: ignore[union-attr]


def test_the_action_under_way_runs_out_stands_still_or_waits() -> None:
    overlay = _made(next(kind for kind in OVERLAYS if kind.kind == "action_timer"))
    running = overlay.look(ROOM, (), at(100.0))
    assert running.view.seconds == 45  # type: ignore[union-attr]
    assert running.due_s is not None
    late = overlay.look(ROOM, (), at(200.0))
    assert (late.view.seconds, late.due_s) == (0, None)  # type: ignore[union-attr]
    paused = replace(ROOM, action_end_s=None, action_left_s=12.0)
    still = overlay.look(paused, (), at(300.0))
    assert (still.view.seconds, still.due_s) == (12, None)  # type: ignore[union-attr]
    waiting = replace(ROOM, action_end_s=None)
    look = overlay.look(waiting, (), at(300.0))
    assert (look.view.seconds, look.view.is_begun) == (60, False)  # type: ignore[union-attr]
    assert pixels(painted(overlay, look.view)).any()


def test_the_chat_box_shows_the_newest_at_the_bottom() -> None:
    overlay = next(kind for kind in OVERLAYS if kind.kind == "chat_box").make(
        ChatBoxOverlay(height=120)
    )
    lines = tuple(ChatLine(id=str(n), name=f"Fan {n}", text="Hello there") for n in range(40))
    full = painted(overlay, settled(overlay, replace(ROOM, chat=lines)).view)
    last = painted(overlay, settled(overlay, replace(ROOM, chat=lines[-6:])).view)
    assert difference(full, last) == (0.0, 0.0)
    other = (*lines[:-1], ChatLine(id="x", name="Fan x", text="Bye"))
    assert difference(full, painted(overlay, settled(overlay, replace(ROOM, chat=other)).view))[1]


def test_the_watermark_says_name_platform_and_day_until_midnight() -> None:
    kind = next(kind for kind in OVERLAYS if kind.kind == "watermark")
    overlay = kind.make(WatermarkOverlay(name="Luna Live"))
    now = at(100.0)
    look = overlay.look(ROOM, (), now)
    text = look.view.text  # type: ignore[union-attr]
    assert text.split() == ["Luna", "Live", "·", "Teezu", "·", now.local.strftime("%Y-%m-%d")]
    assert look.due_s is not None
    assert 0 < look.due_s - now.s <= 24 * 3600


def test_the_mood_strip_names_the_mood_in_the_words_of_its_settings() -> None:
    kind = next(one for one in OVERLAYS if one.kind == "mood_strip")
    usual, named = _made(kind), kind.make(MoodStripOverlay(romantic="R"))
    leading = settled(usual, facts=_romantic()).view
    assert painted(usual, leading) != painted(named, settled(named, facts=_romantic()).view)
    long = kind.make(MoodStripOverlay(romantic="W" * 80))
    edge = painted(long, settled(long, facts=_romantic()).view).copy(560, 0, 60, 40)
    assert edge == painted(usual, leading).copy(560, 0, 60, 40), "the share beside it stays"


def _romantic() -> Facts:
    return replace(ROOM, mood=tuple(float(mood is Mood.ROMANTIC) for mood in Mood))
