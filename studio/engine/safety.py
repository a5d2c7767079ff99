"""Panic: what stands between the creator and the viewers, with no help from the window."""

import logging
import threading
from pathlib import Path

import av

from studio.engine.pixels import new_frame, plane_view
from studio.engine.protocol import SafetyState

log = logging.getLogger(__name__)

_SLATE_LUMA = 40


class Safety:
    """The panic switch and the slate; any thread may read it, commands write it.

    `epoch` rises with every panic. Whoever encodes or mixes remembers the epoch it began in and
    throws its result away when that is no longer the present one; `lock` is held while a packet
    is handed to the outputs, so that nothing slips out after `panic` has returned.

    A panic is noted in `note`, so that an engine that is started again after a crash begins with
    the slate, too; `close` removes the note, because an orderly end is no crash.
    """

    def __init__(self, note: Path) -> None:
        self.lock = threading.Lock()
        self.epoch = 0
        self._note = note
        self.is_panicked = note.exists()
        self._reason = ""
        self._slates: dict[tuple[int, int], av.VideoFrame] = {}

    def panic(self, reason: str) -> None:
        """Slate and silence from now on; the caller holds `lock`."""
        self.epoch += 1
        self.is_panicked = True
        self._reason = reason

    def reveal(self) -> None:
        """Show the scene again; the caller holds `lock`."""
        self.is_panicked = False
        self._reason = ""

    def write_note(self) -> None:
        """Note whether there is a panic, for the engine that may come after this one."""
        try:
            if self.is_panicked:
                self._note.touch(mode=0o600)
            else:
                self._note.unlink(missing_ok=True)
        except OSError:
            log.exception("the panic could not be noted")

    def close(self) -> None:
        """End in good order: nothing is to be remembered."""
        self.is_panicked = False
        self.write_note()

    def state(self) -> SafetyState:
        """Return what clients see."""
        return SafetyState(panicked=self.is_panicked, reason=self._reason)

    def slate(self, width: int, height: int) -> av.VideoFrame:
        """Return the picture shown in a panic: a plain dark ground with a lighter band."""
        slate = self._slates.get((width, height))
        if slate is None:
            slate = _draw_slate(width, height)
            self._slates = {(width, height): slate}
        return slate


def _draw_slate(width: int, height: int) -> av.VideoFrame:
    frame = new_frame(width, height)
    luma = plane_view(frame, 0)
    luma[:] = _SLATE_LUMA
    luma[height * 4 // 10 : height * 6 // 10] = _SLATE_LUMA * 2
    plane_view(frame, 1)[:] = 136
    plane_view(frame, 2)[:] = 124
    return frame
