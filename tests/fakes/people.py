"""People who use a server in tests: each with an account, a session, and their calls to it."""

import itertools
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import socketio
from fakes.server import LocalServer
from sqlalchemy import update

from shared.schemas.common import API_PREFIX
from shared.schemas.roles import Role
from shared.server.accounts.tables import UserRow

PASSWORD = "correct horse battery"
_numbers = itertools.count(1)


@dataclass(slots=True)
class Person:
    """One signed-in person."""

    id: str
    email: str
    name: str
    session: str = field(repr=False)
    http: httpx.AsyncClient = field(repr=False)

    @property
    def headers(self) -> dict[str, str]:
        """What signs a request of theirs."""
        return {"Authorization": f"Bearer {self.session}"}

    async def call(
        self, method: str, path: str, body: Any = None, *, key: str | None = None, **more: Any
    ) -> httpx.Response:
        """One request under `/api/v1` as this person."""
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        return await self.http.request(
            method, API_PREFIX + path, json=body, headers=headers, **more
        )

    async def get(self, path: str, **more: Any) -> Any:
        """The JSON of a GET that must succeed."""
        return _good(await self.call("GET", path, **more))

    async def post(self, path: str, body: Any = None, *, key: str | None = None) -> Any:
        """The JSON of a POST that must succeed."""
        return _good(await self.call("POST", path, body, key=key))

    async def refused(
        self, method: str, path: str, body: Any = None, *, key: str | None = None
    ) -> tuple[int, str]:
        """Status and code of a request that must be refused."""
        response = await self.call(method, path, body, key=key)
        assert response.status_code >= 400, response.text
        return response.status_code, response.json()["code"]


def _good(response: httpx.Response) -> Any:
    assert response.is_success, response.text
    return response.json()


@dataclass(slots=True)
class Town:
    """Makes people on one server."""

    local: LocalServer
    http: httpx.AsyncClient

    async def person(self, role: Role = Role.MEMBER, *, tokens: int = 0) -> Person:
        """A new person of this role, with tokens to spend."""
        number = next(_numbers)
        name = f"{role.value.replace('_', ' ')} {number}"
        email = f"person{number}@example.com"
        response = await self.http.post(
            f"{API_PREFIX}/auth/signup",
            json={
                "email": email,
                "password": PASSWORD,
                "display_name": name,
                "birth_date": "1990-05-17",
            },
        )
        grant = _good(response)
        self.http.cookies.clear()
        person = Person(grant["user"]["id"], email, name, grant["session"], self.http)
        if role is not Role.MEMBER:
            async with self.local.server.core.db.write() as tx:
                await tx.db.execute(
                    update(UserRow).where(UserRow.id == person.id).values(role=role.value)
                )
        if tokens:
            await person.post("/wallet/purchase", {"tokens": tokens})
        return person

    async def stream(self, creator: Person, **fields: Any) -> str:
        """Announce a stream of this creator; its id."""
        started = await creator.post("/streams/start", {"title": "An evening", **fields})
        found: str = started["stream"]["id"]
        return found

    @asynccontextmanager
    async def socket(
        self, person: Person, frame: Callable[[dict[str, Any]], None] | None = None
    ) -> AsyncIterator[socketio.AsyncClient]:
        """A connected Socket.IO client of this person; frames go to `frame`."""
        client = socketio.AsyncClient(reconnection=False, handle_sigint=False)
        if frame is not None:
            client.on("frame", frame)
        await client.connect(
            self.local.url, auth={"session": person.session}, transports=["websocket"]
        )
        try:
            yield client
        finally:
            await client.disconnect()


@asynccontextmanager
async def town(local: LocalServer) -> AsyncIterator[Town]:
    """People for this server."""
    # The servers of tests speak plain HTTP: reading the world's certificates takes 30 ms.
    trusts_nobody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    async with httpx.AsyncClient(base_url=local.url, timeout=30, verify=trusts_nobody) as http:
        yield Town(local, http)
