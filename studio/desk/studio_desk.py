"""The whole studio on screen: who is signed in, what is shown first, and when it may close."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFileDialog

from shared.backoff import Backoff
from shared.errors import AppError, Unavailable
from shared.qt.errors import Notice, NoticeAction, Severity
from shared.qt.loop import App
from shared.qt.server_process import LocalServer, is_local
from shared.qt.sign_in_flow import Credentials, SignedIn, SignInFlow
from shared.qt.theme import Scheme
from shared.qt.translations import current_language, tr, tr_error
from shared.settings import SettingsFile
from studio.desk.account_desk import AccountDesk, Desks, offline_notice
from studio.desk.memory import Memory, preferences_of
from studio.desk.picture_desk import PictureDesk
from studio.dialogs.preferences import Preferences
from studio.docks.sources import SourceChoice, SourceKind
from studio.engine.protocol import EngineState, Event, NoticeEvent
from studio.live import EngineHost
from studio.main_window import STUDIO, StudioWindow
from studio.settings import StudioSettings
from studio.zones.people import LineState, LineStatus

_FRAME_MS = 33
_SLOW_EVERY = 8


@dataclass(frozen=True, slots=True)
class Services:
    """What the desk is given; all of it is opened and closed by the composition root."""

    engine: EngineHost
    sign_in: SignInFlow
    local: LocalServer
    settings: SettingsFile[StudioSettings]
    memory: Memory


class StudioDesk:
    """Runs the window until the app closes. `run` is one task, `connect` comes before it."""

    def __init__(
        self,
        app: App,
        window: StudioWindow,
        services: Services,
        *,
        desks: Desks,
        picture: PictureDesk,
        server: str,
        credentials: Credentials | None,
    ) -> None:
        self._app = app
        self._window = window
        self._services = services
        self._desks = desks
        self._picture = picture
        self._server = server
        self._credentials = credentials
        self._account: AccountDesk | None = None
        self._retry = asyncio.Event()
        self._had_engine = False
        self._ticks = 0
        self._starts_server = False
        self.draws: list[Callable[[], object]] = []
        """What is called a few times a second to follow the show."""
        self.signed_in: list[Callable[[], object]] = []
        """What is called each time somebody has signed in."""
        self._timer = QTimer(window)
        self._timer.setObjectName("studio drain")
        self._timer.setInterval(_FRAME_MS)
        self._timer.timeout.connect(self._tick)

    def connect(self) -> None:
        """Let the window's intents reach the services, and the engine's news the window."""
        window, cockpit = self._window, self._desks.cockpit
        self._picture.connect()
        self._desks.air.connect()
        self._desks.show.connect()
        self._desks.actions.connect()
        self._desks.overlays.connect()
        self._services.engine.on_state(self._on_engine_state)
        self._services.engine.on_event(self._on_engine_event)
        window.close_requested.connect(self._on_close_requested)
        window.close_question.end_chosen.connect(self._on_end_and_close)
        window.close_question.keep_chosen.connect(self._on_keep_and_close)
        window.go_live_shortcut.connect(lambda: self._desks.air.go_live(cockpit.stage.title))
        window.preferences.changed.connect(self.choose_preferences)
        window.preferences.sign_out_requested.connect(self._on_sign_out)
        window.words.submitted.connect(self._on_words)
        cockpit.people.preferences_requested.connect(self._on_preferences_requested)
        cockpit.people.scheme_toggled.connect(self._on_scheme_toggled)
        cockpit.stage.sources.text_requested.connect(window.words.ask)
        cockpit.stage.sources.file_requested.connect(self._on_file_requested)
        self._picture.engine_changed(None)
        self._desks.actions.draw()
        self._timer.start()

    async def run(self) -> None:
        """Serve one account after another."""
        problem = ""
        while True:
            signed = await self._enter(problem)
            problem = ""
            self._credentials = None
            self._services.settings.change(server_url=self._server, email=signed.user.email)
            self._window.show_studio()
            account = AccountDesk(
                signed,
                app=self._app,
                desks=self._desks,
                engine=self._services.engine,
                memory=self._services.memory,
            )
            self._account = account
            for listener in self.signed_in:
                listener()
            try:
                error = await account.run()
            except asyncio.CancelledError:
                self._remember(account)
                raise
            finally:
                self._account = None
                await signed.aclose()
            self._services.memory.forget_last_state()
            if error is not None:
                problem = tr_error(error)

    def close(self) -> None:
        """Stop drawing and let go of the preview."""
        self._timer.stop()
        self._picture.close()

    # Signing in

    async def _enter(self, problem: str) -> SignedIn:
        """Sign in with what is at hand; while the server is away, show the last state and wait."""
        flow, backoff, tries = self._services.sign_in, Backoff(base_s=2.0, cap_s=15.0), 0
        while True:
            self._retry.clear()
            try:
                signed = await self._try_to_enter()
            except Unavailable as error:
                self._show_offline(error)
                try:
                    async with asyncio.timeout(backoff.wait_s(tries)):
                        await self._retry.wait()
                except TimeoutError:
                    tries += 1
                continue
            except AppError as error:
                problem = tr_error(error)
                signed = None
            if signed is not None:
                return signed
            self._credentials = None
            self._window.show_sign_in()
            email = self._services.settings.value.email
            signed = await flow.ask(self._server, email=email, problem=problem)
            self._server = signed.client.base_url
            return signed

    async def _try_to_enter(self) -> SignedIn | None:
        if self._credentials is not None:
            return await self._services.sign_in.sign_in(self._server, self._credentials)
        return await self._services.sign_in.resume(self._server)

    def _show_offline(self, error: AppError) -> None:
        """The server cannot be reached: say so, and offer what helps."""
        if is_local(self._server):
            action = NoticeAction(tr("Start the local server"), self._on_start_server)
        else:
            action = NoticeAction(tr("Try again now"), self._retry.set)
        line = LineStatus(LineState.DOWN, tr("Not connected"), tr_error(error))
        self._desks.cockpit.people.set_line(line)
        if self._starts_server:
            return  # the notice says so, and what comes of it
        shown = self._window.bar.notice
        notice = (
            offline_notice(error, action)
            if self._window.page == STUDIO
            else Notice(tr_error(error), Severity.WARNING, action)
        )
        if shown is None or shown.sentence != notice.sentence:
            self._app.errors.tell(notice)

    def _on_start_server(self) -> None:
        self._starts_server = True
        self._app.errors.tell(
            Notice(tr("The local server is starting\N{HORIZONTAL ELLIPSIS}"), Severity.INFO)
        )
        self._app.scope.restart(self._start_server(), name="start local server")

    async def _start_server(self) -> None:
        try:
            await self._services.local.start(self._server)
        finally:
            self._starts_server = False
        self._window.bar.clear()
        self._retry.set()

    def _on_sign_out(self) -> None:
        if self._desks.air.is_on_air:
            self._app.errors.tell(
                Notice(tr("End the broadcast before you sign out."), Severity.WARNING)
            )
        elif self._account is not None:
            self._app.scope.start(self._sign_out(self._account), name="sign out")

    async def _sign_out(self, account: AccountDesk) -> None:
        await self._services.sign_in.leave(account.signed)
        account.request_sign_out()

    # Drawing

    def _tick(self) -> None:
        self._desks.room.drain()
        self._desks.overlays.draw()
        if self._account is not None:
            self._account.tick()
        if self._window.page == STUDIO:
            self._picture.set_wanted(is_wanted=not self._window.isMinimized())
            self._picture.draw(time.monotonic())
        self._ticks += 1
        if self._ticks % _SLOW_EVERY == 0:
            self._desks.air.draw()
            self._desks.show.draw()
            for draw in self.draws:
                draw()

    def _on_engine_state(self, state: EngineState | None) -> None:
        has_engine = state is not None
        if has_engine != self._had_engine or state is None:
            self._had_engine = has_engine
            self._picture.engine_changed(state)
            if state is not None and state.is_live and self._account is None:
                self._app.errors.tell(
                    Notice(tr("You are still on air. Sign in to run your room."), Severity.WARNING)
                )
        self._desks.air.draw()

    def _on_engine_event(self, event: Event) -> None:
        if isinstance(event, NoticeEvent):
            severity = Severity.ERROR if event.level == "error" else Severity.WARNING
            sentence = tr_error(AppError(event.message, code=event.code))
            self._app.errors.tell(Notice(sentence, severity))

    # The person's choices

    def _on_preferences_requested(self) -> None:
        settings = self._services.settings.value
        self._window.preferences.ask(preferences_of(settings, current_language()))

    def choose_preferences(self, chosen: Preferences) -> None:
        """Put the person's choices in force, and keep them."""
        self._services.settings.change(
            scheme=chosen.theme.scheme.value,
            accent=chosen.theme.accent.value,
            text_scale=chosen.theme.text_scale,
            reduced_motion=chosen.theme.reduced_motion,
            language=chosen.language,
        )
        if chosen.theme != self._app.theme.choice:
            self._app.theme.choose(chosen.theme)

    def _on_scheme_toggled(self) -> None:
        is_dark = self._app.theme.choice.scheme is Scheme.DARK
        scheme = Scheme.LIGHT if is_dark else Scheme.DARK
        self._services.settings.change(scheme=scheme.value)
        self._app.theme.with_scheme(scheme)

    def _on_words(self, words: str) -> None:
        self._picture.add(SourceChoice(SourceKind.TEXT, words))

    def _on_file_requested(self, kind: SourceKind) -> None:
        if kind is SourceKind.SLIDESHOW:
            self._pick_folder()
            return
        is_image = kind is SourceKind.IMAGE
        pictures = tr("Pictures") + " (*.png *.jpg *.jpeg *.webp *.bmp *.gif)"
        films = (
            tr("Videos and sounds") + " (*.mp4 *.mkv *.mov *.webm *.avi *.mp3 *.wav *.ogg *.m4a)"
        )
        caption = tr("Pick a picture") if is_image else tr("Pick a video or sound")
        picker = QFileDialog(self._window, caption)
        picker.setNameFilters([pictures if is_image else films, tr("All files") + " (*)"])
        picker.setFileMode(QFileDialog.FileMode.ExistingFile)
        picker.fileSelected.connect(lambda path: self._picture.add(SourceChoice(kind, path)))
        picker.finished.connect(picker.deleteLater)
        picker.open()

    def _pick_folder(self) -> None:
        picker = QFileDialog(self._window, tr("Pick a folder of pictures"))
        picker.setFileMode(QFileDialog.FileMode.Directory)
        picker.fileSelected.connect(
            lambda path: self._picture.add(SourceChoice(SourceKind.SLIDESHOW, path))
        )
        picker.finished.connect(picker.deleteLater)
        picker.open()

    # Closing

    def _on_close_requested(self) -> None:
        if self._desks.air.is_on_air:
            self._window.close_question.ask()
        else:
            self._app.request_close()

    def _on_end_and_close(self) -> None:
        self._desks.air.end(then=self._app.request_close)

    def _on_keep_and_close(self) -> None:
        self._services.local.release()  # else the show would lose its platform with this window
        self._app.request_close()

    def _remember(self, account: AccountDesk) -> None:
        """Keep what is shown for the next start; the app is closing."""
        try:
            self._services.memory.keep_last_state(account.last_state())
        except AppError as error:
            self._app.errors.report(error, "keep last state")
