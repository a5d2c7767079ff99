"""The creator's planned shows."""

from collections.abc import Sequence
from datetime import UTC, datetime

from PySide6.QtCore import QDateTime, QTime, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDateTimeEdit,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
)

from shared.qt.charts import mood_name
from shared.qt.theme import Theme, set_role
from shared.qt.translations import tr
from shared.qt.widgets import button, label
from shared.schemas.moods import Mood
from shared.schemas.streams import Plan, PlanCreate
from studio.docks.rows import Row, RowAction, RowList, ToolDock, form_button


class ScheduleDock(ToolDock):
    """Plans, soonest first, and a form for the next one."""

    plan_requested = Signal(object)
    """A PlanCreate."""

    removed = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "scheduleDock", tr("Schedule"))
        self._rows = RowList(
            theme, tr("Planned shows"), tr("Nothing planned. Followers see what you plan here.")
        )
        self._rows.acted.connect(lambda plan_id, _key: self.removed.emit(plan_id))
        self.body.addWidget(self._rows, 1)
        self._frame = self._form()
        self._opener = self.add_form(tr("New show"), self._frame, "planNew")
        self._opener.clicked.connect(lambda _on=False: self._title.setFocus())

    def set_plans(self, plans: Sequence[Plan]) -> None:
        """Show what is planned."""
        self._rows.set_rows(
            [
                Row(
                    plan.id,
                    plan.title,
                    tr(
                        "{when}, {n} minutes",
                        when=plan.starts_at.astimezone().strftime("%d-%m-%Y %H:%M"),
                        n=plan.duration_min,
                    ),
                    badge=mood_name(plan.mood),
                    actions=(
                        RowAction("remove", "remove", tr("Remove {title}", title=plan.title)),
                    ),
                )
                for plan in plans
            ]
        )

    def _form(self) -> QFrame:
        frame = QFrame()
        set_role(frame, "sunken")
        self._title = QLineEdit()
        self._title.setObjectName("planTitle")
        self._title.setMaxLength(120)
        self._title.setPlaceholderText(tr("What will the show be about?"))
        self._title.setAccessibleName(tr("Title of the show"))
        self._title.returnPressed.connect(self._on_plan)
        evening = QDateTime.currentDateTime().addDays(1)
        evening.setTime(QTime(20, 0))
        self._when = QDateTimeEdit(evening)
        self._when.setObjectName("planWhen")
        self._when.setDisplayFormat("dd-MM-yyyy HH:mm")
        self._when.setAccessibleName(tr("Begins at"))
        self._minutes = QSpinBox()
        self._minutes.setRange(5, 1440)
        self._minutes.setSingleStep(15)
        self._minutes.setValue(60)
        self._minutes.setSuffix(tr(" min"))
        self._minutes.setAccessibleName(tr("Minutes it takes"))
        self._mood = QComboBox()
        self._mood.setAccessibleName(tr("Mood of the show"))
        for mood in Mood:
            self._mood.addItem(mood_name(mood), mood.value)
        plan = form_button(tr("Plan"), "planSave")
        plan.clicked.connect(lambda _on=False: self._on_plan())
        head = QHBoxLayout()
        head.addWidget(label(tr("New show"), role="heading"), 1)
        head.addWidget(button(tr("Cancel"), on_click=self._close))
        head.addWidget(plan)
        rest = QHBoxLayout()
        rest.addWidget(self._minutes, 1)
        rest.addWidget(self._mood, 1)
        layout = QVBoxLayout(frame)
        layout.setContentsMargins(8, 6, 8, 8)
        layout.setSpacing(6)
        layout.addLayout(head)
        layout.addWidget(self._title)
        layout.addWidget(self._when)
        layout.addLayout(rest)
        return frame

    def _close(self) -> None:
        self._title.clear()
        self._frame.hide()
        self._opener.show()

    def _on_plan(self) -> None:
        title = self._title.text().strip()
        if not title:
            self._title.setFocus()
            return
        if self._when.dateTime() <= QDateTime.currentDateTime():
            self.set_problem(tr("Choose a time that lies ahead."))
            return
        self.set_problem("")
        self._close()
        self.plan_requested.emit(
            PlanCreate(
                title=title,
                starts_at=datetime.fromtimestamp(self._when.dateTime().toSecsSinceEpoch(), UTC),
                duration_min=self._minutes.value(),
                mood=Mood(self._mood.currentData()),
            )
        )
