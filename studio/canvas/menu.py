"""The canvas's context menu; each entry names its key."""

from collections.abc import Callable

from PySide6.QtWidgets import QMenu

from shared.qt.translations import tr
from studio.canvas.board import Board


def _leave(view: Board) -> None:
    view.leave()


def fill_menu(menu: QMenu, view: Board) -> None:
    """Fill a menu for what is picked now; choosing an entry acts on the view."""
    menu.clear()
    for old in menu.findChildren(QMenu):
        old.deleteLater()
    selection = view.selection
    has_any, has_free = bool(selection.chosen), bool(selection.free)

    def add(
        text: str, keys: str, action: Callable[[], None], *, is_on: bool = True, to: QMenu = menu
    ) -> None:
        entry = to.addAction(f"{text}\t{keys}" if keys else text)
        entry.setEnabled(is_on)
        entry.triggered.connect(lambda _checked=False: action())

    enter = "" if selection.can_enter else tr("Enter")
    add(tr("Properties"), enter, view.ask_properties, is_on=has_any)
    add(tr("Filters"), "", view.ask_filters, is_on=has_any)
    add(tr("Place and look"), "Ctrl+E", view.ask_place, is_on=has_any)
    menu.addSeparator()
    is_hidden = has_any and not any(item.visible for item in selection.chosen)
    is_locked = has_any and all(item.locked for item in selection.chosen)
    add(tr("Show") if is_hidden else tr("Hide"), "H", view.toggle_visible, is_on=has_any)
    add(tr("Unlock") if is_locked else tr("Lock"), "L", view.toggle_locked, is_on=has_any)
    menu.addSeparator()
    add(tr("Fill the picture"), "Ctrl+F", lambda: view.request(selection.fill()), is_on=has_free)
    add(tr("Own size"), "Ctrl+R", lambda: view.request(selection.reset()), is_on=has_free)
    turn = menu.addMenu(tr("Turn and flip"))
    turn.setEnabled(has_free)
    add(tr("A quarter to the right"), "", lambda: view.request(selection.turn(90)), to=turn)
    add(tr("A quarter to the left"), "", lambda: view.request(selection.turn(-90)), to=turn)
    add(tr("Upside down"), "", lambda: view.request(selection.turn(180)), to=turn)
    flip = selection.flip
    add(tr("Flip left and right"), "F", lambda: view.request(flip(is_across=True)), to=turn)
    add(tr("Flip up and down"), "Shift+F", lambda: view.request(flip(is_across=False)), to=turn)
    add(tr("Straighten"), "", lambda: view.request(selection.straighten()), to=turn)
    align = menu.addMenu(tr("Align"))
    align.setEnabled(has_free)
    add(tr("Left"), "", lambda: view.request(selection.align("left")), to=align)
    add(tr("Centre"), "", lambda: view.request(selection.align("centre")), to=align)
    add(tr("Right"), "", lambda: view.request(selection.align("right")), to=align)
    add(tr("Top"), "", lambda: view.request(selection.align("top")), to=align)
    add(tr("Middle"), "", lambda: view.request(selection.align("middle")), to=align)
    add(tr("Bottom"), "", lambda: view.request(selection.align("bottom")), to=align)
    order = menu.addMenu(tr("Order"))
    order.setEnabled(has_any)
    add(tr("To the front"), "Ctrl+Home", lambda: view.request(selection.restack("front")), to=order)
    add(tr("Forward"), "Ctrl+Up", lambda: view.request(selection.restack("forward")), to=order)
    add(tr("Backward"), "Ctrl+Down", lambda: view.request(selection.restack("backward")), to=order)
    add(tr("To the back"), "Ctrl+End", lambda: view.request(selection.restack("back")), to=order)
    add(tr("Group"), "Ctrl+G", view.group, is_on=selection.can_group)
    add(tr("Ungroup"), "Ctrl+Shift+G", view.ungroup, is_on=selection.can_ungroup)
    if selection.can_enter:
        add(tr("Edit inside the group"), tr("Enter"), view.enter)
    if selection.inside is not None:
        add(tr("Leave the group"), "Esc", lambda: _leave(view))
    menu.addSeparator()
    add(tr("Copy"), "Ctrl+C", view.copy, is_on=has_any)
    add(tr("Cut"), "Ctrl+X", view.cut, is_on=has_free)
    add(tr("Paste"), "Ctrl+V", view.paste, is_on=view.has_clips)
    add(tr("Duplicate"), "Ctrl+D", view.duplicate, is_on=has_any)
    menu.addSeparator()
    add(tr("Select all"), "Ctrl+A", view.choose_all, is_on=bool(selection.items))
    add(
        tr("Remove from scene"),
        tr("Del"),
        lambda: view.request(selection.remove()),
        is_on=has_free,
    )
