"""An app's settings as one document on disk: crash-safe, with generations, never a secret in it."""

import asyncio
import contextlib
import json
import logging
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.background import Background
from shared.errors import StorageError
from shared.files import generation, write_atomically
from shared.listeners import Listener, Listeners, Unsubscribe

_log = logging.getLogger(__name__)
_GENERATIONS = 10
_SAVE_AFTER_S = 0.5
_RETRY_S = 5.0
_MAX_BYTES = 4 * 1024 * 1024


class AppSettings(BaseModel):
    """What every app remembers; each app adds its own fields in a model of its own.

    Unknown keys are ignored. A field whose value cannot be used gets its default, the others stay.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    version: int = 1
    """Raised when an older app could misread the document; a newer one is never overwritten."""
    server_url: str = Field(default="http://127.0.0.1:8700", max_length=2048)
    email: str = Field(default="", max_length=254)
    language: Literal["en", "nl"] | None = None
    """None follows the system."""
    scheme: Literal["dark", "light"] = "dark"
    accent: str = Field(default="violet", max_length=32)
    text_scale: float = Field(default=1.0, ge=1.0, le=1.5)
    reduced_motion: bool = False
    window: str = Field(default="", max_length=100_000)
    """The window's place and layout, base64, as its toolkit writes it."""


class SettingsFile[S: AppSettings]:
    """Holds the settings, and saves them soon after each change.

    Constructing reads nothing. `load` never fails: a damaged document gives way to its newest
    readable generation, then to defaults, and `notice` says so. Saving happens in a thread while
    the file is open by `async with`; leaving it saves what is unsaved.
    """

    def __init__(self, path: Path, model: type[S], *, save_after_s: float = _SAVE_AFTER_S) -> None:
        self.path = path
        self.notice: str | None = None
        self._model = model
        self._value = model()
        self._saved: S | None = None
        self._save_after_s = save_after_s
        self._newer: bytes | None = None
        self._changed = Listeners[S]()
        self._tried = Listeners[StorageError | None]()
        self._wake = asyncio.Event()
        self._saver = Background("settings")

    @property
    def value(self) -> S:
        """The settings now."""
        return self._value

    def on_changed(self, listener: Listener[S]) -> Unsubscribe:
        """Hear of every change."""
        return self._changed.add(listener)

    def on_saved(self, listener: Listener[StorageError | None]) -> Unsubscribe:
        """Hear of every save in the background: None when it is on disk, else why it is not."""
        return self._tried.add(listener)

    def load(self) -> S:
        """Read the document, once, before the app shows anything; takes a few milliseconds."""
        candidates = [self.path, *(generation(self.path, n + 1) for n in range(_GENERATIONS))]
        for candidate in candidates:
            document = _read(candidate)
            if document is None:
                continue
            self._value = _lenient(self._model, document)
            self._saved = self._value if candidate == self.path else None
            if candidate != self.path:
                self.notice = (
                    "Your settings could not be read; an earlier version of them is used."
                    " Please check them."
                )
                _log.warning("settings taken from %s", candidate.name)
            self._keep_newer(candidate, document)
            return self._value
        if self.path.exists():
            self.notice = "Your settings could not be read; the app starts with its defaults."
            _log.warning("no readable settings, defaults are used")
        return self._value

    def change(self, **fields: Any) -> S:
        """Change fields by name; what is refused raises pydantic's error and changes nothing."""
        return self.replace(self._model.model_validate({**self._value.model_dump(), **fields}))

    def replace(self, value: S) -> S:
        """Replace all settings; they are saved soon."""
        if value != self._value:
            self._value = value
            self._changed.tell(value)
            self._wake.set()
        return value

    def save(self) -> None:
        """Write the document now if it is not on disk yet; blocks for the time of an fsync.

        Raises:
            StorageError: the disk is full or the folder is not writable.
        """
        value = self._value
        if value == self._saved:
            return
        if self._newer is not None:
            aside = self.path.with_name(f"{self.path.name}.newer")
            write_atomically(aside, self._newer)
            self._newer = None
        text = value.model_dump_json(indent=2).encode() + b"\n"
        write_atomically(self.path, text, generations=_GENERATIONS)
        self._saved = value

    async def __aenter__(self) -> Self:
        self._saver.start(self._save_when_changed())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._saver.close()
        try:
            await asyncio.to_thread(self.save)
        except StorageError as problem:
            _log.warning("settings were not saved at the end: %s", problem)

    async def _save_when_changed(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            # A burst of changes (a dragged splitter) becomes one save.
            await asyncio.sleep(self._save_after_s)
            try:
                await asyncio.to_thread(self.save)
                self._tried.tell(None)
            except StorageError as problem:
                self.notice = problem.message
                _log.warning("settings were not saved: %s", problem)
                self._tried.tell(problem)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_RETRY_S):
                        await self._wake.wait()
                self._wake.set()

    def _keep_newer(self, candidate: Path, document: dict[str, Any]) -> None:
        """A document of a newer app is read as far as it can be, and kept aside before a save."""
        ours = self._model.model_fields["version"].default
        theirs = document.get("version")
        if not isinstance(theirs, int) or theirs <= ours:
            return
        self._newer = candidate.read_bytes()
        self._value = self._value.model_copy(update={"version": ours})
        self._saved = self._value
        self.notice = (
            "Your settings come from a newer version of this app; what it does not know is left"
            f" as it is in {self.path.name}.newer."
        )


def settings_path(app: str) -> Path:
    """Where the app's settings lie for the person who is signed in to this computer."""
    return Path(platformdirs.user_config_dir("teezu-studio", appauthor=False)) / f"{app}.json"


def _read(path: Path) -> dict[str, Any] | None:
    try:
        if path.stat().st_size > _MAX_BYTES:
            return None
        document = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError) as error:
        _log.warning("%s cannot be read: %s", path.name, type(error).__name__)
        return None
    return document if isinstance(document, dict) else None


def _lenient[S: AppSettings](model: type[S], document: dict[str, Any]) -> S:
    """The document without the values that cannot be used."""
    kept = dict(document)
    for _ in range(len(kept) + 1):
        try:
            return model.model_validate(kept)
        except ValidationError as error:
            for problem in error.errors(include_input=False, include_url=False):
                if problem["loc"]:
                    _log.warning("setting %s is not usable, its default is", problem["loc"][0])
                    kept.pop(str(problem["loc"][0]), None)
    return model()
