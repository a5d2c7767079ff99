"""The canvas from plain state: every mouse and key movement leaves as edits that hold."""

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from shared.qt.theme import Theme
from studio.canvas import CanvasState, CanvasView
from studio.project.edits import Edit, History
from studio.project.geometry import Grip, Size
from studio.project.model import (
    Bounds,
    ColourSource,
    Crop,
    Project,
    Scene,
    SceneItem,
    Source,
)

_LEFT = Qt.MouseButton.LeftButton
_NONE, _ALT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.AltModifier
_CTRL, _SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
_SIZES = {"red": Size(400, 200), "blue": Size(400, 200)}


def _project() -> Project:
    """Red at 200, 100 and above it blue at 1000, 600 on a 1920x1080 canvas."""
    items = (
        SceneItem(id="r", source_id="red", x=200, y=100),
        SceneItem(id="b", source_id="blue", x=1000, y=600),
    )
    sources = tuple(
        Source(id=name, name=name.title(), settings=ColourSource(width=400, height=200))
        for name in ("red", "blue")
    )
    scene = Scene(id="one", name="One", items=items)
    return Project(sources=sources, scenes=(scene,), program_scene_id="one")


class _Desk:
    """Applies what the canvas asks for to a real history and shows it the result."""

    def __init__(self, view: CanvasView) -> None:
        self.view = view
        self.history = History(_project())
        view.edits_requested.connect(self._on_edits)
        self.show()

    def _on_edits(self, edits: tuple[Edit, ...]) -> None:
        self.history.apply(edits)
        self.show()

    def show(self) -> None:
        self.view.set_state(CanvasState(self.history.project, _SIZES))

    def item(self, item_id: str) -> SceneItem:
        return next(i for i in self.history.project.program.items if i.id == item_id)

    def undo(self) -> None:
        self.history.undo()
        self.show()


@pytest.fixture
def desk(qtbot: QtBot, theme: Theme) -> _Desk:
    view = CanvasView(theme)
    qtbot.addWidget(view)
    view.resize(960, 540)  # half the canvas
    image = QImage(640, 360, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.darkGray)
    view.show_image(image)
    view.show()
    return _Desk(view)


def drag(
    desk: _Desk, start: tuple[float, float], end: tuple[float, float], keys: Qt.KeyboardModifier
) -> None:
    """Drag from one point of the canvas to another."""
    at, to = (QPoint(round(x / 2), round(y / 2)) for x, y in (start, end))
    QTest.mousePress(desk.view, _LEFT, keys, at)
    middle = (at + to) / 2
    for point in (middle, to):
        _move(desk.view, point, keys)
    QTest.mouseRelease(desk.view, _LEFT, keys, to)


def _move(view: CanvasView, point: QPoint, keys: Qt.KeyboardModifier) -> None:
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(point),
        QPointF(view.mapToGlobal(point)),
        Qt.MouseButton.NoButton,
        _LEFT,
        keys,
    )
    QApplication.sendEvent(view, event)


def key(desk: _Desk, what: Qt.Key, keys: Qt.KeyboardModifier = _NONE) -> None:
    desk.view.setFocus()
    QTest.keyClick(desk.view, what, keys)


def test_a_drag_moves_what_is_below_and_is_one_step(desk: _Desk) -> None:
    drag(desk, (300, 150), (400, 300), _CTRL)
    # Control adds to the selection on press; nothing was picked, so red is and moves freely
    assert (desk.item("r").x, desk.item("r").y) == (300, 250)
    assert desk.view.selection.ids == ("r",)
    desk.undo()
    assert (desk.item("r").x, desk.item("r").y) == (200, 100)
    assert not desk.history.can_undo


def test_edges_catch_while_dragging(desk: _Desk) -> None:
    drag(desk, (300, 150), (108, 150), _NONE)
    assert desk.item("r").x == 0  # 8 short of the edge
    drag(desk, (100, 150), (100, 646), _NONE)
    assert desk.item("r").y == 600  # the top of blue


def test_a_corner_scales_by_ratio_and_a_side_stretches(desk: _Desk) -> None:
    desk.view.choose(("r",))
    drag(desk, (600, 300), (800, 400), _NONE)
    assert desk.item("r").scale == pytest.approx(1.5, abs=0.02)
    assert desk.item("r").bounds is None
    desk.undo()
    drag(desk, (600, 200), (700, 200), _NONE)
    assert desk.item("r").bounds == Bounds(width=500, height=200, fit="stretch")
    desk.undo()
    assert desk.item("r") == _project().program.items[0]


def test_alt_on_a_handle_crops(desk: _Desk) -> None:
    desk.view.choose(("r",))
    drag(desk, (200, 200), (260, 200), _ALT)
    item = desk.item("r")
    assert item.crop == Crop(left=60)
    assert item.x == 260
    desk.undo()
    assert desk.item("r").crop == Crop()


def test_shift_adds_and_a_lasso_picks_what_it_touches(desk: _Desk) -> None:
    QTest.mouseClick(desk.view, _LEFT, _NONE, QPoint(150, 80))
    QTest.mouseClick(desk.view, _LEFT, _SHIFT, QPoint(550, 330))
    assert desk.view.selection.ids == ("r", "b")
    QTest.mouseClick(desk.view, _LEFT, _NONE, QPoint(900, 20))
    assert not desk.view.selection.ids
    drag(desk, (20, 20), (1100, 700), _NONE)
    assert desk.view.selection.ids == ("r", "b")
    assert not desk.history.can_undo


def test_several_are_scaled_together(desk: _Desk) -> None:
    desk.view.choose(("r", "b"))
    assert all(grip.is_corner for grip in desk.view.grips())
    drag(desk, (1400, 800), (800, 450), _CTRL)
    assert desk.item("r").scale == pytest.approx(0.5, abs=0.01)
    assert desk.item("b").x == pytest.approx(600, abs=4)
    desk.undo()
    assert not desk.history.can_undo


def test_a_locked_item_is_not_taken_hold_of(desk: _Desk) -> None:
    desk.view.choose(("r",))
    key(desk, Qt.Key.Key_L)
    assert desk.item("r").locked
    assert desk.view.grips() == {}
    drag(desk, (300, 150), (400, 300), _NONE)
    key(desk, Qt.Key.Key_PageUp)
    key(desk, Qt.Key.Key_PageDown)
    desk.view.choose(("r",))
    key(desk, Qt.Key.Key_Right)
    key(desk, Qt.Key.Key_Delete)
    assert (desk.item("r").x, desk.item("r").y) == (200, 100)
    key(desk, Qt.Key.Key_L)
    assert not desk.item("r").locked


def test_everything_goes_by_keyboard(desk: _Desk) -> None:
    key(desk, Qt.Key.Key_PageUp)
    assert desk.view.selection.ids == ("r",)
    key(desk, Qt.Key.Key_Right)
    key(desk, Qt.Key.Key_Down, _SHIFT)
    assert (desk.item("r").x, desk.item("r").y) == (202, 120)
    key(desk, Qt.Key.Key_Right, _ALT)
    assert desk.item("r").crop == Crop(right=4)
    key(desk, Qt.Key.Key_Right, _ALT | _SHIFT)
    assert desk.item("r").crop == Crop()
    key(desk, Qt.Key.Key_Plus)
    assert desk.item("r").scale == pytest.approx(1.05)
    key(desk, Qt.Key.Key_H)
    assert not desk.item("r").visible
    key(desk, Qt.Key.Key_Up, _CTRL)
    assert [i.id for i in desk.history.project.program.items] == ["b", "r"]
    key(desk, Qt.Key.Key_C, _CTRL)
    key(desk, Qt.Key.Key_V, _CTRL)
    assert len(desk.history.project.program.items) == 3
    assert desk.view.selection.ids == (desk.history.project.program.items[-1].id,)
    key(desk, Qt.Key.Key_A, _CTRL)
    key(desk, Qt.Key.Key_X, _CTRL)
    assert not desk.history.project.program.items
    key(desk, Qt.Key.Key_V, _CTRL)
    assert len(desk.history.project.program.items) == 3
    while desk.history.can_undo:
        desk.undo()
    assert desk.history.project == _project()


def test_quick_steps_add_up_before_the_document_answers(qtbot: QtBot, desk: _Desk) -> None:
    desk.view.edits_requested.disconnect()
    desk.view.choose(("r",))
    sent: list[tuple[Edit, ...]] = []
    desk.view.edits_requested.connect(sent.append)
    for _ in range(3):
        key(desk, Qt.Key.Key_Right)
    desk.history.apply(sent[0])
    desk.show()
    key(desk, Qt.Key.Key_Right)
    for edits in sent[1:]:
        desk.history.apply(edits)
    assert desk.item("r").x == 208


def test_the_menu_offers_what_fits_and_acts(desk: _Desk) -> None:
    entries = {a.text().partition("\t")[0]: a for a in desk.view.menu().actions()}
    assert not entries["Hide"].isEnabled()
    assert not entries["Paste"].isEnabled()
    desk.view.choose(("b",))
    entries = {a.text().partition("\t")[0]: a for a in desk.view.menu().actions()}
    entries["Fill the picture"].trigger()
    assert desk.item("b").bounds == Bounds(width=1920, height=1080)
    entries = {a.text().partition("\t")[0]: a for a in desk.view.menu().actions()}
    entries["Hide"].trigger()
    assert not desk.item("b").visible
    assert "Show" in {a.text().partition("\t")[0] for a in desk.view.menu().actions()}
    entries = {a.text(): a for a in desk.view.menu().actions()}
    align = entries["Align"].menu()
    assert isinstance(align, QMenu)
    next(a for a in align.actions() if a.text() == "Right").trigger()
    assert desk.item("b").x == 0  # as wide as the canvas


def test_a_screen_reader_hears_what_is_picked_and_where(desk: _Desk) -> None:
    assert "Page Up" in desk.view.accessibleDescription()
    desk.view.choose(("r",))
    assert desk.view.accessibleDescription() == "Red at 200, 100; 400 by 200"
    desk.view.choose(("r", "b"))
    assert desk.view.accessibleDescription() == "2 items selected"


def test_files_are_dropped(qtbot: QtBot, desk: _Desk) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile("/tmp/cat.png"), QUrl("https://example.org/x.png")])
    with qtbot.waitSignal(desk.view.files_dropped) as dropped:
        desk.view.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, mime, _LEFT, _NONE))
    assert dropped.args == [(Path("/tmp/cat.png"),)]


def test_properties_are_asked_for_by_enter_and_double_click(qtbot: QtBot, desk: _Desk) -> None:
    desk.view.choose(("b",))
    with qtbot.waitSignal(desk.view.properties_requested) as asked:
        key(desk, Qt.Key.Key_Return)
    assert asked.args == ["blue"]
    with qtbot.waitSignal(desk.view.properties_requested) as asked:
        QTest.mouseDClick(desk.view, _LEFT, _NONE, QPoint(150, 80))
    assert asked.args == ["blue"] or asked.args == ["red"]


def test_frames_and_handles_are_drawn(desk: _Desk) -> None:
    plain = desk.view.grab().toImage()
    desk.view.choose(("r",))
    drawn = desk.view.grab().toImage()
    assert drawn != plain
    corner = desk.view.grips()[Grip(1, 1)].toPoint()
    assert drawn.pixelColor(corner).lightness() > 240
    desk.view.set_veil("Reconnecting")
    desk.view.clearFocus()
    QTest.mouseClick(desk.view, _LEFT, _NONE, QPoint(900, 20))
    assert desk.view.selection.ids == ("r",)


def test_the_handle_above_turns_and_shift_goes_in_steps(desk: _Desk) -> None:
    desk.view.choose(("b",))  # its middle is at 1200, 700
    turning = desk.view.turning()
    assert turning is not None
    start = (turning[0].x() * 2, turning[0].y() * 2)
    drag(desk, start, (1600, 700 + 12), _NONE)
    assert desk.item("b").rotation == 90.0  # a quarter catches
    assert (desk.item("b").x, desk.item("b").y) == (1000, 600)
    desk.undo()
    assert desk.item("b").rotation == 0.0
    drag(desk, start, (1400, 700 - 220), _SHIFT)
    assert desk.item("b").rotation == 45.0


def test_a_turned_item_is_picked_where_it_shows_and_pulled_along_its_sides(desk: _Desk) -> None:
    desk.view.choose(("b",))
    key(desk, Qt.Key.Key_R, _SHIFT)
    desk.view.request(desk.view.selection.turn(105.0))
    assert desk.item("b").rotation == 90.0
    assert desk.view.selection.at(1010, 700) is None
    found = desk.view.selection.at(1200, 510)
    assert found is not None
    assert found.id == "b"
    grip = desk.view.grips()[Grip(1, 0)]  # its right side is below now
    start = (grip.x() * 2, grip.y() * 2)
    drag(desk, start, (start[0], start[1] + 100), _NONE)
    item = desk.item("b")
    assert item.bounds is not None
    assert (item.bounds.width, item.bounds.height) == (500, 200)
    outline = desk.view.selection.outline(item)
    assert outline is not None
    assert (round(outline.y), round(outline.x)) == (500, 1100)  # what was held stayed


def test_several_turn_around_their_common_middle(desk: _Desk) -> None:
    desk.view.choose(("r", "b"))  # together from 200, 100 to 1400, 800
    turning = desk.view.turning()
    assert turning is not None
    start = (turning[0].x() * 2, turning[0].y() * 2)
    drag(desk, start, (1800, 450), _SHIFT)
    red, blue = desk.item("r"), desk.item("b")
    assert (red.rotation, blue.rotation) == (90.0, 90.0)
    assert (red.x, red.y) == (1050 - 200, 50 - 100)
    assert (blue.x, blue.y) == (550 - 200, 850 - 100)


def test_keys_flip_and_group(desk: _Desk) -> None:
    desk.view.choose(("r",))
    key(desk, Qt.Key.Key_F)
    key(desk, Qt.Key.Key_F, _SHIFT)
    assert (desk.item("r").flip_across, desk.item("r").flip_down) == (True, True)
    desk.view.choose(("r", "b"))
    key(desk, Qt.Key.Key_G, _CTRL)
    (group,) = desk.history.project.program.items
    assert (group.x, group.y, desk.view.selection.ids) == (200, 100, (group.id,))
    key(desk, Qt.Key.Key_G, _CTRL | _SHIFT)
    assert [(item.x, item.y) for item in desk.history.project.program.items] == [
        (200, 100),
        (1000, 600),
    ]
    desk.undo()
    assert len(desk.history.project.program.items) == 1


def test_the_numbers_of_an_item_are_asked_for(desk: _Desk) -> None:
    asked: list[bool] = []
    desk.view.place_requested.connect(lambda: asked.append(True))
    key(desk, Qt.Key.Key_E, _CTRL)
    assert not asked
    desk.view.choose(("r",))
    key(desk, Qt.Key.Key_E, _CTRL)
    assert asked
