"""The mixer: strips that ask for edits, meters with known ballistics, warnings that come and go."""

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSlider, QApplication, QLabel, QMenu, QWidget
from pytestqt.qtbot import QtBot

from shared.qt.theme import Scheme, Theme, blend
from studio.docks.ballistics import Ballistics
from studio.docks.fader import SILENT_DB, Fader, db_at, db_text, position_of
from studio.docks.meter import MeterBar
from studio.docks.meter_field import MeterField
from studio.docks.mixer import Levels, MixerDock, MixerState
from studio.docks.mixer_strip import StripState
from studio.project.mixing import SetMonitorDevice, UpdateStrip

_VOICE = StripState("voice", "Microphone", "microphone", gain_db=-3.0)
_MUSIC = StripState("music", "Music", "file", is_muted=True)
_LOUD = ((-6.0, -6.0), (-12.0, -12.0))
_NOTHING = ((-96.0, -96.0), (-96.0, -96.0))


class _Clock:
    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> _Clock:
    return _Clock()


@pytest.fixture
def dock(qtbot: QtBot, theme: Theme, clock: _Clock) -> MixerDock:
    made = MixerDock(theme, now_s=clock)
    qtbot.addWidget(made)
    made.resize(300, 500)
    made.set_state(MixerState((_VOICE, _MUSIC), (("old", "Old player"),)))
    return made


def _asked(qtbot: QtBot, dock: MixerDock, do: object) -> UpdateStrip:
    with qtbot.waitSignal(dock.edits_requested) as edits:
        do()  # type: ignore[operator]
    (edit,) = edits.args[0]
    assert isinstance(edit, UpdateStrip)
    return edit


def _chosen(menu: QMenu, text: str) -> None:
    next(action for action in menu.actions() if action.text() == text).trigger()


# --- ballistics -------------------------------------------------------------------------------


def test_a_peak_rises_at_once_and_falls_by_24_db_a_second() -> None:
    meter = Ballistics()
    meter.hear((-3.0, -9.0), (-96.0, -96.0), 10.0)
    assert (meter.left.peak_db, meter.right.peak_db) == (-3.0, -9.0)
    meter.move(11.0)
    assert meter.left.peak_db == pytest.approx(-3 - 23.53)
    meter.hear((-40.0, -5.0), (-96.0, -96.0), 11.0)
    assert meter.left.peak_db == pytest.approx(-26.53)
    assert meter.right.peak_db == -5.0


def test_the_highest_peak_is_held_for_twenty_seconds() -> None:
    meter = Ballistics()
    meter.hear((-3.0, -3.0), (-96.0, -96.0), 0.0)
    meter.hear((-20.0, -20.0), (-96.0, -96.0), 19.0)
    assert meter.left.hold_db == -3.0
    meter.hear((-20.0, -20.0), (-96.0, -96.0), 20.5)
    assert meter.left.hold_db == pytest.approx(-20.0, abs=1e-6)


def test_the_magnitude_goes_two_thirds_of_the_way_in_300_ms() -> None:
    meter = Ballistics()
    meter.hear((-20.0, -20.0), (-20.0, -20.0), 0.0)
    meter.move(0.3)
    assert meter.left.magnitude_db == pytest.approx(-96 + 76 * (1 - 2.718281828**-1))


def test_where_nothing_comes_any_more_the_needles_fall_to_the_end() -> None:
    meter = Ballistics()
    meter.hear((0.0, 0.0), (0.0, 0.0), 0.0)
    for step in range(1, 60):
        meter.move(step * 0.2)
    assert meter.left.peak_db == -96.0
    assert meter.left.magnitude_db == pytest.approx(-96.0, abs=0.1)
    assert meter.quiet_s(20.0) == 0.0, "no levels are not silence"


def test_clipping_is_shown_for_a_moment() -> None:
    meter = Ballistics()
    meter.hear((0.0, -20.0), (-20.0, -20.0), 5.0)
    assert meter.is_clipping(6.9)
    assert not meter.is_clipping(7.1)


def test_pixels_stay_on_the_meter() -> None:
    meter = Ballistics()
    meter.hear((6.0, -70.0), (-30.0, -96.0), 1.0)
    assert meter.pixels(1.0, 200)[:2] == (200, 200)
    assert meter.pixels(1.0, 200)[3:5] == (0, 0)


# --- the fader --------------------------------------------------------------------------------


def test_the_scale_of_the_fader_goes_from_silence_to_six_decibels() -> None:
    assert db_at(0.0) == SILENT_DB
    assert db_at(1.0) == pytest.approx(6.0)
    for db in (-60.0, -20.0, -6.0, 0.0, 6.0):
        assert db_at(position_of(db)) == pytest.approx(db)
    assert position_of(-96.0) == 0.0
    assert db_text(-3.04) == "\N{MINUS SIGN}3.0 dB"
    assert db_text(-96.0) == "silent"


@pytest.fixture
def fader(qtbot: QtBot, theme: Theme) -> Fader:
    made = Fader(Qt.Orientation.Horizontal, "Microphone")
    qtbot.addWidget(made)
    made.resize(200, 24)
    made.set_db(-12.0)
    return made


def test_a_double_click_goes_to_zero(qtbot: QtBot, fader: Fader) -> None:
    with qtbot.waitSignal(fader.moved) as moved:
        QTest.mouseDClick(fader, Qt.MouseButton.LeftButton)
    assert moved.args[0] == 0.0
    assert fader.db == 0.0


def test_keys_move_the_fader_and_a_screen_reader_hears_the_level(
    qtbot: QtBot, fader: Fader
) -> None:
    with qtbot.waitSignal(fader.moved) as moved:
        QTest.keyClick(fader, Qt.Key.Key_Right)
    assert -12.0 < moved.args[0] < -11.0
    assert fader.accessibleName() == "Volume of Microphone"
    assert fader.accessibleDescription() == db_text(fader.db)
    QTest.keyClick(fader, Qt.Key.Key_Home)
    assert fader.db == SILENT_DB


@pytest.mark.parametrize(
    ("modifier", "expected"),
    [(Qt.KeyboardModifier.NoModifier, -11.0), (Qt.KeyboardModifier.ShiftModifier, -11.9)],
)
def test_the_wheel_moves_by_whole_or_by_tenths_of_decibels(
    fader: Fader, modifier: Qt.KeyboardModifier, expected: float
) -> None:
    at = QPointF(20, 10)
    event = QWheelEvent(
        at,
        at,
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        modifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(fader, event)
    assert fader.db == pytest.approx(expected)


def test_one_drag_is_one_gesture_and_the_next_another(fader: Fader) -> None:
    gestures: list[str] = []
    fader.moved.connect(lambda _db, gesture: gestures.append(gesture))
    for _ in range(2):
        fader.setSliderDown(True)
        fader.setValue(fader.value() + 5)
        fader.setValue(fader.value() + 5)
        fader.setSliderDown(False)
    assert gestures[0] == gestures[1] != gestures[2] == gestures[3]


def test_what_is_held_is_not_taken_from_the_hand(fader: Fader) -> None:
    fader.setSliderDown(True)
    fader.set_db(-40.0)
    assert fader.db == -12.0
    fader.setSliderDown(False)
    fader.set_db(-40.0)
    assert fader.db == -40.0


# --- the dock ---------------------------------------------------------------------------------


def test_a_fader_asks_for_an_edit(qtbot: QtBot, dock: MixerDock) -> None:
    fader = dock.strip("voice").fader
    edit = _asked(
        qtbot, dock, lambda: fader.triggerAction(QAbstractSlider.SliderAction.SliderToMinimum)
    )
    assert (edit.source_id, edit.gain_db, edit.muted) == ("voice", SILENT_DB, None)
    assert edit.gesture


def test_mute_and_listen_ask_for_the_opposite(qtbot: QtBot, dock: MixerDock) -> None:
    voice, music = dock.strip("voice"), dock.strip("music")
    assert voice.mute.accessibleName() == "Mute Microphone"
    assert music.mute.accessibleName() == "Let Music be heard"
    assert _asked(qtbot, dock, voice.mute.click).muted is True
    assert _asked(qtbot, dock, music.mute.click).muted is False
    assert _asked(qtbot, dock, voice.listen.click).monitor == "both"
    assert not voice.listen.isChecked(), "it shows what the document says"


def test_the_menu_of_a_strip(qtbot: QtBot, dock: MixerDock) -> None:
    strip = dock.strip("voice")
    assert _asked(qtbot, dock, lambda: _chosen(strip.menu(), "Only I hear it")).monitor == "monitor"
    assert _asked(qtbot, dock, lambda: _chosen(strip.menu(), "Mono")).mono is True
    assert _asked(qtbot, dock, lambda: _chosen(strip.menu(), "Hide in the mixer")).in_mixer is False
    assert _asked(qtbot, dock, lambda: _chosen(strip.menu(), "Volume to 0 dB")).gain_db == 0.0
    for text, signal in (
        ("Filters", dock.filters_requested),
        ("Rename", dock.rename_requested),
    ):
        with qtbot.waitSignal(signal) as asked:
            _chosen(strip.menu(), text)
        assert asked.args == ["voice"]


def test_a_hidden_source_is_shown_again_from_the_menu(qtbot: QtBot, dock: MixerDock) -> None:
    edit = _asked(qtbot, dock, lambda: _chosen(dock.menu(), "Show Old player"))
    assert (edit.source_id, edit.in_mixer) == ("old", True)


def test_another_output_to_listen_on_is_chosen(qtbot: QtBot, dock: MixerDock) -> None:
    dock.set_outputs(("Headphones",))
    listen = next(a.menu() for a in dock.menu().actions() if a.text() == "Listen on")
    assert isinstance(listen, QMenu)
    assert [a.text() for a in listen.actions() if a.isChecked()] == ["The system's output"]
    with qtbot.waitSignal(dock.edits_requested) as edits:
        _chosen(listen, "Headphones")
    assert edits.args[0] == (SetMonitorDevice(device="Headphones"),)
    dock.set_state(MixerState((_VOICE,), output="Unplugged"))
    listen = next(a.menu() for a in dock.menu().actions() if a.text() == "Listen on")
    assert isinstance(listen, QMenu)
    assert [a.text() for a in listen.actions() if a.isChecked()] == ["Unplugged"]


def test_the_details_of_a_strip_are_edits_too(qtbot: QtBot, dock: MixerDock) -> None:
    _chosen(dock.strip("voice").menu(), "Balance, delay and tracks")
    details = dock.details
    assert not details.isHidden()
    assert _asked(qtbot, dock, lambda: details.balance.setValue(-50)).balance == -0.5
    assert _asked(qtbot, dock, lambda: details.delay.setValue(120)).sync_offset_ms == 120
    assert _asked(qtbot, dock, lambda: details.mono.click()).mono is True
    assert _asked(qtbot, dock, lambda: details.tracks[1].click()).tracks == 0b111101
    dock.set_state(MixerState((_MUSIC,)))
    assert details.isHidden(), "a strip that has gone takes its details along"


def test_a_silent_microphone_is_told_and_a_muted_one_is_not(dock: MixerDock, clock: _Clock) -> None:
    strip = dock.strip("voice")

    def hear(seconds: float, level: tuple[tuple[float, float], tuple[float, float]]) -> None:
        for _ in range(round(seconds * 10)):
            clock.now_s += 0.1
            dock.hear(Levels({"voice": level, "music": _NOTHING}))
        dock.look()

    hear(1.0, _LOUD)
    hear(1.8, _NOTHING)
    assert strip.hint == ""
    hear(0.5, _NOTHING)
    assert strip.hint == "Your microphone is silent"
    assert strip.accessibleDescription() == strip.hint
    assert dock.strip("music").hint == ""
    hear(0.2, _LOUD)
    assert strip.hint == ""
    muted = StripState("voice", "Microphone", "microphone", is_muted=True)
    dock.set_state(MixerState((muted, _MUSIC)))
    hear(5.0, _NOTHING)
    assert strip.hint == ""


def test_meters_move_only_where_levels_come(dock: MixerDock, clock: _Clock) -> None:
    voice, music = dock.strip("voice").meter, dock.strip("music").meter
    dock.grab()
    dock.hear(Levels({"voice": _LOUD}))
    dock.advance()
    assert voice.shown[0] > 0
    assert music.shown == (0, 0, 0, 0, 0, 0, 0)
    lit = dock.meters.grab().toImage()
    clock.now_s += 10.0
    dock.advance()
    assert dock.meters.grab().toImage() != lit


@pytest.mark.parametrize("size", [(300, 500), (700, 240)], ids=["lying", "upright"])
def test_the_field_paints_a_meter_just_where_its_strip_has_room_for_it(
    dock: MixerDock, clock: _Clock, size: tuple[int, int]
) -> None:
    dock.resize(*size)
    dock.show()
    dock.hear(Levels({"voice": ((0.0, -60.0), (-96.0, -96.0))}))
    dock.advance()
    meter = dock.strip("voice").meter
    at = meter.mapTo(dock, QPoint())
    picture = dock.grab(QRect(at, meter.size())).toImage()
    loud, low = QColor(dock._theme.tokens.success), QColor(dock._theme.tokens.sunken)
    if dock.orientation is Qt.Orientation.Horizontal:
        left, right, between = (20, 2), (20, 9), (20, 5)
    else:
        foot = meter.height() - 20
        left, right, between = (2, foot), (9, foot), (5, foot)
    assert picture.pixelColor(*left) == loud
    assert picture.pixelColor(*right) == QColor(blend(loud.name(), low.name(), 0.22))
    assert picture.pixelColor(*between) == low
    beside = dock.grab(QRect(at - QPoint(3, 3), QSize(2, 2))).toImage()
    assert beside.pixelColor(0, 0) == low, "the strip behind shines through beside the meters"


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 2.0])
def test_the_picture_of_the_meters_has_the_pixels_of_the_screen(
    qtbot: QtBot, theme: Theme, ratio: float
) -> None:
    class Dense(MeterField):
        def devicePixelRatioF(self) -> float:
            return ratio

    ground = QWidget()
    qtbot.addWidget(ground)
    ground.resize(200, 100)
    meter = MeterBar(theme, Qt.Orientation.Horizontal)
    meter.setParent(ground)
    meter.setGeometry(20, 40, 160, 12)
    field = Dense(ground, theme, [meter])
    meter.ballistics.hear((0.0, -30.0), (-96.0, -96.0), 1.0)
    field.advance(1.0)
    assert field.picture_size == QSize(round(200 * ratio), round(100 * ratio))
    assert meter.shown[0] == round(160 * ratio) - round(7 * ratio), "a level in those pixels"


def test_sixty_movements_are_sixty_paintings(qtbot: QtBot, dock: MixerDock, clock: _Clock) -> None:
    with qtbot.waitExposed(dock):
        dock.show()
    dock._timer.stop()
    dock.hear(Levels({"voice": _LOUD, "music": _LOUD}))
    for _ in range(60):
        before = dock.meters.paintings
        clock.now_s += 1 / 60
        dock.advance()
        qtbot.waitUntil(lambda before=before: dock.meters.paintings > before, timeout=30_000)
    before = dock.meters.paintings
    clock.now_s += 60.0
    for _ in range(3):
        dock.advance()
        clock.now_s += 1 / 60
    qtbot.waitUntil(lambda: dock.meters.paintings > before, timeout=30_000)
    QApplication.processEvents()
    assert dock.meters.paintings == before + 1, "nothing moves, nothing is painted"


def test_the_shape_of_the_dock_lays_the_strips(dock: MixerDock, theme: Theme) -> None:
    dock.strip("voice").meter.ballistics.hear((-6.0, -6.0), (-12.0, -12.0), 100.0)
    assert dock.orientation is Qt.Orientation.Horizontal
    dock.resize(700, 240)
    dock.grab()
    assert dock.orientation is Qt.Orientation.Vertical
    assert dock.strip("voice").fader.orientation() is Qt.Orientation.Vertical
    assert dock.strip("voice").meter.ballistics.left.hold_db == -6.0, "meters go on"
    _chosen(dock.menu(), "One below the other")
    assert dock.orientation is Qt.Orientation.Horizontal
    theme.with_scheme(Scheme.LIGHT)
    assert not dock.grab().isNull()


def test_without_strips_the_sentence_that_says_so_is_seen(dock: MixerDock) -> None:
    dock.set_state(MixerState())
    dock.show()
    sentence = next(one for one in dock.findChildren(QLabel) if "Nothing sounds" in one.text())
    assert dock.childAt(sentence.mapTo(dock, sentence.rect().center())) is sentence
    place = QRect(sentence.mapTo(dock, QPoint()), sentence.size())
    picture = dock.grab(place).toImage()
    colours = {picture.pixel(x, y) for x in range(picture.width()) for y in range(12)}
    assert len(colours) > 1, "words, not one colour over them"


def test_loudness_and_a_missing_output_are_told(dock: MixerDock) -> None:
    dock.hear(Levels({}, -0.4, short_term_lufs=-18.2, integrated_lufs=-17.9, has_no_monitor=True))
    dock.look()
    texts = {one.text() for one in dock.findChildren(type(dock._loudness)) if not one.isHidden()}
    assert "\N{MINUS SIGN}18.2 LUFS, show \N{MINUS SIGN}17.9" in texts
    assert "peak \N{MINUS SIGN}0.4 dB" in texts
    assert "You hear nothing: no output" in texts
    assert dock._peak.property("role") == "warning"


def test_nobody_measures_for_a_dock_that_is_not_seen(qtbot: QtBot, dock: MixerDock) -> None:
    with qtbot.waitSignal(dock.seen_changed) as seen:
        dock.show()
    assert seen.args == [True]
    with qtbot.waitSignal(dock.seen_changed) as seen:
        dock.hide()
    assert seen.args == [False]
