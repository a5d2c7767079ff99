"""The platform's settings: read when looked at or changed by others, saved on top of a version."""

from pydantic import ValidationError

from console.presenters.surroundings import Surroundings
from console.screens import SettingsScreen
from shared.errors import AppError
from shared.qt.translations import tr, tr_error
from shared.schemas.administration import Config, ConfigPatch
from shared.schemas.common import ErrorCode
from shared.schemas.realtime import EventType, RoomEvent
from shared.schemas.roles import Permission

_READ, _SAVE = "settings", "settings save"


class SettingsPresenter:
    """Whoever saves second is shown what the first one changed, and loses nothing of their own."""

    def __init__(self, around: Surroundings, *, permissions: frozenset[Permission]) -> None:
        self._around = around
        self._screen = around.workspace.screen_of(SettingsScreen)
        self._screen.set_root(is_root=Permission.CONFIG_ROOT in permissions)
        self._screen.refresh_asked.connect(self.read)
        self._screen.saved.connect(self._on_saved)
        around.workspace.screen_shown.connect(self._on_screen_shown)

    def read(self) -> None:
        """Read now, unless that is under way."""
        if not self._around.scope.running(_READ):
            self._around.scope.start(self._read(), name=_READ)

    def apply(self, event: RoomEvent) -> None:
        """Somebody changed the settings: show that while somebody looks at them."""
        if event.type is EventType.CONFIG_CHANGED and self._around.workspace.current == "settings":
            self.read()

    async def _read(self) -> None:
        try:
            config = await self._around.api.admin.config()
        except AppError as error:
            self._screen.show_problem(tr("The settings cannot be loaded"), tr_error(error))
            return
        self._screen.show_config(config)

    async def _save(self, patch: ConfigPatch) -> None:
        try:
            config = await self._around.api.admin.change_config(patch)
        except AppError as error:
            theirs = current_of(error)
            if theirs is not None:
                self._screen.show_conflict(theirs)
            else:
                self._around.tell_error(error)
            return
        self._screen.show_config(config)
        self._around.tell(tr("Saved; it is in force now."))

    def _on_saved(self, patch: ConfigPatch) -> None:
        if not self._around.scope.running(_SAVE):
            self._around.scope.start(self._save(patch), name=_SAVE)

    def _on_screen_shown(self, name: str) -> None:
        if name == "settings":
            self.read()


def current_of(error: AppError) -> Config | None:
    """The settings as somebody else saved them, where a refusal tells of that."""
    if error.code != ErrorCode.VERSION_CONFLICT:
        return None
    try:
        return Config.model_validate(error.meta.get("current"))
    except ValidationError:
        return None
