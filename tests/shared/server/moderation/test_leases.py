"""Claims: one moderator at a time, fenced by a token that only rises."""

import asyncio
from pathlib import Path

import pytest
from fakes.platform import MovableClock, platform
from fakes.reported import decision, reported_message

from shared.api import ApiError
from shared.schemas.moderation import (
    ActionKind,
    CaseState,
    EscalateRequest,
    ReportCreate,
    ReportReason,
    SubjectType,
)
from shared.schemas.realtime import MOD_ROOM, EventType
from shared.schemas.roles import Role
from shared.server.moderation.expiry import Expiry


async def test_two_moderators_race_and_one_wins(tmp_path: Path) -> None:
    async with platform(tmp_path) as home:
        scene = await reported_message(home)
        tries = await asyncio.gather(
            *(person.api.moderation.claim(scene.case_id) for person in (scene.mora, scene.milo)),
            return_exceptions=True,
        )
        won = [lease for lease in tries if not isinstance(lease, BaseException)]
        lost = [error for error in tries if isinstance(error, ApiError)]
        assert (len(won), len(lost)) == (1, 1)
        winner = scene.mora if tries[0] in won else scene.milo
        assert lost[0].code == "CASE_CLAIMED"
        assert lost[0].meta["claimed_by"]["id"] == winner.id
        assert lost[0].meta["until"] > "2026"


async def test_many_claims_at_once_never_give_one_token_twice(tmp_path: Path) -> None:
    async with platform(tmp_path) as home:
        scene = await reported_message(home)
        moderators = [await home.person(f"Mod{n}", Role.MOD) for n in range(6)]
        tokens: list[int] = []

        async def work(number: int) -> None:
            api = moderators[number].api.moderation
            for _ in range(6):
                try:
                    lease = await api.claim(scene.case_id)
                except ApiError as refused:
                    assert refused.code == "CASE_CLAIMED"  # noqa: PT017
                    continue
                tokens.append(lease.token)
                await api.release(scene.case_id, lease.token)

        await asyncio.gather(*(work(number) for number in range(6)))
        assert tokens
        assert sorted(set(tokens)) == sorted(tokens) == list(range(1, len(tokens) + 1))


async def test_a_claim_is_seen_by_other_moderators_and_can_be_renewed(tmp_path: Path) -> None:
    clock = MovableClock()
    async with platform(tmp_path, clock=clock) as home:
        scene = await reported_message(home)
        watcher = await home.watch(scene.milo, MOD_ROOM)
        first = await scene.mora.api.moderation.claim(scene.case_id)
        event = await watcher.wait(EventType.CASE_CLAIMED)
        clock.move(seconds=200)
        renewed = await scene.mora.api.moderation.claim(scene.case_id)

        assert event.data["claimed_by"]["id"] == scene.mora.id
        assert first.case.state is CaseState.CLAIMED
        assert renewed.token == first.token
        assert (renewed.expires_at - first.expires_at).total_seconds() == 200
        assert (first.expires_at - clock.now()).total_seconds() == 100


async def test_an_expired_claim_counts_as_open_and_its_token_is_dead(tmp_path: Path) -> None:
    clock = MovableClock()
    async with platform(tmp_path, clock=clock) as home:
        scene = await reported_message(home)
        old = await scene.mora.api.moderation.claim(scene.case_id)
        clock.move(seconds=301)
        (row,) = (await scene.milo.api.moderation.queue()).items
        assert (row.state, row.claimed_by) == (CaseState.OPEN, None)
        new = await scene.milo.api.moderation.claim(scene.case_id)
        assert new.token == old.token + 1

        body = decision(old, ActionKind.DELETE_MESSAGE)
        with pytest.raises(ApiError) as stale:
            await scene.mora.api.moderation.decide(scene.case_id, body)
        with pytest.raises(ApiError) as released:
            await scene.mora.api.moderation.release(scene.case_id, old.token)
        with pytest.raises(ApiError) as borrowed:
            await scene.mora.api.moderation.release(scene.case_id, new.token)

        assert {stale.value.code, released.value.code, borrowed.value.code} == {"LEASE_LOST"}


async def test_a_claim_that_ran_out_is_taken_back_and_shown(tmp_path: Path) -> None:
    clock = MovableClock()
    async with platform(tmp_path, clock=clock) as home:
        scene = await reported_message(home)
        watcher = await home.watch(scene.milo, MOD_ROOM)
        await scene.mora.api.moderation.claim(scene.case_id)
        assert await home.services.get(Expiry).look() == 0
        clock.move(seconds=300)
        assert await home.services.get(Expiry).look() in {0, 1}  # or it looked by itself
        event = await watcher.wait(EventType.CASE_UPDATED)
        assert (event.data["state"], event.data["claimed_by"]) == (CaseState.OPEN, None)
        assert await home.services.get(Expiry).look() == 0


async def test_nobody_decides_under_a_lease_that_ran_out_even_if_nobody_else_came(
    tmp_path: Path,
) -> None:
    clock = MovableClock()
    async with platform(tmp_path, clock=clock) as home:
        scene = await reported_message(home)
        lease = await scene.mora.api.moderation.claim(scene.case_id)
        clock.move(seconds=301)
        with pytest.raises(ApiError) as lost:
            await scene.mora.api.moderation.decide(
                scene.case_id, decision(lease, ActionKind.NO_VIOLATION, policy="none")
            )
        assert lost.value.code == "LEASE_LOST"
        assert (await scene.mora.api.moderation.claim(scene.case_id)).token == lease.token + 1


async def test_a_skipped_case_comes_last_for_who_skipped_it_only(tmp_path: Path) -> None:
    async with platform(tmp_path) as home:
        scene = await reported_message(home)
        body = ReportCreate(
            subject_type=SubjectType.USER, subject_id=scene.luna.id, reason=ReportReason.SPAM
        )
        other = (await scene.ann.api.reports.create(body)).case_id
        lease = await scene.mora.api.moderation.claim(scene.case_id)
        await scene.mora.api.moderation.skip(scene.case_id, lease.token)

        mine = [row.id for row in (await scene.mora.api.moderation.queue()).items]
        others = [row.id for row in (await scene.milo.api.moderation.queue()).items]

        assert mine == [other, scene.case_id]
        assert others == [scene.case_id, other]


async def test_an_escalated_case_waits_for_an_admin(tmp_path: Path) -> None:
    async with platform(tmp_path) as home:
        scene = await reported_message(home)
        admin = await home.person("Ada", Role.ADMIN)
        lease = await scene.mora.api.moderation.claim(scene.case_id)
        handed_on = await scene.mora.api.moderation.escalate(
            scene.case_id, EscalateRequest(lease_token=lease.token, note="Please look at this.")
        )
        with pytest.raises(ApiError) as refused:
            await scene.milo.api.moderation.claim(scene.case_id)
        taken = await admin.api.moderation.claim(scene.case_id)
        back = await admin.api.moderation.release(scene.case_id, taken.token)

        assert handed_on.state is CaseState.ESCALATED
        assert "escalated" in {part.name for part in handed_on.priority_parts}
        assert refused.value.code == "FORBIDDEN"
        assert back.state is CaseState.ESCALATED


async def test_nobody_takes_a_case_about_themselves(tmp_path: Path) -> None:
    async with platform(tmp_path) as home:
        ann = await home.person("Ann")
        mora = await home.person("Mora", Role.MOD)
        body = ReportCreate(
            subject_type=SubjectType.USER, subject_id=mora.id, reason=ReportReason.OTHER
        )
        case_id = (await ann.api.reports.create(body)).case_id
        with pytest.raises(ApiError) as refused:
            await mora.api.moderation.claim(case_id)
        assert refused.value.code == "FORBIDDEN"
