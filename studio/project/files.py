"""Project files: one JSON document, saved so that neither a crash nor a full disk loses it."""

import json
import logging
from pathlib import Path

from pydantic import ValidationError

from shared.chosen_files import is_plain_file, spoken_name
from shared.errors import InvalidInput, StorageError
from shared.files import generation, write_atomically
from studio.project.model import Project

log = logging.getLogger(__name__)

GENERATIONS = 10
KNOWN_VERSION = 1
_LARGEST_BYTES = 64 * 1024 * 1024


def save_project(path: Path, project: Project) -> None:
    """Write the document and keep ten earlier ones.

    Raises:
        StorageError: it cannot be written; the earlier file is untouched.
    """
    text = project.model_dump_json(indent=1)
    write_atomically(path, text.encode() + b"\n", generations=GENERATIONS)


def load_project(path: Path) -> Project:
    """Read the document; a damaged one is replaced by the newest earlier one that is whole.

    Raises:
        InvalidInput: it comes from a newer version, or neither it nor an earlier one is whole.
        StorageError: it cannot be read.
        FileNotFoundError: there is none.
    """
    try:
        return _read(path)
    except _Damaged as damage:
        for number in range(1, GENERATIONS + 1):
            try:
                project = _read(generation(path, number))
            except (_Damaged, FileNotFoundError):
                continue
            log.warning("%s is damaged; version -%d is used", path.name, number)
            return project
        raise InvalidInput(
            f"The project {spoken_name(path)} is damaged; open another, or start a new one.",
            code="PROJECT_DAMAGED",
        ) from damage


class _Damaged(Exception):
    """The file is no project document."""


def _read(path: Path) -> Project:
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise _Damaged(path.name)
        if not is_plain_file(path):
            raise OSError(path.name)  # a pipe would hang whoever reads it
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise
    except ValueError as error:  # no text, or a path that can be none
        raise _Damaged(path.name) from error
    except OSError as error:
        raise StorageError(
            f"The project {spoken_name(path)} cannot be read; check that the file is yours.",
            code="PROJECT_NOT_READ",
        ) from error
    try:
        document = json.loads(text)
        version = document.get("document_version") if isinstance(document, dict) else None
        if isinstance(version, int) and version > KNOWN_VERSION:
            raise InvalidInput(
                f"The project {spoken_name(path)} was saved by a newer studio; update the studio "
                "to open it.",
                code="PROJECT_NEWER",
            )
        return Project.model_validate(document)
    except (ValueError, ValidationError, RecursionError) as error:
        raise _Damaged(path.name) from error
