"""Shows moving pictures small: the studio's program preview, a stream's thumbnail."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from shared.qt.theme import Theme
from shared.qt.translations import tr

_RADIUS = 8.0


class VideoView(QWidget):
    """A picture in its own proportions on black, or words where there is none."""

    def __init__(self, theme: Theme, *, name: str = "") -> None:
        super().__init__()
        self._theme = theme
        self._image = QImage()
        self._title = tr("No picture yet")
        self._detail = ""
        self._is_veiled = False
        self.setAccessibleName(name or tr("Preview"))
        self.setMinimumSize(160, 90)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self.update)

    @property
    def has_picture(self) -> bool:
        """Whether a picture is shown, and not words."""
        return not self._image.isNull()

    @property
    def placeholder(self) -> str:
        """The words in place of a picture."""
        return self._title

    def sizeHint(self) -> QSize:
        """A small 16:9."""
        return QSize(640, 360)

    def show_image(self, image: QImage) -> None:
        """Show a picture; the view shares its pixels, so the caller must not change them."""
        self._image = image
        self.update()

    def show_bgra(self, pixels: bytes, width: int, height: int) -> None:
        """Show `height * width * 4` bytes of BGRA, ignoring alpha; they are copied."""
        image = QImage(pixels, width, height, width * 4, QImage.Format.Format_RGB32)
        self.show_image(image.copy())

    def show_jpeg(self, encoded: bytes) -> bool:
        """Show a JPEG; false, and nothing changes, when it cannot be read."""
        image = QImage.fromData(encoded)
        if image.isNull():
            return False
        self.show_image(image)
        return True

    def show_placeholder(self, title: str, detail: str = "") -> None:
        """Show words in place of a picture."""
        self._image = QImage()
        self._title = title
        self._detail = detail
        self.setAccessibleDescription(f"{title} {detail}".strip())
        self.update()

    def set_veil(self, title: str, detail: str = "") -> None:
        """Darken the picture under words (reconnecting, frozen); no title lifts the veil."""
        self._is_veiled = bool(title)
        if title:
            self._title = title
            self._detail = detail
        self.update()

    def picture_rect(self) -> QRect:
        """Where the picture lies inside the view."""
        size = self._image.size() if self.has_picture else QSize(16, 9)
        size = size.scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        left = (self.width() - size.width()) // 2
        return QRect(left, (self.height() - size.height()) // 2, size.width(), size.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the picture or the words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        ground = QPainterPath()
        ground.addRoundedRect(QRectF(self.rect()), _RADIUS, _RADIUS)
        painter.setClipPath(ground)
        black = self.has_picture
        painter.fillRect(self.rect(), QColor("#000000" if black else self._theme.tokens.sunken))
        if self.has_picture:
            painter.drawImage(self.picture_rect(), self._image)
            if not self._is_veiled:
                return
            painter.fillRect(self.rect(), QColor(8, 10, 14, 190))
        self._paint_words(painter)

    def _paint_words(self, painter: QPainter) -> None:
        t = self._theme.tokens
        is_over = self.has_picture
        font = QFont(self.font())
        font.setPixelSize(self._theme.px(16))
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(QColor("#FFFFFF" if is_over else t.text))
        middle = self.height() // 2
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap
        upper = QRect(16, middle - 64, self.width() - 32, 62)
        lower = QRect(16, middle + 4, self.width() - 32, middle - 8)
        if not self._detail:
            upper = self.rect().adjusted(16, 0, -16, 0)
            flags |= Qt.AlignmentFlag.AlignVCenter
        else:
            flags |= Qt.AlignmentFlag.AlignBottom
        painter.drawText(upper, flags, self._title)
        if self._detail:
            painter.setFont(self.font())
            painter.setPen(QColor("#DCE1EA" if is_over else t.muted))
            painter.drawText(
                lower, Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap, self._detail
            )
