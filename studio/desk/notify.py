"""The desktop's notices: tips, trouble and safety, when the window is not looked at."""

from collections.abc import Callable
from datetime import datetime, time, timedelta

from shared.qt import format as words
from shared.qt.translations import tr, tr_sentence
from shared.realtime import RoomItem
from shared.schemas.notices import Notice as PersonalNotice
from shared.schemas.notices import NoticeKind
from shared.schemas.realtime import EventType, RoomEvent
from shared.schemas.wallet import Tip
from studio.choices import NoticeChoices
from studio.desk.room_desk import RoomDesk
from studio.engine.protocol import BroadcastEvent, EngineState, Event, NoticeEvent, SafetyEvent
from studio.live import Parts

type ShowNotice = Callable[[str, str], None]
"""Shows a title and a text on the desktop."""

_TROUBLE = ("reconnecting", "failed")
_OF_MODERATORS = frozenset(
    {NoticeKind.ACTION_TAKEN, NoticeKind.ACTION_ENDED, NoticeKind.APPEAL_DECIDED}
)
_AWAY = timedelta(seconds=5)
_NEWS = timedelta(minutes=1)
"""What is older was in the room before this window was."""


def is_quiet(choices: NoticeChoices, now: time) -> bool:
    """Whether the creator wants no notices at this time of day; hours may reach past midnight."""
    if choices.quiet_from is None:
        return False
    begin, end = time.fromisoformat(choices.quiet_from), time.fromisoformat(choices.quiet_until)
    if begin <= end:
        return begin <= now < end
    return now >= begin or now < end


class Notifier:
    """Decides what is worth a notice; nothing is said while the window has the focus.

    Safety is told in quiet hours, too: neither a panic by a key nor what moderators do may go
    unseen.
    """

    def __init__(
        self,
        show: ShowNotice,
        *,
        room: RoomDesk,
        choices: Callable[[], NoticeChoices],
        is_looked_at: Callable[[], bool],
        now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
    ) -> None:
        self._show = show
        self._room = room
        self._choices = choices
        self._is_looked_at = is_looked_at
        self._now = now
        self._last_tip: str | None = None
        self._stream_id: str | None = None
        self._phases: dict[str, str] = {}
        self._cut_since: tuple[datetime, bool] | None = None
        self._was_panicked = False
        self._was_live = False

    def look(self) -> None:
        """Notice new tips; called a few times a second."""
        tips = self._room.show.tips
        newest = tips[-1] if tips else None
        if self._room.stream_id != self._stream_id:
            self._stream_id = self._room.stream_id
            self._last_tip = newest.id if newest is not None else None
            return
        if newest is None or newest.id == self._last_tip:
            return
        ids = [tip.id for tip in tips]
        first = ids.index(self._last_tip) + 1 if self._last_tip in ids else 0
        self._last_tip = newest.id
        oldest = self._now() - _NEWS
        self._tell_of_tips([tip for tip in list(tips)[first:] if tip.at >= oldest])

    def look_at_line(self, *, is_up: bool, words: str) -> None:
        """Notice a line to the platform that stays away during a show."""
        if is_up or self._room.stream_id is None:
            self._cut_since = None
            return
        now = self._now()
        since, was_told = self._cut_since or (now, False)
        is_due = not was_told and now - since >= _AWAY
        self._cut_since = since, was_told or is_due
        if is_due:
            self._trouble(tr("The line to the platform is cut"), words)

    def on_notice(self, notice: PersonalNotice) -> None:
        """Notice what moderators decided about the creator."""
        if notice.kind in _OF_MODERATORS:
            self._moderators(notice.text)

    def on_item(self, item: RoomItem, _parts: Parts) -> None:
        """Notice what moderators did in the room; the creator's own acts are no news to them.

        A report itself is told to moderators only; its outcome is what a creator may know.
        """
        if not isinstance(item, RoomEvent) or item.type is not EventType.RESTRICTION_APPLIED:
            return
        user = item.data.get("user", {})
        if user.get("id") in self._room.own_acts:
            return
        name = str(user.get("display_name", ""))
        self._moderators(
            tr("{name} may not write for now", name=name)
            if item.data.get("kind") == "mute"
            else tr("{name} was removed from the room", name=name)
        )

    def _moderators(self, text: str) -> None:
        if self._choices().of_safety:
            self._tell(tr("From the moderators"), text)

    def on_event(self, event: Event) -> None:
        """Notice trouble and panic."""
        match event:
            case BroadcastEvent(broadcast=broadcast) if broadcast is not None:
                for output in broadcast.outputs:
                    before = self._phases.get(output.id)
                    self._phases[output.id] = output.phase
                    if output.phase in _TROUBLE and before not in (None, output.phase):
                        self._trouble(output.name, tr_sentence(output.message or ""))
            case BroadcastEvent():
                self._phases.clear()
            case NoticeEvent(level="error", message=message):
                self._trouble(tr("Broadcast engine"), tr_sentence(message))
            case SafetyEvent(safety=safety):
                if safety.panicked and not self._was_panicked and self._choices().of_safety:
                    self._tell(tr("Panic"), tr("Viewers see a slate and hear nothing."))
                self._was_panicked = safety.panicked
            case _:
                pass

    def on_engine(self, state: EngineState | None) -> None:
        """Notice an engine that is lost on air."""
        if state is None and self._was_live:
            self._trouble(
                tr("Broadcast engine"), tr("It stopped and is started again; the show goes on.")
            )
        self._was_live = state is not None and state.is_live

    def _tell_of_tips(self, tips: list[Tip]) -> None:
        least = self._choices().tips_from
        worth = [tip for tip in tips if least is not None and tip.tokens >= least]
        if not worth or self._is_quiet():
            return
        best = max(worth, key=lambda tip: tip.tokens)
        title = tr(
            "{sender} tipped {amount}",
            sender=best.sender.display_name,
            amount=words.tokens(best.tokens),
        )
        more = tr("and {n} more tips", n=len(worth) - 1) if len(worth) > 1 else ""
        self._tell(title, best.text or more)

    def _trouble(self, title: str, text: str) -> None:
        if self._choices().of_trouble and not self._is_quiet():
            self._tell(title, text)

    def _is_quiet(self) -> bool:
        return is_quiet(self._choices(), self._now().time())

    def _tell(self, title: str, text: str) -> None:
        if not self._is_looked_at():
            self._show(title, text)
