"""What adding, placing and showing a source means for the scene document. Pure; no Qt."""

from pathlib import Path

from studio.desk.more_sources import first_settings
from studio.desk.overlay_places import is_overlay, overlay_item, overlay_settings
from studio.docks.sources import Place, SourceChoice, SourceEntry, SourceKind
from studio.engine.protocol import SourceState
from studio.project.arranging import free_name
from studio.project.edits import (
    AddItem,
    AddSource,
    Edit,
    MoveItem,
    RemoveSource,
    UpdateItem,
    UpdateSource,
)
from studio.project.geometry import Size
from studio.project.inside import group_scene, holder_of, size_of_holder
from studio.project.model import (
    Bounds,
    CameraSource,
    Canvas,
    ColourSource,
    FileSource,
    GroupSource,
    ImageSource,
    MicrophoneSource,
    PatternSource,
    Project,
    Scene,
    SceneItem,
    SceneSource,
    ScreenSource,
    Source,
    SourceSettings,
    TextSource,
)
from studio.project.sources import SOUND_ONLY

_SMALL_SHARE = 0.28
_MARGIN_SHARE = 0.022
_TEXT_SIZE_SHARE = 0.06


def add_source(project: Project, choice: SourceChoice) -> tuple[Edit, ...]:
    """The edits that add a source to the edited scene.

    The first picture fills the canvas, the next ones stand small at the bottom right; words stand
    at the bottom left in their own size, overlays at their usual places.
    """
    if is_overlay(choice.kind):
        return _add_overlay(project, choice)
    settings = _settings(choice, project.canvas)
    source = Source(name=free_name(_names(project), _name(choice)), settings=settings)
    added = AddSource(source=source)
    if choice.kind.value in SOUND_ONLY:
        return (added,)
    scene = project.edited
    if choice.kind is SourceKind.TEXT:
        margin = round(project.canvas.width * _MARGIN_SHARE)
        size = round(project.canvas.height * _TEXT_SIZE_SHARE)
        item = SceneItem(source_id=source.id, x=margin, y=project.canvas.height - margin - 2 * size)
    else:
        place = Place.BOTTOM_RIGHT if scene.items else Place.FULL
        item = _placed(SceneItem(source_id=source.id), place, project.canvas)
    return (added, AddItem(scene_id=scene.id, item=item))


def _add_overlay(project: Project, choice: SourceChoice) -> tuple[Edit, ...]:
    """The edits that put an overlay on top of the scene on air."""
    settings = overlay_settings(choice.kind)
    source = Source(name=free_name(_names(project), _name(choice)), settings=settings)
    item = overlay_item(source.id, settings, project.canvas)
    return (AddSource(source=source), AddItem(scene_id=project.edited.id, item=item))


def use_device(
    project: Project, kind: SourceKind, device: str, *, name: str, before: str = ""
) -> tuple[Edit, ...]:
    """The edits after which a camera or microphone of the scene is this device.

    The source that was on `before` changes over to it; without one a source is added.
    """
    found = [source for source in project.sources if source.settings.kind == kind.value]
    if any(getattr(source.settings, "device", None) == device for source in found):
        return ()
    for source in found:
        if before and getattr(source.settings, "device", None) == before:
            settings = source.settings.model_copy(update={"device": device})
            changed = source.model_copy(update={"settings": settings, "name": name[:80]})
            return (UpdateSource(source=changed),)
    return add_source(project, SourceChoice(kind, device, name))


def reuse_source(project: Project, source_id: str) -> tuple[Edit, ...]:
    """The edit that shows a source of another scene in this one, small at the bottom right."""
    place = Place.BOTTOM_RIGHT if project.edited.items else Place.FULL
    item = _placed(SceneItem(source_id=project.source(source_id).id), place, project.canvas)
    return (AddItem(scene_id=project.edited.id, item=item),)


def reusable_of(project: Project) -> tuple[SourceEntry, ...]:
    """The sources with a picture that this scene does not show."""
    here = {item.source_id for item in project.edited.items}
    return tuple(
        SourceEntry(source.id, source.name, source.settings.kind)
        for source in project.sources
        if source.id not in here
        and source.settings.kind not in SOUND_ONLY
        and not isinstance(source.settings, SceneSource | GroupSource)
    )


def show_source(project: Project, entry: SourceEntry, *, is_on: bool) -> tuple[Edit, ...]:
    """The edit that shows or hides a picture, or lets a sound be heard or not."""
    if entry.item_id is None:
        source = project.source(entry.source_id)
        return (UpdateSource(source=source.model_copy(update={"muted": not is_on})),)
    holder, item = _found(project, entry.item_id)
    return (UpdateItem(scene_id=holder.id, item=item.model_copy(update={"visible": is_on})),)


def place_item(project: Project, item_id: str, place: Place) -> tuple[Edit, ...]:
    """The edit that puts an item somewhere on the canvas."""
    holder, item = _found(project, item_id)
    placed = _placed(item, place, size_of_holder(project, holder))
    return (UpdateItem(scene_id=holder.id, item=placed),)


def bring_to_front(project: Project, item_id: str) -> tuple[Edit, ...]:
    """The edit that puts an item above all others."""
    holder = holder_of(project, item_id)
    return (MoveItem(scene_id=holder.id, item_id=item_id, index=len(holder.items)),)


def remove_source(source_id: str) -> tuple[Edit, ...]:
    """The edit that removes a source from everywhere."""
    return (RemoveSource(source_id=source_id),)


def entries_of(
    project: Project, states: tuple[SourceState, ...], *, group_id: str = ""
) -> tuple[SourceEntry, ...]:
    """The sources as chips show them: pictures from the top down, then sounds; or a group's."""
    known = {state.source_id: state for state in states}
    if group_id:
        return tuple(
            _entry(project.source(item.source_id), known.get(item.source_id), item)
            for item in reversed(group_scene(project, group_id).items)
        )
    entries = []
    for item in reversed(project.edited.items):
        source = project.source(item.source_id)
        entries.append(_entry(source, known.get(source.id), item))
    entries += [
        _entry(source, known.get(source.id), None)
        for source in project.sources
        if source.settings.kind in SOUND_ONLY
    ]
    return tuple(entries)


def source_sizes(project: Project, states: tuple[SourceState, ...]) -> dict[str, Size]:
    """The size of each source's picture: as it runs, or as its settings say."""
    sizes = {}
    for source in project.sources:
        settings = source.settings
        if isinstance(settings, PatternSource | ColourSource | GroupSource):
            sizes[source.id] = Size(settings.width, settings.height)
        elif isinstance(settings, SceneSource):
            sizes[source.id] = Size(project.canvas.width, project.canvas.height)
    for state in states:
        if state.width and state.height:
            sizes[state.source_id] = Size(state.width, state.height)
    return sizes


def has_picture(project: Project) -> bool:
    """Whether anything in the scene on air can be seen."""
    return any(item.visible for item in project.program.items)


def _entry(source: Source, state: SourceState | None, item: SceneItem | None) -> SourceEntry:
    return SourceEntry(
        source_id=source.id,
        name=source.name,
        kind=source.settings.kind,
        item_id=item.id if item is not None else None,
        is_on=item.visible if item is not None else not source.muted,
        problem=(state.message or "") if state and state.phase in {"failed", "stalled"} else "",
        is_busy=state is not None and state.phase == "opening",
    )


def _found(project: Project, item_id: str) -> tuple[Scene, SceneItem]:
    """An item, and the scene it is in, or the group as if it were one.

    Raises: KeyError when it has gone meanwhile.
    """
    holder = holder_of(project, item_id)
    return holder, next(item for item in holder.items if item.id == item_id)


def _placed(item: SceneItem, place: Place, canvas: Canvas | Size) -> SceneItem:
    if place is Place.FULL:
        bounds = Bounds(width=canvas.width, height=canvas.height)
        return item.model_copy(update={"x": 0, "y": 0, "bounds": bounds})
    margin = round(canvas.width * _MARGIN_SHARE)
    width = round(canvas.width * _SMALL_SHARE)
    height = round(canvas.height * _SMALL_SHARE)
    is_right = place in {Place.BOTTOM_RIGHT, Place.TOP_RIGHT}
    is_low = place in {Place.BOTTOM_RIGHT, Place.BOTTOM_LEFT}
    return item.model_copy(
        update={
            "x": canvas.width - width - margin if is_right else margin,
            "y": canvas.height - height - margin if is_low else margin,
            "bounds": Bounds(width=width, height=height),
        }
    )


def _settings(choice: SourceChoice, canvas: Canvas) -> SourceSettings:
    match choice.kind:
        case SourceKind.SCREEN:
            return ScreenSource(display=choice.value or None)
        case SourceKind.CAMERA:
            return CameraSource(device=choice.value)
        case SourceKind.FILE:
            return FileSource(path=choice.value)
        case SourceKind.IMAGE:
            return ImageSource(path=choice.value)
        case SourceKind.MICROPHONE:
            return MicrophoneSource(device=choice.value or None)
        case SourceKind.TEXT:
            return TextSource(text=choice.value, size_px=round(canvas.height * _TEXT_SIZE_SHARE))
        case SourceKind.PATTERN:
            return PatternSource(width=canvas.width, height=canvas.height)
        case _:
            return first_settings(choice, canvas)


def _name(choice: SourceChoice) -> str:
    if choice.name:
        return choice.name[:80]
    if choice.kind in {SourceKind.FILE, SourceKind.IMAGE, SourceKind.SLIDESHOW}:
        return Path(choice.value).name[:80] or choice.kind.value
    if choice.kind is SourceKind.TEXT:
        return choice.value.splitlines()[0][:40]
    return choice.value[:80] or choice.kind.value


def _names(project: Project) -> set[str]:
    return {source.name for source in project.sources}
