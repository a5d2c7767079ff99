"""Runs a clip: the playback's clock, the decoder's thread, and the picture to be shown."""

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from console.state.playback import Playback
from console.video.decoder import ClipDecoder
from shared.clock import Clock
from shared.errors import AppError

_TICK_MS = 16
_NS = 1_000_000_000
_WIDTH = 640


class ClipPlayer(QObject):
    """Stands still on the first picture until somebody asks it to run."""

    changed = Signal(object)
    """A Playback."""
    opened = Signal()
    """The clip can be played."""
    picture_shown = Signal(QImage)
    failed = Signal(object)
    """An AppError."""

    def __init__(self, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._playback = Playback()
        self._since_ns = 0
        self._decoder = ClipDecoder(self)
        self._decoder.opened.connect(self._on_opened)
        self._decoder.decoded.connect(self._on_decoded)
        self._decoder.failed.connect(self._on_failed)
        self._timer = QTimer(self)
        self._timer.setObjectName("clipPlayer")
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self.tick)

    @property
    def playback(self) -> Playback:
        """Where it stands."""
        return self._playback

    def open(self, content: bytes) -> None:
        """Begin with another clip; `changed` tells when it is ready."""
        self.close()
        self._decoder.open(content, width=_WIDTH)

    def close(self) -> None:
        """Forget the clip and end the decoder's thread."""
        self._timer.stop()
        self._decoder.close()
        self._show(Playback(speed=self._playback.speed))

    def toggle(self) -> None:
        """Run or stand still."""
        self._since_ns = self._clock.monotonic_ns()
        self._show(self._playback.toggled())

    def step(self, by: int) -> None:
        """Stand still on a neighbouring picture."""
        self._show(self._playback.stepped(by))

    def move_to(self, position_s: float) -> None:
        """Go to a moment."""
        self._show(self._playback.moved_to(position_s))

    def change_speed(self, by: int) -> None:
        """Run slower or faster."""
        self._show(self._playback.with_speed(by))

    def tick(self) -> None:
        """Follow the time."""
        now = self._clock.monotonic_ns()
        elapsed_s, self._since_ns = (now - self._since_ns) / _NS, now
        self._show(self._playback.advanced(elapsed_s))

    def _show(self, playback: Playback) -> None:
        if playback == self._playback:
            return
        is_other = playback.index != self._playback.index
        self._playback = playback
        if playback.is_open and is_other:
            self._decoder.want(playback.index)
        if playback.is_playing and not self._timer.isActive():
            self._timer.start()
        elif not playback.is_playing:
            self._timer.stop()
        self.changed.emit(playback)

    def _on_opened(self, times_s: object) -> None:
        if isinstance(times_s, tuple):
            self._show(Playback(times_s=times_s, speed=self._playback.speed))
            self.opened.emit()

    def _on_decoded(self, _index: int, image: QImage) -> None:
        if self._playback.is_open:
            self.picture_shown.emit(image)

    def _on_failed(self, error: AppError) -> None:
        self._timer.stop()
        self._show(Playback(speed=self._playback.speed))
        self.failed.emit(error)
