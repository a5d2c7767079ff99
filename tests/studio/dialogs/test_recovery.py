"""The panels for a bad day and for profiles say what was chosen."""

import pytest
from PySide6.QtWidgets import QComboBox, QListWidget, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from shared.qt.theme import Theme
from studio.dialogs.profiles import ProfilesPanel
from studio.dialogs.recovery import RecoveryPanel


@pytest.fixture
def host(qtbot: QtBot, theme: Theme) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(1280, 680)
    made.show()
    return made


def test_earlier_scenes_are_taken(qtbot: QtBot, host: QWidget) -> None:
    panel = RecoveryPanel(host)
    panel.ask("Found: 2 scenes.", [("/a/show.json.1", "20-11-2026 20:00")], after_crash=True)
    take = panel.findChild(QPushButton, "takeScenes")
    assert take is not None
    with qtbot.waitSignal(panel.version_chosen) as chosen:
        take.click()
    assert chosen.args == ["/a/show.json.1"]
    assert not panel.isVisible()


def test_without_earlier_scenes_none_can_be_taken(host: QWidget) -> None:
    panel = RecoveryPanel(host)
    panel.ask("", [], after_crash=False)
    versions = panel.findChild(QComboBox, "earlierScenes")
    take = panel.findChild(QPushButton, "takeScenes")
    assert versions is not None
    assert take is not None
    assert not versions.isEnabled()
    assert not take.isEnabled()


def test_a_profile_is_used_and_the_last_one_stays(qtbot: QtBot, host: QWidget) -> None:
    panel = ProfilesPanel(host)
    panel.set_profiles(["Evening", "Standard"], "Standard")
    panel.ask()
    listed = panel.findChild(QListWidget, "profileList")
    assert listed is not None
    assert listed.currentRow() == 1
    listed.setCurrentRow(0)
    use = panel.findChild(QPushButton, "profile 0")
    assert use is not None
    with qtbot.waitSignal(panel.use_requested) as used:
        use.click()
    assert used.args == ["Evening"]
    panel.set_profiles(["Standard"], "Standard")
    remove = panel.findChild(QPushButton, "profile 4")
    assert remove is not None
    assert not remove.isEnabled()
