"""The scene list and the canvas: the document shown, intents made edits, undo and redo."""

import logging
from functools import partial
from pathlib import Path

from shared.errors import AppError, InvalidInput
from shared.qt.scope import TaskScope
from shared.qt.translations import tr
from studio.canvas import CanvasState, Workbench
from studio.canvas.words import redo_text, undo_text
from studio.desk.editing import Editing
from studio.desk.placing import add_source, source_sizes
from studio.docks.scenes import CollectionEntry, SceneEntry, ScenesState
from studio.docks.sources import SourceChoice, SourceKind
from studio.engine.protocol import EngineState, Event, ProjectEvent, Redo, Undo
from studio.live import EngineHost
from studio.project.arranging import duplicate_scene, free_scene_name, nest_scene, scene_of
from studio.project.edits import (
    AddScene,
    Edit,
    MoveScene,
    RemoveScene,
    RenameScene,
    SetProgramScene,
    UpdateSource,
)
from studio.project.model import Scene, Source
from studio.project.stage_edits import SetPreviewScene, SetSceneTransition
from studio.project.steps import StepNames

_log = logging.getLogger(__name__)
_PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif"})
_FILMS = frozenset({".mp4", ".mkv", ".mov", ".webm", ".avi", ".m4v", ".ts", ".flv"})
_SOUNDS = frozenset({".mp3", ".wav", ".ogg", ".m4a", ".flac", ".opus", ".aac"})


class ScenesDesk:
    """Keeps scene list and canvas in step with the document, whoever changes it."""

    def __init__(
        self, bench: Workbench, *, engine: EngineHost, scope: TaskScope, editing: Editing
    ) -> None:
        self._bench = bench
        self._engine = engine
        self._scope = scope
        self._editing = editing
        self._names = StepNames()
        self._seen = -1
        self._drawn: tuple[object, ...] = ()
        self._collections: tuple[CollectionEntry, ...] = ()

    def connect(self) -> None:
        """Let the intents of scene list and canvas become edits."""
        scenes, canvas = self._bench.scenes, self._bench.canvas
        self._engine.on_state(self._watch)
        self._engine.on_event(self._on_event)
        canvas.edits_requested.connect(self._editing.send)
        canvas.files_dropped.connect(self._on_files)
        canvas.properties_requested.connect(self.open_properties)
        self._bench.properties.changed.connect(self._on_properties)
        scenes.undo_requested.connect(self._on_undo)
        scenes.redo_requested.connect(self._on_redo)
        scenes.switch_requested.connect(self._on_switch)
        scenes.add_requested.connect(self._on_add)
        scenes.duplicate_requested.connect(self._on_duplicate)
        scenes.rename_requested.connect(self._on_rename)
        scenes.remove_requested.connect(self._on_remove)
        scenes.move_requested.connect(self._on_move)
        scenes.nest_requested.connect(self._on_nest)
        scenes.transition_requested.connect(self._on_transition)

    def set_collections(self, collections: tuple[CollectionEntry, ...]) -> None:
        """Offer these collections."""
        self._collections = collections
        self._drawn = ()

    def draw(self, state: EngineState) -> None:
        """Show the document, where it has changed."""
        drawn = (state.version, state.sources, state.project_path)
        if drawn == self._drawn:
            return
        self._drawn = drawn
        project = state.project
        self._bench.canvas.set_state(
            CanvasState(project, source_sizes(project, state.sources)),
        )
        self._draw_properties(state)
        self._bench.scenes.set_state(
            ScenesState(
                scenes=tuple(
                    SceneEntry(one.id, one.name, one.transition.kind if one.transition else "")
                    for one in project.scenes
                ),
                on_air=project.program_scene_id,
                in_preview=project.preview_scene_id or "",
                undo=undo_text(self._names.undo),
                redo=redo_text(self._names.redo),
                can_undo=state.can_undo,
                can_redo=state.can_redo,
                collection=state.project_path or "",
                collections=self._with_open(state),
            )
        )

    def _with_open(self, state: EngineState) -> tuple[CollectionEntry, ...]:
        """The collections, the open one by its present name, also before it is on disk."""
        path = state.project_path
        if path is None:
            return self._collections
        rest = [one for one in self._collections if one.path != path]
        mine = CollectionEntry(path, state.project.name)
        return tuple(sorted((*rest, mine), key=lambda one: one.name.casefold()))

    def open_properties(self, source_id: str) -> None:
        """Show a source's settings beside the picture."""
        state = self._engine.state
        known = {source.id: source for source in state.project.sources} if state else {}
        if source_id in known:
            self._bench.item.hide()
            self._bench.properties.open(known[source_id])

    def _draw_properties(self, state: EngineState) -> None:
        """Keep the settings shown in step with the document; a source that has gone closes them."""
        shown = self._bench.properties.source
        if shown is None or self._bench.properties.isHidden():
            return
        for source in state.project.sources:
            if source.id == shown.id:
                self._bench.properties.set_source(source)
                return
        self._bench.properties.set_source(None)
        self._bench.properties.hide()

    def _on_properties(self, source: Source, gesture: str) -> None:
        self._editing.send((UpdateSource(source=source, gesture=gesture),))

    def forget_steps(self) -> None:
        """Another collection is open: what was done in the last one cannot be undone here."""
        self._names.forget()
        self._seen = -1

    def _on_event(self, event: Event) -> None:
        if isinstance(event, ProjectEvent):
            self._watch(self._engine.state)

    def _watch(self, state: EngineState | None) -> None:
        if state is None:
            self.forget_steps()
        elif state.version != self._seen:
            self._seen = state.version
            self._names.saw(state.project, is_same_step=self._editing.is_same_step)

    # --- intents --------------------------------------------------------------------------

    def _on_undo(self) -> None:
        self._scope.start(self._engine.request(Undo()), name="undo")

    def _on_redo(self) -> None:
        self._scope.start(self._engine.request(Redo()), name="redo")

    def _on_switch(self, scene_id: str) -> None:
        def make(state: EngineState) -> tuple[Edit, ...]:
            project = state.project
            scene_of(project, scene_id)
            if project.edited.id == scene_id:
                return ()
            if project.preview_scene_id is not None:
                return (SetPreviewScene(scene_id=scene_id),)
            return (SetProgramScene(scene_id=scene_id),)

        self._editing.make(make)

    def _on_add(self) -> None:
        def make(state: EngineState) -> tuple[Edit, ...]:
            scene = Scene(name=free_scene_name(state.project, tr("Scene")))
            return self._added(state, AddScene(scene=scene))

        self._editing.make(make)

    def _on_duplicate(self, scene_id: str) -> None:
        def make(state: EngineState) -> tuple[Edit, ...]:
            name = scene_of(state.project, scene_id).name
            return self._added(state, duplicate_scene(state.project, scene_id, name))

        self._editing.make(make)

    def _added(self, state: EngineState, added: AddScene) -> tuple[Edit, ...]:
        """A new scene is opened, unless viewers would see it unfinished."""
        if state.project.preview_scene_id is not None:
            return (added, SetPreviewScene(scene_id=added.scene.id))
        if state.is_live:
            return (added,)
        return (added, SetProgramScene(scene_id=added.scene.id))

    def _on_rename(self, scene_id: str) -> None:
        state = self._engine.state
        if state is None:
            return
        name = next((s.name for s in state.project.scenes if s.id == scene_id), "")
        self._bench.naming.ask(
            tr("Name of the scene"),
            name,
            lambda chosen: self._editing.send((RenameScene(scene_id=scene_id, name=chosen),)),
        )

    def _on_remove(self, scene_id: str) -> None:
        self._editing.send((RemoveScene(scene_id=scene_id),))

    def _on_move(self, scene_id: str, index: int) -> None:
        self._editing.send((MoveScene(scene_id=scene_id, index=max(0, index)),))

    def _on_nest(self, scene_id: str) -> None:
        self._editing.make(lambda state: nest_scene(state.project, scene_id))

    def _on_transition(self, scene_id: str, kind: str) -> None:
        def make(state: EngineState) -> tuple[Edit, ...]:
            scene_of(state.project, scene_id)
            settings = state.project.transitions.of(kind) if kind else None
            return (SetSceneTransition(scene_id=scene_id, transition=settings),)

        self._editing.make(make)

    def _on_files(self, paths: tuple[Path, ...]) -> None:
        self._scope.start(self._add_files(paths), name="add dropped files")

    async def _add_files(self, paths: tuple[Path, ...]) -> None:
        unknown: AppError | None = None
        for path in paths:
            kind = kind_of_file(path)
            if kind is None:
                unknown = InvalidInput(
                    f"{path.name} is no picture, video or sound we know; convert it first.",
                    code="FILE_KIND_UNKNOWN",
                )
                continue
            choice = SourceChoice(kind, str(path))
            self._editing.make(partial(_added_source, choice))
        if unknown is not None:
            raise unknown


def _added_source(choice: SourceChoice, state: EngineState) -> tuple[Edit, ...]:
    return add_source(state.project, choice)


def kind_of_file(path: Path) -> SourceKind | None:
    """What a dropped file becomes."""
    suffix = path.suffix.lower()
    if suffix in _PICTURES:
        return SourceKind.IMAGE
    return SourceKind.FILE if suffix in _FILMS | _SOUNDS else None
