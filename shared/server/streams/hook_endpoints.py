"""Routes for media servers that take in broadcasts for us; see packaging/deploy for examples."""

from typing import Annotated

from fastapi import Header, Query, Request, Response
from pydantic import BaseModel

from shared.schemas.common import ErrorCode
from shared.server.http.routes import Access, Router, provided
from shared.server.streams.hooks import PublishHooks, read_notice

ROUTER = Router("ingest hooks", prefix="/internal/ingest")
Hooks = Annotated[PublishHooks, provided(PublishHooks)]
Secret = Annotated[str, Query(max_length=200, description="For servers that cannot send a header.")]
Bearer = Annotated[str, Header(alias="X-Hook-Secret", max_length=200)]
Rename = Annotated[
    bool, Query(description="Answer nginx-rtmp with the stream's id as the name to go on under.")
]
_ERRORS = (ErrorCode.FORBIDDEN, ErrorCode.NOT_FOUND, ErrorCode.STREAM_ENDED)


class HookAnswer(BaseModel):
    """What SRS reads (`code` 0 is leave), and the stream's id for whoever wants it."""

    code: int = 0
    stream_id: str | None = None


def _admit(hooks: PublishHooks, request: Request, *secrets: str) -> None:
    address = None if request.client is None else request.client.host
    hooks.admit(address, next(filter(None, secrets), ""))


async def _body(request: Request) -> tuple[str, bytes]:
    return request.headers.get("content-type", ""), await request.body()


@ROUTER.post(
    "/publish",
    needs=Access.PUBLIC,
    errors=_ERRORS,
    summary="May this be published?",
)
async def publish(
    request: Request,
    response: Response,
    hooks: Hooks,
    secret: Secret = "",
    x_hook_secret: Bearer = "",
    rename: Rename = False,
) -> HookAnswer:
    """For media servers with the shared secret: 2xx is leave and makes the stream live."""
    _admit(hooks, request, x_hook_secret, secret)
    stream = await hooks.publish(read_notice(*await _body(request)))
    if rename:  # so that the key is in no file name and no playlist
        response.status_code = 302
        response.headers["Location"] = stream.id
    return HookAnswer(stream_id=stream.id)


@ROUTER.post(
    "/publish_done", needs=Access.PUBLIC, errors=_ERRORS[:2], summary="A publisher has gone"
)
async def publish_done(
    request: Request, hooks: Hooks, secret: Secret = "", x_hook_secret: Bearer = ""
) -> HookAnswer:
    """The stream waits some minutes for its publisher to come back, then ends."""
    _admit(hooks, request, x_hook_secret, secret)
    await hooks.done(read_notice(*await _body(request)))
    return HookAnswer()
