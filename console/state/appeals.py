"""Appeals that wait for a second person, as the server pushes them."""

from collections.abc import Iterable

from pydantic import ValidationError

from shared.schemas.appeals import Appeal, AppealState
from shared.schemas.realtime import EventType, RoomEvent


class AppealsState:
    """Open appeals, those that waited longest first; a judged one goes."""

    def __init__(self) -> None:
        self._appeals: dict[str, Appeal] = {}

    @property
    def appeals(self) -> tuple[Appeal, ...]:
        """What waits, oldest first."""
        return tuple(sorted(self._appeals.values(), key=lambda appeal: (appeal.at, appeal.id)))

    def load(self, appeals: Iterable[Appeal]) -> None:
        """Take what was read in place of what was known."""
        self._appeals = {
            appeal.id: appeal for appeal in appeals if appeal.state is AppealState.OPEN
        }

    def take(self, appeal: Appeal) -> bool:
        """Take news of one appeal; whether anything changed."""
        before = self._appeals.get(appeal.id)
        if appeal.state is AppealState.OPEN:
            self._appeals[appeal.id] = appeal
        else:
            self._appeals.pop(appeal.id, None)
        return self._appeals.get(appeal.id) != before

    def apply(self, event: RoomEvent) -> bool:
        """Take an event of the moderators' room; whether anything changed."""
        if event.type is not EventType.APPEAL_UPDATED:
            return False
        try:
            return self.take(Appeal.model_validate(event.data))
        except ValidationError:
            return False
