"""Order in a room: its creator and the moderators mute and ban, and see who is kept out."""

from datetime import timedelta

from shared.schemas.common import ErrorCode, Page
from shared.schemas.roles import Role
from shared.schemas.room import Restriction, RestrictionKind, RestrictionRequest
from shared.server.accounts.service import AccountService
from shared.server.core import Core
from shared.server.db.database import Tx
from shared.server.http.errors import Refused, forbidden, not_found
from shared.server.http.sessions import Caller
from shared.server.room.restrictions import Restrictions
from shared.server.streams.service import StreamService


class RoomOrder:
    """Mutes and bans that people put on in rooms they keep."""

    def __init__(
        self,
        core: Core,
        *,
        accounts: AccountService,
        streams: StreamService,
        restrictions: Restrictions,
    ) -> None:
        self._core = core
        self._accounts = accounts
        self._streams = streams
        self._restrictions = restrictions

    async def restrict(
        self,
        caller: Caller,
        stream_id: str,
        body: RestrictionRequest,
        kind: RestrictionKind,
        key: str | None,
    ) -> Restriction:
        """Mute or ban a person from one's own room; moderators from any.

        Raises:
            Refused: the room is not the caller's, or the person is its creator or of the staff.
        """

        async def work(tx: Tx) -> Restriction:
            stream = await self._streams.require(tx.db, stream_id)
            if not self._streams.may_moderate(caller, stream):
                raise forbidden()
            user = await self._accounts.ref(tx.db, body.user_id)
            if user is None:
                raise not_found()
            if user.id == stream.creator.id or user.role.rank >= Role.MOD.rank:
                raise Refused(
                    ErrorCode.FORBIDDEN,
                    "A room's creator and the platform's staff cannot be kept out of it.",
                    "De maker van een ruimte en de medewerkers kunnen er niet uit worden gezet.",
                )
            until = None
            if body.duration_s is not None:
                until = tx.now + timedelta(seconds=body.duration_s)
            return await self._restrictions.apply(
                tx,
                kind=kind,
                user=user,
                stream=stream,
                by_id=caller.user_id,
                until=until,
                reason=body.reason,
            )

        return await self._core.once.run(
            work,
            actor=caller.user_id,
            scope=f"{kind.value}:{stream_id}",
            key=key,
            body=body,
            answer=Restriction,
        )

    async def restrictions(
        self, caller: Caller, stream_id: str, cursor: str | None, limit: int
    ) -> Page[Restriction]:
        """What holds in a room now, newest first, for those who keep order there.

        Raises:
            Refused: the caller does not.
        """
        async with self._core.db.read() as db:
            stream = await self._streams.require(db, stream_id)
            if not self._streams.may_moderate(caller, stream):
                raise forbidden()
            found = await self._restrictions.of_room(db, stream, cursor, limit + 1)
        items = found[:limit]
        return Page[Restriction](
            items=items, next_cursor=items[-1].id if len(found) > limit else None
        )
