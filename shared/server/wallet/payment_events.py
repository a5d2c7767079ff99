"""What a payment processor tells us later: signed events, each counted once."""

import hashlib
import hmac

from shared.schemas.common import ErrorCode
from shared.schemas.wallet import PaymentEvent, Purchase
from shared.server.accounts.service import AccountService
from shared.server.core import Core
from shared.server.db.database import Tx
from shared.server.http.errors import Refused, not_found
from shared.server.secret import derive
from shared.server.wallet.service import WalletService

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

    def __init__(self, core: Core, accounts: AccountService, wallet: WalletService) -> None:
        self._core = core
        self._accounts = accounts
        self._wallet = wallet

    @property
    def key(self) -> bytes:
        """What the processor signs with; an operator hands it over once."""
        return derive(self._core.secret, "payment events")

    async def take(self, event: PaymentEvent, header: str, raw: bytes) -> Purchase:
        """Settle a purchase; the same event again gives the first answer and moves nothing.

        Raises:
            Refused: the signature is not right or too old, or there is no such person.
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
            note = f"payment {event.kind.value}"
            return await self._wallet.deposit(tx, event.user_id, event.tokens, note=note)

        return await self._core.once.run(
            work, actor=_ACTOR, scope="payments", key=event.id, body=event, answer=Purchase
        )
