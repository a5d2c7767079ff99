"""Notices: one sentence, one next step, nothing private, closed by the keyboard."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot
from rules.noise import ExpectLog

from shared.api import ApiError
from shared.errors import InvalidInput
from shared.qt.errors import (
    ErrorReporter,
    MessageBar,
    Notice,
    NoticeAction,
    Severity,
    notice_for,
)
from shared.qt.theme import Theme


@pytest.fixture
def bar(qtbot: QtBot, theme: Theme) -> MessageBar:
    made = MessageBar(theme)
    qtbot.addWidget(made)
    return made


def button(bar: MessageBar, text: str) -> QPushButton:
    return next(one for one in bar.findChildren(QPushButton) if one.text() == text)


def test_it_is_hidden_until_there_is_something_to_say(bar: MessageBar) -> None:
    assert bar.isHidden()
    bar.show_notice(Notice("The server is away."))
    assert not bar.isHidden()
    assert bar.accessibleName() == "The server is away."
    bar.clear()
    assert bar.isHidden()
    assert bar.notice is None


def test_the_action_runs_once_and_closes_the_bar(bar: MessageBar) -> None:
    ran: list[bool] = []
    action = NoticeAction("Try again", lambda: ran.append(bar.isHidden()))
    bar.show_notice(Notice("The server is away.", action=action))
    button(bar, "Try again").click()
    assert ran == [True]


def test_an_action_may_say_something_new(bar: MessageBar) -> None:
    again = Notice("Starting.", Severity.INFO)
    bar.show_notice(Notice("Away.", action=NoticeAction("Start", lambda: bar.show_notice(again))))
    button(bar, "Start").click()
    assert bar.notice is again
    assert not bar.isHidden()


def test_an_offer_comes_back_until_it_is_answered(bar: MessageBar) -> None:
    offer = Notice("Found.", Severity.WARNING, NoticeAction("See", lambda: None), is_offer=True)
    bar.show_notice(offer)
    bar.show_notice(Notice("You are still on air.", Severity.SUCCESS))
    bar.show_notice(Notice("The line is back.", Severity.SUCCESS))
    bar.clear()
    assert bar.notice is offer
    button(bar, "See").click()
    assert bar.isHidden()
    bar.show_notice(offer)
    bar.show_notice(Notice("Something else."))
    bar.drop_offer()
    assert bar.notice is not None
    bar.clear()
    assert bar.isHidden()


def test_escape_closes_it(bar: MessageBar) -> None:
    bar.show_notice(Notice("The server is away."))
    QTest.keyClick(bar, Qt.Key.Key_Escape)
    assert bar.isHidden()


def test_details_are_there_when_asked_for(bar: MessageBar) -> None:
    error = ApiError("No.", code="FORBIDDEN", status=403, request_id="abc-1")
    bar.show_notice(notice_for(error))
    more = button(bar, "Details")
    assert not more.isHidden()
    assert bar.notice is not None
    assert bar.notice.details == "Code: FORBIDDEN\nRequest: abc-1"
    bar.show_notice(Notice("Nothing more to say."))
    assert more.isHidden()


def test_each_severity_looks_different(bar: MessageBar) -> None:
    bar.resize(400, 40)
    looks = set()
    for severity in Severity:
        bar.show_notice(Notice("Same words.", severity))
        looks.add(bar.property("role"))
    assert len(looks) == len(Severity)


def test_a_defect_never_shows_its_text() -> None:
    notice = notice_for(ValueError("password=hunter2hunter2"))
    assert "hunter2" not in notice.sentence + notice.details
    assert notice.details == "ValueError"


def test_the_log_gets_code_and_request(expect_log: ExpectLog) -> None:
    expect_log(r"sign in: No\. \[FORBIDDEN, request abc-1\]")
    reporter = ErrorReporter()
    reporter.report(ApiError("No.", code="FORBIDDEN", status=403, request_id="abc-1"), "sign in")


def test_a_defect_is_logged_with_its_trace(expect_log: ExpectLog) -> None:
    expect_log("drawing failed")
    ErrorReporter().report(ZeroDivisionError("x"), "drawing")


def test_what_came_before_the_bar_is_shown_by_it(bar: MessageBar, expect_log: ExpectLog) -> None:
    expect_log("start: broken")
    reporter = ErrorReporter()
    reporter.report(InvalidInput("broken"), "start")
    reporter.show_on(bar)
    assert bar.notice is not None
    assert bar.notice.sentence == "broken"
