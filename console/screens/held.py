"""Messages that the automatic checks hold back: let into their room or kept out, by one key."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import override

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from console.docks.subject import restriction_words, strike_words
from console.screens._list_pane import Nothing
from console.screens._list_screen import ListScreen
from console.screens.base import caption
from console.wording import rule_words, span_words
from shared.qt.theme import Theme
from shared.qt.translations import tr, tr_n
from shared.qt.widgets import Badge, Card, button, label
from shared.schemas.automod import HeldMessage
from shared.schemas.moderation import SubjectView

_LIST_WIDTH = 420


@dataclass(frozen=True, slots=True)
class Settling:
    """What the person wants to happen to a held message."""

    message: HeldMessage
    is_allowed: bool


class HeldScreen(ListScreen[HeldMessage]):
    """A list with the message that was held longest on top, and the chosen one beside it."""

    settled = Signal(object)
    """A Settling, to be sent."""
    author_asked = Signal(str)
    """Who wrote the chosen message (their id): what is on record about them is wanted."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(
            theme,
            name=tr("Held messages"),
            nothing=Nothing(
                tr("No message is held"),
                tr(
                    "What the automatic checks hold back appears here; after ten minutes it is "
                    "dropped."
                ),
            ),
            key=lambda held: held.id,
            spoken=spoken,
            width=_LIST_WIDTH,
        )
        self._now = datetime.now(UTC)
        self._text = label(role="title", wrap=True)
        self._about = label(role="muted", wrap=True)
        self._rule = Badge()
        self._record = label(wrap=True)
        self._allow = button(
            tr("Allow  (A)"), role="primary", tip=tr("The room sees it now"), on_click=self.allow
        )
        self._deny = button(
            tr("Deny  (D)"),
            tip=tr("The room never sees it; its author is told"),
            on_click=self.deny,
        )
        self.put_beside(self._make_card())
        self.bind_list(tr("Next message"), tr("Previous message"))
        self.bind("A", tr("Allow"), self.allow)
        self.bind("D", tr("Deny"), self.deny)
        self.bind_refresh()

    @override
    def tick(self, now: datetime) -> None:
        self._now = now
        held = self.chosen
        if held is not None:
            waited = span_words((now - held.at).total_seconds())
            self._about.setText(
                tr("{name}, waiting for {time}", name=held.author.display_name, time=waited)
            )

    def show_author(self, user_id: str, record: SubjectView) -> None:
        """Show what is on record about somebody, if theirs is still the chosen message."""
        held = self.chosen
        if held is not None and held.author.id == user_id:
            self._record.setText(record_words(record))

    @property
    def record(self) -> str:
        """What is said about the author."""
        return self._record.text()

    def allow(self) -> None:
        """Let the chosen message into its room."""
        self._settle(is_allowed=True)

    def deny(self) -> None:
        """Keep the chosen message out of its room."""
        self._settle(is_allowed=False)

    @override
    def count_words(self, count: int) -> str:
        return tr_n("{n} message, longest wait first", "{n} messages, longest wait first", count)

    @override
    def show_chosen(self, item: HeldMessage) -> None:
        self._text.setText(item.text)
        self._rule.set_state(rule_words(item.rule), "warning")
        self._record.setText("")
        self.tick(self._now)
        self.author_asked.emit(item.author.id)

    def _settle(self, *, is_allowed: bool) -> None:
        held = self.chosen
        if held is not None:
            self.settled.emit(Settling(held, is_allowed))

    def _make_card(self) -> Card:
        card = Card(tr("Held message"))
        card.header.addWidget(self._rule)
        card.body.addWidget(caption(tr("What would be said")))
        card.body.addWidget(self._text)
        card.body.addWidget(self._about)
        card.body.addSpacing(8)
        card.body.addWidget(caption(tr("On record about its author")))
        card.body.addWidget(self._record)
        card.body.addStretch(1)
        steps = QHBoxLayout()
        steps.setSpacing(6)
        steps.addStretch(1)
        steps.addWidget(self._deny)
        steps.addWidget(self._allow)
        card.body.addLayout(steps)
        return card


def record_words(record: SubjectView) -> str:
    """Strikes, restrictions and reports of a person, a line each."""
    lines = [strike_words(record.strikes)]
    lines += [restriction_words(restriction) for restriction in record.restrictions]
    if record.times_reported:
        lines.append(tr_n("Reported {n} time", "Reported {n} times", record.times_reported))
    if record.open_cases:
        lines.append(tr_n("{n} case waits", "{n} cases wait", len(record.open_cases)))
    return "\n".join(line for line in lines if line) or tr("Nothing; it is the first time.")


def spoken(held: HeldMessage) -> str:
    """What a row says: who wants to say what, and why it waits."""
    name, rule = held.author.display_name, rule_words(held.rule)
    return tr("{name}: {text}\n{rule}", name=name, text=held.text, rule=rule)
