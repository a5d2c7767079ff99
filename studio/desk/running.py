"""The studio's composition root, second half: services built, wired to the window, and run."""

import gc
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

import platformdirs

from shared.api import ApiClient
from shared.credentials import open_session_store
from shared.installation import installation
from shared.qt.account_files import server_url
from shared.qt.server_process import LocalServer
from shared.qt.sign_in_flow import SignInFlow
from shared.qt.window_place import place_of
from studio.desk.account_desk import Desks
from studio.desk.air_desk import AirDesk
from studio.desk.control_room import ControlRoom
from studio.desk.filters_desk import FiltersDesk
from studio.desk.layout_desk import LayoutDesk
from studio.desk.mixer_desk import MixerDesk
from studio.desk.overlay_desk import OverlayDesk
from studio.desk.people_desk import PeopleDesk
from studio.desk.picture_desk import PictureDesk
from studio.desk.profiles_desk import ProfilesDesk
from studio.desk.recovery_desk import RecoveryDesk
from studio.desk.room_actions import RoomActions
from studio.desk.room_desk import RoomDesk
from studio.desk.show_desk import ShowDesk
from studio.desk.start import SLUG, Start
from studio.desk.studio_desk import Services, StudioDesk
from studio.desk.tools_desk import ToolsDesk
from studio.desk.wizard_desk import WizardDesk
from studio.engine.client import EngineClient, launch_or_adopt
from studio.engine.protocol import Event
from studio.live import ConnectEngine, EngineHost

_GARBAGE = (10_000, 20, 50)
"""Look for garbage more rarely than Python's own choice: a loud chat makes much and drops it."""


async def run_services(start: Start) -> int:
    """Bring the window to life and serve it until the app is asked to close."""
    app, window = start.app, start.window
    data = Path(platformdirs.user_data_dir(SLUG, appauthor=False))
    engine = EngineHost(_engine_connection(start.options.runtime_dir))
    room = RoomDesk(window.cockpit)
    air = AirDesk(window.cockpit, engine=engine, scope=app.scope)
    desks = Desks(
        cockpit=window.cockpit,
        air=air,
        room=room,
        actions=RoomActions(window.cockpit, app=app, room=room),
        show=ShowDesk(window, air=air, room=room, engine=engine, scope=app.scope),
        overlays=OverlayDesk(engine=engine, room=room, scope=app.scope),
    )
    picture = PictureDesk(
        window.cockpit.stage, engine=engine, scope=app.scope, scenes=data / "scenes" / "show.json"
    )
    local = LocalServer(_answers, data / "server")
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(start.settings)
        stack.push_async_callback(local.stop)
        store = await open_session_store()
        flow = SignInFlow(window.sign_in, store=store, local=local, installation=installation())
        desk = StudioDesk(
            app,
            window,
            Services(
                engine=engine,
                sign_in=flow,
                local=local,
                settings=start.settings,
                memory=start.memory,
            ),
            desks=desks,
            picture=picture,
            server=server_url(start.options.server or start.settings.value.server_url),
            credentials=start.options.credentials,
        )
        desk.connect()
        # Qt holds the methods it is connected to weakly: what nobody else names would be gone.
        layouts = LayoutDesk(window, start.settings)
        layouts.connect()
        controls = ControlRoom(
            window,
            app=app,
            engine=engine,
            air=air,
            room=room,
            actions=desks.actions,
            settings=start.settings,
            store=store,
        )
        controls.connect()
        recorder = controls.outputs.recorder
        desks.show.clips_since = recorder.clips_since
        window.summary.folder_requested.connect(recorder.open_folder)
        stack.callback(controls.close)
        desk.draws.append(controls.draw)
        tools = ToolsDesk(window, app=app, air=air, room=room, settings=start.settings)
        desk.draws.append(tools.connect())
        desks.actions.suggest = tools.teezer.suggest_for
        desks.overlays.follow(
            queue=lambda: tools.queue.queue, menu=lambda: start.settings.value.menu
        )
        filters = FiltersDesk(window, engine=engine, editing=picture.editing)
        filters.connect()
        desk.draws.append(filters.draw)
        mixer = MixerDesk(window, engine=engine, scope=app.scope, editing=picture.editing)
        mixer.connect()
        desk.draws.append(mixer.draw)
        wizard = WizardDesk(
            window,
            engine=engine,
            scope=app.scope,
            settings=start.settings,
            picture=picture,
            air=air,
        )
        wizard.connect(desk.choose_preferences)
        if start.options.credentials is None:
            desk.signed_in.append(wizard.offer)
        profiles = ProfilesDesk(
            window,
            app=app,
            engine=engine,
            settings=start.settings,
            on_used=tools.prompts.show,
        )
        profiles.connect()
        recovery = RecoveryDesk(
            window,
            app=app,
            engine=engine,
            settings=start.settings,
            memory=start.memory,
            runtime_dir=start.options.runtime_dir,
            scenes=data / "scenes",
        )
        recovery.connect()
        if start.options.safe_mode:
            picture.start_safely()
            recovery.tell_of_safe_mode()
        elif start.was_cut_short:
            recovery.tell_of_crash()
        people = PeopleDesk(window, room=room, actions=desks.actions)
        people.connect()
        stack.callback(desk.close)
        await stack.enter_async_context(engine)
        # What the window is made of stays: looking through it again stops the picture for 100 ms.
        gc.freeze()
        stack.callback(gc.unfreeze)
        stack.callback(gc.set_threshold, *gc.get_threshold())
        gc.set_threshold(*_GARBAGE)
        app.scope.start(desk.run(), name="desk")
        await app.closing()
        start.settings.change(window=place_of(window))
        # The desk's own task ends while its services are still open.
        await app.scope.aclose()
    return 0


def _engine_connection(runtime_dir: Path | None) -> ConnectEngine:
    async def connect(
        *, on_event: Callable[[Event], None], on_closed: Callable[[], None]
    ) -> EngineClient:
        return await launch_or_adopt(
            runtime_dir, name="studio window", on_event=on_event, on_closed=on_closed
        )

    return connect


async def _answers(url: str) -> bool:
    """Whether one of our servers answers at an address."""
    async with ApiClient(url) as client:
        return (await client.health.read()).ok
