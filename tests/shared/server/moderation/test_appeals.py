"""Second opinions: appeals, second looks, statements of reasons, sealed evidence, figures."""

import hashlib
import json
from pathlib import Path

import pytest
from fakes.platform import MovableClock, Person, platform
from fakes.reported import Scene, decision, reported_message
from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from shared.api import ApiError
from shared.schemas.appeals import (
    Appeal,
    AppealCreate,
    AppealDecide,
    AppealState,
    RestrictionScope,
    SecondLookDecide,
)
from shared.schemas.moderation import ActionEnd, ActionKind, CaseState, Decision
from shared.schemas.realtime import MOD_ROOM, EventType, user_room
from shared.server.moderation.review_tables import AppealRow, SecondLookRow
from shared.server.moderation.tables import CaseRow

OVERTURN = AppealDecide(outcome=AppealState.OVERTURNED, statement="It was meant as a joke.")
UPHOLD = AppealDecide(outcome=AppealState.UPHELD, statement="It was not a joke at all.")


async def _decided(
    scene: Scene, *kinds: ActionKind, policy: str = "conduct.harassment"
) -> Decision:
    lease = await scene.mora.api.moderation.claim(scene.case_id)
    body = decision(lease, *kinds, duration_s=3600, policy=policy)
    return await scene.mora.api.moderation.decide(scene.case_id, body)


async def _appealed(person: Person, made: Decision) -> Appeal:
    body = AppealCreate(decision_id=made.id, text="I was quoting a song.")
    return await person.api.appeals.create(body)


async def test_an_overturned_decision_is_undone_and_everybody_is_told(tmp_path: Path) -> None:
    async with platform(tmp_path) as home:
        scene = await reported_message(home)
        made = await _decided(scene, ActionKind.DELETE_MESSAGE, ActionKind.MUTE)
        mods = await home.watch(scene.milo, MOD_ROOM)
        own = await home.watch(scene.troll, user_room(scene.troll.id))
        decider = await home.watch(scene.mora, user_room(scene.mora.id))
        appeal = await _appealed(scene.troll, made)
        assert (appeal.state, appeal.decider) == (AppealState.OPEN, None)
        assert (await mods.wait(EventType.APPEAL_UPDATED)).data["decider"]["id"] == scene.mora.id
        assert (await own.wait(EventType.APPEAL_UPDATED)).data["decider"] is None

        with pytest.raises(ApiError) as first_person:
            await scene.mora.api.appeals.decide(appeal.id, OVERTURN)
        assert first_person.value.code == "FORBIDDEN"
        judged = await scene.milo.api.appeals.decide(appeal.id, OVERTURN)

        assert judged.state is AppealState.OVERTURNED
        assert judged.reviewer is not None
        assert {action.ended_how for action in judged.actions} == {ActionEnd.OVERTURNED}
        assert (await scene.troll.api.room.send(scene.stream.id, "thank you")).id
        shown = (await scene.ann.api.room.history(scene.stream.id)).items
        assert scene.message.id in {message.id for message in shown}
        assert (await scene.ann.api.reports.mine()).items[0].outcome == "no_violation"
        assert (await scene.milo.api.moderation.case(scene.case_id)).strikes == []
        texts = [(await own.wait(EventType.NOTIFICATION_NEW, n)).data["text"] for n in (1, 2, 3, 4)]
        assert "taken back. It was meant as a joke." in texts[-1]
        assert "overturned" in (await decider.wait(EventType.NOTIFICATION_NEW)).data["text"]
        (mine,) = (await scene.troll.api.appeals.read()).items
        assert (mine.state, mine.reviewer) == (AppealState.OVERTURNED, None)
        with pytest.raises(ApiError) as again:
            await scene.milo.api.appeals.decide(appeal.id, UPHOLD)
        assert again.value.code == "CONFLICT"
        log = await scene.milo.api.moderation.log()
        assert [entry.action for entry in log.items] == [
            "appeal.overturned",
            "action.overturned",
            "action.overturned",
        ]


async def test_an_upheld_decision_stands(tmp_path: Path) -> None:
    async with platform(tmp_path) as home:
        scene = await reported_message(home)
        made = await _decided(scene, ActionKind.MUTE)
        appeal = await _appealed(scene.troll, made)
        judged = await scene.milo.api.appeals.decide(appeal.id, UPHOLD)
        assert judged.state is AppealState.UPHELD
        with pytest.raises(ApiError) as silenced:
            await scene.troll.api.room.send(scene.stream.id, "hm")
        assert silenced.value.code == "MUTED"
        assert (await scene.milo.api.appeals.read(state=AppealState.OPEN)).items == []


async def test_who_reported_in_vain_may_appeal_and_the_case_opens_again(tmp_path: Path) -> None:
    async with platform(tmp_path) as home:
        scene = await reported_message(home)
        made = await _decided(scene, ActionKind.NO_VIOLATION, policy="none")
        appeal = await _appealed(scene.ann, made)
        await scene.milo.api.appeals.decide(appeal.id, OVERTURN)
        case = await scene.milo.api.moderation.case(scene.case_id)
        assert (case.state, case.decision) == (CaseState.OPEN, None)


async def test_who_may_appeal_and_how_often(tmp_path: Path) -> None:
    clock = MovableClock()
    async with platform(tmp_path, clock=clock) as home:
        scene = await reported_message(home)
        made = await _decided(scene, ActionKind.MUTE)
        with pytest.raises(ApiError) as stranger:
            await _appealed(await home.person("Bob"), made)
        assert stranger.value.code == "NOT_FOUND"
        await _appealed(scene.troll, made)
        with pytest.raises(ApiError) as twice:
            await _appealed(scene.troll, made)
        assert twice.value.code == "CONFLICT"
        assert (await scene.luna.api.appeals.read()).items == []


async def test_after_six_months_it_is_too_late(tmp_path: Path) -> None:
    clock = MovableClock()
    async with platform(tmp_path, clock=clock, session_absolute_s=400 * 86_400) as home:
        scene = await reported_message(home)
        made = await _decided(scene, ActionKind.MUTE)
        clock.move(days=184)
        troll = await home.person("Again")  # sessions ended long ago
        async with home.core.db.write() as tx:
            await tx.db.execute(update(CaseRow).values(subject_user_id=troll.id))
        with pytest.raises(ApiError) as late:
            await _appealed(troll, made)
        assert "six months" in str(late.value)


async def test_the_database_itself_wants_a_second_person(tmp_path: Path) -> None:
    async with platform(tmp_path, second_look_percent=100) as home:
        scene = await reported_message(home)
        made = await _decided(scene, ActionKind.MUTE)
        appeal = await _appealed(scene.troll, made)
        for reviewer in (scene.mora.id, scene.troll.id):
            with pytest.raises(IntegrityError):
                async with home.core.db.write() as tx:
                    await tx.db.execute(
                        update(AppealRow)
                        .where(AppealRow.id == appeal.id)
                        .values(state="upheld", reviewer_id=reviewer)
                    )
        with pytest.raises(IntegrityError):
            async with home.core.db.write() as tx:
                await tx.db.execute(
                    insert(AppealRow).values(
                        id="x",
                        decision_id=made.id,
                        decider_id=scene.mora.id,
                        appellant_id=scene.ann.id,
                        text="Judged by nobody.",
                        state="upheld",
                        at=tx.now,
                    )
                )
        with pytest.raises(IntegrityError):
            async with home.core.db.write() as tx:
                await tx.db.execute(update(SecondLookRow).values(reviewer_id=scene.mora.id))


async def test_a_second_look_is_by_another_and_counts(tmp_path: Path) -> None:
    async with platform(tmp_path, second_look_percent=100) as home:
        scene = await reported_message(home)
        made = await _decided(scene, ActionKind.MUTE)
        assert (await scene.mora.api.appeals.second_looks()).items == []
        (drawn,) = (await scene.milo.api.appeals.second_looks()).items
        assert drawn.decision == made
        assert (await scene.milo.api.appeals.second_looks(cursor=made.id)).items == []
        body = SecondLookDecide(agrees=False, note="A warning would have done.")
        with pytest.raises(ApiError) as own:
            await scene.mora.api.appeals.judge_second_look(made.id, body)
        assert own.value.code == "FORBIDDEN"
        assert (await scene.milo.api.appeals.judge_second_look(made.id, body)).agrees is False
        figures = await scene.milo.api.appeals.metrics()
        assert (figures.agreement_rate, figures.second_looks_open) == (0.0, 0)


async def test_no_decision_is_drawn_at_zero_percent(tmp_path: Path) -> None:
    async with platform(tmp_path, second_look_percent=0) as home:
        scene = await reported_message(home)
        await _decided(scene, ActionKind.MUTE)
        assert (await scene.milo.api.appeals.second_looks()).items == []


async def test_the_statement_names_what_art_17_asks_for(tmp_path: Path) -> None:
    async with platform(tmp_path) as home:
        scene = await reported_message(home)
        told = await home.watch(scene.troll, user_room(scene.troll.id))
        made = await _decided(scene, ActionKind.DELETE_MESSAGE, ActionKind.MUTE)
        notice = await told.wait(EventType.NOTIFICATION_NEW)
        found = await scene.troll.api.appeals.statement(notice.data["statement_id"])
        assert [m.scope for m in found.measures] == [
            RestrictionScope.VISIBILITY,
            RestrictionScope.SERVICE,
        ]
        assert found.measures[1].until == made.actions[1].until
        assert (found.source, found.automated_detection, found.automated_decision) == (
            "notice",
            False,
            False,
        )
        assert found.facts == made.statement
        assert found.policy_title == "No harassment"
        assert len(found.redress) == 3
        assert (found.appeal_until - found.at).days >= 180
        scene.troll.api.language = "nl"
        dutch = await scene.troll.api.appeals.statement(made.id)
        assert "bezwaar" in dutch.redress[0]
        assert (await scene.milo.api.appeals.statement(made.id)).id == made.id
        with pytest.raises(ApiError) as not_theirs:
            await scene.ann.api.appeals.statement(made.id)
        assert not_theirs.value.code == "NOT_FOUND"


async def test_evidence_is_sealed_with_its_hash_and_can_be_held(tmp_path: Path) -> None:
    async with platform(tmp_path) as home:
        scene = await reported_message(home)
        with pytest.raises(ApiError):
            await scene.mora.api.appeals.evidence(scene.case_id)
        await _decided(scene, ActionKind.DELETE_MESSAGE)
        found = await scene.mora.api.appeals.evidence(scene.case_id)
        text = json.dumps(found.bundle, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert found.sha256 == hashlib.sha256(text.encode()).hexdigest()
        assert found.bundle["subject"]["text"] == scene.message.text
        assert [m["id"] for m in found.bundle["chat"]] == [scene.message.id]
        assert found.bundle["scores"]["priority"] > 0
        assert len(found.bundle["policy_version"]) == 12
        statement = await scene.mora.api.moderation.case(scene.case_id)
        assert statement.history[0].details["bundle_sha256"] == found.sha256
        held = await scene.milo.api.appeals.hold(scene.case_id, on_hold=True)
        assert held.on_hold
        assert (await scene.mora.api.appeals.evidence(scene.case_id)).on_hold
        assert (await scene.milo.api.moderation.log()).items[0].action == "evidence.held"


async def test_the_figures_tell_how_fast_and_how_right(tmp_path: Path) -> None:
    clock = MovableClock()
    async with platform(tmp_path, clock=clock, second_look_percent=0) as home:
        scene = await reported_message(home)
        empty = await scene.mora.api.appeals.metrics()
        assert (empty.decided, empty.time_to_action_p50_s, empty.queue) == (0, None, 1)
        clock.move(seconds=120)
        made = await _decided(scene, ActionKind.MUTE)
        appeal = await _appealed(scene.troll, made)
        await scene.milo.api.appeals.decide(appeal.id, OVERTURN)
        found = await scene.milo.api.appeals.metrics(days=1)
        assert (found.decided, found.queue, found.appeals) == (1, 0, 1)
        assert found.time_to_action_p50_s == found.time_to_action_p90_s == 120
        assert found.overturn_rate == 1.0
        (mora,) = found.moderators
        assert (mora.moderator.id, mora.decided, mora.overturned) == (scene.mora.id, 1, 1)
        member = await home.person("Eve")
        with pytest.raises(ApiError) as refused:
            await member.api.appeals.metrics()
        assert refused.value.code == "FORBIDDEN"
