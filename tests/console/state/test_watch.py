"""What a moderator watches, against the real server."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from fakes.http import ScriptedServer
from fakes.platform import Person, Platform, platform

from console.state import CaseDesk, Watch, Watched
from shared.api import ApiClient
from shared.backoff import Backoff
from shared.clock import SystemClock
from shared.realtime import RealtimeClient
from shared.schemas.common import Page
from shared.schemas.moderation import (
    ActionKind,
    ActionRequest,
    CaseState,
    ReportCreate,
    ReportReason,
    SubjectType,
)
from shared.schemas.roles import Permission, Role, may
from shared.schemas.streams import Stream

QUICK = Backoff(base_s=0.02, cap_s=0.1)


@dataclass(slots=True)
class Room:
    """A platform with a stream on air, a member, and moderators' consoles."""

    at: Platform
    stack: AsyncExitStack
    stream: Stream
    member: Person
    changed: asyncio.Event

    async def watch(self, person: Person, *, streams_every_s: float = 60.0) -> Watch:
        realtime = await self.stack.enter_async_context(
            RealtimeClient(self.at.url, session=person.session, backoff=QUICK)
        )
        watch = Watch(
            api=person.api,
            realtime=realtime,
            is_admin=may(person.role, Permission.ADMINISTER_USERS),
            streams_every_s=streams_every_s,
            backoff=QUICK,
        )
        watch.on_changed(lambda _: self.changed.set())
        return await self.stack.enter_async_context(watch)

    async def desk(self, person: Person) -> CaseDesk:
        desk = CaseDesk(
            cases=person.api.moderation,
            clock=SystemClock(),
            server_now=person.api.server_now,
            me=person.id,
        )
        return await self.stack.enter_async_context(desk)

    async def until(self, is_so: Callable[[], bool], timeout_s: float = 10.0) -> None:
        async with asyncio.timeout(timeout_s):
            while not is_so():
                self.changed.clear()
                await self.changed.wait()

    async def report(self, reason: ReportReason = ReportReason.HARASSMENT) -> str:
        message = await self.member.api.room.send(self.stream.id, "Fools, the lot of them")
        reporter = await self.at.person(f"Reporter{len(reason)}")
        report = await reporter.api.reports.create(
            ReportCreate(subject_type=SubjectType.MESSAGE, subject_id=message.id, reason=reason)
        )
        return report.case_id


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    async with platform(tmp_path) as at, AsyncExitStack() as stack:
        creator = await at.person("Ada", Role.CREATOR)
        stream = await at.on_air(creator)
        member = await at.person("Ben")
        yield Room(at, stack, stream, member, asyncio.Event())


async def test_a_report_is_pushed_claimed_and_decided(room: Room) -> None:
    mod = await room.at.person("Mo", Role.MOD)
    watch, desk = await room.watch(mod), await room.desk(mod)
    watch.on_event(desk.apply)
    await room.until(lambda: bool(watch.streams.streams))
    case_id = await room.report()
    await room.until(lambda: watch.queue.get(case_id) is not None)

    await desk.claim(case_id)
    assert desk.state.error is None
    await room.until(lambda: watch.queue.cases[0].state is CaseState.CLAIMED)

    second = await room.at.person("Olga", Role.MOD)
    other = await room.desk(second)
    refused = await other.claim(case_id)
    assert refused.lease is None
    assert refused.error is not None

    desk.toggle(ActionRequest(kind=ActionKind.DELETE_MESSAGE))
    desk.write(desk.state.draft.with_statement("The message insulted everybody in the room."))
    assert desk.state.draft.policy != "", "proposed from the server's own policies"
    decided = await desk.decide()
    assert decided.error is None
    assert decided.decision is not None
    await room.until(lambda: watch.queue.get(case_id) is None)


async def test_an_admin_sees_the_hub_move(room: Room) -> None:
    admin = await room.at.person("Ann", Role.ADMIN)
    watch = await room.watch(admin)
    await room.until(lambda: watch.hub.hub is not None)
    assert watch.hub.hub is not None
    assert watch.hub.hub.streams.active == 1
    before = watch.hub.hub.reports.pending
    await room.report()
    await room.until(
        lambda: watch.hub.hub is not None and watch.hub.hub.reports.pending == before + 1
    )


async def test_the_queue_that_was_there_is_loaded(room: Room) -> None:
    case_id = await room.report()
    mod = await room.at.person("Mo", Role.MOD)
    watch = await room.watch(mod)
    await room.until(lambda: watch.queue.get(case_id) is not None)


async def test_an_ended_stream_leaves_the_wall(room: Room) -> None:
    mod = await room.at.person("Mo", Role.MOD)
    watch = await room.watch(mod)
    await room.until(lambda: [s.id for s in watch.streams.streams] == [room.stream.id])
    await mod.api.streams.end(room.stream.id)
    await room.until(lambda: watch.streams.streams == ())


async def test_a_server_that_is_away_is_said_once_and_tried_again() -> None:
    async with ScriptedServer() as gone:
        url = gone.url
    told: list[Watched] = []
    failed = asyncio.Event()

    def on_changed(part: Watched) -> None:
        told.append(part)
        failed.set()

    async def quickly(_: float) -> None:
        await asyncio.sleep(0)

    async with (
        ApiClient(url, session="x", sleep=quickly) as api,
        RealtimeClient(url, session="x", backoff=QUICK) as realtime,
    ):
        watch = Watch(api=api, realtime=realtime, is_admin=False, backoff=QUICK)
        watch.on_changed(on_changed)
        async with watch:
            async with asyncio.timeout(5):
                await failed.wait()
            assert watch.error is not None
            assert watch.error.code == "SERVER_UNREACHABLE"
            assert told[0] is Watched.ERROR


async def test_that_nobody_is_on_air_is_told_once() -> None:
    async def streams(**_asked: object) -> Page[Stream]:
        return Page[Stream](items=[])

    api = SimpleNamespace(moderation=SimpleNamespace(streams=streams))
    watch = Watch(api=cast(Any, api), realtime=cast(Any, None), is_admin=False)
    told: list[Watched] = []
    watch.on_changed(told.append)
    await watch._load_streams()
    await watch._load_streams()
    assert told == [Watched.STREAMS]
