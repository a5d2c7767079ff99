"""RTMP in, HLS out: the reference server's ingest, without any transcoding.

`RtmpIngest` is opened by the server with an `IngestAuthority` (who may publish) and an
`HlsStore` (what viewers may fetch), which the HTTP area reads.
"""

from shared.server.ingest.authority import (
    EndReason,
    IngestAuthority,
    IngestGrant,
    IngestHealth,
)
from shared.server.ingest.hls import PLAYLIST_NAME, HlsStore
from shared.server.ingest.listener import RtmpIngest
from shared.server.ingest.publisher import IngestLimits
from shared.server.ingest.reports import Media

__all__ = [
    "PLAYLIST_NAME",
    "EndReason",
    "HlsStore",
    "IngestAuthority",
    "IngestGrant",
    "IngestHealth",
    "IngestLimits",
    "Media",
    "RtmpIngest",
]
