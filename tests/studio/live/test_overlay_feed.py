"""What the overlays are told: what changed, only what some overlay shows, each tip once."""

from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel

from shared.realtime import RoomItem, Snapshot
from shared.schemas.accounts import UserRef
from shared.schemas.moods import Mood, MoodStrip
from shared.schemas.realtime import EventType, RoomEvent, RoomSnapshot
from shared.schemas.roles import Role
from shared.schemas.room import ChatDeleted, ChatMessage
from shared.schemas.show import Goal, Milestone, TipMenuItem
from shared.schemas.stage import ActionSource, StageAction
from shared.schemas.streams import ViewersCount
from shared.schemas.wallet import LeaderboardRow, Tip
from studio.engine.protocol.overlays import (
    ActionsUpdate,
    ChatUpdate,
    GoalUpdate,
    MenuUpdate,
    MoodUpdate,
    OverlayUpdate,
    StreamUpdate,
    SupportersUpdate,
    TipsUpdate,
    UpdateOverlays,
    ViewersUpdate,
)
from studio.live import ShowState
from studio.live.overlay_feed import OverlayFeed, needed_by
from studio.live.stage_queue import StageQueue
from studio.project.model import Project, Source, empty_project
from studio.project.overlays import (
    ActionTimerOverlay,
    ChatBoxOverlay,
    CountdownOverlay,
    GoalBarOverlay,
    LeaderboardOverlay,
    MoodStripOverlay,
    OverlaySettings,
    TipAlertsOverlay,
    TipMenuOverlay,
    ViewerCountOverlay,
    WatermarkOverlay,
)

_NOW = datetime(2026, 11, 20, 20, tzinfo=UTC)
_STREAM = "0192d3b4-5c6d-7e8f-9a0b-000000000001"


def _id(number: int) -> str:
    return f"0192d3b4-5c6d-7e8f-9a0b-{number:012d}"


_NOOR = UserRef(id=_id(7), display_name="Noor", role=Role.MEMBER)


def _project(*overlays: OverlaySettings) -> Project:
    sources = tuple(
        Source.model_validate({"name": f"o{index}", "settings": one.model_dump()})
        for index, one in enumerate(overlays)
    )
    return empty_project().model_copy(update={"sources": sources})


class _Room:
    """A room whose items go to the show and the feed, as the desk passes them on."""

    def __init__(self) -> None:
        self.show, self.feed = ShowState(), OverlayFeed()
        self._seq = 0

    def item(self, item: RoomItem) -> None:
        self.feed.note(item, self.show.apply(item))

    def event(self, kind: EventType, data: BaseModel | dict[str, Any]) -> None:
        self._seq += 1
        fields = data.model_dump(mode="json") if isinstance(data, BaseModel) else data
        self.item(RoomEvent(seq=self._seq, type=kind, at=_NOW, data=fields))

    def tip(self, number: int, tokens: int = 5, text: str = "") -> None:
        tip = Tip(
            id=_id(number), stream_id=_STREAM, sender=_NOOR, tokens=tokens, text=text, at=_NOW
        )
        self.event(EventType.TIP_RECEIVED, tip)

    def say(self, number: int, text: str) -> None:
        message = ChatMessage(id=_id(number), stream_id=_STREAM, author=_NOOR, text=text, at=_NOW)
        self.event(EventType.CHAT_MESSAGE, message)

    def told(self, project: Project) -> dict[str, OverlayUpdate]:
        command = self.feed.take(self.show, project)
        return {} if command is None else {one.kind: one for one in command.updates}


def _goal(raised: int, *, number: int = 50, deleted: bool = False) -> Goal:
    return Goal(
        id=_id(number),
        stream_id=_STREAM,
        title="Picnic",
        target_tokens=100,
        raised_tokens=raised,
        milestones=[Milestone(title="Half", tokens=50)],
        deleted=deleted,
    )


def test_a_tip_is_told_once_and_those_of_a_snapshot_are_not() -> None:
    room, project = _Room(), _project(TipAlertsOverlay())
    old = Tip(id=_id(1), stream_id=_STREAM, sender=_NOOR, tokens=9, at=_NOW)
    room.item(Snapshot(seq=0, state=RoomSnapshot(tips=[old])))
    assert room.told(project) == {}
    room.tip(2, tokens=70, text="Encore!")
    told = room.told(project)["tips"]
    assert isinstance(told, TipsUpdate)
    assert [(tip.name, tip.tokens, tip.text) for tip in told.tips] == [("Noor", 70, "Encore!")]
    assert room.told(project) == {}


def test_a_burst_of_tips_is_told_in_pieces_and_in_order() -> None:
    room, project = _Room(), _project(TipAlertsOverlay())
    for number in range(1, 501):
        room.tip(number, tokens=number)
    told: list[int] = []
    while updates := room.told(project):
        piece = updates["tips"]
        assert isinstance(piece, TipsUpdate)
        told += [tip.tokens for tip in piece.tips]
    assert told == list(range(1, 501))


def test_what_the_engine_did_not_get_is_told_again() -> None:
    room, project = _Room(), _project(TipAlertsOverlay(), GoalBarOverlay())
    room.event(EventType.GOAL_CREATED, _goal(0))
    room.tip(1)
    command = room.feed.take(room.show, project)
    assert isinstance(command, UpdateOverlays)
    room.tip(2)
    room.feed.give_back(command)
    again = room.told(project)
    assert set(again) == {"goal", "tips"}
    tips = again["tips"]
    assert isinstance(tips, TipsUpdate)
    assert [tip.id for tip in tips.tips] == [_id(1), _id(2)]


def test_only_what_some_overlay_shows_is_told_and_a_new_overlay_knows_it_all() -> None:
    room = _Room()
    room.event(EventType.GOAL_CREATED, _goal(10))
    room.event(EventType.VIEWERS_COUNT, ViewersCount(viewers=7, peak=9))
    room.tip(1)
    assert room.told(_project(CountdownOverlay())) == {}
    assert set(room.told(_project(ViewerCountOverlay()))) == {"viewers"}
    told = room.told(_project(ViewerCountOverlay(), GoalBarOverlay(), TipAlertsOverlay()))
    assert set(told) == {"goal"}


def test_every_part_of_the_room_is_told() -> None:
    room = _Room()
    everything = _project(
        GoalBarOverlay(),
        TipAlertsOverlay(),
        TipMenuOverlay(),
        LeaderboardOverlay(),
        MoodStripOverlay(),
        ChatBoxOverlay(),
        ViewerCountOverlay(),
        ActionTimerOverlay(),
        WatermarkOverlay(),
    )
    room.item(Snapshot(seq=0, state=RoomSnapshot(viewers=3)))
    room.feed.set_menu([TipMenuItem(id=_id(1), title="Wave", tokens=5)])
    room.feed.set_supporters([LeaderboardRow(rank=1, user=_NOOR, tokens=80, tips=2)])
    room.feed.set_stream(creator="Luna", platform="Teezu")
    room.event(EventType.MOOD_STRIP, MoodStrip(shares={Mood.WILD: 1.0}, at=_NOW))
    room.event(EventType.GOAL_PROGRESS, _goal(60))
    told = room.told(everything)
    assert set(told) == needed_by(everything) - {"tips"}
    goal, mood = told["goal"], told["mood"]
    assert isinstance(goal, GoalUpdate)
    assert goal.goal is not None
    assert (goal.goal.raised_tokens, goal.goal.milestones[0].tokens) == (60, 50)
    assert isinstance(mood, MoodUpdate)
    assert mood.shares == (0, 0, 0, 0, 0, 1.0, 0, 0)
    assert isinstance(told["menu"], MenuUpdate)
    assert isinstance(told["supporters"], SupportersUpdate)
    assert told["supporters"].supporters[0].name == "Noor"
    assert told["stream"] == StreamUpdate(creator="Luna", platform="Teezu")
    assert told["viewers"] == ViewersUpdate(viewers=3)
    room.feed.restart()
    assert set(room.told(everything)) == set(told)


def test_a_goal_that_was_taken_away_is_gone() -> None:
    room, project = _Room(), _project(GoalBarOverlay())
    room.event(EventType.GOAL_CREATED, _goal(10))
    room.told(project)
    room.event(EventType.GOAL_PROGRESS, _goal(10, deleted=True))
    assert room.told(project)["goal"] == GoalUpdate(goal=None)


def test_a_deleted_message_leaves_the_picture() -> None:
    room, project = _Room(), _project(ChatBoxOverlay())
    room.say(1, "Hello")
    room.say(2, "Good evening")
    room.told(project)
    room.event(EventType.CHAT_DELETED, ChatDeleted(message_id=_id(1), by=_id(7)))
    told = room.told(project)["chat"]
    assert isinstance(told, ChatUpdate)
    assert [line.text for line in told.lines] == ["Good evening"]


def test_actions_are_told_when_the_queue_or_its_clock_changes() -> None:
    room, project, queue = _Room(), _project(ActionTimerOverlay()), StageQueue()

    def told(now_s: float) -> tuple[list[str], float | None, bool] | None:
        room.feed.set_actions(queue, now_s)
        update = room.told(project).get("actions")
        if update is None:
            return None
        assert isinstance(update, ActionsUpdate)
        return [one.title for one in update.actions], update.left_s, update.is_paused

    for number in (1, 2):
        queue.add(
            StageAction(
                id=_id(number),
                stream_id=_STREAM,
                source=ActionSource.TIP,
                title=f"Song {number}",
                duration_s=30,
                requested_by=_NOOR,
                queued_at=_NOW,
            )
        )
    assert told(0.0) == (["Song 1", "Song 2"], None, False)
    queue.start(_id(2), 1.0)
    assert told(1.0) == (["Song 2", "Song 1"], 30.0, False)
    assert [told(1.0 + tenth / 10) for tenth in range(1, 100)] == [None] * 99
    queue.pause(11.0)
    assert told(11.1) == (["Song 2", "Song 1"], 20.0, True)
    assert told(15.0) is None
    queue.pause(16.0)
    assert told(16.0) == (["Song 2", "Song 1"], 20.0, False)
    queue.done(_id(2))
    assert told(17.0) == (["Song 1"], None, False)


def test_leaving_a_room_takes_its_people_off_the_picture() -> None:
    room, project = _Room(), _project(LeaderboardOverlay(), TipAlertsOverlay())
    room.feed.set_supporters([LeaderboardRow(rank=1, user=_NOOR, tokens=80, tips=2)])
    room.tip(1)
    room.told(_project(LeaderboardOverlay()))
    room.tip(2)
    room.feed.leave()
    assert room.told(project) == {"supporters": SupportersUpdate(supporters=())}
