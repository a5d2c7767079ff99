"""What areas teach the realtime layer: kinds of rooms, and calls that clients may make."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.schemas.accounts import UserRef
from shared.schemas.realtime import RoomEvent, RoomSnapshot
from shared.server.http.errors import not_found
from shared.server.http.sessions import Caller

type MayJoin = Callable[[AsyncConnection, Caller, str], Awaitable[None]]
"""Raises a refusal when the caller may not enter the room of this name."""
type Snapshot = Callable[[AsyncConnection, Caller, str], Awaitable[RoomSnapshot]]
type Presence = Callable[[str, UserRef, Mapping[str, int]], None]
"""Told the room, who came or went, and who is there now (id to number of sockets)."""


@dataclass(frozen=True, slots=True)
class RoomKind:
    """One kind of room: who may enter, what it shows first, whom to tell of comings."""

    may_join: MayJoin
    snapshot: Snapshot
    joined: Presence | None = None
    left: Presence | None = None


async def empty_snapshot(connection: AsyncConnection, caller: Caller, room: str) -> RoomSnapshot:
    """The snapshot of a room that only has events."""
    return RoomSnapshot()


class Rooms:
    """The kinds of rooms, by what a room's name starts with (`stream`, `user`, `mod`, `admin`)."""

    def __init__(self) -> None:
        self._kinds: dict[str, RoomKind] = {}

    def add(self, prefix: str, kind: RoomKind) -> None:
        """Teach a kind of room."""
        self._kinds[prefix] = kind

    def kind(self, room: str) -> RoomKind:
        """The kind of this room.

        Raises:
            Refused: there is no such kind.
        """
        kind = self._kinds.get(room.partition(":")[0])
        if kind is None:
            raise not_found()
        return kind


type Call[B: BaseModel] = Callable[[Caller, B], Awaitable[RoomEvent | None]]


@dataclass(frozen=True, slots=True)
class CallKind:
    """One call: its body and what answers it."""

    body: type[BaseModel]
    answer: Callable[[Caller, BaseModel], Awaitable[RoomEvent | None]]


class Calls:
    """The calls that clients may make over a socket, by their event's name."""

    def __init__(self) -> None:
        self.kinds: dict[str, CallKind] = {}

    def add[B: BaseModel](self, name: str, body: type[B], answer: Call[B]) -> None:
        """Teach a call; its answer is the stored event, or None where there is none to show."""

        async def checked(caller: Caller, value: BaseModel) -> RoomEvent | None:
            return await answer(caller, body.model_validate(value))

        self.kinds[name] = CallKind(body, checked)
