"""What keys and menu may do to the canvas; the view is one."""

from typing import Protocol

from studio.canvas.selection import Edits, Selection


class Board(Protocol):
    """A canvas with something picked on it."""

    selection: Selection

    @property
    def has_clips(self) -> bool:
        """There is something to paste."""
        ...

    def request(self, edits: Edits) -> None:
        """Ask for edits."""
        ...

    def choose(self, ids: tuple[str, ...]) -> None:
        """Pick these items."""
        ...

    def choose_all(self) -> None:
        """Pick everything that is not locked."""
        ...

    def choose_next(self, step: int) -> None:
        """Pick the item above or below."""
        ...

    def copy(self) -> None:
        """Put what is picked on the clipboard."""
        ...

    def cut(self) -> None:
        """Copy, and take out of the scene."""
        ...

    def paste(self) -> None:
        """Put copies of the clipboard on top."""
        ...

    def duplicate(self) -> None:
        """Put copies of what is picked on top."""
        ...

    def toggle_visible(self) -> None:
        """Hide or show what is picked."""
        ...

    def toggle_locked(self) -> None:
        """Lock or unlock what is picked."""
        ...

    def ask_properties(self) -> None:
        """Ask for the properties of what is picked."""
        ...

    def ask_filters(self) -> None:
        """Ask for the filters of what is picked."""
        ...

    def ask_place(self) -> None:
        """Ask for the numbers of what is picked."""
        ...

    def group(self) -> None:
        """Put what is picked into one group."""
        ...

    def ungroup(self) -> None:
        """Take the items out of picked groups."""
        ...

    def enter(self) -> None:
        """Edit the items of the group picked."""
        ...

    def open_chosen(self) -> None:
        """Enter the group picked, or ask for the properties of what is no group."""
        ...

    def leave(self) -> bool:
        """Leave the group that is edited."""
        ...

    def leave_or_clear(self) -> None:
        """Leave the group that is edited, or pick nothing."""
        ...

    def key_gesture(self, *, goes_on: bool) -> str:
        """The name of the movement that a key held down makes."""
        ...
