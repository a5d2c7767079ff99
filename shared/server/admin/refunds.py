"""Refunds: tips and gifts taken back by new entries, never by changing old ones."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from shared.ids import new_id
from shared.schemas.administration import RefundRequest
from shared.schemas.common import ErrorCode
from shared.schemas.gifts import Refund
from shared.schemas.notices import Notice, NoticeKind
from shared.schemas.realtime import EventType, user_room
from shared.server.accounts.tables import UserRow
from shared.server.core import Core
from shared.server.db.database import Tx
from shared.server.http.errors import Refused, not_found
from shared.server.http.sessions import Caller
from shared.server.insights.totals import Totals
from shared.server.moderation import audit
from shared.server.show.service import ShowService
from shared.server.streams.tables import StreamRow
from shared.server.wallet import ledger
from shared.server.wallet.tables import GiftRow, TipRow


def _again() -> Refused:
    return Refused(
        ErrorCode.CONFLICT,
        "This was taken back before; each tip or gift can be refunded once.",
        "Dit is al teruggedraaid; elke tip of gift kan één keer worden terugbetaald.",
    )


class RefundDesk:
    """Takes tips and gifts back."""

    def __init__(self, core: Core, show: ShowService, totals: Totals) -> None:
        self._core = core
        self._show = show
        self._totals = totals

    async def refund(self, caller: Caller, body: RefundRequest, key: str | None) -> Refund:
        """Give the sender everything back, the platform's fee included.

        Raises:
            Refused: there is no such tip or gift, it was refunded before, or the creator no
                longer has the tokens.
        """

        async def work(tx: Tx) -> Refund:
            return await self._refund(tx, caller, body)

        try:
            return await self._core.once.run(
                work, actor=caller.user_id, scope="refunds", key=key, body=body, answer=Refund
            )
        except IntegrityError:
            raise _again() from None

    async def _refund(self, tx: Tx, caller: Caller, body: RefundRequest) -> Refund:
        row = await _given(tx, body.id)
        try:
            posted = await ledger.reverse(tx, row.transaction_id, "refund")
        except Refused as refused:
            if refused.code != ErrorCode.INSUFFICIENT_TOKENS:
                raise
            raise Refused(
                ErrorCode.CONFLICT,
                "The creator no longer has these tokens; settle it with them first.",
                "De maker heeft deze tokens niet meer; regel het eerst met hen.",
            ) from refused
        if row.goal_id is not None:
            await self._show.debit(tx, row.goal_id, row.tokens)
        await self._totals.count(tx, row.sender_id, row.creator_id, -row.tokens, -1)
        await audit.append(
            tx,
            actor=caller.ref,
            action="tip.refunded",
            subject_type="tip",
            subject_id=body.id,
            details={"tokens": row.tokens, "reversal_id": posted.id},
        )
        await self._tell(tx, row.sender_id, body.id, row.tokens)
        return Refund(id=body.id, tokens=row.tokens, reversal_id=posted.id, at=tx.now)

    async def _tell(self, tx: Tx, user_id: str, subject_id: str, tokens: int) -> None:
        query = select(UserRow.locale).where(UserRow.id == user_id)
        dutch = (await tx.db.execute(query)).scalar_one_or_none() == "nl"
        notice = Notice(
            id=new_id(),
            kind=NoticeKind.REFUND,
            text=f"Je kreeg {tokens} tokens terug." if dutch else f"You got {tokens} tokens back.",
            subject_type="tip",
            subject_id=subject_id,
            at=tx.now,
        )
        self._core.feed.publish(tx, user_room(user_id), EventType.NOTIFICATION_NEW, notice)


async def _given(tx: Tx, id_: str) -> Any:
    """The tip or gift of this id.

    Raises:
        Refused: there is none.
    """
    for table in (TipRow, GiftRow):
        query = (
            select(
                table.transaction_id,
                table.tokens,
                table.sender_id,
                table.goal_id,
                StreamRow.creator_id,
            )
            .join(StreamRow, StreamRow.id == table.stream_id)
            .where(table.id == id_)
        )
        row = (await tx.db.execute(query)).first()
        if row is not None:
            return row
    raise not_found()
