"""Routes that hand out a stream's playlist, segments and thumbnail."""

from typing import Annotated

from fastapi import Query, Request, Response
from fastapi.responses import PlainTextResponse

from shared.schemas.common import ErrorCode, Id
from shared.server.http.errors import not_found
from shared.server.http.routes import Access, Router, provided
from shared.server.playback.shelf import Shelf, emptied
from shared.server.playback.viewing import Viewing
from shared.server.streams.playback import Playback

ROUTER = Router("playback")
NO_STORE = {"Cache-Control": "no-store"}
Token = Annotated[str | None, Query(alias="t", max_length=200)]
ERRORS = (ErrorCode.NOT_FOUND, ErrorCode.FORBIDDEN, ErrorCode.BANNED_FROM_ROOM)


View = Annotated[Viewing, provided(Viewing)]
Media = Annotated[Shelf, provided(Shelf)]
Signer = Annotated[Playback, provided(Playback)]


@ROUTER.get(
    "/streams/{stream_id}/playlist.m3u8",
    needs=Access.SIGNED_ADDRESS,
    errors=ERRORS,
    response_class=PlainTextResponse,
    summary="The live playlist",
)
async def playlist(
    stream_id: Id, request: Request, view: View, shelf: Media, signer: Signer, t: Token = None
) -> PlainTextResponse:
    """HLS with fragmented MP4; every address in it is bound to the same session."""
    admission = await view.admit(request, stream_id, t)
    content = await shelf.playlist(stream_id)
    if content is None:
        raise not_found()
    if admission.is_dark:
        content = emptied(content)
    return PlainTextResponse(
        signer.sign_playlist(content, admission.token),
        media_type="application/vnd.apple.mpegurl",
        headers=NO_STORE,
    )


@ROUTER.get(
    "/streams/{stream_id}/segments/{name}",
    needs=Access.SIGNED_ADDRESS,
    errors=ERRORS,
    response_class=Response,
    summary="One segment",
)
async def segment(
    stream_id: Id, name: str, request: Request, view: View, shelf: Media, t: Token = None
) -> Response:
    """A file that the playlist names, for as long as viewers may still need it."""
    admission = await view.admit(request, stream_id, t)
    content = None if admission.is_dark else await shelf.segment(stream_id, name)
    if content is None:
        raise not_found()
    kind = "video/mp4" if name.endswith(".mp4") else "video/iso.segment"
    return Response(content, media_type=kind, headers=NO_STORE)


@ROUTER.get(
    "/streams/{stream_id}/thumbnail",
    needs=Access.SIGNED_ADDRESS,
    errors=ERRORS,
    response_class=Response,
    summary="A small recent picture",
)
async def thumbnail(
    stream_id: Id, request: Request, view: View, shelf: Media, t: Token = None
) -> Response:
    """A JPEG at most 320 pixels wide and about five seconds old."""
    admission = await view.admit(request, stream_id, t)
    picture = None if admission.is_dark else await shelf.thumbnail(stream_id)
    if picture is None:
        raise not_found()
    return Response(picture, media_type="image/jpeg", headers=NO_STORE)
