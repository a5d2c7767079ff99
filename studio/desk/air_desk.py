"""Going live on screen: the button, its states, the figures and the panic switch."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime

from shared.api import ApiClient
from shared.qt.scope import TaskScope
from shared.qt.translations import tr, tr_error
from shared.schemas.accounts import User
from shared.schemas.roles import Permission
from shared.schemas.show import GoalCreate
from shared.schemas.streams import StreamPatch, StreamStart
from studio.desk.placing import has_picture
from studio.dialogs.show_sheet import ShowPlan
from studio.docks.statistics import StatisticsState
from studio.engine.protocol import (
    EngineState,
    Panic,
    Reveal,
    Statistics,
    StopBroadcast,
    VideoSettings,
)
from studio.live import Broadcast, BroadcastSetup, EngineHost, GoLive, Phase
from studio.main_window import Cockpit
from studio.zones.input import SafetyView
from studio.zones.stage import AirPhase, BroadcastView

_LIMITED = VideoSettings(width=1280, height=720, fps=30, bitrate_kbps=2500)


def broadcast_view(
    live: GoLive, engine: EngineState | None, *, blocked_by: str, now: datetime
) -> BroadcastView:
    """Going live as the stage shows it."""
    live_for_s = (now - live.live_since).total_seconds() if live.live_since else None
    note = ""
    if live.phase is Phase.ENDED and live.error is None:
        note = tr("The broadcast has ended. Viewers no longer see you.")
    return BroadcastView(
        phase=AirPhase(live.phase.value),
        title=live.title,
        live_for_s=live_for_s,
        problem=tr_error(live.error) if live.error is not None else "",
        note=note,
        blocked_by=blocked_by,
        is_panicked=engine is not None and engine.safety.panicked,
        is_empty=engine is not None and not has_picture(engine.project),
        ending_s=ending_s(engine),
    )


def ending_s(engine: EngineState | None) -> float | None:
    """How long viewers still see what a delay holds, after the end; None where that is not so."""
    if engine is None or engine.broadcast is None or engine.broadcast.ending_s is None:
        return None
    newest = engine.statistics.ending_s
    return newest if newest is not None else engine.broadcast.ending_s


def _behind_s(engine: EngineState | None) -> float:
    return engine.safety.delay_s if engine is not None and engine.is_live else 0.0


async def _as_it_is(setup: BroadcastSetup) -> BroadcastSetup:
    return setup


class CpuMeter:
    """Turns the engine's CPU seconds into a share of one core over the last seconds."""

    def __init__(self) -> None:
        self._before: Statistics | None = None
        self._percent: float | None = None

    def percent(self, now: Statistics) -> float | None:
        """The share since the statistics before, in percent."""
        before = self._before
        if before is None or now.uptime_s < before.uptime_s:
            self._percent = None
            self._before = now
        elif now.uptime_s - before.uptime_s >= 0.5:
            self._percent = 100 * (now.cpu_s - before.cpu_s) / (now.uptime_s - before.uptime_s)
            self._before = now
        return self._percent


class AirDesk:
    """Shows a broadcast and the engine's figures; sends the creator's commands to them."""

    def __init__(self, cockpit: Cockpit, *, engine: EngineHost, scope: TaskScope) -> None:
        self._cockpit = cockpit
        self._engine = engine
        self._scope = scope
        self._cpu = CpuMeter()
        self._broadcast: Broadcast | None = None
        self._client: ApiClient | None = None
        self._user: User | None = None
        self._view = BroadcastView()
        self._statistics: Statistics | None = None
        self._is_confirming = False
        self.plan = ShowPlan()
        """What the creator has filled in for the next show, besides its title."""
        self._safety: SafetyView | None = None
        self.extend: Callable[[BroadcastSetup], Awaitable[BroadcastSetup]] = _as_it_is
        """Adds what else was chosen to a show that is about to begin."""

    def connect(self) -> None:
        """Let the stage's and the panic button's intents reach the services."""
        stage, input_ = self._cockpit.stage, self._cockpit.input
        stage.go_live_requested.connect(self.go_live)
        stage.title_committed.connect(self._on_title)
        stage.problem_dismissed.connect(self._on_dismissed)
        input_.panic_requested.connect(self._on_panic)
        input_.reveal_requested.connect(lambda: self._set_confirming(is_confirming=True))
        input_.reveal_cancelled.connect(lambda: self._set_confirming(is_confirming=False))
        input_.reveal_confirmed.connect(self._on_reveal)

    def sign_in(self, broadcast: Broadcast, client: ApiClient, user: User) -> None:
        """Work for this person from now on."""
        self._broadcast, self._client, self._user = broadcast, client, user

    def sign_out(self) -> None:
        """Work for nobody; the engine's figures stay on screen."""
        self._broadcast = self._client = self._user = None

    @property
    def live(self) -> GoLive:
        """Where the broadcast of the person signed in is."""
        return self._broadcast.state if self._broadcast is not None else GoLive()

    @property
    def client(self) -> ApiClient | None:
        """The platform as the person signed in reaches it."""
        return self._client

    @property
    def user(self) -> User | None:
        """Who is signed in."""
        return self._user

    @property
    def is_on_air(self) -> bool:
        """Whether something is being sent now, by this window or before it."""
        state = self._engine.state
        has_broadcast = state is not None and state.broadcast is not None
        return has_broadcast or (self._broadcast is not None and self._broadcast.state.phase.is_on)

    @property
    def is_ending(self) -> bool:
        """The show is over, and viewers see what a safety delay holds."""
        return ending_s(self._engine.state) is not None

    @property
    def behind_s(self) -> float:
        """How far viewers are behind."""
        return _behind_s(self._engine.state)

    def go_live(self, title: str) -> None:
        """Start the broadcast under a title, or the person's usual one."""
        broadcast, user = self._broadcast, self._user
        if broadcast is None or user is None or broadcast.state.phase.is_on:
            return
        shown = title or tr("{name} is live", name=user.display_name)
        self._cockpit.stage.set_title(shown)
        plan, self.plan = self.plan, replace(self.plan, goal_title="")
        request = StreamStart(
            title=shown,
            tags=list(plan.tags),
            mood=plan.mood,
            audience=plan.audience,
            keep_recording=plan.keep_recording,
        )
        self._scope.start(self._go_live(broadcast, request, plan, user), name="go live")

    def end(self, then: Callable[[], None] | None = None) -> None:
        """End the broadcast for everyone, then do something."""
        self._scope.start(self._end(then), name="end broadcast")

    def end_now(self) -> None:
        """Throw away what viewers have not seen yet of a show that is ending."""
        self._scope.start(self._end_now(), name="end now")

    def draw(self) -> None:
        """Show the state of now; called a few times a second and after each change."""
        engine = self._engine.state
        live = self.live
        view = broadcast_view(
            live, engine, blocked_by=self._blocked_by(engine), now=datetime.now(UTC)
        )
        if view != self._view:
            self._view = view
            self._cockpit.stage.set_broadcast(view)
        safety = SafetyView(
            is_on_air=live.phase.is_on or (engine is not None and engine.is_live),
            is_panicked=view.is_panicked,
            is_confirming=self._is_confirming and view.is_panicked,
            is_frozen=engine is not None and engine.safety.frozen,
            behind_s=_behind_s(engine),
        )
        if safety != self._safety:
            self._safety = safety
            self._cockpit.input.set_safety(safety)
        self._draw_statistics(engine)

    def _draw_statistics(self, engine: EngineState | None) -> None:
        statistics = engine.statistics if engine is not None and engine.is_live else None
        if statistics is self._statistics:
            return
        self._statistics = statistics
        line = self._cockpit.stage.statistics
        if statistics is None or engine is None:
            line.set_state(None)
            return
        line.set_state(
            StatisticsState(
                fps=statistics.fps,
                target_fps=engine.video.fps,
                bitrate_kbps=statistics.send_kbps or statistics.bitrate_kbps,
                dropped=statistics.dropped_network,
                missed=statistics.missed_render,
                skipped=statistics.skipped_encode,
                frames=statistics.frames,
                av_offset_ms=statistics.av_offset_ms,
                cpu_percent=self._cpu.percent(statistics),
                reconnects=statistics.reconnects,
            )
        )

    def _blocked_by(self, engine: EngineState | None) -> str:
        """Why the broadcast cannot start yet; empty when it can."""
        if self._broadcast is None or self._user is None:
            return tr("Connecting to the platform\N{HORIZONTAL ELLIPSIS}")
        if not {Permission.STREAM, Permission.STREAM_LIMITED} & set(self._user.permissions):
            return tr("Your account cannot broadcast yet. Ask for the creator role on the website.")
        if engine is None:
            error = self._engine.error
            if error is not None:
                return tr_error(error)
            return tr("The broadcast engine is starting\N{HORIZONTAL ELLIPSIS}")
        if not has_picture(engine.project):
            return tr("Add a source first, so that there is something to see.")
        return ""

    @property
    def blocked_by(self) -> str:
        """Why the broadcast cannot start yet; empty when it can."""
        return self._blocked_by(self._engine.state)

    def _setup(self, user: User) -> BroadcastSetup:
        engine = self._engine.state
        if engine is None:
            return BroadcastSetup()
        video = engine.video
        if Permission.STREAM not in user.permissions:
            video = _LIMITED  # the platform's limits for this role
        return BroadcastSetup(video=video, audio=engine.audio)

    async def _go_live(
        self, broadcast: Broadcast, request: StreamStart, plan: ShowPlan, user: User
    ) -> None:
        """Go live, then add the goal that was planned with the show."""
        live = await broadcast.go_live(request, await self.extend(self._setup(user)))
        if plan.goal_title and live.stream_id and live.phase.is_on and self._client is not None:
            # Before those that are carried over from the last show: it is meant for this one.
            goal = GoalCreate(title=plan.goal_title, target_tokens=plan.goal_tokens, position=0)
            await self._client.show.create_goal(live.stream_id, goal)

    async def _end(self, then: Callable[[], None] | None) -> None:
        if self._broadcast is not None and self._broadcast.state.phase.is_on:
            await self._broadcast.end()
        else:  # nobody is signed in: the platform ends the stream when the picture stays away
            await self._engine.request(StopBroadcast(play_out=True), timeout_s=10.0)
        if then is not None:
            then()

    async def _end_now(self) -> None:
        if self._broadcast is not None and self._broadcast.state.phase is Phase.ENDING:
            await self._broadcast.end_now()
        else:
            await self._engine.request(StopBroadcast(), timeout_s=10.0)

    async def _panic(self) -> None:
        await self._engine.request(Panic(reason="panic button"), timeout_s=3.0)

    async def _reveal(self) -> None:
        await self._engine.request(Reveal(confirmed=True), timeout_s=3.0)

    async def _change_title(self, title: str) -> None:
        if self._broadcast is None or self._client is None:
            return
        stream_id = self._broadcast.state.stream_id
        if stream_id is not None:
            stream = await self._client.streams.change(stream_id, StreamPatch(title=title))
            self._broadcast.stream_changed(stream)

    def _on_title(self, title: str) -> None:
        live = self.live
        if title and live.phase.is_on and title != live.title:
            self._scope.restart(self._change_title(title), name="change title")

    def _on_dismissed(self) -> None:
        if self._broadcast is not None:
            self._broadcast.dismiss()
        self.draw()

    def _on_panic(self) -> None:
        self._scope.start(self._panic(), name="panic")

    def _on_reveal(self) -> None:
        self._is_confirming = False
        self._scope.start(self._reveal(), name="reveal")
        self.draw()

    def _set_confirming(self, *, is_confirming: bool) -> None:
        self._is_confirming = is_confirming
        self.draw()
