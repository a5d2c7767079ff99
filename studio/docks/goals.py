"""Goals: those of the show under way, and those prepared for the next ones."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QVBoxLayout,
)

from shared.qt import format as words
from shared.qt.theme import Theme, set_role
from shared.qt.translations import tr, tr_n
from shared.qt.widgets import button, label
from shared.schemas.show import Goal
from studio.docks.moving_rows import MovingRows
from studio.docks.rows import Row, RowAction, ToolDock, form_button
from studio.settings import GoalDraft, StepDraft

_DRAFT = "draft "


def steps_text(steps: Sequence[StepDraft]) -> str:
    """Steps as lines of a field: tokens, then what happens."""
    return "\n".join(f"{step.tokens} {step.title}" for step in steps)


def steps_of(text: str) -> tuple[StepDraft, ...] | None:
    """The steps that lines name, the lowest first; None when a line is not `tokens words`."""
    steps = []
    for line in text.splitlines():
        if not line.strip():
            continue
        tokens, _, title = line.strip().partition(" ")
        if not tokens.isdecimal() or not title.strip() or not 1 <= int(tokens) <= 1_000_000:
            return None
        steps.append(StepDraft(title=title.strip()[:80], tokens=int(tokens)))
    return tuple(sorted(steps, key=lambda step: step.tokens))[:20]


class GoalsDock(ToolDock):
    """Goals as rows and one form, for a new goal or the one being edited."""

    draft_saved = Signal(int, object)
    """Place (-1 for a new one) and GoalDraft."""

    goal_saved = Signal(str, object)
    """Id of a goal of the show, and a GoalDraft with what it should be."""

    start_requested = Signal(int)
    moved = Signal(int, int)
    """Place of a prepared goal, and by how many it moves; -1 is up."""

    goal_moved = Signal(str, int)
    """Id of a goal of the show, and its new place among them."""

    removed = Signal(int)
    archived = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "goalsDock", tr("Goals"))
        self._goals: tuple[Goal, ...] = ()
        self._drafts: tuple[GoalDraft, ...] = ()
        self._is_live = False
        self._edited = ""
        self._rows = MovingRows(
            theme,
            tr("Goals"),
            tr("No goals yet. Prepare some below: they are kept for every show."),
        )
        self._rows.acted.connect(self._on_acted)
        self._rows.moved.connect(self._on_moved)
        self.body.addWidget(self._rows, 1)
        self._frame = self._form()
        self._opener = self.add_form(tr("New goal"), self._frame, "goalNew")
        self._opener.clicked.connect(lambda _on=False: self._title.setFocus())
        self._draw()

    def set_goals(self, goals: Sequence[Goal], *, is_live: bool) -> None:
        """Show the goals of the show under way."""
        self._goals, self._is_live = tuple(goals), is_live
        self._draw()

    def set_drafts(self, drafts: Sequence[GoalDraft]) -> None:
        """Show what is prepared."""
        self._drafts = tuple(drafts)
        self._draw()

    def _form(self) -> QFrame:
        frame = QFrame()
        set_role(frame, "sunken")
        self._heading = label(tr("New goal"), role="heading")
        self._title = QLineEdit()
        self._title.setObjectName("goalTitle")
        self._title.setMaxLength(80)
        self._title.setPlaceholderText(tr("Goal, for example: a song by request"))
        self._title.setAccessibleName(tr("Title of the goal"))
        self._tokens = QSpinBox()
        self._tokens.setObjectName("goalTokens")
        self._tokens.setRange(1, 1_000_000)
        self._tokens.setSingleStep(50)
        self._tokens.setValue(500)
        self._tokens.setAccessibleName(tr("Tokens to reach"))
        self._tokens.setToolTip(tr("Tokens to reach"))
        self._again = QSpinBox()
        self._again.setRange(-1, 500)
        self._again.setValue(-1)
        self._again.setSingleStep(10)
        self._again.setSpecialValueText(tr("once"))
        self._again.setSuffix(" %")
        self._again.setPrefix("+")
        self._again.setAccessibleName(tr("Open it again, higher by"))
        self._again.setToolTip(tr("Once reached, open it again, higher by so much"))
        self._steps = QPlainTextEdit()
        self._steps.setObjectName("goalSteps")
        self._steps.setFixedHeight(62)
        self._steps.setTabChangesFocus(True)
        self._steps.setAccessibleName(tr("Milestones"))
        self._steps.setPlaceholderText(tr("Milestones, one a line: 200 first song"))
        self._save = form_button(tr("Prepare"), "goalSave")
        self._save.clicked.connect(lambda _on=False: self._on_save())
        self._title.returnPressed.connect(self._on_save)
        self._cancel = button(tr("Cancel"), on_click=self._clear)
        numbers = QHBoxLayout()
        numbers.addWidget(self._tokens, 3)
        numbers.addWidget(self._again, 2)
        buttons = QHBoxLayout()
        buttons.addWidget(self._heading, 1)
        buttons.addWidget(self._cancel)
        buttons.addWidget(self._save)
        layout = QVBoxLayout(frame)
        layout.setContentsMargins(8, 6, 8, 8)
        layout.setSpacing(6)
        layout.addLayout(buttons)
        layout.addWidget(self._title)
        layout.addLayout(numbers)
        layout.addWidget(self._steps)
        return frame

    def _draw(self) -> None:
        rows = [self._goal_row(goal) for goal in self._goals]
        rows += [self._draft_row(at, draft) for at, draft in enumerate(self._drafts)]
        self._rows.set_rows(rows)

    def _goal_row(self, goal: Goal) -> Row:
        is_reached = goal.reached_at is not None
        detail = tr(
            "{raised} of {target} tokens",
            raised=words.number(goal.raised_tokens),
            target=words.number(goal.target_tokens),
        )
        if goal.milestones:
            passed = sum(step.reached_at is not None for step in goal.milestones)
            steps = tr("{n} of {all} milestones", n=passed, all=len(goal.milestones))
            detail = f"{detail} \N{MIDDLE DOT} {steps}"
        return Row(
            goal.id,
            goal.title,
            detail,
            badge=tr("Reached") if is_reached else "",
            badge_kind="success",
            share=goal.raised_tokens / max(1, goal.target_tokens),
            actions=(
                RowAction("edit", "text", tr("Edit {title}", title=goal.title)),
                RowAction("up", "up", tr("Move {title} up", title=goal.title)),
                RowAction("down", "down", tr("Move {title} down", title=goal.title)),
                RowAction("archive", "remove", tr("Put {title} away", title=goal.title)),
            )
            if self._is_live
            else (),
        )

    def _draft_row(self, at: int, draft: GoalDraft) -> Row:
        detail = words.tokens(draft.target_tokens)
        if draft.steps:
            steps = tr_n("{n} milestone", "{n} milestones", len(draft.steps))
            detail = f"{detail} \N{MIDDLE DOT} {steps}"
        actions = [
            RowAction("edit", "text", tr("Edit {title}", title=draft.title)),
            RowAction("up", "up", tr("Move {title} up", title=draft.title)),
            RowAction("down", "down", tr("Move {title} down", title=draft.title)),
            RowAction("remove", "remove", tr("Remove {title}", title=draft.title)),
        ]
        if self._is_live:
            actions.insert(0, RowAction("start", "goal", tr("Begin {title}", title=draft.title)))
        return Row(
            f"{_DRAFT}{at}", draft.title, detail, badge=tr("Prepared"), actions=tuple(actions)
        )

    def _on_acted(self, row_id: str, key: str) -> None:
        if not row_id.startswith(_DRAFT):
            self._on_goal_acted(row_id, key)
            return
        at = int(row_id.removeprefix(_DRAFT))
        match key:
            case "start":
                self.start_requested.emit(at)
            case "up":
                self.moved.emit(at, -1)
            case "down":
                self.moved.emit(at, 1)
            case "remove":
                self.removed.emit(at)
            case _:
                self._fill(row_id, self._drafts[at])

    def _on_goal_acted(self, goal_id: str, key: str) -> None:
        place = [one.id for one in self._goals].index(goal_id)
        match key:
            case "up" | "down":
                self._on_moved(goal_id, place - 1 if key == "up" else place + 1)
            case "archive":
                self.archived.emit(goal_id)
            case _:
                self._edit_goal(goal_id)

    def _on_moved(self, row_id: str, place: int) -> None:
        """A row was pulled somewhere: goals of the show stay above those prepared."""
        if not row_id.startswith(_DRAFT):
            wanted = max(0, min(place, len(self._goals) - 1))
            if self._is_live and self._goals[wanted].id != row_id:
                self.goal_moved.emit(row_id, wanted)
            return
        at = int(row_id.removeprefix(_DRAFT))
        to = max(0, min(place - len(self._goals), len(self._drafts) - 1))
        if to != at:
            self.moved.emit(at, to - at)

    def _edit_goal(self, goal_id: str) -> None:
        goal = next((one for one in self._goals if one.id == goal_id), None)
        if goal is not None:
            steps = tuple(StepDraft(title=s.title, tokens=s.tokens) for s in goal.milestones)
            self._fill(
                goal_id,
                GoalDraft(title=goal.title, target_tokens=goal.target_tokens, steps=steps),
            )

    def _fill(self, edited: str, draft: GoalDraft) -> None:
        self._edited = edited
        self._frame.show()
        self._opener.hide()
        self._heading.setText(tr("Edit goal"))
        self._save.setText(tr("Save"))
        self._again.setVisible(edited.startswith(_DRAFT))
        self._title.setText(draft.title)
        self._tokens.setValue(draft.target_tokens)
        self._again.setValue(-1 if draft.advance_percent is None else draft.advance_percent)
        self._steps.setPlainText(steps_text(draft.steps))
        self._title.setFocus()

    def _clear(self) -> None:
        self._edited = ""
        self._heading.setText(tr("New goal"))
        self._save.setText(tr("Prepare"))
        self._again.show()
        self._frame.hide()
        self._opener.show()
        self._title.clear()
        self._steps.clear()

    def _on_save(self) -> None:
        title, steps = self._title.text().strip(), steps_of(self._steps.toPlainText())
        if not title:
            self._title.setFocus()
            return
        if steps is None:
            self.set_problem(tr("A milestone is a number and a few words: 200 first song."))
            self._steps.setFocus()
            return
        self.set_problem("")
        draft = GoalDraft(
            title=title,
            target_tokens=self._tokens.value(),
            steps=steps,
            advance_percent=None if self._again.value() < 0 else self._again.value(),
        )
        edited = self._edited
        self._clear()
        if edited and not edited.startswith(_DRAFT):
            self.goal_saved.emit(edited, draft)
        else:
            at = int(edited.removeprefix(_DRAFT)) if edited else -1
            self.draft_saved.emit(at, draft)
