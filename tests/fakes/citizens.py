"""People made as rows, without signing up: many at once, each with a session of their own."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import insert

from shared.ids import new_id
from shared.schemas.roles import Role
from shared.server.accounts.tables import SessionRow, UserRow
from shared.server.core import Core
from shared.server.http.sessions import Caller, hash_secret, new_secret


@dataclass(frozen=True, slots=True)
class Citizen:
    """One person and the session they are signed in with."""

    id: str
    role: Role
    session_id: str
    session: str = field(repr=False)

    @property
    def headers(self) -> dict[str, str]:
        """What signs a request of theirs."""
        return {"Authorization": f"Bearer {self.session}"}

    @property
    def caller(self) -> Caller:
        """The person as the server's services know them."""
        return Caller(self.id, self.role, f"citizen {self.id[-6:]}", self.session_id)


async def settle(core: Core, roles: list[Role]) -> list[Citizen]:
    """Make one person for each entry, in one transaction; nobody knows their passwords."""
    made = [Citizen(new_id(), role, new_id(), new_secret()) for role in roles]
    if not made:
        return made
    now = datetime.now(UTC).replace(microsecond=0)
    async with core.db.write() as tx:
        await tx.db.execute(
            insert(UserRow),
            [
                {
                    "id": one.id,
                    "email": f"{one.id}@example.com",
                    "display_name": one.caller.display_name,
                    "password_hash": "!",
                    "role": one.role.value,
                    "birth_date": date(1990, 5, 17),
                    "locale": "en",
                    "bio": "",
                    "tags": [],
                    "is_banned": False,
                    "created_at": now,
                }
                for one in made
            ],
        )
        await tx.db.execute(
            insert(SessionRow),
            [
                {
                    "id": one.session_id,
                    "secret_hash": hash_secret(one.session),
                    "user_id": one.id,
                    "client": "test",
                    "created_at": now,
                    "last_seen_at": now,
                    "expires_at": now + timedelta(hours=20),
                    "absolute_at": now + timedelta(days=20),
                }
                for one in made
            ],
        )
    return made
