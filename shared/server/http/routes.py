"""Routes that state who may use them, what they answer and which errors they can give."""

import inspect
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request
from fastapi.routing import APIRoute
from starlette.routing import Match
from starlette.types import Scope

from shared.schemas.common import API_PREFIX, ErrorCode
from shared.schemas.roles import Permission
from shared.server.http.errors import STATUS, forbidden, unauthenticated
from shared.server.http.sessions import Caller, credentials


class Access(StrEnum):
    """What a route may ask for besides a permission of the role table."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    SIGNED_ADDRESS = "signed_address"
    """The token in the address is the permission; the route checks it."""


type Needs = Permission | Access


async def current_caller(request: Request) -> Caller:
    """The signed-in person of this request.

    Raises:
        Refused: there is no session, or it has ended.
    """
    caller = await caller_or_none(request)
    if caller is None:
        raise unauthenticated()
    return caller


async def caller_or_none(request: Request) -> Caller | None:
    """The signed-in person, where a route also serves those who are not."""
    given = credentials(dict(request.scope["headers"]))
    if given.secret is None:
        return None
    caller: Caller | None = await request.app.state.sessions.caller(given.secret)
    return caller


SignedIn = Annotated[Caller, Depends(current_caller)]
"""Declare a parameter `caller: SignedIn` to know who asks."""

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=8,
        max_length=128,
        pattern=r"^[\x21-\x7e]+$",
        description="The same key and body within 24 h gives the first answer again.",
    ),
]
"""Declare a parameter `key: IdempotencyKey = None` and hand it to `core.once`."""


def _check(permission: Permission) -> Callable[[Caller], Any]:
    async def check(caller: SignedIn) -> None:
        if not caller.may(permission):
            raise forbidden()

    return check


def provided[T](service: type[T]) -> Any:
    """A dependency that gives an endpoint the area's service.

    `Wallet = Annotated[WalletService, provided(WalletService)]`, then `wallet: Wallet`.
    """

    async def get(request: Request) -> T:
        found: T = request.app.state.services.get(service)
        return found

    return Depends(get)


class Route(APIRoute):
    """A route that can be asked who may use it."""

    @property
    def needs(self) -> Needs:
        """The permission, `signed_in` or `public`."""
        value = (self.openapi_extra or {})["x-needs"]
        return Access(value) if value in list(Access) else Permission(value)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """As usual, but `/streams/active` is never a stream whose id is `active`."""
        match, child_scope = super().matches(scope)
        if match is not Match.NONE and self.param_convertors and "app" in scope:
            known: KnownPaths = scope["app"].state.known_paths
            if scope["path"] in known.literal:
                return Match.NONE, {}
        return match, child_scope


class KnownPaths:
    """All paths of an application, for telling which methods one of them knows."""

    def __init__(self, routes: Sequence[Route]) -> None:
        self._routes = routes
        self.literal = frozenset(route.path for route in routes if not route.param_convertors)

    def methods(self, path: str) -> list[str]:
        """What may be asked of this path."""
        is_literal = path in self.literal
        found: set[str] = set()
        for route in self._routes:
            if is_literal == (not route.param_convertors) and route.path_regex.match(path):
                found |= route.methods or set()
        return sorted(found)


_EVERYWHERE = (
    ErrorCode.INVALID_INPUT,
    ErrorCode.RATE_LIMITED,
    ErrorCode.INTERNAL,
    ErrorCode.PAYLOAD_TOO_LARGE,
)


_ENVELOPE = {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorEnvelope"}}}


def _responses(needs: Needs, errors: Sequence[ErrorCode]) -> dict[int | str, dict[str, Any]]:
    codes = {*_EVERYWHERE, *errors}
    if needs is not Access.PUBLIC:
        codes.add(ErrorCode.UNAUTHENTICATED)
    if needs is not Access.PUBLIC and needs is not Access.SIGNED_ADDRESS:
        codes.add(ErrorCode.ORIGIN_REFUSED)
    if isinstance(needs, Permission):
        codes.add(ErrorCode.FORBIDDEN)
    by_status: dict[int, list[str]] = {}
    for code in sorted(codes):
        by_status.setdefault(STATUS[code], []).append(code.value)
    return {
        status: {"content": _ENVELOPE, "description": ", ".join(names)}
        for status, names in sorted(by_status.items())
    }


class Router:
    """One area's routes, under `/api/v1`.

    `get`, `post`, `put`, `patch` and `delete` are decorators; each takes the path, `needs`, the
    `errors` of its own, and what FastAPI's take (`status_code`, `response_class`, ...).
    """

    def __init__(self, tag: str, *, prefix: str = API_PREFIX) -> None:
        self.api = APIRouter(prefix=prefix, tags=[tag], route_class=Route)

    def _add[F: Callable[..., Any]](
        self, method: str, path: str, needs: Needs, errors: Sequence[ErrorCode], **extra: Any
    ) -> Callable[[F], F]:
        dependencies: list[Any] = []
        if needs is Access.SIGNED_IN:
            dependencies = [Depends(current_caller)]
        elif isinstance(needs, Permission):
            dependencies = [Depends(_check(needs))]

        def add(endpoint: F) -> F:
            known = list(errors)
            if "cursor" in inspect.signature(endpoint).parameters:
                known.append(ErrorCode.NOT_FOUND)  # of a page that does not exist
            self.api.add_api_route(
                path,
                endpoint,
                methods=[method],
                dependencies=dependencies,
                responses=_responses(needs, known),
                openapi_extra={"x-needs": needs.value},
                **extra,
            )
            return endpoint

        return add

    def get[F: Callable[..., Any]](
        self, path: str, *, needs: Needs, errors: Sequence[ErrorCode] = (), **extra: Any
    ) -> Callable[[F], F]:
        """Add a GET route."""
        return self._add("GET", path, needs, errors, **extra)

    def post[F: Callable[..., Any]](
        self, path: str, *, needs: Needs, errors: Sequence[ErrorCode] = (), **extra: Any
    ) -> Callable[[F], F]:
        """Add a POST route."""
        return self._add("POST", path, needs, errors, **extra)

    def put[F: Callable[..., Any]](
        self, path: str, *, needs: Needs, errors: Sequence[ErrorCode] = (), **extra: Any
    ) -> Callable[[F], F]:
        """Add a PUT route."""
        return self._add("PUT", path, needs, errors, **extra)

    def patch[F: Callable[..., Any]](
        self, path: str, *, needs: Needs, errors: Sequence[ErrorCode] = (), **extra: Any
    ) -> Callable[[F], F]:
        """Add a PATCH route."""
        return self._add("PATCH", path, needs, errors, **extra)

    def delete[F: Callable[..., Any]](
        self, path: str, *, needs: Needs, errors: Sequence[ErrorCode] = (), **extra: Any
    ) -> Callable[[F], F]:
        """Add a DELETE route."""
        return self._add("DELETE", path, needs, errors, **extra)
