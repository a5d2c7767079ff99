"""Accounts: people, their sessions and their public profiles."""

from sqlalchemy.ext.asyncio import AsyncConnection

from shared.server.accounts import endpoints, profiles, two_factor
from shared.server.accounts.passwords import Passwords
from shared.server.accounts.people import People
from shared.server.accounts.service import AccountService
from shared.server.accounts.sessions import Sessions
from shared.server.core import Area, Core, Services
from shared.server.http.errors import forbidden
from shared.server.http.sessions import Caller
from shared.server.realtime.registry import RoomKind, empty_snapshot


async def _own_room(db: AsyncConnection, caller: Caller, room: str) -> None:
    if room != f"user:{caller.user_id}":
        raise forbidden()


def _build(core: Core, services: Services) -> None:
    settings = core.settings
    passwords = Passwords(cost=settings.password_cost, threads=settings.password_threads)

    async def close() -> None:
        passwords.close()

    services.on_close(close)
    services.add(passwords)
    accounts = AccountService(core, services.get(Sessions), passwords)
    services.add(accounts)
    services.add(People(core, accounts))
    core.rooms.add("user", RoomKind(_own_room, empty_snapshot))


AREA = Area("accounts", _build, (endpoints.ROUTER, two_factor.ROUTER, profiles.ROUTER))
