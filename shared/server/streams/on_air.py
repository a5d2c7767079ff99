"""What the platform orders the ingest to do with a broadcast's pictures."""

from shared.schemas.streams import StreamState
from shared.server.ingest import HlsStore, RtmpIngest
from shared.server.streams.records import StreamRecord


class OnAir:
    """Hides, shows and ends broadcasts; without an ingest of ours, only what viewers fetch."""

    def __init__(self, store: HlsStore) -> None:
        self._store = store
        self.ingest: RtmpIngest | None = None

    def hide(self, stream_id: str) -> None:
        """Remove all that viewers could fetch, and publish nothing until `show`."""
        if self.ingest is None:
            self._store.hide(stream_id)
        else:
            self.ingest.remove_segments(stream_id)

    def show(self, stream_id: str) -> None:
        """Publish again, from now on only."""
        if self.ingest is None:
            self._store.reveal(stream_id)
        else:
            self.ingest.resume_segments(stream_id)

    def has(self, stream_id: str) -> bool:
        """Whether this process has pictures of it, or takes them in."""
        return stream_id in self._store.stream_ids

    def is_hidden(self, stream_id: str) -> bool:
        """Whether viewers can fetch nothing of it for now."""
        return self._store.is_hidden(stream_id)

    def over(self, stream: StreamRecord) -> None:
        """End publisher and playlist; of a suspended stream nothing stays to be fetched."""
        if stream.state is StreamState.SUSPENDED:
            self.hide(stream.id)
        if self.ingest is None:
            self._store.end(stream.id)
        else:
            self.ingest.finish(stream.id)
