"""Simulated viewers against a real server: they join, chat, vote and tip, and check their feeds."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

from shared.api import ApiClient
from shared.errors import AppError, Unavailable
from shared.ids import new_id
from shared.realtime import RealtimeClient, RoomFeed, RoomItem
from shared.schemas.realtime import EventType, RoomEvent, stream_room
from shared.schemas.roles import Permission, Role, may
from shared.schemas.wallet import TipRequest
from shared.server.simulator.accounts import Account
from shared.server.simulator.check import FeedCheck
from shared.server.simulator.plan import Act, Chat, GiveTip, Rates, Vote, acts

_AT_ONCE = 64
_JOIN_AT_ONCE = 16
_JOIN_TIMEOUT_S = 30.0
_DRAIN_TIMEOUT_S = 15.0
_POCKET_TOKENS = 2000
_LOWEST_TOKENS = 500


@dataclass(slots=True)
class Person:
    """A signed-in account; several viewers may share it."""

    role: Role
    api: ApiClient
    user_id: str

    def may(self, permission: Permission) -> bool:
        """Whether the account's role allows it."""
        return may(self.role, permission)


@dataclass(slots=True)
class Viewer:
    """One socket in the room."""

    person: Person
    realtime: RealtimeClient
    check: FeedCheck = field(default_factory=FeedCheck)


@dataclass(slots=True)
class Outcome:
    """What the evening came to."""

    joined: int = 0
    messages: int = 0
    votes: int = 0
    tips: int = 0
    tokens: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    stored: set[str] = field(default_factory=set)
    delays_ms: list[float] = field(default_factory=list)


class Crowd:
    """An audience of one stream."""

    def __init__(self, url: str, accounts: Sequence[Account], rates: Rates, *, seed: int) -> None:
        self._url = url
        self._accounts = accounts
        self._rates = rates
        self._seed = seed
        self._viewers: list[Viewer] = []
        self._outcome = Outcome()
        self._sent_at: dict[str, float] = {}
        self._arrived_at: dict[str, float] = {}
        self._progress = asyncio.Event()

    async def run(self, creator: str) -> dict[str, Any]:
        """Fill the room, be busy for as long as asked, and give the figures.

        Raises:
            AppError: nobody could sign in, or the creator is not live.
        """
        started = time.monotonic()
        async with AsyncExitStack() as stack:
            people = await self._sign_in(stack)
            stream_id, creator_id = await _live_stream(people[0].api, creator)
            audience = [
                person
                for person in people
                if person.user_id != creator_id and person.may(Permission.VIEW_ALL)
            ]
            if not audience:
                raise Unavailable(
                    "No account of the file may enter the room; add accounts of members."
                )
            await self._fill_pockets(audience)
            await self._join(stack, audience, stream_id)
            await self._act(stream_id)
            final_seq = await self._drain()
            figures = self._figures(final_seq)
        figures["duration_s"] = round(time.monotonic() - started, 2)
        return figures

    async def _sign_in(self, stack: AsyncExitStack) -> list[Person]:
        people = []
        for account in self._accounts[: max(2, self._rates.viewers + 1)]:
            api = await stack.enter_async_context(ApiClient(self._url))
            grant = await api.auth.login(account.email, account.password)
            people.append(Person(grant.user.role, api, grant.user.id))
        if not people:
            raise Unavailable("The accounts file names nobody; start the server with --demo.")
        return people

    async def _fill_pockets(self, audience: Sequence[Person]) -> None:
        if self._rates.tips_per_min <= 0:
            return
        for person in audience:
            if not person.may(Permission.PAY):
                continue
            if (await person.api.wallet.balance()).tokens < _LOWEST_TOKENS:
                await person.api.wallet.purchase(_POCKET_TOKENS, key=new_id())

    async def _join(
        self, stack: AsyncExitStack, audience: Sequence[Person], stream_id: str
    ) -> None:
        room = stream_room(stream_id)
        for first in range(0, self._rates.viewers, _JOIN_AT_ONCE):
            entering = []
            for number in range(first, min(first + _JOIN_AT_ONCE, self._rates.viewers)):
                person = audience[number % len(audience)]
                client = RealtimeClient(self._url, session=person.api.session or "")
                viewer = Viewer(person, await stack.enter_async_context(client))
                feed = viewer.realtime.join(room, self._listener(viewer))
                entering.append(self._enter(viewer, feed))
            await asyncio.gather(*entering)
        if not self._viewers:
            raise Unavailable("No viewer could enter the room; look into the server's log.")

    async def _enter(self, viewer: Viewer, feed: RoomFeed) -> None:
        try:
            async with asyncio.timeout(_JOIN_TIMEOUT_S):
                await feed.ready()
        except TimeoutError:
            self._outcome.refused["JOIN_TIMEOUT"] += 1
        except AppError as refusal:
            self._outcome.refused[refusal.code] += 1
        else:
            self._viewers.append(viewer)
            self._outcome.joined += 1

    def _listener(self, viewer: Viewer) -> Callable[[RoomItem], None]:
        def take(item: RoomItem) -> None:
            viewer.check.take(item)
            if isinstance(item, RoomEvent) and item.type is EventType.CHAT_MESSAGE:
                self._arrived_at.setdefault(str(item.data.get("id")), time.monotonic())
            self._progress.set()

        return take

    async def _act(self, stream_id: str) -> None:
        gate = asyncio.Semaphore(_AT_ONCE)
        loop = asyncio.get_running_loop()
        start = loop.time()
        async with asyncio.TaskGroup() as group:
            for act in acts(self._rates, self._seed):
                await asyncio.sleep(max(0.0, start + act.at_s - loop.time()))
                await gate.acquire()
                task = group.create_task(self._do(act, stream_id), name="viewer acts")
                task.add_done_callback(lambda _: gate.release())
            await asyncio.sleep(max(0.0, start + self._rates.duration_s - loop.time()))

    async def _do(self, act: Act, stream_id: str) -> None:
        try:
            await self._try(act, stream_id)
        except AppError as failure:
            self._outcome.refused[failure.code] += 1

    async def _try(self, act: Act, stream_id: str) -> None:
        needed = Permission.PAY if isinstance(act, GiveTip) else Permission.CHAT
        able = [viewer for viewer in self._viewers if viewer.person.may(needed)]
        if not able:
            self._outcome.refused["NOBODY_MAY"] += 1
            return
        viewer = able[act.viewer % len(able)]
        match act:
            case Chat():
                sent_at = time.monotonic()
                message = await viewer.realtime.send_chat(stream_id, act.text, key=new_id())
                self._sent_at[message.id] = sent_at
                self._outcome.stored.add(message.id)
                self._outcome.messages += 1
            case Vote():
                await viewer.realtime.vote_mood(stream_id, act.mood)
                self._outcome.votes += 1
            case GiveTip():
                request = TipRequest(tokens=act.tokens, text=act.text)
                receipt = await viewer.person.api.wallet.tip(stream_id, request, key=new_id())
                self._outcome.stored.add(receipt.tip.id)
                self._outcome.tips += 1
                self._outcome.tokens += act.tokens

    async def _drain(self) -> int:
        """Wait until every viewer has what the most advanced one has; at most 15 s."""
        final_seq = max(viewer.check.seq or 0 for viewer in self._viewers)
        try:
            async with asyncio.timeout(_DRAIN_TIMEOUT_S):
                while any(
                    viewer.check.missing(self._outcome.stored, final_seq)
                    for viewer in self._viewers
                ):
                    self._progress.clear()
                    await self._progress.wait()
        except TimeoutError:
            pass  # what is still missing is counted as lost
        return final_seq

    def _figures(self, final_seq: int) -> dict[str, Any]:
        checks = [viewer.check for viewer in self._viewers]
        missing = sum(check.missing(self._outcome.stored, final_seq) for check in checks)
        delays = sorted(
            (self._arrived_at[name] - at) * 1000
            for name, at in self._sent_at.items()
            if name in self._arrived_at
        )
        return {
            "summary": True,
            "viewers": self._rates.viewers,
            "joined": self._outcome.joined,
            "accounts": len({viewer.person.user_id for viewer in self._viewers}),
            "messages": self._outcome.messages,
            "votes": self._outcome.votes,
            "tips": self._outcome.tips,
            "tokens": self._outcome.tokens,
            "refused": dict(self._outcome.refused),
            "delivered": sum(check.delivered for check in checks),
            "lost": sum(check.lost for check in checks) + missing,
            "duplicated": sum(check.duplicated for check in checks),
            "out_of_order": sum(check.out_of_order for check in checks),
            "restarts": sum(check.restarts for check in checks),
            "first_delivery_p50_ms": _quantile(delays, 0.5),
            "first_delivery_p99_ms": _quantile(delays, 0.99),
        }


def _quantile(ordered: Sequence[float], share: float) -> float | None:
    if not ordered:
        return None
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 1)


async def _live_stream(api: ApiClient, creator: str) -> tuple[str, str]:
    """The stream of the creator of this name, and who that is.

    Raises:
        Unavailable: no such creator is live.
    """
    cursor: str | None = None
    while True:
        page = await api.streams.active(cursor=cursor)
        for stream in page.items:
            if stream.creator.display_name.casefold() == creator.casefold():
                return stream.id, stream.creator.id
        cursor = page.next_cursor
        if cursor is None:
            raise Unavailable(
                f"{creator} is not live; start a broadcast first, or give another --creator."
            )
