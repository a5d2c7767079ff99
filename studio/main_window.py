"""The studio window: sign-in, or the four zones in the colour of the room's mood."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from shared.qt.loop import AppWindow
from shared.qt.sign_in import SignInPanel
from shared.qt.theme import Theme, blend
from shared.qt.translations import tr
from shared.qt.widgets import PageStack, inset_spin_boxes
from shared.schemas.moods import MOOD_COLOURS, Mood
from studio.dialogs import (
    CloseQuestion,
    CommandPalette,
    EndQuestion,
    LinkQuestion,
    PersonCard,
    PreferencesPanel,
    ShowSheet,
    SummaryPanel,
    WordsPanel,
)
from studio.hotkeys import Action, Shortcuts
from studio.zones import Dockyard, FeedZone, InputZone, PeopleZone, StageZone

SIGN_IN, STUDIO = "sign-in", "studio"
_SMALLEST = (1120, 660)
_FIRST = (1280, 720)


class MoodFrame(QWidget):
    """The ground between the zones; a mood tints it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._mood: Mood | None = None
        theme.changed.connect(self.update)

    @property
    def mood(self) -> Mood | None:
        """The mood in force."""
        return self._mood

    def set_mood(self, mood: Mood | None) -> None:
        """Tint the frame, or give it back its plain colour."""
        if mood is not self._mood:
            self._mood = mood
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the ground: the mood's colour at the top, fading to the plain one."""
        t = self._theme.tokens
        painter = QPainter(self)
        if self._mood is None:
            painter.fillRect(self.rect(), QColor(t.background))
            return
        colour = MOOD_COLOURS[self._mood]
        ground = QLinearGradient(0, 0, 0, self.height())
        ground.setColorAt(0.0, QColor(blend(colour, t.background, 0.42)))
        ground.setColorAt(0.5, QColor(blend(colour, t.background, 0.18)))
        ground.setColorAt(1.0, QColor(blend(colour, t.background, 0.26)))
        painter.fillRect(self.rect(), ground)
        painter.fillRect(0, 0, self.width(), 3, QColor(colour))


class Cockpit(MoodFrame):
    """People, stage and feed above, input below."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.setObjectName("cockpit")
        self.people = PeopleZone(theme)
        self.stage = StageZone(theme)
        self.feed = FeedZone(theme)
        self.input = InputZone(theme)
        self.docks = Dockyard(theme, people=self.people, stage=self.stage, feed=self.feed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 9, 8, 8)
        layout.setSpacing(8)
        layout.addWidget(self.docks, 1)
        layout.addWidget(self.input)


class StudioWindow(AppWindow):
    """Holds the pages and panels; what they show comes from outside."""

    go_live_shortcut = Signal()
    end_shortcut = Signal()
    wizard_requested = Signal()
    painted = Signal()
    """The window's first picture is being painted; it is on screen once the loop goes on."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.setObjectName("studioWindow")
        self._was_painted = False
        self.setWindowTitle(tr("Teezu Studio"))
        self.setMinimumSize(*_SMALLEST)
        self.resize(*_FIRST)
        self.sign_in = SignInPanel(
            theme, title=tr("Teezu Studio"), hint=tr("Sign in to see your room and go live.")
        )
        self.cockpit = Cockpit(theme)
        self._pages = PageStack()
        self._pages.add(SIGN_IN, lambda: self.sign_in)
        self._pages.add(STUDIO, lambda: self.cockpit)
        self.set_content(self._pages)
        self.close_question = CloseQuestion(self._pages)
        self.preferences = PreferencesPanel(self._pages)
        self.words = WordsPanel(self._pages)
        self.show_sheet = ShowSheet(self._pages)
        self.end_question = EndQuestion(self._pages)
        self.summary = SummaryPanel(self._pages)
        self.person_card = PersonCard(self._pages, theme)
        self.link_question = LinkQuestion(self._pages)
        self.palette_panel = CommandPalette(self._pages)
        inset_spin_boxes(self)
        self.commands = self._make_commands()
        self.shortcuts = Shortcuts(self, self.commands)
        self.shortcuts.changed.connect(self._on_shortcuts_changed)
        self._on_shortcuts_changed()

    def _make_commands(self) -> tuple[Action, ...]:
        """Everything the keyboard and the palette reach, by one list."""
        cockpit, bench = self.cockpit, self.cockpit.stage.bench
        return (
            Action("go-live", tr("Go live"), self.go_live_shortcut.emit, "Ctrl+Shift+L"),
            Action(
                "prepare", tr("Prepare your show"), cockpit.stage.prepare_requested.emit, "Ctrl+L"
            ),
            Action("end", tr("End the broadcast"), self.end_shortcut.emit, "Ctrl+Shift+E"),
            Action("panic", tr("Panic"), cockpit.input.press_panic, "Ctrl+Shift+P"),
            Action("write", tr("Message to the room"), cockpit.input.focus_message, "Ctrl+M"),
            Action("search", tr("Search in the chat"), cockpit.feed.toggle_search, "Ctrl+F"),
            Action("newest", tr("Go to the newest message"), cockpit.feed.chat.go_to_newest),
            Action("words", tr("Words on the picture"), self.words.ask),
            Action("studio-mode", tr("Studio mode"), bench.studio_requested.emit, "Ctrl+Shift+S"),
            Action(
                "to-air", tr("Put the preview on air"), bench.take_requested.emit, "Ctrl+Return"
            ),
            Action("multiview", tr("All scenes in a window"), bench.multiview_requested.emit),
            Action("wizard", tr("Set up your studio"), self.wizard_requested.emit),
            Action("look", tr("Dark or light"), cockpit.people.scheme_toggled.emit),
            Action(
                "preferences",
                tr("Preferences"),
                cockpit.people.preferences_requested.emit,
                "Ctrl+,",
            ),
            Action("palette", tr("Show all actions"), self.palette_panel.ask, "Ctrl+K"),
            Action("quit", tr("Close the studio"), self.close, "Ctrl+Q"),
        )

    def _on_shortcuts_changed(self) -> None:
        self.palette_panel.set_actions(self.shortcuts.actions)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell of the first picture."""
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            self.painted.emit()

    @property
    def host(self) -> QWidget:
        """What panels lie over."""
        return self._pages

    @property
    def page(self) -> str:
        """Which page is shown."""
        return self._pages.current

    def show_sign_in(self) -> None:
        """Ask who is there."""
        self._pages.page(STUDIO)
        self._pages.show_page(SIGN_IN)
        self.sign_in.invite()

    def show_studio(self) -> None:
        """Show the four zones."""
        self._pages.page(SIGN_IN)
        self._pages.show_page(STUDIO)
