"""Panels and questions of the studio's gallery, each over a busy evening."""

from collections.abc import Callable

from PySide6.QtWidgets import QPushButton
from tools import gallery_states as states
from tools.gallery import Gallery, picture

from shared.qt.translations import tr
from studio.canvas.report import ImportReport, MissingFile
from studio.choices import DestinationChoice, NoticeChoices, OutputChoices
from studio.dialogs.hotkeys import HotkeysPanel, HotkeysState
from studio.dialogs.notices import NoticesPanel
from studio.dialogs.outputs import OutputsPanel, OutputsState
from studio.dialogs.people_cards import PersonCardState
from studio.dialogs.preferences import Preferences
from studio.dialogs.profiles import ProfilesPanel
from studio.dialogs.recovery import RecoveryPanel
from studio.dialogs.safe_word import SafeWordPanel
from studio.dialogs.show_sheet import CheckLine, ShowPlan
from studio.dialogs.wizard import Coaching, Measurement, WizardPanel
from studio.engine.protocol import EncoderChoice, VideoSettings
from studio.main_window import StudioWindow
from studio.zones.people import role_name


def _wizard(page: int) -> Callable[[Gallery], None]:
    def room(gallery: Gallery) -> None:
        window = gallery.evening(is_live=False)
        wizard = WizardPanel(window.host, window.theme)
        wizard.begin(Preferences())
        wizard.show_frame(picture(640, 360))
        wizard.set_light(Coaching(tr("The light is good."), "success"))
        wizard.set_sound(-18.0, Coaching(tr("Your voice is clear."), "success"))
        wizard.set_measurement(
            Measurement(
                encoder="x264, 92 fps",
                uplink="18.4 Mbit/s",
                picture="1920 x 1080, 30",
                bitrate="4,500 kbit/s",
                why=tr("It leaves room for a slow evening."),
                is_ready=True,
            )
        )
        for _ in range(page):
            button = wizard.findChild(QPushButton, "wizardNext")
            assert button is not None
            button.click()

    return room


def _sheet(gallery: Gallery) -> None:
    sheet = gallery.evening(is_live=False).show_sheet
    sheet.ask(ShowPlan("Piano by candlelight", ("piano", "calm"), goal_title="An encore"))
    sheet.set_checks(
        (
            CheckLine(tr("Broadcast engine"), tr("Good"), "success"),
            CheckLine(tr("Picture"), tr("Good"), "success", "Camera"),
            CheckLine(tr("Sound"), tr("Look"), "warning", tr("Your microphone is silent")),
            CheckLine(tr("Platform"), tr("Good"), "success"),
            CheckLine(tr("Stream key"), tr("Good"), "success"),
            CheckLine(tr("Disk"), tr("Good"), "success", tr("{n} GB free", n="212.4")),
            CheckLine(tr("Privacy slate"), tr("Good"), "success"),
        ),
        is_ready=True,
    )


def _countdown(gallery: Gallery) -> None:
    sheet = gallery.evening(is_live=False).show_sheet
    sheet.ask(ShowPlan("Piano by candlelight", ("piano",), countdown_s=10))
    sheet.set_checks((), is_ready=True)
    button = sheet.findChild(QPushButton, "sheetGoLive")
    assert button is not None
    button.click()


def _panel(ask: Callable[[StudioWindow], object]) -> Callable[[Gallery], None]:
    def room(gallery: Gallery) -> None:
        ask(gallery.evening())

    return room


def _outputs(tab: int) -> Callable[[Gallery], None]:
    def ask(window: StudioWindow) -> None:
        panel = OutputsPanel(window.host)
        places = tuple(
            DestinationChoice(name=name, url=f"rtmps://live.example.org/{at}")
            for at, name in enumerate(("Second platform", "A friend's server"))
        )
        panel.ask(
            OutputsState(
                OutputChoices(destinations=places, delay_s=8),
                VideoSettings(),
                (
                    EncoderChoice(
                        id="x264", name="x264", codec="h264", is_hardware=False, works=True
                    ),
                ),
                frozenset({places[0].id}),
                {places[0].id: "42 ms"},
                folder="Videos",
                disk=tr("{n} GB free", n="212.4"),
            )
        )
        panel.show_tab(tab)

    return _panel(ask)


def _summary(window: StudioWindow) -> None:
    window.summary.show_figures(
        "Piano by candlelight",
        [
            (tr("Duration"), "1:23:45"),
            (tr("Most viewers"), "340"),
            (tr("Tips"), "2,475"),
            (tr("Goals reached"), "2"),
            (tr("Clips"), "3"),
        ],
        has_files=True,
    )


def _person(window: StudioWindow) -> None:
    who = states.PEOPLE[3]
    window.person_card.show_person(
        PersonCardState(
            who.id,
            who.display_name,
            role_name(who.role),
            tokens="1,250",
            tips="9",
            messages="42",
            rows=tuple(states.chat_rows()[:4]),
        )
    )


def _missing(window: StudioWindow) -> None:
    files = [MissingFile(f"f{n}", f"Film {n}", f"/films/evening-{n}.mp4") for n in range(3)]
    window.cockpit.stage.bench.missing.show_files(files)


def _report(window: StudioWindow) -> None:
    left = (("Old browser", "browser_source", "unknown"), ("Shader", "shader_filter", "filter"))
    window.cockpit.stage.bench.report.show_report(ImportReport("Evening", 4, 12, 30, left))


def _crash(window: StudioWindow) -> None:
    versions = [("a", "20-11-2026 19:58"), ("b", "20-11-2026 19:40")]
    found = tr("Found: {things}.", things="4 scenes, 12 sources")
    RecoveryPanel(window.host).ask(found, versions, after_crash=True)


def _keys(window: StudioWindow) -> None:
    actions = tuple(window.shortcuts.actions)
    HotkeysPanel(window.host).ask(
        HotkeysState(actions, {"panic": "Ctrl+Shift+F12"}, note=tr("They work in every program."))
    )


def _profiles(window: StudioWindow) -> None:
    panel = ProfilesPanel(window.host)
    panel.set_profiles(["Standard", "A quiet evening"], "Standard")
    panel.ask()


PANELS: tuple[tuple[str, Callable[..., None]], ...] = (
    *((f"wizard-{at}", _wizard(at)) for at in range(4)),
    ("go-live", _sheet),
    ("countdown", _countdown),
    ("summary", _panel(_summary)),
    ("end-question", _panel(lambda w: w.end_question.ask(tr("A recording runs, too.")))),
    ("close-question", _panel(lambda w: w.close_question.ask())),
    ("preferences", _panel(lambda w: w.preferences.ask(Preferences()))),
    *((f"outputs-{at}", _outputs(at)) for at in range(4)),
    ("hotkeys", _panel(_keys)),
    ("notices", _panel(lambda w: NoticesPanel(w.host).ask(NoticeChoices(quiet_from="22:00")))),
    ("safe-word", _panel(lambda w: SafeWordPanel(w.host).ask(is_known=True))),
    ("palette", _panel(lambda w: w.palette_panel.ask())),
    ("words", _panel(lambda w: w.words.ask())),
    ("link", _panel(lambda w: w.link_question.ask("https://example.org/nocturne"))),
    ("person", _panel(_person)),
    ("profiles", _panel(lambda w: _profiles(w))),
    ("missing-files", _panel(_missing)),
    ("import-report", _panel(_report)),
    ("crash", _panel(_crash)),
)
"""Every panel by its name."""
