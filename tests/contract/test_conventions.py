"""What the contract says of every route of a kind: lists are pages, and nothing happens twice."""

import inspect
from pathlib import Path
from typing import Any

import httpx
from fakes.citizens import Citizen, settle
from fakes.server import migrated, quick_settings

from shared.schemas.roles import Role
from shared.server.accounts.sessions import Sessions
from shared.server.app import running
from shared.server.areas import AREAS
from shared.server.http.routes import Route

ROUTES = {
    f"{method} {route.path.removeprefix('/api/v1')}": route
    for area in AREAS
    for router in area.routers
    for route in router.api.routes
    if isinstance(route, Route)
    for method in route.methods or ()
}
WHOLE = {
    "GET /gifts": "the catalogue",
    "GET /moderation/policies": "the policies",
    "GET /admin/backups": "as many as are kept",
    "GET /streams/schedule": "at most a hundred plans",
    "GET /streams/{stream_id}/leaderboard": "the first, by rank",
    "GET /streams/{stream_id}/actions": "what waits in one room",
    "GET /streams/{stream_id}/unlockables": "at most twenty",
    "GET /streams/{stream_id}/duels": "one that runs, and offers",
    "GET /users/{user_id}/achievements": "one of each kind",
}
"""Lists that are short by a rule of their own, and come whole."""
ONCE_ANYWAY = {
    "POST /auth/signup": "an e-mail has one account",
    "POST /auth/banned/appeal": "a decision has one appeal of a person",
    "POST /admin/backup": "another backup is one more, and old ones go",
}
"""What makes something, and is not made twice by a repeated request, or is welcome twice."""


def test_every_list_is_a_page_or_short_by_a_rule() -> None:
    lists = {
        name
        for name, route in ROUTES.items()
        if name.startswith("GET") and "Page[" in str(route.response_model)
    }
    paged = {
        name
        for name in lists
        if {"cursor", "limit"} <= set(inspect.signature(ROUTES[name].endpoint).parameters)
    }
    assert len(paged) > 15
    assert lists - paged == set(WHOLE)


def test_what_is_made_is_made_once() -> None:
    making = {name for name, route in ROUTES.items() if route.status_code == 201}
    keyed = {
        name for name in making if "key" in inspect.signature(ROUTES[name].endpoint).parameters
    }
    assert len(keyed) > 15
    assert making - keyed == set(ONCE_ANYWAY)


async def _paged(http: httpx.AsyncClient, who: Citizen, path: str) -> list[Any]:
    """All items of a list, two at a time."""
    items: list[Any] = []
    params: dict[str, str | int] = {"limit": 2}
    for _ in range(20):
        page = (await http.get(path, params=params, headers=who.headers)).json()
        assert len(page["items"]) <= 2
        items += page["items"]
        if page["next_cursor"] is None:
            return items
        params["cursor"] = page["next_cursor"]
    raise AssertionError("a list without end")


async def test_lists_of_sessions_and_of_who_is_kept_out_come_in_pages(tmp_path: Path) -> None:
    data = await migrated(tmp_path / "data")
    async with (
        running(quick_settings(data)) as server,
        httpx.AsyncClient(
            transport=httpx.ASGITransport(server.asgi), base_url="http://here/api/v1"
        ) as http,
    ):
        creator, *others = await settle(server.core, [Role.CREATOR, *[Role.MEMBER] * 5])
        async with server.core.db.write() as tx:
            for _ in range(4):
                await server.services.get(Sessions).create(tx, creator.id, "another device")
        sessions = await _paged(http, creator, "/auth/sessions")
        assert len({session["id"] for session in sessions}) == 5
        assert [session["id"] for session in sessions if session["current"]] == [creator.session_id]
        start = await http.post("/streams/start", json={"title": "Talk"}, headers=creator.headers)
        room = f"/streams/{start.json()['stream']['id']}"
        for other in others:
            await http.post(f"{room}/ban", json={"user_id": other.id}, headers=creator.headers)
        kept_out = await _paged(http, creator, f"{room}/restrictions")
        assert [one["user"]["id"] for one in kept_out] == [one.id for one in others[::-1]]
