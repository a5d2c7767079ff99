"""The queue and the open case: from the watch and the desk to their screens, and back."""

from functools import partial

from PySide6.QtCore import QTimer

from console.actions import (
    ClaimCase,
    Decide,
    EscalateCase,
    Intent,
    OpenCase,
    ReleaseCase,
    Situation,
    SkipCase,
    ToggleAction,
    UndoDecision,
    perform,
)
from console.docks.claim import SHORT_S
from console.docks.sentences import preview, proposed_statement
from console.main_window import Workspace
from console.screens import AppealsScreen, CaseScreen, LogScreen, QueueScreen, SecondLooksScreen
from console.state import CaseDesk, CaseView, Draft, Watch
from console.wording import refusal_words
from shared.errors import AppError
from shared.qt.errors import MessageBar, Notice, NoticeAction, Severity
from shared.qt.scope import TaskScope
from shared.qt.translations import tr
from shared.schemas.moderation import CaseState

_SUCCESS_SHOWN_MS = 10_000


class CasePresenter:
    """Every way a moderator works on cases. What fails is a sentence on the window's bar."""

    def __init__(
        self,
        *,
        desk: CaseDesk,
        watch: Watch,
        me: str,
        workspace: Workspace,
        scope: TaskScope,
        bar: MessageBar,
    ) -> None:
        self._desk = desk
        self._watch = watch
        self._me = me
        self._workspace = workspace
        self._scope = scope
        self._bar = bar
        self._told: AppError | None = None
        self._last_decided = ""
        self._was_warned = False
        self._notice: Notice | None = None
        self._queue = workspace.screen_of(QueueScreen)
        self._case = workspace.screen_of(CaseScreen)
        self._queue.case_opened.connect(self._on_case_opened)
        workspace.screen_of(AppealsScreen).case_opened.connect(self._on_case_opened)
        workspace.screen_of(SecondLooksScreen).case_opened.connect(self._on_case_opened)
        workspace.screen_of(LogScreen).case_opened.connect(self._on_case_opened)
        self._queue.claim_asked.connect(self._on_claim_asked)
        self._queue.undo_asked.connect(self._on_undo_asked)
        self._case.intent_made.connect(self._on_intent)
        self._case.draft_written.connect(self._on_draft_written)
        self._case.back_asked.connect(partial(workspace.go_to, "queue"))
        self._case.step_asked.connect(self._on_step_asked)
        workspace.ticked.connect(self._on_ticked)
        self._fade = QTimer(workspace)
        self._fade.setObjectName("noticeFade")
        self._fade.setSingleShot(True)
        self._fade.setInterval(_SUCCESS_SHOWN_MS)
        self._fade.timeout.connect(self._on_faded)

    def show_queue(self) -> None:
        """Show the queue as the server pushed it."""
        cases = self._watch.queue.cases
        self._queue.show_cases(cases, me=self._me)
        waiting = sum(
            case.state is not CaseState.CLAIMED
            or (case.claimed_by is not None and case.claimed_by.id == self._me)
            for case in cases
        )
        self._workspace.rail.set_count("queue", waiting)

    def show_view(self, view: CaseView) -> None:
        """Show the desk, and what went wrong on it, once."""
        situation = Situation(queue=self._watch.queue, view=view, me=self._me)
        self._case.show_situation(situation)
        self._case.show_remaining(self._desk.remaining_s())
        if view.error is not None and view.error is not self._told:
            self._tell(Notice(refusal_words(view.error), Severity.WARNING))
        elif view.error is None and self._told is not None and self._bar.notice is self._notice:
            self._bar.clear()
        self._told = view.error

    # -- what the person wants ---------------------------------------------------------------

    def _on_case_opened(self, case_id: str) -> None:
        self._workspace.go_to("case")
        self._start(OpenCase(case_id))

    def _on_claim_asked(self, case_id: str) -> None:
        self._workspace.go_to("case")
        self._scope.start(self._open_and_claim(case_id), name="case claim")

    def _on_undo_asked(self) -> None:
        """Open what was decided last, with the question whether to take it back."""
        if not self._last_decided:
            self._tell(Notice(tr("You have decided nothing in this shift yet."), Severity.INFO))
            return
        self._workspace.go_to("case")
        self._scope.start(self._open_and_ask(self._last_decided), name="case undo")

    def _on_step_asked(self, direction: str) -> None:
        case = self._desk.state.case
        here = case.id if case is not None else None
        found = self._watch.queue.after(here, 1 if direction == "next" else -1)
        if found is not None and found.id != here:
            self._start(OpenCase(found.id))

    def _on_intent(self, intent: Intent) -> None:
        if isinstance(intent, ToggleAction):
            before = self._desk.state
            self._desk.toggle(intent.action)
            self._propose(before)
            return
        self._start(intent)

    def _on_draft_written(self, draft: Draft) -> None:
        before = self._desk.state
        self._desk.write(draft)
        if draft.policy != before.draft.policy:
            self._propose(before)

    def _on_ticked(self) -> None:
        remaining_s = self._desk.remaining_s()
        self._case.show_remaining(remaining_s)
        self._warn(remaining_s)

    def _warn(self, remaining_s: float) -> None:
        """A claim about to end is told wherever the person is; its own screen shows it anyway."""
        case = self._desk.state.case
        if case is None or not 0 < remaining_s < SHORT_S:
            self._was_warned = False
            return
        if self._was_warned or self._workspace.current == "case":
            return
        self._was_warned = True
        sentence = tr(
            "Your claim of “{what}” ends within a minute; your draft would be kept.",
            what=case.subject_label,
        )
        keep = NoticeAction(tr("Keep it"), partial(self._start, ClaimCase(case.id)))
        self._tell(Notice(sentence, Severity.WARNING, keep))

    # -- done --------------------------------------------------------------------------------

    def _start(self, intent: Intent) -> None:
        self._scope.start(self._perform(intent), name=f"case {type(intent).__name__}")

    async def _open_and_claim(self, case_id: str) -> None:
        """Claim a case that may not be open yet; one that is somebody else's can still be read."""
        view = await self._desk.open(case_id)
        if view.error is None:
            await self._desk.claim(case_id)

    async def _open_and_ask(self, case_id: str) -> None:
        view = await self._desk.open(case_id)
        if view.error is None:
            self._case.decision.perform("undo")

    async def _perform(self, intent: Intent) -> None:
        before = self._desk.state
        after = self._neighbour(before)
        await perform(intent, self._desk)
        view = self._desk.state
        if view.error is not None or before.case is None:
            return
        if isinstance(intent, Decide) and view.decision is not None:
            done = preview(before.draft, before.case, self._desk.state.policies)
            self._last_decided = before.case.id
            undo = NoticeAction(tr("Undo"), self._on_undo_asked)
            self._leave(after, tr("Decided. {done}", done=done), undo)
        elif isinstance(intent, SkipCase) and not view.is_mine:
            self._leave(after, tr("Left to others; it comes last in your queue for a while."))
        elif isinstance(intent, ReleaseCase) and not view.is_mine:
            self._leave(before.case.id, "")
        elif isinstance(intent, UndoDecision):
            self._tell(Notice(tr("Taken back; the person is told."), Severity.SUCCESS))
        elif isinstance(intent, EscalateCase) and not view.is_mine:
            self._leave(after, tr("Handed to the admins."))

    def _leave(
        self, next_id: str | None, sentence: str, action: NoticeAction | None = None
    ) -> None:
        """Go back to the queue, onto the case that is next."""
        if sentence:
            self._tell(Notice(sentence, Severity.SUCCESS, action))
        self._desk.clear()
        self._workspace.go_to("queue")
        if next_id is not None:
            self._queue.choose(next_id)

    def _neighbour(self, view: CaseView) -> str | None:
        """The case that takes the open one's place on the keyboard once that is gone."""
        if view.case is None:
            return None
        for step in (1, -1):
            found = self._watch.queue.after(view.case.id, step)
            if found is not None and found.id != view.case.id:
                return found.id
        return None

    def _propose(self, before: CaseView) -> None:
        """Keep a statement that nobody has edited in step with actions and policy."""
        case, draft = self._desk.state.case, self._desk.state.draft
        if case is None or before.case is None:
            return
        proposed = proposed_statement(before.draft, before.case, self._desk.state.policies)
        if draft.statement.strip() in ("", proposed):
            statement = proposed_statement(draft, case, self._desk.state.policies)
            self._desk.write(draft.with_statement(statement))

    def _tell(self, notice: Notice) -> None:
        self._notice = notice
        self._bar.show_notice(notice)
        if notice.severity is Severity.SUCCESS:
            self._fade.start()

    def _on_faded(self) -> None:
        """A success needs no answer; what went wrong stays until it is read."""
        if self._bar.notice is self._notice:
            self._bar.clear()
