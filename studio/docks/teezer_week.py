"""Teezer's week: slots of days and hours, and who runs the room in them."""

from pydantic import ValidationError
from PySide6.QtCore import QLocale, QTime, QTimeZone, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QTimeEdit, QVBoxLayout, QWidget

from shared.qt.theme import Theme, set_role
from shared.qt.translations import current_language, tr
from shared.qt.widgets import button, label
from shared.schemas.teezer import ScheduleSlot, SlotMode, TeezerSchedule
from studio.docks.rows import Row, RowAction, RowList, form_button

_DAYS = tuple(range(7))
_CLOCK = "HH:mm"


def day_name(weekday: int) -> str:
    """A weekday in the person's language; 0 is Monday."""
    return QLocale(current_language()).standaloneDayName(weekday + 1).capitalize()


def mode_name(mode: SlotMode) -> str:
    """Who runs the room, in words."""
    return {
        SlotMode.TEEZER: tr("Teezer answers"),
        SlotMode.LIVE: tr("I am live"),
        SlotMode.OFFLINE: tr("Nobody"),
    }[mode]


def _end(slot: ScheduleSlot) -> str:
    return "24:00" if slot.end == "00:00" else slot.end


def own_zone() -> str:
    """The time zone of this computer, as the platform names it."""
    return bytes(QTimeZone.systemTimeZoneId().data()).decode() or "UTC"


class WeekPage(QWidget):
    """Slots by day and hour, and a form for another."""

    changed = Signal(object)
    """A TeezerSchedule in place of the one before."""

    refused = Signal(str)
    """Why a slot cannot be added."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._schedule = TeezerSchedule()
        self._zone = label(role="caption", wrap=True)
        self.rows = RowList(
            theme,
            tr("Teezer's week"),
            tr("No hours yet: the switch alone decides. Add hours and Teezer keeps to them."),
        )
        self.rows.acted.connect(lambda row_id, _key: self._on_removed(int(row_id)))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.rows, 1)
        layout.addWidget(self._zone)
        self._frame = self._form()
        self._opener = button(tr("New hours"), theme=theme, icon="add", on_click=self._open)
        self._opener.setObjectName("slotNew")
        layout.addWidget(self._frame)
        layout.addWidget(self._opener)
        self._frame.hide()
        self.set_schedule(self._schedule)

    @property
    def schedule(self) -> TeezerSchedule:
        """The week shown."""
        return self._schedule

    def set_schedule(self, schedule: TeezerSchedule) -> None:
        """Show a week."""
        slots = sorted(schedule.slots, key=lambda one: (one.weekday, one.start))
        self._schedule = schedule.model_copy(update={"slots": slots})
        self._zone.setText(tr("Hours of {zone}", zone=schedule.timezone))
        self._zone.setVisible(bool(slots))
        self.rows.set_rows(
            [
                Row(
                    str(place),
                    f"{day_name(slot.weekday)} {slot.start}\N{EN DASH}{_end(slot)}",
                    mode_name(slot.mode),
                    actions=(
                        RowAction(
                            "remove",
                            "remove",
                            tr("Remove {title}", title=f"{day_name(slot.weekday)} {slot.start}"),
                        ),
                    ),
                )
                for place, slot in enumerate(slots)
            ]
        )

    def _form(self) -> QFrame:
        frame = QFrame()
        set_role(frame, "sunken")
        self._days = QComboBox()
        self._days.setObjectName("slotDays")
        self._days.setAccessibleName(tr("Days"))
        self._days.addItem(tr("Every day"), _DAYS)
        self._days.addItem(tr("Monday to Friday"), _DAYS[:5])
        for weekday in _DAYS:
            self._days.addItem(day_name(weekday), (weekday,))
        self._mode = QComboBox()
        self._mode.setAccessibleName(tr("Who runs the room"))
        for mode in SlotMode:
            self._mode.addItem(mode_name(mode), mode.value)
        self._start, self._end = QTimeEdit(QTime(18, 0)), QTimeEdit(QTime(23, 0))
        for field, name, what in (
            (self._start, "slotStart", tr("From")),
            (self._end, "slotEnd", tr("Until")),
        ):
            field.setObjectName(name)
            field.setDisplayFormat(_CLOCK)
            field.setAccessibleName(what)
            field.setToolTip(what)
        save = form_button(tr("Add"), "slotSave")
        save.clicked.connect(lambda _on=False: self._on_add())
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(button(tr("Cancel"), on_click=self._close))
        buttons.addWidget(save)
        times = QHBoxLayout()
        times.addWidget(self._start, 1)
        times.addWidget(label("\N{EN DASH}"))
        times.addWidget(self._end, 1)
        layout = QVBoxLayout(frame)
        layout.setContentsMargins(8, 6, 8, 8)
        layout.setSpacing(6)
        layout.addWidget(label(tr("New hours"), role="heading"))
        layout.addWidget(self._days)
        layout.addLayout(times)
        layout.addWidget(self._mode)
        layout.addLayout(buttons)
        return frame

    def _open(self) -> None:
        self._frame.show()
        self._opener.hide()
        self._days.setFocus()

    def _close(self) -> None:
        self._frame.hide()
        self._opener.show()

    def _on_add(self) -> None:
        start = self._start.time().toString(_CLOCK)
        end = self._end.time().toString(_CLOCK)
        mode = SlotMode(self._mode.currentData())
        new = [
            ScheduleSlot(weekday=weekday, start=start, end=end, mode=mode)
            for weekday in self._days.currentData()
        ]
        timezone = self._schedule.timezone if self._schedule.slots else own_zone()
        try:
            wanted = TeezerSchedule(timezone=timezone, slots=[*self._schedule.slots, *new])
        except ValidationError:
            self.refused.emit(
                tr("Hours must end after they begin, and may not overlap others of that day.")
            )
            return
        self._close()
        self.set_schedule(wanted)
        self.changed.emit(self._schedule)

    def _on_removed(self, place: int) -> None:
        slots = [one for at, one in enumerate(self._schedule.slots) if at != place]
        wanted = self._schedule.model_copy(update={"slots": slots})
        self.set_schedule(wanted)
        self.changed.emit(self._schedule)
