"""Tokens on the wire: balance, ledger, purchases and tips."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from shared.schemas.accounts import UserRef
from shared.schemas.common import PLAIN_TEXT, Id, Request, Resource, Timestamp, Tokens


class Balance(Resource):
    """What a person can spend, and what a creator has earned after the fee.

    Earnings are available, or held while a decision or a chargeback says so; `held_until` is null
    where the hold has no end of its own.
    """

    tokens: int
    earned_tokens: int = 0
    available_tokens: int = 0
    held_tokens: int = 0
    is_held: bool = False
    held_until: Timestamp | None = None


class EntryKind(StrEnum):
    """Why tokens moved."""

    PURCHASE = "purchase"
    TIP = "tip"
    GIFT = "gift"
    FEE = "fee"
    REVERSAL = "reversal"


class LedgerEntry(Resource):
    """One line of a person's ledger; the entries of a transaction sum to zero."""

    id: Id
    transaction_id: Id
    kind: EntryKind
    tokens: int
    balance_after: int
    at: Timestamp
    note: str = ""


class PurchaseRequest(Request):
    """A purchase by the test processor: `test_card` decides what it answers."""

    tokens: Tokens
    test_card: Annotated[str, Field(pattern=r"^(ok|declined)$")] = "ok"


class PaymentEventKind(StrEnum):
    """What a payment processor tells."""

    SETTLED = "settled"
    REFUNDED = "refunded"
    CHARGED_BACK = "charged_back"
    CHARGEBACK_WON = "chargeback_won"


class PaymentState(StrEnum):
    """Where a payment is."""

    SETTLED = "settled"
    REFUNDED = "refunded"
    CHARGED_BACK = "charged_back"


_ProcessorId = Annotated[str, Field(min_length=8, max_length=128, pattern=r"^[\x21-\x7e]+$")]


class PaymentEvent(Request):
    """A processor's event; `id` is its own, so that it counts once.

    `payment_id` names the payment it is about; without one the event's own id does.
    """

    id: _ProcessorId
    kind: PaymentEventKind
    user_id: Id
    tokens: Tokens
    payment_id: _ProcessorId | None = None
    instrument: _ProcessorId | None = None
    """What the processor knows the card or account by; kept as a salted hash only."""


class Purchase(Resource):
    """A purchase, and what became of it."""

    id: Id
    tokens: int
    balance: int
    at: Timestamp
    payment_id: str | None = None
    state: PaymentState = PaymentState.SETTLED
    uncollected_tokens: int = 0
    """Tokens that a reversal could not take back, for they had been spent."""


class TipRequest(Request):
    """A tip, optionally with words and towards a goal (the room's first open one otherwise)."""

    tokens: Tokens
    text: Annotated[str, Field(max_length=200, pattern=PLAIN_TEXT)] = ""
    goal_id: Id | None = None
    menu_item_id: Id | None = None


class Tip(Resource):
    """A tip as the room sees it."""

    id: Id
    stream_id: Id
    sender: UserRef
    tokens: int
    text: str = ""
    goal_id: Id | None = None
    menu_item: str | None = None
    at: Timestamp


class TipReceipt(Resource):
    """The sender's answer: the tip and what is left."""

    tip: Tip
    balance: int


class LeaderboardRow(Resource):
    """A supporter's place in one stream."""

    rank: int
    user: UserRef
    tokens: int
    tips: int
