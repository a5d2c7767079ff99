"""The scene document an engine works on: its history, its version, and the file it is kept in."""

import asyncio
from pathlib import Path

from shared.errors import InvalidInput, StorageError
from studio.engine.protocol import ProjectEvent
from studio.project.edits import History
from studio.project.files import load_project, save_project
from studio.project.model import Project, empty_project


class Document:
    """One document at a time; belongs to the engine's loop."""

    def __init__(self) -> None:
        self.history = History(empty_project())
        self.version = 1
        self.path: Path | None = None
        self.is_unsaved = False

    @property
    def project(self) -> Project:
        """The document as it is now."""
        return self.history.project

    def expect(self, version: int | None) -> None:
        """Check that a client has seen the present document; None does not care.

        Raises:
            InvalidInput: `version` is not the present one.
        """
        if version is not None and version != self.version:
            raise InvalidInput(
                "Somebody else changed the scene in the meantime; look at it and try again.",
                code="VERSION_CONFLICT",
                meta={"version": self.version},
            )

    def changed(self) -> None:
        """It is another one now, and to be saved."""
        self.version += 1
        self.is_unsaved = True

    def event(self) -> ProjectEvent:
        """Return the document, its version and what can be undone."""
        return ProjectEvent(
            project=self.project,
            version=self.version,
            can_undo=self.history.can_undo,
            can_redo=self.history.can_redo,
        )

    async def open(self, path: Path, *, width: int, height: int) -> None:
        """Load a file, or begin an empty document of this size in it.

        Raises:
            AppError: the file cannot be read, or is damaged.
        """
        try:
            project = await asyncio.to_thread(load_project, path)
        except FileNotFoundError:
            project = empty_project(width=width, height=height)
        self.history = History(project)
        self.path = path

    async def save(self) -> None:
        """Save what changed.

        Raises:
            StorageError: it could not be; it is tried again with the next.
        """
        if not self.is_unsaved or self.path is None:
            return
        self.is_unsaved = False
        try:
            await asyncio.to_thread(save_project, self.path, self.project)
        except StorageError:
            self.is_unsaved = True
            raise
