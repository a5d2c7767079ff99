"""What a payment processor tells us later: signed events, each counted once."""

import hashlib
import hmac

from shared.schemas.common import ErrorCode
from shared.schemas.wallet import PaymentEvent, PaymentEventKind, PaymentState, Purchase
from shared.server.accounts.service import AccountService
from shared.server.core import Core
from shared.server.db.database import Tx
from shared.server.http.errors import Refused, not_found
from shared.server.secret import derive
from shared.server.wallet.payments import Payment, Payments

TOLERANCE_S = 300
"""How old a signed event may be: what was recorded earlier cannot be played again."""
_ACTOR = "processor"


def signature(key: bytes, at_s: int, body: bytes) -> str:
    """The header of an event: when it was signed, and by whom."""
    mac = hmac.new(key, f"{at_s}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at_s},v1={mac}"


def _refused() -> Refused:
    return Refused(
        ErrorCode.FORBIDDEN,
        "This event is not signed by the payment processor, or too long ago.",
        "Deze melding is niet door de betaaldienst ondertekend, of te lang geleden.",
    )


class PaymentEvents:
    """Takes the processor's signed events, each once."""

    def __init__(
        self, core: Core, accounts: AccountService, payments: Payments, *, processor: str
    ) -> None:
        self._core = core
        self._accounts = accounts
        self._payments = payments
        self._processor = processor

    @property
    def key(self) -> bytes:
        """What the processor signs with; an operator hands it over once."""
        return derive(self._core.secret, "payment events")

    async def take(self, event: PaymentEvent, header: str, raw: bytes) -> Purchase:
        """Settle a payment or take it back; the same event again moves nothing.

        Raises:
            Refused: the signature is not right or too old, or there is no such person or payment.
        """
        stamp = header.partition(",")[0].removeprefix("t=")
        at_s = int(stamp) if stamp.isascii() and stamp.isdigit() and len(stamp) < 12 else 0
        expected = signature(self.key, at_s, raw).encode()
        if not hmac.compare_digest(expected, header.encode("utf-8", "replace")):
            raise _refused()
        if abs(self._core.clock.now().timestamp() - at_s) > TOLERANCE_S:
            raise _refused()

        async def work(tx: Tx) -> Purchase:
            if await self._accounts.ref(tx.db, event.user_id) is None:
                raise not_found()
            return await self._carry_out(tx, event)

        return await self._core.once.run(
            work, actor=_ACTOR, scope="payments", key=event.id, body=event, answer=Purchase
        )

    async def _carry_out(self, tx: Tx, event: PaymentEvent) -> Purchase:
        payment_id = event.payment_id or event.id
        match event.kind:
            case PaymentEventKind.SETTLED:
                payment = Payment(
                    payment_id,
                    event.user_id,
                    event.tokens,
                    PaymentState.SETTLED,
                    instrument=event.instrument,
                )
                return await self._payments.settle(tx, payment, processor=self._processor)
            case PaymentEventKind.REFUNDED:
                return await self._payments.take_back(tx, payment_id, PaymentState.REFUNDED)
            case PaymentEventKind.CHARGED_BACK:
                return await self._payments.take_back(tx, payment_id, PaymentState.CHARGED_BACK)
            case PaymentEventKind.CHARGEBACK_WON:
                return await self._payments.give_back(tx, payment_id)
