"""Reports: they merge into cases with the evidence of the first moment, and reach moderators."""

from pathlib import Path

import pytest
from fakes.platform import platform
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from shared.api import ApiError
from shared.ids import new_id
from shared.schemas.moderation import CaseState, ReportCreate, ReportReason, SubjectType
from shared.schemas.realtime import MOD_ROOM, EventType
from shared.schemas.roles import Role
from shared.schemas.room import ChatMessage


def about(message: ChatMessage, reason: ReportReason = ReportReason.HARASSMENT) -> ReportCreate:
    return ReportCreate(subject_type=SubjectType.MESSAGE, subject_id=message.id, reason=reason)


async def test_reports_on_one_message_become_one_case_pushed_to_moderators(
    tmp_path: Path,
) -> None:
    async with platform(tmp_path) as home:
        luna = await home.person("Luna", Role.CREATOR)
        ann, bob, troll = [await home.person(name) for name in ("Ann", "Bob", "Troll")]
        mod = await home.person("Mora", Role.MOD)
        stream = await home.on_air(luna)
        await ann.api.room.send(stream.id, "hello")
        message = await troll.api.room.send(stream.id, "fools, the lot of them")
        watcher = await home.watch(mod, MOD_ROOM)

        first = await ann.api.reports.create(about(message))
        second = await bob.api.reports.create(about(message, ReportReason.HATE))
        again = await ann.api.reports.create(about(message, ReportReason.SPAM))

        assert second.case_id == first.case_id
        assert again == first
        page = await mod.api.moderation.queue()
        (row,) = page.items
        assert (row.report_count, row.state) == (2, CaseState.OPEN)
        assert row.reasons == [ReportReason.HARASSMENT, ReportReason.HATE]
        assert row.priority == round(sum(part.points for part in row.priority_parts), 1)
        assert {part.name: part.points for part in row.priority_parts}["live_now"] > 0
        pushed = await watcher.wait(EventType.REPORT_FILED, 2)
        assert pushed.data["id"] == row.id
        detail = await mod.api.moderation.case(row.id)
        assert detail.evidence["text"] == "fools, the lot of them"
        assert detail.subject_user is not None
        assert detail.subject_user.id == troll.id
        assert [entry.text for entry in detail.context] == ["hello", "fools, the lot of them"]
        assert [report.reporter.display_name for report in detail.reports if report.reporter] == [
            "Ann",
            "Bob",
        ]


async def test_evidence_stays_as_it_was_when_the_author_deletes_it(tmp_path: Path) -> None:
    async with platform(tmp_path) as home:
        luna = await home.person("Luna", Role.CREATOR)
        ann, troll = await home.person("Ann"), await home.person("Troll")
        mod = await home.person("Mora", Role.MOD)
        stream = await home.on_air(luna)
        message = await troll.api.room.send(stream.id, "fools, the lot of them")
        report = await ann.api.reports.create(about(message))
        await troll.api.room.delete(stream.id, message.id)

        detail = await mod.api.moderation.case(report.case_id)

        assert detail.evidence["text"] == "fools, the lot of them"
        assert detail.evidence["deleted"] is False
        assert [entry.deleted for entry in detail.context] == [True]


async def test_people_and_streams_can_be_reported_and_nobody_reports_themselves(
    tmp_path: Path,
) -> None:
    async with platform(tmp_path) as home:
        luna = await home.person("Luna", Role.CREATOR)
        ann = await home.person("Ann")
        mod = await home.person("Mora", Role.MOD)
        stream = await home.on_air(luna, "A quiet talk")

        def report(kind: SubjectType, subject_id: str) -> ReportCreate:
            return ReportCreate(subject_type=kind, subject_id=subject_id, reason=ReportReason.FRAUD)

        await ann.api.reports.create(report(SubjectType.USER, luna.id))
        await ann.api.reports.create(report(SubjectType.STREAM, stream.id))
        with pytest.raises(ApiError) as unknown:
            await ann.api.reports.create(report(SubjectType.USER, new_id()))
        with pytest.raises(ApiError) as own:
            await luna.api.reports.create(report(SubjectType.STREAM, stream.id))

        assert unknown.value.code == "NOT_FOUND"
        assert own.value.code == "INVALID_INPUT"
        rows = (await mod.api.moderation.queue()).items
        assert {row.subject_type for row in rows} == {SubjectType.USER, SubjectType.STREAM}
        details = [await mod.api.moderation.case(row.id) for row in rows]
        assert all(d.subject_user and d.subject_user.id == luna.id for d in details)


async def test_the_same_key_files_one_report(tmp_path: Path) -> None:
    async with platform(tmp_path) as home:
        luna = await home.person("Luna", Role.CREATOR)
        ann = await home.person("Ann")
        body = ReportCreate(
            subject_type=SubjectType.USER, subject_id=luna.id, reason=ReportReason.SPAM
        )
        first = await ann.api.reports.create(body, key="report-key-1")
        assert await ann.api.reports.create(body, key="report-key-1") == first
        assert len((await ann.api.reports.mine()).items) == 1


async def test_the_queue_puts_the_gravest_first_and_pages_without_gaps(tmp_path: Path) -> None:
    async with platform(tmp_path) as home:
        mod = await home.person("Mora", Role.MOD)
        ann = await home.person("Ann")
        reasons = list(ReportReason)
        for number, reason in enumerate(reasons):
            person = await home.person(f"Member{number}")
            await ann.api.reports.create(
                ReportCreate(subject_type=SubjectType.USER, subject_id=person.id, reason=reason)
            )

        whole = (await mod.api.moderation.queue()).items
        paged = []
        cursor = None
        while True:
            page = await mod.api.moderation.queue(cursor=cursor, limit=2)
            paged += page.items
            cursor = page.next_cursor
            if cursor is None:
                break

        assert whole[0].reasons[0] is ReportReason.MINOR_SAFETY
        assert [row.priority for row in whole] == sorted(
            (row.priority for row in whole), reverse=True
        )
        assert [row.id for row in paged] == [row.id for row in whole]
        assert len(whole) == len(reasons)


async def test_members_may_report_but_not_moderate(tmp_path: Path) -> None:
    async with platform(tmp_path) as home:
        ann = await home.person("Ann")
        with pytest.raises(ApiError) as refused:
            await ann.api.moderation.queue()
        assert refused.value.code == "FORBIDDEN"
        viewer = await home.person("Vic", Role.VIEWER)
        with pytest.raises(ApiError) as silent:
            await viewer.api.reports.mine()
        assert silent.value.code == "FORBIDDEN"


async def test_the_database_itself_refuses_a_second_undecided_case(tmp_path: Path) -> None:
    async with platform(tmp_path) as home:
        luna = await home.person("Luna", Role.CREATOR)
        ann = await home.person("Ann")
        body = ReportCreate(
            subject_type=SubjectType.USER, subject_id=luna.id, reason=ReportReason.SPAM
        )
        await ann.api.reports.create(body)
        copy = text(
            "INSERT INTO cases SELECT :id, subject_type, subject_id, subject_user_id, "
            "subject_label, stream_id, stage, version, stage_version, reasons, report_count, "
            "base_priority, evidence, evidence_hash, lease_token, lease_by, lease_until, "
            "opened_at, updated_at, decided_at FROM cases"
        )
        with pytest.raises(IntegrityError):
            async with home.core.db.write() as tx:
                await tx.db.execute(copy, {"id": new_id()})
