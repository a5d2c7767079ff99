"""Replies that a person may edit and send: from their own past words, then polite standbys."""

from shared.schemas.teezer import Suggestion, Suggestions, SuggestRequest
from shared.server.ai.guardrails import check_input
from shared.server.ai.language import is_question, language_of
from shared.server.core import Core
from shared.server.http.sessions import Caller
from shared.server.teezer.memories import Memories
from shared.server.teezer.writer import Purpose, Task, Writer

_PER_MINUTE = 30
_TIMEOUT_S = 1.5
_STANDBYS = {
    ("en", True): (
        "Good question! Let me think about that for a moment.",
        "I love that you ask. What made you curious?",
        "I'll tell you all about it later tonight.",
        "Hm, what would you guess?",
        "Short answer: yes. Long answer: stay a while!",
    ),
    ("en", False): (
        "Thank you, that's really sweet of you!",
        "So good to have you here.",
        "You just made me smile.",
        "Tell me more!",
        "I'm glad you said that.",
    ),
    ("nl", True): (
        "Goede vraag! Daar denk ik even over na.",
        "Leuk dat je dat vraagt. Hoe kom je erop?",
        "Dat vertel ik je later vanavond.",
        "Hm, wat denk je zelf?",
        "Kort antwoord: ja. Lang antwoord: blijf nog even!",
    ),
    ("nl", False): (
        "Dankjewel, wat lief van je!",
        "Fijn dat je er bent.",
        "Je laat me lachen.",
        "Vertel eens meer!",
        "Goed dat je dat zegt.",
    ),
}


class SuggestionService:
    """Suggests; nothing is sent before a person sends it."""

    def __init__(self, core: Core, memories: Memories, writer: Writer) -> None:
        self._core = core
        self._writer = writer
        self._memories = memories

    async def suggest(self, caller: Caller, body: SuggestRequest) -> Suggestions:
        """As many different replies as asked for; none to what may not be answered."""
        self._core.limits.check(f"suggest:{caller.user_id}", _PER_MINUTE)
        harm = check_input(body.text).harm
        if harm is not None:
            return Suggestions(items=[], refused=harm.value)
        memory = await self._memories.of(caller.user_id, caller.display_name)
        found, _ = await self._memories.timed(
            lambda: memory.suggest(body.text, count=body.count), timeout_s=_TIMEOUT_S
        )
        items = [
            Suggestion(text=answer.text, score=round(answer.score, 3), source="own_words")
            for answer in found
        ]
        if len(items) < body.count and self._writer.name is not None:
            task = Task(
                caller.user_id,
                caller.display_name,
                Purpose.SUGGESTION,
                body.text,
                count=body.count - len(items),
                timeout_s=self._core.settings.ai_timeout_s,
            )
            written = await self._writer.write(task)
            items += [Suggestion(text=text, score=0.0, source="model") for text in written]
        standbys = _STANDBYS[language_of(body.text), is_question(body.text)]
        items += [Suggestion(text=text, score=0.0) for text in standbys]
        return Suggestions(items=items[: body.count])
