"""The clip of a case: its pictures in a row until it plays, what it is, and whether it is whole."""

from collections.abc import Sequence
from enum import StrEnum

from PySide6.QtCore import QSize
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from console.docks._clip_view import ClipView
from console.muting import fitted, muted
from shared.qt.theme import Theme, set_role
from shared.qt.translations import tr
from shared.qt.widgets import button, label
from shared.schemas.appeals import EvidenceClip

_SIZE = QSize(88, 50)
MOST = 4


class Check(StrEnum):
    """What is known of the clip's bytes."""

    UNREAD = "unread"
    LOADING = "loading"
    WHOLE = "whole"
    WRONG = "wrong"


class Stills(QWidget):
    """Shows nothing while there is no clip. Pictures stay blurred until somebody asks."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._clip: EvidenceClip | None = None
        self._images: tuple[QImage, ...] = ()
        self._is_clear = False
        self._check = Check.UNREAD
        self.player = ClipView(theme)
        self.player.hide()
        self._labels = [QLabel() for _ in range(MOST)]
        self._row = QWidget()
        row = QHBoxLayout(self._row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for part in self._labels:
            part.setFixedSize(_SIZE)
            row.addWidget(part)
        row.addStretch(1)
        self.play = button(tr("Play the clip  (L)"), on_click=self.player.play_asked.emit)
        self._about = label(role="caption", wrap=True)
        self._seal = label(role="caption", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.player)
        layout.addWidget(self._row)
        foot = QHBoxLayout()
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._about)
        words.addWidget(self._seal)
        foot.addLayout(words, 1)
        foot.addWidget(self.play)
        layout.addLayout(foot)
        self.show_clip(None, ())

    @property
    def has_any(self) -> bool:
        """Whether there is a picture."""
        return bool(self._images) or not self.player.isHidden()

    @property
    def is_clear(self) -> bool:
        """Whether the pictures are shown as they are."""
        return self._is_clear

    @property
    def about(self) -> str:
        """The line below the pictures."""
        return self._about.text()

    @property
    def seal(self) -> str:
        """What following the hash showed."""
        return self._seal.text()

    def show_clip(self, clip: EvidenceClip | None, images: Sequence[QImage]) -> None:
        """Show the pictures of another clip, blurred."""
        self._clip = clip
        self._images = tuple(fitted(image, _SIZE) for image in images if not image.isNull())[:MOST]
        self._is_clear = False
        self.player.show_clear(is_clear=False)
        self.setVisible(clip is not None)
        if clip is not None:
            seconds = round((clip.ends_at - clip.begins_at).total_seconds())
            self._about.setText(tr("Clip of {n} s, shown without its sound", n=seconds))
        self.show_check(Check.UNREAD)
        self._paint()

    def show_clear(self, *, is_clear: bool) -> None:
        """Show the pictures as they are, or blurred again."""
        self.player.show_clear(is_clear=is_clear)
        if is_clear != self._is_clear:
            self._is_clear = is_clear
            self._paint()

    def show_check(self, check: Check) -> None:
        """Say whether the clip's bytes are those of its hash; only a whole one can be played."""
        self._check = check
        sha256 = "" if self._clip is None else self._clip.sha256
        short = f"{sha256[:12]}\N{HORIZONTAL ELLIPSIS}"
        words, role = {
            Check.UNREAD: (tr("SHA-256 {hash}, not checked yet", hash=short), "caption"),
            Check.LOADING: (tr("SHA-256 {hash}, loading ...", hash=short), "caption"),
            Check.WHOLE: (tr("SHA-256 {hash}, checked here: whole", hash=short), "success"),
            Check.WRONG: (
                tr(
                    "SHA-256 {hash} does not fit: do not rely on this clip, tell an admin.",
                    hash=short,
                ),
                "danger",
            ),
        }[check]
        self._seal.setText(words)
        self._seal.setToolTip(sha256)
        set_role(self._seal, role)
        self.player.setVisible(check is Check.WHOLE)
        self._row.setVisible(check is not Check.WHOLE and bool(self._images))
        self.play.setVisible(check in (Check.UNREAD, Check.LOADING))
        self.play.setEnabled(check is Check.UNREAD)

    def show_unplayable(self) -> None:
        """The clip is whole, but cannot be decoded here: its stills are what there is to see."""
        self.player.hide()
        self._row.setVisible(bool(self._images))

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
