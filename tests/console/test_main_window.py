"""The window around the screens: who sees which, ways between them, the overlay of keys."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from console.main_window import MainWindow, Workspace
from console.screens import LiveScreen, QueueScreen
from console.screens.base import KeyHint
from console.screens.keys import KeyOverlay
from console.screens.rail import Line
from shared.qt.theme import Scheme, Theme
from shared.schemas.roles import ROLE_PERMISSIONS, Role

ALT_CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    made = MainWindow(Theme())
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    yield made
    made.close_for_good()


def workspace(window: MainWindow, role: Role) -> Workspace:
    made = window.show_workspace(permissions=ROLE_PERMISSIONS[role], now=lambda: datetime.now(UTC))
    made.show()
    return made


def test_moderators_see_no_hub_and_admins_do(window: MainWindow) -> None:
    assert workspace(window, Role.MOD).rail.names == (
        "live",
        "queue",
        "log",
        "appeals",
        "held",
        "looks",
    )
    assert workspace(window, Role.ADMIN).rail.names == (
        "live",
        "queue",
        "log",
        "hub",
        "appeals",
        "held",
        "looks",
        "people",
        "compliance",
        "news",
        "settings",
        "system",
    )
    with pytest.raises(LookupError):
        workspace(window, Role.MOD).screen_of(type("Unknown", (LiveScreen,), {}))


def test_keys_go_from_screen_to_screen(window: MainWindow, qtbot: QtBot) -> None:
    place = workspace(window, Role.ADMIN)
    place.go_to("queue")
    shown = []
    for key in (Qt.Key.Key_1, Qt.Key.Key_3, Qt.Key.Key_4, Qt.Key.Key_2):
        qtbot.keyClick(place, key, ALT_CTRL)
        shown.append(place.current)
    assert shown == ["live", "log", "hub", "queue"]


def test_a_screens_keys_work_only_while_it_is_shown(window: MainWindow, qtbot: QtBot) -> None:
    place = workspace(window, Role.MOD)
    place.go_to("live")
    qtbot.keyClick(place, Qt.Key.Key_F)
    assert place.screen_of(QueueScreen)._whose.checkedId() == 0
    place.go_to("queue")
    qtbot.keyClick(place, Qt.Key.Key_F)
    assert place.screen_of(QueueScreen)._whose.checkedId() == 1


def test_the_overlay_lists_the_keys_and_swallows_them_meanwhile(
    window: MainWindow, qtbot: QtBot
) -> None:
    place = workspace(window, Role.MOD)
    place.go_to("queue")
    qtbot.keyClick(place, Qt.Key.Key_Question)
    overlay = place.findChild(KeyOverlay)
    assert isinstance(overlay, KeyOverlay)
    assert overlay.isVisible()
    assert KeyHint("C", "Claim and open") in place.screen_of(QueueScreen).hints
    focused: QWidget | None = place.focusWidget()
    assert focused is overlay
    qtbot.keyClick(overlay, Qt.Key.Key_F)
    assert place.screen_of(QueueScreen)._whose.checkedId() == 0
    qtbot.keyClick(overlay, Qt.Key.Key_Escape)
    assert not overlay.isVisible()


def test_dark_and_light_are_one_key_apart(window: MainWindow, qtbot: QtBot) -> None:
    place = workspace(window, Role.MOD)
    place.go_to("queue")
    assert window.theme.choice.scheme is Scheme.DARK
    qtbot.keyClick(place, Qt.Key.Key_T, ALT_CTRL)
    assert window.theme.choice.scheme is Scheme.LIGHT


def test_the_rail_says_how_the_connection_is(window: MainWindow) -> None:
    place = workspace(window, Role.MOD)
    place.rail.set_connection("No connection. Trying again.", Line.DOWN)
    assert place.rail.connection_words == "No connection. Trying again."


def test_a_new_workspace_leaves_nothing_of_the_old_one(window: MainWindow, qtbot: QtBot) -> None:
    old = workspace(window, Role.ADMIN)
    old.go_to("hub")
    gone: list[bool] = []
    old.destroyed.connect(lambda: gone.append(True))
    del old
    window.show_sign_in()
    qtbot.waitUntil(lambda: gone == [True])


def test_closing_only_asks(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.close_requested):
        window.close()
    assert window.isVisible()
