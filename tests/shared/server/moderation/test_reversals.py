"""Every action has an inverse that undoes exactly what it did; what runs out ends by itself."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from fakes.platform import MovableClock, Person, Platform, platform
from fakes.reported import Scene, decision, reported_message

from shared.api import ApiError
from shared.schemas.moderation import (
    Action,
    ActionEnd,
    ActionKind,
    CaseState,
    Decision,
    PreviewRequest,
    ReportCreate,
    ReportReason,
    SubjectType,
    SuspendRequest,
)
from shared.schemas.moderation import ActionRequest as Ask
from shared.schemas.realtime import MOD_ROOM, EventType, stream_room, user_room
from shared.schemas.roles import Role
from shared.schemas.streams import StreamStart
from shared.schemas.wallet import EntryKind, TipRequest
from shared.server.http.errors import Refused
from shared.server.moderation.actions import TIMED
from shared.server.moderation.expiry import Expiry
from shared.server.moderation.reversals import Reversals
from shared.server.moderation.strikes import LASTS, strikes_of
from shared.server.streams.service import StreamService
from shared.server.wallet import ledger
from shared.server.wallet.ledger import PLATFORM, PROCESSOR, Move, earnings_of

HOUR_S = 3600


async def _decide(scene: Scene, *asked: Ask, case_id: str | None = None) -> Decision:
    lease = await scene.mora.api.moderation.claim(case_id or scene.case_id)
    body = decision(lease, ActionKind.WARN).model_copy(update={"actions": list(asked)})
    return await scene.mora.api.moderation.decide(case_id or scene.case_id, body)


async def _can(person: Person, home: Platform, scene: Scene) -> dict[str, bool]:
    """What the person is able to do now, found out by doing it."""
    able = {}
    attempts: dict[str, Callable[[], Awaitable[object]]] = {
        "write": lambda: person.api.room.send(scene.stream.id, "good evening"),
        "tip": lambda: person.api.wallet.tip(scene.stream.id, TipRequest(tokens=1)),
        "read": lambda: person.api.room.history(scene.stream.id),
    }
    for name, attempt in attempts.items():
        try:
            await attempt()
        except ApiError:
            able[name] = False
        else:
            able[name] = True
    history = await scene.ann.api.room.history(scene.stream.id)
    able["said"] = scene.message.id in {message.id for message in history.items}
    try:
        async with home.core.db.write() as tx:
            way_out = [Move(earnings_of(person.id), -1, EntryKind.FEE)]
            await ledger.post(tx, EntryKind.FEE, [*way_out, Move(PLATFORM, 1, EntryKind.FEE)])
        able["paid"] = True
    except Refused:
        able["paid"] = False
    return able


FREE = {"write": True, "tip": True, "read": True, "said": True, "paid": True}
TAKES = {
    ActionKind.DELETE_MESSAGE: {"said"},
    ActionKind.WARN: set(),
    ActionKind.TIMEOUT: {"write"},
    ActionKind.MUTE: {"write"},
    ActionKind.RESTRICT: {"write", "tip"},
    ActionKind.HOLD_PAYOUT: {"paid"},
    ActionKind.BAN: {"write", "tip", "read"},
}
OF_STREAMS = {ActionKind.SUSPEND_STREAM}


def test_every_kind_of_action_is_tried() -> None:
    assert TAKES.keys() | OF_STREAMS | {ActionKind.NO_VIOLATION} == set(ActionKind)


@pytest.mark.parametrize("kind", list(TAKES))
async def test_the_inverse_gives_back_exactly_what_was_taken(
    tmp_path: Path, kind: ActionKind
) -> None:
    async with platform(tmp_path) as home:
        scene = await reported_message(home)
        await scene.troll.api.wallet.purchase(100)
        async with home.core.db.write() as tx:
            came = [Move(PROCESSOR, -9, EntryKind.TIP)]
            came.append(Move(earnings_of(scene.troll.id), 9, EntryKind.TIP))
            await ledger.post(tx, EntryKind.TIP, came)
        length = HOUR_S if kind in TIMED else None
        made = await _decide(scene, Ask(kind=kind, duration_s=length))
        taken = {name: able and name not in TAKES[kind] for name, able in FREE.items()}
        assert await _can(scene.troll, home, scene) == taken
        case = await scene.mora.api.moderation.case(scene.case_id)
        assert [strike.decision_id for strike in case.strikes] == [made.id]

        told = await home.watch(scene.troll, user_room(scene.troll.id))
        action = await scene.milo.api.moderation.reverse(made.actions[0].id, "A mistake.")

        assert (action.ended_how, action.kind) == (ActionEnd.REVERSED, kind)
        assert await _can(scene.troll, home, scene) == FREE
        assert "taken back" in (await told.wait(EventType.NOTIFICATION_NEW)).data["text"]
        case = await scene.mora.api.moderation.case(scene.case_id)
        assert case.strikes == []
        assert case.decision is not None
        assert case.decision.actions == [action]
        assert [entry.action for entry in case.history] == ["action.reversed", "case.decided"]
        with pytest.raises(ApiError) as again:
            await scene.milo.api.moderation.reverse(action.id, "Once more.")
        assert again.value.code == "CONFLICT"


async def test_a_ban_for_good_opens_the_account_again_and_keeps_what_others_did(
    tmp_path: Path,
) -> None:
    async with platform(tmp_path) as home:
        scene = await reported_message(home)
        first = await _decide(scene, Ask(kind=ActionKind.BAN))
        again = await scene.ann.api.reports.create(
            ReportCreate(
                subject_type=SubjectType.USER, subject_id=scene.troll.id, reason=ReportReason.FRAUD
            )
        )
        second = await _decide(scene, Ask(kind=ActionKind.BAN), case_id=again.case_id)
        await scene.mora.api.moderation.reverse(first.actions[0].id, "A mistake.")
        with pytest.raises(ApiError):
            await scene.ann.api.profiles.read(scene.troll.id)
        await scene.mora.api.moderation.reverse(second.actions[0].id, "A mistake, too.")
        assert (await scene.ann.api.profiles.read(scene.troll.id)).id == scene.troll.id


@pytest.mark.parametrize("kind", sorted(TIMED - OF_STREAMS - {ActionKind.TIMEOUT}))
async def test_what_runs_out_ends_in_the_name_of_the_system(
    tmp_path: Path, kind: ActionKind
) -> None:
    clock = MovableClock()
    async with platform(tmp_path, clock=clock) as home:
        scene = await reported_message(home)
        made = await _decide(scene, Ask(kind=kind, duration_s=600))
        told = await home.watch(scene.troll, user_room(scene.troll.id))
        clock.move(seconds=599)
        assert await home.services.get(Reversals).expire() == 0
        clock.move(seconds=1)
        await home.services.get(Reversals).expire()
        assert "by itself" in (await told.wait(EventType.NOTIFICATION_NEW)).data["text"]
        lease_case = await scene.milo.api.moderation.case(scene.case_id)
        assert lease_case.decision is not None
        assert lease_case.decision.actions[0].ended_how is ActionEnd.EXPIRED
        assert lease_case.decision.id == made.id
        newest = lease_case.history[0]
        assert (newest.action, newest.actor_id) == ("action.expired", "system")
        assert lease_case.strikes != []  # it was right while it lasted
        admin = await home.person("Ada", Role.ADMIN)
        assert (await admin.api.admin.verify_audit()).ok


async def test_the_server_looks_for_what_ran_out_by_itself(tmp_path: Path) -> None:
    clock = MovableClock()
    async with platform(tmp_path, clock=clock) as home:
        scene = await reported_message(home)
        await _decide(scene, Ask(kind=ActionKind.MUTE, duration_s=600))
        told = await home.watch(scene.troll, user_room(scene.troll.id))
        clock.move(seconds=700)
        assert home.services.get(Expiry) is not None
        lifted = await told.wait(EventType.RESTRICTION_LIFTED, timeout_s=10)
        assert lifted.data["kind"] == "mute"


async def test_a_stream_is_suspended_at_once_and_its_creator_kept_off_the_air(
    tmp_path: Path,
) -> None:
    clock = MovableClock()
    async with platform(tmp_path, clock=clock) as home:
        scene = await reported_message(home)
        ended: list[str] = []
        home.services.get(StreamService).on_end(lambda stream: ended.append(stream.id))
        room = await home.watch(scene.ann, stream_room(scene.stream.id))
        made = await scene.mora.api.moderation.suspend(
            scene.stream.id,
            SuspendRequest(
                policy="safety.consent",
                statement="Somebody in the picture did not agree to it.",
                duration_s=HOUR_S,
            ),
        )
        assert (await room.wait(EventType.STREAM_ENDED)).data["state"] == "suspended"
        assert ended == [scene.stream.id]
        with pytest.raises(ApiError) as refused:
            await scene.luna.api.streams.start(StreamStart(title="Again"))
        assert refused.value.code == "FORBIDDEN"
        standing = await scene.milo.api.moderation.subject(SubjectType.USER, scene.luna.id)
        assert [r.kind for r in standing.restrictions] == ["off_air"]
        assert standing.strike_points == 3
        # The reported message of that stream still waits for its own decision.
        assert [c.id for c in (await scene.mora.api.moderation.queue()).items] == [scene.case_id]

        await scene.milo.api.moderation.reverse(made.actions[0].id, "Consent was there.")
        assert (await scene.luna.api.streams.start(StreamStart(title="Again"))).stream.id
        with pytest.raises(ApiError) as over:
            await scene.mora.api.moderation.suspend(
                scene.stream.id, SuspendRequest(policy="safety.consent", statement="Once more so.")
            )
        assert over.value.code == "STREAM_ENDED"


async def test_nobody_takes_back_what_concerns_themselves_or_their_superiors(
    tmp_path: Path,
) -> None:
    async with platform(tmp_path) as home:
        ann, admin = await home.person("Ann"), await home.person("Ada", Role.ADMIN)
        mora, milo = await home.person("Mora", Role.MOD), await home.person("Milo", Role.MOD)
        report = await ann.api.reports.create(
            ReportCreate(
                subject_type=SubjectType.USER, subject_id=mora.id, reason=ReportReason.OTHER
            )
        )
        lease = await admin.api.moderation.claim(report.case_id)
        made = await admin.api.moderation.decide(
            report.case_id, decision(lease, ActionKind.MUTE, duration_s=HOUR_S)
        )
        for person in (mora, milo):
            with pytest.raises(ApiError) as refused:
                await person.api.moderation.reverse(made.actions[0].id, "It was not so bad.")
            assert refused.value.code == "FORBIDDEN"
        done: Action = await admin.api.moderation.reverse(made.actions[0].id, "It was not so bad.")
        assert done.ended_at is not None


async def test_a_reopened_case_is_decided_again(tmp_path: Path) -> None:
    async with platform(tmp_path) as home:
        scene = await reported_message(home)
        first = await _decide(scene, Ask(kind=ActionKind.WARN))
        mods = await home.watch(scene.milo, MOD_ROOM)
        row = await scene.milo.api.moderation.reopen(scene.case_id, "New facts came in.")
        assert row.state is CaseState.OPEN
        assert (await mods.wait(EventType.CASE_UPDATED)).data["state"] == CaseState.OPEN
        assert (await scene.ann.api.reports.mine()).items[0].outcome is None
        with pytest.raises(ApiError) as refused:
            await scene.milo.api.moderation.reopen(scene.case_id, "And again.")
        assert refused.value.code == "CONFLICT"
        second = await _decide(scene, Ask(kind=ActionKind.MUTE, duration_s=HOUR_S))
        assert second.id != first.id
        assert (await scene.mora.api.moderation.case(scene.case_id)).decision == second


async def test_an_undecided_case_of_the_same_subject_stands_in_the_way_of_reopening(
    tmp_path: Path,
) -> None:
    async with platform(tmp_path) as home:
        scene = await reported_message(home)
        await _decide(scene, Ask(kind=ActionKind.WARN))
        again = await scene.ann.api.reports.create(
            ReportCreate(
                subject_type=SubjectType.MESSAGE,
                subject_id=scene.message.id,
                reason=ReportReason.HATE,
            )
        )
        with pytest.raises(ApiError) as refused:
            await scene.milo.api.moderation.reopen(scene.case_id, "New facts came in.")
        assert refused.value.meta["case_id"] == again.case_id


async def test_a_preview_says_what_would_happen_and_does_nothing(tmp_path: Path) -> None:
    async with platform(tmp_path) as home:
        scene = await reported_message(home)
        asked = PreviewRequest(
            actions=[Ask(kind=ActionKind.DELETE_MESSAGE), Ask(kind=ActionKind.BAN)],
            policy="conduct.harassment",
        )
        shown = await scene.mora.api.moderation.preview(scene.case_id, asked)
        assert shown.problem is None
        told = " ".join(shown.consequences)
        for part in ("disappears", "account of Troll is closed", "2 strike points", "1 reporters"):
            assert part in told
        assert (await scene.troll.api.room.send(scene.stream.id, "good evening")).id
        wrong = PreviewRequest(actions=[Ask(kind=ActionKind.TIMEOUT)])
        shown = await scene.mora.api.moderation.preview(scene.case_id, wrong)
        assert shown.problem is not None
        assert "duration" in shown.problem


async def test_a_strike_counts_until_its_day_and_no_longer(tmp_path: Path) -> None:
    clock = MovableClock()
    async with platform(tmp_path, clock=clock) as home:
        scene = await reported_message(home)
        await _decide(scene, Ask(kind=ActionKind.WARN))
        (strike,) = (await scene.mora.api.moderation.case(scene.case_id)).strikes
        assert strike.expires_at - strike.at == LASTS[strike.points]
        last = strike.expires_at - timedelta(seconds=1)
        async with home.core.db.read() as db:
            assert await strikes_of(db, scene.troll.id, last) == [strike]
            assert await strikes_of(db, scene.troll.id, strike.expires_at) == []
