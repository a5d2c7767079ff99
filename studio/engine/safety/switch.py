"""The panic and freeze switches, with no help from the window."""

import logging
import threading
from pathlib import Path

import av

from studio.engine.safety.pictures import draw_slate

log = logging.getLogger(__name__)


class Safety:
    """The switches and the slate; any thread may read them, commands write them.

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
        self.is_frozen = False
        self.reason = ""
        self._slates: dict[tuple[int, int], av.VideoFrame] = {}

    @property
    def is_silenced(self) -> bool:
        """Nothing may be heard."""
        return self.is_panicked or self.is_frozen

    def panic(self, reason: str) -> None:
        """Slate and silence from now on; the caller holds `lock`."""
        self.epoch += 1
        self.is_panicked = True
        self.reason = reason

    def reveal(self) -> None:
        """Show the scene again; the caller holds `lock`."""
        self.is_panicked = False
        self.reason = ""

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

    def slate(self, width: int, height: int) -> av.VideoFrame:
        """Return the picture shown in a panic: a plain dark ground with a lighter band."""
        slate = self._slates.get((width, height))
        if slate is None:
            slate = draw_slate(width, height)
            self._slates = {(width, height): slate}
        return slate
