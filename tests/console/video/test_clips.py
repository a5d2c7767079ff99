"""Evidence as video: any picture by its number, at any speed, blurred until it is held clear."""

import io
from collections.abc import Iterator

import av
import numpy as np
import pytest
from fakes.platform import MovableClock
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.docks._clip_view import ClipView
from console.screens import CaseScreen
from console.state.playback import Playback
from console.video import ClipPlayer
from console.video.decoder import image_of
from console.video.reader import ClipReader
from shared.errors import InvalidInput
from shared.qt.theme import Theme

_FPS, _FRAMES = 15, 60


def write_clip() -> bytes:
    """Picture n is a grey of 40 + 3n, with pieces as the server's clips have them."""
    content = io.BytesIO()
    options = {"movflags": "frag_keyframe+empty_moov+default_base_moof"}
    with av.open(content, "w", format="mp4", options=options) as output:
        stream = output.add_stream("libx264", rate=_FPS, options={"preset": "veryfast", "g": "20"})
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        for number in range(_FRAMES):
            grey = np.full((180, 320, 3), 40 + 3 * number, np.uint8)
            frame = av.VideoFrame.from_ndarray(grey, format="rgb24")
            frame.pts = number
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return content.getvalue()


@pytest.fixture(scope="module")
def clip() -> bytes:
    return write_clip()


def grey_of(image: QImage) -> int:
    return image.pixelColor(image.width() // 2, image.height() // 2).green()


def test_any_picture_is_read_by_its_number(clip: bytes) -> None:
    reader = ClipReader(clip, width=160)
    try:
        assert len(reader.times_s) == _FRAMES
        assert reader.times_s[0] == 0
        assert reader.times_s[30] == pytest.approx(2.0)
        for number in (0, 1, 2, 59, 58, 57, 10, 41, 9, 8):
            picture = reader.read(number)
            assert (picture.index, picture.width, picture.height) == (number, 160, 90)
            assert abs(grey_of(image_of(picture)) - (40 + 3 * number)) <= 3, number
        with pytest.raises(IndexError):
            reader.read(_FRAMES)
    finally:
        reader.close()


def test_what_is_no_video_is_refused_in_a_sentence(clip: bytes) -> None:
    for content in (b"", b"not a video at all", clip[:600]):
        with pytest.raises(InvalidInput, match="cannot be played"):
            ClipReader(content, width=160)


def test_a_clip_cut_short_is_told_where_it_ends(clip: bytes) -> None:
    reader = ClipReader(clip[: len(clip) * 2 // 3], width=160)
    assert 0 < len(reader.times_s) < _FRAMES
    reader.read(0)
    reader.close()


def test_playback_follows_the_clock_and_stops_at_the_end() -> None:
    still = Playback(times_s=(0.0, 0.1, 0.2, 0.3))
    assert still.advanced(1.0) == still
    running = still.toggled().advanced(0.15)
    assert (running.index, running.is_playing) == (1, True)
    assert running.with_speed(1).advanced(0.05).index == 2
    over = running.advanced(9.0)
    assert (over.index, over.is_playing) == (3, False)
    assert over.toggled().index == 0
    assert over.stepped(-1).index == 2
    assert still.stepped(-1).index == 0
    assert still.with_speed(-9).speed == 0.25
    assert Playback().toggled() == Playback()


@pytest.fixture
def player(qapp: QApplication) -> Iterator[ClipPlayer]:
    made = ClipPlayer(MovableClock(), QObject(qapp))
    yield made
    made.close()
    made.parent().deleteLater()


def test_the_player_shows_what_is_asked_for(player: ClipPlayer, clip: bytes, qtbot: QtBot) -> None:
    shown: list[int] = []
    player.picture_shown.connect(lambda image: shown.append(grey_of(image)))
    with qtbot.waitSignal(player.opened, timeout=30_000):
        player.open(clip)
    qtbot.waitUntil(lambda: bool(shown), timeout=30_000)
    assert not player.playback.is_playing
    player.move_to(2.0)
    qtbot.waitUntil(lambda: abs(shown[-1] - 130) <= 3, timeout=30_000)
    player.step(-1)
    qtbot.waitUntil(lambda: abs(shown[-1] - 127) <= 3, timeout=30_000)
    with qtbot.waitSignal(player.failed, timeout=30_000):
        player.open(b"nothing of the kind")
    assert not player.playback.is_open


def colourful() -> QImage:
    image = QImage(320, 180, QImage.Format.Format_RGB32)
    image.fill(QColor(220, 30, 60))
    return image


def test_a_clip_is_grey_until_held_and_grey_again_after(qtbot: QtBot) -> None:
    view = ClipView(Theme())
    qtbot.addWidget(view)
    view.show_picture(colourful())
    assert view.painted.pixelColor(90, 90).saturation() == 0
    view.show_clear(is_clear=True)
    assert view.painted.pixelColor(90, 90) == QColor(220, 30, 60)
    view.show_clear(is_clear=False)
    assert view.painted.pixelColor(90, 90).saturation() == 0


def test_the_key_counts_while_it_is_down(qtbot: QtBot) -> None:
    screen = CaseScreen(Theme())
    qtbot.addWidget(screen)
    screen.show()
    with qtbot.waitActive(screen, timeout=30_000):
        screen.activateWindow()
    screen.focus_first()
    held: list[bool] = []
    screen.hold_asked.connect(held.append)
    qtbot.keyPress(screen, Qt.Key.Key_V)
    assert held == [True]
    qtbot.keyPress(screen, Qt.Key.Key_V)
    assert held == [True]
    qtbot.keyRelease(screen, Qt.Key.Key_V)
    assert held == [True, False]


def test_every_control_of_the_clip_asks_for_something(qtbot: QtBot) -> None:
    view = ClipView(Theme())
    qtbot.addWidget(view)
    view.show_playback(Playback(times_s=(0.0, 0.5, 1.0), position_s=0.5, speed=2.0))
    assert view.time_words == "0.5 of 1.0 s"
    asked: list[object] = []
    for signal in (view.step_asked, view.speed_asked, view.moment_asked, view.hold_asked):
        signal.connect(asked.append)
    view._before.click()
    view._speed.click()
    view._slider.setValue(100)
    view._hold.pressed.emit()
    view._hold.released.emit()
    assert asked == [-1, -4, 1.0, True, False]
