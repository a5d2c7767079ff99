"""The docks around the show say what the creator wants, from plain state."""

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from shared.qt.theme import Theme
from shared.schemas.accounts import UserRef
from shared.schemas.automod import AutomodRule, HeldMessage, HeldState
from shared.schemas.roles import Role
from shared.schemas.show import Goal
from shared.schemas.stage import ActionSource, StageAction
from studio.docks.goals import GoalsDock, steps_of, steps_text
from studio.docks.held import HeldDock, rule_name
from studio.docks.moving_rows import MovingRows
from studio.docks.prompts import PromptsDock
from studio.docks.rows import RowList
from studio.docks.schedule import ScheduleDock
from studio.docks.stripsync import StripSyncDock, source_name
from studio.docks.tip_menu import TipMenuDock
from studio.settings import GoalDraft, MenuLine, PromptChoice, StepDraft

_ID = "0192d3b4-5c6d-7e8f-9a0b-00000000000"
_NOW = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)
_NOOR = UserRef(id=f"{_ID}7", display_name="Noor", role=Role.MEMBER)


def press(dock: QWidget, name: str) -> None:
    found = dock.findChild(QPushButton, name)
    assert found is not None, name
    found.click()


def fill(dock: QWidget, name: str, text: str) -> None:
    field = dock.findChild(QLineEdit, name)
    assert field is not None, name
    field.setText(text)


def titles(dock: QWidget) -> list[str]:
    rows = dock.findChild(RowList)
    assert rows is not None
    return [row.title for row in rows.rows]


def act(dock: QWidget, row_id: str, key: str) -> None:
    rows = dock.findChild(RowList)
    assert rows is not None
    row = next(one for one in rows.rows if one.id == row_id)
    assert key in [action.key for action in row.actions]
    rows.acted.emit(row_id, key)


def test_a_goal_is_prepared_with_milestones_and_edited(qtbot: QtBot, theme: Theme) -> None:
    dock = GoalsDock(theme)
    qtbot.addWidget(dock)
    press(dock, "goalNew")
    fill(dock, "goalTitle", "An encore")
    steps = dock.findChild(QPlainTextEdit, "goalSteps")
    assert steps is not None
    steps.setPlainText("not a step")
    press(dock, "goalSave")
    assert "number" in dock.said
    steps.setPlainText("300 slow song\n100 first song\n")
    with qtbot.waitSignal(dock.draft_saved) as saved:
        press(dock, "goalSave")
    at, draft = saved.args
    assert at == -1
    assert draft.steps == (
        StepDraft(title="first song", tokens=100),
        StepDraft(title="slow song", tokens=300),
    )
    dock.set_drafts([draft])
    act(dock, "draft 0", "edit")
    fill(dock, "goalTitle", "Two encores")
    with qtbot.waitSignal(dock.draft_saved) as saved:
        press(dock, "goalSave")
    assert saved.args[0] == 0
    assert saved.args[1].title == "Two encores"
    assert steps_of(steps_text(draft.steps)) == draft.steps


def test_goals_of_the_show_can_be_changed_only_while_it_runs(qtbot: QtBot, theme: Theme) -> None:
    dock = GoalsDock(theme)
    qtbot.addWidget(dock)
    goal = Goal(id=f"{_ID}1", stream_id=f"{_ID}2", title="A song", target_tokens=100)
    dock.set_drafts([GoalDraft(title="Later")])
    dock.set_goals([goal], is_live=False)
    rows = dock.findChild(RowList)
    assert rows is not None
    assert rows.rows[0].actions == ()
    dock.set_goals([goal], is_live=True)
    with qtbot.waitSignal(dock.archived) as archived:
        act(dock, goal.id, "archive")
    assert archived.args == [goal.id]
    with qtbot.waitSignal(dock.start_requested) as started:
        act(dock, "draft 0", "start")
    assert started.args == [0]
    act(dock, goal.id, "edit")
    with qtbot.waitSignal(dock.goal_saved) as changed:
        press(dock, "goalSave")
    assert changed.args[0] == goal.id


def test_every_change_of_the_menu_is_the_whole_menu(qtbot: QtBot, theme: Theme) -> None:
    dock = TipMenuDock(theme)
    qtbot.addWidget(dock)
    lines = (MenuLine(title="Hello", tokens=5), MenuLine(title="Song", tokens=50))
    dock.set_lines(lines)
    with qtbot.waitSignal(dock.changed) as changed:
        act(dock, "0", "switch")
    assert [one.is_on for one in changed.args[0]] == [False, True]
    with qtbot.waitSignal(dock.changed) as changed:
        act(dock, "1", "up")
    assert [one.title for one in changed.args[0]] == ["Song", "Hello"]
    press(dock, "menuNew")
    fill(dock, "menuTitle", "Dance")
    with qtbot.waitSignal(dock.changed) as changed:
        press(dock, "menuSave")
    assert [one.title for one in changed.args[0]] == ["Hello", "Song", "Dance"]
    assert titles(dock) == ["Hello", "Song"]
    dock.set_undo("Dance was added.")
    with qtbot.waitSignal(dock.undo_requested):
        press(dock, "dockUndo")


def test_the_queue_starts_pauses_and_ends_an_action(qtbot: QtBot, theme: Theme) -> None:
    dock = StripSyncDock(theme)
    qtbot.addWidget(dock)
    action = StageAction(
        id=f"{_ID}1",
        stream_id=f"{_ID}2",
        source=ActionSource.TIP,
        title="Play a song",
        duration_s=60,
        tokens=50,
        requested_by=_NOOR,
        queued_at=_NOW,
    )
    start = dock.findChild(QPushButton, "stripSyncStart")
    assert start is not None
    assert not start.isEnabled()
    dock.set_waiting([action])
    with qtbot.waitSignal(dock.start_requested) as started:
        start.click()
    assert started.args == [action.id]
    dock.set_running(action, 42.0, is_paused=False)
    with qtbot.waitSignal(dock.pause_requested):
        start.click()
    with qtbot.waitSignal(dock.done_requested) as done:
        press(dock, "stripSyncDone")
    assert done.args == [action.id]


def test_held_messages_are_allowed_or_denied(qtbot: QtBot, theme: Theme) -> None:
    dock = HeldDock(theme)
    qtbot.addWidget(dock)
    message = HeldMessage(
        id=f"{_ID}3",
        stream_id=f"{_ID}2",
        author=_NOOR,
        text="a link",
        rule=AutomodRule.LINK,
        at=_NOW,
        state=HeldState.HELD,
    )
    dock.set_messages([message])
    with qtbot.waitSignal(dock.allowed) as allowed:
        act(dock, message.id, "allow")
    with qtbot.waitSignal(dock.denied):
        act(dock, message.id, "deny")
    assert allowed.args == [message.id]


def test_prompts_ask_for_nothing_or_five_to_five_hundred(qtbot: QtBot, theme: Theme) -> None:
    dock = PromptsDock(theme)
    qtbot.addWidget(dock)
    dock.set_prompts([PromptChoice(text="Thanks")])
    tokens = dock.findChild(QSpinBox, "promptTokens")
    assert tokens is not None
    assert tokens.maximum() == 500
    for given, kept in ((0, 0), (3, 5), (250, 250)):
        tokens.setValue(given)
        fill(dock, "promptText", "Again?")
        with qtbot.waitSignal(dock.changed) as changed:
            press(dock, "promptAdd")
        assert changed.args[0][-1] == PromptChoice(text="Again?", tokens=kept)


def test_a_show_is_planned_ahead_only(qtbot: QtBot, theme: Theme) -> None:
    dock = ScheduleDock(theme)
    qtbot.addWidget(dock)
    press(dock, "planNew")
    fill(dock, "planTitle", "Piano")
    with qtbot.waitSignal(dock.plan_requested) as planned:
        press(dock, "planSave")
    assert planned.args[0].title == "Piano"
    assert planned.args[0].starts_at.tzinfo is not None


def test_a_row_with_many_actions_offers_the_rest_in_a_menu(qtbot: QtBot, theme: Theme) -> None:
    dock = TipMenuDock(theme)
    qtbot.addWidget(dock)
    dock.set_lines([MenuLine(title="Hello", tokens=5), MenuLine(title="Song", tokens=50)])
    rows = dock.findChild(RowList)
    assert rows is not None
    row = rows.widget_of("0")
    texts = [action.text() for action in row.menu().actions()]
    assert texts == ["Move Hello up", "Move Hello down", "Remove Hello"]


@pytest.mark.parametrize("rule", AutomodRule)
def test_every_rule_has_a_name(rule: AutomodRule) -> None:
    assert rule_name(rule)


@pytest.mark.parametrize("source", ActionSource)
def test_every_source_of_an_action_has_a_name(source: ActionSource) -> None:
    assert source_name(source)


def test_the_plot_of_the_dashboard_is_chosen(qtbot: QtBot, theme: Theme) -> None:
    from studio.docks.dashboard import DashboardDock, DashboardState

    dock = DashboardDock(theme)
    qtbot.addWidget(dock)
    dock.set_state(DashboardState(earned_tokens=1250, stream_hours=4.5))
    box = dock.findChild(QComboBox, "dashboardPlot")
    assert box is not None
    assert box.count() == 5
    for row in range(box.count()):
        box.setCurrentIndex(row)
    with qtbot.waitSignal(dock.period_chosen) as chosen:
        period = dock.findChild(QComboBox, "dashboardPeriod")
        assert period is not None
        period.setCurrentIndex(2)
        period.activated.emit(2)
    assert chosen.args == [90]


def _goals(qtbot: QtBot, theme: Theme) -> GoalsDock:
    """Two goals of a show, and two prepared."""
    dock = GoalsDock(theme)
    qtbot.addWidget(dock)
    shown = [
        Goal(id=f"{_ID}{n}", stream_id=f"{_ID}9", title=f"Goal {n}", target_tokens=50, position=n)
        for n in range(2)
    ]
    dock.set_goals(shown, is_live=True)
    dock.set_drafts([GoalDraft(title="An encore"), GoalDraft(title="A story")])
    dock.resize(300, 560)
    dock.show()
    QApplication.processEvents()
    return dock


def _pull(dock: GoalsDock, row_id: str, by: int) -> None:
    """Pull a row up or down by the mouse."""
    rows = dock.findChild(MovingRows)
    assert rows is not None
    row = rows.widget_of(row_id)
    start = QPoint(20, row.height() // 2)
    QTest.mousePress(row, Qt.MouseButton.LeftButton, pos=start)
    for part in (0.5, 1.0):
        to = start + QPoint(0, round(by * part))
        move = QMouseEvent(
            QEvent.Type.MouseMove,
            QPointF(to),
            QPointF(row.mapToGlobal(to)),
            Qt.MouseButton.NoButton,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(row, move)
    QTest.mouseRelease(row, Qt.MouseButton.LeftButton, pos=start + QPoint(0, by))


def test_goals_are_pulled_and_moved_by_keys_also_on_air(qtbot: QtBot, theme: Theme) -> None:
    dock = _goals(qtbot, theme)
    with qtbot.waitSignal(dock.goal_moved) as moved:
        _pull(dock, f"{_ID}0", 90)
    assert moved.args == [f"{_ID}0", 1]
    with qtbot.waitSignal(dock.moved) as prepared:
        _pull(dock, "draft 1", -90)
    assert prepared.args == [1, -1]
    with qtbot.assertNotEmitted(dock.goal_moved):
        _pull(dock, f"{_ID}0", 3)
    with qtbot.waitSignal(dock.goal_moved) as moved:
        act(dock, f"{_ID}1", "up")
    assert moved.args == [f"{_ID}1", 0]
    rows = dock.findChild(MovingRows)
    assert rows is not None
    button = rows.widget_of(f"{_ID}1").findChild(QPushButton)
    assert button is not None
    dock.activateWindow()
    button.setFocus()
    with qtbot.waitSignal(dock.goal_moved) as moved:
        QTest.keyClick(button, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert moved.args == [f"{_ID}1", 0]


def test_goals_of_a_show_that_is_over_stay_where_they_are(qtbot: QtBot, theme: Theme) -> None:
    dock = _goals(qtbot, theme)
    dock.set_goals([], is_live=False)
    with qtbot.assertNotEmitted(dock.goal_moved):
        _pull(dock, "draft 0", 90)
