"""Keys: what the creator chose is put in force, in the window and, by the engine, everywhere."""

from shared.errors import AppError
from shared.qt.errors import Notice, Severity
from shared.qt.loop import App
from shared.qt.translations import tr, tr_error, tr_sentence
from shared.settings import SettingsFile
from studio.choices import KeyChoices
from studio.dialogs.hotkeys import HotkeysPanel, HotkeysState
from studio.editor_undo import StateUndo
from studio.engine.protocol import (
    EngineState,
    Event,
    GlobalKey,
    KeyEvent,
    SafetyEvent,
    SetGlobalKeys,
)
from studio.hotkeys import Action
from studio.live import EngineHost
from studio.main_window import StudioWindow
from studio.settings import StudioSettings


class KeysDesk:
    """Owns the editor of keys; the engine does panic, freeze and dump by itself."""

    def __init__(
        self,
        window: StudioWindow,
        *,
        app: App,
        engine: EngineHost,
        settings: SettingsFile[StudioSettings],
    ) -> None:
        self._window = window
        self._app = app
        self._engine = engine
        self._settings = settings
        self.panel = HotkeysPanel(window.host)
        self._steps: StateUndo[KeyChoices] = StateUndo(self.panel, self._start)
        self._had_engine = False

    def connect(self) -> None:
        """Put the chosen keys in force and follow the engine."""
        shortcuts = self._window.shortcuts
        shortcuts.add([Action("keys", tr("Keys"), self.ask, "Ctrl+Alt+K")])
        shortcuts.choose(self._choices.here)
        self.panel.chosen.connect(self._on_chosen)
        self.panel.chosen_everywhere.connect(self._on_chosen_everywhere)
        self.panel.reset_requested.connect(self._on_reset)
        self._engine.on_state(self._on_engine_state)
        self._engine.on_event(self._on_engine_event)

    def ask(self) -> None:
        """Open the editor."""
        self.panel.ask(self._state())

    @property
    def _choices(self) -> KeyChoices:
        return self._settings.value.keys

    def _state(self) -> HotkeysState:
        engine = self._engine.state
        shortcuts = self._window.shortcuts
        return HotkeysState(
            actions=shortcuts.actions,
            everywhere=self._choices.everywhere,
            first=shortcuts.first_keys,
            first_everywhere=KeyChoices().everywhere,
            note=tr_sentence(engine.safety.keys_note) if engine is not None else "",
        )

    def _on_chosen(self, action_id: str, keys: str) -> None:
        here = {**self._choices.here, action_id: keys}
        if keys == self._window.shortcuts.first_keys.get(action_id):
            del here[action_id]
        self._change(self._choices.model_copy(update={"here": here}))

    def _on_chosen_everywhere(self, action_id: str, keys: str) -> None:
        everywhere = {**self._choices.everywhere, action_id: keys}
        if not keys:
            del everywhere[action_id]
        self._change(self._choices.model_copy(update={"everywhere": everywhere}))

    def _on_reset(self, action_id: str) -> None:
        if not action_id:
            choices = KeyChoices()
        else:
            here = {one: keys for one, keys in self._choices.here.items() if one != action_id}
            everywhere = dict(self._choices.everywhere)
            everywhere.pop(action_id, None)
            first = KeyChoices().everywhere.get(action_id)
            if first is not None:
                everywhere[action_id] = first
            choices = KeyChoices(here=here, everywhere=everywhere)
        self._change(choices)

    def _change(self, choices: KeyChoices) -> None:
        self._steps.changed(self._choices, choices)
        self._start(choices)

    def _start(self, choices: KeyChoices) -> None:
        if choices.everywhere == self._choices.everywhere:
            self._keep(choices)
        else:
            self._app.scope.start(self._tell_engine(choices, keep=True), name="global keys")

    def _keep(self, choices: KeyChoices) -> None:
        self._settings.change(keys=choices)
        self._window.shortcuts.choose(choices.here)
        self.panel.set_state(self._state())

    async def _tell_engine(self, choices: KeyChoices, *, keep: bool) -> None:
        """Have the engine listen; keys that it refuses are not kept, and the panel says why."""
        keys = tuple(
            GlobalKey(action=action, keys=keys)
            for action, keys in choices.everywhere.items()
            if keys
        )
        try:
            await self._engine.request(SetGlobalKeys(keys=keys), timeout_s=10.0)
        except AppError as error:
            self._app.errors.tell(Notice(tr_error(error), Severity.WARNING))
            self.panel.set_state(self._state())
            return
        if keep:
            self._keep(choices)

    def _on_engine_state(self, state: EngineState | None) -> None:
        """A new engine knows no keys yet."""
        if state is not None and not self._had_engine:
            self._app.scope.start(self._tell_engine(self._choices, keep=False), name="global keys")
        self._had_engine = state is not None

    def _on_engine_event(self, event: Event) -> None:
        if isinstance(event, KeyEvent):
            self._window.shortcuts.run(event.action)
        elif isinstance(event, SafetyEvent) and not self.panel.isHidden():
            self.panel.set_state(self._state())
