"""The realtime client of both apps and the simulator: one connection, many rooms."""

import asyncio
import logging
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from pydantic import ValidationError

from shared.api.errors import ApiError, not_understood, unreachable
from shared.api.tls import host_of
from shared.background import Background
from shared.backoff import Backoff
from shared.errors import AppError, Unavailable
from shared.ids import new_id
from shared.listeners import Listener, Listeners, Unsubscribe
from shared.realtime.link import Link, is_final
from shared.realtime.room_feed import RoomFeed, RoomItem
from shared.realtime.rooms import Rooms
from shared.realtime.state import Connection, ConnectionState
from shared.realtime.wire import read_join, read_refusal
from shared.schemas.common import ErrorCode, Request
from shared.schemas.moods import Mood
from shared.schemas.realtime import (
    JoinRequest,
    LeaveRequest,
    SocketChatSend,
    SocketMoodVote,
    SocketTyping,
)
from shared.schemas.room import ChatMessage

_log = logging.getLogger(__name__)
_PASSING = frozenset({ErrorCode.RATE_LIMITED, ErrorCode.UNAVAILABLE, ErrorCode.INTERNAL})
_QUIET_ROOM = 6


class RealtimeClient:
    """Keeps one socket up until told to stop, and every joined room in order over it.

    Open it with `async with`; that does not wait for the connection. It belongs to one session: a
    new sign-in makes a new client. When the server no longer takes the session, the state becomes
    `REVOKED`, every room ends with that error and nothing is tried again.
    """

    def __init__(
        self,
        base_url: str,
        *,
        session: str,
        backoff: Backoff | None = None,
        connect_timeout_s: float = 8.0,
        call_timeout_s: float = 8.0,
        silence_s: float = 10.0,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self._session = session
        self._backoff = backoff or Backoff()
        self._connect_timeout_s = connect_timeout_s
        self._call_timeout_s = call_timeout_s
        self._silence_s = silence_s
        self._connection = Connection(ConnectionState.CONNECTING)
        self._connection_changed = Listeners[Connection]()
        self._link: Link | None = None
        self._up = asyncio.Event()
        self._wanted = asyncio.Event()
        self._rooms = Rooms(self._wanted.set)
        self._keeper = Background("realtime connection")

    def __repr__(self) -> str:
        return f"<RealtimeClient {host_of(self.base_url)}, {self._connection.state}>"

    @property
    def connection(self) -> Connection:
        """How the connection is now."""
        return self._connection

    def on_connection_changed(self, listener: Listener[Connection]) -> Unsubscribe:
        """Hear of every change of the connection."""
        return self._connection_changed.add(listener)

    async def __aenter__(self) -> Self:
        self._keeper.start(self._keep())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            await self._keeper.close()
        finally:
            if self._connection.state is not ConnectionState.REVOKED:
                self._become(Connection(ConnectionState.CLOSED))
            self._up.set()
            self._rooms.close()

    def join(self, room: str, listener: Callable[[RoomItem], None] | None = None) -> RoomFeed:
        """Subscribe to a room, now or as soon as there is a connection.

        With a `listener`, each item is given to it on the event loop; it must not wait. Without
        one, the items wait for `async for`. Joining a room twice gives two independent feeds.
        """
        feed = RoomFeed(room, listener=listener, wake=self._wanted.set, leave=self._rooms.remove)
        if self._connection.state in {ConnectionState.REVOKED, ConnectionState.CLOSED}:
            feed.fail(self._connection.error or unreachable(host_of(self.base_url)))
            return feed
        self._rooms.add(feed)
        return feed

    async def connected(self, *, timeout_s: float = 15.0) -> None:
        """Wait until the connection is up.

        Raises:
            AppError: the session is revoked, or it did not come up in time.
        """
        await self._wait_for_link(timeout_s)

    async def send_chat(
        self,
        stream_id: str,
        text: str,
        *,
        reply_to: str | None = None,
        key: str | None = None,
        timeout_s: float = 15.0,
    ) -> ChatMessage:
        """Say something in a room; survives a lost connection, and is stored once.

        Raises:
            ApiError: the server refused the message.
            Unavailable: no acknowledgement came in time; the same `key` may be sent again.
        """
        body = SocketChatSend(
            stream_id=stream_id, text=text, reply_to=reply_to, idempotency_key=key or new_id()
        )
        deadline = self._now() + timeout_s
        while True:
            link = await self._wait_for_link(deadline - self._now())
            try:
                raw = await self._ask(link, "chat:send", body, deadline - self._now())
            except Unavailable:
                if not link.lost.is_set() or self._now() >= deadline:
                    raise
                continue
            try:
                return ChatMessage.model_validate(raw["event"]["data"])
            except (KeyError, TypeError, ValidationError):
                raise not_understood(host_of(self.base_url)) from None

    async def vote_mood(self, stream_id: str, mood: Mood) -> None:
        """Vote for a room's mood; not repeated, since a vote has no key."""
        link = await self._wait_for_link(self._call_timeout_s)
        body = SocketMoodVote(stream_id=stream_id, mood=mood)
        await self._ask(link, "mood:vote", body, self._call_timeout_s)

    async def typing(self, stream_id: str) -> None:
        """Tell a room that the person is writing; worth nothing later, so dropped while offline."""
        link = self._link
        if link is None:
            return
        try:
            await self._ask(link, "typing", SocketTyping(stream_id=stream_id), 2.0)
        except AppError as error:
            _log.debug("typing was not told: %s", error.code)

    # The connection, kept by one task

    async def _keep(self) -> None:
        tries = 0
        while True:
            link = Link(
                self.base_url,
                session=self._session,
                on_frame=self._rooms.frame,
                on_resync=self._rooms.resync,
                on_lost=self._on_lost,
            )
            error: AppError
            try:
                await link.open(timeout_s=self._connect_timeout_s)
                tries = 0
                self._link = link
                self._up.set()
                self._become(Connection(ConnectionState.CONNECTED))
                await self._serve(link)
                error = unreachable(host_of(self.base_url))
            except AppError as failure:
                error = failure
            finally:
                self._on_lost()
                await link.close()
                self._rooms.lost()
            if is_final(error):
                self._revoke(error)
                return
            wait_s = max(self._backoff.wait_s(tries), min(error.retry_after_s or 0.0, 60.0))
            tries += 1
            self._become(
                Connection(
                    ConnectionState.RECONNECTING, error=error, tries=tries, retry_in_s=wait_s
                )
            )
            await asyncio.sleep(wait_s)

    async def _serve(self, link: Link) -> None:
        """Keep every room joined until the link is lost; a room's silence is looked into."""
        while not link.lost.is_set():
            self._wanted.clear()
            await self._leave_rooms(link)
            for feed in self._rooms:
                if feed.needs_join and feed.ask_at <= self._now():
                    await self._join(link, feed)
                    # A gap that one answer did not close is asked about again, but not at once.
                    feed.misses = feed.misses + 1 if feed.needs_join else 0
                    wait_s = self._backoff.wait_s(feed.misses) if feed.misses else 0.0
                    feed.ask_at = self._now() + wait_s
            due = [feed.ask_at for feed in self._rooms if feed.needs_join]
            pause_s = min([self._silence_s, *(at - self._now() for at in due)])
            if not await _any_set(link.lost, self._wanted, timeout_s=max(pause_s, 0.0)):
                await self._probe(link)

    async def _probe(self, link: Link) -> None:
        """Ask the quietest room what it has, when it has been quiet for long.

        That finds a dead connection which nobody has closed, and a room that we are no longer in.
        """
        feed = self._rooms.quietest()
        if feed is None or feed.needs_join:
            return
        is_all_quiet = self._now() - link.heard_at >= self._silence_s
        patience_s = self._silence_s * (1 if is_all_quiet else _QUIET_ROOM)
        if self._now() - feed.heard_at >= patience_s:
            await self._join(link, feed)

    async def _join(self, link: Link, feed: RoomFeed) -> None:
        since = feed.since
        try:
            raw = await self._ask(
                link, "join", JoinRequest(room=feed.room, since_seq=since), self._call_timeout_s
            )
        except ApiError as error:
            if is_final(error):
                raise
            if error.code not in _PASSING:
                feed.fail(error)
                self._rooms.remove(feed, tell_server=False)
            return
        joined = read_join(raw)
        if joined is None:
            raise not_understood(host_of(self.base_url))
        feed.answered(since, joined)

    async def _leave_rooms(self, link: Link) -> None:
        while (room := self._rooms.left()) is not None:
            try:
                await self._ask(link, "leave", LeaveRequest(room=room), self._call_timeout_s)
            except ApiError as error:
                _log.info("leaving %s was refused: %s", room, error.code)

    async def _ask(self, link: Link, event: str, body: Request, timeout_s: float) -> Any:
        payload = body.model_dump(mode="json", exclude_none=True)
        try:
            raw = await link.call(event, payload, timeout_s=max(timeout_s, 0.0))
        except Unavailable as error:
            if error.code == "SERVER_TIMEOUT":
                _log.info("%s was not acknowledged in %.1f s", event, timeout_s)
            raise
        refusal = read_refusal(raw)
        if refusal is not None:
            raise refusal
        return raw

    async def _wait_for_link(self, timeout_s: float) -> Link:
        ended = {ConnectionState.REVOKED, ConnectionState.CLOSED}
        try:
            async with asyncio.timeout(max(timeout_s, 0.0)):
                while self._link is None and self._connection.state not in ended:
                    await self._up.wait()
        except TimeoutError:
            pass
        link = self._link
        if link is None or self._connection.state in ended:
            raise self._connection.error or unreachable(host_of(self.base_url))
        return link

    def _on_lost(self) -> None:
        """From this moment on nobody is given the link: a caller would only fail at once."""
        self._up.clear()
        self._link = None

    def _revoke(self, error: AppError) -> None:
        self._become(Connection(ConnectionState.REVOKED, error=error))
        self._rooms.fail(error)
        self._up.set()  # nobody waits for a connection that will not come

    def _become(self, connection: Connection) -> None:
        if connection != self._connection:
            self._connection = connection
            self._connection_changed.tell(connection)

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()


async def _any_set(*events: asyncio.Event, timeout_s: float) -> bool:
    """Wait until one of the events is set; false when the time ran out first."""
    waits = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        done, _ = await asyncio.wait(waits, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
        return bool(done)
    finally:
        for wait in waits:
            wait.cancel()
        await asyncio.gather(*waits, return_exceptions=True)
