"""A decision while it is being made: actions, policy and the statement of reasons."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from shared.schemas.moderation import (
    ActionKind,
    ActionRequest,
    CaseSummary,
    DecideRequest,
    Policy,
    SubjectType,
)

STATEMENT_MIN = 10


@dataclass(frozen=True, slots=True)
class Draft:
    """What the moderator has chosen so far for one case."""

    actions: tuple[ActionRequest, ...] = ()
    policy: str = ""
    statement: str = ""

    @property
    def problem(self) -> str | None:
        """The next thing that is missing, as a sentence; None when it can be sent."""
        if not self.actions:
            return "Choose at least one action, or no violation."
        if not self.policy:
            return "Choose the policy that the decision rests on."
        if len(self.statement.strip()) < STATEMENT_MIN:
            return "Write the statement of reasons."
        return None

    def has(self, kind: ActionKind) -> bool:
        """Whether the action is part of the decision."""
        return any(action.kind is kind for action in self.actions)

    def toggled(self, action: ActionRequest) -> "Draft":
        """With the action added, changed in its duration, or taken out when it is there just so.

        No violation excludes everything else, and everything else excludes it.
        """
        if action in self.actions:
            return replace(self, actions=tuple(a for a in self.actions if a != action))
        if action.kind is ActionKind.NO_VIOLATION:
            return replace(self, actions=(action,))
        kept = tuple(
            a for a in self.actions if a.kind not in {action.kind, ActionKind.NO_VIOLATION}
        )
        return replace(self, actions=(*kept, action))

    def with_policy(self, policy: str) -> "Draft":
        """With this policy as its ground."""
        return replace(self, policy=policy)

    def with_statement(self, statement: str) -> "Draft":
        """With these words."""
        return replace(self, statement=statement)

    def request(self, *, version: int, lease_token: int) -> DecideRequest:
        """The decision as the server takes it, for the case at `version`."""
        return DecideRequest(
            version=version,
            lease_token=lease_token,
            actions=list(self.actions),
            policy=self.policy,
            statement=self.statement.strip(),
        )


def fitting_policy(
    case: CaseSummary, actions: Sequence[ActionRequest], policies: Sequence[Policy]
) -> str:
    """The policy to propose: by the case's reasons, or the one for no violation."""
    kinds = {action.kind for action in actions}
    if ActionKind.NO_VIOLATION in kinds:
        clean = (p for p in policies if ActionKind.NO_VIOLATION in p.usual_actions)
        return next((policy.id for policy in clean), "")
    for reason in case.reasons:
        for policy in policies:
            if reason in policy.reasons:
                return policy.id
    return ""


def may_apply(kind: ActionKind, subject: SubjectType) -> bool:
    """Whether the action has a target when the case is about this kind of subject."""
    return kind is not ActionKind.DELETE_MESSAGE or subject is SubjectType.MESSAGE
