"""What the desk shows of a case, and what it asks of the server about it."""

from dataclasses import dataclass, field
from typing import Protocol

from console.state.draft import Draft
from console.state.lease import LeaseState
from shared.errors import AppError
from shared.schemas.common import Page
from shared.schemas.moderation import (
    Action,
    ActionKind,
    CaseDetail,
    CaseSummary,
    DecideRequest,
    Decision,
    EscalateRequest,
    Lease,
    Policy,
)


class Cases(Protocol):
    """The server's cases, as `ApiClient.moderation` answers for them."""

    async def case(self, case_id: str) -> CaseDetail:
        """One case with evidence, context and history."""
        ...

    async def claim(self, case_id: str, *, key: str | None = None) -> Lease:
        """Take the case, or renew one's own lease of it."""
        ...

    async def release(
        self, case_id: str, lease_token: int, *, key: str | None = None
    ) -> CaseSummary:
        """Give the case back."""
        ...

    async def skip(self, case_id: str, lease_token: int, *, key: str | None = None) -> CaseSummary:
        """Leave the case to others."""
        ...

    async def escalate(
        self, case_id: str, request: EscalateRequest, *, key: str | None = None
    ) -> CaseSummary:
        """Hand the case to an admin."""
        ...

    async def decide(
        self, case_id: str, request: DecideRequest, *, key: str | None = None
    ) -> Decision:
        """Decide the case under its lease."""
        ...

    async def reverse(self, action_id: str, reason: str, *, key: str | None = None) -> Action:
        """Take an action back."""
        ...

    async def policies(self) -> Page[Policy]:
        """What a decision may name as its ground."""
        ...


@dataclass(frozen=True, slots=True)
class CaseView:
    """What the case screen shows. `busy` names what is being asked of the server just now."""

    case: CaseDetail | None = None
    lease: LeaseState | None = None
    draft: Draft = field(default_factory=Draft)
    decision: Decision | None = None
    policies: tuple[Policy, ...] = ()
    busy: str = ""
    error: AppError | None = None

    @property
    def is_undoable(self) -> bool:
        """Whether the decision did something that still stands."""
        return self.decision is not None and any(
            action.ended_at is None and action.kind is not ActionKind.NO_VIOLATION
            for action in self.decision.actions
        )

    @property
    def is_mine(self) -> bool:
        """Whether the case may be decided here."""
        return self.lease is not None and self.decision is None
