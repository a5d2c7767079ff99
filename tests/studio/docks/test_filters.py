"""The filters dock: shows a source's filters and asks for edits that fit the document."""

from collections.abc import Sequence

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLineEdit, QSlider, QSpinBox
from pytestqt.qtbot import QtBot

from shared.qt.theme import Theme
from studio.docks.filter_form import FilterForm
from studio.docks.filter_list import FilterList
from studio.docks.filter_words import choice_name, filter_name, setting_name
from studio.docks.filters import FiltersDock
from studio.docks.sliders import NumberSlider
from studio.project.edits import Edit, History
from studio.project.filters import Filter
from studio.project.filters_kinds import FILTER_SETTINGS
from studio.project.model import (
    ColourSource,
    MicrophoneSource,
    PatternSource,
    Project,
    Scene,
    Source,
)

_BLUR = Filter(id="blur", kind="blur")
_CROP = Filter(id="crop", kind="crop_pad", enabled=False)
_STRANGE = Filter(id="strange", kind="from_the_future", settings={"depth": 3})


class _Desk:
    """A document behind a dock, as the engine would hold it."""

    def __init__(self, dock: FiltersDock, *filters: Filter) -> None:
        self.dock = dock
        sources = (
            Source(id="a", name="Camera", settings=ColourSource(), filters=filters),
            Source(id="m", name="Microphone", settings=MicrophoneSource()),
            Source(id="p", name="Test picture", settings=PatternSource()),
        )
        self.history = History(
            Project(sources=sources, scenes=(Scene(id="s", name="One"),), program_scene_id="s")
        )
        self.problems: dict[str, str] = {}
        dock.edits_requested.connect(self._on_edits)
        self.show()

    def _on_edits(self, edits: Sequence[Edit]) -> None:
        self.history.apply(edits)
        self.show()

    def show(self) -> None:
        self.dock.set_state(self.history.project.sources, self.problems)

    def undo(self) -> None:
        self.history.undo()
        self.show()

    def filters(self, source_id: str = "a") -> tuple[Filter, ...]:
        return self.history.project.source(source_id).filters

    @property
    def shown(self) -> FilterList:
        found = self.dock.findChild(FilterList)
        assert found is not None
        return found

    def rows(self) -> list[tuple[str, bool]]:
        items = [self.shown.item(row) for row in range(self.shown.count())]
        return [(one.text(), one.checkState() == Qt.CheckState.Checked) for one in items]

    def pick(self, row: int) -> None:
        self.shown.setCurrentRow(row)

    def add(self, name: str) -> None:
        menu = self.dock.add_menu()
        next(one for one in menu.actions() if one.text() == name).trigger()
        menu.deleteLater()

    def more(self, name: str) -> None:
        menu = self.dock.more_menu()
        next(one for one in menu.actions() if one.text().startswith(name)).trigger()
        menu.deleteLater()


@pytest.fixture
def dock(qtbot: QtBot, theme: Theme) -> FiltersDock:
    """An empty dock."""
    made = FiltersDock(theme)
    qtbot.addWidget(made)
    made.resize(300, 600)
    return made


def test_filters_are_listed_in_their_order_with_a_tick(dock: FiltersDock) -> None:
    desk = _Desk(dock, _BLUR, _CROP, _STRANGE)
    assert desk.rows() == [("Blur", True), ("Crop or pad", False), ("From the future", True)]


def test_a_filter_is_added_picked_and_undone(dock: FiltersDock) -> None:
    desk = _Desk(dock, _BLUR)
    desk.add("Colour correction")
    assert [one.kind for one in desk.filters()] == ["blur", "colour_correction"]
    assert dock.current == desk.filters()[1]
    assert isinstance(dock.form.field("contrast"), NumberSlider)
    desk.undo()
    assert desk.filters() == (_BLUR,)
    assert dock.current == _BLUR


def test_each_source_is_offered_what_fits_it(dock: FiltersDock) -> None:
    desk = _Desk(dock)

    def offered(source_id: str) -> set[str]:
        dock.open_source(source_id)
        menu = dock.add_menu()
        names = {one.text() for one in menu.actions() if one.text()}
        menu.deleteLater()
        return names

    assert "Chroma key" in offered("a")
    assert "Noise gate" not in offered("a")
    assert "Chroma key" not in offered("m")
    assert "Noise gate" in offered("m")
    assert {"Chroma key", "Noise gate"} <= offered("p")
    desk.add("Limiter")
    assert [one.kind for one in desk.filters("p")] == ["limiter"]


def test_keys_switch_move_copy_paste_and_remove(qtbot: QtBot, dock: FiltersDock) -> None:
    desk = _Desk(dock, _BLUR, _CROP)
    desk.pick(0)
    qtbot.keyClick(desk.shown, Qt.Key.Key_Space)
    assert not desk.filters()[0].enabled
    qtbot.keyClick(desk.shown, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    assert [one.id for one in desk.filters()] == ["crop", "blur"]
    assert dock.current == desk.filters()[1]
    qtbot.keyClick(desk.shown, Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(desk.shown, Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
    assert [one.id for one in desk.filters()] == ["blur", "crop"]
    qtbot.keyClick(desk.shown, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(desk.shown, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert [one.kind for one in desk.filters()] == ["blur", "crop_pad", "blur"]
    qtbot.keyClick(desk.shown, Qt.Key.Key_Delete)
    assert [one.id for one in desk.filters()] == ["blur", "crop"]
    desk.undo()
    assert len(desk.filters()) == 3


def test_all_filters_are_pasted_onto_another_source_as_one_step(dock: FiltersDock) -> None:
    desk = _Desk(dock, _BLUR, _CROP)
    desk.more("Copy all")
    dock.open_source("p")
    desk.more("Paste")
    assert [(one.kind, one.enabled) for one in desk.filters("p")] == [
        ("blur", True),
        ("crop_pad", False),
    ]
    desk.undo()
    assert desk.filters("p") == ()


def test_a_slider_is_one_step_a_movement(qtbot: QtBot, dock: FiltersDock) -> None:
    desk = _Desk(dock, _BLUR)
    slider = dock.form.field("radius_px").findChild(QSlider)
    assert slider is not None
    for place in (10, 20, 30):
        slider.setValue(place)
    slider.sliderPressed.emit()
    slider.setValue(50)
    assert desk.filters()[0].settings == {"radius_px": 50}
    desk.undo()
    assert desk.filters()[0].settings == {"radius_px": 30}
    field = dock.form.field("radius_px").findChild(QSpinBox)
    assert field is not None
    assert field.value() == 30
    assert field.suffix() == " px"
    desk.undo()
    assert desk.filters()[0].settings == {}


def test_a_document_that_lags_behind_does_not_pull_the_slider_back(
    qtbot: QtBot, theme: Theme
) -> None:
    now = [0.0]
    form = FilterForm(theme, monotonic_s=lambda: now[0])
    qtbot.addWidget(form)
    told: list[Filter] = []
    form.changed.connect(lambda changed, _gesture: told.append(changed))
    form.set_filter(_BLUR)
    field = form.field("radius_px")
    slider, spin = field.findChild(QSlider), field.findChild(QSpinBox)
    assert slider is not None
    assert spin is not None
    for place in (10, 20, 30):
        slider.setValue(place)
    form.set_filter(told[0])
    assert spin.value() == 30
    form.set_filter(told[-1])
    form.set_filter(told[0])  # now somebody took it back
    assert spin.value() == 10
    slider.setValue(40)
    now[0] = 5.0
    form.set_filter(told[0])  # it was never heard
    assert spin.value() == 10


def test_choices_and_colours_are_set_and_reset(dock: FiltersDock) -> None:
    desk = _Desk(dock, _BLUR, Filter(id="key", kind="chroma_key"))
    colour = dock.form.field("colour")
    assert isinstance(colour, QLineEdit)
    colour.setText("#0000FF")
    colour.editingFinished.emit()
    assert desk.filters()[1].settings == {"colour": "#0000FF"}
    colour.setText("blue")
    colour.editingFinished.emit()
    assert desk.filters()[1].settings == {"colour": "#0000FF"}
    desk.more("Reset")
    assert desk.filters()[1].settings == {}
    desk.pick(0)
    shape = dock.form.field("shape")
    assert isinstance(shape, QComboBox)
    shape.setCurrentIndex(1)
    assert desk.filters()[0].settings == {"shape": "box"}


def test_only_settings_that_mean_something_are_shown(dock: FiltersDock) -> None:
    desk = _Desk(dock, Filter(id="back", kind="background"))
    dock.show()

    def shown() -> set[str]:
        names = ("radius_px", "colour", "path")
        return {name for name in names if not dock.form.field(name).isHidden()}

    assert shown() == {"radius_px"}
    mode = dock.form.field("mode")
    assert isinstance(mode, QComboBox)
    mode.setCurrentIndex(mode.findData("image"))
    assert shown() == {"path"}
    desk.undo()
    assert shown() == {"radius_px"}


def test_what_is_wrong_is_said_beside_the_filter(dock: FiltersDock) -> None:
    desk = _Desk(dock, _BLUR, _CROP)
    desk.problems = {"blur": "The LUT is not there; choose it again."}
    desk.show()
    desk.pick(0)
    dock.show()
    shown = [one.text() for one in dock.findChildren(type(dock._problem)) if one.isVisible()]
    assert "The LUT is not there; choose it again." in shown
    assert desk.shown.item(0).toolTip() == "The LUT is not there; choose it again."
    assert desk.shown.item(1).toolTip() == ""


def test_a_kind_of_another_version_can_only_be_moved_switched_and_removed(
    dock: FiltersDock,
) -> None:
    desk = _Desk(dock, _STRANGE)
    with pytest.raises(KeyError):
        dock.form.field("depth")
    desk.shown.item(0).setCheckState(Qt.CheckState.Unchecked)
    assert desk.filters()[0].settings == {"depth": 3}
    assert not desk.filters()[0].enabled


def test_without_sources_it_says_what_to_do(dock: FiltersDock) -> None:
    dock.set_state((), {})
    assert dock.source is None
    assert dock.current is None


def test_every_kind_has_words_and_a_control_for_each_setting(qtbot: QtBot, theme: Theme) -> None:
    form = FilterForm(theme)
    qtbot.addWidget(form)
    for kind, model in FILTER_SETTINGS:
        form.set_filter(Filter(kind=kind))
        assert filter_name(kind) != kind
        for name, info in model.model_fields.items():
            assert form.field(name).accessibleName(), (kind, name)
            assert setting_name(info), (kind, name)
    assert choice_name("luma") == "By brightness"
