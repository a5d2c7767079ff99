"""A scene document that opens no device and runs no filter, for a start that must not fail."""

from studio.project.edits import RemoveSource, UpdateSource, apply_edits
from studio.project.model import Project

_DEVICES = frozenset({"camera", "microphone", "screen", "window", "desktop_audio", "browser"})


def safe_copy(project: Project, name: str) -> Project:
    """The document under another name, without its devices, with every filter switched off."""
    made = project.model_copy(update={"name": name[:80]})
    for source in project.sources:
        if source.settings.kind in _DEVICES:
            made = apply_edits(made, (RemoveSource(source_id=source.id),))
        elif source.filters:
            off = tuple(one.model_copy(update={"enabled": False}) for one in source.filters)
            changed = source.model_copy(update={"filters": off})
            made = apply_edits(made, (UpdateSource(source=changed),))
    return made
