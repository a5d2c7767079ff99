"""Editing inside a group on the canvas: enter, move, hide and order its children, leave, undo."""

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from shared.qt.theme import Theme
from studio.canvas import CanvasState, CanvasView
from studio.project.edits import Edit, History
from studio.project.geometry import Size
from studio.project.model import ColourSource, GroupSource, Project, Scene, SceneItem, Source

_LEFT, _NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
_SIZES = {"red": Size(100, 100), "blue": Size(100, 100), "group": Size(400, 200)}


def _project() -> Project:
    """A group twice as large as its picture at 200, 100; red at its left, blue at its right."""
    inner = (
        SceneItem(id="r", source_id="red", y=50),
        SceneItem(id="b", source_id="blue", x=300, y=50),
    )
    sources = (
        *(
            Source(id=name, name=name.title(), settings=ColourSource(width=100, height=100))
            for name in ("red", "blue")
        ),
        Source(id="group", name="Corner", settings=GroupSource(width=400, height=200, items=inner)),
    )
    items = (
        SceneItem(id="below", source_id="red", x=1500, y=800),
        SceneItem(id="g", source_id="group", x=200, y=100, scale=2.0),
    )
    return Project(
        sources=sources, scenes=(Scene(id="one", name="One", items=items),), program_scene_id="one"
    )


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
        group = self.group
        sizes = _SIZES | {"group": Size(group.width, group.height)}
        self.view.set_state(CanvasState(self.history.project, sizes))

    @property
    def group(self) -> GroupSource:
        settings = self.history.project.source("group").settings
        assert isinstance(settings, GroupSource)
        return settings

    def child(self, item_id: str) -> SceneItem:
        return next(item for item in self.group.items if item.id == item_id)

    @property
    def item(self) -> SceneItem:
        return self.history.project.program.items[1]


@pytest.fixture
def desk(qtbot: QtBot, theme: Theme) -> _Desk:
    view = CanvasView(theme)
    qtbot.addWidget(view)
    view.resize(960, 540)  # half the canvas, so a pixel of the group is a pixel of the view
    image = QImage(640, 360, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.darkGray)
    view.show_image(image)
    view.show()
    return _Desk(view)


def _at(x: int, y: int) -> QPoint:
    """Where a point of the group's picture, as it lay at first, is in the view."""
    return QPoint(100 + x, 50 + y)


def _enter(desk: _Desk) -> None:
    QTest.mouseClick(desk.view, _LEFT, _NONE, _at(30, 80))
    QTest.mouseDClick(desk.view, _LEFT, _NONE, _at(30, 80))
    QTest.mouseRelease(desk.view, _LEFT, _NONE, _at(30, 80))


def _drag(desk: _Desk, start: QPoint, end: QPoint) -> None:
    QTest.mousePress(desk.view, _LEFT, _NONE, start)
    for point in ((start + end) / 2, end):
        event = QMouseEvent(
            QEvent.Type.MouseMove,
            QPointF(point),
            QPointF(desk.view.mapToGlobal(point)),
            Qt.MouseButton.NoButton,
            _LEFT,
            Qt.KeyboardModifier.ControlModifier,  # nothing catches
        )
        QApplication.sendEvent(desk.view, event)
    QTest.mouseRelease(desk.view, _LEFT, _NONE, end)


def test_a_double_click_enters_and_esc_leaves_with_the_group_picked(desk: _Desk) -> None:
    _enter(desk)
    assert desk.view.selection.path == ("g",)
    assert [item.id for item in desk.view.selection.items] == ["r", "b"]
    assert "Corner" in desk.view.accessibleDescription()
    assert not desk.view.grab().isNull()
    QTest.keyClick(desk.view, Qt.Key.Key_Escape)
    assert desk.view.selection.path == ()
    assert desk.view.selection.ids == ("g",)
    QTest.keyClick(desk.view, Qt.Key.Key_Return)
    assert desk.view.selection.path == ("g",)


def test_a_child_is_dragged_and_one_undo_takes_it_back(desk: _Desk) -> None:
    first = desk.history.project
    _enter(desk)
    _drag(desk, _at(350, 100), _at(250, 80))
    assert (desk.child("b").x, desk.child("b").y) == (200, 0)  # and the frame follows it
    assert (desk.group.width, desk.group.height) == (300, 120)
    assert (desk.item.x, desk.item.y) == (200, 160)
    desk.history.undo()
    assert desk.history.project == first


def test_a_child_may_leave_the_groups_picture_and_is_not_cut_off(desk: _Desk) -> None:
    _enter(desk)
    _drag(desk, _at(50, 100), _at(50, 300))
    assert (desk.group.width, desk.group.height) == (400, 300)
    assert (desk.child("r").x, desk.child("r").y) == (0, 200)
    assert desk.child("b").y == 0
    assert desk.view.selection.ids == ("r",)
    assert (desk.item.x, desk.item.y) == (200, 200)


def test_children_are_hidden_ordered_copied_and_removed_by_keys(desk: _Desk) -> None:
    _enter(desk)
    desk.view.choose(("r",))
    QTest.keyClick(desk.view, Qt.Key.Key_H)
    assert not desk.child("r").visible
    QTest.keyClick(desk.view, Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
    assert [item.id for item in desk.group.items] == ["b", "r"]
    desk.view.choose(("b",))
    QTest.keyClick(desk.view, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert len(desk.group.items) == 3
    assert desk.group.width == 440  # the copy lies beside what it copies, in sight
    QTest.keyClick(desk.view, Qt.Key.Key_Delete)
    assert [item.id for item in desk.group.items] == ["b", "r"]


def test_a_press_outside_the_group_leaves_it_and_picks_what_is_there(desk: _Desk) -> None:
    _enter(desk)
    QTest.mouseClick(desk.view, _LEFT, _NONE, QPoint(770, 420))
    assert desk.view.selection.path == ()
    assert desk.view.selection.ids == ("below",)


def test_a_group_that_is_gone_is_left_and_one_can_be_entered_from_elsewhere(desk: _Desk) -> None:
    desk.view.enter_group("g")
    assert desk.view.selection.path == ("g",)
    desk.view.enter_group("g")  # it is inside already: entered anew from the scene
    assert desk.view.selection.path == ("g",)
    emptied = desk.history.project.model_copy(update={"scenes": (Scene(id="one", name="One"),)})
    desk.history.replace(emptied)
    desk.show()
    assert desk.view.selection.path == ()


def test_looking_inside_without_a_change_leaves_no_step_to_undo(desk: _Desk) -> None:
    _enter(desk)
    QTest.keyClick(desk.view, Qt.Key.Key_Escape)
    assert not desk.history.can_undo


def test_an_item_turned_inside_a_turned_group_is_hit_where_it_shows(desk: _Desk) -> None:
    turned = desk.item.model_copy(update={"rotation": 90.0})
    project = desk.history.project
    scene = project.program.model_copy(update={"items": (project.program.items[0], turned)})
    desk.history.replace(project.model_copy(update={"scenes": (scene,)}))
    desk.show()
    desk.view.enter_group("g")
    # The group's middle, 600, 300, stays; blue, right of it, is below it now.
    QTest.mouseClick(desk.view, _LEFT, _NONE, QPoint(300, 300))
    assert desk.view.selection.ids == ("b",)
    turning = desk.view.turning()
    assert turning is not None
    end, start = turning
    assert end.x() > start.x()  # what was above points to the right
