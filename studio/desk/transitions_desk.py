"""Studio mode and transitions: the dock's intents made edits, windows of their own for scenes."""

from PySide6.QtCore import QObject

from shared.qt.scope import TaskScope
from shared.qt.theme import Theme
from shared.qt.translations import tr
from studio.canvas import Workbench
from studio.canvas.projector import NamedCell, ProjectorWindow, SceneWall
from studio.desk.editing import Editing
from studio.desk.looking import Looking
from studio.docks.transitions import ProjectorEntry, TransitionPanel, TransitionsState
from studio.engine.protocol import EngineState, SubscribePreview, SwitchScene
from studio.live import EngineHost
from studio.project.edits import Edit, SetProgramScene
from studio.project.model import Project, Scene
from studio.project.multiview import multiview_cells
from studio.project.stage_edits import (
    ChooseTransition,
    SetPreviewScene,
    SetSceneTransition,
    SetTransition,
)
from studio.project.transitions import TransitionSettings

_PREVIEW = SubscribePreview(view="preview", width=640, height=360, fps=15)
_LARGE = {"width": 1280, "height": 720, "fps": 30}
_WALL_FPS = 10


class TransitionsDesk(QObject):
    """Keeps dock, side by side views and projectors in step with the document."""

    def __init__(
        self,
        bench: Workbench,
        theme: Theme,
        *,
        engine: EngineHost,
        scope: TaskScope,
        editing: Editing,
    ) -> None:
        super().__init__(bench)
        self._bench = bench
        self._theme = theme
        self._engine = engine
        self._scope = scope
        self._editing = editing
        self._windows: dict[str, ProjectorWindow] = {}
        self._version = -1
        self._own: TransitionPanel | None = None
        self._own_scene = ""
        self.looking = Looking(engine, scope)

    def connect_intents(self) -> None:
        """Let the dock's intents become edits."""
        dock = self._bench.transitions
        dock.chosen.connect(self._on_chosen)
        dock.changed.connect(self._on_changed)
        dock.duration_changed.connect(self._on_duration)
        dock.studio_toggled.connect(self._on_studio)
        dock.take_requested.connect(self._on_take)
        dock.projector_requested.connect(self.open_window)
        self._bench.scenes.transition_settings_requested.connect(self._ask_own)
        self._bench.take_requested.connect(self._on_take)
        self._bench.studio_requested.connect(self._on_studio_key)
        self._bench.multiview_requested.connect(lambda: self.open_window("multiview"))

    @property
    def windows(self) -> tuple[ProjectorWindow, ...]:
        """The windows that are open."""
        return tuple(self._windows.values())

    def draw(self, state: EngineState, now_s: float) -> None:
        """Show the document where it changed, and the newest pictures."""
        if state.version != self._version:
            self._version = state.version
            self._show(state.project)
            self._show_own(state.project)
        self.looking.draw(now_s)

    def forget(self) -> None:
        """The engine is another one, or nobody looks at the window."""
        self._version = -1
        self.looking.forget()

    def close(self) -> None:
        """Close the windows and let go of their pictures."""
        for window in tuple(self._windows.values()):
            window.close()
        self.looking.close()

    # --- what is shown --------------------------------------------------------------------

    def _show(self, project: Project) -> None:
        is_studio = project.preview_scene_id is not None
        self._bench.transitions.setVisible(is_studio or len(project.scenes) > 1)
        self._bench.transitions.set_state(
            TransitionsState(
                transitions=project.transitions,
                is_studio=is_studio,
                can_take=is_studio and project.preview_scene_id != project.program_scene_id,
                projectors=(
                    ProjectorEntry("program", tr("What viewers see")),
                    *((ProjectorEntry("preview", tr("The preview")),) if is_studio else ()),
                    ProjectorEntry("multiview", tr("All scenes")),
                    *(ProjectorEntry(f"scene:{one.id}", one.name) for one in project.scenes),
                ),
            )
        )
        self._bench.set_studio(
            is_on=is_studio, preview=project.edited.name, program=project.program.name
        )
        if is_studio:
            self.looking.show(_PREVIEW, self._bench.canvas)
        else:
            self.looking.hide(self._bench.canvas)
        self._show_windows(project)

    def _show_windows(self, project: Project) -> None:
        names = {f"scene:{one.id}": one.name for one in project.scenes}
        for view, window in tuple(self._windows.items()):
            if view.startswith("scene:") and view not in names:
                window.close()
            elif view in names:
                window.set_title(names[view])
            if isinstance(window.picture, SceneWall):
                window.picture.set_cells(_named(project))

    def open_window(self, view: str) -> None:
        """Show a view in a window of its own, or bring that window to the front."""
        present = self._windows.get(view)
        if present is not None:
            present.activateWindow()
            return
        titles = {one.view: one.name for one in self._bench.transitions.state.projectors}
        window = ProjectorWindow(self._theme, view, titles.get(view, view))
        window.closed.connect(self._on_closed)
        if isinstance(window.picture, SceneWall):
            window.picture.picked.connect(self.pick)
        self._windows[view] = window
        state = self._engine.state
        if state is not None:
            self._show_windows(state.project)
        fps = _WALL_FPS if view == "multiview" else _LARGE["fps"]
        wanted = SubscribePreview.model_validate({"view": view, **_LARGE, "fps": fps})
        self.looking.show(wanted, window.picture)
        window.show()

    def _on_closed(self, view: str) -> None:
        window = self._windows.pop(view, None)
        if window is not None:
            self.looking.hide(window.picture)

    # --- intents --------------------------------------------------------------------------

    def pick(self, scene_id: str) -> None:
        """Prepare a scene in studio mode; without it, put it on air."""

        def make(state: EngineState) -> tuple[Edit, ...]:
            project = state.project
            if project.preview_scene_id is None:
                is_there = project.program_scene_id == scene_id
                return () if is_there else (SetProgramScene(scene_id=scene_id),)
            is_there = project.preview_scene_id == scene_id
            return () if is_there else (SetPreviewScene(scene_id=scene_id),)

        self._editing.make(make)

    def _on_chosen(self, kind: str) -> None:
        self._editing.send((ChooseTransition.model_validate({"name": kind}),))

    def _on_changed(self, settings: TransitionSettings, gesture: str) -> None:
        self._editing.send((SetTransition(transition=settings, gesture=gesture),))

    # --- the transition of one scene ------------------------------------------------------

    @property
    def own_panel(self) -> TransitionPanel:
        """The form of a scene's own transition, made when it is first wanted."""
        if self._own is None:
            self._own = TransitionPanel(self._bench.window(), self._theme)
            self._own.setObjectName("sceneTransitionPanel")
            self._own.changed.connect(self._on_own_changed)
        return self._own

    def _ask_own(self, scene_id: str) -> None:
        state = self._engine.state
        scene = _scene(state.project, scene_id) if state is not None else None
        if scene is not None and scene.transition is not None:
            self._own_scene = scene_id
            self.own_panel.ask(scene.transition, of=scene.name)

    def _show_own(self, project: Project) -> None:
        """Keep an open form in step; close it when the scene comes another way."""
        panel = self._own
        if panel is None or panel.isHidden():
            return
        scene = _scene(project, self._own_scene)
        if scene is None or scene.transition is None:
            panel.dismiss()
        else:
            panel.set_settings(scene.transition)

    def _on_own_changed(self, settings: TransitionSettings, gesture: str) -> None:
        edit = SetSceneTransition(scene_id=self._own_scene, transition=settings, gesture=gesture)
        self._editing.send((edit,))

    def _on_duration(self, duration_ms: int, gesture: str) -> None:
        self._editing.send((SetTransition(duration_ms=duration_ms, gesture=gesture),))

    def _on_studio(self, is_on: bool) -> None:
        def make(state: EngineState) -> tuple[Edit, ...]:
            wanted = state.project.program_scene_id if is_on else None
            if (state.project.preview_scene_id is None) is (wanted is None):
                return ()
            return (SetPreviewScene(scene_id=wanted),)

        self._editing.make(make)

    def _on_studio_key(self) -> None:
        self._on_studio(not self._bench.transitions.state.is_studio)

    def _on_take(self) -> None:
        if self._bench.transitions.state.can_take:
            self._scope.start(self._engine.request(SwitchScene()), name="to air")


def _scene(project: Project, scene_id: str) -> Scene | None:
    return next((scene for scene in project.scenes if scene.id == scene_id), None)


def _named(project: Project) -> tuple[NamedCell, ...]:
    names = {scene.id: scene.name for scene in project.scenes}
    preview = project.preview_scene_id
    return tuple(
        NamedCell(
            cell,
            {"preview": tr("Preview"), "program": tr("Program")}.get(
                cell.name, names[cell.scene_id]
            ),
            is_on_air=cell.scene_id == project.program_scene_id and cell.name != "preview",
            is_in_preview=cell.scene_id == preview,
        )
        for cell in multiview_cells(project)
    )
