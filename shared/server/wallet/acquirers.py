"""Who takes the money for tokens: a protocol, and an acquirer for tests that moves none."""

import hashlib
import importlib
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from shared.errors import InvalidInput
from shared.schemas.common import ErrorCode
from shared.server.http.errors import Refused

CHARGE_TIMEOUT_S = 20.0


@dataclass(frozen=True, slots=True)
class ChargeOrder:
    """What somebody wants to buy. The same `reference` again must not be charged twice."""

    reference: str
    user_id: str
    tokens: int
    method: str
    """What the processor knows the card or account by; never a card number."""


@dataclass(frozen=True, slots=True)
class Charge:
    """A payment that was taken, by its processor's own id.

    `instrument` names the card or account for the processor; two payments with the same one came
    from the same place.
    """

    payment_id: str
    instrument: str | None = None


@runtime_checkable
class Acquirer(Protocol):
    """Takes payments; what happens to them later comes as signed events (`payment_events`)."""

    @property
    def name(self) -> str:
        """At most 24 characters; kept with every payment."""
        ...

    async def charge(self, order: ChargeOrder) -> Charge:
        """Take a payment within `CHARGE_TIMEOUT_S`.

        Raises:
            Refused: it was declined.
        """
        ...


def declined() -> Refused:
    """What a buyer is told when their bank says no."""
    return Refused(
        ErrorCode.CONFLICT,
        "The card was declined; use another card or ask your bank.",
        "De kaart is geweigerd; gebruik een andere kaart of vraag het je bank.",
    )


class TestAcquirer:
    """Answers as the method asks it to: `ok` or `declined`. No money moves."""

    name = "test"
    __test__ = False

    async def charge(self, order: ChargeOrder) -> Charge:
        """The same reference gives the same payment.

        Raises:
            Refused: the method says so.
        """
        if order.method == "declined":
            raise declined()
        named = hashlib.sha256(f"{order.user_id}\x1f{order.reference}".encode()).hexdigest()
        return Charge(f"test-{named[:32]}")


def load_acquirer(named: str) -> Acquirer:
    """The test processor for an empty name, else what `package.module:factory` makes.

    Raises:
        InvalidInput: there is no such thing, or it is no processor.
    """
    if not named:
        return TestAcquirer()
    module, _, factory = named.partition(":")
    try:
        made = getattr(importlib.import_module(module), factory)()
    except (ImportError, AttributeError, TypeError, ValueError) as error:
        raise _unusable(named) from error
    if not isinstance(made, Acquirer):
        raise _unusable(named)
    return made


def _unusable(named: str) -> InvalidInput:
    return InvalidInput(
        f"The payment processor {named} cannot be used; name it as package.module:factory, and "
        "see that it has a name and a charge.",
        code="PROCESSOR_UNUSABLE",
    )
