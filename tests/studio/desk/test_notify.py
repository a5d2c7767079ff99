"""Notices on the desktop: what is worth one, when none is wanted, and what the tray says."""

from datetime import UTC, datetime, time, timedelta
from types import SimpleNamespace
from typing import cast

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from shared.ids import new_id
from shared.qt.theme import Theme
from shared.schemas.accounts import UserRef
from shared.schemas.notices import Notice, NoticeKind
from shared.schemas.realtime import EventType, RoomEvent
from shared.schemas.roles import Role
from shared.schemas.wallet import Tip
from studio.choices import NoticeChoices
from studio.desk.notify import Notifier, is_quiet
from studio.desk.room_desk import RoomDesk
from studio.desk.tray import Tray, TrayActions, TrayState
from studio.engine.protocol import (
    BroadcastEvent,
    BroadcastState,
    NoticeEvent,
    OutputPhase,
    OutputState,
    SafetyEvent,
    SafetyState,
)

_NOW = datetime(2026, 11, 20, 21, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("begin", "end", "at", "quiet"),
    [
        ("23:00", "08:00", "23:30", True),
        ("23:00", "08:00", "07:59", True),
        ("23:00", "08:00", "08:00", False),
        ("13:00", "14:00", "13:30", True),
        ("13:00", "14:00", "14:30", False),
        (None, "08:00", "03:00", False),
    ],
)
def test_quiet_hours_may_reach_past_midnight(
    begin: str | None, end: str, at: str, quiet: bool
) -> None:
    choices = NoticeChoices(quiet_from=begin, quiet_until=end)
    assert is_quiet(choices, time.fromisoformat(at)) is quiet


class _Desktop:
    """A desktop that shows notices, and a room with tips."""

    def __init__(self, **choices: object) -> None:
        self.shown: list[tuple[str, str]] = []
        self.is_looked_at = False
        self.now = _NOW
        self.room = SimpleNamespace(
            stream_id="s", show=SimpleNamespace(tips=[]), own_acts={"by the creator"}
        )
        chosen = NoticeChoices.model_validate(choices)
        self.notifier = Notifier(
            lambda title, text: self.shown.append((title, text)),
            room=cast(RoomDesk, self.room),
            choices=lambda: chosen,
            is_looked_at=lambda: self.is_looked_at,
            now=lambda: self.now,
        )
        self.notifier.look()

    def tip(self, tokens: int, *, text: str = "", age_s: float = 0) -> None:
        sender = UserRef(id=new_id(), display_name="Noor", role=Role.MEMBER)
        at = _NOW - timedelta(seconds=age_s)
        self.room.show.tips.append(
            Tip(id=new_id(), stream_id=new_id(), sender=sender, tokens=tokens, text=text, at=at)
        )

    def phase(self, phase: OutputPhase) -> None:
        output = OutputState(id="o", kind="rtmp", name="Second", target="host", phase=phase)
        self.notifier.on_event(
            BroadcastEvent(
                broadcast=BroadcastState(
                    started_at="2026-11-20T21:00:00.000Z",
                    elapsed_s=1,
                    stream=None,
                    outputs=(output,),
                )
            )
        )


def test_only_tips_worth_it_are_told_once_and_the_best_of_a_burst() -> None:
    desktop = _Desktop(tips_from=100)
    desktop.tip(50)
    desktop.tip(120, text="Lovely")
    desktop.tip(500, text="For the piano")
    desktop.notifier.look()
    desktop.notifier.look()
    assert desktop.shown == [("Noor tipped 500 tokens", "For the piano")]


def test_tips_from_before_the_window_came_are_no_news() -> None:
    desktop = _Desktop()
    desktop.tip(500, age_s=300)
    desktop.notifier.look()
    assert desktop.shown == []


def test_nothing_is_told_while_the_window_is_looked_at() -> None:
    desktop = _Desktop()
    desktop.is_looked_at = True
    desktop.tip(500)
    desktop.notifier.look()
    desktop.phase("live")
    desktop.phase("failed")
    assert desktop.shown == []


def test_an_output_in_trouble_is_told_once() -> None:
    desktop = _Desktop()
    for phase in ("connecting", "live", "reconnecting", "reconnecting", "live", "failed"):
        desktop.phase(cast(OutputPhase, phase))
    assert [title for title, _ in desktop.shown] == ["Second", "Second"]


def test_a_line_that_stays_away_is_told_once_for_each_cut() -> None:
    desktop = _Desktop()
    for second, is_up in enumerate([True, False, False, True, *[False] * 9, True, *[False] * 7]):
        desktop.now = _NOW + timedelta(seconds=second)
        desktop.notifier.look_at_line(is_up=is_up, words="Trying again.")
    cut = ("The line to the platform is cut", "Trying again.")
    assert desktop.shown == [cut, cut]


def test_quiet_hours_hold_back_all_but_panic() -> None:
    desktop = _Desktop(quiet_from="20:00", quiet_until="23:00")
    desktop.tip(500)
    desktop.notifier.look()
    desktop.notifier.on_event(NoticeEvent(level="error", code="X", message="The disk is full."))
    assert desktop.shown == []
    for _ in range(2):
        desktop.notifier.on_event(SafetyEvent(safety=SafetyState(panicked=True)))
    assert [title for title, _ in desktop.shown] == ["Panic"]


def test_the_tray_says_what_is_on_air_and_does_what_cannot_wait(qtbot: QtBot, theme: Theme) -> None:
    window, done = QWidget(), []
    qtbot.addWidget(window)
    names = ("panic", "freeze", "record", "end", "quit")
    tray = Tray(
        window, theme, TrayActions(**{name: lambda n=name: done.append(n) for name in names})
    )
    assert tray.line == "Off air"
    tray.set_state(TrayState(is_live=True, live_for_s=75))
    assert tray.line == "LIVE 01:15"
    for action in tray.menu.actions():
        if action.text() in ("Panic", "Freeze", "End the broadcast"):
            action.trigger()
    assert done == ["panic", "freeze", "end"]
    tray.set_state(TrayState(is_live=True, is_panicked=True))
    assert tray.line == "The privacy slate is up"
    enabled = {action.text(): action.isEnabled() for action in tray.menu.actions()}
    assert not enabled["Panic"]
    tray.close()


def _restricted(user_id: str, kind: str) -> RoomEvent:
    data = {"kind": kind, "user": {"id": user_id, "display_name": "Noor"}}
    return RoomEvent(seq=1, type=EventType.RESTRICTION_APPLIED, at=_NOW, data=data)


def test_what_moderators_do_is_told_also_in_quiet_hours() -> None:
    desktop = _Desktop(quiet_from="20:00")
    for who, kind in (("by the creator", "mute"), ("by moderators", "mute"), ("another", "ban")):
        desktop.notifier.on_item(_restricted(who, kind), frozenset())
    for told in (NoticeKind.ACTION_TAKEN, NoticeKind.ACHIEVEMENT):
        desktop.notifier.on_notice(
            Notice(
                id=new_id(),
                kind=told,
                text=f"About {told.value}",
                subject_type="stream",
                subject_id=new_id(),
                at=_NOW,
            )
        )
    assert desktop.shown == [
        ("From the moderators", "Noor may not write for now"),
        ("From the moderators", "Noor was removed from the room"),
        ("From the moderators", "About action_taken"),
    ]
    silent = _Desktop(of_safety=False)
    silent.notifier.on_item(_restricted("by moderators", "ban"), frozenset())
    assert silent.shown == []
