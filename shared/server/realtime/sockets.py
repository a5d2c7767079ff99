"""The Socket.IO door: who may come in, which rooms they join, and what they may call.

The only module that knows python-socketio. What leaves for many sockets is encoded once and
written to each one's line directly; `FanOut` decides what that is.
"""

import asyncio
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import socketio
from pydantic import BaseModel, ValidationError

from shared.errors import AppError
from shared.ids import new_id
from shared.schemas.realtime import (
    EventType,
    JoinAck,
    JoinRequest,
    LeaveRequest,
    SocketDone,
    user_room,
)
from shared.server.db.database import Database
from shared.server.http.application import invalid
from shared.server.http.errors import (
    RequestContext,
    envelope,
    forbidden,
    internal,
    unauthenticated,
)
from shared.server.http.gateway import client_address
from shared.server.http.limits import Limits, rate_limited
from shared.server.http.metrics import Metrics
from shared.server.http.sessions import Caller, SessionLookup, credentials
from shared.server.realtime.engine import (
    QUIET,
    Engine,
    RoomPacket,
    SocketIo,
    event_packet,
    only_packets,
)
from shared.server.realtime.fanout import FanOut, Member, Parcel
from shared.server.realtime.feed import Feed, FeedEvent
from shared.server.realtime.line import KEY, Line
from shared.server.realtime.registry import Calls, Rooms
from shared.server.realtime.relay import Alone, Relay
from shared.server.settings import Settings

_log = logging.getLogger(__name__)
_SNAPSHOT_TRIES = 5
_STRANGER_S = 10.0
_MAX_MESSAGE_BYTES = 64 * 1024
_MAX_ROOMS = 50
_MAX_SOCKETS = 50
"""One person's, over all their devices."""


@dataclass(slots=True, eq=False)
class _Client:
    """One connected socket."""

    sid: str
    caller: Caller
    pipe: Any
    """engineio's socket: its `queue` is emptied by one writer task."""
    line: Line | None
    max_waiting: int
    rooms: dict[str, Member] = field(default_factory=dict)
    entering: set[str] = field(default_factory=set)
    """Rooms that it was let into and whose snapshot is being read."""

    def offer(self, parcel: Parcel) -> bool:
        """Write a parcel, or queue it while the line is busy.

        A full queue is emptied and the client told to resync.
        """
        if parcel.encoded is None:
            parcel.encoded = RoomPacket.of(parcel.event, parcel.body)
        queue: asyncio.Queue[Any] = self.pipe.queue
        # What waits in the queue was said before: an acknowledgement must not be overtaken.
        if self.line is not None and queue.empty() and self.line.write(parcel.encoded.frame):
            return True
        if queue.qsize() < self.max_waiting:
            queue.put_nowait(parcel.encoded)
            return True
        kept = []
        while not queue.empty():
            packet = queue.get_nowait()
            queue.task_done()
            if not isinstance(packet, RoomPacket):
                kept.append(packet)
        for packet in (*kept, event_packet("resync", "{}")):
            queue.put_nowait(packet)
        return False


class Sockets:
    """All connected sockets of this process; `asgi` serves `/socket.io/`."""

    def __init__(
        self,
        *,
        settings: Settings,
        db: Database,
        feed: Feed,
        fanout: FanOut,
        rooms: Rooms,
        calls: Calls,
        sessions: SessionLookup,
        limits: Limits,
        metrics: Metrics,
        relay: Relay | None = None,
    ) -> None:
        self._settings = settings
        self._db = db
        self._feed = feed
        self._fanout = fanout
        self._rooms = rooms
        self._calls = calls
        self._sessions = sessions
        self._limits = limits
        self._relay: Relay = relay or Alone()
        self._clients: dict[str, _Client] = {}
        self._stale: asyncio.Queue[str] = asyncio.Queue(10_000)
        self._revocations = 0
        self._io = SocketIo(
            async_mode="asgi",
            transports=["websocket"],
            engineio_logger=QUIET,
            async_handlers=False,
            max_http_buffer_size=_MAX_MESSAGE_BYTES,
            ping_interval=20,
            ping_timeout=20,
            cors_allowed_origins=list(settings.trusted_origins) or None,
        )
        self.asgi = only_packets(socketio.ASGIApp(self._io), max_chars=_MAX_MESSAGE_BYTES)
        self._io.on("connect", self._connect)
        self._io.on("disconnect", self._disconnect)
        self._io.on("*", self._event)
        feed.listen_everywhere(self._watch_revocations)
        metrics.gauge("teezu_sockets", lambda: len(self._clients))
        metrics.gauge("teezu_feed_delivered_total", lambda: fanout.delivered)

    async def run(self) -> None:
        """Disconnect the sockets of sessions that were revoked."""
        while True:
            user_id = await self._stale.get()
            theirs = [c for c in self._clients.values() if c.caller.user_id == user_id]
            alive = await self._sessions.alive({c.caller.session_id for c in theirs})
            for client in theirs:
                if client.caller.session_id not in alive:
                    await self._io.disconnect(client.sid)

    async def watch_strangers(self) -> None:
        """Close connections that have not said who they are within ten seconds."""
        seen: dict[str, float] = {}
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(_STRANGER_S / 2)
            known = {client.pipe.sid for client in self._clients.values()}
            strangers = set(self._io.eio.sockets) - known
            seen = {sid: seen.get(sid, loop.time()) for sid in strangers}
            for sid, since in seen.items():
                if loop.time() - since >= _STRANGER_S:
                    pipe = self._io.eio.sockets[sid]
                    await self._io.eio.disconnect(sid)
                    pipe.queue.put_nowait(None)  # ends its writer, and with it the connection

    def _watch_revocations(self, room: str, events: Any) -> None:
        if room.startswith("user:") and any(
            event.type is EventType.SESSION_REVOKED for event in events
        ):
            self._revocations += 1
            self._stale.put_nowait(room.removeprefix("user:"))

    async def close_all(self) -> None:
        """Disconnect everybody."""
        for sid in list(self._clients):
            await self._io.disconnect(sid)

    async def aclose(self) -> None:
        """Disconnect everybody, and leave no task behind."""
        await self.close_all()
        if isinstance(self._io.eio, Engine):
            await self._io.eio.stop()

    async def _connect(self, sid: str, environ: Mapping[str, Any], auth: Any) -> None:
        secret = auth.get("session") if isinstance(auth, dict) else None
        if not isinstance(secret, str):
            headers = dict(environ["asgi.scope"]["headers"])
            secret = credentials(headers).secret
        before = self._revocations
        try:
            caller = await self._admit(environ, secret)
        except AppError as error:
            raise _not_connected(error) from None
        pipe = self._io.eio.sockets[self._io.manager.eio_sid_from_sid(sid, "/")]
        limit = self._settings.client_queue_frames
        await self._relay.enter(user_room(caller.user_id))
        line = environ["asgi.scope"].get(KEY)
        self._clients[sid] = _Client(sid, caller, pipe, line, limit)
        if self._revocations != before and not await self._sessions.alive({caller.session_id}):
            # It ended between our look and now, when this socket was not yet to be found.
            await self._disconnect(sid, "revoked")
            raise _not_connected(unauthenticated())

    async def _admit(self, environ: Mapping[str, Any], secret: str | None) -> Caller:
        scope = environ["asgi.scope"]
        address = client_address(
            scope, dict(scope["headers"]), trust_proxy=self._settings.trust_proxy
        )
        self._limits.check(f"A:{address}", self._settings.address_requests_per_minute)
        caller = await self._sessions.caller(secret) if secret else None
        if caller is None:
            raise unauthenticated()
        open_now = sum(c.caller.user_id == caller.user_id for c in self._clients.values())
        if open_now >= _MAX_SOCKETS:
            raise rate_limited(60)
        return caller

    async def _disconnect(self, sid: str, reason: str) -> None:
        client = self._clients.pop(sid, None)
        if client is not None:
            self._relay.leave(user_room(client.caller.user_id))
            for room in list(client.rooms):
                self._leave(client, room)

    async def _event(self, event: str, sid: str, *arguments: Any) -> Any:
        """Answer any call; whatever happens, the caller gets an acknowledgement."""
        client = self._clients.get(sid)
        if client is None:
            return None
        info = RequestContext(new_id(), client.caller.locale)
        try:
            body = arguments[0] if arguments else None
            self._limits.check(f"s:{client.caller.session_id}", self._settings.requests_per_minute)
            answer = await self._answer(client, event, body)
            return answer.model_dump(mode="json")
        except ValidationError as error:
            problems = [
                {"field": ".".join(map(str, p["loc"])) or "body", "problem": str(p["msg"])}
                for p in error.errors(include_input=False)[:20]
            ]
            return _refusal(invalid(problems), info)
        except AppError as error:
            return _refusal(error, info)
        except Exception:  # noqa: BLE001 - the root of a call
            _log.exception("call %s failed, request %s", event[:40], info.id)
            return _refusal(internal(), info)

    async def _answer(self, client: _Client, event: str, body: Any) -> BaseModel:
        if event == "join":
            return await self._join(client, JoinRequest.model_validate(body))
        if event == "leave":
            self._leave(client, LeaveRequest.model_validate(body).room)
            return SocketDone(ok=True)
        kind = self._calls.kinds.get(event)
        if kind is None:
            raise invalid([{"field": "event", "problem": "there is no such call"}])
        stored = await kind.answer(client.caller, kind.body.model_validate(body))
        return SocketDone(ok=True, event=stored)

    async def _join(self, client: _Client, request: JoinRequest) -> JoinAck:
        room = request.room
        kind = self._rooms.kind(room)
        async with self._db.read() as db:
            await kind.may_join(db, client.caller, room)
        if room not in client.rooms and len(client.rooms) >= _MAX_ROOMS:
            raise invalid([{"field": "room", "problem": f"at most {_MAX_ROOMS} rooms at once"}])
        new = client.caller.user_id not in self._fanout.users(room)
        self._drop(client, room)
        member = self._fanout.add(room, client, client.caller.ref)
        client.entering.add(room)
        try:
            await self._relay.enter(room)
            ack = await self._read(client, request, member)
            if room not in client.entering:
                raise forbidden()  # put out while the snapshot was read
        except BaseException:
            self._relay.leave(room)
            self._fanout.remove(room, member)
            raise
        finally:
            client.entering.discard(room)
        if self._clients.get(client.sid) is not client:  # gone while we read
            self._relay.leave(room)
            self._fanout.remove(room, member)
            return ack
        client.rooms[room] = member
        if new and kind.joined is not None:
            kind.joined(room, client.caller.ref, self._fanout.users(room))
        return ack

    async def _read(self, client: _Client, request: JoinRequest, member: Member) -> JoinAck:
        """Snapshot or missed events, at a number from which frames can follow on."""
        room, since = request.room, request.since_seq
        kind = self._rooms.kind(room)
        limit = self._settings.missed_events
        for _ in range(_SNAPSHOT_TRIES):
            async with self._db.read() as db:
                seq = await self._feed.seq(db, room)
                missed: list[FeedEvent] | None = None
                if since is not None and 0 <= seq - since <= limit:
                    missed = await self._feed.since(db, room, since, limit)
                    if len(missed) != seq - since:
                        missed = None
                snapshot = await kind.snapshot(db, client.caller, room) if missed is None else None
            if self._fanout.start(room, member, seq):
                break
        else:
            member.seq = seq  # the client sees the gap and asks again
        return JoinAck(
            seq=seq,
            snapshot=snapshot,
            missed=None if missed is None else [event.model() for event in missed],
        )

    def _drop(self, client: _Client, room: str) -> bool:
        member = client.rooms.pop(room, None)
        if member is None:
            return False
        self._relay.leave(room)
        return self._fanout.remove(room, member)

    def _leave(self, client: _Client, room: str) -> None:
        if room in client.rooms and self._drop(client, room):
            kind = self._rooms.kind(room)
            if kind.left is not None:
                kind.left(room, client.caller.ref, self._fanout.users(room))

    def people(self, room: str) -> list[Caller]:
        """Who is in a room here or about to be, each person once."""
        found = {
            client.caller.user_id: client.caller
            for client in self._clients.values()
            if room in client.rooms or room in client.entering
        }
        return list(found.values())

    def expel(self, user_id: str, room: str | None) -> None:
        """Take a person's sockets out of a room, or of every stream's room where it is None.

        They are told `left {room}`; joining again tells them why.
        """
        for client in list(self._clients.values()):
            if client.caller.user_id != user_id:
                continue
            for joined in [*client.rooms, *client.entering]:
                if joined == room or (room is None and joined.startswith("stream:")):
                    client.entering.discard(joined)
                    self._leave(client, joined)
                    client.offer(Parcel("left", json.dumps({"room": joined})))


def _not_connected(error: AppError) -> Exception:
    """What python-socketio tells a client that may not come in."""
    refusal = envelope(error, RequestContext(new_id()))
    return socketio.exceptions.ConnectionRefusedError(
        refusal.message, refusal.model_dump(mode="json", exclude_none=True)
    )


def _refusal(error: AppError, info: RequestContext) -> dict[str, Any]:
    """The acknowledgement of a refused call."""
    done = SocketDone(ok=False, error=envelope(error, info))
    return done.model_dump(mode="json", exclude_none=True)
