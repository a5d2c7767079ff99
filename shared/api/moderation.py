"""The queue, its cases and the log, for moderators."""

from shared.api.calls import Calls
from shared.schemas.common import Page
from shared.schemas.moderation import (
    Action,
    AuditEntry,
    CaseDetail,
    CaseState,
    CaseSummary,
    CaseToken,
    DecideRequest,
    Decision,
    EscalateRequest,
    Lease,
    Policy,
    Preview,
    PreviewRequest,
    ReopenRequest,
    ReverseRequest,
    SubjectType,
    SubjectView,
    SuspendRequest,
)
from shared.schemas.streams import Stream


class Moderation:
    """`/moderation`."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def queue(
        self,
        *,
        stream_id: str | None = None,
        state: CaseState | None = None,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> Page[CaseSummary]:
        """Cases to be decided, most urgent first; of one stream or in one state if asked."""
        params = {"stream_id": stream_id, "state": state, "cursor": cursor, "limit": limit}
        return await self._calls.get("/moderation/queue", Page[CaseSummary], params=params)

    async def case(self, case_id: str) -> CaseDetail:
        """One case with evidence, context and history."""
        return await self._calls.get(f"/moderation/cases/{case_id}", CaseDetail)

    async def claim(self, case_id: str, *, key: str | None = None) -> Lease:
        """Take the case, or renew one's own lease of it."""
        return await self._calls.post(f"/moderation/cases/{case_id}/claim", Lease, key=key)

    async def release(
        self, case_id: str, lease_token: int, *, key: str | None = None
    ) -> CaseSummary:
        """Give the case back to the queue."""
        return await self._calls.post(
            f"/moderation/cases/{case_id}/release",
            CaseSummary,
            body=CaseToken(lease_token=lease_token),
            key=key,
        )

    async def skip(self, case_id: str, lease_token: int, *, key: str | None = None) -> CaseSummary:
        """Leave the case to others; for a while it comes last in one's own queue."""
        return await self._calls.post(
            f"/moderation/cases/{case_id}/skip",
            CaseSummary,
            body=CaseToken(lease_token=lease_token),
            key=key,
        )

    async def escalate(
        self, case_id: str, request: EscalateRequest, *, key: str | None = None
    ) -> CaseSummary:
        """Hand the case to an admin."""
        return await self._calls.post(
            f"/moderation/cases/{case_id}/escalate", CaseSummary, body=request, key=key
        )

    async def decide(
        self, case_id: str, request: DecideRequest, *, key: str | None = None
    ) -> Decision:
        """Decide the case under its lease."""
        return await self._calls.post(
            f"/moderation/cases/{case_id}/decide", Decision, body=request, key=key
        )

    async def preview(self, case_id: str, request: PreviewRequest) -> Preview:
        """What a decision would do, as sentences."""
        return await self._calls.post(f"/moderation/cases/{case_id}/preview", Preview, body=request)

    async def reopen(self, case_id: str, reason: str, *, key: str | None = None) -> CaseSummary:
        """Open a decided case again; what was done stands."""
        return await self._calls.post(
            f"/moderation/cases/{case_id}/reopen",
            CaseSummary,
            body=ReopenRequest(reason=reason),
            key=key,
        )

    async def reverse(self, action_id: str, reason: str, *, key: str | None = None) -> Action:
        """Take an action back."""
        return await self._calls.post(
            f"/moderation/actions/{action_id}/reverse",
            Action,
            body=ReverseRequest(reason=reason),
            key=key,
        )

    async def subject(self, type_: SubjectType, subject_id: str) -> SubjectView:
        """Strikes, restrictions, history and open cases of a message, person or stream."""
        return await self._calls.get(
            f"/moderation/subjects/{type_.value}/{subject_id}", SubjectView
        )

    async def suspend(
        self, stream_id: str, request: SuspendRequest, *, key: str | None = None
    ) -> Decision:
        """Take a stream off the air at once."""
        return await self._calls.post(
            f"/moderation/streams/{stream_id}/suspend", Decision, body=request, key=key
        )

    async def policies(self) -> Page[Policy]:
        """What a decision may name as its ground."""
        return await self._calls.get("/moderation/policies", Page[Policy])

    async def streams(self, *, cursor: str | None = None, limit: int | None = None) -> Page[Stream]:
        """Live streams, riskiest first."""
        params = {"cursor": cursor, "limit": limit}
        return await self._calls.get("/moderation/streams", Page[Stream], params=params)

    async def log(self, *, cursor: str | None = None, limit: int | None = None) -> Page[AuditEntry]:
        """What moderators did: one's own acts, or all for those who may read them."""
        params = {"cursor": cursor, "limit": limit}
        return await self._calls.get("/moderation/log", Page[AuditEntry], params=params)
