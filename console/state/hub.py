"""The hub's figures and how they moved while the console was open."""

from collections import deque

from pydantic import ValidationError

from shared.schemas.admin import Hub
from shared.schemas.realtime import EventType, RoomEvent


class HubState:
    """The newest figures, and those before them for the plots, oldest first."""

    def __init__(self, *, history: int = 720) -> None:
        self.history: deque[Hub] = deque(maxlen=history)

    @property
    def hub(self) -> Hub | None:
        """The newest figures."""
        return self.history[-1] if self.history else None

    def take(self, hub: Hub) -> bool:
        """Take figures; false when they are older than what is known."""
        if self.hub is not None and hub.at <= self.hub.at:
            return False
        self.history.append(hub)
        return True

    def apply(self, event: RoomEvent) -> bool:
        """Take an event of the admins' room."""
        if event.type is not EventType.HUB_UPDATED:
            return False
        try:
            return self.take(Hub.model_validate(event.data))
        except ValidationError:
            return False
