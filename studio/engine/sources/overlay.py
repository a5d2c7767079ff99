"""An overlay as a source: looks at the room, paints when something changed, sounds its alerts."""

import time
from collections.abc import Callable, Hashable
from datetime import datetime

import numpy as np
from PySide6.QtGui import QGuiApplication

from shared.errors import AppError, DeviceError, InvalidInput
from studio.engine.audio.track import SAMPLE_RATE
from studio.engine.overlays import Moment, Overlay
from studio.engine.overlays.brush import has_family
from studio.engine.overlays.sheet import painted
from studio.engine.overlays.sounds import Wave, sound_of
from studio.engine.painting import frame_of
from studio.engine.schedule import NS
from studio.engine.sources.base import Sink
from studio.project.overlays import AlertRule

_CATCH_UP_S = 3.0
"""Tips so recent are still announced by an overlay that has just begun."""

_LEAD_NS = 10_000_000
_BLOCK = 2048
_AHEAD_NS = 120_000_000
_NOTHING = object()


def local_now() -> datetime:
    """The wall clock with its zone."""
    return datetime.now().astimezone()


class OverlayCapture:
    """Publishes a new picture when the overlay's view is another one, and at no other time."""

    def __init__(
        self,
        overlay: Overlay,
        *,
        has_sound: bool,
        local: Callable[[], datetime] = local_now,
    ) -> None:
        self._overlay = overlay
        self._has_sound = has_sound
        self._local = local
        self._seen = 0
        self._shown: Hashable | object | None = _NOTHING

    def run(self, sink: Sink) -> None:
        """Follow the room until told to stop.

        Raises:
            DeviceError: fonts cannot be used in this process.
        """
        if QGuiApplication.instance() is None:
            raise DeviceError(
                "Text cannot be painted here; install the system's font library.",
                code="FONTS_UNAVAILABLE",
            )
        family = self._overlay.settings.family
        if not has_family(family):
            sink.warn(missing_font(family))
        board = sink.board
        self._seen = board.tips_before(time.monotonic_ns() / NS - _CATCH_UP_S)
        sounds = _Sounds(sink) if self._has_sound else None
        while not sink.stop.is_set:
            version = board.version
            due_ns = self._look(sink, sounds)
            if sounds is not None:
                until_ns = sounds.write()
                due_ns = until_ns if due_ns is None else min(due_ns, until_ns)
            if due_ns is not None and due_ns <= time.monotonic_ns() + sink.schedule.period_ns:
                sink.wait_for_tick(_LEAD_NS)
            else:
                board.wait(version, until_ns=due_ns, stop=sink.stop)

    def _look(self, sink: Sink, sounds: "_Sounds | None") -> int | None:
        """Paint what changed; return when the overlay wants to be looked at again."""
        now_ns = time.monotonic_ns()
        tips = sink.board.tips_after(self._seen) if self._has_sound else []
        self._seen = tips[-1].number if tips else self._seen
        look = self._overlay.look(sink.board.facts, tips, Moment(now_ns / NS, self._local()))
        if look.view != self._shown:
            self._shown = look.view
            frame, has_alpha = frame_of(painted(self._overlay, look.view))
            sink.publish(frame, captured_ns=now_ns, has_alpha=has_alpha)
        for start_s, rule in look.sounds:
            if sounds is not None:
                sounds.play(rule, int(start_s * NS))
        return None if look.due_s is None else int(look.due_s * NS)


class _Sounds:
    """Writes silence a little ahead of time, and alerts into it."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._origin_ns = time.monotonic_ns()
        self._position = 0
        self._playing: list[tuple[int, Wave]] = []
        self._known: dict[AlertRule, Wave | None] = {}

    def play(self, rule: AlertRule, start_ns: int) -> None:
        """Begin a sound at a moment; one that cannot be played is silent, and said so once."""
        if rule not in self._known:
            try:
                self._known[rule] = sound_of(rule)
            except InvalidInput as error:
                self._known[rule] = None
                self._sink.warn(error)
        wave = self._known[rule]
        if wave is not None:
            position = (start_ns - self._origin_ns) * SAMPLE_RATE // NS
            self._playing.append((max(position, self._position), wave))

    def write(self) -> int:
        """Write up to a moment from now; return when to write again."""
        until_ns = time.monotonic_ns() + _AHEAD_NS
        while (at_ns := self._at_ns()) < until_ns:
            self._sink.sound(self._block(), heard_ns=at_ns)
            self._position += _BLOCK
        return at_ns - _AHEAD_NS

    def _at_ns(self) -> int:
        return self._origin_ns + self._position * NS // SAMPLE_RATE

    def _block(self) -> Wave:
        block = np.zeros((_BLOCK, 2), dtype=np.float32)
        for start, wave in self._playing:
            skip = self._position - start
            part = wave[max(0, skip) : max(0, skip + _BLOCK)]
            offset = max(0, -skip)
            block[offset : offset + len(part)] += part[: _BLOCK - offset]
        end = self._position + _BLOCK
        self._playing = [one for one in self._playing if one[0] + len(one[1]) > end]
        return block


def missing_font(family: str | None) -> AppError:
    """What is said when a font is not installed."""
    return InvalidInput(
        f"The font {family} is not installed here; the studio's own font is shown instead.",
        code="FONT_MISSING",
    )
