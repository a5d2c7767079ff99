"""What passes from the first half of the studio's start to the second; loads no service."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from shared.qt.account_files import Credentials
from shared.qt.loop import App
from shared.settings import SettingsFile
from studio.desk.memory import Memory
from studio.main_window import StudioWindow
from studio.settings import StudioSettings

SLUG = "teezu-studio"


@dataclass(frozen=True, slots=True)
class Options:
    """The command line of the window."""

    server: str | None = None
    credentials: Credentials | None = None
    runtime_dir: Path | None = None
    safe_mode: bool = False
    """Open the scenes without devices and filters."""


@dataclass(frozen=True, slots=True)
class Start:
    """What the second half is given: the window on screen, and what it was started with."""

    app: App
    window: StudioWindow
    options: Options
    settings: SettingsFile[StudioSettings]
    memory: Memory
    was_cut_short: bool = False
    """The window before this one did not end as it should."""


type Services = Callable[[Start], Awaitable[int]]
"""The second half, `studio.desk.running.run_services`: runs until the app is asked to close."""

type LoadServices = Callable[[], Services]
