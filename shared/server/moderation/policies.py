"""The platform's policies: what a decision may name as its ground, in a frozen list."""

import hashlib
import json

from shared.schemas.moderation import ActionKind, Policy, ReportReason

_K, _R = ActionKind, ReportReason

POLICIES: tuple[Policy, ...] = (
    Policy(
        id="safety.minors",
        title="Adults only",
        text="Nothing on the platform may involve, depict or address a person under 18. "
        "Content is removed, the account is banned and the case goes to the authorities.",
        reasons=[_R.MINOR_SAFETY],
        usual_actions=[_K.DELETE_MESSAGE, _K.BAN],
    ),
    Policy(
        id="safety.consent",
        title="Consent of everyone involved",
        text="Showing, sharing or asking for material of a person who has not agreed to it, "
        "or pressing someone into anything, is not allowed.",
        reasons=[_R.NON_CONSENSUAL],
        usual_actions=[_K.DELETE_MESSAGE, _K.BAN],
    ),
    Policy(
        id="safety.violence",
        title="No threats or violence",
        text="Threats, incitement and praise of violence against persons are not allowed.",
        reasons=[_R.VIOLENCE],
        usual_actions=[_K.DELETE_MESSAGE, _K.BAN],
    ),
    Policy(
        id="conduct.hate",
        title="No hate",
        text="Attacks on people for their origin, belief, gender, orientation, body or disability "
        "are not allowed.",
        reasons=[_R.HATE],
        usual_actions=[_K.DELETE_MESSAGE, _K.MUTE],
    ),
    Policy(
        id="conduct.harassment",
        title="No harassment",
        text="Insults, unwanted advances after a no, and campaigns against a person are not "
        "allowed.",
        reasons=[_R.HARASSMENT],
        usual_actions=[_K.DELETE_MESSAGE, _K.MUTE],
    ),
    Policy(
        id="conduct.privacy",
        title="Private data stays private",
        text="Names, addresses, contacts and pictures of others may not be published without "
        "their agreement.",
        reasons=[_R.PRIVACY],
        usual_actions=[_K.DELETE_MESSAGE, _K.MUTE],
    ),
    Policy(
        id="integrity.fraud",
        title="No deceit for money",
        text="Faked tips, chargeback schemes, impersonation and promises made to be broken are not "
        "allowed.",
        reasons=[_R.FRAUD],
        usual_actions=[_K.MUTE, _K.BAN],
    ),
    Policy(
        id="integrity.spam",
        title="No spam",
        text="Repeated, automated or off-platform advertising messages are removed.",
        reasons=[_R.SPAM, _R.OTHER],
        usual_actions=[_K.DELETE_MESSAGE, _K.MUTE],
    ),
    Policy(
        id="none",
        title="No policy is broken",
        text="The report was looked at and nothing on the platform's list was broken.",
        reasons=[],
        usual_actions=[_K.NO_VIOLATION],
    ),
)

_DUTCH: dict[str, tuple[str, str]] = {
    "safety.minors": (
        "Alleen volwassenen",
        "Niets op het platform mag gaan over iemand onder de 18, die tonen of die aanspreken. "
        "Inhoud wordt verwijderd, het account verbannen, en de zaak gaat naar de autoriteiten.",
    ),
    "safety.consent": (
        "Toestemming van iedereen",
        "Materiaal tonen, delen of vragen van iemand die daar niet mee instemt, of iemand "
        "ergens toe dwingen, is niet toegestaan.",
    ),
    "safety.violence": (
        "Geen dreiging of geweld",
        "Dreigen met, oproepen tot en verheerlijken van geweld tegen personen is niet toegestaan.",
    ),
    "conduct.hate": (
        "Geen haat",
        "Aanvallen op mensen om hun afkomst, geloof, geslacht, geaardheid, lichaam of beperking "
        "zijn niet toegestaan.",
    ),
    "conduct.harassment": (
        "Geen intimidatie",
        "Beledigingen, ongewenste toenadering na een nee, en campagnes tegen iemand zijn niet "
        "toegestaan.",
    ),
    "conduct.privacy": (
        "Privégegevens blijven privé",
        "Namen, adressen, contactgegevens en beelden van anderen mogen niet zonder hun "
        "instemming worden gepubliceerd.",
    ),
    "integrity.fraud": (
        "Geen bedrog om geld",
        "Nagemaakte tips, terugboekingstrucs, zich voordoen als een ander en beloften die niet "
        "worden nagekomen zijn niet toegestaan.",
    ),
    "integrity.spam": (
        "Geen spam",
        "Herhaalde, geautomatiseerde berichten en reclame voor elders worden verwijderd.",
    ),
    "none": (
        "Er is geen regel overtreden",
        "De melding is bekeken en niets op de lijst van het platform is overtreden.",
    ),
}

NO_VIOLATION_POLICY = "none"

POLICY_VERSION = hashlib.sha256(
    json.dumps(
        [[entry.model_dump(mode="json"), _DUTCH[entry.id]] for entry in POLICIES], sort_keys=True
    ).encode()
).hexdigest()[:12]
"""Names the list above word for word, in both languages: it changes with any of them."""


def policy(policy_id: str, *, is_dutch: bool = False) -> Policy | None:
    """The policy of this id, in English or Dutch."""
    found = next((entry for entry in POLICIES if entry.id == policy_id), None)
    return _in_dutch(found) if is_dutch and found is not None else found


def policies(*, is_dutch: bool) -> list[Policy]:
    """Every policy, in English or Dutch; ids and order are the same."""
    return [_in_dutch(entry) if is_dutch else entry for entry in POLICIES]


def _in_dutch(entry: Policy) -> Policy:
    title, text = _DUTCH[entry.id]
    return entry.model_copy(update={"title": title, "text": text})
