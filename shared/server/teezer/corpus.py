"""What Teezer learns from the chat log: the creator's own answers and statements, as pure code."""

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.server.ai.guardrails import check_output
from shared.server.ai.language import is_question, without_mention
from shared.server.ai.text import fold, words

_ANSWER_WITHIN = timedelta(seconds=90)
_LINES_BETWEEN = 6
_SHORTEST_WORDS, _LONGEST = 2, 300
_REPLY_WEIGHT, _NAMED_WEIGHT, _NEXT_WEIGHT = 1.0, 0.95, 0.85


@dataclass(frozen=True, slots=True)
class ChatLine:
    """A stored message as the log has it; oldest first in every list of them."""

    id: str
    author_id: str
    author_name: str
    text: str
    at: datetime
    reply_to: str | None = None
    is_ai: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """A question of a member and what the creator answered; `weight` says how sure the link is."""

    question: str
    answer: str
    weight: float
    at: datetime


@dataclass(frozen=True, slots=True)
class Corpus:
    """All that a creator said that may be said again."""

    pairs: tuple[Pair, ...] = ()
    statements: tuple[str, ...] = ()
    catch_phrase: str = ""

    @property
    def size(self) -> int:
        """Messages learnt from."""
        return len(self.pairs) + len(self.statements)


def learn(lines: Iterable[ChatLine], creator_id: str) -> Corpus:
    """Pair questions with the creator's answers: a reply first, else the next thing said.

    AI texts, questions, one-word texts and whatever the guardrails stop are left out, and so is a
    question that the guardrails would not let in.
    """
    by_id: dict[str, ChatLine] = {}
    waiting: deque[ChatLine] = deque(maxlen=_LINES_BETWEEN)
    pairs: dict[tuple[str, str], Pair] = {}
    statements: dict[str, str] = {}
    said: Counter[str] = Counter()
    for line in lines:
        if line.is_ai:
            continue
        if line.author_id != creator_id:
            by_id[line.id] = line
            waiting.append(line)
            continue
        said[fold(line.text).strip()] += 1
        if not _may_be_said_again(line.text):
            waiting.clear()
            continue
        asked, weight = _question_for(line, by_id, waiting)
        if asked is not None:
            pair = Pair(without_mention(asked.text), line.text.strip(), weight, line.at)
            key = (fold(pair.question), fold(pair.answer))
            if key not in pairs or pairs[key].weight <= weight:
                pairs[key] = pair
            if asked in waiting:
                waiting.remove(asked)
        else:
            statements[fold(line.text)] = line.text.strip()
    return Corpus(
        tuple(pairs.values()), tuple(statements.values()), _catch_phrase(statements, said)
    )


def _may_be_said_again(text: str) -> bool:
    return (
        len(words(text)) >= _SHORTEST_WORDS
        and len(text) <= _LONGEST
        and not is_question(text)
        and check_output(text).allowed
    )


def _question_for(
    line: ChatLine, by_id: dict[str, ChatLine], waiting: deque[ChatLine]
) -> tuple[ChatLine | None, float]:
    if line.reply_to is not None:
        return by_id.get(line.reply_to), _REPLY_WEIGHT
    recent = [
        asked
        for asked in waiting
        if line.at - asked.at <= _ANSWER_WITHIN and is_question(asked.text)
    ]
    answer = fold(line.text)
    for asked in reversed(recent):
        if fold(asked.author_name) in answer:
            return asked, _NAMED_WEIGHT
    return (recent[-1], _NEXT_WEIGHT) if recent else (None, 0.0)


def _catch_phrase(statements: dict[str, str], said: Counter[str]) -> str:
    """A short statement the creator makes again and again; empty when there is none."""
    repeated = [
        (said[folded.strip()], text)
        for folded, text in statements.items()
        if said[folded.strip()] >= 2 and len(text) <= 80
    ]
    return max(repeated, default=(0, ""), key=lambda found: (found[0], -len(found[1])))[1]
