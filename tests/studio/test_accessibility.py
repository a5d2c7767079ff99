"""Every dock and panel: each control has a name, takes the keyboard, and shows its focus."""

import pytest
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
    QMenu,
    QPlainTextEdit,
    QScrollBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from shared.qt.overlay import Overlay
from shared.qt.theme import Scheme, Theme, ThemeChoice, contrast
from shared.qt.translations import install_language
from studio.dialogs.preferences import Preferences
from studio.dialogs.profiles import ProfilesPanel
from studio.dialogs.recovery import RecoveryPanel
from studio.dialogs.wizard import WizardPanel
from studio.docks import DOCKS, DockSpec
from studio.main_window import StudioWindow

_CONTROLS = (
    *(QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit),
    *(QAbstractItemView, QAbstractSlider),
)
_WHOLE = (QComboBox, QLineEdit, QAbstractSpinBox, QAbstractItemView, QMenu)
_TOOLS = [spec for spec in DOCKS if spec.side is not None]


def _is_part_of_another(control: QWidget, root: QWidget) -> bool:
    """What Qt and pyqtgraph build their own controls and menus of."""
    parent = control.parentWidget()
    while parent is not None and parent is not root:
        if isinstance(parent, _WHOLE):
            return True
        parent = parent.parentWidget()
    return False


def nameless(root: QWidget) -> list[str]:
    """The controls that a screen reader could not name."""
    found = []
    for control in root.findChildren(QWidget):
        if not isinstance(control, _CONTROLS) or isinstance(control, QScrollBar):
            continue
        if control.isHidden() or _is_part_of_another(control, root):
            continue
        text = control.text() if isinstance(control, QAbstractButton) else ""
        if not (text or control.accessibleName()):
            found.append(f"{type(control).__name__} {control.objectName()!r}")
    return found


def out_of_reach(root: QWidget) -> list[str]:
    """Buttons and fields that the keyboard cannot get to."""
    return [
        f"{type(control).__name__} {control.accessibleName()!r}"
        for control in root.findChildren(QWidget)
        if isinstance(control, QAbstractButton | QAbstractSpinBox | QComboBox | QPlainTextEdit)
        and not _is_part_of_another(control, root)
        and control.focusPolicy() == Qt.FocusPolicy.NoFocus
    ]


@pytest.mark.parametrize("spec", _TOOLS, ids=lambda spec: spec.name)
def test_every_dock_can_be_used_without_eyes_or_mouse(
    qtbot: QtBot, theme: Theme, spec: DockSpec
) -> None:
    dock = spec.make(theme)
    qtbot.addWidget(dock)
    assert dock.accessibleName()
    assert spec.title()
    assert nameless(dock) == []
    assert out_of_reach(dock) == []


def test_every_panel_can_be_used_without_eyes_or_mouse(qtbot: QtBot, theme: Theme) -> None:
    window = StudioWindow(theme)
    qtbot.addWidget(window)
    window.show_studio()
    wizard = WizardPanel(window.host, theme)
    wizard.begin(Preferences())
    RecoveryPanel(window.host).ask("", [], after_crash=True)
    ProfilesPanel(window.host).ask()
    panels = window.findChildren(Overlay)
    assert len(panels) >= 12
    for panel in panels:
        assert nameless(panel) == [], panel.objectName()
        assert out_of_reach(panel) == [], panel.objectName()


@pytest.mark.parametrize("spec", _TOOLS, ids=lambda spec: spec.name)
@pytest.mark.parametrize("language", ["en", "nl"])
def test_no_word_of_a_dock_is_clipped(
    qtbot: QtBot, theme: Theme, spec: DockSpec, language: str
) -> None:
    install_language(language)
    dock = spec.make(theme)
    qtbot.addWidget(dock)
    dock.resize(dock.minimumSizeHint().expandedTo(dock.minimumSize()).width(), 460)
    dock.show()
    QApplication.processEvents()
    clipped = [
        f"{one.text()!r}: {one.width()} < {one.sizeHint().width()}"
        for one in dock.findChildren(QWidget)
        if isinstance(one, QLabel | QAbstractButton)
        and one.isVisible()
        and one.text()
        and not (isinstance(one, QLabel) and one.wordWrap())
        and one.sizeHint().width() > one.width() + 1
    ]
    assert clipped == []


@pytest.mark.parametrize("scheme", Scheme)
def test_rows_titles_and_notes_of_docks_can_be_read(theme: Theme, scheme: Scheme) -> None:
    theme.choose(ThemeChoice(scheme=scheme))
    t = theme.tokens
    for ink, ground in (
        (t.text, t.raised),
        (t.text, t.surface),
        (t.muted, t.surface),
        (t.muted, t.sunken),
        (t.text, t.accent_soft),
        (t.muted, t.accent_soft),
        (t.text, t.danger_soft),
        (t.warning, t.accent_soft),
    ):
        assert contrast(ink, ground) >= 4.5, (ink, ground)
    for edge, ground in ((t.accent, t.surface), (t.accent, t.raised), (t.outline, t.surface)):
        assert contrast(edge, ground) >= 3.0, (edge, ground)
    theme.choose(ThemeChoice())
