"""From the committed log to the sockets: frames per room, encoded once, in order, without gaps."""

import asyncio
import json
import logging
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from shared.schemas.accounts import UserRef
from shared.server.db.database import Database
from shared.server.realtime.feed import Feed, FeedEvent
from shared.server.settings import Settings

_log = logging.getLogger(__name__)
_REPAIR_LIMIT = 5000
_SWEEP_S = 1.0
_SWEEP_ROOMS = 500


@dataclass(slots=True)
class Parcel:
    """One frame for many sockets; a sink keeps its encoded form in `encoded`."""

    event: str
    body: str
    """The payload as JSON text."""
    encoded: Any = None


class Sink(Protocol):
    """One client's bounded way out."""

    def offer(self, parcel: Parcel) -> bool:
        """Queue the parcel; False when the client was too slow and was told to resync."""
        ...


@dataclass(slots=True, eq=False)
class Member:
    """One socket in one room; `seq` is the last event it was given."""

    sink: Sink
    user: UserRef
    seq: int | None = None
    """None until its snapshot has been read."""


@dataclass(slots=True, eq=False)
class Channel:
    """One room with somebody in it."""

    room: str
    members: list[Member] = field(default_factory=list)
    users: dict[str, int] = field(default_factory=dict)
    """How many sockets each person has here."""
    seqs: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    """What was committed and not sent yet: numbers and wire texts, in order."""
    tail: int | None = None
    """The last number taken in; None until a member's snapshot has set it."""
    behind: bool = False
    """A number is missing: the log must be read."""
    due: asyncio.TimerHandle | None = None
    sent_at: float = 0.0


class FanOut:
    """All rooms with somebody in them, in this process."""

    def __init__(self, feed: Feed, db: Database, settings: Settings) -> None:
        self._feed = feed
        self._db = db
        self._interval_s = 1 / settings.frames_per_second
        self._channels: dict[str, Channel] = {}
        self._elsewhere: dict[str, set[str]] = {}
        self._repairs: asyncio.Queue[Channel] = asyncio.Queue(1000)
        self.delivered = 0
        """Events handed to sockets, for the figures."""
        feed.listen_everywhere(self.take)

    def take(self, room: str, events: Sequence[FeedEvent]) -> None:
        """Take in what was committed; sent at once when the room was quiet, else with the tick."""
        channel = self._channels.get(room)
        if channel is None:
            return
        for event in events:
            if channel.tail is None:  # nobody has a snapshot yet: keep all, sort out later
                channel.seqs.append(event.seq)
                channel.texts.append(event.wire())
            elif event.seq == channel.tail + 1:
                channel.tail = event.seq
                channel.seqs.append(event.seq)
                channel.texts.append(event.wire())
            elif event.seq > channel.tail:
                self._fall_behind(channel)
        if channel.tail is not None:
            self._schedule(channel)

    def _fall_behind(self, channel: Channel) -> None:
        if not channel.behind:
            channel.behind = True
            try:
                self._repairs.put_nowait(channel)
            except asyncio.QueueFull:  # clients notice the gap and ask for themselves
                channel.behind = False

    async def run(self) -> None:
        """Read from the log what commits in another order left out."""
        while True:
            channel = await self._repairs.get()
            channel.behind = False
            tail = channel.tail
            if tail is None or self._channels.get(channel.room) is not channel:
                continue
            async with self._db.read() as db:
                events = await self._feed.since(db, channel.room, tail, _REPAIR_LIMIT)
            self.take(channel.room, events)

    async def sweep(self) -> None:
        """Find what other processes committed and nobody told us: once a second, in the log."""
        while True:
            await asyncio.sleep(_SWEEP_S)
            rooms = [room for room, channel in self._channels.items() if channel.tail is not None]
            for start in range(0, len(rooms), _SWEEP_ROOMS):
                async with self._db.read() as db:
                    seqs = await self._feed.seqs(db, rooms[start : start + _SWEEP_ROOMS])
                for room, seq in seqs.items():
                    channel = self._channels.get(room)
                    if channel is not None and channel.tail is not None and seq > channel.tail:
                        self._fall_behind(channel)

    def _schedule(self, channel: Channel) -> None:
        if channel.due is None and channel.texts:
            loop = asyncio.get_running_loop()
            wait = max(0.0, channel.sent_at + self._interval_s - loop.time())
            channel.due = loop.call_later(wait, self._send, channel)

    def _send(self, channel: Channel) -> None:
        channel.due = None
        channel.sent_at = asyncio.get_running_loop().time()
        seqs, texts = channel.seqs, channel.texts
        if not texts:
            return
        channel.seqs, channel.texts = [], []
        whole = self._parcel(channel.room, texts)
        slow: list[Member] = []
        for member in channel.members:
            if member.seq is None or member.seq >= seqs[-1]:
                continue
            skip = bisect_right(seqs, member.seq)
            parcel = whole if skip == 0 else self._parcel(channel.room, texts[skip:])
            if member.sink.offer(parcel):
                member.seq = seqs[-1]
                self.delivered += len(texts) - skip
            else:
                slow.append(member)
        for member in slow:
            self.remove(channel.room, member)

    def _parcel(self, room: str, texts: list[str]) -> Parcel:
        body = f'{{"room":{json.dumps(room)},"events":[{",".join(texts)}]}}'
        return Parcel("frame", body)

    def add(self, room: str, sink: Sink, user: UserRef) -> Member:
        """Let a socket in. It gets frames once `start` has said where its snapshot ends."""
        channel = self._channels.get(room)
        if channel is None:
            channel = self._channels[room] = Channel(room)
        member = Member(sink, user)
        channel.members.append(member)
        channel.users[user.id] = channel.users.get(user.id, 0) + 1
        return member

    def start(self, room: str, member: Member, seq: int) -> bool:
        """Send the member everything after `seq`; False when it must read a newer snapshot."""
        channel = self._channels[room]
        if channel.tail is None:
            kept = sorted(
                (s, t) for s, t in zip(channel.seqs, channel.texts, strict=True) if s > seq
            )
            channel.seqs, channel.texts, channel.tail = [], [], seq
            for number, text in kept:
                if number != channel.tail + 1:
                    self._fall_behind(channel)
                    break
                channel.tail = number
                channel.seqs.append(number)
                channel.texts.append(text)
        first_waiting = channel.seqs[0] if channel.seqs else channel.tail + 1
        if seq < first_waiting - 1:
            return False
        if seq > channel.tail:
            self._fall_behind(channel)
        member.seq = seq
        self._schedule(channel)
        return True

    def remove(self, room: str, member: Member) -> bool:
        """Let a socket out; True when its person has no other socket here."""
        channel = self._channels.get(room)
        if channel is None or member not in channel.members:
            return False
        channel.members.remove(member)
        left = channel.users[member.user.id] - 1
        if left:
            channel.users[member.user.id] = left
        else:
            del channel.users[member.user.id]
        if not channel.members:
            if channel.due is not None:
                channel.due.cancel()
            del self._channels[room]
        return not left

    def users(self, room: str) -> Mapping[str, int]:
        """Who is in the room: a person's id to the number of their sockets."""
        channel = self._channels.get(room)
        return {} if channel is None else channel.users

    @property
    def rooms(self) -> list[str]:
        """The rooms with somebody in them here."""
        return list(self._channels)

    def everybody(self, room: str) -> set[str]:
        """Who is in the room, here and at other processes."""
        return set(self.users(room)) | self._elsewhere.get(room, set())

    def learn(self, elsewhere: dict[str, set[str]]) -> list[str]:
        """Take in who is where at other processes; the rooms of ours for which that is news."""
        changed = [
            room
            for room in self._channels
            if elsewhere.get(room, set()) != self._elsewhere.get(room, set())
        ]
        self._elsewhere = elsewhere
        return changed

    def volatile(self, room: str, event: str, body: str) -> None:
        """Send everybody here something that is not part of the feed and may be lost."""
        channel = self._channels.get(room)
        if channel is not None:
            parcel = Parcel(event, body)
            for member in channel.members:
                if member.seq is not None:
                    member.sink.offer(parcel)
