"""Every screen of the console: controls have names, take the keyboard, and no word is clipped."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from fakes.console_views import POLICIES, detail
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from console.actions import Situation
from console.docks._choice import Choice
from console.main_window import MainWindow, Workspace
from console.screens import SCREENS, CaseScreen, ScreenSpec
from console.screens.base import ElidedLabel
from console.screens.keys import KeyOverlay
from console.screens.rail import Rail
from console.state import CaseView
from shared.qt.resources import resource_path
from shared.qt.theme import Scheme, Theme, ThemeChoice, contrast
from shared.qt.translations import install_language
from shared.schemas.roles import ROLE_PERMISSIONS, Role

_CONTROLS = (
    *(QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit),
    *(QAbstractItemView, QAbstractSlider),
)
_WHOLE = (QComboBox, QLineEdit, QAbstractSpinBox, QAbstractItemView)


@pytest.fixture(params=["en", "nl"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    """One of the languages on offer, in force."""
    install_language(request.param)
    yield request.param
    install_language("en")


def _is_part_of_another(control: QWidget, root: QWidget) -> bool:
    """What Qt builds its own controls of."""
    parent = control.parentWidget()
    while parent is not None and parent is not root:
        if isinstance(parent, _WHOLE):
            return True
        parent = parent.parentWidget()
    return False


def controls(root: QWidget) -> list[QWidget]:
    return [
        control
        for control in root.findChildren(QWidget)
        if isinstance(control, _CONTROLS)
        and not isinstance(control, QScrollBar)
        and not _is_part_of_another(control, root)
    ]


def nameless(root: QWidget) -> list[str]:
    """The controls that a screen reader could not name."""
    return [
        f"{type(control).__name__} {control.objectName()!r}"
        for control in controls(root)
        if not control.isHidden()  # gets its words when it is shown
        and not (
            (control.text() if isinstance(control, QAbstractButton) else "")
            or control.accessibleName()
        )
    ]


def out_of_reach(root: QWidget) -> list[str]:
    """Controls that the keyboard cannot get to."""
    return [
        f"{type(control).__name__} {control.accessibleName()!r}"
        for control in controls(root)
        if not control.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]


def clipped(root: QWidget) -> list[str]:
    """Words that stand in less room than they need."""
    return [
        f"{one.text()!r}: {one.width()} < {one.sizeHint().width()}"
        for one in root.findChildren(QWidget)
        if isinstance(one, QLabel | QAbstractButton)
        and not isinstance(one, ElidedLabel)
        and one.isVisible()
        and one.text()
        and not (isinstance(one, QLabel) and one.wordWrap())
        and one.sizeHint().width() > one.width() + 1
    ]


def window_of(qtbot: QtBot, theme: Theme) -> tuple[MainWindow, Workspace]:
    """A window as a super admin has it, at its smallest usual size."""
    window = MainWindow(theme)
    theme.apply(QApplication.instance())  # type: ignore[arg-type]
    window.resize(1280, 720)
    permissions = ROLE_PERMISSIONS[Role.SUPER_ADMIN]
    workspace = window.show_workspace(permissions=permissions, now=lambda: datetime.now(UTC))
    window.show()
    qtbot.waitExposed(window)
    return window, workspace


@pytest.mark.parametrize("spec", SCREENS, ids=lambda spec: spec.name)
def test_every_screen_can_be_used_without_eyes_or_mouse(spec: ScreenSpec, qtbot: QtBot) -> None:
    screen = spec.make(Theme())
    qtbot.addWidget(screen)
    assert nameless(screen) == []
    assert out_of_reach(screen) == []


def test_no_word_is_clipped_on_any_screen(language: str, qtbot: QtBot) -> None:
    window, workspace = window_of(qtbot, Theme())
    case = workspace.screen_of(CaseScreen)
    case.show_situation(Situation(view=CaseView(case=detail(), policies=POLICIES)))
    found = {}
    for name in workspace.names:
        workspace.go_to(name)
        QApplication.processEvents()
        if words := clipped(workspace):
            found[name] = words
    cut = [
        choice.text()
        for choice in case.findChildren(Choice)
        if choice.text() != choice.accessibleName()
    ]
    window.close_for_good()
    assert found == {}, language
    assert cut == [], language


def test_the_list_of_keys_has_room_for_every_key(language: str, qtbot: QtBot) -> None:
    window, workspace = window_of(qtbot, Theme())
    overlay = workspace.findChild(KeyOverlay)
    assert isinstance(overlay, KeyOverlay)
    found = {}
    for name in workspace.names:
        workspace.go_to(name)
        workspace.show_keys()
        QApplication.processEvents()
        if words := clipped(overlay.card):
            found[name] = words
        overlay.dismiss()
    window.close_for_good()
    assert found == {}, language


def test_tab_goes_around_each_screen_and_its_rail(qtbot: QtBot) -> None:
    """From where work begins, Tab alone reaches every control that can be used."""
    window, workspace = window_of(qtbot, Theme())
    missed = {}
    for name in workspace.names:
        workspace.go_to(name)
        QApplication.processEvents()
        wanted = {
            control
            for control in controls(workspace)
            if control.isVisible() and control.isEnabled()
        }
        here = workspace.nextInFocusChain()
        reached = set()
        for _ in range(5000):
            if here is workspace:
                break
            reached.add(here)
            here = here.nextInFocusChain()
        if left := wanted - reached:
            missed[name] = [type(control).__name__ for control in left]
    window.close_for_good()
    assert missed == {}


def test_places_in_the_rail_say_what_they_are_and_how_much_waits(qtbot: QtBot) -> None:
    window, workspace = window_of(qtbot, Theme())
    rail = workspace.findChild(Rail)
    assert isinstance(rail, Rail)
    rail.set_count("appeals", 3)
    names = {button.accessibleName() for button in rail.findChildren(QAbstractButton)}
    window.close_for_good()
    assert "Appeals, 3" in names


@pytest.mark.parametrize("scheme", Scheme)
def test_what_the_console_paints_itself_can_be_read(scheme: Scheme) -> None:
    t = Theme(ThemeChoice(scheme=scheme)).tokens
    for ink, ground in (
        *((t.text, t.surface), (t.muted, t.surface), (t.text, t.sunken), (t.muted, t.sunken)),
        *((t.text, t.accent_soft), (t.muted, t.accent_soft), (t.accent, t.accent_soft)),
        *((t.success, t.surface), (t.warning, t.surface), (t.danger, t.surface)),
        *((t.text, t.warning_soft), (t.text, t.danger_soft), (t.on_accent, t.accent_fill)),
    ):
        assert contrast(ink, ground) >= 4.5, (ink, ground)
    assert contrast(t.accent, t.surface) >= 3.0
    assert contrast("#C4C8D2", "#0C0D11") >= 4.5  # the words on the clip's dark ground


def test_no_text_of_the_console_means_something_else_in_the_studio() -> None:
    """One catalogue is in force: of two translations of a text, one would be wrong somewhere."""
    folder = resource_path("translations", "nl")
    console, studio, shared = (
        json.loads((folder / f"{name}.json").read_text("utf-8"))
        for name in ("console", "studio", "shared")
    )
    other = {**studio, **shared}
    wrong = {text: (to, other[text]) for text, to in console.items() if other.get(text, to) != to}
    assert wrong == {}
