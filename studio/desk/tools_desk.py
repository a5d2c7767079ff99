"""The docks around the show, served: each is fed when it is made, and its intents are carried out.

Every part is one small class: `attach` gets its dock once, `sign_in` and `sign_out` say for whom,
`draw` follows the show a few times a second.
"""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtWidgets import QWidget

from shared.api import ApiClient
from shared.qt.loop import App
from shared.schemas.accounts import User
from shared.settings import SettingsFile
from studio.desk.dashboard_desk import DashboardPart
from studio.desk.goals_desk import GoalsPart
from studio.desk.menu_desk import MenuPart, PromptsPart, SchedulePart
from studio.desk.queue_desk import HeldPart, LeaderboardPart, MoodPart, QueuePart
from studio.desk.room_desk import RoomDesk
from studio.desk.teezer_desk import TeezerPart
from studio.desk.tools import Account, ToolParts
from studio.main_window import StudioWindow
from studio.settings import StudioSettings


class Part(Protocol):
    """One dock's other half."""

    name: str

    def attach(self, dock: QWidget) -> None:
        """Serve this dock from now on."""
        ...

    def signed_in(self) -> None:
        """Somebody signed in."""
        ...

    def draw(self) -> None:
        """Follow the show."""
        ...


class ToolsDesk:
    """Knows every part, and which docks have been made."""

    def __init__(
        self,
        window: StudioWindow,
        *,
        app: App,
        air: Account,
        room: RoomDesk,
        settings: SettingsFile[StudioSettings],
    ) -> None:
        self._docks = window.cockpit.docks
        self._parts_of = parts = ToolParts(
            window=window, app=app, air=air, room=room, settings=settings
        )
        self.dashboard = DashboardPart(parts)
        self.queue = QueuePart(parts)
        self.menu = MenuPart(parts)
        self.prompts = PromptsPart(parts)
        self.teezer = TeezerPart(parts)
        everything: tuple[Part, ...] = (
            *(self.menu, self.prompts, self.queue, self.dashboard, self.teezer),
            *(GoalsPart(parts), SchedulePart(parts)),
            *(HeldPart(parts), LeaderboardPart(parts), MoodPart(parts)),
        )
        self._parts = {part.name: part for part in everything}
        self._signed: tuple[ApiClient | None, User | None] = (None, None)

    def connect(self) -> Callable[[], None]:
        """Serve the docks that are there, and each as it is made; gives back what draws."""
        self._docks.made.connect(self._on_made)
        for name in self._parts:
            dock = self._docks.made_widget(name)
            if dock is not None:
                self._on_made(name, dock)
        self.prompts.show()
        return self.draw

    def draw(self) -> None:
        """Follow who is signed in and what the show does; a few times a second."""
        signed = (self._parts_of.client, self._parts_of.user)
        if signed != self._signed:
            self._signed = signed
            if signed[0] is not None:
                for part in self._parts.values():
                    part.signed_in()
        for part in self._parts.values():
            part.draw()

    def _on_made(self, name: str, dock: QWidget) -> None:
        part = self._parts.get(name)
        if part is not None:
            part.attach(dock)
            if self._parts_of.client is not None:
                part.signed_in()
            part.draw()
