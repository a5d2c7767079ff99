"""The mood of the room as bars, and the creator's own mood beside it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout

from shared.qt.charts import mood_name
from shared.qt.plots import MoodPlot
from shared.qt.theme import Theme
from shared.qt.translations import tr
from shared.qt.widgets import label
from shared.schemas.moods import Mood, MoodStrip
from studio.docks.rows import ToolDock


class MoodDock(ToolDock):
    """Shares of the eight moods; choosing one's own tints the show from the next moment on."""

    mood_chosen = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "moodDock", tr("Mood"))
        self._plot = MoodPlot(theme)
        self._plot.setMinimumHeight(120)
        self._state = label(role="muted", wrap=True)
        self._own = QComboBox()
        self._own.setObjectName("ownMood")
        self._own.setAccessibleName(tr("My mood"))
        for mood in Mood:
            self._own.addItem(mood_name(mood), mood.value)
        self._own.activated.connect(
            lambda _row: self.mood_chosen.emit(Mood(self._own.currentData()))
        )
        name = label(tr("My mood"), role="caption")
        name.setBuddy(self._own)
        row = QHBoxLayout()
        row.addWidget(name)
        row.addWidget(self._own, 1)
        self.body.addWidget(self._state)
        self.body.addWidget(self._plot, 1)
        self.body.addLayout(row)
        self.set_strip(None)

    def set_strip(self, strip: MoodStrip | None) -> None:
        """Show the room's mood."""
        self._plot.set_shares(strip.shares if strip is not None else {})
        dominant = strip.dominant if strip is not None else None
        self._state.setText(
            tr("The room is {mood}.", mood=mood_name(dominant).lower())
            if dominant is not None
            else tr("Nobody has voted yet. Tips and votes of viewers show up here.")
        )

    def set_own(self, mood: Mood | None, *, is_live: bool) -> None:
        """Show the mood of the show."""
        self._own.setEnabled(is_live)
        self._own.setToolTip("" if is_live else tr("Choose it in the sheet before you go live"))
        if mood is not None and not self._own.view().isVisible():
            self._own.setCurrentIndex(self._own.findData(mood.value))
