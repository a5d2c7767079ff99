"""Safety, outputs and keys of the studio, built and wired in one place."""

from shared.credentials import SessionStore
from shared.qt.loop import App
from shared.settings import SettingsFile
from studio.desk.air_desk import AirDesk
from studio.desk.keys_desk import KeysDesk
from studio.desk.output_desk import OutputDesk
from studio.desk.room_actions import RoomActions
from studio.desk.room_desk import RoomDesk
from studio.desk.safety_desk import SafetyDesk
from studio.live import EngineHost
from studio.main_window import StudioWindow
from studio.settings import StudioSettings


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

    def connect(self) -> None:
        """Let intents reach the engine, and its news the window."""
        self.safety.connect()
        self.outputs.connect()
        self.keys.connect()

    def draw(self) -> None:
        """Show the state of now."""
        self.outputs.draw()
