"""The feed from plain state: goals, mood, unread activity, Teezer."""

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from shared.qt.theme import Theme
from shared.qt.widgets import GoalBar, GoalState
from shared.schemas.moods import Mood, MoodStrip
from studio.zones.feed import FeedZone, TeezerView


@pytest.fixture
def feed(qtbot: QtBot, theme: Theme) -> FeedZone:
    made = FeedZone(theme)
    qtbot.addWidget(made)
    made.resize(300, 560)
    made.show()
    return made


def titles(feed: FeedZone) -> list[str]:
    bars = [bar for bar in feed.findChildren(GoalBar) if not bar.isHidden()]
    return [bar.findChildren(QLabel)[0].text() for bar in bars]


def tab(feed: FeedZone, start: str) -> QPushButton:
    return next(one for one in feed.findChildren(QPushButton) if one.text().startswith(start))


def test_goals_that_are_not_reached_come_first(qtbot: QtBot, feed: FeedZone) -> None:
    reached = GoalState("a", "Reached", 500, 500)
    feed.set_goals([reached, GoalState("b", "Next", 0, 100), GoalState("c", "Later", 0, 100)])
    qtbot.waitUntil(lambda: titles(feed) == ["Next", "Later"])
    feed.set_goals([reached])
    qtbot.waitUntil(lambda: titles(feed) == ["Reached"])


def test_a_goal_that_moves_keeps_its_bar(feed: FeedZone) -> None:
    feed.set_goals([GoalState("a", "A song", 0, 100)])
    bar = feed.findChild(GoalBar)
    feed.set_goals([GoalState("a", "A song", 60, 100)])
    assert feed.findChild(GoalBar) is bar
    assert bar is not None
    assert bar.accessible_amount == "60 of 100 tokens (60 %)"


def test_a_goal_is_added_by_keyboard(qtbot: QtBot, feed: FeedZone) -> None:
    feed.set_can_add_goal(is_possible=True)
    add = next(b for b in feed.findChildren(QPushButton) if b.accessibleName() == "Add a goal")
    add.click()
    title = next(
        e for e in feed.findChildren(QLineEdit) if e.accessibleName() == "Title of the goal"
    )
    with qtbot.assertNotEmitted(feed.goal_add_requested):
        QTest.keyClick(title, Qt.Key.Key_Return)
    QTest.keyClicks(title, "A song by request")
    with qtbot.waitSignal(feed.goal_add_requested) as asked:
        QTest.keyClick(title, Qt.Key.Key_Return)
    assert asked.args == ["A song by request", 500]
    assert title.isHidden() or not title.isVisible()


def test_goals_need_a_broadcast(feed: FeedZone) -> None:
    feed.set_can_add_goal(is_possible=False)
    add = next(b for b in feed.findChildren(QPushButton) if b.accessibleName() == "Add a goal")
    assert not add.isEnabled()
    assert "go live first" in add.toolTip()


def test_the_mood_is_named(feed: FeedZone) -> None:
    shares = {Mood.WILD: 1.0}
    feed.set_mood(MoodStrip(shares=shares, dominant=Mood.WILD, at=datetime.now(UTC)))
    assert any(one.text() == "Wild" for one in feed.findChildren(QLabel))
    feed.set_mood(None)
    assert any(one.text() == "No votes yet" for one in feed.findChildren(QLabel))


def test_activity_out_of_sight_is_counted_until_looked_at(feed: FeedZone) -> None:
    feed.note_activity(2)
    feed.note_activity(150)
    assert tab(feed, "Activity").text() == "Activity (99)"
    tab(feed, "Activity").click()
    assert tab(feed, "Activity").text() == "Activity"
    assert feed.activity.isVisible()
    feed.note_activity(1)
    tab(feed, "Chat").click()
    assert tab(feed, "Activity").text() == "Activity"


def test_teezer_says_what_it_does_and_is_switched_by_the_person_only(
    qtbot: QtBot, feed: FeedZone
) -> None:
    switch = feed.findChild(QCheckBox, "teezerSwitch")
    status = feed.findChild(QLabel, "teezerStatus")
    assert switch is not None
    assert status is not None
    assert not switch.isEnabled()
    with qtbot.assertNotEmitted(feed.teezer_switched):
        feed.set_teezer(TeezerView(is_known=True, is_enabled=True, status="Answers now"))
    assert switch.isChecked()
    assert status.text() == "Answers now"
    with qtbot.waitSignal(feed.teezer_switched) as switched:
        switch.click()
    assert switched.args == [False]
