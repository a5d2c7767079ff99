"""What is only shown: live streams by risk, the hub's figures, the audit chain."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from console.state import AuditCheck, HubState, LiveStreams
from shared.audit import GENESIS_HASH, seal
from shared.errors import Unavailable
from shared.ids import new_id
from shared.schemas.accounts import UserRef
from shared.schemas.admin import Hub, HubReports, HubRevenue, HubStreams, HubUsers
from shared.schemas.common import Page
from shared.schemas.moderation import AuditEntry
from shared.schemas.moods import Mood
from shared.schemas.realtime import EventType, RoomEvent
from shared.schemas.roles import Role
from shared.schemas.streams import Audience, Stream, StreamState

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)


def a_stream(score: float, *, viewers: int = 0, state: StreamState = StreamState.LIVE) -> Stream:
    return Stream(
        id=new_id(),
        creator=UserRef(id=new_id(), display_name="Ada", role=Role.CREATOR),
        title="Talk",
        tags=[],
        mood=Mood.CHILL,
        audience=Audience.PUBLIC,
        state=state,
        started_at=NOW,
        viewers=viewers,
        safety_score=score,
    )


def about(stream: Stream, kind: EventType) -> RoomEvent:
    return RoomEvent(seq=1, type=kind, at=NOW, data=stream.model_dump(mode="json"))


def test_the_wall_is_ordered_by_risk() -> None:
    calm, tense = a_stream(0.1, viewers=900), a_stream(0.8)
    panicked = a_stream(0.0, state=StreamState.PANICKED)
    busy, quiet = a_stream(0.5, viewers=9), a_stream(0.5, viewers=1)
    wall = LiveStreams()
    assert wall.load([calm, quiet, busy, tense, panicked, a_stream(1, state=StreamState.ENDED)])
    assert wall.streams == (panicked, tense, busy, quiet, calm)
    assert not wall.load([panicked, tense, busy, quiet, calm])


def test_streams_come_change_and_go() -> None:
    stream = a_stream(0.1)
    wall = LiveStreams()
    assert wall.apply(about(stream, EventType.STREAM_STARTED))
    assert not wall.apply(about(stream, EventType.STREAM_UPDATED))
    told = stream.model_copy(update={"state": StreamState.FROZEN, "safety_score": 0.0})
    frozen = told.model_copy(update={"safety_score": 0.1})
    assert wall.apply(about(told, EventType.STREAM_FROZEN))
    assert wall.streams == (frozen,), "the risk it was loaded with stays"
    ended = stream.model_copy(update={"state": StreamState.ENDED})
    assert wall.apply(about(ended, EventType.STREAM_ENDED))
    assert not wall.apply(about(ended, EventType.STREAM_ENDED))
    assert wall.streams == ()
    assert not wall.apply(about(stream, EventType.TIP_RECEIVED))


def figures(minute: int) -> Hub:
    return Hub(
        at=NOW + timedelta(minutes=minute),
        users=HubUsers(total=minute, week_change_percent=1.0),
        streams=HubStreams(active=1, viewers=2),
        revenue=HubRevenue(tokens_24h=3, target_tokens=4, fee_tokens_24h=1),
        reports=HubReports(pending=5),
        mood={Mood.CHILL: 1.0},
    )


def test_figures_only_move_forward_and_their_past_is_bounded() -> None:
    hub = HubState(history=3)
    assert hub.hub is None
    for minute in range(5):
        assert hub.take(figures(minute))
    assert not hub.take(figures(2))
    event = RoomEvent(
        seq=1, type=EventType.HUB_UPDATED, at=NOW, data=figures(9).model_dump(mode="json")
    )
    assert hub.apply(event)
    assert not hub.apply(event)
    assert [h.users.total for h in hub.history] == [3, 4, 9]
    assert hub.hub == figures(9)


def a_chain(length: int) -> list[AuditEntry]:
    entries: list[AuditEntry] = []
    for seq in range(1, length + 1):
        entries.append(
            seal(
                AuditEntry(
                    seq=seq,
                    at=NOW + timedelta(seconds=seq),
                    actor_id=new_id(),
                    actor="Mo",
                    action="case.claimed",
                    subject_type="case",
                    subject_id=new_id(),
                    details={"token": seq},
                    prev_hash=entries[-1].hash if entries else GENESIS_HASH,
                    hash="",
                )
            )
        )
    return entries


class Log:
    """The server's chain in pages."""

    def __init__(self, entries: list[AuditEntry], *, page: int = 7) -> None:
        self.entries = entries
        self.page = page
        self.fails_after: int | None = None
        self.asked: list[str | None] = []

    async def audit(
        self, *, cursor: str | None = None, limit: int | None = None
    ) -> Page[AuditEntry]:
        self.asked.append(cursor)
        if self.fails_after is not None and len(self.asked) > self.fails_after:
            raise Unavailable("Away.")
        start = int(cursor or 0)
        end = start + self.page
        more = str(end) if end < len(self.entries) else None
        return Page[AuditEntry](items=self.entries[start:end], next_cursor=more)


async def test_a_whole_chain_verifies_page_by_page_in_bounded_memory() -> None:
    log = Log(a_chain(50))
    check = AuditCheck(log, keep=20)
    view = await check.verify()
    assert view.verdict is not None
    assert view.verdict.ok
    assert view.verdict.entries == 50
    assert view.verdict.head == log.entries[-1].hash
    assert [entry.seq for entry in view.entries] == list(range(31, 51))
    assert not view.is_running


@pytest.mark.parametrize(
    "tamper",
    [
        lambda chain: chain[11].details.update(token=999),
        lambda chain: chain.pop(11),
        lambda chain: chain.insert(11, chain[11]),
        lambda chain: chain.__setitem__(11, seal(chain[11].model_copy(update={"actor": "X"}))),
        lambda chain: chain.reverse(),
    ],
)
async def test_any_change_is_found(tamper: Callable[[list[AuditEntry]], object]) -> None:
    chain = a_chain(30)
    tamper(chain)
    view = await AuditCheck(Log(chain)).verify()
    assert view.verdict is not None
    assert not view.verdict.ok
    assert view.verdict.broken_at is not None


async def test_a_chain_that_cannot_be_read_is_not_judged() -> None:
    log = Log(a_chain(30))
    check = AuditCheck(log)
    good = await check.verify()
    log.asked.clear()
    log.fails_after = 2
    view = await check.verify()
    assert view.error is not None
    assert view.verdict == good.verdict, "the last verdict stays, beside the error"
    assert not view.is_running


async def test_two_checks_at_once_take_turns() -> None:
    log = Log(a_chain(30))
    check = AuditCheck(log)
    running: list[bool] = []
    check.on_changed(lambda view: running.append(view.is_running))
    await asyncio.gather(check.verify(), check.verify())
    assert len(log.asked) == 10
    assert running[-1] is False
