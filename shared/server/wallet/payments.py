"""Payments: tokens bought, and what their processor takes back or gives back later."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update

from shared.ids import new_id
from shared.schemas.common import ErrorCode
from shared.schemas.wallet import EntryKind, PaymentState, Purchase, PurchaseRequest
from shared.server.core import Core
from shared.server.db.database import Tx
from shared.server.http.errors import Refused, not_found
from shared.server.http.sessions import Caller
from shared.server.wallet import ledger
from shared.server.wallet.acquirers import CHARGE_TIMEOUT_S, Acquirer, ChargeOrder
from shared.server.wallet.ledger import PROCESSOR, Move, wallet_of
from shared.server.wallet.payment_tables import PaymentRow
from shared.server.wallet.tables import LedgerAccountRow

_S = PaymentState


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment as it is now."""

    id: str
    user_id: str
    tokens: int
    state: PaymentState
    uncollected: int = 0
    instrument: str | None = None


type Heard = Callable[[Tx, Payment], Awaitable[None]]
"""Takes part in the transaction that changes a payment."""


class Payments:
    """Every payment, each with its tokens in the ledger."""

    def __init__(self, core: Core, processor: Acquirer) -> None:
        self._core = core
        self._processor = processor
        self._heard: list[Heard] = []

    def on_changed(self, hook: Heard) -> None:
        """Take part in the transaction of every payment and every change of one."""
        self._heard.append(hook)

    async def purchase(self, caller: Caller, body: PurchaseRequest, key: str | None) -> Purchase:
        """Buy tokens from the payment processor; the same key is charged once.

        Raises:
            Refused: it declined, or does not answer.
        """
        reference = key or new_id()
        order = ChargeOrder(reference, caller.user_id, body.tokens, body.test_card)
        try:
            async with asyncio.timeout(CHARGE_TIMEOUT_S):
                charge = await self._processor.charge(order)
        except TimeoutError:
            raise _no_answer() from None

        async def work(tx: Tx) -> Purchase:
            payment = Payment(
                charge.payment_id,
                caller.user_id,
                body.tokens,
                PaymentState.SETTLED,
                instrument=charge.instrument,
            )
            return await self.settle(tx, payment, processor=self._processor.name)

        return await self._core.once.run(
            work,
            actor=caller.user_id,
            scope="wallet:purchase",
            key=key,
            body=body,
            answer=Purchase,
        )

    async def settle(self, tx: Tx, payment: Payment, *, processor: str) -> Purchase:
        """Bring a payment's tokens into its buyer's wallet; an id that is known changes nothing.

        Raises:
            Refused: the id belongs to another purchase.
        """
        known = await self._row(tx, payment.id)
        if known is not None:
            if (known.user_id, known.tokens) != (payment.user_id, payment.tokens):
                raise _another()
            return await self._answer(tx, payment.id)
        wallet = wallet_of(payment.user_id)
        note = f"payment by {processor}"
        posted = await ledger.post(
            tx,
            EntryKind.PURCHASE,
            [
                Move(PROCESSOR, -payment.tokens, EntryKind.PURCHASE, note),
                Move(wallet, payment.tokens, EntryKind.PURCHASE, note),
            ],
        )
        await tx.db.execute(
            insert(PaymentRow).values(
                id=payment.id,
                processor=processor,
                user_id=payment.user_id,
                tokens=payment.tokens,
                transaction_id=posted.id,
                state=_S.SETTLED.value,
                uncollected=0,
                at=tx.now,
                changed_at=tx.now,
            )
        )
        await self._tell(tx, payment)
        return await self._answer(tx, payment.id)

    async def take_back(self, tx: Tx, payment_id: str, state: PaymentState) -> Purchase:
        """Refunded or charged back: the tokens that are still there leave the wallet.

        What was spent stays with those who got it; the rest is noted as uncollected.

        Raises:
            Refused: there is no such payment.
        """
        row = await self._locked(tx, payment_id)
        if row.state != _S.SETTLED.value:
            return await self._answer(tx, payment_id)
        wallet = wallet_of(row.user_id)
        left = await self._locked_balance(tx, wallet)
        taken = min(left, row.tokens)
        if taken:
            note = f"payment {state.value.replace('_', ' ')}"
            moves = [
                Move(wallet, -taken, EntryKind.REVERSAL, note),
                Move(PROCESSOR, taken, EntryKind.REVERSAL, note),
            ]
            await ledger.post(tx, EntryKind.REVERSAL, moves, reverses=row.transaction_id)
        return await self._change(tx, row, state, uncollected=row.tokens - taken)

    async def give_back(self, tx: Tx, payment_id: str) -> Purchase:
        """A chargeback was won: what it took comes back.

        Raises:
            Refused: there is no such payment.
        """
        row = await self._locked(tx, payment_id)
        if row.state != _S.CHARGED_BACK.value:
            return await self._answer(tx, payment_id)
        taken = row.tokens - row.uncollected
        transaction_id = row.transaction_id
        if taken:
            note = "chargeback won"
            moves = [
                Move(PROCESSOR, -taken, EntryKind.PURCHASE, note),
                Move(wallet_of(row.user_id), taken, EntryKind.PURCHASE, note),
            ]
            # From here on this is the movement that a second chargeback would take back.
            transaction_id = (await ledger.post(tx, EntryKind.PURCHASE, moves)).id
        named = PaymentRow.id == payment_id
        await tx.db.execute(update(PaymentRow).where(named).values(transaction_id=transaction_id))
        return await self._change(tx, row, _S.SETTLED, uncollected=0)

    async def _change(self, tx: Tx, row: Any, state: PaymentState, *, uncollected: int) -> Purchase:
        named = PaymentRow.id == row.id
        values = {"state": state.value, "uncollected": uncollected, "changed_at": tx.now}
        await tx.db.execute(update(PaymentRow).where(named).values(**values))
        await self._tell(tx, Payment(row.id, row.user_id, row.tokens, state, uncollected))
        return await self._answer(tx, row.id)

    async def _tell(self, tx: Tx, payment: Payment) -> None:
        for hook in self._heard:
            await hook(tx, payment)

    async def _row(self, tx: Tx, payment_id: str) -> Any:
        query = select(*PaymentRow.__table__.columns).where(PaymentRow.id == payment_id)
        return (await tx.db.execute(query.with_for_update())).first()

    async def _locked(self, tx: Tx, payment_id: str) -> Any:
        row = await self._row(tx, payment_id)
        if row is None:
            raise not_found()
        return row

    async def _locked_balance(self, tx: Tx, account: str) -> int:
        query = select(LedgerAccountRow.balance).where(LedgerAccountRow.id == account)
        return (await tx.db.execute(query.with_for_update())).scalar_one_or_none() or 0

    async def _answer(self, tx: Tx, payment_id: str) -> Purchase:
        row = await self._row(tx, payment_id)
        return Purchase(
            id=row.transaction_id,
            tokens=row.tokens,
            balance=await ledger.balance(tx.db, wallet_of(row.user_id)),
            at=row.changed_at,
            payment_id=row.id,
            state=PaymentState(row.state),
            uncollected_tokens=row.uncollected,
        )


def _no_answer() -> Refused:
    return Refused(
        ErrorCode.UNAVAILABLE,
        "The payment service does not answer; try again in a minute, you are charged once.",
        "De betaaldienst antwoordt niet; probeer het over een minuut opnieuw, je betaalt één keer.",
        retry_after_s=60,
    )


def _another() -> Refused:
    return Refused(
        ErrorCode.IDEMPOTENCY_MISMATCH,
        "This payment is known with another buyer or amount; nothing was changed.",
        "Deze betaling is bekend met een andere koper of een ander bedrag; er is niets veranderd.",
    )
