"""Held messages and second looks by keyboard, and clips that stay blurred."""

from datetime import timedelta

from fakes.console_views import NOW, person
from fakes.platform import MovableClock
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from console.docks._stills import Stills
from console.screens.held import HeldScreen, Settling
from console.screens.second_looks import Opinion, SecondLooksScreen
from console.state.exposure import GLANCE_S, Exposure
from console.state.held import HeldQueue
from shared.ids import new_id
from shared.qt.theme import Theme
from shared.schemas.appeals import EvidenceClip, SecondLook
from shared.schemas.automod import AutomodRule, HeldMessage, HeldState
from shared.schemas.moderation import Action, ActionKind, Decision, SubjectType
from shared.schemas.realtime import EventType, RoomEvent


def held(text: str = "what a scribble", minute: int = 0) -> HeldMessage:
    return HeldMessage(
        id=new_id(),
        stream_id=new_id(),
        author=person("Sam"),
        text=text,
        rule=AutomodRule.TOXIC,
        at=NOW + timedelta(minutes=minute),
        state=HeldState.HELD,
    )


def look(statement: str = "It insulted the creator.") -> SecondLook:
    action = Action(
        id=new_id(), kind=ActionKind.MUTE, target_type=SubjectType.USER, target_id=new_id()
    )
    decision = Decision(
        id=new_id(),
        case_id=new_id(),
        by=person("Mora"),
        at=NOW,
        actions=[action],
        policy="conduct.harassment",
        statement=statement,
    )
    return SecondLook(decision=decision, subject_label="Sam: a scribble", drawn_at=NOW)


def event(message: HeldMessage) -> RoomEvent:
    data = message.model_dump(mode="json")
    return RoomEvent(seq=1, type=EventType.CHAT_HELD, at=NOW, data=data)


def test_what_waits_comes_and_goes_by_events() -> None:
    queue, later, sooner = HeldQueue(limit=2), held(minute=2), held(minute=1)
    assert queue.apply(event(later))
    assert queue.apply(event(sooner))
    assert not queue.apply(event(sooner))
    assert not queue.apply(event(held(minute=3)))  # full
    assert queue.messages == (sooner, later)
    assert queue.apply(event(sooner.model_copy(update={"state": HeldState.RELEASED})))
    assert queue.messages == (later,)
    assert not queue.apply(RoomEvent(seq=2, type=EventType.CHAT_HELD, at=NOW, data={"id": 1}))


def test_one_key_allows_and_one_denies(qtbot: QtBot) -> None:
    screen = HeldScreen(Theme())
    qtbot.addWidget(screen)
    first, second = held("one"), held("two", 1)
    screen.show_items((first, second))
    screen.show()
    screen.activateWindow()
    sent: list[Settling] = []
    screen.settled.connect(sent.append)
    screen.allow()
    screen.show_items((second,))
    assert screen.chosen == second
    screen.deny()
    assert sent == [Settling(first, True), Settling(second, False)]
    assert {hint.keys for hint in screen.hints} == {"J", "K", "A", "D", "F5"}
    screen.show_items(())
    screen.allow()
    assert (len(sent), screen.list.rows) == (2, 0)


def test_an_opinion_goes_with_its_note(qtbot: QtBot) -> None:
    screen = SecondLooksScreen(Theme())
    qtbot.addWidget(screen)
    one, other = look(), look("Another one.")
    screen.show_items((one, other))
    given: list[Opinion] = []
    opened: list[str] = []
    screen.given.connect(given.append)
    screen.case_opened.connect(opened.append)
    qtbot.keyClicks(screen._note, "a warning would do")
    screen.give(agrees=False)
    screen.list.step(1)
    screen.give(agrees=True)
    screen._on_case()
    assert [(o.decision_id, o.request.agrees, o.request.note) for o in given] == [
        (one.decision.id, False, "a warning would do"),
        (other.decision.id, True, ""),
    ]
    assert opened == [other.decision.case_id]


def test_pictures_stay_blurred_until_asked_for(qtbot: QtBot) -> None:
    stills = Stills(Theme())
    qtbot.addWidget(stills)
    assert not stills.has_any
    picture = QImage(320, 180, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.black)
    for row in range(0, 180, 2):
        for column in range(320):
            picture.setPixelColor(column, row, QColor(250, 40, 40))
    clip = EvidenceClip(
        case_id=new_id(),
        begins_at=NOW,
        ends_at=NOW + timedelta(seconds=14),
        size_bytes=9,
        sha256="ab" * 32,
        stills=1,
    )
    stills.show_clip(clip, (picture, QImage()))
    shown = stills._labels[0].pixmap().toImage()
    assert all(
        shown.pixelColor(x, y).saturation() == 0 for x in range(0, 88, 9) for y in range(0, 50, 7)
    )
    assert "14 s" in stills.about
    stills.show_clear(is_clear=True)
    assert stills._labels[0].pixmap().toImage() != shown
    stills.show_clip(clip, (picture,))
    assert not stills.is_clear


def test_looking_is_counted_and_ends_by_itself() -> None:
    clock = MovableClock()
    exposure = Exposure(clock, budget_s=15)
    assert exposure.look()
    clock.move(seconds=GLANCE_S - 1)
    assert not exposure.is_over
    clock.move(seconds=1)
    assert exposure.is_over
    exposure.look_away()
    assert exposure.left_s == 5
    assert exposure.look()
    clock.move(seconds=5)
    assert exposure.is_over
    exposure.look_away()
    assert not exposure.look()
