"""The scenes at work: the one on air, the one that leaves, and those that windows look at."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from shared.errors import AppError
from studio.engine.audio.crossing import SceneSound
from studio.engine.scene_hearing import Hearing, hearing_of
from studio.engine.scene_looks import Look, LookKey
from studio.engine.transitions import transition_kind
from studio.engine.video.coming import Coming
from studio.engine.video.program import Program, Switch
from studio.engine.video.scene_view import NestedView, PictureAt, SceneView, Shown
from studio.project.model import GroupSource, Project, SceneItem, SceneSource, Source
from studio.project.transitions import TransitionSettings

_NS_PER_MS = 1_000_000

type BehindFilters = Callable[[str, str, PictureAt], PictureAt]


def _plain(_source_id: str, _place: str, picture_at: PictureAt) -> PictureAt:
    return picture_at


@dataclass(slots=True)
class _Viewed:
    """A view at work, and the scenes and groups nested in it, by the path of items to each."""

    scene_id: str
    view: SceneView
    look: Look | None = None
    nested: dict[tuple[str, ...], NestedView] = field(default_factory=dict)


class Scenes:
    """`plan` and `show` belong to the engine's command thread, `program` to the video thread."""

    def __init__(
        self,
        project: Project,
        *,
        on_problem: Callable[[AppError], None],
        sound: SceneSound | None = None,
        monotonic_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self._on_problem = on_problem
        self._sound = sound or SceneSound()
        self._now_ns = monotonic_ns
        self._project = project
        self._sources: Mapping[str, Source] = {}
        self._on_air = [_viewed(project, project.program_scene_id)]
        self._looks: dict[LookKey, _Viewed] = {}
        self._seen: dict[str, bool] = {}
        self._since_ns: dict[str, int] = {}
        self._once: TransitionSettings | None = None
        self._behind_filters: BehindFilters = _plain
        self._lock = threading.Lock()
        self._hearing: dict[SceneView, Hearing] = {}
        self.program = Program(self._on_air[0].view, on_switch=self._switched)

    def take_once(self, transition: TransitionSettings | None) -> None:
        """Let the next switch of scenes go this way instead of the document's."""
        self._once = transition

    def plan(self, project: Project, looks: Mapping[LookKey, Look]) -> frozenset[str]:
        """Take a document in; return the sources that must run before it is shown."""
        self._note_coming(project)
        before, self._project = self._project, project
        self._sources = {source.id: source for source in project.sources}
        self._plan_looks(looks)
        self._tidy()
        new = self._on_air[-1]
        is_resized = before.canvas != project.canvas
        if new.scene_id != project.program_scene_id or is_resized:
            self._on_air.append(_viewed(project, project.program_scene_id))
        scenes = {viewed.scene_id for viewed in (*self._on_air, *self._looks.values())}
        wanted: set[str] = set()
        for scene in project.scenes:
            if scene.id in scenes:
                self._collect(scene.items, wanted)
        return frozenset(wanted)

    def show(
        self, picture_of: Callable[[str], PictureAt | None], behind_filters: BehindFilters = _plain
    ) -> None:
        """Let every view show the document, and begin to switch where another scene is on air.

        `behind_filters` gets the id of a scene or group, the name of one place it is composed for,
        and its picture there.
        """
        self._behind_filters = behind_filters
        for viewed in (*self._on_air, *self._looks.values()):
            items = next((s.items for s in self._project.scenes if s.id == viewed.scene_id), ())
            used: set[tuple[str, ...]] = set()
            viewed.view.show(self._shown(items, viewed, picture_of, (), used))
            viewed.nested = {path: view for path, view in viewed.nested.items() if path in used}
        self._let_hear()
        newest = self._on_air[-1]
        if newest.view not in self.program.views:
            self.program.switch(self._switch(newest))
        self._once = None

    def _let_hear(self) -> None:
        """Note what each scene lets be heard; what changed in the one on air, from now on."""
        items = {scene.id: scene.items for scene in self._project.scenes}
        self._hearing = {
            viewed.view: hearing_of(items.get(viewed.scene_id, ()), self._items_in)
            for viewed in self._on_air
        }
        present = self._hearing.get(self.program.view)
        if present is not None:
            self._sound.aim(present.heard, at_ns=self._now_ns(), lengths_ns=present.lengths_ns)

    def _switched(self, switch: Switch, now_ns: int) -> None:
        """In the video thread: another scene begins to show at this tick."""
        hearing = self._hearing.get(switch.view)
        if hearing is not None:
            self._sound.aim(hearing.heard, at_ns=now_ns, length_ns=switch.length_ns)
        transition = switch.transition
        if transition is not None and transition.sound is not None:
            track, gain = transition.sound
            transition.begin(now_ns)
            self._sound.play(track, gain, at_ns=now_ns, length_ns=switch.length_ns)

    @property
    def looked(self) -> Mapping[LookKey, SceneView]:
        """What windows look at."""
        with self._lock:
            return {key: viewed.view for key, viewed in self._looks.items()}

    @property
    def has_leftovers(self) -> bool:
        """Something runs that is needed no more: a scene has left, or an item has gone."""
        if self.program.has_leftovers or (len(self._on_air) > 1 and not self.program.is_changing):
            return True
        now_ns = self._now_ns()
        return any(
            not item.visible
            and item.id in self._since_ns
            and Coming(item, self._since_ns[item.id]).is_over(now_ns)
            for _, items in self._project.item_lists()
            for item in items
        )

    # --- planning -------------------------------------------------------------------------

    def _note_coming(self, project: Project) -> None:
        """Note since when items are visible or hidden that were the other before."""
        now_ns = self._now_ns()
        alive = {viewed.scene_id for viewed in self._on_air}
        alive |= {s.id for s in project.sources if isinstance(s.settings, GroupSource)}
        seen, since_ns = dict[str, bool](), dict[str, int]()
        for owner, items in project.item_lists():
            for item in items:
                seen[item.id] = item.visible
                before = self._seen.get(item.id)
                if owner in alive and before is not None and before != item.visible:
                    since_ns[item.id] = now_ns
                elif item.id in self._since_ns:
                    coming = Coming(item, self._since_ns[item.id])
                    if not coming.is_over(now_ns):
                        since_ns[item.id] = self._since_ns[item.id]
        self._seen, self._since_ns = seen, since_ns

    def _plan_looks(self, looks: Mapping[LookKey, Look]) -> None:
        known = {scene.id for scene in self._project.scenes}
        planned = {
            key: self._looked_at(key, look) for key, look in looks.items() if look.scene_id in known
        }
        with self._lock:
            self._looks = planned

    def _looked_at(self, key: LookKey, look: Look) -> _Viewed:
        present = self._looks.get(key)
        wanted = _viewed(self._project, look.scene_id, look)
        is_same = present is not None and present.look == look
        if is_same and present is not None and present.view.size == wanted.view.size:
            return present
        return wanted

    def _tidy(self) -> None:
        """Forget the scenes that have left."""
        self.program.let_go()
        views, newest = self.program.views, self._on_air[-1]
        self._on_air = [one for one in self._on_air[:-1] if one.view in views] + [newest]

    def _collect(self, items: tuple[SceneItem, ...], wanted: set[str]) -> None:
        for item in items:
            if not self._is_there(item) or item.source_id in wanted:
                continue
            wanted.add(item.source_id)
            self._collect(self._items_in(item.source_id), wanted)

    def _items_in(self, source_id: str) -> tuple[SceneItem, ...]:
        """What is nested in a source."""
        settings = self._sources[source_id].settings
        if isinstance(settings, GroupSource):
            return settings.items
        if isinstance(settings, SceneSource):
            return next(s.items for s in self._project.scenes if s.id == settings.scene_id)
        return ()

    def _is_there(self, item: SceneItem) -> bool:
        """It shows, or has not gone yet."""
        if item.visible:
            return True
        since_ns = self._since_ns.get(item.id)
        return since_ns is not None and not Coming(item, since_ns).is_over(self._now_ns())

    # --- showing --------------------------------------------------------------------------

    def _shown(
        self,
        items: tuple[SceneItem, ...],
        viewed: _Viewed,
        picture_of: Callable[[str], PictureAt | None],
        path: tuple[str, ...],
        used: set[tuple[str, ...]],
    ) -> list[Shown]:
        shown = []
        for item in items:
            if not self._is_there(item):
                continue
            settings = self._sources[item.source_id].settings
            picture_at = picture_of(item.source_id)
            if isinstance(settings, GroupSource | SceneSource):
                here = (*path, item.id)
                nested = self._nested(viewed, here, settings)
                used.add(here)
                inner = self._items_in(item.source_id)
                nested.show(self._shown(inner, viewed, picture_of, here, used))
                place = f"{id(viewed):x} {' '.join(here)}"
                picture_at = self._behind_filters(item.source_id, place, nested.picture_at)
            if picture_at is not None:
                shown.append(Shown(Coming(item, self._since_ns.get(item.id)), picture_at))
        return shown

    def _nested(
        self, viewed: _Viewed, path: tuple[str, ...], settings: GroupSource | SceneSource
    ) -> NestedView:
        canvas = self._project.canvas
        size = (canvas.width, canvas.height)
        if isinstance(settings, GroupSource):
            size = (settings.width // 2 * 2, settings.height // 2 * 2)
        present = viewed.nested.get(path)
        if present is None or present.size != size:
            present = viewed.nested[path] = NestedView(*size)
        return present

    def _switch(self, viewed: _Viewed) -> Switch:
        """How the newest scene comes on air; at once where its way cannot be taken."""
        project, once = self._project, self._once
        scene = project.program
        known = {one.id for one in project.scenes}
        was_here = len(self._on_air) > 1 and self._on_air[-2].scene_id in known
        if not was_here:
            return Switch(viewed.view)
        settings = once or scene.transition or project.transitions.present
        try:
            made = transition_kind(settings.kind).make(settings, *viewed.view.size)
        except AppError as error:
            self._on_problem(error)
            return Switch(viewed.view)
        length_ns = made.length_ns
        if length_ns is None:
            own_ms = getattr(settings, "duration_ms", None)
            length_ns = (own_ms or project.transitions.duration_ms) * _NS_PER_MS
        return Switch(viewed.view, made, length_ns)

    def close(self) -> None:
        """Let go of a transition on its way; after the last tick."""
        self.program.close()


def _viewed(project: Project, scene_id: str, look: Look | None = None) -> _Viewed:
    canvas = project.canvas
    zoom = look.zoom if look is not None else 1.0
    return _Viewed(scene_id, SceneView(canvas.width, canvas.height, zoom=zoom), look)
