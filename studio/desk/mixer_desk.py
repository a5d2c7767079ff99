"""The mixer served: strips of the document shown, faders made edits, meters asked for when seen."""

import logging
from collections.abc import Collection

from PySide6.QtWidgets import QWidget

from shared.errors import AppError
from shared.qt.scope import TaskScope
from shared.qt.translations import tr
from studio.desk.editing import Editing
from studio.docks.mixer import Levels, MixerDock, MixerState
from studio.docks.mixer_strip import StripState
from studio.engine.protocol import (
    DevicesResult,
    EngineState,
    Event,
    ListDevices,
    MetersEvent,
    SubscribeMeters,
    UnsubscribeMeters,
)
from studio.live import EngineHost
from studio.main_window import StudioWindow
from studio.project.edits import Edit, UpdateSource
from studio.project.filters_kinds import is_sound_filter
from studio.project.model import Project, Source

_log = logging.getLogger(__name__)
_NAME = "mixer"
_SOUNDING = frozenset({"microphone", "desktop_audio", "file", "tone"})
"""Kinds that always have a strip; others have one once the engine has a level for them."""


class MixerDesk:
    """Keeps the mixer in step with the engine; meters come only while the dock is on screen."""

    def __init__(
        self, window: StudioWindow, *, engine: EngineHost, scope: TaskScope, editing: Editing
    ) -> None:
        self._window = window
        self._engine = engine
        self._scope = scope
        self._editing = editing
        self._dock: MixerDock | None = None
        self._is_seen = False
        self._drawn = -1
        self._heard: frozenset[str] = frozenset()

    def connect(self) -> None:
        """Serve the dock that is there, or when it is made; follow the engine."""
        docks = self._window.cockpit.docks
        docks.made.connect(self._on_made)
        made = docks.made_widget(_NAME)
        if made is not None:
            self._on_made(_NAME, made)
        self._engine.on_event(self._on_event)
        self._engine.on_state(self._on_state)

    def draw(self) -> None:
        """Show the document's strips where it has changed; called a few times a second."""
        state = self._engine.state
        if self._dock is not None and state is not None and state.version != self._drawn:
            self._drawn = state.version
            self._dock.set_state(mixer_state(state.project, self._heard))

    # --- from the engine ------------------------------------------------------------------

    def _on_state(self, state: EngineState | None) -> None:
        if state is None:
            self._drawn = -1
        elif self._is_seen and self._drawn == -1:
            self._subscribe()  # an engine was found: it knows nothing of who looks
            self.draw()

    def _on_event(self, event: Event) -> None:
        dock = self._dock
        if dock is None:
            return
        if isinstance(event, MetersEvent):
            heard = {strip.source_id for strip in event.strips}
            if not heard <= self._heard:
                self._heard |= heard
                self._drawn = -1
                self.draw()
            dock.hear(levels_of(event))
        else:
            self.draw()

    # --- from the person ------------------------------------------------------------------

    def _on_made(self, name: str, dock: QWidget) -> None:
        if name != _NAME or not isinstance(dock, MixerDock):
            return
        self._dock = dock
        dock.edits_requested.connect(self._editing.send)
        dock.filters_requested.connect(self._on_filters)
        dock.rename_requested.connect(self._on_rename)
        dock.seen_changed.connect(self._on_seen)
        dock.outputs_requested.connect(
            lambda: self._scope.restart(self._list_outputs(), name="list outputs")
        )
        self._on_seen(dock.isVisible())
        self.draw()

    def _on_seen(self, is_seen: bool) -> None:
        if is_seen == self._is_seen:
            return
        self._is_seen = is_seen
        self._subscribe()

    def _subscribe(self) -> None:
        if self._engine.state is not None:
            self._scope.restart(self._ask(), name="meters")

    async def _ask(self) -> None:
        command = SubscribeMeters() if self._is_seen else UnsubscribeMeters()
        try:
            await self._engine.request(command, timeout_s=5.0)
        except AppError as error:
            _log.info("no meters: %s", error.code)

    async def _list_outputs(self) -> None:
        result = await self._engine.request(ListDevices(), timeout_s=10.0)
        if isinstance(result, DevicesResult) and self._dock is not None:
            self._dock.set_outputs(tuple(device.name for device in result.outputs))

    def _on_filters(self, source_id: str) -> None:
        self._window.cockpit.stage.sources.filters_requested.emit(source_id)

    def _on_rename(self, source_id: str) -> None:
        state = self._engine.state
        if state is None:
            return
        name = next((s.name for s in state.project.sources if s.id == source_id), "")

        def rename(chosen: str) -> None:
            self._editing.make(lambda now: renamed(now.project, source_id, chosen))

        self._window.cockpit.stage.bench.naming.ask(tr("Name of the source"), name, rename)


def renamed(project: Project, source_id: str, name: str) -> tuple[Edit, ...]:
    """The edit that gives a source another name."""
    source = project.source(source_id)
    return (UpdateSource(source=source.model_copy(update={"name": name})),)


def mixer_state(project: Project, heard: Collection[str] = ()) -> MixerState:
    """The strips of a document, in the order of its sources; `heard` have a level."""
    sounding = [
        source
        for source in project.sources
        if source.settings.kind in _SOUNDING
        or (source.id in heard and source.settings.kind != "silence")
    ]
    return MixerState(
        strips=tuple(_strip(source) for source in sounding if source.in_mixer),
        hidden=tuple((source.id, source.name) for source in sounding if not source.in_mixer),
        output=project.monitor_device,
    )


def levels_of(event: MetersEvent) -> Levels:
    """What the meters show of an event."""
    return Levels(
        strips={one.source_id: (one.peak_db, one.magnitude_db) for one in event.strips},
        true_peak_db=event.true_peak_db,
        momentary_lufs=event.momentary_lufs,
        short_term_lufs=event.short_term_lufs,
        integrated_lufs=event.integrated_lufs,
        has_no_monitor=event.monitor == "unavailable",
    )


def _strip(source: Source) -> StripState:
    return StripState(
        source_id=source.id,
        name=source.name,
        kind=source.settings.kind,
        gain_db=source.gain_db,
        is_muted=source.muted,
        balance=source.balance,
        is_mono=source.mono,
        monitor=source.monitor,
        sync_offset_ms=source.sync_offset_ms,
        tracks=source.tracks,
        filters=sum(is_sound_filter(one.kind) for one in source.filters),
    )
