"""Nobody reads or changes another's private things by changing an id."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fakes.citizens import Citizen, settle
from fakes.server import ROOT, migrated, quick_settings

from shared.ids import new_id
from shared.schemas.roles import Role
from shared.server.app import Server, running
from shared.server.areas import AREAS
from shared.server.http.routes import Route

API = "/api/v1"
BODIES: dict[str, Any] = {
    "POST /streams/{stream_id}/slow-mode": {"seconds": 5},
    "POST /streams/{stream_id}/shield": {"enabled": True},
    "PATCH /users/{user_id}/profile": {"display_name": "Somebody", "bio": "changed"},
    "PUT /users/{user_id}/tip-menu": {"items": [{"title": "A song", "tokens": 5}]},
    "PATCH /users/{user_id}/teezer": {"enabled": True},
    "PUT /users/{user_id}/teezer/schedule": {"timezone": "UTC", "slots": []},
    "PATCH /streams/{stream_id}": {"title": "Taken over"},
    "POST /streams/{stream_id}/goals": {"title": "A goal", "target_tokens": 10},
    "PATCH /streams/{stream_id}/goals/{goal_id}": {"version": 1, "title": "Another"},
    "PUT /users/{user_id}/safe-word": {"word": "pineapple"},
    "POST /streams/{stream_id}/safe-word": {"word": "pineapple"},
    "POST /streams/{stream_id}/unlockables": {"title": "A song", "threshold_tokens": 10},
    "POST /streams/{stream_id}/duels": {"rival_stream_id": new_id(), "mood": "chill"},
    "POST /users/{user_id}/compliance/{kind}": {
        "name": "Ada Example",
        "country": "NL",
        "document": "passport",
        "document_sha256": "0" * 64,
    },
}
"""Bodies that are right, so that nothing but ownership can refuse the request."""
PRIVATE = (
    "PATCH /users/{user_id}/profile",
    "PUT /users/{user_id}/tip-menu",
    "PATCH /users/{user_id}/teezer",
    "PUT /users/{user_id}/teezer/schedule",
    "PUT /users/{user_id}/safe-word",
    "POST /users/{user_id}/compliance/{kind}",
    "GET /users/{user_id}/followers",
    "GET /users/{user_id}/gifts",
    "POST /users/{user_id}/teezer/train",
    "GET /users/{user_id}/dashboard",
    "GET /users/{user_id}/export",
    "GET /users/{user_id}/insights",
    "DELETE /users/{user_id}",
    "DELETE /auth/sessions/{session_id}",
    "PATCH /streams/{stream_id}",
    "POST /streams/{stream_id}/end",
    "POST /streams/{stream_id}/freeze",
    "POST /streams/{stream_id}/reveal",
    "POST /streams/{stream_id}/panic",
    "GET /streams/{stream_id}/stats",
    "POST /streams/{stream_id}/safe-word",
    "POST /streams/{stream_id}/unlockables",
    "POST /streams/{stream_id}/duels",
    "POST /streams/{stream_id}/actions/{action_id}/done",
    "GET /streams/{stream_id}/restrictions",
    "POST /streams/{stream_id}/mute",
    "POST /streams/{stream_id}/ban",
    "GET /streams/{stream_id}/held",
    "POST /streams/{stream_id}/held/{held_id}/release",
    "POST /streams/{stream_id}/held/{held_id}/deny",
    "POST /streams/{stream_id}/slow-mode",
    "POST /streams/{stream_id}/shield",
    "POST /streams/{stream_id}/goals",
    "PATCH /streams/{stream_id}/goals/{goal_id}",
    "DELETE /streams/{stream_id}/goals/{goal_id}",
    "DELETE /streams/{stream_id}/chat/{message_id}",
)
"""What belongs to one person (or their room), where it exists."""
ROUTES = {
    f"{method} {route.path.removeprefix(API)}"
    for area in AREAS
    for router in area.routers
    for route in router.api.routes
    if isinstance(route, Route)
    for method in route.methods or ()
}


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    data = await migrated(tmp_path / "data")
    async with running(quick_settings(data)) as made:
        yield made


@pytest.fixture
async def http(server: Server) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(server.asgi)
    async with httpx.AsyncClient(transport=transport, base_url=f"http://here{API}") as client:
        yield client


async def _room(http: httpx.AsyncClient, owner: Citizen, victim: Citizen) -> dict[str, str]:
    """A stream of the owner with a goal and a message; the ids of everything."""
    start = await http.post("/streams/start", json={"title": "An evening"}, headers=owner.headers)
    stream_id = start.json()["stream"]["id"]
    goal = await http.post(
        f"/streams/{stream_id}/goals",
        json={"title": "A new light", "target_tokens": 100},
        headers=owner.headers,
    )
    said = await http.post(
        f"/streams/{stream_id}/chat", json={"text": "hello"}, headers=victim.headers
    )
    queued = await http.post(
        f"/streams/{stream_id}/actions",
        json={"title": "Wave", "duration_s": 5},
        headers=owner.headers,
    )
    held = await http.post(
        f"/streams/{stream_id}/chat", json={"text": "see example.com"}, headers=victim.headers
    )
    assert start.is_success
    assert goal.is_success
    assert said.is_success
    return {
        "stream_id": stream_id,
        "held_id": held.json()["meta"]["held_id"],
        "goal_id": goal.json()["id"],
        "message_id": said.json()["id"],
        "user_id": owner.id,
        "session_id": owner.session_id,
        "action_id": queued.json()["action"]["id"] if queued.is_success else new_id(),
        "kind": "age",
    }


async def _everything(http: httpx.AsyncClient, owner: Citizen, ids: dict[str, str]) -> list[Any]:
    paths = (
        f"/users/{owner.id}/profile",
        f"/users/{owner.id}/tip-menu",
        f"/users/{owner.id}/teezer",
        f"/streams/{ids['stream_id']}",
        f"/streams/{ids['stream_id']}/chat",
        f"/streams/{ids['stream_id']}/restrictions",
    )
    return [(await http.get(path, headers=owner.headers)).json() for path in paths]


@pytest.mark.parametrize("role", [Role.MEMBER, Role.PROVIDER, Role.CREATOR])
async def test_changing_an_id_opens_nothing_of_another(
    server: Server, http: httpx.AsyncClient, role: Role
) -> None:
    owner, stranger, victim = await settle(server.core, [Role.CREATOR, role, Role.MEMBER])
    ids = await _room(http, owner, victim)
    before = await _everything(http, owner, ids)
    wrong = []
    for name in (name for name in PRIVATE if name in ROUTES):
        method, _, path = name.partition(" ")
        body = BODIES.get(name)
        if path.endswith(("/mute", "/ban")):
            body = {"user_id": victim.id}
        answer = await http.request(method, path.format(**ids), json=body, headers=stranger.headers)
        if answer.status_code not in (403, 404):
            wrong.append((name, answer.status_code, answer.text[:200]))
    assert wrong == []
    assert await _everything(http, owner, ids) == before


async def test_the_owner_may_do_all_of_it(server: Server, http: httpx.AsyncClient) -> None:
    """Else the refusals above would prove nothing."""
    owner, victim = await settle(server.core, [Role.CREATOR, Role.MEMBER])
    ids = await _room(http, owner, victim)
    late = ("DELETE /users/{user_id}", "DELETE /auth/sessions/{session_id}")
    ends = ("POST /streams/{stream_id}/end",)
    wrong = []
    first = [name for name in PRIVATE if name in ROUTES and name not in (*late, *ends)]
    for name in (*first, *ends):
        method, _, path = name.partition(" ")
        body = BODIES.get(name)
        if path.endswith(("/mute", "/ban")):
            body = {"user_id": victim.id}
        answer = await http.request(method, path.format(**ids), json=body, headers=owner.headers)
        if answer.status_code in (401, 403, 404, 422) or answer.status_code >= 500:
            wrong.append((name, answer.status_code, answer.text[:200]))
    assert wrong == []


async def test_lists_of_ones_own_hold_nothing_of_others(
    server: Server, http: httpx.AsyncClient
) -> None:
    one, other = await settle(server.core, [Role.MEMBER, Role.MEMBER])
    await http.post("/wallet/purchase", json={"tokens": 50}, headers=one.headers)
    assert (await http.get("/wallet/balance", headers=other.headers)).json()["tokens"] == 0
    assert (await http.get("/wallet/ledger", headers=other.headers)).json()["items"] == []
    sessions = (await http.get("/auth/sessions", headers=other.headers)).json()["items"]
    assert [session["id"] for session in sessions] == [other.session_id]
    assert (await http.get("/reports/mine", headers=other.headers)).json()["items"] == []
    # A cursor taken from another's list shows one's own list, or nothing.
    ledger = (await http.get("/wallet/ledger?limit=1", headers=one.headers)).json()
    cursor = ledger["next_cursor"] or ledger["items"][0]["id"]
    stolen = await http.get("/wallet/ledger", params={"cursor": cursor}, headers=other.headers)
    assert stolen.status_code == 422 or stolen.json()["items"] == []


OF_A_ROOM = {
    "POST /streams/{stream_id}/chat": {"text": "hello"},
    "POST /streams/{stream_id}/tip": {"tokens": 5},
    "POST /streams/{stream_id}/gift": {"gift": "rose"},
    "POST /streams/{stream_id}/spin": {"tokens": 50},
    "POST /streams/{stream_id}/mood-vote": {"mood": "chill"},
    "POST /streams/{stream_id}/actions": {"title": "Wave", "duration_s": 5},
    "POST /streams/{stream_id}/consent": {"kind": "granted", "scope": "this evening"},
    "POST /duels/{duel_id}/vote": {"stream_id": new_id()},
}
"""Bodies that are right, of what anybody may do in a room that is open to them."""
STAFF = re.compile(r"\S+ /(moderation|admin)/")


@pytest.mark.parametrize("audience", ["private", "subscribers"])
async def test_a_closed_room_is_closed_on_every_route(
    server: Server, http: httpx.AsyncClient, audience: str
) -> None:
    """Every route under a stream's id, of those there are now and those still to come."""
    owner, victim, stranger = await settle(server.core, [Role.CREATOR, Role.MEMBER, Role.CREATOR])
    ids = await _room(http, owner, victim)
    stream = f"/streams/{ids['stream_id']}"
    closed = await http.patch(stream, json={"audience": audience}, headers=owner.headers)
    assert closed.is_success
    before = await _everything(http, owner, ids)
    wrong = []
    for name in sorted(ROUTES):
        method, _, path = name.partition(" ")
        if "/streams/{stream_id}" not in path or STAFF.match(name):
            continue
        found = path.format(**{"name": "seg.m4s", **ids})
        body = OF_A_ROOM.get(name, BODIES.get(name))
        if path.endswith(("/mute", "/ban")):
            body = {"user_id": victim.id}
        answer = await http.request(method, found, json=body, headers=stranger.headers)
        if answer.status_code not in (403, 404):
            wrong.append((name, answer.status_code, answer.text[:120]))
    assert wrong == []
    assert await _everything(http, owner, ids) == before


READ_BY_ALL = {
    "GET /users/{user_id}/profile",
    "GET /users/{user_id}/content",
    "GET /users/{user_id}/achievements",
    "GET /users/{user_id}/tip-menu",
    "GET /users/{user_id}/teezer",
    "POST /users/{user_id}/follow",
    "DELETE /users/{user_id}/follow",
}
"""What everybody may know of a person, and following."""
PROVEN_ELSEWHERE = {
    "DELETE /streams/{stream_id}/recording": "recordings/test_recordings.py",
    "DELETE /streams/schedule/{plan_id}": "streams/test_planning.py",
    "POST /duels/{duel_id}/vote": "stage/test_duels.py",
    "POST /appeals/{appeal_id}/decide": "moderation/test_appeals.py",
    "GET /moderation/statements/{decision_id}": "moderation/test_appeals.py",
}


def test_every_route_with_an_id_is_tried_by_swapping_it() -> None:
    """A new route with an id stops here until somebody has said whose the thing is."""
    with_id = {name for name in ROUTES if "{" in name and not STAFF.match(name)}
    with_id |= {name for name in ROUTES if name.startswith("GET /moderation/statements/")}
    of_a_room = {name for name in with_id if "/streams/{stream_id}" in name}
    assert len(of_a_room) > 40
    named = of_a_room | set(PRIVATE) | READ_BY_ALL | set(PROVEN_ELSEWHERE)
    assert with_id - named == set()
    assert (set(PRIVATE) | READ_BY_ALL | set(PROVEN_ELSEWHERE)) - with_id == set()
    folder = ROOT / "tests" / "shared" / "server"
    assert [file for file in PROVEN_ELSEWHERE.values() if not (folder / file).is_file()] == []


def test_every_private_thing_is_named() -> None:
    """What changes something under a person or a stream is either theirs or for everybody."""
    for_everybody = {
        "POST /users/{user_id}/follow",
        "DELETE /users/{user_id}/follow",
        "POST /streams/{stream_id}/chat",
        "POST /streams/{stream_id}/tip",
        "POST /streams/{stream_id}/gift",
        "POST /streams/{stream_id}/mood-vote",
        "POST /streams/{stream_id}/spin",
        "POST /streams/{stream_id}/actions",
        "POST /streams/{stream_id}/consent",
    }
    found = {
        name for name in ROUTES if re.match(r"(POST|PUT|PATCH|DELETE) /(users|streams)/\{", name)
    }
    assert found - for_everybody - set(PRIVATE) - set(PROVEN_ELSEWHERE) == set(), "say whose it is"
