"""The sheet before a show: what was typed is what is announced, and a countdown can be stopped."""

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from shared.qt.theme import Theme
from shared.schemas.moods import Mood
from shared.schemas.streams import Audience
from studio.dialogs import EndQuestion, ShowSheet, SummaryPanel
from studio.dialogs.show_sheet import CheckLine, ShowPlan, tags_of

_PLAN = ShowPlan(
    title="Piano",
    tags=("calm", "piano"),
    mood=Mood.ROMANTIC,
    audience=Audience.SUBSCRIBERS,
    goal_title="An encore",
    goal_tokens=250,
    countdown_s=3,
    keep_recording=True,
)


@pytest.fixture
def host(qtbot: QtBot, theme: Theme) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(1280, 720)
    made.show()
    return made


def button(panel: QWidget, name: str) -> QPushButton:
    found = panel.findChild(QPushButton, name)
    assert found is not None
    return found


def second(sheet: ShowSheet) -> None:
    timer = sheet.findChild(QTimer, "go-live countdown")
    assert timer is not None
    timer.timeout.emit()


def test_the_form_gives_back_what_it_was_filled_with(host: QWidget) -> None:
    sheet = ShowSheet(host)
    sheet.ask(_PLAN)
    assert sheet.plan == _PLAN


def test_tags_are_parted_and_cleaned_as_the_platform_takes_them() -> None:
    assert tags_of("Music,  talk; Night-owl #calm calm") == ("music", "talk", "night-owl", "calm")
    assert tags_of("x" * 60) == ("x" * 32,)
    assert len(tags_of(" ".join(f"t{n}" for n in range(30)))) == 10
    assert tags_of("  ,,, ") == ()


def test_a_show_that_is_not_ready_cannot_start(qtbot: QtBot, host: QWidget) -> None:
    sheet = ShowSheet(host)
    sheet.ask(_PLAN)
    sheet.set_checks([CheckLine("Picture", "Stop", "danger", "Add one.")], is_ready=False)
    assert not button(sheet, "sheetGoLive").isEnabled()
    assert sheet.findings == "Picture: Stop. Add one."


def test_the_countdown_runs_out_once(qtbot: QtBot, host: QWidget) -> None:
    sheet = ShowSheet(host)
    sheet.ask(_PLAN)
    sheet.set_checks((), is_ready=True)
    with qtbot.assertNotEmitted(sheet.go_live_requested):
        button(sheet, "sheetGoLive").click()
        second(sheet)
        second(sheet)
    assert sheet.seconds_left == 1
    with qtbot.waitSignal(sheet.go_live_requested) as asked:
        second(sheet)
    assert asked.args == [_PLAN]
    assert sheet.isHidden()
    assert sheet.seconds_left == 0


@pytest.mark.parametrize("how", ["button", "escape", "not ready"])
def test_the_countdown_can_be_stopped(qtbot: QtBot, host: QWidget, how: str) -> None:
    sheet = ShowSheet(host)
    sheet.ask(_PLAN)
    sheet.set_checks((), is_ready=True)
    button(sheet, "sheetGoLive").click()
    if how == "button":
        button(sheet, "stopCountdown").click()
    elif how == "escape":
        sheet.dismiss()
    else:
        sheet.set_checks((), is_ready=False)
    timer = sheet.findChild(QTimer, "go-live countdown")
    assert timer is not None
    assert not timer.isActive()
    assert sheet.seconds_left == 0


def test_without_a_countdown_it_starts_at_once(qtbot: QtBot, host: QWidget) -> None:
    sheet = ShowSheet(host)
    sheet.ask(ShowPlan(title="Now"))
    sheet.set_checks((), is_ready=True)
    with qtbot.waitSignal(sheet.go_live_requested):
        button(sheet, "sheetGoLive").click()


def test_ending_is_asked_and_going_back_is_what_enter_does(qtbot: QtBot, host: QWidget) -> None:
    question = EndQuestion(host)
    question.ask("1 goal is still open.")
    focused = host.focusWidget()
    assert isinstance(focused, QPushButton)
    with qtbot.assertNotEmitted(question.end_chosen):
        focused.click()
    assert question.isHidden()
    question.ask("1 goal is still open.", behind_s=20.0)
    said = [one.text() for one in question.findChildren(QLabel)]
    assert any("viewers still see the last 20 s" in text for text in said)
    with qtbot.waitSignal(question.end_chosen):
        button(question, "endYes").click()


def test_the_summary_shows_the_figures_of_the_last_show_only(host: QWidget) -> None:
    panel = SummaryPanel(host)
    panel.show_figures("First", [("Tips", "1"), ("Duration", "00:10")])
    panel.show_figures("Second", [("Tips", "2")])
    assert panel.figures == ("Tips: 2",)


def test_the_summary_leads_to_the_clips_where_there_are_any(qtbot: QtBot, host: QWidget) -> None:
    panel = SummaryPanel(host)
    folder = panel.findChild(QPushButton, "openClips")
    assert folder is not None
    panel.show_figures("First", [("Clips saved", "0")])
    assert folder.isHidden()
    panel.show_figures("Second", [("Clips saved", "2")], has_files=True)
    with qtbot.waitSignal(panel.folder_requested):
        folder.click()
