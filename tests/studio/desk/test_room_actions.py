"""What a creator does in the room, on a real server: write, goals, Teezer, order."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fakes.platform import Person, Platform, Watcher, platform
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu
from pytestqt.qtbot import QtBot
from rules.noise import ExpectLog
from tools.pilot import rows_of
from tools.waiting import until

from shared.qt.chat_rows import chat_row
from shared.qt.errors import ErrorReporter, MessageBar
from shared.qt.loop import App
from shared.qt.theme import Theme
from shared.realtime import RealtimeClient
from shared.schemas.realtime import EventType, stream_room
from shared.schemas.roles import Role
from shared.schemas.room import ChatMessage
from studio.desk.room_actions import RoomActions
from studio.desk.room_desk import RoomDesk
from studio.main_window import Cockpit


@dataclass(slots=True)
class Evening:
    """A creator on air at their cockpit, and a member in the room."""

    app: App
    bar: MessageBar
    cockpit: Cockpit
    actions: RoomActions
    room: RoomDesk
    creator: Person
    member: Person
    stream_id: str
    watcher: Watcher

    async def seen(self, words: str) -> None:
        """Wait until the chat shows a line."""

        def look() -> bool:
            self.room.drain()
            return any(words in row for row in rows_of(self.cockpit.feed.chat))

        await until(look, words)

    async def told(self, words: str) -> None:
        """Wait until the bar says something."""
        await until(lambda: self.bar.notice and words in self.bar.notice.sentence, words)


@pytest.fixture
async def evening(
    qtbot: QtBot, qapp: QApplication, theme: Theme, tmp_path: Path
) -> AsyncIterator[Evening]:
    async with platform(tmp_path) as made:
        yield_, close = await _begin(made, qtbot, qapp, theme)
        try:
            yield yield_
        finally:
            await close()


async def _begin(made: Platform, qtbot: QtBot, qapp: QApplication, theme: Theme):  # type: ignore[no-untyped-def]
    creator = await made.person("Mila", Role.CREATOR)
    member = await made.person("Noor")
    stream = await made.on_air(creator)
    watcher = await made.watch(member, stream_room(stream.id))
    app = App(qapp, theme, ErrorReporter())
    bar = MessageBar(theme)
    cockpit = Cockpit(theme)
    for widget in (bar, cockpit):
        qtbot.addWidget(widget)
    app.errors.show_on(bar)
    room = RoomDesk(cockpit)
    actions = RoomActions(cockpit, app=app, room=room)
    actions.connect()
    realtime = RealtimeClient(made.url, session=creator.session)
    await realtime.__aenter__()
    room.enter(realtime, stream.id, own_id=creator.id)
    actions.sign_in(creator.api, realtime, await creator.api.auth.me())
    actions.draw()

    async def close() -> None:
        bar.clear()
        room.leave()
        await app.scope.aclose()
        await realtime.__aexit__(None, None, None)

    return Evening(app, bar, cockpit, actions, room, creator, member, stream.id, watcher), close


def choose(menu: QMenu, *texts: str) -> None:
    """Choose an entry, the first texts naming the menus on the way."""
    *path, last = texts
    for name in path:
        found = next(action for action in menu.actions() if action.text() == name).menu()
        assert isinstance(found, QMenu)
        menu = found
    next(action for action in menu.actions() if action.text() == last).trigger()


async def said(evening: Evening, text: str) -> ChatMessage:
    message = await evening.member.api.room.send(evening.stream_id, text)
    await evening.seen(text)
    return message


async def test_a_line_reaches_everybody(evening: Evening) -> None:
    evening.cockpit.input.message_sent.emit("Good evening")
    event = await evening.watcher.wait(EventType.CHAT_MESSAGE)
    assert event.data["text"] == "Good evening"
    await evening.seen("Mila: Good evening")


async def test_a_line_that_is_refused_comes_back_with_the_reason(
    evening: Evening, expect_log: ExpectLog
) -> None:
    expect_log("send message: ")
    await evening.creator.api.streams.end(evening.stream_id)
    evening.cockpit.input.message_sent.emit("Are you still there?")
    field = evening.cockpit.input.findChild(QLineEdit, "messageBox")
    assert field is not None
    await until(lambda: field.text() == "Are you still there?", "the line comes back")
    assert evening.bar.notice is not None


async def test_a_goal_is_added_and_seen(evening: Evening) -> None:
    evening.cockpit.feed.goal_add_requested.emit("A song by request", 500)
    event = await evening.watcher.wait(EventType.GOAL_CREATED)
    assert event.data["title"] == "A song by request"
    assert event.data["target_tokens"] == 500


async def test_teezer_is_switched_on_and_off(evening: Evening) -> None:
    evening.cockpit.feed.teezer_switched.emit(True)
    await until(lambda: not evening.app.scope.running("switch teezer"), "switched")
    assert (await evening.creator.api.teezer.read(evening.creator.id)).enabled
    evening.cockpit.feed.teezer_switched.emit(False)
    await until(lambda: not evening.app.scope.running("switch teezer"), "switched")
    assert not (await evening.creator.api.teezer.read(evening.creator.id)).enabled


async def test_a_rude_line_is_deleted(evening: Evening) -> None:
    message = await said(evening, "something rude")
    choose(evening.actions.row_menu(chat_row(message)), "Delete this message")
    await evening.seen("Noor: Message removed")
    assert (await evening.watcher.wait(EventType.CHAT_DELETED)).data["message_id"] == message.id


async def test_somebody_is_muted_and_told_so(evening: Evening) -> None:
    message = await said(evening, "again and again")
    choose(evening.actions.row_menu(chat_row(message)), "Mute Noor for 10 minutes")
    await evening.told("Noor cannot write for 10 minutes.")
    found = await evening.creator.api.room.restrictions(evening.stream_id)
    assert [(r.kind.value, r.user.display_name) for r in found.items] == [("mute", "Noor")]


async def test_somebody_is_removed_from_the_room(evening: Evening) -> None:
    person = (await said(evening, "rude")).author
    choose(evening.actions.person_menu(person), "Remove Noor from this room")
    await evening.told("cannot come back")
    found = await evening.creator.api.room.restrictions(evening.stream_id)
    assert [r.kind.value for r in found.items] == ["ban"]


async def test_a_line_is_reported(evening: Evening) -> None:
    message = await said(evening, "worth a look")
    choose(evening.actions.row_menu(chat_row(message)), "Report to the moderators", "Spam")
    await evening.told("Reported.")
    mine = (await evening.creator.api.reports.mine()).items
    assert [report.reason.value for report in mine] == ["spam"]


async def test_a_longer_silence_is_as_long_as_chosen(evening: Evening) -> None:
    message = await said(evening, "and on and on")
    choose(evening.actions.row_menu(chat_row(message)), "Mute Noor for", "1 hour")
    await evening.told("Noor cannot write for 1 hour.")
    (found,) = (await evening.creator.api.room.restrictions(evening.stream_id)).items
    assert found.until is not None
    assert (found.until - found.at).total_seconds() == pytest.approx(3600, abs=2)


async def test_the_menu_leads_to_the_persons_card(evening: Evening, qtbot: QtBot) -> None:
    message = await said(evening, "who am I")
    with qtbot.waitSignal(evening.cockpit.people.person_chosen) as asked:
        choose(evening.actions.row_menu(chat_row(message)), "About Noor")
    assert asked.args == [evening.member.id, "Noor"]


async def test_nobody_disciplines_themselves(evening: Evening) -> None:
    evening.cockpit.input.message_sent.emit("My own words")
    await evening.seen("My own words")
    own = (await evening.creator.api.room.history(evening.stream_id)).items[0]
    menu = evening.actions.row_menu(chat_row(own))
    off = {action.text() for action in menu.actions() if not action.isEnabled()}
    assert {"Mute Mila for 10 minutes", "Remove Mila from this room"} <= off
