"""Publish hooks: an external media server asks who may publish, and tells when it is over.

Understood are the notices of nginx-rtmp (a form), MediaMTX and SRS (JSON). The right to ask is a
shared secret and an address; the right to publish is the stream key, as at our own ingest.
"""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Any, Final
from urllib.parse import parse_qsl

from shared.schemas.common import ErrorCode
from shared.schemas.streams import StreamState
from shared.server.core import Core
from shared.server.http.errors import Refused, not_found
from shared.server.ingest.authority import EndReason
from shared.server.streams.authority import StreamAuthority
from shared.server.streams.cutting import Cutting
from shared.server.streams.keys import StreamKeys
from shared.server.streams.on_air import OnAir
from shared.server.streams.records import StreamRecord
from shared.server.streams.service import StreamService
from shared.server.streams.upkeep import Upkeep

_MAX_KEY: Final = 200
_PUBLISHES: Final = frozenset({"publish", "on_publish"})
_GOES_ON: Final = frozenset({"update_publish", "update"})
_OTHERS: Final = frozenset({"play", "on_play", "read", "playback", "api", "metrics", "pprof"})


@dataclass(frozen=True, slots=True)
class Notice:
    """What a media server says of a publisher."""

    name: str
    """The stream key, the last part of what was published to."""
    peer: str
    goes_on: bool
    """It has been published for a while, and may it still?"""


def _refused() -> Refused:
    return Refused(
        ErrorCode.FORBIDDEN,
        "This may not be published; check the stream key and announce the stream first.",
        "Dit mag niet worden uitgezonden; controleer de streamsleutel en kondig de stream aan.",
    )


def read_notice(kind: str, body: bytes) -> Notice:
    """The notice in a request's body; `kind` is its content type.

    Raises:
        Refused: it asks for something else than to publish, or names nothing.
    """
    fields = _fields(kind, body)
    action = str(fields.get("call") or fields.get("action") or "publish")
    if action in _OTHERS:
        raise _refused()
    name = str(fields.get("name") or fields.get("stream") or fields.get("path") or "")
    name = name.rstrip("/").rpartition("/")[2]
    if not 0 < len(name) <= _MAX_KEY:
        raise _refused()
    peer = str(fields.get("addr") or fields.get("ip") or "")[:64]
    return Notice(name, peer, action in _GOES_ON)


def _fields(kind: str, body: bytes) -> Mapping[str, Any]:
    try:
        if kind.partition(";")[0].strip().lower() == "application/json":
            found = json.loads(body)
            return found if isinstance(found, dict) else {}
        # The first of each name: publishers can add words of their own behind the server's.
        return dict(reversed(parse_qsl(body.decode(), max_num_fields=50)))
    except ValueError:  # also of bytes that are no text
        return {}


class PublishHooks:
    """Answers media servers. Without a secret in the settings there are none."""

    def __init__(
        self,
        core: Core,
        *,
        streams: StreamService,
        keys: StreamKeys,
        authority: StreamAuthority,
        upkeep: Upkeep,
        on_air: OnAir,
        cutting: Cutting,
    ) -> None:
        self._core = core
        self._streams = streams
        self._keys = keys
        self._authority = authority
        self._upkeep = upkeep
        self._on_air = on_air
        self._cutting = cutting
        self._networks = tuple(ip_network(each) for each in core.settings.ingest_hook_from)

    def admit(self, address: str | None, secret: str) -> None:
        """Check that a media server of ours asks.

        Raises:
            Refused: there are no hooks, or the address or the secret is not of one.
        """
        wanted = self._core.settings.ingest_hook_secret.get_secret_value()
        if not wanted:
            raise not_found()
        is_near = address is not None and self._is_listed(address)
        is_right = hmac.compare_digest(secret.encode("utf-8", "replace"), wanted.encode())
        if not (is_near and is_right):
            self._core.metrics.count("teezu_ingest_hook_refused_total", (("by", "caller"),))
            raise _refused()

    def _is_listed(self, address: str) -> bool:
        try:
            found = ip_address(address)
        except ValueError:
            return False
        return found.is_loopback or any(found in network for network in self._networks)

    async def publish(self, notice: Notice) -> StreamRecord:
        """Let a publisher begin or go on, and the stream be live.

        Raises:
            Refused: the key is wrong, nothing is announced under it, our own ingest has it, or its
                creator has taken the picture away: another server cannot hide it.
        """
        grant = await self._authority.authorise(notice.name, notice.peer)
        ingest = self._on_air.ingest
        if grant is None or (ingest is not None and grant.stream_id in ingest.live_stream_ids):
            self._core.metrics.count("teezu_ingest_hook_refused_total", (("by", "key"),))
            raise _refused()
        self._upkeep.published(grant.stream_id)
        async with self._core.db.write() as tx:
            stream = await self._streams.require_open(tx.db, grant.stream_id)
            if stream.state is StreamState.PANICKED:
                raise _refused()
            self._cutting.published(stream.id, notice.name)
            held = stream.state is StreamState.FROZEN
            if held or (notice.goes_on and stream.state is StreamState.LIVE):
                return stream
            return await self._streams.set_state(tx, stream, StreamState.LIVE)

    async def done(self, notice: Notice) -> None:
        """The publisher has gone; unknown names are ignored, as it may be over long since."""
        async with self._core.db.read() as db:
            owner = await self._keys.owner(db, notice.name)
            stream = None if owner is None else await self._streams.open_of(db, owner)
        if stream is not None:
            await self._authority.ended(stream.id, EndReason.UNPUBLISHED)
