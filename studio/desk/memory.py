"""What the studio remembers between two starts besides its settings: the last known state."""

import logging
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from shared.files import write_atomically
from shared.qt.theme import Accent, Scheme, ThemeChoice
from shared.schemas.moods import Mood
from shared.schemas.room import ChatMessage
from shared.schemas.show import Goal, TipMenuItem
from shared.schemas.wallet import Tip
from shared.settings import AppSettings
from studio.dialogs.preferences import Preferences

_log = logging.getLogger(__name__)
_CHAT_KEPT = 60
_TIPS_KEPT = 20


class LastState(BaseModel):
    """What the window showed last; on screen first at the next start."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    user_id: str
    name: str
    role: str
    followers: int | None = None
    title: str = ""
    mood: Mood | None = None
    goals: tuple[Goal, ...] = ()
    messages: tuple[ChatMessage, ...] = ()
    tips: tuple[Tip, ...] = ()
    menu: tuple[TipMenuItem, ...] = ()

    def trimmed(self) -> "LastState":
        """The same with no more than is worth showing."""
        return self.model_copy(
            update={"messages": self.messages[-_CHAT_KEPT:], "tips": self.tips[-_TIPS_KEPT:]}
        )


class Memory:
    """One small file, private to the person; a damaged one counts as none."""

    def __init__(self, cache: Path) -> None:
        self._last = cache / "last-state.json"

    def last_state(self) -> LastState | None:
        """What was shown last."""
        try:
            return LastState.model_validate_json(self._last.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValidationError) as error:
            _log.info("the last state is left aside: %s", type(error).__name__)
            return None

    def keep_last_state(self, state: LastState) -> None:
        """Keep what is shown.

        Raises: StorageError when it cannot be written.
        """
        write_atomically(self._last, state.trimmed().model_dump_json().encode())

    def forget_last_state(self) -> None:
        """Leave nothing of a person who signed out."""
        self._last.unlink(missing_ok=True)


def preferences_of(settings: AppSettings, language: str) -> Preferences:
    """The settings as the preferences panel and the theme take them; unknown values give ours."""
    accent = Accent(settings.accent) if settings.accent in set(Accent) else Accent.VIOLET
    theme = ThemeChoice(
        Scheme(settings.scheme), accent, settings.text_scale, settings.reduced_motion
    )
    return Preferences(theme=theme, language=language)
