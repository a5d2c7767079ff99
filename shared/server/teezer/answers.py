"""How Teezer answers: from what the creator said before, through the guardrails, as pure code."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from shared.server.ai.guardrails import Harm, check_input, check_output
from shared.server.ai.language import language_of, without_mention
from shared.server.ai.retrieval import Match, Similarity, SimilarityProvider
from shared.server.ai.text import fold
from shared.server.teezer.corpus import Corpus

_PAIR_THRESHOLD, _STATEMENT_THRESHOLD = 0.12, 0.18
_STALE_FACTOR = 0.8
_STALE = re.compile(
    r"\b(?:today|tonight|tomorrow|yesterday|right now|just now|this (?:morning|evening|week)"
    r"|in (?:a|\d+) (?:minutes?|hours?)|vandaag|vanavond|morgen|gisteren|nu even|net|straks"
    r"|deze (?:week|ochtend|avond)|over \d+ (?:minuten|uur))\b"
)


class Source(StrEnum):
    """Where a reply comes from."""

    PAIR = "pair"
    STATEMENT = "statement"
    FALLBACK = "fallback"
    MODEL = "model"
    REFUSAL = "refusal"


@dataclass(frozen=True, slots=True)
class Answer:
    """A text that may be said, where it comes from, and how sure the choice is (0 to 1)."""

    text: str
    source: Source
    score: float = 0.0
    harm: Harm | None = None


_FALLBACK = {
    "en": "I'm Teezer, standing in for {name}. {name} hasn't talked about that in chat yet, "
    "so I'll leave that one for later.",
    "nl": "Ik ben Teezer en val in voor {name}. Daar heeft {name} in de chat nog niets over "
    "gezegd, dus die vraag bewaar ik voor later.",
}
_REFUSAL = {
    "en": "That's something I don't talk about here. Ask me anything else about the show!",
    "nl": "Daar praat ik hier niet over. Vraag me gerust iets anders over de show!",
}
_CARE = {
    "en": "I'm only an AI stand-in, but you matter. Please talk to someone you trust or a local "
    "helpline right now; in an emergency call your emergency number.",
    "nl": "Ik ben maar een AI, maar jij telt. Praat alsjeblieft nu met iemand die je vertrouwt of "
    "met een hulplijn (in Nederland 113); bel bij nood 112.",
}


class Memory:
    """A creator's corpus, indexed once; answering reads only and is safe from any thread."""

    def __init__(self, corpus: Corpus, provider: SimilarityProvider, *, name: str) -> None:
        self._corpus = corpus
        self._name = name
        self._pairs: Similarity = provider.index([pair.question for pair in corpus.pairs])
        self._statements: Similarity = provider.index(corpus.statements)

    @property
    def size(self) -> int:
        """Messages learnt from."""
        return self._corpus.size

    def answer(self, text: str) -> Answer:
        """One reply to a message: an answer given before, a statement made before, or neither."""
        question = without_mention(text)
        language = language_of(question)
        verdict = check_input(question)
        if verdict.harm is not None:
            refusal = _CARE if verdict.harm is Harm.SELF_HARM else _REFUSAL
            return Answer(refusal[language], Source.REFUSAL, harm=verdict.harm)
        found = self._candidates(question, limit=3)
        if found:
            return found[0]
        return self.fallback(question)

    def fallback(self, text: str) -> Answer:
        """What to say when there is no answer: who is away, and the creator's own catch phrase."""
        said = _FALLBACK[language_of(text)].format(name=self._name)
        if self._corpus.catch_phrase:
            said = f"{said} {self._corpus.catch_phrase}"
        return Answer(said, Source.FALLBACK)

    def suggest(self, text: str, *, count: int) -> list[Answer]:
        """Several replies for the creator to choose from; none for what may not be answered."""
        question = without_mention(text)
        if not check_input(question).allowed:
            return []
        return self._candidates(question, limit=count, ease=0.5)

    def _candidates(self, question: str, *, limit: int, ease: float = 1.0) -> list[Answer]:
        """Allowed texts, answers before statements, each text once."""
        pairs = self._corpus.pairs
        answered = _ranked(
            self._pairs.search(question, limit=8),
            [pair.answer for pair in pairs],
            [pair.weight for pair in pairs],
        )
        stated = _ranked(
            self._statements.search(question, limit=8),
            self._corpus.statements,
            [1.0] * len(self._corpus.statements),
        )
        chosen: dict[str, Answer] = {}
        for source, threshold, ranked in (
            (Source.PAIR, _PAIR_THRESHOLD, answered),
            (Source.STATEMENT, _STATEMENT_THRESHOLD, stated),
        ):
            for score, text in ranked:
                if score >= threshold * ease and check_output(text).allowed:
                    chosen.setdefault(fold(text), Answer(text, source, score))
        return list(chosen.values())[:limit]


def _ranked(
    matches: Sequence[Match], texts: Sequence[str], weights: Sequence[float]
) -> list[tuple[float, str]]:
    """Scores with their texts, best first; the later of two alike wins, the time-bound loses."""
    ranked = [
        (
            match.score * weights[match.row] * _freshness(texts[match.row]),
            match.row,
            texts[match.row],
        )
        for match in matches
    ]
    return [(score, text) for score, _, text in sorted(ranked, reverse=True)]


def _freshness(text: str) -> float:
    return _STALE_FACTOR if _STALE.search(fold(text)) else 1.0
