"""Every screen of the registry: named, reachable by key, listing its keys, in both looks."""

from datetime import UTC, datetime

import pytest
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from console.screens import SCREENS, ScreenSpec
from shared.qt.theme import Scheme, Theme, ThemeChoice


@pytest.mark.parametrize("scheme", Scheme)
@pytest.mark.parametrize("spec", SCREENS, ids=lambda spec: spec.name)
def test_a_screen_is_made_and_follows_the_time(
    spec: ScreenSpec, scheme: Scheme, qtbot: QtBot
) -> None:
    screen = spec.make(Theme(ThemeChoice(scheme=scheme)))
    qtbot.addWidget(screen)
    screen.tick(datetime.now(UTC))
    screen.focus_first()
    assert spec.title()


@pytest.mark.parametrize("spec", SCREENS, ids=lambda spec: spec.name)
def test_no_key_of_a_screen_means_two_things(spec: ScreenSpec, qtbot: QtBot) -> None:
    screen = spec.make(Theme())
    qtbot.addWidget(screen)
    keys = [shortcut.key().toString() for shortcut in screen.findChildren(QShortcut)]
    assert len(keys) == len(set(keys)), sorted(keys)


@pytest.mark.parametrize("spec", SCREENS, ids=lambda spec: spec.name)
def test_every_button_says_what_it_does(spec: ScreenSpec, qtbot: QtBot) -> None:
    screen = spec.make(Theme())
    qtbot.addWidget(screen)
    mute = [
        button.objectName() or type(button).__name__
        for button in screen.findChildren(QAbstractButton)
        if not (button.text().strip() or button.accessibleName() or button.toolTip())
        and type(button).__name__ not in ("QToolButton", "QTableCornerButton", "QAbstractButton")
    ]
    assert mute == []


def test_the_ways_between_screens_are_unambiguous() -> None:
    names = [spec.name for spec in SCREENS]
    keys = [spec.shortcut for spec in SCREENS if spec.shortcut]
    assert len(names) == len(set(names))
    assert len(keys) == len(set(keys))
    assert all(not QKeySequence(key).isEmpty() for key in keys)
    assert all(bool(spec.icon) == bool(spec.shortcut) for spec in SCREENS)
