"""Everything on air now, the riskiest first, every picture muted until asked for."""

from collections.abc import Sequence
from typing import override

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListView,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from console.screens._live_delegate import PICTURE, LiveDelegate, Picture, spoken_stream
from console.screens._pictures import Pictures
from console.screens._rows import RowsModel
from console.screens._suspend_bar import SuspendBar
from console.screens.base import EmptyState, Screen
from shared.qt.format import number
from shared.qt.theme import Theme, set_role
from shared.qt.translations import tr, tr_n
from shared.qt.widgets import button, label
from shared.schemas.moderation import Policy
from shared.schemas.streams import Stream, StreamState

_CARD_GAP = 8
"""What a card stands off the edge of the wall, so that head and cards are in line."""


class _Wall(QListView):
    """A list view whose cards share its width."""

    def __init__(self, delegate: LiveDelegate) -> None:
        super().__init__()
        self._cards = delegate
        delegate.setParent(self)
        self.setItemDelegate(delegate)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        # Two pixels less than there are: Qt wraps a row that fills its width exactly.
        self._cards.fit(event.size().width() - 2)
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()


class LiveScreen(Screen):
    """A wall of cards. Only the chosen stream can be revealed, and only while it is chosen."""

    cases_asked = Signal(str)
    """The person wants to see what is reported about a stream (its id)."""
    suspend_asked = Signal(object)
    """The person wants to take a stream off the air; answer with `ask_suspension`."""
    suspended = Signal(object)
    """A Suspension, to be sent."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._revealed = ""
        self._pictures = Pictures(PICTURE)
        self._model = RowsModel[Stream](
            key=lambda stream: stream.id, spoken=spoken_stream, parent=self
        )
        self._count = label(role="muted")
        self._reveal = button(
            tr("Reveal  (V)"),
            tip=tr("Show the chosen picture clear and in colour until you move on"),
            on_click=self._on_reveal,
        )
        self._suspend = button(
            tr("Suspend  (X)"),
            tip=tr("Take the chosen stream off the air; you are asked first"),
            on_click=self._on_suspend,
        )
        self._bar = SuspendBar()
        self._bar.confirmed.connect(self.suspended)
        self._bar.closed.connect(self.focus_first)
        self._view = self._make_view()
        self._empty = EmptyState("", "")
        self._stack = QStackedWidget()
        self._stack.addWidget(self._view)
        self._stack.addWidget(self._empty)
        self._lay_out()
        self._bind_keys()
        self.show_streams(())

    # -- state in ----------------------------------------------------------------------------

    def show_streams(self, streams: Sequence[Stream]) -> None:
        """Show what is on air, in the order given: the riskiest first."""
        self._model.show(streams)
        self._pictures.forget_all_but({stream.id for stream in streams})
        if streams and not self._view.currentIndex().isValid():
            self._view.setCurrentIndex(self._model.index(0))
        self._empty.say(tr("Nobody is live"), tr("Streams appear here as soon as they go on air."))
        self._stack.setCurrentWidget(self._view if streams else self._empty)
        self._reveal.setVisible(bool(streams))
        self._suspend.setVisible(bool(streams))
        watching = sum(stream.viewers for stream in streams)
        self._count.setText(
            tr_n(
                "{n} stream, {watching} watching, riskiest first",
                "{n} streams, {watching} watching, riskiest first",
                len(streams),
                watching=number(watching),
            )
            if streams
            else ""
        )

    def show_unknown(self, title: str, detail: str) -> None:
        """Say why there is nothing to show yet: loading, or no connection."""
        self.show_streams(())
        self._empty.say(title, detail)

    def show_thumbnail(self, stream_id: str, image: QImage) -> None:
        """Take a newer picture of a stream."""
        self._pictures.keep(stream_id, image)
        self._view.viewport().update()

    @override
    def focus_first(self) -> None:
        self._view.setFocus()

    @property
    def chosen(self) -> Stream | None:
        """The stream the keyboard is on."""
        return self._model.at(self._view.currentIndex().row())

    @property
    def pictures_shown(self) -> int:
        """How many streams have a picture, muted or not."""
        return len(self._pictures)

    @property
    def revealed(self) -> str:
        """The id of the stream whose picture is shown clear; empty for none."""
        return self._revealed

    # -- building ----------------------------------------------------------------------------

    def _make_view(self) -> QListView:
        view = _Wall(LiveDelegate(self.theme, picture=self._picture))
        view.setObjectName("liveWall")
        view.setAccessibleName(tr("Live streams"))
        set_role(view, "bare")
        view.setModel(self._model)
        view.setViewMode(QListView.ViewMode.IconMode)
        view.setResizeMode(QListView.ResizeMode.Adjust)
        view.setMovement(QListView.Movement.Static)
        view.setUniformItemSizes(True)
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.doubleClicked.connect(lambda _index: self._on_reveal())
        view.selectionModel().currentChanged.connect(self._on_current_changed)
        return view

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.setContentsMargins(_CARD_GAP, 0, _CARD_GAP, 0)
        bar.addWidget(self._count, 1)
        bar.addWidget(self._reveal)
        bar.addWidget(self._suspend)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16 - _CARD_GAP, 12, 16 - _CARD_GAP, 12)
        layout.setSpacing(4)
        layout.addLayout(bar)
        layout.addWidget(self._bar)
        layout.addWidget(self._stack, 1)

    def _bind_keys(self) -> None:
        self.bind("J", tr("Next stream"), lambda: self._step(1))
        self.bind("K", tr("Previous stream"), lambda: self._step(-1))
        self.bind("V", tr("Reveal or mute the picture"), self._on_reveal)
        self.bind("Return Enter", tr("Its cases"), self._on_enter, shown_as="Enter")
        self.bind("X", tr("Take the stream off the air"), self._on_suspend)
        self.bind("Esc", "", self._on_escape, shown_as="")

    # -- intent ------------------------------------------------------------------------------

    def _step(self, by: int) -> None:
        rows = self._model.rowCount()
        if rows:
            row = max(0, min(rows - 1, self._view.currentIndex().row() + by))
            self._view.setCurrentIndex(self._model.index(row))
            self._view.setFocus()

    def ask_suspension(self, stream: Stream, policies: Sequence[Policy]) -> None:
        """Ask on which ground and with which words the stream is to be suspended."""
        self._bar.ask(stream, policies)

    @property
    def is_asking(self) -> bool:
        """Whether a suspension waits for its confirmation."""
        return self._bar.is_asking

    def _on_suspend(self) -> None:
        stream = self.chosen
        if stream is not None:
            self.suspend_asked.emit(stream)

    def _on_enter(self) -> None:
        if self._bar.is_asking:
            self._bar.confirm()
        else:
            self._on_cases()

    def _on_escape(self) -> None:
        if self._bar.is_asking:
            self._bar.close_bar()

    def _on_cases(self) -> None:
        stream = self.chosen
        if stream is not None:
            self.cases_asked.emit(stream.id)

    def _on_reveal(self) -> None:
        stream = self.chosen
        wanted = stream.id if stream is not None else ""
        self._set_revealed("" if wanted == self._revealed else wanted)

    def _on_current_changed(self, _now: QModelIndex, _before: QModelIndex) -> None:
        stream = self.chosen
        if stream is None or stream.id != self._revealed:
            self._set_revealed("")

    def _set_revealed(self, stream_id: str) -> None:
        self._revealed = stream_id
        self._reveal.setText(tr("Mute  (V)") if stream_id else tr("Reveal  (V)"))
        self._view.viewport().update()

    def _picture(self, stream: Stream) -> Picture:
        if stream.state is StreamState.PANICKED:
            return Picture(instead=tr("Hidden by the safe word"))
        clear = stream.id == self._revealed
        pixmap = self._pictures.get(stream.id, clear=clear)
        if pixmap is None:
            return Picture(instead=tr("No picture yet"))
        return Picture(pixmap=pixmap, is_revealed=clear)
