"""The chat: follows, holds still, counts, forgets, marks; and is quick."""

import time
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from shared.qt.chat_rows import (
    ChatFilter,
    ChatRow,
    ChatShow,
    RowKind,
    chat_row,
    links_in,
    tip_row,
)
from shared.qt.chat_view import ChatView
from shared.qt.theme import Scheme, Theme
from shared.schemas.accounts import UserRef
from shared.schemas.roles import Role
from shared.schemas.room import ChatMessage
from shared.schemas.wallet import Tip

_NOW = datetime(2026, 11, 20, 20, 15, tzinfo=UTC)
_ID = "0192d3b4-5c6d-7e8f-9a0b-1c2d3e4f5a6b"


def rows(count: int, *, first: int = 0, text: str = "hello to all of you") -> list[ChatRow]:
    return [
        ChatRow(
            id=str(n), text=f"{text} {n}", author="Noor", author_id="u", role=Role.MEMBER, at=_NOW
        )
        for n in range(first, first + count)
    ]


@pytest.fixture
def chat(qtbot: QtBot, theme: Theme) -> ChatView:
    view = ChatView(theme, capacity=200)
    qtbot.addWidget(view)
    view.resize(300, 400)
    view.show()
    qtbot.waitExposed(view)
    return view


def newest_in_sight(view: ChatView) -> ChatRow | None:
    """The lowest row that can be seen."""
    for y in range(view.viewport().height() - 2, 0, -6):
        row = view.row_at(QPoint(30, y))
        if row is not None:
            return row
    return None


def test_it_follows_the_newest_row(chat: ChatView) -> None:
    chat.append(rows(60))
    newest = newest_in_sight(chat)
    assert newest is not None
    assert newest.id == "59"
    assert chat.pause_reasons == frozenset()
    assert chat.unseen == 0


def test_few_rows_hang_from_the_top(chat: ChatView) -> None:
    chat.append(rows(2))
    assert chat.row_at(QPoint(30, 8)) == rows(2)[0]
    assert chat.row_at(QPoint(30, 380)) is None


def test_it_holds_still_once_scrolled_up_and_counts_what_comes(chat: ChatView) -> None:
    chat.append(rows(60))
    bar = chat.verticalScrollBar()
    bar.setValue(bar.maximum() - 10 * 64)
    seen = newest_in_sight(chat)
    counts: list[int] = []
    chat.unseen_changed.connect(counts.append)
    chat.append(rows(5, first=60))
    chat.append(rows(2, first=65))
    assert newest_in_sight(chat) == seen
    assert chat.unseen == 7
    assert counts == [5, 7]
    chat.go_to_newest()
    newest = newest_in_sight(chat)
    assert newest is not None
    assert newest.id == "66"
    assert chat.unseen == 0
    assert chat.pause_reasons == frozenset()


def test_the_place_is_kept_while_old_rows_fall_out(chat: ChatView) -> None:
    chat.append(rows(200))
    bar = chat.verticalScrollBar()
    bar.setValue(bar.maximum() - 20 * 64)
    seen = newest_in_sight(chat)
    chat.append(rows(30, first=200))
    assert chat.row_count == 200
    assert newest_in_sight(chat) == seen


def test_reasons_to_hold_still_are_a_set(chat: ChatView) -> None:
    chat.append(rows(60))
    told: list[bool] = []
    chat.paused_changed.connect(told.append)
    chat.pause("menu")
    chat.pause("search")
    chat.resume("menu")
    chat.append(rows(3, first=60))
    assert chat.unseen == 3
    chat.resume("search")
    assert chat.unseen == 0
    assert told == [True, False]
    newest = newest_in_sight(chat)
    assert newest is not None
    assert newest.id == "62"


def test_the_pointer_holds_it_still_where_wanted(qtbot: QtBot, theme: Theme) -> None:
    view = ChatView(theme, pause_on_hover=True)
    qtbot.addWidget(view)
    view.resize(300, 300)
    view.append(rows(40))
    point = QPointF(5, 5)
    QApplication.sendEvent(view, QEnterEvent(point, point, point))
    view.append(rows(1, first=40))
    assert view.unseen == 1
    QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
    assert view.unseen == 0


def test_a_deleted_message_keeps_its_place_and_loses_its_words(chat: ChatView) -> None:
    chat.append(rows(3))
    chat.mark_deleted("1")
    chat.mark_deleted("not here")
    row = chat.row_at(QPoint(30, 30))
    assert row is not None
    assert row.id == "1"
    assert row.is_deleted
    assert row.text == ""
    assert row.spoken == "Noor: Message removed"


def test_what_a_machine_wrote_is_marked_in_picture_and_speech(chat: ChatView, theme: Theme) -> None:
    person = ChatRow(id="p", text="good evening", author="Teezer", at=_NOW)
    machine = ChatRow(id="m", text="good evening", author="Teezer", at=_NOW, is_ai=True)
    chat.replace([person])
    plain = chat.grab().toImage()
    chat.replace([machine])
    marked = chat.grab().toImage()
    assert plain != marked
    assert "AI" in machine.spoken


def test_rows_are_made_from_messages_and_tips(theme: Theme) -> None:
    author = UserRef(id=_ID, display_name="Sam", role=Role.MOD)
    message = ChatMessage(id=_ID, stream_id=_ID, author=author, text="hi", at=_NOW, is_ai=True)
    made = chat_row(message)
    assert (made.author, made.role, made.is_ai) == ("Sam", Role.MOD, True)
    tip = Tip(id=_ID, stream_id=_ID, sender=author, tokens=1, text="thanks", at=_NOW)
    assert tip_row(tip).text == "tipped 1 token. thanks"
    menu = tip.model_copy(update={"tokens": 2500, "menu_item": "A song", "text": ""})
    assert tip_row(menu).text == "tipped 2,500 tokens for “A song”"


def test_the_menu_of_a_row_is_asked_for_by_pointer_and_keyboard(
    qtbot: QtBot, chat: ChatView
) -> None:
    chat.append(rows(3))
    event = QContextMenuEvent(
        QContextMenuEvent.Reason.Mouse, QPoint(30, 30), chat.viewport().mapToGlobal(QPoint(30, 30))
    )
    with qtbot.waitSignal(chat.row_menu_requested) as asked:
        QApplication.sendEvent(chat.viewport(), event)
    assert asked.args is not None
    assert asked.args[0].id == "1"
    chat.go_to_newest()
    QTest.keyClick(chat, Qt.Key.Key_Up)
    QTest.keyClick(chat, Qt.Key.Key_Up)
    assert chat.accessibleDescription() == "Noor: hello to all of you 1"
    with qtbot.waitSignal(chat.row_menu_requested) as asked:
        QTest.keyClick(chat, Qt.Key.Key_Return)
    assert asked.args is not None
    assert asked.args[0].id == "1"
    QTest.keyClick(chat, Qt.Key.Key_Escape)
    assert chat.pause_reasons == frozenset()


def test_notices_have_no_menu(qtbot: QtBot, chat: ChatView) -> None:
    chat.append([ChatRow(id="n", text="Somebody came in", kind=RowKind.NOTICE)])
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, QPoint(30, 8), QPoint(30, 8))
    with qtbot.assertNotEmitted(chat.row_menu_requested):
        QApplication.sendEvent(chat.viewport(), event)


def test_keys_walk_through_a_long_log_and_keep_the_row_in_sight(chat: ChatView) -> None:
    chat.append(rows(100))
    for _ in range(40):
        QTest.keyClick(chat, Qt.Key.Key_Up)
    top = chat.row_at(QPoint(30, 4))
    assert top is not None
    assert int(top.id) <= 60
    assert chat.accessibleDescription().endswith(" 60")
    for _ in range(41):
        QTest.keyClick(chat, Qt.Key.Key_Down)
    assert chat.pause_reasons == frozenset()


def test_home_shows_the_oldest_row_at_the_upper_edge(chat: ChatView) -> None:
    chat.append(rows(150))
    QTest.keyClick(chat, Qt.Key.Key_PageUp)
    QTest.keyClick(chat, Qt.Key.Key_Home)
    QTest.keyClick(chat, Qt.Key.Key_Home)
    top = chat.row_at(QPoint(30, 4))
    assert top is not None
    assert top.id == "0"


def test_a_narrow_view_wraps_and_a_new_width_lays_out_again(chat: ChatView) -> None:
    chat.append(rows(1, text="a sentence that needs more than one line of a narrow chat view"))
    wide = chat.row_at(QPoint(30, 44))
    chat.resize(180, 400)
    assert wide is None
    assert chat.row_at(QPoint(30, 44)) is not None


def test_a_new_theme_repaints(chat: ChatView, theme: Theme) -> None:
    chat.append(rows(3))
    dark = chat.grab().toImage()
    theme.with_scheme(Scheme.LIGHT)
    assert chat.grab().toImage() != dark


def test_fifty_new_rows_a_frame_are_cheap(chat: ChatView) -> None:
    """Ten times the time measured here, so that a busy machine does not fail it."""
    times = []
    for burst in range(40):
        new = rows(50, first=burst * 50)
        started = time.perf_counter()
        chat.append(new)
        chat.viewport().repaint()
        times.append(time.perf_counter() - started)
    assert sorted(times)[len(times) // 2] < 0.016
    assert chat.row_count == 200


def test_a_filter_shows_what_passes_and_gives_the_rest_back(chat: ChatView) -> None:
    chat.append(rows(3))
    chat.append(rows(2, first=3, text="what is next?"))
    chat.set_filter(ChatFilter(show=ChatShow.QUESTIONS))
    assert chat.row_count == 2
    chat.append([*rows(1, first=5), *rows(1, first=6, text="is it late?")])
    assert [chat.spoken_row(n) for n in range(chat.row_count)][-1] == "Noor: is it late? 6"
    chat.set_filter(ChatFilter(words="NEXT 4"))
    assert chat.row_count == 1
    chat.mark_deleted("4")
    chat.set_filter(ChatFilter())
    assert chat.row_count == 7
    assert chat.spoken_row(4) == "Noor: Message removed"


@pytest.mark.parametrize(
    ("wanted", "passes"),
    [
        (ChatFilter(show=ChatShow.MENTIONS, own_name="Mila"), True),
        (ChatFilter(show=ChatShow.MENTIONS), False),
        (ChatFilter(show=ChatShow.TIPS), False),
        (ChatFilter(show=ChatShow.STAFF), True),
        (ChatFilter(show=ChatShow.AI), False),
        (ChatFilter(words="noor hello"), True),
        (ChatFilter(author_id="somebody else"), False),
    ],
)
def test_what_passes_a_filter(wanted: ChatFilter, passes: bool) -> None:
    row = ChatRow(id="1", text="Hello @mila", author="Noor", author_id="u", role=Role.MOD)
    assert wanted.passes(row) is passes


def test_a_link_is_told_and_never_opened_by_itself(qtbot: QtBot, chat: ChatView) -> None:
    chat.append([ChatRow(id="1", text="https://example.org/a, look", author="Noor")])
    found = {chat.link_at(QPoint(x, y)) for x in range(0, 300, 4) for y in range(2, 60, 4)} - {None}
    assert found == {"https://example.org/a"}
    place = next(
        QPoint(x, y)
        for y in range(2, 60, 4)
        for x in range(0, 300, 4)
        if chat.link_at(QPoint(x, y))
    )
    with qtbot.waitSignal(chat.link_activated) as told:
        QTest.mousePress(chat.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert told.args == ["https://example.org/a"]
    assert chat.pause_reasons == frozenset()


def test_links_end_where_the_sentence_does() -> None:
    said = "See (https://example.org/x?y=1). Or http://b.example!"
    assert links_in(said) == [(5, "https://example.org/x?y=1"), (36, "http://b.example")]
