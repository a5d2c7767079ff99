"""Pictures of a clip in a row: small, blurred and grey, until somebody asks to see them."""

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from console.muting import fitted, muted
from shared.qt.translations import tr
from shared.qt.widgets import label
from shared.schemas.appeals import EvidenceClip

_SIZE = QSize(124, 70)
MOST = 4


class Stills(QWidget):
    """Shows nothing while there is no clip."""

    def __init__(self) -> None:
        super().__init__()
        self._images: tuple[QImage, ...] = ()
        self._is_clear = False
        self._labels = [QLabel() for _ in range(MOST)]
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for part in self._labels:
            part.setFixedSize(_SIZE)
            row.addWidget(part)
        row.addStretch(1)
        self._about = label(role="caption", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(row)
        layout.addWidget(self._about)
        self.show_clip(None, ())

    @property
    def has_any(self) -> bool:
        """Whether there is a picture."""
        return bool(self._images)

    @property
    def is_clear(self) -> bool:
        """Whether the pictures are shown as they are."""
        return self._is_clear

    @property
    def about(self) -> str:
        """The line below the pictures."""
        return self._about.text()

    def show_clip(self, clip: EvidenceClip | None, images: Sequence[QImage]) -> None:
        """Show the pictures of another clip, blurred."""
        self._images = tuple(fitted(image, _SIZE) for image in images if not image.isNull())[:MOST]
        self._is_clear = False
        self.setVisible(clip is not None)
        if clip is not None:
            seconds = round((clip.ends_at - clip.begins_at).total_seconds())
            self._about.setText(
                tr(
                    "Clip of {n} s, kept silent. SHA-256 {hash}",
                    n=seconds,
                    hash=clip.sha256[:16] + "\N{HORIZONTAL ELLIPSIS}",
                )
            )
            self._about.setToolTip(clip.sha256)
        self._paint()

    def show_clear(self, *, is_clear: bool) -> None:
        """Show the pictures as they are, or blurred again."""
        if is_clear != self._is_clear:
            self._is_clear = is_clear
            self._paint()

    def _paint(self) -> None:
        for number, part in enumerate(self._labels):
            has_one = number < len(self._images)
            part.setVisible(has_one)
            if has_one:
                image = self._images[number]
                shown = image if self._is_clear else muted(image)
                part.setPixmap(QPixmap.fromImage(shown))
                words = tr("Picture {n} of the clip", n=number + 1)
                part.setAccessibleName(words)
