"""The look of both apps: colours and sizes as named tokens, one style sheet filled from them."""

import json
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from string import Template

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QFont, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from shared.qt.resources import resource_path

_BASE_FONT_PX = 13


class Scheme(StrEnum):
    """Dark for a dim room on air, light for daylight."""

    DARK = "dark"
    LIGHT = "light"


class Accent(StrEnum):
    """The colour of the main action and of what is selected."""

    VIOLET = "violet"
    AZURE = "azure"
    EMERALD = "emerald"
    AMBER = "amber"
    ROSE = "rose"


@dataclass(frozen=True, slots=True)
class ThemeChoice:
    """What the person chose; `text_scale` multiplies every font size (1.0 to 1.5)."""

    scheme: Scheme = Scheme.DARK
    accent: Accent = Accent.VIOLET
    text_scale: float = 1.0
    reduced_motion: bool = False


@dataclass(frozen=True, slots=True)
class Tokens:
    """Every colour as `#RRGGBB`. `x_soft` is a quiet fill that text of colour `x` is read on."""

    sunken: str
    field: str
    background: str
    surface: str
    raised: str
    hover: str
    border: str
    outline: str
    text: str
    muted: str
    success: str
    success_soft: str
    warning: str
    warning_soft: str
    danger: str
    danger_soft: str
    danger_fill: str
    on_danger: str
    info: str
    info_soft: str
    role_member: str
    role_provider: str
    role_creator: str
    role_mod: str
    role_admin: str
    role_ai: str
    accent: str
    accent_fill: str
    accent_hover: str
    accent_soft: str
    on_accent: str


def load_tokens(choice: ThemeChoice) -> Tokens:
    """Read the tokens of a scheme with the colours of an accent.

    Raises: ValueError when a shipped theme lacks a token or has one too many.
    """
    scheme = json.loads(resource_path("themes", f"{choice.scheme}.json").read_text("utf-8"))
    values: dict[str, str] = {**scheme["colours"], **scheme["accents"][choice.accent]}
    known = {token.name for token in fields(Tokens)}
    if known != set(values):
        raise ValueError(f"{choice.scheme}.json: {sorted(known ^ set(values))}")
    return Tokens(**values)


def set_role(widget: QWidget, role: str) -> None:
    """Give a widget a look from the style sheet by name and repaint it."""
    if widget.property("role") == role:
        return
    widget.setProperty("role", role)
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)


def contrast(first: str, second: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2, definition of contrast ratio)."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def blend(over: str, under: str, share: float) -> str:
    """The opaque colour of `over` painted on `under` at an opacity of `share`."""
    mixed = [
        round(int(over[i : i + 2], 16) * share + int(under[i : i + 2], 16) * (1 - share))
        for i in (1, 3, 5)
    ]
    return "#{:02X}{:02X}{:02X}".format(*mixed)


def readable(colour: str, background: str, *, ratio: float = 4.5) -> str:
    """The colour, moved towards white or black just far enough to be read on a background."""
    towards = "#FFFFFF" if _luminance(background) < 0.18 else "#000000"
    for step in range(21):
        moved = blend(towards, colour, step / 20)
        if contrast(moved, background) >= ratio:
            return moved
    return towards


def _luminance(colour: str) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def larger_words() -> float:
    """How much larger than usual the words are, 1 or more: fixed widths follow it."""
    return max(1.0, QFontInfo(QApplication.font()).pixelSize() / _BASE_FONT_PX)


class Theme(QObject):
    """The look in force. Painted widgets read `tokens` and repaint on `changed`."""

    changed = Signal()

    def __init__(self, choice: ThemeChoice | None = None) -> None:
        super().__init__()
        self._choice = choice or ThemeChoice()
        self._tokens = load_tokens(self._choice)

    @property
    def choice(self) -> ThemeChoice:
        """What is in force."""
        return self._choice

    @property
    def tokens(self) -> Tokens:
        """The colours in force."""
        return self._tokens

    def px(self, size: float) -> int:
        """A font size or a height that must follow the person's text size."""
        return round(size * self._choice.text_scale)

    def choose(self, choice: ThemeChoice) -> None:
        """Put another look in force on the running app."""
        self._choice = choice
        self._tokens = load_tokens(choice)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            self.apply(app)
        self.changed.emit()

    def with_scheme(self, scheme: Scheme) -> None:
        """Put a scheme in force and keep the rest of the choice."""
        self.choose(replace(self._choice, scheme=scheme))

    def apply(self, app: QApplication) -> None:
        """Set style, font, palette and style sheet of the app."""
        app.setStyle("Fusion")
        font = QFont(app.font())
        font.setPixelSize(self.px(_BASE_FONT_PX))
        app.setFont(font)
        app.setPalette(self._palette())
        app.setStyleSheet(self.style_sheet())

    def style_sheet(self) -> str:
        """The style sheet with all tokens filled in."""
        template = Template(resource_path("themes", "app.qss").read_text(encoding="utf-8"))
        values: dict[str, str] = {
            token.name: getattr(self._tokens, token.name) for token in fields(Tokens)
        }
        for name, size in (("small", 11), ("base", 13), ("title", 16), ("display", 22)):
            values[f"font_{name}"] = f"{self.px(size)}px"
        values["icons"] = resource_path("icons").as_posix()
        values["tick"] = "tick" if self._tokens.on_accent == "#FFFFFF" else "tick-dark"
        values["scheme"] = self._choice.scheme.value
        return template.substitute(values)

    def _palette(self) -> QPalette:
        t = self._tokens
        palette = QPalette()
        for role, colour in (
            (QPalette.ColorRole.Window, t.background),
            (QPalette.ColorRole.WindowText, t.text),
            (QPalette.ColorRole.Base, t.field),
            (QPalette.ColorRole.AlternateBase, t.surface),
            (QPalette.ColorRole.Text, t.text),
            (QPalette.ColorRole.Button, t.raised),
            (QPalette.ColorRole.ButtonText, t.text),
            (QPalette.ColorRole.ToolTipBase, t.raised),
            (QPalette.ColorRole.ToolTipText, t.text),
            (QPalette.ColorRole.PlaceholderText, t.muted),
            (QPalette.ColorRole.Highlight, t.accent_fill),
            (QPalette.ColorRole.HighlightedText, t.on_accent),
            (QPalette.ColorRole.Link, t.accent),
        ):
            palette.setColor(role, QColor(colour))
        for role in (
            QPalette.ColorRole.WindowText,
            QPalette.ColorRole.Text,
            QPalette.ColorRole.ButtonText,
        ):
            palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(t.muted))
        return palette
