"""Larger charts on pyqtgraph, in a module of their own because importing it takes a while."""

from collections.abc import Mapping, Sequence

import pyqtgraph
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from shared.qt import format as words
from shared.qt.charts import mood_name
from shared.qt.theme import Theme
from shared.qt.translations import tr
from shared.schemas.moods import MOOD_COLOURS, Mood

_LABELS_AT_MOST = 6
_SPOKEN_AT_MOST = 31
_LEAST = (200, 100)


class _Plot(QWidget):
    """A quiet plot in the theme's colours without menus or zooming."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._plot = pyqtgraph.PlotWidget(enableMenu=False)
        # pyqtgraph makes a menu all the same, as a window of its own that outlives the plot.
        self._plot.getPlotItem().ctrlMenu.setParent(self)
        self._plot.setMouseEnabled(x=False, y=False)
        self._plot.hideButtons()
        self._plot.setFrameShape(self._plot.Shape.NoFrame)
        # Its own wish is 640 pixels, which would push everything beside a narrow dock away.
        self._plot.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._plot.setMinimumSize(*_LEAST)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._plot)
        theme.changed.connect(self._on_theme_changed)
        self._paint_axes()

    def _paint_axes(self) -> None:
        t = self._theme.tokens
        self._plot.setBackground(QColor(t.surface))
        for side in ("left", "bottom"):
            axis = self._plot.getAxis(side)
            axis.setPen(QColor(t.border))
            axis.setTextPen(QColor(t.muted))
            axis.setStyle(tickLength=0)

    def _on_theme_changed(self) -> None:
        self._paint_axes()


class MoodPlot(_Plot):
    """The mood distribution as eight bars in percent."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.setAccessibleName(tr("Mood distribution"))
        self._bars = pyqtgraph.BarGraphItem(
            x=list(range(len(Mood))),
            height=[0.0] * len(Mood),
            width=0.66,
            brushes=[QColor(MOOD_COLOURS[mood]) for mood in Mood],
            pens=[QColor(MOOD_COLOURS[mood]) for mood in Mood],
        )
        self._plot.addItem(self._bars)
        self._plot.setXRange(-0.6, len(Mood) + 0.5, padding=0)
        # The names on three lines by turns, so that eight fit a narrow plot.
        names = [(i, "\n" * (i % 3) + mood_name(m)) for i, m in enumerate(Mood)]
        self._plot.getAxis("bottom").setTicks([names])
        self._plot.getAxis("bottom").setHeight(56)
        self._plot.getAxis("bottom").setStyle(hideOverlappingLabels=False)
        self._plot.getAxis("left").setLabel(tr("Share in %"))
        self.set_shares({})

    def set_shares(self, shares: Mapping[Mood, float]) -> None:
        """Show shares that sum to 1, or to 0 while nobody voted."""
        heights = [100.0 * max(0.0, shares.get(mood, 0.0)) for mood in Mood]
        self._bars.setOpts(height=heights)
        self._plot.setYRange(0, max(20.0, max(heights) * 1.15), padding=0)
        told = [
            f"{mood_name(mood)} {words.percent(height / 100)}"
            for mood, height in zip(Mood, heights, strict=True)
            if height > 0
        ]
        self.setAccessibleDescription(", ".join(told) or tr("Nobody has voted yet"))


class BarsPlot(_Plot):
    """Bars in the accent's colour with a few labels below."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__(theme)
        self._name = name
        self._bars = pyqtgraph.BarGraphItem(x=[], height=[], width=0.7)
        self._plot.addItem(self._bars)
        self.setAccessibleName(name)

    def set_bars(self, values: Sequence[float], labels: Sequence[str]) -> None:
        """Show values from the left; of many labels only some are drawn, all are spoken."""
        colour = QColor(self._theme.tokens.accent_fill)
        places = list(range(len(values)))
        self._bars.setOpts(x=places, height=list(values), brush=colour, pen=colour)
        step = max(1, -(-len(labels) // _LABELS_AT_MOST))
        ticks = [(at, label) for at, label in enumerate(labels) if at % step == 0]
        self._plot.getAxis("bottom").setTicks([ticks])
        self._plot.setXRange(-0.6, max(1, len(values)) - 0.4, padding=0)
        self._plot.setYRange(0, max(1.0, max(values, default=0.0) * 1.1), padding=0)
        told = [
            f"{label}: {words.number(value)}"
            for label, value in zip(labels, values, strict=True)
            if value
        ]
        self.setAccessibleDescription(", ".join(told[:_SPOKEN_AT_MOST]))

    def _on_theme_changed(self) -> None:
        super()._on_theme_changed()
        colour = QColor(self._theme.tokens.accent_fill)
        self._bars.setOpts(brush=colour, pen=colour)


class LinePlot(_Plot):
    """One line over time in the accent's colour."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__(theme)
        self._line = self._plot.plot([], [])
        self.setAccessibleName(name)
        self._paint_line()

    def set_points(self, points: Sequence[tuple[float, float]]) -> None:
        """Show points in the order of their first value."""
        self._line.setData([x for x, _ in points], [y for _, y in points])
        self._plot.setYRange(0, max(1.0, max((y for _, y in points), default=0.0) * 1.1), padding=0)
        if points:
            self._plot.setXRange(points[0][0], max(points[-1][0], points[0][0] + 1), padding=0)

    def _paint_line(self) -> None:
        self._line.setPen(pyqtgraph.mkPen(QColor(self._theme.tokens.accent), width=2))

    def _on_theme_changed(self) -> None:
        super()._on_theme_changed()
        self._paint_line()
