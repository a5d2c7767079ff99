"""The hub's figures: right on known rows, pushed when they change, for admins only."""

from datetime import timedelta
from pathlib import Path

import pytest
from fakes.platform import MovableClock, Platform, platform
from fakes.reported import decision, reported_message
from sqlalchemy import update

from shared.api import ApiError
from shared.schemas.moderation import ActionKind, ReportCreate, ReportReason, SubjectType
from shared.schemas.moods import Mood
from shared.schemas.realtime import ADMIN_ROOM, EventType, stream_room
from shared.schemas.roles import Role
from shared.schemas.wallet import TipRequest
from shared.server.accounts.tables import UserRow
from shared.server.admin.hub import HubService, change_percent, quantile


async def _joined_days_ago(home: Platform, user_id: str, days: float) -> None:
    async with home.core.db.write() as tx:
        at = tx.now - timedelta(days=days)
        await tx.db.execute(update(UserRow).where(UserRow.id == user_id).values(created_at=at))


async def test_users_are_counted_and_compared_with_the_week_before(tmp_path: Path) -> None:
    async with platform(tmp_path) as home:
        admin = await home.person("Ada", Role.ADMIN)
        for number, days in enumerate((30, 10, 9, 3, 2, 1)):
            person = await home.person(f"Member{number}")
            await _joined_days_ago(home, person.id, days)
        await _joined_days_ago(home, admin.id, 400)
        users = (await admin.api.admin.hub()).users
        assert (users.total, users.week_change_percent) == (7, 50.0)


async def test_revenue_is_what_was_tipped_in_the_last_day(tmp_path: Path) -> None:
    clock = MovableClock()
    async with platform(tmp_path, clock=clock, revenue_target_tokens=1234) as home:
        admin, luna = await home.person("Ada", Role.ADMIN), await home.person("Luna", Role.CREATOR)
        ann = await home.person("Ann")
        await ann.api.wallet.purchase(1000)
        stream = await home.on_air(luna)
        await ann.api.wallet.tip(stream.id, TipRequest(tokens=100))
        clock.move(hours=20)
        await ann.api.wallet.tip(stream.id, TipRequest(tokens=50))
        revenue = (await admin.api.admin.hub()).revenue
        assert (revenue.tokens_24h, revenue.fee_tokens_24h) == (150, 30)
        assert revenue.target_tokens == 1234
        clock.move(hours=5)
        revenue = (await admin.api.admin.hub()).revenue
        assert (revenue.tokens_24h, revenue.fee_tokens_24h) == (50, 10)


async def test_reports_pending_and_the_time_decisions_took(tmp_path: Path) -> None:
    clock = MovableClock()
    async with platform(tmp_path, clock=clock) as home:
        admin = await home.person("Ada", Role.ADMIN)
        scene = await reported_message(home)
        other = ReportCreate(
            subject_type=SubjectType.USER, subject_id=scene.luna.id, reason=ReportReason.SPAM
        )
        await scene.ann.api.reports.create(other)
        before = (await admin.api.admin.hub()).reports
        assert (before.pending, before.average_action_s) == (2, None)
        clock.move(seconds=90)
        lease = await scene.mora.api.moderation.claim(scene.case_id)
        await scene.mora.api.moderation.decide(
            scene.case_id, decision(lease, ActionKind.DELETE_MESSAGE)
        )
        clock.move(seconds=2)
        after = (await admin.api.admin.hub()).reports
        assert (after.pending, after.average_action_s, after.p50_action_s, after.p90_action_s) == (
            1,
            90.0,
            90.0,
            90.0,
        )
        clock.move(days=8)
        assert (await home.services.get(HubService).hub()).reports.average_action_s is None


async def test_streams_viewers_and_mood_come_from_the_live_rooms(tmp_path: Path) -> None:
    async with platform(tmp_path) as home:
        admin, luna = await home.person("Ada", Role.ADMIN), await home.person("Luna", Role.CREATOR)
        ann, bob = await home.person("Ann"), await home.person("Bob")
        quiet = (await admin.api.admin.hub()).mood
        assert set(quiet.values()) == {0.0}
        stream = await home.on_air(luna)
        await home.watch(ann, stream_room(stream.id))
        await home.watch(bob, stream_room(stream.id))
        await ann.api.show.vote_mood(stream.id, Mood.CHILL)
        await bob.api.show.vote_mood(stream.id, Mood.WILD)
        watcher = await home.watch(admin, ADMIN_ROOM)
        hub = (await watcher.wait(EventType.HUB_UPDATED)).data
        assert hub["streams"] == {"active": 1, "viewers": 2}
        assert hub["mood"]["chill"] == pytest.approx(0.5, abs=0.05)
        assert sum(hub["mood"].values()) == pytest.approx(1.0)


async def test_a_change_is_pushed(tmp_path: Path) -> None:
    async with platform(tmp_path) as home:
        admin = await home.person("Ada", Role.ADMIN)
        watcher = await home.watch(admin, ADMIN_ROOM)
        first = await watcher.wait(EventType.HUB_UPDATED)
        assert first.data["reports"]["pending"] == 0
        await reported_message(home)
        count = len(watcher.events(EventType.HUB_UPDATED))
        pushed = await watcher.wait(EventType.HUB_UPDATED, count + 1, timeout_s=5.0)
        while pushed.data["reports"]["pending"] == 0:
            count += 1
            pushed = await watcher.wait(EventType.HUB_UPDATED, count + 1, timeout_s=5.0)
        assert pushed.data["reports"]["pending"] == 1


async def test_only_admins_see_the_hub(tmp_path: Path) -> None:
    async with platform(tmp_path) as home:
        mora = await home.person("Mora", Role.MOD)
        with pytest.raises(ApiError) as refused:
            await mora.api.admin.hub()
        assert refused.value.code == "FORBIDDEN"
        with pytest.raises(ApiError):
            await home.watch(mora, ADMIN_ROOM)


def test_change_in_percent() -> None:
    assert [change_percent(*pair) for pair in ((0, 0), (3, 0), (3, 2), (1, 4))] == [
        0.0,
        100.0,
        50.0,
        -75.0,
    ]


def test_quantiles_lie_between_neighbours() -> None:
    assert quantile([1.0, 2.0, 3.0, 4.0], 0.5) == 2.5
    assert quantile([1.0, 2.0], 0.9) == 1.9
    assert quantile([7.0], 0.9) == 7.0
