"""What is decided about a message from its words alone: allow, hold or deny, and why."""

import re
from dataclasses import dataclass
from enum import StrEnum

from shared.schemas.automod import AutomodRule
from shared.server.ai.guardrails import Harm, check_input, shape_of_harm
from shared.server.ai.text import readings
from shared.server.ai.toxicity import toxicity
from shared.server.automod import wordlists

_R = AutomodRule

_CAPS_LETTERS = 12
_CAPS_SHARE = 0.8
TOXIC_AT = 0.85
"""From this score on a message waits; of sentences about nobody it takes one in a thousand."""
_RUN = re.compile(r"(\S)\1{14,}")
"""One sign fifteen times: it fills the room, it says nothing."""


class Fate(StrEnum):
    """What happens to a message."""

    ALLOW = "allow"
    HOLD = "hold"
    DENY = "deny"


@dataclass(frozen=True, slots=True)
class Ruling:
    """A message's fate; `weight` is what it adds to its stream's safety score."""

    fate: Fate = Fate.ALLOW
    rule: AutomodRule | None = None
    weight: float = 0.0


ALLOWED = Ruling()

_HARMS = {
    Harm.MINORS: Ruling(Fate.HOLD, _R.MINORS, 25.0),
    Harm.NON_CONSENT: Ruling(Fate.HOLD, _R.NON_CONSENT, 20.0),
    Harm.COERCION: Ruling(Fate.HOLD, _R.COERCION, 20.0),
    Harm.SELF_HARM: Ruling(Fate.HOLD, _R.SELF_HARM, 10.0),
    Harm.CONTACT: Ruling(Fate.HOLD, _R.CONTACT, 2.0),
    Harm.LINK: Ruling(Fate.HOLD, _R.LINK, 1.0),
}
_TOXIC = Ruling(Fate.HOLD, _R.TOXIC, 3.0)
_LINK_SHIELDED = Ruling(Fate.DENY, _R.LINK, 2.0)


def _pattern(entries: tuple[str, ...]) -> re.Pattern[str]:
    parts = []
    for entry in sorted(entries, key=len, reverse=True):
        before = r"\w*" if entry.startswith("~") else ""
        after = r"\w*" if entry.endswith("~") else ""
        parts.append(before + re.escape(entry.strip("~")) + after)
    return re.compile(rf"(?<= )(?:{'|'.join(parts)})(?= )")


_WORDS: tuple[tuple[re.Pattern[str], Ruling], ...] = (
    (_pattern(wordlists.THREAT), Ruling(Fate.DENY, _R.THREAT, 15.0)),
    (_pattern(wordlists.HATE), Ruling(Fate.DENY, _R.HATE, 12.0)),
    (_pattern(wordlists.INSULT), Ruling(Fate.HOLD, _R.INSULT, 4.0)),
)


def judge(text: str, *, is_shielded: bool = False) -> Ruling:
    """What the words of a message call for; the gravest finding decides."""
    views = list(readings(text))
    for pattern, ruling in _WORDS[:2]:
        if any(pattern.search(view) for view in views):
            return ruling
    harm = check_input(text).harm
    if harm is Harm.CONTACT:
        harm = shape_of_harm(text)  # asking for a number is no number
    if harm is Harm.LINK and is_shielded:
        return _LINK_SHIELDED
    if harm is not None:
        return _HARMS[harm]
    pattern, ruling = _WORDS[2]
    if any(pattern.search(view) for view in views):
        return ruling
    if toxicity(text) >= TOXIC_AT:
        return _TOXIC
    if _shouts(text):
        return Ruling(Fate.DENY, _R.CAPS)
    if _RUN.search(text):
        return Ruling(Fate.DENY, _R.FLOOD)
    return ALLOWED


def _shouts(text: str) -> bool:
    letters = [char for char in text if char.isalpha()]
    if len(letters) < _CAPS_LETTERS:
        return False
    return sum(char.isupper() for char in letters) / len(letters) >= _CAPS_SHARE
