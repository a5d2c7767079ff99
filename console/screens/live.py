"""Everything on air now, the riskiest first, every picture muted until asked for."""

from collections.abc import Sequence
from typing import override

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListView,
    QVBoxLayout,
    QWidget,
)

from console.screens._item_list import ItemList
from console.screens._list_pane import Nothing
from console.screens._live_delegate import PICTURE, LiveDelegate, Picture, spoken_stream
from console.screens._pictures import Pictures
from console.screens._suspend_bar import SuspendBar
from console.screens.base import Screen
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
    refresh_asked = Signal()
    suspended = Signal(object)
    """A Suspension, to be sent."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._revealed = ""
        self._pictures = Pictures(PICTURE)
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
        self.list = ItemList[Stream](
            self._make_view(),
            key=lambda stream: stream.id,
            spoken=spoken_stream,
            nothing=Nothing(
                tr("Nobody is live"), tr("Streams appear here as soon as they go on air.")
            ),
        )
        self.list.chosen_changed.connect(self._on_chosen_changed)
        self.list.refresh_asked.connect(self.refresh_asked)
        self._lay_out()
        self._bind_keys()
        self.show_streams(())

    # -- state in ----------------------------------------------------------------------------

    def show_streams(self, streams: Sequence[Stream]) -> None:
        """Show what is on air, in the order given: the riskiest first."""
        self._pictures.forget_all_but({stream.id for stream in streams})
        self.list.show_items(streams)
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

    def show_loading(self) -> None:
        """Say that the streams are being read."""
        self.list.show_loading()

    def show_problem(self, title: str, sentence: str) -> None:
        """Say why the streams could not be read; those already shown stay."""
        self.list.show_problem(title, sentence)

    def show_cut_off(self, *, is_cut_off: bool) -> None:
        """Say that no news arrives, or that it does again."""
        self.list.show_cut_off(is_cut_off=is_cut_off)

    def show_thumbnail(self, stream_id: str, image: QImage) -> None:
        """Take a newer picture of a stream."""
        self._pictures.keep(stream_id, image)
        self.list.view.viewport().update()

    @override
    def focus_first(self) -> None:
        self.list.focus_rows()

    @property
    def chosen(self) -> Stream | None:
        """The stream the keyboard is on."""
        return self.list.chosen

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
        view.setViewMode(QListView.ViewMode.IconMode)
        view.setResizeMode(QListView.ResizeMode.Adjust)
        view.setMovement(QListView.Movement.Static)
        view.setUniformItemSizes(True)
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.doubleClicked.connect(lambda _index: self._on_reveal())
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
        layout.addWidget(self.list, 1)

    def _bind_keys(self) -> None:
        self.bind("J", tr("Next stream"), lambda: self.list.step(1))
        self.bind("K", tr("Previous stream"), lambda: self.list.step(-1))
        self.bind("V", tr("Reveal or mute the picture"), self._on_reveal)
        self.bind("Return Enter", tr("Its cases"), self._on_enter, shown_as="Enter")
        self.bind("X", tr("Take the stream off the air"), self._on_suspend)
        self.bind("Esc", "", self._on_escape, shown_as="")
        self.bind("F5", tr("Read again"), self.refresh_asked.emit)

    # -- intent ------------------------------------------------------------------------------

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

    def _on_chosen_changed(self) -> None:
        stream = self.chosen
        if stream is None or stream.id != self._revealed:
            self._set_revealed("")

    def _set_revealed(self, stream_id: str) -> None:
        self._revealed = stream_id
        self._reveal.setText(tr("Mute  (V)") if stream_id else tr("Reveal  (V)"))
        self.list.view.viewport().update()

    def _picture(self, stream: Stream) -> Picture:
        if stream.state is StreamState.PANICKED:
            return Picture(instead=tr("Hidden by the safe word"))
        clear = stream.id == self._revealed
        pixmap = self._pictures.get(stream.id, clear=clear)
        if pixmap is None:
            return Picture(instead=tr("No picture yet"))
        return Picture(pixmap=pixmap, is_revealed=clear)
