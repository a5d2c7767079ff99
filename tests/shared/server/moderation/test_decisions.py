"""Decisions: everything they do happens at once, is told to whom it concerns, and is proved."""

import asyncio
from pathlib import Path

import pytest
from fakes.platform import MovableClock, platform
from fakes.reported import decision, reported_message

from shared.api import ApiError
from shared.audit import verify_chain
from shared.schemas.moderation import (
    ActionKind,
    ActionRequest,
    CaseState,
    EscalateRequest,
    ReportCreate,
    ReportReason,
    SubjectType,
)
from shared.schemas.realtime import MOD_ROOM, EventType, stream_room, user_room
from shared.schemas.roles import Role
from shared.server.streams.service import StreamService


async def test_delete_and_ban_reach_the_room_the_reporter_and_the_person(tmp_path: Path) -> None:
    async with platform(tmp_path) as home:
        scene = await reported_message(home)
        room = await home.watch(scene.luna, stream_room(scene.stream.id))
        mods = await home.watch(scene.milo, MOD_ROOM)
        told = await home.watch(scene.ann, user_room(scene.ann.id))
        lease = await scene.mora.api.moderation.claim(scene.case_id)

        made = await scene.mora.api.moderation.decide(
            scene.case_id, decision(lease, ActionKind.DELETE_MESSAGE, ActionKind.BAN)
        )

        gone = await room.wait(EventType.CHAT_DELETED)
        assert gone.data["message_id"] == scene.message.id
        banned = await room.wait(EventType.RESTRICTION_APPLIED)
        assert banned.data["user"]["id"] == scene.troll.id
        assert (await mods.wait(EventType.CASE_UPDATED)).data["state"] == CaseState.DECIDED
        notice = await told.wait(EventType.NOTIFICATION_NEW)
        assert "took action" in notice.data["text"]
        assert (await scene.ann.api.reports.mine()).items[0].outcome == "action_taken"
        with pytest.raises(ApiError) as closed:
            await scene.troll.api.room.send(scene.stream.id, "I am still here")
        assert closed.value.status in {401, 403}
        detail = await scene.milo.api.moderation.case(scene.case_id)
        assert detail.decision == made
        assert detail.state is CaseState.DECIDED
        assert [entry.action for entry in detail.history] == ["case.decided"]
        assert detail.restrictions[0].kind == "ban"
        assert (await scene.milo.api.moderation.queue()).items == []
        shown = (await scene.ann.api.room.history(scene.stream.id)).items
        assert scene.message.id not in {message.id for message in shown}


async def test_a_mute_with_an_end_silences_until_then(tmp_path: Path) -> None:
    clock = MovableClock()
    async with platform(tmp_path, clock=clock) as home:
        scene = await reported_message(home)
        lease = await scene.mora.api.moderation.claim(scene.case_id)
        body = decision(lease, ActionKind.MUTE, duration_s=600)
        made = await scene.mora.api.moderation.decide(scene.case_id, body)
        assert made.actions[0].until is not None
        with pytest.raises(ApiError) as silenced:
            await scene.troll.api.room.send(scene.stream.id, "hm")
        assert silenced.value.code == "MUTED"
        clock.move(seconds=601)
        assert (await scene.troll.api.room.send(scene.stream.id, "sorry")).text == "sorry"


async def test_a_ban_with_an_end_closes_rooms_but_not_the_account(tmp_path: Path) -> None:
    async with platform(tmp_path) as home:
        scene = await reported_message(home)
        lease = await scene.mora.api.moderation.claim(scene.case_id)
        body = decision(lease, ActionKind.BAN, duration_s=3600)
        await scene.mora.api.moderation.decide(scene.case_id, body)
        with pytest.raises(ApiError) as closed:
            await scene.troll.api.room.send(scene.stream.id, "hm")
        assert closed.value.code == "BANNED_FROM_ROOM"
        assert (await scene.troll.api.auth.me()).id == scene.troll.id


async def test_a_banned_creator_is_on_air_no_longer(tmp_path: Path) -> None:
    async with platform(tmp_path) as home:
        scene = await reported_message(home)
        ended: list[str] = []
        home.services.get(StreamService).on_end(lambda stream: ended.append(stream.id))
        body = ReportCreate(
            subject_type=SubjectType.STREAM,
            subject_id=scene.stream.id,
            reason=ReportReason.NON_CONSENSUAL,
        )
        case_id = (await scene.ann.api.reports.create(body)).case_id
        room = await home.watch(scene.ann, stream_room(scene.stream.id))
        lease = await scene.mora.api.moderation.claim(case_id)
        await scene.mora.api.moderation.decide(case_id, decision(lease, ActionKind.BAN))
        told = await room.wait(EventType.STREAM_ENDED)
        assert told.data["state"] == "suspended"
        assert ended == [scene.stream.id]
        assert (await scene.ann.api.streams.active()).items == []


async def test_no_violation_dismisses_the_reports_and_touches_nothing(tmp_path: Path) -> None:
    async with platform(tmp_path) as home:
        scene = await reported_message(home)
        lease = await scene.mora.api.moderation.claim(scene.case_id)
        body = decision(lease, ActionKind.NO_VIOLATION, policy="none")
        await scene.mora.api.moderation.decide(scene.case_id, body)
        assert (await scene.ann.api.reports.mine()).items[0].outcome == "no_violation"
        assert (await scene.troll.api.room.send(scene.stream.id, "good evening")).id
        shown = (await scene.ann.api.room.history(scene.stream.id)).items
        assert scene.message.id in {message.id for message in shown}


async def test_the_same_decision_sent_twice_is_made_once(tmp_path: Path) -> None:
    async with platform(tmp_path) as home:
        scene = await reported_message(home)
        lease = await scene.mora.api.moderation.claim(scene.case_id)
        body = decision(lease, ActionKind.DELETE_MESSAGE)
        decide = scene.mora.api.moderation.decide
        made = await asyncio.gather(
            *(decide(scene.case_id, body, key="decision-1") for _ in range(3))
        )
        assert made[0] == made[1] == made[2]
        log = (await scene.mora.api.moderation.log()).items
        assert [entry.action for entry in log] == ["case.decided", "case.claimed"]


async def test_a_later_report_does_not_stop_a_decision_but_another_claim_does(
    tmp_path: Path,
) -> None:
    async with platform(tmp_path) as home:
        scene = await reported_message(home)
        lease = await scene.mora.api.moderation.claim(scene.case_id)
        body = ReportCreate(
            subject_type=SubjectType.MESSAGE, subject_id=scene.message.id, reason=ReportReason.HATE
        )
        bob = await home.person("Bob")
        await bob.api.reports.create(body)
        stale = decision(lease, ActionKind.DELETE_MESSAGE).model_copy(
            update={"version": lease.case.version - 1}
        )
        with pytest.raises(ApiError) as conflict:
            await scene.mora.api.moderation.decide(scene.case_id, stale)
        assert conflict.value.code == "VERSION_CONFLICT"
        assert conflict.value.meta["current"]["version"] == lease.case.version + 1

        made = await scene.mora.api.moderation.decide(
            scene.case_id, decision(lease, ActionKind.DELETE_MESSAGE)
        )
        assert made.case_id == scene.case_id
        assert (await bob.api.reports.mine()).items[0].outcome == "action_taken"


@pytest.mark.parametrize(
    "actions",
    [
        [ActionRequest(kind=ActionKind.NO_VIOLATION), ActionRequest(kind=ActionKind.BAN)],
        [ActionRequest(kind=ActionKind.MUTE), ActionRequest(kind=ActionKind.MUTE, duration_s=60)],
        [ActionRequest(kind=ActionKind.DELETE_MESSAGE, duration_s=60)],
    ],
)
async def test_actions_that_make_no_sense_are_refused_and_nothing_happens(
    tmp_path: Path, actions: list[ActionRequest]
) -> None:
    async with platform(tmp_path) as home:
        scene = await reported_message(home)
        lease = await scene.mora.api.moderation.claim(scene.case_id)
        body = decision(lease, ActionKind.MUTE).model_copy(update={"actions": actions})
        with pytest.raises(ApiError) as refused:
            await scene.mora.api.moderation.decide(scene.case_id, body)
        assert refused.value.code == "INVALID_INPUT"
        assert (await scene.troll.api.room.send(scene.stream.id, "still here")).id
        assert (await scene.mora.api.moderation.case(scene.case_id)).decision is None


async def test_an_unknown_policy_is_refused_with_the_list(tmp_path: Path) -> None:
    async with platform(tmp_path) as home:
        scene = await reported_message(home)
        lease = await scene.mora.api.moderation.claim(scene.case_id)
        known = {entry.id for entry in (await scene.mora.api.moderation.policies()).items}
        with pytest.raises(ApiError) as refused:
            await scene.mora.api.moderation.decide(
                scene.case_id, decision(lease, ActionKind.MUTE, policy="my.own")
            )
        assert set(refused.value.meta["known"]) == known


async def test_nobody_restricts_a_person_of_their_own_rank(tmp_path: Path) -> None:
    async with platform(tmp_path) as home:
        ann = await home.person("Ann")
        mora, milo = await home.person("Mora", Role.MOD), await home.person("Milo", Role.MOD)
        admin = await home.person("Ada", Role.ADMIN)
        body = ReportCreate(
            subject_type=SubjectType.USER, subject_id=milo.id, reason=ReportReason.OTHER
        )
        case_id = (await ann.api.reports.create(body)).case_id
        lease = await mora.api.moderation.claim(case_id)
        with pytest.raises(ApiError) as refused:
            await mora.api.moderation.decide(case_id, decision(lease, ActionKind.BAN))
        assert refused.value.code == "FORBIDDEN"
        await mora.api.moderation.escalate(
            case_id, EscalateRequest(lease_token=lease.token, note="Please look at this.")
        )
        above = await admin.api.moderation.claim(case_id)
        await admin.api.moderation.decide(case_id, decision(above, ActionKind.BAN))
        with pytest.raises(ApiError):
            await milo.api.auth.me()


async def test_a_decided_case_stays_decided_and_a_new_report_opens_another(tmp_path: Path) -> None:
    async with platform(tmp_path) as home:
        scene = await reported_message(home)
        lease = await scene.mora.api.moderation.claim(scene.case_id)
        body = decision(lease, ActionKind.NO_VIOLATION, policy="none")
        await scene.mora.api.moderation.decide(scene.case_id, body)
        with pytest.raises(ApiError) as refused:
            await scene.milo.api.moderation.claim(scene.case_id)
        assert refused.value.code == "CONFLICT"
        again = await scene.ann.api.reports.create(
            ReportCreate(
                subject_type=SubjectType.MESSAGE,
                subject_id=scene.message.id,
                reason=ReportReason.HARASSMENT,
            )
        )
        assert again.case_id != scene.case_id
        (row,) = (await scene.mora.api.moderation.queue()).items
        points = {part.name: part.points for part in row.priority_parts}
        assert points["reporter_accuracy"] < 0  # Ann's earlier report did not hold


async def test_live_streams_stand_in_order_of_risk(tmp_path: Path) -> None:
    async with platform(tmp_path) as home:
        scene = await reported_message(home)
        nova = await home.person("Nova", Role.CREATOR)
        calm = await home.on_air(nova, "A calm evening")
        rows = (await scene.mora.api.moderation.streams()).items
        assert [row.id for row in rows] == [scene.stream.id, calm.id]
        (case,) = (await scene.mora.api.moderation.queue()).items
        assert rows[0].safety_score == case.priority
        assert rows[1].safety_score == 0


async def test_every_step_is_in_the_chain_which_anybody_can_verify(tmp_path: Path) -> None:
    async with platform(tmp_path) as home:
        scene = await reported_message(home)
        admin = await home.person("Ada", Role.ADMIN)
        lease = await scene.mora.api.moderation.claim(scene.case_id)
        await scene.mora.api.moderation.release(scene.case_id, lease.token)
        lease = await scene.milo.api.moderation.claim(scene.case_id)
        await scene.milo.api.moderation.decide(
            scene.case_id, decision(lease, ActionKind.DELETE_MESSAGE)
        )

        chain = []
        cursor = None
        while True:
            page = await admin.api.admin.audit(cursor=cursor, limit=3)
            chain += page.items
            cursor = page.next_cursor
            if cursor is None:
                break

        own = verify_chain(chain)
        assert own == await admin.api.admin.verify_audit()
        assert own.ok
        assert [entry.action for entry in chain] == [
            "case.claimed",
            "case.released",
            "case.claimed",
            "case.decided",
        ]
        mine = (await scene.mora.api.moderation.log()).items
        assert {entry.actor_id for entry in mine} == {scene.mora.id}
        everybodys = (await admin.api.moderation.log()).items
        assert [entry.seq for entry in everybodys] == [4, 3, 2, 1]
        with pytest.raises(ApiError):
            await scene.mora.api.admin.audit()
