"""Goals of the show through the platform, prepared ones in the settings."""

from PySide6.QtWidgets import QWidget

from shared.api import ApiError
from shared.qt.translations import tr
from shared.schemas.common import ErrorCode
from shared.schemas.show import Goal, GoalCreate, GoalPatch, MilestoneCreate
from studio.desk.tools import ToolParts
from studio.docks.goals import GoalsDock
from studio.settings import GoalDraft

_MOST = 50


def goal_request(draft: GoalDraft) -> GoalCreate:
    """A prepared goal as the platform takes it."""
    steps = [MilestoneCreate(title=step.title, tokens=step.tokens) for step in draft.steps]
    return GoalCreate(
        title=draft.title,
        target_tokens=draft.target_tokens,
        milestones=steps,
        advance_percent=draft.advance_percent,
    )


class GoalsPart:
    """Serves the goals dock."""

    name = "goals"

    def __init__(self, parts: ToolParts) -> None:
        self._parts = parts
        self._dock: GoalsDock | None = None
        self._drawn: tuple[object, ...] = ()
        self._undo: tuple[str, int] | None = None

    def attach(self, dock: QWidget) -> None:
        """Serve this dock from now on."""
        if not isinstance(dock, GoalsDock):
            return
        self._dock, self._drawn = dock, ()
        dock.draft_saved.connect(self._on_draft)
        dock.goal_saved.connect(self._on_goal)
        dock.start_requested.connect(self._on_start)
        dock.moved.connect(self._on_moved)
        dock.removed.connect(self._on_removed)
        dock.archived.connect(self._on_archived)
        dock.goal_moved.connect(self._on_goal_moved)
        dock.undo_requested.connect(self._on_undo)

    def signed_in(self) -> None:
        """The room tells the goals; nothing is asked."""

    def draw(self) -> None:
        """Show the goals of now and what is prepared."""
        if self._dock is None:
            return
        drafts = self._parts.settings.value.goal_drafts
        is_live = self._parts.stream_id is not None
        goals = self._parts.room.show.goals if is_live else ()
        drawn = (goals, drafts, is_live)
        if drawn != self._drawn:
            self._drawn = drawn
            self._dock.set_drafts(drafts)
            self._dock.set_goals(goals, is_live=is_live)

    def _keep(self, drafts: list[GoalDraft]) -> None:
        self._parts.settings.change(goal_drafts=tuple(drafts[:_MOST]))
        self.draw()

    def _drafts(self) -> list[GoalDraft]:
        return list(self._parts.settings.value.goal_drafts)

    def _on_draft(self, at: int, draft: GoalDraft) -> None:
        drafts = self._drafts()
        if 0 <= at < len(drafts):
            drafts[at] = draft
        else:
            drafts.append(draft)
        self._keep(drafts)

    def _on_moved(self, at: int, step: int) -> None:
        drafts, to = self._drafts(), at + step
        if 0 <= at < len(drafts) and 0 <= to < len(drafts):
            drafts.insert(to, drafts.pop(at))
            self._keep(drafts)

    def _on_removed(self, at: int) -> None:
        drafts = self._drafts()
        if 0 <= at < len(drafts):
            del drafts[at]
            self._keep(drafts)

    def _on_start(self, at: int) -> None:
        drafts = self._drafts()
        if not 0 <= at < len(drafts):
            return
        draft = drafts.pop(at)
        before = self._drafts()
        self._keep(drafts)
        self._parts.start(
            self._create(draft),
            name="begin goal",
            dock=self._dock,
            undo=lambda: self._keep(before),
        )

    async def _create(self, draft: GoalDraft) -> None:
        client, stream_id = self._parts.client, self._parts.stream_id
        if client is not None and stream_id is not None:
            await client.show.create_goal(stream_id, goal_request(draft))

    def _on_goal(self, goal_id: str, draft: GoalDraft) -> None:
        goal = next((one for one in self._parts.room.show.goals if one.id == goal_id), None)
        if goal is not None:
            self._parts.start(self._change(goal, draft), name="change goal", dock=self._dock)

    async def _change(self, goal: Goal, draft: GoalDraft) -> None:
        client = self._parts.client
        if client is None:
            return
        request = goal_request(draft)
        patch = GoalPatch(
            version=goal.version,
            title=request.title,
            target_tokens=request.target_tokens,
            milestones=request.milestones,
        )
        await client.show.change_goal(goal.stream_id, goal.id, patch)

    def _on_goal_moved(self, goal_id: str, place: int) -> None:
        """Put a goal elsewhere; it can be put back."""
        ids = [one.id for one in self._parts.room.show.goals]
        if goal_id not in ids:
            return
        self._undo = goal_id, ids.index(goal_id)
        title = self._parts.room.show.goals[ids.index(goal_id)].title
        if self._dock is not None:
            self._dock.set_undo(tr("{title} has another place.", title=title))
        self._start_move(goal_id, place)

    def _on_undo(self) -> None:
        undo, self._undo = self._undo, None
        if self._dock is not None:
            self._dock.set_problem("")
        if undo is not None:
            self._start_move(*undo)

    def _start_move(self, goal_id: str, place: int) -> None:
        self._parts.start(self._move(goal_id, place), name="move goal", dock=self._dock)

    async def _move(self, goal_id: str, place: int) -> None:
        """Ask for another place; tips change a goal's version all the time, so twice if need be."""
        client, stream_id = self._parts.client, self._parts.stream_id
        goal = next((one for one in self._parts.room.show.goals if one.id == goal_id), None)
        if client is None or stream_id is None or goal is None:
            return
        patch = GoalPatch(version=goal.version, position=place)
        try:
            await client.show.change_goal(stream_id, goal_id, patch)
        except ApiError as error:
            if error.code != ErrorCode.VERSION_CONFLICT:
                raise
            current = Goal.model_validate(error.meta["current"])
            again = GoalPatch(version=current.version, position=place)
            await client.show.change_goal(stream_id, goal_id, again)

    def _on_archived(self, goal_id: str) -> None:
        self._parts.start(self._archive(goal_id), name="put goal away", dock=self._dock)

    async def _archive(self, goal_id: str) -> None:
        client, stream_id = self._parts.client, self._parts.stream_id
        if client is not None and stream_id is not None:
            await client.show.delete_goal(stream_id, goal_id)
