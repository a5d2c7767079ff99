"""Cases as the server would keep them, in memory, with leases and versions, for console tests."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.api import ApiError
from shared.errors import AppError
from shared.ids import new_id
from shared.schemas.accounts import UserRef
from shared.schemas.common import ErrorCode, Page
from shared.schemas.moderation import (
    Action,
    ActionEnd,
    ActionKind,
    CaseDetail,
    CaseState,
    CaseSummary,
    DecideRequest,
    Decision,
    EscalateRequest,
    Lease,
    Policy,
    ReportReason,
    SubjectType,
)
from shared.schemas.realtime import EventType, RoomEvent
from shared.schemas.roles import Role

ME = UserRef(id=new_id(), display_name="Mo", role=Role.MOD)
OTHER = UserRef(id=new_id(), display_name="Olga", role=Role.MOD)
START = datetime(2026, 11, 20, 8, tzinfo=UTC)

POLICIES = (
    Policy(
        id="conduct.harassment",
        title="No harassment",
        text="No.",
        reasons=[ReportReason.HARASSMENT],
        usual_actions=[ActionKind.MUTE],
    ),
    Policy(
        id="none", title="Fine", text="Fine.", reasons=[], usual_actions=[ActionKind.NO_VIOLATION]
    ),
)


def a_case(priority: float = 1.0, *, minute: int = 0, **fields: Any) -> CaseDetail:
    """A case about a message; every field may be set."""
    values: dict[str, Any] = {
        "id": new_id(),
        "subject_type": SubjectType.MESSAGE,
        "subject_id": new_id(),
        "subject_label": "a message",
        "reasons": [ReportReason.HARASSMENT],
        "report_count": 1,
        "state": CaseState.OPEN,
        "priority": priority,
        "priority_parts": [],
        "opened_at": START + timedelta(minutes=minute),
        "updated_at": START,
        "version": 1,
        "reports": [],
        "evidence": {},
    }
    return CaseDetail(**{**values, **fields})


def summary(case: CaseSummary, **fields: Any) -> CaseSummary:
    """The queue's row of a case, changed."""
    row = case.model_dump(include=set(CaseSummary.model_fields))
    return CaseSummary(**{**row, **fields})


def told(case: CaseSummary, type_: EventType = EventType.CASE_UPDATED, seq: int = 1) -> RoomEvent:
    """The event that tells of a case."""
    return RoomEvent(seq=seq, type=type_, at=START, data=summary(case).model_dump(mode="json"))


def refusal(code: ErrorCode, message: str = "No.") -> ApiError:
    """The server says no."""
    return ApiError(message, code=code, status=409, request_id="r")


class FakeCases:
    """The server's side; `now` is its clock, `lease_s` how long a claim lasts."""

    def __init__(self, *cases: CaseDetail, lease_s: float = 60.0) -> None:
        self.cases = {case.id: case for case in cases}
        self.lease_s = lease_s
        self.now: Callable[[], datetime] = lambda: datetime.now(UTC)
        self.calls: list[str] = []
        self.keys: list[str | None] = []
        self.fails: dict[str, AppError] = {}
        self.token = 0
        self._called = asyncio.Event()

    async def count(self, name: str, times: int, timeout_s: float = 30.0) -> None:
        """Wait until something was called that often."""
        async with asyncio.timeout(timeout_s):
            while self.calls.count(name) < times:
                self._called.clear()
                await self._called.wait()

    def change(self, case_id: str, **fields: Any) -> CaseDetail:
        """The case changes; its version rises."""
        case = self.cases[case_id]
        changed = case.model_copy(update={"version": case.version + 1, **fields})
        self.cases[case_id] = changed
        return changed

    def _call(self, name: str) -> None:
        self.calls.append(name)
        self._called.set()
        if error := self.fails.pop(name, None):
            raise error

    async def case(self, case_id: str) -> CaseDetail:
        """One case."""
        self._call("case")
        return self.cases[case_id]

    async def claim(self, case_id: str, *, key: str | None = None) -> Lease:
        """Take it or renew."""
        self._call("claim")
        case = self.cases[case_id]
        if case.claimed_by not in (None, ME):
            raise refusal(ErrorCode.CASE_CLAIMED, "Olga has this case.")
        if case.claimed_by is None:
            self.token += 1
        until = self.now() + timedelta(seconds=self.lease_s)
        held = self.change(case_id, state=CaseState.CLAIMED, claimed_by=ME, lease_until=until)
        return Lease(case=held, token=self.token, expires_at=until)

    async def release(
        self, case_id: str, lease_token: int, *, key: str | None = None
    ) -> CaseSummary:
        """Give it back."""
        return self._free("release", case_id, lease_token)

    async def skip(self, case_id: str, lease_token: int, *, key: str | None = None) -> CaseSummary:
        """Leave it."""
        return self._free("skip", case_id, lease_token)

    async def escalate(
        self, case_id: str, request: EscalateRequest, *, key: str | None = None
    ) -> CaseSummary:
        """Hand it on."""
        self._free("escalate", case_id, request.lease_token)
        return self.change(case_id, state=CaseState.ESCALATED)

    async def decide(
        self, case_id: str, request: DecideRequest, *, key: str | None = None
    ) -> Decision:
        """Decide it."""
        self.keys.append(key)
        self._call("decide")
        case = self.cases[case_id]
        if case.claimed_by != ME or request.lease_token != self.token:
            raise refusal(ErrorCode.LEASE_LOST)
        if request.version != case.version:
            raise refusal(ErrorCode.VERSION_CONFLICT)
        decision = Decision(
            id=new_id(),
            case_id=case_id,
            by=ME,
            at=START,
            actions=[
                Action(
                    id=new_id(),
                    kind=action.kind,
                    target_type=case.subject_type,
                    target_id=case.subject_id,
                )
                for action in request.actions
            ],
            policy=request.policy,
            statement=request.statement,
        )
        self.change(case_id, state=CaseState.DECIDED, claimed_by=None, decision=decision)
        return decision

    async def reverse(self, action_id: str, reason: str, *, key: str | None = None) -> Action:
        """Take an action back."""
        self._call("reverse")
        case = next(
            case
            for case in self.cases.values()
            if case.decision and action_id in {action.id for action in case.decision.actions}
        )
        assert case.decision is not None
        ended = {"ended_at": START, "ended_how": ActionEnd.REVERSED}
        actions = [
            action.model_copy(update=ended) if action.id == action_id else action
            for action in case.decision.actions
        ]
        self.change(case.id, decision=case.decision.model_copy(update={"actions": actions}))
        return next(action for action in actions if action.id == action_id)

    async def policies(self) -> Page[Policy]:
        """The rules."""
        self._call("policies")
        return Page[Policy](items=list(POLICIES))

    def _free(self, name: str, case_id: str, token: int) -> CaseSummary:
        self._call(name)
        if self.cases[case_id].claimed_by != ME or token != self.token:
            raise refusal(ErrorCode.LEASE_LOST)
        return self.change(case_id, state=CaseState.OPEN, claimed_by=None, lease_until=None)
