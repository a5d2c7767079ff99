"""The messages of a room as the studio keeps them: the newest ones, each once, in order."""

from collections.abc import Iterable, Iterator
from itertools import islice

from shared.schemas.room import ChatMessage


class ChatLog:
    """A bounded list of messages; when full, the oldest goes.

    `added` counts every message that ever came, so that a view which draws now and then can ask
    for what is new: `new = log.since(seen); seen = log.added`.
    """

    def __init__(self, *, limit: int = 2000) -> None:
        self._limit = limit
        self._messages: dict[str, ChatMessage] = {}
        self._added = 0

    @property
    def added(self) -> int:
        """How many messages have come since the log was made."""
        return self._added

    def __len__(self) -> int:
        return len(self._messages)

    def __iter__(self) -> Iterator[ChatMessage]:
        return iter(self._messages.values())

    def get(self, message_id: str) -> ChatMessage | None:
        """A message that is still in the log."""
        return self._messages.get(message_id)

    def since(self, added: int) -> list[ChatMessage]:
        """What came after the count was `added`, oldest first, as far as it is still here."""
        count = min(max(self._added - added, 0), len(self._messages))
        newest = list(islice(reversed(self._messages.values()), count))
        newest.reverse()
        return newest

    def add(self, message: ChatMessage) -> bool:
        """Append a message; false when it is there already."""
        if message.id in self._messages:
            return False
        self._messages[message.id] = message
        self._added += 1
        if len(self._messages) > self._limit:
            del self._messages[next(iter(self._messages))]
        return True

    def delete(self, message_id: str) -> bool:
        """Take a message's words away, its place stays; false when there are none to take."""
        message = self._messages.get(message_id)
        if message is None or message.deleted:
            return False
        self._messages[message_id] = message.model_copy(update={"deleted": True, "text": ""})
        return True

    def restart(self, messages: Iterable[ChatMessage]) -> None:
        """Start over from a snapshot's messages, oldest first."""
        self._messages.clear()
        for message in messages:
            self.add(message)
