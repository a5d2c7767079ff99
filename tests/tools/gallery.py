"""The window that the studio's gallery pictures: a busy evening from plain state."""

from PySide6.QtCore import QEvent, QPointF
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter, QRadialGradient
from PySide6.QtWidgets import QApplication, QWidget
from tools import gallery_states as states

from shared.qt.theme import Theme
from shared.qt.translations import tr
from shared.qt.widgets import GoalState
from shared.schemas.roles import Role
from studio.canvas.selection import CanvasState
from studio.docks.scenes import CollectionEntry, SceneEntry, ScenesState
from studio.docks.sources import SourceEntry
from studio.docks.statistics import StatisticsState
from studio.docks.transitions import ProjectorEntry, TransitionsState
from studio.main_window import StudioWindow
from studio.zones.feed import TeezerView
from studio.zones.input import QuickPrompt, SafetyView, TipCallOut
from studio.zones.people import LineState, LineStatus, role_name
from studio.zones.stage import AirPhase, BroadcastView, ProfileState


class Gallery:
    """One window at a time, in the state of a busy evening; `target` is what is pictured."""

    def __init__(self, theme: Theme, size: tuple[int, int]) -> None:
        self._theme = theme
        self._size = size
        self.window = self._new()
        self.target: QWidget = self.window

    def fresh(self) -> StudioWindow:
        """Another window, as after a start."""
        self.window.hide()
        self.window.deleteLater()
        if self.target is not self.window:
            self.target.hide()
            self.target.deleteLater()
        self.window = self._new()
        self.target = self.window
        return self.window

    def settle(self) -> None:
        """Let everything find its place."""
        for _ in range(4):
            QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
            QApplication.processEvents()

    def _new(self) -> StudioWindow:
        window = StudioWindow(self._theme)
        window.resize(*self._size)
        window.show()
        return window

    def evening(self, *, is_live: bool = True) -> StudioWindow:
        """A window that shows a show."""
        window = self.fresh()
        window.show_studio()
        cockpit = window.cockpit
        live = AirPhase.LIVE if is_live else AirPhase.IDLE
        cockpit.people.set_people(states.PEOPLE if is_live else ())
        cockpit.people.set_viewers(128 if is_live else 0, 340)
        cockpit.people.set_line(LineStatus(LineState.UP, tr("Connected")))
        cockpit.stage.set_profile(ProfileState("Mila Jansen", role_name(Role.CREATOR), 12840))
        cockpit.stage.set_title("Piano by candlelight")
        cockpit.stage.set_broadcast(BroadcastView(live, live_for_s=5025 if is_live else None))
        cockpit.stage.statistics.set_state(
            StatisticsState(29.97, 30, 2480, 3, 2, 0, 150000, -12, 34) if is_live else None
        )
        cockpit.stage.sources.set_entries(
            [
                SourceEntry("goal", "Goal bar", "goal_bar", "i3"),
                SourceEntry("words", "Welcome", "text", "i2", is_on=False),
                SourceEntry("camera", "Camera", "camera", "i1"),
                SourceEntry("voice", "Microphone", "microphone"),
            ]
        )
        document = states.project()
        bench = cockpit.stage.bench
        bench.scenes.set_state(
            ScenesState(
                tuple(SceneEntry(one.id, one.name) for one in document.scenes),
                on_air="s0",
                undo="add source",
                can_undo=True,
                collection="show.json",
                collections=(CollectionEntry("show.json", "My show"),),
            )
        )
        bench.transitions.show()
        bench.transitions.set_state(
            TransitionsState(document.transitions, projectors=(ProjectorEntry("program", "P"),))
        )
        bench.canvas.set_state(CanvasState(document, {"camera": (1920.0, 1080.0)}))
        bench.canvas.show_image(picture(960, 540))
        cockpit.feed.set_can_add_goal(is_possible=True)
        cockpit.feed.set_goals(
            [GoalState(g.id, g.title, g.raised_tokens, g.target_tokens) for g in states.goals()]
        )
        cockpit.feed.set_teezer(TeezerView(True, True, tr("Waits for its hours")))
        cockpit.input.set_prompts(
            [QuickPrompt(tr("Thank you!")), QuickPrompt("Play a song", 50), QuickPrompt("Hi", 5)]
        )
        if is_live:
            cockpit.feed.set_mood(states.STRIP)
            cockpit.set_mood(states.STRIP.dominant)
            cockpit.feed.chat.append(states.chat_rows())
            cockpit.feed.activity.append(states.tip_rows())
            cockpit.input.set_tip(TipCallOut("Alex de Vries", 150, "For the piano!"), 2475)
            cockpit.input.set_safety(SafetyView(is_on_air=True, behind_s=8.0))
            cockpit.input.set_can_send("")
        else:
            cockpit.input.set_can_send(tr("You can write as soon as you are live."))
        return window

    def dock(self, name: str) -> QWidget:
        """An evening with a dock open in front."""
        docks = self.evening().cockpit.docks
        docks.show_dock(name)
        return docks.widget(name)


def picture(width: int, height: int) -> QImage:
    """A warm room, painted: what a camera might show."""
    made = QImage(width, height, QImage.Format.Format_RGB32)
    painter = QPainter(made)
    ground = QLinearGradient(0, 0, 0, height)
    ground.setColorAt(0.0, QColor("#3B2A3F"))
    ground.setColorAt(1.0, QColor("#A8684A"))
    painter.fillRect(made.rect(), ground)
    glow = QRadialGradient(QPointF(width * 0.7, height * 0.4), width * 0.4)
    glow.setColorAt(0.0, QColor("#FFD9A0"))
    glow.setColorAt(1.0, QColor(255, 217, 160, 0))
    painter.fillRect(made.rect(), glow)
    painter.end()
    return made
