"""The picture on screen: the engine's sources as chips, its preview as an image, edits back."""

import logging
from collections.abc import Callable
from pathlib import Path

from shared.errors import AppError, StorageError
from shared.qt.scope import TaskScope
from shared.qt.translations import tr, tr_error
from shared.qt.video_view import VideoView
from shared.ring import RingReader
from studio.desk.collections_desk import CollectionsDesk
from studio.desk.editing import Editing
from studio.desk.item_desk import ItemDesk
from studio.desk.placing import (
    add_source,
    bring_to_front,
    entries_of,
    place_item,
    remove_source,
    reusable_of,
    reuse_source,
    show_source,
    use_device,
)
from studio.desk.scenes_desk import ScenesDesk
from studio.desk.source_orders import SourceOrders
from studio.desk.transitions_desk import TransitionsDesk
from studio.docks.sources import (
    DeviceChoices,
    Place,
    SourceChoice,
    SourceEntry,
    SourceKind,
)
from studio.engine.protocol import (
    DevicesResult,
    EngineState,
    ListDevices,
    PreviewResult,
    SubscribePreview,
    UnsubscribePreview,
)
from studio.live import EngineHost
from studio.project.collections import Collections
from studio.zones.stage import StageZone

_log = logging.getLogger(__name__)
_PREVIEW = SubscribePreview(width=640, height=360, fps=15)
_LARGE = SubscribePreview(width=1280, height=720, fps=30)


class PictureDesk:
    """Keeps sources and preview in step with the engine, whichever one is at hand."""

    def __init__(
        self, stage: StageZone, *, engine: EngineHost, scope: TaskScope, scenes: Path
    ) -> None:
        self._stage = stage
        self._engine = engine
        self._scope = scope
        self._ring: RingReader | None = None
        self._frame = 0
        self._views: tuple[VideoView, ...] = ()
        self._renew_at_s = 0.0
        self._is_asking = False
        self._drawn: tuple[object, ...] = ()
        self._is_wanted = True
        self.watcher: Callable[[bytes, int, int], object] | None = None
        """Also gets every preview frame: BGRA bytes, width and height."""
        self._editing = Editing(engine, scope)
        self._list = ScenesDesk(stage.bench, engine=engine, scope=scope, editing=self._editing)
        self._transitions = TransitionsDesk(
            stage.bench, stage.bench.theme, engine=engine, scope=scope, editing=self._editing
        )
        self._items = ItemDesk(stage.bench)
        self._collections = CollectionsDesk(
            stage.bench,
            engine=engine,
            scope=scope,
            editing=self._editing,
            scenes=self._list,
            files=Collections(scenes.parent),
        )

    def connect(self) -> None:
        """Let the chips' intents reach the engine."""
        self._list.connect()
        self._collections.connect()
        self._transitions.connect_intents()
        self._items.connect_intents()
        dock = self._stage.sources
        self._orders = SourceOrders(dock, engine=self._engine, scope=self._scope)
        self._orders.connect()
        dock.devices_requested.connect(self._on_devices_requested)
        dock.add_requested.connect(self.add)
        dock.reuse_requested.connect(self.reuse)
        dock.shown_changed.connect(self._on_shown)
        dock.enter_requested.connect(self._stage.bench.canvas.enter_group)
        dock.leave_requested.connect(self._stage.bench.canvas.leave)
        dock.place_requested.connect(self._on_place)
        dock.raise_requested.connect(self._on_raise)
        dock.remove_requested.connect(self._on_remove)
        dock.properties_requested.connect(self._list.open_properties)

    @property
    def editing(self) -> Editing:
        """The way to the document."""
        return self._editing

    def start_safely(self) -> None:
        """Open the scenes without devices and filters, once an engine is there."""
        self._collections.is_safe = True

    def add(self, choice: SourceChoice) -> None:
        """Add a source to the scene that is edited, above a group that was entered."""
        self._stage.bench.canvas.leave()
        self._editing.make(lambda state: add_source(state.project, choice))

    def reuse(self, source_id: str) -> None:
        """Show a source of another scene in the one that is edited."""
        self._stage.bench.canvas.leave()
        self._editing.make(lambda state: reuse_source(state.project, source_id))

    def use_device(self, kind: SourceKind, device: str, name: str, *, before: str = "") -> None:
        """Let the camera or microphone on a device `before` use another one, or add it."""
        self._editing.make(
            lambda state: use_device(state.project, kind, device, name=name, before=before)
        )

    def engine_changed(self, state: EngineState | None) -> None:
        """An engine was found or lost."""
        self._drop_ring()
        self._transitions.forget()
        self._renew_at_s = 0.0
        self._editing.opened.clear()
        if state is None:
            error = self._engine.error
            self._stage.preview.show_placeholder(
                tr("The broadcast engine is starting\N{HORIZONTAL ELLIPSIS}"),
                tr_error(error) if error is not None else "",
            )
        elif state.project_path is None and not state.is_live:
            self._scope.start(self._collections.open_last(), name="open scenes")
        else:
            self._editing.opened.set()
            self._scope.start(self._collections.list_all(), name="list collections")

    def set_wanted(self, *, is_wanted: bool) -> None:
        """Have the preview rendered or not: nobody looks at a minimised window."""
        is_wanted = is_wanted or bool(self._transitions.windows)
        if is_wanted == self._is_wanted:
            return
        self._is_wanted = is_wanted
        self._renew_at_s = 0.0
        if not is_wanted:
            self._drop_ring()
            self._scope.start(self._unsubscribe(), name="stop preview")

    def draw(self, now_s: float) -> None:
        """Draw the newest preview frame and the sources; called thirty times a second."""
        state = self._engine.state
        if state is None:
            return
        self._list.draw(state)
        if self._is_wanted:
            self._transitions.draw(state, now_s)
        self._items.draw(state)
        inside = self._stage.bench.canvas.selection.inside
        drawn = (state.version, state.sources, inside)
        if drawn != self._drawn:
            self._drawn = drawn
            group = inside.scene if inside is not None else None
            self._stage.sources.set_entries(
                entries_of(state.project, state.sources, group_id=group.id if group else ""),
                inside=group.name if group else "",
            )
            self._stage.sources.set_reusable(reusable_of(state.project))
        if self._is_wanted and now_s >= self._renew_at_s and not self._is_asking:
            self._is_asking = True
            self._scope.start(self._subscribe(now_s), name="preview")
        if self._ring is not None:
            views = (self._stage.bench.on_air, *self._transitions.looking.program)
            if views != self._views:
                self._views, self._frame = views, 0  # what is new gets the last picture, too
            frame = self._ring.latest(after=self._frame)
            if frame is not None:
                self._frame = frame.number
                for view in views:
                    view.show_bgra(frame.pixels, frame.width, frame.height)
                if self.watcher is not None:
                    self.watcher(frame.pixels, frame.width, frame.height)

    def close(self) -> None:
        """Let go of the preview's memory, and close the windows that show scenes."""
        self._transitions.close()
        self._drop_ring()

    async def _subscribe(self, now_s: float) -> None:
        """Ask for the preview, or renew it; a refusal is tried again after a while."""
        try:
            result = await self._engine.request(
                _LARGE if self._transitions.looking.program else _PREVIEW, timeout_s=5.0
            )
            if isinstance(result, PreviewResult):
                if self._ring is None:
                    self._ring = RingReader(Path(result.path))
                    self._frame = 0
                self._renew_at_s = now_s + max(0.5, result.lease_s / 2)
        except (AppError, StorageError) as error:
            _log.info("no preview: %s", error.code)
            self._renew_at_s = now_s + 2.0
        finally:
            self._is_asking = False

    async def _unsubscribe(self) -> None:
        try:
            await self._engine.request(UnsubscribePreview(view="program"), timeout_s=2.0)
        except AppError as error:
            _log.info("the preview's lease runs out by itself: %s", error.code)

    async def _list_devices(self) -> None:
        result = await self._engine.request(ListDevices(), timeout_s=10.0)
        if isinstance(result, DevicesResult):
            self._stage.sources.set_devices(
                DeviceChoices(
                    cameras=tuple((device.id, device.name) for device in result.cameras),
                    microphones=tuple((device.id, device.name) for device in result.microphones),
                    screens=tuple((device.id, device.name) for device in result.screens),
                    windows=tuple((device.id, device.name) for device in result.windows),
                    notes=result.notes,
                )
            )

    def _on_devices_requested(self) -> None:
        self._scope.restart(self._list_devices(), name="list devices")

    def _on_shown(self, entry: SourceEntry, is_on: bool) -> None:
        self._editing.make(lambda state: show_source(state.project, entry, is_on=is_on))

    def _on_place(self, item_id: str, place: Place) -> None:
        self._editing.make(lambda state: place_item(state.project, item_id, place))

    def _on_raise(self, item_id: str) -> None:
        self._editing.make(lambda state: bring_to_front(state.project, item_id))

    def _on_remove(self, source_id: str) -> None:
        self._editing.make(lambda _state: remove_source(source_id))

    def _drop_ring(self) -> None:
        ring, self._ring = self._ring, None
        self._frame = 0
        if ring is not None:
            ring.close()
