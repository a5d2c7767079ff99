"""What the overlays are painted with: type, panels, bars and coins, alike on all of them."""

from functools import cache, lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QFontMetricsF,
    QImage,
    QImageReader,
    QLinearGradient,
    QPainter,
    QPainterPath,
    QPen,
)

from shared.chosen_files import is_plain_file
from shared.resources import resource_path
from studio.engine.pixels import parse_colour
from studio.project.overlays import OverlaySettings

REGULAR, SEMIBOLD, BOLD = 400, 600, 700
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter
_THIN_SPACE = "\N{NARROW NO-BREAK SPACE}"
_LARGEST_PICTURE = 1024
_KEPT_PIXELS = 512 * 1024


@cache
def load_fonts() -> str:
    """Make the font that comes with the studio known to Qt and return its family."""
    family = "Inter"
    for name in ("Inter-Regular.otf", "Inter-SemiBold.otf", "Inter-Bold.otf"):
        number = QFontDatabase.addApplicationFont(str(resource_path("fonts", name)))
        families = QFontDatabase.applicationFontFamilies(number) if number >= 0 else []
        family = families[0] if families else family
    return family


def has_family(family: str | None) -> bool:
    """Whether a font of this name can be painted here; None is ours."""
    return family is None or family in {load_fonts(), *QFontDatabase.families()}


def font_of(family: str | None, px: float, weight: int = REGULAR) -> QFont:
    """A font in pixels; one that is not installed gives way to ours."""
    own = load_fonts()
    font = QFont([family if has_family(family) and family else own, own])
    font.setPixelSize(max(1, round(px)))
    font.setWeight(QFont.Weight(weight))
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    if weight >= SEMIBOLD:
        font.setFeature(QFont.Tag("tnum"), 1)
    return font


def colour_of(text: str, opacity: float = 1.0) -> QColor:
    """A colour of the document, thinned."""
    red, green, blue, alpha = parse_colour(text)
    return QColor(red, green, blue, round(alpha * opacity))


def amount(number: int) -> str:
    """A number with its thousands apart, for readers of any language."""
    return f"{number:,}".replace(",", _THIN_SPACE)


def clock(seconds: float) -> str:
    """A rest of time as 4:05 or 1:02:03; what has begun counts as a whole second."""
    whole = max(0, int(-(-seconds // 1)))
    hours, minutes = divmod(whole // 60, 60)
    rest = f"{minutes:02d}" if hours else f"{minutes}"
    return (f"{hours}:" if hours else "") + f"{rest}:{whole % 60:02d}"


class Brush:
    """A painter with the settings of one overlay in hand."""

    def __init__(self, painter: QPainter, settings: OverlaySettings) -> None:
        self.painter = painter
        self._settings = settings
        self.px = float(settings.text_px)
        self.gap = self.px * 0.62
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing
            | QPainter.RenderHint.TextAntialiasing
            | QPainter.RenderHint.SmoothPixmapTransform
        )

    @property
    def area(self) -> QRectF:
        """The whole picture."""
        return QRectF(0, 0, self._settings.width, self._settings.height)

    def panel(self, box: QRectF, *, radius: float = 0.0) -> None:
        """The ground everything stands on, with a hair of light around it."""
        ground = colour_of(self._settings.background)
        if ground.alpha() == 0:
            return
        radius = radius or min(self.px * 0.8, box.height() / 2)
        if box == self.area and box.width() * box.height() <= _KEPT_PIXELS:
            kept = _panel(self._settings.width, self._settings.height, radius, ground.rgba())
            # It is the first thing on a clear picture: nothing to blend with.
            self.painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
            self.painter.drawImage(QPointF(0, 0), kept)
            self.painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        else:
            _draw_panel(self.painter, box, radius, ground)

    def font(self, scale: float = 1.0, weight: int = REGULAR) -> QFont:
        """The overlay's font, larger or smaller than its text."""
        return font_of(self._settings.family, self.px * scale, weight)

    def width_of(self, text: str, scale: float = 1.0, weight: int = REGULAR) -> float:
        """How wide a text is."""
        return QFontMetricsF(self.font(scale, weight)).horizontalAdvance(text)

    def text(
        self,
        box: QRectF,
        text: str,
        *,
        scale: float = 1.0,
        weight: int = REGULAR,
        align: Qt.AlignmentFlag = LEFT,
        opacity: float = 1.0,
        colour: str | None = None,
    ) -> None:
        """One line, cut with an ellipsis where it does not fit."""
        font = self.font(scale, weight)
        shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        self.painter.setFont(font)
        self.painter.setPen(colour_of(colour or self._settings.colour, opacity))
        self.painter.drawText(box, align | Qt.TextFlag.TextSingleLine, shown)

    def bar(self, box: QRectF, share: float, *, accent: str | None = None) -> None:
        """A track, and how much of it is full."""
        radius = box.height() / 2
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(QColor(255, 255, 255, 36))
        self.painter.drawRoundedRect(box, radius, radius)
        if share <= 0:
            return
        path = QPainterPath()
        path.addRoundedRect(box, radius, radius)
        width = max(box.height(), box.width() * min(share, 1.0))
        full = QPainterPath()
        full.addRoundedRect(QRectF(box.x(), box.y(), width, box.height()), radius, radius)
        self.painter.fillPath(path.intersected(full), self.glow(box, accent))

    def glow(self, box: QRectF, accent: str | None = None) -> QLinearGradient:
        """The accent colour, lighter to the right."""
        first = colour_of(accent or self._settings.accent)
        last = first.lighter(128)
        gradient = QLinearGradient(box.topLeft(), box.topRight())
        gradient.setColorAt(0.0, first)
        gradient.setColorAt(1.0, last)
        return gradient

    def coin(self, centre: QPointF, size: float) -> None:
        """A token."""
        gradient = QLinearGradient(
            centre - QPointF(size / 2, size / 2), centre + QPointF(size / 2, size / 2)
        )
        gradient.setColorAt(0.0, QColor("#FDE68A"))
        gradient.setColorAt(1.0, QColor("#F59E0B"))
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(gradient)
        self.painter.drawEllipse(centre, size / 2, size / 2)
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.setPen(QPen(QColor(146, 64, 14, 150), max(1.0, size * 0.09)))
        self.painter.drawEllipse(centre, size * 0.3, size * 0.3)

    def tokens(
        self,
        box: QRectF,
        text: str,
        *,
        scale: float = 1.0,
        weight: int = SEMIBOLD,
    ) -> float:
        """A number of tokens with its coin at the right of a box; returns the width taken."""
        wide = self.width_of(text, scale, weight)
        size = self.px * scale * 0.78
        self.text(box, text, scale=scale, weight=weight, align=RIGHT)
        self.coin(QPointF(box.right() - wide - size * 0.85, box.center().y()), size)
        return wide + size * 1.5


def _draw_panel(painter: QPainter, box: QRectF, radius: float, ground: QColor) -> None:
    painter.setBrush(ground)
    painter.setPen(QPen(QColor(255, 255, 255, 30), 1.0))
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)


@lru_cache(maxsize=16)
def _panel(width: int, height: int, radius: float, ground: int) -> QImage:
    """The ground of a whole overlay, painted once: its round corners cost more than all text."""
    image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    try:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _draw_panel(painter, QRectF(0, 0, width, height), radius, QColor.fromRgba(ground))
    finally:
        painter.end()
    return image


def read_picture(path: str, *, largest: int = _LARGEST_PICTURE) -> QImage | None:
    """A picture for an overlay, scaled down while it is read; None where it cannot be."""
    if not is_plain_file(path):
        return None
    reader = QImageReader(path)
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid() and max(size.width(), size.height()) > largest:
        reader.setScaledSize(size.scaled(largest, largest, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    return None if image.isNull() else image
