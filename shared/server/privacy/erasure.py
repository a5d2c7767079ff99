"""The right to be forgotten: what goes, what loses its name, what the law makes us keep."""

import hashlib
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Delete,
    Select,
    Update,
    delete,
    func,
    literal,
    or_,
    select,
    update,
)

from shared.schemas.appeals import AppealState
from shared.schemas.common import ErrorCode
from shared.schemas.privacy import Erasure, KeptRecords
from shared.schemas.realtime import user_room
from shared.schemas.roles import Permission, Role
from shared.server.accounts.security_tables import LoginFailureRow, RecoveryCodeRow, TwoFactorRow
from shared.server.accounts.sessions import Sessions
from shared.server.accounts.tables import FollowRow, UserRow
from shared.server.ai.tables import GeneratedTextRow
from shared.server.automod.tables import HeldMessageRow
from shared.server.compliance.tables import AgeRow, KycRow, Record2257Row
from shared.server.consent.tables import ConsentRow, SafeWordRow
from shared.server.core import Core
from shared.server.db.base import Moment
from shared.server.db.database import Tx
from shared.server.http.errors import Refused, forbidden, not_found
from shared.server.http.sessions import Caller
from shared.server.http.tables import IdempotencyRow
from shared.server.moderation import audit
from shared.server.moderation.evidence_tables import TraceRow
from shared.server.moderation.exhibits import Exhibits
from shared.server.moderation.review_tables import AppealRow, EvidenceRow
from shared.server.moderation.tables import (
    AuditRow,
    CaseRow,
    ReportRow,
    StrikeRow,
)
from shared.server.moderation.transitions import CaseStage
from shared.server.privacy.evidence import about, about_others, erase_evidence
from shared.server.privacy.feeds import scrub_feeds
from shared.server.realtime.tables import FeedEventRow
from shared.server.recordings.catalogue import delete_of, recordings_held
from shared.server.recordings.tables import RecordingRow
from shared.server.room.tables import ChatMessageRow, RestrictionRow
from shared.server.show.tables import MoodVoteRow, TipMenuItemRow
from shared.server.stage.tables import AchievementRow, ActionVoteRow, DuelVoteRow
from shared.server.streams.tables import ScheduledStreamRow, StreamKeyRow, StreamRow
from shared.server.teezer.tables import TeezerRow
from shared.server.wallet.ledger import earnings_of, wallet_of
from shared.server.wallet.payment_tables import PaymentRow, PayoutHoldRow
from shared.server.wallet.tables import GiftRow, LedgerEntryRow, TipRow

NOBODY = "Former member"
_NO_BIRTH = date(1900, 1, 1)


def _conflict(en: str, nl: str) -> Refused:
    return Refused(ErrorCode.CONFLICT, en, nl)


class ErasureService:
    """Erases accounts. The row of a person stays, without name or words, for what refers to it."""

    def __init__(self, core: Core, sessions: Sessions, exhibits: Exhibits) -> None:
        self._core = core
        self._sessions = sessions
        self._exhibits = exhibits

    async def erase(self, caller: Caller, user_id: str) -> Erasure:
        """Forget a person: oneself, or by an admin; again repeats what can be repeated.

        Raises:
            Refused: it is not the caller's to do, or the account is staff or on air.
        """
        if caller.user_id != user_id and not caller.may(Permission.ADMINISTER_USERS):
            raise forbidden()
        async with self._core.db.write() as tx:
            email = await self._check(tx, user_id)
            erased = await self._remove(tx, user_id, email)
            pseudonymised = await self._rename(tx, user_id)
            evidence = await erase_evidence(tx, user_id)
            erased["evidence"] = evidence.cases
            erased["recordings"] = await delete_of(tx, user_id)
            kept = await _kept(tx, user_id)
            await self._sessions.revoke_all(tx, user_id)
            await audit.append(
                tx,
                actor=caller.ref if caller.user_id != user_id else None,
                action="account.erased",
                subject_type="user",
                subject_id=user_id,
                details={"asked_by": caller.user_id, "kept": {k.what: k.count for k in kept}},
            )
        await self._exhibits.sweep(evidence.hashes)
        # What rooms were told is found by a search through the log: not while others wait.
        pseudonymised["room events"] = await scrub_feeds(self._core.db, user_id, NOBODY)
        return Erasure(
            user_id=user_id,
            at=tx.now,
            erased={what: count for what, count in erased.items() if count},
            pseudonymised={what: count for what, count in pseudonymised.items() if count},
            kept=kept,
        )

    async def _check(self, tx: Tx, user_id: str) -> str:
        query = select(UserRow.role, UserRow.email).where(UserRow.id == user_id).with_for_update()
        row = (await tx.db.execute(query)).first()
        if row is None:
            raise not_found()
        if Role(row[0]).rank >= Role.MOD.rank:
            raise _conflict(
                "Staff accounts cannot be erased; let an admin change the role first.",
                "Accounts van medewerkers kunnen niet worden gewist; laat een beheerder eerst de "
                "rol wijzigen.",
            )
        live = select(StreamRow.id).where(
            StreamRow.creator_id == user_id, StreamRow.ended_at.is_(None)
        )
        if (await tx.db.execute(live)).first() is not None:
            raise _conflict(
                "A stream of this account has not ended; end it first.",
                "Een stream van dit account loopt nog; beëindig die eerst.",
            )
        return str(row[1])

    async def _remove(self, tx: Tx, user_id: str, email: str) -> dict[str, int]:
        follows = or_(FollowRow.follower_id == user_id, FollowRow.followed_id == user_id)
        subject = hashlib.sha256(email.encode()).hexdigest()
        gone: dict[str, Delete] = {
            "follows": delete(FollowRow).where(follows),
            "second factor": delete(TwoFactorRow).where(TwoFactorRow.user_id == user_id),
            "recovery codes": delete(RecoveryCodeRow).where(RecoveryCodeRow.user_id == user_id),
            "traces": delete(TraceRow).where(
                TraceRow.user_id == user_id,
                TraceRow.user_id.in_(select(UserRow.id).where(UserRow.is_banned.is_(False))),
            ),
            "generated texts": delete(GeneratedTextRow).where(GeneratedTextRow.user_id == user_id),
            "failed sign-ins": delete(LoginFailureRow).where(LoginFailureRow.subject == subject),
            "mood votes": delete(MoodVoteRow).where(MoodVoteRow.user_id == user_id),
            "action votes": delete(ActionVoteRow).where(ActionVoteRow.user_id == user_id),
            "duel votes": delete(DuelVoteRow).where(DuelVoteRow.user_id == user_id),
            "achievements": delete(AchievementRow).where(AchievementRow.user_id == user_id),
            "tip menu": delete(TipMenuItemRow).where(TipMenuItemRow.user_id == user_id),
            "schedule": delete(ScheduledStreamRow).where(ScheduledStreamRow.creator_id == user_id),
            "stream key": delete(StreamKeyRow).where(StreamKeyRow.user_id == user_id),
            "safe word": delete(SafeWordRow).where(SafeWordRow.user_id == user_id),
            "Teezer": delete(TeezerRow).where(TeezerRow.user_id == user_id),
            "repeatable answers": delete(IdempotencyRow).where(IdempotencyRow.actor == user_id),
            "notices": delete(FeedEventRow).where(FeedEventRow.room == user_room(user_id)),
        }
        return {what: await _run(tx, statement) for what, statement in gone.items()}

    async def _rename(self, tx: Tx, user_id: str) -> dict[str, int]:
        wallets = (wallet_of(user_id), earnings_of(user_id))
        moved = select(LedgerEntryRow.transaction_id).where(LedgerEntryRow.account_id.in_(wallets))
        open_cases = select(CaseRow.id).where(CaseRow.stage != CaseStage.DECIDED.value)
        words: dict[str, Update] = {
            "account": update(UserRow)
            .where(UserRow.id == user_id)
            .values(
                email=f"{user_id}@erased.invalid",
                display_name=NOBODY,
                password_hash="!",  # noqa: S106 - bcrypt never makes this
                role=Role.VIEWER.value,
                birth_date=_NO_BIRTH,
                bio="",
                tags=[],
                erased_at=tx.now,
            ),
            "messages": update(ChatMessageRow)
            .where(ChatMessageRow.author_id == user_id, ChatMessageRow.id.not_in(_held(user_id)))
            .values(
                text="",
                deleted_at=func.coalesce(ChatMessageRow.deleted_at, literal(tx.now, Moment())),
                deleted_by=func.coalesce(ChatMessageRow.deleted_by, user_id),
            ),
            "held messages": update(HeldMessageRow)
            .where(HeldMessageRow.author_id == user_id)
            .values(text=""),
            "tips": update(TipRow).where(TipRow.sender_id == user_id).values(text=""),
            "gifts": update(GiftRow).where(GiftRow.sender_id == user_id).values(text=""),
            "ledger lines": update(LedgerEntryRow)
            .where(LedgerEntryRow.transaction_id.in_(moved), LedgerEntryRow.note != "")
            .values(note=""),
            "streams": update(StreamRow)
            .where(StreamRow.creator_id == user_id)
            .values(title="-", tags=[]),
            "case labels": update(CaseRow)
            .where(
                CaseRow.subject_user_id == user_id,
                ~_cases_on_hold(user_id),
                CaseRow.subject_label != NOBODY,
            )
            .values(subject_label=NOBODY),
            "appeals": update(AppealRow)
            .where(
                AppealRow.appellant_id == user_id,
                AppealRow.state != AppealState.OPEN.value,
                AppealRow.text != "",
            )
            .values(text=""),
            "reports": update(ReportRow)
            .where(ReportRow.reporter_id == user_id, ReportRow.case_id.not_in(open_cases))
            .values(note=""),
        }
        return {what: await _run(tx, statement) for what, statement in words.items()}


async def _run(tx: Tx, statement: Delete | Update) -> int:
    result: CursorResult[Any] = await tx.db.execute(statement)
    return result.rowcount


def _cases_on_hold(user_id: str) -> ColumnElement[bool]:
    held = select(EvidenceRow.case_id).where(EvidenceRow.on_hold.is_(True))
    undecided = CaseRow.stage != CaseStage.DECIDED.value
    return (CaseRow.subject_user_id == user_id) & (undecided | CaseRow.id.in_(held))


def _held(user_id: str) -> Select[str]:
    """Messages that an open case or a legal hold is about."""
    return select(CaseRow.subject_id).where(_cases_on_hold(user_id))


_DUTIES = {
    "ledger lines": "bookkeeping duty of seven years; without names",
    "messages under review": "evidence in an open case or under a legal hold",
    "evidence": "under a legal hold, or of a case or an appeal that is not decided",
    "recordings": "evidence in an open case or under a legal hold; nobody can play them",
    "evidence about others": "sealed evidence of other cases, until its time is over",
    "cases": "moderation records, for appeals and the authorities",
    "reports in open cases": "evidence of a case that is not decided",
    "strikes": "moderation records, for appeals and the authorities",
    "restrictions": "a mute or ban that holds; without names",
    "payout holds": "a decision about earnings that holds; without names",
    "appeals in review": "a person's own words to a decision that is still looked at",
    "payments": "bookkeeping duty of seven years; without names",
    "traces": "a ban for good that they help to keep; salted hashes only",
    "audit entries": "the audit chain cannot be changed; it holds ids and staff names",
    "consent entries": "they prove what others agreed to; without names",
    "compliance records": "age and identity records must be kept by law; in a segregated vault",
}


async def _kept(tx: Tx, user_id: str) -> list[KeptRecords]:
    wallets = (wallet_of(user_id), earnings_of(user_id))
    by_user = AuditRow.actor_id == user_id
    about_user = (AuditRow.subject_type == "user") & (AuditRow.subject_id == user_id)
    undecided = select(CaseRow.id).where(CaseRow.stage != CaseStage.DECIDED.value)
    counted: dict[str, list[tuple[Any, ColumnElement[bool]]]] = {
        "ledger lines": [(LedgerEntryRow, LedgerEntryRow.account_id.in_(wallets))],
        "messages under review": [
            (
                ChatMessageRow,
                (ChatMessageRow.author_id == user_id) & ChatMessageRow.id.in_(_held(user_id)),
            )
        ],
        "evidence": [(EvidenceRow, about(user_id))],
        "recordings": [(RecordingRow, recordings_held(user_id))],
        "evidence about others": [(EvidenceRow, about_others(user_id))],
        "cases": [(CaseRow, CaseRow.subject_user_id == user_id)],
        "reports in open cases": [
            (ReportRow, (ReportRow.reporter_id == user_id) & ReportRow.case_id.in_(undecided))
        ],
        "strikes": [(StrikeRow, StrikeRow.user_id == user_id)],
        "restrictions": [
            (
                RestrictionRow,
                (RestrictionRow.user_id == user_id) & RestrictionRow.lifted_at.is_(None),
            )
        ],
        "payout holds": [
            (PayoutHoldRow, (PayoutHoldRow.user_id == user_id) & PayoutHoldRow.lifted_at.is_(None))
        ],
        "appeals in review": [
            (
                AppealRow,
                (AppealRow.appellant_id == user_id) & (AppealRow.state == AppealState.OPEN.value),
            )
        ],
        "payments": [(PaymentRow, PaymentRow.user_id == user_id)],
        "traces": [(TraceRow, TraceRow.user_id == user_id)],
        "audit entries": [(AuditRow, by_user | about_user)],
        "consent entries": [(ConsentRow, ConsentRow.user_id == user_id)],
        "compliance records": [
            (row, row.user_id == user_id) for row in (KycRow, AgeRow, Record2257Row)
        ],
    }
    kept = []
    for what, parts in counted.items():
        count = 0
        for row, named in parts:
            query = select(func.count()).select_from(row).where(named)
            count += (await tx.db.execute(query)).scalar_one()
        if count:
            kept.append(KeptRecords(what=what, count=count, why=_DUTIES[what]))
    return kept
