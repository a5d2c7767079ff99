"""Which key does what on the canvas, so that nothing needs a mouse."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from studio.canvas.board import Board
from studio.canvas.selection import Arrow

type Key = tuple[Qt.Key, Qt.KeyboardModifier]
type KeyAction = Callable[[Board, bool], None]
"""Takes the canvas, and whether the key has been held down since."""

_STEP_PX = 2  # the picture's colour has half its resolution: the engine places on even pixels
_LEAP_PX = 20
_SCALE = 1.05
_TURN_DEGREES = 15.0

_NONE = Qt.KeyboardModifier.NoModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_CTRL = Qt.KeyboardModifier.ControlModifier
_ALT = Qt.KeyboardModifier.AltModifier
_ARROWS: dict[Qt.Key, Arrow] = {
    Qt.Key.Key_Left: "left",
    Qt.Key.Key_Right: "right",
    Qt.Key.Key_Up: "up",
    Qt.Key.Key_Down: "down",
}


def key_of(event: QKeyEvent) -> Key:
    """A key with its modifiers; that it is on the number pad does not matter."""
    return Qt.Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier


def _nudge(arrow: Arrow, by: int) -> KeyAction:
    return lambda view, held: view.request(
        view.selection.nudge(arrow, by, view.key_gesture(goes_on=held))
    )


def _crop(arrow: Arrow, by: int) -> KeyAction:
    return lambda view, held: view.request(
        view.selection.crop(arrow, by, view.key_gesture(goes_on=held))
    )


def _scale(factor: float) -> KeyAction:
    return lambda view, held: view.request(
        view.selection.scale(factor, view.key_gesture(goes_on=held))
    )


def _once(action: Callable[[Board], None]) -> KeyAction:
    def act(view: Board, held: bool) -> None:
        if not held:
            action(view)

    return act


KEYS: dict[Key, KeyAction] = {
    **{(key, _NONE): _nudge(arrow, _STEP_PX) for key, arrow in _ARROWS.items()},
    **{(key, _SHIFT): _nudge(arrow, _LEAP_PX) for key, arrow in _ARROWS.items()},
    **{(key, _ALT): _crop(arrow, _STEP_PX * 2) for key, arrow in _ARROWS.items()},
    **{(key, _ALT | _SHIFT): _crop(arrow, -_STEP_PX * 2) for key, arrow in _ARROWS.items()},
    (Qt.Key.Key_Plus, _NONE): _scale(_SCALE),
    (Qt.Key.Key_Plus, _SHIFT): _scale(_SCALE),
    (Qt.Key.Key_Equal, _NONE): _scale(_SCALE),
    (Qt.Key.Key_Minus, _NONE): _scale(1 / _SCALE),
    (Qt.Key.Key_PageUp, _NONE): lambda view, _held: view.choose_next(1),
    (Qt.Key.Key_PageDown, _NONE): lambda view, _held: view.choose_next(-1),
    (Qt.Key.Key_A, _CTRL): _once(lambda view: view.choose_all()),
    (Qt.Key.Key_Escape, _NONE): _once(lambda view: view.leave_or_clear()),
    (Qt.Key.Key_Delete, _NONE): _once(lambda view: view.request(view.selection.remove())),
    (Qt.Key.Key_Backspace, _NONE): _once(lambda view: view.request(view.selection.remove())),
    (Qt.Key.Key_C, _CTRL): _once(lambda view: view.copy()),
    (Qt.Key.Key_X, _CTRL): _once(lambda view: view.cut()),
    (Qt.Key.Key_V, _CTRL): _once(lambda view: view.paste()),
    (Qt.Key.Key_D, _CTRL): _once(lambda view: view.duplicate()),
    (Qt.Key.Key_Up, _CTRL): _once(lambda v: v.request(v.selection.restack("forward"))),
    (Qt.Key.Key_Down, _CTRL): _once(lambda v: v.request(v.selection.restack("backward"))),
    (Qt.Key.Key_Home, _CTRL): _once(lambda v: v.request(v.selection.restack("front"))),
    (Qt.Key.Key_End, _CTRL): _once(lambda v: v.request(v.selection.restack("back"))),
    (Qt.Key.Key_F, _CTRL): _once(lambda view: view.request(view.selection.fill())),
    (Qt.Key.Key_R, _CTRL): _once(lambda view: view.request(view.selection.reset())),
    (Qt.Key.Key_H, _NONE): _once(lambda view: view.toggle_visible()),
    (Qt.Key.Key_L, _NONE): _once(lambda view: view.toggle_locked()),
    (Qt.Key.Key_R, _NONE): lambda v, _held: v.request(v.selection.turn(_TURN_DEGREES)),
    (Qt.Key.Key_R, _SHIFT): lambda v, _held: v.request(v.selection.turn(-_TURN_DEGREES)),
    (Qt.Key.Key_F, _NONE): _once(lambda v: v.request(v.selection.flip(is_across=True))),
    (Qt.Key.Key_F, _SHIFT): _once(lambda v: v.request(v.selection.flip(is_across=False))),
    (Qt.Key.Key_G, _CTRL): _once(lambda view: view.group()),
    (Qt.Key.Key_G, _CTRL | _SHIFT): _once(lambda view: view.ungroup()),
    (Qt.Key.Key_E, _CTRL): _once(lambda view: view.ask_place()),
    (Qt.Key.Key_Return, _NONE): _once(lambda view: view.open_chosen()),
}
"""Every key of the canvas."""
