"""The private dashboard: earnings, tips, hours, best times and who stayed, as plots and figures."""

from dataclasses import dataclass, field
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QWidget

from shared.qt import format as words
from shared.qt.plots import BarsPlot, LinePlot
from shared.qt.theme import Theme
from shared.qt.translations import tr
from shared.qt.widgets import LabelledValue, PageStack, button, icon_button, label
from studio.docks.rows import ToolDock
from studio.live.figures import Day

PERIODS = (7, 30, 90)


def weekday_name(weekday: int) -> str:
    """A day of the week in short, Monday is 0."""
    return (tr("Mon"), tr("Tue"), tr("Wed"), tr("Thu"), tr("Fri"), tr("Sat"), tr("Sun"))[weekday]


@dataclass(frozen=True, slots=True)
class DashboardState:
    """Everything shown; None where the platform has not told yet."""

    earned_tokens: int | None = None
    balance_tokens: int | None = None
    subscribers: int | None = None
    supporters: int | None = None
    stream_hours: float | None = None
    streams: int | None = None
    days: tuple[Day, ...] = ()
    weekday_hours: tuple[float, ...] = ()
    hour_tokens: tuple[float, ...] = ()
    retention: tuple[tuple[float, float], ...] = field(default=())
    advice: tuple[str, ...] = ()


class DashboardDock(ToolDock):
    """Six figures and one plot at a time; the plot is chosen, so that it fits a narrow dock."""

    period_chosen = Signal(int)
    refresh_requested = Signal()
    export_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "dashboardDock", tr("Dashboard"))
        self.setMinimumWidth(280)
        self._period = QComboBox()
        self._period.setObjectName("dashboardPeriod")
        self._period.setAccessibleName(tr("Period"))
        for days in PERIODS:
            self._period.addItem(tr("{n} days", n=days), days)
        self._period.setCurrentIndex(1)
        self._period.activated.connect(lambda _row: self.period_chosen.emit(self.period))
        refresh = icon_button(
            theme, "refresh", tr("Read the figures again"), on_click=self.refresh_requested.emit
        )
        head = QHBoxLayout()
        head.addWidget(self._period, 1)
        head.addWidget(refresh)
        head.addWidget(
            button(
                tr("Export"),
                tip=tr("As a table for a spreadsheet (CSV)"),
                on_click=self.export_requested.emit,
            )
        )
        self.body.addLayout(head)
        self.body.addLayout(self._figures())
        self._kind = QComboBox()
        self._kind.setObjectName("dashboardPlot")
        self._kind.setAccessibleName(tr("Plot"))
        # As narrow as the dock; a long name is cut where the list is not open.
        self._kind.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self._kind.setMinimumContentsLength(14)
        self._plots = PageStack()
        self._plots.setMinimumHeight(150)
        for key, name, plot in self._make_plots():
            self._kind.addItem(name, key)
            self._plots.add(key, partial(_this, plot))
            self._plots.page(key)
        self._kind.currentIndexChanged.connect(
            lambda _row: self._plots.show_page(str(self._kind.currentData()))
        )
        self._plots.show_page("earnings")
        self._advice = label(role="muted", wrap=True)
        self.body.addWidget(self._kind)
        self.body.addWidget(self._plots, 1)
        self.body.addWidget(self._advice)
        self.set_state(DashboardState())

    @property
    def period(self) -> int:
        """Days that the plots of earnings and tips cover."""
        return int(self._period.currentData())

    def set_state(self, state: DashboardState) -> None:
        """Show figures and plots."""
        for value, shown in (
            (state.earned_tokens, self._earned),
            (state.balance_tokens, self._balance),
            (state.subscribers, self._subscribers),
            (state.supporters, self._supporters),
            (state.streams, self._streams),
        ):
            shown.set_value(words.number(value) if value is not None else "\N{EN DASH}")
        self._hours.set_value(
            words.number(state.stream_hours, decimals=1)
            if state.stream_hours is not None
            else "\N{EN DASH}"
        )
        names = [f"{one.day.day}-{one.day.month}" for one in state.days]
        self._earnings_plot.set_bars([one.tokens for one in state.days], names)
        self._tips_plot.set_bars([one.tips for one in state.days], names)
        weekdays = [weekday_name(day) for day in range(7)]
        self._hours_plot.set_bars(state.weekday_hours or [0.0] * 7, weekdays)
        hours = [f"{hour}:00" for hour in range(24)]
        self._best_plot.set_bars(state.hour_tokens or [0.0] * 24, hours)
        self._retention_plot.set_points(state.retention)
        self._advice.setText("\n".join(state.advice[:3]))
        self._advice.setVisible(bool(state.advice))

    def _figures(self) -> QGridLayout:
        self._earned = LabelledValue(tr("Earned"), tip=tr("Tokens in the last 30 days"))
        self._balance = LabelledValue(tr("Balance"))
        self._subscribers = LabelledValue(tr("Subscribers"))
        self._supporters = LabelledValue(tr("Supporters"))
        self._hours = LabelledValue(tr("Stream hours"))
        self._streams = LabelledValue(tr("Shows"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(6)
        for at, one in enumerate(
            (
                *(self._earned, self._balance, self._subscribers),
                *(self._supporters, self._hours, self._streams),
            )
        ):
            grid.addWidget(one, *divmod(at, 3))
        return grid

    def _make_plots(self) -> tuple[tuple[str, str, BarsPlot | LinePlot], ...]:
        theme = self.theme
        self._earnings_plot = BarsPlot(theme, tr("Tokens a day"))
        self._tips_plot = BarsPlot(theme, tr("Tips a day"))
        self._hours_plot = BarsPlot(theme, tr("Hours on air by weekday"))
        self._best_plot = BarsPlot(theme, tr("Tokens an hour, by time of day (UTC)"))
        self._retention_plot = LinePlot(theme, tr("Viewers of the last show, % of the most"))
        return (
            ("earnings", tr("Tokens a day"), self._earnings_plot),
            ("tips", tr("Tips a day"), self._tips_plot),
            ("hours", tr("Hours on air by weekday"), self._hours_plot),
            ("best", tr("Tokens an hour, by time of day (UTC)"), self._best_plot),
            (
                "retention",
                tr("Viewers of the last show, % of the most"),
                self._retention_plot,
            ),
        )


def _this(widget: QWidget) -> QWidget:
    return widget
