"""Routes of recordings: played by signed addresses as streams are, deleted by their creators."""

from typing import Annotated

from fastapi import Request, Response
from fastapi.responses import PlainTextResponse

from shared.schemas.common import ErrorCode, Id
from shared.schemas.roles import Permission
from shared.schemas.streams import RecordingDeleted
from shared.server.http.routes import Access, Router, SignedIn, provided
from shared.server.playback.endpoints import ERRORS, NO_STORE, Signer, Token, View
from shared.server.recordings.catalogue import Catalogue

ROUTER = Router("recordings")
Recordings = Annotated[Catalogue, provided(Catalogue)]


@ROUTER.get(
    "/streams/{stream_id}/recording/playlist.m3u8",
    needs=Access.SIGNED_ADDRESS,
    errors=ERRORS,
    response_class=PlainTextResponse,
    summary="The playlist of a recording",
)
async def recording_playlist(
    stream_id: Id,
    request: Request,
    view: View,
    recordings: Recordings,
    signer: Signer,
    t: Token = None,
) -> PlainTextResponse:
    """The whole of an ended stream, except what was taken away while it was on air."""
    admission = await view.admit(request, stream_id, t)
    content = await recordings.playlist(stream_id)
    return PlainTextResponse(
        signer.sign_playlist(content, admission.token),
        media_type="application/vnd.apple.mpegurl",
        headers=NO_STORE,
    )


@ROUTER.get(
    "/streams/{stream_id}/recording/segments/{name}",
    needs=Access.SIGNED_ADDRESS,
    errors=ERRORS,
    response_class=Response,
    summary="One segment of a recording",
)
async def recording_segment(
    stream_id: Id,
    name: str,
    request: Request,
    view: View,
    recordings: Recordings,
    t: Token = None,
) -> Response:
    """A file that the recording's playlist names."""
    await view.admit(request, stream_id, t)
    content = await recordings.segment(stream_id, name)
    kind = "video/mp4" if name.endswith(".mp4") else "video/iso.segment"
    return Response(content, media_type=kind, headers=NO_STORE)


@ROUTER.delete(
    "/streams/{stream_id}/recording",
    needs=Permission.VIEW_SAFE,
    errors=(ErrorCode.NOT_FOUND, ErrorCode.FORBIDDEN),
    summary="Delete my recording",
)
async def delete_recording(
    stream_id: Id, caller: SignedIn, recordings: Recordings
) -> RecordingDeleted:
    """One's own, whatever one's role has become; nobody can play it from now on."""
    return await recordings.delete(caller, stream_id)
