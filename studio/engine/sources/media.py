"""What a creator may ask of a media file that plays: pause, go on, jump, begin again."""

from collections import deque
from dataclasses import dataclass
from typing import Literal

_AT_MOST = 32


@dataclass(frozen=True, slots=True)
class MediaOrder:
    """One wish; `seconds` is a place in the file for "seek", a distance for "skip"."""

    action: Literal["pause", "play", "seek", "skip"]
    seconds: float = 0.0


class MediaOrders:
    """Wishes on their way to the capture's thread; when there are too many, the oldest go."""

    def __init__(self) -> None:
        self._orders: deque[MediaOrder] = deque(maxlen=_AT_MOST)

    def give(self, order: MediaOrder) -> None:
        """Ask for something; any thread."""
        self._orders.append(order)

    def take(self) -> MediaOrder | None:
        """Return the next wish."""
        return self._orders.popleft() if self._orders else None


@dataclass(slots=True)
class Bookmark:
    """Where in its file a source was when it was last shown."""

    position_s: float = 0.0
