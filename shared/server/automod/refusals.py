"""What a person is told whose message does not reach the room."""

from shared.schemas.automod import AutomodRule
from shared.schemas.common import ErrorCode
from shared.server.http.errors import Refused

_R = AutomodRule
_DENIED: dict[AutomodRule, tuple[str, str]] = {
    _R.CAPS: (
        "Your message is written in capitals; write it in small letters and send it again.",
        "Je bericht staat in hoofdletters; schrijf het in kleine letters en stuur het opnieuw.",
    ),
    _R.FLOOD: (
        "You are writing too much at once; wait a moment and go on more slowly.",
        "Je schrijft te veel achter elkaar; wacht even en ga rustiger verder.",
    ),
    _R.REPEAT: (
        "You have said this several times; say something else.",
        "Je hebt dit al een paar keer gezegd; zeg iets anders.",
    ),
    _R.LINK: (
        "Links are not allowed in this room now; send your message without.",
        "Links zijn nu niet toegestaan in deze ruimte; stuur je bericht zonder.",
    ),
}
_OTHERWISE = (
    "This message breaks the rules of the platform and was not sent; write it differently.",
    "Dit bericht is tegen de regels van het platform en is niet verstuurd; schrijf het anders.",
)


def denied(rule: AutomodRule) -> Refused:
    """The message was not sent."""
    en, nl = _DENIED.get(rule, _OTHERWISE)
    return Refused(ErrorCode.MESSAGE_REFUSED, en, nl, meta={"rule": rule.value})


def words_refused(rule: AutomodRule) -> Refused:
    """The words with a tip or gift would not have been sent by themselves; nothing was paid."""
    return Refused(
        ErrorCode.MESSAGE_REFUSED,
        "The words with it break the rules of the room; change them or leave them out. "
        "No tokens were taken.",
        "De tekst erbij is tegen de regels van de ruimte; verander hem of laat hem weg. "
        "Er zijn geen tokens afgeschreven.",
        meta={"rule": rule.value},
    )


def held(held_id: str) -> Refused:
    """The message waits for somebody to look at it."""
    return Refused(
        ErrorCode.MESSAGE_REFUSED,
        "Your message waits for a moderator; it appears when it is released.",
        "Je bericht wacht op een moderator; het verschijnt als het wordt vrijgegeven.",
        meta={"held": True, "held_id": held_id},
    )


def too_soon(wait_s: float) -> Refused:
    """Slow mode."""
    return Refused(
        ErrorCode.SLOW_MODE,
        "This room is in slow mode; wait a moment before your next message.",
        "Deze ruimte staat op langzaam; wacht even voor je volgende bericht.",
        retry_after_s=wait_s,
    )


def settled() -> Refused:
    """Somebody else was quicker."""
    return Refused(
        ErrorCode.CONFLICT,
        "This message was settled already; load the list again.",
        "Over dit bericht is al beslist; laad de lijst opnieuw.",
    )


def silenced() -> Refused:
    """The author may not speak there any more."""
    return Refused(
        ErrorCode.CONFLICT,
        "Its author may not write in this room any more; deny the message instead.",
        "De schrijver mag hier niet meer schrijven; wijs het bericht af.",
    )
