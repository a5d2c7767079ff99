"""The scene collections of a creator: one project file each, in one folder, none ever overwritten.

Blocking; the window calls it in a worker thread.
"""

import contextlib
import logging
import re
from dataclasses import dataclass
from pathlib import Path

from shared.chosen_files import is_plain_file, spoken_name
from shared.errors import AppError, StorageError
from shared.files import write_atomically
from studio.project.files import load_project, save_project
from studio.project.model import Project, Source

log = logging.getLogger(__name__)

FIRST = "show.json"
_CURRENT = "current"
_MOST = 200


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection by its file and the name in it."""

    path: Path
    name: str


class Collections:
    """The folder of the collections and which of them is in use."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def current(self) -> Path:
        """The file in use last, or the first one's; it need not exist."""
        with contextlib.suppress(OSError, UnicodeDecodeError):
            name = (self._folder / _CURRENT).read_text("utf-8").strip()
            path = self._folder / name
            if name and Path(name).name == name and path.is_file():
                return path
        return self._folder / FIRST

    def remember(self, path: Path) -> None:
        """Open this one the next time.

        Raises:
            StorageError: it cannot be written down.
        """
        if path.parent == self._folder:
            write_atomically(self._folder / _CURRENT, path.name.encode())

    def all(self) -> tuple[Collection, ...]:
        """Every collection that can be read, by name; one that cannot has its file's name."""
        found = []
        for path in sorted(self._folder.glob("*.json"))[:_MOST]:
            try:
                name = load_project(path).name
            except (AppError, FileNotFoundError) as error:
                log.info("the collection %s cannot be read: %s", path.name, error)
                name = path.stem
            found.append(Collection(path, name))
        return tuple(sorted(found, key=lambda one: one.name.casefold()))

    def create(self, project: Project) -> Path:
        """Save a document as a new collection and return its file.

        Raises:
            StorageError: it cannot be written.
        """
        path = self._free(project.name)
        save_project(path, project)
        return path

    def _free(self, name: str) -> Path:
        stem = re.sub(r"[^\w-]+", "-", name.casefold()).strip("-")[:60] or "scenes"
        path, number = self._folder / f"{stem}.json", 2
        while path.exists():
            path, number = self._folder / f"{stem}-{number}.json", number + 1
        return path


def export_project(path: Path, project: Project) -> None:
    """Write a document where the person wants it, for another studio to import.

    Raises:
        StorageError: it cannot be written.
    """
    write_atomically(path, project.model_dump_json(indent=1).encode() + b"\n", mode=0o644)


def missing_files(project: Project) -> tuple[tuple[str, str], ...]:
    """The sources whose file is not there, or one of their filters': id and path."""
    missing = []
    for source in project.sources:
        path = getattr(source.settings, "path", None)
        if isinstance(path, str) and not _is_there(path):
            missing.append((source.id, path))
        for one in source.filters:
            path = one.settings.get("path")
            if isinstance(path, str) and path and not _is_there(path):
                missing.append((source.id, path))
    return tuple(dict.fromkeys(missing))


def with_file(source: Source, lost: str, found: str) -> Source:
    """The source with another file in the place of a lost one, also in its filters."""
    settings = source.settings
    if getattr(settings, "path", None) == lost:
        settings = settings.model_copy(update={"path": found})
    filters = tuple(
        one.model_copy(update={"settings": one.settings | {"path": found}})
        if one.settings.get("path") == lost
        else one
        for one in source.filters
    )
    return source.model_copy(update={"settings": settings, "filters": filters})


def _is_there(path: str) -> bool:
    try:
        return Path(path).is_file()
    except (OSError, ValueError):
        return False


def read_text(path: Path, *, limit: int = 64 * 1024 * 1024) -> str:
    """The text of a file that a person picked.

    Raises:
        StorageError: it cannot be read, is too large, or is no text.
    """
    try:
        if not is_plain_file(path) or path.stat().st_size > limit:
            raise ValueError(path.name)
        return path.read_text("utf-8-sig")
    except (OSError, ValueError) as error:
        raise StorageError(
            f"{spoken_name(path)} cannot be read as a scene collection; pick another file.",
            code="COLLECTION_NOT_READ",
        ) from error
