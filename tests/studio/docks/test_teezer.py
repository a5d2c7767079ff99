"""The Teezer dock from plain state: what it says, marks as AI, offers and refuses."""

from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QTime
from PySide6.QtWidgets import QCheckBox, QPlainTextEdit, QPushButton, QTimeEdit, QWidget
from pytestqt.qtbot import QtBot

from shared.qt.theme import Theme
from shared.schemas.teezer import (
    ScheduleSlot,
    SlotMode,
    Suggestion,
    Suggestions,
    Teezer,
    TeezerReply,
    TeezerSchedule,
)
from studio.docks.rows import RowList
from studio.docks.teezer import LEARNING, SUGGEST, WEEK, TeezerDock, TeezerState, status_of

_ID = "0192d3b4-5c6d-7e8f-9a0b-00000000000"
_NOW = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)
_SLOT = ScheduleSlot(weekday=0, start="18:00", end="23:00", mode=SlotMode.TEEZER)


def reply(number: int, *, minutes: int, drew_on: bool = True) -> TeezerReply:
    return TeezerReply(
        message_id=f"{_ID}{number}",
        stream_id=f"{_ID}9",
        text=f"Mostly soul, number {number}.",
        at=_NOW + timedelta(minutes=minutes),
        asker="Noor",
        question="What music do you like?",
        source="pair",
        drew_on_at=_NOW - timedelta(days=8) if drew_on else None,
    )


def teezer(**values: object) -> Teezer:
    plain = {"user_id": f"{_ID}1", "enabled": True, "active": True, "mode": SlotMode.TEEZER}
    return Teezer.model_validate({**plain, **values})


def dock_of(qtbot: QtBot, theme: Theme, state: TeezerState) -> TeezerDock:
    dock = TeezerDock(theme)
    qtbot.addWidget(dock)
    dock.set_state(state)
    dock.show()
    return dock


def pressed(dock: QWidget, name: str) -> QPushButton:
    found = dock.findChild(QPushButton, name)
    assert found is not None, name
    return found


def test_nothing_can_be_done_before_it_is_known(qtbot: QtBot, theme: Theme) -> None:
    dock = dock_of(qtbot, theme, TeezerState(reason="Sign in first."))
    switch = dock.findChild(QCheckBox)
    assert switch is not None
    assert not switch.isEnabled()
    for page in (dock.suggest_page, dock.week_page, dock.learning_page):
        assert not page.isEnabled()


def test_what_it_said_is_marked_as_ai_and_can_be_deleted(qtbot: QtBot, theme: Theme) -> None:
    known = teezer(replies=[reply(2, minutes=5), reply(3, minutes=-5, drew_on=False)])
    dock = dock_of(qtbot, theme, TeezerState(known, seen_until=_NOW))
    new, seen = dock.said_page.rows.rows
    assert (new.badge, seen.badge) == ("AI, new", "AI")
    assert "What music do you like?" in new.detail
    assert "your words of 12-11-2026" in new.detail
    assert "your own words" in seen.detail
    assert "1 new" in pressed(dock, "teezer said").text()
    with qtbot.waitSignal(dock.reply_removed) as removed:
        dock.said_page.rows.acted.emit(new.id, "remove")
    assert removed.args == [f"{_ID}9", f"{_ID}2"]
    with qtbot.waitSignal(dock.replies_seen):
        dock.show_page(WEEK)


def test_suggestions_are_chosen_not_sent(qtbot: QtBot, theme: Theme) -> None:
    dock = dock_of(qtbot, theme, TeezerState(teezer()))
    with qtbot.waitSignal(dock.suggestions_requested) as asked:
        dock.ask_about("What music do you like?")
    assert asked.args == ["What music do you like?"]
    assert dock.page == SUGGEST
    dock.set_suggestions(None)
    assert not pressed(dock, "suggestAsk").isEnabled(), "one question at a time"
    items = [Suggestion(text="Soul!", score=0.9, source="own_words")]
    dock.set_suggestions(Suggestions(items=items))
    (row,) = dock.suggest_page.rows.rows
    assert (row.badge, row.detail) == ("AI", "From your own words")
    with qtbot.waitSignal(dock.suggestion_chosen) as chosen:
        dock.suggest_page.rows.acted.emit(row.id, "use")
    assert chosen.args == ["Soul!"]
    dock.set_suggestions(Suggestions(items=[], refused="minors"))
    assert dock.suggest_page.rows.rows == ()


def test_hours_are_added_and_removed_and_overlaps_are_told(qtbot: QtBot, theme: Theme) -> None:
    week = TeezerSchedule(timezone="Europe/Amsterdam", slots=[_SLOT])
    dock = dock_of(qtbot, theme, TeezerState(teezer(schedule=week)))
    dock.show_page(WEEK)
    pressed(dock, "slotNew").click()
    pressed(dock, "slotSave").click()
    assert "overlap" in dock.said
    assert dock.week_page.schedule == week
    for name, hour in (("slotStart", 8), ("slotEnd", 10)):
        field = dock.findChild(QTimeEdit, name)
        assert field is not None
        field.setTime(QTime(hour, 0))
    with qtbot.waitSignal(dock.schedule_changed) as changed:
        pressed(dock, "slotSave").click()
    assert dock.said == ""
    assert [(one.weekday, one.start) for one in changed.args[0].slots][:3] == [
        (0, "08:00"),
        (0, "18:00"),
        (1, "08:00"),
    ]
    with qtbot.waitSignal(dock.schedule_changed) as changed:
        dock.week_page.rows.acted.emit("1", "remove")
    assert _SLOT not in changed.args[0].slots


def test_it_learns_forgets_and_is_told_how_to_talk(qtbot: QtBot, theme: Theme) -> None:
    dock = dock_of(qtbot, theme, TeezerState(teezer(trained_messages=0)))
    dock.show_page(LEARNING)
    assert not pressed(dock, "teezerForget").isEnabled()
    dock.set_state(TeezerState(teezer(trained_messages=3, trained_at=_NOW, persona="Warm")))
    with qtbot.waitSignal(dock.forget_requested):
        pressed(dock, "teezerForget").click()
    dock.set_state(TeezerState(teezer(trained_messages=3, trained_at=_NOW), is_learning=True))
    assert not pressed(dock, "teezerLearn").isEnabled()
    tone = dock.findChild(QPlainTextEdit)
    assert tone is not None
    tone.setPlainText("Playful")
    dock.set_state(TeezerState(teezer(persona="Changed elsewhere")))
    assert tone.toPlainText() == "Playful", "what is being typed stays"
    with qtbot.waitSignal(dock.persona_changed) as said:
        pressed(dock, "teezerPersonaSave").click()
    assert said.args == ["Playful"]
    tone.setPlainText("x" * 501)
    assert not pressed(dock, "teezerPersonaSave").isEnabled()


def test_its_state_in_words() -> None:
    assert status_of(teezer()) == ("Answers as AI", "accent")
    assert status_of(teezer(active=False, enabled=False))[0] == "Off"
    assert status_of(teezer(active=False))[0] == "Still learning"
    assert status_of(teezer(active=False, mode=SlotMode.OFFLINE))[0] == "Waits for its hours"


def test_every_page_is_a_list_or_a_form_with_a_name(qtbot: QtBot, theme: Theme) -> None:
    dock = dock_of(qtbot, theme, TeezerState(teezer()))
    assert all(rows.accessibleName() for rows in dock.findChildren(RowList))
