"""Routes for those who watch over the server."""

from typing import Annotated

from fastapi import Request, Response
from fastapi.responses import PlainTextResponse

from shared.schemas.admin import Health
from shared.schemas.common import ErrorCode
from shared.schemas.roles import Permission
from shared.server.core import Core
from shared.server.http.errors import forbidden
from shared.server.http.routes import Access, Router, caller_or_none, provided
from shared.server.operations.service import HealthService

ROUTER = Router("operations", prefix="")
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})

Watch = Annotated[HealthService, provided(HealthService)]
Parts = Annotated[Core, provided(Core)]


@ROUTER.get("/health", needs=Access.PUBLIC, summary="Whether the server works")
async def health(watch: Watch, response: Response) -> Health:
    """200 when the server can do its work, 503 with the same body when it cannot.

    `parts` says why, and also what works less well for now, such as Redis.
    """
    found = await watch.health()
    response.status_code = 200 if found.ok else 503
    return found


@ROUTER.get("/api/status", needs=Access.PUBLIC, summary="The same as /health, under /api")
async def status(watch: Watch) -> Health:
    """Always 200; read `ok`."""
    return await watch.health()


@ROUTER.get(
    "/metrics",
    needs=Access.PUBLIC,
    errors=(ErrorCode.FORBIDDEN,),
    response_class=PlainTextResponse,
    summary="Figures for Prometheus",
)
async def metrics(core: Parts, request: Request) -> PlainTextResponse:
    """For this machine itself and for administrators."""
    here = request.client is None or request.client.host in _LOOPBACK
    if core.settings.trust_proxy or not here:
        caller = await caller_or_none(request)
        if caller is None or not caller.may(Permission.ADMINISTER_USERS):
            raise forbidden()
    return PlainTextResponse(
        core.metrics.render(), media_type="text/plain; version=0.0.4; charset=utf-8"
    )
