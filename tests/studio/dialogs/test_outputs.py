"""Output settings, keys, safe word and notices: what the panels show and ask for."""

import pytest
from pydantic import SecretStr
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QListWidget, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from shared.qt.theme import Theme
from studio.choices import DestinationChoice, NoticeChoices, OutputChoices, RecordingChoice
from studio.dialogs.hotkeys import HotkeysPanel, HotkeysState
from studio.dialogs.notices import NoticesPanel
from studio.dialogs.outputs import OutputsPanel, OutputsState
from studio.dialogs.safe_word import SafeWordPanel
from studio.engine.protocol import EncoderChoice, VideoSettings
from studio.hotkeys import Action

_PLACE = DestinationChoice(id="a", name="Second stage", url="rtmps://ingest.example.org/app")
_X264 = EncoderChoice(id="x264", name="x264", codec="h264", is_hardware=False, works=True)
_NVENC = EncoderChoice(
    id="nvenc", name="NVENC", codec="h264", is_hardware=True, works=False, message="No device."
)


@pytest.fixture
def host(qtbot: QtBot, theme: Theme) -> QWidget:
    widget = QWidget()
    widget.setProperty("theme", theme)
    qtbot.addWidget(widget)
    widget.resize(1280, 720)
    widget.show()
    return widget


def _child[W: QWidget](panel: QWidget, kind: type[W], name: str) -> W:
    found = panel.findChild(kind, name)
    assert isinstance(found, kind), name
    return found


def _follow(panel: OutputsPanel) -> None:
    """As the desk does: what was chosen comes back as the state."""
    panel.changed.connect(
        lambda choices: panel.set_state(
            OutputsState(choices=choices, known_keys=panel.state.known_keys)
        )
    )


def test_destinations_are_added_filled_in_switched_and_removed(host: QWidget) -> None:
    panel = OutputsPanel(host)
    _follow(panel)
    panel.ask(OutputsState())
    _child(panel, QPushButton, "destinationAdd").click()
    url = _child(panel, QLineEdit, "destinationUrl")
    on = _child(panel, QCheckBox, "destinationOn")
    on.click()
    assert not on.isChecked(), "without an address nothing is sent"
    url.setText("http://wrong")
    url.editingFinished.emit()
    assert panel.state.choices.destinations[0].url == ""
    url.setText("rtmp://host/live")
    url.editingFinished.emit()
    on.click()
    place = panel.state.choices.destinations[0]
    assert (place.url, place.is_on) == ("rtmp://host/live", True)
    tick = _child(panel, QListWidget, "destinationsList").item(0)
    tick.setCheckState(Qt.CheckState.Unchecked)
    assert not panel.state.choices.destinations[0].is_on
    _child(panel, QPushButton, "destinationRemove").click()
    assert panel.state.choices.destinations == ()


def test_a_stream_key_is_given_once_and_never_shown(host: QWidget) -> None:
    panel = OutputsPanel(host)
    given: list[tuple[str, SecretStr]] = []
    panel.key_given.connect(lambda id_, key: given.append((id_, key)))
    panel.ask(OutputsState(choices=OutputChoices(destinations=(_PLACE,))))
    key = _child(panel, QLineEdit, "destinationKey")
    assert key.echoMode() is QLineEdit.EchoMode.Password
    key.setText(" the-key ")
    key.editingFinished.emit()
    assert [(id_, word.get_secret_value()) for id_, word in given] == [("a", "the-key")]
    assert key.text() == ""
    panel.set_state(
        OutputsState(choices=OutputChoices(destinations=(_PLACE,)), known_keys=frozenset({"a"}))
    )
    assert key.placeholderText().startswith("Kept")


def test_the_encoder_is_offered_with_its_reason_and_locked_on_air(host: QWidget) -> None:
    panel = OutputsPanel(host)
    chosen: list[VideoSettings] = []
    panel.video_changed.connect(chosen.append)
    panel.ask(OutputsState(encoders=(_X264, _NVENC)))
    encoder = _child(panel, QComboBox, "outputEncoder")
    assert [encoder.itemText(i) for i in range(encoder.count())] == ["x264"]
    size = _child(panel, QComboBox, "outputSize")
    size.setCurrentIndex(size.findText("1280 x 720"))
    size.activated.emit(size.currentIndex())
    assert (chosen[-1].width, chosen[-1].height) == (1280, 720)
    panel.set_state(OutputsState(encoders=(_X264, _NVENC), is_on_air=True))
    assert not size.isEnabled()
    panel.set_state(OutputsState(video=VideoSettings(encoder="nvenc"), encoders=(_X264, _NVENC)))
    assert encoder.currentText() == "NVENC"


def test_a_recording_is_split_as_chosen(host: QWidget) -> None:
    panel = OutputsPanel(host)
    _follow(panel)
    panel.ask(OutputsState(choices=OutputChoices(recording=RecordingChoice(split="time"))))
    panel.recording._minutes.setValue(30)
    assert panel.state.choices.recording.split_minutes == 30
    _child(panel, QCheckBox, "recordAutomatically").click()
    assert panel.state.choices.recording.is_automatic


def test_keys_are_recorded_searched_and_clashes_named(host: QWidget) -> None:
    panel = HotkeysPanel(host)
    chosen: list[tuple[str, str]] = []
    panel.chosen.connect(lambda id_, keys: chosen.append((id_, keys)))
    actions = (
        Action("freeze", "Freeze", lambda: None, "Ctrl+Shift+F"),
        Action("record", "Record", lambda: None, "Ctrl+R"),
        Action("pause", "Pause the recording", lambda: None, "ctrl+r"),
    )
    panel.ask(HotkeysState(actions, {"freeze": "F9"}))
    here, everywhere = panel.row_fields("freeze")
    assert (here.keys, everywhere.keys) == ("Ctrl+Shift+F", "F9")
    here.click()
    QTest.keyClick(here, Qt.Key.Key_F10, Qt.KeyboardModifier.ControlModifier)
    here.click()
    QTest.keyClick(here, Qt.Key.Key_Escape)
    here.click()
    QTest.keyClick(here, Qt.Key.Key_Backspace)
    assert chosen == [("freeze", "Ctrl+F10"), ("freeze", "")]
    assert "Pause the recording" in panel.clash("record")
    assert panel.clash("freeze") == ""
    _child(panel, QLineEdit, "hotkeysWords").setText("rec")
    assert set(panel.rows) == {"record", "pause"}


def test_a_safe_word_is_asked_twice_and_forgotten_by_the_panel(host: QWidget) -> None:
    panel = SafeWordPanel(host)
    said: list[SecretStr] = []
    panel.submitted.connect(said.append)
    panel.ask(is_known=False)
    word = _child(panel, QLineEdit, "safeWord")
    again = _child(panel, QLineEdit, "safeWordAgain")
    word.setText("abc")
    word.returnPressed.emit()
    assert "4 to 64" in panel.problem
    word.setText("red lantern")
    word.returnPressed.emit()
    assert "same" in panel.problem
    again.setText("red lantern")
    word.returnPressed.emit()
    assert [each.get_secret_value() for each in said] == ["red lantern"]
    assert (word.text(), again.text()) == ("", "")


def test_notices_are_chosen_with_quiet_hours(host: QWidget) -> None:
    panel = NoticesPanel(host)
    chosen: list[NoticeChoices] = []
    panel.changed.connect(chosen.append)
    panel.ask(NoticeChoices())
    _child(panel, QCheckBox, "noticeQuiet").click()
    assert (chosen[-1].quiet_from, chosen[-1].quiet_until) == ("23:00", "08:00")
    _child(panel, QCheckBox, "noticeTips").click()
    assert chosen[-1].tips_from is None
