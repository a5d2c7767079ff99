"""The Intelligence Hub for admins: four key figures and the mood of all live rooms."""

from datetime import datetime
from typing import TYPE_CHECKING, override

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from console.screens._server_strip import ServerStrip
from console.screens.base import EmptyState, Screen
from console.wording import span_words
from shared.qt.format import number, percent
from shared.qt.theme import Theme, set_role
from shared.qt.translations import tr, tr_n
from shared.qt.widgets import Card, label
from shared.schemas.admin import Hub
from shared.schemas.moods import Mood

if TYPE_CHECKING:
    from shared.qt.plots import MoodPlot

_STALE_S = 90.0


class Figure(QFrame):
    """One key figure: what it counts, the number, and a line that puts it in proportion."""

    def __init__(self, name: str) -> None:
        super().__init__()
        set_role(self, "card")
        self._name = name
        self._value = label("\N{EN DASH}", role="display")
        self._detail = label(role="muted", wrap=True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        self.bar.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 14)
        layout.setSpacing(4)
        layout.addWidget(label(name, role="muted"))
        layout.addWidget(self._value)
        layout.addWidget(self.bar)
        layout.addWidget(self._detail)
        layout.addStretch(1)

    @property
    def value(self) -> str:
        """The number shown."""
        return self._value.text()

    @property
    def detail(self) -> str:
        """The line below it."""
        return self._detail.text()

    def set_figure(self, value: str, detail: str) -> None:
        """Show a number and what it means."""
        self._value.setText(value)
        self._detail.setText(detail)
        self.setAccessibleName(f"{self._name}: {value}. {detail}")


class HubScreen(Screen):
    """Shows the latest figures the server pushed; none yet is a state of its own."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._at: datetime | None = None
        self.users = Figure(tr("Members"))
        self.streams = Figure(tr("Streams on air"))
        self.revenue = Figure(tr("Tokens in 24 hours"))
        self.reports = Figure(tr("Cases waiting"))
        self.revenue.bar.show()
        self.server = ServerStrip()
        self._plot: MoodPlot | None = None
        self._shares: dict[Mood, float] = {}
        self._quiet = EmptyState(
            tr("No room has a mood yet"),
            tr("Shares appear as soon as viewers vote, tip or chat."),
        )
        self._stamp = label(role="muted")
        self._chart = Card(tr("Mood of all live rooms"))
        self._lay_out()

    def show_hub(self, hub: Hub) -> None:
        """Show these figures."""
        self._at = hub.at
        self._show_users(hub)
        self.streams.set_figure(
            number(hub.streams.active),
            tr_n(
                "{viewers} viewer",
                "{viewers} viewers",
                hub.streams.viewers,
                viewers=number(hub.streams.viewers),
            ),
        )
        self._show_revenue(hub)
        self._show_reports(hub)
        self._shares = hub.mood
        if self.isVisible():
            self._show_mood()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show_mood()

    @property
    def mood_told(self) -> str:
        """The chart in words, as a screen reader says it; empty while there is none."""
        if self._plot is None or self._plot.isHidden():
            return ""
        return self._plot.accessibleDescription()

    def _show_mood(self) -> None:
        has_mood = any(self._shares.values())
        self._quiet.setVisible(not has_mood)
        if has_mood and self._plot is None:
            # Plotting takes a quarter of a second to import: it waits until it is looked at.
            from shared.qt.plots import MoodPlot

            self._plot = MoodPlot(self.theme)
            self._plot.setAccessibleName(tr("Mood of all live rooms"))
            self._chart.body.insertWidget(0, self._plot, 1)
        if self._plot is not None:
            self._plot.setVisible(has_mood)
            self._plot.set_shares(self._shares)

    @override
    def tick(self, now: datetime) -> None:
        if self._at is None:
            self._stamp.setText(tr("Waiting for the first figures."))
            return
        age_s = (now - self._at).total_seconds()
        set_role(self._stamp, "warning" if age_s > _STALE_S else "muted")
        self._stamp.setText(tr("Figures of {age} ago", age=span_words(age_s)))

    def _show_users(self, hub: Hub) -> None:
        change = hub.users.week_change_percent
        self.users.set_figure(
            number(hub.users.total),
            tr("{change} % this week", change=_signed(change)),
        )

    def _show_revenue(self, hub: Hub) -> None:
        spent, target = hub.revenue.tokens_24h, hub.revenue.target_tokens
        share = spent / target if target else 0.0
        self.revenue.bar.setValue(round(min(1.0, share) * 1000))
        self.revenue.set_figure(
            number(spent),
            tr(
                "{share} of {target}, fee {fee}",
                share=percent(share),
                target=number(target),
                fee=number(hub.revenue.fee_tokens_24h),
            ),
        )

    def _show_reports(self, hub: Hub) -> None:
        reports = hub.reports
        if reports.average_action_s is None:
            detail = tr("Nothing was decided in the last 7 days.")
        else:
            detail = tr(
                "Decided in {mean} on average, half within {p50}, nine in ten within {p90}",
                mean=span_words(reports.average_action_s),
                p50=span_words(reports.p50_action_s or 0),
                p90=span_words(reports.p90_action_s or 0),
            )
        self.reports.set_figure(number(reports.pending), detail)

    def _lay_out(self) -> None:
        figures = QHBoxLayout()
        figures.setSpacing(12)
        for figure in (self.users, self.streams, self.revenue, self.reports):
            figures.addWidget(figure, 1)
        self._chart.header.addWidget(self._stamp)
        self._chart.body.addWidget(self._quiet, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 16)
        layout.setSpacing(12)
        layout.addLayout(figures)
        layout.addWidget(self._chart, 1)
        layout.addWidget(self.server)


def _signed(change: float) -> str:
    """A change with its sign: `+1.5` in English, `+1,5` in Dutch."""
    sign = "-" if change < 0 else "+"
    return f"{sign}{number(abs(change), decimals=1)}"
