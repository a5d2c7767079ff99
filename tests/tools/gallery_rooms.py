"""The rooms of the studio's gallery: each puts the window into one state that a person may see."""

from collections.abc import Callable

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget
from tools import gallery_states as states
from tools.gallery import Gallery, picture
from tools.gallery_panels import PANELS

from shared.qt.errors import Notice, NoticeAction, Severity
from shared.qt.sign_in import ServerState, SignInState
from shared.qt.translations import tr
from studio.canvas.projector import NamedCell, ProjectorWindow, SceneWall
from studio.docks.controls import ControlsState, DestinationLine
from studio.docks.dashboard import DashboardState
from studio.docks.transitions import TransitionsState
from studio.project.filters import Filter
from studio.project.filters_kinds import FILTER_SETTINGS
from studio.project.item_form import ItemForm
from studio.project.model import Source
from studio.project.multiview import Cell
from studio.project.overlays import (
    ChatBoxOverlay,
    CountdownOverlay,
    GoalBarOverlay,
    MoodStripOverlay,
    TipAlertsOverlay,
)
from studio.project.sources import CameraSource, TextSource
from studio.settings import GoalDraft, MenuLine, PromptChoice, StepDraft
from studio.zones.dockyard import Preset
from studio.zones.input import SafetyView
from studio.zones.people import LineState, LineStatus
from studio.zones.stage import AirPhase, BroadcastView


def _sign_in(gallery: Gallery) -> None:
    window = gallery.fresh()
    window.show_sign_in()
    window.sign_in.set_state(
        SignInState(
            server="http://127.0.0.1:8780",
            email="mila@example.org",
            problem=tr(
                "This e-mail and password do not belong together. Check both and try again."
            ),
            server_state=ServerState.DOWN,
            can_start_server=True,
            sends_number=True,
        )
    )


def _preset(preset: Preset) -> Callable[[Gallery], None]:
    def room(gallery: Gallery) -> None:
        window = gallery.evening(is_live=preset is Preset.ON_AIR)
        window.cockpit.docks.arrange(preset)
        for name in window.cockpit.docks.names:
            made = window.cockpit.docks.made_widget(name)
            if made is not None:
                _fill(name, made)

    return room


def _dock(name: str) -> Callable[[Gallery], None]:
    return lambda gallery: _fill(name, gallery.dock(name))


def _fill(name: str, dock: QWidget) -> None:
    """Show the evening in a dock."""
    goals = tuple(
        GoalDraft(title=f"Song {n}", steps=(StepDraft(title="half", tokens=250),)) for n in range(2)
    )
    lines = (
        MenuLine(title="Say my name", tokens=10),
        MenuLine(title="Dedicate a song to somebody you love", tokens=75, duration_s=240),
        MenuLine(title="A postcard", tokens=500, is_on=False),
    )
    found = {
        "controls": lambda: dock.set_state(
            ControlsState(
                is_on=True,
                is_recording=True,
                recording="00:12:40 \N{MIDDLE DOT} 1.2 GB",
                is_replaying=True,
                held_s=30,
                delay_s=8,
                is_delayed=True,
                destinations=(
                    DestinationLine("Teezu", tr("Good"), "success", "2,480 kbit/s"),
                    DestinationLine("Second platform", tr("Lost"), "danger", "3 x"),
                ),
            )
        ),
        "mixer": lambda: _sound(dock),
        "tip menu": lambda: dock.set_lines(lines),
        "goals": lambda: (
            dock.set_goals(states.goals(), is_live=True),
            dock.set_drafts(goals),
        ),
        "schedule": lambda: dock.set_plans(states.plans()),
        "prompts": lambda: dock.set_prompts(
            [PromptChoice(text="Thank you!"), PromptChoice(text="A song you choose", tokens=50)]
        ),
        "stripsync": lambda: (
            dock.set_live(is_live=True),
            dock.set_running(states.actions()[0], 95.0, is_paused=False),
            dock.set_waiting(states.actions()[1:]),
        ),
        "held": lambda: dock.set_messages(states.held()),
        "leaderboard": lambda: dock.set_rows(states.leaders()),
        "filters": lambda: (
            dock.set_state(states.project().sources, {}),
            dock.open_source("camera"),
        ),
        "mood": lambda: (
            dock.set_strip(states.STRIP),
            dock.set_own(states.STRIP.dominant, is_live=True),
        ),
        "dashboard": lambda: dock.set_state(
            DashboardState(
                12840,
                3400,
                48,
                120,
                36.5,
                14,
                states.days(),
                (0.2, 0.1, 0.3, 0.5, 1.0, 0.9, 0.4),
                tuple((n * 7 % 12) / 12 for n in range(24)),
                tuple((float(n), max(0.2, 1.0 - n / 90)) for n in range(60)),
                (tr("You earn most on Friday."),),
            )
        ),
    }
    found[name]()


def _sound(dock: QWidget) -> None:
    dock.set_state(states.strips())
    dock.hear(states.levels())
    dock.advance()
    dock.look()


def _filter(kind: str) -> Callable[[Gallery], None]:
    def room(gallery: Gallery) -> None:
        dock = gallery.dock("filters")
        one = Filter(id="one", kind=kind)
        dock.set_state(
            [Source(id="a", name="Camera", settings=CameraSource(device="0"), filters=(one,))], {}
        )
        dock.open_source("a")

    return room


def _properties(settings: object, name: str) -> Callable[[Gallery], None]:
    def room(gallery: Gallery) -> None:
        bench = gallery.evening(is_live=False).cockpit.stage.bench
        bench.properties.open(
            Source.model_validate({"id": "a", "name": name, "settings": settings})
        )

    return room


def _item(gallery: Gallery) -> None:
    bench = gallery.evening(is_live=False).cockpit.stage.bench
    bench.canvas.choose(("i2",))
    bench.item.set_item("i2", "Welcome", ItemForm(fit="contain", showing="slide", way_ms=300))
    bench.item.open()


def _studio_mode(gallery: Gallery) -> None:
    bench = gallery.evening().cockpit.stage.bench
    bench.set_studio(is_on=True, preview="Close to the keys", program="Piano")
    bench.program.show_image(picture(960, 540))
    bench.transitions.set_state(TransitionsState(is_studio=True, can_take=True))


def _projector(view: str) -> Callable[[Gallery], None]:
    def room(gallery: Gallery) -> None:
        window = ProjectorWindow(gallery.evening().theme, view, tr("All scenes"))
        window.picture.show_image(picture(960, 540))
        if isinstance(window.picture, SceneWall):
            names = [scene.name for scene in states.project().scenes]
            cells = [
                NamedCell(
                    Cell(f"s{at}", f"s{at}", (at % 2) / 2, (at // 2) / 2, 0.5),
                    name,
                    is_on_air=at == 0,
                    is_in_preview=at == 1,
                )
                for at, name in enumerate(names)
            ]
            window.picture.set_cells(tuple(cells))
        window.show()
        gallery.target = window

    return room


def _told(sentence: str, action: str = "", severity: Severity = Severity.WARNING) -> object:
    def room(gallery: Gallery) -> None:
        window = gallery.evening(is_live=False)
        window.cockpit.people.set_line(LineStatus(LineState.DOWN, tr("Not connected")))
        step = NoticeAction(tr(action), lambda: None) if action else None
        window.bar.show_notice(Notice(tr(sentence), severity, step))

    return room


def _panicked(gallery: Gallery) -> None:
    cockpit = gallery.evening().cockpit
    cockpit.input.set_safety(SafetyView(is_on_air=True, is_panicked=True))
    cockpit.stage.set_broadcast(BroadcastView(AirPhase.LIVE, live_for_s=60, is_panicked=True))


def _troubled(gallery: Gallery) -> None:
    cockpit = gallery.evening().cockpit
    cockpit.people.set_line(LineStatus(LineState.TRYING, tr("Reconnecting")))
    cockpit.stage.set_broadcast(
        BroadcastView(
            AirPhase.RECONNECTING,
            live_for_s=360,
            problem=tr("The line to the platform was cut."),
        )
    )
    bench = cockpit.stage.bench
    bench.canvas.choose(("i2", "i3"))


def _menu(gallery: Gallery) -> None:
    window = gallery.evening()
    menu = window.cockpit.stage.sources.add_menu()
    menu.popup(window.mapToGlobal(QPoint(300, 200)))
    gallery.target = menu


ROOMS: tuple[tuple[str, Callable[..., None]], ...] = (
    ("signed-out", _sign_in),
    ("off-air", lambda gallery: gallery.evening(is_live=False)),
    ("on-air", lambda gallery: gallery.evening()),
    ("preset-setting-up", _preset(Preset.SETTING_UP)),
    ("preset-on-air", _preset(Preset.ON_AIR)),
    *(
        (f"dock-{name.replace(' ', '-')}", _dock(name))
        for name in (
            *("controls", "mixer", "tip menu", "goals", "schedule", "prompts", "stripsync"),
            *("held", "leaderboard", "filters", "mood", "dashboard"),
        )
    ),
    *((f"filter-{kind.replace('_', '-')}", _filter(kind)) for kind, _ in FILTER_SETTINGS),
    ("properties-camera", _properties(CameraSource(device="0"), "Camera")),
    ("properties-text", _properties(TextSource(text="Welcome"), "Welcome")),
    ("properties-goal-bar", _properties(GoalBarOverlay(), "Goal bar")),
    ("properties-tip-alerts", _properties(TipAlertsOverlay(), "Tip alerts")),
    ("properties-mood-strip", _properties(MoodStripOverlay(), "Mood strip")),
    ("properties-chat-box", _properties(ChatBoxOverlay(), "Chat")),
    ("properties-countdown", _properties(CountdownOverlay(), "Countdown")),
    ("item", _item),
    ("studio-mode", _studio_mode),
    ("multiview", _projector("multiview")),
    ("projector", _projector("program")),
    *PANELS,
    (
        "crash-notice",
        _told(
            "The studio did not end as it should. Nothing you saved is lost.",
            "See what was found",
        ),
    ),
    (
        "safe-mode",
        _told(
            "Safe mode: devices are left out and filters are off. Your scenes are kept.",
            severity=Severity.INFO,
        ),
    ),
    ("server-down", _told("The server cannot be reached.", "Start the local server")),
    ("offline", _told("There is no connection.", "Try again now", Severity.ERROR)),
    ("panicked", _panicked),
    ("reconnecting", _troubled),
    ("add-menu", _menu),
)
"""Every room by its name."""
