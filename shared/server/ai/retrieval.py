"""Finding the text most like another one: the protocol, and the index that is always there."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from shared.server.ai.language import (
    LIKING,
    TOPICS,
    QuestionKind,
    is_stop_word,
    question_kind,
    stem,
)
from shared.server.ai.text import words

_WITH_TOPIC_WEIGHT, _GRAM_WEIGHT = 0.5, 0.18
_FIXED_WEIGHT: dict[str, float] = {"=": 0.2, "?": 0.9, "!": 0.9}
"""Stop words, kinds of question and liking weigh the same however rare they are in a log."""
_UNKNOWN_FACTOR = 0.6
"""A word that no text of the log has separates nothing, yet it must count for something."""
_LEAST_TRUST = 0.25
"""What is left of a likeness when nothing of what the query is about was found."""

type _Floats = npt.NDArray[np.float32]
type _Posting = tuple[npt.NDArray[np.int32], _Floats]


@dataclass(frozen=True, slots=True)
class Match:
    """A text of the index and how like it is: 0 for nothing in common, 1 for the same."""

    row: int
    score: float


class Similarity(Protocol):
    """An index over texts. Reading it is safe from several threads."""

    def search(self, query: str, *, limit: int = 5) -> list[Match]:
        """The rows most like the query, best first; rows with nothing in common are left out."""
        ...


class SimilarityProvider(Protocol):
    """Makes indexes; the second one may embed by a model where this one counts words."""

    name: str

    def index(self, texts: Sequence[str]) -> Similarity:
        """An index over the texts; row numbers are their positions. Called off the event loop."""
        ...


class LexicalProvider:
    """Word statistics: offline, no model, English and Dutch, under a millisecond a question."""

    name = "lexical"

    def index(self, texts: Sequence[str]) -> Similarity:
        """Count the words of the texts once."""
        return LexicalIndex(texts)


class LexicalIndex:
    """TF-IDF cosine over stems, topics, the kind of question and character trigrams.

    Stems carry the meaning; topics join words such as song and music; trigrams forgive typos and
    join compounds; the kind of question tells when from where. A likeness in form alone (both ask
    how long) is discounted by how little of what the query is about was found.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        counted = [features(text) for text in texts]
        self._rows = len(texts)
        holding = Counter(name for counts in counted for name in counts)
        self._idf = {name: _idf(self._rows, count) for name, count in holding.items()}
        self._unknown_idf = _UNKNOWN_FACTOR * _idf(self._rows, 0)
        postings: dict[str, tuple[list[int], list[float]]] = {}
        for row, counts in enumerate(counted):
            for name, weight in self._weigh(counts).items():
                rows, values = postings.setdefault(name, ([], []))
                rows.append(row)
                values.append(weight)
        self._postings: dict[str, _Posting] = {
            name: (np.array(rows, np.int32), np.array(values, np.float32))
            for name, (rows, values) in postings.items()
        }

    def search(self, query: str, *, limit: int = 5) -> list[Match]:
        """The rows most like the query, best first."""
        scores = np.zeros(self._rows, np.float32)
        found = np.zeros(self._rows, np.float32)
        about = 0.0
        for name, weight in self._weigh(features(query)).items():
            is_content = name[0] not in _FIXED_WEIGHT
            about += weight if is_content else 0.0
            posting = self._postings.get(name)
            if posting is None:
                continue
            scores[posting[0]] += weight * posting[1]
            if is_content:
                found[posting[0]] += weight
        if about:
            scores *= _LEAST_TRUST + (1.0 - _LEAST_TRUST) * found / about
        best = np.argsort(-scores, kind="stable")[:limit]
        return [
            Match(row=int(row), score=min(1.0, float(scores[row])))
            for row in best
            if scores[row] > 0.0
        ]

    def _weigh(self, counts: Mapping[str, float]) -> dict[str, float]:
        weights = {
            name: _FIXED_WEIGHT.get(name[0]) or count * self._idf.get(name, self._unknown_idf)
            for name, count in counts.items()
        }
        length = math.sqrt(sum(weight * weight for weight in weights.values()))
        return {name: weight / length for name, weight in weights.items()} if length else {}


def features(text: str) -> dict[str, float]:
    """What a text is compared by, each with its count; the first character tells the sort.

    `=` a stop word, `?` the kind of question, `!` liking, `#` a topic, `~` a trigram, else a stem.
    """
    counts: dict[str, float] = {}
    for word in words(text):
        root = stem(word)
        topic = TOPICS.get(word) or TOPICS.get(root)
        if topic == LIKING:
            counts[f"!{topic}"] = 1.0
        elif is_stop_word(word):
            counts[f"={word}"] = 1.0
        else:
            _add_content(counts, root, topic)
    kind = question_kind(text)
    if kind is not QuestionKind.NONE:
        counts[f"?{kind.value}"] = 1.0
    return counts


def _add_content(counts: dict[str, float], root: str, topic: str | None) -> None:
    """A word of a topic is known by the topic first; of any other, its letters help more."""
    counts[root] = _WITH_TOPIC_WEIGHT if topic else 1.0
    if topic:
        counts[f"#{topic}"] = 1.0
    if len(root) >= 4:
        weight = _GRAM_WEIGHT * counts[root]
        padded = f"^{root}$"
        for start in range(len(padded) - 2):
            counts.setdefault(f"~{padded[start : start + 3]}", weight)


def _idf(rows: int, holding: int) -> float:
    return math.log(1.0 + (rows + 1.0) / (holding + 0.5))
