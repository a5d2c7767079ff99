"""Cards of people in the room, and links that ask before they open."""

from collections.abc import Callable

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication

from shared.qt import format as words
from shared.qt.chat_rows import ChatRow, chat_row, tip_row
from shared.qt.translations import tr
from shared.schemas.room import RestrictionKind
from studio.desk.room_actions import RoomActions
from studio.desk.room_desk import RoomDesk
from studio.dialogs.people_cards import PersonCardState
from studio.live import ShowState
from studio.main_window import StudioWindow
from studio.zones.people import role_name


def open_in_browser(address: str) -> None:
    """Open an address as the system does."""
    QDesktopServices.openUrl(QUrl(address))


def copy_text(text: str) -> None:
    """Put words onto the clipboard."""
    QGuiApplication.clipboard().setText(text)


def person_state(show: ShowState, user_id: str, name: str, *, own_id: str) -> PersonCardState:
    """What the show knows of a person."""
    messages = [message for message in show.chat if message.author.id == user_id]
    tips = [tip for tip in show.tips if tip.sender.id == user_id]
    known = [m.author for m in messages] + [t.sender for t in tips]
    known += [person for person in show.people if person.id == user_id]
    both = [(m.at, chat_row(m)) for m in messages] + [(t.at, tip_row(t)) for t in tips]
    both.sort(key=lambda pair: pair[0])
    kinds = {one.kind for one in show.restrictions if one.user.id == user_id}
    restriction = ""
    if RestrictionKind.BAN in kinds:
        restriction = tr("Removed from this room.")
    elif RestrictionKind.MUTE in kinds:
        restriction = tr("May not write for now.")
    return PersonCardState(
        id=user_id,
        name=name,
        role=role_name(known[-1].role) if known else "",
        tokens=words.number(sum(tip.tokens for tip in tips)),
        tips=words.number(len(tips)),
        messages=words.number(len(messages)),
        restriction=restriction,
        can_discipline=user_id != own_id,
        rows=tuple(row for _, row in both),
    )


class PeopleDesk:
    """Shows who somebody is and asks where a link leads."""

    def __init__(
        self,
        window: StudioWindow,
        *,
        room: RoomDesk,
        actions: RoomActions,
        open_link: Callable[[str], None] = open_in_browser,
    ) -> None:
        self._window = window
        self._room = room
        self._actions = actions
        self._open_link = open_link

    def connect(self) -> None:
        """Listen to the chat, the menus and the cards."""
        window = self._window
        for view in (window.cockpit.feed.chat, window.cockpit.feed.activity):
            view.link_activated.connect(window.link_question.ask)
            view.row_activated.connect(self._on_row)
        window.cockpit.people.person_chosen.connect(self._on_person)
        window.link_question.open_chosen.connect(self._open_link)
        window.link_question.copy_chosen.connect(copy_text)
        window.person_card.mute_requested.connect(self._actions.mute)
        window.person_card.ban_requested.connect(self._actions.ban)

    def _on_row(self, row: ChatRow) -> None:
        if row.author_id:
            self._on_person(row.author_id, row.author)

    def _on_person(self, user_id: str, name: str) -> None:
        show, own = self._room.show, self._room.own_id
        self._window.person_card.show_person(person_state(show, user_id, name, own_id=own))
