"""Runs the first-run wizard: devices from the engine, measurements, and settings that stay."""

import asyncio
from collections.abc import Callable

from PySide6.QtGui import QImage, qGray

from shared.api import ApiClient
from shared.errors import AppError
from shared.qt import format as words
from shared.qt.scope import TaskScope
from shared.qt.translations import current_language, tr, tr_error
from shared.schemas.roles import Permission
from shared.settings import SettingsFile
from studio.desk.air_desk import AirDesk
from studio.desk.memory import preferences_of
from studio.desk.picture_desk import PictureDesk
from studio.dialogs.preferences import Preferences
from studio.dialogs.wizard import PAGES, Coaching, Measurement, WizardPanel
from studio.docks.sources import SourceKind
from studio.engine.protocol import (
    Configure,
    DevicesResult,
    EncodersResult,
    EngineState,
    Event,
    ListDevices,
    ListEncoders,
    MetersEvent,
    SubscribeMeters,
    VideoSettings,
)
from studio.live import EngineHost
from studio.live.coaching import Light, Listener, Sound, judge_light
from studio.live.wizard import Measured, Proposal, Reason, best_encoder, measure_uplink, propose
from studio.main_window import StudioWindow
from studio.project.model import MicrophoneSource
from studio.settings import StudioSettings, VideoChoice

_DEVICES_S = 10.0
_ENCODERS_S = 40.0
_UPLINK_S = 20.0
_LIGHT_WIDTH, _LIGHT_HEIGHT = 32, 18
_LOOK_EVERY = 8


def light_coaching(light: Light) -> Coaching:
    """What is said about the light."""
    return {
        Light.UNKNOWN: Coaching(),
        Light.DARK: Coaching(tr("It is dark. Put a lamp behind the camera."), "warning"),
        Light.BRIGHT: Coaching(tr("It is too bright. Dim the lamp, or step back."), "warning"),
        Light.BACKLIT: Coaching(
            tr("The light is behind you. Turn around, or close the curtain."), "warning"
        ),
        Light.FLAT: Coaching(
            tr("The picture is flat. A lamp from one side gives your face shape."), "warning"
        ),
        Light.GOOD: Coaching(tr("The light is good."), "success"),
    }[light]


def sound_coaching(sound: Sound) -> Coaching:
    """What is said about the sound."""
    return {
        Sound.UNKNOWN: Coaching(tr("Listening\N{HORIZONTAL ELLIPSIS}")),
        Sound.SILENT: Coaching(
            tr("Nothing is heard. Is the microphone switched on, and the right one?"), "warning"
        ),
        Sound.QUIET: Coaching(
            tr("You are too quiet. Come closer, or turn the microphone up."), "warning"
        ),
        Sound.CLIPPING: Coaching(
            tr("You are too loud: the sound breaks. Turn the microphone down."), "warning"
        ),
        Sound.NOISY: Coaching(
            tr("There is noise. Switch fans off, or add noise suppression later."), "warning"
        ),
        Sound.GOOD: Coaching(tr("Your voice comes through well."), "success"),
    }[sound]


def reason_words(reason: Reason) -> str:
    """Why these settings are proposed."""
    return {
        Reason.BEST: tr("This is the best picture that viewers can watch."),
        Reason.LINE: tr("Your line decides: this leaves it room for bad minutes."),
        Reason.MACHINE: tr("Your computer decides: this leaves it room for scenes and filters."),
        Reason.ACCOUNT: tr("Your account may send 720p at 2500 kbit/s at most."),
        Reason.UNKNOWN_LINE: tr(
            "The line could not be measured. Sign in and measure again, or begin with this."
        ),
    }[reason]


class WizardDesk:
    """Opens the wizard once by itself, later from the list of actions."""

    def __init__(
        self,
        window: StudioWindow,
        *,
        engine: EngineHost,
        scope: TaskScope,
        settings: SettingsFile[StudioSettings],
        picture: PictureDesk,
        air: AirDesk,
    ) -> None:
        self._window = window
        self._engine = engine
        self._scope = scope
        self._settings = settings
        self._picture = picture
        self._air = air
        self._panel: WizardPanel | None = None
        self._listener = Listener()
        self._proposal: Proposal | None = None
        self._camera = self._microphone = ""
        self._frames = 0
        self._engine_pid = 0

    def connect(self, on_preferences: Callable[[Preferences], object]) -> None:
        """Open on request; changes of the look go to `on_preferences`."""
        self._on_preferences = on_preferences
        self._window.wizard_requested.connect(self.open)
        self._engine.on_state(self._on_engine)
        self._engine.on_event(self._on_event)

    def offer(self) -> None:
        """Open for somebody whose studio was never set up."""
        if not self._settings.value.is_set_up and not self._air.is_on_air:
            self.open()

    @property
    def panel(self) -> WizardPanel:
        """The wizard, made when it is first asked for."""
        if self._panel is None:
            panel = self._panel = WizardPanel(self._window.host, self._window.theme)
            panel.preferences_changed.connect(self._on_preferences)
            panel.page_shown.connect(self._on_page)
            panel.camera_chosen.connect(self._on_camera)
            panel.microphone_chosen.connect(self._on_microphone)
            panel.measure_requested.connect(self._measure)
            panel.finished.connect(self._on_finished)
            panel.skipped.connect(self._on_skipped)
            panel.closed.connect(self._on_closed)
        return self._panel

    def open(self) -> None:
        """Show the first page, and look for devices meanwhile."""
        self._proposal = None
        self._listener.forget()
        self._picture.watcher = self._on_frame
        self.panel.begin(preferences_of(self._settings.value, current_language()))
        self._scope.restart(self._find_devices(), name="wizard devices")

    def _on_event(self, event: Event) -> None:
        """Listen to the microphone chosen, while its page is open."""
        panel = self._panel
        if not isinstance(event, MetersEvent) or panel is None or panel.page != "microphone":
            return
        state = self._engine.state
        if state is None or not panel.isVisible() or not self._microphone:
            return
        for strip in event.strips:
            settings = next(
                (one.settings for one in state.project.sources if one.id == strip.source_id), None
            )
            if isinstance(settings, MicrophoneSource) and settings.device == self._microphone:
                verdict = self._listener.hear(max(strip.peak_db))
                panel.set_sound(self._listener.level_db, sound_coaching(verdict))

    def _on_engine(self, state: EngineState | None) -> None:
        """A fresh engine gets the size and rate that were chosen."""
        choice = self._settings.value.video
        if state is None or state.pid == self._engine_pid or state.is_live or choice is None:
            return
        self._engine_pid = state.pid
        video = state.video.model_copy(update=choice.model_dump())
        if video != state.video:
            self._scope.restart(self._configure(video), name="configure")

    async def _find_devices(self) -> None:
        result = await self._engine.request(ListDevices(), timeout_s=_DEVICES_S)
        if isinstance(result, DevicesResult):
            self.panel.set_devices(
                tuple((one.id, one.name) for one in result.cameras),
                tuple((one.id, one.name) for one in result.microphones),
            )

    def _on_page(self, page: str) -> None:
        if page == PAGES[-1] and self._proposal is None:
            self._measure()
        if page == "microphone":
            self._scope.restart(self._look_at_meters(), name="wizard meters")

    async def _look_at_meters(self) -> None:
        """Ask for levels. They are not given up here: the mixer may look at them, too."""
        await self._engine.request(SubscribeMeters(), timeout_s=5.0)

    def _measure(self) -> None:
        self._scope.restart(self._measure_all(), name="wizard measure")

    async def _measure_all(self) -> None:
        self.panel.set_measurement(Measurement(is_busy=True))
        seen = Measurement(why=tr("It could not be measured. Try again."))
        try:
            encoders = await self._engine.request(ListEncoders(), timeout_s=_ENCODERS_S)
            found = encoders.encoders if isinstance(encoders, EncodersResult) else ()
            uplink, problem = await self._try_line(self._air.client)
            measured = Measured(found, uplink, is_limited=self._is_limited())
            self._proposal = propose(measured)
            seen = _in_words(measured, self._proposal, problem)
        finally:
            self.panel.set_measurement(seen)

    async def _try_line(self, client: ApiClient | None) -> tuple[float | None, str]:
        """The uplink in kilobits a second; without one, why it could not be measured."""
        if client is None:
            return None, ""
        try:
            async with asyncio.timeout(_UPLINK_S):
                return await measure_uplink(client.streams.try_uplink), ""
        except AppError as error:
            return None, tr_error(error)
        except TimeoutError:
            return None, tr("The line is very slow.")

    def _is_limited(self) -> bool:
        user = self._air.user
        return user is not None and Permission.STREAM not in user.permissions

    def _on_camera(self, device: str, name: str) -> None:
        self._picture.use_device(SourceKind.CAMERA, device, name, before=self._camera)
        self._camera = device

    def _on_microphone(self, device: str, name: str) -> None:
        self._listener.forget()
        self._picture.use_device(SourceKind.MICROPHONE, device, name, before=self._microphone)
        self._microphone = device

    def _on_frame(self, pixels: bytes, width: int, height: int) -> None:
        panel = self._panel
        if panel is None or not panel.isVisible() or panel.page != "camera":
            return
        image = QImage(pixels, width, height, width * 4, QImage.Format.Format_RGB32).copy()
        panel.show_frame(image)
        self._frames += 1
        if self._frames % _LOOK_EVERY == 0:
            panel.set_light(light_coaching(judge_light(small_grey(image), _LIGHT_WIDTH)))

    def _on_finished(self) -> None:
        self._settings.change(is_set_up=True)
        if self._proposal is not None:
            video = self._proposal.video
            choice = VideoChoice.model_validate(video.model_dump())
            self._settings.change(video=choice)
            self._scope.restart(self._configure(video), name="configure")

    async def _configure(self, video: VideoSettings) -> None:
        state = await self._engine.ready()
        if not state.is_live:
            await self._engine.request(Configure(video=video, audio=state.audio), timeout_s=5.0)

    def _on_skipped(self) -> None:
        self._settings.change(is_set_up=True)

    def _on_closed(self) -> None:
        self._picture.watcher = None
        self._scope.cancel("wizard measure")


def small_grey(image: QImage) -> bytes:
    """The picture as 32x18 grey bytes, for judging its light."""
    small = image.scaled(_LIGHT_WIDTH, _LIGHT_HEIGHT)
    places = ((x, y) for y in range(small.height()) for x in range(small.width()))
    return bytes(qGray(small.pixel(x, y)) for x, y in places)


def _in_words(measured: Measured, proposal: Proposal, problem: str) -> Measurement:
    encoder = best_encoder(measured.encoders)
    speed = encoder.speed_fps if encoder is not None else None
    video = proposal.video
    return Measurement(
        encoder=tr("{name}, {n} frames/s at 720p", name=proposal.encoder_name, n=round(speed))
        if speed
        else proposal.encoder_name,
        uplink=tr("{n} Mbit/s", n=words.number(measured.uplink_kbps / 1000, decimals=1))
        if measured.uplink_kbps is not None
        else tr("Not measured"),
        picture=tr("{height}p, {fps} frames/s", height=video.height, fps=video.fps),
        bitrate=tr("{n} kbit/s", n=words.number(video.bitrate_kbps)),
        why=f"{problem} {reason_words(proposal.reason)}".strip(),
        is_ready=True,
    )
