"""The room on screen: what the feed brings is drained into the widgets thirty times a second."""

from collections import deque
from collections.abc import Callable

from shared.qt.chat_rows import ChatRow, RowKind, chat_row, notice_row, tip_row
from shared.qt.translations import tr
from shared.realtime import RealtimeClient, RoomFeed, RoomItem
from shared.schemas.moods import Mood
from shared.schemas.notices import Notice
from shared.schemas.realtime import EventType, RoomEvent
from shared.schemas.streams import Stream
from shared.schemas.teezer import SlotMode, Teezer
from shared.schemas.wallet import Tip
from studio.desk.first_state import goal_state
from studio.live import EVERYTHING, NOTHING, Parts, ShowPart, ShowState, follow
from studio.main_window import Cockpit
from studio.zones.feed import TeezerView
from studio.zones.input import TipCallOut

_BURST = 2000


def teezer_view(teezer: Teezer) -> TeezerView:
    """Teezer as its switch shows it."""
    if teezer.active:
        status = tr("Answers now")
    elif not teezer.enabled:
        status = tr("Off")
    elif teezer.mode is SlotMode.TEEZER:
        status = tr("Still learning")
    else:
        status = tr("Waits for its hours")
    return TeezerView(is_known=True, is_enabled=teezer.enabled, status=status)


class RoomDesk:
    """Follows one stream's room into the cockpit; `drain` draws what came since the last time."""

    def __init__(self, cockpit: Cockpit) -> None:
        self._cockpit = cockpit
        self._feed: RoomFeed | None = None
        self.show = ShowState()
        self.stream_id: str | None = None
        self._dirty: set[ShowPart] = set()
        self._rows: deque[ChatRow] = deque(maxlen=_BURST)
        self._activity: deque[ChatRow] = deque(maxlen=_BURST)
        self._deleted: deque[str] = deque(maxlen=_BURST)
        self._restarted = False
        self._stream_changed: Stream | None = None
        self._tip_total = 0
        self._own_id = ""
        self.overheard: list[Callable[[RoomItem, Parts], None]] = []
        """Told each item after the show has taken it, with what it changed."""
        self.personal: list[Callable[[Notice], object]] = []
        """Told what the platform says to the person whose room it is, and to nobody else."""
        self.own_acts: set[str] = set()
        """Whom the creator restricted from this window; what befalls others is moderators' work."""

    @property
    def own_id(self) -> str:
        """Whose room it is."""
        return self._own_id

    @property
    def mood(self) -> Mood | None:
        """The room's mood now."""
        return self.show.mood.dominant if self.show.mood is not None else None

    def enter(self, realtime: RealtimeClient, stream_id: str, *, own_id: str) -> None:
        """Follow a stream's room, in place of the one before; nobody is a viewer of their own."""
        self._own_id = own_id
        if stream_id == self.stream_id and self._feed is not None:
            return
        self.leave()
        self.show = ShowState()
        self.stream_id = stream_id
        self._feed = follow(realtime, stream_id, self.show, self._on_item)

    def leave(self) -> None:
        """Stop following; what is on screen stays."""
        feed, self._feed = self._feed, None
        self.stream_id = None
        if feed is not None:
            feed.close()
            self._cockpit.people.set_people(())
            self._cockpit.people.set_viewers(0, self.show.peak_viewers)

    def told(self, notice: Notice) -> None:
        """The platform says something to the creator alone."""
        for listener in self.personal:
            listener(notice)

    def take_stream(self) -> Stream | None:
        """The stream as the room last told it, once."""
        stream, self._stream_changed = self._stream_changed, None
        return stream

    def drain(self) -> None:
        """Draw everything that came; nothing came costs nothing."""
        if not self._dirty and not self._restarted:
            return
        dirty, self._dirty = self._dirty, set()
        if self._restarted:
            self._draw_all_rows()
        else:
            self._draw_new_rows()
        cockpit, show = self._cockpit, self.show
        if ShowPart.GOALS in dirty:
            cockpit.feed.set_goals([goal_state(goal) for goal in show.goals])
        if ShowPart.MOOD in dirty:
            cockpit.feed.set_mood(show.mood)
            cockpit.set_mood(self.mood)
        if ShowPart.VIEWERS in dirty:
            cockpit.people.set_viewers(show.viewers, show.peak_viewers)
        if ShowPart.PEOPLE in dirty:
            others = [p for p in show.people.named("") if p.id != self._own_id]
            cockpit.people.set_people(others)
        if ShowPart.TEEZER in dirty and show.teezer is not None:
            cockpit.feed.set_teezer(teezer_view(show.teezer))
        if ShowPart.STREAM in dirty:
            self._stream_changed = show.stream

    def _on_item(self, item: RoomItem, parts: Parts) -> None:
        """Note what an item changed; called for each item, so it only appends."""
        for listener in self.overheard:
            listener(item, parts)
        if parts is NOTHING:
            return
        if not isinstance(item, RoomEvent):
            self._restarted = True
            self._dirty |= EVERYTHING
            for queue in (self._rows, self._activity, self._deleted):
                queue.clear()
            return
        self._dirty |= parts
        if ShowPart.CHAT_ADDED in parts:
            newest = self.show.chat.since(self.show.chat.added - 1)
            self._rows.extend(chat_row(message) for message in newest)
        elif ShowPart.CHAT_CHANGED in parts:
            self._deleted.append(str(item.data.get("message_id", "")))
        elif ShowPart.TIPS in parts:
            tip = self.show.tips[-1]
            self._tip_total += tip.tokens
            self._rows.append(tip_row(tip))
            self._activity.append(tip_row(tip))
        elif item.type is EventType.GOAL_REACHED:
            self._note(item, tr("Goal reached: {title}", title=item.data.get("title", "")))
        elif item.type is EventType.GOAL_CREATED:
            self._note(item, tr("New goal: {title}", title=item.data.get("title", "")))
        elif item.type is EventType.RESTRICTION_APPLIED:
            user = item.data.get("user", {})
            self._note(
                item,
                tr("{name} may not write for now", name=user.get("display_name", ""))
                if item.data.get("kind") == "mute"
                else tr("{name} was removed from the room", name=user.get("display_name", "")),
            )

    def _note(self, event: RoomEvent, text: str) -> None:
        self._activity.append(notice_row(f"event-{event.seq}", text, event.at))

    def _draw_all_rows(self) -> None:
        """After a snapshot: messages and tips in the order of their time."""
        self._restarted = False
        self._rows.clear()
        self._deleted.clear()
        messages = [(message.at, chat_row(message)) for message in self.show.chat]
        tips = [(tip.at, tip_row(tip)) for tip in self.show.tips]
        both = sorted(messages + tips, key=lambda pair: pair[0])
        self._cockpit.feed.chat.replace([row for _, row in both])
        notices = [row for row in self._activity if row.kind is RowKind.NOTICE]
        self._activity.clear()
        self._cockpit.feed.activity.replace([row for _, row in tips] + notices)
        self._tip_total = sum(tip.tokens for tip in self.show.tips)
        self._call_out(self.show.tips[-1] if self.show.tips else None)

    def _draw_new_rows(self) -> None:
        feed = self._cockpit.feed
        if self._rows:
            feed.chat.append(self._rows)
            self._rows.clear()
        while self._deleted:
            feed.chat.mark_deleted(self._deleted.popleft())
        if self._activity:
            feed.activity.append(self._activity)
            feed.note_activity(len(self._activity))
            self._activity.clear()
            if self.show.tips:
                self._call_out(self.show.tips[-1])

    def _call_out(self, tip: Tip | None) -> None:
        newest = TipCallOut(tip.sender.display_name, tip.tokens, tip.text) if tip else None
        self._cockpit.input.set_tip(newest, self._tip_total)
