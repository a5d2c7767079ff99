"""The person behind the subject: what they did before and what was decided about it."""

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from console.docks.reports import scrolled_list
from console.wording import act_words, role_words, when_words
from shared.qt.theme import Theme
from shared.qt.translations import tr, tr_n
from shared.qt.widgets import Avatar, Card, clear_layout, label
from shared.schemas.moderation import AuditEntry, CaseDetail, Strike
from shared.schemas.room import Restriction, RestrictionKind

_DAY = 10
_MINUTE = 16


class SubjectDock(Card):
    """Name, role, and every act of moderation about them, newest first."""

    def __init__(self, _theme: Theme) -> None:
        super().__init__(tr("History of the person"))
        self._avatar = Avatar(size=28)
        self._name = label(role="heading")
        self._role = label(role="caption")
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(self._name)
        names.addWidget(self._role)
        self._head = QWidget()
        head = QHBoxLayout(self._head)
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(8)
        head.addWidget(self._avatar)
        head.addLayout(names, 1)
        self._standing = label(role="muted", wrap=True)
        self._limits = label(role="warning", wrap=True)
        self._strikes = label(role="danger", wrap=True)
        self._list, area = scrolled_list()
        self._list.setSpacing(6)
        self.body.addWidget(self._head)
        self.body.addWidget(self._limits)
        self.body.addWidget(self._strikes)
        self.body.addWidget(self._standing)
        self.body.addWidget(area, 1)
        self._shown: tuple[AuditEntry, ...] | None = None

    @property
    def standing(self) -> str:
        """The sentence on the person's past."""
        return self._standing.text()

    @property
    def strikes(self) -> str:
        """What counts against the person now."""
        return self._strikes.text()

    @property
    def limits(self) -> str:
        """The restrictions in force, one a line."""
        return self._limits.text()

    def show_case(self, case: CaseDetail) -> None:
        """Show the person a case is about."""
        person = case.subject_user
        self._head.setVisible(person is not None)
        if person is not None:
            self._avatar.set_name(person.display_name)
            self._name.setText(person.display_name)
            self._role.setText(role_words(person.role))
        limits = [restriction_words(restriction) for restriction in case.restrictions]
        self._limits.setText("\n".join(limits))
        self._limits.setVisible(bool(limits))
        self._strikes.setText(strike_words(case.strikes))
        self._strikes.setVisible(bool(case.strikes))
        history = tuple(sorted(case.history, key=lambda entry: entry.seq, reverse=True))
        if history == self._shown:
            return
        self._shown = history
        self._standing.setText("" if history else tr("Nothing is on record about this person."))
        self._standing.setVisible(not history)
        clear_layout(self._list)
        for entry in history:
            self._list.addWidget(_entry_row(entry))
        self._list.addStretch(1)


def strike_words(strikes: Sequence[Strike]) -> str:
    """How many strikes count, for how much, and until when the last of them does."""
    if not strikes:
        return ""
    until = when_words(max(strike.expires_at for strike in strikes))[:_DAY]
    return tr_n(
        "{n} strike ({points} points), the last counts until {date}",
        "{n} strikes ({points} points), the last counts until {date}",
        len(strikes),
        points=sum(strike.points for strike in strikes),
        date=until,
    )


def restriction_words(restriction: Restriction) -> str:
    """A restriction in force, as a sentence."""
    where = tr("everywhere") if restriction.stream_id is None else tr("in one room")
    if restriction.until is None:
        match restriction.kind:
            case RestrictionKind.MUTE:
                return tr("Muted {where} until lifted.", where=where)
            case RestrictionKind.RESTRICT:
                return tr("No writing or tipping {where} until lifted.", where=where)
            case RestrictionKind.OFF_AIR:
                return tr("Off the air until lifted.")
            case RestrictionKind.BAN:
                return tr("Banned {where} until lifted.", where=where)
    until = when_words(restriction.until)[:_MINUTE]
    match restriction.kind:
        case RestrictionKind.MUTE:
            return tr("Muted {where} until {time}.", where=where, time=until)
        case RestrictionKind.RESTRICT:
            return tr("No writing or tipping {where} until {time}.", where=where, time=until)
        case RestrictionKind.OFF_AIR:
            return tr("Off the air until {time}.", time=until)
        case RestrictionKind.BAN:
            return tr("Banned {where} until {time}.", where=where, time=until)


def _entry_row(entry: AuditEntry) -> QWidget:
    row = QWidget()
    layout = QVBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    layout.addWidget(label(act_words(entry.action), wrap=True))
    moment = when_words(entry.at)[:_DAY]
    who = tr("{date} by {name}", date=moment, name=entry.actor)
    layout.addWidget(label(who, role="caption", wrap=True))
    return row
