"""Whether a viewer got everything once and in order, as pure code over what its feed delivered."""

from collections import Counter
from dataclasses import dataclass, field

from shared.realtime import Snapshot
from shared.schemas.realtime import EventType, RoomEvent

_IDENTIFIED = frozenset({EventType.CHAT_MESSAGE, EventType.TEEZER_REPLY, EventType.TIP_RECEIVED})
"""Events that carry something stored, which may appear only once whatever its number."""


@dataclass(slots=True)
class FeedCheck:
    """Judges one viewer's feed, item by item."""

    delivered: int = 0
    lost: int = 0
    duplicated: int = 0
    out_of_order: int = 0
    restarts: int = 0
    seq: int | None = None
    seen: Counter[str] = field(default_factory=Counter)

    def take(self, item: Snapshot | RoomEvent) -> None:
        """Judge the next item of the feed."""
        if isinstance(item, Snapshot):
            self._restart(item)
            return
        self.delivered += 1
        if item.type in _IDENTIFIED:
            self._identify(str(item.data.get("id", "")))
        if self.seq is None or item.seq == self.seq + 1:
            self.seq = item.seq
        elif item.seq > self.seq:
            self.lost += item.seq - self.seq - 1
            self.seq = item.seq
        elif item.seq == self.seq:
            self.duplicated += 1
        else:
            self.out_of_order += 1

    def missing(self, stored: set[str], final_seq: int) -> int:
        """What should have come by now and has not: stored things, and the feed's own end."""
        behind = max(0, final_seq - (self.seq or 0))
        return max(behind, len(stored - self.seen.keys()))

    def _identify(self, name: str) -> None:
        self.seen[name] += 1
        if self.seen[name] > 1:
            self.duplicated += 1

    def _restart(self, snapshot: Snapshot) -> None:
        """A snapshot after the first one means that events in between were never delivered."""
        if self.seq is not None:
            self.restarts += 1
            self.lost += max(0, snapshot.seq - self.seq)
        self.seq = snapshot.seq
