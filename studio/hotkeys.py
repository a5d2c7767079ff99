"""Every action of the studio with its keys: one list for shortcuts, palette and conflicts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtGui import QKeySequence


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


def conflicts(actions: Sequence[Action]) -> dict[str, tuple[Action, ...]]:
    """Keys that more than one action wants, in their normal form, with those actions."""
    wanted: dict[str, list[Action]] = {}
    for action in actions:
        if action.keys:
            normal = QKeySequence(action.keys).toString()
            wanted.setdefault(normal, []).append(action)
    return {keys: tuple(who) for keys, who in wanted.items() if len(who) > 1}


def found(actions: Sequence[Action], words: str) -> list[Action]:
    """The actions that have every word typed, those whose name begins with them first."""
    looked = words.casefold().split()
    fitting = [a for a in actions if all(word in a.name.casefold() for word in looked)]
    start = " ".join(looked)
    return sorted(fitting, key=lambda a: not a.name.casefold().startswith(start))
