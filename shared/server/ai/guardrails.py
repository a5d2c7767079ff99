"""The guardrails of every generated text: what may be asked, and what may be said.

A rule-based check in English and Dutch, offline and in microseconds. It is deliberately strict: a
harmless question too many goes unanswered rather than a harmful one being answered. It does not
understand meaning, so it does not replace moderation: people's own messages are not judged here.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from shared.server.ai import wordlists
from shared.server.ai.text import fold, readings


class Harm(StrEnum):
    """What a text touches that no generated text may."""

    MINORS = "minors"
    NON_CONSENT = "non_consent"
    COERCION = "coercion"
    SELF_HARM = "self_harm"
    CONTACT = "contact"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a text may pass; `harm` says what is in the way."""

    harm: Harm | None = None

    @property
    def allowed(self) -> bool:
        """True when nothing is in the way."""
        return self.harm is None


def _one_pattern(entries: tuple[str, ...]) -> re.Pattern[str]:
    parts = [
        re.escape(entry.rstrip("~")) + (r"\w*" if entry.endswith("~") else "")
        for entry in sorted(entries, key=len, reverse=True)
    ]
    return re.compile(rf"(?<= )(?:{'|'.join(parts)})(?= )")


_WORDS: tuple[tuple[Harm, re.Pattern[str]], ...] = (
    (Harm.MINORS, _one_pattern(wordlists.MINORS)),
    (Harm.SELF_HARM, _one_pattern(wordlists.SELF_HARM)),
    (Harm.NON_CONSENT, _one_pattern(wordlists.NON_CONSENT)),
    (Harm.COERCION, _one_pattern(wordlists.COERCION)),
    (Harm.CONTACT, _one_pattern(wordlists.CONTACT)),
)

_AGE = re.compile(
    r"\b(?:i am|im|i m|ik ben|she is|shes|he is|hes|ze is|zij is|hij is|you are|youre|age|aged"
    r"|leeftijd|turned|turning)\s+(?:only |just |pas |al )?(\d{1,2})\b(?! (?:more|min|minut\w+"
    r"|tokens?|sec\w*|hours?|uur|uren|euros?|percent|procent|points?|punten|days?|dagen|weeks?|weken"
    r"|months?|maanden|years? in|jaar bezig|songs?|goals?|steps?|metres?|meters?|meter|km|miles?))"
    r"|\b(\d{1,2})\s*(?:years? old|yrs? old|y o\b|yo\b|jaar oud|jarige?)"
)
_YOUNG_WORDS = re.compile(
    r"(?<= )(?:ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|tien|elf|twaalf"
    r"|dertien|veertien|vijftien|zestien|zeventien) (?:years? old|jaar oud|yo|jaar(?= ))"
)
_ADULT_AGE = 18

_LINK = re.compile(
    r"https?[:;]|\bwww\.|\b[a-z0-9][a-z0-9-]{0,62}(?:\.|\s?[(\[]?\s?\b(?:dot|punt)\b\s?[)\]]?\s?)"
    r"(?:com|net|org|nl|be|de|eu|io|me|tv|cc|gg|ly|co|uk|app|link|live|xyz|info|site|shop|online)\b",
)
_EMAIL = re.compile(
    r"[\w.+-]{2,64}\s?(?:@|[(\[]\s?at\s?[)\]])\s?[\w-]{2,63}\s?"
    r"(?:\.|[(\[]?\s?(?:dot|punt)\s?[)\]]?)\s?[a-z]{2,}"
)
_PHONE = re.compile(r"(?<![\w.])\+?(?:\d[\s().\-/]{0,2}){8,14}\d(?!\w)")
_STREET = re.compile(
    r"\b\w{2,40}(?:straat|laan|weg|plein|gracht|kade)\s+\d{1,4}\b"
    r"|\b\d{1,5}\s+\w{2,30}\s+(?:street|avenue|road|lane|boulevard|drive)\b"
)
_HANDLE = re.compile(r"(?<!\w)@(?!teezer\b)[a-z0-9_.]{3,}")

_SHAPES: tuple[tuple[Harm, re.Pattern[str]], ...] = (
    (Harm.CONTACT, _EMAIL),
    (Harm.LINK, _LINK),
    (Harm.CONTACT, _PHONE),
    (Harm.CONTACT, _STREET),
)


def check_input(text: str) -> Verdict:
    """Whether a question may be answered by a machine."""
    return Verdict(_harm(text))


def check_output(text: str) -> Verdict:
    """Whether a generated or retrieved text may be said; stricter: it names no accounts either."""
    harm = _harm(text)
    if harm is None and _HANDLE.search(fold(text)):
        harm = Harm.CONTACT
    return Verdict(harm)


def _harm(text: str) -> Harm | None:
    views = list(readings(text))
    if any(_names_a_minor(view) for view in views[:3]):
        return Harm.MINORS
    for harm, pattern in _WORDS:
        if any(pattern.search(view) for view in views):
            return harm
    return shape_of_harm(text)


def shape_of_harm(text: str) -> Harm | None:
    """An address, a number or a link itself, not the mere word for it: people may say "phone"."""
    folded = fold(text)
    return next((harm for harm, pattern in _SHAPES if pattern.search(folded)), None)


def _names_a_minor(view: str) -> bool:
    for match in _AGE.finditer(view):
        if int(match.group(1) or match.group(2)) < _ADULT_AGE:
            return True
    return _YOUNG_WORDS.search(view) is not None
