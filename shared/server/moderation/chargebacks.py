"""What follows on a payment that is taken back: a hold on payouts, and a case that says why."""

from shared.schemas.moderation import ReportReason, SubjectType
from shared.schemas.wallet import PaymentState
from shared.server.db.database import Tx
from shared.server.moderation import audit
from shared.server.moderation.evasion import Evasion, TraceKind
from shared.server.moderation.reports import Reports
from shared.server.wallet import holds
from shared.server.wallet.payments import Payment


class Chargebacks:
    """Listens to payments, within the transactions that change them."""

    def __init__(self, evasion: Evasion, reports: Reports) -> None:
        self._evasion = evasion
        self._reports = reports

    async def changed(self, tx: Tx, payment: Payment) -> None:
        """A payment was made, refunded, charged back, or won back."""
        if payment.instrument is not None:
            await self._evasion.used(tx, payment.user_id, {TraceKind.PAYMENT: payment.instrument})
        reason = f"chargeback:{payment.id}"[:200]
        if payment.state is PaymentState.SETTLED:
            await holds.lift_by_reason(tx, reason)
        if payment.state is PaymentState.CHARGED_BACK:
            await self._hold(tx, payment, reason)

    async def _hold(self, tx: Tx, payment: Payment, reason: str) -> None:
        await holds.hold(tx, payment.user_id, reason=reason, until=None)
        facts = {"tokens": payment.tokens, "uncollected_tokens": payment.uncollected}
        await audit.append(
            tx,
            actor=None,
            action="payout.held",
            subject_type=SubjectType.USER,
            subject_id=payment.user_id,
            details={"payment_id": payment.id, **facts},
        )
        await self._reports.open_about(
            tx,
            SubjectType.USER,
            payment.user_id,
            ReportReason.FRAUD,
            {"rule": "chargeback", **facts},
            evidence={"chargeback": facts},
        )
