"""The order of one room's events, without any I/O: gaps, repairs, duplicates and fresh starts."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from shared.schemas.realtime import RoomSnapshot


class Sequenced(Protocol):
    """Anything that carries its place in a room's feed."""

    @property
    def seq(self) -> int:
        """Its place; rises by one per room, without gaps."""
        ...


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The room as it is at `seq`: whoever shows the room starts over from it."""

    seq: int
    state: RoomSnapshot


class Feed[E: Sequenced]:
    """Turns frames that may be lost, doubled or out of order into the one sequence, each once.

    It only says what is to be delivered and whether the server must be asked (`needs_join`, with
    `since`); asking is the caller's. At most `max_ahead` events are held behind a gap: of more,
    the farthest are let go and asked for again.
    """

    def __init__(self, *, max_ahead: int = 4000) -> None:
        self._max_ahead = max_ahead
        self._seq: int | None = None
        self._ahead: dict[int, E] = {}
        self._highest = -1
        self._is_joined = False
        self._needs_join = True

    @property
    def seq(self) -> int | None:
        """The last event delivered; None before the first snapshot."""
        return self._seq

    @property
    def since(self) -> int | None:
        """What to ask the next join with; None asks for a snapshot."""
        return self._seq

    @property
    def needs_join(self) -> bool:
        """Whether the server must be asked: at first, after a loss and while there is a gap."""
        return self._needs_join

    def push(self, events: Iterable[E]) -> list[E]:
        """Take a frame's events; gives back what is next in order, often just those."""
        for event in events:
            # Before the join's answer nothing is judged: the numbers may be a new server's.
            if not self._is_joined or self._seq is None or event.seq > self._seq:
                self._ahead.setdefault(event.seq, event)
                self._highest = max(self._highest, event.seq)
        self._shed()
        if not self._is_joined or self._seq is None:
            return []
        return self._drain(self._seq)

    def joined(
        self,
        *,
        asked_since: int | None,
        seq: int,
        snapshot: RoomSnapshot | None = None,
        missed: Iterable[E] = (),
    ) -> list[E | Snapshot]:
        """Take the answer of a join that asked with `asked_since`."""
        went_back = asked_since is not None and seq < asked_since
        if went_back:
            self._highest = -1
            if self._is_joined:
                self._ahead.clear()  # numbered by the feed that is no more
        self._is_joined = True
        delivered: list[E | Snapshot] = []
        last = self._seq
        if snapshot is not None:
            if last is None or went_back or seq > last:
                last = seq
                delivered.append(Snapshot(seq, snapshot))
        elif last is None or went_back:
            # Nothing to stand on: the numbers started anew, yet no snapshot came with them.
            self.forget()
            return []
        for event in missed:
            self._ahead.setdefault(event.seq, event)
        self._highest = max(self._highest, seq, *self._ahead)
        delivered.extend(self._drain(last))
        return delivered

    def lost(self) -> None:
        """The connection is gone, or the server dropped what it had for us (`resync`)."""
        self._is_joined = False
        self._needs_join = True
        self._highest = -1
        self._ahead.clear()

    def forget(self) -> None:
        """Start over from a fresh snapshot."""
        self.lost()
        self._seq = None

    def _drain(self, last: int) -> list[E]:
        ready: list[E] = []
        while (event := self._ahead.pop(last + 1, None)) is not None:
            last += 1
            ready.append(event)
        for old in [seq for seq in self._ahead if seq <= last]:
            del self._ahead[old]
        self._seq = last
        self._needs_join = last < self._highest
        return ready

    def _shed(self) -> None:
        if len(self._ahead) > self._max_ahead:
            for seq in sorted(self._ahead)[self._max_ahead :]:
                del self._ahead[seq]
