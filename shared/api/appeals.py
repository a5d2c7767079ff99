"""Appeals and other second opinions: by whom a decision concerns, and by moderators."""

from shared.api.calls import Calls
from shared.schemas.appeals import (
    Appeal,
    AppealCreate,
    AppealDecide,
    AppealState,
    BannedAppeal,
    BannedNotice,
    BannedProof,
    EvidenceBundle,
    EvidenceClip,
    HoldRequest,
    ModerationMetrics,
    SecondLook,
    SecondLookDecide,
    StatementOfReasons,
)
from shared.schemas.common import Page


class Appeals:
    """`/appeals`, and what of `/moderation` looks at decisions once more."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def read(
        self,
        *,
        state: AppealState | None = None,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> Page[Appeal]:
        """One's own appeals, or all for moderators, oldest first."""
        params = {"state": state, "cursor": cursor, "limit": limit}
        return await self._calls.get("/appeals", Page[Appeal], params=params)

    async def create(self, request: AppealCreate, *, key: str | None = None) -> Appeal:
        """Appeal against a decision."""
        return await self._calls.post("/appeals", Appeal, body=request, key=key)

    async def banned(self, proof: BannedProof) -> BannedNotice:
        """Why a person is banned, who cannot sign in any more."""
        return await self._calls.post("/auth/banned", BannedNotice, body=proof)

    async def appeal_ban(self, request: BannedAppeal) -> Appeal:
        """Appeal against one's ban without a session."""
        return await self._calls.post("/auth/banned/appeal", Appeal, body=request)

    async def decide(
        self, appeal_id: str, request: AppealDecide, *, key: str | None = None
    ) -> Appeal:
        """Uphold a decision, or take all of it back."""
        return await self._calls.post(f"/appeals/{appeal_id}/decide", Appeal, body=request, key=key)

    async def statement(self, decision_id: str) -> StatementOfReasons:
        """The statement of reasons of a decision."""
        return await self._calls.get(f"/moderation/statements/{decision_id}", StatementOfReasons)

    async def evidence(self, case_id: str) -> EvidenceBundle:
        """A decided case's sealed evidence."""
        return await self._calls.get(f"/moderation/cases/{case_id}/evidence", EvidenceBundle)

    async def clip(self, case_id: str) -> EvidenceClip:
        """What is known of a case's clip of the broadcast."""
        return await self._calls.get(f"/moderation/cases/{case_id}/clip", EvidenceClip)

    async def clip_video(self, case_id: str) -> bytes:
        """The clip itself, as MP4."""
        return (await self._calls.send("GET", f"/moderation/cases/{case_id}/clip/video")).content

    async def clip_still(self, case_id: str, number: int) -> bytes:
        """A picture of the clip, as JPEG."""
        path = f"/moderation/cases/{case_id}/clip/stills/{number}"
        return (await self._calls.send("GET", path)).content

    async def hold(self, case_id: str, *, on_hold: bool) -> EvidenceBundle:
        """Forbid, or allow again, that a case's evidence is erased."""
        return await self._calls.post(
            f"/moderation/cases/{case_id}/hold", EvidenceBundle, body=HoldRequest(on_hold=on_hold)
        )

    async def second_looks(
        self, *, cursor: str | None = None, limit: int | None = None
    ) -> Page[SecondLook]:
        """Decisions of others, drawn by chance, oldest first."""
        params = {"cursor": cursor, "limit": limit}
        return await self._calls.get("/moderation/second-looks", Page[SecondLook], params=params)

    async def judge_second_look(self, decision_id: str, request: SecondLookDecide) -> SecondLook:
        """Say whether one would have decided the same."""
        return await self._calls.post(
            f"/moderation/second-looks/{decision_id}", SecondLook, body=request
        )

    async def metrics(self, *, days: int | None = None) -> ModerationMetrics:
        """How fast and how right moderation is, and what waits."""
        return await self._calls.get(
            "/moderation/metrics", ModerationMetrics, params={"days": days}
        )
