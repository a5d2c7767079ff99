"""The stage: who is on air, the program as viewers see it, and the one button that goes live."""

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from shared.qt import format as words
from shared.qt.icons import keep_icon
from shared.qt.theme import Theme, set_role
from shared.qt.translations import tr, tr_n
from shared.qt.widgets import Avatar, Badge, Card, button, icon_button, label
from studio.canvas import Workbench
from studio.docks import SourcesDock, StatisticsDock

TITLE_LIMIT = 120
_TITLE_PX = 130


class AirPhase(StrEnum):
    """Where going live is, as the stage shows it; the values are those of `studio.live.Phase`.

    An enum of its own, so that the window is on screen before the services are loaded.
    """

    IDLE = "idle"
    PREPARING = "preparing"
    CONNECTING = "connecting"
    LIVE = "live"
    RECONNECTING = "reconnecting"
    ENDING = "ending"
    ENDED = "ended"
    FAILED = "failed"

    @property
    def is_on(self) -> bool:
        """Whether a broadcast is under way."""
        return self not in {AirPhase.IDLE, AirPhase.ENDED, AirPhase.FAILED}


@dataclass(frozen=True, slots=True)
class ProfileState:
    """The creator as the profile card shows them."""

    name: str
    role: str = ""
    followers: int | None = None


@dataclass(frozen=True, slots=True)
class BroadcastView:
    """Going live as the stage shows it; `blocked_by` says why the button cannot be pressed yet."""

    phase: AirPhase = AirPhase.IDLE
    title: str = ""
    live_for_s: float | None = None
    problem: str = ""
    note: str = ""
    blocked_by: str = ""
    is_panicked: bool = False
    is_empty: bool = False
    ending_s: float | None = None
    """How long viewers still see what a safety delay holds, after the end."""

    @property
    def can_end_now(self) -> bool:
        """The end can be cut short."""
        return self.phase is AirPhase.ENDING and self.ending_s is not None


def _end_words(view: BroadcastView) -> str:
    if view.can_end_now:
        return tr("End now")
    return tr("Ending") if view.phase is AirPhase.ENDING else tr("End")


class StageZone(QWidget):
    """Profile card, program preview, sources and statistics."""

    go_live_requested = Signal(str)
    """The title typed."""

    end_requested = Signal()
    prepare_requested = Signal()
    """Open the sheet with everything about the show."""

    title_committed = Signal(str)
    problem_dismissed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._view = BroadcastView()
        self.setObjectName("stageZone")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.bench = Workbench(theme)
        self.preview = self.bench.canvas
        self.sources = SourcesDock(theme)
        self.statistics = StatisticsDock(theme)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._profile_card())
        layout.addWidget(self._problem_card())
        layout.addWidget(self.bench, 1)
        layout.addWidget(self.statistics)
        layout.addWidget(self.sources)
        self.set_profile(ProfileState(""))
        self.set_broadcast(self._view)

    def set_profile(self, state: ProfileState) -> None:
        """Show the creator."""
        self._avatar.set_name(state.name)
        self._name.setText(state.name)
        parts = [state.role] if state.role else []
        if state.followers is not None:
            parts.append(
                tr_n(
                    "{amount} follower",
                    "{amount} followers",
                    state.followers,
                    amount=words.number(state.followers),
                )
            )
        self._about.setText(" \N{MIDDLE DOT} ".join(parts))

    def set_title(self, title: str) -> None:
        """Fill the title in, unless the creator is typing in it."""
        if not (self._title.hasFocus() and self._title.isModified()):
            self._title.setText(title)

    @property
    def accessible_owner(self) -> str:
        """Whose stage it is."""
        return self._name.text()

    @property
    def title(self) -> str:
        """The title as typed."""
        return self._title.text().strip()

    def set_broadcast(self, view: BroadcastView) -> None:
        """Show where going live is."""
        self._view = view
        text, kind = self._badge_of(view)
        self._badge.set_state(text, kind)
        self._badge.setAccessibleName(tr("Broadcast: {state}", state=text))
        is_on = view.phase.is_on
        if is_on:
            self._button.setText(_end_words(view))
            set_role(self._button, "")
            keep_icon(self._button, self._theme, "stop")
            self._button.setToolTip(
                tr("What viewers have not seen yet never leaves")
                if view.can_end_now
                else tr("End the broadcast for everyone (Ctrl+Shift+E)")
            )
        else:
            self._button.setText(tr("Go live"))
            set_role(self._button, "live")
            keep_icon(self._button, self._theme, "live", ink="on_danger")
            self._button.setToolTip(view.blocked_by or tr("Start the broadcast (Ctrl+Shift+L)"))
        self._button.setEnabled(
            view.can_end_now
            or (view.phase is not AirPhase.ENDING and (is_on or not view.blocked_by))
        )
        self._title.setEnabled(view.phase is not AirPhase.ENDING)
        said = view.problem or view.note
        self._problem.setVisible(bool(said))
        self._problem_text.setText(said)
        self._problem.setAccessibleName(said)
        set_role(self._problem, "danger-card" if view.phase is AirPhase.FAILED else "warning-card")
        if view.note and not view.problem:
            set_role(self._problem, "accent-card")
        self._dismiss.setVisible(not is_on)
        self._set_veil(view)

    def press_button(self) -> None:
        """Do what the button does, for the shortcut and the palette."""
        self._on_button()

    def _set_veil(self, view: BroadcastView) -> None:
        """Veil the picture of viewers where it may not be what they see."""
        on_air = self.bench.on_air
        for other in (self.bench.canvas, self.bench.program):
            if other is not on_air:
                other.set_veil("")
        if view.is_panicked and view.phase.is_on:
            on_air.set_veil(
                tr("Viewers see the privacy slate"), tr("Your camera and microphone are cut off.")
            )
        elif view.is_panicked:
            on_air.set_veil(
                tr("The privacy slate is up"), tr("Show your picture again before you go live.")
            )
        elif view.phase is AirPhase.RECONNECTING:
            on_air.set_veil(
                tr("Reconnecting\N{HORIZONTAL ELLIPSIS}"),
                tr("The show goes on as soon as the line is back."),
            )
        elif view.is_empty:
            on_air.set_veil(tr("Your picture is empty"), tr("Add your screen or a camera below."))
        else:
            on_air.set_veil("")

    def _badge_of(self, view: BroadcastView) -> tuple[str, str]:
        match view.phase:
            case AirPhase.PREPARING | AirPhase.CONNECTING:
                return tr("Connecting"), "warning"
            case AirPhase.LIVE:
                return tr("LIVE {time}", time=words.duration(view.live_for_s or 0)), "live"
            case AirPhase.RECONNECTING:
                return tr("Reconnecting"), "warning"
            case AirPhase.ENDING if view.ending_s is not None:
                return tr("Ending, {n} s left", n=words.number(round(view.ending_s))), "warning"
            case AirPhase.ENDING:
                return tr("Ending"), "warning"
            case AirPhase.ENDED:
                return tr("Ended"), "neutral"
            case AirPhase.FAILED:
                return tr("Failed"), "danger"
            case _:
                return tr("Off air"), "neutral"

    def _profile_card(self) -> QWidget:
        self._avatar = Avatar(size=38)
        self._name = label(role="heading")
        self._about = label(role="caption")
        self._badge = Badge()
        self._badge.setObjectName("liveBadge")
        self._title = QLineEdit()
        self._title.setObjectName("streamTitle")
        self._title.setMaxLength(TITLE_LIMIT)
        self._title.setMinimumWidth(_TITLE_PX)
        self._title.setPlaceholderText(tr("What is your show about tonight?"))
        self._title.setAccessibleName(tr("Title of the broadcast"))
        self._title.setToolTip(tr("Viewers see this title; you may change it while live"))
        self._title.editingFinished.connect(lambda: self.title_committed.emit(self.title))
        self._button = button(tr("Go live"), role="live", on_click=self._on_button)
        self._button.setObjectName("goLive")
        self._button.setMinimumWidth(104)
        self._prepare = icon_button(
            self._theme,
            "settings",
            tr("Prepare your show"),
            tip=tr("Tags, mood, audience, a goal and a checklist (Ctrl+L)"),
            on_click=self.prepare_requested.emit,
        )
        self._prepare.setObjectName("prepareShow")
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(self._name)
        names.addWidget(self._about)
        card = Card(margin=9)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self._avatar)
        row.addLayout(names)
        row.addWidget(self._title, 1)
        row.addWidget(self._prepare)
        row.addWidget(self._badge)
        row.addWidget(self._button)
        card.body.addLayout(row)
        return card

    def _problem_card(self) -> QWidget:
        self._problem = Card(margin=9)
        self._problem.setObjectName("broadcastProblem")
        self._problem_text = label(wrap=True)
        self._dismiss = button(
            tr("Understood"), role="bar-button", on_click=self.problem_dismissed.emit
        )
        row = QHBoxLayout()
        row.addWidget(self._problem_text, 1)
        row.addWidget(self._dismiss, 0, Qt.AlignmentFlag.AlignTop)
        self._problem.body.addLayout(row)
        return self._problem

    def _on_button(self) -> None:
        if self._view.phase.is_on:
            self.end_requested.emit()
        elif not self._view.blocked_by:
            self.go_live_requested.emit(self.title)
