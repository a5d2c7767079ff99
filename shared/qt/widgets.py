"""Small pieces both apps are made of. They are told what to show and say what was asked for."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from shared.qt import format as words
from shared.qt.icons import keep_icon
from shared.qt.theme import Theme, readable, set_role
from shared.qt.translations import tr


def button(
    text: str,
    *,
    role: str = "",
    tip: str = "",
    on_click: Callable[[], object] | None = None,
    theme: Theme | None = None,
    icon: str = "",
    ink: str = "text",
) -> QPushButton:
    """A push button with its look, tooltip, icon and what it does."""
    made = QPushButton(text)
    if role:
        set_role(made, role)
    if tip:
        made.setToolTip(tip)
    if theme is not None and icon:
        keep_icon(made, theme, icon, ink=ink)
    if on_click is not None:
        made.clicked.connect(lambda _checked=False: on_click())
    return made


def icon_button(
    theme: Theme,
    icon: str,
    name: str,
    *,
    tip: str = "",
    role: str = "quiet",
    on_click: Callable[[], object] | None = None,
) -> QPushButton:
    """A button of an icon only; `name` is what a screen reader says and the tooltip shows."""
    made = button("", role=role, tip=tip or name, on_click=on_click, theme=theme, icon=icon)
    made.setAccessibleName(name)
    made.setFixedSize(QSize(34, 30))
    return made


def label(text: str = "", *, role: str = "", wrap: bool = False) -> QLabel:
    """A label of plain text with its look."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if role:
        set_role(made, role)
    return made


def line() -> QFrame:
    """A thin horizontal line between parts of a card."""
    made = QFrame()
    made.setFixedHeight(1)
    set_role(made, "line")
    return made


class Card(QFrame):
    """A titled surface; `body` is the layout for its content, `header` the row of its title."""

    def __init__(self, title: str = "", *, role: str = "card", margin: int = 12) -> None:
        super().__init__()
        set_role(self, role)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(margin, margin - 2, margin, margin)
        layout.setSpacing(8)
        self.header = QHBoxLayout()
        self.header.setSpacing(6)
        self.title = label(title, role="heading")
        if title:
            self.setAccessibleName(title)
            self.header.addWidget(self.title)
            self.header.addStretch(1)
            layout.addLayout(self.header)
        else:
            self.title.setParent(self)
            self.title.hide()
        self.body = QVBoxLayout()
        self.body.setSpacing(8)
        layout.addLayout(self.body, 1)


class Badge(QLabel):
    """A short word on a tinted ground.

    Kinds: neutral, live, success, warning, danger, info, accent.
    """

    def __init__(self, text: str = "", *, kind: str = "neutral") -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
        set_role(self, f"badge-{kind}")
        if not text:
            self.hide()  # showing one here, without a parent, would open a window

    def set_state(self, text: str, kind: str = "neutral") -> None:
        """Show a word in a kind; no word hides the badge."""
        set_role(self, f"badge-{kind}")
        self.setText(text)
        self.setVisible(bool(text))


class LabelledValue(QWidget):
    """A small caption above the figure it names."""

    def __init__(
        self, caption: str, *, value: str = "", tip: str = "", role: str = "heading"
    ) -> None:
        super().__init__()
        self._caption = caption
        self._base_role = role
        self._value = label(value, role=role)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(label(caption, role="caption"))
        layout.addWidget(self._value)
        self.setToolTip(tip)
        self.set_value(value or "\N{EN DASH}")

    @property
    def value(self) -> str:
        """The figure shown."""
        return self._value.text()

    def set_value(self, value: str, *, role: str = "") -> None:
        """Show a figure, in the look of `role` (success, warning, danger) when given."""
        self._value.setText(value)
        set_role(self._value, role or self._base_role)
        self.setAccessibleName(f"{self._caption}: {value}")


class Avatar(QWidget):
    """A round tile with a person's initial, always in the same colour for the same person."""

    _COLOURS = ("#7C5CF0", "#2F7CDB", "#108660", "#B86A00", "#C73A6E", "#5B6B85", "#0E8A8A")

    def __init__(self, name: str = "", *, size: int = 40) -> None:
        super().__init__()
        self._name = name
        self.setFixedSize(size, size)
        self.set_name(name)

    def set_name(self, name: str) -> None:
        """Show another person."""
        self._name = name
        self.setAccessibleName(name)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the tile."""
        colour = self._COLOURS[sum(self._name.encode()) % len(self._COLOURS)]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        painter.drawEllipse(QRectF(self.rect()))
        font = QFont(self.font())
        font.setPixelSize(round(self.height() * 0.46))
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(QColor(readable("#FFFFFF", colour)))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._name[:1].upper())


@dataclass(frozen=True, slots=True)
class GoalState:
    """A goal as its bar shows it."""

    id: str
    title: str
    raised_tokens: int
    target_tokens: int

    @property
    def is_reached(self) -> bool:
        """Whether the target is met."""
        return self.raised_tokens >= self.target_tokens


class GoalBar(QWidget):
    """A goal's title, how far it is, and a bar."""

    def __init__(self, state: GoalState) -> None:
        super().__init__()
        self._title = label(role="")
        self._title.setWordWrap(True)
        self._amount = label(role="caption")
        self._reached = Badge()
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 1000)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self._title, 1)
        row.addWidget(self._reached)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(row)
        layout.addWidget(self._bar)
        layout.addWidget(self._amount)
        self.set_state(state)

    @property
    def accessible_amount(self) -> str:
        """How far the goal is, in words."""
        return self._amount.text()

    def set_state(self, state: GoalState) -> None:
        """Show how far a goal is."""
        share = min(1.0, state.raised_tokens / max(1, state.target_tokens))
        self._title.setText(state.title)
        amount = tr(
            "{raised} of {target} tokens ({share})",
            raised=words.number(state.raised_tokens),
            target=words.number(state.target_tokens),
            share=words.percent(state.raised_tokens / max(1, state.target_tokens)),
        )
        self._amount.setText(amount)
        self._bar.setValue(round(share * 1000))
        self._bar.setAccessibleName(f"{state.title}: {amount}")
        self._reached.set_state(tr("Reached") if state.is_reached else "", "success")


class PageStack(QWidget):
    """Shows one of several pages, made on first use; a page that is hidden costs nothing."""

    changed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._makers: dict[str, Callable[[], QWidget]] = {}
        self._pages: dict[str, QWidget] = {}
        self._current = ""
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)

    @property
    def current(self) -> str:
        """The name of the page shown, empty before the first."""
        return self._current

    def add(self, name: str, make: Callable[[], QWidget]) -> None:
        """Offer a page under a name."""
        self._makers[name] = make

    def page(self, name: str) -> QWidget:
        """The page of a name, made now when it never was.

        Raises: KeyError when no page has this name.
        """
        if name not in self._pages:
            made = self._makers[name]()
            made.hide()
            self._pages[name] = made
            self._layout.addWidget(made)
        return self._pages[name]

    def show_page(self, name: str) -> None:
        """Show a page in place of the one before."""
        wanted = self.page(name)
        if name == self._current:
            return
        for page in self._pages.values():
            page.setVisible(page is wanted)
        self._current = name
        self.changed.emit(name)


def inset_spin_boxes(root: QWidget) -> None:
    """Keep the figures of number fields off their border, where style sheets have no say."""
    for spin in root.findChildren(QAbstractSpinBox):
        field = spin.findChild(QLineEdit)
        if field is not None:
            field.setTextMargins(7, 0, 0, 0)


def clear_layout(layout: QLayout) -> None:
    """Take everything out of a layout and delete its widgets."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        inner = item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            clear_layout(inner)
