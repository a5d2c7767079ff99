"""Every route says who may use it, and nobody else can."""

import re

from fakes.people import Person, Town

from shared.ids import new_id
from shared.schemas.roles import Permission, Role
from shared.server.areas import AREAS
from shared.server.http.routes import Access, Route

ROUTES = [
    (sorted(route.methods or ())[0], route.path, route.needs)
    for area in AREAS
    for router in area.routers
    for route in router.api.routes
    if isinstance(route, Route)
]


def _path(template: str) -> str:
    return re.sub(r"\{\w+\}", lambda _: new_id(), template)


def test_every_route_of_an_area_is_a_route_that_can_be_asked() -> None:
    assert len(ROUTES) > 30
    assert len({(method, path) for method, path, _ in ROUTES}) == len(ROUTES)
    for area in AREAS:
        for router in area.routers:
            assert all(isinstance(route, Route) for route in router.api.routes)


async def test_without_a_session_only_public_routes_answer(people: Town) -> None:
    for method, path, needs in ROUTES:
        response = await people.http.request(method, _path(path))
        if needs is Access.PUBLIC:
            assert response.status_code not in (401, 403), (method, path)
        elif method in ("POST", "PUT", "PATCH"):
            # A body that cannot be read may be refused first; nothing happens either way.
            assert response.status_code in (401, 422), (method, path)
        else:
            assert response.status_code == 401, (method, path)


async def _code(person: Person, method: str, path: str) -> str:
    response = await person.call(method, _path(path), None)
    if path.startswith("/api/v1"):
        response = await person.call(method, _path(path).removeprefix("/api/v1"), {})
    return str(response.json().get("code")) if response.status_code >= 400 else "ok"


async def test_a_role_is_not_refused_what_the_table_gives_it(people: Town) -> None:
    person = await people.person(Role.SUPER_ADMIN)
    for method, path, needs in ROUTES:
        if isinstance(needs, Permission) and method == "GET":
            code = await _code(person, method, path)
            assert code in ("ok", "NOT_FOUND", "INVALID_INPUT"), (method, path, code)
