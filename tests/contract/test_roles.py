"""All eight roles and a stranger on every route and every kind of room: exactly the role table.

The table here is written from the published table of roles, not from the server's code, and
every route of the server must be in it. A stranger has no socket, and so is in no room:
`tests/shared/server/realtime/test_sockets.py::test_strangers_are_refused`.
"""

import re
from collections.abc import AsyncIterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

import httpx
import pytest
from fakes.citizens import Citizen, settle
from fakes.server import migrated, quick_settings
from pydantic import ValidationError

from shared.errors import AppError
from shared.ids import new_id
from shared.schemas.realtime import JoinRequest
from shared.schemas.roles import Permission, Role
from shared.server.app import Server, running
from shared.server.areas import AREAS
from shared.server.core import Area
from shared.server.http.routes import Route, Router

R = Role
EVERYBODY = tuple(R)
MEMBERS = tuple(role for role in R if role is not R.VIEWER)
BROADCASTERS = (R.PROVIDER, R.CREATOR, R.ADMIN, R.SUPER_ADMIN)
KEEPERS = (R.PROVIDER, R.CREATOR, R.MOD, R.ADMIN, R.SUPER_ADMIN)
"""Moderate: their own room, or every room."""
MODERATORS = (R.MOD, R.ADMIN, R.SUPER_ADMIN)
ADMINS = (R.ADMIN, R.SUPER_ADMIN)
ROOT = (R.SUPER_ADMIN,)
PUBLIC = "public"
SIGNED_ADDRESS = "the token in the address decides"
SHARED_SECRET = "the secret between servers decides; without one there is no such route"

type Who = tuple[Role, ...] | str

# The first line that fits a route holds; `{}` stands for any part of a path.
TABLE: tuple[tuple[str, Who], ...] = (
    ("GET /health", PUBLIC),
    ("GET /api/status", PUBLIC),
    ("GET /metrics", PUBLIC),  # for this machine and admins: the route decides by address
    ("POST /auth/signup", PUBLIC),
    ("POST /auth/login", PUBLIC),
    ("POST /auth/banned", PUBLIC),  # the password decides
    ("POST /auth/banned/appeal", PUBLIC),
    ("* /auth/*", EVERYBODY),
    ("GET /users/{}/profile", EVERYBODY),
    ("PATCH /users/{}/profile", EVERYBODY),
    ("* /users/{}/follow", MEMBERS),
    ("GET /users/{}/followers", EVERYBODY),  # their own
    ("GET /users/{}/gifts", EVERYBODY),  # their own
    ("GET /users/{}/content", MEMBERS),
    ("GET /users/{}/achievements", EVERYBODY),
    ("GET /users/{}/export", EVERYBODY),  # their own
    ("GET /users/{}/dashboard", BROADCASTERS),
    ("GET /users/{}/insights", BROADCASTERS),
    ("PUT /users/{}/safe-word", BROADCASTERS),
    ("* /users/{}/compliance/{}", EVERYBODY),  # their own
    ("DELETE /users/{}", EVERYBODY),  # themselves
    ("GET /gifts", EVERYBODY),
    ("GET /announcements", EVERYBODY),
    ("POST /ai/content-coach", BROADCASTERS),
    ("GET /users/{}/tip-menu", EVERYBODY),
    ("PUT /users/{}/tip-menu", BROADCASTERS),
    ("GET /users/{}/teezer", EVERYBODY),
    ("* /users/{}/teezer*", BROADCASTERS),
    ("POST /streams/start", BROADCASTERS),
    ("GET /streams/active", EVERYBODY),
    ("* /streams/key*", BROADCASTERS),
    ("POST /streams/uplink", BROADCASTERS),
    ("* /streams/schedule*", BROADCASTERS),
    ("GET /streams/{}", EVERYBODY),
    ("GET /streams/{}/stats", BROADCASTERS),
    ("* /streams/{}/actions", MEMBERS),
    ("POST /streams/{}/actions/{}/done", BROADCASTERS),
    ("GET /streams/{}/unlockables", MEMBERS),
    ("POST /streams/{}/unlockables", (R.CREATOR, R.ADMIN, R.SUPER_ADMIN)),  # not with a limit
    ("GET /streams/{}/duels", MEMBERS),
    ("POST /streams/{}/duels", BROADCASTERS),
    ("POST /duels/{}/vote", MEMBERS),
    ("* /streams/{}/spin", MEMBERS),
    ("* /streams/{}/consent", MEMBERS),
    ("POST /streams/{}/safe-word", BROADCASTERS),
    ("PATCH /streams/{}", BROADCASTERS),
    ("POST /streams/{}/end", EVERYBODY),  # their own, whatever their role has become
    ("POST /streams/{}/freeze", BROADCASTERS),
    ("POST /streams/{}/reveal", BROADCASTERS),
    ("POST /streams/{}/panic", BROADCASTERS),
    ("GET /streams/{}/viewers", EVERYBODY),
    ("GET /streams/{}/mood", EVERYBODY),
    ("GET /streams/{}/playlist.m3u8", SIGNED_ADDRESS),
    ("GET /streams/{}/segments/{}", SIGNED_ADDRESS),
    ("GET /streams/{}/thumbnail", SIGNED_ADDRESS),
    ("GET /streams/{}/recording/*", SIGNED_ADDRESS),
    ("DELETE /streams/{}/recording", EVERYBODY),  # their own, whatever their role has become
    ("GET /streams/{}/chat", MEMBERS),
    ("POST /streams/{}/chat", MEMBERS),
    ("DELETE /streams/{}/chat/{}", MEMBERS),  # their own message, or in a room they keep
    ("POST /streams/{}/mute", KEEPERS),
    ("POST /streams/{}/ban", KEEPERS),
    ("POST /streams/{}/slow-mode", KEEPERS),
    ("POST /streams/{}/shield", KEEPERS),
    ("GET /streams/{}/restrictions", KEEPERS),
    ("* /streams/{}/goals*", BROADCASTERS),
    ("POST /streams/{}/mood-vote", MEMBERS),
    ("POST /streams/{}/tip", MEMBERS),
    ("POST /streams/{}/gift", MEMBERS),
    ("GET /streams/{}/tips", MEMBERS),
    ("GET /streams/{}/leaderboard", MEMBERS),
    ("GET /wallet/*", EVERYBODY),
    ("POST /wallet/purchase", MEMBERS),
    ("POST /wallet/events", PUBLIC),  # the signature decides
    ("POST /internal/ingest/publish*", SHARED_SECRET),
    ("POST /reports", MEMBERS),
    ("GET /reports/mine", MEMBERS),
    ("POST /ai/suggest", MEMBERS),
    ("GET /streams/{}/held", KEEPERS),
    ("POST /streams/{}/held/*", KEEPERS),
    ("GET /appeals", EVERYBODY),  # their own; moderators all
    ("POST /appeals", EVERYBODY),  # against what concerns them
    ("POST /appeals/{}/decide", MODERATORS),
    ("GET /moderation/statements/{}", EVERYBODY),  # about themselves
    ("GET /moderation/log", MODERATORS),
    ("* /moderation/*", MODERATORS),
    ("GET /admin/export/*", ROOT),
    ("* /admin/*", ADMINS),
)


def routes_of(areas: Sequence[Area]) -> tuple[tuple[str, str], ...]:
    """Method and path of every route of these areas."""
    return tuple(
        (method, route.path)
        for area in areas
        for router in area.routers
        for route in router.api.routes
        if isinstance(route, Route)
        for method in sorted(route.methods or ())
    )


ROUTES = routes_of(AREAS)
ROOMS: dict[str, tuple[Role, ...]] = {"mod": MODERATORS, "admin": ADMINS, "stream": MEMBERS}


def _line(method: str, path: str) -> tuple[str, Who]:
    """The line of the table that holds for a route."""
    name = f"{method} {re.sub(r'{[^}]*}', '{}', path.removeprefix('/api/v1'))}"
    found = [line for line in TABLE if fnmatchcase(name, line[0])]
    assert found, f"say in TABLE who may use {name}"
    return found[0]


def _who(method: str, path: str) -> Who:
    return _line(method, path)[1]


def _address(path: str, own: str) -> str:
    """The route with ids that name nothing, except the caller's own."""
    path = path.replace("{user_id}", own)
    return re.sub(r"{[^}]*}", lambda _: new_id(), path)


def test_a_new_route_is_found_by_itself_and_stops_here_until_it_is_named() -> None:
    used = {_line(method, path)[0] for method, path in ROUTES}
    assert [pattern for pattern, _ in TABLE if pattern not in used] == []
    router = Router("new")

    @router.get("/tea-parties/{party_id}", needs=Permission.VIEW_ALL)
    async def party(party_id: str) -> None: ...

    with_it = (*AREAS, Area("new", lambda core, services: None, (router,)))
    (found,) = set(routes_of(with_it)) - set(ROUTES)
    assert found == ("GET", "/api/v1/tea-parties/{party_id}")
    with pytest.raises(AssertionError, match="say in TABLE who may use GET /tea-parties"):
        _who(*found)


async def test_nothing_is_served_beside_the_routes_of_the_areas(http: httpx.AsyncClient) -> None:
    document = (await http.get("/openapi.json")).json()["paths"]
    served = {(method.upper(), path) for path, each in document.items() for method in each}
    assert served == set(ROUTES)


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    data = await migrated(tmp_path / "data")
    async with running(quick_settings(data)) as made:
        yield made


@pytest.fixture
async def http(server: Server) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(server.asgi)
    async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
        yield client


@pytest.mark.parametrize("role", EVERYBODY)
async def test_a_role_passes_exactly_its_routes(
    server: Server, http: httpx.AsyncClient, role: Role
) -> None:
    wrong = []
    citizens = await settle(server.core, [role] * len(ROUTES))
    for (method, path), citizen in zip(ROUTES, citizens, strict=True):
        who = _who(method, path)
        body = None if method in ("GET", "DELETE") else {}
        answer = await http.request(
            method, _address(path, citizen.id), json=body, headers=citizen.headers
        )
        http.cookies.clear()
        if isinstance(who, str):
            continue
        refused = answer.status_code == 403 and answer.json()["code"] == "FORBIDDEN"
        passed = not refused and answer.status_code != 401
        if answer.status_code >= 500 or passed != (role in who):
            wrong.append((method, path, answer.status_code, answer.text[:120]))
    assert wrong == []


async def test_a_stranger_passes_only_public_routes(http: httpx.AsyncClient) -> None:
    wrong = []
    for headers in ({}, {"Authorization": "Bearer made-up"}, {"Cookie": "session=made-up"}):
        for method, path in ROUTES:
            who = _who(method, path)
            body = None if method in ("GET", "DELETE") else {}
            more = {**headers, "Origin": "http://here"}
            answer = await http.request(method, _address(path, new_id()), json=body, headers=more)
            expected = {
                PUBLIC: (200, 422, 503),
                SIGNED_ADDRESS: (401, 403, 404),
                SHARED_SECRET: (404,),
            }
            allowed = expected[who] if isinstance(who, str) else (401,)
            if answer.status_code not in allowed:
                wrong.append((method, path, answer.status_code, answer.text[:120]))
    assert wrong == []


async def test_every_kind_of_room_lets_in_exactly_its_people(
    server: Server, http: httpx.AsyncClient
) -> None:
    rooms = server.core.rooms
    assert set(rooms._kinds) == {*ROOMS, "user"}, "say in ROOMS who may join"
    creator, *people = await settle(server.core, [R.CREATOR, *EVERYBODY])
    started = await http.post(
        "/api/v1/streams/start", json={"title": "An evening"}, headers=creator.headers
    )
    names = {kind: kind for kind in ("mod", "admin")}
    names["stream"] = f"stream:{started.json()['stream']['id']}"

    async def may_join(citizen: Citizen, room: str) -> bool:
        try:
            asked = JoinRequest(room=room).room
            async with server.core.db.read() as db:
                await rooms.kind(asked).may_join(db, citizen.caller, asked)
        except (ValidationError, AppError):
            return False
        return True

    for citizen in people:
        joined = {kind: await may_join(citizen, name) for kind, name in names.items()}
        assert joined == {kind: citizen.role in who for kind, who in ROOMS.items()}
        for other in (creator, *people):
            assert await may_join(citizen, f"user:{other.id}") == (other is citizen)
        for name in ("mod:x", "admin:1", "stream:", "user:", f"stream:{new_id()}"):
            assert not await may_join(citizen, name), name
