"""Safety, outputs, keys, tray and notices of the studio, built and wired in one place."""

from datetime import UTC, datetime

from shared.credentials import SessionStore
from shared.qt.errors import Notice, Severity
from shared.qt.loop import App
from shared.qt.translations import tr
from shared.schemas.notices import Notice as PersonalNotice
from shared.settings import SettingsFile
from studio.desk.air_desk import AirDesk
from studio.desk.keys_desk import KeysDesk
from studio.desk.notify import Notifier
from studio.desk.output_desk import OutputDesk
from studio.desk.output_plans import output_of
from studio.desk.room_actions import RoomActions
from studio.desk.room_desk import RoomDesk
from studio.desk.safety_desk import SafetyDesk
from studio.desk.tray import Tray, TrayActions, TrayState
from studio.dialogs.notices import NoticesPanel
from studio.hotkeys import Action
from studio.live import EngineHost
from studio.main_window import StudioWindow
from studio.settings import StudioSettings
from studio.zones.people import LineState


class ControlRoom:
    """Its parts outlive accounts; `draw` is called a few times a second."""

    def __init__(
        self,
        window: StudioWindow,
        *,
        app: App,
        engine: EngineHost,
        air: AirDesk,
        room: RoomDesk,
        actions: RoomActions,
        settings: SettingsFile[StudioSettings],
        store: SessionStore,
    ) -> None:
        self.safety = SafetyDesk(
            window, app=app, engine=engine, actions=actions, room=room, store=store
        )
        self.outputs = OutputDesk(
            window,
            app=app,
            engine=engine,
            air=air,
            safety=self.safety,
            settings=settings,
            store=store,
        )
        self.keys = KeysDesk(window, app=app, engine=engine, settings=settings)
        self._window = window
        self._app = app
        self._engine = engine
        self._air = air
        self._room = room
        self._settings = settings
        self.notices = NoticesPanel(window.host)
        self.tray = Tray(
            window,
            app.theme,
            TrayActions(
                panic=self.safety.panic,
                freeze=self.safety.freeze,
                record=self.outputs.recorder.record,
                end=self._on_end,
                quit=window.close,
            ),
        )
        self._notifier = Notifier(
            self._notify,
            room=room,
            choices=lambda: settings.value.notices,
            is_looked_at=window.isActiveWindow,
        )

    def connect(self) -> None:
        """Let intents reach the engine, and its news the window."""
        self.safety.connect()
        self.outputs.connect()
        self._window.shortcuts.add(
            [Action("notices", tr("Notices on the desktop"), self._on_notices)]
        )
        self.keys.connect()
        self.notices.changed.connect(lambda choices: self._settings.change(notices=choices))
        self._engine.on_event(self._notifier.on_event)
        self._engine.on_state(self._notifier.on_engine)
        self._room.overheard.append(self._notifier.on_item)
        self._room.personal += [self._notifier.on_notice, self._on_personal]

    def draw(self) -> None:
        """Show the state of now."""
        self.outputs.draw()
        self.tray.set_state(self._tray_state())
        self._notifier.look()
        line = self._window.cockpit.people.line
        self._notifier.look_at_line(is_up=line.state is LineState.UP, words=line.tip or line.text)

    def close(self) -> None:
        """Leave the tray."""
        self.tray.close()

    def _tray_state(self) -> TrayState:
        engine, live = self._engine.state, self._air.live
        since = live.live_since
        live_for_s = (datetime.now(UTC) - since).total_seconds() if since is not None else 0.0
        return TrayState(
            is_live=live.phase.is_on,
            live_for_s=float(int(live_for_s)) if live.phase.is_on else 0.0,
            is_panicked=engine is not None and engine.safety.panicked,
            is_frozen=engine is not None and engine.safety.frozen,
            is_recording=output_of(engine, "recording") is not None,
        )

    def _notify(self, title: str, text: str) -> None:
        if self.tray.icon is not None:
            self.tray.notice(title, text)
        else:
            self._app.qt.alert(self._window)

    def _on_notices(self) -> None:
        self.notices.ask(self._settings.value.notices)

    def _on_personal(self, notice: PersonalNotice) -> None:
        """Say in the bar what the platform tells this person; it speaks their language."""
        self._app.errors.tell(Notice(notice.text, Severity.INFO))

    def _on_end(self) -> None:
        self.tray.bring_back()
        self._window.end_shortcut.emit()
