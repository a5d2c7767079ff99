"""Addresses that play a stream: signed, bound to one session, and useless after it ends."""

import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from shared.clock import Clock
from shared.schemas.common import API_PREFIX
from shared.server.secret import derive

LIFETIME = timedelta(hours=12)
_NAME = re.compile(r"^(?!#)(\S+)$|URI=\"([^\"]+)\"", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a valid token says: whose session it belongs to."""

    session_id: str


class Playback:
    """Signs and reads the tokens in playback addresses."""

    def __init__(self, secret: bytes, clock: Clock) -> None:
        self._secret = secret
        self._clock = clock

    def token(self, stream_id: str, session_id: str) -> str:
        """Leave for this session to fetch this stream."""
        until = int((self._clock.now() + LIFETIME).timestamp())
        return f"{until:x}.{session_id}.{self._sign(stream_id, session_id, until)}"

    def _sign(self, stream_id: str, session_id: str, until: int) -> str:
        return derive(self._secret, "playback", stream_id, session_id, str(until)).hex()[:40]

    def read(self, stream_id: str, token: str) -> Ticket | None:
        """The ticket of a token that we signed for this stream and that has not run out."""
        parts = token.split(".")
        if len(parts) != 3:
            return None
        try:
            until = int(parts[0], 16)
            moment = datetime.fromtimestamp(until, UTC)
        except (ValueError, OverflowError, OSError):
            return None
        right = self._sign(stream_id, parts[1], until)
        if not hmac.compare_digest(right.encode(), parts[2].encode("utf-8", "replace")):
            return None
        return Ticket(parts[1]) if self._clock.now() < moment else None

    def playlist_path(self, stream_id: str, token: str) -> str:
        """The playlist's address on this server."""
        return f"{API_PREFIX}/streams/{stream_id}/playlist.m3u8?t={token}"

    def recording_path(self, stream_id: str, token: str) -> str:
        """The address of a recording's playlist on this server."""
        return f"{API_PREFIX}/streams/{stream_id}/recording/playlist.m3u8?t={token}"

    def thumbnail_path(self, stream_id: str, token: str) -> str:
        """The thumbnail's address on this server."""
        return f"{API_PREFIX}/streams/{stream_id}/thumbnail?t={token}"

    def sign_playlist(self, playlist: str, token: str) -> str:
        """The playlist with every file's name turned into an address under `segments/`."""

        def signed(match: re.Match[str]) -> str:
            if match[1]:
                return f"segments/{match[1]}?t={token}"
            return f'URI="segments/{match[2]}?t={token}"'

        return _NAME.sub(signed, playlist)
