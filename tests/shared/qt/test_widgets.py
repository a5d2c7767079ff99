"""The small pieces: they show what they are told, to eyes and to screen readers."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from shared.qt.charts import MoodStripBar
from shared.qt.icons import icon, keep_icon, pixmap
from shared.qt.overlay import Overlay
from shared.qt.plots import MoodPlot
from shared.qt.resources import resource_path
from shared.qt.theme import Scheme, Theme
from shared.qt.video_view import VideoView
from shared.qt.widgets import (
    Avatar,
    Badge,
    Card,
    GoalBar,
    GoalState,
    LabelledValue,
    PageStack,
    button,
    clear_layout,
    icon_button,
    label,
)
from shared.schemas.moods import MOOD_COLOURS, Mood


def test_a_value_is_read_with_its_caption(qtbot: QtBot, theme: Theme) -> None:
    value = LabelledValue("Bitrate")
    qtbot.addWidget(value)
    assert value.value == "\N{EN DASH}"
    value.set_value("6,000 kbit/s", role="warning")
    assert value.accessibleName() == "Bitrate: 6,000 kbit/s"


def test_a_badge_without_a_word_is_hidden(qtbot: QtBot, theme: Theme) -> None:
    host = QWidget()
    badge = Badge("", kind="live")
    QVBoxLayout(host).addWidget(badge)
    qtbot.addWidget(host)
    assert badge.isHidden()
    badge.set_state("LIVE", "live")
    assert not badge.isHidden()
    assert badge.property("role") == "badge-live"


@pytest.mark.parametrize(
    ("raised", "bar", "words", "reached"),
    [
        (0, 0, "0 of 500 tokens (0 %)", False),
        (250, 500, "250 of 500 tokens (50 %)", False),
        (500, 1000, "500 of 500 tokens (100 %)", True),
        (1750, 1000, "1,750 of 500 tokens (350 %)", True),
    ],
)
def test_a_goal_moves_up_to_its_end(
    qtbot: QtBot, theme: Theme, raised: int, bar: int, words: str, reached: bool
) -> None:
    goal = GoalBar(GoalState("g", "A song", 0, 500))
    qtbot.addWidget(goal)
    goal.set_state(GoalState("g", "A song", raised, 500))
    progress = goal.findChild(QProgressBar)
    assert progress is not None
    assert progress.value() == bar
    assert progress.accessibleName() == f"A song: {words}"
    badge = goal.findChild(Badge)
    assert badge is not None
    assert badge.isHidden() is not reached


def test_text_from_others_is_never_markup(qtbot: QtBot, theme: Theme) -> None:
    shown = label("<b>bold</b>")
    goal = GoalBar(GoalState("g", "<img src=x>", 1, 2))
    for widget in (shown, goal):
        qtbot.addWidget(widget)
    assert shown.textFormat() is Qt.TextFormat.PlainText
    for part in goal.findChildren(type(shown)):
        assert part.textFormat() is Qt.TextFormat.PlainText


def test_an_avatar_is_the_same_for_the_same_person(qtbot: QtBot, theme: Theme) -> None:
    first, second, other = Avatar("Mila"), Avatar("Mila"), Avatar("Noor")
    for avatar in (first, second, other):
        qtbot.addWidget(avatar)
    assert first.grab().toImage() == second.grab().toImage()
    assert first.grab().toImage() != other.grab().toImage()
    assert first.accessibleName() == "Mila"


def test_pages_are_made_when_first_shown(qtbot: QtBot, theme: Theme) -> None:
    made: list[str] = []

    def page(name: str) -> QWidget:
        made.append(name)
        return QWidget()

    stack = PageStack()
    qtbot.addWidget(stack)
    stack.add("one", lambda: page("one"))
    stack.add("two", lambda: page("two"))
    stack.show_page("one")
    stack.show_page("two")
    stack.show_page("one")
    assert made == ["one", "two"]
    assert stack.current == "one"
    assert stack.page("two").isHidden()
    with pytest.raises(KeyError):
        stack.show_page("three")


def test_buttons_say_what_they_do(qtbot: QtBot, theme: Theme) -> None:
    pressed: list[bool] = []
    made = icon_button(theme, "send", "Send", on_click=lambda: pressed.append(True))
    qtbot.addWidget(made)
    made.click()
    assert pressed == [True]
    assert made.accessibleName() == made.toolTip() == "Send"
    assert not made.icon().isNull()


def test_icons_follow_the_theme(qtbot: QtBot, theme: Theme) -> None:
    made = button("Go", theme=theme, icon="live")
    qtbot.addWidget(made)
    dark = made.icon().pixmap(18, 18).toImage()
    theme.with_scheme(Scheme.LIGHT)
    light = made.icon().pixmap(18, 18).toImage()
    assert dark != light
    keep_icon(made, theme, "stop")
    assert made.icon().pixmap(18, 18).toImage() != light


def test_every_icon_can_be_drawn(qapp: QApplication, theme: Theme) -> None:
    for path in resource_path("icons").glob("*.svg"):
        image = pixmap(path.stem, "#FF0000", size=24).toImage()
        colours = {image.pixelColor(x, y).alpha() for x in range(24) for y in range(24)}
        assert max(colours) > 0, path.name
    with pytest.raises(FileNotFoundError):
        icon(theme, "no such icon")


def test_clearing_a_layout_takes_inner_layouts_along(qtbot: QtBot, theme: Theme) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    outer = QVBoxLayout(host)
    inner = QVBoxLayout()
    inner.addWidget(label("inner"))
    outer.addLayout(inner)
    outer.addWidget(label("outer"))
    clear_layout(outer)
    assert outer.count() == 0


def test_a_picture_keeps_its_proportions(qtbot: QtBot, theme: Theme) -> None:
    view = VideoView(theme)
    qtbot.addWidget(view)
    view.resize(400, 400)
    assert not view.has_picture
    view.show_bgra(b"\x10\x20\x30\x00" * (320 * 180), 320, 180)
    assert view.has_picture
    assert view.picture_rect().size().toTuple() == (400, 225)
    image = view.grab().toImage()
    assert image.pixelColor(200, 200).name() == "#302010"
    assert image.pixelColor(200, 20).name() == "#000000"


def test_words_take_the_place_of_a_picture_and_veil_it(qtbot: QtBot, theme: Theme) -> None:
    view = VideoView(theme)
    qtbot.addWidget(view)
    view.resize(400, 225)
    view.show_bgra(b"\xff\xff\xff\x00" * (320 * 180), 320, 180)
    bright = view.grab().toImage().pixelColor(5, 112).lightness()
    view.set_veil("Reconnecting", "The show goes on.")
    assert view.grab().toImage().pixelColor(5, 112).lightness() < bright / 2
    view.set_veil("")
    assert view.grab().toImage().pixelColor(5, 112).lightness() == bright
    view.show_placeholder("No picture", "Start the engine")
    assert not view.has_picture
    assert view.accessibleDescription() == "No picture Start the engine"


def test_a_broken_thumbnail_leaves_the_picture_alone(qtbot: QtBot, theme: Theme) -> None:
    view = VideoView(theme)
    qtbot.addWidget(view)
    picture = QImage(16, 9, QImage.Format.Format_RGB32)
    picture.fill(0xFF00FF)
    view.show_image(picture)
    assert not view.show_jpeg(b"not a picture")
    assert view.has_picture


def test_the_mood_strip_is_as_wide_as_its_shares(qtbot: QtBot, theme: Theme) -> None:
    strip = MoodStripBar(theme)
    qtbot.addWidget(strip)
    strip.resize(200, 16)
    assert strip.accessibleDescription() == "Nobody has voted yet"
    strip.set_shares({Mood.CHILL: 0.75, Mood.WILD: 0.25})
    image = strip.grab().toImage()
    assert image.pixelColor(100, 8).name().upper() == MOOD_COLOURS[Mood.CHILL]
    assert image.pixelColor(180, 8).name().upper() == MOOD_COLOURS[Mood.WILD]
    assert strip.accessibleDescription() == "Chill 75 %, Wild 25 %"
    assert strip.words_at(180) == "Wild 25 %"


def test_the_mood_plot_shows_its_shares(qtbot: QtBot, theme: Theme) -> None:
    moods = MoodPlot(theme)
    qtbot.addWidget(moods)
    moods.resize(400, 240)
    empty = moods.grab().toImage()
    moods.set_shares({Mood.PLAYFUL: 0.6, Mood.CHILL: 0.4})
    dark = moods.grab().toImage()
    assert dark != empty
    assert moods.accessibleDescription() == "Chill 40 %, Playful 60 %"
    theme.with_scheme(Scheme.LIGHT)
    assert moods.grab().toImage() != dark


def test_an_overlay_covers_its_host_and_gives_the_keyboard_back(qtbot: QtBot, theme: Theme) -> None:
    host = QWidget()
    field = QLineEdit()
    QVBoxLayout(host).addWidget(field)
    qtbot.addWidget(host)
    host.resize(600, 400)
    host.show()
    field.setFocus()
    overlay = Overlay(host, "Question")
    answer = QPushButton("Yes")
    overlay.body.addWidget(answer)
    overlay.open(answer)
    assert overlay.geometry() == host.rect()
    host.resize(700, 500)
    QApplication.processEvents()
    assert overlay.geometry() == host.rect()
    with qtbot.waitSignal(overlay.closed):
        QTest.keyClick(answer, Qt.Key.Key_Escape)
    assert overlay.isHidden()
    assert host.focusWidget() is field


def test_tab_stays_inside_an_overlay(qtbot: QtBot, theme: Theme) -> None:
    host = QWidget()
    QVBoxLayout(host).addWidget(QLineEdit())
    qtbot.addWidget(host)
    host.resize(600, 400)
    host.show()
    overlay = Overlay(host, "Question")
    answers = [QPushButton("Yes"), QPushButton("No")]
    for answer in answers:
        overlay.body.addWidget(answer)
    overlay.open(answers[0])
    QApplication.processEvents()
    seen = []
    for _ in range(4):
        focused = host.focusWidget()
        assert focused is not None
        seen.append(focused)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert seen == [answers[0], answers[1], answers[0], answers[1]]


def test_a_card_names_itself(qtbot: QtBot, theme: Theme) -> None:
    card = Card("Goals")
    qtbot.addWidget(card)
    assert card.accessibleName() == "Goals"
