"""A scene as it is composed: its items, their newest pictures, and those that come or go.

A scene view belongs to one thread that composes; what it shows is replaced as a whole by another.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from studio.engine.pixels import Picture
from studio.engine.video.coming import Coming, coming_item
from studio.engine.video.compositor import Composition, Compositor, Placed

type PictureAt = Callable[[int], Picture | None]
"""The newest picture of a source at a moment of the show, in monotonic ns."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An item at work: what it shows, and whether it is coming or going."""

    coming: Coming
    picture_at: PictureAt


class SceneView:
    """Composes one scene; keeps what did not change."""

    def __init__(
        self, width: int, height: int, *, zoom: float = 1.0, is_clear: bool = False
    ) -> None:
        self._canvas = (width, height)
        self._compositor = Compositor(
            max(2, round(width * zoom / 2) * 2),
            max(2, round(height * zoom / 2) * 2),
            zoom=zoom,
            is_clear=is_clear,
        )
        self._shown: tuple[Shown, ...] = ()

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of what is composed."""
        return self._compositor.width, self._compositor.height

    def show(self, shown: Sequence[Shown]) -> None:
        """Show these from the next composition on, from the bottom to the top. Any thread."""
        self._shown = tuple(shown)

    def compose(self, now_ns: int) -> Composition:
        """Return the scene as it is at a moment."""
        placed = []
        for one in self._shown:
            picture = one.picture_at(now_ns)
            if picture is None:
                continue
            item = coming_item(one.coming, picture, now_ns=now_ns, canvas=self._canvas)
            if item is not None:
                placed.append(Placed(item, picture))
        return self._compositor.compose(placed)


class NestedView:
    """A scene or group as the picture of an item."""

    def __init__(self, width: int, height: int) -> None:
        self._view = SceneView(width, height, is_clear=True)
        self._picture: Picture | None = None

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture."""
        return self._view.size

    def show(self, shown: Sequence[Shown]) -> None:
        """Show these."""
        self._view.show(shown)

    def picture_at(self, now_ns: int) -> Picture:
        """Return what is in it at a moment; the same picture while nothing changes."""
        made, last = self._view.compose(now_ns), self._picture
        if last is None or last.number != made.number:
            last = Picture(made.frame, made.captured_ns, made.number, made.has_alpha)
            self._picture = last
        return last
