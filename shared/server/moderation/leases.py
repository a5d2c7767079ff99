"""Who works on a case: claims with a lease and a fencing token, giving back, passing on."""

from datetime import timedelta

from shared.schemas.moderation import CaseSummary, Lease
from shared.schemas.realtime import MOD_ROOM, EventType
from shared.schemas.roles import Permission
from shared.server.core import Core
from shared.server.db.database import Tx
from shared.server.http.sessions import Caller
from shared.server.moderation import audit
from shared.server.moderation.details import case_detail
from shared.server.moderation.log import current_case, happened, locked_case
from shared.server.moderation.refusals import case_claimed, escalated, lease_lost, own_case
from shared.server.moderation.transitions import CaseEvent, CaseStage
from shared.server.moderation.views import Case, summarise


def check_lease(case: Case, caller: Caller, token: int, tx: Tx) -> None:
    """Let only the holder of the lease in force pass.

    Raises:
        Refused: the token is of an earlier claim, or the lease ran out.
    """
    holds = case.is_leased_at(tx.now) and case.lease_by == caller.user_id
    if not holds or case.lease_token != token:
        raise lease_lost()


class Leases:
    """Claims on cases. The row lock of the case makes each of them exclusive."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._length = timedelta(seconds=core.settings.case_lease_s)

    async def claim(self, caller: Caller, case_id: str) -> Lease:
        """Take a case, or renew one's own claim; the token rises with every new claim.

        Raises:
            Refused: somebody else holds it, it is decided, or it is not this person's to decide.
        """
        async with self._core.db.write() as tx:
            case = await locked_case(tx, case_id)
            until = tx.now + self._length
            if case.is_leased_at(tx.now):
                if case.lease_by != caller.user_id or case.holder is None:
                    raise _taken(case)
                token, event = case.lease_token, CaseEvent.RENEWED
            else:
                _check_may_take(case, caller)
                token, event = case.lease_token + 1, CaseEvent.CLAIMED
            await happened(
                tx,
                case,
                event,
                actor_id=caller.user_id,
                details={"token": token},
                values={"lease_by": caller.user_id, "lease_until": until, "lease_token": token},
            )
            if event is CaseEvent.CLAIMED:
                await self._audit(tx, caller, case, "case.claimed", token)
            row = await self._tell(tx, case_id, EventType.CASE_CLAIMED)
            claimed = await current_case(tx, case_id)
            detail = await case_detail(tx.db, claimed, row, tx.now)
            return Lease(case=detail, token=token, expires_at=until)

    async def release(self, caller: Caller, case_id: str, token: int) -> CaseSummary:
        """Give the case back to the queue."""
        return await self._give_up(caller, case_id, token, CaseEvent.RELEASED, {})

    async def skip(self, caller: Caller, case_id: str, token: int) -> CaseSummary:
        """Give the case back and, for a while, have it last in one's own queue."""
        return await self._give_up(caller, case_id, token, CaseEvent.SKIPPED, {})

    async def escalate(self, caller: Caller, case_id: str, token: int, note: str) -> CaseSummary:
        """Hand the case on to the admins."""
        return await self._give_up(caller, case_id, token, CaseEvent.ESCALATED, {"note": note})

    async def _give_up(
        self, caller: Caller, case_id: str, token: int, event: CaseEvent, details: dict[str, str]
    ) -> CaseSummary:
        async with self._core.db.write() as tx:
            case = await locked_case(tx, case_id)
            check_lease(case, caller, token, tx)
            about = {"token": token, **details}
            await happened(tx, case, event, actor_id=caller.user_id, details=about)
            await self._audit(tx, caller, case, f"case.{event.value}", token)
            return await self._tell(tx, case_id, EventType.CASE_UPDATED)

    async def _audit(self, tx: Tx, caller: Caller, case: Case, action: str, token: int) -> None:
        await audit.append(
            tx,
            actor=caller.ref,
            action=action,
            subject_type="case",
            subject_id=case.id,
            details={"token": token},
        )

    async def _tell(self, tx: Tx, case_id: str, type_: EventType) -> CaseSummary:
        row = await summarise(tx.db, await current_case(tx, case_id), tx.now)
        self._core.feed.publish(tx, MOD_ROOM, type_, row)
        return row


def _taken(case: Case) -> Exception:
    if case.holder is None or case.lease_until is None:
        return lease_lost()
    return case_claimed(case.holder, case.lease_until)


def _check_may_take(case: Case, caller: Caller) -> None:
    if case.subject_user_id == caller.user_id:
        raise own_case()
    if case.stage is CaseStage.ESCALATED and not caller.may(Permission.ADMINISTER_USERS):
        raise escalated()
