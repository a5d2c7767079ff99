"""Every registered dock can be built from the theme alone; what the two of now show and ask for."""

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from shared.qt.theme import Scheme, Theme
from studio.docks import DOCKS, DockSpec, SourcesDock, StatisticsDock
from studio.docks.sources import (
    DeviceChoices,
    Place,
    SourceChoice,
    SourceEntry,
    SourceKind,
    place_name,
)
from studio.docks.statistics import StatisticsState

_SCREEN = SourceEntry("s1", "Screen", "screen", "i1")
_CAMERA = SourceEntry("s2", "Brio", "camera", "i2", is_on=False, problem="The camera has gone.")
_SOUND = SourceEntry("s3", "Microphone", "microphone")


@pytest.mark.parametrize("spec", DOCKS, ids=lambda spec: spec.name)
def test_a_dock_is_built_from_the_theme_and_follows_it(
    qtbot: QtBot, theme: Theme, spec: DockSpec
) -> None:
    dock = spec.make(theme)
    qtbot.addWidget(dock)
    dock.resize(700, 60)
    dark = dock.grab().toImage()
    theme.with_scheme(Scheme.LIGHT)
    theme.apply(qtbot_app())
    assert dock.grab().toImage() != dark
    assert dock.accessibleName()
    assert dock.objectName()
    for control in dock.findChildren(QPushButton):
        assert control.text() or control.accessibleName()


def qtbot_app() -> QApplication:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return app


def test_names_of_docks_are_unique() -> None:
    assert len({spec.name for spec in DOCKS}) == len(DOCKS)


@pytest.fixture
def sources(qtbot: QtBot, theme: Theme) -> SourcesDock:
    made = SourcesDock(theme)
    qtbot.addWidget(made)
    made.resize(700, 60)
    made.set_entries([_SCREEN, _CAMERA, _SOUND])
    return made


def control(dock: QWidget, name: str) -> QPushButton:
    return next(one for one in dock.findChildren(QPushButton) if one.accessibleName() == name)


def test_a_source_is_hidden_and_shown(qtbot: QtBot, sources: SourcesDock) -> None:
    with qtbot.waitSignal(sources.shown_changed) as changed:
        control(sources, "Hide Screen").click()
    assert changed.args == [_SCREEN, False]
    with qtbot.waitSignal(sources.shown_changed) as changed:
        control(sources, "Show Brio").click()
    assert changed.args == [_CAMERA, True]


def test_a_source_in_trouble_says_why(sources: SourcesDock) -> None:
    chips = [
        one for one in sources.findChildren(QWidget) if one.toolTip() == "The camera has gone."
    ]
    assert [chip.property("role") for chip in chips] == ["warning-card"]
    assert chips[0].accessibleName() == "Brio. The camera has gone."


def _chosen(dock: SourcesDock, entry: SourceEntry, text: str) -> None:
    next(a for a in dock.item_menu(entry).actions() if a.text() == text).trigger()


def test_the_menu_of_a_picture_places_raises_and_removes(
    qtbot: QtBot, sources: SourcesDock
) -> None:
    with qtbot.waitSignal(sources.place_requested) as placed:
        _chosen(sources, _SCREEN, "Bottom right")
    assert placed.args == ["i1", Place.BOTTOM_RIGHT]
    with qtbot.waitSignal(sources.raise_requested) as raised:
        _chosen(sources, _SCREEN, "Bring to front")
    assert raised.args == ["i1"]
    with qtbot.waitSignal(sources.remove_requested) as removed:
        _chosen(sources, _SCREEN, "Remove")
    assert removed.args == ["s1"]


def test_a_group_is_entered_and_left(qtbot: QtBot, sources: SourcesDock) -> None:
    group = SourceEntry("s4", "Corner", "group", "i4")
    sources.set_entries([group])
    with qtbot.waitSignal(sources.enter_requested) as entered:
        control(sources, "Edit inside Corner").click()
    assert entered.args == ["i4"]
    sources.set_entries([_CAMERA], inside="Corner")
    with qtbot.waitSignal(sources.leave_requested):
        control(sources, "Corner. Leave the group (Esc)").click()
    sources.set_entries([group])
    qtbot.waitUntil(lambda: sources.findChild(QPushButton, "leaveGroup") is None)


def test_filters_of_a_source_are_asked_for(qtbot: QtBot, sources: SourcesDock) -> None:
    with qtbot.waitSignal(sources.filters_requested) as asked:
        _chosen(sources, _CAMERA, "Filters")
    assert asked.args == ["s2"]


def test_a_sound_has_no_place(sources: SourcesDock) -> None:
    assert [action.text() for action in sources.item_menu(_SOUND).actions()] == [
        "Properties",
        "Filters",
        "Remove",
    ]


def test_the_devices_of_this_computer_are_offered_by_name(
    qtbot: QtBot, sources: SourcesDock
) -> None:
    sources.set_devices(
        DeviceChoices(
            cameras=(("/dev/video0", "Brio"),),
            microphones=(("hw:1", "Yeti"),),
            screens=((":0", "Main screen"),),
            notes=("Cameras of the browser are not listed.",),
        )
    )
    texts = {action.text(): action for action in sources.add_menu().actions()}
    assert {"Main screen", "Brio", "Yeti", "Test picture"} <= set(texts)
    assert not texts["Cameras of the browser are not listed."].isEnabled()
    with qtbot.waitSignal(sources.add_requested) as added:
        texts["Brio"].trigger()
    assert added.args == [SourceChoice(SourceKind.CAMERA, "/dev/video0", "Brio")]


def test_what_this_computer_does_not_have_is_said(sources: SourcesDock) -> None:
    before = [action.text() for action in sources.add_menu().actions()]
    assert before[0].startswith("Looking for devices")
    assert not any(words.startswith("No ") for words in before)
    sources.set_devices(DeviceChoices())
    texts = {action.text(): action for action in sources.add_menu().actions()}
    for words in ("No camera found", "No microphone found", "No window to show"):
        assert not texts[words].isEnabled()
    assert "From another scene" not in texts


def test_a_source_of_another_scene_can_be_shown_here(qtbot: QtBot, sources: SourcesDock) -> None:
    sources.set_reusable([SourceEntry("s9", "Logo", "image")])
    menu = next(a.menu() for a in sources.add_menu().actions() if a.text() == "From another scene")
    assert isinstance(menu, QMenu)
    with qtbot.waitSignal(sources.reuse_requested) as asked:
        menu.actions()[0].trigger()
    assert asked.args == ["s9"]


@pytest.mark.parametrize("place", Place)
def test_every_place_has_a_name(place: Place) -> None:
    assert place_name(place)


def values(dock: StatisticsDock) -> list[tuple[str, str]]:
    shown = dock.findChildren(QLabel)
    return [
        (one.text(), str(one.property("role")))
        for one in shown
        if one.property("role") != "caption" and one.objectName() != "advice"
    ]


def test_the_worst_advice_is_said_and_the_rest_counted(qtbot: QtBot, theme: Theme) -> None:
    dock = StatisticsDock(theme)
    qtbot.addWidget(dock)
    advice = dock.findChild(QLabel, "advice")
    assert isinstance(advice, QLabel)
    assert advice.isHidden()
    dock.set_advice(("The camera hangs.", "The line is slow."))
    assert not advice.isHidden()
    assert advice.text() == "The camera hangs. (and 1 more)"
    assert advice.toolTip() == "The camera hangs.\nThe line is slow."
    dock.set_advice(())
    assert advice.isHidden()


def test_no_broadcast_no_figures(qtbot: QtBot, theme: Theme) -> None:
    dock = StatisticsDock(theme)
    qtbot.addWidget(dock)
    assert {text for text, _ in values(dock)} == {"\N{EN DASH}"}


@pytest.mark.parametrize(
    ("dropped", "offset", "role_lost", "role_offset"),
    [
        (0, 0.0, "heading", "heading"),
        (20, -60.0, "warning", "warning"),
        (80, 90.0, "danger", "danger"),
    ],
)
def test_figures_are_graded(
    qtbot: QtBot, theme: Theme, dropped: int, offset: float, role_lost: str, role_offset: str
) -> None:
    dock = StatisticsDock(theme)
    qtbot.addWidget(dock)
    dock.set_state(
        StatisticsState(
            fps=29.97,
            target_fps=30,
            bitrate_kbps=6012.4,
            dropped=dropped,
            missed=0,
            skipped=0,
            frames=1000,
            av_offset_ms=offset,
            cpu_percent=41.2,
        )
    )
    shown = values(dock)
    assert ("30.0 / 30", "heading") in shown
    assert ("6,012 kbit/s", "heading") in shown
    assert shown[2][1] == role_lost
    assert shown[3][1] == role_offset
    assert ("41 %", "heading") in shown


def test_lost_frames_are_never_more_than_all() -> None:
    state = StatisticsState(4, 30, 900, 0, 360, 0, 126, 0, None)
    assert 0 < state.lost_share < 1
