"""Forms made from settings models: every kind of source, every field, its range, and the reset."""

from typing import get_args

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
)
from pytestqt.qtbot import QtBot

from shared.qt.theme import Theme
from studio.docks.field_list import FieldList
from studio.docks.properties import PropertiesDock
from studio.docks.setting_words import field_name
from studio.project.model import (
    CameraSource,
    FileSource,
    ImageSource,
    Source,
    SourceSettings,
    TextSource,
    ToneSource,
)
from studio.project.overlays import TipAlertsOverlay

_KINDS = get_args(get_args(SourceSettings)[0])
_NEEDED = {"device": "/dev/video0", "path": "/tmp/a.png", "scene_id": "s", "title": "A window"}


@pytest.fixture
def dock(qtbot: QtBot, theme: Theme) -> PropertiesDock:
    made = PropertiesDock(theme)
    qtbot.addWidget(made)
    made.resize(270, 400)
    made.show()
    return made


def _source(settings: SourceSettings) -> Source:
    return Source(id="s", name="Mine", settings=settings)


@pytest.mark.parametrize("kind", _KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_of_source_has_a_form_with_words(dock: PropertiesDock, kind: type) -> None:
    fields = kind.model_fields  # type: ignore[attr-defined]
    needed = {name: _NEEDED[name] for name, info in fields.items() if info.is_required()}
    dock.open(_source(kind(**needed)))
    for name in fields:
        if name in {"kind", "scene_id", "items"}:
            continue
        control = dock.field(name)
        assert control.accessibleName() == field_name(name)
        assert field_name(name) != name.replace("_", " ").capitalize() or name in {
            "width",
            "height",
            "device",
            "bold",
            "colour",
            "background",
            "title",
            "name",
            "platform",
            "order",
            "italic",
            "align",
            "output",
            "speed",
        }


def test_a_change_leaves_at_once_and_a_field_is_one_gesture(
    qtbot: QtBot, dock: PropertiesDock
) -> None:
    told: list[tuple[Source, str]] = []
    dock.changed.connect(lambda source, gesture: told.append((source, gesture)))
    dock.open(_source(TextSource(text="Hi")))
    words, size, bold = (dock.field(name) for name in ("text", "size_px", "bold"))
    assert isinstance(words, QPlainTextEdit)
    assert isinstance(size, QSpinBox)
    assert isinstance(bold, QCheckBox)
    words.setPlainText("Hello")
    words.setPlainText("Hello there")
    size.setValue(90)
    bold.click()
    assert [one.settings for one, _ in told][-1] == TextSource(
        text="Hello there", size_px=90, bold=True
    )
    assert told[-3][1] != told[-2][1] != told[-1][1]
    assert told[0][1] == told[-3][1]


def test_a_list_of_rules_is_a_form_of_its_own(dock: PropertiesDock) -> None:
    told: list[Source] = []
    dock.changed.connect(lambda source, _gesture: told.append(source))
    dock.open(_source(TipAlertsOverlay()))
    rules = dock.field("rules")
    assert isinstance(rules, FieldList)
    movement = rules.cards[1]["animation"].widget
    assert isinstance(movement, QComboBox)
    movement.setCurrentIndex(movement.findData("pop"))
    settings = told[-1].settings
    assert isinstance(settings, TipAlertsOverlay)
    assert [rule.animation for rule in settings.rules] == ["slide", "pop", "pop"]
    next(
        one for one in rules.findChildren(QPushButton) if one.accessibleName() == "Remove rule 1"
    ).click()
    settings = told[-1].settings
    assert isinstance(settings, TipAlertsOverlay)
    assert [rule.from_tokens for rule in settings.rules] == [100, 500]
    words = rules.cards[0]["template"].widget
    assert isinstance(words, QLineEdit)
    count = len(told)
    words.setText("")
    QTest.keyClick(words, Qt.Key.Key_Return)
    assert len(told) == count
    assert any("By amount" in one.text() for one in dock.findChildren(QLabel) if one.isVisible())


def test_ranges_are_those_of_the_model(dock: PropertiesDock) -> None:
    dock.open(_source(ToneSource()))
    tone = dock.field("frequency_hz")
    assert isinstance(tone, QDoubleSpinBox)
    assert (tone.minimum(), tone.maximum()) == (20.0, 20000.0)
    dock.open(_source(CameraSource(device="c", width=640)))
    width = dock.field("width")
    assert isinstance(width, QSpinBox)
    assert (width.minimum(), width.maximum(), width.value()) == (15, 7680, 640)
    told: list[Source] = []
    dock.changed.connect(lambda source, _gesture: told.append(source))
    width.setValue(15)
    assert width.text() == "Automatic"
    settings = told[-1].settings
    assert isinstance(settings, CameraSource)
    assert settings.width is None


def test_a_value_that_does_not_fit_is_said_and_not_sent(dock: PropertiesDock) -> None:
    told: list[Source] = []
    dock.changed.connect(lambda source, _gesture: told.append(source))
    dock.open(_source(TextSource()))
    colour = dock.field("colour")
    assert isinstance(colour, QLineEdit)
    colour.setText("reddish")
    QTest.keyClick(colour, Qt.Key.Key_Return)
    assert not told
    assert any("Colour" in one.text() for one in dock.findChildren(QLabel) if one.isVisible())
    colour.setText("#FF0000")
    QTest.keyClick(colour, Qt.Key.Key_Return)
    assert told[-1].settings == TextSource(colour="#FF0000")


def test_reset_gives_first_values_and_keeps_what_has_none(dock: PropertiesDock) -> None:
    told: list[Source] = []
    dock.changed.connect(lambda source, _gesture: told.append(source))
    dock.open(_source(FileSource(path="/tmp/a.mp4", loop=False)))
    reset = dock.findChild(QPushButton, "resetProperties")
    assert reset is not None
    reset.click()
    assert told[-1].settings == FileSource(path="/tmp/a.mp4", loop=True)
    loop = dock.field("loop")
    assert isinstance(loop, QCheckBox)
    assert loop.isChecked()


def test_undo_elsewhere_shows_in_the_form(dock: PropertiesDock) -> None:
    dock.open(_source(ImageSource(path="/tmp/a.png")))
    dock.setFocus()
    dock.set_source(_source(ImageSource(path="/tmp/b.png")))
    path = dock.field("path")
    assert isinstance(path, QLineEdit)
    path.clearFocus()
    dock.set_source(_source(ImageSource(path="/tmp/c.png")))
    assert path.text() == "/tmp/c.png"


def test_closing_says_so(qtbot: QtBot, dock: PropertiesDock) -> None:
    dock.open(_source(TextSource()))
    with qtbot.waitSignal(dock.closed):
        next(
            one
            for one in dock.findChildren(QPushButton)
            if one.accessibleName() == "Close properties"
        ).click()
    assert dock.isHidden()


def test_one_field_goes_back_to_its_first_value(qtbot: QtBot, dock: PropertiesDock) -> None:
    dock.open(_source(TextSource(text="Hello", size_px=96, bold=True)))
    first = TextSource(text="Hello")
    back = dock.findChild(QPushButton, "reset size_px")
    assert back is not None
    qtbot.waitUntil(back.isVisible)
    with qtbot.waitSignal(dock.changed) as changed:
        back.click()
    settings = changed.args[0].settings
    assert settings.size_px == first.size_px
    assert settings.bold is True
    assert not back.isVisible()
    unchanged = dock.findChild(QPushButton, "reset colour")
    assert unchanged is not None
    assert not unchanged.isVisible()
