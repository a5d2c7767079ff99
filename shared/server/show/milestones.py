"""What a goal becomes as it is filled: milestones passed, reached, followed by a higher one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from shared.schemas.show import Goal, GoalCreate, Milestone, MilestoneCreate

_MOST_TOKENS = 1_000_000


def fresh(body: GoalCreate) -> list[Milestone]:
    """The steps of a new goal, the lowest first."""
    steps = sorted(body.milestones, key=lambda step: step.tokens)
    return [Milestone(title=step.title, tokens=step.tokens) for step in steps]


def rewritten(goal: Goal, steps: Sequence[MilestoneCreate], now: datetime) -> list[Milestone]:
    """Other steps for a goal under way: those its tokens have passed are passed."""
    known = {step.tokens: step.reached_at for step in goal.milestones}
    return [
        Milestone(
            title=step.title,
            tokens=step.tokens,
            reached_at=(known.get(step.tokens) or now)
            if goal.raised_tokens >= step.tokens
            else None,
        )
        for step in sorted(steps, key=lambda step: step.tokens)
    ]


def stored(milestones: Sequence[Milestone]) -> list[dict[str, Any]]:
    """The steps as JSON for the table."""
    return [step.model_dump(mode="json") for step in milestones]


def passed(goal: Goal, now: datetime) -> Goal:
    """The goal with what its tokens have reached; the same object when nothing new was."""
    changes: dict[str, Any] = {}
    steps = [
        step.model_copy(update={"reached_at": now})
        if step.reached_at is None and goal.raised_tokens >= step.tokens
        else step
        for step in goal.milestones
    ]
    if steps != goal.milestones:
        changes["milestones"] = steps
    if goal.reached_at is None and goal.raised_tokens >= goal.target_tokens:
        changes["reached_at"] = now
    return goal.model_copy(update=changes) if changes else goal


def again(goal: Goal) -> GoalCreate:
    """The same goal from zero."""
    return GoalCreate(
        title=goal.title,
        target_tokens=goal.target_tokens,
        milestones=[MilestoneCreate(title=s.title, tokens=s.tokens) for s in goal.milestones],
        advance_percent=goal.advance_percent,
    )


def advanced(goal: Goal) -> GoalCreate | None:
    """The goal that follows on a reached one; None where none is wanted."""
    if goal.advance_percent is None:
        return None

    def higher(tokens: int) -> int:
        assert goal.advance_percent is not None  # noqa: S101 - checked above
        return min(_MOST_TOKENS, tokens * (100 + goal.advance_percent) // 100)

    steps = [MilestoneCreate(title=s.title, tokens=higher(s.tokens)) for s in goal.milestones]
    return again(goal).model_copy(
        update={"target_tokens": higher(goal.target_tokens), "milestones": steps}
    )
