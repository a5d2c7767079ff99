"""People for admins: found by name or e-mail, their role and sign-in, each change with a reason."""

from dataclasses import dataclass
from typing import override

from PySide6.QtCore import QSignalBlocker, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QHBoxLayout, QLineEdit

from console.screens._confirm import Confirm
from console.screens._list_pane import Nothing
from console.screens._list_screen import ListScreen
from console.screens.base import caption
from console.wording import role_words, when_words
from shared.qt.theme import Theme
from shared.qt.translations import tr, tr_n
from shared.qt.widgets import Badge, Card, button, label
from shared.schemas.administration import AdminUser, AdminUserPatch
from shared.schemas.roles import Role, may_grant

_LEAST_REASON = 3
_TYPING_MS = 250


@dataclass(frozen=True, slots=True)
class PersonChange:
    """What is to be changed about whom."""

    user_id: str
    patch: AdminUserPatch


@dataclass(frozen=True, slots=True)
class PeopleSearch:
    """Which people are asked for."""

    words: str = ""
    role: Role | None = None


class PeopleScreen(ListScreen[AdminUser]):
    """The newest people, or those who were searched for, and what may be changed about them."""

    change_asked = Signal(object)
    """A PersonChange, to be sent."""
    search_asked = Signal(object)
    """A PeopleSearch."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(
            theme,
            name=tr("People"),
            nothing=Nothing(tr("Nobody is found"), tr("Search for other words, or for all roles.")),
            key=lambda user: user.id,
            spoken=spoken,
        )
        self._mine = Role.VIEWER
        self._search = self._make_search()
        self._role_filter = self._make_role_filter()
        self._typing = QTimer(self)
        self._typing.setObjectName("peopleTyping")
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_MS)
        self._typing.timeout.connect(self._on_search)
        self._name = label(role="title", wrap=True)
        self._role_badge = Badge()
        self._state_badge = Badge()
        self._facts = QFormLayout()
        self._values = {name: label(wrap=True) for name in ("email", "since", "seen", "second")}
        self._role = QComboBox()
        self._role.setAccessibleName(tr("Role"))
        self._confirm = Confirm(tr("Every change is written to the audit log."))
        self._reason = QLineEdit()
        self._reason.setAccessibleName(tr("Reason"))
        self._reason.setPlaceholderText(tr("Reason, for the audit log"))
        self._reason.setMaxLength(300)
        self._reason.textEdited.connect(self._on_reason_typed)
        self._change = button(tr("Change role  (R)"), on_click=self.ask_role)
        self._unlock = button(
            tr("Unlock  (U)"), tip=tr("Lets them try to sign in again"), on_click=self.ask_unlock
        )
        self._reset = button(
            tr("Reset two-factor  (X)"),
            tip=tr("They sign in with the password alone and set it up anew"),
            on_click=self.ask_reset,
        )
        self.put_above(self._search, self._role_filter)
        self.put_beside(self._make_card())
        self._bind_keys()

    def set_role(self, role: Role) -> None:
        """Say what the person at the console is: nobody changes their own rank or above."""
        self._mine = role

    @property
    def asked(self) -> str:
        """The sentence on what happens next."""
        return self._confirm.words

    # -- intent ------------------------------------------------------------------------------

    def ask_role(self) -> None:
        """Ask whether the role is to change."""
        user, role = self.chosen, _role_in(self._role)
        if user is None or role is None:
            return
        if role is user.role:
            self._confirm.refuse(tr("Choose another role first."))
            self._role.setFocus()
            return
        what = tr(
            "{name} becomes {role} and is signed out everywhere.",
            name=user.display_name,
            role=role_words(role),
        )
        self._ask(user, what, role=role)

    def ask_unlock(self) -> None:
        """Ask whether the account is to be unlocked."""
        if (user := self.chosen) is not None:
            self._ask(user, tr("{name} may sign in again.", name=user.display_name), unlock=True)

    def ask_reset(self) -> None:
        """Ask whether the second factor is to be taken away."""
        if (user := self.chosen) is not None:
            what = tr("{name} signs in without a code.", name=user.display_name)
            self._ask(user, what, reset_two_factor=True)

    def _ask(
        self,
        user: AdminUser,
        what: str,
        *,
        role: Role | None = None,
        unlock: bool = False,
        reset_two_factor: bool = False,
    ) -> None:
        reason = self._reason.text().strip()
        if not may_grant(self._mine, user.role, user.role):
            self._confirm.refuse(tr("Their rank is yours or above: somebody higher decides."))
            return
        if len(reason) < _LEAST_REASON:
            self._confirm.refuse(tr("Write the reason first (W)."))
            self._reason.setFocus()
            return
        patch = AdminUserPatch(
            role=role, unlock=unlock, reset_two_factor=reset_two_factor, reason=reason
        )
        change = PersonChange(user.id, patch)
        self._confirm.ask(what, lambda: self.change_asked.emit(change))

    def forget_reason(self) -> None:
        """The change was made."""
        self._reason.clear()

    def _on_search(self) -> None:
        role = _role_in(self._role_filter)
        self.search_asked.emit(PeopleSearch(self._search.text().strip(), role))

    def _on_reason_typed(self) -> None:
        self._confirm.take_back()

    def _on_escape(self) -> None:
        if not self._confirm.take_back():
            self.list.focus_rows()

    # -- building ----------------------------------------------------------------------------

    def _make_search(self) -> QLineEdit:
        field = QLineEdit()
        field.setPlaceholderText(tr("Name or e-mail ( / )"))
        field.setAccessibleName(tr("Find people"))
        field.setClearButtonEnabled(True)
        field.textChanged.connect(lambda _words: self._typing.start())
        return field

    def _make_role_filter(self) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(tr("Show this role only"))
        box.addItem(tr("All roles"), None)
        for role in Role:
            box.addItem(role_words(role), role)
        box.currentIndexChanged.connect(lambda _row: self._on_search())
        return box

    def _make_card(self) -> Card:
        card = Card(tr("Person"))
        card.header.addWidget(self._state_badge)
        card.header.addWidget(self._role_badge)
        card.body.addWidget(self._name)
        self._facts.setHorizontalSpacing(16)
        self._facts.setVerticalSpacing(4)
        for name, words in (
            ("email", tr("E-mail")),
            ("since", tr("Here since")),
            ("seen", tr("Last seen")),
            ("second", tr("Two-factor")),
        ):
            self._facts.addRow(label(words, role="caption"), self._values[name])
        card.body.addLayout(self._facts)
        card.body.addStretch(1)
        card.body.addWidget(caption(tr("Change")))
        first = QHBoxLayout()
        first.addWidget(self._role, 1)
        first.addWidget(self._change)
        card.body.addLayout(first)
        card.body.addWidget(self._reason)
        card.body.addWidget(self._confirm)
        steps = QHBoxLayout()
        steps.addStretch(1)
        steps.addWidget(self._reset)
        steps.addWidget(self._unlock)
        card.body.addLayout(steps)
        return card

    def _bind_keys(self) -> None:
        self.bind_list(tr("Next person"), tr("Previous person"))
        self.bind("/", tr("Find"), self._search.setFocus)
        self.bind("R", tr("Change role"), self.ask_role)
        self.bind("U", tr("Unlock"), self.ask_unlock)
        self.bind("X", tr("Reset two-factor"), self.ask_reset)
        self.bind("W", tr("Reason"), self._reason.setFocus)
        self.bind("Return Enter", tr("Confirm"), self._confirm.proceed, shown_as="Enter")
        self.bind("Esc", tr("Back"), self._on_escape)
        self.bind_refresh()

    # -- shown -------------------------------------------------------------------------------

    @override
    def count_words(self, count: int) -> str:
        return tr_n("{n} person, newest first", "{n} people, newest first", count)

    @override
    def show_chosen(self, item: AdminUser) -> None:
        self._confirm.take_back()
        self._name.setText(item.display_name)
        self._role_badge.set_state(role_words(item.role), "accent")
        state, kind = state_of(item)
        self._state_badge.set_state(state, kind)
        seen = when_words(item.last_seen_at) if item.last_seen_at is not None else tr("never")
        self._values["email"].setText(item.email)
        self._values["since"].setText(when_words(item.created_at))
        self._values["seen"].setText(seen)
        self._values["second"].setText(tr("on") if item.two_factor else tr("off"))
        may_change = may_grant(self._mine, item.role, item.role)
        with QSignalBlocker(self._role):
            self._role.clear()
            for role in Role:
                if role is item.role or may_grant(self._mine, item.role, role):
                    self._role.addItem(role_words(role), role)
            self._role.setCurrentIndex(self._role.findData(item.role))
        for part in (self._role, self._change, self._unlock, self._reset, self._reason):
            part.setEnabled(may_change)
        self._reset.setEnabled(may_change and item.two_factor)


def _role_in(box: QComboBox) -> Role | None:
    """The role chosen: Qt gives back its code, not the member that was put in."""
    data = box.currentData()
    return Role(data) if isinstance(data, str) else None


def state_of(user: AdminUser) -> tuple[str, str]:
    """What is out of the ordinary about an account, and the badge's kind."""
    if user.erased_at is not None:
        return tr("Erased"), "neutral"
    return (tr("Banned"), "danger") if user.is_banned else ("", "neutral")


def spoken(user: AdminUser) -> str:
    """What a row says: who, and what they are."""
    state, _ = state_of(user)
    what = " \N{MIDDLE DOT} ".join(part for part in (role_words(user.role), state) if part)
    return f"{user.display_name}\n{what}"
