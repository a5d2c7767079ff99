"""Edits of the mixer: what a source's strip says, and where the creator listens."""

from typing import Annotated, Any, Literal

from pydantic import Field

from shared.errors import InvalidInput
from studio.project.base import Identifier, Model
from studio.project.model import ALL_TRACKS, Monitoring, Project

STRIP_FIELDS = (
    *("gain_db", "muted", "balance", "mono", "sync_offset_ms"),
    *("monitor", "tracks", "in_mixer"),
)
"""The fields of a source that are its strip."""


class UpdateStrip(Model):
    """Change what is given of a source's strip; what is None stays."""

    kind: Literal["update_strip"] = "update_strip"
    source_id: Identifier
    gain_db: float | None = Field(default=None, ge=-96.0, le=26.0)
    """-96 is silence."""
    muted: bool | None = None
    balance: float | None = Field(default=None, ge=-1.0, le=1.0)
    mono: bool | None = None
    sync_offset_ms: int | None = Field(default=None, ge=-950, le=20000)
    monitor: Monitoring | None = None
    tracks: int | None = Field(default=None, ge=0, le=ALL_TRACKS)
    in_mixer: bool | None = None
    gesture: Annotated[str, Field(min_length=1, max_length=64)] | None = None

    def apply(self, project: Project) -> Project:
        """Return the document with the strip changed."""
        if all(source.id != self.source_id for source in project.sources):
            raise InvalidInput(
                "This source is no longer in the project; refresh the scene list.",
                code="NOT_FOUND",
                meta={"what": "source"},
            )
        given: dict[str, Any] = {name: getattr(self, name) for name in STRIP_FIELDS}
        changes = {name: value for name, value in given.items() if value is not None}
        sources = tuple(
            source.model_copy(update=changes) if source.id == self.source_id else source
            for source in project.sources
        )
        return project.model_copy(update={"sources": sources})


class SetMonitorDevice(Model):
    """Let the creator listen on another device; None is the system's usual output."""

    kind: Literal["set_monitor_device"] = "set_monitor_device"
    device: str | None = Field(default=None, max_length=256)

    def apply(self, project: Project) -> Project:
        """Return the document with the device."""
        return project.model_copy(update={"monitor_device": self.device})
