"""Messages that the automatic checks hold back: let into their room or kept out, by one key."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import override

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from console.screens._list_pane import Nothing
from console.screens._list_screen import ListScreen
from console.screens.base import caption
from console.wording import rule_words, span_words
from shared.qt.theme import Theme
from shared.qt.translations import tr, tr_n
from shared.qt.widgets import Badge, Card, button, label
from shared.schemas.automod import HeldMessage

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
        self.tick(self._now)

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
        card.body.addStretch(1)
        steps = QHBoxLayout()
        steps.setSpacing(6)
        steps.addStretch(1)
        steps.addWidget(self._deny)
        steps.addWidget(self._allow)
        card.body.addLayout(steps)
        return card


def spoken(held: HeldMessage) -> str:
    """What a row says: who wants to say what, and why it waits."""
    name, rule = held.author.display_name, rule_words(held.rule)
    return tr("{name}: {text}\n{rule}", name=name, text=held.text, rule=rule)
