"""What moderation refuses, in words that say what to do instead."""

from datetime import datetime

from shared.clock import rfc3339
from shared.schemas.accounts import UserRef
from shared.schemas.common import ErrorCode
from shared.server.http.errors import Refused


def case_claimed(by: UserRef, until: datetime) -> Refused:
    """Somebody else holds the case."""
    meta = {"claimed_by": by.model_dump(mode="json"), "until": rfc3339(until)}
    return Refused(
        ErrorCode.CASE_CLAIMED,
        f"{by.display_name} is working on this case; take another one or wait for the lease to "
        "end.",
        f"{by.display_name} behandelt deze zaak; neem een andere of wacht tot de claim afloopt.",
        meta=meta,
    )


def lease_lost() -> Refused:
    """The lease that was named is not, or no longer, in force."""
    return Refused(
        ErrorCode.LEASE_LOST,
        "Your claim on this case has ended; claim it again and check what changed.",
        "Je claim op deze zaak is verlopen; claim opnieuw en kijk wat er veranderd is.",
    )


def escalated() -> Refused:
    """The case waits for an admin."""
    return Refused(
        ErrorCode.FORBIDDEN,
        "This case was escalated and waits for an admin; take another one.",
        "Deze zaak is geescaleerd en wacht op een beheerder; neem een andere.",
    )


def own_case() -> Refused:
    """Nobody judges themselves."""
    return Refused(
        ErrorCode.FORBIDDEN,
        "This case is about you, so somebody else has to decide it; take another one.",
        "Deze zaak gaat over jou, dus iemand anders moet beslissen; neem een andere.",
    )


def not_oneself() -> Refused:
    """A report about oneself."""
    return Refused(
        ErrorCode.INVALID_INPUT,
        "You cannot report yourself; choose the message, person or stream that troubles you.",
        "Je kunt jezelf niet melden; kies het bericht, de persoon of de stream die je stoort.",
    )


def unfit_action(en: str, nl: str) -> Refused:
    """The decision names something that this case cannot have."""
    return Refused(ErrorCode.INVALID_INPUT, en, nl)


def outranked() -> Refused:
    """Nobody restricts a person of their own rank or above."""
    return Refused(
        ErrorCode.FORBIDDEN,
        "This person's role is not below yours; escalate the case to somebody above.",
        "De rol van deze persoon ligt niet onder die van jou; escaleer de zaak naar boven.",
    )


def unknown_policy(known: list[str]) -> Refused:
    """The decision names a policy that is not on the list."""
    return Refused(
        ErrorCode.INVALID_INPUT,
        "There is no such policy; choose one of the list.",
        "Dit beleid bestaat niet; kies er een uit de lijst.",
        meta={"known": known},
    )


def not_the_first() -> Refused:
    """A second opinion comes from a second person."""
    return Refused(
        ErrorCode.FORBIDDEN,
        "You made this decision, so somebody else has to look at it; take another one.",
        "Je hebt dit besluit zelf genomen, dus iemand anders moet kijken; neem een ander.",
    )
