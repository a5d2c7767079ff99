"""What a client may ask for safety's sake, besides panic: freeze, delay, dump, global keys."""

from typing import Annotated, Literal

from pydantic import Field

from studio.engine.protocol.wire import Wire

type ActionId = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[a-z0-9.:_-]+$")]
"""An action of the studio; the engine itself carries out those of `ENGINE_ACTIONS`."""

ENGINE_ACTIONS = ("panic", "freeze", "dump", "chapter", "keyframe")
"""What a global key does in the engine, with no help from a window; others are told to windows."""


class GlobalKey(Wire):
    """An action and the keys that do it whichever program has the focus ("Ctrl+Shift+F12")."""

    action: ActionId
    keys: str = Field(min_length=1, max_length=64)


class SetGlobalKeys(Wire):
    """Listen for these keys everywhere, in place of those before. Reply: `StateResult`.

    Whether that works here is told by the state (`SafetyState.keys_note`).
    """

    kind: Literal["set_global_keys"] = "set_global_keys"
    keys: tuple[GlobalKey, ...] = Field(max_length=64)


class PressAction(Wire):
    """Do an action by its id, as its global key would. Reply: `StateResult`."""

    kind: Literal["press_action"] = "press_action"
    action: ActionId


class Freeze(Wire):
    """Show the last picture blurred, without sound; or go on. Reply: `StateResult`."""

    kind: Literal["freeze"] = "freeze"
    frozen: bool


class SetDelay(Wire):
    """Hold what is encoded back for so long before any output has it. Reply: `StateResult`.

    Refused with `ENGINE_LIVE` on air.
    """

    kind: Literal["set_delay"] = "set_delay"
    seconds: float = Field(ge=0, le=60)


class Dump(Wire):
    """Throw away what the delay holds; viewers see the slate for as long. Reply: `StateResult`."""

    kind: Literal["dump"] = "dump"
