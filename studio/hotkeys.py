"""Every action of the studio with its keys: one list for shortcuts, palette, editor and remote."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget


@dataclass(frozen=True, slots=True)
class Action:
    """Something the creator can do; `name` is in their language, `keys` portable ("Ctrl+M")."""

    id: str
    name: str
    run: Callable[[], object]
    keys: str = ""

    @property
    def shown_keys(self) -> str:
        """The keys as this system writes them."""
        return QKeySequence(self.keys).toString(QKeySequence.SequenceFormat.NativeText)


def normal_keys(keys: str) -> str:
    """Keys in the one form in which they are compared and kept; empty when they are none."""
    return QKeySequence(keys).toString()


def conflicts(actions: Sequence[Action]) -> dict[str, tuple[Action, ...]]:
    """Keys that more than one action wants, in their normal form, with those actions."""
    wanted: dict[str, list[Action]] = {}
    for action in actions:
        if action.keys:
            wanted.setdefault(normal_keys(action.keys), []).append(action)
    return {keys: tuple(who) for keys, who in wanted.items() if len(who) > 1}


def found(actions: Sequence[Action], words: str) -> list[Action]:
    """The actions that have every word typed, those whose name begins with them first.

    The word in an action's id counts as well: who looks for "wizard" finds the set-up.
    """
    looked = words.casefold().split()
    fitting = [a for a in actions if all(word in f"{a.name} {a.id}".casefold() for word in looked)]
    start = " ".join(looked)
    return sorted(fitting, key=lambda a: not a.name.casefold().startswith(start))


class Shortcuts(QObject):
    """The actions of a window and the shortcuts that do them, under the keys chosen for each."""

    changed = Signal()
    """Another action, or other keys."""

    def __init__(self, window: QWidget, actions: Sequence[Action]) -> None:
        super().__init__(window)
        self._window = window
        self._first: dict[str, Action] = {}
        self._chosen: Mapping[str, str] = {}
        self._shortcuts: dict[str, QShortcut] = {}
        self.add(actions)

    @property
    def actions(self) -> tuple[Action, ...]:
        """Every action with the keys in force."""
        return tuple(
            replace(action, keys=self._chosen.get(action.id, action.keys))
            for action in self._first.values()
        )

    @property
    def first_keys(self) -> dict[str, str]:
        """Every action's keys before anybody chose."""
        return {action.id: action.keys for action in self._first.values()}

    def add(self, actions: Sequence[Action]) -> None:
        """Offer more actions; one with a known id takes the place of the earlier."""
        for action in actions:
            self._first[action.id] = action
        self._bind()

    def choose(self, keys: Mapping[str, str]) -> None:
        """Put chosen keys in force, by action; an empty text is none."""
        self._chosen = dict(keys)
        self._bind()

    def run(self, action_id: str) -> bool:
        """Do an action by its id; False when there is none."""
        action = self._first.get(action_id)
        if action is not None:
            action.run()
        return action is not None

    def _bind(self) -> None:
        """Give every action its shortcut; of two with the same keys only the first has one."""
        taken: set[str] = set()
        for action in self.actions:
            keys = normal_keys(action.keys)
            known = self._shortcuts.pop(action.id, None)
            if known is not None:
                known.setEnabled(False)
                known.deleteLater()
            if not keys or keys in taken:
                continue
            taken.add(keys)
            shortcut = QShortcut(QKeySequence(keys), self._window)
            shortcut.activated.connect(action.run)
            self._shortcuts[action.id] = shortcut
        self.changed.emit()
