"""One signed-in creator at the studio: their services, from sign-in to sign-out."""

import asyncio
from dataclasses import dataclass

from shared.errors import AppError
from shared.qt.errors import Notice, NoticeAction, Severity
from shared.qt.loop import App
from shared.qt.sign_in_flow import SignedIn
from shared.qt.translations import tr, tr_error
from shared.realtime import Connection, ConnectionState, RealtimeClient, RoomFeed
from shared.schemas.show import TipMenuItem
from studio.desk.air_desk import AirDesk
from studio.desk.first_state import prompts_of
from studio.desk.memory import LastState, Memory
from studio.desk.overlay_desk import OverlayDesk
from studio.desk.room_actions import RoomActions
from studio.desk.room_desk import RoomDesk, teezer_view
from studio.desk.show_desk import ShowDesk
from studio.live import Broadcast, EngineHost, GoLive
from studio.live.mirror import SafetyMirror
from studio.live.personal import follow_notices
from studio.main_window import Cockpit
from studio.zones.people import LineState, LineStatus, role_name
from studio.zones.stage import ProfileState

_REVOKED = ConnectionState.REVOKED
_CUT_TRIES = 2


@dataclass(frozen=True, slots=True)
class Desks:
    """The parts of the desk that outlive one account."""

    cockpit: Cockpit
    air: AirDesk
    room: RoomDesk
    actions: RoomActions
    show: ShowDesk
    overlays: OverlayDesk


def line_status(connection: Connection) -> LineStatus:
    """The realtime connection in the words of the people zone."""
    tip = tr_error(connection.error) if connection.error is not None else ""
    match connection.state:
        case ConnectionState.CONNECTED:
            return LineStatus(LineState.UP, tr("Connected"))
        case ConnectionState.CONNECTING:
            return LineStatus(LineState.TRYING, tr("Connecting"), tip)
        case ConnectionState.RECONNECTING:
            return LineStatus(LineState.TRYING, tr("Reconnecting"), tip)
        case ConnectionState.REVOKED:
            return LineStatus(LineState.DOWN, tr("Signed out"), tip)
        case ConnectionState.CLOSED:
            return LineStatus(LineState.DOWN, tr("Not connected"), tip)


class AccountDesk:
    """Runs the studio for one account; `run` returns when the person has signed out."""

    def __init__(
        self, signed: SignedIn, *, app: App, desks: Desks, engine: EngineHost, memory: Memory
    ) -> None:
        self._signed = signed
        self._client = signed.client
        self._user = signed.user
        self._app = app
        self._desks = desks
        self._engine = engine
        self._memory = memory
        self._signed_out = asyncio.Event()
        self._realtime: RealtimeClient | None = None
        self._followers: int | None = None
        self._menu: tuple[TipMenuItem, ...] = ()
        self._broadcast: Broadcast | None = None
        self._is_cut = False
        self._personal: RoomFeed | None = None

    @property
    def signed(self) -> SignedIn:
        """The account served."""
        return self._signed

    def request_sign_out(self) -> None:
        """Let `run` return."""
        self._signed_out.set()

    async def run(self) -> AppError | None:
        """Serve the account until it is signed out; gives back why, when the server did it."""
        session = self._client.session
        if session is None:
            return None
        forget = self._client.on_session_changed(self._on_session_changed)
        try:
            async with (
                RealtimeClient(self._client.base_url, session=session) as realtime,
                Broadcast(
                    records=self._client.streams,
                    engine=self._engine,
                    server_url=self._client.base_url,
                ) as broadcast,
                SafetyMirror(self._client.streams, broadcast=broadcast, engine=self._engine),
            ):
                self._begin(realtime, broadcast)
                await self._signed_out.wait()
                return realtime.connection.error if realtime.connection.state is _REVOKED else None
        finally:
            forget()
            self._finish()

    def tick(self) -> None:
        """Follow the broadcast's stream and tell it what the room told; thirty times a second."""
        broadcast, realtime = self._broadcast, self._realtime
        if broadcast is None or realtime is None:
            return
        told = self._desks.room.take_stream()
        if told is not None:
            broadcast.stream_changed(told)

    def last_state(self) -> LastState:
        """What is worth showing first at the next start."""
        show = self._desks.room.show
        return LastState(
            user_id=self._user.id,
            name=self._user.display_name,
            role=self._user.role.value,
            followers=self._followers,
            title=self._desks.cockpit.stage.title,
            mood=self._desks.room.mood,
            goals=show.goals,
            messages=tuple(show.chat),
            tips=tuple(show.tips),
            menu=self._menu,
        )

    def _begin(self, realtime: RealtimeClient, broadcast: Broadcast) -> None:
        self._realtime, self._broadcast = realtime, broadcast
        desks, scope = self._desks, self._app.scope
        self._personal = follow_notices(realtime, self._user.id, self._desks.room.told)
        realtime.on_connection_changed(self._on_connection)
        broadcast.on_changed(self._on_go_live)
        self._on_connection(realtime.connection)
        desks.air.sign_in(broadcast, self._client, self._user)
        desks.overlays.sign_in(self._client, self._user)
        desks.actions.sign_in(self._client, realtime, self._user)
        self._show_profile()
        if self._signed.notice:
            self._app.errors.tell(Notice(self._signed.notice, Severity.INFO))
        scope.start(self._adopt(broadcast), name="adopt")
        scope.start(self._read_profile(), name="read profile")
        scope.start(self._read_teezer(), name="read Teezer")
        scope.start(self._read_menu(), name="read tip menu")

    def _finish(self) -> None:
        self._desks.air.sign_out()
        self._desks.overlays.sign_out()
        self._desks.actions.sign_out()
        self._desks.room.leave()
        if self._personal is not None:
            self._personal.close()
            self._personal = None
        self._realtime = self._broadcast = None

    async def _adopt(self, broadcast: Broadcast) -> None:
        """Take over what an engine already sends, and say so."""
        live = await broadcast.adopt()
        if live.is_adopted and live.phase.is_on:
            self._desks.cockpit.stage.set_title(live.title)
            self._app.errors.tell(
                Notice(tr("You are still on air; the studio has taken over."), Severity.SUCCESS)
            )

    async def _read_profile(self) -> None:
        profile = await self._client.profiles.read(self._user.id)
        self._followers = profile.followers
        self._show_profile()

    async def _read_teezer(self) -> None:
        teezer = await self._client.teezer.read(self._user.id)
        self._desks.cockpit.feed.set_teezer(teezer_view(teezer))

    async def _read_menu(self) -> None:
        menu = await self._client.show.tip_menu(self._user.id)
        self._menu = tuple(menu.items)
        self._desks.cockpit.input.set_prompts(prompts_of(self._menu))
        self._desks.overlays.set_menu(self._menu)

    def _show_profile(self) -> None:
        self._desks.cockpit.stage.set_profile(
            ProfileState(self._user.display_name, role_name(self._user.role), self._followers)
        )

    def _on_connection(self, connection: Connection) -> None:
        self._desks.cockpit.people.set_line(line_status(connection))
        self._tell_line(connection)
        if connection.state is _REVOKED:
            self._signed_out.set()

    def _tell_line(self, connection: Connection) -> None:
        """Say in the bar that the line is cut once a second try has failed; take it back after."""
        if connection.is_up and self._is_cut:
            self._is_cut = False
            self._app.errors.tell(Notice(tr("The line to the platform is back."), Severity.SUCCESS))
        elif not self._is_cut and _is_cut(connection):
            self._is_cut = True
            sentence = tr(
                "The line to the platform is cut; it comes back by itself. A broadcast that is on"
                " air goes on as soon as the platform can be reached."
            )
            self._app.errors.tell(Notice(sentence, Severity.WARNING))

    def _on_session_changed(self, session: str | None) -> None:
        if session is None:
            self._signed_out.set()

    def _on_go_live(self, live: GoLive) -> None:
        """Enter the stream's room when there is one; keep what is on screen when it is over."""
        room = self._desks.room
        if live.phase.is_on and live.stream_id is not None and self._realtime is not None:
            room.enter(self._realtime, live.stream_id, own_id=self._user.id)
        elif not live.phase.is_on and room.stream_id is not None:
            room.leave()
            self._app.scope.start(self._keep(), name="keep last state")
        self._desks.air.draw()
        self._desks.actions.draw()

    async def _keep(self) -> None:
        await asyncio.to_thread(self._memory.keep_last_state, self.last_state())


def _is_cut(connection: Connection) -> bool:
    return connection.state is ConnectionState.RECONNECTING and connection.tries >= _CUT_TRIES


def offline_notice(error: AppError, action: NoticeAction) -> Notice:
    """What is said while the platform cannot be reached at start."""
    sentence = tr("{reason} The last known state is shown.", reason=tr_error(error))
    return Notice(sentence, Severity.WARNING, action)
