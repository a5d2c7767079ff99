"""Moderation on PostgreSQL, where many write at once: races, the chain, and the triggers."""

import asyncio
from pathlib import Path

import pytest
from fakes.platform import Platform, platform
from fakes.postgres import Postgres
from fakes.reported import decision, reported_message
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from shared.api import ApiError
from shared.schemas.appeals import AppealCreate, AppealDecide, AppealState, SecondLookDecide
from shared.schemas.moderation import ActionKind, ReportCreate, ReportReason, SubjectType
from shared.schemas.roles import Role
from shared.server.moderation import audit


async def _verify(home: Platform) -> tuple[bool, int]:
    async with home.core.db.read() as db:
        verdict = await audit.verify(db)
    return verdict.ok, verdict.entries


async def test_claims_race_and_the_winner_decides_once(tmp_path: Path, postgres: Postgres) -> None:
    async with platform(tmp_path, database_url=postgres.migrated()) as home:
        scene = await reported_message(home)
        moderators = [await home.person(f"Mod{n}", Role.MOD) for n in range(6)]
        tries = await asyncio.gather(
            *(person.api.moderation.claim(scene.case_id) for person in moderators),
            return_exceptions=True,
        )
        won = [index for index, it in enumerate(tries) if not isinstance(it, BaseException)]
        assert len(won) == 1
        codes = {error.code for error in tries if isinstance(error, ApiError)}
        assert codes == {"CASE_CLAIMED"}
        winner = moderators[won[0]].api.moderation
        lease = await winner.claim(scene.case_id)
        body = decision(lease, ActionKind.DELETE_MESSAGE, ActionKind.BAN)
        made = await asyncio.gather(
            *(winner.decide(scene.case_id, body, key="one-decision") for _ in range(4))
        )
        assert all(entry == made[0] for entry in made)
        assert await _verify(home) == (True, 2)


async def test_reports_at_once_become_one_case(tmp_path: Path, postgres: Postgres) -> None:
    async with platform(tmp_path, database_url=postgres.migrated()) as home:
        luna, mora = await home.person("Luna", Role.CREATOR), await home.person("Mora", Role.MOD)
        members = [await home.person(f"Member{n}") for n in range(8)]
        body = ReportCreate(
            subject_type=SubjectType.USER, subject_id=luna.id, reason=ReportReason.SPAM
        )
        made = await asyncio.gather(*(person.api.reports.create(body) for person in members))
        assert len({report.case_id for report in made}) == 1
        (row,) = (await mora.api.moderation.queue()).items
        assert row.report_count == 8


async def test_links_added_at_once_form_one_chain_that_cannot_be_changed(
    tmp_path: Path, postgres: Postgres
) -> None:
    async def append() -> None:
        async with home.core.db.write() as tx:
            await audit.append(
                tx, actor=None, action="x", subject_type="case", subject_id="1", details={}
            )

    async def tamper(statement: str) -> None:
        async with home.core.db.write() as tx:
            await tx.db.execute(text(statement))

    async with platform(tmp_path, database_url=postgres.migrated()) as home:
        await asyncio.gather(*(append() for _ in range(20)))
        for statement in (
            "UPDATE audit_entries SET actor = 'Nobody'",
            "DELETE FROM audit_entries",
            "TRUNCATE audit_entries",
        ):
            with pytest.raises(DBAPIError, match="append-only"):
                await tamper(statement)
        assert await _verify(home) == (True, 20)


async def test_two_judge_one_appeal_and_one_of_them_wins(
    tmp_path: Path, postgres: Postgres
) -> None:
    async with platform(
        tmp_path, database_url=postgres.migrated(), second_look_percent=100
    ) as home:
        scene = await reported_message(home)
        lease = await scene.mora.api.moderation.claim(scene.case_id)
        body = decision(lease, ActionKind.DELETE_MESSAGE, ActionKind.MUTE, duration_s=600)
        made = await scene.mora.api.moderation.decide(scene.case_id, body)
        await scene.milo.api.appeals.judge_second_look(made.id, SecondLookDecide(agrees=True))
        appeal = await scene.troll.api.appeals.create(
            AppealCreate(decision_id=made.id, text="I was quoting a song.")
        )
        other = await home.person("Mona", Role.MOD)
        answer = AppealDecide(outcome=AppealState.OVERTURNED, statement="It was a song indeed.")
        tries = await asyncio.gather(
            *(each.api.appeals.decide(appeal.id, answer) for each in (scene.milo, other)),
            return_exceptions=True,
        )
        refused = [error.code for error in tries if isinstance(error, ApiError)]
        assert refused == ["CONFLICT"]
        assert (await scene.troll.api.room.send(scene.stream.id, "thank you")).id
        figures = await scene.milo.api.appeals.metrics()
        assert (figures.overturn_rate, figures.agreement_rate) == (1.0, 1.0)
        with pytest.raises(DBAPIError):
            async with home.core.db.write() as tx:
                await tx.db.execute(text("UPDATE appeals SET reviewer_id = decider_id"))
        assert (await _verify(home))[0]


async def test_held_messages_and_safety_scores(tmp_path: Path, postgres: Postgres) -> None:
    async with platform(tmp_path, database_url=postgres.migrated()) as home:
        scene = await reported_message(home)
        with pytest.raises(ApiError) as held:
            await scene.ann.api.room.send(scene.stream.id, "see www.example.com")
        held_id = held.value.meta["held_id"]
        tries = await asyncio.gather(
            *(
                each.api.automod.release(scene.stream.id, held_id)
                for each in (scene.luna, scene.mora, scene.milo)
            ),
            return_exceptions=True,
        )
        assert [error.code for error in tries if isinstance(error, ApiError)] == ["CONFLICT"] * 2
        await scene.luna.api.automod.slow_mode(scene.stream.id, 30)
        await scene.luna.api.automod.slow_mode(scene.stream.id, 0)
        (row,) = (await scene.mora.api.moderation.streams()).items
        assert row.safety_score >= 1.0
