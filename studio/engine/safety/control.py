"""The safety commands of the engine, in one place: panic, reveal, freeze, delay, dump, keys."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from shared.errors import Unavailable
from studio.engine.keys import GlobalKeys
from studio.engine.protocol import (
    Event,
    GlobalKey,
    KeyEvent,
    NoticeEvent,
    SafetyEvent,
    SafetyState,
)
from studio.engine.safety.switch import Safety

log = logging.getLogger(__name__)


class OnAir(Protocol):
    """A broadcast as safety sees it; the first is called with the lock of `Safety` held."""

    @property
    def held_s(self) -> float:
        """How much the delay holds now."""
        ...

    def drop(self) -> None:
        """Throw away all that no viewer has, and go on with a keyframe."""
        ...

    def dump(self) -> None:
        """Throw away what the delay holds; takes the lock itself."""
        ...

    def force_keyframe(self) -> None:
        """Make the next frame a keyframe."""
        ...

    def mark(self, title: str) -> None:
        """Begin a chapter now."""
        ...


class SafetyControl:
    """Carries the safety commands out; used on the engine's loop, waits for nothing."""

    def __init__(
        self,
        note: Path,
        *,
        on_air: Callable[[], OnAir | None],
        tell: Callable[[Event], None],
        mark_chapter: Callable[[], None] = lambda: None,
        keys: GlobalKeys | None = None,
    ) -> None:
        self.safety = Safety(note)
        self.delay_s = 0.0
        self._on_air = on_air
        self._tell = tell
        self._mark_chapter = mark_chapter
        self._loop = asyncio.get_running_loop()
        self._keys = keys or GlobalKeys()
        self._keys.listen(on_key=self._pressed_in_thread, on_change=self._changed_in_thread)

    def panic(self, reason: str) -> None:
        """Slate and silence from the next frame on; nothing that was not sent is sent."""
        on_air = self._on_air()
        with self.safety.lock:
            self.safety.panic(reason)
            if on_air is not None:
                on_air.drop()
                on_air.force_keyframe()
        if on_air is not None:
            on_air.mark("Panic")
        self.safety.write_note()
        log.warning("panic")
        self.tell()

    def reveal(self) -> None:
        """Show the scene again."""
        with self.safety.lock:
            self.safety.reveal()
            self._force_keyframe()
        self.safety.write_note()
        self.tell()

    def freeze(self, *, is_frozen: bool) -> None:
        """Show the last picture blurred, without sound; or go on."""
        with self.safety.lock:
            self.safety.is_frozen = is_frozen
            self._force_keyframe()
        self.tell()

    def set_delay(self, seconds: float) -> None:
        """Let viewers of the next broadcast be so far behind.

        Raises:
            Unavailable: a broadcast is on air.
        """
        if seconds != self.delay_s and self._on_air() is not None:
            raise Unavailable(
                "The safety delay cannot change on air; end the broadcast first.",
                code="ENGINE_LIVE",
            )
        self.delay_s = seconds
        self.tell()

    def dump(self) -> None:
        """Throw away what the delay holds.

        Raises:
            Unavailable: nothing is held.
        """
        on_air = self._on_air()
        if on_air is None or not self.delay_s:
            raise Unavailable(
                "There is no safety delay on air; set one before you go live.", code="NO_DELAY"
            )
        on_air.dump()
        on_air.mark("Dump")
        log.warning("the held seconds are thrown away")
        self.tell()

    def set_keys(self, keys: tuple[GlobalKey, ...]) -> None:
        """Listen for these keys everywhere.

        Raises:
            InvalidInput: keys that do not exist, or that two actions want.
        """
        self._keys.set(keys)

    def state(self) -> SafetyState:
        """Return what clients see."""
        on_air = self._on_air()
        return SafetyState(
            panicked=self.safety.is_panicked,
            reason=self.safety.reason,
            frozen=self.safety.is_frozen,
            delay_s=self.delay_s,
            held_s=round(on_air.held_s, 1) if on_air is not None else 0.0,
            keys=self._keys.keys,
            keys_note=self._keys.note,
        )

    def tell(self) -> None:
        """Tell every client."""
        self._tell(SafetyEvent(safety=self.state()))

    def close(self) -> None:
        """End in good order."""
        self._keys.close()
        self.safety.close()

    def _force_keyframe(self) -> None:
        on_air = self._on_air()
        if on_air is not None:
            on_air.force_keyframe()

    def _pressed_in_thread(self, action: str) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: the engine ends
            self._loop.call_soon_threadsafe(self._key_pressed, action)

    def _changed_in_thread(self) -> None:
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self.tell)

    def _key_pressed(self, action: str) -> None:
        try:
            self.press(action)
        except Unavailable as error:  # nobody waits for an answer
            self._tell(NoticeEvent(level="warning", code=error.code, message=error.message))

    def press(self, action: str) -> None:
        """Do what a global key is for; a window does what is not the engine's.

        Raises:
            Unavailable: a chapter cannot be marked now.
        """
        match action:
            case "panic":
                self.panic("global key")
            case "freeze":
                self.freeze(is_frozen=not self.safety.is_frozen)
            case "dump":
                with contextlib.suppress(Unavailable):
                    self.dump()
            case "chapter":
                self._mark_chapter()
            case "keyframe":
                self._force_keyframe()
            case _:
                self._tell(KeyEvent(action=action))
