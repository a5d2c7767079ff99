"""The wizard walks through its pages, says what was chosen, and can be left at any time."""

import pytest
from PySide6.QtWidgets import QComboBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from shared.qt.theme import Theme
from studio.dialogs.preferences import Preferences
from studio.dialogs.wizard import PAGES, Coaching, Measurement, WizardPanel


@pytest.fixture
def panel(qtbot: QtBot, theme: Theme) -> WizardPanel:
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(1280, 680)
    host.show()
    made = WizardPanel(host, theme)
    made.begin(Preferences())
    return made


def press(panel: WizardPanel, name: str) -> None:
    found = panel.findChild(QPushButton, name)
    assert found is not None
    assert found.isEnabled()
    found.click()


def test_next_walks_to_the_end_and_finishes(qtbot: QtBot, panel: WizardPanel) -> None:
    seen = [panel.page]
    for _ in PAGES[1:]:
        press(panel, "wizardNext")
        seen.append(panel.page)
    assert seen == list(PAGES)
    press(panel, "wizardBack")
    assert panel.page == "microphone"
    press(panel, "wizardNext")
    with qtbot.waitSignal(panel.finished):
        press(panel, "wizardNext")
    assert not panel.isVisible()


def test_skipping_is_one_press(qtbot: QtBot, panel: WizardPanel) -> None:
    with qtbot.waitSignal(panel.skipped):
        press(panel, "wizardSkip")
    assert not panel.isVisible()


def test_devices_are_offered_by_name(qtbot: QtBot, panel: WizardPanel) -> None:
    panel.set_devices((("/dev/video0", "Brio"),), ())
    camera = panel.findChild(QComboBox, "wizardCamera")
    microphone = panel.findChild(QComboBox, "wizardMicrophone")
    assert camera is not None
    assert microphone is not None
    assert not microphone.isEnabled()
    camera.setCurrentIndex(1)
    with qtbot.waitSignal(panel.camera_chosen) as chosen:
        camera.activated.emit(1)
    assert chosen.args == ["/dev/video0", "Brio"]


def test_it_cannot_be_finished_while_it_measures(panel: WizardPanel) -> None:
    for _ in PAGES[1:]:
        press(panel, "wizardNext")
    panel.set_measurement(Measurement(is_busy=True))
    next_ = panel.findChild(QPushButton, "wizardNext")
    assert next_ is not None
    assert not next_.isEnabled()
    panel.set_measurement(Measurement(picture="720p", is_ready=True))
    assert next_.isEnabled()


def test_everything_has_a_name(panel: WizardPanel) -> None:
    panel.set_sound(-12.0, Coaching("Good", "success"))
    for box in panel.findChildren(QComboBox):
        assert box.accessibleName()
