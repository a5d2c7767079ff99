"""Announcements: what was said to everybody, and a form for the next."""

from datetime import UTC, datetime, timedelta
from typing import override

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from console.screens._confirm import Confirm
from console.screens._list_pane import Nothing
from console.screens._list_screen import ListScreen
from console.wording import when_words
from shared.qt.theme import Theme
from shared.qt.translations import tr, tr_n
from shared.qt.widgets import Badge, Card, button, inset_spin_boxes, label
from shared.schemas.administration import Announcement, AnnouncementCreate

_MOST_DAYS = 365
_TEXT_MOST = 1000
_ROW_HEIGHT = 30


class NewsScreen(ListScreen[Announcement]):
    """Says something to everybody in two steps: it cannot be unsaid."""

    keeps_beside = True
    published = Signal(object)
    """An AnnouncementCreate, to be sent."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(
            theme,
            name=tr("Announcements"),
            nothing=Nothing(
                tr("Nothing was announced yet"), tr("What you publish reaches every open room.")
            ),
            key=lambda news: news.id,
            spoken=spoken,
        )
        self._now = datetime.now(UTC)
        self._shown_title = label(role="heading", wrap=True)
        self._shown_text = label(wrap=True)
        self._shown_state = Badge()
        self._shown_about = label(role="caption", wrap=True)
        self._title = QLineEdit()
        self._title.setAccessibleName(tr("Title"))
        self._title.setMaxLength(120)
        self._text = QPlainTextEdit()
        self._text.setAccessibleName(tr("Text"))
        self._text.setTabChangesFocus(True)
        self._days = QSpinBox()
        self._days.setAccessibleName(tr("Shown for"))
        self._days.setRange(0, _MOST_DAYS)
        self._days.setSpecialValueText(tr("without an end"))
        self._days.setValue(1)
        self._days.valueChanged.connect(lambda _days: self._on_typed())
        self._confirm = Confirm(tr("Staff and every open room see it at once."))
        for field in (self._title, self._text):
            field.textChanged.connect(self._on_typed)
        self.put_beside(self._make_beside())
        self._bind_keys()

    @property
    def asked(self) -> str:
        """The sentence on what happens next."""
        return self._confirm.words

    @override
    def tick(self, now: datetime) -> None:
        self._now = now

    def ask(self) -> None:
        """Say what publishing would do; Enter then does it."""
        title, text = self._title.text().strip(), self._text.toPlainText().strip()
        if not title or not text:
            self._confirm.refuse(tr("Write a title and a text first (W)."))
            (self._text if title else self._title).setFocus()
            return
        if len(text) > _TEXT_MOST:
            self._confirm.refuse(tr("Make the text shorter: 1,000 letters at most."))
            return
        days = self._days.value()
        until = self._now + timedelta(days=days) if days else None
        request = AnnouncementCreate(title=title, text=text, until=until)
        what = tr("“{title}” is shown to everybody.", title=title)
        self._confirm.ask(what, lambda: self.published.emit(request))

    def forget_words(self) -> None:
        """It was published: begin with an empty form."""
        self._title.clear()
        self._text.clear()

    def _on_typed(self) -> None:
        self._days.setSuffix(
            "" if not self._days.value() else tr_n(" day", " days", self._days.value())
        )
        self._confirm.take_back()

    def _on_escape(self) -> None:
        if not self._confirm.take_back():
            self.list.focus_rows()

    def _make_beside(self) -> QWidget:
        self._about_card = Card(tr("Announcement"))
        self._about_card.header.addWidget(self._shown_state)
        for part in (self._shown_title, self._shown_text, self._shown_about):
            self._about_card.body.addWidget(part)
        form = Card(tr("Say something to everybody"))
        rows = QFormLayout()
        rows.setHorizontalSpacing(14)
        rows.setVerticalSpacing(8)
        rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        for name, field in (
            (tr("Title"), self._title),
            (tr("Text"), self._text),
            (tr("Shown for"), self._days),
        ):
            words = label(name, role="muted")
            words.setBuddy(field)
            words.setMinimumHeight(_ROW_HEIGHT)
            rows.addRow(words, field)
        form.body.addLayout(rows, 1)
        form.body.addWidget(self._confirm)
        steps = QHBoxLayout()
        steps.addStretch(1)
        steps.addWidget(button(tr("Publish ...  (P)"), role="primary", on_click=self.ask))
        form.body.addLayout(steps)
        beside = QWidget()
        layout = QVBoxLayout(beside)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self._about_card)
        layout.addWidget(form, 1)
        self._about_card.hide()
        self._on_typed()
        inset_spin_boxes(beside)
        return beside

    def _bind_keys(self) -> None:
        self.bind_list(tr("Next announcement"), tr("Previous announcement"))
        self.bind("W", tr("Write one"), self._title.setFocus)
        self.bind("P", tr("Publish"), self.ask)
        self.bind("Return Enter", tr("Confirm"), self._confirm.proceed, shown_as="Enter")
        self.bind("Esc", tr("Back"), self._on_escape)
        self.bind_refresh()

    @override
    def count_words(self, count: int) -> str:
        return tr_n("{n} announcement, newest first", "{n} announcements, newest first", count)

    @override
    def show_chosen(self, item: Announcement) -> None:
        self._about_card.show()
        self._shown_title.setText(item.title)
        self._shown_text.setText(item.text)
        is_over = item.until is not None and item.until <= self._now
        self._shown_state.set_state(
            tr("Over") if is_over else tr("Shown now"), "neutral" if is_over else "success"
        )
        about = tr("{name}, {time}", name=item.by, time=when_words(item.at))
        if item.until is not None:
            about += "\n" + tr("Until {time}", time=when_words(item.until))
        self._shown_about.setText(about)


def spoken(news: Announcement) -> str:
    """What a row says."""
    return f"{news.title}\n{when_words(news.at)}"
