"""Docks are made when first shown; presets, saved layouts and damaged ones."""

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from shared.qt.theme import Theme, ThemeChoice
from studio.docks.rows import ToolDock
from studio.zones import Dockyard
from studio.zones.dockyard import Preset, preset_name


@pytest.fixture
def docks(qtbot: QtBot, theme: Theme) -> Dockyard:
    zones = []
    for width in (240, 400, 300):
        zone = QLabel("zone")
        zone.setMinimumWidth(width)
        zones.append(zone)
    made = Dockyard(theme, people=zones[0], stage=zones[1], feed=zones[2])
    qtbot.addWidget(made)
    made.resize(1280, 560)
    made.show()
    return made


def test_a_dock_is_made_when_it_is_first_shown(qtbot: QtBot, docks: Dockyard) -> None:
    assert docks.made_widget("goals") is None
    with qtbot.waitSignal(docks.made) as made:
        docks.show_dock("goals")
    assert made.args[0] == "goals"
    assert docks.is_shown("goals")
    widget = docks.widget("goals")
    docks.toggle("goals")
    assert not docks.is_shown("goals")
    docks.toggle("goals")
    assert docks.widget("goals") is widget


@pytest.mark.parametrize("preset", Preset)
def test_a_preset_leaves_the_stage_its_room(docks: Dockyard, preset: Preset) -> None:
    docks.arrange(preset)
    QApplication.processEvents()
    stage = docks.centralWidget()
    assert docks.width() == 1280
    assert stage.width() >= 400
    assert preset_name(preset)
    for name in docks.names:
        made = docks.made_widget(name)
        if isinstance(made, ToolDock) and made.isVisible():
            assert made.minimumSizeHint().width() <= made.width()


def test_a_layout_comes_back_as_it_was_saved(docks: Dockyard) -> None:
    docks.arrange(Preset.ON_AIR)
    kept = docks.save()
    docks.arrange(Preset.PLAIN)
    assert not docks.is_shown("stripsync")
    assert docks.restore(kept)
    shown = {name for name in docks.names if docks.is_shown(name)}
    assert {"stripsync", "held", "leaderboard"} <= shown
    assert "goals" not in shown


@pytest.mark.parametrize("layout", ["", "not base64!", "aGVsbG8=", "A" * 4000])
def test_a_damaged_layout_changes_nothing(docks: Dockyard, layout: str) -> None:
    docks.show_dock("held")
    assert not docks.restore(layout)
    assert docks.is_shown("held")


def test_the_list_of_docks_ticks_what_is_open(qtbot: QtBot, docks: Dockyard) -> None:
    docks.show_dock("held")
    menu = docks.menu(docks)
    ticked = [action.text() for action in menu.actions() if action.isChecked()]
    assert ticked == [docks.title("held")]
    assert len(menu.actions()) == len(docks.names)


@pytest.mark.parametrize("scale", [1.0, 1.5])
@pytest.mark.parametrize("size", [(1280, 560), (3840, 1900)])
def test_docks_fit_from_a_small_screen_to_4k(
    docks: Dockyard, theme: Theme, size: tuple[int, int], scale: float
) -> None:
    theme.choose(ThemeChoice(text_scale=scale))
    docks.arrange(Preset.ON_AIR)
    docks.resize(*size)
    QApplication.processEvents()
    for name in ("stripsync", "held"):
        widget: QWidget = docks.widget(name)
        assert widget.width() <= size[0] // 3
    theme.choose(ThemeChoice())
