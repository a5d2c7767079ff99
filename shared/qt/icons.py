"""Our own icons: SVG files drawn in the theme's colours at the screen's density."""

from collections.abc import Iterable

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton

from shared.qt.resources import resource_path
from shared.qt.theme import Theme

_ALWAYS = (1.0, 2.0)
"""Densities that are at hand for a screen that is plugged in later."""

_INK = b"currentColor"


def pixmap(name: str, colour: str, *, size: int = 18, density: float = 1.0) -> QPixmap:
    """An icon as a picture of `size` logical pixels.

    Raises: FileNotFoundError when no icon has this name.
    """
    svg = resource_path("icons", f"{name}.svg").read_bytes().replace(_INK, colour.encode())
    picture = QPixmap(QSize(round(size * density), round(size * density)))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    QSvgRenderer(QByteArray(svg)).render(painter, QRectF(picture.rect()))
    painter.end()
    picture.setDevicePixelRatio(density)
    return picture


def densities(ratios: Iterable[float]) -> tuple[float, ...]:
    """The densities to draw icons in, so that each is crisp on screens of these ratios."""
    return tuple(sorted({*_ALWAYS, *ratios}))


def icon(theme: Theme, name: str, *, colour: str | None = None, size: int = 18) -> QIcon:
    """An icon in the text's colour, or the given one, and muted while disabled."""
    result = QIcon()
    for density in densities(one.devicePixelRatio() for one in QGuiApplication.screens()):
        ink = colour or theme.tokens.text
        result.addPixmap(pixmap(name, ink, size=size, density=density))
        result.addPixmap(
            pixmap(name, theme.tokens.muted, size=size, density=density), QIcon.Mode.Disabled
        )
    return result


class _IconKeeper(QObject):
    """Paints a button's icon again whenever the theme changes; goes with the button."""

    def __init__(self, button: QAbstractButton, theme: Theme) -> None:
        super().__init__(button)
        self._button = button
        self._theme = theme
        self.name = ""
        self.ink = "text"
        theme.changed.connect(self.paint)

    def paint(self) -> None:
        """Put the icon on the button in the colour of now."""
        colour = getattr(self._theme.tokens, self.ink)
        self._button.setIcon(icon(self._theme, self.name, colour=colour))


def keep_icon(button: QAbstractButton, theme: Theme, name: str, *, ink: str = "text") -> None:
    """Give a button an icon in a token's colour, in every theme to come.

    Calling it again with another name or ink (the name of a token) replaces the icon.
    """
    keeper = button.findChild(_IconKeeper)
    if keeper is None:
        keeper = _IconKeeper(button, theme)
        button.setIconSize(QSize(18, 18))
    keeper.name = name
    keeper.ink = ink
    keeper.paint()
