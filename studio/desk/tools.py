"""What every part of the tools desk is given, and how its work tells of failure."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Protocol

from shared.api import ApiClient
from shared.errors import AppError
from shared.qt.loop import App
from shared.qt.translations import tr_error
from shared.schemas.accounts import User
from shared.settings import SettingsFile
from studio.desk.room_desk import RoomDesk
from studio.docks.rows import ToolDock
from studio.main_window import StudioWindow
from studio.settings import StudioSettings


class Account(Protocol):
    """Who is signed in, and the platform as they reach it; the desk of going live is one."""

    @property
    def client(self) -> ApiClient | None:
        """The platform."""
        ...

    @property
    def user(self) -> User | None:
        """The person."""
        ...


@dataclass(frozen=True, slots=True)
class ToolParts:
    """The services and the window, as the parts see them."""

    window: StudioWindow
    app: App
    air: Account
    room: RoomDesk
    settings: SettingsFile[StudioSettings]

    @property
    def client(self) -> ApiClient | None:
        """The platform, while somebody is signed in."""
        return self.air.client

    @property
    def user(self) -> User | None:
        """Who is signed in."""
        return self.air.user

    @property
    def stream_id(self) -> str | None:
        """The show on air, once its room is entered."""
        return self.room.stream_id

    def start(
        self,
        work: Coroutine[Any, Any, None],
        *,
        name: str,
        dock: ToolDock | None,
        undo: Callable[[], object] | None = None,
    ) -> None:
        """Do something; what fails is said in its dock, after `undo` took back what was shown."""
        self.app.scope.start(_told(work, dock, undo), name=name)


async def _told(
    work: Coroutine[Any, Any, None], dock: ToolDock | None, undo: Callable[[], object] | None
) -> None:
    try:
        await work
    except AppError as error:
        if undo is not None:
            undo()
        if dock is None:
            raise
        dock.set_problem(tr_error(error))
