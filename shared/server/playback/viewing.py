"""Who may have a stream's media: by the token in the address, or by their session."""

from dataclasses import dataclass

from fastapi import Request

from shared.schemas.roles import Permission
from shared.schemas.streams import StreamState
from shared.server.accounts.sessions import Sessions
from shared.server.core import Core
from shared.server.http.errors import forbidden, unauthenticated
from shared.server.http.routes import caller_or_none
from shared.server.http.sessions import Caller
from shared.server.room.restrictions import Restrictions
from shared.server.streams.playback import Playback
from shared.server.streams.service import StreamService

_DARK = frozenset({StreamState.PANICKED, StreamState.SUSPENDED})
"""States in which nobody is shown anything, whichever process asks or has the files."""


@dataclass(frozen=True, slots=True)
class Admission:
    """Leave to watch a stream, with the token for its addresses."""

    token: str
    is_dark: bool
    """Whether its picture has been taken away."""


class Viewing:
    """Decides whether a request may have a stream's media, by token or by session."""

    def __init__(
        self,
        core: Core,
        *,
        sessions: Sessions,
        streams: StreamService,
        playback: Playback,
        restrictions: Restrictions,
    ) -> None:
        self._core = core
        self._sessions = sessions
        self._streams = streams
        self._playback = playback
        self._restrictions = restrictions

    async def caller(self, request: Request, stream_id: str, token: str | None) -> Caller:
        """Who watches.

        Raises:
            Refused: the token is not ours or has run out, or nobody is signed in.
        """
        if token is None:
            caller = await caller_or_none(request)
        else:
            ticket = self._playback.read(stream_id, token)
            caller = None if ticket is None else await self._sessions.by_id(ticket.session_id)
        if caller is None:
            raise unauthenticated()
        return caller

    async def admit(self, request: Request, stream_id: str, token: str | None) -> Admission:
        """Check the right to watch; it comes with the token for further addresses.

        Raises:
            Refused: the caller may not watch this stream.
        """
        caller = await self.caller(request, stream_id, token)
        if not caller.may(Permission.VIEW_ALL):
            raise forbidden()
        async with self._core.db.read() as db:
            stream = await self._streams.require(db, stream_id)
            await self._streams.check_visible(db, caller, stream)
            await self._restrictions.check_ban(db, caller, stream)
        return Admission(
            token or self._playback.token(stream_id, caller.session_id), stream.state in _DARK
        )
