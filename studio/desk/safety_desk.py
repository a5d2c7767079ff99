"""Freeze, dump and the safe word, as the creator reaches them."""

from pydantic import SecretStr

from shared.api import ApiClient
from shared.credentials import SessionStore
from shared.errors import AppError
from shared.qt.errors import Notice, Severity
from shared.qt.loop import App
from shared.qt.translations import tr, tr_sentence
from shared.schemas.accounts import User
from shared.schemas.consent import SafeWord
from studio.desk.room_actions import RoomActions
from studio.desk.room_desk import RoomDesk
from studio.dialogs.safe_word import SafeWordPanel
from studio.engine.protocol import Command, Dump, Freeze, Panic
from studio.hotkeys import Action
from studio.live import EngineHost
from studio.live.safe_word import SafeWordKeeper
from studio.main_window import StudioWindow

_TIMEOUT_S = 3.0


class SafetyDesk:
    """Carries safety's intents to the engine first, then to the platform."""

    def __init__(
        self,
        window: StudioWindow,
        *,
        app: App,
        engine: EngineHost,
        actions: RoomActions,
        room: RoomDesk,
        store: SessionStore,
    ) -> None:
        self._window = window
        self._app = app
        self._engine = engine
        self._actions = actions
        self._room = room
        self._store = store
        self._keeper = SafeWordKeeper(store)
        self._client: ApiClient | None = None
        self._user: User | None = None
        self.panel = SafeWordPanel(window.host)

    def connect(self) -> None:
        """Offer the actions, and look at every line before it is sent."""
        self._window.shortcuts.add(
            [
                Action("freeze", tr("Freeze or go on"), self.freeze, "Ctrl+Shift+F"),
                Action("dump", tr("Throw away the held seconds"), self.dump, "Ctrl+Shift+D"),
                Action("safe-word", tr("Safe word"), self.ask),
            ]
        )
        self._actions.intercept = self.take_line
        self._actions.signed = self.signed
        self.panel.submitted.connect(self._on_word)

    def signed(self, client: ApiClient | None, user: User | None) -> None:
        """Work for this person from now on, or for nobody."""
        self._client, self._user = client, user
        self._keeper.close()
        if user is not None:
            self._app.scope.start(self._keeper.open(user.id), name="open safe word")

    def freeze(self) -> None:
        """Show viewers a blurred still without sound, or go on."""
        state = self._engine.state
        is_frozen = state is not None and state.safety.frozen
        self._start(Freeze(frozen=not is_frozen), "freeze")

    def dump(self) -> None:
        """Throw away what viewers have not seen yet."""
        self._start(Dump(), "dump")

    def panic(self) -> None:
        """Privacy slate and silence."""
        self._start(Panic(reason="panic button"), "panic")

    def ask(self) -> None:
        """Ask for a new safe word."""
        if self._user is None:
            return
        self.panel.ask(is_known=self._keeper.is_known, notice=tr_sentence(self._store.notice or ""))

    def take_line(self, text: str) -> bool:
        """Whether a line is the safe word: it acts, and the line goes nowhere."""
        if not self._keeper.is_said(text):
            return False
        self._start(Panic(reason="safe word"), "panic")
        self._app.scope.start(self._tell_platform(SecretStr(text.strip())), name="safe word")
        return True

    def _start(self, command: Command, name: str) -> None:
        self._app.scope.start(self._engine.request(command, timeout_s=_TIMEOUT_S), name=name)

    async def _tell_platform(self, word: SecretStr) -> None:
        """Let the platform log it and call moderators; the slate is up already."""
        if self._client is None or self._room.stream_id is None:
            return
        await self._client.stage.say_safe_word(self._room.stream_id, SafeWord(word=word))

    def _on_word(self, word: SecretStr) -> None:
        self._app.scope.start(self._set_word(word), name="set safe word")

    async def _set_word(self, word: SecretStr) -> None:
        client, user = self._client, self._user
        if client is None or user is None:
            return
        await self._keeper.learn(user.id, word)
        try:
            await client.stage.set_safe_word(user.id, SafeWord(word=word))
        except AppError as error:
            sentence = tr(
                "The safe word works on this computer, but the platform does not know it yet; set"
                " it again when you are connected."
            )
            self._app.errors.tell(Notice(sentence, Severity.WARNING, details=error.code))
            return
        self._app.errors.tell(Notice(tr("Your safe word is set."), Severity.SUCCESS))
