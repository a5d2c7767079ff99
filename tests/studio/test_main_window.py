"""The whole window from plain state: named, reachable by keyboard, nothing clipped."""

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from shared.qt.chat_rows import ChatRow
from shared.qt.theme import Scheme, Theme, ThemeChoice, contrast
from shared.qt.translations import install_language
from shared.qt.widgets import GoalState
from shared.schemas.accounts import UserRef
from shared.schemas.moods import Mood, MoodStrip
from shared.schemas.roles import Role
from studio.docks.sources import SourceEntry
from studio.docks.statistics import StatisticsState
from studio.main_window import SIGN_IN, STUDIO, StudioWindow
from studio.zones.feed import TeezerView
from studio.zones.input import QuickPrompt, SafetyView, TipCallOut
from studio.zones.people import LineState, LineStatus, role_name
from studio.zones.stage import AirPhase, BroadcastView, ProfileState

_NOW = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)
_CONTROLS = (QAbstractButton, QLineEdit, QComboBox, QAbstractItemView)


def window_of(qtbot: QtBot, theme: Theme, *, language: str = "en") -> StudioWindow:
    """A window that shows a busy evening."""
    install_language(language)
    window = StudioWindow(theme)
    qtbot.addWidget(window)
    window.show_studio()
    window.resize(1280, 720)
    cockpit = window.cockpit
    noor = UserRef(id="0192d3b4-5c6d-7e8f-9a0b-000000000007", display_name="Noor", role=Role.MOD)
    cockpit.people.set_people([noor])
    cockpit.people.set_viewers(12840, 20000)
    cockpit.people.set_line(LineStatus(LineState.TRYING, "Reconnecting"))
    cockpit.stage.set_profile(ProfileState("Mila Jansen", role_name(Role.CREATOR), 12840))
    cockpit.stage.set_broadcast(BroadcastView(AirPhase.LIVE, live_for_s=35999))
    cockpit.stage.statistics.set_state(
        StatisticsState(29.97, 30, 6012, 1200, 34, 5, 220000, -120, 141)
    )
    cockpit.stage.sources.set_entries([SourceEntry("s", "Screen", "screen", "i")])
    cockpit.feed.set_can_add_goal(is_possible=True)
    cockpit.feed.set_goals([GoalState("g", "A song by request", 1250, 2000)])
    shares = {Mood.MYSTERIOUS: 0.6, Mood.CHILL: 0.4}
    cockpit.feed.set_mood(MoodStrip(shares=shares, dominant=Mood.MYSTERIOUS, at=_NOW))
    cockpit.feed.set_teezer(TeezerView(True, True, "Waits for its hours"))
    cockpit.feed.chat.append([ChatRow(id="1", text="hello", author="Noor", at=_NOW)])
    cockpit.input.set_prompts([QuickPrompt("Thank you!"), QuickPrompt("A song", 50)])
    cockpit.input.set_tip(TipCallOut("Noor", 2500, "Lovely!"), 1_234_567)
    cockpit.input.set_safety(SafetyView(is_on_air=True))
    cockpit.input.set_can_send("")
    window.show()
    QApplication.processEvents()
    return window


def visible[W: QWidget](root: QWidget, kind: type[W]) -> list[W]:
    return [one for one in root.findChildren(kind) if one.isVisible()]


def test_every_control_has_a_name_and_takes_the_keyboard(qtbot: QtBot, theme: Theme) -> None:
    window = window_of(qtbot, theme)
    nameless = []
    for panel in (window.preferences, window.close_question, window.words):
        panel.show()
    for kind in _CONTROLS:
        for control in visible(window, kind):
            if isinstance(control.parent(), QComboBox | QLineEdit):
                continue  # Qt's own parts of them
            text = control.text() if isinstance(control, QAbstractButton | QLineEdit) else ""
            if isinstance(control, QLineEdit):
                text = ""
            if not (text or control.accessibleName()):
                nameless.append(f"{type(control).__name__} {control.objectName()!r}")
            if control.isEnabled() and control.isVisible():
                assert control.focusPolicy() != Qt.FocusPolicy.NoFocus, control
    assert nameless == []


def test_icon_buttons_explain_themselves(qtbot: QtBot, theme: Theme) -> None:
    window = window_of(qtbot, theme)
    silent = [
        button.accessibleName()
        for button in visible(window, QPushButton)
        if not button.text() and not button.toolTip()
    ]
    assert silent == []


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)])
def test_no_word_is_clipped(
    qtbot: QtBot, theme: Theme, language: str, size: tuple[int, int]
) -> None:
    window = window_of(qtbot, theme, language=language)
    window.resize(*size)
    QApplication.processEvents()
    assert window.size().toTuple() == size
    clipped = []
    for label in visible(window, QLabel):
        wanted = label.sizeHint()
        if label.wordWrap():
            is_clipped = label.heightForWidth(label.width()) > label.height() + 1
        else:
            is_clipped = wanted.width() > label.width() + 1 or wanted.height() > label.height() + 1
        if label.text() and is_clipped:
            clipped.append(f"{label.text()!r}: {label.size().toTuple()} < {wanted.toTuple()}")
    clipped += [
        f"{button.text()!r}: {button.width()} < {button.sizeHint().width()}"
        for button in visible(window, QAbstractButton)
        if button.text() and button.sizeHint().width() > button.width() + 1
    ]
    assert clipped == []


def place(zone: QWidget, cockpit: QWidget) -> QRect:
    return QRect(zone.mapTo(cockpit, QPoint()), zone.size())


def test_zones_do_not_overlap_and_have_their_sizes(qtbot: QtBot, theme: Theme) -> None:
    window = window_of(qtbot, theme)
    cockpit = window.cockpit
    zones = [cockpit.people, cockpit.stage, cockpit.feed, cockpit.input]
    for index, first in enumerate(zones):
        for second in zones[index + 1 :]:
            assert not place(first, cockpit).intersects(place(second, cockpit))
        assert cockpit.rect().contains(place(first, cockpit))
    assert cockpit.people.width() == 240
    assert cockpit.feed.width() == 300
    assert cockpit.input.height() == 140
    window.resize(1920, 1080)
    QApplication.processEvents()
    assert (cockpit.people.width(), cockpit.feed.width(), cockpit.input.height()) == (240, 300, 140)


def test_larger_text_still_fits(qtbot: QtBot, theme: Theme, qapp: QApplication) -> None:
    theme.choose(ThemeChoice(text_scale=1.15))
    window = window_of(qtbot, theme)
    assert window.size().toTuple() == (1280, 720)
    assert window.cockpit.stage.preview.height() > 200
    theme.choose(ThemeChoice())


@pytest.mark.parametrize("scheme", Scheme)
@pytest.mark.parametrize("mood", [None, *Mood])
def test_the_mood_tints_the_frame_only(
    qtbot: QtBot, theme: Theme, mood: Mood | None, scheme: Scheme
) -> None:
    theme.with_scheme(scheme)
    window = window_of(qtbot, theme)
    window.cockpit.set_mood(mood)
    image = window.cockpit.grab().toImage()
    cockpit = window.cockpit
    between = image.pixelColor(place(cockpit.people, cockpit).right() + 4, 200)
    if mood is None:
        assert between == QColor(theme.tokens.background)
    else:
        assert between != QColor(theme.tokens.background)
    inside = image.pixelColor(window.cockpit.input.geometry().center())
    assert contrast(inside.name(), theme.tokens.text) >= 4.5
    theme.with_scheme(Scheme.DARK)


def test_shortcuts_reach_their_places(qtbot: QtBot, theme: Theme) -> None:
    window = window_of(qtbot, theme)
    window.activateWindow()
    qtbot.waitActive(window)
    ctrl_shift = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    with qtbot.waitSignal(window.cockpit.input.panic_requested):
        QTest.keyClick(window, Qt.Key.Key_P, ctrl_shift)
    with qtbot.waitSignal(window.go_live_shortcut):
        QTest.keyClick(window, Qt.Key.Key_L, ctrl_shift)
    with qtbot.waitSignal(window.end_shortcut):
        QTest.keyClick(window, Qt.Key.Key_E, ctrl_shift)
    QTest.keyClick(window, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    focused = window.focusWidget()
    assert focused is not None
    assert focused.objectName() == "messageBox"
    with qtbot.waitSignal(window.close_requested):
        QTest.keyClick(window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
    assert window.isVisible()


def test_tab_walks_through_the_window_and_comes_back(qtbot: QtBot, theme: Theme) -> None:
    window = window_of(qtbot, theme)
    window.activateWindow()
    qtbot.waitActive(window)
    seen: list[QWidget] = []
    for _ in range(80):
        QTest.keyClick(window, Qt.Key.Key_Tab)
        focused = window.focusWidget()
        assert focused is not None
        if seen and focused is seen[0]:
            break
        seen.append(focused)
    reached = {widget.objectName() for widget in seen}
    assert {"streamTitle", "goLive", "messageBox", "panic", "teezerSwitch", "chatView"} <= reached
    assert not any(isinstance(widget, QScrollBar) for widget in seen)


def test_focus_can_be_seen(qtbot: QtBot, theme: Theme) -> None:
    window = window_of(qtbot, theme)
    window.activateWindow()
    qtbot.waitActive(window)
    plain = [
        type(control).__name__
        for control in visible(window, QWidget)
        if control.focusPolicy() & Qt.FocusPolicy.TabFocus
        and control.isEnabled()
        and not isinstance(control, QAbstractScrollArea | QLabel)
        and not _looks_different_with_focus(control)
    ]
    assert plain == []


def _looks_different_with_focus(control: QWidget) -> bool:
    other = control.window()
    other.setFocus()
    without = control.grab().toImage()
    control.setFocus(Qt.FocusReason.TabFocusReason)
    with_focus = control.grab().toImage()
    return without != with_focus


def test_pages_change_without_losing_what_they_show(qtbot: QtBot, theme: Theme) -> None:
    window = window_of(qtbot, theme)
    window.cockpit.stage.set_title("Evening talk")
    window.show_sign_in()
    assert window.page == SIGN_IN
    assert window.sign_in.isVisible()
    window.show_studio()
    assert window.page == STUDIO
    assert window.cockpit.stage.title == "Evening talk"
