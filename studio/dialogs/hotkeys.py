"""The keys of every action: in the studio, and those that work whichever program has the focus."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from shared.qt.overlay import Overlay
from shared.qt.theme import larger_words, set_role
from shared.qt.translations import tr
from shared.qt.widgets import button, label
from studio.hotkeys import Action, found, normal_keys

_KEYS_PX, _RESET_PX = 150, 92
_MODIFIER_KEYS = frozenset(
    {Qt.Key.Key_Control, Qt.Key.Key_Shift, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr}
)


@dataclass(frozen=True, slots=True)
class HotkeysState:
    """Every action with its keys; `note` says why keys do not work everywhere, if so."""

    actions: tuple[Action, ...] = ()
    everywhere: Mapping[str, str] = field(default_factory=dict)
    first: Mapping[str, str] = field(default_factory=dict)
    first_everywhere: Mapping[str, str] = field(default_factory=dict)
    note: str = ""


class KeyField(QPushButton):
    """Shows keys; pressed, it takes the next ones: Escape leaves it, Backspace takes them away."""

    recorded = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__()
        self._keys = ""
        self._name = name
        self._is_listening = False
        set_role(self, "key-field")
        self.setFixedWidth(round(_KEYS_PX * larger_words()))
        self.clicked.connect(self._listen)
        self._show()

    @property
    def keys(self) -> str:
        """The keys shown, portable."""
        return self._keys

    def set_keys(self, keys: str) -> None:
        """Show keys."""
        self._keys = keys
        self._is_listening = False
        self._show()

    def _listen(self) -> None:
        self._is_listening = True
        self._show()

    def _show(self) -> None:
        if self._is_listening:
            text = tr("Press keys\N{HORIZONTAL ELLIPSIS}")
        else:
            shown = QKeySequence(self._keys).toString(QKeySequence.SequenceFormat.NativeText)
            text = shown or "\N{EN DASH}"
        self.setText(text)
        self.setAccessibleName(f"{self._name}: {text}")

    def event(self, event: QEvent) -> bool:
        """Take keys before any shortcut of the window has them."""
        if self._is_listening and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the keys pressed."""
        if not self._is_listening:
            super().keyPressEvent(event)
            return
        key = Qt.Key(event.key())
        if key in _MODIFIER_KEYS:
            return
        self._is_listening = False
        if key == Qt.Key.Key_Escape:
            self._show()
        elif key in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete) and not event.modifiers():
            self.recorded.emit("")
        else:
            self.recorded.emit(QKeySequence(event.keyCombination()).toString())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Stop listening when the keyboard goes elsewhere."""
        self._is_listening = False
        self._show()
        super().focusOutEvent(event)


class _Row(QWidget):
    """One action: its name, its keys here, its keys everywhere, and back to the first ones."""

    chosen = Signal(str, str)
    chosen_everywhere = Signal(str, str)
    reset = Signal(str)

    def __init__(self, action: Action) -> None:
        super().__init__()
        self.action = action
        self._name = label(action.name, wrap=True)
        self.here = KeyField(tr("{action}, in the studio", action=action.name))
        self.everywhere = KeyField(tr("{action}, everywhere", action=action.name))
        self._reset = button(
            tr("Reset"), role="quiet", tip=tr("The keys it had at first"), on_click=self._on_reset
        )
        self._reset.setFixedWidth(round(_RESET_PX * larger_words()))
        self._clash = label(role="warning", wrap=True)
        self.here.recorded.connect(lambda keys: self.chosen.emit(action.id, keys))
        self.everywhere.recorded.connect(lambda keys: self.chosen_everywhere.emit(action.id, keys))
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._name, 1)
        row.addWidget(self.here)
        row.addWidget(self.everywhere)
        row.addWidget(self._reset)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 2, 0, 2)
        layout.setSpacing(2)
        layout.addLayout(row)
        layout.addWidget(self._clash)

    def set_keys(self, here: str, everywhere: str, *, is_changed: bool, clash: str) -> None:
        """Show the keys in force."""
        self.here.set_keys(here)
        self.everywhere.set_keys(everywhere)
        self._reset.setEnabled(is_changed)
        self._clash.setText(clash)
        self._clash.setVisible(bool(clash))

    def _on_reset(self) -> None:
        self.reset.emit(self.action.id)


class HotkeysPanel(Overlay):
    """A search field above a row for each action; a change is in force at once."""

    chosen = Signal(str, str)
    """An action and its new keys in the studio; empty for none."""

    chosen_everywhere = Signal(str, str)
    reset_requested = Signal(str)
    """An action, or empty for all."""

    def __init__(self, host: QWidget) -> None:
        super().__init__(host, tr("Keys"), width=760)
        self.setObjectName("hotkeysPanel")
        self._state = HotkeysState()
        self._rows: dict[str, _Row] = {}
        self._words = QLineEdit()
        self._words.setObjectName("hotkeysWords")
        self._words.setPlaceholderText(tr("Search an action"))
        self._words.setAccessibleName(tr("Search an action"))
        self._words.setClearButtonEnabled(True)
        self._words.textChanged.connect(self._filter)
        self._note = label(role="warning", wrap=True)
        self._none = label(tr("No action has these words."), role="muted")
        self._list = QVBoxLayout()
        self._list.setContentsMargins(0, 0, 8, 0)
        self._list.setSpacing(0)
        inner = QWidget()
        box = QVBoxLayout(inner)
        box.setContentsMargins(0, 0, 0, 0)
        box.addLayout(self._list)
        box.addWidget(self._none)
        box.addStretch(1)
        area = QScrollArea()
        area.setWidget(inner)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFixedHeight(330)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.body.addWidget(self._words)
        self.body.addLayout(self._heads())
        self.body.addWidget(area)
        self.body.addWidget(self._note)
        foot = QHBoxLayout()
        foot.addWidget(button(tr("Reset all keys"), on_click=lambda: self.reset_requested.emit("")))
        foot.addStretch(1)
        foot.addWidget(button(tr("Close"), role="primary", on_click=self.dismiss))
        self.body.addLayout(foot)
        self.set_state(self._state)

    @property
    def rows(self) -> dict[str, tuple[str, str]]:
        """The keys shown for each action that is listed: in the studio, everywhere."""
        return {
            id_: (row.here.keys, row.everywhere.keys)
            for id_, row in self._rows.items()
            if not row.isHidden()
        }

    def row_fields(self, action_id: str) -> tuple[KeyField, KeyField]:
        """The two key fields of an action.

        Raises: KeyError when there is no such action.
        """
        row = self._rows[action_id]
        return row.here, row.everywhere

    def clash(self, action_id: str) -> str:
        """Who else wants an action's keys, as its row says it; empty when nobody does."""
        action = next(each for each in self._state.actions if each.id == action_id)
        return _clash(self._state, action)

    def set_state(self, state: HotkeysState) -> None:
        """Show every action with its keys, and what two of them want."""
        self._state = state
        if list(self._rows) != [action.id for action in state.actions]:
            self._build(state.actions)
        for action in state.actions:
            everywhere = state.everywhere.get(action.id, "")
            self._rows[action.id].set_keys(
                action.keys,
                everywhere,
                is_changed=(action.keys, everywhere)
                != (state.first.get(action.id, ""), state.first_everywhere.get(action.id, "")),
                clash=_clash(state, action),
            )
        self._note.setText(state.note)
        self._note.setVisible(bool(state.note))
        self._filter()

    def ask(self, state: HotkeysState) -> None:
        """Show the panel."""
        self._words.clear()
        self.set_state(state)
        self.open(self._words)

    def _build(self, actions: Sequence[Action]) -> None:
        for row in self._rows.values():
            self._list.removeWidget(row)
            row.deleteLater()
        self._rows = {}
        for action in actions:
            row = self._rows[action.id] = _Row(action)
            row.chosen.connect(self.chosen)
            row.chosen_everywhere.connect(self.chosen_everywhere)
            row.reset.connect(self.reset_requested)
            self._list.addWidget(row)

    def _heads(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 18, 0)
        row.setSpacing(8)
        row.addWidget(label(tr("Action"), role="caption"), 1)
        for text, width in (
            (tr("In the studio"), _KEYS_PX),
            (tr("Everywhere"), _KEYS_PX),
            ("", _RESET_PX),
        ):
            head = label(text, role="caption")
            head.setFixedWidth(round(width * larger_words()))
            row.addWidget(head)
        return row

    def _filter(self) -> None:
        wanted = {action.id for action in found(self._state.actions, self._words.text())}
        for id_, row in self._rows.items():
            row.setVisible(id_ in wanted)
        self._none.setVisible(not wanted)


def _clash(state: HotkeysState, action: Action) -> str:
    """Who else wants an action's keys, in one sentence; empty when nobody does."""
    others = []
    keys, global_ = normal_keys(action.keys), normal_keys(state.everywhere.get(action.id, ""))
    for other in state.actions:
        if other.id == action.id:
            continue
        same_here = keys and keys == normal_keys(other.keys)
        same_there = global_ and global_ == normal_keys(state.everywhere.get(other.id, ""))
        if same_here or same_there:
            others.append(other.name)
    if not others:
        return ""
    return tr("{names} wants these keys, too.", names=", ".join(others))
