"""The docks around a show on a real server: what is asked arrives, a refusal takes it back."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fakes.platform import Person, Platform, platform
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot
from tools.waiting import until

from shared.api import ApiClient
from shared.errors import AppError
from shared.ids import new_id
from shared.qt.errors import ErrorReporter
from shared.qt.loop import App
from shared.qt.theme import Theme
from shared.realtime import RealtimeClient
from shared.schemas.accounts import User
from shared.schemas.moods import Mood
from shared.schemas.realtime import EventType
from shared.schemas.roles import Role
from shared.schemas.show import GoalCreate, TipMenu, TipMenuItem
from shared.schemas.streams import PlanCreate
from shared.schemas.teezer import ScheduleSlot, SlotMode, Teezer, TeezerSchedule
from shared.schemas.wallet import TipRequest
from shared.server.streams.upkeep import Upkeep
from shared.settings import SettingsFile
from studio.desk.menu_desk import merged, read_menu
from studio.desk.room_desk import RoomDesk
from studio.desk.tools_desk import ToolsDesk
from studio.docks.dashboard import DashboardDock
from studio.docks.goals import GoalsDock
from studio.docks.leaderboard import LeaderboardDock
from studio.docks.mood import MoodDock
from studio.docks.prompts import PromptsDock
from studio.docks.rows import RowList, ToolDock
from studio.docks.schedule import ScheduleDock
from studio.docks.stripsync import StripSyncDock
from studio.docks.teezer import SAID, TeezerDock
from studio.docks.tip_menu import TipMenuDock
from studio.editor_undo import undo_near
from studio.live.wizard import measure_uplink
from studio.main_window import StudioWindow
from studio.settings import GoalDraft, MenuLine, PromptChoice, StepDraft, StudioSettings


@dataclass(slots=True)
class SignedIn:
    """Somebody at the studio."""

    client: ApiClient | None = None
    user: User | None = None


@dataclass(slots=True)
class Show:
    """A creator on air with every dock at hand, and a member in the room."""

    window: StudioWindow
    tools: ToolsDesk
    room: RoomDesk
    settings: SettingsFile[StudioSettings]
    creator: Person
    member: Person
    stream_id: str
    home: Platform

    def dock[D: ToolDock](self, name: str, kind: type[D]) -> D:
        """A dock, open and in front."""
        self.window.cockpit.docks.show_dock(name)
        dock = self.window.cockpit.docks.widget(name)
        assert isinstance(dock, kind)
        return dock

    async def shows(self, dock: ToolDock, *titles: str) -> None:
        """Wait until a dock's rows have these titles."""
        rows = dock.findChild(RowList)
        assert rows is not None

        def look() -> bool:
            self.room.drain()
            self.tools.draw()
            QApplication.processEvents()
            return [row.title for row in rows.rows] == list(titles)

        await until(look, f"{titles} in {dock.objectName()}: {[r.title for r in rows.rows]}")


@pytest.fixture
async def show(
    qtbot: QtBot, qapp: QApplication, theme: Theme, tmp_path: Path
) -> AsyncIterator[Show]:
    async with platform(tmp_path) as made:
        creator = await made.person("Mila", Role.CREATOR)
        member = await made.person("Noor")
        stream = await made.on_air(creator)
        app = App(qapp, theme, ErrorReporter())
        window = StudioWindow(theme)
        qtbot.addWidget(window)
        window.show_studio()
        window.show()
        settings = SettingsFile(tmp_path / "studio.json", StudioSettings)
        room = RoomDesk(window.cockpit)
        signed = SignedIn(creator.api, await creator.api.auth.me())
        tools = ToolsDesk(window, app=app, air=signed, room=room, settings=settings)
        tools.connect()
        async with RealtimeClient(made.url, session=creator.session) as realtime:
            room.enter(realtime, stream.id, own_id=creator.id)
            tools.draw()
            try:
                yield Show(window, tools, room, settings, creator, member, stream.id, made)
            finally:
                room.leave()
                await app.scope.aclose()


async def test_goals_begin_change_and_go(show: Show) -> None:
    dock = show.dock("goals", GoalsDock)
    dock.draft_saved.emit(
        -1,
        GoalDraft(
            title="An encore", target_tokens=500, steps=(StepDraft(title="warm up", tokens=100),)
        ),
    )
    dock.draft_saved.emit(-1, GoalDraft(title="A story", target_tokens=200))
    await show.shows(dock, "An encore", "A story")
    dock.moved.emit(1, -1)
    await show.shows(dock, "A story", "An encore")
    dock.start_requested.emit(1)
    await show.shows(dock, "An encore", "A story")
    goal = show.room.show.goals[0]
    assert [step.title for step in goal.milestones] == ["warm up"]
    dock.goal_saved.emit(
        goal.id,
        GoalDraft(
            title="Two encores", target_tokens=800, steps=(StepDraft(title="half", tokens=400),)
        ),
    )
    await show.shows(dock, "Two encores", "A story")
    assert [step.title for step in show.room.show.goals[0].milestones] == ["half"]
    dock.archived.emit(goal.id)
    await show.shows(dock, "A story")
    assert [draft.title for draft in show.settings.value.goal_drafts] == ["A story"]


async def test_the_menu_is_sent_undone_and_taken_back(show: Show) -> None:
    api = show.creator.api
    dock = show.dock("tip menu", TipMenuDock)
    await show.shows(dock)
    lines = (MenuLine(title="Song", tokens=50, duration_s=60), MenuLine(title="Wave", tokens=5))
    dock.changed.emit(lines, "added")
    await show.shows(dock, "Song", "Wave")

    async def offered() -> list[str]:
        return [item.title for item in (await api.show.tip_menu(show.creator.id)).items]

    off = (lines[0].model_copy(update={"is_on": False}), lines[1])
    dock.changed.emit(off, "switched")
    while await offered() != ["Wave"]:
        QApplication.processEvents()
    assert dock.said == "switched"
    dock.undo_requested.emit()
    while await offered() != ["Song", "Wave"]:
        QApplication.processEvents()
    api.session = None
    dock.changed.emit(lines[::-1], "moved")
    await until(lambda: dock.said not in ("", "moved"), "the refusal is said")
    await show.shows(dock, "Song", "Wave")


async def test_what_tips_ask_is_queued_and_ranked(show: Show) -> None:
    menu = show.dock("tip menu", TipMenuDock)
    queue = show.dock("stripsync", StripSyncDock)
    ranks = show.dock("leaderboard", LeaderboardDock)
    await show.shows(menu)
    menu.changed.emit((MenuLine(title="Song", tokens=50, duration_s=60),), "added")
    items: list[TipMenuItem] = []
    while not items:
        QApplication.processEvents()
        items = (await show.member.api.show.tip_menu(show.creator.id)).items
    await show.member.api.wallet.purchase(500)
    request = TipRequest(tokens=50, menu_item_id=items[0].id)
    await show.member.api.wallet.tip(show.stream_id, request)
    show.dock("stripsync", StripSyncDock)
    await show.shows(queue, "Song")
    queue.add_requested.emit("Breathe", 30)
    await show.shows(queue, "Song", "Breathe")
    first = show.tools.queue.queue.waiting[0]
    queue.start_requested.emit(first.id)
    await show.shows(queue, "Breathe")
    queue.done_requested.emit(first.id)
    left = [""]
    while left != ["Breathe"]:
        QApplication.processEvents()
        left = [one.title for one in (await show.creator.api.stage.actions(show.stream_id)).items]
    show.dock("leaderboard", LeaderboardDock)
    await show.shows(ranks, "1. Noor")


async def test_plans_and_the_creators_own_mood(show: Show) -> None:
    dock = show.dock("schedule", ScheduleDock)
    starts_at = datetime.now(UTC) + timedelta(days=2)
    dock.plan_requested.emit(PlanCreate(title="Piano", starts_at=starts_at))
    await show.shows(dock, "Piano")
    plan = (await show.creator.api.streams.schedule()).items[0]
    dock.removed.emit(plan.id)
    await show.shows(dock)
    steps = undo_near(dock)
    assert steps is not None
    assert steps.undo()
    await show.shows(dock, "Piano")
    again = (await show.creator.api.streams.schedule()).items[0]
    assert (again.title, again.starts_at) == (plan.title, plan.starts_at)
    assert steps.redo()
    await show.shows(dock)
    mood = show.dock("mood", MoodDock)
    mood.mood_chosen.emit(Mood.WILD)

    def is_wild() -> bool:
        show.room.drain()
        stream = show.room.show.stream
        return stream is not None and stream.mood is Mood.WILD

    await until(is_wild, "the room hears of the mood")


async def test_quick_prompts_are_taken_back_and_made_again(show: Show) -> None:
    dock = show.dock("prompts", PromptsDock)
    mine = (PromptChoice(text="Shall I play it again?", tokens=50),)
    dock.changed.emit(mine)
    dock.reset_requested.emit()
    assert show.settings.value.prompts is None
    steps = undo_near(dock)
    assert steps is not None
    assert steps.undo()
    assert show.settings.value.prompts == mine
    await show.shows(dock, "Shall I play it again?")
    assert steps.redo()
    assert show.settings.value.prompts is None


async def test_the_uplink_is_measured_against_the_platform(show: Show) -> None:
    assert await measure_uplink(show.creator.api.streams.try_uplink) > 100
    with pytest.raises(AppError):
        await show.member.api.streams.try_uplink("a")


def test_lines_that_are_off_stay_where_they_stood() -> None:
    ours = (
        MenuLine(title="A", tokens=1, is_on=False),
        MenuLine(title="B", tokens=2),
        MenuLine(title="C", tokens=3, is_on=False),
        MenuLine(title="D", tokens=4),
    )
    items = [TipMenuItem(id=new_id(), title=one, tokens=9) for one in "BDE"]
    lines = merged(TipMenu(items=items), ours)
    assert [one.title for one in lines] == ["A", "B", "C", "D", "E"]
    assert [one.is_on for one in lines] == [False, True, False, True, True]
    assert lines[1].tokens == 9


@pytest.mark.parametrize("text", ["", "{}", '[{"title": ""}]', "[1]"])
def test_a_file_that_is_no_menu_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "menu.json"
    file.write_text(text)
    with pytest.raises(AppError):
        read_menu(file)


async def test_goals_change_places_on_air_and_back(show: Show) -> None:
    dock = show.dock("goals", GoalsDock)
    api = show.creator.api
    made = [
        await api.show.create_goal(show.stream_id, GoalCreate(title=title, target_tokens=500))
        for title in ("An encore", "A story", "A song")
    ]
    await show.shows(dock, "An encore", "A story", "A song")
    await show.member.api.wallet.purchase(100)
    for _ in range(2):  # its version moves on without the window having heard of it
        await show.member.api.wallet.tip(show.stream_id, TipRequest(tokens=5))
    dock.goal_moved.emit(made[2].id, 0)
    await show.shows(dock, "A song", "An encore", "A story")
    dock.goal_moved.emit(made[0].id, 2)
    await show.shows(dock, "A song", "A story", "An encore")
    assert "An encore" in dock.said
    dock.undo_requested.emit()
    await show.shows(dock, "A song", "An encore", "A story")
    assert dock.said == ""


async def test_the_dashboard_tells_who_stayed_as_the_platform_counted(show: Show) -> None:
    dock = show.dock("dashboard", DashboardDock)
    watcher = await show.home.watch(show.member, f"stream:{show.stream_id}")
    await watcher.wait(EventType.VIEWERS_COUNT)
    await show.home.services.get(Upkeep).tidy()
    dock.refresh_requested.emit()
    dashboard = show.tools.dashboard
    await until(lambda: dashboard.state.retention, f"who stayed; {dock.said}")
    assert dashboard.state.retention == ((0.0, 100.0),)


async def test_teezer_is_looked_through_taught_and_asked(show: Show) -> None:
    dock = show.dock("teezer", TeezerDock)

    async def sees(is_so: Callable[[], object], what: str) -> None:
        def look() -> bool:
            show.room.drain()
            show.tools.draw()
            QApplication.processEvents()
            return bool(is_so())

        await until(look, f"{what}; said: {dock.said}; shown: {dock.state}")

    def known() -> Teezer:
        assert dock.state.teezer is not None
        return dock.state.teezer

    mila, noor = show.creator.api, show.member.api
    asked = await noor.room.send(show.stream_id, "What music do you like?")
    await mila.room.send(show.stream_id, "Mostly soul and old disco.", reply_to=asked.id)
    await sees(lambda: dock.state.teezer is not None, "Teezer is known")
    dock.switched.emit(True)
    await sees(lambda: known().enabled and known().trained_messages == 1, "on, and taught")
    show.tools.teezer.suggest_for("what music do you like")
    await sees(lambda: len(dock.suggest_page.rows.rows) >= 3, "replies to choose from")
    first = dock.suggest_page.rows.rows[0]
    assert (first.title, first.badge) == ("Mostly soul and old disco.", "AI")
    dock.suggest_page.rows.acted.emit(first.id, "use")
    box = show.window.findChild(QLineEdit, "messageBox")
    assert box is not None
    assert box.text() == "Mostly soul and old disco."
    await noor.room.send(show.stream_id, "@Teezer what music do you like?")
    dock.show_page(SAID)
    await sees(lambda: known().replies, "what it said while the creator was away")
    (said,) = known().replies
    dock.reply_removed.emit(said.stream_id, said.message_id)
    history = (await mila.room.history(show.stream_id)).items
    await sees(lambda: not known().replies, "deleted")
    while said.message_id in [one.id for one in history if not one.deleted]:
        history = (await mila.room.history(show.stream_id)).items
    dock.forget_requested.emit()
    await sees(lambda: known().learns_since is not None, "forgotten")
    assert known().trained_messages == 0
    dock.undo_requested.emit()
    await sees(lambda: known().trained_messages == 1, "taken back")
    slot = ScheduleSlot(weekday=2, start="10:00", end="12:00", mode=SlotMode.TEEZER)
    dock.schedule_changed.emit(TeezerSchedule(timezone="No/Where", slots=[slot]))
    await sees(lambda: dock.said, "told why not")
    assert known().schedule.slots == []
    dock.schedule_changed.emit(TeezerSchedule(slots=[slot]))
    await sees(lambda: known().schedule.slots == [slot], "the week kept")
