"""What a creator does in the room: write, prompt, add goals, switch Teezer, keep order."""

from collections.abc import Callable, Coroutine
from typing import Any

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu

from shared.api import ApiClient
from shared.errors import AppError
from shared.qt.chat_rows import ChatRow, RowKind
from shared.qt.errors import Notice, Severity
from shared.qt.loop import App
from shared.qt.translations import tr, tr_n
from shared.realtime import RealtimeClient
from shared.schemas.accounts import User, UserRef
from shared.schemas.moderation import ReportCreate, ReportReason, SubjectType
from shared.schemas.room import RestrictionRequest
from shared.schemas.show import GoalCreate
from shared.schemas.teezer import TeezerPatch
from studio.desk.room_desk import RoomDesk, teezer_view
from studio.main_window import Cockpit
from studio.zones.feed import TeezerView

_MUTE_S = 600
_TIMEOUTS_S = (60, 300, 3600, 86_400)


def reason_name(reason: ReportReason) -> str:
    """Why something is reported, in the person's language."""
    return {
        ReportReason.MINOR_SAFETY: tr("Somebody may be a minor"),
        ReportReason.NON_CONSENSUAL: tr("Without consent"),
        ReportReason.VIOLENCE: tr("Violence or threats"),
        ReportReason.HATE: tr("Hate"),
        ReportReason.HARASSMENT: tr("Harassment"),
        ReportReason.PRIVACY: tr("Private facts shared"),
        ReportReason.FRAUD: tr("Fraud"),
        ReportReason.SPAM: tr("Spam"),
        ReportReason.OTHER: tr("Something else"),
    }[reason]


def time_name(seconds: int) -> str:
    """How long, in words."""
    if seconds >= 86_400:
        return tr_n("{n} day", "{n} days", seconds // 86_400)
    if seconds >= 3600:
        return tr_n("{n} hour", "{n} hours", seconds // 3600)
    return tr_n("{n} minute", "{n} minutes", seconds // 60)


class RoomActions:
    """Carries the cockpit's intents to the room of the signed-in creator."""

    def __init__(self, cockpit: Cockpit, *, app: App, room: RoomDesk) -> None:
        self._cockpit = cockpit
        self._app = app
        self._room = room
        self._client: ApiClient | None = None
        self._realtime: RealtimeClient | None = None
        self._user: User | None = None
        self._menu = QMenu(cockpit)
        self.intercept: Callable[[str], bool] = lambda _line: False
        """Takes a line in the place of the room; the safe word is such a line."""
        self.suggest: Callable[[str], object] = lambda _words: None
        """Offers replies to what somebody wrote."""
        self.signed: Callable[[ApiClient | None, User | None], object] = lambda *_: None
        """Told who is signed in, and of nobody."""

    def connect(self) -> None:
        """Listen to the zones."""
        self._cockpit.input.message_sent.connect(self._on_message)
        self._cockpit.feed.goal_add_requested.connect(self._on_goal)
        self._cockpit.feed.teezer_switched.connect(self._on_teezer)
        self._cockpit.feed.chat.row_menu_requested.connect(self._on_row_menu)
        self._cockpit.people.person_menu_requested.connect(self._on_person_menu)
        self._menu.aboutToHide.connect(self._cockpit.feed.chat.clear_selection)

    def sign_in(self, client: ApiClient, realtime: RealtimeClient, user: User) -> None:
        """Act for this person from now on."""
        self._client, self._realtime, self._user = client, realtime, user
        self._cockpit.feed.set_own_name(user.display_name)
        self.signed(client, user)

    def sign_out(self) -> None:
        """Act for nobody."""
        self._client = self._realtime = self._user = None
        self.signed(None, None)

    def draw(self) -> None:
        """Say what can be done now."""
        is_in_room = self._room.stream_id is not None and self._realtime is not None
        reason = "" if is_in_room else tr("You can write as soon as you are live.")
        self._cockpit.input.set_can_send(reason)
        self._cockpit.feed.set_can_add_goal(is_possible=is_in_room)

    # The person's own words

    def _on_message(self, text: str) -> None:
        if self.intercept(text):
            return
        self._app.scope.start(self._say(text), name="send message")

    async def _say(self, text: str) -> None:
        """Send a line; what could not be sent goes back into the message bar."""
        stream_id, realtime = self._room.stream_id, self._realtime
        if stream_id is None or realtime is None:
            return
        try:
            await realtime.send_chat(stream_id, text)
        except AppError:
            self._cockpit.input.give_back(text)
            raise

    def _on_goal(self, title: str, tokens: int) -> None:
        self._app.scope.start(self._add_goal(title, tokens), name="add goal")

    async def _add_goal(self, title: str, tokens: int) -> None:
        if self._client is not None and self._room.stream_id is not None:
            goal = GoalCreate(title=title, target_tokens=tokens)
            await self._client.show.create_goal(self._room.stream_id, goal)

    # Teezer

    def _on_teezer(self, is_enabled: bool) -> None:
        self._cockpit.feed.set_teezer(
            TeezerView(is_known=True, is_enabled=is_enabled, status=tr("Switching"), is_busy=True)
        )
        self._app.scope.restart(self._switch_teezer(is_enabled=is_enabled), name="switch teezer")

    async def _switch_teezer(self, *, is_enabled: bool) -> None:
        """Switch, and show what the server says; a refusal shows the old state again."""
        client, user = self._client, self._user
        if client is None or user is None:
            return
        try:
            teezer = await client.teezer.change(user.id, TeezerPatch(enabled=is_enabled))
        except AppError:
            self._cockpit.feed.set_teezer(TeezerView(is_known=True, is_enabled=not is_enabled))
            raise
        self._cockpit.feed.set_teezer(teezer_view(teezer))

    # Order in the room

    def row_menu(self, row: ChatRow) -> QMenu:
        """What can be done about a line of the chat."""
        menu = self._menu
        menu.clear()
        if row.kind is RowKind.MESSAGE and not row.is_deleted:
            menu.addAction(tr("Delete this message")).triggered.connect(
                lambda: self._start(self._delete(row.id), "delete message")
            )
            self._offer_report(SubjectType.MESSAGE, row.id)
            if row.author_id != self._room.own_id:
                menu.addAction(tr("Suggest a reply")).triggered.connect(
                    lambda: self.suggest(row.text)
                )
            menu.addSeparator()
        if row.author_id:
            menu.addAction(tr("About {name}", name=row.author)).triggered.connect(
                lambda: self._cockpit.people.person_chosen.emit(row.author_id, row.author)
            )
        self._offer_discipline(row.author_id, row.author)
        return menu

    def person_menu(self, person: UserRef) -> QMenu:
        """What can be done about somebody in the room."""
        self._menu.clear()
        self._offer_discipline(person.id, person.display_name)
        self._offer_report(SubjectType.USER, person.id)
        self._menu.addAction(tr("About {name}", name=person.display_name)).triggered.connect(
            lambda: self._cockpit.people.person_chosen.emit(person.id, person.display_name)
        )
        return self._menu

    def _on_row_menu(self, row: ChatRow, point: QPoint) -> None:
        self.row_menu(row).popup(point)

    def _on_person_menu(self, person: UserRef, point: QPoint) -> None:
        self.person_menu(person).popup(point)

    def _offer_discipline(self, user_id: str, name: str) -> None:
        is_self = self._user is not None and user_id == self._user.id
        mute = self._menu.addAction(tr("Mute {name} for 10 minutes", name=name))
        mute.setEnabled(not is_self and bool(user_id))
        mute.triggered.connect(lambda: self.mute(user_id, name))
        longer = self._menu.addMenu(tr("Mute {name} for", name=name))
        longer.setEnabled(mute.isEnabled())
        for seconds in _TIMEOUTS_S:
            longer.addAction(time_name(seconds)).triggered.connect(
                lambda _checked=False, s=seconds: self.mute(user_id, name, seconds=s)
            )
        ban = self._menu.addAction(tr("Remove {name} from this room", name=name))
        ban.setEnabled(not is_self and bool(user_id))
        ban.triggered.connect(lambda: self.ban(user_id, name))

    def _offer_report(self, subject: SubjectType, subject_id: str) -> None:
        menu = self._menu.addMenu(tr("Report to the moderators"))
        for reason in ReportReason:
            menu.addAction(reason_name(reason)).triggered.connect(
                lambda _checked=False, why=reason: self._start(
                    self._report(subject, subject_id, why), "report"
                )
            )

    def mute(self, user_id: str, name: str, *, seconds: int = _MUTE_S) -> None:
        """Let somebody read but not write for a while."""
        self._start(self._mute(user_id, name, seconds), "mute")

    def ban(self, user_id: str, name: str) -> None:
        """Keep somebody out of this room."""
        self._start(self._ban(user_id, name), "ban")

    def _start(self, work: Coroutine[Any, Any, None], name: str) -> None:
        self._app.scope.start(work, name=name)

    async def _delete(self, message_id: str) -> None:
        if self._client is not None and self._room.stream_id is not None:
            await self._client.room.delete(self._room.stream_id, message_id)

    async def _report(self, subject: SubjectType, subject_id: str, reason: ReportReason) -> None:
        if self._client is None:
            return
        report = ReportCreate(subject_type=subject, subject_id=subject_id, reason=reason)
        await self._client.reports.create(report)
        self._tell(tr("Reported. A moderator looks at it; you will hear the outcome."))

    async def _mute(self, user_id: str, name: str, seconds: int) -> None:
        if self._client is None or self._room.stream_id is None:
            return
        order = RestrictionRequest(user_id=user_id, duration_s=seconds)
        self._room.own_acts.add(user_id)
        await self._client.room.mute(self._room.stream_id, order)
        self._tell(tr("{name} cannot write for {time}.", name=name, time=time_name(seconds)))

    async def _ban(self, user_id: str, name: str) -> None:
        if self._client is None or self._room.stream_id is None:
            return
        self._room.own_acts.add(user_id)
        await self._client.room.ban(self._room.stream_id, RestrictionRequest(user_id=user_id))
        self._tell(tr("{name} was removed and cannot come back into this room.", name=name))

    def _tell(self, sentence: str) -> None:
        self._app.errors.tell(Notice(sentence, Severity.SUCCESS))
