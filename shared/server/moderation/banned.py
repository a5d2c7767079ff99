"""What a person banned for good may still do: learn why, and appeal."""

from sqlalchemy import select

from shared.schemas.appeals import Appeal, AppealCreate, BannedNotice
from shared.schemas.common import MAX_PAGE
from shared.schemas.moderation import ActionKind
from shared.server.core import Core
from shared.server.http.errors import not_found
from shared.server.http.sessions import Caller
from shared.server.moderation.appeals import Appeals
from shared.server.moderation.statements import Statements
from shared.server.moderation.tables import ActionRow, CaseRow, DecisionRow


class Banned:
    """Serves people who proved who they are and have no session."""

    def __init__(self, core: Core, appeals: Appeals, statements: Statements) -> None:
        self._core = core
        self._appeals = appeals
        self._statements = statements

    async def notice(self, caller: Caller, *, is_dutch: bool) -> BannedNotice:
        """Why they are banned, and their appeal where there is one.

        Raises:
            Refused: no decision of ours banned them.
        """
        decision_id = await self._decision(caller.user_id)
        statement = await self._statements.of(caller, decision_id, is_dutch=is_dutch)
        page = await self._appeals.page(caller, state=None, cursor=None, limit=MAX_PAGE)
        own = [appeal for appeal in page.items if appeal.decision_id == decision_id]
        return BannedNotice(statement=statement, appeal=own[0] if own else None)

    async def appeal(self, caller: Caller, text: str) -> Appeal:
        """Appeal against the ban.

        Raises:
            Refused: no decision banned them, it is too old, or was appealed before.
        """
        body = AppealCreate(decision_id=await self._decision(caller.user_id), text=text)
        return await self._appeals.file(caller, body, None)

    async def _decision(self, user_id: str) -> str:
        """The latest decision with a ban for good that stands."""
        query = (
            select(DecisionRow.id)
            .join(ActionRow, ActionRow.decision_id == DecisionRow.id)
            .join(CaseRow, CaseRow.id == DecisionRow.case_id)
            .where(
                CaseRow.subject_user_id == user_id,
                ActionRow.kind == ActionKind.BAN.value,
                ActionRow.until.is_(None),
                ActionRow.ended_at.is_(None),
            )
            .order_by(DecisionRow.id.desc())
            .limit(1)
        )
        async with self._core.db.read() as db:
            found: str | None = (await db.execute(query)).scalar_one_or_none()
        if found is None:
            raise not_found()
        return found
