"""Messages that wait for a moderator, as the server pushes them."""

from collections.abc import Iterable

from pydantic import ValidationError

from shared.schemas.automod import HeldMessage, HeldState
from shared.schemas.realtime import EventType, RoomEvent


class HeldQueue:
    """What waits in all rooms, longest wait first; at most `limit`, the newest are left out."""

    def __init__(self, *, limit: int = 500) -> None:
        self._limit = limit
        self._messages: dict[str, HeldMessage] = {}

    @property
    def messages(self) -> tuple[HeldMessage, ...]:
        """Oldest first."""
        return tuple(sorted(self._messages.values(), key=lambda held: (held.at, held.id)))

    def load(self, messages: Iterable[HeldMessage]) -> None:
        """Take what was read in place of what was known."""
        self._messages = {}
        for message in messages:
            self.take(message)

    def take(self, message: HeldMessage) -> bool:
        """Take one message as it is now; false when nothing changes."""
        if message.state is not HeldState.HELD:
            return self._messages.pop(message.id, None) is not None
        if self._messages.get(message.id) == message or len(self._messages) >= self._limit:
            return False
        self._messages[message.id] = message
        return True

    def apply(self, event: RoomEvent) -> bool:
        """Take an event of the moderators' room; false when it changes nothing here."""
        if event.type is not EventType.CHAT_HELD:
            return False
        try:
            return self.take(HeldMessage.model_validate(event.data))
        except ValidationError:
            return False
